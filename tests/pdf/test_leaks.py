"""No part of a key reaches the student: not in the text, nor anywhere else in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject, TextStringObject
from tests.paths import ROOT

from kejian.catalogue import LANGUAGES, texts
from kejian.checks.course import Course
from kejian.checks.run import Rules, check_course
from kejian.model import Bank, Key, Quiz
from kejian.pdf.losses import FACES
from kejian.pdf.reading import normalise, read_pdf

SENTENCE: Final = re.compile(r"[。！？；\n]")
MARKUP: Final = re.compile(r"\{[\w:-]+\}|[*`]|\]\([^)]*\)|\[|^\s*[-\d]+[.、]?\s", re.MULTILINE)
LEAST: Final = 8
"""Shorter sentences may stand in any book by chance."""
LETTERS: Final = re.compile(r"[(〔\[]([A-H]+)[)〕\]]")


@pytest.fixture(scope="module")
def public() -> str:
    """All that students may read: pages, questions without keys, and what the interface says."""
    files = [*ROOT.glob("chapters/*.md"), *ROOT.glob("book/*"), *ROOT.glob("src/kejian/locale/zh_CN/*.json")]
    files += [path for path in ROOT.glob("quizzes/*.yml") if not path.name.endswith(".key.yml")]
    text = plain(
        "\n".join(
            path.read_text(encoding="utf-8") for path in files if path.suffix != ".css" and path.is_file()
        )
    )
    return text + re.sub(r"\W|[\d_]", "", text)  # cells and titles stand side by side in the PDF


@pytest.fixture(scope="module")
def student(pdfs: Mapping[str, Path]) -> str:
    """Everything that is in the student's file."""
    return everything(pdfs["student"])


@pytest.fixture(scope="module")
def teacher(pdfs: Mapping[str, Path]) -> str:
    """Everything that is in the teacher's file."""
    return everything(pdfs["teacher"])


def test_the_check_for_leaks_finds_none_either(pdfs: Mapping[str, Path]) -> None:
    """It raises no false alarm over what an instructor just made, and finds the teacher's edition full of answers."""
    assert [] == check_course(Course(ROOT, public=(pdfs["student"],)), Rules(select=("LEAK",)))
    assert check_course(Course(ROOT, public=(pdfs["teacher"],)), Rules(select=("LEAK",)))


def plain(text: str) -> str:
    """Text without inline markup and white space."""
    return normalise(MARKUP.sub("", text))


def texts_of(key: Key) -> Iterator[str]:
    """Every text of a key that is written in sentences."""
    yield key.explanation
    yield from key.why.values()
    yield key.model_answer or ""
    yield from (sample.response for sample in key.samples)
    for group in key.rubric.groups if key.rubric else ():
        for point in group.points:
            yield point.title
            yield point.reference or ""
            yield from point.feedback.values()


def phrases_of(key: Key) -> set[str]:
    """Every phrasing that a rubric accepts."""
    groups = key.rubric.groups if key.rubric else ()
    slots = (
        slot for group in groups for point in group.points for pattern in point.patterns for slot in pattern
    )
    return {normalise(phrase) for slot in slots for phrase in slot if len(normalise(phrase)) > 1}


def secrets(
    bank: Bank, public: str, parts: Callable[[Key], Iterator[str]] = texts_of
) -> Iterator[tuple[str, str]]:
    """Question and sentence, for every sentence of a key that does not also stand in the book."""
    for quiz in bank.quizzes:
        for key in (quiz.keys or {}).values():
            for text in parts(key):
                for sentence in map(plain, SENTENCE.split(text)):
                    if len(sentence) >= LEAST and sentence not in public:
                        yield key.question, sentence


def everything(path: Path) -> str:
    """The text of all pages, every string of every object, and every stream that is text."""
    found = [read_pdf(path.read_bytes(), FACES).text]
    reader = PdfReader(path)
    found += (page.extract_text() for page in reader.pages[:3])  # another reader, as far as time allows
    for number in {
        entry for table in (reader.xref, {0: reader.xref_objStm}) for one in table.values() for entry in one
    }:
        found += strings(reader.get_object(IndirectObject(number, 0, reader)))
    return "\n".join(map(normalise, found))


