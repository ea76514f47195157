"""`{quiz}` shows a whole quiz or a selection, `{question}` one question in the middle of a chapter.

    ```{quiz} chapter-01          ```{question} ch01-s03
    :select: ch01-s*              ```
    ```

Both become one neutral node per question, which every builder can show:

    quiz_question
    ├── quiz_stem
    ├── quiz_option (letter) …
    ├── quiz_hint
    └── quiz_solution                  absent in an edition without keys
        ├── quiz_model_answer · quiz_explanation
        ├── quiz_reason (letter) …
        ├── quiz_point (point) …           scoring points of an essay, each with its evidence inside
        └── quiz_evidence (page, quote, anchor) …

HTML goes through `kejian.markup`, as the widget does; the other builders show paragraphs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from kejian.bank import BankError, load_bank
from kejian.catalogue import language_of, say
from kejian.markup import EvidenceLink, Fragments, PointView, anchor, instructions, question_html
from kejian.model import Bank, Evidence, Key, Question, Quiz

__all__ = ["EDITIONS", "bank_of", "setup_quiz"]

EDITIONS: Final = ("practice", "exam")
"""`practice` shows keys after submitting; `exam` never opens a key file."""

logger = logging.getLogger(__name__)
_BANKS: WeakKeyDictionary[Sphinx, Bank] = WeakKeyDictionary()
_QUESTIONS: WeakKeyDictionary[Sphinx, dict[str, tuple[Quiz, Question]]] = WeakKeyDictionary()
"""By id: a large book asks for thousands."""


def setup_quiz(app: Sphinx) -> None:
    """Register directives, nodes and the loading of the bank."""
    app.connect("builder-inited", _load)
    app.connect("env-get-outdated", _outdated)
    app.add_directive("quiz", QuizDirective)
    app.add_directive("question", QuestionDirective)
    app.add_node(quiz_question, html=(_visit_question_html, _depart_nothing))
    for node in PARTS:
        app.add_node(node)


def bank_of(app: Sphinx) -> Bank:
    """The bank that this build was started with."""
    return _BANKS[app]


# docutils names its nodes in lower case, and finds the visitor of a node by that name
class quiz_question(nodes.container):  # noqa: N801
    """One question: the ids of `quiz` and `question`, and its `number` in the paper (0: none)."""


class quiz_stem(nodes.paragraph):  # noqa: N801
    """What is asked."""


class quiz_option(nodes.paragraph):  # noqa: N801
    """One option of a choice question; `letter`."""


class quiz_hint(nodes.paragraph):  # noqa: N801
    """Help that does not give the answer away."""


class quiz_solution(nodes.container):  # noqa: N801
    """Everything that only an edition with keys shows."""


class quiz_model_answer(nodes.container):  # noqa: N801
    """What a full answer to an essay says."""


class quiz_explanation(nodes.paragraph):  # noqa: N801
    """Why the right answer is right."""


class quiz_reason(nodes.paragraph):  # noqa: N801
    """Why an option is wrong; `letter`."""


class quiz_point(nodes.container):  # noqa: N801
    """A scoring point of an essay; `point` is its id."""


class quiz_evidence(nodes.paragraph):  # noqa: N801
    """A sentence of the book that proves the key; `page`, `quote`, `anchor`."""


PARTS: Final = (
    quiz_stem,
    quiz_option,
    quiz_hint,
    quiz_solution,
    quiz_model_answer,
    quiz_explanation,
    quiz_reason,
    quiz_point,
    quiz_evidence,
)
"""Builders that know nothing of them treat them as the paragraphs and containers that they are."""


class _Directive(SphinxDirective):
    required_arguments = 1
    has_content = False

    def show(self, quiz: Quiz, item: Question, number: int) -> quiz_question:
        """The node of one question, with its texts parsed where the directive stands."""
        key = quiz.keys.get(item.id) if quiz.keys is not None else None
        shown: set[str] = self.env.temp_data.setdefault("kejian_shown", set())
        if item.id in shown:
            self.warn(say("question.twice", language_of(self.config.language), name=item.id))
        shown.add(item.id)
        node = quiz_question(ids=[], classes=["kejian-question-container"])
        node["question"], node["quiz"], node["number"] = item.id, quiz.id, number
        node["docname"] = self.env.docname
        self.set_source_info(node)
        lead = f"{number}. " if number else ""
        node += self.text(quiz_stem(), item.stem, before=lead)
        for letter, text in item.options.items():
            node += self.text(quiz_option(letter=letter), text, before=f"{letter}. ")
        if item.hint:
            node += self.text(quiz_hint(), item.hint)
        if key is not None:
            node += self.solve(key)
        return node

    def solve(self, key: Key) -> quiz_solution:
        """The node of everything that gives the answer away."""
        node = quiz_solution()
        if key.model_answer:
            answer = quiz_model_answer()
            answer += self.parse_text_to_nodes(key.model_answer)
            node += answer
        lead = f"{'、'.join(key.answer)}。" if key.answer else ""
        node += self.text(quiz_explanation(), key.explanation, before=lead)
        for letter, text in key.why.items():
            node += self.text(quiz_reason(letter=letter), text, before=f"{letter}. ")
        for group in key.rubric.groups if key.rubric else ():
            for point in group.points:
                shown = quiz_point(point=point.id)
                points = say("points", language_of(self.config.language), points=point.weight)
                shown += nodes.paragraph("", f"{point.title}（{points}）")
                if point.evidence:
                    shown += _quote(point.evidence, anchor(key.question, point.id))
                node += shown
        for number, item in enumerate(key.evidence, start=1):
            node += _quote(item, anchor(key.question, number))
        return node

    def text(self, node: nodes.Element, text: str, before: str = "") -> nodes.Element:
        """The node filled with parsed inline text; `before` is for builders that know no lists of options."""
        children, messages = self.parse_inline(text)
        if before:
            node += nodes.inline("", before, classes=["kejian-before"])
        node += children
        node += messages
        return node

    def warn(self, message: str) -> list[nodes.Node]:
        logger.warning(message, location=self.get_location(), type="kejian", subtype=self.name)
        return []

    def bank(self) -> Bank:
        return bank_of(self.env.app)


class QuizDirective(_Directive):
    """All questions of a quiz, or those whose id matches `:select:` (patterns, separated by spaces)."""

    option_spec: ClassVar[dict[str, Any]] = {"select": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        language = language_of(self.config.language)
        known = {quiz.id: quiz for quiz in self.bank().quizzes}
        quiz = known.get(self.arguments[0])
        if quiz is None:
            return self.warn(say("quiz.unknown", language, name=self.arguments[0], known="、".join(known)))
        patterns = self.options.get("select", "*").split()
        chosen = [q for q in quiz.questions if any(fnmatchcase(q.id, pattern) for pattern in patterns)]
        if not chosen:
            return self.warn(say("quiz.empty", language, quiz=quiz.id, select=" ".join(patterns)))
        shown: list[nodes.Node] = []
        for _, run in groupby(chosen, key=lambda q: q.type):
            same = list(run)
            shown.append(nodes.paragraph("", instructions(same, language), classes=["kejian-instructions"]))
            shown += [self.show(quiz, item, number) for number, item in enumerate(same, start=1)]
        return shown


class QuestionDirective(_Directive):
    """One question, by its id."""

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        found = _QUESTIONS[self.env.app].get(name)
        if found is None:
            return self.warn(say("question.unknown", language_of(self.config.language), name=name))
        return [self.show(*found, number=0)]


def _quote(item: Evidence, name: str) -> quiz_evidence:
    node = quiz_evidence("", item.quote, page=item.page, quote=item.quote)
    node["anchor"] = name
    return node


def _load(app: Sphinx) -> None:
    language = language_of(app.config.language)
    if app.config.kejian_edition not in EDITIONS:
        raise ExtensionError(
            say("edition.unknown", language, name=app.config.kejian_edition, known="、".join(EDITIONS))
        )
    folder = Path(app.srcdir, app.config.kejian_bank)
    try:
        bank = _BANKS[app] = load_bank(folder, keys=app.config.kejian_edition == "practice")
    except BankError as error:
        raise ExtensionError(str(error)) from error
    _QUESTIONS[app] = {item.id: (quiz, item) for quiz in bank.quizzes for item in quiz.questions}


def _outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> Iterable[str]:
    """Every page when the bank changed: which page holds which evidence is known only from the bank."""
    digest = hashlib.sha256(repr(bank_of(app)).encode("utf-8", "surrogatepass")).hexdigest()
    before = getattr(env, "kejian_bank_digest", None)
    env.kejian_bank_digest = digest  # type: ignore[attr-defined]
    return env.found_docs if digest != before else ()


def _visit_question_html(self: HTML5Translator, node: quiz_question) -> None:
    app = self.builder.app
    quiz, item = _QUESTIONS[app][node["question"]]
    key = quiz.keys.get(item.id) if quiz.keys is not None else None
    first = {type(child): child for child in reversed(list(node.findall(nodes.Element)))}
    links = [_link(self, node["docname"], c) for c in node.findall(quiz_evidence) if not _in_point(c)]
    linked = {
        c["point"]: _link(self, node["docname"], q)
        for c in node.findall(quiz_point)
        for q in c.findall(quiz_evidence)
    }
    rubric = key.rubric if key is not None else None
    points = [
        PointView(point, linked.get(point.id))
        for group in (rubric.groups if rubric else ())
        for point in group.points
    ]
    fragments = Fragments(
        stem=_inner(self, first[quiz_stem]),
        options={child["letter"]: _inner(self, child) for child in node.findall(quiz_option)},
        hint=_inner(self, first.get(quiz_hint)),
        explanation=_inner(self, first.get(quiz_explanation)),
        why={child["letter"]: _inner(self, child) for child in node.findall(quiz_reason)},
        model_answer=_inner(self, first.get(quiz_model_answer)),
    )
    language = language_of(app.config.language)
    self.body.append(
        question_html(
            item, key, fragments, links, points, quiz=quiz.id, number=node["number"], language=language
        )
    )
    raise nodes.SkipNode


def _depart_nothing(self: HTML5Translator, node: nodes.Element) -> None:
    raise NotImplementedError("questions are rendered as a whole on visit")


def _in_point(node: nodes.Element) -> bool:
    return isinstance(node.parent, quiz_point)


def _inner(translator: HTML5Translator, node: nodes.Node | None) -> str:
    """The HTML of what is inside a node."""
    if node is None:
        return ""
    outer, translator.body = translator.body, []
    try:
        for child in node.children:
            if "kejian-before" not in getattr(child, "attributes", {}).get("classes", ()):
                child.walkabout(translator)
        return "".join(translator.body).strip()
    finally:
        translator.body = outer


def _link(translator: HTML5Translator, docname: str, node: nodes.Element) -> EvidenceLink:
    env = translator.builder.env
    if node["page"] not in env.found_docs:
        return EvidenceLink(node["quote"])
    url = translator.builder.get_relative_uri(docname, node["page"]) + "#" + node["anchor"]
    return EvidenceLink(
        node["quote"], url, env.titles[node["page"]].astext() if docname != node["page"] else ""
    )
