"""Evidence has an address in its page, and a quote that is not there is a warning."""

from __future__ import annotations

import re

from tests.sphinxext.conftest import KEY, PAGE, Build


def test_the_sentence_can_be_opened(small_book: Build) -> None:
    """The link of the question leads to the marked words."""
    html = (small_book()[0] / "page.html").read_text(encoding="utf-8")
    assert re.search(
        r'<span class="kejian-quote evidence-s-1-1" id="evidence-s-1-1">苹果长在树上</span>', html
    )
    assert 'href="#evidence-s-1-1"' in html


def test_markup_inside_the_sentence_splits_the_mark(small_book: Build) -> None:
    """Every piece is marked; the first one has the address."""
    html = (small_book()[0] / "page.html").read_text(encoding="utf-8")
    pieces = re.findall(
        r'<span class="kejian-quote evidence-m-1-1"( id="evidence-m-1-1")?>([^<]*)</span>', html
    )
    assert "麻雀和喜鹊都会飞" == "".join(text for _, text in pieces)
    assert [True, False, False] == [bool(id) for id, _ in pieces]


def test_a_quote_that_is_not_there_is_named_with_its_line(small_book: Build) -> None:
    """The place in the key file, the page, the quote."""
    _, warnings = small_book(**{"quizzes__small.key": KEY.replace("苹果长在树上", "苹果长在地里")})
    assert re.search(r"small\.key\.yml:10: WARNING: s-1 的依据在页面 page 中找不到：“苹果长在地里”", warnings)


def test_a_page_that_is_not_there_is_named(small_book: Build) -> None:
    """A renamed page shows at once."""
    _, warnings = small_book(**{"quizzes__small.key": KEY.replace("page: page", "page: pgae", 1)})
    assert "s-1 的依据指向的页面 pgae 不在书中" in warnings


def test_the_question_itself_is_no_evidence(small_book: Build) -> None:
    """A quote that stands only in an option or an explanation proves nothing."""
    _, warnings = small_book(
        **{"quizzes__small.key": KEY.replace("quote: 苹果长在树上", "quote: 石头是矿物")}
    )
    assert "找不到：“石头是矿物”" in warnings


def test_the_exam_edition_marks_nothing(small_book: Build) -> None:
    """Marked sentences would tell what matters."""
    html = (small_book(edition="exam")[0] / "page.html").read_text(encoding="utf-8")
    assert "evidence-" not in html
    assert "苹果长在树上" in html


def test_quotes_may_overlap(small_book: Build) -> None:
    """Two questions may rest on the same sentence."""
    page = PAGE.replace("苹果长在树上。", "苹果长在树上，麻雀和喜鹊都会飞。")
    key = KEY.replace("quote: 苹果长在树上", "quote: 苹果长在树上，麻雀和").replace(
        "quote: 麻雀和喜鹊", "quote: 树上，麻雀和喜鹊"
    )
    html = (small_book(page=page, **{"quizzes__small.key": key})[0] / "page.html").read_text(encoding="utf-8")
    for name in ("evidence-s-1-1", "evidence-m-1-1"):
        assert html.count(f'id="{name}"') == 1
