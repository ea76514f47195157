"""A second quiz for the examples of checks that compare questions."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from kejian.checks.check import Example

__all__ = ["second_quiz"]

_SOLID = "冰是固态的水，雪和霜也是固态的水"

_EXERCISES = "# 练习题\n\n```{quiz} water\n```\n\n```{quiz} test\n```\n"


def second_quiz(*questions: tuple[str, Mapping[str, str], str], quote: str = _SOLID) -> Example:
    """Single-choice questions (stem, options, right letter) as a quiz in the sound course."""
    asked, answers, shown = [], {}, list[str]()
    evidence = [{"page": "water", "quote": quote}]
    for number, (stem, options, right) in enumerate(questions, start=1):
        id = f"test-{number}"
        why = {letter: f"{text}不合题意。" for letter, text in options.items() if letter != right}
        asked.append({"id": id, "type": "single", "points": 2, "stem": stem, "options": dict(options)})
        explanation = f"{stem.split('（')[0]}{options[right]}，这是第一章说明过的。"
        answers[id] = {"answer": right, "explanation": explanation, "why": why, "evidence": evidence}
        listed = ", ".join(f"{letter}: {text}" for letter, text in options.items())
        shown.append(f"{id}: {{stem: {stem}, options: {{{listed}}}, answer: {right}}}")
    quiz = {"schema": 1, "id": "test", "title": "水的状态 测验", "pages": ["water"], "questions": asked}
    files = {
        "quizzes/test.yml": quiz,
        "quizzes/test.key.yml": {"schema": 1, "quiz": "test", "answers": answers},
    }
    texts = {name: _dump(content) for name, content in files.items()} | {"exercises.md": _EXERCISES}
    return Example(files=texts, shown="\n".join(shown))


def _dump(content: object) -> str:
    return yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000)


class _Plain(yaml.SafeDumper):
    """Writes a value again where it stands again: the loader allows no references."""

    def ignore_aliases(self, data: object) -> bool:
        return True
