"""What grading gives back; twin of web/src/grading/result.ts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = [
    "HUNDREDTHS",
    "EssayDetail",
    "Flag",
    "GroupResult",
    "PointResult",
    "Result",
    "Status",
    "Verdict",
    "format_score",
]

HUNDREDTHS = 100
"""Scores are whole numbers of hundredths of a point: floats round differently from place to place."""


class Verdict(StrEnum):
    """What became of a response, in one word."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"
    BLANK = "blank"
    """Nothing was answered, which is not the same as a wrong answer."""
    INVALID = "invalid"
    """It cannot be read as an answer to this question."""
    UNGRADED = "ungraded"
    """There is an answer, but no key, or no grader for this type."""


Status = Literal["ok", "partial", "missing", "negated", "wrong_side", "copied", "blocked", "listed"]
"""What became of a scoring point: made; words like it; not there; denied; said of the other side of a comparison;
only copied from the question; not counted since the point that it requires is not made; only listed as a keyword."""

Flag = Literal["keyword_list", "gibberish", "contradiction", "too_short", "long"]
"""What a teacher should look at; `long`: only the beginning was read."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Scoring points that share a maximum."""

    id: str
    score: int
    """Hundredths of a point."""
    max_score: int
    """Hundredths of a point."""


@dataclass(frozen=True, slots=True)
class PointResult:
    """One scoring point."""

    id: str
    group: str
    status: Status
    weight: int
    """Whole points."""
    credit: int
    """Share of the weight that is earned, permille."""
    score: int
    """Hundredths of a point, before the maximum of the group applies."""
    spans: tuple[tuple[int, int], ...]
    """The words that decided: offsets [start, end) in the text as typed, in code points."""


@dataclass(frozen=True, slots=True)
class EssayDetail:
    """How the mark of an essay came about.

    The mark is the sum of the groups' scores. When the likeness to the model answer is higher than the share of the
    full mark which that sum is, it replaces the share for as many per cent of the mark as the rubric says. The mark
    is rounded to half points, halves up.
    """

    groups: tuple[GroupResult, ...]
    points: tuple[PointResult, ...]
    flags: tuple[Flag, ...]
    alignment: int
    """Likeness to the model answer, permille; 0 where the rubric gives nothing for it."""
    chars: int
    """Chinese characters, letters and digits."""


@dataclass(frozen=True, slots=True)
class Result:
    """One graded response. `dataclasses.asdict` of it, as JSON, is what the TypeScript twin returns."""

    verdict: Verdict
    score: int
    """Hundredths of a point."""
    max_score: int
    """Hundredths of a point."""
    right: tuple[str, ...] = ()
    """Letters ticked and right."""
    wrong: tuple[str, ...] = ()
    """Letters ticked and wrong."""
    missed: tuple[str, ...] = ()
    """Letters right but not ticked."""
    detail: EssayDetail | None = None
    """Essays that were graded only."""


def format_score(hundredths: int) -> str:
    """The score as a reader sees it: 200 is `2`, 133 is `1.33`, 50 is `0.5`; `hundredths` is not negative."""
    whole, rest = divmod(hundredths, HUNDREDTHS)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
