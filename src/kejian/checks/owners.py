"""One fault, one message: what several checks see in the same words is told by the one that knows most about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kejian.checks.check import Finding

__all__ = ["OWNERS", "owned"]

_WRONG_KEY: Final = {"KEY21": "question", "KEY22": "question"}
"""The words of the explanation say which letter it is."""
_EXCHANGED: Final = _WRONG_KEY | {"EVID10": "question", "EVID11": "question"}
_DEAD_POINT: Final = {"RUB36": "question"}
"""A point that nobody can earn spoils the marks of everything."""
_BAD_MARKS: Final = _DEAD_POINT | {"RUB30": "question", "RUB31": "question", "RUB32": "question"}
OWNERS: Final[Mapping[str, Mapping[str, str]]] = {
    "FORM04": {"ITEM27": "field"},
    "FORM06": {"ITEM25": "field"},
    "ITEM23": {"ITEM24": "field"},
    "KEY20": {"KEY21": "field", "KEY22": "field"},
    "KEY22": {"KEY21": "field"},
    "KEY23": {"KEY21": "field", "KEY22": "field"},
    "KEY24": {"KEY20": "field"},
    "KEY25": {"KEY20": "field"},
    "EVID02": {"BOOK07": "page"},
    "EVID05": {"EVID02": "field", "EVID04": "field"},
    "EVID06": {"EVID09": "field"},
    "EVID07": {"EVID06": "field", "EVID09": "field"},
    "EVID10": _WRONG_KEY,
    "EVID11": _WRONG_KEY,
    "EVID12": _EXCHANGED,
    "EVID13": _EXCHANGED | {"EVID12": "question"},
    "EVID14": {"KEY20": "field", "KEY21": "field", "KEY22": "field"},
    "RUB30": _DEAD_POINT,
    "RUB31": _DEAD_POINT | {"RUB30": "question"},
    "RUB32": _DEAD_POINT | {"RUB30": "question"},
    "RUB34": {"RUB35": "question"},
    "RUB35": _BAD_MARKS,
    "RUB37": _DEAD_POINT,
    "RUB41": {"RUB40": "question"},
    "BOOK01": {"BOOK28": "quiz"},
    "BOOK02": {"BOOK28": "quiz"},
    "BOOK06": {"BOOK07": "page", "EVID02": "page"},
    "BOOK22": {"BOOK21": ""},
}
"""Check to the checks that tell its fault better, with what must be the same in both: `field`, `question`, the name
of one of their values, or nothing. A warning never stands in for an error."""


def owned(found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, without those that another one tells better."""
    told: dict[str, list[Finding]] = {}
    for finding in found:
        told.setdefault(finding.problem.id, []).append(finding)
    better = {
        id: {(same, _part(other, same)) for owner, same in owners.items() for other in told.get(owner, ())}
        for id, owners in OWNERS.items()
        if id in told
    }
    for finding in found:
        parts = better.get(finding.problem.id, set())
        if not any(value == _part(finding, same) and (value or not same) for same, value in parts):
            yield finding


def _part(finding: Finding, name: str) -> str:
    """What has to be the same in two findings of one fault."""
    match name:
        case "":
            return ""
        case "field":
            return f"{finding.problem.place.file} {finding.problem.subject}"
        case "question":
            return finding.question
        case _:
            return dict(finding.problem.values).get(name, "")
