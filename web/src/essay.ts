// What the page says of a marked essay: each scoring point, the reader's own words, the calculation.
import { format_score, type Result } from "./grading/index.ts";
import type { Say, TextName } from "./texts.ts";

/** What the page knows of an essay besides its compiled rubric. */
export interface EssayTexts {
  /** Group id to title. */
  groups: Record<string, string>;
  /** Point id to sentences by status: `ok`, `missing`, `negated`. */
  feedback: Record<string, Record<string, string>>;
}

/** Fills the marking of a question's form; `result` null hides it. */
export function showMarking(form: HTMLFormElement, answer: string, result: Result | null, texts: EssayTexts, say: Say): void {
  const marking = form.querySelector<HTMLElement>(".kejian-marking");
  if (!marking) return;
  const detail = result?.detail ?? null;
  marking.hidden = detail === null;
  if (!detail) return;
  const flags = detail.flags.map((flag) => {
    const item = document.createElement("li");
    item.textContent = say(`essay.flag.${flag}` as TextName);
    return item;
  });
  find(marking, ".kejian-flags").replaceChildren(...flags);
  const points = [...marking.querySelectorAll<HTMLElement>("li[data-point]")];
  const numbers = new Map(points.map((item, index) => [item.dataset.point ?? "", index + 1]));
  for (const point of detail.points) {
    const item = points.find((candidate) => candidate.dataset.point === point.id);
    if (!item) continue;
    item.dataset.status = point.status;
    const earned = point.credit > 0 ? `　${say("verdict.score", { score: format_score(point.score), max: point.weight })}` : "";
    find(item, ".kejian-point-status").textContent = say(`essay.status.${point.status}` as TextName) + earned;
    // a point that was not found gives a hint first; what it is stands below, to unfold
    find(item, ".kejian-point-title").hidden = point.credit === 0;
    const feedback = texts.feedback[point.id] ?? {};
    const about = point.credit > 0 ? "ok" : point.status === "negated" || point.status === "wrong_side" ? "negated" : "missing";
    find(item, ".kejian-point-feedback").textContent = feedback[about] ?? "";
  }
  const marks = detail.points
    .filter((point) => point.credit > 0)
    .flatMap((point) => point.spans.map(([start, end]) => ({ start, end, number: numbers.get(point.id) ?? 0 })));
  find(marking, ".kejian-marked").replaceChildren(...markedText(answer, marks));
}

/** How the mark came about, in one sentence; `share` per cent of it come from likeness to the model answer. */
export function essayCalculation(result: Result, texts: EssayTexts, share: number, say: Say): string {
  const groups = (result.detail?.groups ?? []).map((group) =>
    say("essay.group", {
      title: texts.groups[group.id] ?? group.id,
      score: format_score(group.score),
      max: format_score(group.max_score),
    }),
  );
  if (share > 0) groups.push(say("essay.alignment", { share, likeness: Math.floor((result.detail?.alignment ?? 0) / 10) }));
  const words = { groups: groups.join("，"), score: format_score(result.score), max: format_score(result.max_score) };
  return say("essay.calculation", words);
}

interface Mark {
  /** Offsets in code points. */
  start: number;
  end: number;
  number: number;
}

/** The answer as it was typed, with the words that earned points marked and numbered; marks may overlap. */
function markedText(answer: string, marks: readonly Mark[]): Node[] {
  const characters = [...answer];
  const cuts = [0, characters.length, ...marks.flatMap((mark) => [mark.start, mark.end])];
  const edges = [...new Set(cuts)].filter((cut) => cut <= characters.length).sort((a, b) => a - b);
  const nodes: Node[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i] ?? 0, edges[i + 1] ?? 0];
    const text = characters.slice(start, end).join("");
    const covering = marks.filter((mark) => mark.start <= start && end <= mark.end);
    if (covering.length === 0) {
      nodes.push(document.createTextNode(text));
      continue;
    }
    const marked = document.createElement("mark");
    marked.textContent = text;
    const ending = [...new Set(covering.filter((mark) => mark.end === end).map((mark) => mark.number))];
    if (ending.length > 0) {
      const number = document.createElement("sup");
      number.textContent = `\u2060${ending.join("、")}`; // a word joiner: no line break before the number
      marked.append(number);
    }
    nodes.push(marked);
  }
  return nodes;
}

function find(root: Element, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`kejian: the markup of an essay lacks ${selector}`);
  return found;
}
