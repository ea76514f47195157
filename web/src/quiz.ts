// One question on a page: reads the form, asks grading for the result, shows it. The markup comes from
// src/kejian/templates/question.html.jinja; a page and a notebook widget use the same.
import { essayCalculation, showMarking, type EssayTexts } from "./essay.ts";
import { grade_essay, type CompiledRubric } from "./grading/essay.ts";
import { count_text, format_score, grade, type Result, type Rule } from "./grading/index.ts";
import type { Saved, Store } from "./store.ts";
import type { Say, TextName } from "./texts.ts";

/** What the page says of a question; `answer` and `rubric` are absent where the reader must not have them. */
interface Data extends Partial<EssayTexts> {
  quiz: string;
  hash: string;
  points: number;
  letters?: string;
  scoring?: Rule["scoring"];
  answer?: string;
  rubric?: CompiledRubric;
}

type Type = "single" | "multiple" | "essay";

export interface Question {
  readonly id: string;
  readonly type: Type;
  readonly form: HTMLFormElement;
  readonly points: number;
  /** Whether the page can mark it. */
  readonly graded: boolean;
  /** Whether anything is ticked or written. */
  answered(): boolean;
  /** Result of a submitted answer; null before that. */
  result(): Result | null;
  submit(): void;
  reset(): void;
  /** Whether the verdict is read out when it changes. */
  speak(aloud: boolean): void;
  /** Show what the store holds, e.g. after another tab changed it. */
  load(): void;
}

/** An essay of more characters is not thrown away without a question. */
const LONG = 50;

/**
 * Brings a `form[data-question-id]` to life; `changed` is called after every change of answer or verdict, `sure` asks
 * before a long text is deleted.
 */
