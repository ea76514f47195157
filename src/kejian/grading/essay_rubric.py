"""Rubrics as grading reads them: cleaned, numbered, counted once, so that nothing depends on the language.

The twin, web/src/grading/essay.ts, has the types only: it reads what `rubric_json` wrote into the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kejian.grading.essay_match import (
    clauses,
    familiar,
    has_negator,
    pairs_of,
    prepare,
    tightened,
    word_characters,
)
from kejian.grading.essay_phrases import Automaton
from kejian.grading.essay_words import INTERJECTIONS
from kejian.grading.result import HUNDREDTHS
from kejian.model import Point, Rubric

__all__ = ["CompiledGroup", "CompiledPoint", "CompiledRubric", "compile_rubric", "rubric_json"]

WINDOW_DEFAULT: Final = 24
"""Characters that may stand between the phrases of a pattern."""
FEWEST_PAIRS: Final = 3
"""A shorter reference says too little."""


@dataclass(frozen=True, slots=True)
class CompiledPoint:
    """A scoring point; phrases are numbers of `CompiledRubric.literals`."""

    id: str
    weight: int
    patterns: tuple[tuple[tuple[int, ...], ...], ...]
    negative: bool
    subject: tuple[int, ...]
    against: tuple[int, ...]
    requires: str | None
    window: int
    reference: tuple[str, ...]
    """Pairs of characters, those of the question left out."""
    deniable: bool
    """Whether words of the reference count only where nothing negates them: not when it is negative itself."""


@dataclass(frozen=True, slots=True)
class CompiledGroup:
    """Scoring points that share a maximum."""

    id: str
    max_score: int
    """Hundredths of a point."""
    points: tuple[CompiledPoint, ...]


@dataclass(frozen=True, slots=True)
class CompiledRubric:
    """All that grading needs to know of an essay question."""

    max_score: int
    """Hundredths of a point."""
    alignment: int
    """Per cent of the mark from likeness to the model answer."""
    min_chars: int
    stem: str
    """Word characters of the question."""
    literals: tuple[str, ...]
    groups: tuple[CompiledGroup, ...]
    model: tuple[tuple[str, ...], ...]
    """Pairs of characters of each clause of the model answer, those of the question left out; empty where likeness
    earns nothing."""
    vocabulary: str
    """Chinese characters that rubric, question and model answer use, beyond the most frequent."""
    automaton: Automaton = field(compare=False, repr=False)
    """Made of `literals`."""


def compile_rubric(stem: str, points: int, rubric: Rubric, model_answer: str | None) -> CompiledRubric:
    """What `grade_essay` works with; `points` is the full mark, which the maxima of the groups add up to."""
    question = word_characters(tightened(stem))
    asked = set(pairs_of(question))
    numbers: dict[str, int] = {}

    def number(phrases: Iterable[str]) -> tuple[int, ...]:
        cleaned = (tightened(phrase) for phrase in phrases)
        return tuple(numbers.setdefault(phrase, len(numbers)) for phrase in cleaned if phrase)

    def pairs(text: str | None) -> tuple[str, ...]:
        found = tuple(pair for pair in pairs_of(tightened(text or "")) if pair not in asked)
        return found if len(found) >= FEWEST_PAIRS else ()

    def compiled(point: Point) -> CompiledPoint:
        patterns = (tuple(number(slot) for slot in pattern) for pattern in point.patterns)
        return CompiledPoint(
            id=point.id,
            weight=point.weight,
            patterns=tuple(pattern for pattern in patterns if pattern and all(pattern)),
            negative=point.negative,
            subject=number(point.subject),
            against=number(point.against),
            requires=point.requires,
            window=WINDOW_DEFAULT if point.window is None else point.window,
            reference=pairs(point.reference),
            deniable=not point.negative and not has_negator(tightened(point.reference or "")),
        )

    groups = tuple(
        CompiledGroup(group.id, group.max * HUNDREDTHS, tuple(compiled(point) for point in group.points))
        for group in rubric.groups
    )
    references = "".join(point.reference or "" for group in rubric.groups for point in group.points)
    known = "".join(numbers) + question + tightened((model_answer or "") + references)
    automaton = prepare(tuple(numbers))
    return CompiledRubric(
        max_score=points * HUNDREDTHS,
        alignment=rubric.alignment,
        min_chars=rubric.min_chars,
        stem=question,
        literals=tuple(numbers),
        groups=groups,
        model=tuple(filter(None, map(pairs, clauses(tightened(model_answer or "")))))
        if rubric.alignment
        else (),
        vocabulary="".join(
            sorted({char for char in word_characters(known) if not familiar(char)} - set(INTERJECTIONS))
        ),
        automaton=automaton,
    )


def rubric_json(compiled: CompiledRubric) -> dict[str, Any]:
    """The compiled rubric as plain JSON."""
    without = {
        name: getattr(compiled, name) for name in compiled.__slots__ if name not in ("automaton", "groups")
    }
    return without | {"groups": [asdict(group) for group in compiled.groups]}
