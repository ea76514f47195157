"""The gate: no PDF leaves the builder from which something of the sources was lost on the way.

The text of the finished PDF is compared with what the doctrees hold (`passages.py`). A passage stands in the PDF
as one unbroken text, or broken over pages. Every character of the PDF serves one passage only, so that the same
sentence elsewhere does not stand in for one that is missing. What no passage claims may be anything that the
typesetter adds, but no markup, no Python object and no character without a glyph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from docutils import nodes
from sphinx.errors import SphinxError

from kejian.catalogue import LANGUAGES, say
from kejian.model import Place, Problem
from kejian.pdf.passages import Passage, expected
from kejian.pdf.reading import BREAK, CONTEXT, Drawing, PdfText, normalise, read_pdf
from kejian.pdf.typeset import SANS, SERIF
from kejian.terminal import printable, tell

__all__ = ["LossError", "check_pdf", "compare"]

FACES: Final = (*SERIF, *SANS, "Noto Sans Mono CJK SC", "KaiTi", "Kaiti SC", "FangSong", "LXGW WenKai")
"""Faces in which Chinese may stand: 宋, 黑, 楷, 仿宋. In another one it was set for want of these."""
MOST: Final = 50
"""So many problems are told; they mostly have one cause."""
RAW: Final = re.compile(
    r"`{3,}\{[\w:-]+\}|`{3,}|:{3,}|\{[a-zA-Z][\w:+.-]*\}`|^%[A-Z]{3,}|#(?:text|strong|emph|link|raw|figure|box)[(\[]"
)
"""Markup of MyST or Typst that was printed instead of obeyed (normalised: without white space)."""
OBJECT: Final = re.compile(
    r"<(?:[a-zA-Z_]\w*\.)+[A-Za-z_]\w*|<kejian\w*|\balt\.[A-Z]\w*\(|<\w+objectat0x|\bat0x[0-9a-f]{6,}|\w+Widget\("
)
"""How Python shows an object."""
_WINDOW: Final = 20_000
"""So far ahead (characters) the next passage is looked for at first: a page holds about 1,000."""
_LONG: Final = 16
"""Characters of a text that hardly stands somewhere by chance."""
_CHANCE: Final = 4
"""So many characters behind a break may by chance be those that go on elsewhere."""
_LENGTHS: Final = (64, 32, _LONG)
"""Longest first: they hold the place for what stands between them."""
_LATIN: Final = re.compile(r"[A-Za-z]")


class LossError(SphinxError):
    """Something of the book is not in its PDF."""

    category = "PDF"

    def __init__(self, problems: Sequence[Problem], language: str = LANGUAGES[0]) -> None:
        self.problems = tuple(problems)
        more = len(problems) - MOST
        told = [tell(problem, language) for problem in problems[:MOST]]
        told += [say("pdf.more-lost", language, count=more)] if more > 0 else []
        super().__init__("\n".join([say("pdf.lost", language, count=len(problems)), *told]))


def check_pdf(
    pdf: bytes, doctrees: Iterable[tuple[str, nodes.document]], edition: str, language: str = LANGUAGES[0]
) -> None:
    """Raise LossError when something of the resolved doctrees (name and tree, in the order of the book) is lost."""
    passages = [passage for name, tree in doctrees for passage in expected(tree, name, edition)]
    problems = compare(pdf, passages)
    if problems:
        raise LossError(problems, language)


def compare(pdf: bytes, passages: Sequence[Passage]) -> list[Problem]:
    """All that was lost or changed between the passages and the PDF, in the order of the pages."""
    read = read_pdf(pdf, FACES)
    search = _Search(read, passages)
    found = [*search.losses(), *_drawings(read, passages), *search.strange(), *search.raw()]
    return [problem for _, problem in sorted(found, key=lambda item: item[0])]


@dataclass(slots=True)
class _Piece:
    """A text without a break, and where it was found."""

    passage: Passage
    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)


class _Search:
    """Finds each piece a place of its own in the text of the PDF."""

    def __init__(self, read: PdfText, passages: Sequence[Passage]) -> None:
        self.read, self.text = read, read.text
        self.claimed = bytearray(len(read.text))
        self.broken = BREAK in read.text
        self.passages = [passage for passage in passages if passage.kind not in ("figure", "formula")]
        pieces = (
            _Piece(passage, normal)
            for passage in self.passages
            for piece in passage.pieces
            if (normal := normalise(piece))
        )
        self.pieces = list(pieces)
        for least in _LENGTHS:
            self._in_order(least)
        # long texts first, so that no short one takes a place inside of them
        self._moved()
        self._over_pages(_LONG)
        self._between()
        self._nearby()
        self._over_pages(2)

    def losses(self) -> Iterator[tuple[int, Problem]]:
        """What was not found, as (page, problem)."""
        low = 0
        for piece in self.pieces:
            if piece.spans and not (piece.passage.kind == "answer" and self._is_misplaced(piece, low)):
                low = piece.spans[-1][1]
            else:
                yield self._loss(piece, low)

    def _is_misplaced(self, answer: _Piece, start: int) -> bool:
        """Whether an answer stands before the last one, or is cut out of another: A is not found in ABD."""
        low, high = answer.spans[0][0], answer.spans[-1][1]
        beside = (at for at in (low - 1, high) if 0 <= at < len(self.text) and not self.claimed[at])
        return low < start or any("A" <= self.text[at] <= "Z" for at in beside)

    def raw(self) -> Iterator[tuple[int, Problem]]:
        """Markup and objects of Python, in the sources' text or added on the way."""
        for piece in self.pieces:
            code = piece.passage.kind == "code" or piece.text in map(normalise, piece.passage.literals)
            if not code and piece.spans:
                page = self.read.page(piece.spans[0][0])
                yield from _raw(piece.text, page, piece.passage.place)
        for low, high in self._unclaimed():
            yield from _raw(self.text[low:high], self.read.page(low), self._near(low))

    def strange(self) -> Iterator[tuple[int, Problem]]:
        """Characters that the reader cannot read."""
        for one in self.read.strange:
            source = next((p.place for p in self.passages if one.char in p.text), None)
            place = source or self._near(self.read.ends[one.page - 1])
            values = {"page": one.page, "char": one.char, "code": f"U+{ord(one.char):04X}"}
            name = "PDF04" if one.font else "PDF03"
            yield one.page, _problem(place, name, context=one.context, font=one.font, **values)

    # ------------------------------------------------------------------ finding

    def _missing(self) -> Iterator[tuple[_Piece, int, int]]:
        """What is not found yet, with the end of the piece before it and the start of the one behind it."""
        following = len(self.text)
        ends: list[int] = []
        for piece in reversed(self.pieces):
            ends.append(following)
            following = piece.spans[0][0] if piece.spans else following
        start = 0
        for piece, end in zip(self.pieces, reversed(ends), strict=True):
            if not piece.spans:
                yield piece, start, end
            if piece.spans:
                start = piece.spans[-1][1]

    def _in_order(self, least: int) -> None:
        """Long texts, one after the other."""
        for piece, low, high in self._missing():
            if len(piece.text) >= least and _is_long(piece):
                near = low + _WINDOW + len(piece.text)
                self._claim(piece, low, min(high, near) if low <= high else near)

    def _between(self) -> None:
        """The rest, between what is found already: all in one, or else one by one."""
        low = 0
        runs = [(known, list(run)) for known, run in groupby(self.pieces, key=lambda one: bool(one.spans))]
        for number, (known, run) in enumerate(runs):
            if known:
                low = run[-1].spans[-1][1]
                continue
            last = number + 1 == len(runs)
            high = len(self.text) if last else runs[number + 1][1][0].spans[0][0]
            whole = self._free("".join(piece.text for piece in run), low, high, last=not last)
            if whole is not None:
                at = whole[0]
                for piece in run if whole[1] - at == sum(len(piece.text) for piece in run) else ():
                    self._take(piece, at, at + len(piece.text))
                    at += len(piece.text)
            elif last:
                for piece in run:
                    low = self._claim(piece, low, high) or low
            else:
                for piece in reversed(run):  # nearest to what follows: a title stands in the contents, too
                    span = self._free(piece.text, low, high, last=True)
                    if span is not None:
                        self._take(piece, *span)
                        high = span[0]

    def _moved(self) -> None:
        """Long texts that stand elsewhere: notes, and what the writer has put in another order."""
        for piece, start, _ in self._missing():
            if _is_long(piece) and self._claim(piece, start, len(self.text)) is None:
                self._claim(piece, 0, start)

    def _nearby(self) -> None:
        """Short texts and titles that are not where they should be, but on one of the pages around."""
        ends = (0, *self.read.ends)
        for piece, *bounds in self._missing():
            pages = sorted(map(self.read.page, bounds))
            low, high = ends[max(0, pages[0] - 2)], ends[min(len(ends) - 1, pages[1] + 1)]
            if self._claim(piece, max(low, bounds[0]), high) is None:
                self._claim(piece, low, high)

    def _over_pages(self, least: int) -> None:
        """Texts of which one part stands on a page and the rest on the next, with something between."""
        for piece, start, end in self._missing():
            if len(piece.text) < least or (least == _LONG and not _is_long(piece)):
                continue
            pages = {self.read.page(offset) + step for offset in (start, end) for step in (-2, -1, 0)}
            pages &= set(range(len(self.read.ends)))
            found = [spans for page in sorted(pages) if (spans := self._spans(piece.text, page))]
            for span in min(found, key=len, default=[]):  # a part of one character stands anywhere by chance
                self._take(piece, *span)

    def _spans(self, text: str, page: int) -> list[tuple[int, int]]:
        """The parts of a text that begins on a page (0-based) and goes on on the next ones; empty: not found."""
        ends = (0, *self.read.ends)
        if page + 1 >= len(ends):
            return []
        low, middle, high = ends[page], ends[page + 1], ends[min(page + 2, len(ends) - 1)]
        whole = self._free(text, low, high)
        if whole is not None:
            return [whole]
        most = _longest(lambda size: self._free(text[:size], low, middle) is not None, len(text) - 1)
        for size in range(most, max(most - _CHANCE, 0), -1):
            head = self._free(text[:size], low, middle, last=True)
            if head is not None:
                later = (
                    self._spans(text[size:], page + step) for step in (1, 2)
                )  # a page may hold figures alone
                if rest := next(filter(None, later), []):
                    return [head, *rest]
        return []

    def _claim(self, piece: _Piece, low: int, high: int) -> int | None:
        """Give the piece its first free place within the bounds; the offset behind it."""
        span = self._free(piece.text, low, high)
        if span is None:
            return None
        self._take(piece, *span)
        return span[1]

    def _free(self, text: str, low: int, high: int, *, last: bool = False) -> tuple[int, int] | None:
        """The first (or last) place within the bounds that no piece has claimed."""
        size, start, stop = len(text), low, high
        while (at := (self.text.rfind if last else self.text.find)(text, start, stop)) >= 0:
            taken = self.claimed.rfind(1, at, at + size)
            if taken < 0:
                return at, at + size
            start, stop = (start, at + size - 1) if last else (taken + 1, stop)
        if self.broken and _LATIN.search(text):
            for match in _with_breaks(text).finditer(self.text, low, high):
                if self.claimed.find(1, *match.span()) < 0:
                    return match.span()
        return None

    def _take(self, piece: _Piece, low: int, high: int) -> None:
        piece.spans.append((low, high))
        self.claimed[low:high] = b"\1" * (high - low)

    def _unclaimed(self) -> Iterator[tuple[int, int]]:
        low = self.claimed.find(0)
        while low >= 0:
            high = self.claimed.find(1, low)
            yield low, high if high >= 0 else len(self.text)
            low = self.claimed.find(0, high) if high >= 0 else -1

    # ------------------------------------------------------------------ telling

    def _loss(self, piece: _Piece, low: int) -> tuple[int, Problem]:
        """Where the text of a lost piece breaks off, and where it goes on."""
        text = piece.text
        bounds = max(0, low - _WINDOW // 4), low + _WINDOW // 4 + len(text)
        size = _longest(lambda n: self._free(text[:n], *bounds) is not None, len(text))
        head = self._free(text[:size], *bounds) if size else None
        start = head[1] if head else low
        tail = _longest(
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


def _is_long(piece: _Piece) -> bool:
    """Whether a text hardly stands somewhere by chance; a title stands in the contents, too."""
    return len(piece.text) >= _LONG and piece.passage.kind != "title"


def _drawings(read: PdfText, passages: Sequence[Passage]) -> Iterator[tuple[int, Problem]]:
    """Figures and formulas that are missing, empty or without their labels."""
    left = list(read.drawings)
    wanted = [passage for passage in passages if passage.kind in ("figure", "formula")]
    page = 1
    for passage in sorted(wanted, key=lambda one: not one.alt):  # those without a name take what is left
        alt = normalise(passage.alt)
        drawing = next((one for one in left if not alt or normalise(one.alt) == alt), None)
        if drawing is None or not drawing.objects:
            yield page, _problem(passage.place, "PDF05", text=_short(passage.alt or "?"))
            continue
        left.remove(drawing)
        page = drawing.page
        missing = list(_missing_labels(drawing, passage))
        if missing:
            yield page, _problem(passage.place, "PDF06", page=page, labels="、".join(missing))


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


def _with_breaks(text: str) -> re.Pattern[str]:
    """The text with its words hyphenated anywhere."""
    parts = (f"[-{BREAK}]" if char == "-" else re.escape(char) for char in text)
    return re.compile(f"{BREAK}?".join(parts))


def _longest(holds: Callable[[int], bool], most: int) -> int:
    """The greatest size up to `most` for which it holds, when it holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _short(text: str) -> str:
    text = printable(text.replace(BREAK, ""))
    return text if len(text) <= 60 else f"{text[:40]}……{text[-16:]}"


def _problem(place: Place, name: str, **values: object) -> Problem:
    return Problem(place, name, values=tuple((key, str(value)) for key, value in values.items()))
