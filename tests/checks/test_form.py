"""White space, punctuation and characters: what is found, what is left alone, and how it is mended."""

from __future__ import annotations

from typing import cast

import pytest

from kejian.checks import CHECKS, characters, form, punctuation
from kejian.checks.course import Course, Item
from kejian.checks.form import BOM
from kejian.checks.texts import around, is_chinese, masked
from kejian.model import Key, Place, Question, Quiz

PLACE = Place("a.yml")
NO_COURSE = cast(Course, None)
ALL = [
    check for check in (*form.CHECKS, *punctuation.CHECKS, *characters.CHECKS) if check.scope == "question"
]


def item(*texts: str, stem: str = "下列") -> Item:
    """A question whose explanation and reasons are these texts."""
    question = Question("q", "single", 1, stem, {"A": "甲", "B": "乙"}, PLACE)
    why = dict(zip("BCDE", texts[1:], strict=False))
    key = Key("q", ("A",), texts[0], (), PLACE, why)
    return Item(Quiz("z", "题", (), (question,), {"q": key}, PLACE), question, key)


def found(text: str, stem: str = "下列") -> list[str]:
    """Ids of the checks that find something in a text."""
    some = item(text, stem=stem)
    return [check.id for check in ALL if list(check.find(some, NO_COURSE))]


def mended(text: str) -> str:
    """After all fixes, twice: the second time changes nothing."""
    for _ in range(2):
        before = text
        for check in ALL:
            text = check.fix(text) if check.fix else text
    assert text == before
    return text


@pytest.mark.parametrize(
    "text",
    [
        # numbers, times, names, code
        "约3.14，即1,000的一半，9:00开始，见图1.2。",
        "比例为3:2，版本v1.0.2，网址 https://example.cn/a,b?c=1;d 可查。",
        "写作 `print(甲, 乙)`，或者{term}`数字治理`，公式 $f(x), y$ 成立。",
        "见[第二节](chapters/01-2-concept.md)，写信给 a.b@example.cn。",
        "| 甲 | 乙, 丙 |\n| --- | --- |",
        "用A. 甲；B. 乙来标号。",
        "使用 Python、C++ 和 R 编程，升高1000 m。",
        "数字治理（digital governance, DG）与数字治理(digital governance)。",
        "参见 J. Smith, 2019, p. 3。",
        # places to be filled in, headings, line breaks of Markdown
        "正确的是（　）。",
        "正确的是（  ），另一处是“ ”。",
        "见“第一章 水的三种状态”和“第十二章 冰”。",
        "甲  \n乙",
        "1. 甲\n   - 乙\n   - 丙",
        # marks that stand alone, or in one another
        "1）甲；2）乙；a）丙；（一）丁。",
        "“甲‘乙’丙”，《〈甲〉乙》，「甲『乙』」，（甲（乙）丙）。",
        "it’s “right”, isn’t it?",
        "角度为30'到45'，屏幕15\"到17\"。",
        '<span class="甲">乙</span>',
        # ellipsis and dash
        "甲……乙——丙",
        "数列1, 2, …, n的和。",
        "北京—上海，2019-2020年，3–5个。",
        "运行 kejian --fix 即可。",
        # other languages
        "The term 数字治理, which is often translated as digital governance, has many meanings.",
        "Governance (in the sense of 治理) is not the same as government; is it?",
        "“in a café”，résumé，naïve，Übung，“É”",
        "“著”和“乾隆”，王後",
    ],
)
def test_what_is_well_written_is_left_alone(text: str) -> None:
    """None of the checks finds anything, and no fix changes it."""
    assert found(text) == []
    assert mended(text) == text


@pytest.mark.parametrize(
    ("text", "id", "right"),
    [
        # white space
        ("数字 治理", "FORM04", "数字治理"),
        ("数字\u00a0治理", "FORM04", "数字治理"),
        ("甲， 乙", "FORM04", "甲，乙"),
        ("甲 ，乙", "FORM04", "甲，乙"),
        ("（ 甲 ）", "FORM04", "（甲）"),
        ("digital  governance", "FORM04", "digital governance"),
        ("digital\tgovernance", "FORM04", "digital governance"),
        ("governance , too", "FORM04", "governance, too"),
        ("甲 \n乙", "FORM04", "甲\n乙"),
        # width of punctuation
        ("数字治理,政府", "FORM06", "数字治理，政府"),
        ("数字治理, 政府", "FORM06", "数字治理，政府"),
        ("G2G,政府", "FORM06", "G2G，政府"),
        ("占20%,政府", "FORM06", "占20%，政府"),
        ("“数字治理”;政府", "FORM06", "“数字治理”；政府"),
        ("主体:政府", "FORM06", "主体：政府"),
        ("是什么?", "FORM06", "是什么？"),
        ("政府(公共部门)", "FORM06", "政府（公共部门）"),
        ("正确的是( )。", "FORM06", "正确的是（ ）。"),
        ("数字治理.", "FORM06", "数字治理。"),
        ("数字治理. 政府", "FORM06", "数字治理。政府"),
        ("甲｡", "FORM06", "甲。"),
        ("甲.乙", "FORM06", "甲.乙"),
        # quotation marks
        ('所谓"数字治理"是', "FORM07", "所谓“数字治理”是"),
        ('所谓"G2G"是', "FORM07", "所谓“G2G”是"),
        ("所谓'数字治理'是", "FORM07", "所谓'数字治理'是"),
        # ellipsis and dash
        ("甲、乙...", "FORM08", "甲、乙..."),
        ("甲...乙", "FORM08", "甲……乙"),
        ("甲。。。", "FORM08", "甲……"),
        ("甲…乙", "FORM08", "甲……乙"),
        ("甲--乙", "FORM08", "甲——乙"),
        ("甲－－乙", "FORM08", "甲——乙"),
        # letters and digits
        ("Ｇ２Ｇ模式", "FORM09", "G2G模式"),
        ("ＡＢＣ", "FORM09", "ABC"),
        ("３．１４", "FORM09", "3.14"),
    ],
)
def test_what_is_badly_written_is_found_and_mended(text: str, id: str, right: str) -> None:
    """One mistake gives one finding; what has several right answers is found and stays."""
    right = right.replace("甲、乙...", "甲、乙……")
    assert [id] == found(text)
    assert right == mended(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("“甲乙", "“"),
        ("甲”乙“", "”"),
        ("（甲", "（"),
        ("甲）乙", "）"),
        ("（甲)乙", "（"),
        ("《甲（乙》丙）", "（"),
        ("「甲“乙」丙”", "“"),
        ("“甲“和“乙”", "“"),
        ("“甲“和”乙”", "“"),
        ("【甲", "【"),
    ],
)
def test_marks_without_partner_are_found(text: str, mark: str) -> None:
    """With the mark that has none."""
    (check,) = (check for check in ALL if check.id == "FORM05")
    (one,) = check.find(item(text), NO_COURSE)
    assert mark == one.values["mark"]


