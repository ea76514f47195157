"""A second quiz for the examples of checks that compare questions."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

__all__ = ["second_quiz"]

_EVIDENCE = [{"page": "water", "quote": "冰是固态的水，雪和霜也是固态的水"}]


def second_quiz(*questions: tuple[str, Mapping[str, str], str]) -> dict[str, str]:
    """Single-choice questions (stem, options, right letter) as the files of a quiz in the sound course."""
    asked, answers = [], {}
    for number, (stem, options, right) in enumerate(questions, start=1):
        id = f"test-{number}"
        why = {letter: "它不是所问的状态。" for letter in options if letter != right}
        asked.append({"id": id, "type": "single", "points": 2, "stem": stem, "options": dict(options)})
        answers[id] = {"answer": right, "explanation": "见第一章的说明。", "why": why, "evidence": _EVIDENCE}
    quiz = {"schema": 1, "id": "test", "title": "水的状态 测验", "pages": ["water"], "questions": asked}
    files = {
        "quizzes/test.yml": quiz,
        "quizzes/test.key.yml": {"schema": 1, "quiz": "test", "answers": answers},
    }
    return {name: _dump(content) for name, content in files.items()}


def _dump(content: object) -> str:
    return yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000)


class _Plain(yaml.SafeDumper):
    """Writes a value again where it stands again: the loader allows no references."""

    def ignore_aliases(self, data: object) -> bool:
        return True
