"""What Sphinx warns of while it builds a book: in our language, told again until it is mended, and countable.

hear(app)                       # the extension, once per build
with collecting() as notices:   # a command that starts the build
lost(app)                       # a builder that must not go on when something would be missing
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.util.logging import WarningStreamHandler

from kejian.catalogue import language_of, say
from kejian.yamlfile import short, shown

__all__ = ["Notice", "collecting", "hear", "lost"]

PDF: Final = "typst"
"""The builder that stops where something is lost, and tells by itself what that is."""
CELL: Final = ("mystnb", "exec")
NO_PAGE: Final = ("etoc", "ref")
LOST: Final = {
    CELL: "notice.cell",
    NO_PAGE: "notice.page",
    ("image", "not_readable"): "notice.image",
    ("kejian", "question"): "",
    ("kejian", "quiz"): "",
    ("myst", "directive_parse"): "",
    ("myst", "directive_unknown"): "notice.directive",
    ("myst", "role_unknown"): "notice.role",
}
"""(type, subtype) of warnings after which something is missing on the page, with our text; "" keeps theirs."""
_QUOTED: Final = re.compile(r"""['"“]([^'"”]+)['"”]|image file not readable: (.+?)(?: \[|$)""")
_KIND: Final = re.compile(r" \[(\w+)\.(\w+)\]$")
_ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
_CELL_SOURCE: Final = re.compile(r"^-{18}\n(.*?)\n-{18}$", re.DOTALL | re.MULTILINE)
_CELL_LINE: Final = re.compile(r"Cell In\[\d+\], line (\d+)")

_lost: WeakKeyDictionary[Sphinx, list[Notice]] = WeakKeyDictionary()
_listeners: list[list[Notice]] = []


@dataclass(frozen=True, slots=True)
class Notice:
    """One place that needs attention."""

    place: str
    """`file:line`, or as much of it as Sphinx knows."""
    text: str


def hear(app: Sphinx) -> None:
    """Listen to the warnings of a build."""
    _lost[app] = []
    for handler in logging.getLogger("sphinx").handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(_Ear(app))  # the last one: places are known, suppressed warnings are gone


def lost(app: Sphinx) -> tuple[Notice, ...]:
    """The warnings of this build after which something is missing on a page."""
    return tuple(_lost.get(app, ()))


@contextmanager
def collecting() -> Iterator[list[Notice]]:
    """A list to which everything is added that is warned of meanwhile."""
    found: list[Notice] = []
    _listeners.append(found)
    try:
        yield found
    finally:
        _listeners.remove(found)


class _Ear(logging.Filter):
    """Passes on what is to be printed as a warning."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        env: Any = getattr(self.app, "env", None)
        language = language_of(self.app.config.language)
        file, line = _place(getattr(record, "location", None))
        page = env.path2doc(file) if env is not None and file else None
        if page in getattr(env, "all_docs", ()):
            env.all_docs[page] = 0  # as if never read: otherwise the next build is silent about it
        text = logging.LogRecord.getMessage(record)
        kind = (getattr(record, "type", None) or "", getattr(record, "subtype", None) or "")
        if found := _KIND.search(text):  # MyST and the contents say it there only
            kind = (found[1], found[2])
        if name := LOST.get(kind):
            if kind == CELL:
                line, error = _failure(env, page, file)
                text = say(name, language, error=error)
            else:
                found = _QUOTED.search(text)
                text = say(name, language, name=short(found[1] or found[2]) if found else "?")
            record.msg, record.args = text, ()
            record.location = f"{file}:{line}" if line else file
        told = Notice(_told(file, line), text)
        missing = kind in LOST or record.levelno >= logging.ERROR  # of docutils: it leaves the directive out
        if missing:
            if told in _lost[self.app]:  # MyST-NB tells a failure twice
                return False
            _lost[self.app].append(told)
        for listener in _listeners if kind != NO_PAGE else ():  # whoever listens has read the contents
            listener.append(told)
        return not (missing and self.app.builder.name == PDF)


def _place(location: object) -> tuple[str, int]:
    """File and line (0: unknown) of what Sphinx says, e.g. `/book/page.md:12`, `/book/page.md:`."""
    parts = re.fullmatch(r"(.*?)(?::(\d*))?:?", str(location or ""))
    return (parts[1], int(parts[2] or 0)) if parts else ("", 0)


def _told(file: str, line: int) -> str:
    """The place as a person would type it: from the working directory, if it is below."""
    path = Path(file)
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return (shown(path) if file else "") + (f":{line}" if line else "")


def _failure(env: Any, page: str | None, file: str) -> tuple[int, str]:
    """Line of the page and the error, of its cell that failed."""
    data = getattr(env, "nb_metadata", {}).get(page, {}).get("exec_data") or {}
    traceback = _ANSI.sub("", data.get("traceback") or "")
    lines = [line for line in traceback.splitlines() if line.strip()]
    error = short(lines[-1]) if lines else "?"
    source = _CELL_SOURCE.search(traceback)
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return 0, error
    at = text.find(source[1]) if source else -1
    if at < 0:
        return 0, error
    inside = _CELL_LINE.search(traceback)
    return text.count("\n", 0, at) + (int(inside[1]) if inside else 1), error
