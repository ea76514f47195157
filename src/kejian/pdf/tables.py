"""Tables of a doctree: widths of columns by what stands in them, merged cells, the head repeated on every page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

from docutils import nodes

__all__ = ["table_markup"]

ROOM: Final = 40.0
"""Characters that fit into a line of a table."""
NARROW: Final = 7.0
"""A column with less than this keeps to itself."""
SHORT: Final = 6
"""A table of so few rows is not broken over pages."""
GAP: Final = 1.2
"""Characters taken by the distance between two columns."""


def table_markup(node: nodes.Element, caption: str, content: Callable[[nodes.Node], str]) -> str:
    """The call of the template for a `table` node; `content` gives the markup of what is in a cell."""
    group = next(iter(node.findall(nodes.tgroup)))
    head = [row for part in group.findall(nodes.thead) for row in part.children]
    rows = [row for part in group.findall(nodes.tbody) for row in part.children]
    columns = _columns(node, group, [*head, *rows])
    titles = ", ".join(_cell(entry, content) for row in head for entry in row.children)
    body = "\n".join(
        ", ".join(_cell(entry, content, first=number == 0) for number, entry in enumerate(row.children)) + ","
        for row in rows
    )
    heads = f"head: ({titles},), " if titles else ""
    whole = "" if len(rows) > SHORT else "breakable: false, "
    return f"#ruled-table(columns: {columns}, {heads}{whole}caption: {caption},\n{body})"


def _cell(entry: Any, content: Callable[[nodes.Node], str], first: bool = False) -> str:
    wide, high = entry.get("morecols", 0) + 1, entry.get("morerows", 0) + 1
    inner = f"[{content(entry).strip()}]"
    if wide == high == 1:
        return inner
    return f"table.cell(colspan: {wide}, rowspan: {high}){inner}"


def _columns(node: nodes.Element, group: nodes.Element, rows: list[nodes.Node]) -> str:
    specs = list(group.findall(nodes.colspec))
    if "colwidths-given" in node["classes"]:
        return "(" + ", ".join(f"{max(1, spec['colwidth'])}fr" for spec in specs) + ",)"
    widest = [1.0] * len(specs)
    total = [1.0] * len(specs)
    for row in rows:
        for number, entry in enumerate(row.children):
            if number < len(specs) and isinstance(entry, nodes.Element) and not entry.get("morecols"):
                width = _width(entry.astext())
                widest[number] = max(widest[number], width)
                total[number] += width
    if sum(widest) + GAP * len(specs) <= ROOM:
        # all in one line: the width is shared in proportion, so that the rules span the text
        return "(" + ", ".join(f"{width + GAP:.1f}fr" for width in widest) + ",)"
    shares = [
        "auto" if width <= NARROW else f"{max(4.0, (total[n] / len(rows)) ** 0.5 * 3):.1f}fr"
        for n, width in enumerate(widest)
    ]
    return "(" + ", ".join(shares) + ",)"


def _width(text: str) -> float:
    """Width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in text)
