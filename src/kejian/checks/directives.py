"""The places of a page that show questions: each is written so that it shows what was meant, and no more is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.pages import Page, Used
from kejian.plain import LITERAL

__all__ = ["CHECKS"]

OPTIONS: Final = {"quiz": ("select",), "question": ()}
"""What each directive takes."""
_ALIKE: Final = 0.72
"""So much must a name with a q be like one of them to be meant for it; `quotation` and `equation` are not."""
# Whatever may stand at the beginning of a line in the place of ```: the same key of a Chinese keyboard gives ·
_MEANT: Final = re.compile(r"[\s>*+-]*([`~·'‘’｀:：]*)\s*([{｛]?)\s*([A-Za-z]+)\s*([}｝]?)\s*([^\s`]*)[^`]*")
_FENCE: Final = re.compile(r"[\s>*+-]*(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:+.-]+)\})?(.*)")


def _swallowed(course: Course) -> Iterator[Found]:
    """Text in a place that takes none: most likely the fence is not closed."""
    for page, used in _used(course):
        if used.directive.body.strip():
            line = min(used.body_line, len(page.lines))
            values = {**_named(used), "line": line, "text": page.lines[line - 1].strip()}
            yield Found(page.place(used.line), values)


def _unknown_option(course: Course) -> Iterator[Found]:
    for page, used in _used(course):
        for option in used.directive.options:
            if option not in OPTIONS[used.directive.name]:
                place = page.find(f":{option}:", used.line)
                yield Found(place, {**_named(used), "option": f":{option}:"})


def _alike(course: Course) -> Iterator[Found]:
    """Lines that were meant to show questions and show none."""
    for page in course.pages():
        known = {used.line for used in page.directives if used.directive.name in OPTIONS}
        for number, name, id in _meant(page):
            if number not in known:
                column = len(page.lines[number - 1]) - len(page.lines[number - 1].lstrip()) + 1
                example = "ch01-s01" if name == "question" else "chapter-01"
                values = {"kind": f"{{{name}}}", "quiz": id, "example": id or example}
                yield Found(page.place(number, column), {**values, "text": page.lines[number - 1].strip()})


def _meant(page: Page) -> Iterator[tuple[int, str, str]]:
    """(line, `quiz` or `question`, id) of each line that looks like one of them, outside code and comments."""
    inside: list[tuple[str, bool]] = []  # fences that are open, and whether what they hold is shown as it is
    comment = False
    for number, line in enumerate(page.lines, start=1):
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            continue
        fence = _FENCE.fullmatch(line)
        literal = bool(inside) and inside[-1][1]
        if fence and not fence[2] and not fence[3].strip():
            closed = [n for n, (mark, _) in enumerate(inside) if fence[1].startswith(mark)]
            if closed:
                del inside[closed[0] :]
            else:
                inside.append((fence[1], True))
            continue
        meant = None if literal else _MEANT.fullmatch(line)
        found = _name(*meant.groups()) if meant else ""
        if meant and found:
            yield number, found, meant[5]
        if fence and not literal:
            inside.append((fence[1], not found and (not fence[2] or fence[2] in LITERAL)))


def _name(marks: str, left: str, name: str, right: str, id: str) -> str:
    """Which of the two is meant; empty: none."""
    if left and right and name[0] in "qQ":
        return next(iter(get_close_matches(name.lower(), OPTIONS, n=1, cutoff=_ALIKE)), "")
    return name.lower() if marks.startswith(("```", "~~~")) and id and name.lower() in OPTIONS else ""


def _used(course: Course) -> Iterator[tuple[Page, Used]]:
    for page in course.pages():
        for used in page.directives:
            if used.directive.name in OPTIONS:
                yield page, used


def _named(used: Used) -> dict[str, object]:
    return {"kind": f"{{{used.directive.name}}}", "name": used.directive.argument.strip()}


def _with(text: str) -> Example:
    return Example(files={"exercises.md": f"# 练习题\n\n{text}"})


CHECKS: Final = (
    Check(
        "BOOK26",
        "error",
        "book",
        _swallowed,
        bad=_with("```{quiz} water\n\n做完以后，请对照课本改正。\n"),
        good=_with("```{quiz} water\n```\n\n做完以后，请对照课本改正。\n"),
    ),
    Check(
        "BOOK27",
        "error",
        "book",
        _unknown_option,
        bad=_with("```{quiz} water\n:selct: w-*\n```\n"),
        good=_with("```{quiz} water\n:select: w-*\n```\n"),
    ),
    Check(
        "BOOK28",
        "error",
        "book",
        _alike,
        bad=_with("```{quizz} water\n```\n"),
        good=_with("```{quiz} water\n```\n"),
    ),
)
