"""Grading, pure functions: question, key and response to `Result`; twin of web/src/grading/index.ts.

A new question type is one file beside this one (and its twin) and one line in `TYPES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kejian.grading.choice import grade_choice, rule_of
from kejian.grading.result import HUNDREDTHS, Result, Verdict, format_score
from kejian.grading.text import normalise
from kejian.model import Key, Question, QuestionType

__all__ = ["TYPES", "Result", "Verdict", "format_score", "grade", "rule_of"]


def grade(question: Question, key: Key | None, response: str) -> Result:
    """The result of a response: letters for a choice, e.g. `BD`, the text itself for an essay.

    Without a key (an edition that has none) the verdict is UNGRADED, or BLANK when nothing was answered.
    """
    return dict(TYPES)[question.type](question, key, response)


def _choice(question: Question, key: Key | None, response: str) -> Result:
    return grade_choice(rule_of(question, key), response)


def _ungraded(question: Question, key: Key | None, response: str) -> Result:
    """For types that readers compare with the model answer themselves."""
    verdict = Verdict.UNGRADED if normalise(response) else Verdict.BLANK
    return Result(verdict, 0, question.points * HUNDREDTHS)


TYPES: Final[tuple[tuple[QuestionType, Callable[[Question, Key | None, str], Result]], ...]] = (
    ("single", _choice),
    ("multiple", _choice),
    ("essay", _ungraded),
)
"""Name and grader of each question type, in the order of the documentation."""
