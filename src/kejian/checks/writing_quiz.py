"""What the options of a whole quiz give away: where the right ones stand and how long they are.

Guidelines are those of Haladyna, Downing & Rodriguez 2002, see `writing_options`. A finding says how rarely it would
happen if nothing lay behind it, so that an ordinary quiz is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from math import erfc, exp, factorial, lgamma, log, prod, sqrt
from typing import Final

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.checks.second_quiz import second_quiz
from kejian.checks.wording import listed, plain
from kejian.model import Key, Question, Quiz

__all__ = ["CHECKS", "chance_of_counts", "chance_of_run", "chance_of_successes"]

QUESTIONS_LEAST: Final = 8
"""Fewer questions show no pattern."""
RARE: Final = 0.01
"""Chance below which a pattern is told."""
RUN_LEAST: Final = 5
RUN_RARE: Final = 0.05
"""A run is put right by moving one option, so it is told a little earlier."""
LONGER: Final = 1.2
"""An option is the longest one when it is so many times as long as the next, and"""
LONGER_BY: Final = 2
"""longer by so many characters."""
EXACT_MOST: Final = 120
"""Questions up to which the chance of counts is added up exactly."""


def _longest(quiz: Quiz, course: Course) -> Iterator[Found]:
    """Guidelines 24 and 28d: options about equally long, no conspicuous right one."""
    chances, hits = [], 0
    for question, key in _answered(quiz):
        letter = _longest_option(question)
        if letter:
            chances.append(len(key.answer) / len(question.options))
            hits += letter in key.answer
    if len(chances) >= QUESTIONS_LEAST and chance_of_successes(chances, hits) < RARE:
        yield Found(quiz.place, {"hits": hits, "count": len(chances), "expected": round(sum(chances))})


def _positions(quiz: Quiz, course: Course) -> Iterator[Found]:
    """Guideline 20: the place of the right answer varies (χ² test of goodness of fit)."""
    answers = [(len(question.options), key.answer[0]) for question, key in _answered(quiz, "single")]
    if not answers:
        return
    # the letters of questions with more or fewer options have other chances
    size = Counter(count for count, _ in answers).most_common(1)[0][0]
    counts = Counter(dict.fromkeys("ABCDEFGHIJ"[:size], 0))
    counts.update(letter for count, letter in answers if count == size)
    if counts.total() >= QUESTIONS_LEAST and chance_of_counts(tuple(sorted(counts.values()))) < RARE:
        shown = listed((f"{letter} {count}" for letter, count in counts.items()), course.language)
        yield Found(
            quiz.place,
            {"counts": shown, "total": counts.total(), "expected": f"{counts.total() / size:.3g}"},
        )


def _runs(quiz: Quiz, course: Course) -> Iterator[Found]:
    """Guideline 20: the same letter many times in a row."""
    answered = list(_answered(quiz, "single"))
    for letter, group in groupby(answered, key=lambda both: both[1].answer[0]):
        run = [question for question, _ in group]
        size = min(len(question.options) for question, _ in answered)
        if len(run) >= RUN_LEAST and chance_of_run(len(answered), len(run), size) < RUN_RARE:
            values = {"letter": letter, "count": len(run), "first": run[0].id, "last": run[-1].id}
            yield Found(run[0].place, values, run[0].id)


def chance_of_successes(chances: Iterable[float], least: int) -> float:
    """Chance of at least so many successes in independent trials, each with its own chance."""
    exactly = [1.0]
    for chance in chances:
        missed = [value * (1 - chance) for value in exactly] + [0.0]
        made = [0.0] + [value * chance for value in exactly]
        exactly = [a + b for a, b in zip(missed, made, strict=True)]
    return sum(exactly[least:])


@cache
def chance_of_counts(counts: tuple[int, ...]) -> float:
    """Chance that letters drawn at random are spread at least as unevenly as these counts, by χ².

    Exact, as the sum over all partitions of the total; for many questions by the cube root of Wilson and Hilferty.
    """
    total, size = sum(counts), len(counts)
    squares = sum(count * count for count in counts)
    if total > EXACT_MOST or size > 5:
        freedom = size - 1
        chi = squares * size / total - total
        spread = 2 / (9 * freedom)
        return erfc(((chi / freedom) ** (1 / 3) - (1 - spread)) / sqrt(2 * spread)) / 2

    def log_ways(part: Sequence[int]) -> float:
        orders = factorial(size) // prod(factorial(n) for n in Counter(part).values())
        return lgamma(total + 1) - sum(lgamma(n + 1) for n in part) + log(orders) - total * log(size)

    return sum(
        exp(log_ways(part)) for part in _partitions(total, size, total) if sum(n * n for n in part) >= squares
    )


def chance_of_run(questions: int, run: int, options: int) -> float:
    """Chance that letters drawn at random hold the same one so many times in a row."""
    # chances of the run that has just ended having each length, none of them long enough
    lengths = [0.0, 1.0] + [0.0] * (run - 2)
    for _ in range(questions - 1):
        lengths = [0.0, sum(lengths) * (1 - 1 / options), *(chance / options for chance in lengths[1:-1])]
    return 1 - sum(lengths)


def _partitions(total: int, parts: int, most: int) -> Iterator[tuple[int, ...]]:
    """Ways to write the total as so many numbers, none above the one before it."""
    if parts == 1:
        if total <= most:
            yield (total,)
        return
    for first in range(-(-total // parts), min(total, most) + 1):
        for rest in _partitions(total - first, parts - 1, first):
            yield (first, *rest)


def _answered(quiz: Quiz, type: str = "") -> Iterator[tuple[Question, Key]]:
    """Questions with options and a key."""
    for question in quiz.questions:
        key = (quiz.keys or {}).get(question.id)
        if key and key.answer and question.options and type in ("", question.type):
            yield question, key


def _longest_option(question: Question) -> str:
    """The letter of the option that is clearly the longest; empty when none is."""
    lengths = sorted((_length(text), letter) for letter, text in question.options.items())
    (second, _), (longest, letter) = lengths[-2:]
    return letter if longest >= second * LONGER and longest >= second + LONGER_BY else ""


def _length(text: str) -> float:
    """Of a line: letters and digits take half the room of a Chinese character."""
    shown = plain(text)
    return len(shown) - sum(char.isascii() for char in shown) / 2


def _cups(letters: str, right: str = "固态") -> Example:
    """A second quiz with these right letters, ."""
    questions = []
    for number, letter in enumerate(letters, start=1):
        wrong = iter(("气态", "液态", "胶态"))
        options = {name: right if name == letter else next(wrong) for name in "ABCD"}
        questions.append((f"第{number}杯水的温度是零下{number}度，它的状态是（　）。", options, letter))
    return second_quiz(*questions)


_BALANCED: Final = "BDACADCB"

CHECKS: Final = (
    Check(
        "ITEM40",
        "warning",
        "quiz",
        _longest,
        bad=_cups(_BALANCED, "固态，因为温度在零度以下"),
        good=_cups(_BALANCED),
    ),
    Check(
        "ITEM41",
        "warning",
        "quiz",
        _positions,
        bad=_cups("BCBBCBBBCBBB"),
        good=_cups("BCADCBDABADC"),
    ),
    Check(
        "ITEM42",
        "warning",
        "quiz",
        _runs,
        bad=_cups("ADCCCCCBDA"),
        good=_cups("ADCCCCBDAB"),
    ),
)
