"""What may stand in a question bank file, field by field, and how each kind of field is read.

`FORMS` is the one source: the loader reads by it, tools/make_schemas.py makes the JSON Schemas of it. To add
a field: a line here, its description (`field.FORM.NAME`) in locale/*/problems.json, its place in model.py and
bank.py.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

import yaml

from kejian.grading.result import Status
from kejian.grading.text import normalise
from kejian.model import Evidence, QuestionType, Scoring
from kejian.yamlfile import At, Fields, Items, Node, Report, Text, short

__all__ = [
    "CHOICE",
    "FORMS",
    "ID_PATTERN",
    "LETTERS",
    "MIN_OPTIONS",
    "PAGE_PATTERN",
    "SCHEMA",
    "STATUSES",
    "TYPES",
    "Field",
    "Part",
    "read_form",
]

TYPES: Final[tuple[QuestionType, ...]] = get_args(QuestionType)
CHOICE: Final[tuple[QuestionType, ...]] = ("single", "multiple")
SCORINGS: Final[tuple[str, ...]] = get_args(Scoring)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
LETTERS: Final = "ABCDEFGHIJ"
MIN_OPTIONS: Final = 2
SCHEMA: Final = 1
ID_PATTERN: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
PAGE_PATTERN: Final = r"^(?!.*\.(md|ipynb|rst)$)(?!.*\.\.)[^\s/\\]+(/[^\s/\\]+)*$"

# What some version of YAML takes for a number (1.2 knows 1e3 and 0o17, 1.1 does not); PyYAML knows the rest.
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+")
_RESOLVERS: Final = yaml.SafeLoader.yaml_implicit_resolvers
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_MAX_PHRASE: Final = 100
_ITEM: Final = {
    "pages": "- chapters/01-overview",
    "evidence": "- {page: chapters/01-overview, quote: '…'}",
    "sample": "- {response: '…', expect: [90, 100]}",
    "patterns": "- '…|… & …'",
    "phrases": "- '…'",
}
"""Kind of field to an item of its list; others are groups of fields that begin with an id."""
_MAX_DIGITS: Final = 9
"""Longer numbers are out of every range, and Python refuses to convert very long ones."""

Kind = Literal[
    "text",
    "id",
    "page",
    "integer",
    "version",
    "flag",
    "word",
    "pages",
    "options",
    "questions",
    "answers",
    "letters",
    "reasons",
    "evidence",
    "part",
    "parts",
    "patterns",
    "phrases",
    "range",
    "statuses",
]


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand behind a field name; its description is the catalogue's text `field.FORM.NAME`."""

    kind: Kind
    required: bool = True
    types: tuple[QuestionType, ...] = TYPES
    """Question types that have this field."""
    low: int = 1
    high: int = 1
    words: tuple[str, ...] = ()
    form: str = ""
    """Of a `part`, or of each of the `parts`."""
    needs: str = ""
    """The field without which this one means nothing."""


_PROSE: Final[tuple[Kind, ...]] = ("text", "options", "reasons", "patterns", "phrases")
"""In these, a # may be a part of the text; behind a number, a word or an id it begins a comment."""


class Part(NamedTuple):
    """A group of fields inside another, as far as it could be read; what is wrong with it was reported."""

    values: dict[str, Any]
    node: Node
    subject: str

    def at(self, name: str) -> At:
        """Where the value of that field stands, or the whole part where the field is missing."""
        entries = self.node.entries if isinstance(self.node, Fields) else {}
        return entries[name][1].at if name in entries else self.node.at


