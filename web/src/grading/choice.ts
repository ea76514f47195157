// Grading of single and multiple choice; twin of src/kejian/grading/choice.py, where every rule is explained.

import { HUNDREDTHS, type Result } from "./result.ts";
import { normalise_with_offsets } from "./text.ts";

const SEPARATORS = " \n,;/|、。.·+&";

export type Scoring = "subset" | "subset-half" | "exact" | "net" | "each-option";

export interface Rule {
  readonly type: "single" | "multiple" | "essay";
  readonly letters: string;
  readonly answer: string;
  readonly scoring: Scoring;
  readonly points: number;
}

export interface Choice {
  readonly letters: readonly string[];
}

export interface Invalid {
  readonly reason: "unknown" | "twice" | "several";
  readonly at: number;
}

export function parse_choice(text: string, rule: Rule): Choice | Invalid {
  const letters = rule.letters.toLowerCase();
  const ticked = new Set<string>();
  const [normal, offsets] = normalise_with_offsets(text);
  for (const [index, char] of [...normal].entries()) {
    if (SEPARATORS.includes(char)) continue;
    const at = offsets[index]!;
    if (!letters.includes(char)) return { reason: "unknown", at };
    if (ticked.has(char)) return { reason: "twice", at };
    if (ticked.size && rule.type === "single") return { reason: "several", at };
    ticked.add(char);
  }
  return { letters: [...rule.letters].filter((letter) => ticked.has(letter.toLowerCase())) };
}

export function grade_choice(rule: Rule, text: string): Result {
  const max_score = rule.points * HUNDREDTHS;
  const parsed = parse_choice(text, rule);
  const ticked = "letters" in parsed ? parsed.letters : [];
  const right = ticked.filter((letter) => rule.answer.includes(letter));
  const wrong = ticked.filter((letter) => !rule.answer.includes(letter));
  const missed = [...rule.letters].filter((letter) => rule.answer.includes(letter) && !ticked.includes(letter));
  const unmarked = { score: 0, max_score, right: [], wrong: [], missed, detail: null };
  if ("letters" in parsed && !ticked.length) return { verdict: "blank", ...unmarked };
  if (!rule.answer) return { verdict: "ungraded", ...unmarked };
  if ("reason" in parsed) return { verdict: "invalid", ...unmarked };
  const score = SCORING[rule.scoring](max_score, rule.letters.length, rule.answer.length, right.length, wrong.length);
  const verdict = !wrong.length && !missed.length ? "correct" : score ? "partial" : "wrong";
  return { verdict, score, max_score, right, wrong, missed, detail: null };
}

function divide(dividend: number, divisor: number): number {
  const twice = 2 * dividend + divisor;
  return (twice - (twice % (2 * divisor))) / (2 * divisor); // integers only: no fraction is ever formed
}

export const SCORING: Readonly<Record<Scoring, (p: number, n: number, c: number, h: number, w: number) => number>> = {
  subset: (p, _n, c, h, w) => (w ? 0 : divide(p * h, c)),
  "subset-half": (p, _n, c, h, w) => (w ? 0 : h === c ? p : divide(p, 2)),
  exact: (p, _n, c, h, w) => (h === c && !w ? p : 0),
  net: (p, _n, c, h, w) => divide(p * Math.max(0, h - w), c),
  "each-option": (p, n, c, h, w) => divide(p * (n - w - (c - h)), n),
};
