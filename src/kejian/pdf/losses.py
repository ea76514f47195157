"""What a PDF has lost of its sources, or shows that they do not say.

The text of the finished PDF is compared with the passages that it has to show. A passage stands in the PDF
as one unbroken text, or broken over pages. Every character of the PDF serves one passage only, so that the same
sentence elsewhere does not stand in for one that is missing. What no passage claims may be anything that the
typesetter adds, but no markup, no Python object and no character without a glyph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kejian.model import Place, Problem
from kejian.pdf.matching import WINDOW, Matching, Passage, Piece, longest
from kejian.pdf.reading import BREAK, CONTEXT, Drawing, normalise, read_pdf
from kejian.pdf.typeset import SANS, SERIF
from kejian.terminal import printable

__all__ = ["FACES", "compare"]

FACES: Final = (*SERIF, *SANS, "Noto Sans Mono CJK SC", "KaiTi", "Kaiti SC", "FangSong", "LXGW WenKai")
"""Faces in which Chinese may stand: 宋, 黑, 楷, 仿宋. In another one it was set for want of these."""
RAW: Final = re.compile(
    r"`{3,}\{[\w:-]+\}|`{3,}|:{3,}|\{[a-zA-Z][\w:+.-]*\}`|^%[A-Z]{3,}|#(?:text|strong|emph|link|raw|figure|box)[(\[]"
)
"""Markup of MyST or Typst that was printed instead of obeyed (normalised: without white space)."""
OBJECT: Final = re.compile(
    r"<(?:[a-zA-Z_]\w*\.)+[A-Za-z_]\w*|<kejian\w*|\balt\.[A-Z]\w*\(|<\w+objectat0x|\bat0x[0-9a-f]{6,}|\w+Widget\("
)
"""How Python shows an object."""
DISPLAY: Final = re.compile(
    r"<(?:IPython|pandas|matplotlib|altair|ipywidgets|kejian)\.|<Figuresize|alt\.[A-Z]\w*\(|\w+Widget\("
)
"""How an output begins that is a picture or a table on the screen; other objects may be what a lesson is about."""

_LETTER: Final = re.compile("[A-Z](?![a-z])")
"""A letter of an answer, which begins no word."""


def compare(pdf: bytes, passages: Sequence[Passage]) -> list[Problem]:
    """All that was lost or changed between the passages and the PDF, in the order of the pages."""
    read = read_pdf(pdf, FACES)
    search = _Told(read, passages)
    found = [*search.losses(), *search.drawings(passages), *search.strange(), *search.raw()]
    return [problem for _, problem in sorted(found, key=lambda item: item[0])]


class _Told(Matching):
    """What the places of the passages tell."""

    def losses(self) -> Iterator[tuple[int, Problem]]:
        """What was not found, as (page, problem)."""
        low = 0
        for piece in self.pieces:
            if piece.spans and not (piece.passage.kind == "answer" and self._is_misplaced(piece, low)):
                low = piece.spans[-1][1]
            else:
                yield self._loss(piece, low)

    def _is_misplaced(self, answer: Piece, start: int) -> bool:
        """Whether an answer stands before the last one, or is cut out of another: A is not found in ABD."""
        low, high = answer.spans[0][0], answer.spans[-1][1]
        beside = (at for at in (low - 1, high) if 0 <= at < len(self.text) and not self.claimed[at])
        return low < start or any(_LETTER.match(self.text, at) for at in beside)

    def raw(self) -> Iterator[tuple[int, Problem]]:
        """Markup and objects of Python, in the sources' text or added on the way."""
        for piece in self.pieces:
            if not piece.spans:
                continue
            page, kind = self.read.page(piece.spans[0][0]), piece.passage.kind
            if kind == "output" and DISPLAY.match(piece.text):
                yield page, _problem(piece.passage.place, "PDF08", page=page, text=_short(piece.text))
            elif kind not in ("code", "output") and piece.text not in map(normalise, piece.passage.literals):
                yield from _raw(piece.text, page, piece.passage.place)
        for low, high in self.unclaimed():
            text = self.text[low:high]
            if RAW.search(text) or OBJECT.search(text):  # to look for its place takes time
                yield from _raw(text, self.read.page(low), self._near(low))

    def strange(self) -> Iterator[tuple[int, Problem]]:
        """Characters that the reader cannot read."""
        for one in self.read.strange:
            source = next((p.place for p in self.passages if one.char in p.text), None)
            place = source or self._near(self.read.ends[one.page - 1])
            values = {"page": one.page, "char": one.char, "code": f"U+{ord(one.char):04X}"}
            name = "PDF04" if one.font else "PDF03"
            yield one.page, _problem(place, name, context=one.context, font=one.font, **values)

    def drawings(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Problem]]:
        """Figures and formulas that are missing, empty or without their labels."""
        left = list(self.read.drawings)
        wanted = [passage for passage in passages if passage.kind in ("figure", "formula")]
        page = 1
        for passage in sorted(wanted, key=lambda one: not one.alt):  # those without a name take what is left
            alt = normalise(passage.alt)
            drawing = next((one for one in left if not alt or normalise(one.alt) == alt), None)
            if drawing is None and passage.kind == "formula" and self.claim(Piece(passage, alt)):
                continue  # printed as it was written
            if drawing is None or not drawing.objects:
                yield page, _problem(passage.place, "PDF05", text=_short(passage.alt or "?"))
                continue
            left.remove(drawing)
            page = drawing.page
            missing = list(_missing_labels(drawing, passage))
            if missing:
                yield page, _problem(passage.place, "PDF06", page=page, labels="、".join(missing))

    # ------------------------------------------------------------------ telling

    def _loss(self, piece: Piece, low: int) -> tuple[int, Problem]:
        """Where the text of a lost piece breaks off, and where it goes on."""
        text = piece.text
        bounds = max(0, low - WINDOW // 4), low + WINDOW // 4 + len(text)
        size = longest(lambda n: self.free(text[:n], *bounds) is not None, len(text))
        head = self.free(text[:size], *bounds) if size else None
        start = head[1] if head else low
        tail = longest(
            lambda n: self.text.find(text[len(text) - n :], start, bounds[1]) >= 0, len(text) - size
        )
        page = self.read.page(head[0] if head else low)
        place = piece.passage.place
        if head is None or size + tail < len(text) / 3:
            return page, _problem(place, "PDF01", page=page, text=_short(text))
        wanted = text[max(0, size - CONTEXT) : len(text) - tail + CONTEXT]
        goes_on = self.text.find(text[len(text) - tail :], start, bounds[1]) if tail else start
        begins = max(0, start - min(size, CONTEXT))
        if goes_on - start > len(text):
            goes_on = start
        got = self.text[begins : goes_on + min(tail, CONTEXT)]
        return page, _problem(place, "PDF02", page=page, text=_short(wanted), found=_short(got))

    def _near(self, offset: int) -> Place:
        """The place in the sources of what stands before an offset of the PDF."""
        before = [piece for piece in self.pieces if piece.spans and piece.spans[0][0] <= offset]
        nearest = max(before, key=lambda piece: piece.spans[0][0], default=None)
        return nearest.passage.place if nearest else Place("")


def _missing_labels(drawing: Drawing, passage: Passage) -> Iterator[str]:
    """Labels of which there is not one: pdfium tells texts that lie upon each other only once."""
    left = drawing.text
    for label in sorted(set(passage.pieces), key=len, reverse=True):
        normal = normalise(label)
        if normal not in left:
            yield label
        left = left.replace(normal, "\n")  # a label inside another one does not stand for itself


def _raw(text: str, page: int, place: Place) -> Iterator[tuple[int, Problem]]:
    for name, pattern in (("PDF07", RAW), ("PDF08", OBJECT)):
        if match := pattern.search(text):
            around = text[max(0, match.start() - CONTEXT) : match.end() + CONTEXT]
            yield page, _problem(place, name, page=page, text=_short(around))


def _short(text: str) -> str:
    text = printable(text.replace(BREAK, ""))
    return text if len(text) <= 60 else f"{text[:40]}……{text[-16:]}"


def _problem(place: Place, name: str, **values: object) -> Problem:
    return Problem(place, name, values=tuple((key, str(value)) for key, value in values.items()))
