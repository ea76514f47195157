"""Texts for a terminal: problems, and aligned columns in which Chinese characters are two cells wide; no colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from kejian.catalogue import LANGUAGES, describe, reason_of, say, worded
from kejian.model import Problem

__all__ = ["BookError", "CommandError", "printable", "table", "tell", "width"]

GAP: Final = "  "
WIDE_SPACE: Final = "\u3000"


class CommandError(Exception):
    """A command cannot do what it was asked: the name of a text of the catalogue, and its values.

    A value that is an exception of the system is told in words.
    """

    status = 2
    """What the command exits with: 2 for a call or a file that is wrong, 1 for a result that is not good."""

    def __init__(self, text: str, **values: object) -> None:
        self.text = text
        self.values = {
            name: printable(reason_of(value) if isinstance(value, Exception) else str(value))
            for name, value in values.items()
        }
        super().__init__(text, self.values)

    def tell(self, language: str = LANGUAGES[0]) -> str:
        """What is wrong, in words."""
        return say(self.text, language, **worded(self.values, language))


class BookError(Exception):
    """The book cannot be built: `problems` say why, or nothing, when Sphinx has said it."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.tell()

    def tell(self, language: str = LANGUAGES[0]) -> str:
        """All problems in words; empty when they have been told."""
        return "\n".join(tell(problem, language) for problem in self.problems)


def tell(problem: Problem, language: str = LANGUAGES[0]) -> str:
    """Place, message and remedy, as for a broken question bank."""
    message, remedy = describe(problem, language)
    return f"{problem.place}  {message}\n    {problem.id}  {remedy}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned lines; cells that begin with a digit, a minus sign or a dash stand to the right."""
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = (GAP.join(map(_pad, row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def printable(text: str) -> str:
    """Text on one line that cannot steer the terminal: what is not printable (control, bidi …) becomes a blank.

    The full-width space stays: it is as wide as a Chinese character, and the blank of a question.
    """
    return "".join(char if char.isprintable() or char == WIDE_SPACE else " " for char in text)


def width(text: str) -> int:
    """Cells that printable text takes; combining characters take none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _pad(cell: str, cells: int) -> str:
    space = " " * (cells - width(cell))
    return space + cell if cell[:1].isdecimal() or cell[:1] in ("-", "–") else cell + space
