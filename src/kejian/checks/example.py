"""A small sound course, and how an `Example` differs from it. The tests check it, the documentation shows it."""

from __future__ import annotations

from copy import deepcopy
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

import yaml

from kejian.checks.check import Example

__all__ = ["DELETE", "shown_example", "shown_parts", "write_example"]

DELETE: Final = "<delete>"
"""As a value: the field is left out."""
SOUND: Final = Example()
"""The sound course itself."""
SHORT: Final = 7
"""Lines of a part that is shown whole."""
LONG: Final = 12
"""Lines of a part that are shown at most."""

_PAGE: Final = """\
# 第一章　水的三种状态

水在自然界里有三种状态：固态、液态和气态。
冰是固态的水，雪和霜也是固态的水。
云和雾由细小的水滴组成，属于液态的水。
水蒸气是气态的水，看不见也摸不着。
水结成冰的过程叫作凝固，凝固时会放出热量。
冰化成水的过程叫作熔化，熔化时要吸收热量。
"""
_EXERCISES: Final = """\
# 练习题

```{quiz} water
```
"""
_QUESTIONS: Final[dict[str, Any]] = {
    "schema": 1,
    "id": "water",
    "title": "水的状态 练习题",
    "pages": ["water"],
    "questions": [
        {
            "id": "w-s1",
            "type": "single",
            "points": 2,
            "stem": "下列各项中，属于固态的水的是（　）。",
            "options": {"A": "水蒸气", "B": "云和雾", "C": "雪和霜"},
        },
        {
            "id": "w-m1",
            "type": "multiple",
            "points": 4,
            "stem": "下列过程中，水要吸收或者放出热量的有（　）。",
            "options": {"A": "凝固", "B": "熔化", "C": "静置"},
        },
        {
            "id": "w-e1",
            "type": "essay",
            "points": 4,
            "stem": "简述冰与水怎样互相转化。",
        },
    ],
}
_KEY: Final[dict[str, Any]] = {
    "schema": 1,
    "quiz": "water",
    "answers": {
        "w-s1": {
            "answer": "C",
            "explanation": "雪和霜同冰一样，都是固态的水。",
            "why": {"A": "水蒸气是气态的水。", "B": "云和雾由小水滴组成，是液态的水。"},
            "evidence": [{"page": "water", "quote": "冰是固态的水，雪和霜也是固态的水"}],
        },
        "w-m1": {
            "answer": ["A", "B"],
            "explanation": "凝固放出热量，熔化吸收热量，两个过程都有热量的变化。",
            "why": {"C": "静置只是把水放着不动，状态没有改变。"},
            "evidence": [
                {"page": "water", "quote": "水结成冰的过程叫作凝固，凝固时会放出热量"},
                {"page": "water", "quote": "冰化成水的过程叫作熔化，熔化时要吸收热量"},
            ],
        },
        "w-e1": {
            "model_answer": "水结成冰叫作凝固，要放出热量。冰化成水叫作熔化，要吸收热量。\n",
            "explanation": "要写出两个过程的名称，并说明热量的去向。",
            "evidence": [{"page": "water", "quote": "水结成冰的过程叫作凝固，凝固时会放出热量"}],
            "rubric": {
                "groups": [
                    {
                        "id": "changes",
                        "title": "两个过程",
                        "max": 4,
                        "points": [
                            {
                                "id": "freezing",
                                "weight": 2,
                                "title": "水凝固成冰并放热",
                                "any": ["凝固 & 放出热量|放热"],
                            },
                            {
                                "id": "melting",
                                "weight": 2,
                                "title": "冰熔化成水并吸热",
                                "any": ["熔化 & 吸收热量|吸热"],
                            },
                        ],
                    }
                ],
            },
            "samples": [
                {"response": "水凝固成冰会放热，冰熔化成水会吸热。", "expect": [100, 100]},
                {"response": "水会凝固，凝固时放出热量。", "expect": [50, 50]},
                {"response": "天气冷的时候河面会变硬。", "expect": [0, 0]},
            ],
        },
    },
}
_CONTENTS: Final = "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n"
_CONFIG: Final = "title: 水\nsphinx:\n  extra_extensions: [kejian.sphinxext]\n"
_IDS: Final = {"single": "w-s1", "multiple": "w-m1", "essay": "w-e1"}


