"""Learning objectives and key terms: what a chapter promises is examined and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course
from kejian.pages import Page, Used, plain_text

__all__ = ["CHECKS"]

CLASS: Final = "objectives"
"""Of the box around the numbered objectives of a chapter."""
_NUMBERED: Final = re.compile(r"( *)\d+[.)]\s+(.*)")
_KEY_TERMS: Final = re.compile(
    r"(?:[一二三四五六七八九十\d]+[、.．]\s*)?(?:本章|本节)?(?:关键|主要|重要|核心)?术语|(?:key|important) terms",
    re.I,
)
"""Headings of a list of terms."""
_EXPLAINED: Final = re.compile(r"\s*[（(：:—].*", re.DOTALL)


class _Objective(NamedTuple):
    page: Page
    number: int
    text: str
    line: int


def _objectives(course: Course) -> dict[str, list[_Objective]]:
    """Name of each page that states objectives, to these."""
    return {page.name: found for page in course.pages() if (found := _stated(page))}


def _stated(page: Page) -> list[_Objective]:
    found: list[_Objective] = []
    for used in page.directives:
        if CLASS in str(used.directive.options.get("class", "")).split():
            lines = used.directive.body.split("\n")
            numbered = [(n, match) for n, line in enumerate(lines) if (match := _NUMBERED.match(line))]
            outer = min((len(match[1]) for _, match in numbered), default=0)
            for n, match in numbered:
                if len(match[1]) == outer:
                    found.append(_Objective(page, len(found) + 1, plain_text(match[2]), used.body_line + n))
    return found


def _chapter_of(course: Course, objectives: dict[str, list[_Objective]]) -> dict[str, str]:
    """Name of each page to the page with the objectives of its chapter: the nearest one before it."""
    found: dict[str, str] = {}
    home = ""
    for name in course.contents:
        home = name if name in objectives else home
        if home:
            found[name] = home
    return found


def _not_examined(course: Course) -> Iterator[Found]:
    objectives = _objectives(course)
    home = _chapter_of(course, objectives)
    examined = {
        (home.get(page), item.question.objective) for item in course.items() for page in item.quiz.pages
    }
    for name, stated in objectives.items():
        for objective in stated:
            if (name, objective.number) not in examined:
                values = {"number": objective.number, "text": objective.text}
                yield Found(objective.page.place(objective.line), values)


def _no_such_objective(course: Course) -> Iterator[Found]:
    objectives = _objectives(course)
    home = _chapter_of(course, objectives)
    for item in course.items():
        number = item.question.objective
        chapters = {home[page] for page in item.quiz.pages if page in home}
        highest = max((len(objectives[name]) for name in chapters), default=0)
        if number is not None and item.quiz.pages and number > highest:
            where = "、".join(sorted(chapters)) or item.quiz.pages[0]
            yield Found(Field(item, ("objective",)), {"number": number, "highest": highest, "page": where})


def _glossary(course: Course) -> dict[str, tuple[Page, int, str]]:
    """Each term in lower case, to where it stands and how it is written."""
    found: dict[str, tuple[Page, int, str]] = {}
    for page in course.pages():
        for used in page.directives:
            for term, line in _entries(used):
                found.setdefault(_folded(term), (page, line, term))
    return found


def _entries(used: Used) -> Iterator[tuple[str, int]]:
    """Terms of a {glossary}: its lines that are not indented."""
    if used.directive.name == "glossary":
        for number, line in enumerate(used.directive.body.split("\n")):
            if line.strip() and not line[0].isspace() and not line.startswith((".. ", "%")):
                yield plain_text(line.split(" : ")[0].strip()), used.body_line + number


def _key_terms(page: Page) -> Iterator[tuple[str, int]]:
    """Items below a heading like 关键术语, without what explains them."""
    inside = False
    for block in page.blocks:
        if block.kind == "heading":
            inside = bool(_KEY_TERMS.fullmatch(block.text.strip()))
        elif inside and block.is_item:
            for term in re.split(r"[、；;]", _EXPLAINED.sub("", block.text)):
                if term.strip(" 。，"):
                    yield term.strip(" 。，"), block.line


def _not_explained(course: Course) -> Iterator[Found]:
    glossary = _glossary(course)
    for page in course.pages():
        linked = [(link.target, link.line) for link in page.links if link.kind == "term"]
        listed = _key_terms(page) if glossary else ()
        for term, line in {**dict(reversed(linked)), **dict(listed)}.items():
            if _folded(term) not in glossary:
                yield Found(page.find(term, line), {"term": term})


def _not_used(course: Course) -> Iterator[Found]:
    glossary = _glossary(course)
    if not glossary:
        return
    used = {_folded(link.target) for page in course.pages() for link in page.links if link.kind == "term"}
    text = "\n".join(
        _folded(block.text) for page in course.pages() for block in page.blocks if block.inside != "glossary"
    )
    for term, (page, line, written) in glossary.items():
        if term not in used and term not in text:
            yield Found(page.place(line), {"term": written})


def _folded(term: str) -> str:
    return " ".join(term.split()).casefold()


_TEXT: Final = """\
# 第一章　水的三种状态

:::{admonition} 学习目标
:class: objectives

1. 说出水的三种状态；
2. 解释凝固和熔化时热量的去向。
:::

冰是固态的水，雪和霜也是固态的水。
水结成冰的过程叫作凝固，凝固时会放出热量。
冰化成水的过程叫作熔化，熔化时要吸收热量。
"""
_TERMS: Final = "冰是固态的水，雪和霜也是固态的水。\n水结成冰的过程叫作{term}`凝固`，凝固时会放出热量。\n"
_TERMS_PAGE: Final = f"# 第一章　水的三种状态\n\n{_TERMS}冰化成水的过程叫作熔化，熔化时要吸收热量。\n"
_CONTENTS: Final = "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: glossary\n"


def _terms(**entries: str) -> Example:
    words = "\n\n".join(f"{term}\n  {text}" for term, text in entries.items())
    glossary = f"# 术语表\n\n```{{glossary}}\n{words}\n```\n"
    return Example(files={"_toc.yml": _CONTENTS, "water.md": _TERMS_PAGE, "glossary.md": glossary})


_ONE: Final = {"water.md": _TEXT.replace("2. 解释", "   能解释")}
_OTHER: Final = {
    "quizzes/water.yml": (
        "  type: multiple\n  points: 4\n",
        "  type: multiple\n  points: 4\n  objective: 1\n",
    )
}
"""Another question for the objective."""

CHECKS: Final = (
    Check(
        "BOOK11",
        "warning",
        "book",
        _not_examined,
        bad=Example(question={"objective": 1}, files={"water.md": _TEXT}),
        good=Example(question={"objective": 1}, files=_ONE),
    ),
    Check(
        "BOOK12",
        "error",
        "book",
        _no_such_objective,
        bad=Example(question={"objective": 3}, files=_ONE, edits=_OTHER),
        good=Example(question={"objective": 1}, files=_ONE, edits=_OTHER),
    ),
    Check(
        "BOOK13",
        "error",
        "book",
        _not_explained,
        bad=_terms(熔化="冰化成水的过程。"),
        good=_terms(凝固="水结成冰的过程。"),
    ),
    Check(
        "BOOK14",
        "warning",
        "book",
        _not_used,
        bad=_terms(凝固="水结成冰的过程。", 升华="冰直接变成水蒸气的过程。"),
        good=_terms(凝固="水结成冰的过程。"),
    ),
)
