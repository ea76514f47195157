"""Figures, images, tables, and the containers of MyST-NB and sphinx-design."""

from __future__ import annotations

import re
from typing import Final

from docutils import nodes

from kejian.pdf.simple import SimpleNodes, within
from kejian.pdf.tables import is_wide, table_markup
from kejian.pdf.typeset import escape, string

__all__ = ["FigureNodes"]

CARDS: Final = 2
"""Cards side by side."""


class FigureNodes(SimpleNodes):
    """What has a caption, a frame or a place of its own on the page."""

    def visit_figure(self, node: nodes.Element) -> None:
        caption = next((c for c in node.children if isinstance(c, nodes.caption)), None)
        legend = next((c for c in node.children if isinstance(c, nodes.legend)), None)
        for image in node.findall(nodes.image):
            if not image.get("alt") and caption is not None:
                image["alt"] = caption.astext()
        body = self.write(c for c in node.children if c is not caption and c is not legend)
        words = f"[{self.number('figure', node)}{self.content(caption)}]" if caption is not None else "none"
        more = f"[{self.content(legend)}]" if legend is not None else "none"
        # what floats would leave the box or the item that it belongs to
        floats = str(not within(node, nodes.Admonition, nodes.list_item, nodes.table)).lower()
        self.put(f"\n#illustration(caption: {words}, legend: {more}, float: {floats})[{body}]")
        self.put(self._label(node) + "\n")
        raise nodes.SkipNode

    def visit_table(self, node: nodes.Element) -> None:
        title = next((c for c in node.children if isinstance(c, nodes.title)), None)
        outer, self.tight = self.tight, is_wide(node)
        self._table(node, title)
        self.tight = outer
        raise nodes.SkipNode

    def _table(self, node: nodes.Element, title: nodes.Element | None) -> None:
        continued = self.say("pdf.continued")
        if title is None:
            self.put(f"\n{self.anchors(node)}{table_markup(node, 'none', continued, self.content)};\n")
        else:
            caption = f"[{self.number('table', node)}{self.content(title)}]"
            self.put(f"\n{table_markup(node, caption, continued, self.content)}{self._label(node)}\n")

    def number(self, kind: str, node: nodes.Element) -> str:
        """The number that Sphinx gave (`numfig`), in the words of the configuration."""
        numbers = self.builder.env.toc_fignumbers.get(self.docname, {}).get(kind, {})
        number = next((numbers[name] for name in node["ids"] if name in numbers), None)
        if number is None or not self.config.numfig:
            return ""
        pattern: str = self.config.numfig_format.get(kind, "%s")
        return escape(pattern % ".".join(map(str, number))) + "#h(1em);"

    def _label(self, node: nodes.Element) -> str:
        """The label of the element that was just written; more than one id never is referred to."""
        names = self.labels(node)
        return f"#label({string(names[0])});" if names else ";"

    def visit_image(self, node: nodes.Element) -> None:
        path = self.image_path(node)
        if path is None:
            self.put(escape(node.get("alt", "")))
            raise nodes.SkipNode
        alt = node.get("alt", "")
        if not alt:
            self.warn("pdf.no-alt", node, path=node["uri"])
            alt = node["uri"].rpartition("/")[2]
        call = f"picture({string('/' + path)}, alt: {string(alt)}, width: {_width(node.get('width', ''))})"
        self.put(f"#box({call});" if isinstance(node.parent, nodes.TextElement) else f"\n#{call};\n")
        raise nodes.SkipNode

    def image_path(self, node: nodes.Element) -> str | None:
        """The path of an image in what is compiled; None (and a warning) when there is none."""
        raise NotImplementedError("the builder knows the files")

    def visit_container(self, node: nodes.Element) -> None:
        part = node.get("design_component", "")
        folded = node.get("nb_element") == "cell_code_source" and _folded(node)
        if folded or part == "card-title":
            raise nodes.SkipNode  # the card has printed its title
        if part == "grid-row":
            cells = "".join(f"[{self.content(child)}], " for child in node.children)
            self.put(f"\n{self.anchors(node)}#cards({CARDS}, {cells});\n")
            raise nodes.SkipNode
        if part == "card":
            title = next((c for c in node.findall(nodes.container) if _is(c, "card-title")), None)
            name = f"[{self.content(title)}]" if title is not None else "none"
            card = f"{self.anchors(node)}#card({name})[{self.content(node)}];"
            framed = isinstance(node.parent, nodes.container) and _is(node.parent, "grid-item")
            self.put(card if framed else f"\n#cards(1, [{card}]);\n")
            raise nodes.SkipNode
        self.put(self.anchors(node))

    visit_compound = visit_container


def _is(node: nodes.Element, part: str) -> bool:
    return bool(node.get("design_component") == part)


def _folded(node: nodes.Element) -> bool:
    """Whether the web page folds this code away."""
    mode = node.parent.get("hide_mode") or "" if node.parent is not None else ""
    return mode == "all" or "input" in mode


def _width(text: str) -> str:
    """A width of an image as Typst has it; `auto` when there is none that print understands."""
    match = re.fullmatch(r"([\d.]+)\s*(%|cm|mm|in|pt|px)?", text.strip())
    if match is None:
        return "auto"
    if match[2] in (None, "px"):
        return f"{float(match[1]) * 0.75:g}pt"  # CSS: 96 pixels to the inch
    return f"{match[1]}{match[2]}"
