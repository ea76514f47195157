"""Write the character tables of `normalise`, for Python and for TypeScript: `python tools/make_tables.py`.

Unicode and OpenCC are read here, once, so that at run time both languages only look characters up and cannot
disagree, whatever Unicode version they ship. Needs OpenCC (PyPI: opencc).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import opencc

ROOT = Path(__file__).resolve().parent.parent
LINE = 100

T = TypeVar("T")
Ranges = tuple[tuple[int, int], ...]

COMBINING: Ranges = ((0x300, 0x36F),)
REMOVED: Ranges = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F),  # control characters
    (0xAD, 0xAD), *COMBINING, (0x61C, 0x61C),  # soft hyphen, accents, Arabic letter mark
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFFA0, 0xFFA0),  # fillers
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),  # zero-width, direction
    (0xFE00, 0xFE0F), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),  # variation selectors, annotations, tags
)  # fmt: skip

COMPATIBLE: Ranges = (
    (0xA0, 0x24F), (0x370, 0x4FF), (0x1E00, 0x1EFF),  # Latin, Greek and Cyrillic letters with accents
    (0x2000, 0x2FDF), (0x3000, 0x303F),  # punctuation, letter-like symbols, ①, radicals, ideographic space
    (0x3220, 0x325F), (0x3280, 0x32BF), (0x3380, 0x33DF),  # ㈠ ㊀ ㎏
    (0xF900, 0xFAFF), (0xFB00, 0xFB06), (0xFE10, 0xFE6F),  # 不 (from PDF files), ﬁ, vertical forms
    (0xFF01, 0xFF9F), (0xFFE0, 0xFFEF), (0x1D400, 0x1D7FF), (0x1F100, 0x1F1FF),  # Ａ，ｱ￥𝐀🄰
)  # fmt: skip
"""Where a character is replaced by its compatibility decomposition (NFKD) without accents.

For all but accents that is NFKC; without accents, because typed text may hold `é` as one character or as two.
"""

LOOKALIKES = {
    "аеорсухіјѕвкмнтԁԛԝ": "aeopcyxijsbkmhtdqw",  # Cyrillic
    "АЕОРСУХІЈЅВКМНТ": "aeopcyxijsbkmht",
    "αορνικτ": "aopvikt",  # Greek
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "abezhikmnoptyx",
    "“”„‟": '""""',  # Sphinx and word processors curl quotation marks, authors of keys do not
    "‘’‚‛": "''''",
    "‐‒–—―−": "------",
    "•‧・": "···",
    "〜": "~",
    "⋯": "…",
    "\t\u1680\u2800": "   ",
    "\v\f\r\x85\u2028\u2029": "\n\n\n\n\n\n",
}
"""Characters that people take, or type, for one another."""

HAN: Ranges = (
    (0x3005, 0x3005), (0x3007, 0x3007),  # 々〇
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
CJK: Ranges = ((0x2E80, 0x2FFF), (0x3001, 0x30FF), *HAN[2:])
"""Han, kana and their punctuation: beside these a space means nothing."""
WORD: Ranges = (
    (0x30, 0x39), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x370, 0x4FF), (0x1E00, 0x1EFF),
)  # fmt: skip
"""Digits and letters of alphabetic words, as they are after `normalise`."""

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def main() -> None:
    for path, content in tables().items():
        path.write_text(content, encoding="utf-8", newline="\n")


def tables() -> dict[Path, str]:
    """Each generated file and what should stand in it."""
    pairs = [(source, ord(char)) for source, target in sorted(folds().items()) for char in target]
    sources, targets = zip(*pairs, strict=True)
    texts = {"SOURCES": encode(sources), "TARGETS": encode(targets)}
    ranges = {"REMOVED": REMOVED, "HAN": HAN, "CJK": CJK, "WORD": WORD}
    python = [
        '"""Character tables of `normalise`; twin of web/src/grading/tables.ts.',
        "",
        "Do not edit: tools/make_tables.py writes both.",
        '"""',
        "",
        "# fmt: off",
        "from typing import Final",
    ]
    script = [
        "// Character tables of `normalise`; twin of src/kejian/grading/tables.py.",
        "// Do not edit: tools/make_tables.py writes both.",
    ]
    for name, listed in ranges.items():
        rows = [", ".join(f"(0x{a:X}, 0x{b:X})" for a, b in some) + "," for some in batched(listed, 4)]
        python += ["", f"{name}: Final = (", *(f"    {row}" for row in rows), ")"]
        script += ["", f"export const {name}: readonly (readonly [number, number])[] = ["]
        script += [*(f"  {row}".replace("(", "[").replace(")", "]") for row in rows), "];"]
    for name, text in texts.items():
        rows = ["".join(some) for some in batched(text, LINE)]
        python += ["", f"{name}: Final = (", *(f'    "{row}"' for row in rows), ")"]
        script += ["", f"export const {name} =", " +\n".join(f'  "{row}"' for row in rows) + ";"]
    return {
        ROOT / "src/kejian/grading/tables.py": "\n".join(python) + "\n",
        ROOT / "web/src/grading/tables.ts": "\n".join(script) + "\n",
    }


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def folds() -> dict[int, str]:
    """Code point to what replaces it; nothing in a replacement is replaced again."""
    simplified = opencc.OpenCC("t2s")
    found: dict[str, str] = {chr(code): chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    for code in each(((0x4E00, 0x9FFF),)):
        # one character for one, without context: 乾 is always 干, which does no harm: both sides are folded;
        # results outside GB 2312 are left out: they are rare, and the page has to load the table
        target = simplified.convert(chr(code))
        if target != chr(code) and len(target) == 1 and in_gb2312(target):
            found[chr(code)] = target
    for code in each(COMPATIBLE):
        parts = unicodedata.normalize("NFKD", chr(code))
        if parts != chr(code):
            found[chr(code)] = "".join(part for part in parts if not within(part, COMBINING))
    for sources, targets in LOOKALIKES.items():
        found.update(zip(sources, targets, strict=True))
    closed = {source: replace_fully(source, found) for source in found}
    return {ord(source): target for source, target in closed.items() if not within(source, REMOVED)}


def replace_fully(text: str, found: dict[str, str]) -> str:
    while (replaced := "".join(found.get(char, char) for char in text if not within(char, REMOVED))) != text:
        text = replaced
    return text


def encode(numbers: Iterable[int]) -> str:
    """Differences as Base64 VLQ, the number format of source maps: short, plain ASCII, and gzip likes it."""
    digits: list[str] = []
    previous = 0
    for number in numbers:
        rest = abs(number - previous) * 2 + (number < previous)
        previous = number
        while rest > 31:
            digits.append(BASE64[rest % 32 + 32])
            rest //= 32
        digits.append(BASE64[rest])
    return "".join(digits)


def each(ranges: Ranges) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def within(char: str, ranges: Ranges) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


def in_gb2312(char: str) -> bool:
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    main()
