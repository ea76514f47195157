"""Grading of single and multiple choice; twin of web/src/grading/choice.ts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kejian.grading.result import HUNDREDTHS, Result, Verdict
from kejian.grading.text import normalise_with_offsets
from kejian.model import Key, Question, QuestionType, Scoring

__all__ = ["SCORING", "SEPARATORS", "Choice", "Invalid", "Rule", "grade_choice", "parse_choice", "rule_of"]

SEPARATORS: Final = " \n,;/|、。.·+&"
"""What may stand between letters, after `normalise` (so also ，；／ and tab).

Not `-`, which could mean a range, nor brackets, which belong to words.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """All that grading needs to know of a question; as JSON it goes to the browser."""

    type: QuestionType
    letters: str
    """Capital letters of the options in alphabetical order, e.g. `ABCD`; empty for an essay."""
    answer: str
    """Right letters, e.g. `BCD`; empty when there is no key."""
    scoring: Scoring
    """`exact` for everything but `multiple`."""
    points: int
    """Whole points."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A response that could be read."""

    letters: tuple[str, ...]
    """Letters ticked, in the order of the rule; none when the response is blank."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A response that could not be read."""

    reason: Literal["unknown", "twice", "several"]
    """A character that is no letter of the question; a letter given twice; a second letter for `single`."""
    at: int
    """Offset of the offending character in the response as typed, in code points."""


def rule_of(question: Question, key: Key | None) -> Rule:
    """The rule by which responses to the question are graded; `key` is None in an edition without keys."""
    return Rule(
        type=question.type,
        letters="".join(sorted(question.options)),
        answer="".join(sorted(key.answer)) if key else "",
        scoring=question.scoring if question.type == "multiple" else "exact",
        points=question.points,
    )


def parse_choice(text: str, rule: Rule) -> Choice | Invalid:
    """The letters that a response names: each at most once, in any order and case, separators ignored."""
    letters = rule.letters.lower()
    ticked: set[str] = set()
    for char, offset in zip(*normalise_with_offsets(text), strict=True):
        if char in SEPARATORS:
            continue
        if char not in letters:
            return Invalid("unknown", offset)
        if char in ticked:
            return Invalid("twice", offset)
        if ticked and rule.type == "single":
            return Invalid("several", offset)
        ticked.add(char)
    return Choice(tuple(letter for letter in rule.letters if letter.lower() in ticked))


def grade_choice(rule: Rule, text: str) -> Result:
    """The result of a response; without a key every response that is not blank is UNGRADED."""
    max_score = rule.points * HUNDREDTHS
    parsed = parse_choice(text, rule)
    ticked = parsed.letters if isinstance(parsed, Choice) else ()
    right = tuple(letter for letter in ticked if letter in rule.answer)
    wrong = tuple(letter for letter in ticked if letter not in rule.answer)
    missed = tuple(letter for letter in rule.letters if letter in rule.answer and letter not in ticked)
    if parsed == Choice(()):
        return Result(Verdict.BLANK, 0, max_score, missed=missed)
    if not rule.answer:
        return Result(Verdict.UNGRADED, 0, max_score)
    if isinstance(parsed, Invalid):
        return Result(Verdict.INVALID, 0, max_score, missed=missed)
    score = SCORING[rule.scoring](max_score, len(rule.letters), len(rule.answer), len(right), len(wrong))
    full = not wrong and not missed
    verdict = Verdict.CORRECT if full else Verdict.PARTIAL if score else Verdict.WRONG
    return Result(verdict, score, max_score, right, wrong, missed)


def _divide(dividend: int, divisor: int) -> int:
    """The quotient of two numbers that are not negative, halves rounded up."""
    return (2 * dividend + divisor) // (2 * divisor)


SCORING: Final[Mapping[Scoring, Callable[[int, int, int, int, int], int]]] = {
    "subset": lambda p, n, c, h, w: 0 if w else _divide(p * h, c),
    "subset-half": lambda p, n, c, h, w: 0 if w else p if h == c else _divide(p, 2),
    "exact": lambda p, n, c, h, w: p if h == c and not w else 0,
    "net": lambda p, n, c, h, w: _divide(p * max(0, h - w), c),
    "each-option": lambda p, n, c, h, w: _divide(p * (n - w - (c - h)), n),
}
"""Score of a response in which something is ticked, by name of the rule (the design page has the reasons).

p: score of a full answer; n: options; c: letters in the key; h: right ticks; w: wrong ticks.
"""
