"""The pages of a book as one Typst document: cover, imprint, contents, parts; or the key as loose pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Final

from docutils import nodes
from sphinx.builders import Builder

from kejian.catalogue import language_of, say
from kejian.model import Bank
from kejian.pdf.passages import expected
from kejian.pdf.questions import QuestionTranslator, key_sheet
from kejian.pdf.simple import Place
from kejian.pdf.typeset import escape, string

__all__ = ["Part", "book_markup", "is_bare", "key_markup"]

TEMPLATE: Final = '#import "templates/book.typ": *\n'

MADE_UP: Final = ("The Jupyter Book community", "2023", "Author name not set")
"""Author and copyright of books that name none (Jupyter Book, Sphinx)."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pages under one caption of the table of contents."""

    title: str
    """Empty: the pages stand by themselves."""
    pages: list[tuple[str, int]]
    """Names of pages, and how deep they are nested."""


def book_markup(
    builder: Builder,
    parts: list[Part],
    trees: Mapping[str, nodes.document],
    translator: QuestionTranslator,
    place: Place,
) -> str:
    """The source of the student's or the teacher's book.

    The first page of a book in parts is its preface; in a book without parts it is the first chapter. When it is
    a title alone, the cover has said it.
    """
    language = language_of(builder.config.language)
    written = [TEMPLATE, _head(builder, place.edition, language), _front(builder, place.edition, language)]
    first, *rest = parts
    root = first.pages[0][0]
    contents = f"#contents([{escape(say('pdf.contents', language))}])\n"
    # page 1 is a right-hand page; what is left empty before it has no number
    main = '#odd-page()\n#set page(numbering: "1")\n#main-matter()\n'
    written.append('#set page(numbering: "I")\n#counter(page).update(1)\n')
    if is_bare(trees[root]):
        written += [translator.marks(root, place), contents, main]
    elif any(part.title for part in rest):
        place.level, place.opener = 1, True
        written += [translator.page(root, trees[root], place), contents, main]
    else:
        written += [contents, main, _part(first, trees, translator, place)]
    written += [_part(part, trees, translator, place) for part in rest]
    return "".join(written)


def is_bare(document: nodes.document) -> bool:
    """Whether a page shows nothing but its title."""
    return [passage.kind for passage in expected(document, "", "teacher")] in ([], ["title"])


def _part(
    part: Part, trees: Mapping[str, nodes.document], translator: QuestionTranslator, place: Place
) -> str:
    first = part.pages[0][0]
    opened = bool(part.title) and _same(_title(trees[first]), part.title)
    written = []
    if part.title and not opened:
        entries = "".join(f"({string(name)}, [{escape(_title(trees[name]))}]), " for name, _ in part.pages)
        written.append(f"#part([{escape(part.title)}], {entries});\n")
    for number, (docname, depth) in enumerate(part.pages):
        alone = number == 0 and opened
        place.level = 1 + depth + (1 if part.title and not alone else 0)
        place.opener = alone
        if alone or place.level == 1:
            written.append("#pagebreak(weak: true)\n#opener()\n")
        elif not opened:
            written.append("#pagebreak(weak: true)\n")
        written.append(translator.page(docname, trees[docname], place))
    return "".join(written)


def key_markup(builder: Builder, parts: list[Part], trees: Mapping[str, nodes.document], bank: Bank) -> str:
    """The source of the key: one sheet per part, or per page where there are no parts."""
    language = language_of(builder.config.language)
    book = f"{_book(builder)}　{say('pdf.edition.key', language)}"
    sheets = []
    for part in parts:
        if part.title:
            pages = [(_title(trees[name]), trees[name]) for name, _ in part.pages]
            sheets.append(key_sheet(book, part.title, pages, bank, language))
        else:
            for name, _ in part.pages:
                sheets.append(key_sheet(book, _title(trees[name]), [("", trees[name])], bank, language))
    return TEMPLATE + _head(builder, "key", language) + '#set page(numbering: "1")\n' + "".join(sheets)


def _given(value: str) -> str:
    """What the configuration says; nothing where Jupyter Book says something for a book that does not."""
    return "" if value in MADE_UP else value


def _head(builder: Builder, edition: str, language: str) -> str:
    config = builder.config
    title = _book(builder)
    full = title if edition == "student" else f"{title} {say(f'pdf.edition.{edition}', language)}"
    before, after = say("pdf.page-words", language, page="\0").split("\0")
    tag = "zh" if language == "zh_CN" else "en"
    region = string("cn") if tag == "zh" else "none"
    author = f"({string(config.author)},)" if _given(config.author) else "()"
    keywords = ", ".join(string(word) for word in config.kejian_pdf_keywords)
    return (
        f"#let page-words = ([{escape(before)}], [{escape(after)}])\n"
        f"#show: book.with(title: {string(full)}, author: {author}, "
        f"keywords: ({keywords + ',' if keywords else ''}), language: {string(tag)}, region: {region})\n"
    )


def _front(builder: Builder, edition: str, language: str) -> str:
    config = builder.config
    title = _book(builder)
    name = say(f"pdf.edition.{edition}", language)
    rows = [
        (say("pdf.imprint.title", language), title),
        (say("pdf.imprint.author", language), _given(config.author)),
        (say("pdf.imprint.edition", language), name),
        (say("pdf.imprint.size", language), say("pdf.size", language)),
        (say("pdf.imprint.set", language), say("pdf.set", language)),
    ]
    told = "".join(f"([{escape(word)}], [{escape(value)}]), " for word, value in rows if value)
    notes = [_licence(builder), f"© {config.copyright}" if _given(config.copyright) else ""]
    if edition == "teacher":
        notes.append(say("pdf.underlined", language))
    notes_told = "".join(f"[{escape(note)}], " for note in notes if note)
    return (
        f"#cover(title: {string(title)}, author: {string(_given(config.author))}, edition: {string(name)})\n"
        f"#imprint(title: {string(title)}, notes: ({notes_told}), rows: ({told}))\n"
    )


def _licence(builder: Builder) -> str:
    """What the web book says in its footer, without markup."""
    footer = str(getattr(builder.config, "html_theme_options", {}).get("extra_footer", ""))
    return unescape(re.sub(r"<[^>]+>", "", footer)).strip()


def _book(builder: Builder) -> str:
    config = builder.config
    # Sphinx makes one up (“… documentation”) where none is given
    given = {**config._raw_config, **config.overrides}.get("html_title")
    return str(given or config.project)


def _title(document: nodes.document) -> str:
    title = next(iter(document.findall(nodes.title)), None)
    return title.astext() if title is not None else ""


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
