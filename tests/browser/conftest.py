"""A real Chromium. Every page that a test opens is watched: no error, and no request to another host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

OUR_OWN = ("http://127.0.0.1:", "file://", "data:", "blob:", "about:")


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser profiles (options as of Playwright's `new_context`) whose pages are watched."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda m: faults.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on(
            "request", lambda r: faults.append(f"{page.url} asks for {r.url}") if not _ours(r.url) else None
        )

    def make(*, watched: bool = True, **options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(8000)
        if watched:
            context.on("page", watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """One page in a profile of its own."""
    return open_context().new_page()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine and give its address, which ends with a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def web(site: Path) -> Iterator[str]:
    """Address of the served book."""
    yield from serve(site)


@pytest.fixture(scope="session")
def exam_web(exam_site: Path) -> Iterator[str]:
    """Address of the served edition without keys."""
    yield from serve(exam_site)


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path) -> str:
    """Address of the book, once from a server and once from the disk."""
    if request.param == "file":
        return site.as_uri() + "/"
    return str(request.getfixturevalue("web"))


def _ours(url: str) -> bool:
    return url.startswith(OUR_OWN)
