"""Files that students get, as text: sites, notebooks and PDFs of the editions without keys, also inside archives."""

from __future__ import annotations

import base64
import binascii
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from kejian.checks.course import Course

__all__ = ["Built", "built_files", "squeezed"]

SITE: Final = "exam"
NOTEBOOKS: Final = "notebooks-exam"
PAPERS: Final = ("pdf", "papers")
"""Folders below `_build`."""
WITH_KEY: Final = ("-teacher", "-key")
"""How the names of PDFs end that are not for students."""
WITHOUT_TEXT: Final = {
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico"),
    *(".woff", ".woff2", ".ttf", ".otf"),
    *(".css", ".map", ".inv", ".mp3", ".mp4"),
}
"""Files in which no text of a key can be."""
ARCHIVES: Final = {".zip", ".whl", ".epub", ".docx"}
DEPTH: Final = 3
"""Archives inside archives."""

_MARKS: Final = re.compile(r"[\W_]+")
_TAG: Final = re.compile(
    r"""</?[a-zA-Z]\w*(?:\s+(?:class|lang|dir|role|style)=(?:"[^"<>]*"|'[^'<>]*'))*\s*/?>""", re.ASCII
)
"""Those that break a sentence in two; not those whose attributes could give something away."""
_ESCAPE: Final = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}){6,}")


class Built(NamedTuple):
    """A file that students get, or a file of an archive."""

    path: Path
    inside: str
    """Name in the archive; empty for the file itself."""
    text: str
    """With escapes undone: HTML entities, JSON and address escapes, Base64."""

    @property
    def name(self) -> str:
        """Of the file, and where in it."""
        return f"{self.path.name} → {self.inside}" if self.inside else self.path.name


def built_files(course: Course) -> Iterator[Built]:
    """What the course was told to look into, and what was built without keys."""
    for path in _paths(course):
        if path.suffix.lower() not in WITHOUT_TEXT:
            yield from _read(path, "", path.read_bytes())


def squeezed(text: str) -> str:
    """Letters and digits alone, as they are compared."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _paths(course: Course) -> Iterator[Path]:
    build = course.root / "_build"
    folders = [*course.public, build / SITE, build / NOTEBOOKS]
    found: dict[Path, None] = {}
    for folder in folders:
        found |= dict.fromkeys([folder] if folder.is_file() else sorted(folder.rglob("*")))
    for name in PAPERS:
        papers = sorted((build / name).glob("*.pdf"))
        found |= dict.fromkeys(path for path in papers if not path.stem.endswith(WITH_KEY))
    yield from (path for path in found if path.is_file())


def _read(path: Path, inside: str, data: bytes, depth: int = 0) -> Iterator[Built]:
    suffix = Path(inside or path.name).suffix.lower()
    if suffix in ARCHIVES and depth < DEPTH:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    if Path(name).suffix.lower() not in WITHOUT_TEXT:
                        yield from _read(path, f"{inside}/{name}".lstrip("/"), archive.read(name), depth + 1)
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
        ):  # damaged, or with a password
            yield Built(path, inside, "")
    elif suffix == ".pdf":
        yield Built(path, inside, _pdf_text(data))
    else:
        yield Built(path, inside, _plain(data.decode("utf-8", errors="replace")))


def _pdf_text(data: bytes) -> str:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError:
        return ""


def _plain(text: str) -> str:
    """The text with escapes undone, every line where it was."""
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: _on_line(chr(int(match[1], 16))), text)
    if "&" in text:
        text = unescape(text)
    if "%" in text:
        text = _PERCENT.sub(lambda match: _on_line(unquote(match[0])), text)
    text = _BASE64.sub(_decoded, text)
    return _TAG.sub("", text) if "<" in text else text


def _decoded(match: re.Match[str]) -> str:
    """What was found, and behind it what it says when it is Base64."""
    try:
        text = base64.b64decode(match[0] + "=" * (-len(match[0]) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return match[0]
    return f"{match[0]} {_on_line(text)} "


def _on_line(text: str) -> str:
    return " ".join(text.splitlines()) if text else text
