"""Every check finds its bad example, leaves its good one alone, and has words in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from kejian.catalogue import LANGUAGES, say
from kejian.checks import CHECKS
from kejian.checks.check import Check, Example, Finding
from kejian.checks.course import Course
from kejian.checks.example import shown_example, write_example
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
    """And nothing else is in it that would hide what is meant."""
    found = found_in(check.bad, tmp_path)
    assert check.id in {finding.problem.id for finding in found}
    assert {finding.severity for finding in found if finding.problem.id == check.id} == {check.severity}


@each_check
def test_the_good_example_is_sound(check: Check, tmp_path: Path) -> None:
    """By this check."""
    assert check.id not in {finding.problem.id for finding in found_in(check.good, tmp_path)}


@each_check
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_says_what_why_and_how(check: Check, language: str) -> None:
    """Title, reason; message and remedy can be said with the values of the finding (see the bad example)."""
    for part in ("title", "reason"):
        assert say(f"{check.id}.{part}", language)
    assert shown_example(check.bad)
