// The bar below a paper: how far the reader is, submit all, start over.
import { format_score } from "./grading/index.ts";
import type { Question } from "./quiz.ts";
import type { Store } from "./store.ts";
import type { Say } from "./texts.ts";

/** Milliseconds after which no screen reader still looks at what changed. */
const SILENCE = 1000;

export interface Bar {
  readonly element: HTMLElement;
  /** Brings the figures up to date. */
  update(): void;
  button(text: string, act: (button: HTMLButtonElement) => void): void;
  /** Says what an action did. */
  tell(message: string): void;
}

/** Puts the bar after `last`; `sure` asks whether all answers are to be deleted. */
export function startBar(
  last: Element,
  questions: readonly Question[],
  store: Store,
  say: Say,
  sure: (button: HTMLButtonElement) => boolean,
): Bar {
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

  const button = (text: string, act: (button: HTMLButtonElement) => void) => {
    const made = buttons.appendChild(document.createElement("button"));
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
  };
  const tell = (text: string) => {
    message.textContent = text;
  };
  if (questions.length > 1) {
    button(say("bar.submit"), () => {
      // one summary is read out, not a verdict for each question
      for (const question of questions) question.speak(false);
      for (const question of questions) question.submit();
      tell(summary(questions, say));
      setTimeout(() => questions.forEach((question) => question.speak(true)), SILENCE);
    });
    button(say("bar.clear"), (pressed) => {
      if (!sure(pressed)) return;
      for (const question of questions) question.reset();
      tell("");
    });
  }

  const update = () => {
    tell(""); // what it said is of the past
    const answered = questions.filter((question) => question.answered()).length;
    const words = [say("bar.answered", { answered, total: questions.length })];
    const graded = questions.filter((question) => question.graded);
    if (graded.some((question) => question.result())) {
      const score = graded.reduce((sum, question) => sum + (question.result()?.score ?? 0), 0);
      const max = graded.reduce((sum, question) => sum + question.points * 100, 0);
      const text = graded.some((question) => question.type === "essay") ? "bar.score.essays" : "bar.score";
      words.push(say(text, { score: format_score(score), max: format_score(max) }));
    }
    figures.textContent = words.join(" · ");
    const problem = store.problem ? say(`store.${store.problem}`) : "";
    if (warning.textContent !== problem) warning.textContent = problem; // do not announce it again and again
  };
  last.after(bar);
  update();
  return { element: bar, update, button, tell };
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
  const essays = questions.filter((question) => !question.graded).length;
  if (essays > 0 && graded.length > 0) words.push(say("bar.ungraded", { count: essays }));
  return words.join("");
}
