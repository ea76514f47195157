"""Running checks: which ones, on what, and what they found, sorted by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from kejian.checks import CHECKS
from kejian.checks.check import Check, Finding, Found, Item
from kejian.checks.course import Course
from kejian.checks.locate import Locator
from kejian.checks.owners import owned
from kejian.model import Place, Problem
from kejian.yamlfile import short, shown

__all__ = ["Rules", "check_course", "check_item", "fits", "is_inside", "is_within"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Which checks run, and which findings somebody has looked at and allowed."""

    select: tuple[str, ...] = ("*",)
    """Ids, families (`ITEM`) or patterns (`ITEM*`)."""
    ignore: tuple[str, ...] = ()
    allow: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Id of a check to ids of the questions (or patterns) where it may be found."""

    def has(self, id: str) -> bool:
        """Whether a check runs."""
        return fits(id, self.select) and not self.ignores(id)

    def ignores(self, id: str) -> bool:
        """Whether a check is left out by name."""
        return fits(id, self.ignore)

    def allows(self, finding: Finding) -> bool:
        """Whether a finding may stay."""
        patterns = self.allow.get(finding.problem.id, ())
        return any(fnmatchcase(finding.question, pattern) for pattern in patterns)


def check_course(course: Course, rules: Rules = Rules(), within: Sequence[Path] = ()) -> list[Finding]:
    """Everything that is wrong, sorted by place; `within`: only in these files and folders."""
    run = _Run(course, rules)
    found = [
        Finding(problem, "error", problem.subject.split(".")[0].split("[")[0])
        for problem in course.problems
        if rules.has(problem.id)
    ]
    checks = [check for check in CHECKS if rules.has(check.id)]
    for check in checks:
        found += [run.finding(check, one) for one in run.calls(check)]
    # question by question, not check by check: what one check has worked out of a question is at hand for the next
    about_one = [check for check in checks if check.scope == "question"]
    for item in course.items():
        for check in about_one:
            found += [run.finding(check, one) for one in check.find(item, course)]
    kept = {finding for finding in owned(found) if not rules.allows(finding) and is_within(finding, within)}
    return sorted(kept)


def check_item(item: Item, course: Course, rules: Rules = Rules()) -> list[Finding]:
    """What the checks of a single question find in one question."""
    run = _Run(course, rules)
    found: list[Finding] = []
    for check in CHECKS:
        if check.scope == "question" and rules.has(check.id):
            found += [run.finding(check, one) for one in check.find(item, course)]
    return sorted({finding for finding in owned(found) if not rules.allows(finding)})


@dataclass
class _Run:
    course: Course
    rules: Rules
    locator: Locator = field(default_factory=Locator)

    def calls(self, check: Check) -> Iterator[Found]:
        """What a check finds in the whole course, unless it is about single questions."""
        if check.scope == "quiz":
            for quiz in self.course.bank.quizzes:
                yield from check.find(quiz, self.course)
        elif check.scope == "file":
            for path in self.course.files:
                try:
                    text = path.read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):  # the loader has said why
                    continue
                yield from check.find(text, shown(path), self.course)
        elif check.scope == "bank" or (check.scope == "book" and self.course.has_book):
            yield from check.find(self.course)

    def finding(self, check: Check, found: Found) -> Finding:
        """What was found, with its place."""
        where, values, question = found
        words = tuple((name, short(str(value))) for name, value in values.items())
        if isinstance(where, Place):
            place, subject, id = where, "", question
        else:
            place, subject = self.locator.place(where), str(where)
            id = where.item.question.id
        return Finding(Problem(place, check.id, subject, words), check.severity, id)


def fits(id: str, patterns: Iterable[str]) -> bool:
    """Whether an id is one of these, belongs to one of these families or fits one of these patterns."""
    family = id.rstrip("0123456789")
    return any(pattern == family or fnmatchcase(id, pattern) for pattern in patterns)


def is_within(finding: Finding, within: Sequence[Path]) -> bool:
    """Whether a finding stands in one of these files and folders; none: anywhere."""
    return not within or is_inside(finding.problem.place.file, within)


def is_inside(file: str, within: Sequence[Path]) -> bool:
    """Whether a file is one of these (a quiz file stands for its key file too) or in one of these folders."""
    path = Path(file).resolve()
    quiz = path.with_name(path.name.replace(".key.yml", ".yml"))
    return any(place in (path, quiz) or place in path.parents for place in within)
