"""The content hash of a question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kejian.model import Bank, Place, Question, Quiz

QUESTION = Question("q-1", "single", 2, "题干", {"A": "甲", "B": "乙"}, Place("q.yml"))


@pytest.mark.parametrize(
    "change",
    [
        {"stem": "新题干"},
        {"points": 3},
        {"options": {"A": "甲", "B": "丙"}},
        {"type": "multiple"},
        {"scoring": "net"},
    ],
)
def test_what_changes_the_meaning_changes_the_hash(change: dict[str, Any]) -> None:
    """A stored answer to another question must not be marked."""
    assert QUESTION.content_hash != replace(QUESTION, **change).content_hash


@pytest.mark.parametrize(
    "change", [{"place": Place("other.yml", 9, 9)}, {"hint": "提示"}, {"objective": 4}, {"shuffle": True}]
)
def test_what_does_not_change_the_meaning_keeps_the_hash(change: dict[str, Any]) -> None:
    """Moving a question or adding a hint loses no answer."""
    assert QUESTION.content_hash == replace(QUESTION, **change).content_hash


def test_the_hash_is_stable() -> None:
    """Readers' answers outlive versions of the program: this value may never change."""
    assert QUESTION.content_hash == "38d99334d6b1"


def test_a_bank_finds_its_parts() -> None:
    """By id; an unknown id names the known ones."""
    quiz = Quiz("a", "甲", (), (QUESTION,), None, Place("a.yml"))
    bank = Bank((quiz,))
    assert (quiz, QUESTION) == bank.question("q-1")
    assert quiz is bank.quiz("a")
    assert quiz.points == 2
    with pytest.raises(KeyError, match="none of a"):
        bank.quiz("b")
    with pytest.raises(KeyError):
        bank.question("q-2")
