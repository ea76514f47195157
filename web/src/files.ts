// Buttons of a page's bar: the reader's answers as a file, to take along and to bring back.
import type { Bar } from "./bar.ts";
import type { Question } from "./quiz.ts";
import type { Store } from "./store.ts";
import type { Say } from "./texts.ts";
import { exportAnswers, importAnswers } from "./transfer.ts";

/** Adds the two buttons to a bar. */
export function startFiles(bar: Bar, questions: readonly Question[], store: Store, say: Say): void {
  bar.button(say("bar.export"), () => {
    const count = store.all().size;
    if (count > 0) download(store);
    bar.tell(say(count > 0 ? "bar.exported" : "bar.nothing", { count }));
  });
  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".json,application/json";
  file.hidden = true;
  bar.element.append(file);
  bar.button(say("bar.import"), () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = ""; // the same file can be chosen again
    if (!chosen) return;
    chosen.text().then(
      (text) => {
        const words = importWords(text, questions, store, say);
        for (const question of questions) question.load();
        bar.update();
        bar.tell(words);
      },
      () => bar.tell(say("import.broken")),
    );
  });
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
