// What every page of the book loads.
import { startBar, type Bar } from "./bar.ts";
import { startCharts } from "./charts.ts";
import { startEvidence } from "./evidence.ts";
import { startFiles } from "./files.ts";
import { startPrint } from "./print.ts";
import { startQuestion, type Question } from "./quiz.ts";
import { openStore } from "./store.ts";
import { sayIn } from "./texts.ts";
import { startTheme } from "./theme.ts";

function start(): void {
  const say = sayIn(document.documentElement.lang);
  const forms = [...document.querySelectorAll<HTMLFormElement>("form.kejian-question")];
  const last = forms[forms.length - 1];
  if (last) {
    const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name=kejian-${name}]`)?.content;
    const store = openStore(meta("book") ?? "", meta("edition"));
    const questions: Question[] = [];
    let bar: Bar | null = null;
    const sure = () => window.confirm(say("reset.ask"));
    for (const form of forms) questions.push(startQuestion(form, store, say, () => bar?.update(), sure));
    bar = startBar(last, questions, store, say, () => window.confirm(say("bar.clear.ask")));
    startFiles(bar, questions, store, say);
    store.watch((id) => {
      for (const question of questions) if (id === null || question.id === id) question.load();
      bar?.update();
    });
  }
  startTheme(document, say);
  startEvidence();
  startPrint(document);
  startCharts(document);
}

// `defer` runs this after parsing, but a page may also load it late
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
