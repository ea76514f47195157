"""MyST Markdown as the Markdown that every viewer of notebooks knows.

The source is edited, not written anew: what is plain Markdown already stays as the author wrote it, but for
line ends inside paragraphs (see `kejian.lines`). Replaced are

    directives   admonitions → quotes with a bold title; grids, cards and tabs → lists; tables → pipe tables
    roles        {term}, {cite}, {ref}, {doc} → links; others → their text
    the rest     links to pages → links to notebooks; targets and comments → nothing

A directive that is not known is shown as a quote with its title, so that no text is lost.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from docutils.languages import get_language
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from kejian.lines import join_lines
from kejian.settings import load_settings

__all__ = ["RANGE", "Directive", "Plain", "UnplainError", "compressed", "directive", "myst_parser"]

Resolve = Callable[[str], tuple[str, str | None]]
"""Target of a link (`page.md#name`, `#name`, `term:…`, `cite:…`) to its title and address; None: not there."""

T = TypeVar("T")
RANGE: Final = "\u2013"
"""Between the first and the last number of a run: 10–17."""
LITERAL: Final = {"code", "code-block", "sourcecode", "code-cell", "parsed-literal", "highlight"}
GROUPS: Final = {"grid", "grid-item", "tab-set", "container", "div", "card-carousel", "margin"}
ITEMS: Final = {"grid-item-card", "card", "tab-item"}
NOTHING: Final = {"toctree", "tableofcontents", "contents", "raw", "index", "only"}
ELSEWHERE: Final = {"include", "literalinclude", "eval-rst", "quiz", "question", "glossary", "bibliography"}
"""These need more than the text of the page, or stand at the top level of a page only."""

_HEAD: Final = re.compile(r"\{([\w:+.-]+)\}[ \t]*(.*)", re.DOTALL)
_OPTION: Final = re.compile(r":([\w-]+):[ \t]*(.*)")
_TITLED: Final = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
_STAR_END: Final = re.compile(r"(?<=[^\w\s*])(\*+)[ \t]*\n(?=\w)|(?<=\w)[ \t]*\n(?=\*+[^\w\s*])")
"""A line end without which `**是吗？**` would touch the next word and, by CommonMark's rules, be bold no more."""
_HARD_BREAK: Final = re.compile(r"(?: {2,}|\\)\n")
_INLINE: Final = re.compile(
    r"""(?P<escape>\\.)
    |(?:\{(?P<role>[\w:+.-]+)\})?(?P<ticks>`+)(?P<code>.*?[^`])(?P=ticks)(?!`)(?P<attributes>\{[^{}`]*\}(?!`))?
    |(?<!!)\[(?P<text>(?:[^][\\`]|\\.|`[^`]*`)*)\](?:
        \((?P<href><[^<>]*>|[^\s()]*)(?P<title>\s+"[^"]*")?\)(?:\{[^{}]*\}(?!`))?
        |\{[.#\w][^{}]*\})
    |\[\^(?P<note>[^]\s]+)\]
    |<(?:project|path):(?P<auto>[^<>]+)>""",
    re.VERBOSE | re.DOTALL,
)


class UnplainError(Exception):
    """Something that cannot be said in plain Markdown: the directive's name."""


class Directive(NamedTuple):
    """A fenced directive: ```` ```{name} argument ````, options, body."""

    name: str
    argument: str
    options: Mapping[str, Any]
    body: str


def myst_parser(extensions: Sequence[str]) -> MarkdownIt:
    """A parser that sees what the book sees, with these extensions of MyST."""
    parser: MarkdownIt = create_md_parser(MdParserConfig(enable_extensions=set(extensions)), RendererHTML)
    return parser


def directive(token: Token) -> Directive | None:
    """The directive that a fence is, or None."""
    head = _HEAD.fullmatch(token.info.strip()) if token.type in ("fence", "colon_fence") else None
    if head is None:
        return None
    lines = token.content.rstrip("\n").split("\n")
    options: dict[str, Any] = {}
    if lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        end = next(n for n, line in enumerate(lines) if n and line.strip() == "---")
        options, lines = load_settings("\n".join(lines[1:end])) or {}, lines[end + 1 :]
    else:
        while lines and (option := _OPTION.fullmatch(lines[0].strip())):
            options[option[1]] = load_settings(option[2]) if option[1] == "tags" else option[2]
            lines = lines[1:]
    return Directive(head[1], head[2], options, "\n".join(lines).strip("\n"))


