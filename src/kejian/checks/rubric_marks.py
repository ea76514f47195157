"""What the grader makes of the texts that belong to an essay: its model answer, its samples, its phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kejian.checks.check import Field, Item
from kejian.grading import Result, compile_rubric, grade_essay
from kejian.grading.essay_match import tightened, word_characters
from kejian.grading.essay_rubric import CompiledRubric
from kejian.grading.essay_words import DENIALS
from kejian.grading.result import PointResult
from kejian.model import Key, Point, Question, Rubric, Sample

__all__ = ["EARNED", "Marks", "Pattern", "Placed", "dead_phrases", "marks_of", "statuses"]

COPIED_FROM: Final = 8
"""Word characters: what is shorter is never taken for a copy of the question."""
MOST_KNOWN: Final = 2048
"""Rubrics whose marks are remembered."""
EARNED: Final = ("ok", "partial", "listed", "blocked")
"""What becomes of a point whose words are there; `blocked` waits for another point."""

Pattern = tuple[tuple[str, ...], ...]


class Placed(NamedTuple):
    """A scoring point and where it stands."""

    point: Point
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """An essay, and what the grader makes of the texts that belong to it."""

    item: Item
    rubric: Rubric
    compiled: CompiledRubric
    model: Result | None
    stem: Result | None
    """None where the question is long enough for the grader to know a copy of it."""
    samples: tuple[tuple[Sample, Result], ...]

    def points(self) -> Iterator[Placed]:
        """Every scoring point."""
        for number, group in enumerate(self.rubric.groups):
            for index, point in enumerate(group.points):
                yield Placed(point, ("rubric", "groups", number, "points", index))

    def title(self, id: str) -> str:
        """Of a scoring point."""
        return next(placed.point.title for placed in self.points() if placed.point.id == id)

    def field(self, *path: str | int) -> Field:
        """A part of the key."""
        return Field(self.item, path, in_key=True)

    def status(self, text: str, point: Point) -> str:
        """What becomes of a point when this is the whole answer."""
        return statuses(grade_essay(self.compiled, text))[point.id].status


_KNOWN: Final[dict[int, tuple[Key, Question, Marks]]] = {}
"""By identity of the key, which is kept with it so that no other object can get its number."""


def marks_of(item: Item) -> Iterator[Marks]:
    """The marks of an essay with a rubric, worked out once; nothing for other questions."""
    question, key = item.question, item.key
    if key is None or key.rubric is None:
        return
    known = _KNOWN.get(id(key))
    if known and known[0] is key and known[1] is question:
        yield known[2]
        return
    compiled = compile_rubric(question.stem, question.points, key.rubric, key.model_answer)
    marks = Marks(
        item,
        key.rubric,
        compiled,
        grade_essay(compiled, key.model_answer) if key.model_answer else None,
        grade_essay(compiled, question.stem) if len(compiled.stem) < COPIED_FROM else None,
        tuple((sample, grade_essay(compiled, sample.response)) for sample in key.samples),
    )
    if len(_KNOWN) >= MOST_KNOWN:
        del _KNOWN[next(iter(_KNOWN))]
    _KNOWN[id(key)] = key, question, marks
    yield marks


def statuses(result: Result) -> dict[str, PointResult]:
    """What became of each point, by id."""
    return {point.id: point for point in result.detail.points} if result.detail else {}


def dead_phrases(marks: Marks, point: Point, number: int, every: bool = True) -> list[tuple[str, str]]:
    """Phrases of a pattern that never earn the point, with the status that they get.

    `every`: only if none of the pattern earns it. Only phrases that the grader may read otherwise are tried.
    """
    pattern = point.patterns[number]
    found: list[tuple[str, str]] = []
    for slot, phrases in enumerate(pattern):
        dead = [
            (phrase, status)
            for phrase in phrases
            if _doubtful(phrase, point, marks.compiled.stem)
            for status in [_probed(marks, point, pattern, slot, phrase)]
            if status not in EARNED
        ]
        if every and len(dead) == len(phrases):
            return dead
        found += dead
    return [] if every else found


def _doubtful(phrase: str, point: Point, stem: str) -> bool:
    words = word_characters(tightened(phrase))
    return (
        not words
        or (len(words) >= COPIED_FROM and words in stem)
        or any(denial in phrase for denial in DENIALS)
        or any(name in phrase for name in point.against)
    )


def _probed(marks: Marks, point: Point, pattern: Pattern, slot: int, phrase: str) -> str:
    """Status of the point for an answer of nothing but the phrase and the first ones of the other slots."""
    if not word_characters(tightened(phrase)):
        return "missing"
    words = [phrase if at == slot else phrases[0] for at, phrases in enumerate(pattern)]
    return marks.status("".join([*point.subject[:1], *words]), point)
