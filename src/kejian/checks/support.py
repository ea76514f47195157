"""Whether evidence, explanation and reasons agree with the key.

A key repeats the words of its page and of its options, so it can be seen which option a reason is about and which
one the evidence proves: by the pairs and triples of characters that they share (`likeness.py`). The limits were
chosen on two books (108 questions, 502 pairs of options) and keep a distance from all that is sound there, which
`tests/checks/test_evidence.py` measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, combinations
from typing import Final, NamedTuple

from kejian.checks.check import Check, Example, Field, Found, Severity
from kejian.checks.course import Course, Item
from kejian.checks.likeness import all_shingles, cover, said, said_of, shingles
from kejian.checks.remember import remembered
from kejian.checks.wording import asks_negatively, spoken
from kejian.model import Key, Question

__all__ = ["CHECKS"]

EXCHANGED_SURE: Final = 1.0
EXCHANGED: Final = 0.4
"""By so much two options must fit each other's reasons and proofs better than their own (sound ones: up to 0.20)."""
PROVED: Final = 0.4
"""By so much the evidence must prove the options better that the stem does not ask for (sound ones: up to 0.10)."""
SUPPORTED: Final = 0.25
"""Less of a right option found in evidence and explanation is chance (sound ones: at least 0.5)."""
SUPPORTED_FROM: Final = 3
"""Shingles of an option: shorter ones may well be said in other words."""
NEIGHBOUR: Final = 0.15
"""By so much an explanation must fit the question beside its own better (sound ones: up to 0.07), or"""
NEIGHBOURS: Final = 0.05
"""both explanations each other's questions (sound ones always fit their own better)."""
STEM_WEIGHT: Final = 0.5
"""Words of the stem say less about an option than its own."""

Weights = dict[str, float]


class _Parts(NamedTuple):
    """A question with options, as shingles."""

    key: Key
    options: Mapping[str, Weights]
    """Letter to the shingles that set an option apart, and how much they do."""
    evidence: frozenset[str]
    explanation: frozenset[str]
    proved: Mapping[str, float]
    """Letter to the share of the option that stands in the evidence."""
    explained: Mapping[str, float]
    """Letter to the share of the option that stands in the explanation."""
    why: Mapping[str, frozenset[str]]
    joints: Mapping[str, frozenset[str]]
    """Letter to the shingles where the option meets the words around the blank of the stem."""
    proves: int
    """1 where the evidence proves the right options; −1 where the stem asks for what is not so, and it proves the
    others."""

    def fit(self, letter: str, text: str) -> float:
        """How well the text of one option fits what the key says of another letter, or of the same."""
        if letter in self.key.answer:
            joints = self.joints[text]
            filled = len(joints & self.evidence) / len(joints) if joints and self.proves > 0 else 0.0
            return self.explained[text] + self.proves * self.proved[text] + filled
        return 2 * cover(self.options[text], self.why[letter]) + (
            self.proved[text] if self.proves < 0 else 0.0
        )


def _parts(question: Question, key: Key) -> _Parts:
    texts = {letter: shingles(text) for letter, text in question.options.items()}
    stem = shingles(question.stem)
    shared = Counter(chain.from_iterable(texts.values()))
    options = {
        letter: {
            part: (STEM_WEIGHT if part in stem else 1.0) / shared[part]
            for part in text
            if shared[part] < len(texts)
        }
        for letter, text in texts.items()
    }
    evidence = said(*(evidence.quote for evidence in key.evidence))
    explanation = said(key.explanation)
    return _Parts(
        key,
        options,
        evidence,
        explanation,
        {letter: cover(weights, evidence) for letter, weights in options.items()},
        {letter: cover(weights, explanation) for letter, weights in options.items()},
        {letter: said(text) for letter, text in key.why.items()},
        {letter: _joints(question.stem, text) for letter, text in question.options.items()},
        -1 if asks_negatively(question.stem) else 1,
    )


