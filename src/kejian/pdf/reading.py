"""A finished PDF as a reader meets it: its text without running heads, and its drawings; by pypdfium2.

Typst tags what it prints. What repeats (running heads, page numbers, the head of a table on its next page) is an
`Artifact` and left out here, and so are the lists of contents, which say again what stands in the book. Drawings
are taken apart from the text: their labels stand wherever the chart puts them.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

__all__ = ["BREAK", "Drawing", "PdfText", "Strange", "normalise", "read_pdf"]

BREAK: Final = "\ufffe"
"""pdfium's sign for a hyphen at the end of a line, which may be the text's own or one of the typesetter."""
_SAME: Final = str.maketrans(
    {"⋯": "…", "⸺": "——", "―": "—", "─": "—", "‐": "-", "‑": "-", "・": "·", "‧": "·", "•": "·"}
)
"""Characters that look alike and that a typesetter may put for one another."""
_IGNORED: Final = re.compile("[\\s\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NO_CHARACTER: Final = re.compile("[\x01-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\uffff\U000f0000-\U0010ffff]")
CONTEXT: Final = 12
"""Characters shown on each side of what is wrong."""
_CONTENTS_WITHIN: Final = 12
"""The contents begin on one of the first pages."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure or formula on a page."""

    page: int
    """1-based."""
    alt: str
    """Its text alternative."""
    text: str
    """The text inside, normalised."""
    objects: int
    """How many lines, areas, images and texts it is made of."""


@dataclass(frozen=True, slots=True)
class Strange:
    """A character that is printed wrongly."""

    page: int
    char: str
    context: str
    font: str
    """Name of the font that has no business with it; empty when it is no character at all."""


@dataclass(frozen=True, slots=True)
class PdfText:
    """What stands in a PDF."""

    text: str
    """Normalised text of all pages."""
    ends: tuple[int, ...]
    """Offset in `text` behind each page."""
    drawings: tuple[Drawing, ...]
    strange: tuple[Strange, ...]

    def page(self, offset: int) -> int:
        """Number (1-based) of the page on which a character stands."""
        return min(bisect_right(self.ends, offset), len(self.ends) - 1) + 1


