"""What a check is, and what it finds.

A family (one file beside this one) is a tuple `CHECKS` of `Check`; the package lists the families. Its words
stand in `locale/*/checks.json`: `ID.title`, `ID.message`, `ID.remedy`, `ID.reason`. Its two examples are run by the
tests and shown in the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from kejian.checks.course import Item
from kejian.model import Place, Problem

__all__ = ["Check", "Example", "Field", "Finding", "Found", "Item", "Scope", "Severity"]

Severity = Literal["error", "warning"]
"""`error`: the key or the book is wrong. `warning`: good practice says otherwise; it fails with `--strict`."""
Scope = Literal["question", "quiz", "bank", "book", "file"]
"""What a check looks at. Only `question` checks are the tests of a question for pytest."""
SEVERITIES: Final = ("error", "warning")


class Field(NamedTuple):
    """A part of a question or of its key, by names and 0-based numbers, e.g. `("evidence", 0, "quote")`.

    Its line and column are looked up only when it is told to somebody. An empty path is the question itself.
    """

    item: Item
    path: tuple[str | int, ...] = ()
    in_key: bool = False
    at: int = 0
    """Number of the character in the value that is meant, from 0."""

    def at_words(self, text: str, words: str) -> Field:
        """The place of these words in the text of the value; of the value where they do not stand in it."""
        return self._replace(at=max(text.find(words), 0))

    def __str__(self) -> str:
        """As the problems of the bank name it, e.g. `ch01-s01.evidence[1].quote`."""
        parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return self.item.question.id + "".join(parts)


class Found(NamedTuple):
    """One thing that a check found: where, and what to put in for the `{names}` of its words."""

    where: Field | Place
    values: Mapping[str, object] = {}
    question: str = ""
    """Id, where `where` is no field of a question but a question is concerned."""


@dataclass(frozen=True, slots=True)
class Example:
    """A small course, as what differs from the sound one in `example.py`.

    `question` and `key` replace fields of its question of that `type` (the value `DELETE`: leave it out); `files`
    adds or replaces whole files; `edits` replaces words of a file, once.
    """

    question: Mapping[str, Any] = field(default_factory=dict)
    key: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shown: str = ""
    """What a reader is shown instead, where that is shorter and clearer than the files."""
    type: str = "single"
    """Which question of the sound course: its first `single`, `multiple` or `essay`."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule."""

    id: str
    """Letters of the family and two digits, e.g. `ITEM03`."""
    severity: Severity
    scope: Scope
    find: Callable[..., Iterator[Found]]
    """`find(item, course)` (question), `find(quiz, course)` (quiz), `find(course)` (bank, book), `find(text, file,
    course)` (file: each file of the bank as text)."""
    bad: Example
    """It is found here …"""
    good: Example = field(default_factory=Example)
    """… and not here."""
    fix: Callable[[str], str] | None = None
    """Mends the text of a file (scope `file`) or of a field (other scopes) where only one answer is right."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a check found, with its place."""

    problem: Problem
    severity: Severity
    question: str = ""
    """Id of the question concerned; empty where there is none."""
