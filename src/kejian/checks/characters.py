"""Characters that do not belong into a text: full-width letters, the other script, traces of a wrong encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course, Item
from kejian.checks.texts import Rule, prose, text_check
from kejian.grading.text import FOLD
from kejian.model import Quiz

__all__ = ["CHECKS"]

_WIDE: Final = (
    Rule(re.compile("[Ａ-Ｚａ-ｚ０-９]+(?:．[０-９]+)*"), lambda s: unicodedata.normalize("NFKC", s)),
)
_TITLE: Final = re.compile("《[^》]*》")
_SIGNS: Final = frozenset("锟烫屯锛銆鐨鏄鍦鏁鍙鍜閮浜涓浠ÃÂâãäåæçèé")
_BROKEN: Final = re.compile("锟斤拷|烫烫烫|屯屯屯|â€")
_GBK: Final = re.compile(
    "[\u4e00-\u9fff]*[锛銆鐨鏄鍦鏁鍙鍜閮浜涓浠][\u4e00-\u9fff\u3400-\u4dbf€\ue000-\uf8ff]+"
)
"""Around one of the characters that the commonest ones become when their UTF-8 is taken for GBK."""
_CP1252: Final = re.compile("[ÃÂ][\u00a0-\u00bf€™œž]|[ã-é][^\x00-\x7f]{2}")


def _broken(item: Item, course: Course) -> Iterator[Found]:
    for path, in_key, text in prose(item):
        if not _SIGNS.isdisjoint(text) and (trace := _trace(text)):
            yield Found(Field(item, path, in_key, text.find(trace)), {"text": trace})


def _trace(text: str) -> str:
    """The first part that was once decoded wrongly; empty when there is none."""
    if found := _BROKEN.search(text):
        return found[0]
    for pattern, encoding in ((_GBK, "gb18030"), (_CP1252, "cp1252")):
        for found in pattern.finditer(text):
            back = found[0].encode(encoding, "ignore").decode("utf-8", "ignore")
            # the way back gives Chinese (or an accent): no text that means something does that
            if 2 * len(back) >= len(found[0]) - 1 and back and not back.isascii():
                return found[0]
    return ""


def _foreign(quiz: Quiz, course: Course) -> Iterator[Found]:
    """Characters of the script that the quiz is not written in; titles of works keep theirs."""
    keys = quiz.keys or {}
    texts = [
        (item, path, in_key, _TITLE.sub(lambda title: " " * len(title[0]), text) if "《" in text else text)
        for question in quiz.questions
        for item in [Item(quiz, question, keys.get(question.id))]
        for path, in_key, text in prose(item)
    ]
    traditional, simplified = ([script.findall(text) for *_, text in texts] for script in _scripts())
    rare = traditional if sum(map(len, traditional)) < sum(map(len, simplified)) else simplified
    for (item, path, in_key, text), found in zip(texts, rare, strict=True):
        if found:
            chars = "".join(dict.fromkeys(found))
            yield Found(Field(item, path, in_key, text.find(found[0])), {"chars": "、".join(chars)})


@cache
def _scripts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only traditional, and that only simplified texts have.

    A character of the other script's standard (GB 2312, Big5) is legal there too: 著, 乾; 后, 里. So are 於 and 徵,
    which stand in the table of standard characters (通用规范汉字表) for names and for music.
    """
    pairs = [(a, b) for a, b in FOLD.items() if "\u4e00" <= a <= "\u9fff" and len(b) == 1]
    traditional = {a for a, _ in pairs if not _fits(a, "gb2312")} - set("於徵")
    simplified = {b for _, b in pairs if not _fits(b, "big5")}
    return _any_of(traditional), _any_of(simplified)


def _any_of(chars: set[str]) -> re.Pattern[str]:
    return re.compile("[" + "".join(sorted(chars)) + "]")


def _fits(char: str, encoding: str) -> bool:
    return bool(char.encode(encoding, "ignore"))


CHECKS: Final = (
    text_check(
        "FORM09",
        _WIDE,
        signs="[Ａ-Ｚａ-ｚ０-９]",
        bad=Example(key={"explanation": "雪和霜同冰一样，都是固态的Ｈ２Ｏ。"}),
        good=Example(key={"explanation": "雪和霜同冰一样，都是固态的H2O。"}),
    ),
    Check(
        "FORM10",
        "warning",
        "quiz",
        _foreign,
        bad=Example(key={"explanation": "雪和霜同冰一樣，都是固態的水。"}),
        good=Example(key={"explanation": "雪和霜同冰一样，显著特点是乾隆年间《水經註》写过的固态。"}),
    ),
    Check(
        "FORM11",
        "error",
        "question",
        _broken,
        bad=Example(key={"explanation": "é\u203aªæ\u02dc¯å\u203aºæ\u20acçš„æ°´"}),
        good=Example(key={"explanation": "雪和霜都是固态的水（in a café）。"}),
    ),
)
