"""A link on each page that downloads it as a notebook, in a zip file with its tables and its questions.

The zip files are written to `_static/notebooks/`; in an edition without keys they hold none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from kejian.catalogue import language_of, say
from kejian.ipynb import Book, Settings, zipped
from kejian.sphinxext.quiz import bank_of
from kejian.terminal import CommandError

__all__ = ["setup_downloads"]

FOLDER: Final = "_static/notebooks"
MENU: Final = "download-buttons"
"""What sphinx-book-theme calls the group of its download buttons."""
LAST: Final = 900
"""Priority of handlers that must see what the theme has added."""

_ARCHIVES: WeakKeyDictionary[Sphinx, dict[str, bytes]] = WeakKeyDictionary()
logger = logging.getLogger(__name__)


def setup_downloads(app: Sphinx) -> None:
    """Add the link to the theme's menu, and write the files."""
    app.connect("html-page-context", _add_link, priority=LAST)
    app.connect("build-finished", _write)


def _add_link(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if page not in _archives(app):
        return
    for group in context.get("header_buttons", ()):
        if group.get("label") == MENU:
            language = language_of(app.config.language)
            link = {
                "type": "link",
                "url": context["pathto"](f"{FOLDER}/{page}.zip", 1),
                "text": say("cli.notebook.download", language),
                "tooltip": say("cli.notebook.download-tip", language),
                "icon": "fas fa-book-open",
                "label": "download-notebook-zip-button",
            }
            group["buttons"].insert(0, link)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for page, content in _archives(app).items():
        target = Path(app.outdir, FOLDER, f"{page}.zip")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _archives(app: Sphinx) -> dict[str, bytes]:
    """Page to zip file of each page that can be a notebook; of the others a warning tells."""
    if app not in _ARCHIVES:
        _ARCHIVES[app] = {}
        try:
            book = Book(_settings(app), bank_of(app))
        except CommandError as error:
            _warn(app, error)
            return {}
        for page in book.pages:
            try:
                _ARCHIVES[app][page] = zipped(book.files([page]), page.rpartition("/")[2])
            except CommandError as error:
                _warn(app, error)
    return _ARCHIVES[app]


def _settings(app: Sphinx) -> Settings:
    config, root = app.config, Path(app.srcdir)
    pages = (page for page in _in_order(app.env) if Path(app.env.doc2path(page)).suffix == ".md")
    return Settings(
        root=root,
        pages=tuple(pages),
        bank_folder=root / config.kejian_bank,
        extensions=tuple(config.myst_enable_extensions),
        bibliography=tuple(root / file for file in getattr(config, "bibtex_bibfiles", ())),
        bibliography_style=getattr(config, "bibtex_default_style", "unsrt"),
        language=config.language,
        edition=config.kejian_edition,
    )


def _warn(app: Sphinx, error: CommandError) -> None:
    text = error.tell(language_of(app.config.language))
    logger.warning(text, type="kejian", subtype="notebook")


def _in_order(env: BuildEnvironment) -> Iterator[str]:
    """Pages as the table of contents has them, then those that it leaves out."""
    pending = [env.config.root_doc]
    seen: set[str] = set()
    while pending:
        page = pending.pop()
        if page not in seen:
            seen.add(page)
            yield page
            pending += reversed(env.toctree_includes.get(page, []))
    yield from sorted(env.found_docs - seen)
