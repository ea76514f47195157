// The bar below a paper: how far the reader is, submit all, start over, take the answers along.
import { format_score } from "./grading/index.ts";
import type { Question } from "./quiz.ts";
import type { Store } from "./store.ts";
import type { Say } from "./texts.ts";
import { exportAnswers, importAnswers } from "./transfer.ts";

/** Puts the bar after `last` and returns the function that brings its figures up to date. */
export function startBar(last: Element, questions: readonly Question[], store: Store, say: Say): () => void {
  const bar = document.createElement("section");
  bar.className = "kejian-bar";
  bar.setAttribute("aria-label", say("bar.label"));
  const figures = bar.appendChild(document.createElement("p"));
  figures.className = "kejian-figures";
  const buttons = bar.appendChild(document.createElement("div"));
  buttons.className = "kejian-buttons";
  const message = bar.appendChild(document.createElement("p"));
  message.className = "kejian-message";
  message.setAttribute("role", "status");
  const warning = bar.appendChild(document.createElement("p"));
  warning.className = "kejian-warning";
  warning.setAttribute("role", "alert");

  const button = (text: string, act: () => void) => {
    const made = buttons.appendChild(document.createElement("button"));
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
  };
  if (questions.length > 1) {
    button(say("bar.submit"), () => {
      for (const question of questions) question.submit();
      message.textContent = summary(questions, say);
    });
    button(say("bar.clear"), () => {
      if (!window.confirm(say("bar.clear.ask"))) return;
      for (const question of questions) question.reset();
      message.textContent = "";
    });
  }
  button(say("bar.export"), () => download(store));
  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".json,application/json";
  file.hidden = true;
  bar.append(file);
  button(say("bar.import"), () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = ""; // the same file can be chosen again
    if (!chosen) return;
    chosen.text().then(
      (text) => {
        message.textContent = importWords(text, questions, store, say);
        for (const question of questions) question.load();
        update();
      },
      () => (message.textContent = say("import.broken")),
    );
  });

  const update = () => {
    const answered = questions.filter((question) => question.answered()).length;
    const words = [say("bar.answered", { answered, total: questions.length })];
    const graded = questions.filter((question) => question.graded);
    if (graded.length > 0) {
      const score = graded.reduce((sum, question) => sum + (question.result()?.score ?? 0), 0);
      const max = graded.reduce((sum, question) => sum + question.points * 100, 0);
      words.push(say("bar.score", { score: format_score(score), max: format_score(max) }));
    }
    figures.textContent = words.join(" · ");
    const problem = store.problem ? say(`store.${store.problem}`) : "";
    if (warning.textContent !== problem) warning.textContent = problem; // do not announce it again and again
  };
  last.after(bar);
  update();
  return update;
}

function summary(questions: readonly Question[], say: Say): string {
  const graded = questions.filter((question) => question.graded);
  const tally = (verdict: string) => graded.filter((question) => question.result()?.verdict === verdict).length;
  const words: string[] = [];
  if (graded.length > 0)
    words.push(
      say("bar.submitted", {
        correct: tally("correct"),
        partial: tally("partial"),
        wrong: tally("wrong"),
        blank: tally("blank"),
      }),
    );
  else words.push(say("verdict.recorded"));
  const essays = questions.filter((question) => question.type === "essay").length;
  if (essays > 0 && graded.length > 0) words.push(say("bar.ungraded", { count: essays }));
  return words.join("");
}

function download(store: Store): void {
  const now = new Date();
  const content = JSON.stringify(exportAnswers(store, now), null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  link.download = `${store.book}-${day}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // some browsers read it late
}

function importWords(text: string, questions: readonly Question[], store: Store, say: Say): string {
  const result = importAnswers(store, text);
  if (!result.ok) {
    if (result.reason === "version") return say("import.version", { version: result.version });
    if (result.reason === "other-book") return say("import.other-book", { book: result.book });
    return say("import.broken");
  }
  const here = new Set(questions.map((question) => question.id));
  const other = result.imported.filter((id) => !here.has(id)).length;
  const words = [say("import.done", { count: result.imported.length })];
  if (result.kept.length > 0) words.push(say("import.kept", { count: result.kept.length }));
  if (other > 0) words.push(say("import.other", { count: other }));
  return words.join("");
}
