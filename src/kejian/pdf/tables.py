"""Tables of a doctree: widths of columns by what stands in them, merged cells, the head repeated on every page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

from docutils import nodes

__all__ = ["is_wide", "table_markup"]

ROOM: Final = 40.0
"""Characters that fit into a line of a table."""
NARROW: Final = 0.45
"""So much of the room the narrowest columns take for themselves; the others share the rest."""
SHORT: Final = 6
"""A table of so few rows is not broken over pages."""
GAP: Final = 1.2
"""Characters taken by the distance between two columns."""


def table_markup(
    node: nodes.Element, caption: str, continued: str, content: Callable[[nodes.Node], str]
) -> str:
    """The call of the template for a `table` node; `content` gives the markup of what is in a cell.

    `continued` stands above the head on the next pages.
    """
    head, rows = _rows(node, nodes.thead), _rows(node, nodes.tbody)
    titles = ", ".join(_cell(entry, content, head=True) for row in head for entry in row)
    body = "\n".join(", ".join(_cell(entry, content) for entry in row) + "," for row in rows)
    heads = f"head: ({titles},), " if titles else ""
    whole = "" if len(rows) > SHORT else "breakable: false, "
    options = f"{heads}{whole}caption: {caption}, continued: [{continued}]"
    return f"#ruled-table(columns: {_columns(node)}, {options},\n{body})"


def is_wide(node: nodes.Element) -> bool:
    """Whether some cell of a table has not the room to stand in one line."""
    widest, _ = _widths(node)
    return sum(widest) + GAP * len(widest) > ROOM


def _rows(node: nodes.Element, *parts: type[nodes.Element]) -> list[list[Any]]:
    """The cells of the rows that belong to the table itself."""
    group = next(iter(node.findall(nodes.tgroup)))
    return [list(row.children) for part in group.children if isinstance(part, parts) for row in part.children]


def _cell(entry: Any, content: Callable[[nodes.Node], str], *, head: bool = False) -> str:
    inner = f"[#head[{content(entry).strip()}];]" if head else f"[{content(entry).strip()}]"
    options = [f"align: {side}" for side in ("center", "right") if f"text-{side}" in entry.get("classes", ())]
    options += [f"colspan: {entry['morecols'] + 1}"] if entry.get("morecols") else []
    options += [f"rowspan: {entry['morerows'] + 1}"] if entry.get("morerows") else []
    return f"table.cell({', '.join(options)}){inner}" if options else inner


def _columns(node: nodes.Element) -> str:
    if "colwidths-given" in node["classes"]:
        shares = [f"{max(1, spec['colwidth'])}fr" for spec in node.findall(nodes.colspec)]
    elif is_wide(node):
        widest, means = _widths(node)
        narrow = [one for number, one in enumerate(sorted(widest), 1) if one * number <= NARROW * ROOM]
        shares = [
            "auto" if one in narrow else f"{max(4.0, mean**0.5 * 3):.1f}fr"
            for one, mean in zip(widest, means, strict=True)
        ]
    else:
        # all in one line: the width is shared in proportion, so that the rules span the text
        shares = [f"{width + GAP:.1f}fr" for width in _widths(node)[0]]
    return "(" + ", ".join(shares) + ",)"


def _widths(node: nodes.Element) -> tuple[list[float], list[float]]:
    """The widest cell of each column, and the mean of all."""
    rows = _rows(node, nodes.thead, nodes.tbody)
    count = sum(1 for _ in next(iter(node.findall(nodes.tgroup))).findall(nodes.colspec))
    columns: list[list[float]] = [[1.0] for _ in range(count)]
    for row in rows:
        for column, entry in zip(columns, row, strict=False):  # merged cells make a row shorter
            if not entry.get("morecols"):
                column.append(width(entry.astext()))
    return [max(column) for column in columns], [sum(column) / max(1, len(rows)) for column in columns]


def width(text: str) -> float:
    """Width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in text)
