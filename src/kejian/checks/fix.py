"""`kejian check --fix`: mends what has one right answer, in the files themselves, and nothing else in them.

Everything is tried on a copy of the bank first. A change that does not give exactly what was meant, or by which a
problem appears that was not there, is given up. Only then are the files replaced, each in one step.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from kejian.catalogue import say
from kejian.checks import CHECKS
from kejian.checks.check import Finding
from kejian.checks.command import read_rules
from kejian.checks.course import Course, find_root
from kejian.checks.lock import accept, confirmed
from kejian.checks.mending import FIXERS, Fix, mend_file
from kejian.checks.run import Rules, check_course, is_within
from kejian.terminal import CommandError, printable
from kejian.yamlfile import short, shown

__all__ = ["Fixed", "describe_fixed", "fix_course", "fix_paths"]

BY: Final = "kejian"
REASON: Final = "kejian check --fix"
"""What the history of the key lock says of a question that was mended."""
ROUNDS: Final = 6
"""A fix can make room for another; more often than this they would chase each other."""
_IDS: Final = {check.id for check in CHECKS}


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was done."""

    done: tuple[Fix, ...] = ()
    given_up: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the bank, and the copy on which changes are tried."""

    path: Path
    copy: Path
    data: bytes


def fix_paths(paths: Sequence[Path], select: Sequence[str], ignore: Sequence[str]) -> Fixed:
    """Mend the books that the paths belong to, within the paths; raises CommandError."""
    roots: dict[Path, list[Path]] = {}
    for path in paths or (Path(),):
        roots.setdefault(find_root(path), []).append(path.resolve())
    done: list[Fix] = []
    given_up: list[Fix] = []
    for root, within in roots.items():
        rules, _ = read_rules(root, select, ignore)
        fixed = fix_course(Course(root), rules, () if root.resolve() in within else within)
        done += fixed.done
        given_up += fixed.given_up
    return Fixed(tuple(done), tuple(given_up))


def fix_course(course: Course, rules: Rules, within: Sequence[Path] = ()) -> Fixed:
    """Mend the files of a bank; raises CommandError when one cannot be written.

    What was confirmed in the key lock stays confirmed: nothing that is mended here changes the meaning.
    """
    before = confirmed(course)
    with tempfile.TemporaryDirectory() as folder:
        trial = _Trial(course, Path(folder), rules, within)
        texts, fixed = trial.run()
    for file in trial.files:
        data = texts[file.path].encode("utf-8")
        if data != file.data:
            _write(file, data)
    if before and fixed.done and not course.problems:
        after = Course(course.root, course.quizzes, course.language)
        accept(after, before, BY, REASON, course.language, date.today())
    return fixed


def describe_fixed(fixed: Fixed, language: str) -> str:
    """One line for each change, and for each that was given up."""
    lines = [_told(fix) for fix in fixed.done]
    lines += [say("fix.given-up", language, fix=_told(fix)) for fix in fixed.given_up]
    return "\n".join([*lines, say("fix.done", language, count=len(fixed.done))])


class _Trial:
    """Changes tried on a copy of the bank."""

    def __init__(self, course: Course, folder: Path, rules: Rules, within: Sequence[Path]) -> None:
        assert course.quizzes is not None
        self.root, self.folder, self.rules, self.within = course.root, folder, rules, within
        base = course.quizzes if course.quizzes.is_dir() else course.quizzes.parent
        self.files: list[_File] = []
        for path in course.files:
            data = path.read_bytes()
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:  # the loader says why
                continue
            self.files.append(_File(path, folder / path.relative_to(base), data))

    def run(self) -> tuple[dict[Path, str], Fixed]:
        """The texts of all files afterwards, and what was done."""
        originals = {file.path: file.data.decode("utf-8") for file in self.files}
        baseline = {_key(finding) for finding in self._findings(originals)}
        blocked: set[str] = set()
        texts, done, given_up = originals, list[Fix](), list[Fix]()
        for _ in range(ROUNDS):
            findings = self._findings(texts)
            new = [finding for finding in findings if _key(finding) not in baseline]
            if new:
                # a file that does not load any more brings other findings with it
                new = [finding for finding in new if finding.problem.id not in _IDS] or new
                fresh = {name for finding in new for name in (finding.question, finding.problem.place.file)}
                guilty = (
                    [fix for fix in done if fix.question and fix.question in fresh]
                    or [fix for fix in done if fix.place.file in fresh]
                    or done
                )
                given_up += guilty
                blocked |= {fix.question or fix.place.file for fix in guilty}
                texts, done = originals, []
                continue
            changed, made, failed = self._mended(texts, findings, blocked)
            if not made:
                return texts, Fixed(tuple(sorted(done)), tuple(sorted({*given_up, *failed})))
            texts = changed
            done += made
        return originals, Fixed((), tuple(sorted({*done, *given_up})))

    def _findings(self, texts: Mapping[Path, str]) -> list[Finding]:
        """What all checks find in the copy, with the places of the original files."""
        names = {shown(file.copy): shown(file.path) for file in self.files}
        for file in self.files:
            file.copy.parent.mkdir(parents=True, exist_ok=True)
            file.copy.write_bytes(texts[file.path].encode("utf-8"))
        found = []
        for finding in check_course(Course(self.root, self.folder)):
            place = finding.problem.place
            moved = replace(place, file=names.get(place.file, place.file))
            found.append(replace(finding, problem=replace(finding.problem, place=moved)))
        return found

    def _mended(
        self, texts: Mapping[Path, str], findings: Sequence[Finding], blocked: Set[str]
    ) -> tuple[dict[Path, str], list[Fix], list[Fix]]:
        """The texts after one round, what was done, and what could not be."""
        wanted = [
            finding
            for finding in findings
            if finding.problem.id in FIXERS
            and self.rules.has(finding.problem.id)
            and is_within(finding, self.within)
            and (finding.question or finding.problem.place.file) not in blocked
        ]
        after, done, failed = dict(texts), list[Fix](), list[Fix]()
        for file in self.files:
            name = shown(file.path)
            here = [finding for finding in wanted if finding.problem.place.file == name]
            after[file.path], made, not_made = mend_file(after[file.path], here, self.rules, name)
            done += made
            failed += not_made
        return after, done, failed


def _told(fix: Fix) -> str:
    place, ids = f"{fix.place.file}:{fix.place.line}", " ".join(fix.ids)
    before, after = short(fix.before), short(fix.after)
    if before == after:  # blanks, or characters that cannot be seen
        before, after = _visible(fix.before), _visible(fix.after)
    return printable(f"{place}  {ids}  {before} → {after}")


def _visible(text: str) -> str:
    """With a name for each character that is not seen."""
    return "".join(f"<U+{ord(c):04X}>" if not c.isprintable() else "␣" if c == " " else c for c in text)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.problem.id, finding.question or finding.problem.place.file


def _write(file: _File, data: bytes) -> None:
    """Replace a file in one step; raises CommandError."""
    target = file.path.resolve()  # a link stays a link
    new: Path | None = None
    try:
        if target.read_bytes() != file.data:
            raise CommandError("fix.changed", file=shown(file.path))
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".new", delete=False) as out:
            new = Path(out.name)
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(target, new)
        new.replace(target)
    except OSError as error:
        raise CommandError("fix.unwritable", file=shown(file.path), reason=error) from error
    finally:
        if new is not None:
            new.unlink(missing_ok=True)
