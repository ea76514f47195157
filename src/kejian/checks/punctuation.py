"""Punctuation of Chinese texts, by GB/T 15834 (标点符号用法), and marks that belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course, Item
from kejian.checks.texts import HAN, Rule, around, is_chinese, masked, mend, prose

__all__ = ["CHECKS", "chinese_check"]

PAIRS: Final = {"「": "」", "『": "』", "（": "）", "“": "”", "《": "》", "〈": "〉", "【": "】", "〔": "〕"}
QUOTES: Final = "「『“"
"""Inside one of these stand quotation marks of another kind."""
_MARKS: Final = re.compile("[" + "".join(PAIRS) + "".join(PAIRS.values()) + "]")
_NUMBERING: Final = re.compile(rf"(?:^|[\s，。；：、:;])(?:[0-9]{{1,2}}|[a-zA-Z]|[一二三四五六七八九十]{{1,2}})$")
"""What stands before the closing bracket of `1）` and `a）`."""

_AFTER: Final = f"(?<=[{HAN}”’）》」』】〉〕％%])"
_FULL: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "｡": "。", "､": "、"}
_PUNCTUATION: Final = (
    *(
        rule
        for half, full in _FULL.items()
        for rule in (
            # a blank behind it belongs to the half-width mark
            Rule(re.compile(rf"{_AFTER}{re.escape(half)}(?!//)[ \t]*"), full),
            Rule(re.compile(rf"(?<=[A-Za-z0-9]){re.escape(half)}(?=[{HAN}“《「（])"), full),
        )
    ),
    Rule(re.compile(rf"{_AFTER}\.(?=$|[”’）」』])", re.MULTILINE), "。"),
    Rule(re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])"), None),  # 。 or · or 、
    Rule(re.compile(rf"\([^()\n]*[{HAN}][^()\n]*\)|(?<=[{HAN}])\([ \u3000]*\)"), lambda s: f"（{s[1:-1]}）"),
)
_STRAIGHT: Final = (
    Rule(re.compile(rf'"[^"\n]*[{HAN}][^"\n]*"|(?<=[{HAN}])"[^"\n]+"(?=[{HAN}])'), lambda s: f"“{s[1:-1]}”"),
    Rule(re.compile(rf"'[^'\n]*[{HAN}][^'\n]*'"), None),  # “” or, inside of those, ‘’
)
_WIDE: Final = (
    Rule(re.compile(r"[Ａ-Ｚａ-ｚ０-９]+(?:．[０-９]+)*"), lambda s: unicodedata.normalize("NFKC", s)),
)
_LONG: Final = (
    Rule(re.compile(rf"{_AFTER}\.{{2,}}|\.{{3,}}(?=[{HAN}])|。{{2,}}|(?<!…)…(?!…)|(?<=[{HAN}])·{{3,}}"), "……"),
    Rule(
        re.compile(rf"(?<=[{HAN}”》）]) ?(?:--+|－－+|──+|ーー+|––+) ?(?=[{HAN}“《（])|——(?: ——)+|(?<!—)———(?!—)"),
        "——",
    ),
)


def chinese_check(id: str, rules: tuple[Rule, ...], bad: Example, good: Example) -> Check:
    """A warning for each Chinese text that is not written by the rules."""

    def find(item: Item, course: Course) -> Iterator[Found]:
        for field, text in prose(item):
            for wrong, _ in rules:
                # most texts have none of it, which is seen at once
                if wrong.search(text) and (found := wrong.search(masked(text))) and is_chinese(text):
                    fixed = mend(text, rules)
                    values = {"wrong": found[0].strip(), "text": around(text, *found.span()), "right": fixed}
                    yield Found(field, values)
                    break

    def fix(text: str) -> str:
        return mend(text, rules) if is_chinese(text) else text

    return Check(id, "warning", "question", find, bad, good, fix if any(r.right for r in rules) else None)


def _unbalanced(item: Item, course: Course) -> Iterator[Found]:
    for field, text in prose(item):
        if _MARKS.search(text) and (at := _unpaired(masked(text))) is not None:
            yield Found(field, {"mark": text[at], "text": around(text, at, at + 1)})


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
    chinese_check(
        "FORM06",
        _PUNCTUATION,
        bad=Example(key={"explanation": "雪和霜同冰一样,都是固态的水."}),
        good=Example(key={"explanation": "雪和霜同冰（ice, solid water）一样，都是固态的水，密度约0.9，见9:00的图。"}),
    ),
    chinese_check(
        "FORM07",
        _STRAIGHT,
        bad=Example(key={"explanation": '"雪"和霜同冰一样，都是固态的水。'}),
        good=Example(key={"explanation": "“雪”和霜同冰一样，都是固态的水。"}),
    ),
    chinese_check(
        "FORM08",
        _WIDE,
        bad=Example(key={"explanation": "雪和霜同冰一样，都是固态的Ｈ２Ｏ。"}),
        good=Example(key={"explanation": "雪和霜同冰一样，都是固态的H2O。"}),
    ),
    chinese_check(
        "FORM09",
        _LONG,
        bad=Example(key={"explanation": "雪、霜、冰...都是固态的水。"}),
        good=Example(key={"explanation": "雪、霜、冰……都是固态的水。"}),
    ),
)