def normalise(text: str) -> str:
    """Text as source and PDF are compared: compatibility forms are one, white space is none."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text.translate(_SAME)))


def read_pdf(pdf: bytes, faces: tuple[str, ...]) -> PdfText:
    """Everything that stands in the PDF; Chinese characters are expected in one of the `faces` (family names)."""
    known = tuple(_plain(face) for face in faces)
    document = pypdfium2.PdfDocument(pdf)
    texts: list[str] = []
    drawings: list[Drawing] = []
    strange: list[Strange] = []
    contents = False
    try:
        for number in range(1, len(document) + 1):
            page = _Page(document[number - 1], number)
            strange += page.strange(known)
            if contents or number <= _CONTENTS_WITHIN:
                contents = page.drop_contents()
            drawings += page.take_drawings()
            texts.append(normalise(page.text()))
            page.close()
    finally:
        document.close()
    ends = tuple(accumulate(map(len, texts)))
    return PdfText("".join(texts), ends, tuple(drawings), tuple(strange))


class _Page:
    """One page: objects are removed from it (in memory) until what is to be compared is left."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self.page, self.number = page, number
        self.textpage: pypdfium2.PdfTextPage | None = None
        count = pdfium.FPDFPage_CountObjects(page.raw)
        objects = [pdfium.FPDFPage_GetObject(page.raw, index) for index in range(count)]
        self.objects = [found for found in objects if not _is_artifact(page.raw, found)]
        self.marked: dict[int, list[Any]] = {}
        for found in self.objects:
            self.marked.setdefault(pdfium.FPDFPageObj_GetMarkedContentID(found), []).append(found)

    def text(self) -> str:
        """The text that is left."""
        return str(self._read().get_text_range())

    def strange(self, known: tuple[str, ...]) -> Iterator[Strange]:
        """Characters that are none, and Chinese ones in a font that was taken for want of a better."""
        text = self.text()
        for match in _NO_CHARACTER.finditer(text):
            around = text[max(0, match.start() - CONTEXT) : match.end() + CONTEXT]
            yield Strange(self.number, match[0], around, "")
        for found in _texts(self.objects):
            name = _font_name(found)
            if not any(face in _plain(name) for face in known):
                run = self._text_of(found)
                if wide := _WIDE.search(run):
                    yield Strange(self.number, wide[0], run[: 2 * CONTEXT], name.partition("+")[2] or name)

    def drop_contents(self) -> bool:
        """Take a list of contents away; whether there was one."""
        found = [self._parts(element) for element in self._tagged("TOC")]
        self._remove([part for parts in found for part in parts])
        return bool(found)

    def take_drawings(self) -> list[Drawing]:
        """The figures and formulas, which are taken away."""
        drawn = any(pdfium.FPDFPageObj_GetType(found) != _TEXT for found in self.objects)
        if not drawn and not any("math" in _plain(_font_name(found)) for found in self.objects):
            return []  # reading the tags of a page takes as long as reading its text
        taken: list[Drawing] = []
        gone: list[Any] = []
        for element in self._tagged("Figure", "Formula"):
            parts = self._parts(element)
            text = "".join(map(self._text_of, _texts(parts)))
            alt = _string(pdfium.FPDF_StructElement_GetAltText, element)
            taken.append(Drawing(self.number, alt, normalise(text), len(parts)))
            gone += parts
        self._remove(gone)
        return taken

    def close(self) -> None:
        """Free the page."""
        self._forget()
        self.page.close()

    def _read(self) -> pypdfium2.PdfTextPage:
        if self.textpage is None:
            self.textpage = self.page.get_textpage()
        return self.textpage

    def _forget(self) -> None:
        if self.textpage is not None:
            self.textpage.close()
        self.textpage = None

    def _remove(self, gone: list[Any]) -> None:
        if not gone:
            return
        self._forget()
        addresses = set(map(_address, gone))
        self.objects = [found for found in self.objects if _address(found) not in addresses]
        for found in gone:
            if pdfium.FPDFPage_RemoveObject(self.page.raw, found):
                pdfium.FPDFPageObj_Destroy(found)

    def _tagged(self, *kinds: str) -> Iterator[Any]:
        tree = pdfium.FPDF_StructTree_GetForPage(self.page.raw)
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        waiting = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, index) for index in reversed(range(count))]
        while waiting:
            element = waiting.pop()
            if _string(pdfium.FPDF_StructElement_GetType, element) in kinds:
                yield element
            else:
                waiting += reversed(_children(element))
        pdfium.FPDF_StructTree_Close(tree)

    def _parts(self, element: Any) -> list[Any]:
        """The objects of the page that belong to an element of the tag tree."""
        count = pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)
        marks = (
            pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index) for index in range(count)
        )
        own = [found for mark in marks if mark >= 0 for found in self.marked.get(mark, ())]
        return own + [part for child in _children(element) for part in self._parts(child)]

    def _text_of(self, found: Any) -> str:
        textpage = self._read().raw
        return _string(lambda one, *rest: pdfium.FPDFTextObj_GetText(one, textpage, *rest), found)


_TEXT: Final = pdfium.FPDF_PAGEOBJ_TEXT
_FORM: Final = pdfium.FPDF_PAGEOBJ_FORM
_ARTIFACT: Final = "Artifact\0".encode("utf-16-le")
_NAME: Final = (ctypes.c_ushort * 64)()
"""Room for the name of a mark; pdfium works on one thread only."""


def _texts(objects: list[Any]) -> Iterator[Any]:
    """The texts among the objects, also those inside a form."""
    for found in objects:
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == _TEXT:
            yield found
        elif kind == _FORM:
            inner = range(pdfium.FPDFFormObj_CountObjects(found))
            yield from _texts([pdfium.FPDFFormObj_GetObject(found, index) for index in inner])


def _is_artifact(page: Any, found: Any) -> bool:
    """Whether an object only adorns the page; it is then removed."""
    for index in range(pdfium.FPDFPageObj_CountMarks(found)):
        mark = pdfium.FPDFPageObj_GetMark(found, index)
        size = ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, _NAME, ctypes.sizeof(_NAME), size)
        if bytes(_NAME)[: size.value] == _ARTIFACT and pdfium.FPDFPage_RemoveObject(page, found):
            pdfium.FPDFPageObj_Destroy(found)
            return True
    return False


def _font_name(text: Any) -> str:
    font = pdfium.FPDFTextObj_GetFont(text)
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace")


def _string(function: Callable[..., int], *where: Any) -> str:
    """The text that a function of pdfium writes into a buffer."""
    size = function(*where, None, 0)
    if not size:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    function(*where, buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _children(element: Any) -> list[Any]:
    count = pdfium.FPDF_StructElement_CountChildren(element)
    found = (pdfium.FPDF_StructElement_GetChildAtIndex(element, index) for index in range(count))
    return [child for child in found if child]


def _address(found: Any) -> int:
    return ctypes.cast(found, ctypes.c_void_p).value or 0


@cache
def _plain(name: str) -> str:
    """A font's name without what makes family and PostScript names differ."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