def _joints(stem: str, option: str) -> frozenset[str]:
    """把（ ）列为 and 数据: the shingles that are in 把数据列为 and in none of its parts."""
    before, *after = spoken(stem).split("␣")
    if len(after) != 1:
        return frozenset()
    around = before[-2:], after[0][:2]
    return shingles(around[0] + option + around[1]) - all_shingles([*around, option])


class _Verdict(NamedTuple):
    """What is seen of a question with options."""

    gain: float
    """How much better the two options below fit each other's place in the key than their own: the most of all two."""
    exchanged: tuple[str, str]
    proof: float
    """How much better the evidence proves what the stem asks for than the rest."""
    unsupported: str
    """Letters that ought to be proved and are not."""


@remembered
def _verdict(item: Item) -> _Verdict | None:
    """None for a question without options, key or evidence."""
    question, key = item.question, item.key
    if key is None or not question.options or not key.evidence:
        return None
    parts = _parts(question, key)
    return _Verdict(*_exchanged(parts), _proof(parts), _unsupported(parts, question))


def _exchanged(parts: _Parts) -> tuple[float, tuple[str, str]]:
    # a wrong option without its reason (KEY12, KEY14) cannot be compared
    letters = [letter for letter in parts.options if letter in parts.key.answer or letter in parts.why]
    fits = {(letter, text): parts.fit(letter, text) for letter in letters for text in letters}
    gains = (
        (fits[a, b] + fits[b, a] - fits[a, a] - fits[b, b], (a, b))
        for a, b in combinations(letters, 2)
        if not {a, b} <= set(parts.key.answer)  # of two right ones nothing else is said
    )
    return max(gains, default=(0.0, ("", "")))


def _proof(parts: _Parts) -> float:
    wrong = [letter for letter in parts.options if letter not in parts.key.answer]
    if not wrong:
        return 0.0
    proved = parts.proved.__getitem__
    gain = _mean(map(proved, parts.key.answer)) - _mean(map(proved, wrong))
    return parts.proves * gain


def _mean(shares: Iterable[float]) -> float:
    numbers = list(shares)
    return sum(numbers) / len(numbers)


def _unsupported(parts: _Parts, question: Question) -> str:
    letters = ""
    for letter, text in question.options.items():
        looked = shingles(text)
        if (letter in parts.key.answer) == (parts.proves > 0) and len(looked) >= SUPPORTED_FROM:
            said_of_it = parts.evidence | parts.explanation | parts.why.get(letter, frozenset())
            letters += letter if len(looked & said_of_it) < SUPPORTED * len(looked) else ""
    return letters


def _surely_exchanged(item: Item, course: Course) -> Iterator[Found]:
    verdict = _verdict(item)
    if verdict and verdict.gain >= EXCHANGED_SURE:
        yield _pair(item, *verdict.exchanged)


def _maybe_exchanged(item: Item, course: Course) -> Iterator[Found]:
    verdict = _verdict(item)
    if verdict and EXCHANGED <= verdict.gain < EXCHANGED_SURE:
        yield _pair(item, *verdict.exchanged)


def _pair(item: Item, a: str, b: str) -> Found:
    options = item.question.options
    return Found(Field(item, ("options", b)), {"a": a, "b": b, "one": options[a], "other": options[b]})


def _negation(item: Item, course: Course) -> Iterator[Found]:
    """The evidence proves the right options, or all others where the stem asks for what is not so."""
    verdict = _verdict(item)
    if verdict and item.key and verdict.proof < -PROVED:
        yield Found(Field(item, ("stem",)), {"answer": "".join(item.key.answer), "stem": item.question.stem})


def _unproved(item: Item, course: Course) -> Iterator[Found]:
    verdict = _verdict(item)
    for letter in verdict.unsupported if verdict else "":
        yield Found(
            Field(item, ("options", letter)), {"letter": letter, "option": item.question.options[letter]}
        )


