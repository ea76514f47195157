"""Questions that stand in the bank twice, in the same or nearly the same words.

Guideline 4 of Haladyna, Downing & Rodriguez 2002 (see `writing_options`): items are independent of each other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import Final

from kejian.checks.check import Check, Field, Found, Item
from kejian.checks.course import Course
from kejian.checks.second_quiz import second_quiz
from kejian.checks.wording import about_wording, ask_of, compact

__all__ = ["CHECKS"]

ALIKE: Final = 0.8
"""Share of the runs of characters that two stems have in common (Jaccard) from which on they are nearly the same."""
RUN: Final = 3
"""Characters of a run."""
MOST_KNOWN: Final = 64
"""Questions with the same rare run that are compared with a new one, so that time does not grow with the square."""

_NUMBER: Final = re.compile(r"\d+")
_TURNS: Final = re.compile(
    "[不没无非未反高低大小多少快慢增减升降前后上下左右优缺利弊东西南北男女新旧内外强弱长短甲乙丙丁]"
)
"""Words that make another question of one that is otherwise the same."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is compared."""

    item: Item
    stem: str
    options: frozenset[str]
    right: frozenset[str] | None
    """The right options; None where there is no key."""

    @property
    def meaning(self) -> tuple[object, ...]:
        """What questions that are nearly the same have in common exactly: type, right options, numbers, opposites."""
        turns = "".join(_TURNS.findall(self.stem))
        return self.item.question.type, self.right, tuple(_NUMBER.findall(self.stem)), turns


def _other_key(course: Course) -> Iterator[Found]:
    """The same stem and options, and another key: one of the two is wrong."""
    for first, others in _twins(course):
        for other in others:
            if about_wording(other.item.question.stem):
                continue
            if other.right != first.right and None not in (first.right, other.right):
                yield Found(
                    Field(other.item, ("answer",), in_key=True),
                    {
                        "other": first.item.question.id,
                        "answer": _answer(other),
                        "other_answer": _answer(first),
                    },
                )


def _same(course: Course) -> Iterator[Found]:
    """The same stem and options (in any order), or the same essay."""
    for first, others in _twins(course):
        for other in others:
            if other.right == first.right or None in (first.right, other.right):
                yield Found(Field(other.item, ("stem",)), {"other": first.item.question.id})


def _nearly_same(course: Course) -> Iterator[Found]:
    """Nearly the same stem and the same right answer.

    Stems that only follow one pattern (下列各项中，不属于……的是) differ in too many runs of characters, or in the
    right answer; questions about one text share the text and not the sentence that asks.
    """
    blocks: dict[tuple[object, ...], list[_Asked]] = defaultdict(list)
    for asked in (group[0] for group in _groups(course).values()):
        if asked.right is not None:
            blocks[asked.meaning].append(asked)
    for block in blocks.values():
        for first, other, share in _alike(block) if len(block) > 1 else ():
            values = {"other": first.item.question.id, "percent": floor(100 * share)}
            yield Found(Field(other.item, ("stem",)), values)


def _alike(block: list[_Asked]) -> Iterator[tuple[_Asked, _Asked, float]]:
    """Pairs with nearly the same stem, each question once.

    Two sets of which `ALIKE` is shared have one of their few rarest runs in common (prefix filtering: Chaudhuri,
    Ganti & Kaushik 2006), so only questions that share such a run are compared.
    """
    sets = [_runs(asked.stem) for asked in block]
    uses = Counter(run for runs in sets for run in runs)
    known: dict[str, list[int]] = defaultdict(list)
    for number, runs in enumerate(sets):
        rare = sorted(runs, key=lambda run: (uses[run], run))[: len(runs) - floor(ALIKE * len(runs)) + 1]
        candidates = dict.fromkeys(earlier for run in rare for earlier in known[run][-MOST_KNOWN:])
        for earlier in candidates:
            share = _share(runs, sets[earlier])
            if share >= ALIKE and _same_ask(block[earlier], block[number]):
                yield block[earlier], block[number], share
                break
        for run in rare:
            known[run].append(number)


def _same_ask(one: _Asked, other: _Asked) -> bool:
    asks = [_runs(compact(ask_of(asked.item.question.stem))) for asked in (one, other)]
    return _share(*asks) >= ALIKE


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def _runs(text: str) -> set[str]:
    return {text[at : at + RUN] for at in range(max(1, len(text) - RUN + 1))}


def _twins(course: Course) -> Iterator[tuple[_Asked, list[_Asked]]]:
    for first, *others in _groups(course).values():
        if others:
            yield first, others


def _groups(course: Course) -> dict[tuple[object, ...], list[_Asked]]:
    """Questions by stem and options."""
    groups: dict[tuple[object, ...], list[_Asked]] = defaultdict(list)
    for item in course.items():
        question, key = item.question, item.key
        options = {letter: compact(text) for letter, text in question.options.items()}
        right = frozenset(options[letter] for letter in key.answer) if key else None
        asked = _Asked(item, compact(question.stem), frozenset(options.values()), right)
        groups[question.type, asked.stem, asked.options].append(asked)
    return groups


def _answer(asked: _Asked) -> str:
    return "".join(asked.item.key.answer if asked.item.key else ())


_STEM: Final = "下列各项中，属于固态的水的是（　）。"
_STATES_QUOTE: Final = "水在自然界里有三种状态：固态、液态和气态"
_LONG: Final = "冬天的早晨，窗户的玻璃上结了一层美丽的冰花，从水的三种状态来看，这层冰花属于（　）。"
_STATES: Final = {"A": "气态", "B": "液态", "C": "固态"}

CHECKS: Final = (
    Check(
        "ITEM30",
        "error",
        "bank",
        _other_key,
        bad=second_quiz((_STEM, {"A": "水蒸气", "B": "云和雾", "C": "雪和霜"}, "B"), quote=_STATES_QUOTE),
        good=second_quiz((_STEM, {"A": "水蒸气", "B": "露水", "C": "冰雹"}, "C")),
    ),
    Check(
        "ITEM31",
        "warning",
        "bank",
        _same,
        bad=second_quiz((_STEM, {"A": "雪和霜", "B": "水蒸气", "C": "云和雾"}, "A")),
        good=second_quiz((_STEM, {"A": "水蒸气", "B": "露水", "C": "冰雹"}, "C")),
    ),
    Check(
        "ITEM32",
        "warning",
        "bank",
        _nearly_same,
        bad=second_quiz((_LONG, _STATES, "C"), (_LONG.replace("一层美丽的", "一层"), _STATES, "C")),
        good=second_quiz(
            (_LONG, _STATES, "C"), (_LONG.replace("早晨", "夜里"), _STATES, "A"), quote=_STATES_QUOTE
        ),
    ),
)
