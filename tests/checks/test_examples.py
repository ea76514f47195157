"""Every check finds its bad example, leaves its good one alone, and has words in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from kejian.catalogue import LANGUAGES, say
from kejian.checks import CHECKS
from kejian.checks.check import Check, Example, Finding
from kejian.checks.course import Course
from kejian.checks.example import shown_example, write_example
from kejian.checks.owners import OWNERS
from kejian.checks.run import check_course

each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def found_in(example: Example, folder: Path) -> list[Finding]:
    """All findings in the course of an example."""
    write_example(example, folder)
    return check_course(Course(folder))


def test_the_sound_course_is_sound(tmp_path: Path) -> None:
    """Examples differ from a course in which no check finds anything."""
    assert found_in(Example(), tmp_path) == []


def test_ids_are_unique() -> None:
    """An id names one check for ever."""
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids))


@each_check
def test_the_bad_example_is_found(check: Check, tmp_path: Path) -> None:
    """It is told once, and by nothing else: one fault, one message."""
    found = found_in(check.bad, tmp_path)
    assert [(finding.problem.id, finding.severity) for finding in found] == [(check.id, check.severity)]


@each_check
def test_the_good_example_is_sound(check: Check, tmp_path: Path) -> None:
    """Nobody learns from an example that is wrong in another way."""
    assert found_in(check.good, tmp_path) == []


def test_an_owner_tells_no_less() -> None:
    """A check that leaves a fault to another one knows it, and no warning stands in for an error."""
    severities = {check.id: check.severity for check in CHECKS}
    for id, owners in OWNERS.items():
        for owner in owners:
            assert (severities[id], severities[owner]) != ("error", "warning"), (id, owner)


@pytest.mark.parametrize(
    ("example", "ids"),
    [
        # another fault in the same question is told as well
        (
            Example(question={"stem": "下列各项中,属于固态的水的是( )。"}, key={"explanation": "略。"}),
            ["KEY20", "ITEM25"],
        ),
        (Example(key={"explanation": "雪和霜是固态,故选B。"}), ["FORM06", "KEY21"]),
        # a wrong letter: the explanation knows it; without it, evidence and options do
        (Example(key={"answer": "B", "why": {"A": "气态。", "C": "故选C。"}}), ["KEY21"]),
        # a spoilt point is the cause of all bad marks
        (Example(type="essay", key={"samples": []}), ["RUB01"]),
    ],
)
def test_each_fault_is_told_once(example: Example, ids: list[str], tmp_path: Path) -> None:
    """By the check that knows most about it."""
    assert ids == [finding.problem.id for finding in found_in(example, tmp_path)]


@pytest.mark.parametrize(
    ("example", "words"),
    [
        (Example(key={"explanation": "雪和霜同冰一样,都是固态的水。"}), ",都是固态"),
        (Example(key={"explanation": "“雪”和霜同冰一样，故选B。"}), "故选B"),
        (Example(key={"explanation": "  '雪'和霜，“都是固态的水。\n第二行，故选B。\n"}), "故选B"),
        (Example(question={"stem": "下列各项中，属于固态的水的是( )。"}), "( )"),
        (
            Example(key={"evidence": [{"page": "water", "quote": "冰是固体的水，雪和霜也是固态的水"}]}),
            "体的水",
        ),
    ],
)
def test_a_finding_points_at_the_very_words(example: Example, words: str, tmp_path: Path) -> None:
    """The caret stands under what is wrong, not at the start of a long line."""
    places = [finding.problem.place for finding in found_in(example, tmp_path)]
    lines = [Path(place.file).read_text(encoding="utf-8").split("\n")[place.line - 1] for place in places]
    assert [
        line for place, line in zip(places, lines, strict=True) if line[place.column - 1 :].startswith(words)
    ]


@each_check
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_says_what_why_and_how(check: Check, language: str) -> None:
    """Title, reason; message and remedy can be said with the values of the finding (see the bad example)."""
    for part in ("title", "reason"):
        assert say(f"{check.id}.{part}", language)
    assert shown_example(check.bad)
