"""What grading gives back; twin of web/src/grading/result.ts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HUNDREDTHS", "Result", "Verdict", "format_score"]

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


def format_score(hundredths: int) -> str:
    """The score as a reader sees it: 200 is `2`, 133 is `1.33`, 50 is `0.5`; `hundredths` is not negative."""
    whole, rest = divmod(hundredths, HUNDREDTHS)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
