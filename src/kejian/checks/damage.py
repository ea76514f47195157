"""Every small way to damage a question: what an editor may do to it by mistake, one step at a time.

A question and its key are taken as their files say them (lists and dictionaries of texts), because the loader is the
first of the checks: what cannot be loaded is noticed. KINDS is the list; a kind is a function that makes all damages
of that kind to one question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal, NamedTuple, get_args

from kejian.checks.likeness import all_shingles, said, shingles
from kejian.checks.wording import asks_negatively
from kejian.model import Scoring

__all__ = ["GROUPS", "KINDS", "Damage", "Kind", "Number", "Pair", "Written"]

Group = Literal["answers", "reasons", "evidence", "points", "marks", "same"]
"""`marks`: only a lock can know what a question is worth. `same`: the key is as right as before, see
`_right_options` and `_idle_clause`."""
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
NIBBLED: Final = 3
"""Characters that a shortened quote loses."""
_CLAUSE: Final = re.compile(r"(?<=[，；：。！？,;:])(?=.)")
_SIGNS: Final = "，；：。！？,;: "
_ASKED: Final = re.compile("(?<!不)(属于|包括|正确的|符合)")

Path = tuple[str | int, ...]


class Number(str):
    """A value written without quotation marks."""

    __slots__ = ()


class Pair(NamedTuple):
    """A question and its answer, as they are written."""

    question: Any
    key: Any


class Damage(NamedTuple):
    """A question that somebody has damaged."""

    what: str
    """What was changed, e.g. `B → C`."""
    pairs: Mapping[str, Pair]
    """The questions concerned, by id."""


@dataclass(frozen=True, slots=True)
class Written:
    """A question, and what lies around it."""

    id: str
    pair: Pair
    next: tuple[str, Pair] | None
    """The question after it in its quiz."""
    pages: Sequence[str]
    """Of the book."""

    def with_question(self, what: str, path: Path, value: Any) -> Damage:
        return Damage(what, {self.id: Pair(_put(self.pair.question, path, value), self.pair.key)})

    def with_key(self, what: str, path: Path, value: Any) -> Damage:
        return Damage(what, {self.id: Pair(self.pair.question, _put(self.pair.key, path, value))})


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to damage a question; its name in the catalogue is `mutate.kind.NAME`."""

    name: str
    group: Group
    make: Callable[[Written], Iterator[Damage]]


def _another_letter(written: Written) -> Iterator[Damage]:
    answer = written.pair.key.get("answer")
    for letter in written.pair.question.get("options", ()) if isinstance(answer, str) else ():
        if letter != answer:
            yield written.with_key(f"{answer} → {letter}", ("answer",), letter)


def _relettered(written: Written) -> Iterator[Damage]:
    """Another letter, and the reasons made to fit it: what somebody does who only wants the loader to be content."""
    answer, why = written.pair.key.get("answer"), written.pair.key.get("why", {})
    for letter in why if isinstance(answer, str) else ():
        changed = {answer if name == letter else name: text for name, text in why.items()}
        key = written.pair.key | {"answer": letter, "why": changed}
        yield Damage(f"{answer} → {letter}", {written.id: written.pair._replace(key=key)})


def _letter_more_or_less(written: Written) -> Iterator[Damage]:
    answer = written.pair.key.get("answer")
    for letter in written.pair.question.get("options", ()) if isinstance(answer, list) else ():
        changed = sorted(set(answer) ^ {letter})
        yield written.with_key(f"{''.join(answer)} → {''.join(changed)}", ("answer",), changed)


def _options(written: Written) -> Iterator[Damage]:
    """The texts of two options exchanged; the key is wrong then, or gives a reason for the wrong option."""
    yield from _exchanged(written, right=False)


def _right_options(written: Written) -> Iterator[Damage]:
    """Exchanged texts of two right options: the key is as right as before, and says nothing of either."""
    yield from _exchanged(written, right=True)


def _exchanged(written: Written, right: bool) -> Iterator[Damage]:
    options = written.pair.question.get("options", {})
    for a, b in combinations(options, 2):
        if right == ({a, b} <= set(written.pair.key["answer"])):
            changed = options | {a: options[b], b: options[a]}
            yield written.with_question(f"{a} ↔ {b}", ("options",), changed)


def _negation(written: Written) -> Iterator[Damage]:
    """不属于 becomes 属于, and the reverse."""
    stem = written.pair.question["stem"]
    if asks_negatively(stem):
        changed = re.sub(r"\*\*不\*\*|(?<!\*)不(?=属于|包括|正确|符合|是)", "", stem, count=1)
    else:
        changed = _ASKED.sub(r"**不**\1", stem, count=1)
    if changed != stem and "options" in written.pair.question:
        yield written.with_question(changed, ("stem",), changed)


def _reasons(written: Written) -> Iterator[Damage]:
    why = written.pair.key.get("why", {})
    for a, b in combinations(why, 2):
        if why[a] != why[b]:
            yield written.with_key(f"{a} ↔ {b}", ("why",), why | {a: why[b], b: why[a]})


def _explanations(written: Written) -> Iterator[Damage]:
    if written.next:
        id, other = written.next
        mine, theirs = written.pair.key["explanation"], other.key["explanation"]
        yield Damage(
            f"{written.id} ↔ {id}",
            {
                written.id: written.pair._replace(key=written.pair.key | {"explanation": theirs}),
                id: other._replace(key=other.key | {"explanation": mine}),
            },
        )


def _quotes(written: Written) -> Iterator[tuple[Path, Any]]:
    """Each piece of evidence with its place in the key."""
    for number, evidence in enumerate(written.pair.key.get("evidence", ())):
        yield ("evidence", number), evidence
    for path, point in _points(written):
        if "evidence" in point:
            yield (*path, "evidence"), point["evidence"]


