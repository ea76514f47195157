"""Python and TypeScript grade alike: the same random cases go through both, and every answer must be equal.

The cases come from a fixed seed and go to one Node process, web/tests/differential.ts, as lines of JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kejian.grading import format_score
from kejian.grading.choice import SCORING, SEPARATORS, Rule, grade_choice, parse_choice
from kejian.grading.text import FOLD, by_code_point, count_text, find_quote, normalise_with_offsets

SCRIPT = Path(__file__).resolve().parents[2] / "web/tests/differential.ts"
SEED = 20240917
CHOICES = 200_000
TEXTS = 20_000

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FOLDED = sorted(FOLD)
"""Every character that normalising changes."""
ANY = [chr(code) for code in range(sys.maxunicode + 1)]
CHINESE = "数字治理是以人民为中心的数據驅動與智慧協同，。、；：“”（）！？《》——……"
SPACES = " \t\n\r\v\u3000\u00a0\u2028\u200b\ufeff\u0301"


def test_both_languages_grade_alike(node: str) -> None:
    """Responses clean and dirty, every rule, few and many points; results are equal byte for byte."""
    rng = random.Random(SEED)
    cases = [random_choice(rng) for _ in range(CHOICES)]
    asked = (["choice", asdict(rule), response] for rule, response in cases)
    compare(node, asked, (answer_choice(*case) for case in cases))


def test_both_languages_treat_texts_alike(node: str) -> None:
    """Normal form, offsets, counts, quotes and order of random texts."""
    rng = random.Random(SEED)
    cases = [(random_text(rng), random_text(rng, longest=3)) for _ in range(TEXTS)]
    compare(node, (["text", *case] for case in cases), (answer_text(*case) for case in cases))


def test_both_languages_normalise_every_code_point_alike(node: str) -> None:
    """All 1,114,112 of them, lone surrogates included, between spaces and letters."""
    compare(node, iter([["code_points"]]), iter([answer_code_points()]))


def answer_choice(rule: Rule, response: str) -> Any:
    result = grade_choice(rule, response)
    return [asdict(result), asdict(parse_choice(response, rule)), format_score(result.score)]


def answer_text(text: str, other: str) -> Any:
    found = [find_quote(text, text[1:-1]), find_quote(text, other)]
    return [normalise_with_offsets(text), count_text(text), found, by_code_point(text, other)]


def answer_code_points() -> Any:
    texts = ((code, f"x {chr(code)} x") for code in range(sys.maxunicode + 1))
    normal = ((code, text, normalise_with_offsets(text)[0]) for code, text in texts)
    return [[code, result] for code, text, result in normal if text != result]


def random_choice(rng: random.Random) -> tuple[Rule, str]:
    # eight options and more: only there does a share end in half a hundredth
    size = rng.choice((2, 3, 4, 4, 5, 6, 8, 11))
    letters = "".join(sorted(rng.sample(ALPHABET[: max(size, rng.choice((4, 6, 26)))], size)))
    single = rng.random() < 0.3
    answer = rng.sample(letters, 1 if single else rng.randint(0, len(letters)))
    rule = Rule(
        type="single" if single else "multiple",
        letters=letters,
        answer="".join(sorted(answer)),
        scoring="exact" if single else rng.choice(list(SCORING)),
        points=rng.choice((1, 2, 3, 4, 7, 12, 100, 1_000_000)),
    )
    pieces = rng.sample(letters, rng.randint(0, 1 if single else len(letters)))
    if rng.random() < 0.5:
        pieces += [rng.choice(SEPARATORS + SPACES) for _ in range(rng.randint(0, 4))]
        rng.shuffle(pieces)
    if rng.random() < 0.3:
        pieces = [chr(ord(piece) + 0xFEE0) if piece in ALPHABET else piece for piece in pieces]
    if rng.random() < 0.3:
        pieces.insert(rng.randint(0, len(pieces)), random_text(rng, longest=2))
    response = "".join(pieces)
    return rule, joined(response.lower() if rng.random() < 0.3 else response)


def random_text(rng: random.Random, longest: int = 30) -> str:
    pools = (ALPHABET + "abcxyz0123456789'-.", CHINESE, SPACES, FOLDED, ANY)
    kinds = rng.choices(pools, [rng.random() for _ in pools], k=rng.randint(0, longest))
    return joined("".join(rng.choice(kind) for kind in kinds))


def joined(text: str) -> str:
    """The text as JavaScript holds it: there two surrogates side by side are always one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def compare(node: str, asked: Iterator[Any], expected: Iterator[Any]) -> None:
    """Send every case to Node, and say which is the first whose answer is another."""
    cases = [json.dumps(case) for case in asked]
    done = subprocess.run(
        [node, "--no-warnings", str(SCRIPT)],
        input="\n".join(cases),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == len(cases)
    for case, ours, theirs in zip(cases, expected, answers, strict=True):
        line = json.dumps(ours, ensure_ascii=False, separators=(",", ":"))
        if line != theirs:
            pytest.fail(f"case    {case}\nPython  {line}\nNode    {theirs}")
