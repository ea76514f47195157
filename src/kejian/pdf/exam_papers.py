"""The Typst sources of an examination: paper, answer sheet and key of one variant (templates/exam.typ sets them)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil
from typing import Final, Literal

from kejian.model import Key, Question
from kejian.pdf.exam_sections import Exam
from kejian.pdf.inline import BLANK, InlineError, blocks, inline
from kejian.pdf.phrasings import phrasings_of
from kejian.pdf.typeset import escape, string
from kejian.terminal import CommandError
from kejian.variants import Entry

__all__ = ["key_source", "paper_source", "sheet_source"]

LINES_PER_POINT: Final = 1
LINES_MIN: Final = 5
"""Ruled lines (8.5 mm) for an essay: two essays of 12 points fill a page."""
DIGITS: Final = 12
"""Places for the student's number."""
IMPORT: Final = '#import "templates/exam.typ": *\n'


def paper_source(exam: Exam) -> str:
    """The paper; it is made of questions only, and without their hints."""
    plan = exam.plan
    title = exam.title("paper")
    seal = _array(
        [
            _array(map(_text, exam.words("exam.seal.fields"))),
            _array(map(_text, exam.words("exam.seal.line"))),
            _text(exam.say("exam.seal.note")),
        ]
    )
    facts = [exam.say("exam.duration", minutes=plan.duration), exam.say("exam.points", points=plan.points)]
    parts = [
        IMPORT,
        _document(exam, "paper", f"{plan.title} {title}", title, seal=seal),
        _call("head", _text(plan.title), _text(title), _array(map(_text, facts))),
        _scores(exam),
        _call(
            "notice",
            _text(exam.say("exam.notice")),
            _array(map(_text, exam.words("exam.notice.sheet" if exam.on_sheet else "exam.notice.paper"))),
        ),
    ]
    # who marks has the sheet before him, not the paper
    boxes = [] if exam.on_sheet else exam.words("exam.scores")[2:]
    for section in exam.sections:
        kind: Literal["choice", "essay"] = "essay" if section.type == "essay" else "choice"
        where = {
            ("choice", True): "exam.where.sheet.choice",
            ("choice", False): "exam.where.paper.choice",
            ("essay", True): "exam.where.sheet.essay",
            ("essay", False): "exam.where.paper.essay",
        }[kind, exam.on_sheet]
        told = exam.say("exam.sentences", first=section.amount, second=section.rule, third=exam.say(where))
        parts.append(_call("section", _text(section.title), _text(told), _array(map(_text, boxes))))
        for entry, question in zip(section.entries, section.questions, strict=True):
            ruled = 0 if exam.on_sheet or kind == "choice" else _lines(question.points)
            items = [
                _array([string(printed), f"[{_inline(question, question.options[original])}]"])
                for printed, original in entry.options.items()
            ]
            stem = _stem(question) + escape(section.note(question))
            parts.append(_call("question", str(entry.number), f"[{stem}]", _array(items), ruled=str(ruled)))
    return "".join(parts)


def sheet_source(exam: Exam) -> str:
    """The answer sheet: numbers, letters and lines, and no words of any question."""
    plan = exam.plan
    title = exam.title("sheet")
    score = _text(exam.words("exam.scores")[2])
    fields = exam.words("exam.sheet.fields")
    parts = [
        IMPORT,
        _document(
            exam,
            "sheet",
            f"{plan.title} {title}",
            title,
            again=_array(map(_text, exam.words("exam.sheet.again"))),
        ),
        _call(
            "head",
            _text(plan.title),
            _text(title),
            _array(
                _text(f)
                for f in [
                    exam.say("exam.duration", minutes=plan.duration),
                    exam.say("exam.points", points=plan.points),
                ]
            ),
        ),
        _scores(exam),
        _call(
            "identity",
            _array(map(_text, fields)),
            _array([_text(exam.say("exam.sheet.variant")), string(plan.variant)]),
            _text(exam.say("exam.sheet.number")),
            str(DIGITS),
            _text(exam.say("exam.sheet.example")),
            _array(map(_text, exam.words("exam.sheet.notes"))),
        ),
    ]
    for section in exam.sections:
        if section.type == "essay":
            parts.append(_call("sheet-section", _text(section.title), _text(section.amount), "none"))
            for entry, question in zip(section.entries, section.questions, strict=True):
                name = exam.say("exam.sheet.essay", number=entry.number, points=question.points)
                parts.append(
                    _call(
                        "essay",
                        _text(name),
                        score,
                        str(_lines(question.points)),
                    )
                )
            continue
        note = exam.say("exam.sheet.single" if section.type == "single" else "exam.sheet.multiple")
        parts.append(_call("sheet-section", _text(section.title), _text(note), score))
        items = [
            _array([_text(str(entry.number)), _array(map(string, entry.options))])
            for entry in section.entries
        ]
        parts.append(_call("bubbles", _array(items)))
    return "".join(parts)


