"""What `kejian check` does: reads the settings, checks the courses of the given paths, explains checks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from kejian.bank import KEY_SUFFIX, collector_paused
from kejian.catalogue import LANGUAGES, say, texts
from kejian.checks import CHECKS
from kejian.checks.check import Check, Finding
from kejian.checks.course import CONFIG, CONTENTS, Course, find_root
from kejian.checks.data import FOLDER as DATA
from kejian.checks.example import shown_example
from kejian.checks.lock import LOCK, accept
from kejian.checks.run import Rules, check_course, fits, is_inside, is_within
from kejian.terminal import CommandError
from kejian.yamlfile import is_file, shown

__all__ = ["Result", "accept_questions", "check_paths", "explain_check", "read_rules", "remedy_of"]

SETTINGS: Final = "pyproject.toml"
NEAR_MOST: Final = 4
ALIKE: Final = 0.6
"""How many ids are offered in the place of an unknown one, and how much they must be like it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found."""

    findings: tuple[Finding, ...]
    quizzes: int
    questions: int
    strict: bool
    """Whether the settings count warnings as problems."""
    files: int = 0
    """Of the book, its bank and its data, as far as they were looked at."""
    keyless: bool = False
    """Whether there was a quiz without a key file."""

    def failed(self, strict: bool = False) -> bool:
        """Whether something is wrong."""
        return any(f.severity == "error" or strict or self.strict for f in self.findings)

    def summary(self, language: str) -> str:
        """One line for a person."""
        errors = sum(finding.severity == "error" for finding in self.findings)
        counts = {"errors": errors, "warnings": len(self.findings) - errors, "files": self.files}
        if self.quizzes:
            name = "check.summary" if self.findings else "check.none"
        else:
            name = "check.summary-files" if self.findings else "check.none-files"
        told = say(name, language, quizzes=self.quizzes, questions=self.questions, **counts)
        return told + (say("check.keyless", language) if self.keyless else "")


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
    quizzes = questions = files = 0
    strict = keyless = meant = unread = False
    for root, within in roots.items():
        rules, root_strict = read_rules(root, select, ignore)
        strict |= root_strict
        course = Course(root, language=language, public=tuple(public))
        if public and not (course.has_book and any(item.key for item in course.items())):
            raise CommandError("check.no-keys", path=root)
        courses = [course, *(Course(root, path, language) for path in _elsewhere(course, within))]
        everything = root.resolve() in within
        within += [path.resolve() for path in public]
        meant |= everything or bool(paths)
        for one in courses:
            inside = () if everything else within
            findings += check_course(one, rules, inside)
            broken = [f for p in one.problems if is_within(f := Finding(p, "error"), inside)]
            unread |= bool(broken)
            # told also where other checks are selected: it keeps files from being checked at all
            findings += [f for f in broken if not rules.has(f.problem.id) and not rules.ignores(f.problem.id)]
            checked = [q for q in one.bank.quizzes if everything or _is_meant(q.place.file, within)]
            quizzes += len(checked)
            questions += sum(len(quiz.questions) for quiz in checked)
            keyless |= any(quiz.keys is None for quiz in checked)
            files += sum(everything or is_inside(shown(file), within) for file in _files(one))
    # whoever named no path meant the questions
    if not findings and not quizzes and (unread or not (files and meant)):
        raise CommandError("check.empty")
    return Result(tuple(findings), quizzes, questions, strict, files, keyless)


def _is_meant(quiz: str, within: Sequence[Path]) -> bool:
    """Whether a quiz is checked when these paths are: its file or its key file is there."""
    key = Path(quiz).with_suffix(KEY_SUFFIX)
    return is_inside(quiz, within) or is_inside(shown(key), within)


def _files(course: Course) -> Iterator[Path]:
    """The files that checks look at."""
    yield from course.files
    if course.quizzes and is_file(lock := course.quizzes / LOCK):
        yield lock
    if course.has_book:
        names = (CONFIG, CONTENTS, *(f"{name}.md" for name in course.contents))
        yield from (path for name in names if is_file(path := course.root / name))
        yield from (path for path in (course.root / DATA).rglob("*") if is_file(path))


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
    for name in ("select", "ignore", "allow"):
        for id in settings.get(name, ()):
            if not _is_known(id, exactly=name == "allow"):
                raise CommandError("check.config.id", file=file, name=name, id=id, near=_near(id))
    for id in (*select, *ignore):
        if not _is_known(id):
            raise CommandError("check.unknown", id=id, near=_near(id))
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
    if check is None and id.upper() in _problems():
        return _explain_problem(id.upper(), language)
    if check is None:
        raise CommandError("check.unknown", id=id, near=_near(id))
    severity = say(f"check.{check.severity}", language)
    parts = [
        f"{check.id}  {say(f'{check.id}.title', language)}  {severity}",
        say("check.reason-of", language, reason=say(f"{check.id}.reason", language)),
        say("check.remedy", language, remedy=remedy_of(check, language)),
    ]
    for name, example in (
        ("bad", shown_example(check.bad)),
        ("good", shown_example(check.good, check.bad)),
    ):
        if example:
            parts.append(say(f"check.example.{name}", language) + "\n" + _indented(example))
    return "\n\n".join(parts)


def _explain_problem(id: str, language: str) -> str:
    """Message and remedy of a problem of the files themselves."""
    message = _elided(f"{id}.message", "problems", language)
    remedy = _elided(f"{id}.remedy", "problems", language)
    severity = say("check.error", language)
    return f"{id}  {message}  {severity}\n\n{say('check.remedy', language, remedy=remedy)}"


def remedy_of(check: Check, language: str) -> str:
    """The remedy of a check where nothing has been found."""
    return _elided(f"{check.id}.remedy", "checks", language)


def _elided(text: str, area: str, language: str) -> str:
    """A text of a check or problem, with an ellipsis for the words concerned."""
    names = (name for _, name, _, _ in Formatter().parse(texts(area, language)[text]) if name)
    return say(text, language, **dict.fromkeys(names, "…"))


@cache
def _problems() -> tuple[str, ...]:
    """Ids of the problems that files themselves can have."""
    names = (name.removesuffix(".message") for name in texts("problems", LANGUAGES[0]) if ".message" in name)
    return tuple(name for name in names if name.isupper())


def _is_known(pattern: str, *, exactly: bool = False) -> bool:
    """Whether there is a check or problem of this id; or one that the pattern or name of a family fits."""
    ids = (*(check.id for check in CHECKS), *_problems())
    return pattern in ids if exactly else any(fits(id, (pattern,)) for id in ids)


def _near(id: str) -> str:
    """The ids and families that are most like one that does not exist."""
    ids = [*(check.id for check in CHECKS), *_problems()]
    families = list(dict.fromkeys(id.rstrip("0123456789") for id in ids))
    return ", ".join(get_close_matches(id.upper(), [*families, *ids], n=NEAR_MOST, cutoff=ALIKE) or families)


def _elsewhere(course: Course, within: Sequence[Path]) -> list[Path]:
    """Paths with quizzes that are not in the bank of their book, e.g. a folder of examples."""
    known = [file.resolve() for file in _files(course)]
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