@dataclass(frozen=True, slots=True)
class Plain:
    """Makes Markdown plain; raises UnplainError."""

    parser: MarkdownIt
    resolve: Resolve
    language: str = "zh_CN"

    def block(self, text: str) -> str:
        """Blocks of MyST: a page, or what a directive holds."""
        lines = text.split("\n")
        for start, end, new in sorted(self._edits(self.parser.parse(text), lines), reverse=True):
            lines[start:end] = new
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def inline(self, text: str) -> str:
        """Text of one paragraph, heading or table cell, on one line."""
        text = _STAR_END.sub(r"\1 ", text.rstrip())
        parts = (join_lines(part).replace("\n", " ") for part in _HARD_BREAK.split(text))
        return _INLINE.sub(self._piece, "\\\n".join(parts))

    def _edits(self, tokens: list[Token], lines: list[str]) -> Iterator[tuple[int, int, list[str]]]:
        """(first line, end, new lines) of everything that must not stay as it is."""
        skip = 0
        for number, token in enumerate(tokens):
            if token.map is None or token.map[0] < skip:
                continue
            first, end = token.map
            if token.type in ("fence", "colon_fence"):
                found = directive(token)
                if found is not None:
                    start = lines[first].index(token.markup)
                    yield first, end, _prefixed(lines[first][:start], self._directive(found))
                elif token.type == "colon_fence":
                    yield first, end, self.block(token.content).split("\n")
            elif token.type in ("myst_target", "myst_line_comment", "myst_block_break", "front_matter"):
                yield first, end, []
            elif token.type == "table_open":
                yield first, end, [self.inline(line) for line in lines[first:end]]
                skip = end
            elif token.type == "footnote_reference_open":
                name = re.match(r"\[\^([^]]+)\]:", lines[first])
                lines[first] = lines[first].replace(name[0], f"\\[{name[1]}\\]", 1) if name else lines[first]
            elif token.type == "inline":
                before = tokens[number - 1]
                if before.type == "heading_open" and before.map:
                    end = before.map[1]  # the underline of a heading too
                yield self._text(token, before, lines, max(end, first + 1))

    def _text(self, token: Token, before: Token, lines: list[str], end: int) -> tuple[int, int, list[str]]:
        """The edit of one paragraph, heading or term of a definition list."""
        assert token.map is not None
        first = token.map[0]
        prefix = lines[first][: lines[first].index(token.content.split("\n", 1)[0].strip() or "\n")]
        if before.type == "heading_open":
            prefix = re.sub(r"#+\s*$", "", prefix) + "#" * int(before.tag[1]) + " "
        text = self.inline(token.content)
        if before.type == "dt_open":
            return first, end, _prefixed(prefix, f"- **{text}**\n")
        return first, end, _prefixed(re.sub(r"^(\s*):\s+", r"\1  ", prefix), text)

    def _directive(self, found: Directive) -> str:
        name, argument, options, body = found
        if name in LITERAL:
            fence = max(re.findall(r"`{3,}", body), default="``", key=len) + "`"
            return f"{fence}{argument}\n{body}\n{fence}"
        if name == "math":
            return "\n".join(["$$", *filter(None, (argument, body)), "$$"])
        if name in NOTHING:
            return ""
        if name in ELSEWHERE:
            raise UnplainError(name)
        if name in ("image", "figure"):
            picture = f"![{options.get('alt', '')}]({argument})"
            return "\n\n".join(filter(None, (picture, self.block(body))))
        if name in ("table", "list-table", "csv-table"):
            title = f"**{self.inline(argument)}**" if argument else ""
            rows = int(options.get("header-rows") or 0)
            table = {"list-table": self._list_table, "csv-table": self._csv_table}.get(name)
            return "\n\n".join(filter(None, (title, table(body, rows) if table else self.block(body))))
        if name in GROUPS:
            return self.block(body)
        if name in ITEMS:
            title, link = self.inline(argument), str(options.get("link", ""))
            address = self.resolve(_target(link, str(options.get("link-type", "url"))))[1] if link else None
            item = f"**[{title}]({address})**" if address else f"**{title}**"
            return "\n".join(_prefixed("- ", "\n\n".join(filter(None, (item, self.block(body))))))
        return self._box(name, argument, body)

    def _box(self, name: str, argument: str, body: str) -> str:
        """An admonition, or anything else that has a title and text."""
        labels: Mapping[str, str] = get_language(self.language.lower(), None).labels
        text = self.block(body)
        if name in labels:  # `{note}` and its like have a title of their own; the argument begins their text
            title, text = labels[name], "\n\n".join(filter(None, (self.inline(argument), text)))
        else:
            title = self.inline(argument)
        return "\n".join(_prefixed("> ", "\n\n".join(filter(None, (title and f"**{title}**", text)))))

    def _list_table(self, body: str, header: int) -> str:
        rows: list[list[list[str]]] = []
        depth = 0
        for token in self.parser.parse(body):
            if token.type in ("bullet_list_open", "bullet_list_close"):
                depth += token.nesting
            elif token.type == "list_item_open" and depth == 1:
                rows.append([])
            elif token.type == "list_item_open" and depth == 2:
                rows[-1].append([])
            elif token.type == "inline" and rows and rows[-1]:
                rows[-1][-1].append(self.inline(token.content))
        return _pipes([["<br>".join(cell) for cell in row] for row in rows], header)

    def _csv_table(self, body: str, header: int) -> str:
        return _pipes([[self.inline(cell) for cell in row] for row in csv.reader(body.split("\n"))], header)

    def _piece(self, match: re.Match[str]) -> str:
        """The plain form of one code span, role, link or footnote mark."""
        if match["escape"] or (match["code"] and not match["role"]):
            return match[0].removesuffix(match["attributes"] or "")
        if match["role"]:
            return self._role(match["role"], match["code"].strip())
        if match["note"]:
            return f"\\[{match['note']}\\]"
        if match["auto"]:
            return self._link("", match["auto"])
        if match["href"] is None:
            return self.inline(match["text"])
        return self._link(self.inline(match["text"]), match["href"].strip("<>"), match["title"] or "")

    def _role(self, name: str, content: str) -> str:
        titled = _TITLED.fullmatch(content)
        text, target = (titled[1], titled[2]) if titled else ("", content)
        if name.startswith("cite"):
            return f"\\[{', '.join(map(RANGE.join, compressed(self._cited(content))))}\\]"
        if name == "term":
            title, address = self.resolve(f"term:{target}")
            return f"[{text or title}]({address})" if address else f"**{text or title}**"
        if name in ("ref", "numref", "doc"):
            return self._link(text, _target(target, name))
        if name == "math":
            return f"${content}$"
        return text or content

    def _cited(self, content: str) -> list[tuple[str, str]]:
        """Number and link of each cited work, in the order of the bibliography."""
        targets = dict.fromkeys(f"cite:{key.strip()}" for key in content.split(","))
        works = ((self.resolve(target)[0], self._link("", target)) for target in targets)
        return sorted(works, key=lambda work: int(work[0]) if work[0].isdecimal() else 0)

    def _link(self, text: str, target: str, title: str = "") -> str:
        """A link, or its text alone when what it points to is not there."""
        known, address = self.resolve(target)
        return f"[{text or known}]({address}{title})" if address else text or known


