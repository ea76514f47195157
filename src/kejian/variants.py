"""The variants of an examination paper: the same questions, in other orders that a seed decides.

    plan = plan_paper(quizzes, questions, "B", seed=7)     # what paper B shows, and in which order
    plan.entry("12").original("AC")                        # printed letters to those of the bank
    read_plan(Path("exam-B.json")) == plan                 # kept in a file, for `kejian grade --variant`

Orders come from SHA-256 of seed, question and attempt, not from `random`: the same seed gives the same paper in
every version of Python and on every machine, and a question that is added or left out changes nothing between the
others. Variant A takes the first order that is found, B the next different one, and so on: variants differ
wherever there is another order, and B is the same paper whether A is printed or not. Nothing here knows a key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count, groupby
from math import factorial
from pathlib import Path
from typing import Any, Final, get_args

from kejian.grading.choice import Choice, Rule, parse_choice
from kejian.model import Question, QuestionType
from kejian.terminal import CommandError

__all__ = ["FOLDER", "NAMES", "Entry", "Plan", "find_plan", "option_order", "plan_paper", "read_plan"]

FOLDER: Final = Path("_build/papers")
"""Where papers and their plans are, unless another folder is named."""

NAMES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What variants may be called."""
SCHEMA: Final = 1
"""Version of the JSON."""
TYPES: Final[tuple[QuestionType, ...]] = get_args(QuestionType)
"""In the order of the sections."""
MANY: Final = 5
"""So many things have more orders than there are names of variants."""

_LETTER: Final = re.compile(r"(?<![A-Za-z0-9])(?!A [a-z]{2})[A-J](?![A-Za-z0-9'’])|(?<=option )[a-j]\b")
"""A letter that stands alone: `A和B`, `选项C`; not those of G2B, nor the English article."""
_POSITION: Final = re.compile(
    r"[前后][一两二三四五六]|[前上下后][一]?[项个条]|第[一二三四五六七八九十\d]+[项个条]|[这那]?[两三]项|"
    r"\b(first|last|previous|preceding|next|other) (one|two|three|four|option)",
    re.IGNORECASE,
)
"""Words that point to other options by their place."""
_LAST: Final = re.compile(
    r"以上|上述|前述|上面|(都|均|皆|全)不?(是|对|错|可|选|正确|错误|可以|成立|包括|属于)[。.]?$|^(其他|其它)|"
    r"\b(all|none|both|neither|any|some|each) of (the|these|them)\b|\b(the )?above\b",
    re.IGNORECASE,
)
"""Options that speak of all the others, or of the rest, and must keep their place at the end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as it is printed."""

    number: int
    """Running through the whole paper, from 1."""
    section: int
    """From 1."""
    type: QuestionType
    id: str
    content_hash: str
    """Of the question when the paper was made."""
    options: Mapping[str, str]
    """Printed letter to the letter in the bank; empty for an essay."""

    def original(self, response: str) -> str:
        """A response in the letters of the bank; what cannot be read as letters stays as it is."""
        if self.type == "essay":
            return response
        parsed = parse_choice(response, Rule(self.type, "".join(sorted(self.options)), "", "exact", 1))
        if not isinstance(parsed, Choice):
            return response
        return "".join(sorted(self.options[letter] for letter in parsed.letters))

    def printed(self, letters: Iterable[str]) -> tuple[str, ...]:
        """Letters of the bank as they are printed on this paper, sorted."""
        names = {original: printed for printed, original in self.options.items()}
        return tuple(sorted(names[letter] for letter in letters))


