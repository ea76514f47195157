"""How files and texts are written: what a reader would stumble over, whatever it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.model import Place

__all__ = ["CHECKS"]

_TRAILING: Final = re.compile(r"[ \t\u3000]+$", re.MULTILINE)


def _trailing(text: str, file: str, course: Course) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _TRAILING.search(line):
            yield Found(Place(file, number, found.start() + 1))


CHECKS: Final = (
    Check(
        "FORM01",
        "warning",
        "file",
        _trailing,
        bad=Example(files={"quizzes/more.yml": "schema: 1  \n"}),
        fix=lambda text: _TRAILING.sub("", text),
    ),
)
