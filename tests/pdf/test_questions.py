"""Questions in each edition: to be answered, answered and explained, answers alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdfium2.raw import FPDF_PAGEOBJ_PATH
from tests.pdf.conftest import KEY, PAGE, Made

from kejian.model import Place, Point
from kejian.pdf.phrasings import phrasings_of

SECRETS: Final = ("石头不能吃", "鸟会飞", "鱼会游", "天高云淡", "硕果", "写到天空", "景色", "“苹果长在树上”")


def test_editions_show_what_they_may(small_pdf: Callable[..., Made]) -> None:
    """Student: blanks and no answer; teacher: all in place; key: letters and scoring points, no question."""
    student = small_pdf().text()
    made = small_pdf(editions=("teacher", "key"))
    teacher, key = made.text("teacher"), made.text("key")
    assert "不是水果的是〔〕。" in student
    assert "哪些会飞？〔〕" in student  # a stem without brackets gets some
    assert "提示能吃。" in student
    assert "谈谈秋天。（6分）" in student
    assert [] == [secret for secret in SECRETS if secret in student]
    assert "不是水果的是〔B〕。" in teacher
    assert "哪些会飞？〔AB〕" in teacher
    assert [] == [secret for secret in SECRETS if secret not in teacher]
    assert "天高；天空…高" in teacher
    assert re.search(r"“苹果长在树上”（第2页）", teacher)
    for part in ("单项选择题1B", "多项选择题1AB", "景色（最多6分）写到天空（3分）；写到收获（3分）。"):
        assert part in key, key
    assert "水果" not in key
    assert 1 == len(PdfReader(made.path("key")).pages)


def test_quotes_in_a_quote_have_the_inner_marks(small_pdf: Callable[..., Made]) -> None:
    """GB/T 15834: “…‘…’…”; in the text itself they stay as they are."""
    files = {"quizzes/small.key.yml": KEY.replace("quote: 苹果长在树上", "quote: 人称“树上的果”")}
    page = PAGE.replace("苹果长在树上", "苹果长在树上，人称“树上的果”")
    text = small_pdf(page, editions=("teacher",), files=files).text("teacher")
    assert "“人称‘树上的果’”（第2页）" in text
    assert "苹果长在树上，人称“树上的果”。" in text


@pytest.mark.parametrize(
    ("patterns", "shown"),
    [
        ([[["的整体效能", "整体效能提高"]], [["效能"]]], ["整体效能提高", "效能"]),
        ([[["多元", "多方"], ["共治"]]], ["多元…共治"]),
        ([[["一样"]], [["一样"]]], ["一样"]),
        ([[["的参与度"]], [["参与"]]], ["参与"]),
        ([[["透明度和", "透明度与", "公开透明"]], [["效能得", "获得感"]]], ["公开透明", "获得感"]),
        ([[["的参与度"]]], ["的参与度"]),  # nothing better is there
        ([[[f"第{n}种"]] for n in "一二三四五六七"], [f"第{n}种" for n in "一二三四五"]),
    ],
)
def test_teachers_are_shown_phrasings_that_can_be_read(
    patterns: list[list[list[str]]], shown: list[str]
) -> None:
    """A few, no pieces of sentences, none twice."""
    made = tuple(tuple(map(tuple, pattern)) for pattern in patterns)
    assert shown == phrasings_of(Point("p", 1, "点", made, Place("key.yml")))


def test_short_options_stand_side_by_side(small_pdf: Callable[..., Made]) -> None:
    """Four in a line when they are short, one below the other when they are long."""
    made = small_pdf()
    lines = [
        "".join(line.split())
        for page in PdfReader(made.path()).pages
        for line in page.extract_text(extraction_mode="layout").splitlines()
    ]
    assert "A.苹果B.石头C.香蕉D.橘子" in lines
    assert "A.麻雀" in lines


def test_lines_to_write_on_grow_with_the_points(small_pdf: Callable[..., Made]) -> None:
    """An essay of more points has more ruled lines."""
    head = "schema: 1\nid: q\ntitle: 测\npages: [page]\nquestions:\n"
    counts = []
    for points in (2, 6, 12):
        page = "# 章\n\n```{quiz} q\n```\n"
        files = {"quizzes/q.yml": f"{head}  - {{id: e, type: essay, points: {points}, stem: 写。}}\n"}
        pages = pypdfium2.PdfDocument(small_pdf(page, files=files).path())
        paths = [o for number in range(3, len(pages)) for o in pages[number].get_objects([FPDF_PAGEOBJ_PATH])]
        counts.append(len(paths))
    assert counts == sorted(set(counts))


def test_the_student_edition_of_the_book_has_every_question(pdfs: Mapping[str, Path]) -> None:
    """Each stem of the bank stands in it once."""
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(pdfs["student"]).pages)
    for number in range(1, 11):
        assert f"{number}." in text
    assert 1 == text.count("从发展历程看，电子政务的发源地是〔〕")


def test_the_key_has_the_runs_of_a_quiz_whose_types_alternate(small_pdf: Callable[..., Made]) -> None:
    """Two runs of one type stay apart: each has the numbers that stand before its questions on the page."""
    kinds = {"a": "single", "b": "single", "c": "multiple", "d": "single", "e": "single"}
    questions = "".join(
        f"  - {{id: {name}, type: {kind}, points: 2, stem: 问{name}。, options: {{A: 甲, B: 乙, C: 丙}}}}\n"
        for name, kind in kinds.items()
    )
    letters = {"a": "A", "b": "B", "c": "AB", "d": "C", "e": "B"}
    told = "explanation: 因为。, evidence: [{page: page, quote: 都写在这里}]"
    answers = ""
    for name, right in letters.items():
        why = ", ".join(f"{letter}: 不对。" for letter in "ABC" if letter not in right)
        answers += (
            f"  {name}: {{answer: {right if len(right) == 1 else list(right)}, why: {{{why}}}, {told}}}\n"
        )
    files = {
        "quizzes/q.yml": f"schema: 1\nid: q\ntitle: 测\npages: [page]\nquestions:\n{questions}",
        "quizzes/q.key.yml": f"schema: 1\nquiz: q\nanswers:\n{answers}",
    }
    page = "# 章\n\n都写在这里。\n\n```{quiz} q\n```\n"
    asked = small_pdf(page, editions=("teacher", "key"), files=files)
    numbers = re.findall(r"(\d)\.问(\w)", asked.text("teacher"))
    assert numbers == [("1", "a"), ("2", "b"), ("1", "c"), ("1", "d"), ("2", "e")]
    assert "单项选择题12AB多项选择题1AB单项选择题12CB" in asked.text("key")
