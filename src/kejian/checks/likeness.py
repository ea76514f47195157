"""How much two texts have in common: pairs and triples of Chinese characters, other words and numbers.

Exact enough for texts of one book, where a key repeats the words of its page; no dictionary is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from operator import add
from typing import Final

from kejian.checks.wording import plain
from kejian.model import Point

__all__ = ["all_shingles", "cover", "said", "said_of", "shingles"]

STEM_CHARS: Final = 6
"""Longer words of other languages count as equal when they begin alike: evaporates, evaporation."""
_RUN: Final = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+(?:[.,:'’-][^\W_㐀-鿿]+)*")


@lru_cache(maxsize=1 << 12)
def shingles(text: str) -> frozenset[str]:
    """The pairs and triples of Chinese characters, the words and the numbers of a text (inline MyST)."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", plain(text)).lower()):
        if not "㐀" <= run[0] <= "鿿":
            found.append(run[:STEM_CHARS] if run.isalpha() else run)
        elif len(run) == 1:
            found.append(run)
        else:
            pairs = list(map(add, run, run[1:]))
            found += pairs
            found += map(add, pairs, run[2:])
    return frozenset(found)


def all_shingles(texts: Iterable[str]) -> frozenset[str]:
    """Those of several texts."""
    return frozenset().union(*map(shingles, texts))


def said(*texts: str) -> frozenset[str]:
    """Those of several texts and their single characters: 30年 is said where 的30年 stands."""
    return frozenset().union(*map(shingles, texts), *texts)


def said_of(point: Point) -> frozenset[str]:
    """Those of a scoring point: its title, its reference and its phrasings."""
    phrases = (phrase for pattern in point.patterns for slot in pattern for phrase in slot)
    return all_shingles([point.title, point.reference or "", *phrases])


def cover(weights: dict[str, float], among: frozenset[str]) -> float:
    """Which share (0–1) of weighted shingles stands among those of another text."""
    total = sum(weights.values())
    return sum(map(weights.__getitem__, among.intersection(weights))) / total if total else 0.0