def _quotes_as(written: Written, *changes: Callable[[str], str]) -> Iterator[Damage]:
    for path, evidence in _quotes(written):
        for change in changes:
            quote = change(evidence["quote"].strip()).strip()
            if quote and quote != evidence["quote"].strip():
                yield written.with_key(quote, (*path, "quote"), quote)


def _shortened(written: Written) -> Iterator[Damage]:
    yield from _quotes_as(written, lambda quote: quote[:-NIBBLED], lambda quote: quote[NIBBLED:])


def _cut(written: Written) -> Iterator[Damage]:
    yield from _quotes_as(
        written, lambda quote: quote[: len(quote) // 2], lambda quote: quote[len(quote) // 2 :]
    )


def _proof_clause(written: Written) -> Iterator[Damage]:
    """A quote without its last or its first clause, where that clause had words of what is proved."""
    yield from _without_clause(written, loses=True)


def _idle_clause(written: Written) -> Iterator[Damage]:
    """The same, where the evidence still has every word of what is proved: it stands in the page and proves it."""
    yield from _without_clause(written, loses=False)


def _without_clause(written: Written, loses: bool) -> Iterator[Damage]:
    for path, evidence in _quotes(written):
        proved, quote = _proved(written, path), evidence["quote"].strip()
        clauses = _CLAUSE.split(quote)
        others = [
            other["quote"]
            for place, other in _quotes(written)
            if place != path and place[0] == path[0] == "evidence"
        ]
        for changed in ("".join(clauses[:-1]).rstrip(_SIGNS), "".join(clauses[1:])):
            lost = said(quote) - said(changed, *others)
            if changed and loses == bool(lost & proved):
                yield written.with_key(changed, (*path, "quote"), changed)


def _proved(written: Written, path: Path) -> frozenset[str]:
    """What the evidence at the path proves: options, the scoring point, the model answer of an essay."""
    question, key = written.pair
    if path[0] == "rubric":
        point = next(point for place, point in _points(written) if place == path[:-1])
        return all_shingles([point["title"], point.get("reference", ""), *point["any"]])
    if "options" not in question:
        return shingles(key["model_answer"])
    negative = asks_negatively(question["stem"])
    return all_shingles(
        text for letter, text in question["options"].items() if (letter in key["answer"]) != negative
    )


def _moved(written: Written) -> Iterator[Damage]:
    for path, evidence in _quotes(written):
        other = next((page for page in written.pages if page != evidence["page"]), None)
        if other:
            yield written.with_key(f"{evidence['page']} → {other}", (*path, "page"), other)


def _points(written: Written) -> Iterator[tuple[Path, Any]]:
    """Each scoring point with its place in the key."""
    for number, group in enumerate(written.pair.key.get("rubric", {}).get("groups", ())):
        for index, point in enumerate(group["points"]):
            yield ("rubric", "groups", number, "points", index), point


def _point_dropped(written: Written) -> Iterator[Damage]:
    for path, point in _points(written):
        yield written.with_key(point["id"], path, None)


def _weight(written: Written) -> Iterator[Damage]:
    for path, point in _points(written):
        weight = int(point["weight"])
        for changed in (weight + 1, weight - 1):
            what = f"{point['id']}: {weight} → {changed}"
            yield written.with_key(what, (*path, "weight"), Number(changed))


def _negative(written: Written) -> Iterator[Damage]:
    for path, point in _points(written):
        flag = "false" if point.get("negative") == "true" else "true"
        yield written.with_key(f"{point['id']}: negative: {flag}", (*path, "negative"), Number(flag))


def _scoring(written: Written) -> Iterator[Damage]:
    if written.pair.question["type"] == "multiple":
        before = written.pair.question.get("scoring", "subset")
        for rule in get_args(Scoring):
            if rule != before:
                yield written.with_question(f"{before} → {rule}", ("scoring",), rule)


def _worth(written: Written) -> Iterator[Damage]:
    points = int(written.pair.question["points"])
    for changed in sorted({points - 1, points + 1, 2 * points}):
        yield written.with_question(f"{points} → {changed}", ("points",), Number(changed))


KINDS: Final = (
    Kind("letter", "answers", _another_letter),
    Kind("relettered", "answers", _relettered),
    Kind("letters", "answers", _letter_more_or_less),
    Kind("options", "answers", _options),
    Kind("stem", "answers", _negation),
    Kind("why", "reasons", _reasons),
    Kind("explanation", "reasons", _explanations),
    Kind("shortened", "evidence", _shortened),
    Kind("cut", "evidence", _cut),
    Kind("clause", "evidence", _proof_clause),
    Kind("moved", "evidence", _moved),
    Kind("dropped", "points", _point_dropped),
    Kind("weight", "points", _weight),
    Kind("negative", "points", _negative),
    Kind("scoring", "marks", _scoring),
    Kind("worth", "marks", _worth),
    Kind("right-options", "same", _right_options),
    Kind("idle-clause", "same", _idle_clause),
)


def _put(whole: Any, path: Path, value: Any) -> Any:
    """A copy in which another value stands at the path; None: nothing."""
    if not path:
        return value
    part, *rest = path
    if isinstance(whole, list):
        assert isinstance(part, int)
        inner = _put(whole[part], tuple(rest), value)
        return [*whole[:part], *([] if inner is None else [inner]), *whole[part + 1 :]]
    inner = _put(whole.get(part), tuple(rest), value)
    return {name: old for name, old in whole.items() if name != part} | (
        {} if inner is None else {part: inner}
    )
