"""`kejian check --mutate`: damages every question in every small way (`damage.py`) and counts what is noticed.

A damaged question is written to a file and loaded again; then run the checks of evidence, reasons and rubrics. What
the loader or a check says that was not said of the sound question is a notice. The key lock compares hashes besides.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

import yaml

from kejian.bank import KEY_SUFFIX, scan_bank
from kejian.catalogue import say
from kejian.checks import CHECKS
from kejian.checks.check import Check
from kejian.checks.command import read_rules
from kejian.checks.course import Course, Item, find_root
from kejian.checks.damage import GROUPS, KINDS, Damage, Number, Pair, Written
from kejian.checks.lock import changes_of, entry_of
from kejian.checks.run import Rules
from kejian.model import Bank, Quiz
from kejian.terminal import CommandError, table
from kejian.yamlfile import short

__all__ = ["Tally", "describe_tallies", "mutate_course", "mutate_paths", "stands"]

PROVED: Final = ("answers", "reasons", "evidence", "points")
"""Groups of damages that checks must notice without a lock:"""
PROVED_LEAST: Final = 90
"""so many per cent of all of them."""
FAMILIES: Final = ("EVID", "KEY", "RUB")
"""Of checks that know right from wrong; how something is written proves nothing."""
GRADING: Final = "RUB"
"""Family of the checks that grade; they look at nothing but what the mark of an essay depends on."""
TOLD: Final = 5
"""Examples of each kind of damage that nobody noticed."""
WIDE: Final = 60
"""Characters of an example that are shown."""
IDS_TOLD: Final = 4
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
DUMPER: Any = getattr(yaml, "CBaseDumper", yaml.BaseDumper)

ALL: Final = Rules()

Notice = tuple[str, str, str]
"""Id of a check, field, values."""


@dataclass
class Tally:
    """What became of the damages of one kind."""

    kind: str
    group: str
    made: int = 0
    noticed: int = 0
    """Without a lock."""
    locked: int = 0
    """With a lock."""
    by: Counter[str] = field(default_factory=Counter)
    """Id of a check to how many damages it noticed."""
    missed: list[tuple[str, str]] = field(default_factory=list)
    """(question, what was changed) of those that were not noticed without a lock."""

    def add(self, other: Tally) -> None:
        """Count those of another course too."""
        self.made += other.made
        self.noticed += other.noticed
        self.locked += other.locked
        self.by += other.by
        self.missed += other.missed


def mutate_paths(
    paths: Sequence[Path], select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> list[Tally]:
    """The tallies of the questions in the files and folders, added up; raises CommandError when there are none."""
    roots: dict[Path, list[Path]] = {}
    for path in paths or (Path(),):
        roots.setdefault(find_root(path), []).append(path.resolve())
    tallies = [Tally(kind.name, kind.group) for kind in KINDS]
    for root, within in roots.items():
        rules, _ = read_rules(root, select, ignore)
        for tally, more in zip(tallies, mutate_course(Course(root), rules, within), strict=True):
            tally.add(more)
    if not any(tally.made for tally in tallies):
        raise CommandError("mutate.none")
    return tallies


def stands(tallies: Sequence[Tally]) -> bool:
    """Whether enough is noticed: all of it with a lock, and the greater part of what can be proved without one."""
    proved = [tally for tally in tallies if tally.group in PROVED]
    made, noticed = sum(tally.made for tally in proved), sum(tally.noticed for tally in proved)
    return all(tally.locked == tally.made for tally in tallies) and 100 * noticed >= PROVED_LEAST * made


def mutate_course(
    course: Course, rules: Rules = ALL, within: Sequence[Path] = (), ids: Container[str] | None = None
) -> list[Tally]:
    """Damage the questions of a course, and tally what is noticed; `within`: only quizzes in these files and folders;
    `ids`: only these questions."""
    tallies = {kind.name: Tally(kind.name, kind.group) for kind in KINDS}
    pages = [page.name for page in course.pages()]
    with TemporaryDirectory() as folder:
        for quiz in course.bank.quizzes:
            file = Path(quiz.place.file).resolve()
            if within and not any(path in (file, *file.parents) for path in within):
                continue
            trial = _Trial(course, quiz, rules, Path(folder) / "damaged.yml")
            for written in trial.written(pages):
                for kind in KINDS if ids is None or written.id in ids else ():
                    for damage in kind.make(written):
                        _count(tallies[kind.name], written.id, damage, trial)
    return list(tallies.values())


def _count(tally: Tally, question: str, damage: Damage, trial: _Trial) -> None:
    ids, is_locked = trial.run(damage)
    tally.made += 1
    tally.noticed += bool(ids)
    tally.locked += is_locked or bool(ids)
    tally.by.update(ids)
    if not ids:
        tally.missed.append((question, damage.what))


class _Trial:
    """Runs the checks on damaged questions of one quiz."""

    def __init__(self, course: Course, quiz: Quiz, rules: Rules, file: Path) -> None:
        self.course, self.quiz, self.file = course, quiz, file
        self.key_file = file.with_name(file.stem + KEY_SUFFIX)
        self.checks = [
            check
            for check in CHECKS
            if check.scope == "question" and check.id.startswith(FAMILIES) and rules.has(check.id)
        ]
        self.numbers = {question.id: number for number, question in enumerate(quiz.questions)}
        self.keys = dict(quiz.keys or {})
        self.sound: dict[str, set[Notice]] = {}
        self.entries: dict[str, Mapping[str, Any]] = {}

    def written(self, pages: Sequence[str]) -> Iterator[Written]:
        """The questions that have a key, as their files say them."""
        file = Path(self.quiz.place.file)
        self.head = _read(file)
        key_file = file.with_name(file.stem + KEY_SUFFIX)
        self.key_head = _read(key_file) if self.keys else {"answers": {}}
        answers = self.key_head["answers"]
        pairs = [
            (question["id"], Pair(question, answers[question["id"]]))
            for question in self.head["questions"]
            if question["id"] in answers
        ]
        own = dict.fromkeys((*self.quiz.pages, *pages))
        for number, (id, pair) in enumerate(pairs):
            following = pairs[number + 1] if number + 1 < len(pairs) else None
            yield Written(id, pair, following, tuple(own))

    def run(self, damage: Damage) -> tuple[set[str], bool]:
        """Ids of what notices the damage, and whether the lock does."""
        questions = [pair.question for pair in damage.pairs.values()]
        answers = {id: pair.key for id, pair in damage.pairs.items()}
        _write(self.file, self.head | {"questions": questions})
        _write(self.key_file, self.key_head | {"answers": answers})
        bank, problems, _ = scan_bank(self.file)
        if problems:
            return {problem.id for problem in problems}, False
        damaged = bank.quizzes[0]
        keys = self.keys | dict(damaged.keys or {})
        changed = {question.id: question for question in damaged.questions}
        questions_now = tuple(changed.get(question.id, question) for question in self.quiz.questions)
        quiz = replace(self.quiz, questions=questions_now, keys=MappingProxyType(keys))
        course = copy.copy(self.course)
        course.bank = Bank(tuple(quiz if other is self.quiz else other for other in course.bank.quizzes))
        ids: set[str] = set()
        is_locked = False
        for id in damage.pairs:
            before, now = self._item(self.quiz, id), self._item(quiz, id)
            if id not in self.sound:
                self.sound[id] = _notices(self.checks, before, self.course)
                self.entries[id] = entry_of(before)
            checks = self.checks
            if _graded(now) == _graded(before):  # grading takes most of the time
                checks = [check for check in checks if not check.id.startswith(GRADING)]
            ids |= {notice[0] for notice in _notices(checks, now, course) - self.sound[id]}
            is_locked |= bool(changes_of(self.entries[id], now))
        return ids, is_locked

    def _item(self, quiz: Quiz, id: str) -> Item:
        return Item(quiz, quiz.questions[self.numbers[id]], (quiz.keys or {})[id])


def _notices(checks: Sequence[Check], item: Item, course: Course) -> set[Notice]:
    return {
        (check.id, str(found.where), str(sorted(found.values.items())))
        for check in checks
        for found in check.find(item, course)
    }


def _graded(item: Item) -> tuple[Any, ...]:
    """All of an essay that its mark depends on."""
    question, key = item.question, item.key
    if key is None or key.rubric is None:
        return (question,)
    groups = [
        (group, [replace(point, evidence=None) for point in group.points]) for group in key.rubric.groups
    ]
    marked = [(group.id, group.max, points) for group, points in groups]
    return question, key.model_answer, key.samples, key.rubric.alignment, key.rubric.min_chars, marked


def describe_tallies(tallies: Sequence[Tally], language: str) -> str:
    """A table of the kinds and groups of damages, and examples of what was missed."""
    rows = [[say(f"mutate.{name}", language) for name in ("damage", "made", "unlocked", "locked", "by")]]
    for group in GROUPS:
        some = [tally for tally in tallies if tally.group == group and tally.made]
        if not some:
            continue
        rows += [
            _row("  " + say(f"mutate.kind.{tally.kind}", language), [tally], _ids(tally.by)) for tally in some
        ]
        rows.append(_row(say(f"mutate.group.{group}", language), some))
    proved = [tally for tally in tallies if tally.group in PROVED]
    rows.append(_row(say("mutate.proved", language, least=PROVED_LEAST), proved))
    rows.append(_row(say("mutate.all", language), tallies))
    parts = [table(rows)]
    for tally in tallies:
        if tally.missed and tally.group in PROVED:
            name = say(f"mutate.kind.{tally.kind}", language)
            lines = [say("mutate.missed", language, kind=name, count=len(tally.missed))]
            lines += [f"  {question}  {short(what, WIDE)}" for question, what in tally.missed[:TOLD]]
            if len(tally.missed) > TOLD:
                lines.append(say("mutate.more", language, count=len(tally.missed) - TOLD))
            parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _row(name: str, tallies: Sequence[Tally], by: str = "") -> list[str]:
    made = sum(tally.made for tally in tallies)
    counts = (sum(tally.noticed for tally in tallies), sum(tally.locked for tally in tallies))
    shares = [f"{count} ({1000 * count // max(made, 1) / 10:.1f}%)" for count in counts]
    return [name, str(made), *shares, by]


def _ids(by: Counter[str]) -> str:
    told = ", ".join(f"{id} {count}" for id, count in by.most_common(IDS_TOLD))
    return told + (", …" if len(by) > IDS_TOLD else "")


def _read(file: Path) -> Any:
    return _content(yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=LOADER))


def _content(node: Any) -> Any:
    """Lists, dictionaries and texts; what is written without quotation marks remains so."""
    if isinstance(node, yaml.MappingNode):
        return {name.value: _content(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_content(item) for item in node.value]
    return node.value if node.style else Number(node.value)


def _write(file: Path, content: Any) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        yaml.serialize(_node(content), stream, Dumper=DUMPER, allow_unicode=True, width=1 << 30)


def _node(content: Any) -> yaml.Node:
    if isinstance(content, dict):
        pairs = [(_node(Number(name)), _node(value)) for name, value in content.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    if isinstance(content, list):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in content], flow_style=False)
    # plain where it was plain, so that the loader reads numbers as numbers; blocks keep their lines
    style = None if isinstance(content, Number) else "|" if "\n" in content else "'"
    return yaml.ScalarNode("tag:yaml.org,2002:str", str(content), style=style)
