"""The questions of a widget as HTML: what the browser side brings to life, and what is readable without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.myst_role import myst_role_plugin

from kejian.catalogue import say
from kejian.markup import EvidenceLink, Fragments, PointView, instructions, question_html
from kejian.model import Key, Question
from kejian.notebook.source import Item

__all__ = ["inline_html", "live_html", "static_html"]

SCHEMES: Final = ("http", "https", "mailto")
"""Links with these work in a notebook; what they name else (a page of the book) is not there, so no link is made."""
ROLE_TAGS: Final = {"sub": "sub", "sup": "sup", "strong": "strong", "emphasis": "em", "code": "code"}
"""Roles that HTML has a tag for; of every other role, such as `term`, the text remains."""


def inline_html(text: str) -> str:
    """MyST inline Markdown as HTML; HTML in the text stays text."""
    return str(_markdown().renderInline(text))


def live_html(items: Sequence[Item], exam: bool, language: str) -> str:
    """The forms of the quiz, as in the book; in an exam nothing in them comes from a key."""
    return "".join(
        f'<p class="kejian-instructions">{escape(instructions([item.question for item in run], language))}</p>'
        + "".join(
            _form(item.quiz, item.question, None if exam else item.key, number, language)
            for number, item in enumerate(run, start=1)
        )
        for run in _runs(items)
    )


def static_html(
    items: Sequence[Item], title: str, answers: Mapping[str, str], exam: bool, language: str, name: str
) -> str:
    """The quiz for places without a kernel; `answers` (question id to words) are those given so far.

    `name` joins it to its widget, whose browser side hides it.
    """
    body = [f"<p><strong>{escape(title)}</strong></p>"] if title else []
    body.append(f"<p>{escape(say('notebook.static', language))}</p>")
    for run in _runs(items):
        body.append(f"<p>{escape(instructions([item.question for item in run], language))}</p>")
        body += [
            _plain(item.question, None if exam else item.key, number, answers, language)
            for number, item in enumerate(run, start=1)
        ]
    tag = escape(language.replace("_", "-"))
    return (
        f'<div class="kejian-static" data-copy="{escape(name)}" lang="{tag}" dir="ltr">{"".join(body)}</div>'
    )


def _runs(items: Iterable[Item]) -> list[list[Item]]:
    """Neighbours of one type, which are numbered together as in the book."""
    return [list(run) for _, run in groupby(items, key=lambda item: item.question.type)]


def _form(quiz: str, question: Question, key: Key | None, number: int, language: str) -> str:
    fragments = Fragments(
        stem=inline_html(question.stem),
        options={letter: inline_html(text) for letter, text in question.options.items()},
        hint=inline_html(question.hint or ""),
        explanation=inline_html(key.explanation) if key else "",
        why={letter: inline_html(text) for letter, text in key.why.items()} if key else {},
        model_answer=_block_html(key.model_answer or "") if key else "",
    )
    evidence = [EvidenceLink(item.quote) for item in key.evidence] if key else []
    points = [
        PointView(point, EvidenceLink(point.evidence.quote) if point.evidence else None)
        for group in (key.rubric.groups if key and key.rubric else ())
        for point in group.points
    ]
    return question_html(
        question, key, fragments, evidence, points, quiz=quiz, number=number, language=language
    )


def _plain(
    question: Question, key: Key | None, number: int, answers: Mapping[str, str], language: str
) -> str:
    points = say("points", language, points=question.points)
    options = "".join(
        f'<li style="list-style: none">{letter}. {inline_html(text)}</li>'
        for letter, text in question.options.items()
    )
    given = answers.get(question.id)
    answered = f"<p>{escape(say('notebook.answered', language, answer=given))}</p>" if given else ""
    solution = ""
    if key is not None:
        right = (
            f"<p>{escape(say('answer', language, letters='、'.join(key.answer)))}</p>" if key.answer else ""
        )
        solution = (
            f"<details><summary>{escape(say('answer.summary', language))}</summary>{right}"
            f"{_block_html(key.model_answer or '')}<p>{inline_html(key.explanation)}</p></details>"
        )
    return (
        f"<p>{number}. {inline_html(question.stem)}（{escape(points)}）</p>"
        f"{f'<ul>{options}</ul>' if options else ''}{answered}{solution}"
    )


def _block_html(text: str) -> str:
    return str(_markdown().render(text))


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image").use(myst_role_plugin)
    parser.add_render_rule("myst_role", _role)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("link_close", _link_close)
    return parser


def _role(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    tag = ROLE_TAGS.get(token.meta["name"])
    text = token.content
    if text.endswith(">") and "<" in text and tag is None:  # `shown words <target>`
        text = text[: text.rindex("<")].strip() or text
    return str(Markup("<{0}>{1}</{0}>").format(tag, text) if tag else escape(text))


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if not _works(token):
        return ""
    # without a target of its own, a link would lead the notebook away
    token.attrSet("target", "_blank")
    token.attrSet("rel", "noopener")
    return str(self.renderToken(tokens, index, options, env))


def _link_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    depth = 0
    for token in reversed(tokens[:index]):
        if token.type == "link_close":
            depth += 1
        elif token.type == "link_open" and depth == 0:
            return "</a>" if _works(token) else ""
        elif token.type == "link_open":
            depth -= 1
    return ""


def _works(token: Token) -> bool:
    return urlsplit(str(token.attrGet("href") or "")).scheme in SCHEMES
