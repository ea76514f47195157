"""Whether the rubrics of essays keep their promises: the grader itself marks model answers, samples and phrases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kejian.catalogue import say
from kejian.checks.check import Check, Example, Found, Item
from kejian.checks.course import Course
from kejian.checks.example import DELETE
from kejian.checks.rubric_marks import EARNED, Pattern, Placed, dead_phrases, marks_of, statuses
from kejian.checks.wording import listed
from kejian.grading import Result, format_score, grade_essay
from kejian.grading.essay import FULL
from kejian.grading.essay_match import has_negator, tightened
from kejian.grading.essay_words import NEGATORS
from kejian.model import Point

__all__ = ["CHECKS"]

LOW_TO: Final = 25
"""Per cent: the middle of the range of a low sample lies no higher,"""
HIGH_FROM: Final = 75
"""that of a high one no lower."""


def _model(item: Item, course: Course) -> Iterator[Found]:
    """The model answer earns the full mark."""
    for marks in marks_of(item):
        result = marks.model
        if result and result.score < result.max_score:
            lost = [f"“{marks.title(p.id)}”" for p in statuses(result).values() if p.credit < FULL]
            values = _score(result) | {"points": listed(lost, course.language) or "-"}
            yield Found(marks.field("model_answer"), values)


def _range(item: Item, course: Course) -> Iterator[Found]:
    """The grader gives each sample a mark inside its range."""
    for marks in marks_of(item):
        for number, (sample, result) in enumerate(marks.samples):
            low, high = sample.expect
            if low * result.max_score <= 100 * result.score <= high * result.max_score:
                continue
            earned = [f"“{marks.title(p.id)}”" for p in statuses(result).values() if p.credit]
            values = _score(result) | {
                "number": number + 1,
                "range": f"{low}%"
                if low == high
                else say("check.range", course.language, low=low, high=high),
                "percent": round(100 * result.score / result.max_score),
                "points": listed(earned, course.language) or say("check.nothing", course.language),
            }
            yield Found(marks.field("samples", number, "expect"), values)


def _points(item: Item, course: Course) -> Iterator[Found]:
    """The points of a sample have the status that it names."""
    for marks in marks_of(item):
        for number, (sample, result) in enumerate(marks.samples):
            got = statuses(result)
            for point, wanted in sample.points.items():
                if got[point].status != wanted:
                    values = {
                        "number": number + 1,
                        "title": marks.title(point),
                        "wanted": say(f"essay.status.{wanted}", course.language),
                        "got": say(f"essay.status.{got[point].status}", course.language),
                    }
                    yield Found(marks.field("samples", number, "points", point), values)


def _no_samples(item: Item, course: Course) -> Iterator[Found]:
    """A rubric without samples is a promise that nobody has tried."""
    for marks in marks_of(item):
        if not marks.samples:
            yield Found(marks.field("rubric"))


def _spread(item: Item, course: Course) -> Iterator[Found]:
    """The samples include a good answer, a middling one and a poor one."""
    for marks in marks_of(item):
        middles = [sum(sample.expect) / 2 for sample, _ in marks.samples]
        bands = {
            "high": any(middle >= HIGH_FROM for middle in middles),
            "middle": any(LOW_TO < middle < HIGH_FROM for middle in middles),
            "low": any(middle <= LOW_TO for middle in middles),
        }
        lacking = [
            say(f"check.sample.{band}", course.language) for band, is_there in bands.items() if not is_there
        ]
        if middles and lacking:
            yield Found(marks.field("samples"), {"lacking": listed(lacking, course.language)})


def _untried(item: Item, course: Course) -> Iterator[Found]:
    """Each point is made in a sample, else nobody notices when its phrases are spoilt."""
    for marks in marks_of(item):
        made = {p.id for _, result in marks.samples for p in statuses(result).values() if p.status == "ok"}
        for point, path in marks.points() if marks.samples else ():
            if point.id not in made:
                yield Found(marks.field(*path), {"title": point.title})


def _unreachable(item: Item, course: Course) -> Iterator[Found]:
    """Somebody can earn each point, and the point that it requires."""
    for marks in marks_of(item):
        lost = {
            point.id
            for point, _ in marks.points()
            if all(dead_phrases(marks, point, number) for number in range(len(point.patterns)))
            and not (point.reference and marks.status(point.reference, point) in EARNED)
        }
        for point, path in marks.points():
            if point.id in lost:
                yield Found(marks.field(*path), {"title": point.title, "because": point.title})
            elif point.requires in lost:
                values = {"title": point.title, "because": marks.title(point.requires or "")}
                yield Found(marks.field(*path, "requires"), values)


def _dead_phrases(item: Item, course: Course) -> Iterator[Found]:
    """Each phrase can earn its point; the grader tells why one cannot."""
    for marks in marks_of(item):
        for point, path in marks.points():
            for number in range(len(point.patterns)):
                for phrase, status in dead_phrases(marks, point, number, every=False):
                    reason = say(f"check.phrase.{status}", course.language)
                    yield Found(marks.field(*path, "any", number), {"phrase": phrase, "reason": reason})


def _repeated(item: Item, course: Course) -> Iterator[Found]:
    """A point names each phrasing once."""
    for marks in marks_of(item):
        for point, path in marks.points():
            seen: dict[object, str] = {}
            for number, pattern in enumerate(point.patterns):
                for name, shown in _phrasings(pattern):
                    if name in seen:
                        yield Found(marks.field(*path, "any", number), {"phrase": shown})
                    seen[name] = shown


def _shared(item: Item, course: Course) -> Iterator[Found]:
    """One phrasing earns one point; two may share it when they are about two sides of a comparison."""
    for marks in marks_of(item):
        owners: dict[object, list[Placed]] = defaultdict(list)
        for placed in marks.points():
            for number, pattern in enumerate(placed.point.patterns):
                path = (*placed.path, "any", number)
                for name, shown in dict(_phrasings(pattern)).items():
                    for other in owners[name]:
                        if other.point.id != placed.point.id and not _opposed(other.point, placed.point):
                            values = {"phrase": shown, "one": other.point.title, "other": placed.point.title}
                            yield Found(marks.field(*path), values)
                    owners[name].append(placed)


def _opposed(one: Point, other: Point) -> bool:
    """Whether the points are about two sides."""
    return bool(one.subject and other.subject) and set(one.subject) != set(other.subject)


def _phrasings(pattern: Pattern) -> Iterator[tuple[object, str]]:
    """What a pattern asks for, as it is compared and as it is written: each phrase, or all slots together."""
    if len(pattern) == 1:
        for phrase in pattern[0]:
            yield tightened(phrase), phrase
    else:
        slots = frozenset(frozenset(map(tightened, slot)) for slot in pattern)
        yield slots, " & ".join("|".join(slot) for slot in pattern)


def _stem_earns(item: Item, course: Course) -> Iterator[Found]:
    """To copy the question earns nothing."""
    for marks in marks_of(item):
        if marks.stem and marks.stem.score:
            earned = [f"“{marks.title(p.id)}”" for p in statuses(marks.stem).values() if p.credit]
            yield Found(
                marks.field("rubric"), _score(marks.stem) | {"points": listed(earned, course.language)}
            )


def _in_stem(item: Item, course: Course) -> Iterator[Found]:
    """The words of the question alone make no point; whoever repeats its topic would earn it."""
    for marks in marks_of(item):
        stem = tightened(item.question.stem)
        for point, path in marks.points():
            if point.subject:
                continue
            for number, pattern in enumerate(point.patterns):
                named = [next((word for word in slot if tightened(word) in stem), "") for slot in pattern]
                if all(named) and marks.status("".join(named), point) in EARNED:
                    values = {"phrase": " & ".join(named), "title": point.title}
                    yield Found(marks.field(*path, "any", number), values)


def _negative(item: Item, course: Course) -> Iterator[Found]:
    """`negative` is for phrases that negate something themselves; elsewhere it lets a denial earn the point."""
    for marks in marks_of(item):
        for point, path in marks.points():
            texts = [phrase for pattern in point.patterns for slot in pattern for phrase in slot]
            texts += [point.title, point.reference or ""]
            if point.negative and not any(map(_negates, texts)):
                yield Found(marks.field(*path, "negative"), {"title": point.title})


def _negates(text: str) -> bool:
    chars = tightened(text)
    return any(word in chars for word in NEGATORS) and has_negator(chars)


def _idle_reference(item: Item, course: Course) -> Iterator[Found]:
    """The reference of a point earns it, at least in part."""
    for marks in marks_of(item):
        placed = [(point, path) for point, path in marks.points() if point.reference]
        together = statuses(
            grade_essay(marks.compiled, "\n".join(point.reference or "" for point, _ in placed))
        )
        for point, path in placed:
            # what stands around a reference may spoil it; alone it shows what it is worth
            if (
                together[point.id].status not in EARNED
                and marks.status(point.reference or "", point) not in EARNED
            ):
                yield Found(marks.field(*path, "reference"), {"title": point.title})


def _small_group(item: Item, course: Course) -> Iterator[Found]:
    """A group has room for its heaviest point."""
    for marks in marks_of(item):
        for number, group in enumerate(marks.rubric.groups):
            heaviest = max(group.points, key=lambda point: point.weight)
            if group.max < heaviest.weight:
                values = {"max": group.max, "weight": heaviest.weight, "title": heaviest.title}
                yield Found(marks.field("rubric", "groups", number, "max"), values)


def _score(result: Result) -> dict[str, object]:
    return {"score": format_score(result.score), "max": format_score(result.max_score)}


def _rubric(first: Mapping[str, Any] = {}, second: Mapping[str, Any] = {}, **group: Any) -> dict[str, Any]:
    """The rubric of the sound course with changes in its points and its group."""
    freezing: dict[str, Any] = {
        "id": "freezing",
        "weight": 2,
        "title": "水凝固成冰并放热",
        "any": ["凝固 & 放出热量|放热"],
    }
    melting: dict[str, Any] = {
        "id": "melting",
        "weight": 2,
        "title": "冰熔化成水并吸热",
        "any": ["熔化 & 吸收热量|吸热"],
    }
    changes = {"id": "changes", "title": "两个过程", "max": 4, **group}
    return {"rubric": {"groups": [changes | {"points": [{**freezing, **first}, {**melting, **second}]}]}}


def _samples(*samples: tuple[str, int, int]) -> dict[str, Any]:
    return {"samples": [{"response": text, "expect": [low, high]} for text, low, high in samples]}


def _essay(key: Mapping[str, Any], **question: Any) -> Example:
    return Example(question=question, key=key, type="essay")


_HALF: Final = "水会凝固，凝固时放出热量。"
_MELTING: Final = "冰会熔化，熔化时吸收热量。"
_WHOLE: Final = _HALF + _MELTING
_NOTHING: Final = "天气冷的时候河面会变硬。"


def _half_sample(**points: str) -> dict[str, Any]:
    """Three samples, of which the second names what its scoring points should get."""
    samples = _samples((_WHOLE, 100, 100), (_HALF, 50, 50), (_NOTHING, 0, 0))
    samples["samples"][1]["points"] = points
    return samples


_POINT: Final = "凝固 & 放出热量|放热"
_COPY: Final = "冰与水怎样互相转化"

CHECKS: Final = (
    Check("RUB30", "error", "question", _model, bad=_essay({"model_answer": _HALF})),
    Check(
        "RUB31",
        "error",
        "question",
        _range,
        bad=_essay(_samples((_WHOLE, 100, 100), (_HALF, 30, 40), (_NOTHING, 0, 0))),
    ),
    Check(
        "RUB32",
        "error",
        "question",
        _points,
        bad=_essay(_half_sample(melting="ok")),
        good=_essay(_half_sample(melting="missing")),
    ),
    Check("RUB33", "warning", "question", _no_samples, bad=_essay(_rubric() | {"samples": DELETE})),
    Check("RUB34", "warning", "question", _spread, bad=_essay(_samples((_WHOLE, 100, 100), (_HALF, 50, 50)))),
    Check("RUB35", "warning", "question", _untried, bad=_essay(_samples((_HALF, 50, 50), (_NOTHING, 0, 0)))),
    Check("RUB36", "error", "question", _unreachable, bad=_essay(_rubric({"any": [_COPY]}))),
    Check("RUB37", "warning", "question", _dead_phrases, bad=_essay(_rubric({"any": [_POINT, _COPY]}))),
    Check(
        "RUB38",
        "warning",
        "question",
        _repeated,
        bad=_essay(_rubric({"any": [_POINT, "结冰|上冻", "上冻"]})),
        good=_essay(_rubric({"any": [_POINT, "结冰|上冻", "上冻 & 变硬"]})),
    ),
    Check(
        "RUB39",
        "warning",
        "question",
        _shared,
        bad=_essay(_rubric({"any": [_POINT, "热量变化"]}, {"any": ["熔化 & 吸收热量|吸热", "热量变化"]})),
    ),
    Check(
        "RUB40",
        "error",
        "question",
        _stem_earns,
        bad=_essay(_rubric({}, {"any": ["熔化"]}), stem="冰怎样熔化？"),
    ),
    Check("RUB41", "warning", "question", _in_stem, bad=_essay(_rubric({"any": [_POINT, "冰|雪 & 转化"]}))),
    Check(
        "RUB42",
        "warning",
        "question",
        _negative,
        bad=_essay(_rubric({"negative": True})),
        good=_essay(_rubric({"negative": True, "any": [_POINT, "不再流动"]})),
    ),
    Check(
        "RUB43",
        "warning",
        "question",
        _idle_reference,
        bad=_essay(_rubric({"reference": _COPY})),
        good=_essay(_rubric({"reference": "水凝固成冰的时候要向周围放出热量。"})),
    ),
    Check(
        "RUB44",
        "warning",
        "question",
        _small_group,
        bad=_essay(
            _rubric({"weight": 5}) | _samples((_WHOLE, 100, 100), (_MELTING, 50, 50), (_NOTHING, 0, 0))
        ),
    ),
)
"""RUB01 to RUB29 are the problems of the loader."""
