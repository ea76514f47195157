"""How files and texts are written: what a reader would stumble over, whatever it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from kejian.checks import punctuation
from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course, Item
from kejian.checks.texts import HAN, Rule, around, masked, mend, prose
from kejian.grading.text import FOLD
from kejian.model import Place, Quiz

__all__ = ["CHECKS"]

BOM: Final = "\ufeff"
_TRAILING: Final = re.compile(r"[ \t\u3000]+$", re.MULTILINE)
_QUOTED: Final = re.compile(
    r"""^([ ]*(?:-[ ]+)?[\w-]+:[ ]+|[ ]*-[ ]+)(?P<mark>['"])(?P<text>.*)(?P=mark)(?=[ ]*$)""", re.MULTILINE
)
"""A value in quotation marks that fills a line."""

_CLOSING: Final = "，。；：？！、）》」』】”"
_BLANK: Final = r"[ \t\u00a0]"
# a place to be filled in, （　）, and the number of a chapter before its title are no stray blanks
_BLANKS: Final = (
    Rule(re.compile(r"(?<=\S)(?:\t| ?\u00a0)[ \t\u00a0]*(?=\S)"), " "),
    Rule(re.compile(r"(?<=[^\s（(“《「『【]) {2,}(?=[^\s）)”》」』】])"), " "),
    Rule(re.compile(rf"(?<=[{HAN}]){_BLANK}+(?=[{HAN}])(?<!第[{HAN}\d][章节编篇讲课] )(?<!第[{HAN}\d][{HAN}\d][章节编篇讲课] )"), ""),
    Rule(re.compile(rf"(?<=[^\s（(“《「『【]){_BLANK}+(?=[{_CLOSING}])"), ""),
    Rule(re.compile(rf"(?<=[（“《「『【，。；：？！、]){_BLANK}+(?=[^\s{_CLOSING}*_`])"), ""),
    Rule(re.compile(r"(?<=[a-z]{2}) +(?=[,;?!](?:\s|$))"), ""),
    Rule(re.compile(r"(?<=\S)(?:[ \t\u3000]| {3,})(?=\n|$)|(?<=\S)[ \u3000]*[\t\u3000][ \t\u3000]*(?=\n|$)"), ""),
)

_BROKEN: Final = re.compile("[锟烫屯锛銆鐨鏄鍦鏁][^\x00-\x7f]|[\u00c2-\u00ef\u0161-\u0192][^\x00-\x7f]")
_BROKEN_WORDS: Final = re.compile("锟斤拷|烫烫烫|屯屯屯")
_RUN: Final = re.compile(r"[^\x00-\x7f]+")
_LATIN_PAIR: Final = re.compile("[ÃÂ][\u00a1-\u00bf€™œž\u00a0]|[\u00e0-\u00ef][^\x00-\x7f]{2}")


def _trailing(text: str, file: str, course: Course) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _TRAILING.search(line):
            yield Found(Place(file, number, found.start() + 1))


def _bom(text: str, file: str, course: Course) -> Iterator[Found]:
    if text.startswith(BOM):
        yield Found(Place(file))


def _padded(text: str, file: str, course: Course) -> Iterator[Found]:
    for found in _QUOTED.finditer(text):
        if found["text"] != found["text"].strip():
            start = found.start("mark")
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            yield Found(Place(file, line, column), {"text": found["text"]})


def _unpad(found: re.Match[str]) -> str:
    text = found["text"].strip()
    return f"{found[1]}{found['mark']}{text}{found['mark']}" if text else found[0]


def _blanks(item: Item, course: Course) -> Iterator[Found]:
    for field, text in prose(item):
        for wrong, _ in _BLANKS:
            if wrong.search(text) and (found := wrong.search(masked(text))):
                yield Found(field, {"text": around(text, *found.span())})
                break


def _mojibake(item: Item, course: Course) -> Iterator[Found]:
    for field, text in prose(item):
        if _BROKEN.search(text) and (broken := _broken(text)):
            yield Found(field, {"text": broken})


def _broken(text: str) -> str:
    """The first part that was decoded wrongly once; empty when there is none."""
    if found := _BROKEN_WORDS.search(text):
        return found[0]
    for run in _RUN.findall(text):
        # UTF-8 taken for GBK: the way back gives Chinese, which no Chinese that means something does
        back = run.encode("gb18030", "replace").decode("utf-8", "replace")
        if len(back) * 3 <= len(run) * 2 + 2 and sum(c in "\ufffd?" for c in back) <= len(back) // 3:
            return str(run)
    for found in _LATIN_PAIR.finditer(text):
        try:  # UTF-8 taken for Western European
            found[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        return found[0]
    return ""


@cache
def _scripts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only traditional, and that only simplified texts have.

    A character that is in the other script's own standard (GB 2312, Big5) is legal there too: 著, 乾, 后, 里.
    於 and 徵 stand in the table of standard characters (通用规范汉字表) for names and for music.
    """
    pairs = [(a, b) for a, b in FOLD.items() if "\u4e00" <= a <= "\u9fff" and len(b) == 1]
    traditional = {a for a, _ in pairs if not _fits(a, "gb2312")} - set("於徵")
    simplified = {b for _, b in pairs if not _fits(b, "big5")}
    return tuple(re.compile("[" + "".join(sorted(some)) + "]") for some in (traditional, simplified))  # type: ignore[return-value]


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _foreign_script(quiz: Quiz, course: Course) -> Iterator[Found]:
    """Characters of the script that the quiz is not written in; titles of works keep theirs."""
    keys = quiz.keys or {}
    texts = [
        (field, re.sub("《[^》]*》", "", text) if "《" in text else text)
        for question in quiz.questions
        for field, text in prose(Item(quiz, question, keys.get(question.id)))
    ]
    scripts = _scripts()
    counts = [sum(len(script.findall(text)) for _, text in texts) for script in scripts]
    if counts[0] == counts[1]:
        return
    other = 0 if counts[0] < counts[1] else 1
    for field, text in texts:
        if found := scripts[other].findall(text):
            chars = "".join(dict.fromkeys(found))
            values: dict[str, object] = {"chars": chars, "simple": "".join(FOLD.get(c, c) for c in chars)}
            yield Found(field, values)


CHECKS: Final = (
    Check(
        "FORM01",
        "warning",
        "file",
        _trailing,
        bad=Example(files={"quizzes/more.yml": "schema: 1  \n"}),
        fix=lambda text: _TRAILING.sub("", text),
    ),
)
