"""Every page of the book: nothing from elsewhere, accessible, readable on a phone, complete links."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.paths import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def pages(site: Path) -> list[str]:
    """Addresses of all pages, relative to the site; without index.html, which only leads to the cover."""
    names = (path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return sorted(name for name in names if name != "index.html" and not name.startswith("_static/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(
    open_context: Callable[..., BrowserContext], web: str, site: Path, scheme: str, viewport: dict[str, int]
) -> None:
    """No violation of WCAG 2.2 AA that axe-core can see, on any page, also after answering and unfolding."""
    page = open_context(viewport=viewport, color_scheme=scheme).new_page()
    found = []
    for name in pages(site):
        page.goto(web + name)
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        for button in page.locator("form.kejian-question button[type=submit]").all()[:3]:
            button.click()
        page.add_script_tag(path=AXE)
        result = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)
        found += [
            f"{name}: {rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]
    assert found == []


def test_no_page_asks_another_host_or_logs_an_error(page: Page, address: str, site: Path) -> None:
    """Every page opens from a server and from the disk; the watch on `page` fails on requests and errors."""
    for name in pages(site):
        page.goto(address + name)
        page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [320, 640], ids=["320px", "200-percent-zoom"])
def test_no_page_scrolls_sideways(
    open_context: Callable[..., BrowserContext], web: str, site: Path, width: int
) -> None:
    """Text flows at 320 CSS pixels and at 200 % zoom of a 1280 pixel screen (WCAG 1.4.10)."""
    page = open_context(viewport={"width": width, "height": 700}).new_page()
    wide = {}
    for name in pages(site):
        page.goto(web + name)
        excess = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if excess > 1:
            wide[name] = excess
    assert wide == {}


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag in ("script", "img", "iframe", "source", "video", "audio", "embed"):
            self.fetched.append(values.get("src", ""))
        elif tag == "link" and values.get("rel") not in (
            "canonical",
            "search",
            "index",
            "next",
            "prev",
            "genindex",
            "author",
        ):
            self.fetched.append(values.get("href", ""))
        elif tag == "a":
            self.links.append(values.get("href", ""))


def test_every_link_inside_the_book_resolves(site: Path) -> None:
    """No dead page and no dead anchor, evidence and figures included."""
    parsed = {name: _Links((site / name).read_text(encoding="utf-8")) for name in pages(site)}
    dead = []
    for name, page in parsed.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or link in ("", "#"):
                continue
            target = (site / name).parent.joinpath(unquote(url.path)).resolve() if url.path else site / name
            if not target.is_file():
                dead.append(f"{name}: {link}")
            elif url.fragment and target.suffix == ".html":
                there = parsed[target.relative_to(site).as_posix()]
                if unquote(url.fragment) not in there.ids:
                    dead.append(f"{name}: {link}")
    assert dead == []


def test_no_page_names_another_host_to_fetch_from(site: Path) -> None:
    """Scripts, styles and images are the book's own, also those that only load later."""
    named = []
    for name in pages(site):
        text = (site / name).read_text(encoding="utf-8")
        named += [f"{name}: {url}" for url in _Links(text).fetched if urlsplit(url).netloc]
        named += [
            f"{name}: {host}"
            for host in ("unpkg.com", "jsdelivr.net", "googleapis.com", "cdnjs")
            if host in text
        ]
    assert named == []
