"""The prose of a question and of its key, and what in a text is not prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from kejian.checks.check import Field
from kejian.checks.course import Item

__all__ = ["HAN", "Rule", "around", "is_chinese", "masked", "mend", "prose"]

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Inside `[…]`: Chinese characters."""
MASK: Final = "\ue000"
"""Stands for a character that is not prose: no rule knows this one."""

_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile("[A-Za-z]")
_LITERAL: Final = re.compile(
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"  # code, and the text of a role
    r"|\{[a-z][a-z:.+-]*\}(?=`)"
    r"|\$\$.+?\$\$|\$(?! )[^$\n]+?(?<! )\$(?!\d)"  # formulas
    r"|\\."
    r"|(?<=\])\([^()\s]*\)"  # target of a link
    r"|https?://[^\s\u3000-\u303f\uff00-\uffef]+|www\.[\w./-]+|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|</?[A-Za-z][^<>\n]*>|<!--.*?-->"
    r"|^\|[^\n]*|^(?:```|~~~).*?^(?:```|~~~)",  # tables and blocks of code
    re.DOTALL | re.MULTILINE | re.ASCII,
)
_MAYBE_LITERAL: Final = re.compile(r"[`$\\<@|~]|\]\(|https?:|www\.")


class Rule(NamedTuple):
    """How something is written, and how it should be."""

    wrong: re.Pattern[str]
    right: str | Callable[[str], str] | None
    """What stands there instead, or a function from the one to the other; None where people have to decide."""


def prose(item: Item) -> Iterator[tuple[Field, str]]:
    """Every text that an author wrote for readers, with its place.

    Left out are quotes, which stand as the book has them, and phrasings and samples, which stand as students write.
    """
    question, key = item.question, item.key
    yield Field(item, ("stem",)), question.stem
    for letter, text in question.options.items():
        yield Field(item, ("options", letter)), text
    if question.hint:
        yield Field(item, ("hint",)), question.hint
    if key is None:
        return
    yield Field(item, ("explanation",), True), key.explanation
    for letter, text in key.why.items():
        yield Field(item, ("why", letter), True), text
    if key.model_answer:
        yield Field(item, ("model_answer",), True), key.model_answer
    for number, group in enumerate(key.rubric.groups if key.rubric else ()):
        path: tuple[str | int, ...] = ("rubric", "groups", number)
        yield Field(item, (*path, "title"), True), group.title
        for index, point in enumerate(group.points):
            here = (*path, "points", index)
            yield Field(item, (*here, "title"), True), point.title
            if point.reference:
                yield Field(item, (*here, "reference"), True), point.reference
            for status, text in point.feedback.items():
                yield Field(item, (*here, "feedback", status), True), text


def masked(text: str) -> str:
    """The text with code, formulas, addresses, tables and tags blotted out; its length stays the same."""
    if not _MAYBE_LITERAL.search(text):
        return text
    return _LITERAL.sub(lambda found: MASK * len(found[0]), text)


def is_chinese(text: str) -> bool:
    """Whether a text is Chinese, maybe with foreign words in it; a Chinese word needs about as much as four letters."""
    han = len(_HAN.findall(text))
    return han > 0 and han * 4 >= len(_LATIN.findall(text))


def mend(text: str, rules: tuple[Rule, ...]) -> str:
    """The text as the rules want it; what is not prose stays as it is."""
    for wrong, right in rules:
        if right is None:
            continue
        for found in reversed(list(wrong.finditer(masked(text)))):
            start, end = found.span()
            new = right(text[start:end]) if callable(right) else right
            text = text[:start] + new + text[end:]
    return text


def around(text: str, start: int, end: int, reach: int = 8) -> str:
    """A part of a text with some characters on either side, to be quoted in a message."""
    before, after = max(start - reach, 0), end + reach
    cut = text[before:after].replace("\n", " ")
    return ("…" if before else "") + cut + ("…" if after < len(text) else "")
