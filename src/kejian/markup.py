"""A question as HTML: one template for the book and for the widget, so that both look and work alike."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kejian.catalogue import say
from kejian.grading.essay import compile_rubric, rubric_json
from kejian.model import Key, Point, Question

__all__ = [
    "EvidenceLink",
    "Fragments",
    "PointView",
    "anchor",
    "instructions",
    "question_html",
    "rule_words",
    "script_json",
]


@dataclass(frozen=True, slots=True)
class Fragments:
    """The MyST texts of a question, already turned into HTML by whoever shows it."""

    stem: str
    options: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    explanation: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    model_answer: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A quote of the book and where it stands."""

    quote: str
    """As it stands in the key."""
    url: str = ""
    """Relative address of the highlighted sentence; empty where there is no page to open."""
    title: str = ""
    """Title of the page."""


@dataclass(frozen=True, slots=True)
class PointView:
    """A scoring point of an essay as a reader sees it."""

    point: Point
    evidence: EvidenceLink | None


def question_html(
    question: Question,
    key: Key | None,
    fragments: Fragments,
    evidence: Sequence[EvidenceLink] = (),
    points: Sequence[PointView] = (),
    *,
    quiz: str,
    number: int = 0,
    language: str = "zh_CN",
) -> str:
    """The question as a `<form>`; without a key it holds nothing that gives the answer away.

    `number` 0 shows no number. The script inside carries what grading in the browser needs.
    """
    return (
        _environment()
        .get_template("question.html.jinja")
        .render(
            question=question,
            key=key,
            html=_safe(fragments),
            evidence=evidence,
            points=points,
            number=number,
            prefix="q-",
            rule=rule_words(question, language),
            answer_words=say("answer", language, letters="、".join(key.answer)) if key and key.answer else "",
            data=script_json(_data(question, key, quiz)),
            say=lambda text, **values: say(text, language, **values),
        )
    )


def rule_words(question: Question, language: str = "zh_CN") -> str:
    """The scoring rule of a question in words."""
    return say(f"scoring.{question.scoring if question.type == 'multiple' else question.type}", language)


def instructions(questions: Sequence[Question], language: str = "zh_CN") -> str:
    """What to know before a run of questions of one type: how many, how many points, which rule."""
    kind = questions[0].type
    values = {"count": len(questions), "points": sum(q.points for q in questions)}
    if kind != "multiple":
        return say(f"instructions.{kind}", language, **values)
    if len({q.scoring for q in questions}) > 1:
        return say("instructions.multiple-mixed", language, **values)
    return say("instructions.multiple", language, rule=rule_words(questions[0], language), **values)


def anchor(question: str, part: int | str) -> str:
    """Id, in its page, of the sentence that is evidence: number `part` (from 1) of a key, or of a scoring point."""
    return f"evidence-{question}-{part}"


def script_json(data: object) -> Markup:
    """JSON that may stand inside a `<script>`: nothing in it can close the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _data(question: Question, key: Key | None, quiz: str) -> dict[str, object]:
    data: dict[str, object] = {"quiz": quiz, "hash": question.content_hash, "points": question.points}
    if question.type != "essay":
        data |= {"letters": "".join(question.options), "scoring": question.scoring}
        if key is not None:
            data["answer"] = "".join(key.answer)
    elif key is not None and key.rubric is not None:
        compiled = compile_rubric(question.stem, question.points, key.rubric, key.model_answer)
        data["rubric"] = rubric_json(compiled)
        data["groups"] = {group.id: group.title for group in key.rubric.groups}
        data["feedback"] = {
            point.id: dict(point.feedback) for group in key.rubric.groups for point in group.points
        }
    return data


def _safe(fragments: Fragments) -> dict[str, object]:
    return {
        "stem": Markup(fragments.stem),
        "options": {letter: Markup(text) for letter, text in fragments.options.items()},
        "hint": Markup(fragments.hint),
        "explanation": Markup(fragments.explanation),
        "why": {letter: Markup(text) for letter, text in fragments.why.items()},
        "model_answer": Markup(fragments.model_answer),
    }


@cache
def _environment() -> Environment:
    loader = PackageLoader("kejian", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
