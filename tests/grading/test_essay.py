"""Grading of essays; the cases stand in spec/essay.json, run in both languages (web/tests/essay.test.ts)."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from tools import make_essay_spec, make_essay_words
from tools.make_essay_spec import PLACE, compile_source, rubric_of

from kejian.grading import TYPES, Verdict, grade
from kejian.grading.essay import CompiledRubric, compile_rubric, grade_essay, rubric_json
from kejian.model import Key, Question

SPEC = json.loads(make_essay_spec.PATH.read_text(encoding="utf-8"))
RUBRICS = {name: compile_source(source) for name, source in SPEC["rubrics"].items()}
MODEL_ANSWER = SPEC["rubrics"]["judgement"]["model_answer"]

LONGER = 8001
"""One character more than is read."""
HUGE = [
    pytest.param("数" * 10**6, id="one character"),
    pytest.param("以人民为中新" * 10**5, id="a phrase with a typing mistake"),
    pytest.param("传统治理难以" * 10**5, id="both phrases of a pattern"),
    pytest.param("数字治理，传统治理，" * 10**5, id="names of both sides"),
    pytest.param("不" * 10**6, id="negators"),
    pytest.param("这是错误的" * 10**5, id="denials"),
    pytest.param("\ud800" * 10**6, id="lone surrogates"),
    pytest.param("简述数字治理的必要性与重要性" * 10**5, id="the question"),
    pytest.param("e\u0301 \r\n" * 10**5, id="accents and line ends"),
]


def status_of(compiled: CompiledRubric, response: str) -> dict[str, str]:
    detail = grade_essay(compiled, response).detail
    assert detail
    return {point.id: point.status for point in detail.points}


def rubric(*points: dict[str, Any], **values: Any) -> CompiledRubric:
    """A rubric of one group that all these points fill."""
    group = {"id": "group", "max": sum(point["weight"] for point in points), "points": points}
    return compile_rubric("试述之", group["max"], rubric_of({"groups": [group], **values}), None)


def test_the_committed_rubrics_are_what_the_compiler_makes() -> None:
    """spec/essay.json is fresh."""
    committed = make_essay_spec.PATH.read_text(encoding="utf-8")
    hint = "stale; run `python tools/make_essay_spec.py` and commit the result"
    assert make_essay_spec.spec() == committed, hint


def test_the_committed_words_of_typescript_are_those_of_python() -> None:
    """web/src/grading/essay_words.ts is fresh."""
    committed = make_essay_words.PATH.read_text(encoding="utf-8")
    hint = "stale; run `python tools/make_essay_words.py` and commit the result"
    assert make_essay_words.script() == committed, hint


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['rubric']}: {c['why']}") for c in SPEC["cases"]])
def test_an_answer_gets_the_mark_of_the_spec(case: dict[str, Any]) -> None:
    """The mark lies in the range, and points and flags are those that the case names."""
    result = grade_essay(RUBRICS[case["rubric"]], case["response"] * case.get("repeat", 1))
    assert result.detail
    lowest, highest = case["expect"]
    assert lowest <= result.score * 100 / result.max_score <= highest
    status = {point.id: point.status for point in result.detail.points}
    assert case.get("points", {}).items() <= status.items()
    assert case.get("flags", list(result.detail.flags)) == list(result.detail.flags)


def test_the_words_that_decided_are_marked_in_the_text_as_typed() -> None:
    """Offsets are code points of the original, however it was typed."""
    text = "😀 坚持以\u200b人民\r\n為中心。\n用數據説話"
    result = grade_essay(RUBRICS["necessity"], text)
    assert result.detail
    spans = {point.id: [text[start:end] for start, end in point.spans] for point in result.detail.points}
    assert ["用數據説話"] == spans["i2"]
    assert ["以\u200b人民為中心"] == [
        text[start:end]
        for text in (text.replace("\r\n", ""),)
        for point in (grade_essay(RUBRICS["necessity"], text).detail or result.detail).points
        if point.id == "i1"
        for start, end in point.spans
    ]


def test_a_reader_can_follow_the_calculation() -> None:
    """Points add up to their group, groups to the mark, and halves are rounded up to half points."""
    compiled = rubric(
        {"id": "a", "weight": 3, "any": ["甲事物"], "reference": "乙丙丁戊己庚辛壬癸子"},
        {"id": "b", "weight": 1, "any": ["寅事物"]},
    )
    result = grade_essay(compiled, "寅事物，乙丙丁戊己。")
    assert result.detail
    a, b = result.detail.points
    # 4 of 9 pairs: 444 permille; (444 - 250) / 300 of 70 %
    assert ("partial", 452, 136) == (a.status, a.credit, a.score)
    assert ("ok", 1000, 100) == (b.status, b.credit, b.score)
    assert 236 == result.detail.groups[0].score
    assert 250 == result.score
    assert Verdict.PARTIAL == result.verdict


def test_half_a_step_is_rounded_up() -> None:
    """0.75 points are shown as 1, 0.7 as 0.5."""
    point = {"id": "a", "weight": 1, "any": ["甲事物"], "reference": "乙丙丁戊己庚辛壬癸子"}
    compiled = rubric(*({**point, "id": name} for name in "abcde"))
    # 5 of 9 pairs or more earn 70 % each: 3.5 points of 5
    assert 350 == grade_essay(compiled, "乙丙丁戊己庚").score
    one = replace(compiled, groups=(replace(compiled.groups[0], points=compiled.groups[0].points[:1]),))
    assert 50 == grade_essay(one, "乙丙丁戊己庚").score
    alike = replace(one, alignment=20, model=(("寅卯", "卯辰", "辰巳"),), max_score=100)
    # 70 for the point and, for 20 % of the mark, likeness 100 % in its place: 76
    assert 100 == grade_essay(alike, "乙丙丁戊己庚。寅卯辰巳").score
    assert 50 == grade_essay(alike, "乙丙丁戊己庚。").score


def test_any_n_of_m_points_fill_a_group() -> None:
    """A group gives no more than its maximum."""
    compiled = rubric(*({"id": name, "weight": 2, "any": [f"{name}事物"]} for name in "甲乙丙"))
    capped = replace(compiled, max_score=400, groups=(replace(compiled.groups[0], max_score=400),))
    assert [200, 400, 400] == [
        grade_essay(capped, text).score
        for text in ("有甲事物。", "有甲事物，也有乙事物。", "有甲事物。有乙事物。有丙事物。")
    ]


def test_likeness_to_the_model_answer_only_raises_a_mark() -> None:
    """Who says it in words of their own gets the full mark; the model answer does too."""
    compiled = RUBRICS["judgement"]
    own = "说它片面，是因为体制要重塑，还要让数据说话。"
    assert grade_essay(replace(compiled, alignment=0), own).score == grade_essay(compiled, own).score == 600
    close = "数字治理不只是办事渠道的改变，它让公众参与其中。"
    assert 0 == grade_essay(replace(compiled, alignment=0), close).score < grade_essay(compiled, close).score
    assert compiled.max_score == grade_essay(compiled, MODEL_ANSWER).score


def test_a_list_of_keywords_earns_less_however_many_points_it_names() -> None:
    """No group gives more than two fifths for it, and what is said properly besides still counts in full."""
    compiled = rubric(*({"id": name, "weight": 2, "any": [f"{name}事物"]} for name in "甲乙丙丁"))
    listed = grade_essay(compiled, "甲事物，乙事物，丙事物，丁事物")
    assert listed.detail
    assert ["listed"] * 4 == [point.status for point in listed.detail.points]
    assert (300, ("keyword_list",)) == (listed.score, listed.detail.flags)
    assert 450 == grade_essay(compiled, "甲事物，乙事物，丙事物，丁事物。我们认为还有甲事物。").score


def test_a_contradiction_is_a_flag_and_no_deduction() -> None:
    """A teacher should look at it: 6 of 100 honest answers look like one."""
    made = "数字治理以人民为中心。"
    result = grade_essay(RUBRICS["necessity"], made + "数字治理不是以人民为中心。")
    assert result.detail
    assert ("contradiction",) == result.detail.flags
    assert grade_essay(RUBRICS["necessity"], made).score == result.score


def test_essays_are_graded_by_their_rubric_where_there_is_one() -> None:
    """`grade` compiles a rubric once; without one an essay is not graded, and a blank one is blank."""
    source = SPEC["rubrics"]["necessity"]
    question = Question("ch01-e01", "essay", source["points"], source["stem"], {}, PLACE)
    key = Key("ch01-e01", (), "", (), PLACE, rubric=rubric_of(source["rubric"]))
    response = "数字治理以人民为中心。"
    assert "essay" in dict(TYPES)
    assert grade_essay(RUBRICS["necessity"], response) == grade(question, key, response)
    assert Verdict.BLANK == grade(question, key, " \u200b\n").verdict
    assert Verdict.UNGRADED == grade(question, replace(key, rubric=None), response).verdict
    other = replace(key, rubric=rubric_of(SPEC["rubrics"]["judgement"]["rubric"]))
    assert grade(question, key, response) != grade(question, other, response)


def test_a_compiled_rubric_is_plain_json() -> None:
    """So that a page can embed it; nothing of it is lost on the way."""
    for compiled in RUBRICS.values():
        plain = json.loads(json.dumps(rubric_json(compiled)))
        assert set(plain) == {name for name in compiled.__slots__ if name != "automaton"}
        assert [asdict(group)["id"] for group in compiled.groups] == [
            group["id"] for group in plain["groups"]
        ]


@pytest.mark.parametrize("text", HUGE)
def test_any_text_is_graded_by_its_beginning(text: str) -> None:
    """A million characters, or a text made to be slow; 100 patterns. How fast: `python benchmarks/essay.py`."""
    phrases = "|".join(
        ["以人民为中心", "传统治理", "数字治理", "不", "难以", "数", "错误", "以人民为根本的治理理念"]
    )
    point = {"any": [f"{phrases} & {phrases}"] * 4, "weight": 1, "reference": text[:40]}
    sides = {"subject": ["数字治理"], "against": ["传统治理", "治理"]}
    points = ({**point, **(sides if number % 2 else {}), "id": f"p{number}"} for number in range(25))
    compiled = rubric(*points, alignment=30)
    result = grade_essay(compiled, text)
    assert result.detail
    assert "long" in result.detail.flags
    assert grade_essay(compiled, text[:LONGER]) == result
