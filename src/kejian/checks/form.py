"""How files and texts are written: what a reader would stumble over, whatever it says. First of all white space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.checks.rewrite import block_lines
from kejian.checks.texts import HAN, Rule, text_check
from kejian.model import Place

__all__ = ["CHECKS"]

BOM: Final = "\ufeff"
_TRAILING: Final = re.compile(r"[ \t\u3000]+$", re.MULTILINE)
_BREAK: Final = re.compile(r"\S {2,}$")
"""A line break of Markdown, where another line follows."""
_QUOTED: Final = re.compile(
    r"""^([ ]*(?:-[ ]+)?(?:[\w-]+:[ ]+)?)(?P<mark>['"])(?P<text>.*)(?P=mark)(?=[ ]*$)""", re.MULTILINE
)
"""A value in quotation marks that ends its line."""

_OPENING: Final = "（《「『【“"
_CLOSING: Final = "，。；：？！、）》」』】”"
_BLANK: Final = r"[ \t\u00a0]+"
_HEADING: Final = "".join(rf"(?<!第[{HAN}0-9]{{{n}}}[章节编篇讲课])" for n in (1, 2, 3))
"""The number of a chapter stands apart from its title: 第二章 水的三种状态."""
_BLANKS: Final = (
    Rule(re.compile(r"(?<=\S) *\t[ \t]*(?=\S)"), " "),
    Rule(re.compile(rf"(?<=[^\s({_OPENING}]) {{2,}}(?=[^\s){_CLOSING}])"), " "),
    Rule(re.compile(rf"(?<=[{HAN}]){_HEADING}{_BLANK}(?=[{HAN}])"), ""),
    # between the brackets of （ ） the answer goes; a blank beside * or _ can be part of the markup
    Rule(re.compile(rf"(?<=[^\s({_OPENING}*_`]){_BLANK}(?=[{_CLOSING}])"), ""),
    Rule(re.compile(rf"(?<=[{_OPENING}，。；：？！、]){_BLANK}(?=[^\s{_CLOSING}*_`])"), ""),
    Rule(re.compile(r"(?<=[a-z]{2}) +(?=[,;?!](?:\s|$))"), ""),
    # but not a line break of Markdown
    Rule(re.compile(r"(?<=\S)(?! {2,}\n\S)[ \t\u3000]+(?=\n|$)"), ""),
)


def _trailing(text: str, file: str, course: Course) -> Iterator[Found]:
    if not _TRAILING.search(text):
        return
    lines = text.split("\n")
    in_blocks = block_lines(text)
    for number, line in enumerate(lines, start=1):
        breaks = number + 1 in in_blocks and _BREAK.search(line) and lines[number].strip()
        if (found := _TRAILING.search(line)) and not breaks:
            yield Found(Place(file, number, found.start() + 1))


def _bom(text: str, file: str, course: Course) -> Iterator[Found]:
    if text.startswith(BOM):
        yield Found(Place(file))


def _padded(text: str, file: str, course: Course) -> Iterator[Found]:
    for found in _QUOTED.finditer(text):
        inside = found["text"]
        if inside != inside.strip() and _unpadded(found) != found[0]:
            start = found.start("mark")
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            yield Found(Place(file, line, column), {"text": found["text"].strip()})


def _unpadded(found: re.Match[str]) -> str:
    text = found["text"].strip()
    return f"{found[1]}{found['mark']}{text}{found['mark']}" if text else found[0]


_FILE: Final = "quizzes/water.yml"
_TITLE: Final = "title: 水的状态 练习题"

CHECKS: Final = (
    Check(
        "FORM01",
        "warning",
        "file",
        _trailing,
        bad=Example(edits={_FILE: (_TITLE, f"{_TITLE}  ")}),
        fix=lambda text: _TRAILING.sub("", text),
    ),
    Check(
        "FORM02",
        "warning",
        "file",
        _bom,
        bad=Example(edits={_FILE: ("schema: 1", f"{BOM}schema: 1")}),
        fix=lambda text: text.removeprefix(BOM),
    ),
    Check(
        "FORM03",
        "warning",
        "file",
        _padded,
        bad=Example(edits={_FILE: (_TITLE, "title: ' 水的状态 练习题 '")}),
        good=Example(edits={_FILE: (_TITLE, "title: '水的状态 练习题'")}),
        fix=lambda text: _QUOTED.sub(_unpadded, text),
    ),
    text_check(
        "FORM04",
        _BLANKS,
        signs="[ \t\u00a0\u3000]",
        bad=Example(key={"explanation": "雪和霜同冰一样， 都是 固态的水。"}),
        good=Example(key={"explanation": "雪和霜同冰一样，都是固态的 H₂O，见“第一章 水的三种状态”。"}),
    ),
)