def compressed(parts: Iterable[tuple[str, T]]) -> Iterator[tuple[T, ...]]:
    """Parts by their labels: of numbers in a row the first and the last, of all others each by itself.

    >>> list(compressed([("4", "d"), ("10", "j"), ("11", "k"), ("12", "l")]))
    [('d',), ('j', 'l')]
    """
    runs: list[list[tuple[str, T]]] = []
    for label, part in parts:
        before = runs[-1][-1][0] if runs else ""
        if label.isdecimal() and before.isdecimal() and int(label) == int(before) + 1:
            runs[-1].append((label, part))
        else:
            runs.append([(label, part)])
    for first, *others in runs:
        yield tuple(part for _, part in (first, *others[-1:]))


def _target(name: str, kind: str) -> str:
    return {"doc": f"{name}.md", "ref": f"#{name}", "numref": f"#{name}"}.get(kind, name)


def _prefixed(prefix: str, text: str) -> list[str]:
    """The lines of a block that begins after `prefix`, e.g. `- ` or `> `, which the next lines continue."""
    further = re.sub(r"[^>\s]", " ", prefix)
    first, *others = text.split("\n")
    return [(prefix + first).rstrip(), *((further + line).rstrip() for line in others)]


def _pipes(rows: list[list[str]], header: int) -> str:
    rows = [row for row in rows if row]
    width = max(map(len, rows), default=0)
    head, others = (rows[0], rows[1:]) if header else ([""] * width, rows)
    lines = [head, ["---"] * width, *others]
    escaped = ([re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in row] for row in lines)
    return "\n".join(f"| {' | '.join(row)} |" for row in escaped)
