// Answers the cases that tests/grading/test_differential.py and test_essay_differential.py send: one JSON value per line in, one per line out.

import { createInterface } from "node:readline";

import {
  by_code_point, count_text, find_quote, format_score, grade, grade_essay, normalise_with_offsets, parse_choice,
  type CompiledRubric,
} from "../src/grading/index.ts";

const LAST_CODE_POINT = 0x10ffff;

const rubrics: CompiledRubric[] = [];

const ANSWERS: Record<string, (...values: any[]) => unknown> = {
  choice(rule, response) {
    const result = grade(rule, response);
    return [result, rule.type === "essay" ? null : parse_choice(response, rule), format_score(result.score)];
  },
  text(text, other) {
    const quote = [...text].slice(1, -1).join("");
    const found = [find_quote(text, quote), find_quote(text, other)];
    return [normalise_with_offsets(text), count_text(text), found, by_code_point(text, other)];
  },
  rubric(rubric) {
    return rubrics.push(rubric);
  },
  essay(number, text) {
    return grade_essay(rubrics[number]!, text);
  },
  code_points() {
    const changed = [];
    for (let code = 0; code <= LAST_CODE_POINT; code += 1) {
      const text = `x ${String.fromCodePoint(code)} x`;
      const [normal] = normalise_with_offsets(text);
      if (normal !== text) changed.push([code, normal]);
    }
    return changed;
  },
};

const written: string[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...values] = JSON.parse(line);
  written.push(JSON.stringify(ANSWERS[name]!(...values)));
}
process.stdout.write(written.join("\n") + "\n");
