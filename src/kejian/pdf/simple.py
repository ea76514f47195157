"""What every part of the translator uses, and the nodes that need no more than a line in a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from kejian.catalogue import language_of, say
from kejian.pdf.typeset import escape, string

__all__ = ["Place", "SimpleNodes", "inside", "label_of", "warn", "with_breaks", "within"]

logger = logging.getLogger(__name__)
SILENT: Final = frozenset(
    {"comment", "substitution_definition", "target", "index", "meta", "pending", "tabular_col_spec"}
    | {
        "highlightlang",
        "toctree",
        "HideCodeCellNode",
        "fontawesome",
        "sd_tab_input",
        "classifier",
        "footnote",
    }
    | {"system_message"}  # docutils has told it while reading
)
"""Nodes that print nothing: made for other formats, or printed elsewhere."""
PLAIN: Final = frozenset(
    {"document", "glossary", "PassthroughTextElement", "decoration", "legend", "dropdown_main", "generated"}
    | {"abbreviation", "acronym", "substitution_reference", "only", "start_of_file", "tbody", "sd_icon"}
    | {
        "versionmodified",
        "SideNoteNode",
        "hlist",
        "hlistcol",
        "pending_xref",
        "docinfo",
        "inline",
        "compound",
        "container",
    }
)
"""Nodes that print what is in them."""
_TITLE: Final = ("\n#block(sticky: true)[#strong[", "]];\n")
WRAPPED: Final[Mapping[str, tuple[str, str]]] = {
    "strong": ("#strong[", "];"),
    "literal_strong": ("#strong[", "];"),
    "problematic": ("#strong[", "];"),
    "sd_badge": ("#strong[", "];"),
    "emphasis": ("#emph[", "];"),
    "literal_emphasis": ("#emph[", "];"),
    "title_reference": ("#emph[", "];"),
    "subscript": ("#sub(typographic: false)[", "];"),
    "superscript": ("#super(typographic: false)[", "];"),
    "block_quote": ("\n#quote(block: true)[", "];\n"),
    "attribution": ("\n\n— ", "\n\n"),
    "rubric": _TITLE,
    "caption": _TITLE,
    "subtitle": _TITLE,
    "sd_tab_label": _TITLE,
    "dropdown_title": _TITLE,
    "centered": ("\n#align(center)[", "];\n"),
    "line": ("", "#linebreak();"),
    "option": ("", " "),
    "option_string": ("", ""),
    "option_argument": (" ", ""),
}
"""What stands before and after the content of a node."""


@dataclass(slots=True)
class Place:
    """Where a page stands in the book, and what it may refer to; shared by all pages of one edition."""

    edition: str
    """`student` or `teacher`."""
    known: frozenset[str] = frozenset()
    """Labels that exist in the book."""
    wanted: frozenset[str] = frozenset()
    """Those of them that something refers to."""
    repeated: frozenset[str] = frozenset()
    """Titles of sections that stand on several pages (自测): they would fill the contents, and tell nothing there."""
    level: int = 1
    """Level of the heading of a page's title."""
    opener: bool = False
    """The page opens a chapter: its sections are not in the contents."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Images, by the path that the markup names."""
    made: set[str] = field(default_factory=set)
    """Labels that are already written: an id stands once."""


def warn(language: str, text: str, place: nodes.Node, **values: object) -> None:
    """A warning (name of a text) with source and line, which may be that of something around."""
    while place.line is None and place.parent is not None:
        place = place.parent
    logger.warning(say(text, language, **values), location=place, type="kejian", subtype="pdf")


def label_of(docname: str, node_id: str = "") -> str:
    """The label of an id of a page, or of the page itself."""
    return f"{docname}#{node_id}" if node_id else docname


class SimpleNodes(SphinxTranslator):
    """Writes into `body`; a node without a `visit_` method of its own is looked up in the tables above."""

    builder: Builder

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.body: list[str] = []
        self.docname = ""
        self.place = Place("student")
        self.language = language_of(builder.config.language)
        self.tight = False
        """In a table that is wider than the page, where long words must break."""

    def content(self, node: nodes.Node) -> str:
        """The markup of what is in a node."""
        return self.write(node.children)

    def write(self, found: Any) -> str:
        """The markup of some nodes."""
        outer, self.body = self.body, []
        try:
            for node in found:
                node.walkabout(self)
            return "".join(self.body)
        finally:
            self.body = outer

    def put(self, text: str) -> None:
        """Add markup."""
        self.body.append(text)

    def say(self, text: str, **values: object) -> str:
        """Words of the interface, as markup."""
        return escape(say(text, self.language, **values))

    def warn(self, text: str, place: nodes.Node, **values: object) -> None:
        """A warning with source and line."""
        warn(self.language, text, place, **values)

    def labels(self, node: nodes.Element) -> list[str]:
        """Labels of a node that are wanted and not yet written."""
        ids: list[str] = node.get("ids", [])
        found = [label_of(self.docname, name) for name in ids]
        found = [name for name in found if name in self.place.wanted and name not in self.place.made]
        self.place.made.update(found)
        return found

    def anchors(self, node: nodes.Element) -> str:
        """Invisible marks for the ids of a node."""
        return "".join(f"#anchor({string(name)});" for name in self.labels(node))

    def dispatch_visit(self, node: nodes.Node) -> None:
        for kind in type(node).__mro__:
            name = kind.__name__
            method = getattr(self, f"visit_{name}", None)
            if method is not None:
                method(node)
                return
            if isinstance(node, nodes.Element) and name in SILENT:
                self.put(self.anchors(node) if name == "target" else "")
                raise nodes.SkipNode
            if isinstance(node, nodes.Element) and name in PLAIN:
                self.put(self.anchors(node))
                return
            if isinstance(node, nodes.Element) and name in WRAPPED:
                self.put(self.anchors(node) + WRAPPED[name][0])
                return
        # what nobody knows is told, and its text is kept
        self.warn("pdf.unknown-node", node, node=type(node).__name__)

    def dispatch_departure(self, node: nodes.Node) -> None:
        for kind in type(node).__mro__:
            name = kind.__name__
            method = getattr(self, f"depart_{name}", None)
            if method is not None:
                method(node)
                return
            if name in WRAPPED:
                self.put(WRAPPED[name][1])
                return
            if name in PLAIN or hasattr(self, f"visit_{name}"):
                return


def with_breaks(text: str, most: int) -> str:
    """The text with places for a line to end in runs of more than `most` characters without a space."""
    return re.sub(rf"[!-~]{{{most}}}(?=[!-~])", "\\g<0>\u200b", text)


def inside(node: nodes.Node, class_: str) -> bool:
    """Whether something around the node has this class."""
    parent = node.parent
    while parent is not None:
        if class_ in parent.get("classes", ()):
            return True
        parent = parent.parent
    return False


def within(node: nodes.Node, *kinds: type[Any]) -> bool:
    """Whether something around the node is of one of these kinds."""
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False
