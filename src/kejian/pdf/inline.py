"""MyST texts of a question bank as Typst markup.

    inline("**不**属于 `G2G` 的是（　）。", stress=True)
    # '#stress("不");属于 #raw("G2G"); 的是#blank();。'

Supported is what widgets show (notebook/render.py), and formulas. `stress` and `blank` are functions of the
template: bold is set with dots below where exercises use it for negative words, and a blank is wide enough to
write in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.myst_role import myst_role_plugin

from kejian.lines import join_lines
from kejian.pdf.formula import FormulaError, formula
from kejian.pdf.typeset import escape, string

__all__ = ["BLANK", "InlineError", "blocks", "inline", "shown"]

BLANK: Final = re.compile(r"（[ \u3000\u00a0]*）|\([ \u3000\u00a0]+\)|_{3,}|＿{2,}")
"""Where the answer goes: empty brackets (not those of `main()`), or a line of underscores."""
SCHEMES: Final = ("http", "https", "mailto")
ROLES: Final[Mapping[str, str]] = {"sub": "sub", "sup": "super", "strong": "strong", "emphasis": "emph"}
"""Roles and the functions of Typst that do the same; of every other role, such as `term`, the text remains."""


class InlineError(ValueError):
    """A text that cannot be printed; the text of the error is the part concerned."""


def inline(text: str, *, stress: bool = False) -> str:
    """MyST inline Markdown as Typst markup on one line; raises InlineError.

    With `stress`, as in stems, bold words are dotted and empty brackets become blanks.
    """
    tokens = _markdown().parseInline(text.strip())
    return "".join(_inline(token.children or [], stress) for token in tokens)


def shown(text: str) -> tuple[str, ...]:
    """What a reader sees of the same inline Markdown: the pieces between blanks, formulas and line breaks."""
    pieces = [""]
    for token in (child for line in _markdown().parseInline(text.strip()) for child in line.children or []):
        if token.type == "text":
            first, *others = BLANK.split(token.content)
            pieces[-1] += first
            pieces += others
        elif token.type == "code_inline":
            pieces[-1] += token.content
        elif token.type == "myst_role" and token.meta["name"] != "math":
            pieces[-1] += _words(token.content)
        elif token.type in ("myst_role", "hardbreak"):
            pieces.append("")
    return tuple(piece for piece in pieces if piece.strip())


def blocks(text: str) -> str:
    """MyST paragraphs and lists as Typst markup; raises InlineError."""
    return "".join(_BLOCKS.get(token.type, _unknown)(token) for token in _markdown().parse(text))


def _inline(tokens: Sequence[Token], stress: bool) -> str:
    parts: list[str] = []
    links: list[bool] = []
    bold = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "text":
                parts.append(_stressed(token.content) if stress and bold else _text(token.content, stress))
            case "softbreak":
                around = [
                    near.content for near in (*tokens[index - 1 : index], *tokens[index + 1 : index + 2])
                ]
                parts.append(" " if "\n" in join_lines("\n".join(around)) else "")
            case "hardbreak":
                parts.append("#linebreak();")
            case "strong_open":
                bold += 1
                parts.append("" if stress else "#strong[")
            case "strong_close":
                bold -= 1
                parts.append("" if stress else "];")
            case "em_open":
                parts.append("#emph[")
            case "em_close":
                parts.append("];")
            case "code_inline":
                parts.append(f"#raw({string(token.content)});")
            case "link_open":
                address = str(token.attrGet("href") or "")
                links.append(urlsplit(address).scheme in SCHEMES)
                parts.append(f"#link({string(address)})[" if links[-1] else "")
            case "link_close":
                parts.append("];" if links.pop() else "")
            case "myst_role":
                parts.append(_role(token))
            case _:
                raise InlineError(token.content or token.type)
    return "".join(parts)


def _text(text: str, blanks: bool) -> str:
    if not blanks:
        return escape(text)
    return "#blank();".join(map(escape, BLANK.split(text)))


def _stressed(text: str) -> str:
    return f"#stress({string(text)});" if text else ""


def _role(token: Token) -> str:
    name, text = token.meta["name"], token.content
    if name == "math":
        try:
            return formula(text)
        except FormulaError as error:
            raise InlineError(f"{text}（{error}）") from error
    if name in ("code", "literal"):
        return f"#raw({string(text)});"
    if name in ROLES:
        return f"#{ROLES[name]}[{escape(text)}];"
    return escape(_words(text))


def _words(text: str) -> str:
    """What a reader sees of a role: `shown words <target>`."""
    return (text[: text.rindex("<")].strip() if text.endswith(">") and "<" in text else "") or text


def _unknown(token: Token) -> str:
    raise InlineError(token.content or token.type)


_BLOCKS: Final[Mapping[str, Callable[[Token], str]]] = {
    "paragraph_open": lambda token: "",
    "paragraph_close": lambda token: "\n\n",
    "inline": lambda token: _inline(token.children or [], stress=False),
    "heading_open": lambda token: "#strong[",
    "heading_close": lambda token: "];\n\n",
    "bullet_list_open": lambda token: "#list(",
    "bullet_list_close": lambda token: ");\n\n",
    "ordered_list_open": lambda token: f"#enum(start: {token.attrGet('start') or 1}, ",
    "ordered_list_close": lambda token: ");\n\n",
    "list_item_open": lambda token: "[",
    "list_item_close": lambda token: "],",
    "blockquote_open": lambda token: "#quote(block: true)[",
    "blockquote_close": lambda token: "];\n\n",
    "fence": lambda token: f"#raw({string(token.content.rstrip())}, block: true);\n\n",
    "code_block": lambda token: f"#raw({string(token.content.rstrip())}, block: true);\n\n",
    "hr": lambda token: "",
}


@cache
def _markdown() -> MarkdownIt:
    # an image is parsed, so that it is refused instead of being printed as Markdown
    return MarkdownIt("commonmark", {"html": False}).use(myst_role_plugin)
