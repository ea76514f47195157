// What grading gives back; twin of src/kejian/grading/result.py, where every field is explained.

export const HUNDREDTHS = 100;

export type Verdict = "correct" | "partial" | "wrong" | "blank" | "invalid" | "ungraded";

export interface Result {
  readonly verdict: Verdict;
  readonly score: number;
  readonly max_score: number;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

export function format_score(hundredths: number): string {
  const rest = hundredths % HUNDREDTHS;
  const whole = (hundredths - rest) / HUNDREDTHS;
  return `${whole}.${String(rest).padStart(2, "0")}`.replace(/\.?0+$/, "");
}
