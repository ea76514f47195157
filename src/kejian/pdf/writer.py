"""A resolved doctree as Typst markup: one `visit_` method per kind of node, blocks nested as calls of the template.

Text between two calls ends with `;`, so that a bracket or semicolon of the text never belongs to the call.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from docutils import nodes
from sphinx.builders import Builder
from sphinx.locale import admonitionlabels

from kejian.pdf.figures import FigureNodes
from kejian.pdf.formula import FormulaError, formula
from kejian.pdf.simple import Place, inside, label_of, with_breaks, within
from kejian.pdf.typeset import escape, string

__all__ = ["TypstTranslator"]

KINDS: Final = ("case", "definition", "objectives", "keypoints", "think")
"""Classes of admonitions that have a look of their own; templates may know more."""
QUOTE: Final = "kejian-quote"
"""Class of a sentence that is evidence (sphinxext/evidence.py)."""
CITATION: Final = "bibtex-citation"
LABELLED: Final = re.compile(r"^(\S{1,6})(?:\u3000(.+))?$", re.DOTALL)
"""A title that is or begins with the kind of the box: 思考; 案例　杭州城市大脑."""
SHORT: Final = re.compile(r".{1,80}[：:]", re.DOTALL)
"""A paragraph of at most two lines that announces what follows."""
MARKS: Final = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
LINE: Final = 70
"""Characters of code in a line of the page."""
CELL: Final = 5
"""Characters of a number or an address in a narrow cell."""
RUN: Final = re.compile(rf"([A-Za-z]{{8,}})|([!-~]{{{CELL},}})|(.[^!-~]*)", re.DOTALL)
"""A long word; another long run without a space; anything else."""
ITEM: Final = nodes.list_item
NAMES: Final = (nodes.term, nodes.field_name, nodes.option_group)
BOXES: Final = (nodes.Admonition, nodes.table)
"""A paragraph of at most `LEAD` characters, that is two or three lines, stays with one that follows."""
LEAD: Final = 120
LISTS: Final = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)


class TypstTranslator(FigureNodes):
    """Writes the pages of a book one after the other."""

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.depth = 0
        self.footnotes: dict[str, nodes.footnote] = {}

    def page(self, docname: str, document: nodes.document, place: Place) -> str:
        """The markup of one page."""
        self.docname, self.place, self.depth = docname, place, place.level - 1
        self.document = document
        self.footnotes = {name: note for note in document.findall(nodes.footnote) for name in note["ids"]}
        markup = self.content(document)
        # what has no title, or an id where none can be marked, is found at the beginning of the page
        return self.marks(docname, place) + markup

    def marks(self, docname: str, place: Place) -> str:
        """Invisible marks for all that something refers to on a page and that is not marked yet."""
        here = (name for name in place.wanted if name.partition("#")[0] == docname)
        missing = sorted(name for name in here if name not in place.made)
        place.made.update(missing)
        return "".join(f"#anchor({string(name)});" for name in missing)

    # ------------------------------------------------------------------ text

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802  docutils names it so
        text = re.sub(r"\s*\n\s*", " ", node.astext())
        self.put(RUN.sub(_tight, text) if self.tight else escape(text))

    def visit_paragraph(self, node: nodes.Element) -> None:
        inner = self.anchors(node) + self.content(node)
        following = node.next_node(descend=False, siblings=True)
        text = node.astext()
        announces = isinstance(following, LISTS) and SHORT.fullmatch(text)
        if announces or (isinstance(following, BOXES) and len(text) <= LEAD):
            self.put(f"\n#lead[{inner}];\n")
        else:
            self.put(f"\n\n{inner}\n\n")
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.Element) -> None:
        most = CELL if self.tight else LINE
        self.put(f"{self.anchors(node)}#raw({string(with_breaks(node.astext(), most))});")
        raise nodes.SkipNode

    def visit_literal_block(self, node: nodes.Element) -> None:
        language = string(node.get("language") or "text")
        code = string(with_breaks(node.astext(), LINE))
        self.put(f"\n{self.anchors(node)}#raw(block: true, lang: {language}, {code});\n")
        raise nodes.SkipNode

    visit_doctest_block = visit_literal_block

    def visit_math(self, node: nodes.Element) -> None:
        self.put(self._formula(node))
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.Element) -> None:
        number = self.builder.env.toc_fignumbers.get(self.docname, {}).get("displaymath", {})
        found = next((".".join(map(str, number[i])) for i in node["ids"] if i in number), node.get("number"))
        words = f"[{escape(f'({found})')}]" if found else "none"
        body = self._formula(node).replace("equation(", "equation(block: true, ", 1)
        self.put(f"\n{self.anchors(node)}#displayed({words})[{body}];\n")
        raise nodes.SkipNode

    def _formula(self, node: nodes.Element) -> str:
        try:
            return formula(node.astext())
        except FormulaError as error:
            self.warn("pdf.formula", node, part=error)
            return f"#raw({string(node.astext())});"

    def visit_inline(self, node: nodes.Element) -> None:
        classes = node["classes"]
        if "kejian-before" in classes:
            raise nodes.SkipNode  # for builders that know no questions
        inner = self.anchors(node) + self.content(node)
        if CITATION in classes:
            inner = f"#citation[{inner}];"
        elif QUOTE in classes and self.place.edition == "teacher" and not inside(node, QUOTE):
            inner = f"#quoted[{inner}];"
        self.put(inner)
        raise nodes.SkipNode

    def visit_raw(self, node: nodes.Element) -> None:
        """What is made for another format is not printed, except the box of a task (MyST gives it as HTML)."""
        if 'type="checkbox"' in node.astext():
            self.put("#h(0pt)☑ " if "checked=" in node.astext() else "#h(0pt)☐ ")
        raise nodes.SkipNode

    def visit_line_block(self, node: nodes.Element) -> None:
        inner = f"{self.anchors(node)}{self.content(node)}"
        nested = isinstance(node.parent, nodes.line_block)
        self.put(f"#pad(left: 2em)[{inner}];" if nested else f"\n\n#flush[{inner}];\n\n")
        raise nodes.SkipNode

    # ------------------------------------------------------------------ headings and boxes

    def visit_section(self, node: nodes.Element) -> None:
        self.depth += 1

    def depart_section(self, node: nodes.Element) -> None:
        self.depth -= 1

    def visit_title(self, node: nodes.Element) -> None:
        section = node.parent
        if not isinstance(section, nodes.section):
            self.put(f"\n#block(sticky: true)[#strong[{self.content(node)}]];\n")
            raise nodes.SkipNode
        first = self.depth == self.place.level
        names = self.labels(section)
        if first and self.docname not in self.place.made:
            self.place.made.add(self.docname)
            names.insert(0, self.docname)
        unlisted = not first and (self.place.opener or node.astext() in self.place.repeated)
        hidden = ", outlined: false, bookmarked: true" if unlisted else ""
        label = f"#label({string(names[0])});" if names else ""
        more = "".join(f"#anchor({string(name)});" for name in names[1:])
        words = self._section_number(section, first) + self.content(node)
        self.put(f"\n#heading(level: {self.depth}{hidden})[{words}]{label}\n{more}\n")
        raise nodes.SkipNode

    def _section_number(self, section: nodes.Element, first: bool) -> str:
        """The number that the table of contents gives (`numbered: true`)."""
        numbers = self.builder.env.toc_secnumbers.get(self.docname, {})
        names = ["", *(f"#{name}" for name in section["ids"])] if first else [f"#{i}" for i in section["ids"]]
        number = next((numbers[name] for name in names if name in numbers), None)
        return escape(".".join(map(str, number))) + "#h(0.6em);" if number else ""

    def visit_Admonition(self, node: nodes.Element) -> None:  # noqa: N802  the base class of all boxes
        title = next((child for child in node.children if isinstance(child, nodes.title)), None)
        kind = next((name for name in node["classes"] if name in KINDS), "") or type(node).__name__
        label, words = admonitionlabels.get(kind, ""), ""
        if title is not None:
            match = LABELLED.match(title.astext())
            if match and all(isinstance(child, nodes.Text) for child in title.children):
                label, words = match[1], escape(match[2] or "")
            else:
                words = self.content(title)
        inner = self.write(child for child in node.children if child is not title)
        word = f"[{escape(str(label))}]" if label else "none"
        name = f"[{words}]" if words else "none"
        self.put(f"\n{self.anchors(node)}#admonition({string(kind)}, {word}, {name})[{inner}];\n")
        raise nodes.SkipNode

    visit_topic = visit_sidebar = visit_Admonition

    def visit_transition(self, node: nodes.Element) -> None:
        if "footnotes" not in node["classes"]:  # MyST's, above notes that stand elsewhere in print
            self.put("\n#parting()\n")
        raise nodes.SkipNode

    # ------------------------------------------------------------------ lists

    def _items(self, node: nodes.Element) -> str:
        return "".join(
            f"[{self.anchors(c)}{self.content(c)}], " for c in node.children if isinstance(c, ITEM)
        )

    def visit_bullet_list(self, node: nodes.Element) -> None:
        # a task has its box for a mark
        marker = "marker: none, body-indent: 0em, " if "contains-task-list" in node["classes"] else ""
        self.put(f"\n#list({marker}{self._items(node)});\n")
        raise nodes.SkipNode

    def visit_enumerated_list(self, node: nodes.Element) -> None:
        mark = MARKS.get(node.get("enumtype", ""), "1")
        numbering = string(f"{node.get('prefix', '')}{mark}{node.get('suffix') or '.'}")
        start = node.get("start", 1)
        self.put(f"\n#enum(start: {start}, numbering: {numbering}, {self._items(node)});\n")
        raise nodes.SkipNode

    def visit_definition_list(self, node: nodes.Element) -> None:
        """Also lists of fields and of options: each item has names first, and then what they mean."""
        items = []
        for item in node.children:
            names = [c for c in item.children if isinstance(c, NAMES)]
            told = self.say("pdf.comma").join(self.anchors(c) + self.content(c).strip() for c in names)
            meant = self.write(m for c in item.children if c not in names for m in c.children)
            items.append(f"([{told}], [{meant}]), ")
        self.put(f"\n#definitions({''.join(items)});\n")
        raise nodes.SkipNode

    visit_field_list = visit_option_list = visit_definition_list

    # ------------------------------------------------------------------ references

    def visit_reference(self, node: nodes.Element) -> None:
        inner = self.content(node)
        target, url = self._target(node), unescape(str(node.get("refuri", "")))  # MyST escapes it
        if target is not None:
            inner = self._link(node, target, inner)
        elif url.startswith(("http://", "https://", "mailto:")):
            # the address is printed, unless it is what stands there, or there is no place for a note
            same = node.astext().strip().rstrip("/") == url.rstrip("/") or url.startswith("mailto:")
            note = not same and not within(node, nodes.title, nodes.footnote, nodes.citation, nodes.caption)
            inner = f"#outside({string(url)}, note: {str(note).lower()})[{inner}];"
        # a picture that is a link stands by itself
        self.put(inner if isinstance(node.parent, nodes.TextElement) else f"\n#flush[{inner}];\n")
        raise nodes.SkipNode

    visit_number_reference = visit_reference

    def _target(self, node: nodes.Element) -> str | None:
        """The label that a reference points to, when it exists in the book."""
        if "refid" in node:
            name = label_of(self.docname, node["refid"])
        elif str(node.get("refuri", "")).startswith("%"):
            name = node["refuri"][1:]
        else:
            return None
        return next((known for known in (name, name.partition("#")[0]) if known in self.place.wanted), None)

    def _link(self, node: nodes.Element, name: str, inner: str) -> str:
        """A link; to other pages of the book with the page number, where there is room for it."""
        if any("std-term" in child["classes"] for child in node.findall(nodes.inline)):
            return f"#term({string(name)})[{inner}];"
        far = name.partition("#")[0] != self.docname
        if far and not inside(node, CITATION) and not within(node, nodes.title, nodes.table):
            return f"#xref({string(name)}, words: page-words)[{inner}];"
        return f"#xref({string(name)})[{inner}];"

    def visit_download_reference(self, node: nodes.Element) -> None:
        self.put(self.content(node))
        raise nodes.SkipNode

    def visit_footnote_reference(self, node: nodes.Element) -> None:
        note = self.footnotes.get(node.get("refid", ""))
        if note is not None:
            inner = self.write(c for c in note.children if not isinstance(c, nodes.label))
            self.put(f"#footnote[{inner.strip()}];")
        raise nodes.SkipNode

    def visit_citation(self, node: nodes.Element) -> None:
        label = next(iter(node.findall(nodes.label)), None)
        inner = self.write(c for c in node.children if c is not label).strip()
        word = self.content(label) if label is not None else ""
        self.put(f"\n#entry([{word}])[{self.anchors(node)}{inner}];\n")
        raise nodes.SkipNode


def _tight(match: re.Match[str]) -> str:
    """A part of a text in a narrow cell: words are hyphenated, numbers and addresses break anywhere."""
    word, run, other = match.groups()
    if word:
        return f'#text(lang: "en", hyphenate: true)[{word}];'
    return escape(with_breaks(run, CELL) if run else other)
