"""Refresh what is compiled in spec/essay.json: `python tools/make_essay_spec.py`.

Rubrics and cases stand there as people wrote them; TypeScript cannot compile a rubric, so it stands beside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kejian.grading.essay import CompiledRubric, compile_rubric, rubric_json
from kejian.model import Group, Place, Point, Rubric

PATH = Path(__file__).resolve().parent.parent / "spec/essay.json"
PLACE = Place("spec/essay.json")


def main() -> None:
    PATH.write_text(spec(), encoding="utf-8", newline="\n")


def spec() -> str:
    """What should stand in spec/essay.json; each compiled rubric on a line of its own."""
    content = json.loads(PATH.read_text(encoding="utf-8"))
    lines: list[str] = []
    for name, source in content["rubrics"].items():
        written = json.dumps(rubric_json(compile_source(source)), ensure_ascii=False, separators=(",", ":"))
        source["compiled"] = f"@{name}@"
        lines.append(written)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    for name, written in zip(content["rubrics"], lines, strict=True):
        text = text.replace(f'"@{name}@"', written)
    return text


def compile_source(source: Mapping[str, Any]) -> CompiledRubric:
    """The rubric of one question of the file."""
    return compile_rubric(
        source["stem"], source["points"], rubric_of(source["rubric"]), source.get("model_answer")
    )


def rubric_of(source: Mapping[str, Any]) -> Rubric:
    """A rubric as it stands in a key file, `any` lines included."""
    groups = tuple(
        Group(group["id"], group["id"], group["max"], tuple(point_of(point) for point in group["points"]))
        for group in source["groups"]
    )
    return Rubric(groups, source.get("alignment", 0), source.get("min_chars", 0))


def point_of(source: Mapping[str, Any]) -> Point:
    """A scoring point as it stands in a key file."""
    return Point(
        id=source["id"],
        weight=source["weight"],
        title=source["id"],
        patterns=tuple(
            tuple(tuple(phrase.strip() for phrase in slot.split("|")) for slot in line.split("&"))
            for line in source["any"]
        ),
        place=PLACE,
        negative=source.get("negative", False),
        reference=source.get("reference"),
        subject=tuple(source.get("subject", ())),
        against=tuple(source.get("against", ())),
        requires=source.get("requires"),
        window=source.get("window"),
    )


if __name__ == "__main__":
    main()
