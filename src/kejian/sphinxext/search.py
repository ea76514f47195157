"""Search that finds any phrase, also in the middle of a Chinese sentence, and nothing else.

Sphinx indexes words. Chinese has no spaces between them, a segmenter in the browser would be heavy, and an
index of character pairs (measured on this book: 308 kB, the text itself 138 kB) still finds phrases
that do not occur and misses those that cross a link. So the text of the pages travels as it is, in one
script that only the search page loads, and the browser looks for the phrase itself. Works from `file://`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

from kejian.sphinxext.quiz import quiz_question, quiz_solution

__all__ = ["setup_search"]

TEXT_FILE: Final = "kejian-search-text.js"


class NoWords(SearchLanguage):
    """Keeps Sphinx's own index to titles: the words are searched for by `web/src/search.ts`."""

    lang = "zh"
    language_name = "Chinese"
    js_stemmer_code = "var Stemmer = function () { this.stemWord = (word) => word; };"

    def split(self, input: str) -> list[str]:
        return []

    def stem(self, word: str) -> str:
        return word


def setup_search(app: Sphinx) -> None:
    """Replace the Chinese index, and give the search page its text and script."""
    app.add_search_language(NoWords)
    app.connect("html-page-context", _add_scripts)
    app.connect("build-finished", _write_text)


def _add_scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if page == "search":
        app.add_js_file(TEXT_FILE, loading_method="defer")
        app.add_js_file("kejian-search.js", loading_method="defer")


def _write_text(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    pages = []
    for name in sorted(app.env.found_docs):
        document = app.env.get_doctree(name)
        parts = [{"id": id, "title": title, "text": text} for id, title, text in _parts(document)]
        pages.append(
            {"url": app.builder.get_target_uri(name), "title": app.env.titles[name].astext(), "parts": parts}
        )
    script = f"window.kejianPages = {json.dumps(pages, ensure_ascii=False, separators=(',', ':'))};\n"
    Path(app.outdir, "_static", TEXT_FILE).write_text(script, encoding="utf-8")


def _parts(document: nodes.document) -> Iterator[tuple[str, str, str]]:
    """(id, title, text) of each section without its subsections, of each question and each term: a hit in a long
    list of them opens at the very one. Blocks are separated by line ends.
    """
    for part in document.findall(_is_part):
        assert isinstance(part, nodes.Element)
        heading = (
            part.next_node(nodes.title) if isinstance(part, nodes.section) else part.next_node(nodes.term)
        )
        blocks = [_text(block) for block in _blocks(part) if block is not heading]
        text = "\n".join(filter(None, blocks))
        if isinstance(part, nodes.section):
            yield part["ids"][0], heading.astext() if heading else "", text
        elif heading is not None:
            yield heading["ids"][0], _text(heading), text
        elif text:
            above: nodes.Node = part
            while not isinstance(above, (nodes.section, nodes.document)):
                above = above.parent
            title = above.next_node(nodes.title)
            number = f" {part['number']}" if part["number"] else ""
            yield f"q-{part['question']}", (title.astext() if title else "") + number, text


def _is_part(node: nodes.Node) -> bool:
    if isinstance(node, nodes.definition_list_item):
        term = node.next_node(nodes.term)
        return term is not None and bool(term["ids"])
    return isinstance(node, (nodes.section, quiz_question))


def _blocks(node: nodes.Element) -> Iterator[nodes.TextElement]:
    for child in node.children:
        if _is_part(child) or isinstance(
            child, (quiz_solution, nodes.literal_block, nodes.raw, nodes.Invisible)
        ):
            continue
        if isinstance(child, nodes.TextElement):
            yield child
        elif isinstance(child, nodes.Element):
            yield from _blocks(child)


def _text(block: nodes.TextElement) -> str:
    """What a reader sees of a block; numbers before options and questions, and keys of citations, are not text."""
    skip = {
        id(text)
        for part in block.findall(nodes.Element)
        if "kejian-before" in part.get("classes", ())
        or (isinstance(part, addnodes.pending_xref) and part.get("refdomain") == "cite")
        for text in part.findall(nodes.Text)
    }
    return "".join(text for text in block.findall(nodes.Text) if id(text) not in skip)
