"""Pages of a book as their readers see them, read from the Markdown itself: no Sphinx, so in milliseconds.

page = read_page(root, "chapters/01-2-concept")
page.blocks        # headings, paragraphs, cells, captions: text without markup, and its line
page.directives    # {quiz}, {figure}, {code-cell} …, also inside others
page.links         # targets of links, roles and citations
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kejian.grading.text import normalise
from kejian.lines import join_lines
from kejian.model import Place
from kejian.plain import LITERAL, Directive, directive, myst_parser
from kejian.yamlfile import shown

__all__ = ["Block", "Link", "Page", "Used", "plain_text", "read_page", "table_of_contents"]

EXTENSIONS: Final = ("attrs_inline", "colon_fence", "deflist", "dollarmath", "tasklist")
OPAQUE: Final = LITERAL | {"math", "toctree", "bibliography", "quiz", "question", "raw", "image", "index"}
"""Directives whose body is no text of the page."""
SILENT_ROLES: Final = {"cite", "cite:p", "cite:t", "index", "eq"}
"""Roles that show a number or nothing instead of their text."""
_TITLED: Final = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table cell or caption."""

    text: str
    """Without markup, on one line."""
    line: int
    kind: str = "text"
    """`text` or `heading`."""
    level: int = 0
    """Of a heading, from 1."""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that names another place."""

    kind: str
    """`link`, `image`, or the name of a role, e.g. `term`."""
    target: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """A directive that the page uses."""

    directive: Directive
    line: int
    inside: str = ""
    """Name of the directive around it."""


@dataclass
class Page:
    """One page."""

    name: str
    """As `evidence: page:` and _toc.yml name it, e.g. `chapters/01-overview`."""
    file: str
    blocks: list[Block] = field(default_factory=list)
    directives: list[Used] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    targets: dict[str, int] = field(default_factory=dict)
    """Names that a link can go to, `(name)=` or `:name:`, with their line."""

    def place(self, line: int, column: int = 1) -> Place:
        return Place(self.file, line, column)

    @cached_property
    def normal(self) -> list[str]:
        """Text of each block as it is compared: normalised, without white space."""
        return [normalise(block.text).replace(" ", "").replace("\n", "") for block in self.blocks]

    @cached_property
    def title(self) -> str:
        """The first heading."""
        return next((block.text for block in self.blocks if block.kind == "heading"), self.name)


def read_page(root: Path, name: str) -> Page | None:
    """The page of that name below the folder of the book; None when there is no such Markdown file, or it cannot
    be read as UTF-8 (Sphinx says why)."""
    path = root / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        return None
    page = Page(name, shown(path))
    _Reader(page).read(text, 0)
    return page


def table_of_contents(root: Path) -> list[str] | None:
    """Names of all pages in _toc.yml, in order; None when there is none that can be read."""
    import yaml

    try:
        content = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    return list(_files(content))


def plain_text(text: str) -> str:
    """Inline MyST, e.g. a stem, without its markup."""
    page = Page("", "")
    tokens = _parser().parseInline(text)
    return _Reader(page).inline(tokens[0], 1) if tokens else ""


def _files(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _files(item)
    elif isinstance(node, dict):
        for name in ("root", "file"):
            if isinstance(node.get(name), str):
                yield node[name].removesuffix(".md")
        for value in node.values():
            if isinstance(value, list):
                yield from _files(value)


@cache
def _parser() -> MarkdownIt:
    return myst_parser(EXTENSIONS)


@dataclass
class _Reader:
    page: Page
    inside: str = ""

    def read(self, text: str, before: int) -> None:
        """Blocks of some Markdown that begins after `before` lines of the file."""
        lines = text.split("\n")
        heading = 0
        for token in _parser().parse(text):
            line = before + (token.map[0] if token.map else 0) + 1
            if token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "inline":
                shown_text = self.inline(token, line)
                kind = "heading" if heading else "text"
                self.page.blocks.append(Block(shown_text, line, kind, heading))
                heading = 0
            elif token.type == "myst_target":
                self.page.targets[token.content.strip()] = line
            elif token.type in ("fence", "colon_fence"):
                self._fence(token, line, lines)

    def _fence(self, token: Token, line: int, lines: list[str]) -> None:
        found = directive(token)
        if found is None:
            if token.type == "colon_fence":
                self.read(token.content, line)
            return
        self.page.directives.append(Used(found, line, self.inside))
        if isinstance(found.options.get("name"), str):
            self.page.targets[str(found.options["name"])] = line
        if found.name in OPAQUE:
            return
        if found.argument and found.name not in ("figure", "csv-table"):
            inline = _parser().parseInline(found.argument)
            self.page.blocks.append(Block(self.inline(inline[0], line), line))
        if found.name == "csv-table":
            return
        # where the body begins: the options stand before it
        head = token.content[: token.content.find(found.body)].count("\n") if found.body else 0
        _Reader(self.page, found.name).read(found.body, line + head)

    def inline(self, token: Token, line: int) -> str:
        """The text of inline content; its links are noted."""
        parts: list[str] = []
        link: Link | None = None
        start = 0
        for child in token.children or ():
            if child.type in ("text", "code_inline", "math_inline"):
                parts.append(child.content)
            elif child.type == "softbreak":
                line += 1
                parts.append("\n")
            elif child.type == "hardbreak":
                parts.append("\n")
            elif child.type == "myst_role":
                parts.append(self._role(child, line))
            elif child.type == "image":
                self.page.links.append(Link("image", str(child.attrs.get("src", "")), line, child.content))
            elif child.type == "link_open":
                link, start = Link("link", str(child.attrs.get("href", "")), line), len(parts)
            elif child.type == "link_close" and link is not None:
                self.page.links.append(Link("link", link.target, link.line, "".join(parts[start:])))
                link = None
        return join_lines("".join(parts)).replace("\n", " ").strip()

    def _role(self, child: Token, line: int) -> str:
        meta: Mapping[str, Any] = child.meta
        name = str(meta["name"])
        titled = _TITLED.fullmatch(child.content)
        text, target = (titled[1], titled[2]) if titled else (child.content, child.content)
        self.page.links.append(Link(name, target, line, text))
        return "" if name in SILENT_ROLES else text
