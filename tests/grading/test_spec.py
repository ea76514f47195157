"""Runs the shared cases of spec/*.json; twin of web/tests/grading.test.ts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tools import make_spec

from kejian.grading.choice import SCORING, Choice, Invalid, Rule, grade_choice, parse_choice
from kejian.grading.text import count_text, find_quote, normalise_with_offsets

SPEC = Path(__file__).resolve().parents[2] / "spec"


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SPEC / f"{name}.json").read_text(encoding="utf-8"))
    return content


def each(name: str, part: str) -> pytest.MarkDecorator:
    """One test per case of that part of the file, named by its reason."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["why"]) for case in read(name)[part]])


def subset(letters: str, bits: int) -> str:
    return "".join(letter for index, letter in enumerate(letters) if bits >> index & 1)


def test_the_committed_scores_are_what_the_generator_writes() -> None:
    """spec/choice.json is fresh."""
    committed = make_spec.PATH.read_text(encoding="utf-8")
    assert make_spec.spec() == committed, "stale; run `python tools/make_spec.py` and commit the result"


@pytest.mark.parametrize("scoring", SCORING)
def test_a_rule_gives_every_response_to_every_key_the_score_of_the_spec(scoring: str) -> None:
    """Every key and every response of 2 to 6 options, against scores made with exact fractions."""
    spec = read("choice")
    assert list(SCORING) == list(spec["scores"])
    for n, keys in spec["scores"][scoring].items():
        letters = "ABCDEF"[: int(n)]
        for key, row in enumerate(keys, start=1):
            rule = Rule("multiple", letters, subset(letters, key), scoring, spec["points"])
            given = [grade_choice(rule, subset(letters, ticks)).score for ticks in range(2 ** int(n))]
            assert given == row, f"{n} options, key {rule.answer}"


@each("parse", "cases")
def test_a_response_is_read_as_the_spec_says(case: dict[str, Any]) -> None:
    """Letters that were ticked, or the reason and place why they cannot be read."""
    rule = Rule(case["type"], case["letters"], case["letters"], "exact", 1)
    expected = Choice(tuple(case["ticked"])) if "ticked" in case else Invalid(case["reason"], case["at"])
    assert parse_choice(case["text"], rule) == expected


@each("normalise", "normalise")
def test_a_text_has_the_normal_form_of_the_spec(case: dict[str, Any]) -> None:
    """The normal form, and where each of its characters came from."""
    normal, offsets = normalise_with_offsets(case["text"])
    assert case["normal"] == normal
    assert len(normal) == len(offsets)
    assert case.get("offsets", offsets) == offsets


@each("normalise", "count")
def test_a_text_is_as_long_as_the_spec_says(case: dict[str, Any]) -> None:
    """Han characters and words."""
    assert (case["han"], case["words"]) == count_text(case["text"])


@each("normalise", "quote")
def test_a_quote_stands_where_the_spec_says(case: dict[str, Any]) -> None:
    """Start and end in code points of the page as it was written."""
    expected = case["found"] and tuple(case["found"])
    assert find_quote(case["page"], case["quote"]) == expected
