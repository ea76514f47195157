"""Search finds every phrase of the book, in the middle of a sentence too, and nothing that is not there."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.paths import ROOT

from kejian.catalogue import say
from kejian.grading.text import normalise

PHRASES = 60
RUN = re.compile(r"[\u4e00-\u9fff]{8,}")


def plain_text(name: str) -> str:
    """The prose of a chapter page, read from its source without the help of the search index."""
    source = (ROOT / name).read_text(encoding="utf-8")
    source = re.sub(r"^```.*?^```$|^---$.*?^---$", "", source, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\{\w+\}`([^`]*)`|\[([^\]]*)\]\([^)]*\)|[*`]", r"\1\2", source)


def random_phrases(seed: int) -> list[str]:
    """Phrases of 2 to 8 characters from anywhere inside the sentences of the chapter."""
    rng = random.Random(seed)
    text = "\n".join(
        plain_text(f"chapters/{path.name}") for path in sorted((ROOT / "chapters").glob("01-[0-9]*.md"))
    )
    runs = RUN.findall(text)
    phrases = []
    for _ in range(PHRASES):
        run = rng.choice(runs)
        length = rng.randint(2, 8)
        start = rng.randint(0, len(run) - length)
        phrases.append(run[start : start + length])
    return phrases


def find(page: Page, address: str, query: str) -> int:
    """How many results the search page lists."""
    page.goto(f"{address}search.html?q={quote(query)}")
    expect(page.locator(".search-summary")).not_to_be_empty()
    return page.locator("ul.search > li").count()


def test_every_random_phrase_is_found(page: Page, address: str) -> None:
    """Also those that cross a link or a term, which an index of words or character pairs loses."""
    missed = [phrase for phrase in random_phrases(seed=20240901) if find(page, address, phrase) == 0]
    assert missed == []


def test_phrases_that_do_not_occur_give_no_result(page: Page, web: str, site: Path) -> None:
    """Two halves of real phrases joined: every pair of characters occurs, the phrase does not."""
    script = (site / "_static/kejian-search-text.js").read_text(encoding="utf-8")
    book = normalise(json.dumps(json.loads(script.split("=", 1)[1].strip().rstrip(";")), ensure_ascii=False))
    phrases = random_phrases(seed=7)
    joined = [a[:4] + b[-4:] for a, b in pairwise(phrases)]
    absent = [phrase for phrase in joined if phrase not in book]
    assert len(absent) > 30
    wrong = [phrase for phrase in absent[:30] if find(page, web, phrase) > 0]
    assert wrong == []
    expect(page.locator(".search-summary")).to_have_text(say("search.none", query=absent[29]))


@pytest.mark.parametrize(
    "query", ["治理赤字", "治理　赤字", "治理赤字 数据", "數字治理", "ＣＮＮＩＣ", "cnnic", "53.9万亿", "G2B"]
)
def test_spellings_of_a_query(page: Page, web: str, query: str) -> None:
    """Traditional characters, width, case, figures and several words find the same text."""
    assert find(page, web, query) > 0


def test_a_result_leads_to_the_section(page: Page, web: str) -> None:
    """The excerpt shows the phrase, and its link opens the section that holds it."""
    find(page, web, "桐君街道")
    expect(page.locator("ul.search mark").first).to_have_text("桐君街道")
    page.locator("ul.search a").first.click()
    page.wait_for_url("**/01-3-significance.html#*")
    assert "桐君街道" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("query", "target"),
    [("信息孤岛", "book/glossary.html#term-"), ("公开性", "chapters/01-exercises.html#q-ch01-s05")],
)
def test_a_hit_in_a_long_list_opens_at_the_very_entry(page: Page, web: str, query: str, target: str) -> None:
    """A term of the glossary, a question of a paper: not the top of the page."""
    find(page, web, query)
    link = page.locator(f'ul.search a[href*="{target}"]').first
    link.click()
    page.wait_for_url(f"**/{target}*")
    anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    expect(page.locator(f'[id="{anchor}"]')).to_be_in_viewport()


def test_keys_of_citations_are_not_found(page: Page, web: str) -> None:
    """They are no text of the book, and stand in no phrase."""
    assert find(page, web, "caict") == 0
    assert find(page, web, "同比名义增长7.39%。") > 0


@pytest.mark.parametrize(
    ("query", "name"),
    [(" ", "search.empty"), ("数字治理 不存在的词", "search.none.together"), ("不存在的词", "search.none")],
)
def test_what_is_not_found_is_told(page: Page, web: str, query: str, name: str) -> None:
    """In words that say what to do."""
    assert find(page, web, query) == 0
    expect(page.locator(".search-summary")).to_have_text(say(name, query=query.strip()))


def test_markup_in_a_query_is_text(page: Page, web: str) -> None:
    """What is typed into the search field is shown as typed."""
    assert find(page, web, "<img src=x onerror=alert(1)>") == 0
    expect(page.locator(".search-summary")).to_contain_text("<img src=x")
