"""The words that people read, in each language: one JSON file per language and area in `locale/`.

    say("verdict.correct")                       # 正确
    say("score", "en", score="2", max="4")       # Score 2 / 4

`zh_CN` is the default; a test proves that `en` has the same texts with the same `{names}`.
"""

from __future__ import annotations

import errno
import json
import re
import socket
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from kejian.model import Problem

__all__ = ["AREAS", "LANGUAGES", "describe", "language_of", "reason_of", "say", "texts", "worded"]

LANGUAGES: Final = ("zh_CN", "en")
_PART: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
AREAS: Final = (
    "charts",
    "checks",
    "cli",
    "click",
    "exam",
    "notebook",
    "pdf",
    "problems",
    "references",
    "theme",
    "ui",
)
"""`charts`: figures; `checks`: what `kejian check` says; `cli`: commands; `click`: words of the library for commands,
by their English text; `exam`: examination papers; `notebook`:
what the widget says besides its questions; `pdf`: the book as PDF; `problems`: message and remedy of each rule of the
bank's files; `references`: marks and words of a bibliography, in the language of each work; `theme`: words of Sphinx
that have no translation, by their English text; `ui`: what a page or widget shows in the browser."""


def say(text: str, language: str = LANGUAGES[0], /, **values: object) -> str:
    """The text of that name, with the values put in.

    Raises KeyError when there is no such text or a value is missing.
    """
    for area in AREAS:
        found = texts(area, language).get(text)
        if found is not None:
            return found.format_map(values)
    raise KeyError(text)


def describe(problem: Problem, language: str = LANGUAGES[0]) -> tuple[str, str]:
    """Message and remedy of a problem, in words."""
    values = worded(dict(problem.values), language)
    if "form" in values:  # a field that is missing
        values["meaning"] = say(f"field.{values['form']}.{values['name']}", language)
    message = say(f"{problem.id}.message", language, **values)
    if problem.subject:
        parts = say("part.next", language).join(_parts(problem.subject, texts("problems", language)))
        message = say("part.message", language, parts=parts, message=message)
    return message, say(f"{problem.id}.remedy", language, **values)


def reason_of(error: BaseException) -> str:
    """Why the system refuses a file: the name of a text (see `worded`), or what it says itself."""
    match error:
        case UnicodeError():
            return "errno.encoding"
        case socket.gaierror():
            return "errno.host"
        case OSError():
            name = f"errno.{errno.errorcode.get(error.errno or 0)}"
            return name if name in texts("cli", LANGUAGES[0]) else error.strerror or str(error)
        case ValueError() if "null" in str(error):
            return "errno.name"
    return str(error)


def worded(values: Mapping[str, str], language: str = LANGUAGES[0]) -> dict[str, str]:
    """The values of a message, with reasons of the system in words."""
    return {
        name: say(value, language)
        if value in texts("cli", language) and value.startswith("errno.")
        else value
        for name, value in values.items()
    }


def _parts(subject: str, words: Mapping[str, str]) -> list[str]:
    """`ch01-s01.why.B` and `ch01-e02.rubric.groups[1]` in words; a name that has none as it is."""
    parts: list[str] = []
    before = ""
    for name, number in _PART.findall(subject):
        if letter := words.get(f"part.{before}.letter"):
            parts[-1] = letter.format(name=name)
        elif number and (each := words.get(f"part.{name}.each")):
            parts.append(each.format(number=number))
        else:
            parts.append(words.get(f"part.{before}.{name}") or words.get(f"part.{name}") or name)
        before = name
    return parts


def language_of(tag: str | None) -> str:
    """The catalogue for a language tag of any spelling (`zh-Hans`, `en_US`); Chinese when unknown."""
    return "en" if (tag or "").lower().startswith("en") else "zh_CN"


@cache
def texts(area: str, language: str) -> Mapping[str, str]:
    """All texts of one area in one language."""
    source = files("kejian").joinpath("locale", language, f"{area}.json")
    found: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return found
