"""Write spec/choice.json, the scores that every implementation must give: `python tools/make_spec.py`.

Written from the table of scoring rules with exact fractions, and on purpose without importing kejian: an
oracle that shares code with what it judges would share its mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import floor
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / "spec/choice.json"
POINTS = 4
OPTIONS = range(2, 7)

ABOUT = (
    "Do not edit: tools/make_spec.py writes it. scores[rule][n options][key - 1][response]: "
    "bit 0 of key and response is option A, bit 1 is B, ...; hundredths of a point. Response 0 is blank."
)

SHARES: dict[str, Callable[[int, int, int, int], Fraction]] = {
    "subset": lambda n, c, h, w: Fraction(0) if w else Fraction(h, c),
    "subset-half": lambda n, c, h, w: Fraction(0 if w or not h else 2 if h == c else 1, 2),
    "exact": lambda n, c, h, w: Fraction(h == c and w == 0),
    "net": lambda n, c, h, w: max(Fraction(0), Fraction(h - w, c)),
    "each-option": lambda n, c, h, w: Fraction(n - w - (c - h), n),
}
"""Share of the points by n options, c letters in the key, h right ticks, w wrong ticks."""


def main() -> None:
    PATH.write_text(spec(), encoding="utf-8", newline="\n")


def spec() -> str:
    """What should stand in spec/choice.json: one line per rule, number of options and key."""
    rules = []
    for rule, share in SHARES.items():
        sizes = []
        for n in OPTIONS:
            rows = ([score(share, n, key, ticks) for ticks in range(2**n)] for key in range(1, 2**n))
            lines = (json.dumps(row, separators=(",", ":")) for row in rows)
            sizes.append(f'   "{n}": [\n    ' + ",\n    ".join(lines) + "\n   ]")
        rules.append(f'  "{rule}": {{\n' + ",\n".join(sizes) + "\n  }")
    head = f'{{\n "about": {json.dumps(ABOUT)},\n "points": {POINTS},\n "scores": {{\n'
    return head + ",\n".join(rules) + "\n }\n}\n"


def score(share: Callable[[int, int, int, int], Fraction], n: int, key: int, ticks: int) -> int:
    """Hundredths of a point, halves rounded up; nothing ticked is blank and scores 0."""
    if ticks == 0:
        return 0
    right, wrong = (key & ticks).bit_count(), (ticks & ~key).bit_count()
    return floor(POINTS * 100 * share(n, key.bit_count(), right, wrong) + Fraction(1, 2))


if __name__ == "__main__":
    main()
