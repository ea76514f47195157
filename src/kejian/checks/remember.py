"""What is worked out of a question, kept while the checks come to it one after the other (run.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from kejian.checks.course import Item

__all__ = ["remembered"]

MOST: Final = 8
"""Questions: one, those beside it, and a few more."""
P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[Concatenate[Item, P], R]) -> Callable[Concatenate[Item, P], R]:
    """Call the function once for each of the last few questions.

    Further arguments are taken to be the same for a question: every course loads its own questions and keys. These
    are told apart by identity; to compare them takes longer than most of what is remembered.
    """
    # the item is kept too, so that no other question or key can get the numbers of its own
    kept: dict[tuple[int, int], tuple[Item, R]] = {}

    @wraps(function)
    def once(item: Item, /, *others: P.args, **named: P.kwargs) -> R:
        number = id(item.question), id(item.key)
        if number not in kept:
            if len(kept) >= MOST:
                del kept[next(iter(kept))]
            kept[number] = item, function(item, *others, **named)
        return kept[number][1]

    return once