FORMS: Final[Mapping[str, Mapping[str, Field]]] = {
    "quiz": {
        "schema": Field("version"),
        "id": Field("id"),
        "title": Field("text"),
        "pages": Field("pages"),
        "questions": Field("questions"),
    },
    "question": {
        "id": Field("id"),
        "type": Field("word", words=TYPES),
        "points": Field("integer", high=100),
        "objective": Field("integer", required=False, high=99),
        "stem": Field("text"),
        "options": Field("options", types=CHOICE),
        "hint": Field("text", required=False),
        "scoring": Field("word", required=False, types=("multiple",), words=SCORINGS),
        "shuffle": Field("flag", required=False, types=CHOICE),
    },
    "key": {"schema": Field("version"), "quiz": Field("id"), "answers": Field("answers")},
    "answer": {
        "answer": Field("letters", types=CHOICE),
        "model_answer": Field("text", types=("essay",)),
        "explanation": Field("text"),
        "why": Field("reasons", required=False, types=CHOICE),
        "evidence": Field("evidence", required=False),
        "rubric": Field("part", required=False, types=("essay",), form="rubric"),
        "samples": Field("parts", required=False, types=("essay",), form="sample", needs="rubric"),
    },
    "evidence": {"page": Field("page"), "quote": Field("text")},
    # What the fields of a rubric say together is checked in kejian.rubrics.
    "rubric": {
        "groups": Field("parts", form="group"),
        "alignment": Field("integer", required=False, low=0, high=30),
        "min_chars": Field("integer", required=False, low=0, high=2000),
    },
    "group": {
        "id": Field("id"),
        "title": Field("text"),
        "max": Field("integer", high=100),
        "points": Field("parts", form="point"),
    },
    "point": {
        "id": Field("id"),
        "weight": Field("integer", high=100),
        "title": Field("text"),
        "any": Field("patterns"),
        "negative": Field("flag", required=False),
        "reference": Field("text", required=False),
        "subject": Field("phrases", required=False, needs="against"),
        "against": Field("phrases", required=False, needs="subject"),
        "requires": Field("id", required=False),
        "window": Field("integer", required=False, low=0, high=200),
        "evidence": Field("part", required=False, form="evidence"),
        "feedback": Field("part", required=False, form="feedback"),
    },
    "feedback": {name: Field("text", required=False) for name in ("ok", "missing", "negated")},
    "sample": {
        "response": Field("text"),
        "expect": Field("range", low=0, high=100),
        "points": Field("statuses", required=False, words=STATUSES),
    },
}


def read_form(
    node: Node, form: str, report: Report, subject: str = "", type: QuestionType | None = None
) -> dict[str, Any]:
    """The values of a group of fields; a field that is missing or wrong is left out (and reported)."""
    fields = FORMS[form]
    if not isinstance(node, Fields):
        report.add("BANK42", node.at, subject, names=", ".join(fields))
        return {}
    found: dict[str, Any] = {}
    misspelt: set[str] = set()
    for name, (key, value) in node.entries.items():
        field = fields.get(name)
        if _is_rest(value) and field is None:
            report.add("BANK37", key.at, subject, text=short(name, 40))
        elif field is None:
            near = difflib.get_close_matches(name[:80].lower(), fields, n=1)
            misspelt.update(near)
            report.add(
                "BANK40",
                key.at,
                subject,
                name=short(name, 40),
                names=", ".join(dict.fromkeys([*near, *fields])),
            )
        elif type and type not in field.types:
            report.add("BANK54", key.at, subject, name=name, type=type)
        else:
            read = _READERS[field.kind](value, field, report, f"{subject}.{name}" if subject else name)
            if read is not None:
                found[name] = read
    for name, field in fields.items():
        if (
            field.required
            and name not in node.entries
            and name not in misspelt
            and (type in field.types if type else field.types == TYPES)
        ):
            content = str(SCHEMA) if field.kind == "version" else "…"
            report.add("BANK41", node.at, subject, name=name, form=form, content=content)
        elif (
            field.needs
            and name in node.entries
            and field.needs not in node.entries
            and (not type or type in field.types)
        ):
            report.add("RUB02", node.entries[name][0].at, subject, name=name, other=field.needs)
    return found


def _is_rest(value: Node) -> bool:
    """Whether what looks like a name is the rest of a text with an ASCII comma in it."""
    return isinstance(value, Text) and value.absent


# One reader per kind of field: (node, field, report, subject) -> value, or None when a problem was reported.


def _text(node: Node, field: Field, report: Report, subject: str) -> str | None:
    if not isinstance(node, Text):
        report.add("BANK44", node.at, subject)
    elif node.comment and field.kind in _PROSE:
        report.add("BANK34", node.comment, subject)
    elif not any(c.isprintable() and not c.isspace() for c in node.value):
        report.add("BANK50", node.at, subject)
    elif node.plain and _looks_typed(node.value):
        report.add("BANK45", node.at, subject, value=short(node.value, 40))
    else:
        return node.value.strip()
    return None


def _looks_typed(text: str) -> bool:
    """Whether some YAML program takes this unquoted text for a number, date, truth value or nothing."""
    resolvers = _RESOLVERS.get(text[0], ())
    return bool(_NUMBER.fullmatch(text)) or any(pattern.match(text) for _, pattern in resolvers)