def key_source(exam: Exam, keys: Mapping[str, Key]) -> str:
    """Answers in the letters of this variant, how essays are marked, and which question stands where."""
    plan = exam.plan
    title = exam.title("key")
    facts = [
        exam.say("exam.points", points=plan.points),
        exam.say("exam.key.made", seed=plan.seed, quizzes=", ".join(plan.quizzes)),
    ]
    parts = [
        IMPORT,
        _document(exam, "key", f"{plan.title} {title}", title),
        _call("head", _text(plan.title), _text(title), _array(map(_text, facts))),
    ]
    letters = exam.words("exam.key.letters")
    for section in exam.sections:
        told = exam.say("exam.sentences", first=section.amount, second=section.rule, third="")
        parts.append(_call("key-section", _text(section.title), _text(told.strip())))
        if section.type == "essay":
            for entry, question in zip(section.entries, section.questions, strict=True):
                parts.append(_essay(exam, entry, question, keys[question.id]))
            continue
        items = [
            _array([_text(str(entry.number)), _text("".join(entry.printed(keys[entry.id].answer)))])
            for entry in section.entries
        ]
        parts.append(_call("letters", _array(map(_text, letters)), _array(items)))
    parts.append(
        _call("key-section", _text(exam.say("exam.key.concordance")), _text(exam.say("exam.key.reading")))
    )
    half = ceil(len(plan.entries) / 2)
    order = [
        entry
        for pair in zip(plan.entries[:half], [*plan.entries[half:], None], strict=False)
        for entry in pair
    ]
    rows = [_array(map(_text, _concordance(exam, entry, keys))) for entry in order]
    parts.append(_call("concordance", _array(map(_text, exam.words("exam.key.columns"))), _array(rows)))
    return "".join(parts)


def _essay(exam: Exam, entry: Entry, question: Question, key: Key) -> str:
    """How an essay is marked: by rubric, or in the author's words, and the model answer."""
    body = []
    between = exam.say("exam.key.between")
    if key.rubric:
        groups = [
            _array(
                [
                    _text(exam.say("exam.key.group", title=group.title, points=group.max)),
                    _array(
                        _array(
                            [
                                _text(point.title),
                                _text(str(point.weight)),
                                _text(between.join(phrasings_of(point))),
                            ]
                        )
                        for point in group.points
                    ),
                ]
            )
            for group in key.rubric.groups
        ]
        body.append(_call("rubric", _array(map(_text, exam.words("exam.key.rubric"))), _array(groups)))
    else:
        body.append(
            _call("answer", _text(exam.say("exam.key.marking")), f"[{_block(question, key.explanation)}]")
        )
    if key.model_answer:
        body.append(
            _call("answer", _text(exam.say("essay.model")), f"[{_block(question, key.model_answer)}]")
        )
    stem = _inline(question, question.stem) + escape(exam.say("exam.note.points", points=question.points))
    return _call("key-essay", str(entry.number), f"[{stem}]", f"[{''.join(body)}]")


def _concordance(exam: Exam, entry: Entry | None, keys: Mapping[str, Key]) -> list[str]:
    if entry is None:
        return [""] * 4
    options = " ".join(f"{printed}={original}" for printed, original in entry.options.items())
    return [str(entry.number), entry.id, "".join(entry.printed(keys[entry.id].answer)), options]


def _document(exam: Exam, template: str, title: str, name: str, **more: str) -> str:
    """The rule that sets page, language, metadata and footer."""
    page = (
        escape(exam.say("exam.page", page="\x01", pages="\x02"))
        .replace("\x01", "#page;")
        .replace("\x02", "#pages;")
    )
    values = {
        "title": string(title),
        "lang": string(exam.language[:2]),
        "name": _text(name),
        "page-words": f"(page, pages) => [{page}]",
        **more,
    }
    return f"#show: {template}.with({', '.join(f'{name}: {value}' for name, value in values.items())})\n"


def _scores(exam: Exam) -> str:
    """The table of marks: numerals, full marks, and room for marks and names."""
    names = exam.words("exam.scores")
    sections = exam.sections
    rows = [
        [names[0], *(section.numeral for section in sections), exam.say("exam.total")],
        [names[1], *(str(section.points) for section in sections), str(exam.plan.points)],
        *([name, *[""] * (len(sections) + 1)] for name in names[2:]),
    ]
    return _call("scores", _array(_array(map(_text, row)) for row in rows))


def _stem(question: Question) -> str:
    """The stem, with a blank at its end when it has none of its own."""
    stem = _inline(question, question.stem, stress=True)
    return stem if question.type == "essay" or BLANK.search(question.stem) else stem + "#blank();"


def _lines(points: int) -> int:
    return max(LINES_MIN, ceil(points * LINES_PER_POINT))


def _inline(question: Question, text: str, *, stress: bool = False) -> str:
    return _printable(question, lambda: inline(text, stress=stress))


def _block(question: Question, text: str) -> str:
    return _printable(question, lambda: blocks(text))


def _printable(question: Question, make: Callable[[], str]) -> str:
    try:
        return make()
    except InlineError as error:
        raise CommandError("exam.text", place=question.place, question=question.id, part=error) from error


def _call(function: str, *values: str, **named: str) -> str:
    arguments = [*values, *(f"{name}: {value}" for name, value in named.items())]
    return f"#{function}({', '.join(arguments)});\n"


def _text(text: str) -> str:
    """Plain words as a Typst argument."""
    return f"[{escape(text)}]"


def _array(values: Iterable[str]) -> str:
    return f"({''.join(f'{value}, ' for value in values)})"
