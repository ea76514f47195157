"""Figures: every one has a caption, a source and a text alternative."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.pages import Page, Used, plain_text

__all__ = ["CHECKS"]

SILENT_TAGS: Final = {"remove-cell", "remove-output", "remove_cell", "remove_output"}
"""Cells with these show no figure."""
_SOURCE: Final = re.compile(
    r"来源|來源|出处|出處|图源|引自|转引|摄影|作者自[制绘]|\bsources?\b|\bcredit|\{cite", re.I
)
_CHART: Final = re.compile(
    r"\balt\.(?!renderers|themes?\b|data_transformers|Chart\s*$)\w|\.(?:properties|encode|mark_\w+|facet)\("
)
_PICTURE: Final = re.compile(r"\b(?:plt|ax|axes|sns)\.\w")


class _Figure(NamedTuple):
    page: Page
    line: int
    name: str
    """As it is written: the caption's first line, the file, or the name; empty when it has none."""
    caption: str | None
    """None: this kind of figure has none."""
    has_alternative: bool


def _figures(course: Course) -> Iterator[_Figure]:
    for page in course.pages():
        for used in page.directives:
            if used.directive.name == "code-cell":
                yield from _of_cell(page, used)
            elif used.directive.name in ("figure", "image"):
                yield _of_directive(page, used)
            elif used.directive.name == "figure-md":
                caption = "\n".join(re.sub(r"!\[[^\]]*\]\([^)]*\)", "", used.directive.body).split())
                yield _Figure(page, used.line, used.directive.argument or caption[:20], caption, True)
        for link in page.links:
            if link.kind == "image":
                yield _Figure(page, link.line, link.target, None, bool(link.text.strip()))


def _of_directive(page: Page, used: Used) -> _Figure:
    found = used.directive
    caption = found.body.strip() if found.name == "figure" else None
    return _Figure(page, used.line, found.argument, caption, bool(str(found.options.get("alt", "")).strip()))


def _of_cell(page: Page, used: Used) -> Iterator[_Figure]:
    """The figure of a code cell, where it is plain to see that it makes one."""
    options = used.directive.options
    figure = _part(_part(options, "mystnb"), "figure")
    picture = _part(_part(options, "mystnb"), "image")
    tags = options.get("tags") or []
    if SILENT_TAGS & set(map(str, tags if isinstance(tags, list) else [tags])):
        return
    source = used.directive.body
    is_chart = bool(_CHART.search(source))
    if not figure and not _shows_chart(source):
        return
    caption = str(figure.get("caption") or "")
    name = caption.strip().split("\n")[0] or str(figure.get("name") or "")
    alternative = str(picture.get("alt") or figure.get("alt") or "").strip()
    # what a function of another file draws cannot be seen from here
    unknown = not is_chart and not _PICTURE.search(source)
    described = is_chart and re.search(r"\bdescription\b", source)
    yield _Figure(page, used.line, name, caption, bool(alternative or described or unknown))


def _shows_chart(source: str) -> bool:
    """Whether the last line of a cell is a chart."""
    try:
        last = ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE)).body[-1]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return False
    if not isinstance(last, ast.Expr):
        return False
    if isinstance(last.value, ast.Name):
        made = re.search(rf"^{re.escape(last.value.id)}\s*=(.*(?:\n[ \t)\]].*)*)", source, re.MULTILINE)
        return bool(made and _CHART.search(made[1]))
    return bool(_CHART.search(ast.unparse(last)))


def _no_caption(course: Course) -> Iterator[Found]:
    for figure in _figures(course):
        if figure.caption is not None and not figure.caption.strip():
            yield _found(figure)


def _no_source(course: Course) -> Iterator[Found]:
    for figure in _figures(course):
        if figure.caption and not _SOURCE.search(figure.caption):
            yield _found(figure)


def _no_alternative(course: Course) -> Iterator[Found]:
    for figure in _figures(course):
        if not figure.has_alternative:
            yield _found(figure)


def _found(figure: _Figure) -> Found:
    place = figure.page.find(figure.name, figure.line)
    return Found(place, {"name": plain_text(figure.name) or figure.name or "-"})


def _part(options: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = options.get(name)
    return found if isinstance(found, Mapping) else {}


_PAGE: Final = """\
# 第一章　水的三种状态

冰是固态的水，雪和霜也是固态的水。
水结成冰的过程叫作凝固，凝固时会放出热量。
冰化成水的过程叫作熔化，熔化时要吸收热量。

"""
_PICTURE_FILE: Final = {"ice.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n'}
_ALT: Final = ":alt: 海面上漂着一座冰山，大部分在水下。\n"


def _example(figure: str) -> Example:
    return Example(files=_PICTURE_FILE | {"water.md": _PAGE + figure})


_GOOD: Final = Example(
    files=_PICTURE_FILE
    | {"water.md": f"{_PAGE}```{{figure}} ice.svg\n{_ALT}\n图1-1　冰山\n\n资料来源：编者自绘。\n```\n"}
)
CHECKS: Final = (
    Check(
        "BOOK08",
        "warning",
        "book",
        _no_caption,
        bad=_example(f"```{{figure}} ice.svg\n{_ALT}```\n"),
        good=_GOOD,
    ),
    Check(
        "BOOK09",
        "warning",
        "book",
        _no_source,
        bad=_example(f"```{{figure}} ice.svg\n{_ALT}\n图1-1　冰山\n```\n"),
        good=_GOOD,
    ),
    Check(
        "BOOK10",
        "error",
        "book",
        _no_alternative,
        bad=_example("```{figure} ice.svg\n图1-1　冰山\n\n资料来源：编者自绘。\n```\n"),
        good=_GOOD,
    ),
)
