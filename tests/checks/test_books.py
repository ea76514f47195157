"""The books of this repository pass every check: what is told here is a mistake in a book, or a false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.paths import ROOT

from kejian.checks.course import Course
from kejian.cli import main


@pytest.mark.parametrize("folder", ["", "tests/banks/climate", "quizzes/_examples"])
def test_nothing_is_wrong(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings count."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["check", "--strict", folder or "."])
    assert result.exit_code == 0, result.output


def test_the_second_bank_is_large_enough() -> None:
    """Sixty questions of another subject, of every type."""
    bank = Course(Path(ROOT, "tests/banks/climate")).bank
    types = [question.type for quiz in bank.quizzes for question in quiz.questions]
    assert len(types) >= 60
    assert set(types) == {"single", "multiple", "essay"}


def test_the_bank_of_the_book_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question has been confirmed by somebody."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["check", "--select", "LOCK"])
    assert (Path("quizzes/keys.lock").is_file(), result.exit_code) == (True, 0), result.output
