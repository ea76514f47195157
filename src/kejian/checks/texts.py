"""The prose of a question and of its key, and what in a text is not prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course, Item
from kejian.checks.remember import remembered
from kejian.checks.wording import about_wording

__all__ = ["HAN", "Rule", "around", "is_chinese", "masked", "mend", "prose", "text_check"]

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Inside `[…]`: Chinese characters."""
MASK: Final = "\ue000"
"""Stands for a character that is not prose: no rule knows this one."""
LETTERS: Final = 5
"""So many letters count as one Chinese character."""

_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile("[A-Za-z]")
_LITERAL: Final = re.compile(
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"  # code, and the text of a role
    r"|\{[a-z][a-z:.+-]*\}(?=`)"
    r"|\$\$.+?\$\$|\$(?! )[^$\n]+?(?<! )\$(?!\d)"  # formulas
    r"|\\.|&#?[A-Za-z0-9]+;"
    r"|(?<=\])\([^()\s]*\)"  # target of a link
    r"|https?://[^\s\u3000-\u303f\uff00-\uffef]+|www\.[\w./-]+|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|</?[A-Za-z][^<>\n]*>|<!--.*?-->"
    r"|^\|[^\n]*|^(?:```|~~~).*?^(?:```|~~~)",  # tables and blocks of code
    re.DOTALL | re.MULTILINE | re.ASCII,
)
_MAYBE_LITERAL: Final = re.compile(r"[`$\\<@|~&]|\]\(|https?:|www\.")

Path = tuple[str | int, ...]


class Rule(NamedTuple):
    """How something is written, and how it should be."""

    wrong: re.Pattern[str]
    right: str | Callable[[str], str] | None
    """What stands there instead, or a function from the one to the other; None where people have to decide."""


def text_check(
    id: str,
    rules: tuple[Rule, ...],
    signs: str,
    bad: Example,
    good: Example,
    concerns: Callable[[str], bool] = lambda text: True,
) -> Check:
    """A warning for each text that breaks one of the rules.

    `signs`: a pattern without which no rule can be broken; most questions do not have it, which is seen at once.
    `concerns`: whether the rules are meant for a text.
    """
    needed = re.compile(signs)

    def find(item: Item, course: Course) -> Iterator[Found]:
        texts, together = _texts(item)
        if not needed.search(together):
            return
        for path, in_key, text in texts:
            if not needed.search(text):
                continue
            for wrong, _ in rules:
                if wrong.search(text) and (found := wrong.search(masked(text))) and concerns(text):
                    start, end = found.span()
                    values = {"wrong": text[start:end].strip(), "text": around(text, start, end)}
                    yield Found(Field(item, path, in_key, start), values)
                    break

    def fix(text: str) -> str:
        return mend(text, rules) if concerns(text) else text

    return Check(id, "warning", "question", find, bad, good, fix)


Prose = tuple[tuple[Path, bool, str], ...]


def prose(item: Item) -> Prose:
    """Every text that an author wrote for readers: its path, whether it is in the key (see `Field`), the text.

    Left out are quotes, which stand as the book has them, phrasings and samples, which stand as students write, and
    questions about spelling or punctuation, in which mistakes are meant.
    """
    return _texts(item)[0]


@remembered
def _texts(item: Item) -> tuple[Prose, str]:
    """The same, and all texts together, one on a line."""
    texts = tuple(_prose(item))
    return texts, "\n".join(text for *_, text in texts)


def _prose(item: Item) -> Iterator[tuple[Path, bool, str]]:
    question, key = item.question, item.key
    if about_wording(question.stem):
        return
    yield ("stem",), False, question.stem
    for letter, text in question.options.items():
        yield ("options", letter), False, text
    if question.hint:
        yield ("hint",), False, question.hint
    if key is None:
        return
    yield ("explanation",), True, key.explanation
    for letter, text in key.why.items():
        yield ("why", letter), True, text
    if key.model_answer:
        yield ("model_answer",), True, key.model_answer
    for number, group in enumerate(key.rubric.groups if key.rubric else ()):
        path: Path = ("rubric", "groups", number)
        yield (*path, "title"), True, group.title
        for index, point in enumerate(group.points):
            here = (*path, "points", index)
            yield (*here, "title"), True, point.title
            if point.reference:
                yield (*here, "reference"), True, point.reference
            for status, text in point.feedback.items():
                yield (*here, "feedback", status), True, text


def masked(text: str) -> str:
    """The text with code, formulas, addresses, tables and tags blotted out; its length stays the same."""
    if not _MAYBE_LITERAL.search(text):
        return text
    return _LITERAL.sub(lambda found: MASK * len(found[0]), text)


def is_chinese(text: str) -> bool:
    """Whether a text is Chinese, maybe with foreign words in it; a character says as much as some letters."""
    han = len(_HAN.findall(text))
    return han > 0 and han * LETTERS >= len(_LATIN.findall(text))


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
