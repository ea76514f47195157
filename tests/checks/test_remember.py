"""What is worked out of a question is worked out once, and never given to another."""

from __future__ import annotations

from dataclasses import replace

from kejian.checks.course import Item
from kejian.checks.remember import MOST, remembered
from kejian.model import Bank


def test_each_question_has_its_own(bank: Bank) -> None:
    """Once for a question and its key; a changed question or key is another one, and few are kept."""
    asked: list[Item] = []

    @remembered
    def look(item: Item) -> int:
        asked.append(item)
        return len(asked)

    quiz = bank.quizzes[0]
    items = [Item(quiz, question, (quiz.keys or {})[question.id]) for question in quiz.questions]
    one = items[0]
    changed = one._replace(question=replace(one.question, stem="另一问"))
    rekeyed = one._replace(key=items[1].key)
    same = Item(quiz, one.question, one.key)
    assert [1, 1, 2, 3, 1] == [look(item) for item in (one, same, changed, rekeyed, one)]
    for item in items[1 : MOST + 1]:
        look(item)
    assert len(asked) + 1 == look(one)  # forgotten meanwhile