@dataclass(frozen=True, slots=True)
class Plan:
    """What one variant shows, in its order."""

    quizzes: tuple[str, ...]
    title: str
    variant: str
    seed: int
    duration: int
    """Minutes."""
    points: int
    entries: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        """The question of that printed number, or else of that id."""
        number = int(name) if name.isdecimal() else 0
        if 1 <= number <= len(self.entries):
            return self.entries[number - 1]
        return next((entry for entry in self.entries if entry.id == name), None)

    def json(self) -> str:
        """The plan as a file; it holds no answer."""
        fields = {"schema": SCHEMA, **asdict(self)}
        fields["questions"] = fields.pop("entries")
        return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def plan_paper(
    quizzes: Sequence[str],
    questions: Sequence[Question],
    variant: str,
    *,
    seed: int,
    duration: int,
    title: str,
) -> Plan:
    """The plan of a variant: sections by type, questions and options in the order of this variant.

    `variant` is one of NAMES. Each section holds all questions of a type; questions are shuffled within it.
    """
    rank = NAMES.index(variant)
    entries: list[Entry] = []
    by_type = sorted(questions, key=lambda q: TYPES.index(q.type))
    for section, (type, group) in enumerate(groupby(by_type, key=lambda q: q.type), start=1):
        known = {question.id: question for question in group}
        for question in map(known.__getitem__, _ordered(tuple(known), rank, f"{seed}/{type}")):
            options = option_order(question, rank, seed)
            letters = dict(zip(sorted(question.options), options, strict=True))
            number = len(entries) + 1
            entries.append(Entry(number, section, question.type, question.id, question.content_hash, letters))
    points = sum(question.points for question in questions)
    return Plan(tuple(quizzes), title, variant, seed, duration, points, tuple(entries))


def option_order(question: Question, rank: int, seed: int) -> tuple[str, ...]:
    """Letters of the bank in the order in which the variant of that rank (A: 0) prints the options."""
    letters = tuple(sorted(question.options))
    free = _free(question)
    return (*_ordered(letters[:free], rank, f"{seed}/{question.id}"), *letters[free:])


def read_plan(path: Path) -> Plan:
    """The plan in a file; raises CommandError."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields["schema"] > SCHEMA:
            raise CommandError("exam.plan.newer", path=path, version=fields["schema"])
        return Plan(
            tuple(map(str, fields["quizzes"])),
            str(fields["title"]),
            str(fields["variant"]),
            int(fields["seed"]),
            int(fields["duration"]),
            int(fields["points"]),
            tuple(map(_entry, fields["questions"])),
        )
    except OSError as error:
        raise CommandError("exam.plan.missing", path=path, reason=error) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # ValueError: no JSON, no UTF-8
        raise CommandError("exam.plan.broken", path=path) from error


def find_plan(name: str, beside: Path) -> Path:
    """The file of a plan: its path, or the variant's letter, looked for beside a file and in FOLDER.

    Raises CommandError.
    """
    if name.upper() not in tuple(NAMES):
        return Path(name)
    folders = (beside.parent, FOLDER)
    files = [folder / f"exam-{name.upper()}.json" for folder in folders]
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        told = "、".join(dict.fromkeys(folder.as_posix() for folder in folders))
        raise CommandError("exam.plan.choose", folder=told, variant=name.upper())
    return found


def _free(question: Question) -> int:
    """How many options, from the first on, may change places; the rest stay at the end as they are.

    None when an option or the stem names another option by letter or place: the text would become wrong.
    """
    texts = [question.stem, *question.options.values()]
    if not question.shuffle or any(_LETTER.search(text) for text in texts):
        return 0
    options = [question.options[letter].strip() for letter in sorted(question.options)]
    if any(_POSITION.search(text) for text in options):
        return 0
    free = next((i for i, text in enumerate(options) if _LAST.search(text)), len(options))
    # an option that speaks of those above it, with another one below it, means something by its place
    return free if all(_LAST.search(text) for text in options[free:]) else 0


def _ordered(names: Sequence[str], rank: int, salt: str) -> tuple[str, ...]:
    """The names in the order of that rank: 0 is the first order that the salt gives, 1 the next different one …"""
    wanted = rank % factorial(min(len(names), MANY))
    seen: set[tuple[str, ...]] = set()
    for attempt in count():
        order = tuple(sorted(names, key=partial(_lot, f"{salt}/{attempt}/")))
        seen.add(order)
        if len(seen) > wanted:
            return order
    raise AssertionError  # `count` has no end


def _lot(salt: str, name: str) -> bytes:
    """A number drawn for a name, for ever the same; names sorted by it are in any order equally likely."""
    return hashlib.sha256((salt + name).encode("utf-8")).digest()


def _entry(fields: Mapping[str, Any]) -> Entry:
    if fields["type"] not in TYPES:
        raise ValueError(fields["type"])
    return Entry(
        int(fields["number"]),
        int(fields["section"]),
        fields["type"],
        str(fields["id"]),
        str(fields["content_hash"]),
        {str(printed): str(original) for printed, original in fields["options"].items()},
    )
