// What grading gives back; twin of src/kejian/grading/result.py, where every field is explained.

export const HUNDREDTHS = 100;

export type Verdict = "correct" | "partial" | "wrong" | "blank" | "invalid" | "ungraded";

export type Status = "ok" | "partial" | "missing" | "negated" | "wrong_side" | "copied" | "blocked" | "listed";
export type Flag = "keyword_list" | "gibberish" | "contradiction" | "too_short" | "long";

export interface GroupResult {
  readonly id: string;
  readonly score: number;
  readonly max_score: number;
}

export interface PointResult {
  readonly id: string;
  readonly group: string;
  readonly status: Status;
  readonly weight: number;
  readonly credit: number;
  readonly score: number;
  readonly spans: readonly (readonly [start: number, end: number])[];
}

export interface EssayDetail {
  readonly groups: readonly GroupResult[];
  readonly points: readonly PointResult[];
  readonly flags: readonly Flag[];
  readonly alignment: number;
  readonly chars: number;
}

export interface Result {
  readonly verdict: Verdict;
  readonly score: number;
  readonly max_score: number;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly detail: EssayDetail | null;
}

export function format_score(hundredths: number): string {
  const rest = hundredths % HUNDREDTHS;
  const whole = (hundredths - rest) / HUNDREDTHS;
  return `${whole}.${String(rest).padStart(2, "0")}`.replace(/\.?0+$/, "");
}
