"""Grading, pure functions: question, key and response to `Result`; twin of web/src/grading/index.ts.

A new question type is one file beside this one (and its twin) and one line in `TYPES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kejian.grading.choice import grade_choice, rule_of
from kejian.grading.essay import CompiledRubric, compile_rubric, grade_essay, rubric_json
from kejian.grading.result import HUNDREDTHS, Result, Verdict, format_score
from kejian.grading.text import normalise
from kejian.model import Key, Question, QuestionType

__all__ = [
    "TYPES",
    "Result",
    "Verdict",
    "compile_rubric",
    "format_score",
    "grade",
    "grade_essay",
    "rubric_json",
    "rule_of",
]

MOST_COMPILED = 256
"""Rubrics that are kept compiled: more than a book has, and not all that a long run may load."""


def grade(question: Question, key: Key | None, response: str) -> Result:
    """The result of a response: letters for a choice, e.g. `BD`, the text itself for an essay.

    Without a key (an edition that has none) the verdict is UNGRADED, or BLANK when nothing was answered.
    """
    return dict(TYPES)[question.type](question, key, response)


def _choice(question: Question, key: Key | None, response: str) -> Result:
    return grade_choice(rule_of(question, key), response)


def _essay(question: Question, key: Key | None, response: str) -> Result:
    """By rubric; without one readers compare their essay with the model answer themselves."""
    if key and key.rubric:
        return grade_essay(_compiled(question, key), response)
    verdict = Verdict.UNGRADED if normalise(response) else Verdict.BLANK
    return Result(verdict, 0, question.points * HUNDREDTHS)


def _compiled(question: Question, key: Key) -> CompiledRubric:
    """The key's rubric, compiled the first time it is needed."""
    known = _COMPILED.get(id(key))
    if known and known[0] is key and known[1] is question:
        return known[2]
    if key.rubric is None:
        raise ValueError(f"{question.id} has no rubric")
    compiled = compile_rubric(question.stem, question.points, key.rubric, key.model_answer)
    if len(_COMPILED) >= MOST_COMPILED:
        del _COMPILED[next(iter(_COMPILED))]
    _COMPILED[id(key)] = key, question, compiled
    return compiled


_COMPILED: Final[dict[int, tuple[Key, Question, CompiledRubric]]] = {}
"""By identity of the key, which is kept with it so that no other object can get its number."""

TYPES: Final[tuple[tuple[QuestionType, Callable[[Question, Key | None, str], Result]], ...]] = (
    ("single", _choice),
    ("multiple", _choice),
    ("essay", _essay),
)
"""Name and grader of each question type, in the order of the documentation."""
