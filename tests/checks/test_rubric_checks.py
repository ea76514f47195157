"""Checks of rubrics: the grader tries model answers, samples and phrases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.paths import ROOT

from kejian.catalogue import describe
from kejian.checks.check import Example, Finding
from kejian.checks.course import Course, Item
from kejian.checks.example import write_example
from kejian.checks.rubric import CHECKS
from kejian.checks.run import Rules, check_course

FREEZING: dict[str, Any] = {
    "id": "freezing",
    "weight": 2,
    "title": "水凝固成冰并放热",
    "any": ["凝固 & 放出热量|放热"],
}
MELTING: dict[str, Any] = {
    "id": "melting",
    "weight": 2,
    "title": "冰熔化成水并吸热",
    "any": ["熔化 & 吸收热量|吸热"],
}
HALF = "水会凝固，凝固时放出热量。"
WHOLE = HALF + "冰会熔化，熔化时吸收热量。"
NOTHING = "天气冷的时候河面会变硬。"


def rubric(*points: dict[str, Any], max: int = 4) -> dict[str, Any]:
    """The field `rubric` with one group."""
    return {
        "rubric": {"groups": [{"id": "changes", "title": "两个过程", "max": max, "points": list(points)}]}
    }


def sample(response: str, low: int, high: int, **points: str) -> dict[str, Any]:
    return {"response": response, "expect": [low, high]} | ({"points": points} if points else {})


def found_for(key: dict[str, Any], folder: Path, **question: Any) -> list[Finding]:
    """What is found when the essay of the sound course has these fields instead."""
    write_example(Example(question=question, key=key, type="essay"), folder)
    course = Course(folder)
    assert not course.problems, course.problems
    return check_course(course, Rules(("RUB",)))


def ids(findings: list[Finding]) -> set[str]:
    return {finding.problem.id for finding in findings}


def test_a_sound_rubric(tmp_path: Path) -> None:
    """The rubric from which all cases below differ."""
    assert [] == found_for(rubric(FREEZING, MELTING), tmp_path)


def test_the_point_that_the_model_answer_lacks_is_named(tmp_path: Path) -> None:
    """Mark, full mark and the title of the point, at the model answer."""
    (found,) = found_for({"model_answer": HALF}, tmp_path)
    message, _ = describe(found.problem)
    assert ("RUB30", "error") == (found.problem.id, found.severity)
    assert all(words in message for words in ("只得 2 分", "满分是 4 分", "“冰熔化成水并吸热”"))
    assert found.problem.subject == "w-e1.model_answer"


def test_a_model_answer_needs_only_n_of_m_points(tmp_path: Path) -> None:
    """A group below the sum of its weights asks for any of its points."""
    third = {"id": "vapour", "weight": 2, "title": "水汽化", "any": ["汽化|蒸发"]}
    samples = {"samples": [sample(WHOLE, 100, 100), sample("水会蒸发。", 50, 50), sample(NOTHING, 0, 0)]}
    assert set() == ids(found_for(rubric(FREEZING, MELTING, third) | samples, tmp_path))


@pytest.mark.parametrize(("low", "high"), [(40, 60), (50, 50), (0, 50), (50, 100)])
def test_ranges_include_their_ends(low: int, high: int, tmp_path: Path) -> None:
    """50% is inside 0–50% and 50–100%."""
    samples = [sample(WHOLE, 100, 100), sample(HALF, low, high), sample(NOTHING, 0, 0)]
    assert not ids(found_for({"samples": samples}, tmp_path)) & {"RUB31", "RUB32"}


def test_a_sample_outside_its_range_says_what_it_earned(tmp_path: Path) -> None:
    """Number, range, mark, and the points that were made, at the range."""
    samples = [sample(WHOLE, 100, 100), sample(HALF, 60, 80), sample(NOTHING, 0, 0)]
    (found,) = found_for({"samples": samples}, tmp_path)
    message, remedy = describe(found.problem)
    assert found.problem.id == "RUB31"
    assert all(words in message for words in ("样例 2", "60%～80%", "2 分", "50%", "“水凝固成冰并放热”"))
    assert "kejian rubric test" in remedy
    assert found.problem.subject == "w-e1.samples[2].expect"


def test_a_point_of_a_sample_that_differs(tmp_path: Path) -> None:
    """The mark is right by accident, the points are not."""
    samples = [sample(WHOLE, 100, 100), sample(HALF, 50, 50, freezing="missing"), sample(NOTHING, 0, 0)]
    (found,) = found_for({"samples": samples}, tmp_path)
    assert ("RUB32", "w-e1.samples[2].points.freezing") == (found.problem.id, found.problem.subject)


@pytest.mark.parametrize(
    ("ranges", "lacking"),
    [
        (((90, 100), (40, 60), (0, 10)), ""),
        (((75, 75), (26, 26), (25, 25)), ""),
        (((40, 60), (0, 10)), "好的回答"),
        (((90, 100), (0, 10)), "中等的回答"),
        (((90, 100), (40, 60)), "差的回答"),
    ],
)
def test_samples_of_all_levels(ranges: tuple[tuple[int, int], ...], lacking: str, tmp_path: Path) -> None:
    """Good, middling and poor, by the middle of the range."""
    samples = [sample(WHOLE, low, high) for low, high in ranges]
    found = [f for f in found_for({"samples": samples}, tmp_path) if f.problem.id == "RUB34"]
    assert [lacking] * bool(lacking) == [lacking for f in found if lacking in describe(f.problem)[0]]
    assert bool(lacking) == bool(found)


def test_a_point_that_waits_for_one_that_nobody_earns(tmp_path: Path) -> None:
    """Both are named, and the second one says for which it waits."""
    dead = MELTING | {"any": ["冰与水怎样互相转化"]}
    findings = found_for(rubric(FREEZING | {"requires": "melting"}, dead), tmp_path)
    found = [describe(f.problem)[0] for f in findings if f.problem.id == "RUB36"]
    assert len(found) == 2
    assert all("因为“冰熔化成水并吸热”" in message for message in found)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"any": [*MELTING["any"], "冰与水怎样互相转化"]}, "题目里的原话"),
        ({"any": [*MELTING["any"], "保温 & 不重要"]}, "否定"),
        ({"any": [*MELTING["any"], "不像凝固那样"], "subject": ["熔化"], "against": ["凝固"]}, "相对的一方"),
        # the phrase itself may be negative, and name the other side beside its own
        ({"any": [*MELTING["any"], "没有放热|不放热"]}, ""),
        ({"any": [*MELTING["any"], "保温 & 不重要"], "negative": True}, ""),
        ({"any": [*MELTING["any"], "与凝固相反"], "subject": ["熔化"], "against": ["凝固"]}, ""),
        # a short phrase of the question is not copied, only too easy
        ({"any": [*MELTING["any"], "冰与水 & 吸热"]}, ""),
        # longer than the grader compares tolerantly, and found all the same
        (
            {"any": [*MELTING["any"], "固态的水受热以后变成液态的水这个过程要从周围的环境中吸收一定的热量"]},
            "",
        ),
    ],
)
def test_phrases_that_never_work(changes: dict[str, Any], reason: str, tmp_path: Path) -> None:
    """The grader says why; phrases that only look doubtful are tried and left alone."""
    found = [f for f in found_for(rubric(FREEZING, MELTING | changes), tmp_path) if f.problem.id == "RUB37"]
    assert bool(reason) == bool(found)
    assert all(reason in describe(f.problem)[0] for f in found)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"any": ["热量变化"]}, {"any": ["热量变化|吸热"]}, True),
        ({"any": ["熱量變化"]}, {"any": ["热量变化"]}, True),  # as the grader compares them
        ({"any": ["放热 & 凝固"]}, {"any": ["凝固 & 放热"]}, True),
        ({"any": ["热量变化 & 凝固"]}, {"any": ["热量变化 & 熔化"]}, False),
        (
            {"any": ["热量变化"], "subject": ["凝固"], "against": ["熔化"]},
            {"any": ["热量变化"], "subject": ["熔化"], "against": ["凝固"]},
            False,
        ),
    ],
)
def test_a_phrase_in_two_points(
    one: dict[str, Any], other: dict[str, Any], found: bool, tmp_path: Path
) -> None:
    """It would earn both, unless the points are about two sides."""
    findings = found_for(rubric(FREEZING | one, MELTING | other), tmp_path)
    assert found == ("RUB39" in ids(findings))


def test_a_phrase_may_stand_in_several_patterns_of_a_point(tmp_path: Path) -> None:
    """With other words beside it, it asks for something else each time."""
    points = FREEZING | {"any": ["凝固 & 放热", "凝固 & 放出热量", "结冰 & 放热"]}
    assert set() == ids(found_for(rubric(points, MELTING), tmp_path))


def test_words_of_the_question_on_one_side_of_a_comparison(tmp_path: Path) -> None:
    """Who the point is about is asked too."""
    sided = {"any": [*MELTING["any"], "转化"], "subject": ["熔化"], "against": ["凝固"]}
    assert "RUB41" not in ids(found_for(rubric(FREEZING, MELTING | sided), tmp_path))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"any": [*MELTING["any"], "不再是冰"]}, False),
        ({"reference": "冰熔化以后就没有固定的形状了。"}, False),
        ({"any": [*MELTING["any"], "不断吸热"]}, True),  # 不断 negates nothing
    ],
)
def test_negative_without_a_negation(changes: dict[str, Any], found: bool, tmp_path: Path) -> None:
    """A denial would earn the point; by the words that the grader knows."""
    findings = found_for(rubric(FREEZING, MELTING | {"negative": True} | changes), tmp_path)
    assert found == ("RUB42" in ids(findings))


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("冰与水怎样互相转化", True),  # nothing but words of the question
        ("冰熔化。", True),  # says too little
        ("固态的冰受热变成液态，其间从周围得到热量。", False),
    ],
)
def test_a_reference_earns_its_point(reference: str, found: bool, tmp_path: Path) -> None:
    """Taken as an answer, at least in part."""
    findings = found_for(rubric(FREEZING, MELTING | {"reference": reference}), tmp_path)
    assert found == ("RUB43" in ids(findings))


def test_references_do_not_spoil_each_other(tmp_path: Path) -> None:
    """Each is tried alone before it is named: beside a denial of the same it seems to earn nothing."""
    one = FREEZING | {"reference": "凝固的时候不化冻也不吸热，热量要放出来。"}
    other = MELTING | {"any": ["化冻 & 吸热"], "reference": "冰熔化的时候要从周围吸收热量。"}
    assert "RUB43" not in ids(found_for(rubric(one, other), tmp_path))


def test_essays_without_rubric_or_key(tmp_path: Path) -> None:
    """Readers compare such essays themselves; a public bank has no keys."""
    write_example(Example(key={"rubric": "<delete>", "samples": "<delete>"}, type="essay"), tmp_path)
    course = Course(tmp_path)
    assert not course.problems
    for item in course.items():
        for check in CHECKS:
            assert [] == list(check.find(item, course))
            assert [] == list(check.find(Item(item.quiz, item.question, None), course))


def test_marks_are_worked_out_again_for_another_key(tmp_path: Path) -> None:
    """What is remembered belongs to one key and one question."""
    first = found_for(rubric(FREEZING, MELTING), tmp_path / "one")
    second = found_for(rubric(FREEZING, MELTING | {"any": ["吸热"]}), tmp_path / "two")
    assert ([], {"RUB30"}) == (first, ids(second) & {"RUB30"})


def test_marks_belong_to_one_question(tmp_path: Path) -> None:
    """The same key beside another question is marked again."""
    write_example(Example(key=rubric(FREEZING, MELTING | {"any": ["熔化"]}), type="essay"), tmp_path)
    course = Course(tmp_path)
    item = next(item for item in course.items() if item.question.type == "essay")
    copying = next(check for check in CHECKS if check.id == "RUB40")
    assert [] == list(copying.find(item, course))
    short = item._replace(question=replace(item.question, stem="冰怎样熔化？"))
    assert len(list(copying.find(short, course))) == 1


@pytest.mark.parametrize("folder", [".", "tests/banks/climate"])
def test_good_banks_are_left_alone(folder: str) -> None:
    """No false alarm on rubrics that were written with care."""
    assert [] == [str(f.problem) for f in check_course(Course(ROOT / folder), Rules(("RUB3?", "RUB4?")))]
