"""Checks of how questions are written: what they find, and above all what they leave alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.paths import ROOT

from kejian.checks.check import Example
from kejian.checks.course import Course, Item
from kejian.checks.example import write_example
from kejian.checks.run import Rules, check_course
from kejian.checks.second_quiz import second_quiz
from kejian.checks.writing import CHECKS
from kejian.checks.writing_bank import CHECKS as BANK_CHECKS
from kejian.checks.writing_quiz import chance_of_counts, chance_of_run, chance_of_successes
from kejian.checks.writing_stems import CHECKS as STEM_CHECKS
from kejian.model import Bank, Key, Place, Question, Quiz

STATES = {"A": "气态", "B": "液态", "C": "固态"}
LONG = "冬天的早晨，窗户的玻璃上结了一层美丽的冰花，从水的三种状态来看，这层冰花属于（　）。"


def ids_in(example: Example, folder: Path, select: str = "ITEM") -> set[str]:
    """Ids of what these checks find in the course of an example."""
    write_example(example, folder)
    findings = check_course(Course(folder), Rules((select,)))
    return {finding.problem.id for finding in findings}


def options(*texts: str) -> dict[str, Any]:
    """Fields of a question and its key: the last option is right."""
    letters = "ABCDEFGHIJ"[: len(texts)]
    return {"options": dict(zip(letters, texts, strict=True))}


def found_for(fields: Mapping[str, Any], folder: Path, type: str = "single", answer: str = "") -> set[str]:
    """Ids found in the sound course whose question has these fields instead; the last option is right."""
    letters = list(fields.get("options", STATES))
    right = answer or letters[-1]
    key = {"answer": right, "why": dict.fromkeys((n for n in letters if n != right), "书上不是这样说的。")}
    return ids_in(Example(question=fields, key=key if type == "single" else {}, type=type), folder)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        # the same but for white space, width and the full stop
        (("云", "雾", "云 "), {"ITEM01"}),
        (("pH 7", "pH８", "pH7"), {"ITEM01"}),
        (("天空的云和雾", "天空的 云和雾", "雪和霜"), {"ITEM01"}),
        (("数据的共享", "数据公开", "数据共享"), {"ITEM02"}),
        (("The open market", "a closed market", "an open market"), {"ITEM02"}),
        # signs, numbers and order carry meaning
        (("x + 1", "x − 1", "x × 1"), set()),
        (("1.5 倍", "15 倍", "150 倍"), set()),
        (("−5℃", "5℃", "15℃"), set()),
        (("CO", "CO₂", "Co"), set()),
        (("`a == b`", "`a = b`", "`a === b`"), set()),
        (("$x^2$", "$x_2$", "$x2$"), set()),
        (("由少到多", "由多到少", "时少时多"), set()),
        (("人民", "人民的", "人"), set()),
    ],
)
def test_options_that_are_alike(texts: tuple[str, ...], found: set[str], tmp_path: Path) -> None:
    """Identical options are an error, nearly identical ones a warning, signs and numbers make a difference."""
    assert found == found_for(options(*texts), tmp_path)


def test_punctuation_may_be_what_is_asked(tmp_path: Path) -> None:
    """In a question about punctuation or particles small differences are the content."""
    fields = {"stem": "下列标点使用正确的是（　）。"} | options("你好，再见", "你好；再见", "你好、再见。")
    assert set() == found_for(fields, tmp_path)


@pytest.mark.parametrize(
    "text",
    ["以上都对", "以上皆非", "上述各项均正确", "以上说法都不正确。", "都是", "没有正确选项", "A和B都对", "A、C均正确",
     "All of the above", "None of the above", "Both A and B"],
)  # fmt: skip
def test_all_or_none_of_the_above(text: str, tmp_path: Path) -> None:
    """However it is put."""
    assert "ITEM03" in found_for(options("云", "雾", "雪", text), tmp_path, answer="C")


@pytest.mark.parametrize(
    "text", ["以上级的命令为准", "全国都有", "对流层以上", "以上海为中心", "都江堰", "A型和B型血"]
)
def test_an_option_with_content_is_none_of_these(text: str, tmp_path: Path) -> None:
    """Words such as 以上 and 都 alone mean nothing."""
    assert set() == found_for(options("云", "雾", "雪", text), tmp_path)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("10年", "50年", "30年"), {"ITEM06"}),
        (("−10℃", "−20℃", "0℃"), {"ITEM06"}),
        (("20世纪80年代", "20世纪60年代", "19世纪90年代", "21世纪20年代"), {"ITEM06"}),
        (("1,000 元", "200 元", "3,000 元"), {"ITEM06"}),
        # in order, either way
        (("10年", "30年", "50年"), set()),
        (("1949年10月", "1949年9月", "1948年12月"), set()),
        # two options, other words, and numbers that are no quantities
        (("50年", "10年"), set()),
        (("占30%", "不到10%", "超过20%"), set()),
        (("08:00", "20:00", "12:00"), set()),
        (("1:3", "1:2", "1:4"), set()),
        (("CO2", "O2", "N2"), set()),
        (("5G", "G20", "4K"), set()),
    ],
)
def test_numbers_in_order(texts: tuple[str, ...], found: set[str], tmp_path: Path) -> None:
    """Only quantities with the same words around them."""
    assert found == found_for(options(*texts), tmp_path)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("水一定结冰", "水绝对不会结冰", "水可能结冰"), {"ITEM08"}),
        (("It always freezes", "It never freezes", "It may freeze"), {"ITEM08"}),
        (("水一定结冰", "水可能沸腾", "水可能结冰"), set()),  # one alone is no pattern
        (("水一定结冰", "水绝对不会结冰", "水永远是水"), set()),  # the right one too
        (("在一定程度上", "绝对湿度", "完全竞争"), set()),  # terms
        (("不一定结冰", "不完全结冰", "可能结冰"), set()),
    ],
)
def test_absolute_words(texts: tuple[str, ...], found: set[str], tmp_path: Path) -> None:
    """A cue is a pattern; terms that hold such a word are none."""
    assert found == found_for(options(*texts), tmp_path)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("水会结冰。", "水会沸腾。", "水会流动"), {"ITEM05"}),
        (("Water freezes.", "Water boils.", "Water flows"), {"ITEM05"}),
        (("水会结冰。", "水会沸腾。", "水会流动。"), set()),
        (("U.S.", "France", "Japan"), set()),
        (("为什么？", "怎么办", "快跑！"), set()),
    ],
)
def test_options_end_alike(texts: tuple[str, ...], found: set[str], tmp_path: Path) -> None:
    """Full stops only; abbreviations, questions and exclamations are content."""
    assert found == found_for(options(*texts), tmp_path)


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        # negatives that ask
        ("下列各项中，不属于固态的是（　）。", {"ITEM21"}),
        ("以下说法错误的是（　）。", {"ITEM21"}),
        ("下列关于水的叙述，不正确的一项是（　）。", {"ITEM21"}),
        ("（　）不是固态的水。", {"ITEM21"}),
        ("哪一项不属于固态？", {"ITEM21"}),
        ("Which of the following is not solid?", {"ITEM21"}),
        ("All of the following are solid except", {"ITEM21"}),
        # emphasised
        ("下列各项中，**不**属于固态的是（　）。", set()),
        ("下列说法**错误**的是（　）。", set()),
        ("下列各项中，*不属于*固态的是（　）。", set()),
        ("Which of the following is NOT solid?", set()),
        # negatives that do not ask
        ("水没有结冰，它的状态是（　）。", set()),
        ("如果气温不在零度以下，水的状态是（　）。", set()),
        ("最能说明水不能压缩的状态是（　）。", set()),
        ("下列做法中能避免错误的是（　）。", set()),
        ("观察天气时不可忽视的是（　）。", set()),
        ("下列句子中，没有语病的一项是（　）。", set()),
        ("下列对“错误”的理解，正确的是（　）。", set()),
        ("Which of the following freezes when water is not heated?", set()),
        # two negatives
        ("下列各项中，**不属于**不能流动的水的是（　）。", {"ITEM20"}),
        ("下列水中，**没有**不结冰的是（　）。", {"ITEM20"}),
        ("下列关于水不能压缩的原因，说法**错误**的是（　）。", set()),
        ("人们不得不承认，冰是（　）。", set()),
        ("下列句子中，没有错误的一项是（　）。", set()),
        # blanks
        ("（　）和（　）都是水。", {"ITEM22"}),
        ("水的三种状态依次是（　）、（　）和（　）。", set()),
        ("调用 `f()` 和 `g()` 以后，水是（　）。", set()),
        ("( )是固态的水。", {"ITEM25"}),
        ("（）是固态的水。", {"ITEM25"}),
        ("**（　）**是固态的水。", set()),
        ("____是固态的水。", set()),
        ("函数f()返回（　）。", set()),
        # the end
        ("下列属于固态的是", {"ITEM23"}),
        ("下列属于固态的是：", set()),
        ("冰是什么状态？（　）", set()),
        ("请选出冰的状态。", set()),
        ("The state of ice is", set()),
        ("冰是水的一种状态，（　）是", set()),
        ("冰属于什么状态，请选择，", {"ITEM24"}),
        # the answer left in the blank
        ("冰的状态是（ C ）。", {"ITEM27"}),
        ("冰的状态是（A）？", set()),
        ("冰（A）的状态是（　）。", set()),
        ("维生素（C）的状态是（　）。", set()),
    ],
)
def test_stems(stem: str, found: set[str], tmp_path: Path) -> None:
    """What confuses readers is found; the same words in another place are left alone."""
    assert found == found_for({"stem": stem, "options": STATES}, tmp_path)


def test_essays_may_ask_as_they_like(tmp_path: Path) -> None:
    """Blanks, question marks and negatives are rules for questions with options."""
    assert set() == found_for(
        {"stem": "冰为什么不属于液态？请说明没有热量就不能熔化的道理"}, tmp_path, "essay"
    )


def test_several_blanks_with_as_many_parts(tmp_path: Path) -> None:
    """Options that fill each blank need no 依次."""
    fields = {"stem": "水（　）放热，冰（　）吸热。"} | options("熔化、凝固", "沸腾、熔化", "凝固、熔化")
    assert set() == found_for(fields, tmp_path)


def test_a_word_that_many_questions_use_is_no_cue(tmp_path: Path) -> None:
    """The topic of a book stands in many stems."""
    fields = {"stem": "数字治理属于（　）。"} | options("电子政务", "信息工程", "数字治理的一种")
    write_example(Example(question=fields), tmp_path / "one")
    assert "ITEM28" in ids_in(Example(question=fields), tmp_path / "alone", "ITEM28")
    more = second_quiz(("数字治理的状态是（　）。", STATES, "C"))
    assert set() == ids_in(replace(more, question=fields), tmp_path / "more", "ITEM28")


def test_a_blank_is_mended_outside_code_only() -> None:
    """The fix of ITEM25 changes blanks and nothing else."""
    fix = next(check.fix for check in STEM_CHECKS if check.id == "ITEM25")
    assert fix is not None
    assert fix("call f( ) or ( ) first") == "call f( ) or ( ) first"
    assert fix("调用 `f( )` 后是( )，即（ ）或____。") == "调用 `f( )` 后是（　），即（　）或____。"


# --- the whole bank


@pytest.mark.parametrize(
    ("stem", "right", "found"),
    [
        (LONG, "C", {"ITEM31"}),
        (LONG.replace("（　）", "( )").replace("，", " "), "C", {"ITEM31"}),
        (LONG, "A", {"ITEM30"}),
        (LONG.replace("美丽的", ""), "C", {"ITEM32"}),
        # other numbers, opposites, another right answer, other words
        (LONG.replace("一层美丽", "2层美丽"), "C", set()),
        (LONG.replace("上结", "下结"), "C", set()),
        (LONG.replace("冰花", "水雾"), "B", set()),
        ("玻璃上的冰花是水的哪一种状态？", "C", set()),
    ],
)
def test_a_question_that_is_asked_again(stem: str, right: str, found: set[str], tmp_path: Path) -> None:
    """The same, contradicting, nearly the same, or another question."""
    example = second_quiz((LONG, STATES, "C"), (stem, STATES, right))
    assert found == {id for id in ids_in(example, tmp_path) if id in {c.id for c in BANK_CHECKS}}


def test_questions_on_one_text_differ_in_what_they_ask(tmp_path: Path) -> None:
    """A text that several questions begin with makes them no copies."""
    text = "小河在冬天结了一层厚厚的冰，孩子们在上面滑冰；到了春天，冰又慢慢地化开，流向远方的大海。"
    text += "夏天的傍晚，河面上飘着一层薄薄的雾，太阳一出来就散了，老人说那是河水在呼吸，孩子们都相信。"
    text += "秋天的早晨，岸边的草叶挂着一颗颗晶莹的露珠，阳光一照就慢慢地消失，好像回到天上去了。"
    example = second_quiz(
        (text + "滑冰时脚边的水是（　）。", STATES, "C"), (text + "冬季里的河水变成（　）。", STATES, "C")
    )
    assert set() == ids_in(example, tmp_path, "ITEM3?")


def test_the_same_words_with_other_punctuation_may_be_asked(tmp_path: Path) -> None:
    """What one question asks to put right is right in another one."""
    first = {"A": "你好！", "B": "您好！", "C": "好吗？"}
    second = {"A": "你好？", "B": "您好？", "C": "好吗！"}
    stem = "下列标点使用正确的是（　）。"
    example = second_quiz((stem, first, "A"), (stem, second, "C"))
    assert set() == ids_in(example, tmp_path, "ITEM30")


def test_formulas_that_differ_in_a_sign_are_two_questions(tmp_path: Path) -> None:
    """Signs are no punctuation."""
    example = second_quiz(("计算：7+2-5=（　）。", STATES, "C"), ("计算：7-2+5=（　）。", STATES, "A"))
    assert set() == ids_in(example, tmp_path, "ITEM3?")


# --- a quiz


def test_chances_are_those_of_the_textbooks() -> None:
    """Values that can be worked out by hand."""
    assert chance_of_successes([0.25] * 4, 4) == pytest.approx(1 / 256)
    assert chance_of_successes([0.5, 0.25], 1) == pytest.approx(1 - 0.5 * 0.75)
    assert chance_of_counts((0, 0, 0, 8)) == pytest.approx(4 / 4**8)
    assert chance_of_counts((2, 2, 2, 2)) == pytest.approx(1)
    assert chance_of_run(5, 5, 4) == pytest.approx(1 / 256)
    assert chance_of_run(6, 5, 4) == pytest.approx((1 + 3 / 4) / 256)


def test_the_approximation_continues_the_exact_chance() -> None:
    """Around the size where one gives way to the other, both say the same."""
    exact, rough = chance_of_counts((20, 28, 30, 42)), chance_of_counts((20, 29, 30, 42))
    assert exact == pytest.approx(rough, abs=0.01)


def drawn(seed: int, questions: int = 20) -> Quiz:
    """A quiz with answers and lengths at random."""
    rng = random.Random(seed)
    place = Place("quizzes/drawn.yml")
    asked, keys = [], {}
    for number in range(questions):
        id, answer = f"q{number}", rng.choice("ABCD")
        texts = {letter: "水" * rng.randint(2, 12) for letter in "ABCD"}
        asked.append(Question(id, "single", 1, "冰是（　）。", texts, place))
        keys[id] = Key(id, (answer,), "冰是固态。", (), place)
    return Quiz("drawn", "随机", (), tuple(asked), keys, place)


def test_random_quizzes_are_left_alone(tmp_path: Path) -> None:
    """Of 400 random quizzes no more are named than the messages say: 1 in 100, for runs 5 in 100."""
    write_example(Example(), tmp_path)
    course = Course(tmp_path)
    quizzes = [drawn(seed) for seed in range(400)]
    for check in CHECKS:
        if check.scope == "quiz":
            found = sum(bool(list(check.find(quiz, course))) for quiz in quizzes)
            assert found <= (28 if check.id == "ITEM42" else 9), check.id


@pytest.mark.parametrize(
    ("four", "three", "found"), [(7, 0, False), (8, 0, True), (7, 6, False), (8, 6, True)]
)
def test_few_questions_show_no_pattern(four: int, three: int, found: bool, tmp_path: Path) -> None:
    """Letters are counted among at least eight questions that have the same number of options."""
    questions = drawn(1, four).questions
    others = [replace(q, id="t" + q.id, options=STATES) for q in drawn(2, three).questions]
    asked = (*questions, *others)
    keys = {q.id: Key(q.id, ("B",), "…", (), q.place) for q in asked}
    write_example(Example(), tmp_path)
    positions = next(check for check in CHECKS if check.id == "ITEM41")
    quiz = Quiz("b", "B", (), asked, keys, Place("quizzes/b.yml"))
    assert found == bool(list(positions.find(quiz, Course(tmp_path))))


# --- whole banks


@pytest.mark.parametrize("folder", [".", "tests/banks/climate"])
def test_good_banks_are_left_alone(folder: str) -> None:
    """No false alarm on a bank that was written with care."""
    found = check_course(Course(ROOT / folder), Rules(("ITEM",)))
    assert [] == [str(finding.problem) for finding in found]


def test_ten_thousand_questions_of_one_pattern_are_left_alone(tmp_path: Path) -> None:
    """What thousands of stems share says nothing of any two. How fast: `python benchmarks/check.py`."""
    place = Place("quizzes/many.yml")
    rng = random.Random(7)
    words = ["".join(rng.choices("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往", k=2)) for _ in range(300)]
    quizzes = []
    for number in range(250):
        asked, keys = [], {}
        for index in range(40):
            id = f"q{number}-{index}"
            stem = f"下列各项中，属于{rng.choice(words)}与{rng.choice(words)}的共同特点的一项是（　）。"
            texts = {letter: rng.choice(words) + rng.choice(words) for letter in "ABCD"}
            asked.append(Question(id, "single", 1, stem, texts, place))
            keys[id] = Key(id, (rng.choice("ABCD"),), "…", (), place)
        quizzes.append(Quiz(f"z{number}", "很多", (), tuple(asked), keys, place))
    write_example(Example(), tmp_path)
    course = Course(tmp_path)
    course.bank = Bank(tuple(quizzes))
    for check in BANK_CHECKS:
        assert len(list(check.find(course))) < 5, check.id


def test_a_public_bank_has_no_keys(tmp_path: Path) -> None:
    """Where there is no key, whatever needs one is left out."""
    write_example(Example(), tmp_path)
    course = Course(tmp_path)
    for quiz in course.bank.quizzes:
        for question in quiz.questions:
            for check in CHECKS:
                if check.scope == "question":
                    assert [] == list(check.find(Item(quiz, question, None), course))
