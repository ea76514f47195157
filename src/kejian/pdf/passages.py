"""What has to stand in a PDF, read from the doctrees and independent of the writer that printed them.

Everything that a node holds is expected, unless a rule below leaves it out: a node that the writer forgot is
missed. Left out in every edition is what is not printed by design:

* what is no text of the book: comments, raw text for another format, targets, indices, lists of contents;
* the source of code cells that the page hides, and links that only stretch over a card of the web page;
* letters, numbers and points beside the parts of a question, which the paper places by itself;
* marks and numbers of notes, which are counted anew; a note is expected where it is first referred to;
* TeX: a formula is expected as a drawing, or as it was written (the writer has then told it).

The edition `key` prints the right letters and the scoring points alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from xml.etree import ElementTree

from docutils import nodes

from kejian.model import Place
from kejian.pdf.matching import Passage

__all__ = ["expected"]

LEFT_OUT: Final = frozenset(
    ("comment", "raw", "target", "index", "toctree", "substitution_definition", "pending", "meta", "colspec")
)
"""Nodes that are no text of the book."""
MARKS: Final = frozenset(("footnote_reference", "citation_reference"))
"""Inline marks that the writer puts in its own way."""
HIDDEN: Final = frozenset(("kejian-before", "sd-hide-link-text"))
"""Classes of what the page shows otherwise or not at all."""
_HIDING: Final = frozenset(("hide-input", "hide-cell", "remove-input", "remove-cell"))
_BLANK: Final = re.compile(r"[（(]\s*[）)]")
"""The place for an answer in a stem; each edition fills it differently."""
_POINTS: Final = re.compile(r"（[^（）]*）$")
"""What a scoring point is worth; the paper puts it in its own way."""


def expected(document: nodes.document, docname: str, edition: str) -> list[Passage]:
    """What an edition of the PDF has to show of one resolved doctree, in the order of the page."""
    walk = _Walk(document, docname)
    return list(walk.key() if edition == "key" else walk.passages(document))


class _Walk:
    def __init__(self, document: nodes.document, docname: str) -> None:
        self.document = document
        self.file = _shown(document.get("source") or docname)
        self.notes = {name: note for note in document.findall(nodes.footnote) for name in note["ids"]}
        called = {node.get("refid") for node in document.findall(nodes.footnote_reference)}
        self.called = {id(note) for name, note in self.notes.items() if name in called}

    def passages(self, node: nodes.Node) -> Iterator[Passage]:
        if isinstance(node, nodes.Text):
            yield Passage("text", (node.astext(),), self.place(node))
        if not isinstance(node, nodes.Element) or _is_left_out(node) or id(node) in self.called:
            return
        if isinstance(node, nodes.image) or node.tagname == "chart":
            yield Passage("figure", tuple(_labels(node)), self.place(node), _alt(node))
        elif isinstance(node, nodes.math_block):
            yield Passage("formula", (), self.place(node), node.astext().strip())
        elif isinstance(node, nodes.literal_block):
            shown = {"output", "text_plain"} <= set(
                node["classes"]
            )  # what Python says of the value of a cell
            yield Passage("output" if shown else "code", (node.astext(),), self.place(node))
        elif isinstance(node, nodes.TextElement) and any(map(_is_inline, node.children)):
            yield self.text(node)
            for part in node.findall(lambda one: isinstance(one, (nodes.image, nodes.math))):
                drawn = isinstance(part, nodes.image)
                kind: Literal["figure", "formula"] = "figure" if drawn else "formula"
                assert isinstance(part, nodes.Element)
                yield Passage(kind, (), self.place(part), _alt(part) if drawn else part.astext().strip())
            for mark in node.findall(nodes.footnote_reference):
                note = self.notes.pop(mark.get("refid", ""), None)
                for child in note.children if note is not None else ():
                    yield from self.passages(child)
        else:
            for child in node.children:
                yield from self.passages(child)

    def key(self) -> Iterator[Passage]:
        """The right letters and the scoring points of each question; titles are for the sheet to choose."""
        for question in self.document.findall(lambda one: _name(one) == "quiz_question"):
            for part in question.findall(nodes.TextElement):
                if part.tagname == "quiz_explanation" and isinstance(part.children[0], nodes.inline):
                    letters = "".join(re.findall("[A-Z]", part.children[0].astext()))
                    yield Passage("answer", (letters,) if letters else (), self.place(part))
                elif _name(part.parent) == "quiz_point" and _name(part) == "paragraph":
                    yield self.text(part)

    def text(self, node: nodes.TextElement) -> Passage:
        """A block of text, in pieces."""
        pieces = [""]
        literals: list[str] = []

        def add(inside: nodes.Node) -> None:
            if isinstance(inside, nodes.Text):
                pieces[-1] += inside.astext()
            elif isinstance(inside, nodes.Element):
                stops = isinstance(inside, (nodes.image, nodes.math, nodes.reference, nodes.literal))
                if stops or _is_left_out(inside) or inside.tagname in MARKS:
                    pieces.append("")
                if isinstance(inside, nodes.literal):
                    literals.append(inside.astext())
                if not _is_left_out(inside) and not isinstance(inside, (nodes.image, nodes.math)):
                    if inside.tagname not in MARKS:
                        for child in inside.children:
                            add(child)
                    if stops:
                        pieces.append("")

        for child in node.children:
            add(child)
        if node.tagname == "quiz_stem":
            pieces = [part for piece in pieces for part in _BLANK.split(piece)]
        elif node.parent is not None and node.parent.tagname == "quiz_point":
            pieces = [_POINTS.sub("", piece) for piece in pieces]
        elif isinstance(node, nodes.title) and not isinstance(node.parent, nodes.section):
            pieces = [part for piece in pieces for part in piece.split("\u3000")]
        kind: Literal["title", "text"] = "title" if isinstance(node, nodes.title) else "text"
        return Passage(kind, tuple(filter(None, pieces)), self.place(node), literals=tuple(literals))

    def place(self, node: nodes.Node) -> Place:
        """Where it stands in the sources, as far as the parser has noted it."""
        found: nodes.Node | None = node
        while found is not None and not found.line:
            found = found.parent
        source = found.source if found is not None else None
        # a cell of a notebook and the text of a question have names of their own in `source`
        file = _shown(source) if source and Path(source).is_file() else self.file
        return Place(file, (found.line if found is not None else None) or 1)


def _is_left_out(node: nodes.Element) -> bool:
    if node.tagname in LEFT_OUT or HIDDEN & set(node.get("classes", ())):
        return True
    if isinstance(node, nodes.label) and isinstance(node.parent, nodes.footnote):
        return True
    if node.get("nb_element") == "cell_code_source":
        metadata: dict[str, list[str]] = node.parent.get("cell_metadata") or {} if node.parent else {}
        return bool(_HIDING.intersection(metadata.get("tags", ())))
    return False


def _name(node: nodes.Node | None) -> str:
    return str(getattr(node, "tagname", ""))


def _is_inline(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.Text, nodes.Inline))


def _alt(node: nodes.Element) -> str:
    return str(node.get("alt") or node.get("description") or "")


def _labels(node: nodes.Element) -> Iterator[str]:
    """The texts inside a drawing in SVG."""
    svg = str(node.get("svg", ""))
    path = Path(str(node.get("uri", "")))
    if not svg and path.suffix == ".svg" and path.is_file():
        svg = path.read_text(encoding="utf-8")
    if svg:
        for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
            yield "".join(text.itertext())


def _shown(source: str) -> str:
    """A path as a user would type it here."""
    path = Path(source.partition(":<")[0])
    inside = path.is_absolute() and path.is_relative_to(Path.cwd())
    return (path.relative_to(Path.cwd()) if inside else path).as_posix()
