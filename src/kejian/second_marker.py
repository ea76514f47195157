"""A second marker: a sheet without answers, and what it says when it is compared with the key.

    kejian key blind -o sheet.yml       # a teacher fills it in without seeing the key
    kejian key compare sheet.yml        # disagreements, and Cohen's κ

Agreement beyond chance is Cohen's κ = (pₒ − pₑ) / (1 − pₑ) (Cohen 1960, doi:10.1177/001316446002000104): over the
letters of single-choice questions, and over every option (ticked or not) of multiple-choice questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

from kejian.bank import BankError, load_bank
from kejian.catalogue import say
from kejian.model import Bank, Key, Place, Question
from kejian.pages import plain_text
from kejian.terminal import CommandError, printable
from kejian.yamlfile import Fields, Report, Text, read_yaml

__all__ = ["Comparison", "blind_sheet", "cohens_kappa", "compare_sheet", "describe_comparison"]

SCHEMA: Final = 1
DOUBT: Final = "X"
"""Not a letter of an option, and unlike `?` an ordinary value in YAML."""


@dataclass
class Comparison:
    """A sheet beside the key; a response is letters in alphabetical order, `X` (question at fault), or empty."""

    marker: str
    responses: list[tuple[Place, Question, Key, str]] = field(default_factory=list)

    @property
    def disagreements(self) -> list[tuple[Place, Question, Key, str]]:
        """What two people must talk about."""
        return [row for row in self.responses if row[3] and row[3] != "".join(row[2].answer)]

    @property
    def blank(self) -> list[tuple[Place, Question, Key, str]]:
        """What was left out."""
        return [row for row in self.responses if not row[3]]

    def kappa(self, type: str) -> tuple[float | None, int]:
        """Cohen's κ and the number of judgements, for `single` (letters) or `multiple` (options)."""
        pairs: list[tuple[str, str]] = []
        for _, question, key, response in self.responses:
            if question.type != type or not response or response == DOUBT:
                continue
            if type == "single":
                pairs.append(("".join(key.answer), response))
            else:
                pairs += [(str(x in key.answer), str(x in response)) for x in question.options]
        return cohens_kappa(pairs), len(pairs)


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement of two judges beyond chance, at most 1; None when chance alone would agree always.

    >>> cohens_kappa([("A", "A"), ("B", "B"), ("A", "B"), ("B", "B")])
    0.5
    """
    count = len(pairs)
    if not count:
        return None
    observed = Fraction(sum(a == b for a, b in pairs), count)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = Fraction(sum(first[label] * second[label] for label in first), count * count)
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def blind_sheet(bank: Path, quizzes: Sequence[str], language: str) -> str:
    """An answer sheet of all choice questions as YAML; no key file is opened. Raises BankError, CommandError."""
    loaded = load_bank(bank, keys=False)
    known = {quiz.id: quiz for quiz in loaded.quizzes}
    for name in quizzes:
        if name not in known:
            raise CommandError("key.no-quiz", name=name, known="、".join(known))
    lines = [*_comment(say("key.head", language)), f"schema: {SCHEMA}"]
    lines += [f"marker:   # {say('key.marker', language)}", "answers:"]
    before = len(lines)
    for quiz in loaded.quizzes:
        if quizzes and quiz.id not in quizzes:
            continue
        for question in quiz.questions:
            if question.options:
                rule = say(f"type.{question.type}", language)
                lines += ["", *_comment(f"{quiz.title}　{rule}\n{plain_text(question.stem)}", 2)]
                for letter, text in question.options.items():
                    lines += _comment(f"{letter}. {plain_text(text)}", 4)
                lines.append(f"  {question.id}-{question.content_hash}: ")
    if len(lines) == before:
        raise CommandError("key.none")
    return "\n".join(lines) + "\n"


def compare_sheet(sheet: Path, bank: Path, language: str) -> Comparison:
    """A filled sheet beside the key. Raises BankError (also for problems of the sheet) and CommandError."""
    loaded = load_bank(bank, keys=any(bank.rglob("*.key.yml")))
    if all(quiz.keys is None for quiz in loaded.quizzes):
        raise CommandError("key.no-keys")
    report = Report(sheet)
    root = read_yaml(sheet, report)
    fields: Mapping[str, object] = root.entries if isinstance(root, Fields) else {}
    answers = root.entries["answers"][1] if isinstance(root, Fields) and "answers" in fields else None
    if not isinstance(root, Fields) or not isinstance(answers, Fields):
        if not report.problems:
            report.add("SHEET01")
        raise BankError(report.problems)
    marker = root.entries.get("marker")
    name = marker[1].value if marker and isinstance(marker[1], Text) else ""
    comparison = Comparison(printable(name) or say("key.second", language))
    for label, (at, node) in answers.entries.items():
        id, _, content_hash = label.rpartition("-")
        found = _find(loaded, id)
        if found is None:
            report.add("SHEET02", at.at, "", name=id or label)
            continue
        question, key = found
        if question.content_hash != content_hash:
            report.add("SHEET04", at.at, id)
            continue
        response = _response(node.value if isinstance(node, Text) else "…", question)
        if response is None:
            letters, value = "".join(question.options), node.value if isinstance(node, Text) else "…"
            example = letters[0] if question.type == "single" else letters[::2]
            report.add("SHEET03", node.at, id, value=value, letters=letters, example=example)
            continue
        comparison.responses.append((report.place(at.at), question, key, response))
    if report.problems:
        raise BankError(report.problems)
    return comparison


def describe_comparison(comparison: Comparison, language: str) -> str:
    """Every disagreement with its place, the counts, κ, and what to do."""
    return "\n".join(_described(comparison, language))


def _described(comparison: Comparison, language: str) -> Iterator[str]:
    for place, question, key, response in comparison.responses:
        values = {"place": place, "id": question.id, "key": "".join(key.answer), "marker": comparison.marker}
        if not response:
            yield say("key.blank", language, **values)
        elif response == DOUBT:
            yield say("key.doubt", language, **values)
        elif response != values["key"]:
            yield say("key.disagree", language, response=response, **values)
    count, blank = len(comparison.responses), len(comparison.blank)
    disagreed = len(comparison.disagreements)
    agreed = count - disagreed - blank
    yield say("key.summary", language, count=count, agreed=agreed, disagreed=disagreed, blank=blank)
    for type, text in (("single", "key.kappa.single"), ("multiple", "key.kappa.multiple")):
        kappa, judged = comparison.kappa(type)
        if judged:
            told = say("key.kappa.undefined", language) if kappa is None else f"{kappa:.2f}"
            yield say(text, language, kappa=told, count=judged)
    yield say("key.remedy" if disagreed or blank else "key.all-agree", language)


def _find(bank: Bank, id: str) -> tuple[Question, Key] | None:
    """A choice question that has a key."""
    try:
        quiz, question = bank.question(id)
    except KeyError:
        return None
    key = (quiz.keys or {}).get(id)
    return (question, key) if key is not None and question.options else None


def _response(typed: str, question: Question) -> str | None:
    """Letters in alphabetical order, `X` or nothing; None when it is none of these. Case and separators are free."""
    letters = [char for char in typed.upper() if char not in " ,、，;；"]
    if not letters or letters == [DOUBT]:
        return "".join(letters)
    once = len(set(letters)) == len(letters) and (question.type == "multiple" or len(letters) == 1)
    return "".join(sorted(letters)) if once and set(letters) <= set(question.options) else None


def _comment(text: str, indent: int = 0) -> list[str]:
    return [f"{' ' * indent}# {printable(line)}" for line in text.split("\n")]
