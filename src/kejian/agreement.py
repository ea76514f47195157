"""`kejian bench essays`: how well the marks of the grader agree with those of people.

The data set has one answer per row: `question`, `response` and `score`, the mark of a person from 0 to 10. It may
be any file that `kejian.answers` reads. Question `001` is the question of the bank whose id is `001` or ends in
`-001`.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kejian.answers import Row, open_answers
from kejian.bank import load_bank
from kejian.catalogue import LANGUAGES, say
from kejian.grading import Verdict, grade
from kejian.model import Bank, Key, Question
from kejian.terminal import CommandError, table

__all__ = [
    "Agreement",
    "Bench",
    "agreement",
    "bench_essays",
    "describe_bench",
    "pearson",
    "quadratic_weighted_kappa",
    "rmse",
]

FULL: Final = 10
"""Marks of the data set go from 0 to this; those of the grader are brought to the same scale."""
PASS: Final = 6
"""The pass mark: 60 %."""
UNDEFINED: Final = "–"
HEAD: Final = (
    "bench.question",
    "bench.n",
    "bench.human",
    "bench.machine",
    "bench.r",
    "bench.qwk",
    "bench.rmse",
)

Pair = tuple[float, float]
"""The marks (0 to `FULL`) of a person and of the grader for one answer."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two markers compared; None where a number is not defined, because one of them always gave the same mark."""

    n: int
    human: float
    """Mean mark of the person, 0 to `FULL`."""
    machine: float
    """Mean mark of the grader, 0 to `FULL`."""
    r: float | None
    kappa: float | None
    """Of marks rounded to whole points."""
    rmse: float
    """As a share of the full mark."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The result of one data set."""

    pooled: Agreement
    """All answers together."""
    questions: Mapping[str, Agreement]
    """By question of the data set, in the order of their first answers."""
    passed: Mapping[tuple[bool, bool], int]
    """Number of answers by (passed by the person, passed by the grader)."""
    left_out: Mapping[str, int]
    """Answers to questions that the bank does not have or has no rubric for."""


def bench_essays(dataset: str, bank: Path, skip: int = 0) -> Bench:
    """Grade a data set by a bank; the first `skip` answers of each question do not count.

    Those are the ones on which the rubric was made. Raises AnswersError, BankError or CommandError.
    """
    questions = load_bank(bank)
    pairs: dict[str, list[Pair]] = {}
    seen: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for name, score, row in _scored(dataset):
        found = _find(questions, name)
        result = grade(*found, str(row.values["response"])) if found else None
        if found is None or result is None or result.verdict is Verdict.UNGRADED:
            left_out[name] += 1
            continue
        seen[name] += 1
        if seen[name] > skip:
            pairs.setdefault(name, []).append((score, FULL * result.score / result.max_score))
    together = [pair for found in pairs.values() for pair in found]
    if not together:
        raise CommandError("bench.nothing", path=dataset)
    passed = Counter((human >= PASS, machine >= PASS) for human, machine in together)
    by_question = {name: agreement(found) for name, found in pairs.items()}
    return Bench(agreement(together), by_question, passed, left_out)


def describe_bench(bench: Bench, language: str = LANGUAGES[0]) -> str:
    """The numbers as a text for a terminal."""
    head = [say(name, language) for name in HEAD]
    rows = [[name, *_numbers(found)] for name, found in bench.questions.items()]
    rows.append([say("bench.pooled", language), *_numbers(bench.pooled)])
    words = [say("bench.passed", language), say("bench.failed", language)]
    confusion = [[say("bench.confusion", language), *words]] + [
        [word, *(str(bench.passed.get((human, machine), 0)) for machine in (True, False))]
        for human, word in zip((True, False), words, strict=True)
    ]
    return f"{table([head, *rows])}\n\n{table(confusion)}"


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """All numbers for at least one pair of marks."""
    human, machine = zip(*pairs, strict=True)
    return Agreement(
        len(pairs),
        statistics.fmean(human),
        statistics.fmean(machine),
        pearson(human, machine),
        quadratic_weighted_kappa([_whole(x) for x in human], [_whole(x) for x in machine]),
        rmse(human, machine) / FULL,
    )


def pearson(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Pearson's product-moment correlation (Pearson 1895, Proc. R. Soc. 58:240); None when one never varies."""
    try:
        return statistics.correlation(a, b)
    except statistics.StatisticsError:
        return None


def quadratic_weighted_kappa(a: Sequence[int], b: Sequence[int]) -> float | None:
    """Cohen's kappa with quadratic weights (Cohen 1968, Psychol. Bull. 70:213): 1 - observed / expected disagreement.

    Disagreement is the mean squared difference: observed over the n pairs, expected over all n² pairings of the
    two lists, which is var(a) + var(b) + (mean(a) - mean(b))². The divisor (k - 1)² of the weights cancels out,
    so the number of categories does not matter. None when all marks are the same.
    """
    observed = statistics.fmean((x - y) ** 2 for x, y in zip(a, b, strict=True))
    apart = statistics.fmean(a) - statistics.fmean(b)
    expected = statistics.pvariance(a) + statistics.pvariance(b) + apart**2
    return 1 - observed / expected if expected else None


def rmse(a: Sequence[float], b: Sequence[float]) -> float:
    """Root of the mean squared difference, in the unit of the marks."""
    return math.sqrt(statistics.fmean((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def _scored(dataset: str) -> Iterator[tuple[str, float, Row]]:
    """(question, mark of the person, row) of every answer."""
    with open_answers([dataset]) as answers:
        for row in answers.rows():
            question, response, score = (row.values.get(name) for name in ("question", "response", "score"))
            try:
                mark = float(str(score))
            except ValueError:
                mark = math.nan
            if row.problem or response is None or question is None or not 0 <= mark <= FULL:
                raise CommandError("bench.row", place=row.place, full=FULL)
            yield str(question), mark, row


def _find(bank: Bank, name: str) -> tuple[Question, Key | None] | None:
    """The question of that id, or the only one whose id ends in `-` and that name."""
    found = [
        (question, (quiz.keys or {}).get(question.id))
        for quiz in bank.quizzes
        for question in quiz.questions
        if question.id == name or question.id.endswith(f"-{name}")
    ]
    if len(found) > 1:
        raise CommandError("bench.several", name=name, ids=", ".join(question.id for question, _ in found))
    return found[0] if found else None


def _whole(mark: float) -> int:
    """Rounded to whole points, halves up."""
    return math.floor(mark + 0.5)


def _numbers(found: Agreement) -> list[str]:
    shares = (found.r, found.kappa, found.rmse)
    return [
        str(found.n),
        f"{found.human:.2f}",
        f"{found.machine:.2f}",
        *(UNDEFINED if share is None else f"{share:.3f}" for share in shares),
    ]
