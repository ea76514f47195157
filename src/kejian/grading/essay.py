"""Grading of essays by rubric; twin of web/src/grading/essay.ts.

`compile_rubric` does once all that does not depend on the answer; `rubric_json` is what a page embeds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kejian.grading.essay_match import Reading, familiar
from kejian.grading.essay_phrases import HAN_KIND, MOST_HITS, Hit
from kejian.grading.essay_rubric import (
    CompiledGroup,
    CompiledPoint,
    CompiledRubric,
    compile_rubric,
    rubric_json,
)
from kejian.grading.essay_words import INTERJECTIONS
from kejian.grading.result import (
    HUNDREDTHS,
    EssayDetail,
    Flag,
    GroupResult,
    PointResult,
    Result,
    Status,
    Verdict,
)

__all__ = ["CompiledRubric", "compile_rubric", "grade_essay", "rubric_json"]

FULL: Final = 1000
"""Credit and likeness are permille."""
STEP: Final = 50
"""Marks are whole and half points."""
PARTIAL_FROM: Final = 250
"""Likeness from which on a point earns part of its weight, and"""
PARTIAL_TO: Final = 550
"""likeness at which it earns"""
PARTIAL_MOST: Final = 700
ALIKE_LEAST: Final = 150
"""Less likeness to a clause of the model answer is chance."""
ALIGNED: Final = 350
"""Mean likeness to the clauses of the model answer that is as good as full: nobody writes it word by word."""
LISTED_POINTS: Final = 3
"""From so many points on, a sentence"""
GLUE: Final = 1
"""with fewer other characters per point is a list of keywords, which earns"""
LISTED_MOST: Final = 400
"""of the credit, and no more of the maximum of a group."""
STRANGE_MOST: Final = 650
"""When more of the characters around the phrases are ones that real answers hardly use, the answer is gibberish"""
STRANGE_LEAST: Final = 6
"""if there are at least so many, and gets no more than"""
GIBBERISH_MOST: Final = 300
"""of the full mark."""

RANKS: Final[tuple[Status, ...]] = ("ok", "listed", "wrong_side", "negated", "copied")
"""What a place of the answer makes of a point, the best first."""

Judgement = tuple[Status, int, tuple[tuple[int, int], ...]]
"""Status, credit and spans of a point."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of the answer that may make a point."""

    status: Status
    edits: int
    start: int
    end: int
    parts: tuple[Hit, ...]


