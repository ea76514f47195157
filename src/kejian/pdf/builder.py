"""The Sphinx builder `typst`: the whole book as a PDF, in one edition or several.

    jupyter-book build . --builder custom --custom-builder typst      # the student's edition
    kejian pdf                                                        # all three

All pages are resolved one by one, as for HTML, and joined in the order of the table of contents; a toctree
with a caption is a part. The entry-point group `sphinx.builders` names this module.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kejian import __version__
from kejian.bank import load_bank
from kejian.catalogue import language_of, say
from kejian.model import Bank
from kejian.notices import lost
from kejian.pdf.document import Part, book_markup, is_bare, key_markup
from kejian.pdf.gate import check_pdf, check_sources
from kejian.pdf.outputs import EDITIONS
from kejian.pdf.questions import QuestionTranslator, nest_quotes
from kejian.pdf.simple import Place, label_of, warn
from kejian.pdf.typeset import fonts, typeset
from kejian.pdf.webparts import print_html
from kejian.terminal import CommandError

__all__ = ["TypstBuilder", "setup"]

OVERRIDES: Final = "book/pdf"
"""Folder of a book whose files replace templates of the same name."""
TEACHERS: Final = "teachers"
"""Audience of pages that are not for students."""
TREES: Final = "-exam"
"""Doctrees of an edition without keys stand apart from those with keys."""

logger = logging.getLogger(__name__)


class BookTranslator(QuestionTranslator):
    """The translator that knows where the images of this build are."""

    def image_path(self, node: nodes.Element) -> str | None:
        uri = node["uri"]
        if "://" in uri or not uri:
            self.warn("pdf.no-image", node, path=uri)
            return None
        file = Path(self.builder.srcdir, uri)
        name = "images/" + self.builder.images.get(uri, file.name)
        if name not in self.place.files:
            try:
                self.place.files[name] = file.read_bytes()
            except OSError:
                self.warn("pdf.no-image", node, path=uri)
                return None
        return name


class TypstBuilder(Builder):
    """One PDF per edition, named after the book."""

    name = "typst"
    format = "typst"
    epilog = "%(outdir)s"
    supported_image_types: list[str] = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"]  # noqa: RUF012
    supported_remote_images = True  # left to us: nothing is fetched while a book is built
    default_translator_class = BookTranslator

    def init(self) -> None:
        """Fails before any page is read when there is no Chinese font; no older PDF outlives a build that fails."""
        for edition in self.config.kejian_pdf_editions:
            self.pdf(edition).unlink(missing_ok=True)
        try:
            fonts()
        except CommandError as error:
            raise ExtensionError(error.tell(language_of(self.config.language))) from error

    def get_outdated_docs(self) -> str:
        return "PDF"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return "%" + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        return self.get_target_uri(to, typ)

    def write(self, *ignored: Any) -> None:
        """All pages at once; which of them changed does not matter."""
        check_sources(lost(self.app), language_of(self.config.language))
        with logging.pending_warnings():
            trees = {}
            for docname in _in_order(self):
                doctree = self.env.get_and_resolve_doctree(docname, self)
                for contents in list(doctree.findall(_is_contents)):
                    contents.parent.remove(contents)  # the book prints its own
                self.post_process_images(doctree)
                nest_quotes(doctree)
                for node, names in print_html(doctree):
                    warn(language_of(self.config.language), "pdf.html", node, names=names)
                trees[docname] = doctree
            for edition in self.config.kejian_pdf_editions:
                self.write_edition(edition, trees)

    def write_edition(self, edition: str, trees: dict[str, nodes.document]) -> None:
        """One PDF from the resolved pages."""
        bank = _bank(self)
        parts = list(_parts(self))
        known, wanted = _links(trees)
        place = Place(edition, known, wanted, repeated=_repeated(trees))
        if edition == "key":
            markup = key_markup(self, parts, trees, bank)
        else:
            root = trees[self.config.root_doc]
            translator = self.create_translator(root, self)
            assert isinstance(translator, QuestionTranslator)
            translator.bank = bank
            markup = book_markup(self, parts, trees, translator, place)
        try:
            done = typeset(
                markup,
                place.files,
                overrides=Path(self.srcdir, OVERRIDES),
                timestamp=int(os.environ.get("SOURCE_DATE_EPOCH", "0")),
            )
        except CommandError as error:
            raise ExtensionError(error.tell(language_of(self.config.language))) from error
        for warning in done.warnings:
            logger.warning(warning, type="kejian", subtype="pdf")
        root = self.config.root_doc
        printed = [(name, tree) for name, tree in trees.items() if name != root or not is_bare(tree)]
        check_pdf(done.pdf, printed, edition, language_of(self.config.language))
        self.pdf(edition).parent.mkdir(parents=True, exist_ok=True)
        self.pdf(edition).write_bytes(done.pdf)

    def pdf(self, edition: str) -> Path:
        """Where an edition is written."""
        return Path(self.outdir, f"{book_id(self.config)}-{edition}.pdf")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder; Sphinx calls this when the builder is asked for."""
    app.add_builder(TypstBuilder)
    app.add_config_value("kejian_pdf_editions", ["student"], "", list)
    app.add_config_value("kejian_pdf_keywords", [], "", list)
    app.connect("config-inited", _leave_keys_out)
    app.connect("env-before-read-docs", _from_the_end)
    return {"version": __version__, "parallel_read_safe": True}


