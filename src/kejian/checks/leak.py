"""Nothing of a key in what students get.

    texts of the keys ─▶ pieces of 12 letters that no page, question or table has
    built files ─▶ letters alone ─▶ is one of the pieces in them?

A piece is enough: a shortened explanation gives the answer away as well. Markup, line ends and punctuation are no
part of a piece, so it does not matter how an edition sets them.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final

from kejian.bank import KEY_SUFFIX
from kejian.checks.built import Built, built_files, squeezed
from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.checks.links import bibliography
from kejian.checks.lock import LOCK
from kejian.model import Key, Place
from kejian.yamlfile import shown

__all__ = ["CHECKS"]

PIECE: Final = 12
"""Letters that are no accident."""
SHORTEST: Final = 6
"""Letters of the shortest text that is looked for, e.g. a phrase of a rubric."""
STEP: Final = 3
"""Letters from one piece of a text to the next."""
NEAR: Final = 3000
"""Characters between the id of a question and its answer."""

SHARED: Final = 500
"""Longer lines are not looked for in other files."""
BREAK: Final = " \u16a0 "
"""A letter that no key has, where something is passed over: what stands on both sides is not one text."""
ANSWER_WORDS: Final = ("answer", "correct", "solution")
"""What programs call a key."""

_ROLE: Final = re.compile(r"\{[\w:+.-]+\}(?=`)|(?<=\])\([^()\s]*\)")
_ANSWER: Final = re.compile(
    rf"""(?:\\*["']|\bdata-)(?:{"|".join(ANSWER_WORDS)})s?\\*["']?\s*[:=]\s*"""
    r"""(\[[^\]]{0,80}\]|\\*["'][A-Z, 、，;；]{1,40}\\*["'])"""
)
_ENGLISH: Final = re.compile(r"[\x00-\x7f]{80,}")
_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*")
_ANCHOR: Final = re.compile(r"\bevidence-([A-Za-z0-9][\w.-]*)-[\w.]+")


class _Secrets:
    """Texts of the keys, as pieces by which they are found."""

    def __init__(self, course: Course) -> None:
        self.texts: list[tuple[str, str]] = []
        """Id of the question, text."""
        self.pieces: dict[str, list[tuple[str, int]]] = defaultdict(list)
        """First letters of each piece, to the pieces that begin so, with the number of their text."""
        public = _Public(course)
        for item in course.items():
            for text in _texts(item.key) if item.key else ():
                self._add(item.question.id, text, public)
        self.is_ascii = any(head.isascii() for head in self.pieces)

    def _add(self, question: str, text: str, public: _Public) -> None:
        letters = squeezed(_ROLE.sub("", text))
        length = min(PIECE, len(letters))
        if length < SHORTEST:
            return
        last = len(letters) - length
        self.texts.append((question, " ".join(text.split())))
        for start in {*range(0, last, STEP), last}:
            piece = letters[start : start + length]
            head = piece[:SHORTEST]
            # English words in a Chinese text are left out: then English lines need not be looked at
            if (letters.isascii() or not head.isascii()) and not public.has(piece):
                self.pieces[head].append((piece, len(self.texts) - 1))

    def found_in(self, text: str, seen: set[str]) -> dict[str, tuple[str, str]]:
        """Id of each question whose key is given away, to the text of the key and the piece of it.

        Lines that were `seen` are passed over: the pages of a site share most of theirs.
        """
        lines: list[str] = []
        for line in text.split("\n"):
            if line in seen or (line.isascii() and line and not self.is_ascii):
                line = BREAK
            elif len(line) < SHARED:
                seen.add(line)
            lines.append(line)
        text = "\n".join(lines)
        letters = squeezed(text if self.is_ascii else _ENGLISH.sub(BREAK, text))
        heads = self.pieces.keys() & _pieces(letters, SHORTEST)
        found: dict[str, tuple[str, str]] = {}
        for head in heads:
            for piece, number in self.pieces[head]:
                question, key = self.texts[number]
                # the longest text says best what leaked
                if piece in letters and _rank(key, piece) > _rank(*found.get(question, ("", ""))):
                    found[question] = (key, piece)
        return found


class _Public:
    """What students may read: pages, questions, tables, bibliography."""

    def __init__(self, course: Course) -> None:
        parts: list[str] = []
        for page in course.pages():
            parts += ["\n".join(page.lines), "\n".join(block.text for block in page.blocks)]
        for quiz, question, _ in course.items():
            options = question.options
            parts += [quiz.title, question.stem, question.hint or "", "".join(options.values())]
            parts.append("".join(letter + text for letter, text in options.items()))
        tables = [_read(path) for path in (course.root / "data").rglob("*.csv")]
        parts += tables
        # a chart writes the values of a column side by side
        parts += [
            "".join(column)
            for table in tables
            for column in zip_longest(*csv.reader(table.splitlines()), fillvalue="")
        ]
        parts += [_read(course.root / name) for name in bibliography(course)]
        # a line end between two parts is in no piece of a key
        self._letters = "\n".join(squeezed(_ROLE.sub("", part)) for part in parts)
        self._pieces = {length: _pieces(self._letters, length) for length in (SHORTEST, PIECE)}

    def has(self, piece: str) -> bool:
        """Whether a piece stands in something that students may read."""
        if len(piece) == PIECE:
            return piece in self._pieces[PIECE]
        return piece[:SHORTEST] in self._pieces[SHORTEST] and piece in self._letters


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _rank(text: str, piece: str) -> tuple[int, str, str]:
    return len(text), text, piece


def _pieces(letters: str, length: int) -> set[str]:
    """All pieces of that length."""
    return {letters[at : at + length] for at in range(len(letters))}


def _texts(key: Key) -> Iterator[str]:
    """Everything in a key that is prose."""
    yield key.explanation
    yield from key.why.values()
    if key.model_answer:
        yield from key.model_answer.split("\n")
    yield from (sample.response for sample in key.samples)
    for group in key.rubric.groups if key.rubric else ():
        yield group.title
        for point in group.points:
            yield point.title
            yield point.reference or ""
            yield from point.feedback.values()
            yield from (phrase for pattern in point.patterns for slot in pattern for phrase in slot)


@lru_cache(maxsize=1)
def _leaks(course: Course) -> list[tuple[str, Found]]:
    """Everything that leaked, each with the id of its check; every file is read once."""
    found: list[tuple[str, Found]] = []
    secrets: _Secrets | None = None
    answers = {item.question.id: set(item.key.answer) for item in course.items() if item.key}
    seen: set[str] = set()
    for file in built_files(course):
        secrets = secrets or _Secrets(course)
        name = (file.inside or file.path.name).rpartition("/")[2]
        if name.endswith(KEY_SUFFIX) or name == LOCK:
            found.append(("LEAK03", Found(Place(shown(file.path)), {"file": file.name})))
        for question, (text, piece) in secrets.found_in(file.text, seen).items():
            values = {"file": file.name, "id": question, "text": text}
            found.append(("LEAK01", Found(_place(file, piece), values, question)))
        for question, text in _marked(file.text, answers).items():
            values = {"file": file.name, "id": question, "text": text}
            found.append(("LEAK02", Found(_place(file, text), values, question)))
    return found


def _leaked(id: str) -> Callable[[Course], Iterator[Found]]:
    """What a check finds."""
    return lambda course: (found for name, found in _leaks(course) if name == id)


def _marked(text: str, answers: Mapping[str, set[str]]) -> dict[str, str]:
    """Id of each question whose right letters or whose evidence is marked, to what marks it."""
    found: dict[str, str] = {}
    for match in _ANSWER.finditer(text) if any(word in text for word in ANSWER_WORDS) else ():
        question = _nearest(text, match.start(), match.end(), answers)
        letters = {char for char in match[1] if char.isalpha()}
        if question and letters and letters == answers[question]:
            found.setdefault(question, match[0])
    for match in _ANCHOR.finditer(text):
        if match[1] in answers:
            found.setdefault(match[1], match[0])
    return found


def _nearest(text: str, start: int, end: int, known: Mapping[str, set[str]]) -> str:
    """The id of a question before this place, else behind it; empty when there is none near."""
    before = [name for name in map(_id, _ID.findall(text[max(0, start - NEAR) : start])) if name in known]
    behind = (name for name in map(_id, _ID.findall(text[end : end + NEAR])) if name in known)
    return before[-1] if before else next(behind, "")


def _id(word: str) -> str:
    return word.removeprefix("q-")


def _place(file: Built, piece: str) -> Place:
    """The line of a text file in which a piece stands; its beginning where that cannot be said."""
    path = shown(file.path)
    if not file.inside and file.path.suffix.lower() != ".pdf":
        for number, line in enumerate(file.text.split("\n"), start=1):
            if piece in line or piece in squeezed(line):
                return Place(path, number)
    return Place(path)


def _site(text: str) -> Example:
    return Example(
        files={"_build/exam/index.html": f'<form id="q-w-s1">下列各项中，属于固态的水的是</form>\n{text}\n'}
    )


CHECKS: Final = (
    Check(
        "LEAK01",
        "error",
        "book",
        _leaked("LEAK01"),
        bad=_site("<p>雪和霜同冰一样，都是<em>固态</em>的水。</p>"),
        good=_site("<p>冰是固态的水，雪和霜也是固态的水。</p>"),
    ),
    Check(
        "LEAK02",
        "error",
        "book",
        _leaked("LEAK02"),
        bad=_site('<script type="application/json">{"points":2,"letters":"ABC","answer":"C"}</script>'),
        good=_site('<script type="application/json">{"points":2,"letters":"ABC"}</script>'),
    ),
    Check(
        "LEAK03",
        "error",
        "book",
        _leaked("LEAK03"),
        bad=Example(files={"_build/notebooks-exam/quizzes/water.key.yml": "schema: 1\n"}),
        good=Example(files={"_build/notebooks-exam/quizzes/water.yml": "schema: 1\n"}),
    ),
)
