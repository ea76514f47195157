// Runs the cases of spec/essay.json; twin of tests/grading/test_essay.py. `node --test web/tests`

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { grade_essay, type CompiledRubric } from "../src/grading/index.ts";

const { rubrics, cases } = JSON.parse(readFileSync(new URL("../../spec/essay.json", import.meta.url), "utf8"));

for (const { why, rubric, response, repeat = 1, expect, points = {}, flags } of cases) {
  test(`${rubric}: ${why}`, () => {
    const { score, max_score, detail } = grade_essay(rubrics[rubric].compiled, response.repeat(repeat));
    const percent = (score * 100) / max_score;
    assert.ok(expect[0] <= percent && percent <= expect[1], `${percent} is not in ${expect}`);
    for (const { id, status } of detail!.points) assert.equal(status, points[id] ?? status, id);
    if (flags) assert.deepEqual(detail!.flags, flags);
  });
}

test("the model answer gets the full mark", () => {
  const { compiled, model_answer } = rubrics.judgement;
  const { verdict, score, max_score } = grade_essay(compiled, model_answer);
  assert.deepEqual([verdict, score], ["correct", max_score]);
});

test("markup in an answer is text like any other", () => {
  const text = "<b>坚持以人民为中心</b><script>alert(1)</script>";
  const { detail } = grade_essay(rubrics.necessity.compiled, text);
  const [start, end] = detail!.points.find(({ id }) => id === "i1")!.spans[0]!;
  assert.equal([...text].slice(start, end).join(""), "以人民为中心");
});

const huge: Record<string, string> = {
  "one character": "数".repeat(1e6),
  "a phrase with a typing mistake": "以人民为中新".repeat(1e5),
  "both phrases of a pattern": "传统治理难以".repeat(1e5),
  "names of both sides": "数字治理，传统治理，".repeat(1e5),
  negators: "不".repeat(1e6),
  denials: "这是错误的".repeat(1e5),
  "lone surrogates": "\ud800".repeat(1e6),
  "the question": rubrics.necessity.stem.repeat(1e5),
};
for (const [what, text] of Object.entries(huge)) {
  for (const [name, { compiled }] of Object.entries<{ compiled: CompiledRubric }>(rubrics)) {
    test(`${name}: a million characters are graded at once: ${what}`, () => {
      const took = Math.min(
        ...[1, 2, 3].map(() => {
          const start = performance.now();
          assert.ok(grade_essay(compiled, text).detail!.flags.includes("long"));
          return performance.now() - start;
        }),
      );
      assert.ok(took < 100, `${took} ms`);
    });
  }
}