def book_id(config: Config) -> str:
    """What the files are called: the id of the book, else its title."""
    return str(getattr(config, "kejian_book", "") or config.project or "book").replace("/", "-")


def _leave_keys_out(app: Sphinx, config: Config) -> None:
    """An edition for students is built like the exam edition: no key file is opened, none is remembered."""
    unknown = [name for name in config.kejian_pdf_editions if name not in EDITIONS]
    if unknown or not config.kejian_pdf_editions:
        known = "、".join(EDITIONS)
        raise ExtensionError(
            say("edition.unknown", language_of(config.language), name="、".join(unknown), known=known)
        )
    if "student" in config.kejian_pdf_editions and len(config.kejian_pdf_editions) > 1:
        raise ExtensionError(say("pdf.alone", language_of(config.language)))
    if config.kejian_pdf_editions == ["student"] and config.kejian_edition != "exam":
        config.kejian_edition = "exam"
        if not str(app.doctreedir).endswith(TREES):
            app.doctreedir = type(app.doctreedir)(f"{app.doctreedir}{TREES}")
            Path(app.doctreedir).mkdir(parents=True, exist_ok=True)


def _from_the_end(app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
    """Editions that are made at the same time begin at both ends: so they share the code cells (executing.py)."""
    if app.config.kejian_pdf_editions != ["student"]:
        docnames.reverse()


def _bank(builder: Builder) -> Bank:
    folder = Path(builder.srcdir, builder.config.kejian_bank)
    return load_bank(folder, keys=builder.config.kejian_edition == "practice")


def _links(trees: dict[str, nodes.document]) -> tuple[frozenset[str], frozenset[str]]:
    """Labels that exist, and those of them that something refers to."""
    known = set(trees)
    wanted = set()
    for docname, tree in trees.items():
        for node in tree.findall(nodes.Element):
            ids: list[str] = node.get("ids", [])
            known.update(label_of(docname, name) for name in ids)
            if node.get("refid"):
                wanted.add(label_of(docname, node["refid"]))
            if str(node.get("refuri", "")).startswith("%"):
                wanted.update((node["refuri"][1:], node["refuri"][1:].partition("#")[0]))
            if "anchor" in node:
                wanted.add(label_of(node["page"], node["anchor"]))
    return frozenset(known), frozenset(wanted & known)


def _repeated(trees: dict[str, nodes.document]) -> frozenset[str]:
    """Titles of sections that several pages have."""
    pages = Counter(
        title
        for tree in trees.values()
        for title in {
            node.astext() for node in tree.findall(nodes.title) if isinstance(node.parent, nodes.section)
        }
    )
    return frozenset(title for title, count in pages.items() if count > 1)


def _is_contents(node: nodes.Node) -> bool:
    return isinstance(node, nodes.compound) and "toctree-wrapper" in node["classes"]


def _toctrees(builder: Builder, docname: str) -> Iterator[addnodes.toctree]:
    tree = builder.env.tocs.get(docname)
    if tree is not None:
        yield from tree.findall(addnodes.toctree)


def _parts(builder: Builder) -> Iterator[Part]:
    """The first page, then the parts of the book: each toctree of the first page, with the pages below it."""
    root = builder.config.root_doc
    seen = {root}
    yield Part("", [(root, 0)])
    for toctree in _toctrees(builder, root):
        pages = list(_below(builder, toctree, seen, 0))
        if pages:
            yield Part(toctree.get("caption") or "", pages)


def _below(
    builder: Builder, toctree: addnodes.toctree, seen: set[str], depth: int
) -> Iterator[tuple[str, int]]:
    for docname in map(str, toctree["includefiles"]):
        if docname not in seen and not _is_for_others(builder, docname):
            seen.add(docname)
            yield docname, depth
            for inner in _toctrees(builder, docname):
                yield from _below(builder, inner, seen, depth + 1)


def _is_for_others(builder: Builder, docname: str) -> bool:
    """Whether the edition leaves a page out: `audience: teachers` in its head keeps it from students."""
    audience = builder.env.metadata[docname].get("audience")
    return audience == TEACHERS and builder.config.kejian_pdf_editions == ["student"]


def _in_order(builder: Builder) -> list[str]:
    return [docname for part in _parts(builder) for docname, _ in part.pages]
