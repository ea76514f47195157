"""What a question bank is: frozen data, and nothing else.

    Bank
    └── Quiz            one pair of files: quizzes/NAME.yml and quizzes/NAME.key.yml
        ├── Question    what the reader sees
        │   └── options {letter: text}
        └── Key         what only a grader may see (absent in an edition without keys)
            ├── Evidence
            ├── Rubric  how an essay is marked: groups of scoring points (采分点)
            └── Sample  answers with the mark that they must get

Every part remembers the `Place` it was read from, so that a later check can point at it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

__all__ = [
    "Bank",
    "Evidence",
    "Group",
    "Key",
    "Place",
    "Point",
    "Problem",
    "Question",
    "QuestionType",
    "Quiz",
    "Rubric",
    "Sample",
    "Scoring",
]

QuestionType = Literal["single", "multiple", "essay"]
"""Declared by the author, never inferred from the number of right answers."""

Scoring = Literal["subset", "subset-half", "exact", "net", "each-option"]
"""How a multiple-choice response earns points; `kejian.grading.choice` defines each rule."""

SCORING_DEFAULT: Final[Scoring] = "subset"
HASH_LENGTH: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file, as editors count it."""

    file: str
    """Path as the user would type it, with forward slashes."""
    line: int = 1
    """1-based."""
    column: int = 1
    """1-based, in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file; `kejian.catalogue` holds its words in each language."""

    place: Place
    id: str
    """Stable name of the rule that was broken, e.g. `KEY02`: texts `KEY02.message` and `KEY02.remedy`."""
    subject: str = ""
    """The question and field concerned, e.g. `ch01-s03.answer`; empty for a whole file."""
    values: tuple[tuple[str, str], ...] = ()
    """What to put in for the `{names}` of the two texts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of the book that proves a key."""

    page: str
    """Document name without suffix, relative to the book, e.g. `chapters/01-overview`."""
    quote: str
    """Text as a reader sees it on that page (no markup)."""
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader sees of one exercise."""

    id: str
    """Never changes and never names another question, e.g. `ch01-s03`."""
    type: QuestionType
    points: int
    """Whole points, at least 1."""
    stem: str
    """MyST inline Markdown."""
    options: Mapping[str, str]
    """Letter (the identity of an option for ever) to MyST inline Markdown; empty for an essay."""
    place: Place = field(compare=False)
    objective: int | None = None
    """Number of the chapter's learning objective that is tested."""
    hint: str | None = None
    scoring: Scoring = SCORING_DEFAULT
    """Used by `multiple` only."""
    shuffle: bool = False
    """Whether options may be shown in another order."""

    @property
    def content_hash(self) -> str:
        """Changes when anything changes that could change the meaning of a stored answer."""
        content = [self.type, self.points, self.stem, dict(self.options), self.scoring]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:HASH_LENGTH]


@dataclass(frozen=True, slots=True)
class Point:
    """One scoring point (采分点) of an essay."""

    id: str
    """Never changes and is unique in its rubric, e.g. `old-ways-fail`."""
    weight: int
    """Whole points that it is worth."""
    title: str
    """What the answer has to say, in words for the reader."""
    patterns: tuple[tuple[tuple[str, ...], ...], ...]
    """Any of these; a pattern is a set of slots that must all be filled (`&`), a slot a choice of phrasings (`|`)."""
    place: Place = field(compare=False)
    negative: bool = False
    """The phrase itself is negative, so that a negation in it is no denial."""
    reference: str | None = None
    """A sentence that says it; likeness to it earns part of the weight."""
    subject: tuple[str, ...] = ()
    """Names of the side of a comparison that the point is about."""
    against: tuple[str, ...] = ()
    """Names of the other side."""
    requires: str | None = None
    """Id of the point without which this one counts nothing."""
    window: int | None = None
    """How many characters the slots may lie apart; None is the grader's default."""
    evidence: Evidence | None = None
    feedback: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Status (`ok`, `missing`, `negated`) to a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Group:
    """Scoring points that share a maximum."""

    id: str
    title: str
    max: int
    """Whole points; below the sum of the weights it means: any n of m."""
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """How an essay is marked; the maxima of the groups add up to the points of the question."""

    groups: tuple[Group, ...]
    alignment: int = 0
    """Per cent of the mark (0–30) from likeness to the model answer."""
    min_chars: int = 0
    """Shorter answers are flagged as too short."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer, and what a marker gives it: a test of the rubric, run in both languages."""

    response: str
    expect: tuple[int, int]
    """Lowest and highest mark, in per cent of the full mark."""
    place: Place = field(compare=False)
    points: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Point id to the status that it must have."""


@dataclass(frozen=True, slots=True)
class Key:
    """What only a grader may see of one exercise."""

    question: str
    """Id of the question."""
    answer: tuple[str, ...]
    """Right letters in alphabetical order; empty for an essay."""
    explanation: str
    """MyST inline Markdown: why the right answer is right."""
    evidence: tuple[Evidence, ...]
    place: Place = field(compare=False)
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Wrong letter to the reason why it is wrong."""
    model_answer: str | None = None
    """Essays only: what a full answer says (MyST, may have several paragraphs)."""
    rubric: Rubric | None = None
    """Essays only; without it an essay is not graded."""
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiz:
    """One pair of files: questions and, unless left out, their keys."""

    id: str
    title: str
    pages: tuple[str, ...]
    """Pages of the book that the quiz examines."""
    questions: tuple[Question, ...]
    keys: Mapping[str, Key] | None
    """Question id to key; None when the key file was left out on purpose."""
    place: Place = field(compare=False)

    @property
    def points(self) -> int:
        """Sum of the points of all questions."""
        return sum(q.points for q in self.questions)


@dataclass(frozen=True, slots=True)
class Bank:
    """All quizzes of a folder, in the order of their file names."""

    quizzes: tuple[Quiz, ...]

    def quiz(self, id: str) -> Quiz:
        """The quiz of that id; KeyError names the ids that exist."""
        for quiz in self.quizzes:
            if quiz.id == id:
                return quiz
        raise KeyError(f"{id!r} is none of {', '.join(q.id for q in self.quizzes)}")

    def question(self, id: str) -> tuple[Quiz, Question]:
        """The question of that id and its quiz; KeyError when there is none."""
        for quiz in self.quizzes:
            for question in quiz.questions:
                if question.id == id:
                    return quiz, question
        raise KeyError(id)
