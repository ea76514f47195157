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
from kejian.pdf.questions import QuestionTranslator, key_sheet
from kejian.pdf.simple import Place
from kejian.pdf.typeset import escape, string

__all__ = ["Part", "book_markup", "key_markup"]

TEMPLATE: Final = '#import "templates/book.typ": *\n'


@dataclass(frozen=True, slots=True)
class Part:
    """Pages under one caption of the table of contents."""

    title: str
    """Empty: the pages stand by themselves."""
    pages: list[tuple[str, int]]
    """Names of pages, and how deep they are nested."""
    front: bool = False
    """The first page of the book, which stands before the contents."""


def book_markup(
    builder: Builder,
    parts: list[Part],
    trees: Mapping[str, nodes.document],
    translator: QuestionTranslator,
    place: Place,
) -> str:
    """The source of the student's or the teacher's book."""
    language = language_of(builder.config.language)
    written = [TEMPLATE, _head(builder, place.edition, language), _front(builder, place.edition, language)]
    for part in parts:
        if part.front:
            docname = part.pages[0][0]
            place.level, place.opener = 1, True
            written.append('#set page(numbering: "I")\n#counter(page).update(1)\n')
            written.append(translator.page(docname, trees[docname], place))
            written.append(f"#contents([{escape(say('pdf.contents', language))}])\n")
            written.append('#set page(numbering: "1")\n#main-matter()\n')
        else:
            written.append(_part(part, trees, translator, place))
    return "".join(written)


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
    return TEMPLATE + _head(builder, "key", language) + "".join(sheets)


def _head(builder: Builder, edition: str, language: str) -> str:
    config = builder.config
    title = _book(builder)
    full = title if edition == "student" else f"{title} {say(f'pdf.edition.{edition}', language)}"
    before, after = say("pdf.page-words", language, page="\0").split("\0")
    tag = "zh" if language == "zh_CN" else "en"
    region = string("cn") if tag == "zh" else "none"
    keywords = ", ".join(string(word) for word in config.kejian_pdf_keywords)
    return (
        f"#let page-words = ([{escape(before)}], [{escape(after)}])\n"
        f"#show: book.with(title: {string(full)}, author: ({string(config.author)},), "
        f"keywords: ({keywords + ',' if keywords else ''}), language: {string(tag)}, region: {region})\n"
    )


def _front(builder: Builder, edition: str, language: str) -> str:
    config = builder.config
    title = _book(builder)
    name = say(f"pdf.edition.{edition}", language)
    rows = [
        (say("pdf.imprint.title", language), title),
        (say("pdf.imprint.author", language), config.author),
        (say("pdf.imprint.edition", language), name),
        (say("pdf.imprint.size", language), say("pdf.size", language)),
        (say("pdf.imprint.set", language), say("pdf.set", language)),
    ]
    told = "".join(f"([{escape(word)}], [{escape(value)}]), " for word, value in rows if value)
    notes = [_licence(builder), f"© {config.copyright}" if config.copyright else ""]
    notes_told = "".join(f"[{escape(note)}], " for note in notes if note)
    return (
        f"#cover(title: {string(title)}, author: {string(config.author)}, edition: {string(name)})\n"
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
