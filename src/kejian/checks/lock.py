"""The key lock: `quizzes/keys.lock` remembers every key as somebody confirmed it, and who, when and why.

    questions:
      ch01-m04: {answer: BC, points: 4, type: multiple, scoring: subset, stem: 5d0c…, options: 91ab…, …}
    history:
      - 2026-11-20 王老师 ch01-m04: BCD → BC（原因：第三版教材删去了D项的内容）

Answer, points and rule stand there in words, the rest as hashes. The file holds answers: it belongs where the key
files are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from kejian.catalogue import say
from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import Course, Item
from kejian.model import Place
from kejian.settings import load_settings
from kejian.terminal import CommandError
from kejian.yamlfile import is_file, shown

__all__ = ["CHECKS", "LOCK", "Change", "accept", "changes_of", "confirmed", "entry_of"]

LOCK: Final = "keys.lock"
HASH_LENGTH: Final = 10
PLAIN: Final = ("answer", "points", "scoring", "type")
"""Parts of an entry that stand there in words."""
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], bool]]] = {
    "answer": (("answer",), True),
    "evidence": (("evidence",), True),
    "options": (("options",), False),
    "points": (("points",), False),
    "reasons": (("explanation",), True),
    "rubric": (("rubric",), True),
    "scoring": (("scoring",), False),
    "stem": (("stem",), False),
    "type": (("type",), False),
}
"""Part of an entry to the field where it stands, and whether that is in the key."""

Entry = dict[str, str | int]


class Change(NamedTuple):
    """A part of a question that is not as it was confirmed."""

    part: str
    before: str
    """Empty for a part that is kept as a hash."""
    after: str

    def told(self, language: str) -> str:
        """`BCD → BC` for an answer; for others with the name of the part, where hashes say only that it changed."""
        name = say(f"lock.part.{self.part}", language)
        if self.part == "answer":
            return f"{self.before or '–'} → {self.after or '–'}"
        return f"{name} {self.before} → {self.after}" if self.part in PLAIN else name


def entry_of(item: Item) -> Entry:
    """What the lock remembers of a question."""
    question, key = item.question, item.key
    assert key is not None
    hashed = {
        "stem": question.stem,
        "options": dict(question.options),
        "reasons": [key.explanation, dict(key.why)],
        "evidence": [[e.page, e.quote] for e in key.evidence],
        "rubric": [key.model_answer, _plain(key.rubric), _plain(key.samples)],
    }
    entry: Entry = {"answer": "".join(key.answer), "points": question.points, "type": question.type}
    entry |= {"scoring": question.scoring} if question.type == "multiple" else {}
    return entry | {
        name: _hash(content) for name, content in hashed.items() if content not in ({}, [None, None, []])
    }


def changes_of(entry: Mapping[str, Any], item: Item) -> list[Change]:
    """The parts of a question that differ from its entry."""
    now = entry_of(item)
    return [
        Change(part, str(entry.get(part, "–")), str(now.get(part, "–")))
        for part in _FIELDS
        if entry.get(part) != now.get(part)
    ]


def accept(
    course: Course, patterns: tuple[str, ...], by: str, reason: str, language: str, today: date
) -> list[str]:
    """Record the questions with these ids (or patterns) as they are now; returns the new lines of the history.

    Also forgets questions that are gone. Raises CommandError: nobody named, no reason, files of the bank broken,
    no question of that id, or the lock cannot be read or written.
    """
    by, reason = " ".join(by.split()), " ".join(reason.split())
    if not by or not reason:
        raise CommandError("lock.who-why")
    if course.problems:
        raise CommandError("lock.broken", place=course.problems[0].place)
    assert course.quizzes is not None
    file = course.quizzes / LOCK
    lock = _read(file) if is_file(file) else {}
    if lock is None:
        raise CommandError("lock.unreadable", file=shown(file))
    entries: dict[str, Entry] = dict(lock.get("questions", {}))
    current = {item.question.id: item for item in course.items() if item.key is not None}
    known = [*current, *(id for id in entries if id not in current)]
    lines: list[str] = []
    for pattern in patterns:
        if not any(fnmatchcase(id, pattern) for id in known):
            raise CommandError("lock.no-question", name=pattern)
    for id in known:
        if not any(fnmatchcase(id, pattern) for pattern in patterns):
            continue
        told = _told(entries.get(id), current.get(id), language)
        if told:
            lines.append(
                f"{today.isoformat()} {by} {id}: {told}{say('lock.reason', language, reason=reason)}"
            )
        if id in current:
            entries[id] = entry_of(current[id])
        else:
            del entries[id]
    ordered = {id: entries[id] for id in known if id in entries}
    if lines:
        _write(file, ordered, [*lock.get("history", ()), *lines], language)
    return lines


def confirmed(course: Course) -> tuple[str, ...]:
    """Ids of the questions that are as somebody confirmed them."""
    return tuple(item.question.id for item, entry in _compared(course) if entry == entry_of(item))


def _told(entry: Entry | None, item: Item | None, language: str) -> str:
    if item is None:
        return say("lock.removed", language)
    if entry is None:
        letters = "".join(item.key.answer) if item.key else ""
        return say("lock.new", language, answer=letters or say("lock.part.rubric", language))
    return "；".join(change.told(language) for change in changes_of(entry, item))


def _changed(course: Course) -> Iterator[Found]:
    """Questions that are not as they were confirmed."""
    for item, entry in _compared(course):
        changes = changes_of(entry, item) if entry is not None else []
        if changes:
            path, in_key = _FIELDS[changes[0].part]
            told = "；".join(change.told(course.language) for change in changes)
            yield Found(Field(item, path, in_key), {"change": told, "id": item.question.id})


def _new(course: Course) -> Iterator[Found]:
    for item, entry in _compared(course):
        if entry is None:
            yield Found(Field(item, (), True), {"id": item.question.id})


def _gone(course: Course) -> Iterator[Found]:
    file, lock = _lock_of(course)
    known = {question.id for quiz in course.bank.quizzes for question in quiz.questions}
    # a quiz that cannot be loaded has not gone
    for id in lock.get("questions", {}) if lock and not course.problems else ():
        if id not in known:
            yield Found(_line_of(file, id), {"id": id}, id)


def _unreadable(course: Course) -> Iterator[Found]:
    file, lock = _lock_of(course)
    if lock is None:
        yield Found(Place(shown(file)))


def _compared(course: Course) -> Iterator[tuple[Item, Mapping[str, Any] | None]]:
    """Every question that has a key with its entry; nothing when the bank is not locked."""
    file, lock = _lock_of(course)
    if not lock or not is_file(file):
        return
    entries = lock.get("questions", {})
    for item in course.items():
        if item.key is not None:
            yield item, entries.get(item.question.id)


def _lock_of(course: Course) -> tuple[Path, dict[str, Any] | None]:
    assert course.quizzes is not None
    file = course.quizzes / LOCK
    return file, _read(file) if is_file(file) else {}


def _read(file: Path) -> dict[str, Any] | None:
    """The content of a lock; None when it is none."""
    try:
        content = load_settings(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    match content:
        case {"schema": 1, "questions": dict(questions), "history": list(history)}:
            sound = all(isinstance(entry, dict) for entry in questions.values())
            return content if sound and all(isinstance(line, str) for line in history) else None
    return None


def _write(file: Path, entries: Mapping[str, Entry], history: list[str], language: str) -> None:
    lines = [*("# " + line for line in say("lock.head", language).split("\n")), "schema: 1", "questions:"]
    for id, entry in entries.items():
        parts = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in entry.items())
        lines.append(f"  {id}: {{{parts}}}")
    lines += ["history:", *(f"  - {json.dumps(line, ensure_ascii=False)}" for line in history)]
    new = file.with_name(file.name + ".new")
    try:
        new.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        new.replace(file)
    except OSError as error:
        raise CommandError("lock.unwritable", file=shown(file), reason=error) from error


def _line_of(file: Path, id: str) -> Place:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.startswith(f"  {id}:"):
            return Place(shown(file), number, 3)
    return Place(shown(file))


def _plain(value: Any) -> Any:
    """Model objects as lists and dictionaries, without their places."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    names = getattr(type(value), "__dataclass_fields__", None)
    if names is None:
        return value
    return {name: _plain(getattr(value, name)) for name in names if name != "place"}


