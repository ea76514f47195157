"""Punctuation of Chinese texts, by GB/T 15834 (标点符号用法), and marks that belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course, Item
from kejian.checks.texts import HAN, Rule, around, is_chinese, masked, prose, text_check

__all__ = ["CHECKS"]

PAIRS: Final = {"「": "」", "『": "』", "（": "）", "“": "”", "《": "》", "〈": "〉", "【": "】", "〔": "〕"}
QUOTES: Final = "「『“"
"""Inside one of these stand quotation marks of another kind."""
_ALL: Final = frozenset((*PAIRS, *PAIRS.values()))
_MARKS: Final = re.compile("[" + "".join(sorted(_ALL)) + "]")
_NUMBERING: Final = re.compile(r"(?:^|[\s，。；：、:;])(?:[0-9]{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,2})$")
"""What stands before the closing bracket of `1）` and `a）`."""

_AFTER: Final = rf"(?:(?<=[{HAN}）》」』】〉〕])|(?<=[{HAN}][”’]))"
_FULL: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_WIDTH: Final = (
    *(
        Rule(re.compile(rf"{_AFTER}{mark}(?!//)(?: (?=\S))?|(?<=[A-Za-z0-9%]){mark}(?=[{HAN}“《「（])"), full)
        for mark, full in ((re.escape(half), full) for half, full in _FULL.items())
    ),
    Rule(re.compile(rf"{_AFTER}\.(?:$| (?=[{HAN}“《])|(?=[”’）」』]))", re.MULTILINE), "。"),
    Rule(re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])"), None),  # 。 or · or 、
    Rule(re.compile(rf"\([^()\n]*[{HAN}][^()\n]*\)|(?<=[{HAN}])\([ \u3000]*\)"), lambda s: f"（{s[1:-1]}）"),
    Rule(re.compile("[｡､｢｣]"), lambda mark: unicodedata.normalize("NFKC", mark)),
)
_STRAIGHT: Final = (
    Rule(
        re.compile(rf'(?<!\d)"(?:[^"\n]*[{HAN}][^"\n]*"|(?<=[{HAN}]")[^"\n]+"(?=[{HAN}]))'),
        lambda s: f"“{s[1:-1]}”",
    ),
    Rule(re.compile(rf"(?<![A-Za-z\d])'[^'\n]*[{HAN}][^'\n]*'(?![A-Za-z])"), None),  # “” or ‘’
)
_LONG: Final = (
    Rule(re.compile(rf"{_AFTER}\.{{2,}}|\.{{3,}}(?=[{HAN}])|。{{2,}}|(?<=[{HAN}])·{{3,}}"), "……"),
    Rule(re.compile(rf"(?<=[{HAN}])…(?!…)|(?<!…)…(?=[{HAN}])"), "……"),
    Rule(re.compile(rf"(?<=[{HAN}”》）]) ?(?:--+|－－+|──+|ーー+|––+) ?(?=[{HAN}“《（])"), "——"),
)


def _unbalanced(item: Item, course: Course) -> Iterator[Found]:
    for path, in_key, text in prose(item):
        if not _ALL.isdisjoint(text) and (at := _unpaired(masked(text))) is not None:
            values = {"mark": text[at], "text": around(text, at, at + 1)}
            yield Found(Field(item, path, in_key, at), values)


def _unpaired(text: str) -> int | None:
    """Where the first mark stands that has no partner, or the wrong one; None when all have theirs."""
    open_marks: list[int] = []
    for found in _MARKS.finditer(text):
        mark, at = found[0], found.start()
        if mark in PAIRS:
            if mark in QUOTES and any(text[other] == mark for other in open_marks):
                return open_marks[-1]  # “甲“ looks like a quotation in a quotation
            open_marks.append(at)
        elif open_marks and PAIRS[text[open_marks[-1]]] == mark:
            open_marks.pop()
        elif mark != "）" or not _NUMBERING.search(text[max(at - 4, 0) : at]):
            return open_marks[-1] if open_marks else at
    return open_marks[-1] if open_marks else None


CHECKS: Final = (
    Check(
        "FORM05",
        "warning",
        "question",
        _unbalanced,
        bad=Example(question={"stem": "“雪属于（　）。"}),
        good=Example(question={"stem": "“雪”属于（　）。"}),
    ),
    text_check(
        "FORM06",
        _WIDTH,
        signs="[,;:?!.(｡､｢｣]",
        bad=Example(key={"explanation": "雪和霜同冰一样,都是固态的水."}),
        good=Example(
            key={"explanation": "雪和霜同冰（ice, solid water）一样，都是固态的水，密度约0.9，见9:00的图。"}
        ),
        concerns=is_chinese,
    ),
    text_check(
        "FORM07",
        _STRAIGHT,
        signs="[\"']",
        bad=Example(key={"explanation": '"雪"和霜同冰一样，都是固态的水。'}),
        good=Example(key={"explanation": "“雪”和霜同冰一样，都是固态的水。"}),
        concerns=is_chinese,
    ),
    text_check(
        "FORM08",
        _LONG,
        signs="[-.·…－─ー–]|。。",
        bad=Example(key={"explanation": "雪、霜、冰...都是固态的水。"}),
        good=Example(key={"explanation": "雪、霜、冰……都是固态的水。"}),
        concerns=is_chinese,
    ),
)
