"""The rubric and the samples of an essay: what no single field of them can show, and how the model has them.

    check_rubric(found, points, report)   # ids, maxima, `requires`, points of samples; whatever could be read
    make_rubric(found["rubric"], report)  # only when nothing is wrong
    make_samples(found["samples"], report)

Fields were read by `kejian.forms`; a value that is missing there has been reported.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from kejian.forms import Part
from kejian.model import Evidence, Group, Point, Rubric, Sample
from kejian.yamlfile import At, Report, short

__all__ = ["check_rubric", "make_rubric", "make_samples"]

OFFERED: Final = 50
"""So many ids are offered in place of an unknown one; more would take long to compare and to read."""


def check_rubric(found: Mapping[str, Any], points: int | None, report: Report) -> None:
    """Compare the parts of an essay's answer with each other; `points` of the question, None when unknown."""
    if "rubric" not in found:
        return
    rubric: Part = found["rubric"]
    groups: tuple[Part, ...] = rubric.values.get("groups", ())
    _check_ids(groups, report)
    _check_maxima(rubric, groups, points, report)
    parts = [part for group in groups for part in group.values.get("points", ())]
    _check_ids(parts, report)
    ids = {part.values["id"]: part for part in parts if "id" in part.values}
    # a reference to an id that could not be read is no second mistake
    complete = bool(groups) and all("points" in group.values for group in groups)
    if complete and all("id" in part.values for part in parts):
        for part in parts:
            if "requires" in part.values:
                at, subject = part.at("requires"), part.subject + ".requires"
                _check_known(part.values["requires"], ids, at, subject, report)
        for sample in found.get("samples", ()):
            for id, (_, at) in sample.values.get("points", {}).items():
                _check_known(id, ids, at, sample.subject + ".points", report)
    _check_circles(ids, report)


def _check_ids(parts: Iterable[Part], report: Report) -> None:
    seen: dict[str, At] = {}
    for part in parts:
        id = part.values.get("id")
        if id in seen:
            report.add("RUB07", part.at("id"), part.subject + ".id", name=id, place=report.place(seen[id]))
        elif id:
            seen[id] = part.at("id")


def _check_maxima(rubric: Part, groups: tuple[Part, ...], points: int | None, report: Report) -> None:
    """No group promises more than its points are worth, and all together what the question is worth."""
    for group in groups:
        weights = _sum(group.values.get("points", ()), "weight")
        most = group.values.get("max")
        if most and weights and most > weights:
            report.add("RUB08", group.at("max"), group.subject + ".max", max=most, sum=weights)
    maxima = _sum(groups, "max")
    if points and maxima and maxima != points:
        report.add("RUB09", rubric.at("groups"), rubric.subject + ".groups", sum=maxima, points=points)


def _sum(parts: Iterable[Part], name: str) -> int | None:
    """The sum of a field of all parts; None when one of them could not be read."""
    numbers: list[int | None] = [part.values.get(name) for part in parts]
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _check_known(id: str, ids: Mapping[str, Part], at: At, subject: str, report: Report) -> None:
    if id not in ids:
        offered = list(islice(ids, OFFERED))
        near = difflib.get_close_matches(id[:80], offered, n=1)
        names = ", ".join(dict.fromkeys([*near, *offered]))
        report.add("RUB10", at, subject, name=short(id, 40), names=names)


def _check_circles(ids: Mapping[str, Part], report: Report) -> None:
    """No point requires itself, directly or through others; each circle is reported once."""
    done: set[str] = set()
    for start in ids:
        way: dict[str, None] = {}
        id = start
        while id in ids and id not in done and id not in way:
            way[id] = None
            id = ids[id].values.get("requires", "")
        if id in way:
            circle = [*way][[*way].index(id) :]
            part = ids[id]
            chain = " → ".join([*circle, id])
            report.add("RUB11", part.at("requires"), part.subject + ".requires", chain=chain)
        done.update(way)


def make_rubric(rubric: Part, report: Report) -> Rubric:
    """The rubric of fields that are all sound; `report` knows the file."""
    values = rubric.values
    groups = tuple(
        Group(
            group.values["id"],
            group.values["title"],
            group.values["max"],
            tuple(_make_point(part, report) for part in group.values["points"]),
        )
        for group in values["groups"]
    )
    return Rubric(groups, values.get("alignment", 0), values.get("min_chars", 0))


def _make_point(part: Part, report: Report) -> Point:
    values = part.values
    evidence: Part | None = values.get("evidence")
    return Point(
        id=values["id"],
        weight=values["weight"],
        title=values["title"],
        patterns=values["any"],
        place=report.place(part.node.at),
        negative=values.get("negative", False),
        reference=values.get("reference"),
        subject=values.get("subject", ()),
        against=values.get("against", ()),
        requires=values.get("requires"),
        window=values.get("window"),
        evidence=evidence and Evidence(**evidence.values, place=report.place(evidence.node.at)),
        feedback=MappingProxyType(values["feedback"].values if "feedback" in values else {}),
    )


def make_samples(samples: Iterable[Part], report: Report) -> tuple[Sample, ...]:
    """Likewise the samples."""
    return tuple(
        Sample(
            part.values["response"],
            part.values["expect"],
            report.place(part.node.at),
            MappingProxyType({id: status for id, (status, _) in part.values.get("points", {}).items()}),
        )
        for part in samples
    )