def write_example(example: Example, folder: Path) -> None:
    """Write the course of an example into an empty folder."""
    for name, content in _files(example).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def shown_example(example: Example, other: Example = SOUND) -> str:
    """What a reader needs to see of an example: the parts that differ, each under the name of its file."""
    return "\n\n".join(f"{name}:\n{text}" if name else text for name, text in shown_parts(example, other))


def shown_parts(example: Example, other: Example = SOUND) -> list[tuple[str, str]]:
    """(file, text) of the parts that differ, as they are written; no file: fields of the question or its key.

    Of long parts only the lines that are not in the other example, with the lines that they belong to.
    """
    if example.shown:
        return [("", example.shown)]
    files, others = _files(example), _files(other)
    short = SHORT if other is SOUND else SHORT // 2
    parts = [
        (name, _excerpt(files[name], others.get(name, ""), short))
        for name in dict.fromkeys((*example.files, *(() if example.question else example.edits)))
        if files[name] != others.get(name)
    ]
    id = _IDS[example.type]
    question = next(question for question in _QUESTIONS["questions"] if question["id"] == id)
    fields: dict[str, Any] = {}
    same: dict[str, Any] = {}
    for changes, sound in ((example.question, question), (example.key, _KEY["answers"][id])):
        kept = {name: value for name, value in changes.items() if value != DELETE}
        fields |= kept
        same |= {name: sound[name] for name in kept if name in sound}
    if fields:
        parts.append(("", _excerpt(_dump(fields), _dump(same) if same else "", LONG)))
    return parts


def _excerpt(text: str, sound: str, short: int) -> str:
    """A short text as it is; of a long one the new lines, with those that they belong to."""
    lines = text.rstrip("\n").split("\n")
    if len(lines) <= short:
        return "\n".join(lines)
    matcher = SequenceMatcher(None, sound.split("\n"), lines, autojunk=False)
    changes = matcher.get_opcodes()
    kept = {number for tag, *_, start, end in changes if tag != "equal" for number in range(start, end)}
    if not kept:  # what is missing can only be seen in the whole
        kept = set(range(len(lines)))
    for number in sorted(kept):
        depth = _depth(lines[number])
        for before in range(number - 1, -1, -1):
            if lines[before].strip() and _depth(lines[before]) < depth:
                depth = _depth(lines[before])
                kept.add(before)
    shown = [lines[number] for number in sorted(kept)]
    if len(shown) > LONG:
        shown[LONG:] = ["…"]
    return "\n".join(shown).strip("\n")


def _depth(line: str) -> float:
    """Indentation; an item of a list lies deeper than the name above it, also where it begins in the same column."""
    return len(line) - len(line.lstrip()) + 0.5 * line.lstrip().startswith("- ")


def _files(example: Example) -> dict[str, str]:
    questions, key = deepcopy(_QUESTIONS), deepcopy(_KEY)
    id = _IDS[example.type]
    _change(next(q for q in questions["questions"] if q["id"] == id), example.question)
    _change(key["answers"][id], example.key)
    files = {
        "_toc.yml": _CONTENTS,
        "_config.yml": _CONFIG,
        "water.md": _PAGE,
        "exercises.md": _EXERCISES,
        "quizzes/water.yml": _dump(questions),
        "quizzes/water.key.yml": _dump(key),
    }
    files |= example.files
    for name, (old, new) in example.edits.items():
        files[name] = files[name].replace(old, new, 1)
    return files


def _change(fields: dict[str, Any], changes: Any) -> None:
    for name, value in changes.items():
        if value == DELETE:
            fields.pop(name, None)
        else:
            fields[name] = value


def _dump(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
