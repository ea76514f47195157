"""Figures and tables of the chapters: numbered in reading order, with a title, and named before they are shown."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.paths import ROOT

from kejian.pages import table_of_contents

PAGES = [ROOT / f"{name}.md" for name in table_of_contents(ROOT) or [] if name.startswith("chapters/")]
SHOWN = re.compile(
    r"^    name: (?P<figure>\S+)\n    caption: \|\n      (?P<caption>.+)"
    r"|^:::\{table\} (?P<title>.+)\n:name: (?P<table>\S+)",
    re.MULTILINE,
)
NUMBERED = re.compile(r"(专?图|表)(\d+-\d+)　\S.*")
RULE = re.compile(r"^\|(?: ?:?-+:? ?\|)+$", re.MULTILINE)
"""The line below the head of a table."""


class Shown(NamedTuple):
    """A figure or table on a page."""

    page: str
    before: str
    """The text above it."""
    name: str
    title: str


SHOWS = [
    Shown(
        path.stem,
        text[: match.start()],
        match["figure"] or match["table"],
        match["caption"] or match["title"],
    )
    for path in PAGES
    for text in [path.read_text(encoding="utf-8")]
    for match in SHOWN.finditer(text)
]


def test_every_table_has_a_caption() -> None:
    """No table stands in a chapter without a number and a title."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert len(RULE.findall(text)) == len(re.findall(r"^:::\{table\} ", text, re.MULTILINE)), path.name


def test_numbers_follow_the_reading_order() -> None:
    """图, 专图 and 表 are counted each for itself, without a gap."""
    counted: dict[str, list[str]] = {}
    for shown in SHOWS:
        found = NUMBERED.fullmatch(shown.title)
        assert found, shown.title
        counted.setdefault(found[1], []).append(found[2])
    assert {"图", "专图", "表"} == set(counted)
    for numbers in counted.values():
        assert [f"1-{n}" for n in range(1, len(numbers) + 1)] == numbers


def test_the_text_names_what_it_shows() -> None:
    """A link with the number leads to each figure and table, and stands above it."""
    for shown in SHOWS:
        number = shown.title.split("　")[0]
        assert f"[{number}](#{shown.name})" in shown.before, (shown.page, number)
