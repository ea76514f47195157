"""Mending the text of one file: single values, and lines; whatever does not read as it is meant is left alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final, NamedTuple

import yaml

from kejian.checks import CHECKS
from kejian.checks.check import Check, Finding
from kejian.checks.rewrite import LINE_END, Edit, block_lines, content, edits_for, replaced, scalars
from kejian.checks.run import Rules
from kejian.model import Place

__all__ = ["FIXERS", "Fix", "mend_file"]

Event = tuple[type, str]
ROUNDS: Final = 6
"""A rule can make room for another; more often than this they would chase each other."""
REACH: Final = 6
"""Characters shown on either side of a change."""
BOM: Final = "\ufeff"
FIXERS: Final = {check.id: check for check in CHECKS if check.fix}


class Fix(NamedTuple):
    """One change."""

    place: Place
    ids: tuple[str, ...]
    """The checks that asked for it."""
    question: str
    """Empty where a whole file is concerned."""
    before: str
    after: str


class _Change(NamedTuple):
    """How a fix is done."""

    fix: Fix
    number: int
    """Of the event of the value."""
    value: str
    edits: list[Edit]


def mend_file(
    text: str, findings: Sequence[Finding], rules: Rules, file: str
) -> tuple[str, list[Fix], list[Fix]]:
    """Mend what the findings of a file name, by the checks that the rules let run.

    Returns the text, what was done, and what could not be done.
    """
    bom = BOM if text.startswith(BOM) else ""
    mended, done, failed = _mend_values(text.removeprefix(BOM), findings, rules)
    text = bom + mended
    for id in sorted({finding.problem.id for finding in findings}):
        if FIXERS[id].scope == "file":
            text, some = _mend_lines(text, FIXERS[id], file)
            done += some
    return text, done, failed


def _mend_values(text: str, findings: Sequence[Finding], rules: Rules) -> tuple[str, list[Fix], list[Fix]]:
    """Mend the single values at the places of the findings: the text, what was done, what could not be."""
    wanted = [finding for finding in findings if FIXERS[finding.problem.id].scope != "file"]
    known = scalars(text) if wanted else {}
    starts = sorted(known)
    by_value: dict[tuple[int, int], list[Finding]] = {}
    for finding in wanted:
        place = finding.problem.place  # of a character of the value
        before = bisect_right(starts, (place.line, place.column))
        if before:
            by_value.setdefault(starts[before - 1], []).append(finding)
    changes: list[_Change] = []
    failed: list[Fix] = []
    for start, found in by_value.items():
        scalar = known[start]
        value, ids = _settled(scalar.value, found, rules)
        if value == scalar.value:
            continue
        fix = Fix(found[0].problem.place, ids, found[0].question, *_difference(scalar.value, value))
        edits = edits_for(text, scalar, value)
        if edits is None:
            failed.append(fix)
        else:
            changes.append(_Change(fix, scalar.number, value, edits))
    sound = list(_sound(text, content(text), changes)) if changes else []
    failed += [change.fix for change in changes if change not in sound]
    edits = [edit for change in sound for edit in change.edits]
    return replaced(text, edits), [change.fix for change in sound], failed


def _settled(value: str, findings: Sequence[Finding], rules: Rules) -> tuple[str, tuple[str, ...]]:
    """The value when no check wants anything more of it, and the checks that wanted something.

    All checks of a family are asked, because one mistake mended can bring another to light.
    """
    families = {_family(finding.problem.id) for finding in findings}
    any_finding = findings[0]
    fixers = [
        (id, check.fix)
        for id, check in FIXERS.items()
        if check.scope != "file"
        and _family(id) in families
        and rules.has(id)
        and not rules.allows(replace(any_finding, problem=replace(any_finding.problem, id=id)))
    ]
    ids: dict[str, None] = {}
    for _ in range(ROUNDS):
        before = value
        for id, fix in fixers:
            assert fix is not None
            new = fix(value)
            if new != value:
                value = new
                ids[id] = None
        if value == before:
            break
    return value, tuple(sorted(ids))


def _family(id: str) -> str:
    return id.rstrip("0123456789")


def _sound(text: str, before: list[Event], changes: Sequence[_Change]) -> Iterator[_Change]:
    """The changes by which the text says exactly what is meant."""
    meant = list(before)
    for change in changes:
        meant[change.number] = (meant[change.number][0], change.value)
    if _content(replaced(text, [edit for change in changes for edit in change.edits])) == meant:
        yield from changes
    elif len(changes) > 1:
        half = len(changes) // 2
        yield from _sound(text, before, changes[:half])
        yield from _sound(text, before, changes[half:])


def _mend_lines(text: str, check: Check, file: str) -> tuple[str, list[Fix]]:
    """Mend lines of a file, as long as it says the same afterwards."""
    assert check.fix is not None
    parts = LINE_END.split(text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    mended = check.fix("\n".join(lines)).split("\n")
    if len(mended) != len(lines):
        return text, []
    said = _meaning(text)
    for kept in (set[int](), block_lines(text)):
        for number in kept:
            mended[number - 1] = lines[number - 1]
        new = "".join(line + end for line, end in zip(mended, ends, strict=True))
        if said is not None and _meaning(new) == said:
            return new, [
                Fix(Place(file, number), (check.id,), "", *_difference(before, after))
                for number, (before, after) in enumerate(zip(lines, mended, strict=True), start=1)
                if before != after
            ]
    return text, []


def _content(text: str) -> list[Event] | None:
    try:
        return content(text.removeprefix(BOM))
    except yaml.YAMLError:
        return None


def _meaning(text: str) -> list[Event] | None:
    """What the text says to the loader, which strips values and sorts the letters of an answer."""
    said = [(kind, value.strip()) for kind, value in _content(text) or ()]
    start = None
    for index, (kind, _) in enumerate(said):
        if kind is yaml.SequenceStartEvent and said[index - 1] == (yaml.ScalarEvent, "answer"):
            start = index + 1
        elif kind is not yaml.ScalarEvent and start is not None:
            said[start:index] = sorted(said[start:index], key=lambda event: event[1])
            start = None
    return said or None


def _difference(before: str, after: str) -> tuple[str, str]:
    """Where two texts differ, with a little of what is around; blanks as ␣ where only blanks differ."""
    before, after = before.strip("\n"), after.strip("\n")
    start = _same(before, after)
    end = min(_same(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    first = max(start - REACH, 0)
    told = [text[first : max(len(text) - end + REACH, 0)] for text in (before, after)]
    if "".join(before.split()) == "".join(after.split()):
        told = [re.sub("[ \t\u00a0\u3000]", "␣", text) for text in told]
    return told[0], told[1]


def _same(a: str, b: str) -> int:
    """How many characters at the start of two texts are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
