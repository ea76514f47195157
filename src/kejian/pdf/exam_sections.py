"""An examination as it is printed: its sections (一、单项选择题), and what is said about each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final, Literal

from kejian.catalogue import say
from kejian.markup import rule_words
from kejian.model import Question, QuestionType
from kejian.variants import Entry, Plan

__all__ = ["Exam", "Section"]

ESSAY_LONG: Final = 10
"""Points from which an essay is called 论述题, below it 简答题."""
_RULES: Final[Mapping[QuestionType, str]] = {
    "single": "exam.rule.single",
    "multiple": "exam.rule.multiple",
    "essay": "exam.rule.essay",
}


@dataclass(frozen=True)
class Exam:
    """One variant, and all that its three documents need besides the keys."""

    plan: Plan
    questions: Mapping[str, Question]
    """By id."""
    course: str
    """Title of the book; may be empty."""
    language: str
    on_sheet: bool
    """Whether answers are written on a sheet of their own."""

    def say(self, text: str, **values: object) -> str:
        """A text of the catalogue."""
        return say(text, self.language, **values)

    def words(self, text: str) -> list[str]:
        """A text of the catalogue that is a list."""
        return self.say(text).split("|")

    def title(self, document: Literal["paper", "sheet", "key"]) -> str:
        """Which document of which course this is."""
        name = self.say(f"exam.title.{document}", variant=self.plan.variant)
        return self.say("exam.title.course", course=self.course, name=name) if self.course else name

    @cached_property
    def sections(self) -> list[Section]:
        """The questions as they are printed, by section."""
        groups = groupby(self.plan.entries, key=lambda entry: entry.section)
        return [Section(self, number, tuple(entries)) for number, entries in groups]


@dataclass(frozen=True)
class Section:
    """All questions of a type (一、单项选择题)."""

    exam: Exam
    number: int
    entries: tuple[Entry, ...]

    @property
    def type(self) -> QuestionType:
        """Of all its questions."""
        return self.entries[0].type

    @property
    def questions(self) -> list[Question]:
        """In the printed order."""
        return [self.exam.questions[entry.id] for entry in self.entries]

    @property
    def points(self) -> int:
        """Of all its questions."""
        return sum(question.points for question in self.questions)

    @property
    def numeral(self) -> str:
        """The number as it is printed."""
        return self.exam.words("exam.numerals")[self.number - 1]

    @property
    def title(self) -> str:
        """Numeral and kind."""
        name = self.exam.say(f"type.{self.type}")
        if self.type == "essay":
            long = {question.points >= ESSAY_LONG for question in self.questions}
            name = (
                name
                if len(long) > 1
                else self.exam.say("exam.essay.long" if long == {True} else "exam.essay.short")
            )
        return self.exam.say("exam.section", numeral=self.numeral, name=name)

    @property
    def amount(self) -> str:
        """How many questions and points, in words."""
        each = {question.points for question in self.questions}
        count = len(self.entries)
        text = "exam.count.one" if count == 1 else "exam.count.each" if len(each) == 1 else "exam.count.mixed"
        return self.exam.say(text, count=count, points=self.points, each=min(each))

    @property
    def rule(self) -> str:
        """What is right and how it is marked, in words."""
        if len(self._rules) > 1:
            return self.exam.say("exam.rule.mixed")
        return self.exam.say(_RULES[self.type], rule=next(iter(self._rules)))

    @property
    def _rules(self) -> set[str]:
        return {rule_words(question, self.exam.language) for question in self.questions}

    def note(self, question: Question) -> str:
        """What stands behind a question because it does not hold for the whole section."""
        points = self.type == "essay" or len({q.points for q in self.questions}) > 1
        rule = rule_words(question, self.exam.language)
        if len(self._rules) > 1:
            return self.exam.say(
                "exam.note.both" if points else "exam.note.rule", points=question.points, rule=rule
            )
        return self.exam.say("exam.note.points", points=question.points) if points else ""
