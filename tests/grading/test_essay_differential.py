"""Python and TypeScript grade essays alike: random texts made of what matters to the graders, byte for byte."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.grading.test_differential import FOLDED, SPACES, compare, joined
from tools import make_essay_spec

from kejian.grading import essay_words
from kejian.grading.essay import CompiledRubric, grade_essay, rubric_json

SEED = 20240918
TEXTS = 24_000
LONG_TEXTS = 40

SPEC = json.loads(make_essay_spec.PATH.read_text(encoding="utf-8"))
RUBRICS = [make_essay_spec.compile_source(source) for source in SPEC["rubrics"].values()]
ANSWERS = [case["response"] for case in SPEC["cases"]] + [
    str(source.get(name, "")) for source in SPEC["rubrics"].values() for name in ("stem", "model_answer")
]
MARKS = "，。；、：！？\n.,:; "
LISTS = [list(getattr(essay_words, name)) for name in essay_words.__all__ if name != "COMMON"]
COMMON = essay_words.COMMON


def test_both_languages_grade_essays_alike(node: str) -> None:
    """Marks, points, flags and offsets of random texts by every rubric of the spec."""
    rng = random.Random(SEED)
    cases = [(rng.randrange(len(RUBRICS)), random_essay(rng, rng.choice((3, 8, 16)))) for _ in range(TEXTS)]
    cases += [(rng.randrange(len(RUBRICS)), random_essay(rng, 2500)) for _ in range(LONG_TEXTS)]
    compare(node, asked(cases), answered(cases))


def asked(cases: list[tuple[int, str]]) -> Iterator[Any]:
    yield from (["rubric", rubric_json(compiled)] for compiled in RUBRICS)
    yield from (["essay", *case] for case in cases)


def answered(cases: list[tuple[int, str]]) -> Iterator[Any]:
    yield from range(1, len(RUBRICS) + 1)
    yield from (asdict(grade_essay(RUBRICS[number], text)) for number, text in cases)


def random_essay(rng: random.Random, pieces: int) -> str:
    """Phrases of rubrics, words of the lists, parts of answers, marks and noise, some of it mistyped."""
    return joined("".join(random_piece(rng, rng.choice(RUBRICS)) for _ in range(rng.randint(0, pieces))))


def random_piece(rng: random.Random, compiled: CompiledRubric) -> str:
    kind = rng.random()
    if kind < 0.35:
        return mistyped(rng, rng.choice(compiled.literals))
    if kind < 0.55:
        return rng.choice(rng.choice(LISTS))
    if kind < 0.65:
        answer = rng.choice(ANSWERS)
        start = rng.randint(0, len(answer))
        return mistyped(rng, answer[start : start + rng.randint(1, 40)])
    if kind < 0.85:
        return rng.choice(MARKS)
    if kind < 0.95:
        return "".join(rng.choice(COMMON) for _ in range(rng.randint(1, 4)))
    return rng.choice((rng.choice(SPACES), rng.choice(FOLDED), chr(rng.randint(0, sys.maxunicode))))


def mistyped(rng: random.Random, text: str) -> str:
    """Often the text itself, else with a character changed, left out or added."""
    if rng.random() < 0.7 or not text:
        return text
    index = rng.randrange(len(text))
    return text[:index] + rng.choice(("", rng.choice(COMMON), text[index] * 2)) + text[index + 1 :]
