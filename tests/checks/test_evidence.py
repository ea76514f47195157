"""Evidence, reasons and key agree: what is found, and what is not although it looks like it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.paths import ROOT

from kejian.catalogue import describe
from kejian.checks.check import Example
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.likeness import shingles
from kejian.checks.run import Rules, check_course
from kejian.checks.support import EXCHANGED, NEIGHBOURS, PROVED, _content, _gain, _verdict

SOUND = (ROOT, ROOT / "tests/banks/climate")
each_bank = pytest.mark.parametrize("root", SOUND, ids=lambda root: root.name)


def found(folder: Path, **example: Any) -> dict[str, dict[str, str]]:
    """Id of each finding about the evidence of the question of an example, with its values."""
    write_example(Example(**example), folder)
    findings = check_course(Course(folder), Rules(select=("EVID",)))
    id = "w-m1" if example.get("type") == "multiple" else "w-s1"
    own = (finding for finding in findings if finding.question == id)
    return {finding.problem.id: dict(finding.problem.values) for finding in own}


def quoted(folder: Path, quote: str, page: str = "") -> dict[str, dict[str, str]]:
    """The findings when that quote is the evidence, and the page of water says that."""
    files = {"water.md": f"# 水\n\n{page}\n"} if page else {}
    return found(folder, key={"evidence": [{"page": "water", "quote": quote}]}, files=files)


@each_bank
def test_sound_banks_have_no_findings(root: Path) -> None:
    """Not even a warning: two books of different subjects and authors."""
    findings = check_course(Course(root), Rules(select=("EVID",)))
    assert [(finding.problem.id, finding.question) for finding in findings] == []


@each_bank
def test_limits_keep_a_distance_from_sound_questions(root: Path) -> None:
    """A limit that a sound question nearly reaches is a false alarm in the next book."""
    course = Course(root)
    for item in course.items():
        verdict = _verdict(item)
        if verdict:
            assert verdict.gain <= EXCHANGED / 2, item.question.id
            assert verdict.proof >= -PROVED / 2, item.question.id
        for other in course.neighbours(item):
            assert item.key and other.key
            mine, theirs = _content(item), _content(other)
            mine, theirs = mine - theirs, theirs - mine
            gain = _gain(item.key.explanation, mine, theirs) + _gain(other.key.explanation, theirs, mine)
            assert gain < NEIGHBOURS / 2, item.question.id


# --- quotes in their pages -----------------------------------------------------------------------------------

WHOLE = "冰是固态的水，雪和霜也是固态的水"


@pytest.mark.parametrize(
    "quote",
    [
        WHOLE,
        WHOLE + "。",
        "冰是固态的水，\n雪和霜也是 固态的水",
        "冰是固態的水,雪和霜也是固態的水",
        "雪和霜也是固态的水",
    ],
    ids=["plain", "with full stop", "white space", "traditional, half width", "one clause"],
)
def test_a_quote_may_be_written_in_many_ways(quote: str, tmp_path: Path) -> None:
    """White space, width and script make no difference, as for the link to the sentence."""
    assert quoted(tmp_path, quote).keys() <= {"EVID09"}


def test_the_nearest_sentence_is_offered_for_an_edited_quote(tmp_path: Path) -> None:
    """So that a teacher sees at once what the book says now."""
    values = quoted(tmp_path, "冰是固体状态的水，雪和霜也是固体状态的水")["EVID03"]
    assert values["nearest"] == f"最接近的一句是：“{WHOLE}。”"


def test_no_sentence_is_offered_of_an_empty_page(tmp_path: Path) -> None:
    """Nothing stands between empty quotation marks; a long sentence keeps its closing one."""
    key = {"evidence": [{"page": "water", "quote": "云由水滴组成"}]}
    for text, nearest in (("", ""), ("---\na: 1\n---\n", ""), ("云和雨" * 99, "云…”")):
        write_example(Example(key=key, files={"water.md": text}), tmp_path)
        (finding,) = [
            f for f in check_course(Course(tmp_path)) if f.problem.id == "EVID03" and f.question == "w-s1"
        ]
        assert dict(finding.problem.values)["nearest"].endswith(nearest)
        assert "“”" not in describe(finding.problem)[0]


def test_the_page_is_named_on_which_a_quote_stands(tmp_path: Path) -> None:
    """It was moved, or the wrong page was written; that is no edited quote."""
    result = found(tmp_path, key={"evidence": [{"page": "exercises", "quote": WHOLE}]})
    assert result["EVID04"]["other"] == "water"
    assert "EVID03" not in result


def test_markup_on_the_page_is_no_part_of_a_quote(tmp_path: Path) -> None:
    """A quote is what readers see."""
    page = "**冰**是{term}`固态`的[水](https://example.org)，\n雪和霜也是*固态的水*{cite}`wang2020`。"
    assert quoted(tmp_path, WHOLE, page) == {}


@pytest.mark.parametrize(
    ("page", "quote"),
    [
        ("根据课文，冰、雪和霜都是固态的水。", "雪和霜都是固态的水"),
        ("雪和霜含有3.5克的固态的水和冰。", "雪和霜含有3"),
        ("雪和霜（固态的水）像冰（也是固态的水）一样。", "雪和霜（固态的水"),
        ("雪和霜是固态的水，冰也是固态的水。", "雪和霜是固态的水，冰也是固"),
        ("雪和霜是固态的水，冰也是固态的水。", "霜是固态的水，冰也是固态的水"),
        ("雪和霜是固态的水，冰也是固态的水。", "雪和霜是固态的水，"),
    ],
    ids=["a list", "a number", "brackets", "its end", "its beginning", "after a comma"],
)
def test_a_quote_that_was_cut_is_found(page: str, quote: str, tmp_path: Path) -> None:
    """It begins or ends where no clause does; where that cuts off the proof, this is said."""
    assert {"EVID06", "EVID09"} & set(quoted(tmp_path, quote, page))


@pytest.mark.parametrize(
    ("page", "quote"),
    [
        ("书上所说的雪和霜都是固态的水。", "雪和霜都是固态的水"),
        ("科学家已把雪和霜列为固态的水。", "把雪和霜列为固态的水"),
        ("雪和霜都是固态的水（solid water），不是液态的水。", "雪和霜都是固态的水"),
        ("“雪和霜都是固态的水”，书上这样说。", "雪和霜都是固态的水"),
        ("- 雪和霜都是固态的水\n- 云和雾是液态的水", "雪和霜都是固态的水"),
        ("| 名称 | 状态 |\n|---|---|\n| 雪和霜 | 雪和霜都是固态的水 |", "雪和霜都是固态的水"),
        ("雪和霜都是固态的水，在20:00测得3.5克。", "雪和霜都是固态的水，在20:00测得3.5克"),
    ],
    ids=["after 的", "from 把", "before a bracket", "in quotation marks", "a list item", "a cell", "numbers"],
)
def test_a_whole_clause_or_phrase_is_not_cut(page: str, quote: str, tmp_path: Path) -> None:
    """All of these stand in sound books."""
    assert "EVID06" not in quoted(tmp_path, quote, page)


@pytest.mark.parametrize("quote", ["……", "§", "*", "\u0301"])
def test_a_quote_without_words_is_no_crash(quote: str, tmp_path: Path) -> None:
    """It is no quote of the page."""
    assert "EVID03" in quoted(tmp_path, quote)


def test_a_quote_that_stands_twice_is_vague(tmp_path: Path) -> None:
    """Readers are led to the first place, which may be the wrong one."""
    assert (
        quoted(tmp_path, WHOLE, f"{WHOLE}。后面又说：{WHOLE}。")["EVID07"]["fault"] == "在这一页里出现 2 次"
    )


def test_other_languages_are_quoted_by_words(tmp_path: Path) -> None:
    """English clauses have fewer commas; only a word must not be cut."""
    page = "We learn that snow and frost are frozen water when the air is cold."
    words = {
        "question": {
            "stem": "Which of these is frozen water?",
            "options": {"A": "steam", "B": "clouds and fog", "C": "snow and frost"},
        },
        "files": {"water.md": f"# Water\n\n{page}\n"},
    }
    key = {
        "explanation": "Snow and frost are frozen.",
        "why": {"A": "Steam is a gas.", "B": "Clouds and fog are liquid."},
    }
    for quote, is_cut in (("snow and frost are frozen water", False), ("now and frost are frozen wat", True)):
        folder = tmp_path / str(is_cut)
        folder.mkdir()
        result = found(folder, key=key | {"evidence": [{"page": "water", "quote": quote}]}, **words)
        assert set(result) == ({"EVID06"} if is_cut else set())


def test_a_quote_without_the_answer_is_found(tmp_path: Path) -> None:
    """The sentence goes on, and there stands what the right option says."""
    assert quoted(tmp_path, "冰是固态的水")["EVID09"]["proved"] == "雪和霜"


# --- agreement with the key ----------------------------------------------------------------------------------


def test_exchanged_options_are_an_error(tmp_path: Path) -> None:
    """The letters of the key were kept: whoever is right would be marked wrong."""
    options = {"A": "雪和霜", "B": "云和雾", "C": "水蒸气"}
    assert found(tmp_path, question={"options": options})["EVID10"] | {"a": "A", "b": "C"} == {
        "a": "A",
        "b": "C",
        "one": "雪和霜",
        "other": "水蒸气",
    }


def test_exchanged_reasons_are_found(tmp_path: Path) -> None:
    """Each speaks of the other option."""
    why = {"A": "云和雾由小水滴组成，是液态的水。", "B": "水蒸气是气态的水。"}
    assert {"EVID10"} <= found(tmp_path, key={"why": why}).keys()


def test_another_letter_with_matching_reasons_is_found(tmp_path: Path) -> None:
    """The loader is content with it; the evidence is not."""
    why = {"C": "水蒸气是气态的水。", "B": "云和雾由小水滴组成，是液态的水。"}
    assert {"EVID10"} <= found(tmp_path, key={"answer": "A", "why": why}).keys()


def test_a_negative_question_is_proved_by_its_other_options(tmp_path: Path) -> None:
    """The evidence lists what is so; the answer is what it does not list."""
    question = {
        "stem": "下列各项中，**不**属于固态的水的是（　）。",
        "options": {"A": "冰", "B": "雪和霜", "C": "云和雾"},
    }
    key = {
        "answer": "C",
        "explanation": "云和雾由小水滴组成，是液态的水。",
        "why": {"A": "冰是固态的水。", "B": "雪和霜是固态的水。"},
    }
    (tmp_path / "sound").mkdir()
    assert found(tmp_path / "sound", question=question, key=key) == {}
    (tmp_path / "flipped").mkdir()
    question["stem"] = "下列各项中，属于固态的水的是（　）。"
    assert "EVID12" in found(tmp_path / "flipped", question=question, key=key)


def test_a_question_without_wrong_options_has_no_opposite(tmp_path: Path) -> None:
    """All of the options are right: nothing can be exchanged."""
    question = {"stem": "水的状态有（　）。", "options": {"A": "固态", "B": "液态", "C": "气态"}}
    key = {
        "answer": ["A", "B", "C"],
        "explanation": "水有固态、液态和气态三种状态。",
        "why": "<delete>",
        "evidence": [{"page": "water", "quote": "水在自然界里有三种状态：固态、液态和气态"}],
    }
    assert found(tmp_path, type="multiple", question=question, key=key) == {}


def test_reasons_that_name_no_option_are_no_finding(tmp_path: Path) -> None:
    """Where nothing can be measured nothing is said."""
    why = {"A": "它不是。", "B": "它也不是。"}
    assert found(tmp_path, key={"why": why}) == {}


def test_exchanged_explanations_are_found_on_both_questions(tmp_path: Path) -> None:
    """Each question names the other one."""
    write_example(Example(), tmp_path)
    file = tmp_path / "quizzes/water.key.yml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    one, other = content["answers"]["w-s1"], content["answers"]["w-m1"]
    one["explanation"], other["explanation"] = other["explanation"], one["explanation"]
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    findings = check_course(Course(tmp_path), Rules(select=("EVID14",)))
    assert {finding.question for finding in findings} == {"w-s1", "w-m1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数字治理", {"数字", "字治", "治理", "数字治", "字治理"}),
        ("CO₂约占0.04%", {"co2", "约占", "0.04"}),
        ("**不**属于", {"不属", "属于", "不属于"}),
        ("evaporates, Evaporation", {"evapor"}),
        ("20:00", {"20:00"}),
    ],
)
def test_texts_are_compared_by_pairs_words_and_numbers(text: str, expected: set[str]) -> None:
    """Markup, case and kinds of digits make no difference."""
    assert shingles(text) == expected
