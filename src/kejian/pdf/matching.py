"""Where the passages of a book stand in the text of its PDF.

Each piece of a passage is given a place of its own, so that the same sentence elsewhere does not stand in for one
that is missing. Long pieces come first and in order; they bound the stretch in which the short ones between them
are looked for. What the typesetter has moved (notes, floats) or broken over pages is looked for last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Literal

from kejian.model import Place
from kejian.pdf.reading import BREAK, PdfText, normalise

__all__ = ["WINDOW", "Matching", "Passage", "Piece", "longest"]

WINDOW: Final = 20_000
"""So far ahead (characters) the next piece is looked for at first: a page holds about 1,000."""
_LONG: Final = 16
"""Characters of a text that hardly stands somewhere by chance."""
_CHANCE: Final = 4
"""So many characters behind a break may by chance be those that go on elsewhere."""
_LENGTHS: Final = (64, 32, _LONG)
"""Longest first: they hold the place for what stands between them."""
_LATIN: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Something of the sources that has to be found in the PDF."""

    kind: Literal["text", "title", "code", "output", "answer", "figure", "formula"]
    pieces: tuple[str, ...]
    """Text in order; between two pieces the writer may put something, e.g. the page of a reference.
    Of a drawing: the labels inside it."""
    place: Place
    alt: str = ""
    """A drawing's text alternative."""
    literals: tuple[str, ...] = ()
    """Pieces of code inside the text, in which anything may stand."""

    @property
    def text(self) -> str:
        """All pieces together."""
        return "".join(self.pieces)


@dataclass(slots=True)
class Piece:
    """A text without a break, and where it was found."""

    passage: Passage
    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)


class Matching:
    """Finds each piece a place of its own in the text of the PDF."""

    def __init__(self, read: PdfText, passages: Sequence[Passage]) -> None:
        self.read, self.text = read, read.text
        self.claimed = bytearray(len(read.text))
        self.broken = BREAK in read.text
        self.passages = [passage for passage in passages if passage.kind not in ("figure", "formula")]
        pieces = (
            Piece(passage, normal)
            for passage in self.passages
            for piece in passage.pieces
            if (normal := normalise(piece))
        )
        self.pieces = list(pieces)
        for least in _LENGTHS:
            self._in_order(least)
        # long texts first, so that no short one takes a place inside of them
        self._moved()
        while self._displace(_LONG):
            self._moved()
        self._over_pages(_LONG)
        self._between()
        self._nearby()
        while self._displace():
            self._nearby()
        self._over_pages(2)

    def _missing(self) -> Iterator[tuple[Piece, int, int]]:
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
                near = low + WINDOW + len(piece.text)
                self.claim(piece, low, min(high, near) if low <= high else near)

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
            whole = self.free("".join(piece.text for piece in run), low, high, last=not last)
            if whole is not None:
                at = whole[0]
                for piece in run if whole[1] - at == sum(len(piece.text) for piece in run) else ():
                    self._take(piece, at, at + len(piece.text))
                    at += len(piece.text)
            elif last:
                for piece in run:
                    low = self.claim(piece, low, high) or low
            else:
                for piece in reversed(run):  # nearest to what follows: a title stands in the contents, too
                    span = self.free(piece.text, low, high, last=True)
                    if span is not None:
                        self._take(piece, *span)
                        high = span[0]

    def _moved(self) -> None:
        """Long texts that stand elsewhere: notes, and what the writer has put in another order."""
        for piece, start, _ in self._missing():
            if _is_long(piece) and self.claim(piece, start, len(self.text)) is None:
                self.claim(piece, 0, start)

    def _nearby(self) -> None:
        """Short texts and titles that are not where they should be, but on one of the pages around."""
        for piece, start, end in self._missing():
            low, high = self._around(start, end)
            if self.claim(piece, max(low, start), high) is None:
                self.claim(piece, low, high)

    def _around(self, start: int, end: int) -> tuple[int, int]:
        """The pages of two offsets with a page before and one behind, as offsets."""
        ends = (0, *self.read.ends)
        pages = sorted(map(self.read.page, (start, end)))
        return ends[max(0, pages[0] - 2)], ends[min(len(ends) - 1, pages[1] + 1)]

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

    def _displace(self, least: int = 2) -> bool:
        """Give missing texts the place of shorter ones inside of them, which are then missing; whether any was."""
        moved = False
        missing = [one for one in self._missing() if len(one[0].text) >= least]
        for piece, start, end in sorted(missing, key=lambda one: -len(one[0].text)):
            low, high = (0, len(self.text)) if _is_long(piece) else self._around(start, end)
            at = self.text.find(piece.text, low, high)
            while at >= 0 and not piece.spans:
                stop = at + len(piece.text)
                inside = [one for one in self.pieces if any(a < stop and b > at for a, b in one.spans)]
                whole = all(at <= a and b <= stop for one in inside for a, b in one.spans)
                if whole and all(len(one.text) < len(piece.text) for one in inside):
                    for one in inside:
                        one.spans.clear()
                    self._take(piece, at, stop)
                    moved = True
                at = self.text.find(piece.text, at + 1, high)
        return moved

    def _spans(self, text: str, page: int) -> list[tuple[int, int]]:
        """The parts of a text that begins on a page (0-based) and goes on on the next ones; empty: not found."""
        ends = (0, *self.read.ends)
        if page + 1 >= len(ends):
            return []
        low, middle, high = ends[page], ends[page + 1], ends[min(page + 2, len(ends) - 1)]
        whole = self.free(text, low, high)
        if whole is not None:
            return [whole]
        most = longest(lambda size: self.free(text[:size], low, middle) is not None, len(text) - 1)
        for size in range(most, max(most - _CHANCE, 0), -1):
            head = self.free(text[:size], low, middle, last=True)
            if head is not None:
                later = (
                    self._spans(text[size:], page + step) for step in (1, 2)
                )  # a page may hold figures alone
                if rest := next(filter(None, later), []):
                    return [head, *rest]
        return []

    def claim(self, piece: Piece, low: int = 0, high: int | None = None) -> int | None:
        """Give the piece its first free place within the bounds; the offset behind it."""
        span = self.free(piece.text, low, len(self.text) if high is None else high)
        if span is None:
            return None
        self._take(piece, *span)
        return span[1]

    def free(self, text: str, low: int, high: int, *, last: bool = False) -> tuple[int, int] | None:
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

    def _take(self, piece: Piece, low: int, high: int) -> None:
        piece.spans.append((low, high))
        self.claimed[low:high] = b"\1" * (high - low)

    def unclaimed(self) -> Iterator[tuple[int, int]]:
        """Stretches of the PDF that are no piece's place."""
        low = self.claimed.find(0)
        while low >= 0:
            high = self.claimed.find(1, low)
            yield low, high if high >= 0 else len(self.text)
            low = self.claimed.find(0, high) if high >= 0 else -1


def _is_long(piece: Piece) -> bool:
    """Whether a text hardly stands somewhere by chance; a title stands in the contents, too."""
    return len(piece.text) >= _LONG and piece.passage.kind != "title"


def _with_breaks(text: str) -> re.Pattern[str]:
    """The text with its words hyphenated anywhere."""
    parts = (f"[-{BREAK}]" if char == "-" else re.escape(char) for char in text)
    return re.compile(f"{BREAK}?".join(parts))


def longest(holds: Callable[[int], bool], most: int) -> int:
    """The greatest size up to `most` for which it holds, when it holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
