"""Pages of a book as their readers see them, read from the Markdown itself: no Sphinx, so in milliseconds.

page = read_page(root, "chapters/01-2-concept")
page.blocks        # headings, paragraphs, cells, captions: text without markup, and its line
page.directives    # {quiz}, {figure}, {code-cell} …, also inside others
page.links         # targets of links, roles and citations
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from kejian.grading.text import FOLD
from kejian.lines import join_lines
from kejian.model import Place
from kejian.plain import LITERAL, Directive, directive, myst_parser
from kejian.settings import load_settings
from kejian.yamlfile import shown

__all__ = ["Block", "Link", "Page", "Used", "compared", "plain_text", "read_page", "table_of_contents"]

EXTENSIONS: Final = ("attrs_inline", "colon_fence", "deflist", "dollarmath", "tasklist")
OPAQUE: Final = LITERAL | {"math", "toctree", "bibliography", "quiz", "question", "raw", "image", "index"}
"""Directives whose body is no text of the page."""
QUESTIONS: Final = ("quiz", "question")
SILENT_ROLES: Final = {"cite", "cite:p", "cite:t", "index", "eq"}
"""Roles that show a number or nothing instead of their text."""
_FOLD: Final = {ord(char): folded for char, folded in FOLD.items()}
_MARKUP: Final = re.compile(r"[\\`*_~\[\]{}<&$!^]| \n|https?:")
"""Anything by which text can be more than text."""
_CHINESE: Final = re.compile("[㐀-鿿“《（]")
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
    inside: str = ""
    """Name of the directive around it."""
    is_item: bool = False
    """Whether a list item begins with it."""


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
    body_line: int = 0
    """Where its body begins."""


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
    repeated: list[tuple[str, int]] = field(default_factory=list)
    """Names that are given once more, with the line of the later one."""
    lines: list[str] = field(default_factory=list)
    """The file as it is written."""

    def place(self, line: int, column: int = 1) -> Place:
        return Place(self.file, line, column)

    def find(self, word: str, line: int) -> Place:
        """Where a word stands in a paragraph that begins in this line; else the line."""
        for number in range(line, min(line + 12, len(self.lines) + 1)):
            column = self.lines[number - 1].find(word)
            if word and column >= 0:
                return Place(self.file, number, column + 1)
        return self.place(line)

    def add_target(self, name: str, line: int) -> None:
        """Note a name that links can go to."""
        if self.targets.setdefault(name, line) != line:
            self.repeated.append((name, line))

    @cached_property
    def normal(self) -> list[str]:
        """Text of each block as it is compared: normalised, without white space."""
        return [compared(block.text) for block in self.blocks]

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        """All of `normal` in one text, and where each block begins in it."""
        starts = list(accumulate((len(text) + 1 for text in self.normal), initial=0))
        return "\n".join(self.normal), starts

    def blocks_with(self, looked: str) -> list[int]:
        """Numbers of the blocks that contain a text, which is given as it is compared."""
        text, starts = self._joined
        found: list[int] = []
        at = text.find(looked) if looked else -1
        while at >= 0:
            found.append(bisect_right(starts, at) - 1)
            at = text.find(looked, starts[found[-1] + 1])
        return found

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
    page = Page(name, shown(path), lines=text.split("\n"))
    _Reader(page).read(text, 0)
    return page


def table_of_contents(root: Path) -> list[str] | None:
    """Names of all pages in _toc.yml, in order; None when there is none that can be read."""
    try:
        content = load_settings((root / "_toc.yml").read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    return None if content is None else list(_files(content))


def compared(text: str) -> str:
    """The text normalised and without white space; faster than to find out which blanks mean nothing."""
    return text.translate(_FOLD).replace(" ", "").replace("\n", "")


def plain_text(text: str) -> str:
    """Inline MyST, e.g. a stem, without its markup."""
    return _Reader(Page("", "")).inline(text.strip(), 1)


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


def _part(options: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A group of options; empty when it is not there."""
    found = options.get(name)
    return found if isinstance(found, Mapping) else {}


@cache
def _parser() -> MarkdownIt:
    return myst_parser(EXTENSIONS)


