"""What teachers are shown of the phrasings that earn a scoring point."""

from __future__ import annotations

import re
from typing import Final

from kejian.model import Point

__all__ = ["phrasings_of"]

MOST: Final = 5
PIECE: Final = re.compile("^[的与]|[的和随]$|(?<!参)与$|(?<![获取])得$")
"""A piece of a sentence (的参与度, 透明度和): a machine finds it, nobody can read it."""


def phrasings_of(point: Point) -> list[str]:
    """Up to `MOST` examples: of each pattern the first readable choice, parts that must come together joined by …."""
    patterns = ["…".join(map(_readable, pattern)) for pattern in point.patterns]
    whole = [text for text in patterns if not PIECE.search(text)]
    return list(dict.fromkeys(whole or patterns))[:MOST]


def _readable(slot: tuple[str, ...]) -> str:
    return next((phrase for phrase in slot if not PIECE.search(phrase)), slot[0])