def _neighbour(item: Item, course: Course) -> Iterator[Found]:
    for other in course.neighbours(item):
        if item.key is None or other.key is None:
            continue
        mine, theirs = _content(item), _content(other)
        gain = _gain(item.key.explanation, mine, theirs)
        if gain > NEIGHBOUR or gain + _gain(other.key.explanation, theirs, mine) > NEIGHBOURS:
            values = {"other": other.question.id, "explanation": item.key.explanation}
            yield Found(Field(item, ("explanation",), True), values)


def _gain(explanation: str, mine: frozenset[str], theirs: frozenset[str]) -> float:
    """How much better it fits the other question than its own, as a share of what it says.

    What both questions speak of counts on both sides, so it makes no difference.
    """
    parts = shingles(explanation)
    return (len(parts & theirs) - len(parts & mine)) / max(len(parts), 1)


@remembered
def _content(item: Item) -> frozenset[str]:
    """All that an explanation may speak of."""
    question, key = item.question, item.key
    if key is None:
        return frozenset()
    texts = [question.stem, *question.options.values(), *(e.quote for e in key.evidence), *key.why.values()]
    texts += [key.model_answer or ""]
    for group in key.rubric.groups if key.rubric else ():
        texts += [group.title, *(point.title for point in group.points)]
    return all_shingles(texts)


def _point(item: Item, course: Course) -> Iterator[Found]:
    """The evidence of a scoring point speaks of it."""
    for number, group in enumerate(item.key.rubric.groups if item.key and item.key.rubric else ()):
        for index, point in enumerate(group.points):
            if point.evidence and not shingles(point.evidence.quote) & said_of(point):
                path = ("rubric", "groups", number, "points", index, "evidence", "quote")
                yield Found(Field(item, path, True), {"title": point.title, "quote": point.evidence.quote})


def _check(
    id: str, severity: Severity, find: Callable[[Item, Course], Iterator[Found]], bad: Example
) -> Check:
    return Check(id, severity, "question", find, bad)


_WHY: Final = {"A": "水蒸气是气态的水。", "B": "云和雾由小水滴组成，是液态的水。"}
_NEXT: Final = "凝固放出热量，熔化吸收热量，两个过程都有热量的变化。"
CHECKS: Final = (
    _check(
        "EVID10",
        "error",
        _surely_exchanged,
        Example(question={"options": {"A": "水蒸气", "B": "雪和霜", "C": "云和雾"}}),
    ),
    _check(
        "EVID11",
        "warning",
        _maybe_exchanged,
        Example(
            key={
                "why": {"A": "云和水蒸气不同，都不是固态的水。", "B": "水蒸气不是固态的水。"},
            }
        ),
    ),
    _check(
        "EVID12",
        "warning",
        _negation,
        Example(question={"stem": "下列各项中，**不**属于固态的水的是（　）。"}),
    ),
    _check(
        "EVID13",
        "warning",
        _unproved,
        Example(question={"options": {"A": "水蒸气", "B": "云和雾", "C": "河里的流水"}}),
    ),
    _check("EVID14", "warning", _neighbour, Example(key={"explanation": _NEXT})),
    _check(
        "EVID15",
        "warning",
        _point,
        Example(
            type="essay",
            key={
                "rubric": {
                    "groups": [
                        {
                            "id": "changes",
                            "title": "两个过程",
                            "max": 4,
                            "points": [
                                {
                                    "id": "freezing",
                                    "weight": 2,
                                    "title": "水凝固成冰并放热",
                                    "any": ["凝固 & 放出热量|放热"],
                                    "evidence": {"page": "water", "quote": "云和雾由细小的水滴组成"},
                                },
                                {
                                    "id": "melting",
                                    "weight": 2,
                                    "title": "冰熔化成水并吸热",
                                    "any": ["熔化 & 吸收热量|吸热"],
                                },
                            ],
                        }
                    ]
                },
            },
        ),
    ),
)