def strings(node: Any) -> Iterator[str]:
    """The strings in an object; other objects are not followed, since each has its turn."""
    if isinstance(node, TextStringObject):
        yield str(node)
    elif isinstance(node, bytes):
        yield node.decode("utf-8", "ignore")
    elif isinstance(node, ArrayObject):
        for value in list.__iter__(node):
            yield from strings(value)
    elif isinstance(node, DictionaryObject):
        for name, value in dict.items(node):
            yield str(name)
            yield from strings(value)
        if isinstance(node, StreamObject) and node.get("/Subtype") not in ("/Image", "/CIDFontType0C"):
            data = node.get_data()
            text = data.decode("utf-8", "ignore")
            yield text if len(text) > 0.9 * len(data) else ""


def test_no_sentence_of_a_key_reaches_the_student(bank: Bank, public: str, student: str) -> None:
    """Explanations, reasons, model answers, samples, references and feedback: in text, metadata, tags, links."""
    hidden = list(secrets(bank, public))
    assert len(hidden) > 500
    assert [] == [(question, text) for question, text in hidden if text in student]


def test_the_teacher_has_what_the_student_must_not_have(bank: Bank, public: str, teacher: str) -> None:
    """The search above finds what is there: explanations, reasons, model answers and points."""

    def shown(key: Key) -> Iterator[str]:
        yield key.explanation
        yield from key.why.values()

    hidden = list(secrets(bank, public, shown))
    found = [text for _, text in hidden if text in teacher]
    assert len(hidden) > 100
    # a sentence in which a page ends, or with a formula, is in two parts
    assert len(found) > 0.95 * len(hidden)


def test_no_phrase_of_a_rubric_reaches_the_student(bank: Bank, public: str, student: str) -> None:
    """Phrases that are not words of the book anyway."""
    hidden = {
        phrase
        for quiz in bank.quizzes
        for key in (quiz.keys or {}).values()
        for phrase in phrases_of(key)
        if phrase not in public
    }
    assert len(hidden) > 200
    assert [] == sorted(phrase for phrase in hidden if phrase in student and not phrase.isascii())


@pytest.mark.parametrize("edition", ["student", "teacher"])
def test_exercises_hold_nothing_but_their_questions(
    bank: Bank, pdfs: Mapping[str, Path], edition: str
) -> None:
    """Words of a rubric that are words of the book, and letters in the blanks: not beside the questions."""
    quiz = max(bank.quizzes, key=lambda one: len(one.questions))
    rest = beside_questions(read_pdf(pdfs[edition].read_bytes(), FACES).text, quiz)
    words = plain(
        (ROOT / "chapters/01-exercises.md").read_text(encoding="utf-8")
        + "".join(texts("ui", LANGUAGES[0]).values())
    )
    phrases = {
        phrase for key in (quiz.keys or {}).values() for phrase in phrases_of(key) if phrase not in words
    }
    found = {phrase for phrase in phrases if phrase in rest} | set(LETTERS.findall(rest))
    assert bool(found) == (edition == "teacher"), sorted(found)


def beside_questions(text: str, quiz: Quiz) -> str:
    """What stands in the exercises besides stems, options and hints."""
    first, last = (plain(re.split("[（(]　?[）)]", quiz.questions[n].stem)[0]) for n in (0, -1))
    region = text[text.index(first) : text.index(last, text.index(first)) + 2000]
    own = [part for item in quiz.questions for part in (item.stem, *item.options.values(), item.hint or "")]
    for part in sorted((plain(piece) for one in own for piece in re.split("[（(]　?[）)]", one)), key=len)[
        ::-1
    ]:
        region = region.replace(part, "\n") if part else region
    end = region.find(normalise("延伸阅读"))
    return region[: end if end >= 0 else None]


@pytest.mark.parametrize("name", ["student", "key"])
def test_the_files_carry_nothing_unseen(pdfs: Mapping[str, Path], name: str) -> None:
    """No attachment, no form, no script, no comment."""
    reader = PdfReader(pdfs[name])
    assert {} == dict(reader.attachments)
    assert not {"/AcroForm", "/OpenAction", "/AA"} & set(reader.trailer["/Root"])
    kinds = {
        annotation.get_object()["/Subtype"] for page in reader.pages for annotation in page.get("/Annots", ())
    }
    assert kinds <= {"/Link"}


def test_nothing_marks_the_evidence_in_the_students_book(student: str) -> None:
    """A destination or label would tell which sentences matter."""
    assert not re.findall(r"evidence|kejian-quote", student)
    assert "chapters/01-overview" in student  # so the destinations were searched