export function startQuestion(
  form: HTMLFormElement,
  store: Store,
  say: Say,
  changed: () => void,
  sure: (button: HTMLButtonElement) => boolean,
): Question {
  const id = form.dataset.questionId ?? "";
  const type = form.dataset.type as Type;
  const data = JSON.parse(part(form, ".kejian-data").textContent ?? "") as Data;
  const verdict = part(form, ".kejian-verdict");
  const calculation = part(form, ".kejian-calculation");
  const key = form.querySelector<HTMLDetailsElement>(".kejian-key");
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[name=response]")];
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=response]");
  const appeal = form.querySelector<HTMLButtonElement>(".kejian-appeal");
  const texts: EssayTexts = { groups: data.groups ?? {}, feedback: data.feedback ?? {} };
  let current: Result | null = null;

  const response = () =>
    text ? text.value : inputs.filter((input) => input.checked).map((input) => input.value).join("");

  const fill = (value: string) => {
    if (text && text.value !== value) text.value = value;
    for (const input of inputs) input.checked = value.includes(input.value);
    count();
  };

  const save = (submitted: boolean, appealed: Result | null = null) => {
    // nothing answered is nothing kept: on import an empty entry would win over an older real answer
    if (response().trim() === "") return store.remove(id);
    const saved: Saved = {
      response: response(),
      submitted,
      hash: data.hash,
      quiz: data.quiz,
      at: new Date().toISOString(),
    };
    if (appealed) saved.appeal = { score: appealed.score, max_score: appealed.max_score };
    store.set(id, saved);
    showAppeal(appealed !== null);
  };

  const showAppeal = (appealed: boolean) => {
    if (!appeal) return;
    appeal.setAttribute("aria-pressed", String(appealed));
    part(form, ".kejian-appeal-note").textContent = appealed ? say("essay.appealed") : "";
  };

  const count = () => {
    if (!text) return;
    const [han, words] = count_text(text.value);
    part(form, ".kejian-count").textContent = say(words > 0 ? "essay.count.words" : "essay.count", { han, words });
  };

  const show = (result: Result | null) => {
    current = result;
    delete form.dataset.verdict;
    verdict.textContent = "";
    calculation.textContent = "";
    for (const option of form.querySelectorAll(".kejian-option")) mark(option, null, say);
    if (key) key.hidden = true;
    showMarking(form, response(), null, texts, say);
    if (!result) return;
    form.dataset.verdict = result.verdict;
    verdict.textContent = verdictWords(result, data.answer !== undefined || type === "essay", key !== null, say);
    if (result.detail) {
      const mark = { score: format_score(result.score), max: format_score(result.max_score) };
      verdict.textContent = `${say(`verdict.${result.verdict}` as TextName)}　${say("essay.pending", mark)}`;
    }
    // nothing is given away for nothing: a blank answer is told to be one, no more
    if (result.verdict === "blank") return;
    if (key) {
      key.hidden = false;
      key.open = !data.rubric; // an essay that was marked shows hints first
    }
    if (data.rubric) {
      showMarking(form, response(), result, texts, say);
      calculation.textContent = essayCalculation(result, texts, data.rubric.alignment, say);
    }
    if (data.answer === undefined) return;
    for (const option of form.querySelectorAll<HTMLElement>(".kejian-option"))
      mark(option, judge(result, option.dataset.letter ?? ""), say);
    if (type === "multiple")
      calculation.textContent = say("calculation", {
        right: result.right.length,
        wrong: result.wrong.length,
        missed: result.missed.length,
        rule: say(`scoring.${data.scoring ?? "subset"}`),
      });
  };

  const work = () => {
    if (data.rubric) return grade_essay(data.rubric, response());
    const { points, letters = "", scoring = "subset", answer = "" } = data;
    // without a key there is nothing to grade by: an essay's path, written or blank
    const graded = data.answer === undefined ? "essay" : type;
    return grade({ type: graded, letters, answer, scoring, points }, response());
  };

  const question: Question = {
    id,
    type,
    form,
    points: data.points,
    graded: data.answer !== undefined || data.rubric !== undefined,
    answered: () => response().trim() !== "",
    result: () => current,
    submit() {
      const result = work();
      const known = store.get(id);
      // what is submitted already keeps its time, and the reader's objection
      const same = known?.submitted && known.response === response() && known.hash === data.hash;
      if (!same) save(result.verdict !== "blank");
      show(result);
      changed();
    },
    reset() {
      fill("");
      store.remove(id);
      show(null);
      changed();
    },
    speak(aloud) {
      if (aloud) verdict.removeAttribute("aria-live");
      else verdict.setAttribute("aria-live", "off");
    },
    load() {
      const saved = store.get(id);
      fill(saved?.response ?? "");
      show(saved?.submitted && saved.hash === data.hash ? work() : null);
      showAppeal(saved?.appeal !== undefined);
      if (saved?.response && saved.hash !== data.hash) verdict.textContent = say("updated");
    },
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question.submit();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    const button = (event as SubmitEvent).submitter ?? form.querySelector<HTMLButtonElement>("button[type=reset]");
    const long = text !== null && text.value.trim().length > LONG;
    if (!long || (button instanceof HTMLButtonElement && sure(button))) question.reset();
  });
  // `input` fires for every tick and every character, before the tab can close
  form.addEventListener("input", () => {
    save(false);
    show(null);
    count();
    changed();
  });
  appeal?.addEventListener("click", () => save(true, appeal.getAttribute("aria-pressed") === "true" ? null : current));
  text?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  part(form, ".kejian-buttons").hidden = false;
  question.load();
  return question;
}

function verdictWords(result: Result, gradable: boolean, hasKey: boolean, say: Say): string {
  const { verdict, score, max_score } = result;
  if (verdict === "ungraded") return say(gradable && hasKey ? "verdict.ungraded" : "verdict.recorded");
  const words = say(`verdict.${verdict}`);
  if (!gradable) return words;
  return `${words}　${say("verdict.score", { score: format_score(score), max: format_score(max_score) })}`;
}

function judge(result: Result, letter: string): "right" | "wrong" | "missed" | null {
  if (result.right.includes(letter)) return "right";
  if (result.wrong.includes(letter)) return "wrong";
  return result.missed.includes(letter) ? "missed" : null;
}

function mark(option: Element, judgement: "right" | "wrong" | "missed" | null, say: Say): void {
  const sign = { right: "✓", wrong: "✗", missed: "○" };
  part(option, ".kejian-mark").textContent = judgement ? `${sign[judgement]} ${say(`mark.${judgement}`)}` : "";
  option.toggleAttribute("data-judged", judgement !== null);
  if (judgement) option.setAttribute("data-judged", judgement);
}

function part(root: Element, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`kejian: the markup of a question lacks ${selector}`);
  return found;
}