def _matching(pattern: str, problem: str) -> Any:
    compiled = re.compile(pattern)

    def read(node: Node, field: Field, report: Report, subject: str) -> str | None:
        text = _text(node, field, report, subject)
        if text is None or compiled.fullmatch(text):
            return text
        report.add(problem, node.at, subject, value=short(text, 40))
        return None

    return read


def _integer(node: Node, field: Field, report: Report, subject: str) -> int | None:
    value = node.value if isinstance(node, Text) else "…"
    if not _is_integer(node):
        report.add(
            "BANK46", node.at, subject, value=short(value, 40), name=subject.rpartition(".")[2], low=field.low
        )
    elif len(value) > _MAX_DIGITS or not field.low <= int(value) <= field.high:
        report.add("BANK47", node.at, subject, value=short(value, 20), low=field.low, high=field.high)
    else:
        return int(value)
    return None


def _is_integer(node: Node) -> bool:
    return isinstance(node, Text) and node.plain and bool(_INTEGER.fullmatch(node.value))


def _range(node: Node, field: Field, report: Report, subject: str) -> tuple[int, int] | None:
    """The lowest and the highest of a range."""
    nodes = node.nodes if isinstance(node, Items) else ()
    if len(nodes) == 2 and all(map(_is_integer, nodes)):
        low, high = (_integer(item, field, report, subject) for item in nodes)
        if low is None or high is None:
            return None
        if low <= high:
            return low, high
    report.add("RUB06", node.at, subject, low=field.low, high=field.high)
    return None


def _version(node: Node, field: Field, report: Report, subject: str) -> int | None:
    if isinstance(node, Text) and node.plain and node.value == str(SCHEMA):
        return SCHEMA
    value = node.value if isinstance(node, Text) else "…"
    report.add("BANK59", node.at, subject, value=short(value, 20), version=SCHEMA)
    return None


def _flag(node: Node, field: Field, report: Report, subject: str) -> bool | None:
    if isinstance(node, Text) and node.plain and node.value in ("true", "false"):
        return node.value == "true"
    report.add("BANK48", node.at, subject, name=subject.rpartition(".")[2])
    return None


def _word(node: Node, field: Field, report: Report, subject: str) -> str | None:
    if isinstance(node, Text) and node.value in field.words:
        return node.value
    value = node.value if isinstance(node, Text) else "…"
    near = difflib.get_close_matches(value[:80].lower(), field.words, n=1)
    report.add(
        "BANK49",
        node.at,
        subject,
        value=short(value, 40),
        words=", ".join(dict.fromkeys([*near, *field.words])),
    )
    return None


def _items(node: Node, field: Field, report: Report, subject: str) -> tuple[Node, ...] | None:
    if isinstance(node, Items):
        return node.nodes
    report.add("BANK43", node.at, subject, example=_ITEM.get(field.form or field.kind, "- id: …"))
    return None


def _some(node: Node, field: Field, report: Report, subject: str) -> tuple[Node, ...] | None:
    """The items of a list that must not be empty."""
    nodes = _items(node, field, report, subject)
    if nodes == ():
        report.add("RUB01", node.at, subject)
    return nodes or None


def _pages(node: Node, field: Field, report: Report, subject: str) -> tuple[str, ...] | None:
    nodes = _items(node, field, report, subject)
    pages = [_page(item, field, report, subject) for item in nodes or ()]
    return None if nodes is None or None in pages else tuple(pages)


def _questions(node: Node, field: Field, report: Report, subject: str) -> tuple[Node, ...] | None:
    nodes = _items(node, field, report, subject)
    if nodes == ():
        report.add("BANK53", node.at, subject)
    return nodes or None


def _evidence(node: Node, field: Field, report: Report, subject: str) -> tuple[Evidence, ...] | None:
    nodes = _items(node, field, report, subject)
    found = [
        (read_form(item, "evidence", report, f"{subject}[{n}]"), item)
        for n, item in enumerate(nodes or (), start=1)
    ]
    if nodes is None or not all(len(values) == len(FORMS["evidence"]) for values, _ in found):
        return None
    return tuple(Evidence(values["page"], values["quote"], report.place(item.at)) for values, item in found)


def _part(node: Node, field: Field, report: Report, subject: str) -> Part:
    return Part(read_form(node, field.form, report, subject), node, subject)


def _parts(node: Node, field: Field, report: Report, subject: str) -> tuple[Part, ...] | None:
    nodes = _some(node, field, report, subject) or ()
    parts = [_part(item, field, report, f"{subject}[{n}]") for n, item in enumerate(nodes, start=1)]
    return tuple(parts) or None


