// Runs the shared cases of spec/*.json; twin of tests/grading/test_spec.py. `node --test web/tests`

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { SCORING, type Invalid, type Rule, type Scoring } from "../src/grading/choice.ts";
import {
  by_code_point, count_text, find_quote, format_score, grade, normalise_with_offsets, parse_choice,
} from "../src/grading/index.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../spec/${name}.json`, import.meta.url), "utf8"));
const subset = (letters: string, bits: number) => [...letters].filter((_, index) => (bits >> index) & 1).join("");

test("every rule gives every response to every key the score of the spec", () => {
  const { points, scores } = read("choice");
  assert.deepEqual(Object.keys(SCORING), Object.keys(scores));
  for (const [scoring, sizes] of Object.entries<Record<string, number[][]>>(scores)) {
    for (const [n, keys] of Object.entries(sizes)) {
      const letters = "ABCDEF".slice(0, Number(n));
      keys.forEach((row, key) => {
        const answer = subset(letters, key + 1);
        const rule: Rule = { type: "multiple", letters, answer, scoring: scoring as Scoring, points };
        const given = row.map((_, ticks) => grade(rule, subset(letters, ticks)).score);
        assert.deepEqual(given, row, `${scoring} ${n} ${answer}`);
      });
    }
  }
});

test("half a hundredth is rounded up", () => {
  const rule: Rule = { type: "multiple", letters: "ABCDEFGH", answer: "ABCDEFGH", scoring: "net", points: 1 };
  assert.deepEqual(["A", "ABC", "ABCDE", "ABCDEFG"].map((text) => grade(rule, text).score), [13, 38, 63, 88]);
});

for (const { why, type, letters, text, ticked, reason, at } of read("parse").cases) {
  test(`response: ${why}`, () => {
    const rule: Rule = { type, letters, answer: letters, scoring: "exact", points: 1 };
    const expected = ticked === undefined ? ({ reason, at } as Invalid) : { letters: [...ticked] };
    assert.deepEqual(parse_choice(text, rule), expected);
  });
}

const { normalise, count, quote } = read("normalise");

for (const { why, text, normal, offsets } of normalise) {
  test(`normal form: ${why}`, () => {
    const [given, places] = normalise_with_offsets(text);
    assert.equal(given, normal);
    assert.equal(places.length, [...normal].length);
    if (offsets) assert.deepEqual(places, offsets);
  });
}

for (const { why, text, han, words } of count) {
  test(`count: ${why}`, () => assert.deepEqual(count_text(text), [han, words]));
}

for (const { why, page, quote: sought, found } of quote) {
  test(`quote: ${why}`, () => assert.deepEqual(find_quote(page, sought), found));
}

test("texts are ordered by code point, not by UTF-16 unit", () => {
  const sorted = ["", "A", "AB", "B", "数", "\uff21", "😀", "😀a"];
  assert.deepEqual([...sorted].reverse().sort(by_code_point), sorted);
  assert.equal(by_code_point("数", "数"), 0);
});

test("scores are written without needless zeros", () => {
  const written = [0, 5, 50, 133, 200, 1000, 1010].map(format_score);
  assert.deepEqual(written, ["0", "0.05", "0.5", "1.33", "2", "10", "10.1"]);
});

test("an essay, and a question without its key, is blank or ungraded", () => {
  for (const type of ["essay", "single"] as const) {
    const rule: Rule = { type, letters: "AB", answer: "", scoring: "exact", points: 12 };
    assert.equal(grade(rule, " \u200b").verdict, "blank");
    assert.equal(grade(rule, "很好").verdict, "ungraded");
  }
});
