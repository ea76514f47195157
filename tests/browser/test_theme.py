"""The parts around the text: drawers, buttons, menu, paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.paths import EXERCISES

from kejian.catalogue import say

CHAPTER = "chapters/01-1-background.html"
LUMINANCE = (
    "element => { const [r, g, b] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g); return r }"
)


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A small window."""
    return open_context(viewport={"width": 360, "height": 740}).new_page()


@pytest.mark.parametrize("width", [360, 768, 980])
def test_the_contents_of_the_book_open_on_a_narrow_page(
    open_context: Callable[..., BrowserContext], address: str, width: int
) -> None:
    """By the button at the top; Escape closes them, and a link in them leads to its page."""
    page = open_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(address + CHAPTER)
    contents = page.get_by_role("dialog", name=say("theme.contents"))
    link = contents.get_by_role("link", name="术语表")
    expect(link).to_be_hidden()
    page.locator(".bd-header-article .primary-toggle").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.locator(".bd-header-article .primary-toggle").focus()
    page.keyboard.press("Enter")
    link.click()
    page.wait_for_url("**/book/glossary.html")


@pytest.mark.parametrize("width", [360, 1100])
def test_the_contents_of_the_page_open_and_make_way(
    open_context: Callable[..., BrowserContext], web: str, width: int
) -> None:
    """What is chosen in them is seen: the drawer closes by itself."""
    page = open_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(web + CHAPTER)
    contents = page.get_by_role("dialog", name=say("theme.page-contents"))
    page.locator(".bd-header-article .secondary-toggle").click()
    contents.get_by_role("link", name="二、发展历程").click()
    expect(contents).to_be_hidden()
    expect(page.get_by_role("heading", name="二、发展历程")).to_be_in_viewport()


def test_the_side_bar_of_a_wide_page_can_be_put_away(
    open_context: Callable[..., BrowserContext], web: str
) -> None:
    """The same button hides and shows it."""
    page = open_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(web + CHAPTER)
    link = page.locator(".bd-sidebar-primary").get_by_role("link", name="第二节")
    expect(link).to_be_in_viewport()
    page.locator(".bd-header-article .primary-toggle").click()
    expect(link).not_to_be_in_viewport()
    page.locator(".bd-header-article .primary-toggle").click()
    expect(link).to_be_in_viewport()


def test_every_button_at_the_top_shows_that_it_has_the_focus(phone: Page, web: str) -> None:
    """A ring that keyboards need (WCAG 2.4.7)."""
    phone.goto(web + CHAPTER)
    buttons = phone.locator(".bd-header-article button:visible")
    assert buttons.count() > 2
    phone.keyboard.press("Tab")  # from now on the focus is one of the keyboard
    for button in buttons.all():
        button.focus()
        ring = button.evaluate("b => getComputedStyle(b).outlineStyle + getComputedStyle(b).boxShadow")
        assert ring != "nonenone", button.evaluate("b => b.outerHTML")


def test_the_menu_says_what_its_entries_do(page: Page, web: str) -> None:
    """Not only the endings of files."""
    page.goto(web + CHAPTER)
    page.locator(".dropdown-download-buttons > button").click()
    for name in ("theme.source", "theme.print"):
        expect(page.locator(".dropdown-menu.show").get_by_text(say(name), exact=True)).to_be_visible()


def test_a_dark_page_is_printed_on_white(open_context: Callable[..., BrowserContext], web: str) -> None:
    """No pale text on white paper; afterwards the page is dark again."""
    page = open_context(color_scheme="dark").new_page()
    page.goto(web + EXERCISES)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    body = page.locator("body")
    assert float(body.evaluate(LUMINANCE)) < 60
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert float(body.evaluate(LUMINANCE)) > 240
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert float(body.evaluate(LUMINANCE)) < 60
    assert "dark" == page.evaluate("document.documentElement.dataset.theme")
