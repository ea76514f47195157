"""The questions of a page, per edition: to be answered, answered and explained, or the answers alone.

The nodes are those of `kejian.sphinxext.quiz`, known here by their names; what they do not hold (type, points,
right letters, accepted phrasings) comes from the bank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from typing import Final

from docutils import nodes
from sphinx.builders import Builder

from kejian.catalogue import say
from kejian.model import Bank, Key, Point, Question
from kejian.pdf.inline import BLANK
from kejian.pdf.phrasings import phrasings_of
from kejian.pdf.simple import label_of
from kejian.pdf.tables import width
from kejian.pdf.typeset import escape, string
from kejian.pdf.writer import TypstTranslator

__all__ = ["QuestionTranslator", "key_sheet", "nest_quotes", "questions_of"]

INSTRUCTIONS: Final = "kejian-instructions"
"""Class of the paragraph above a run of questions of one type."""
WHOLE: Final = 160
"""Part of a solution of so few characters is not broken over pages."""
LINES_LEAST: Final = 4
"""Ruled lines for the smallest essay."""
LINES_PER_POINT: Final = 1.2
LINES_MOST: Final = 22
"""A page of lines."""
ROOM: Final = 36.0
"""Chinese characters in a line of a question."""
TOGETHER: Final = 480
"""A solution of so few characters stays on the page of its question: together they are half a page at most."""
RULED: Final = 1.4
"""Height of a ruled line, in lines of text."""
RULED_KEPT: Final = 5
"""Ruled lines that stay with their question."""
LINES_WHOLE: Final = 10.5
"""A third of a page: what is higher may be broken."""


_INNER: Final = str.maketrans("“”‘’", "‘’“”")


class QuestionTranslator(TypstTranslator):
    """Knows the nodes of quizzes; `edition` student shows what a pupil may see, teacher everything."""

    bank: Bank

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.blank: str | None = None
        """Markup of a blank while a stem is written."""
        self.stress = False

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802  docutils names it so
        if self.blank is None:
            super().visit_Text(node)
            return
        parts = [escape(part) for part in BLANK.split(node.astext())]
        self.put(self.blank.join(parts))

    def visit_strong(self, node: nodes.Element) -> None:
        text = string(node.astext())
        self.put(f"#stress({text});" if self.stress else f"#strong[{self.content(node)}];")
        raise nodes.SkipNode

    def visit_paragraph(self, node: nodes.Element) -> None:
        if INSTRUCTIONS not in node["classes"]:
            super().visit_paragraph(node)
            return
        inner = f"{self.anchors(node)}{self.content(node)}"
        self.put(f"\n#instructions(label: {self._kind(node)})[{inner}];\n")
        raise nodes.SkipNode

    def _kind(self, node: nodes.Element) -> str:
        """The type of the questions that follow, unless a heading stands above these alone."""
        around = node.parent.children
        runs = [one for one in around if isinstance(one, nodes.paragraph) and INSTRUCTIONS in one["classes"]]
        following = node.next_node(_is_question, descend=False, siblings=True)
        titled = len(runs) == 1 and isinstance(around[around.index(node) - 1], nodes.title)
        if titled or not isinstance(following, nodes.Element):
            return "none"
        return f"[{self.say('type.' + self.bank.question(following['question'])[1].type)}]"

    def visit_quiz_question(self, node: nodes.Element) -> None:
        self.put(self._question(node))
        raise nodes.SkipNode

    def _question(self, node: nodes.Element) -> str:
        quiz, item = self.bank.question(node["question"])
        key = quiz.keys.get(item.id) if quiz.keys is not None and self.place.edition == "teacher" else None
        choices = ", ".join(
            f"({string(child['letter'])}, [{self.content(child)}])" for child in _parts(node, "quiz_option")
        )
        hints = "".join(
            f"#hint[{self.say('hint.summary')}][{self.content(child)}];"
            for child in _parts(node, "quiz_hint")
        )
        after, together = self._solution(node, item, key) if key else ("", True)
        lines = 0 if key else self._lines(item)
        number = str(node["number"]) if node["number"] else "none"
        label = f"[{self._name(item)}]" if not node["number"] else "none"
        columns = _columns(node)
        tall = _height(node, columns, lines) > LINES_WHOLE
        return (
            f"\n#question(number: {number}, label: {label}, boxed: {_typst(not node['number'])}, "
            f"stem: [{self._stem(node, item, key)}], columns: {columns}, "
            f"tall: {_typst(tall)}, whole: {_typst(together and not tall)}, "
            f"choices: ({choices + ',' if choices else ''}), "
            f"hint: {f'[{hints}]' if hints else 'none'}, lines: {lines}, "
            f"after: {f'indent => [{after}]' if after else 'none'});\n"
        )

    def _stem(self, node: nodes.Element, item: Question, key: Key | None) -> str:
        """The stem with room for the letters, or with the letters; an essay with its points."""
        stem = _parts(node, "quiz_stem")[0]
        letters = f"answer: [{escape(''.join(key.answer))}]" if key and key.answer else ""
        blank = f"#blank({letters});"
        self.blank, self.stress = (blank if item.options else None), True
        text = self.content(stem)
        self.blank, self.stress = None, False
        if item.options and blank not in text:
            text += f"#h(1fr){blank}"
        if not item.options:
            text += self.say("pdf.worth", points=item.points)
        return text

    def _name(self, item: Question) -> str:
        """What a question in the middle of a chapter is called."""
        return self.say("pdf.check", type=say(f"type.{item.type}", self.language), points=item.points)

    def _lines(self, item: Question) -> int:
        """How many ruled lines an answer gets."""
        if item.options:
            return 0
        return min(LINES_MOST, max(LINES_LEAST, round(item.points * LINES_PER_POINT)))

    def _solution(self, node: nodes.Element, item: Question, key: Key) -> tuple[str, bool]:
        """Its markup, and whether it is so short that it stays on the page of the question."""
        # word, markup, and how many characters are printed of it
        rows: list[tuple[str, str, int]] = []

        def row(word: str, name: str, markup: Callable[[list[nodes.Element]], str]) -> None:
            if found := _parts(node, name):
                rows.append((self.say(word), markup(found), sum(len(part.astext()) for part in found)))

        if key.answer:
            rows.append((self.say("pdf.answer"), f"#strong[{''.join(key.answer)}];", 1))
        row("essay.model", "quiz_model_answer", self._model)
        row("explanation.label", "quiz_explanation", lambda found: "".join(map(self.content, found)))
        row("pdf.reasons", "quiz_reason", lambda found: "".join(map(self._reason, found)))
        row("evidence.label", "quiz_evidence", self._quotes)
        together = key.rubric is None and sum(size for *_, size in rows) <= TOGETHER
        told = "".join(
            f"([{word}], [{body}], {_typst(together or size <= WHOLE)}), " for word, body, size in rows
        )
        options = f"together: {_typst(together)}, rubric: {_typst(key.rubric is not None)}"
        return f"#solution(indent, {options}, {told});{self._rubric(node, key)}", together

    def _model(self, found: list[nodes.Element]) -> str:
        return f"#paragraphs[{''.join(map(self.content, found)).strip()}];"

    def _reason(self, node: nodes.Element) -> str:
        return f"#reason({string(node['letter'])})[{self.content(node)}];"

    def _quotes(self, found: list[nodes.Element]) -> str:
        return f"#evidence({''.join(f'[{self._quote(node)}], ' for node in found)});"

    def _rubric(self, node: nodes.Element, key: Key) -> str:
        """Groups, scoring points with their phrasings, and where the book says it."""
        if key.rubric is None:
            return ""
        quotes = {
            c["point"]: [self._quote(q) for q in _parts(c, "quiz_evidence")]
            for c in _parts(node, "quiz_point")
        }
        number = 0
        parts = []
        for group in key.rubric.groups:
            rows = []
            for point in group.points:
                number += 1
                phrasings = escape(self.say("exam.key.between").join(phrasings_of(point)))
                told = "".join(quotes.get(point.id, ()))
                worth = self.say("pdf.worth", points=point.weight)
                rows.append(
                    f"scoring-point({number}, [{escape(point.title)}], [{worth}], [{phrasings}], [{told}])"
                )
            title = self.say("pdf.group", title=group.title, max=group.max)
            parts.append(f"([{title}], ({', '.join(rows)},)), ")
        return (
            f"#rubric(indent, [{self.say('essay.points')}], [{self.say('pdf.phrasings')}], {''.join(parts)});"
        )

    def _quote(self, node: nodes.Element) -> str:
        """The sentence, and the page of this book where it stands."""
        text = f"“{self.content(node)}”"
        name = label_of(node["page"], node["anchor"])
        return f"{text}#pageref({string(name)}, page-words);" if name in self.place.known else text


def _typst(value: bool) -> str:
    return str(value).lower()


def _is_question(node: nodes.Node) -> bool:
    return type(node).__name__ == "quiz_question"


def nest_quotes(document: nodes.document) -> None:
    """Give the quotes inside evidence the inner marks: it is printed between “ and ” (GB/T 15834)."""
    for evidence in document.findall(lambda node: type(node).__name__ == "quiz_evidence"):
        for text in list(evidence.findall(nodes.Text)):
            text.parent.replace(text, nodes.Text(text.astext().translate(_INNER)))


def questions_of(document: nodes.document) -> Iterator[tuple[str, nodes.Element]]:
    """Every question of a page with the heading above it (empty in the page's first section)."""
    for node in document.findall(nodes.Element):
        if _is_question(node):
            section = node.parent
            title = (
                next(iter(section.findall(nodes.title)), None) if isinstance(section, nodes.section) else None
            )
            deep = isinstance(section, nodes.section) and isinstance(section.parent, nodes.section)
            yield (title.astext() if title is not None and deep else "", node)


def _columns(node: nodes.Element) -> int:
    """Columns for the options: four, two or one, as the longest allows. To measure them in Typst would set every
    question twice, which takes a large book beyond the memory of a small machine."""
    options = _parts(node, "quiz_option")
    widest = max((width(option.astext()) for option in options), default=0.0)  # with its letter
    most = 2 if any(option.next_node(nodes.image) for option in options) else 4
    fitting = (n for n in (4, 2) if n <= min(most, len(options)) and widest <= (ROOM - n + 1) / n)
    return next(fitting, 1)


def _height(node: nodes.Element, columns: int, ruled: int) -> float:
    """About how high a question is, in lines of text."""
    room = (ROOM - columns + 1) / columns
    options = [ceil(width(option.astext()) / room) for option in _parts(node, "quiz_option")]
    rows = [max(options[at : at + columns]) for at in range(0, len(options), columns)]
    others = (*_parts(node, "quiz_stem"), *_parts(node, "quiz_hint"))
    high = sum(ceil(width(part.astext()) / ROOM) for part in others) + sum(rows)
    pictures = sum(1 for part in _parts(node, "quiz_stem") for _ in part.findall(nodes.image))
    return high + min(ruled, RULED_KEPT) * RULED + pictures * LINES_WHOLE


def key_sheet(
    book: str, title: str, pages: list[tuple[str, nodes.document]], bank: Bank, language: str
) -> str:
    """The key of one chapter: letters, scoring points of essays; empty when there are no questions."""
    alone: list[tuple[str, Question, Key]] = []
    blocks = []
    for heading, document in pages:
        runs: list[tuple[str, str, list[tuple[str, Question, Key]]]] = []
        for section, node in questions_of(document):
            quiz, item = bank.question(node["question"])
            entry = (str(node["number"]), item, (quiz.keys or {})[item.id])
            if node["number"]:
                # numbers begin again with each run of one type, as on the page
                if not runs or node["number"] == 1 or runs[-1][:2] != (section, item.type):
                    runs.append((section, item.type, []))
                runs[-1][2].append(entry)
            else:
                # in the middle of a page: called after the page
                alone.append((_short(heading), *entry[1:]))
        if runs:
            blocks.append(f"#key-heading([{escape(heading)}])\n" if heading else "")
            for section, kind, entries in runs:
                mixed = sum(other == section for other, _, _ in runs) > 1 or not section
                label = say(f"type.{kind}", language) if mixed else section
                blocks.append(_run(label, entries, language))
    if alone:
        blocks.insert(0, f"#key-heading([{say('pdf.checks', language)}])\n" + _run("", alone, language))
    return f"#key-page([{escape(book)}], [{escape(title)}])[\n{''.join(blocks)}];\n" if blocks else ""


def _run(label: str, entries: list[tuple[str, Question, Key]], language: str) -> str:
    letters = "".join(f"({string(n)}, {string(''.join(k.answer))}), " for n, q, k in entries if q.options)
    written = f"#key-letters([{escape(label)}], {letters})\n" if letters else ""
    essays = [_essay(n, k, language) for n, q, k in entries if not q.options]
    if essays and not letters:
        written += f"#key-run([{escape(label)}])\n"
    return written + "".join(essays)


def _essay(number: str, key: Key, language: str) -> str:
    groups = key.rubric.groups if key.rubric else ()
    told = "".join(
        f"([{escape(say('pdf.group', language, title=group.title, max=group.max))}], "
        f"({''.join(f'[{_worth(point, language)}], ' for point in group.points)})), "
        for group in groups
    )
    return f"#key-essay([{escape(number)}], {told})\n"


def _worth(point: Point, language: str) -> str:
    return escape(point.title + say("pdf.worth", language, points=point.weight))


def _short(title: str) -> str:
    """第一节, of a title like 第一节　数字治理的产生背景."""
    return title.partition("\u3000")[0]


def _parts(node: nodes.Element, name: str) -> list[nodes.Element]:
    """Parts of a question with this name; those inside a scoring point belong to the point."""
    found: list[nodes.Element] = []
    for child in node.children:
        if type(child).__name__ == name:
            found.append(child)  # type: ignore[arg-type]
        elif type(child).__name__ == "quiz_solution":
            found += _parts(child, name)  # type: ignore[arg-type]
    return found