def _patterns(
    node: Node, field: Field, report: Report, subject: str
) -> tuple[tuple[tuple[str, ...], ...], ...] | None:
    """Of each line its slots (`&`), of each slot its phrasings (`|`)."""
    nodes = _some(node, field, report, subject) or ()
    lines = []
    for item in nodes:
        text = _text(item, field, report, subject) or ""
        slots = [tuple(part.strip() for part in slot.split("|")) for slot in text.split("&")]
        phrases = {part for slot in slots for part in slot} if text else ()
        # near other phrases a single character says something: 密度 & 高|大
        sound = [_is_phrase(part, item, report, subject, len(slots) > 1) for part in phrases]
        if sound and all(sound):
            lines.append(tuple(slots))
    return tuple(lines) if nodes and len(lines) == len(nodes) else None


def _phrases(node: Node, field: Field, report: Report, subject: str) -> tuple[str, ...] | None:
    nodes = _some(node, field, report, subject) or ()
    texts = [(_text(item, field, report, subject), item) for item in nodes]
    sound = [text for text, item in texts if text and _is_phrase(text, item, report, subject)]
    return tuple(sound) if nodes and len(sound) == len(nodes) else None


def _is_phrase(text: str, node: Node, report: Report, subject: str, joined: bool = False) -> bool:
    """Whether a grader can look for this text; `joined`: other phrases must stand near it."""
    compared = normalise(text[: _MAX_PHRASE + 1]).strip()
    if len(text) > _MAX_PHRASE:
        report.add("RUB12", node.at, subject, phrase=short(text, 40), limit=_MAX_PHRASE)
    elif not compared:
        report.add("RUB03", node.at, subject)
    elif "&" in compared or "|" in compared:  # of full width, or where it joins nothing
        report.add("RUB04", node.at, subject, phrase=short(text, 40))
    # letters and digits are found as whole words only
    elif len(compared) == 1 and not (joined or (compared.isascii() and compared.isalnum())):
        report.add("RUB05", node.at, subject, phrase=text)
    else:
        return True
    return False


def _statuses(
    node: Node, field: Field, report: Report, subject: str
) -> dict[str, tuple[str | None, At]] | None:
    """Status by point id, each with the place of the id; an unknown status is None (and reported)."""
    if not isinstance(node, Fields):
        report.add("BANK42", node.at, subject, names="old-ways-fail, people-first")
        return None
    return {
        name: (_word(value, field, report, f"{subject}.{short(name, 40)}"), key.at)
        for name, (key, value) in node.entries.items()
    }


def _lettered(
    node: Node, field: Field, report: Report, subject: str
) -> dict[str, tuple[str | None, At]] | None:
    """Texts by letter, each with the place of its letter; a wrong text is None (and reported)."""
    if not isinstance(node, Fields):
        report.add("BANK42", node.at, subject, names="A, B, C, D")
        return None
    found: dict[str, tuple[str | None, At]] = {}
    for letter, (key, value) in node.entries.items():
        if _is_rest(value):
            report.add("BANK37", key.at, subject, text=short(letter, 40))
        else:
            found[letter] = _text(value, field, report, f"{subject}.{short(letter, 20)}"), key.at
    return found


def _options(
    node: Node, field: Field, report: Report, subject: str
) -> dict[str, tuple[str | None, At]] | None:
    options = _lettered(node, field, report, subject)
    if options is not None and not MIN_OPTIONS <= len(options) <= len(LETTERS):
        report.add("BANK56", node.at, subject, count=len(options), low=MIN_OPTIONS, high=len(LETTERS))
        return None
    return options


def _answers(
    node: Node, field: Field, report: Report, subject: str
) -> tuple[dict[str, tuple[Text, Node]], At] | None:
    if isinstance(node, Fields):
        return node.entries, node.at
    report.add("BANK42", node.at, subject, names="ch01-s01, ch01-s02")
    return None


_page = _matching(PAGE_PATTERN, "BANK52")
_READERS: Final[Mapping[Kind, Any]] = {
    "text": _text,
    "id": _matching(ID_PATTERN, "BANK51"),
    "page": _page,
    "integer": _integer,
    "version": _version,
    "flag": _flag,
    "word": _word,
    "pages": _pages,
    "options": _options,
    "questions": _questions,
    "answers": _answers,
    "letters": lambda node, field, report, subject: node,
    "reasons": _lettered,
    "evidence": _evidence,
    "part": _part,
    "parts": _parts,
    "patterns": _patterns,
    "phrases": _phrases,
    "range": _range,
    "statuses": _statuses,
}
