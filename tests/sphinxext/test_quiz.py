"""`{quiz}` and `{question}` in a real Sphinx build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError
from tests.sphinxext.conftest import KEY, PAGE, QUIZ, Build


def questions(out: Path) -> list[str]:
    return re.findall(r'data-question-id="([^"]+)"', (out / "page.html").read_text(encoding="utf-8"))


def test_a_quiz_shows_all_its_questions(small_book: Build) -> None:
    """In the order of the file, without a warning."""
    out, warnings = small_book()
    assert (["s-1", "m-1", "e-1"], "") == (questions(out), warnings)


@pytest.mark.parametrize(
    ("directive", "shown"),
    [
        ("```{quiz} small\n:select: s-* e-1\n```", ["s-1", "e-1"]),
        ("```{question} m-1\n```", ["m-1"]),
        ("```{question} s-1\n```\n\n```{question} e-1\n```", ["s-1", "e-1"]),
    ],
)
def test_a_part_of_a_quiz_can_be_shown(small_book: Build, directive: str, shown: list[str]) -> None:
    """By patterns of ids, or one question alone."""
    page = PAGE[: PAGE.index("```")] + directive + "\n"
    out, warnings = small_book(page=page)
    assert (shown, "") == (questions(out), warnings)


@pytest.mark.parametrize(
    ("directive", "told"),
    [
        ("```{quiz} smal\n```", "题库里没有名为“smal”的练习。请改成其中之一：small。"),
        ("```{quiz} small\n:select: x-*\n```", "练习 small 里没有编号符合“x-*”的题目。"),
        ("```{question} s-9\n```", "题库里没有编号为“s-9”的题目。"),
    ],
)
def test_a_wrong_name_is_a_warning_with_its_place(small_book: Build, directive: str, told: str) -> None:
    """File and line of the directive, what is wrong, what there is; the rest of the page is built."""
    page = PAGE[: PAGE.index("```")] + directive + "\n"
    out, warnings = small_book(page=page)
    line = page[: page.index("```")].count("\n") + 1
    assert f"page.md:{line}: WARNING: {told}" in warnings
    assert "苹果长在树上" in (out / "page.html").read_text(encoding="utf-8")


def test_texts_are_myst(small_book: Build) -> None:
    """Stems, options and explanations may hold inline markup; the model answer may have paragraphs."""
    html = (small_book()[0] / "page.html").read_text(encoding="utf-8")
    assert "<legend>" in html
    assert "哪个是<strong>水果</strong>？" in html
    assert re.search(r'class="kejian-model"><p>第一，天高云淡。</p>\s*<p>第二，硕果累累。</p>', html)


def test_a_broken_bank_stops_the_build_with_all_its_problems(small_book: Build) -> None:
    """File, line, column, problem and remedy, and no traceback of ours."""
    with pytest.raises(ExtensionError) as error:
        small_book(
            quizzes__small=QUIZ.replace("type: single", "type: sinlge").replace("points: 6", "points: 0")
        )
    told = str(error.value)
    assert re.search(r"small\.yml:7:11 ", told)
    assert re.search(r"small\.yml:24:13 ", told)


def test_an_unknown_edition_is_named(small_book: Build) -> None:
    """A slip in the configuration must not publish answers."""
    with pytest.raises(ExtensionError, match="没有名为“exma”的版本"):
        small_book(edition="exma")


def test_a_changed_key_reaches_pages_that_did_not_change(small_book: Build) -> None:
    """The second build sees the new bank although no page was touched."""
    small_book()
    out, warnings = small_book(**{"quizzes__small.key": KEY.replace("石头是矿物", "石头不能吃")})
    assert "石头不能吃" in (out / "page.html").read_text(encoding="utf-8")
    assert warnings == ""


def test_the_exam_edition_never_opens_the_key(small_book: Build) -> None:
    """It builds where the key is missing, and shows the questions."""
    out, warnings = small_book(edition="exam", **{"quizzes__small.key": "not even: [yaml"})
    assert (["s-1", "m-1", "e-1"], "") == (questions(out), warnings)


@pytest.mark.parametrize("builder", ["text", "latex", "xml", "pseudoxml"])
def test_other_builders_show_every_word(small_book: Build, builder: str) -> None:
    """No builder loses a stem, an option or an answer, or stumbles over a node it does not know."""
    out, warnings = small_book(builder)
    assert "unknown node" not in warnings
    content = "".join(
        p.read_text(encoding="utf-8")
        for p in out.rglob("*")
        if p.suffix in (".txt", ".tex", ".xml", ".pseudoxml")
    )
    for word in (
        "水果",
        "能吃。",
        "A. ",
        "石头",
        "苹果是水果。",
        "石头是矿物。",
        "第二，硕果累累。",
        "麻雀和喜鹊都会飞",
    ):
        assert word in content, word


def test_a_question_that_is_shown_twice_is_a_warning(small_book: Build) -> None:
    """Two forms would overwrite each other's answers."""
    _, warnings = small_book(page=PAGE + "\n```{question} s-1\n```\n")
    assert "page.md:11: WARNING: 题目 s-1 在这一页出现了两次" in warnings