def _hash(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


_ENTRIES: Final = {
    "w-s1": '{answer: "C", points: 2, type: single, stem: "078554e964", options: "1172c35061", '
    'reasons: "7a912f3f40", evidence: "6b8a5933d3"}',
    "w-m1": '{answer: "AB", points: 4, type: multiple, scoring: subset, stem: "8883cf2f4e", '
    'options: "e2c88cee96", reasons: "27409db93d", evidence: "56acf65940"}',
    "w-e1": '{answer: "", points: 4, type: essay, stem: "aa5507d75a", reasons: "32e3a96c5a", '
    'evidence: "c77a18f46f", rubric: "d00ddd2217"}',
}
"""Of the sound course."""


def _example(**changes: str) -> Example:
    """The lock of the sound course with other entries; an empty one is left out."""
    entries = _ENTRIES | {id.replace("_", "-"): entry for id, entry in changes.items()}
    lines = ["schema: 1", "questions:", *(f"  {id}: {entry}" for id, entry in entries.items() if entry)]
    shown = "\n".join(f"{id}: {entry}" for id, entry in entries.items() if _ENTRIES.get(id) != entry != "")
    return Example(files={f"quizzes/{LOCK}": "\n".join([*lines, "history: []", ""])}, shown=shown)


def _check(id: str, find: Callable[[Course], Iterator[Found]], bad: Example) -> Check:
    return Check(id, "error", "bank", find, bad)


CHECKS: Final = (
    _check("LOCK01", _changed, _example(w_s1=_ENTRIES["w-s1"].replace('"C"', '"A"'))),
    _check("LOCK02", _new, _example(w_e1="")),
    _check("LOCK03", _gone, _example(w_s9=_ENTRIES["w-s1"])),
    _check("LOCK04", _unreadable, Example(files={f"quizzes/{LOCK}": "<<<<<<< HEAD\n"})),
)
