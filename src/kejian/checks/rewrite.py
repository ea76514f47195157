"""Changing values in the text of a YAML file, and nothing else: comments, layout, quotes and line ends stay.

scalars(text)[line, column]         # every single value, with where it stands and how it is written
edits_for(text, scalar, "新的内容")   # the few characters to replace, or None
replaced(text, edits)
content(text)                       # what the file says, to be compared before and after
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

import yaml

from kejian.yamlfile import LOADER

__all__ = [
    "LINE_END",
    "Edit",
    "Scalar",
    "block_lines",
    "content",
    "edits_for",
    "replaced",
    "scalars",
    "spans_of",
]

Edit = tuple[int, int, str]
"""Start and end in the text, and what stands there instead."""
LINE_END: Final = re.compile(r"(\r\n|\r|\n)")
BLANKS: Final = " \t\r\n"
_BLANK_RUN: Final = re.compile(f"[{BLANKS}]*")


class Scalar(NamedTuple):
    """A single value in the text."""

    number: int
    """Of its event, see `content`."""
    value: str
    start: int
    end: int
    style: str | None
    """`'`, `"`, `|`, `>`; None without quotation marks."""


def scalars(text: str) -> dict[tuple[int, int], Scalar]:
    """Every single value by its line and column (from 1); raises yaml.YAMLError. The text has no BOM."""
    found = {}
    for number, event in enumerate(_events(text)):
        if isinstance(event, yaml.ScalarEvent):
            start: Any = event.start_mark
            end: Any = event.end_mark
            scalar = Scalar(number, event.value, start.index, end.index, event.style or None)
            found[start.line + 1, start.column + 1] = scalar
    return found


def block_lines(text: str) -> set[int]:
    """Numbers (from 1) of the lines of `|` and `>` values, in which a blank can mean something."""
    text = text.removeprefix("\ufeff")
    numbers: set[int] = set()
    with contextlib.suppress(yaml.YAMLError):
        for (line, _), scalar in scalars(text).items():
            if scalar.style in ("|", ">"):
                count = len(LINE_END.findall(text[scalar.start : scalar.end].rstrip()))
                numbers |= set(range(line + 1, line + count + 1))
    return numbers


def content(text: str) -> list[tuple[type, str]]:
    """What the text says: its events with their values; raises yaml.YAMLError."""
    return [(type(event), getattr(event, "value", "")) for event in _events(text)]


def edits_for(text: str, scalar: Scalar, new: str) -> list[Edit] | None:
    """What to replace in the text so that the value becomes `new`; None where that cannot be told.

    Whoever applies them compares the content afterwards: this only knows where characters stand.
    """
    spans = spans_of(text, scalar)
    if spans is None:
        return None
    edits: list[Edit] = []
    matcher = SequenceMatcher(None, scalar.value, new, autojunk=False)
    for tag, first, last, after, until in matcher.get_opcodes():
        if tag == "equal":
            continue
        inserted = new[after:until]
        if set(inserted) & set("\r\n\t'\"\\"):
            return None
        if first == last:
            start = end = spans[first - 1][1] if first else spans[0][0]
        else:
            start, end = spans[first][0], spans[last - 1][1]
            # half of a line break cannot be replaced
            if (first and spans[first - 1] == spans[first]) or spans[last - 1 : last] == spans[
                last : last + 1
            ]:
                return None
        edits.append((start, end, inserted))
    return edits


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _events(text: str) -> Any:
    return yaml.parse(text, Loader=LOADER)


def spans_of(text: str, scalar: Scalar) -> list[tuple[int, int]] | None:
    """Start and end in the text of each character of the value; None when that cannot be told.

    A line break with its indentation stands for one character or some: these have the same span.
    """
    at, end, style = scalar.start, scalar.end, scalar.style
    block = style in ("|", ">")
    if block:
        at = text.find("\n", at, end) + 1 or end
    elif style:
        at, end = at + 1, end - 1
    spans: list[tuple[int, int]] = []
    value, index = scalar.value, 0
    while index < len(value):
        stop = _after_blanks(text, at, end)
        run = value[index : _after_blanks(value, index, len(value))]
        if run:
            source = text[at:stop]
            same = 0
            if block or run == source:
                while same < min(len(run), len(source)) and run[same] == source[same]:
                    same += 1
            spans += [(at + n, at + n + 1) for n in range(same)]
            spans += [(at + same, stop)] * (len(run) - same)
            index += len(run)
        else:
            # blanks that are not part of the value: indentation, a line break that joins
            width = _width(text[stop : stop + 2], value[index], style)
            if not width:
                return None
            spans.append((stop, stop + width))
            stop += width
            index += 1
        at = stop
    return spans if at <= end else None


def _width(source: str, char: str, style: str | None) -> int:
    """How many characters of the source stand for a character of the value; 0 when they do not."""
    if style == "'" and char == "'":
        return 2 if source == "''" else 0
    if style == '"' and char in '"\\':
        return 2 if source == "\\" + char else 0
    return 1 if source[:1] == char else 0


def _after_blanks(text: str, start: int, end: int) -> int:
    found = _BLANK_RUN.match(text, start, end)
    return found.end() if found else start
