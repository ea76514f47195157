"""HTML inside a doctree as nodes that can be printed: the tables of pandas and of authors, and the text around them.

Pictures and programs of a web page cannot be printed; they are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from docutils import nodes

__all__ = ["Parts", "parts_of", "print_html"]

PROGRAMS: Final = frozenset(("svg", "canvas", "iframe", "video", "audio", "object", "script"))
DRAWN: Final = PROGRAMS | {"img", "embed"}
"""Elements that show something other than text."""
UNSEEN: Final = PROGRAMS | {"style", "template", "head", "title"}
"""Elements whose content is no text for readers."""
BLOCKS: Final = frozenset(
    ("p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "br")
)
"""Elements that end a paragraph."""


@dataclass(slots=True)
class Parts:
    """What a piece of HTML comes to."""

    found: list[nodes.Element] = field(default_factory=list)
    """Tables and paragraphs, in order."""
    lost: list[str] = field(default_factory=list)
    """Names of elements that cannot be printed."""


def print_html(document: nodes.document) -> Iterator[tuple[nodes.raw, str]]:
    """Put tables and texts in the place of HTML; gives the node and the elements that cannot be printed, if any."""
    for raw in list(document.findall(nodes.raw)):
        if "html" not in raw.get("format", "").split():
            continue
        parts = parts_of(raw.astext())
        # a program that an extension adds to a page draws nothing in it; one that a code cell shows is a drawing
        drawn = [name for name in parts.lost if name != "script" or "output" in raw["classes"]]
        if drawn:
            yield raw, "、".join(f"<{name}>" for name in dict.fromkeys(drawn))
        # inside a line, where markup comes piece by piece, the text between the pieces is printed anyway
        if not isinstance(raw.parent, nodes.TextElement):
            for part in parts.found:
                part.source, part.line = raw.source, raw.line
            raw.parent.replace(raw, parts.found)


def parts_of(html: str) -> Parts:
    """Tables and texts of a piece of HTML; markup inside a cell or paragraph is dropped, its text is kept."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.parts


@dataclass(slots=True)
class _Cell:
    head: bool
    wide: int = 1
    high: int = 1
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = Parts()
        self.paragraph: list[str] = []
        self.rows: list[tuple[bool, list[_Cell]]] = []
        self.caption: list[str] | None = None
        self.open: list[str] = []
        """Elements that matter and are not closed yet: table, thead, caption, cells, and what is unseen."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DRAWN:
            self.parts.lost.append(tag)
        if tag in BLOCKS and "table" not in self.open:
            self.end_paragraph()
        if tag in UNSEEN or tag in ("table", "thead", "caption"):
            self.open.append(tag)
        if tag == "caption":
            self.caption = []
        elif tag == "tr":
            self.rows.append(("thead" in self.open, []))
        elif tag in ("td", "th") and self.rows:
            given = {name: int(value) for name, value in attrs if value and value.isdecimal()}
            cell = _Cell(tag == "th", max(1, given.get("colspan", 1)), max(1, given.get("rowspan", 1)))
            self.rows[-1][1].append(cell)
        elif tag in BLOCKS and "table" in self.open:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        if tag == "table" and "table" not in self.open:
            self._end_table()
        elif tag in BLOCKS and "table" not in self.open:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if UNSEEN.intersection(self.open):
            return
        if "table" not in self.open:
            self.paragraph.append(data)
        elif "caption" in self.open and self.caption is not None:
            self.caption.append(data)
        elif self.rows and self.rows[-1][1]:
            self.rows[-1][1][-1].text.append(data)

    def end_paragraph(self) -> None:
        """What was read since the last one."""
        text, self.paragraph = _squeezed(self.paragraph), []
        if text:
            self.parts.found.append(nodes.paragraph("", text))

    def _end_table(self) -> None:
        rows, self.rows = [row for row in self.rows if row[1]], []
        caption, self.caption = _squeezed(self.caption or []), None
        if not rows:
            return
        marked = any(head for head, _ in rows)
        heads = sum(1 for head, _ in rows if head) if marked else int(all(cell.head for cell in rows[0][1]))
        columns = max(sum(cell.wide for cell in cells) for _, cells in rows)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in range(columns)), cols=columns)
        for kind, some in ((nodes.thead, rows[:heads]), (nodes.tbody, rows[heads:])):
            if some:
                group += kind("", *(nodes.row("", *map(_entry, cells)) for _, cells in some))
        title = [nodes.title("", caption)] if caption else []
        self.parts.found.append(nodes.table("", *title, group))


def _entry(cell: _Cell) -> nodes.entry:
    entry = nodes.entry("", nodes.paragraph("", _squeezed(cell.text)))
    if cell.wide > 1:
        entry["morecols"] = cell.wide - 1
    if cell.high > 1:
        entry["morerows"] = cell.high - 1
    return entry


def _squeezed(texts: list[str]) -> str:
    return " ".join("".join(texts).split())