def test_every_text_of_a_question_is_looked_at() -> None:
    """Stem, options, hint, reasons, model answer and rubric; not the samples, which stand as students write."""
    question = Question("q", "essay", 1, "甲,乙", {"A": "甲,乙"}, PLACE, hint="甲,乙")
    key = Key("q", (), "甲,乙", (), PLACE, {"A": "甲,乙"}, "甲,乙")
    some = Item(Quiz("z", "题", (), (question,), {"q": key}, PLACE), question, key)
    (check,) = (check for check in ALL if check.id == "FORM06")
    where = [str(one.where) for one in check.find(some, NO_COURSE)]
    assert ["q.stem", "q.options.A", "q.hint", "q.explanation", "q.why.A", "q.model_answer"] == where


def test_questions_about_punctuation_may_have_mistakes() -> None:
    """In them mistakes are what is asked for."""
    assert found("应为“甲，乙”，不是“甲,乙”。", stem="下列句子标点使用正确的是（　）。") == []


@pytest.mark.parametrize(
    "text",
    ["锟斤拷锟斤拷", "鏁板瓧娌荤悊鐨勪富浣撱€", "æ•°å­—", "donâ€™t", "cafÃ©", "烫烫烫烫"],
)
def test_garbled_text_is_found(text: str) -> None:
    """Whichever wrong encoding it went through."""
    assert "FORM11" in found(text)


@pytest.mark.parametrize(
    ("texts", "chars"),
    [
        (("数字治理的主体是谁", "數字治理"), "數"),
        (("數字治理的主體是誰", "数字治理"), "数"),
        (("数字治理", "见《數位治理》一书"), None),
        (("数字治理", "著名的乾隆、樊於期、后羿、里程"), None),
        (("數位治理的著作", "皇后、里長、后羿、台灣"), None),
    ],
)
def test_the_other_script_is_found(texts: tuple[str, ...], chars: str | None) -> None:
    """The script that most of the quiz is written in is the right one; characters of both scripts are in both."""
    (check,) = (check for check in characters.CHECKS if check.id == "FORM10")
    some = item(*texts)
    told = [one.values["chars"] for one in check.find(some.quiz, NO_COURSE)]
    assert told == ([chars] if chars else [])


def test_blanks_of_files_are_found_with_their_place() -> None:
    """Line and column of the first blank; a line break of Markdown in a text of several lines is none."""
    checks = {check.id: check for check in form.CHECKS}
    text = "a: 1 \nb: |\n  甲  \n  乙  \nc: ' 丙'\n"
    places = [(one.where.line, one.where.column) for one in checks["FORM01"].find(text, "f", NO_COURSE)]
    assert [(1, 5), (4, 4)] == places
    (padded,) = checks["FORM03"].find(text, "f", NO_COURSE)
    assert (5, 4) == (padded.where.line, padded.where.column)
    assert list(checks["FORM02"].find(BOM + text, "f", NO_COURSE))


def test_literals_are_blotted_out_at_their_length() -> None:
    """So that offsets stay."""
    text = "用`a,b`和$x$，\\*不是*，[甲](乙.md)"
    assert len(masked(text)) == len(text)
    assert "a,b" not in masked(text)


def test_language_is_told_by_the_characters() -> None:
    """Some foreign words make no foreign text."""
    assert is_chinese("使用Python和JavaScript编程语言")
    assert not is_chinese("The word 治理 means governance.")
    assert not is_chinese("G2G")


def test_a_quoted_part_is_marked_as_cut() -> None:
    """On the sides where something was left out."""
    assert "…三四五六七八九十甲一二三四五六七八…" == around(
        "一二三四五六七八九十甲一二三四五六七八九", 10, 11
    )
    assert "甲乙" == around("甲乙", 0, 1)


def test_ids_have_no_gaps() -> None:
    """The documentation lists the family in this order."""
    ids = [check.id for check in CHECKS if check.id.startswith("FORM")]
    assert [f"FORM{n:02}" for n in range(1, len(ids) + 1)] == ids
