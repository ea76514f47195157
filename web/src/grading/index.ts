// Grading: pure functions from a rule and a response to a Result; twin of src/kejian/grading/__init__.py.

import { grade_choice, type Rule } from "./choice.ts";
import { HUNDREDTHS, type Result } from "./result.ts";
import { normalise } from "./text.ts";

export { parse_choice, type Choice, type Invalid, type Rule, type Scoring } from "./choice.ts";
export { grade_essay, type CompiledRubric } from "./essay.ts";
export { format_score, type EssayDetail, type Result, type Verdict } from "./result.ts";
export { by_code_point, count_text, find_quote, normalise, normalise_with_offsets } from "./text.ts";

export function grade(rule: Rule, response: string): Result {
  return TYPES[rule.type](rule, response);
}

function ungraded(rule: Rule, response: string): Result {
  const verdict = normalise(response) ? "ungraded" : "blank";
  return { verdict, score: 0, max_score: rule.points * HUNDREDTHS, right: [], wrong: [], missed: [], detail: null };
}

export const TYPES: Readonly<Record<Rule["type"], (rule: Rule, response: string) => Result>> = {
  single: grade_choice,
  multiple: grade_choice,
  essay: ungraded,
};
