"""pytest collects `quizzes/*.yml`: one test per question, `quizzes/chapter-01.yml::ch01-s01`.

A question passes when no check of a single question finds anything in it and its samples get their marks. The
type of the question is a marker, so `pytest quizzes -m essay -k ch01` works. A file is a quiz file when its key file
lies beside it. Imports wait until there is one: this plugin is loaded wherever kejian is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kejian.checks.check import Finding
    from kejian.checks.course import Course
    from kejian.checks.run import Rules

__all__ = ["QuestionTest", "QuizFile"]

KEY_SUFFIX = ".key.yml"


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers, so that --strict-markers knows them."""
    for type in ("single", "multiple", "essay"):
        config.addinivalue_line("markers", f"{type}: a question of this type in a question bank (kejian)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A quiz file that has a key file."""
    if file_path.suffix != ".yml" or file_path.name.endswith(KEY_SUFFIX):
        return None
    if not file_path.with_name(file_path.stem + KEY_SUFFIX).is_file():
        return None
    collector: pytest.Collector = QuizFile.from_parent(parent, path=file_path)
    return collector


class QuizFile(pytest.File):
    """A quiz file with its key file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One test per question; a file that cannot be loaded is an error that tells every problem."""
        from kejian.checks.check import Finding
        from kejian.checks.run import check_item

        course, rules, strict = _course_of(self.path)
        broken = [Finding(p, "error") for p in course.problems if _is_of(p.place.file, self.path)]
        if broken:
            raise self.CollectError(_told(broken, self.config))
        for item in course.items():
            if _is_of(item.question.place.file, self.path):
                test = QuestionTest.from_parent(
                    self,
                    name=item.question.id,
                    check=partial(check_item, item, course, rules),
                    strict=strict,
                    line=item.question.place.line,
                )
                test.add_marker(item.question.type)
                yield test


class QuestionTest(pytest.Item):
    """All checks of one question."""

    def __init__(
        self, *, check: Callable[[], list[Finding]], strict: bool, line: int, **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.check, self.strict, self.line = check, strict, line

    def runtest(self) -> None:
        """Raises UnsoundError; warnings alone do so where the settings are strict."""
        findings = self.check()
        if any(finding.severity == "error" or self.strict for finding in findings):
            raise UnsoundError(findings)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The findings as `kejian check` tells them; a traceback only where the program itself is wrong."""
        if isinstance(excinfo.value, UnsoundError):
            return _told(excinfo.value.findings, self.config)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line (from 0) and name."""
        return self.path, self.line - 1, self.name


class UnsoundError(Exception):
    """A question in which checks found something."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(len(findings))


_COURSES: dict[Path, tuple[Course, Rules, bool]] = {}


def _course_of(path: Path) -> tuple[Course, Rules, bool]:
    """The course around a quiz file, read once for all its files; its settings, and whether they are strict."""
    from kejian.checks.command import read_rules
    from kejian.checks.course import Course, find_root

    root = find_root(path)
    if root not in _COURSES:
        _COURSES[root] = (Course(root), *read_rules(root, (), ()))
    course, rules, strict = _COURSES[root]
    if not any(_is_of(file.as_posix(), path) for file in course.files):  # outside the bank of its book
        course = Course(root, path)
    return course, rules, strict


def _is_of(file: str, path: Path) -> bool:
    """Whether a file is the quiz file or its key file."""
    resolved = Path(file).resolve()
    return resolved in (path.resolve(), path.resolve().with_name(path.stem + KEY_SUFFIX))


def _told(findings: Iterable[Finding], config: pytest.Config) -> str:
    """As `kejian check` tells them, in colour where pytest writes in colour."""
    import os

    import click

    from kejian.catalogue import LANGUAGES, language_of
    from kejian.checks.report import text_of

    language = language_of(os.environ.get("KEJIAN_LANGUAGE", LANGUAGES[0]))
    text = "\n" + text_of(list(findings), language)
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return text if reporter is not None and reporter.hasmarkup else click.unstyle(text)
