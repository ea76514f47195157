"""Where the phrases of a rubric stand in an answer; twin of web/src/grading/essay_phrases.ts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kejian.grading.essay_words import POLAR
from kejian.grading.tables import HAN, WORD

__all__ = ["HAN_KIND", "LETTER_KIND", "MOST_HITS", "Automaton", "Hit", "Phrases", "kind_of"]

MOST_HITS: Final = 128
"""Occurrences of a phrase that are looked at: no honest answer has more, and time stays bounded."""
TOLERANT: Final = ((9, 2), (5, 1))
"""From how many Chinese characters on a phrase may differ by how many edits."""
LONGEST_TOLERANT: Final = 30
"""The twin keeps one bit per character in a number of 32 bits."""
LETTER_KIND: Final = 1
HAN_KIND: Final = 2


class Automaton:
    """Finds any number of phrases in one pass over a text (Aho–Corasick)."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._size = len(phrases)
        self._lengths = [len(phrase) for phrase in phrases]
        self._next: list[dict[str, int]] = [{}]
        self._found: list[tuple[int, ...]] = [()]
        for number, phrase in enumerate(phrases):
            state = 0
            for char in phrase:
                following = self._next[state].setdefault(char, len(self._next))
                if following == len(self._next):
                    self._next.append({})
                    self._found.append(())
                state = following
            self._found[state] += (number,)
        self._fail = [0] * len(self._next)
        queue = list(self._next[0].values())
        for state in queue:
            for char, following in self._next[state].items():
                self._fail[following] = self._step(self._fail[state], char)
                self._found[following] += self._found[self._fail[following]]
                queue.append(following)

    def find(self, text: str) -> list[list[int]]:
        """For each phrase where it starts, ascending."""
        starts: list[list[int]] = [[] for _ in range(self._size)]
        state = 0
        for index, char in enumerate(text):
            state = self._step(state, char)
            for number in self._found[state]:
                starts[number].append(index + 1 - self._lengths[number])
        return starts

    def _step(self, state: int, char: str) -> int:
        while state and char not in self._next[state]:
            state = self._fail[state]
        return self._next[state].get(char, 0)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A phrase found in the text."""

    start: int
    end: int
    """Behind the last character."""
    edits: int
    """Characters by which it differs from the phrase."""


class Phrases:
    """Finds the phrases of a rubric in one text, each when it is first asked for."""

    def __init__(
        self, chars: str, sentence: Sequence[int], literals: Sequence[str], starts: list[list[int]]
    ) -> None:
        """`sentence` numbers the sentence of each character; `starts` says where each literal stands exactly."""
        self._chars = chars
        self._sentence = sentence
        self._literals = literals
        self._starts = starts
        self._hits: dict[int, list[Hit]] = {}
        self._pairs: set[str] | None = None
        self._masks: dict[str, int] | None = None

    def hits(self, literal: int) -> list[Hit]:
        """Where the phrase stands: exactly, or with an edit or two."""
        if literal not in self._hits:
            phrase = self._literals[literal]
            if not self._starts[literal] and not _tolerance(phrase)[0]:
                self._hits[literal] = []  # most phrases end here
                return []
            exact = [Hit(start, start + len(phrase), 0) for start in self._starts[literal][:MOST_HITS]]
            # also when some are exact: one more sentence must never make another one unread
            whole = [hit for hit in exact if self._stands_alone(hit)]
            self._hits[literal] = whole + self._similar(phrase, exact)
        return self._hits[literal]

    def _stands_alone(self, hit: Hit) -> bool:
        """Whether a phrase of letters or digits is not a piece of a longer word; long ones may be inflected."""
        before, after = self._chars[hit.start - 1 : hit.start], self._chars[hit.end : hit.end + 1]
        if before and _joins(before, self._chars[hit.start]):
            return False
        return not (after and hit.end - hit.start <= 3 and _joins(self._chars[hit.end - 1], after))

    def _similar(self, phrase: str, exact: Sequence[Hit]) -> list[Hit]:
        """Where else the phrase stands with few edits, none in a character that turns the meaning."""
        most, pairs = _tolerance(phrase)
        if not most:
            return []
        if self._pairs is None:
            self._pairs = {self._chars[index : index + 2] for index in range(len(self._chars) - 1)}
        if (
            sum(map(self._pairs.__contains__, pairs)) < len(pairs) - 2 * most
        ):  # an edit spoils two pairs at most
            return []
        taken = {index for hit in exact for index in range(hit.start, hit.end)}
        kept: list[Hit] = []
        for end, edits in self._similar_ends(phrase, most):
            if end - 1 in taken:
                continue
            hit = Hit(self._similar_start(phrase, end, edits), end, edits)
            is_split = self._sentence[hit.start] != self._sentence[end - 1]
            if hit.start in taken or is_split or _polar(self._chars[hit.start : end]) != _polar(phrase):
                continue
            if not kept or kept[-1].end <= hit.start:
                kept.append(hit)
            elif edits < kept[-1].edits:
                kept[-1] = hit
        return kept

    def _similar_start(self, phrase: str, end: int, edits: int) -> int:
        """Start of the substring with that end that is so many edits away; of several the one of like length."""
        length = len(phrase)
        sizes = sorted(range(length - edits, length + edits + 1), key=lambda size: abs(size - length))
        starts = (end - size for size in sizes if size <= end)
        return next(start for start in starts if _alike(phrase, self._chars[start:end], edits))

    def _similar_ends(self, phrase: str, most: int) -> Iterator[tuple[int, int]]:
        """Ends of substrings at most that many edits away, with the fewest edits (Wu and Manber).

        Bit p of `rows[e]` says: what was read of the phrase ends at position p with at most e edits. Python's
        numbers are as long as the text, so that one operation moves all positions at once.
        """
        if self._masks is None:
            self._masks = {}
            for index, char in enumerate(self._chars):
                self._masks[char] = self._masks.get(char, 0) | 1 << index + 1
        everywhere = (1 << len(self._chars) + 1) - 1
        rows = [everywhere] * (most + 1)
        for char in phrase:
            mask = self._masks.get(char, 0)
            new = [rows[0] << 1 & mask]
            for edits in range(1, most + 1):
                skipped = (rows[edits - 1] | new[edits - 1]) << 1 | rows[edits - 1]
                new.append((rows[edits] << 1 & mask | skipped) & everywhere)
            rows = new
        ends = rows[most]
        for _ in range(MOST_HITS):
            if not ends:
                return
            bit = ends & -ends
            ends ^= bit
            yield bit.bit_length() - 1, next(edits for edits, row in enumerate(rows) if row & bit)


@lru_cache(maxsize=1 << 16)
def _tolerance(phrase: str) -> tuple[int, tuple[str, ...]]:
    """How many edits the phrase may have, 0 for none at all, and its pairs of neighbouring characters."""
    length = len(phrase)
    most = next((edits for least, edits in TOLERANT if length >= least), 0)
    if not most or length > LONGEST_TOLERANT or any(kind_of(char) != HAN_KIND for char in phrase):
        return 0, ()
    return most, tuple(phrase[index : index + 2] for index in range(length - 1))


@lru_cache(maxsize=1 << 16)
def kind_of(char: str) -> int:
    """`HAN_KIND`, `LETTER_KIND` (also of digits) or 0."""
    code = ord(char)
    if any(first <= code <= last for first, last in HAN):
        return HAN_KIND
    return LETTER_KIND if any(first <= code <= last for first, last in WORD) else 0


def _joins(before: str, after: str) -> bool:
    """Whether both are letters or both are digits, so that they belong to one word."""
    is_digit = ["0" <= char <= "9" for char in (before, after)]
    return kind_of(before) == kind_of(after) == LETTER_KIND and is_digit[0] == is_digit[1]


def _polar(text: str) -> str:
    """The characters that turn a meaning into its opposite, e.g. 不, 高, 低."""
    return "".join(char for char in text if char in POLAR)


def _alike(phrase: str, text: str, edits: int) -> bool:
    """Whether one becomes the other by so many edits."""
    same = 0
    while same < min(len(phrase), len(text)) and phrase[same] == text[same]:
        same += 1
    phrase, text = phrase[same:], text[same:]
    if not phrase or not text:
        return len(phrase) + len(text) <= edits
    return edits > 0 and (
        _alike(phrase[1:], text[1:], edits - 1)
        or _alike(phrase[1:], text, edits - 1)
        or _alike(phrase, text[1:], edits - 1)
    )
