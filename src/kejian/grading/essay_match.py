"""How an essay is read: phrases, denials, sides, likeness; twin of web/src/grading/essay_match.ts.

Everything works on the code points of the normalised text and on whole numbers. Positions are indices of that
text; `Reading.typed` turns them into offsets of the text as it was typed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from kejian.grading.essay_phrases import Automaton, Hit, Phrases, kind_of
from kejian.grading.essay_words import (
    COMMON,
    COMPANIONS,
    COMPARATORS,
    COMPARED,
    DEMONSTRATIVES,
    DENIALS,
    EARLIER,
    INTERJECTIONS,
    NEGATORS,
    OVERCOME,
    RESETS,
    SAFE,
    TURNED,
    TURNS,
)
from kejian.grading.text import normalise_with_offsets

__all__ = [
    "Reading",
    "clauses",
    "familiar",
    "has_negator",
    "pairs_of",
    "prepare",
    "tightened",
    "word_characters",
]

LIMIT: Final = 8000
"""Code points of an answer that are read."""
MOST_PLACES: Final = 32
"""Occurrences of a pair of characters that are looked at."""
REACH: Final = 10
"""How many characters a negator such as 没有 reaches, counted from its start."""
REACH_SHORT: Final = 6
"""One of a single character stands closer to what it negates."""
SIDE_REACH: Final = 60
"""How many characters the name of a side reaches beyond its clause."""
DENIAL_REACH: Final = 12
"""How many characters before its end a denial such as 是错误的 reaches,"""
DENIAL_REACH_FAR: Final = 40
"""and one that starts with 这, which denies the clause before it."""
COPIED: Final = 8
"""From this length on, what also stands in the question is copied from it."""
CLAUSES: Final = 3
"""Neighbouring clauses that are compared with a reference as one."""

_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "negators": NEGATORS,
    "safe": SAFE,
    "resets": RESETS,
    "denials": DENIALS,
    "comparators": COMPARATORS,
    "compared": COMPARED,
    "overcome": OVERCOME,
    "turns": TURNS,
    "turned": TURNED,
}
_LISTED: Final = tuple(word for words in _LISTS.values() for word in words)
_COMMON: Final = frozenset(COMMON) - frozenset(INTERJECTIONS)
_SENTENCE_ENDS: Final = "。!?;\n"
_CLAUSE_ENDS: Final = ",、:"
_TIGHT: Final = "()[]{}<>=+-*/^_"
"""Beside these a space means nothing: `O (1)` is `O(1)`."""


class Reading:
    """An answer, read once for all scoring points."""

    def __init__(self, text: str, literals: Sequence[str], automaton: Automaton, stem: str) -> None:
        """`automaton` is `prepare(literals)`; `stem` holds the word characters of the question."""
        self.chars, self._offsets = _tighten(*normalise_with_offsets(text[:LIMIT]))
        self.cut = len(text) > LIMIT or len(self.chars) > LIMIT
        self.chars = self.chars[:LIMIT]
        self.kinds = [kind_of(char) for char in self.chars]
        self.sentence, self.clause, self._clause_starts = _segment(self.chars)
        # the first clause of each sentence
        self._first_clauses = dict(zip(reversed(self.sentence), reversed(self.clause), strict=True))
        starts = automaton.find(self.chars)
        self._listed = dict(zip(_LISTS, _per_list(starts), strict=True))
        self._literals = literals
        self.hits = Phrases(self.chars, self.sentence, literals, starts[len(_LISTED) :]).hits
        self._dense = [index for index, kind in enumerate(self.kinds) if kind]
        self.copied = self._find_copied(stem)
        self.negators = self._find_negators()
        self._negator_starts = [start for start, _, _ in self.negators]
        self._denied = self._find_denied()
        self._mentions: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[list[int], list[bool]]] = {}
        self._places: dict[str, list[int]] | None = None

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text as typed."""
        return self._offsets[start], self._offsets[end - 1] + 1

    def is_denied(self, hit: Hit, others: Sequence[Hit] = ()) -> bool:
        """Whether an odd number of negations bears on the hit; those inside `others` belong to the phrase."""
        return (self._denied[hit.end] + self._negations(hit.start, others)) % 2 == 1

    def is_wrong_side(self, start: int, end: int, subject: tuple[int, ...], against: tuple[int, ...]) -> bool:
        """Whether what stands there is said of `against` and not of `subject` (numbers of literals).

        It is said of the last of them named before it in its clause, else of the first named after it there,
        else of the last one named shortly before. Where one side is the earlier (传统治理), turns count as names of
        both (从…转向…, 打破传统…，实现…).
        """
        if not subject or not against:
            return False
        if (subject, against) not in self._mentions:
            self._mentions[subject, against] = self._find_mentions(subject, against)
        starts, wrong = self._mentions[subject, against]
        before = bisect_left(starts, end) - 1
        first = self._clause_starts[self.clause[start]]
        if before >= 0 and starts[before] >= first:
            return wrong[before]
        if before + 1 < len(starts) and self.clause[starts[before + 1]] == self.clause[end - 1]:
            return wrong[before + 1]
        return before >= 0 and wrong[before] and start - starts[before] <= SIDE_REACH

    def likeness(self, pairs: Sequence[str], counts: Callable[[int], bool]) -> tuple[int, list[int]]:
        """How many of the pairs (per thousand) stand close together, and where (starts of pairs).

        The best place of `CLAUSES` neighbouring clauses; `counts` says whether a pair at a position may count.
        """
        if self._places is None:
            self._places = self._find_places()
        windows: dict[int, int] = {}
        found: list[int] = []
        for pair in pairs:
            places = [place for place in self._places.get(pair, ()) if counts(place)]
            found += places
            for window in {window for place in places for window in self._windows(place)}:
                windows[window] = windows.get(window, 0) + 1
        if not windows:
            return 0, []
        best = min(windows, key=lambda window: (-windows[window], window))
        return windows[best] * 1000 // len(pairs), sorted(p for p in found if best in self._windows(p))

    def _windows(self, place: int) -> range:
        """The first clauses of the windows that the place belongs to; they do not cross the end of a sentence."""
        clause = self.clause[place]
        return range(max(self._first_clauses[self.sentence[place]], clause - CLAUSES + 1), clause + 1)

    def _find_copied(self, stem: str) -> bytearray:
        """1 for each character that belongs to `COPIED` word characters in a row that stand in the question."""
        copied = bytearray(len(self.chars))
        grams = {stem[index : index + COPIED] for index in range(len(stem) - COPIED + 1)}
        dense = "".join(self.chars[index] for index in self._dense)
        for first in range(len(dense) - COPIED + 1) if grams else ():
            if dense[first : first + COPIED] in grams:
                for index in self._dense[first : first + COPIED]:
                    copied[index] = 1
        return copied

    def _find_negators(self) -> list[tuple[int, int, int]]:
        """(start, first and last position that it reaches) of each word that negates what follows in its clause."""
        safe = bytearray(len(self.chars))  # how long the longest safe word over a character is
        for start, end in self._listed["safe"]:
            for index in range(start, end):
                safe[index] = max(safe[index], end - start)
        longest = dict(self._listed["negators"])  # sorted: the longest at each start comes last
        shortest = dict(reversed(self._listed["negators"]))  # 不需要移动 denies 需要移动 too
        resets = sorted(self._listed["resets"])
        found: list[tuple[int, int, int]] = []
        free = 0
        for start, end in longest.items():
            if start < free or safe[start] >= end - start:
                continue
            free = end
            bare = end - start == 1
            reach = min(start + (REACH_SHORT if bare else REACH), self._clause_end(self.clause[start]) - 1)
            # 不应当 negates what 应当 would affirm; 不是…而是… does not
            following = bisect_right(resets, (end, len(self.chars)))
            if following < len(resets):
                reach = min(reach, resets[following][1] - 1)
            if bare:  # 不连续的存储: an attribute is negated, not what has it
                of = self.chars.find("的", end + 1, end + 3)
                reach = min(reach, of) if of >= 0 else reach
            found.append((start, shortest[start], reach))
        return found

    def _find_denied(self) -> bytearray:
        """1 at each position where a phrase that ends there is denied by what follows, e.g. 是错误的."""
        denied = bytearray(len(self.chars) + 1)
        for start, end in self._listed["denials"]:
            if self._negations(start) % 2:  # 不是错误的
                continue
            clause = self.clause[start]
            first, reach = self._clause_starts[clause], DENIAL_REACH
            goes_on = first > 0 and self.sentence[first - 1] == self.sentence[start]
            if goes_on and self.chars.startswith(DEMONSTRATIVES, first):
                first, reach = self._clause_starts[clause - 1], DENIAL_REACH_FAR
            for index in range(max(first, end - reach), start + 1):
                denied[index] = 1
        return denied

    def _negations(self, position: int, others: Sequence[Hit] = ()) -> int:
        """How many negators reach the position, without those inside `others`."""
        near = range(
            bisect_left(self._negator_starts, position - REACH), bisect_left(self._negator_starts, position)
        )
        reaching = (self.negators[index] for index in near)
        return sum(
            first <= position <= reach and not any(other.start <= start < other.end for other in others)
            for start, first, reach in reaching
        )

    def _find_mentions(
        self, subject: tuple[int, ...], against: tuple[int, ...]
    ) -> tuple[list[int], list[bool]]:
        """Starts of the names of both sides, and for each whether it is that of `against`.

        A name inside a longer one is none of its own (传统治理, 治理); nor is the one that another is compared
        with (比传统治理更…, 与传统治理相比).
        """
        earlier = self._earlier(subject, against)
        spans = {
            (hit.start, -hit.end): wrong
            for names, wrong in ((against, True), (subject, False))
            for name in names
            for hit in self.hits(name)
        }
        comparators = {end for _, end in self._listed["comparators"]}
        overcome = {end for _, end in self._listed["overcome"]}
        compared = {start for start, _ in self._listed["compared"]}
        mentions: dict[int, bool] = {}
        ends: list[int] = []
        covered = 0
        for (start, end), wrong in sorted(spans.items()):
            if -end <= covered:
                continue
            covered = -end
            beside = start > 0 and self.chars[start - 1] in COMPANIONS and -end in compared
            if start in comparators or beside:
                continue
            mentions[start] = wrong
            ends.append(covered)
            if wrong == earlier and start in overcome:
                mentions[self._clause_end(self.clause[start])] = not wrong
        if earlier is not None:
            for first, turn in self._find_turns(ends):
                if first < turn:
                    mentions.setdefault(first, earlier)
                mentions.setdefault(turn, not earlier)
        starts = sorted(mentions)
        return starts, [mentions[start] for start in starts]

    def _earlier(self, subject: tuple[int, ...], against: tuple[int, ...]) -> bool | None:
        """Whether `against` is the earlier side; None when neither is, or both."""
        is_named = [
            any(word in self._literals[name] for name in names for word in EARLIER)
            for names in (subject, against)
        ]
        return is_named[1] if is_named[0] != is_named[1] else None

    def _find_turns(self, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Where what turns begins (behind the last name) and where the turn is; `ends` are those of names."""
        turns = {start for start, _ in self._listed["turns"]}
        for start, _ in self._listed["turned"]:
            turns.add(self.chars.find("向", self._clause_starts[self.clause[start]], start))
        turned = {
            self.clause[turn]: turn for turn in sorted(turns - {-1}, reverse=True)
        }  # the first of each clause
        for clause, turn in turned.items():
            named = bisect_right(ends, turn)
            yield max(self._clause_starts[clause], ends[named - 1] if named else 0), turn

    def _find_places(self) -> dict[str, list[int]]:
        """Each pair of neighbouring word characters of a sentence, and where it stands."""
        places: dict[str, list[int]] = {}
        for first, second in pairwise(self._dense):
            if self.sentence[first] != self.sentence[second]:
                continue
            known = places.setdefault(self.chars[first] + self.chars[second], [])
            if len(known) < MOST_PLACES:
                known.append(first)
        return places

    def _clause_end(self, clause: int) -> int:
        return self._clause_starts[clause + 1] if clause + 1 < len(self._clause_starts) else len(self.chars)


def prepare(literals: Sequence[str]) -> Automaton:
    """What `Reading` finds phrases with."""
    return Automaton([*_LISTED, *literals])


def word_characters(text: str) -> str:
    """Its Chinese characters, letters and digits; the text is normalised."""
    return "".join(char for char in text if kind_of(char))


def pairs_of(text: str) -> list[str]:
    """Its pairs of neighbouring word characters, each once, in their order."""
    dense = word_characters(text)
    return list(dict.fromkeys(dense[index : index + 2] for index in range(len(dense) - 1)))


def tightened(text: str) -> str:
    """The text as `Reading` holds it."""
    return _tighten(*normalise_with_offsets(text))[0]


def has_negator(chars: str) -> bool:
    """Whether something is negated in it."""
    return bool(Reading(chars, (), _listed_only(), "").negators)


@cache
def _listed_only() -> Automaton:
    """Finds the words of the language alone; to make it takes longer than to read a phrase."""
    return prepare(())


def clauses(chars: str) -> list[str]:
    """Its clauses, with their punctuation."""
    starts = _segment(chars)[2]
    return [chars[start:end] for start, end in pairwise([*starts, len(chars)])]


def familiar(char: str) -> bool:
    """Whether a Chinese character is one of the 500 most frequent and no interjection."""
    return char in _COMMON


def _tighten(chars: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Without the spaces beside brackets and signs."""
    if " " not in chars:
        return chars, offsets
    kept = [
        index
        for index, char in enumerate(chars)
        if char != " " or not (chars[index - 1 : index] in _TIGHT or chars[index + 1 : index + 2] in _TIGHT)
    ]
    return "".join(chars[index] for index in kept), [offsets[index] for index in kept]


def _segment(chars: str) -> tuple[list[int], list[int], list[int]]:
    """Number of the sentence and of the clause of each character, and where each clause starts."""
    sentences: list[int] = []
    clauses: list[int] = []
    starts: list[int] = [0]
    sentence = 0
    for index, char in enumerate(chars):
        sentences.append(sentence)
        clauses.append(len(starts) - 1)
        ends = char in _SENTENCE_ENDS
        if char == "\n":  # a line that ends with a comma or a colon goes on
            ends = index > 0 and chars[index - 1] not in _CLAUSE_ENDS
        elif char == ".":  # not in 3.14 and e.g.
            after = chars[index + 1 : index + 2]
            ends = not ("0" <= after <= "9" or "a" <= after <= "z")
        if (ends or char in _CLAUSE_ENDS) and index + 1 < len(chars):
            starts.append(index + 1)
        sentence += ends
    return sentences, clauses, starts


def _per_list(starts: list[list[int]]) -> Iterator[list[tuple[int, int]]]:
    """(start, end) of the words of each list, sorted."""
    number = 0
    for words in _LISTS.values():
        yield sorted(
            (start, start + len(word)) for index, word in enumerate(words, number) for start in starts[index]
        )
        number += len(words)
