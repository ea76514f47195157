"""What `kejian check` does: reads the settings, checks the courses of the given paths, explains checks."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, Final

from kejian.bank import collector_paused
from kejian.catalogue import LANGUAGES, say, texts
from kejian.checks import CHECKS
from kejian.checks.check import Check, Finding
from kejian.checks.course import Course, find_root
from kejian.checks.example import shown_example
from kejian.checks.lock import accept
from kejian.checks.run import Rules, check_course, is_inside
from kejian.terminal import CommandError

__all__ = ["Result", "accept_questions", "check_paths", "explain_check", "read_rules", "remedy_of"]

SETTINGS: Final = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Result:
    """What was found."""

    findings: tuple[Finding, ...]
    quizzes: int
    questions: int
    strict: bool
    """Whether the settings count warnings as problems."""

    def failed(self, strict: bool = False) -> bool:
        """Whether something is wrong."""
        return any(f.severity == "error" or strict or self.strict for f in self.findings)

    def summary(self, language: str) -> str:
        """One line for a person."""
        counts = {"quizzes": self.quizzes, "questions": self.questions}
        if not self.findings:
            if not self.quizzes:
                return say("check.empty", language)
            return say("check.none", language, **counts)
        errors = sum(finding.severity == "error" for finding in self.findings)
        return say("check.summary", language, errors=errors, warnings=len(self.findings) - errors, **counts)


@collector_paused()
def check_paths(
    paths: Sequence[Path],
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    language: str = LANGUAGES[0],
    public: Sequence[Path] = (),
) -> Result:
    """Check the books that the paths belong to, and keep what is found within the paths; raises CommandError.

    `public`: what students get, to be searched for keys.
    """
    roots: dict[Path, list[Path]] = {}
    for path in paths or (Path(),):
        roots.setdefault(find_root(path), []).append(path.resolve())
    findings: list[Finding] = []
    quizzes = questions = 0
    strict = False
    for root, within in roots.items():
        rules, root_strict = read_rules(root, select, ignore)
        strict |= root_strict
        course = Course(root, language=language, public=tuple(public))
        if public and not (course.has_book and any(item.key for item in course.items())):
            raise CommandError("check.no-keys", path=root)
        courses = [course, *(Course(root, path, language) for path in _elsewhere(course, within))]
        everything = root.resolve() in within
        within += [path.resolve() for path in public]
        for one in courses:
            findings += check_course(one, rules, () if everything else within)
            checked = [q for q in one.bank.quizzes if everything or is_inside(q.place.file, within)]
            quizzes += len(checked)
            questions += sum(len(quiz.questions) for quiz in checked)
    return Result(tuple(findings), quizzes, questions, strict)


def accept_questions(
    paths: Sequence[Path], patterns: tuple[str, ...], by: str, reason: str, language: str
) -> str:
    """Record questions in the key locks of the books that the paths belong to; raises CommandError."""
    lines: list[str] = []
    for root in dict.fromkeys(find_root(path) for path in paths or (Path(),)):
        lines += accept(Course(root), patterns, by, reason, language, date.today())
    if not lines:
        return say("lock.nothing", language)
    return "\n".join([say("lock.accepted", language, count=len(lines)), *lines])


def read_rules(root: Path, select: Sequence[str], ignore: Sequence[str]) -> tuple[Rules, bool]:
    """The settings in `[tool.kejian.check]` of the nearest pyproject.toml, and whether they are strict.

    `select` and `ignore` are those of the command line; they win. Raises CommandError.
    """
    settings, file = _settings(root)
    shapes = {"select": list, "ignore": list, "strict": bool, "allow": dict}
    for name, value in settings.items():
        shape = shapes.get(name)
        if shape is None or not isinstance(value, shape) or not _is_text(value):
            kind = shape.__name__ if shape else "unknown"
            raise CommandError(f"check.config.{kind}", file=file, name=name, known=", ".join(shapes))
    rules = Rules(
        tuple(select or settings.get("select", ("*",))),
        (*settings.get("ignore", ()), *ignore),
        settings.get("allow", {}),
    )
    return rules, settings.get("strict", False)


def _is_text(value: Any) -> bool:
    """Whether what is in a list, or in the lists of a table, is text."""
    if isinstance(value, dict):
        return all(isinstance(part, list) and _is_text(part) for part in value.values())
    return not isinstance(value, list) or all(isinstance(part, str) for part in value)


def explain_check(id: str, language: str) -> str:
    """Title, reason, remedy and examples of a check; raises CommandError."""
    check = next((check for check in CHECKS if check.id == id.upper()), None)
    if check is None:
        raise CommandError("check.unknown", id=id, known=", ".join(check.id for check in CHECKS))
    severity = say(f"check.{check.severity}", language)
    parts = [
        f"{check.id}  {say(f'{check.id}.title', language)}  {severity}",
        say("check.reason-of", language, reason=say(f"{check.id}.reason", language)),
        say("check.remedy", language, remedy=remedy_of(check, language)),
    ]
    for name, shown in (
        ("bad", shown_example(check.bad)),
        ("good", shown_example(check.good, check.bad)),
    ):
        if shown:
            parts.append(say(f"check.example.{name}", language) + "\n" + _indented(shown))
    return "\n\n".join(parts)


def remedy_of(check: Check, language: str) -> str:
    """The remedy of a check where nothing has been found: an ellipsis stands for the words concerned."""
    names = (
        name for _, name, _, _ in Formatter().parse(texts("checks", language)[f"{check.id}.remedy"]) if name
    )
    return say(f"{check.id}.remedy", language, **dict.fromkeys(names, "…"))


def _elsewhere(course: Course, within: Sequence[Path]) -> list[Path]:
    """Paths with quizzes that are not in the bank of their book, e.g. a folder of examples."""
    known = [file.resolve() for file in course.files]
    paths = [path for path in within if path != course.root.resolve()]
    outside = [path for path in paths if not any(path in (file, *file.parents) for file in known)]
    return [_short(path) for path in outside if path.suffix == ".yml" or any(path.glob("*.yml"))]


def _short(path: Path) -> Path:
    """The path as the user would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _settings(root: Path) -> tuple[dict[str, Any], Path]:
    for folder in (root.resolve(), *root.resolve().parents):
        file = folder / SETTINGS
        if file.is_file():
            try:
                content = tomllib.loads(file.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise CommandError("check.config.toml", file=file, reason=error) from error
            found: Any = content
            for name in ("tool", "kejian", "check"):
                found = found.get(name, {})
                if not isinstance(found, dict):
                    raise CommandError("check.config.toml", file=file, reason=f"[tool.kejian.check]: {name}")
            return found, file
    return {}, root / SETTINGS


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
