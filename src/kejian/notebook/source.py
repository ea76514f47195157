"""Where the questions of a widget come from: a file, the bank of the book, or the notebook itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from kejian import model
from kejian.bank import BankError, load_bank, load_quiz
from kejian.catalogue import describe, say
from kejian.forms import FORMS, SCHEMA

__all__ = ["BANK", "Item", "QuizError", "from_bank", "from_file", "from_questions", "select_items"]

BANK: Final = "quizzes"
"""Name of the folder that holds the bank of a book."""


class QuizError(Exception):
    """A quiz that cannot be shown: its text says what is wrong and what to do.

    In a notebook the cell shows this text and no traceback; in a script it is an ordinary exception.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception for this, so the cells below do not run on a quiz that is not there
        return str(self).split("\n")


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a widget."""

    quiz: str
    """Id of its quiz."""
    question: model.Question
    key: model.Key | None
    """None when there is none to grade by."""

    @property
    def graded(self) -> bool:
        """Whether a response can be marked."""
        return self.key is not None and (self.question.type != "essay" or self.key.rubric is not None)


def from_file(path: Path, exam: bool, language: str) -> tuple[str, list[Item]]:
    """Title and questions of one quiz file; raises QuizError.

    A public edition has no key files: in an exam that is no problem, answers are then only recorded.
    """
    keys = not exam or path.with_name(f"{path.stem}.key.yml").exists()
    try:
        return _of_quiz(load_quiz(path, keys=keys))
    except BankError as error:
        raise QuizError(_problems(error, language)) from None


def from_bank(id: str, bank: Path | None, exam: bool, language: str) -> tuple[str, list[Item]]:
    """Title and questions of a quiz of the bank; raises QuizError.

    Without `bank` it is the nearest folder `quizzes`, from the working directory upwards.
    """
    folder = bank or next(filter(Path.is_dir, (place / BANK for place in _upwards())), None)
    if folder is None:
        raise QuizError(say("notebook.no-bank", language, folder=Path.cwd().as_posix(), name=BANK))
    with suppress(ValueError):  # a short path, as the reader would type it
        folder = folder.relative_to(Path.cwd())
    keys = not exam or any(folder.rglob("*.key.yml"))
    try:
        quizzes = {quiz.id: quiz for quiz in load_bank(folder, keys=keys).quizzes}
    except BankError as error:
        raise QuizError(_problems(error, language)) from None
    if id not in quizzes:
        raise QuizError(say("quiz.unknown", language, name=id, known="、".join(quizzes)))
    return _of_quiz(quizzes[id])


def from_questions(
    questions: Sequence[model.Question | Mapping[str, Any]],
    keys: Mapping[str, model.Key] | None,
    language: str,
) -> tuple[str, list[Item]]:
    """The questions as given, or made from dicts that hold the fields of both YAML files; raises QuizError."""
    quiz = "notebook"
    if any(isinstance(question, Mapping) for question in questions):
        return "", _checked(quiz, [_mapping(q) for q in questions], language)
    return "", [Item(quiz, q, (keys or {}).get(q.id)) for q in questions if isinstance(q, model.Question)]


def select_items(items: list[Item], select: str | Sequence[str], language: str) -> list[Item]:
    """Those whose id matches one of the patterns (a list, or a text with spaces); raises QuizError when none does."""
    patterns = select.split() if isinstance(select, str) else select
    if not isinstance(patterns, list | tuple | set) or not all(isinstance(one, str) for one in patterns):
        raise QuizError(say("notebook.select", language, value=repr(select)))
    chosen = [item for item in items if any(fnmatchcase(item.question.id, one) for one in patterns)]
    if not chosen:
        quiz = items[0].quiz if items else "-"
        raise QuizError(say("quiz.empty", language, quiz=quiz, select=" ".join(patterns)))
    return chosen


def _checked(quiz: str, questions: Sequence[Mapping[str, Any]], language: str) -> list[Item]:
    """Dicts through the loader of the bank, so that the same rules hold and the same problems are found."""
    fields = FORMS["answer"]
    answers = {
        str(q.get("id", "")): {name: value for name, value in q.items() if name in fields}
        for q in questions
        if fields.keys() & q.keys()
    }
    asked = [{name: value for name, value in q.items() if name not in fields} for q in questions]
    head = {"schema": SCHEMA, "id": quiz, "title": quiz, "pages": [], "questions": asked}
    with TemporaryDirectory() as name:
        path = Path(name, f"{quiz}.yml")
        _write(path, head)
        _write(path.with_name(f"{quiz}.key.yml"), {"schema": SCHEMA, "quiz": quiz, "answers": answers})
        try:
            return _of_quiz(load_quiz(path, keys=bool(answers)))[1]
        except BankError as error:
            raise QuizError(_problems(error, language, places=False)) from None


def _write(path: Path, data: object) -> None:
    # JSON is YAML in which nothing can be mistaken for a number or a date
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _mapping(question: model.Question | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(question, model.Question):
        raise TypeError("questions are all dicts or all kejian.model.Question")
    return question


def _of_quiz(quiz: model.Quiz) -> tuple[str, list[Item]]:
    keys = quiz.keys or {}
    return quiz.title, [Item(quiz.id, question, keys.get(question.id)) for question in quiz.questions]


def _upwards() -> tuple[Path, ...]:
    return (Path.cwd(), *Path.cwd().parents)


def _problems(error: BankError, language: str, places: bool = True) -> str:
    """All problems, as `kejian check` lists them; a question in code has no place in a file."""
    lines = []
    for problem in error.problems:
        message, remedy = describe(problem, language)
        lines += [f"{problem.place}  {message}" if places else message, f"    {problem.id}  {remedy}"]
    return "\n".join(lines)