@cache
def _block_parser() -> MarkdownIt:
    """Leaves the inside of blocks to be parsed where it has markup: most sentences have none."""
    parser = myst_parser(EXTENSIONS).disable("inline")
    parser.block.ruler.before("table", "prose", _prose)
    return parser


def _prose(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule for markdown-it: a paragraph outside lists and boxes whose lines all begin with Chinese.

    The parser's own rule asks, for each line, fifteen others whether one of them begins there; none of them begins
    with Chinese, so they need not be asked. What is found is the same (tests/test_pages.py).
    """
    if silent or state.level or state.blkIndent:
        return False
    line = start
    while line < end and not state.isEmpty(line):
        if not _CHINESE.match(state.src, state.bMarks[line]):
            return False
        line += 1
    after = line + 1
    # one line can be a word, and its definition the line after the next
    if (
        line == start + 1
        and after < end
        and state.src.startswith((":", "~"), state.bMarks[after] + state.tShift[after])
    ):
        return False
    state.line = line
    state.push("paragraph_open", "p", 1).map = [start, line]
    inside = state.push("inline", "", 0)
    inside.map, inside.children = [start, line], []
    inside.content = state.getLines(start, line, 0, False).strip()
    state.push("paragraph_close", "p", -1)
    return True


@dataclass
class _Reader:
    page: Page
    inside: str = ""

    def read(self, text: str, before: int) -> None:
        """Blocks of some Markdown that begins after `before` lines of the file."""
        lines = text.split("\n")
        heading, is_item = 0, False
        references: dict[str, Any] = {}
        for token in _block_parser().parse(text, references):
            line = before + (token.map[0] if token.map else 0) + 1
            if token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "list_item_open":
                is_item = True
            elif token.type == "inline":
                shown_text = self.inline(token.content, line, references)
                kind = "heading" if heading else "text"
                self.page.blocks.append(Block(shown_text, line, kind, heading, self.inside, is_item))
                heading, is_item = 0, False
            elif token.type == "myst_target":
                self.page.add_target(token.content.strip(), line)
            elif token.type == "math_block_label":
                self.page.add_target(token.info, line)
            elif token.type in ("fence", "colon_fence"):
                self._fence(token, line, lines)

    def _fence(self, token: Token, line: int, lines: list[str]) -> None:
        try:
            found = directive(token)
        except yaml.YAMLError:  # Sphinx says what is wrong with its options
            return
        if found is None:
            if token.type == "colon_fence":
                self.read(token.content, line)
            return
        options = found.options if isinstance(found.options, Mapping) else {}
        found = found._replace(options=options)
        # the body is the end of the content: the options stand before it
        head = token.content[: token.content.rfind(found.body)].count("\n") if found.body else 0
        self.page.directives.append(Used(found, line, self.inside, line + 1 + head))
        figure = _part(_part(options, "mystnb"), "figure")
        for name in (options.get("name"), figure.get("name")):
            if isinstance(name, str):
                self.page.add_target(name, line)
        if isinstance(figure.get("caption"), str):
            before = next((n for n, text in enumerate(token.content.split("\n")) if "caption:" in text), 0)
            is_block = token.content.split("\n")[before].rstrip().endswith(("|", ">", "-", "+"))
            _Reader(self.page, found.name).read(figure["caption"], line + before + is_block)
        if found.name in QUESTIONS:
            # they hold nothing: where their fence is not closed, it is the rest of the page
            self.read(found.body, line + head)
        if found.name in OPAQUE:
            return
        if found.argument and found.name not in ("figure", "csv-table"):
            self.page.blocks.append(Block(self.inline(found.argument, line), line, inside=self.inside))
        if found.name != "csv-table":
            _Reader(self.page, found.name).read(found.body, line + head)

    def inline(self, content: str, line: int, references: dict[str, Any] | None = None) -> str:
        """The text of inline content; its links are noted. `references`: what the blocks define for it."""
        if not _MARKUP.search(content):
            return join_lines(content).replace("\n", " ").strip()
        tokens: list[Token] = []
        parser = _parser()
        parser.inline.parse(content, parser, {} if references is None else references, tokens)
        parts: list[str] = []
        link: Link | None = None
        start = 0
        for child in tokens:
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
