"""The pages of a book as notebooks, together with the files that they need.

    page.md ─split─▶ pieces ─plain Markdown, links─▶ page.ipynb
                     markdown · code · quiz          + tables, images, bank files

Every link goes to a cell by its id (`other.ipynb#cell-id=fig-growth`, which JupyterLab and Notebook 7 follow).
Ids come from names and texts of the source, so that the same book always gives the same bytes.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any, Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from markdown_it.token import Token
from myst_parser.mdit_to_docutils.base import default_slugify

from kejian.bank import KEY_SUFFIX
from kejian.catalogue import language_of, say
from kejian.model import Bank
from kejian.plain import Directive, Plain, UnplainError, directive, myst_parser
from kejian.terminal import CommandError

__all__ = ["Book", "Settings", "zipped"]

BANK: Final = "quizzes"
"""Where the widget looks for its bank: the nearest folder of that name, upwards from the notebook."""
ANCHOR: Final = "#cell-id="
OUTSIDE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//|/", re.IGNORECASE)
_CELL_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_FILE: Final = re.compile(r"""["'(<\s]([\w./-]+\.\w+)["')>\s]""")
_CITE: Final = re.compile(r"\{cite[^}]*\}`([^`]+)`")
_FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration of a book says about its pages."""

    root: Path
    """Folder of the book."""
    pages: tuple[str, ...]
    """Document names in reading order; files that are not Markdown are left out."""
    bank_folder: Path
    extensions: tuple[str, ...] = ()
    """`myst_enable_extensions`."""
    bibliography: tuple[Path, ...] = ()
    bibliography_style: str = "unsrt"
    language: str = "zh_CN"
    edition: str = "practice"
    """`exam`: no key file travels with a notebook."""


@dataclass(slots=True)
class Piece:
    """A cell to be."""

    kind: Literal["markdown", "code", "quiz"]
    source: str
    id: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """What links call it (targets, names of figures and tables, slugs of headings), and the titles of these."""
    tags: list[str] = field(default_factory=list)
    quiz: str = ""
    """Id of the quiz in the bank."""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page, cut into pieces."""

    name: str
    title: str
    pieces: tuple[Piece, ...]
    files: tuple[str, ...]
    """Files that it names, relative to the book."""


class Book:
    """All pages of a book and what links between them mean; raises CommandError naming page and line."""

    def __init__(self, settings: Settings, bank: Bank) -> None:
        self.settings = settings
        self.bank = bank
        self.parser = myst_parser(settings.extensions)
        self.language = language_of(settings.language)
        self.sources = {
            name: path.read_text(encoding="utf-8")
            for name in settings.pages
            if (path := settings.root / f"{name}.md").is_file()
        }
        self.terms: dict[str, tuple[str, str]] = {}
        """Term to page and cell id."""
        self.works: dict[str, tuple[str, str]] = {}
        """Key of a cited work to page and cell id."""
        self.pages = {name: self._page(name) for name in self.sources}

    def files(self, names: Collection[str]) -> dict[str, bytes]:
        """Path to content of everything that these pages need, links between them included."""
        wanted = [name for name in self.pages if name in self._with_companions(names)]
        found: dict[str, bytes] = {}
        for name in wanted:
            found[f"{name}.ipynb"] = self.notebook(name, wanted)
            for file in self.pages[name].files:
                found[file] = (self.settings.root / file).read_bytes()
            for path in self._bank_files(self.pages[name]):
                inside = path.relative_to(self.settings.bank_folder.resolve())
                found[f"{BANK}/{inside.as_posix()}"] = path.read_bytes()
        return found

    def notebook(self, name: str, available: Collection[str] | None = None) -> bytes:
        """The page as a notebook whose links lead only to `available` pages (all, when None)."""
        page = self.pages[name]
        links = _Links(self, page, self.pages if available is None else available)
        plain = Plain(self.parser, links, self.language)
        cells: list[dict[str, Any]] = []
        for piece in page.pieces:
            try:
                source = plain.block(piece.source) if piece.kind == "markdown" else piece.source
            except UnplainError as error:
                raise self._error("cli.notebook.unplain", page.name, piece.line, name=error) from error
            if source:
                cells.append(_cell(piece, source))
        notebook = {
            "cells": cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language": self.settings.language.replace("_", "-"),
                "language_info": {"name": "python"},
                "title": page.title,
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @cached_property
    def cited(self) -> dict[str, tuple[str, str]]:
        """Key of each cited work to its label and its Markdown, in the order of the web book's bibliography."""
        return {key: (label, text) for key, label, text in self._entries()}

    def _with_companions(self, names: Collection[str]) -> set[str]:
        """The pages, and those with the glossary and the bibliography that they refer to."""
        text = "\n".join(self.sources[name] for name in names)
        places = [
            *(self.terms.values() if "{term}" in text else ()),
            *(self.works.values() if "{cite" in text else ()),
        ]
        return {*names, *(page for page, _ in places)}

    def _bank_files(self, page: Page) -> Iterator[Path]:
        used = {piece.quiz for piece in page.pieces}
        for quiz in self.bank.quizzes:
            path = Path(quiz.place.file).resolve()
            key = path.with_name(path.stem + KEY_SUFFIX)
            if quiz.id in used:
                yield path
                if self.settings.edition != "exam" and key.is_file():
                    yield key

    def _entries(self) -> Iterator[tuple[str, str, str]]:
        if not self.settings.bibliography:
            return
        from pybtex.backends.markdown import Backend
        from pybtex.database import BibliographyData, parse_file
        from pybtex.plugin import find_plugin

        from kejian.references import register_style

        register_style()
        known = BibliographyData()
        for path in self.settings.bibliography:
            known.add_entries(parse_file(str(path), encoding="utf-8").entries.items())
        cited = dict.fromkeys(key for text in self.sources.values() for key in _cited(text))
        style = find_plugin("pybtex.style.formatting", self.settings.bibliography_style)()
        works = style.sort([known.entries[key] for key in cited if key in known.entries])
        for label, work in zip(style.format_labels(works), works, strict=True):
            entry = style.format_entry(label, work)
            yield entry.key, entry.label, entry.text.render(Backend()).replace("\n", " ")

    def _page(self, name: str) -> Page:
        text = self.sources[name]
        pieces = _with_advice(list(_Cutter(self, name).pieces(text)), self.language)
        taken: set[str] = set()
        for piece in pieces:
            id = (
                piece.id
                or next(filter(_CELL_ID.fullmatch, piece.names), "")
                or _digest(piece.kind + piece.source)
            )
            piece.id = next(i for i in chain([id], (f"{id[:60]}-{n}" for n in count(2))) if i not in taken)
            taken.add(piece.id)
        title = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
        return Page(
            name, title[1].strip() if title else name, tuple(pieces), tuple(self._named_files(name, text))
        )

    def _named_files(self, name: str, text: str) -> Iterator[str]:
        """Tables, images and the like: whatever the page names and the book has, keys and pages left out."""
        folder, root = (self.settings.root / name).parent, self.settings.root.resolve()
        for file in sorted(set(_FILE.findall(text))):
            path = (folder / file).resolve()
            if path.is_file() and path.is_relative_to(root) and not path.name.endswith((".md", KEY_SUFFIX)):
                yield path.relative_to(root).as_posix()
                package = path.with_name("datapackage.json")
                if path.suffix == ".csv" and package.is_file():  # units, sources and licence of the table
                    yield package.relative_to(root).as_posix()

    def _error(self, text: str, page: str, line: int, **values: object) -> CommandError:
        return CommandError(text, place=f"{page}.md:{line}", **values)


class _Cutter:
    """Cuts one page into pieces."""

    def __init__(self, book: Book, page: str) -> None:
        self.book = book
        self.page = page
        self.quizzes = 0

    def pieces(self, text: str) -> Iterator[Piece]:
        lines = text.split("\n")
        piece = Piece("markdown", "")
        start, level, only_headings = 0, 0, True
        tokens = self.book.parser.parse(text)

        def cut(end: int, after: int) -> Iterator[Piece]:
            nonlocal piece, start, only_headings
            piece.source = "\n".join(lines[start:end]).strip("\n")
            start = after
            if piece.source:
                yield piece
                piece, only_headings = Piece("markdown", "", line=after + 1), True

        for number, token in enumerate(tokens):
            if token.level or token.map is None or token.nesting < 0:
                continue
            first, end = token.map
            found = directive(token)
            if token.type in ("front_matter", "myst_block_break", "myst_line_comment"):
                yield from cut(first, end)
            elif token.type == "myst_target":
                yield from cut(first, end)
                piece.names[token.content] = ""
            elif token.type == "heading_open":
                if not only_headings:
                    yield from cut(first, first)
                level = int(token.tag[1])
                title = _text(tokens[number + 1])
                piece.names[default_slugify(title)] = title
            elif found is not None and found.name in self.makers:
                yield from cut(first, end)
                for made in self.makers[found.name](self, found, level, first + 1):
                    made.names = piece.names | made.names
                    piece = Piece("markdown", "", line=end + 1)
                    yield made
            elif found is not None and "name" in found.options:
                yield from cut(first, first)
                piece.names[str(found.options["name"])] = found.argument
                only_headings = False
            else:
                only_headings = False
        yield from cut(len(lines), len(lines))

    def code(self, found: Directive, level: int, line: int) -> Iterator[Piece]:
        """A code cell and the caption of its figure."""
        tags = found.options.get("tags") or []
        figure = (found.options.get("mystnb") or {}).get("figure") or {}
        name = str(figure.get("name", ""))
        tags = [tags] if isinstance(tags, str) else list(tags)
        title, *others = str(figure.get("caption") or "").strip().split("\n\n", 1)
        yield Piece("code", found.body, names={name: title} if name else {}, tags=tags, line=line)
        if title:
            text = "\n\n".join([f"**{title}**", *others])
            yield Piece("markdown", text, f"{name}-caption" if name else "", line=line)

    def quiz(self, found: Directive, level: int, line: int) -> Iterator[Piece]:
        """A cell with the widget."""
        name, select = found.argument, found.options.get("select", "")
        if found.name == "question":
            try:
                name, select = self.book.bank.question(name)[0].id, name
            except KeyError as error:
                raise self.book._error("cli.notebook.no-question", self.page, line, name=name) from error
        values = [json.dumps(name), *([f"select={json.dumps(select)}"] if select else [])]
        values += ['mode="exam"'] if self.book.settings.edition == "exam" else []
        self.quizzes += 1
        variable = "quiz" if self.quizzes == 1 else f"quiz{self.quizzes}"
        call = f"{variable} = Quiz.from_bank({', '.join(values)})"
        yield Piece("quiz", f"from kejian import Quiz\n\n{call}\n{variable}", quiz=name, line=line)

    def glossary(self, found: Directive, level: int, line: int) -> Iterator[Piece]:
        """Each term as a heading with its text."""
        for entry in re.split(r"\n(?=\S)", re.sub(r"\n\s*\n(?=\S)", "\n", found.body)):
            term, _, text = entry.partition("\n")
            id = f"term-{_digest(term)}"
            self.book.terms[term.strip()] = (self.page, id)
            text = re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
            yield Piece("markdown", f"{'#' * (level + 1)} {term}\n\n{text}", id, line=line)

    def bibliography(self, found: Directive, level: int, line: int) -> Iterator[Piece]:
        """Each cited work with its number."""
        for key, (label, text) in self.book.cited.items():
            id = f"cite-{key}" if _CELL_ID.fullmatch(f"cite-{key}") else f"cite-{_digest(key)}"
            self.book.works[key] = (self.page, id)
            yield Piece("markdown", f"\\[{label}\\] {text}", id, line=line)

    makers: Final = {
        "code-cell": code,
        "quiz": quiz,
        "question": quiz,
        "glossary": glossary,
        "bibliography": bibliography,
    }


@dataclass(frozen=True, slots=True)
class _Links:
    """What a link of one page leads to: see `kejian.plain.Resolve`."""

    book: Book
    page: Page
    available: Collection[str]

    def __call__(self, target: str) -> tuple[str, str | None]:
        kind, _, name = target.partition(":")
        if kind == "term":
            return name, self._address(*self.book.terms.get(name, (None, "")))
        if kind == "cite":
            label = self.book.cited.get(name, (name, ""))[0]
            return label, self._address(*self.book.works.get(name, (None, "")))
        if OUTSIDE.match(target):
            return target, target
        file, _, anchor = target.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.page.name), file.removesuffix(".md")))
        other = self.book.pages.get(name) if file else self.page
        if other is None:
            return target, target
        if not anchor:
            return other.title, self._address(other.name)
        places: Iterable[Page] = [other] if file else [other, *self.book.pages.values()]
        for place in places:
            for piece in place.pieces:
                if anchor in piece.names:
                    title = piece.names[anchor] or next(filter(None, piece.names.values()), anchor)
                    return title, self._address(place.name, piece.id)
        return other.title, self._address(other.name)

    def _address(self, page: str | None, id: str = "") -> str | None:
        if page is None or page not in self.available:
            return None
        path = posixpath.relpath(f"{page}.ipynb", posixpath.dirname(self.page.name) or ".")
        return path + (f"{ANCHOR}{id}" if id else "")


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """The files in one folder of a zip file; the same files always give the same bytes."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in sorted(files.items()):
            entry = ZipInfo(f"{folder}/{name}", _FIXED_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, ZIP_DEFLATED)
    return target.getvalue()


def _with_advice(pieces: list[Piece], language: str) -> list[Piece]:
    """Below the title of a page that has something to run: how to run it."""
    if all(piece.kind == "markdown" for piece in pieces):
        return pieces
    advice = Piece("markdown", f"> {say('cli.notebook.advice', language)}", "how-to-run")
    return [*pieces[:1], advice, *pieces[1:]]


def _cell(piece: Piece, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "markdown" if piece.kind == "markdown" else "code",
        "id": piece.id,
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    if piece.kind != "markdown":
        cell |= {"execution_count": None, "outputs": []}
    if piece.tags:
        cell["metadata"]["tags"] = piece.tags
    if any(tag.startswith(("hide-", "remove-")) for tag in piece.tags):
        cell["metadata"]["jupyter"] = {"source_hidden": True}
    return cell


def _text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _cited(text: str) -> list[str]:
    return [key.strip() for keys in _CITE.findall(text) for key in keys.split(",")]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
