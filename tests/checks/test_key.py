"""Explanations and reasons: whether they say something, and do not contradict the key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kejian.checks import key as family
from kejian.checks.claims import claims, named_letter, says_of_itself
from kejian.checks.course import Course, Item
from kejian.model import Key, Place, Question, Quiz

PLACE = Place("a.yml")
NO_COURSE = cast(Course, SimpleNamespace(language="zh_CN"))
OPTIONS = {"A": "水蒸气", "B": "云和雾", "C": "雪和霜", "D": "雨滴"}
ASKS_FOR_FALSE = "下列说法错误的是（　）。"
ASKS_FOR_OTHERS = "下列各项中，不属于固态的水的是（　）。"


def found(
    explanation: str,
    answer: str = "C",
    stem: str = "属于固态的水的是（　）。",
    why: Mapping[str, str] = {},
    shuffle: bool = False,
    hint: str | None = None,
) -> list[str]:
    """Ids of the checks that find something."""
    kind = "single" if len(answer) == 1 else "multiple"
    question = Question("q", kind, 2, stem, OPTIONS, PLACE, hint=hint, shuffle=shuffle)
    key = Key("q", tuple(answer), explanation, (), PLACE, why)
    item = Item(Quiz("z", "题", (), (question,), {"q": key}, PLACE), question, key)
    return [
        check.id for check in family.CHECKS if check.scope == "question" and list(check.find(item, NO_COURSE))
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "略",
            "略。",
            "（略）",
            "见教材",
            "见教材第3页。",
            "详见课本第二章",
            "答案：略",
            "无",
            "同上",
            "TODO",
        ),
        *("C", "选C。", "故选C。", "答案：C", "正确答案是C。", "C项正确。", "该项错误。", "正确", "错"),
        *("See the textbook.", "see chapter 3", "The correct answer is C.", "It is wrong.", "obvious"),
        *("雪和霜", "属于固态的水的是（　）。", "……", "——"),
    ],
)
def test_a_text_without_a_reason_is_found(text: str) -> None:
    """As explanation and as reason."""
    assert "KEY20" in found(text)
    assert "KEY20" in found("雪由水汽凝华而成。", why={"A": text})


@pytest.mark.parametrize(
    "text",
    [
        *(
            "雪是冰晶。",
            "见光会分解。",
            "无风时云不动。",
            "同温层在上面。",
            "错在时间：应为1993年。",
            "略低于冰点。",
        ),
        *(
            "详见第二节的分析：雪和霜都由水汽凝华而成。",
            "见第二节，因为雪是冰晶。",
            "Snow is solid.",
            "G2C",
            "CO₂是气体。",
        ),
    ],
)
def test_a_short_reason_is_a_reason(text: str) -> None:
    """However it begins."""
    assert found(text) == []
    assert found("雪由水汽凝华而成。", why={"A": text}) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("雪是固态，故选B。", "C"),
        ("因此选 B 项。", "C"),
        ("本题选B。", "C"),
        ("应选B而不选C。", "C"),
        ("所以答案为B。", "C"),
        ("正确答案：Ｂ", "C"),
        ("参考答案B，雪是固态。", "C"),
        ("雪是固态，答案应为**B**。", "C"),
        ("综上，应选AC。", "AD"),
        ("故选A、C、D。", "AC"),
        ("故选A。", "AC"),
        ("Snow is solid, so the answer is B.", "C"),
        ("The correct answer is option (B), because snow is solid.", "C"),
        ("Therefore, choose A and C.", "AD"),
        ("Answer: B", "C"),
    ],
)
def test_another_answer_is_found(text: str, answer: str) -> None:
    """In either language, with full-width letters, emphasised, in lists."""
    assert "KEY21" in found(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("雪是固态，故选C。", "C"),
        ("故选A、C。", "AC"),
        ("故选CA。", "AC"),
        ("应选AC两项。", "AC"),
        ("误选B的同学没有看清状态。", "C"),
        ("如果答案是B，雪就是液态了。", "C"),
        ("若选B，则混淆了状态。", "C"),
        ("有同学认为答案是B，其实云是液态。", "C"),
        ("故不选B。", "C"),
        ("答案是B市，在北方。", "C"),
        ("所以是AI带来的变化。", "C"),
        ("所以选DNA作为例子。", "C"),
        ("答案为G2C，不是G2B。", "C"),
        ("The answer is a state of matter.", "C"),
        ("The answer is A state that is solid.", "C"),
        ("If the answer is B, clouds would be solid.", "C"),
        ("写作`故选B。`", "C"),
    ],
)
def test_the_same_answer_and_other_letters_are_left_alone(text: str, answer: str) -> None:
    """What nobody says is the answer."""
    assert "KEY21" not in found(text, answer)


@pytest.mark.parametrize(
    ("text", "answer", "stem", "contradicts"),
    [
        # said of options
        ("B项正确。雪是固态。", "C", "正确的是（　）。", True),
        ("C项错误，雪是固态。", "C", "正确的是（　）。", True),
        ("A、C两项说法有误，雪是固态。", "C", "正确的是（　）。", True),
        ("选项C不正确，雪是固态。", "C", "正确的是（　）。", True),
        ("排除C，因为雪是固态。", "C", "正确的是（　）。", True),
        ("B当选，雪是固态。", "C", "正确的是（　）。", True),
        ("C is wrong because snow is solid.", "C", "Which is solid?", True),
        ("Option B is correct.", "C", "Which is solid?", True),
        ("A、B、D项错误，C项正确。", "C", "正确的是（　）。", False),
        ("B项说法正确，但不是固态。", "C", "属于固态的是（　）。", False),
        ("B正确反映了状态的变化。", "C", "属于固态的是（　）。", False),
        ("有同学以为B项正确。", "C", "属于固态的是（　）。", False),
        # the stem asks for what is false
        ("A、B、D项正确，C项错误，故选C。", "C", ASKS_FOR_FALSE, False),
        ("C项正确，雪是固态。", "C", ASKS_FOR_FALSE, True),
        ("A项错误，雪是固态。", "C", ASKS_FOR_FALSE, True),
        # it asks for what does not belong
        ("A项正确，C项错误。", "C", ASKS_FOR_OTHERS, False),
        ("排除C，因为雪是固态。", "C", ASKS_FOR_OTHERS, True),
    ],
)
def test_contradictions_are_found(text: str, answer: str, stem: str, contradicts: bool) -> None:
    """A right statement is a wrong answer where the stem asks for a wrong statement."""
    assert contradicts == ("KEY22" in found(text, answer, stem))


@pytest.mark.parametrize(
    ("reason", "stem", "contradicts"),
    [
        ("该项正确，水蒸气是气态。", "正确的是（　）。", True),
        ("说法正确。", "正确的是（　）。", True),
        ("正确，水蒸气是气态。", "正确的是（　）。", True),
        ("This is correct, vapour is a gas.", "Which is solid?", True),
        ("说法正确，但与题意不符。", "正确的是（　）。", False),
        ("正确理解是：水蒸气是气态。", "正确的是（　）。", False),
        ("错误，水蒸气是气态。", "正确的是（　）。", False),
        ("该项正确，水蒸气是气态。", ASKS_FOR_FALSE, False),
        ("该项错误，水蒸气是气态。", ASKS_FOR_FALSE, True),
        ("该项正确，水蒸气是气态。", ASKS_FOR_OTHERS, False),
    ],
)
def test_a_reason_that_calls_its_option_right_is_found(reason: str, stem: str, contradicts: bool) -> None:
    """Reasons are for wrong options."""
    assert contradicts == ("KEY22" in found("雪由水汽凝华而成。", stem=stem, why={"A": reason}))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("C项是固态。", True),
        ("选项 C 是固态。", True),
        ("A、B两项是液态和气态。", True),
        ("雪是固态，故选C。", True),
        ("Option C is solid.", True),
        ("Ｃ项是固态。", True),
        ("雪和霜是固态。", False),
        ("四个选项都是水的状态。", False),
        ("甲、乙两项工程。", False),
        ("G2C模式，H项目，维生素C。", False),
        ("DNA选项卡。", False),
    ],
)
def test_letters_are_found_where_options_are_shuffled(text: str, named: bool) -> None:
    """Also in the hint; nowhere else do letters matter."""
    assert named == ("KEY23" in found(text, shuffle=True))
    assert named == ("KEY23" in found("雪是冰晶。", shuffle=True, hint=text))
    assert "KEY23" not in found(text)


def test_equal_reasons_are_found() -> None:
    """However they are spaced and punctuated; equal to each other, or to the explanation."""
    why = {"A": "不是固态的水。", "B": "不是 固态的水", "D": "雨滴是液态。"}
    assert ["KEY24"] == found("雪是冰晶。", why=why)
    assert ["KEY25"] == found("雨滴是液态！", why={**why, "B": "云是液态。"})


def test_an_essay_names_no_letter() -> None:
    """Its explanation may say anything."""
    question = Question("q", "essay", 2, "简述水的状态。", {}, PLACE)
    key = Key("q", (), "A、B两点各1分，选A不给分。", (), PLACE, {}, "见教材")
    item = Item(Quiz("z", "题", (), (question,), {"q": key}, PLACE), question, key)
    checks = [check for check in family.CHECKS if check.scope == "question"]
    assert ["KEY20"] == [check.id for check in checks if list(check.find(item, NO_COURSE))]


def test_questions_without_keys_are_left_alone() -> None:
    """A public edition has none."""
    question = Question("q", "single", 2, "题干", OPTIONS, PLACE, shuffle=True)
    item = Item(Quiz("z", "题", (), (question,), None, PLACE), question, None)
    for check in family.CHECKS:
        if check.scope == "question":
            assert list(check.find(item, NO_COURSE)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("answers:\n  q:\n    answer: [C, A]\n", "answers:\n  q:\n    answer: [A, C]\n"),
        ("    answer: [ D,A ,  B]  # 甲\n", "    answer: [ A,B ,  D]  # 甲\n"),
        ("    answer: ['C', \"A\"]\n", "    answer: [\"A\", 'C']\n"),
        ("    answer:\n    - C\n    - A\n", "    answer:\n    - A\n    - C\n"),
        ("    answer:\n      - C  # 丙\n      - A\n", "    answer:\n      - A\n      - C  # 丙\n"),
        *((same, same) for same in ("    answer: [A, C]\n", "    answer: C\n", "    answers: [C, A]\n")),
        ("    answer: [C, AB]\n", "    answer: [C, AB]\n"),
    ],
)
def test_letters_are_sorted_and_the_layout_stays(before: str, after: str) -> None:
    """A comment stays with its letter."""
    (check,) = (check for check in family.CHECKS if check.id == "KEY27")
    assert check.fix is not None
    assert after == check.fix(before)
    assert (before != after) == bool(list(check.find(before, "a.key.yml", NO_COURSE)))


def test_points_far_from_the_usual_are_found() -> None:
    """Five times as many, among four or more of a type."""
    (check,) = (check for check in family.CHECKS if check.id == "KEY26")
    for points, expected in ((20, ["q3.points"]), (10, ["q3.points"]), (8, []), (1, [])):
        questions = tuple(
            Question(f"q{n}", "single", value, "题干", OPTIONS, PLACE)
            for n, value in enumerate((2, 2, 2, points))
        )
        quiz = Quiz("z", "题", (), questions, None, PLACE)
        assert expected == [str(one.where) for one in check.find(quiz, NO_COURSE)]


def test_claims_tell_kind_and_letters() -> None:
    """In the order of the patterns, letters sorted."""
    told = [(claim.kind, claim.letters) for claim in claims("A项错误，B和C正确，故选CB。", "ABCD")]
    assert [("answer", "BC"), ("right", "BC"), ("wrong", "A")] == told
    assert [("wrong", "A")] == [claim[:2] for claim in claims("A项错误，E项正确。", "ABCD")]
    assert "C项" == named_letter("见C项", "ABC")
    assert "" == named_letter("见D项", "ABC")
    assert ("right", "wrong", "") == tuple(map(says_of_itself, ("正确。", "此项有误，", "水是液态。")))


def test_the_book_of_this_repository_has_no_finding() -> None:
    """No false alarm on questions that people have read."""
    root = Path(__file__).resolve().parents[2]
    course = Course(root)
    for check in family.CHECKS:
        if check.scope == "question":
            assert [one for item in course.items() for one in check.find(item, course)] == []
