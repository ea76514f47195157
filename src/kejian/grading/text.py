"""How texts are compared, counted and found; twin of web/src/grading/text.ts.

Readers type the same answer in many ways: full width, traditional characters, accents in one piece or two,
stray spaces. `normalise` makes them equal. Every rule comes from the committed tables, none from the Unicode
data of the runtime, so Python and JavaScript agree on every code point. Offsets count code points of the text
as it was typed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kejian.grading.tables import CJK, HAN, REMOVED, SOURCES, TARGETS, WORD

__all__ = ["by_code_point", "count_text", "find_quote", "normalise", "normalise_with_offsets"]

JOINERS: Final = "'-."
"""Inside a word these do not end it: don't, e-government, 3.14."""


def normalise(text: str) -> str:
    """The text as it is compared; doing it again changes nothing."""
    return normalise_with_offsets(text)[0]


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """The normalised text, and for each of its characters the offset in `text` that it came from.

    1. Each code point is looked up: compatibility forms (NFKC), accents, A–Z, look-alikes, traditional
       characters, kinds of space and line end, zero-width characters (removed); a lone surrogate becomes
       U+FFFD, since two of them could join to another character when something between them is removed.
    2. Of white space there remain single spaces between words that are not Chinese, and single line ends.
    """
    folded = [(char, offset) for offset, typed in enumerate(text) for char in FOLD.get(typed, typed)]
    kept: list[str] = []
    offsets: list[int] = []
    for index, (char, offset) in enumerate(folded):
        before = kept[-1] if kept else "\n"
        after = folded[index + 1][0] if index + 1 < len(folded) else "\n"
        if (char == "\n" and before == "\n") or (char == " " and (_absorbs(before) or _absorbs(after))):
            continue
        kept.append(char)
        offsets.append(offset)
    if kept and kept[-1] == "\n":
        kept.pop()
        offsets.pop()
    return "".join(kept), offsets


def by_code_point(a: str, b: str) -> int:
    """Negative, zero or positive: the order of two texts.

    Plain `sorted` gives this order in Python; JavaScript's compares UTF-16 units and disagrees beyond U+FFFF.
    """
    return (a > b) - (a < b)


def count_text(text: str) -> tuple[int, int]:
    """How many Han characters, and how many words of letters and digits, the text has."""
    chars = normalise(text)
    han = words = 0
    in_word = False
    for index, char in enumerate(chars):
        if _is_in(char, WORD):
            words += not in_word
            in_word = True
        else:
            han += _is_in(char, HAN)
            follows = chars[index + 1 : index + 2]
            in_word = in_word and char in JOINERS and follows != "" and _is_in(follows, WORD)
    return han, words


def find_quote(page_text: str, quote: str) -> tuple[int, int] | None:
    """Where the quote first stands in the page: offsets of its start and behind its end; None if nowhere.

    Both are normalised, and white space is left out: pages and keys break their lines in different places.
    """
    page, offsets = _without_space(page_text)
    sought, _ = _without_space(quote)
    found = page.find(sought)
    if found < 0 or not sought:
        return None
    end = offsets[found + len(sought) - 1] + 1
    while FOLD.get(page_text[end : end + 1]) == "":  # an accent belongs to the letter before it
        end += 1
    return offsets[found], end


@lru_cache(maxsize=1024)  # the paragraphs of a page are searched for one quote after the other
def _without_space(text: str) -> tuple[str, tuple[int, ...]]:
    """The normalised text without white space, and where its characters came from."""
    kept = [
        (char, offset)
        for char, offset in zip(*normalise_with_offsets(text), strict=True)
        if char not in " \n"
    ]
    return "".join(char for char, _ in kept), tuple(offset for _, offset in kept)


def _absorbs(neighbour: str) -> bool:
    """Whether a space beside this character means nothing."""
    return neighbour in " \n" or _is_in(neighbour, CJK)


def _is_in(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in ranges)


def _read_numbers(encoded: str) -> list[int]:
    """Numbers from their differences in Base64 VLQ (the number format of source maps)."""
    numbers: list[int] = []
    number = value = 0
    scale = 1
    for char in encoded:
        digit = BASE64.index(char)
        value += digit % 32 * scale
        scale *= 32
        if digit < 32:
            number += -(value // 2) if value % 2 else value // 2
            numbers.append(number)
            value, scale = 0, 1
    return numbers


def _read_folds() -> dict[str, str]:
    """Character to what replaces it, which may be nothing or several characters."""
    folds: dict[str, str] = {}
    for source, target in zip(_read_numbers(SOURCES), _read_numbers(TARGETS), strict=True):
        folds[chr(source)] = folds.get(chr(source), "") + chr(target)
    for ranges, replacement in ((REMOVED, ""), (SURROGATES, "\ufffd")):
        for first, last in ranges:
            for code in range(first, last + 1):
                folds[chr(code)] = replacement
    return folds


BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
SURROGATES: Final = ((0xD800, 0xDFFF),)
FOLD: Final = _read_folds()