def grade_essay(compiled: CompiledRubric, text: str) -> Result:
    """The mark of an answer, and how it came about."""
    reading = Reading(text, compiled.literals, compiled.automaton, compiled.stem)
    points = [(group.id, point) for group in compiled.groups for point in group.points]
    found = [_candidates(reading, point) for _, point in points]
    listed = _listed_sentences(reading, found)
    judged = [_judge(reading, point, some, listed) for (_, point), some in zip(points, found, strict=True)]
    results = _require([point for _, point in points], judged)
    details = tuple(
        PointResult(
            point.id,
            group,
            status,
            point.weight,
            credit,
            _divide(point.weight * credit, FULL // HUNDREDTHS),
            spans,
        )
        for (group, point), (status, credit, spans) in zip(points, results, strict=True)
    )
    groups = tuple(_total(group, details) for group in compiled.groups)
    blocked = {index for index, (status, _, _) in enumerate(results) if status == "blocked"}
    alignment = _alignment(reading, compiled.model, found, blocked, listed)
    made = sum(group.score for group in groups)
    # who makes the points in words of their own loses nothing: likeness can only raise the mark
    alike = max(made * FULL, compiled.max_score * alignment)
    total = made * (100 - compiled.alignment) * FULL + alike * compiled.alignment
    gibberish = _is_gibberish(reading, found, compiled.vocabulary)
    if gibberish:
        total = min(total, compiled.max_score * 100 * GIBBERISH_MOST)
    score = min(compiled.max_score, _divide(total, 100 * FULL * STEP) * STEP)
    chars = sum(kind != 0 for kind in reading.kinds)
    earned = [point.status for point in details if point.credit]
    raised: dict[Flag, bool] = {
        "keyword_list": 0 < len(earned) <= 2 * earned.count("listed"),
        "gibberish": gibberish,
        "contradiction": any(_contradicts(reading, some) for some in found),
        "too_short": 0 < chars < compiled.min_chars,
        "long": reading.cut,
    }
    flags = tuple(flag for flag, is_raised in raised.items() if is_raised)
    verdict = Verdict.CORRECT if score == compiled.max_score else Verdict.PARTIAL if score else Verdict.WRONG
    detail = EssayDetail(groups, details, flags, alignment, chars)
    return Result(verdict if reading.chars else Verdict.BLANK, score, compiled.max_score, detail=detail)


def _candidates(reading: Reading, point: CompiledPoint) -> list[Candidate]:
    """Every place where a pattern of the point is filled."""
    found: list[Candidate] = []
    for pattern in point.patterns:
        slots: list[list[Hit]] = []
        for alternatives in pattern:
            slots.append(sorted(hit for literal in alternatives for hit in reading.hits(literal))[:MOST_HITS])
            if not slots[-1]:
                break
        if not slots[-1]:  # all must be filled
            continue
        affirmed = [[hit for hit in slot if not reading.is_denied(hit)] for slot in slots[1:]]
        for first in slots[0]:
            # the nearest ones may be denied while others are not
            for others in (affirmed, slots[1:])[: len(slots)]:
                parts = [first]
                for slot in others:
                    nearest = _nearest(reading, slot, first)
                    if nearest:
                        parts.append(nearest)
                if len(parts) == len(slots):
                    candidate = _candidate(reading, point, tuple(parts))
                    if candidate:
                        found.append(candidate)
    return found


def _nearest(reading: Reading, slot: Sequence[Hit], first: Hit) -> Hit | None:
    """The hit of the slot that is nearest to the first one, in its sentence and apart from it."""
    index = bisect_left(slot, Hit(first.end, 0, 0))
    after = slot[index] if index < len(slot) else None
    while index and slot[index - 1].end > first.start:
        index -= 1
    before = slot[index - 1] if index else None
    near = [
        hit for hit in (before, after) if hit and reading.sentence[hit.start] == reading.sentence[first.start]
    ]
    return min(near, key=lambda hit: max(hit.start - first.end, first.start - hit.end), default=None)


def _candidate(reading: Reading, point: CompiledPoint, parts: tuple[Hit, ...]) -> Candidate | None:
    """The parts as a candidate, unless they stand too far apart."""
    start, end = min(hit.start for hit in parts), max(hit.end for hit in parts)
    if end - start - sum(hit.end - hit.start for hit in parts) > point.window:
        return None
    status: Status = "ok"
    is_denied = any(reading.is_denied(hit, parts) for hit in parts)
    if all(reading.copied[index] for hit in parts for index in range(hit.start, hit.end)):
        status = "copied"
    elif reading.is_wrong_side(start, end, point.subject, point.against):
        if is_denied:  # that the other side lacks it is no mistake
            return None
        status = "wrong_side"
    elif is_denied and not point.negative:
        status = "negated"
    return Candidate(status, sum(hit.edits for hit in parts), start, end, parts)


def _listed_sentences(reading: Reading, found: Sequence[Sequence[Candidate]]) -> set[int]:
    """Numbers of the sentences that only list keywords of several points."""
    made: dict[int, set[int]] = {}
    covered: dict[int, set[int]] = {}
    for number, candidates in enumerate(found):
        for candidate in candidates:
            if candidate.status == "ok":
                sentence = reading.sentence[candidate.start]
                made.setdefault(sentence, set()).add(number)
                covered.setdefault(sentence, set()).update(
                    i for hit in candidate.parts for i in range(hit.start, hit.end)
                )
    listed: set[int] = set()
    for sentence, numbers in made.items():
        if len(numbers) >= LISTED_POINTS:
            first, last = bisect_left(reading.sentence, sentence), bisect_left(reading.sentence, sentence + 1)
            glue = sum(
                reading.kinds[index] != 0
                and index not in covered[sentence]
                and reading.chars[index] not in INTERJECTIONS
                for index in range(first, last)
            )
            if glue < GLUE * len(numbers):
                listed.add(sentence)
    return listed


def _judge(
    reading: Reading, point: CompiledPoint, candidates: Sequence[Candidate], listed: set[int]
) -> Judgement:
    """The best of the candidates decides; without any, likeness to the reference."""

    def status(candidate: Candidate) -> Status:
        is_listed = candidate.status == "ok" and reading.sentence[candidate.start] in listed
        return "listed" if is_listed else candidate.status

    def rank(candidate: Candidate) -> tuple[int, int, int, int]:
        return RANKS.index(status(candidate)), candidate.edits, candidate.start, candidate.end

    best = min(candidates, key=rank, default=None)
    if best is None or best.status == "copied":
        partial = _partial(reading, point, listed)
        if partial or best is None:
            return partial or ("missing", 0, ())
    credit = {"ok": FULL, "listed": LISTED_MOST}.get(status(best), 0)
    return status(best), credit, tuple(reading.typed(hit.start, hit.end) for hit in sorted(best.parts))


def _partial(reading: Reading, point: CompiledPoint, listed: set[int]) -> Judgement | None:
    """Part of the weight for words like those of the reference."""

    def counts(place: int) -> bool:
        return (
            reading.sentence[place] not in listed
            and not reading.is_wrong_side(place, place + 2, point.subject, point.against)
            and not (point.deniable and reading.is_denied(Hit(place, place + 1, 0)))
        )

    if not point.reference:
        return None
    likeness, places = reading.likeness(point.reference, counts)
    if likeness <= PARTIAL_FROM:
        return None
    share = min(FULL, (likeness - PARTIAL_FROM) * FULL // (PARTIAL_TO - PARTIAL_FROM))
    spans = tuple(reading.typed(*span) for span in _joined(reading, places))
    return "partial", share * PARTIAL_MOST // FULL, spans


def _joined(reading: Reading, places: Sequence[int]) -> list[tuple[int, int]]:
    """Spans from the first to the last of the places in each clause."""
    spans: dict[int, tuple[int, int]] = {}
    for place in places:
        first, _ = spans.get(reading.clause[place], (place, 0))
        spans[reading.clause[place]] = first, min(place + 2, len(reading.chars))
    return list(spans.values())


def _require(points: Sequence[CompiledPoint], judged: Sequence[Judgement]) -> list[Judgement]:
    """The judgements, without credit where the required point has none."""
    results = list(judged)
    for _ in points:  # a point may require one that is blocked itself
        earned = {point.id for point, (_, credit, _) in zip(points, results, strict=True) if credit}
        for index, (point, (_, credit, spans)) in enumerate(zip(points, results, strict=True)):
            if credit and point.requires is not None and point.requires not in earned:
                results[index] = "blocked", 0, spans
    return results


def _total(group: CompiledGroup, details: Sequence[PointResult]) -> GroupResult:
    """The score of a group; keyword lists earn no more than their share of its maximum."""
    own = [point for point in details if point.group == group.id]
    listed = sum(point.score for point in own if point.status == "listed")
    rest = sum(point.score for point in own if point.status != "listed")
    most = group.max_score * LISTED_MOST // FULL
    return GroupResult(group.id, min(group.max_score, rest + min(most, listed)), group.max_score)


def _alignment(
    reading: Reading,
    model: Sequence[Sequence[str]],
    found: Sequence[Sequence[Candidate]],
    blocked: set[int],
    listed: set[int],
) -> int:
    """Mean likeness (permille of what counts as full) of the model answer's clauses to the most similar places.

    Clauses that deny a point, say it of the other side or make one that is blocked do not count.
    """
    denied = {
        reading.clause[hit.start]
        for index, candidates in enumerate(found)
        for candidate in candidates
        if index in blocked or candidate.status in ("negated", "wrong_side")
        for hit in candidate.parts
    }

    def counts(place: int) -> bool:
        return reading.clause[place] not in denied and reading.sentence[place] not in listed

    likenesses = [reading.likeness(part, counts)[0] for part in model]
    total = sum(likeness for likeness in likenesses if likeness >= ALIKE_LEAST)
    return min(FULL, total * FULL // (ALIGNED * max(1, len(model))))


def _is_gibberish(reading: Reading, found: Sequence[Sequence[Candidate]], vocabulary: str) -> bool:
    """Whether the characters around the phrases are mostly ones that hardly occur in real answers."""
    covered = bytearray(reading.copied)
    for candidates in found:
        for candidate in candidates:
            for hit in candidate.parts:
                covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    rest = [
        char
        for char, kind, is_covered in zip(reading.chars, reading.kinds, covered, strict=True)
        if kind == HAN_KIND and not is_covered
    ]
    strange = sum(not familiar(char) and char not in vocabulary for char in rest)
    return strange >= STRANGE_LEAST and strange * FULL > STRANGE_MOST * len(rest)


def _contradicts(reading: Reading, candidates: Sequence[Candidate]) -> bool:
    """Whether one sentence makes the point and another denies it."""
    made = {reading.sentence[candidate.start] for candidate in candidates if candidate.status == "ok"}
    denied = (c for c in candidates if c.status == "negated" and c.edits == 0)
    return bool(made) and any(reading.sentence[candidate.start] not in made for candidate in denied)


def _divide(dividend: int, divisor: int) -> int:
    """The quotient of two numbers that are not negative, halves rounded up."""
    return (2 * dividend + divisor) // (2 * divisor)
