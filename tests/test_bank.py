"""Loading question banks: what is sound is loaded, what is not is named with its place, all of it at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from kejian import bank as bank_module
from kejian import forms, rubrics, yamlfile
from kejian.bank import BankError, load_bank, load_quiz
from kejian.catalogue import LANGUAGES, describe, texts

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "quizzes" / "_examples"
TYPES = ("single", "multiple", "essay")

QUIZ = """\
schema: 1
id: quiz-1
title: 练习
pages: [chapters/01]
questions:
  - id: q-1
    type: single
    points: 2
    stem: 题干一
    options: {A: 甲, B: 乙, C: 丙}
    shuffle: true
  - id: q-2
    type: multiple
    points: 4
    stem: 题干二
    options: {A: 甲, B: 乙, C: 丙, D: 丁}
    scoring: net
  - id: q-3
    type: essay
    points: 6
    stem: 题干三
"""
KEY = """\
schema: 1
quiz: quiz-1
answers:
  q-1:
    answer: B
    explanation: 解析一
    why: {A: 错一, C: 错二}
    evidence: [{page: chapters/01, quote: 原句一}]
  q-2:
    answer: [C, A]
    explanation: 解析二
    why: {B: 错三, D: 错四}
    evidence: [{page: chapters/01, quote: 原句二}]
  q-3:
    model_answer: 答案三
    explanation: 解析三
    evidence: [{page: chapters/01, quote: 原句三}]
"""

# (text to replace in QUIZ or KEY, its replacement, every problem that must be found: id line:column)
QUIZ_CASES = [
    # characters
    ("题干一", "题\x07干", "BANK08 9:12"),
    ("题干一", "题\x00干", "BANK08 9:12"),
    ("题干一", "题" + "\0" * 60, "BANK08 9:12"),  # too many for text, yet not UTF-16
    ("题干一", "乱码\ufffd", "BANK08 9:13"),
    ("    points: 2", "\tpoints: 2", "BANK20 8:1"),
    ("    points: 2", "  \tpoints: 2", "BANK20 8:3"),
    ("points: 2", "points: 2\n\t# 说明", "BANK20 9:1"),
    # forms of YAML that a question bank never needs
    ("题干一", "&a 题干", "BANK21 9:11"),
    ("题干一", "*a", "BANK21 9:11"),
    ("题干一", "**重点**题干", "BANK21 9:11"),
    ("题干一", "!!str 题干", "BANK21 9:11"),
    ("题干一", "! 题干", "BANK21 9:11"),
    ("题干一", "!", "BANK21 9:11"),
    ("points: 2", "<<: {points: 2}", "BANK21 8:5"),
    ("题干三\n", "题干三\n---\nschema: 1\n", "BANK22 22:1"),
    ("题干一", "[" * 30 + "]" * 30, "BANK23 9:28"),
    ("title: 练习", "title: 练习\ntitle: 练习", "BANK24 4:1"),
    ("B: 乙, C: 丙}\n", "B: 乙, B: 丙}\n", "BANK24 10:27; KEY11 7:18"),
    ("题干一", "下列哪项正确: 甲或乙", "BANK25 9:17"),
    ("points: 2", "points：2", "BANK26 8:5"),
    ("题干一", '"题干', "BANK27 9:11"),
    ("题干一", "'题干", "BANK27 9:11"),
    ("题干一", '"引用"之后', "BANK28 9:15"),
    ("    points: 2", "      points: 2", "BANK25 8:13"),
    ("    points: 2", "   points: 2", "BANK28 8:4"),
    ("题干一", "@用户", "BANK29 9:11"),
    ("题干一", "> 大于", "BANK29 9:13"),
    ("C: 丙}\n    shuffle", "C: 丙\n    shuffle", "BANK30 10:14"),
    ("[chapters/01]", "[chapters/01", "BANK30 4:8"),
    ("题干一", "{图}: 丙", "BANK25 9:14"),
    ("题干一", "\n      [甲]: 乙", "BANK31 10:7"),
    ("题干一", '"$\\delta$"', "BANK33 9:13"),
    ("题干一", '"$\\times$"', "BANK33 9:13"),
    ("题干一", '"题\\0"', "BANK33 9:13"),
    ("题干一", '"题\\\\，\\"题\\"，\\u4e00"', "BANK33 9:22"),
    # the line after the mistake is right, and it is not the one that is named
    *(
        ("{A: 甲, B: 乙, C: 丙}\n", f"\n{lines}      C: 丙\n", expected)
        for lines, expected in (
            ("      A：政府\n      B: 石头\n", "BANK26 11:7"),
            ("      A:政府\n      B: 石头\n", "BANK26 11:7"),
            ("      A. 政府\n      B: 石头\n", "BANK26 11:7"),
            ("      A 政府\n\n      B: 石头\n", "BANK26 11:7"),
            ("      Ａ：政府\n      B：石头\n", "BANK26 11:7"),
            ("      A: 政府\n      B：石头\n", "BANK26 12:7"),
        )
    ),
    ("- id: q-1", "- id：q-1", "BANK26 6:5"),
    ("- id: q-1", "-id: q-1", "BANK35 6:3"),
    ("- id: q-1", "－ id: q-1", "BANK35 6:3"),
    ("- id: q-1", "·id：q-1", "BANK35 6:3"),
    ("    type: single", "　　type: single", "BANK36 7:1"),
    ("    points: 2", "    \u00a0points: 2", "BANK36 8:5"),
    ("    points: 2", "\u00a0   points: 2", "BANK36 8:1"),
    ("    points: 2", "    \u200bpoints: 2", "BANK36 8:5"),
    ("题干三\n", "题干三\n　　hint: 提示\n", "BANK36 22:1"),
    ("schema: 1", "schema：1", "BANK26 1:1"),
    ("题干一", "\n      第一行\n      注意: 第二行", "BANK25 11:9"),
    ("题干一", "第一行\n      A 第二行\n      注意: 第三行", "BANK25 11:9"),
    ("题干一", "|\n      　　第一段: 甲\n      　　第二段", ""),
    # comments: lost text, or said of a number, a word or an id
    ("题干一", "政府 #1 机关", "BANK34 9:14"),
    ("题干一", "第一行\n      第二行\t# 说明", "BANK34 10:11"),
    ("题干一", "#1 机关", "BANK34 9:11"),
    ("{A: 甲, B: 乙, C: 丙}\n", "\n      A: 甲 #1\n      B: 乙\n", "BANK34 11:12; KEY11 7:18"),
    ("{A: 甲, B: 乙, C: 丙}\n", "{A: 甲 #1 号, B: 乙, C: 丙}\n", "BANK34 10:20"),
    *(
        (old, new, "")
        for old, new in (
            ("points: 2", "points: 2 # 两分"),
            ("type: single", "type: single # 单选"),
            ("shuffle: true", "shuffle: true # 打乱"),
            ("id: q-1", "id: q-1 # 第一题"),
            ("[chapters/01]", "[chapters/01] # 第一页"),
            ("[chapters/01]", "\n  - chapters/01 # 第一页"),
            ("题干一", "题干一\n    # 单独一行的注释\n"),
            ("题干一", "'政府 #1 机关' # 注释"),
            ("题干一", "C#语言，以及#1机关"),
            ("题干一", "|\n      政府 #1 机关"),
        )
    ),
    # fields
    ("stem: 题干一", "stam: 题干一", "BANK40 9:5"),
    ("title: 练习", "titel: 练习", "BANK40 3:1"),
    ("    points: 2\n", "", "BANK41 6:5"),
    (QUIZ[QUIZ.index("    options") : QUIZ.index("    shuffle")], "", "BANK41 6:5"),
    (QUIZ, "只有一句话", "BANK42 1:1"),
    (QUIZ[QUIZ.index("  - id: q-3") :], "  - 题干\n", "BANK42 18:5"),
    ("{A: 甲, B: 乙, C: 丙}", "[甲, 乙]", "BANK42 10:14"),
    ("[chapters/01]", "chapters/01", "BANK43 4:8"),
    (QUIZ[QUIZ.index("\n  - id: q-1") :], " 无\n", "BANK43 5:12"),
    ("题干一", "[题干]", "BANK44 9:11"),
    ("题干一", "{题干: 一}", "BANK44 9:11"),
    # text that YAML takes for something else
    *(
        (("题干一", trap, "BANK45 9:11"))
        for trap in (
            "NO",
            "on",
            "yes",
            "True",
            "1.5",
            "12",
            "2024-01-01",
            "0x10",
            "0o17",
            "1e3",
            "010",
            "1_000",
            "12:30",
            "~",
            "null",
            ".nan",
            ".inf",
            "=",
            "+1",
        )
    ),
    ("甲, B: 乙, C: 丙}\n", "1, B: 乙, C: 丙}\n", "BANK45 10:18"),
    ("id: q-1", "id: 101", "BANK45 6:9"),
    # numbers, flags, words
    *(
        (("points: 2", f"points: {trap}", "BANK46 8:13"))
        for trap in (
            "两分",
            "'2'",
            "2.0",
            "0x2",
            "1e1",
            "02",
            "1_0",
            ".nan",
            ".inf",
            "２",
            "true",
            "[2]",
        )
    ),
    ("points: 2", "points:", "BANK46 8:12"),
    *((("points: 2", f"points: {number}", "BANK47 8:13")) for number in ("0", "-1", "101", "9" * 5000)),
    ("points: 2", "points: 2\n    objective: 0", "BANK47 9:16"),
    ("shuffle: true", "shuffle: yes", "BANK48 11:14"),
    ("shuffle: true", "shuffle: 'true'", "BANK48 11:14"),
    ("type: single", "type: singel", "BANK49 7:11"),
    ("type: single", "type: [single]", "BANK49 7:11"),
    ("scoring: net", "scoring: half", "BANK49 17:14"),
    # emptiness
    ("题干一", "", "BANK50 9:10"),
    ("题干一", "'  '", "BANK50 9:11"),
    ("题干一", "\u200b", "BANK50 9:11"),
    ("甲, B: 乙, C: 丙}\n", ", B: 乙, C: 丙}\n", "BANK50 10:18"),
    (QUIZ[QUIZ.index("\n  - id: q-1") :], " []\n", "BANK53 5:12"),
    # names
    ("id: q-1", "id: Q_1", "BANK51 6:9"),
    ("id: quiz-1", "id: 第一章", "BANK51 2:5"),
    *(
        (("chapters/01", page, "BANK52 4:9"))
        for page in (
            "chapters/01.md",
            "/chapters/01",
            "chapters\\01",
            "../01",
            "chapters/01 概述",
        )
    ),
    # what a type has
    ("stem: 题干三", "stem: 题干三\n    options: {A: 甲, B: 乙}", "BANK54 22:5"),
    ("shuffle: true", "scoring: net", "BANK54 11:5"),
    ("A: 甲, B: 乙, C: 丙}\n", "A: 甲, C: 乙, B: 丙}\n", "BANK55 10:21"),
    ("A: 甲, B: 乙, C: 丙}\n", "a: 甲, b: 乙}\n", "BANK55 10:15"),
    ("A: 甲, B: 乙, C: 丙}\n", "A: 甲, NO: 乙}\n", "BANK55 10:21"),
    ("A: 甲, B: 乙, C: 丙}\n", "A: 甲}\n", "BANK56 10:14"),
    ("A: 甲, B: 乙, C: 丙}\n", ", ".join(f"{x}: 文" for x in "ABCDEFGHIJK") + "}\n", "BANK56 10:14"),
    ("id: q-2", "id: q-1", "BANK57 12:9"),
    ("schema: 1", "schema: 2", "BANK59 1:9"),
    ("schema: 1", "schema: '1'", "BANK59 1:9"),
]
KEY_CASES = [
    ("题干", "", ""),  # nothing replaced: the pair is sound
    ("解析一", "NO", "BANK45 6:18"),
    ("    explanation: 解析三\n", "", "BANK41 15:5"),
    ("answers:", "answer:", "BANK40 3:1"),
    (KEY[KEY.index("\n  q-1") :], " 无\n", "BANK42 3:10"),
    ("model_answer: 答案三", "answer: A", "BANK41 15:5; BANK54 15:5"),
    ("answer: B", "model_answer: 乙", "BANK41 5:5; BANK54 5:5"),
    ("[{page: chapters/01, quote: 原句一}]", "[原句一]", "BANK42 8:16"),
    ("quote: 原句一", "qoute: 原句一", "BANK40 8:36"),
    ("  q-2:", "  q-1:", "BANK24 9:3; KEY06 3:1"),
    ("解析一", "解析 #1", "BANK34 6:21"),
    ("错一, C: 错二}", "错一 # 其一\n      , C: 错二}", "BANK34 7:17"),
    ("answer: B", "answer: B # 选 B", ""),
    ("page: chapters/01, quote: 原句一}]", "page: chapters/01, quote: 原句 #一\n      }]", "BANK34 8:46"),
    ("answer: B", "answer：B", "BANK26 5:5"),
    ("  q-1:", "  q-1：", "BANK26 4:3"),
    ("quote: 原句一}", "quote: 政府, 是主体}", "BANK37 8:47"),
    ("quote: 原句一}", "quote: 政府, 是 主体 }", "BANK37 8:47"),
    ("{A: 错一, C", "{A: 错一, 再错, C", "BANK37 7:18"),
    ("quote: 原句一}", "quote: 原句一, 另: }", "BANK40 8:48"),
    ("answer: B", "answer: Ｂ", "KEY15 5:13"),
    ("[C, A]", "[Ｃ, ａ]", "KEY15 10:14; KEY15 10:17"),
    # letters
    ("answer: B", "answer: E", "KEY02 5:13"),
    ("answer: B", "answer: NO", "KEY02 5:13"),
    ("answer: B", "answer: N", "KEY02 5:13"),
    ("answer: B", "answer: b", "KEY02 5:13"),
    ("answer: B", "answer: 1", "KEY02 5:13"),
    ("answer: B", "answer:", "KEY02 5:12"),
    ("[C, A]", "[C, E]", "KEY02 10:17"),
    ("[C, A]", "[A, [C], D]", "KEY02 10:17"),
    ("quiz: quiz-1", "quiz: quiz-2", "KEY04 2:7"),
    ("  q-3:", "  q-4:", "KEY05 14:3"),
    (KEY[KEY.index("  q-3:") :], "", "KEY06 3:1"),
    ("[C, A]", "A", "KEY07 10:13"),
    ("[C, A]", "[A]", "KEY07 10:13"),
    ("[C, A]", "AC", "KEY07 10:13"),
    ("[C, A]", "[]", "KEY07 10:13"),
    ("answer: B", "answer: [B]", "KEY08 5:13"),
    ("answer: B", "answer: [B, C]", "KEY08 5:13"),
    ("[C, A]", "[C, A, C]", "KEY09 10:20"),
    ("{A: 错一, C", "{A: 错一, B: 错, C", "KEY10 7:18"),
    ("{A: 错一, C", "{A: 错一, E: 错, C", "KEY11 7:18"),
    ("{A: 错一, C: 错二}", "{A: 错一}", "KEY12 7:10"),
    ("{A: 错一, C: 错二}", "{A: 错一, B: 错二}", "KEY14 5:13"),  # the answer, or a letter of a reason,
    ("    why: {A: 错一, C: 错二}\n", "", "KEY12 5:5"),
    ("{A: 错一, C: 错二}", "{A: 错一, C: }", "BANK50 7:21"),
    ("    evidence: [{page: chapters/01, quote: 原句一}]\n", "", "KEY13 5:5"),
    ("[{page: chapters/01, quote: 原句一}]", "[]", "KEY13 5:5"),
]


def _key_only(folder: Path) -> None:
    (folder / "q.yml").unlink()


def _folder_as_file(folder: Path) -> None:
    (folder / "r.yml").mkdir()


def _loop(folder: Path) -> None:
    (folder / "r.yml").symlink_to(folder / "r.yml")


def _folder_loop(folder: Path) -> None:
    (folder / "up").symlink_to(folder, target_is_directory=True)


def _pair_again(folder: Path) -> None:
    (folder / "r.yml").write_text(QUIZ, encoding="utf-8")
    (folder / "r.key.yml").write_text(KEY, encoding="utf-8")


def _other(content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "r.yml").write_bytes(content)
        (folder / "r.key.yml").write_text("schema: 1\nquiz: quiz-1\nanswers: {}\n", encoding="utf-8")

    return write


def _renamed(before: str, after: str) -> Callable[[Path], object]:
    return lambda folder: (folder / before).rename(folder / after)


# (what is done to a folder with a sound pair q.yml and q.key.yml, every problem: file id line:column)
FOLDER_CASES: list[tuple[Callable[[Path], object], list[str]]] = [
    (lambda folder: (folder / "r.yml").symlink_to("nowhere"), ["r.yml BANK01 1:1"]),
    (_folder_as_file, ["r.yml BANK02 1:1"]),
    (lambda folder: os.mkfifo(folder / "r.yml"), ["r.yml BANK02 1:1"]),
    (_loop, ["r.yml BANK04 1:1"]),
    (_folder_loop, ["up BANK04 1:1"]),
    (_other(b""), ["r.yml BANK05 1:1"]),
    (_other("# 只有说明\n".encode()), ["r.yml BANK05 1:1"]),
    (_other(b"---\n...\n"), ["r.yml BANK05 1:1"]),
    (_other(b"#" * (yamlfile.MAX_BYTES + 1)), ["r.yml BANK06 1:1"]),
    (_other(QUIZ.encode("gb18030")), ["r.yml BANK07 3:8"]),
    (_other(QUIZ.encode("utf-16")), ["r.yml BANK07 1:1"]),
    (_other(QUIZ.encode("utf-16-be")), ["r.yml BANK07 1:1"]),
    (_other(QUIZ.encode("utf-32")), ["r.yml BANK07 1:1"]),
    (_other(b"title: \xff\xff\n"), ["r.yml BANK12 1:8"]),
    (
        _other(b"%PDF-1.7\n%\xb5\xb5\xb5\xb5\n\x01\n"),
        ["r.yml BANK12 2:2"],
    ),  # Chinese in GBK, but for one byte
    (_other(b"".join(b"x%d: 1\n" % n for n in range(100_000))), ["r.yml BANK40 1:1", "r.yml BANK32 1000:1"]),
    (lambda folder: (folder / "r.yaml").write_text(QUIZ, encoding="utf-8"), ["r.yaml BANK09 1:1"]),
    (lambda folder: (folder / "r.YML").write_text(QUIZ, encoding="utf-8"), ["r.YML BANK09 1:1"]),
    (_pair_again, ["r.yml BANK58 2:5", "r.yml BANK57 6:9", "r.yml BANK57 12:9", "r.yml BANK57 18:9"]),
    (lambda folder: (folder / "q.key.yml").unlink(), ["q.key.yml KEY01 1:1"]),
    *(
        (_renamed("q.key.yml", name), [f"{name} {id} 1:1"])
        for name, id in (
            ("q-key.yml", "BANK11"),
            ("q.keys.yml", "BANK11"),
            ("q_Answers.yml", "BANK11"),
            ("q答案.yml", "BANK11"),
            ("q.key.yaml", "BANK09"),
        )
    ),
    (_renamed("q.key.yml", "r.yml"), ["q.key.yml KEY01 1:1", "r.yml BANK11 1:1"]),
    (_key_only, ["q.key.yml KEY03 1:1"]),
]


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with one sound pair of files."""
    (tmp_path / "q.yml").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "q.key.yml").write_text(KEY, encoding="utf-8")
    return tmp_path


def problems(path: Path) -> list[str]:
    """Every problem as `file id line:column`, in the order of the report."""
    try:
        load_bank(path)
    except BankError as error:
        assert str(error)
        return [f"{Path(p.place.file).name} {p.id} {p.place.line}:{p.place.column}" for p in error.problems]
    return []


@pytest.mark.parametrize("type", TYPES)
def test_the_example_of_each_type_loads_with_its_key(type: str) -> None:
    """The documentation's examples are sound, and each shows the type of its name."""
    quiz = load_quiz(EXAMPLES / f"{type}.yml")
    assert [type] == [question.type for question in quiz.questions]
    assert quiz.keys is not None
    assert {question.id for question in quiz.questions} == set(quiz.keys)


def test_every_field_reaches_the_model(pair: Path) -> None:
    """Nothing that an author writes is lost on the way, and letters are in alphabetical order."""
    quiz = load_bank(pair).quiz("quiz-1")
    single, multiple, essay = quiz.questions
    assert (quiz.title, quiz.pages, quiz.points) == ("练习", ("chapters/01",), 12)
    assert (single.options, single.shuffle, single.stem) == (
        {"A": "甲", "B": "乙", "C": "丙"},
        True,
        "题干一",
    )
    assert (multiple.scoring, essay.options) == ("net", {})
    assert quiz.keys is not None
    assert (quiz.keys["q-1"].answer, quiz.keys["q-1"].why) == (("B",), {"A": "错一", "C": "错二"})
    assert (
        quiz.keys["q-2"].answer,
        quiz.keys["q-3"].model_answer,
        quiz.keys["q-3"].answer,
    ) == (("A", "C"), "答案三", ())
    assert quiz.keys["q-1"].evidence[0].quote == "原句一"
    assert f"{pair.as_posix()}/q.yml:12:9" == str(multiple.place)
    assert f"{pair.as_posix()}/q.key.yml:8:16" == str(quiz.keys["q-1"].evidence[0].place)


def test_a_bank_cannot_be_changed(pair: Path) -> None:
    """What was loaded stays as it was, down to the mappings."""
    quiz = load_bank(pair).quizzes[0]
    with pytest.raises(FrozenInstanceError):
        quiz.title = "另一个"  # type: ignore[misc]
    assert quiz.keys is not None
    for mapping in (quiz.keys, quiz.keys["q-1"].why, quiz.questions[0].options):
        assert isinstance(mapping, MappingProxyType)


def test_a_bom_and_windows_line_ends_change_nothing(pair: Path) -> None:
    """Files from Windows editors load, with the same text."""
    bank = load_bank(pair)
    (pair / "q.yml").write_bytes(b"\xef\xbb\xbf" + QUIZ.replace("\n", "\r\n").encode("utf-8"))
    assert bank == load_bank(pair)


def test_evidence_is_optional_without_pages(pair: Path) -> None:
    """A quiz that belongs to no page has nothing to quote."""
    (pair / "q.yml").write_text(QUIZ.replace("[chapters/01]", "[]"), encoding="utf-8")
    (pair / "q.key.yml").write_text(re.sub("    evidence.*\n", "", KEY), encoding="utf-8")
    assert problems(pair) == []


def test_without_keys_no_key_file_is_opened(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition without keys cannot leak what was never read; a missing or broken key file is no problem."""
    opened: list[str] = []
    original = Path.open
    (pair / "q.key.yml").write_bytes(b"\xff")
    (pair / "orphan.key.yml").write_bytes(b"\xff")
    monkeypatch.setattr(Path, "open", lambda path, *args: opened.append(path.name) or original(path, *args))
    assert [quiz.keys for quiz in load_bank(pair, keys=False).quizzes] == [None]
    assert opened == ["q.yml"]


def test_hidden_folders_and_folders_with_an_underscore_are_left_out(pair: Path) -> None:
    """Examples and drafts are not part of the bank; other subfolders are, in the order of their names."""
    for number, name in enumerate((".git", "_examples", "more", "a")):
        (pair / name).mkdir()
        quiz = QUIZ.replace("quiz-1", f"quiz-{name.strip('._')}").replace("id: q-", f"id: x{number}-")
        (pair / name / "r.yml").write_text(quiz, encoding="utf-8")
    assert [quiz.id for quiz in load_bank(pair, keys=False).quizzes] == ["quiz-a", "quiz-more", "quiz-1"]


def test_a_file_comes_before_the_files_that_lengthen_its_name(pair: Path) -> None:
    """chapter-01 comes before chapter-01-checks, as a reader of the folder expects."""
    quiz = QUIZ.replace("quiz-1", "quiz-2").replace("id: q-", "id: r-")
    (pair / "q-more.yml").write_text(quiz, encoding="utf-8")
    assert [quiz.id for quiz in load_bank(pair, keys=False).quizzes] == ["quiz-1", "quiz-2"]


@pytest.mark.parametrize(("old", "new", "expected"), QUIZ_CASES)
def test_a_broken_quiz_file_is_named_with_its_place(pair: Path, old: str, new: str, expected: str) -> None:
    """Each mistake gives its own problem at its own place, and no other."""
    assert old in QUIZ
    (pair / "q.yml").write_text(QUIZ.replace(old, new, 1), encoding="utf-8")
    wanted = [f"{'q.key.yml' if 'KEY' in one else 'q.yml'} {one}" for one in expected.split("; ") if one]
    assert sorted(wanted) == sorted(problems(pair))


@pytest.mark.parametrize(("old", "new", "expected"), KEY_CASES)
def test_a_broken_key_file_is_named_with_its_place(pair: Path, old: str, new: str, expected: str) -> None:
    """The same for key files."""
    (pair / "q.key.yml").write_text(KEY.replace(old, new, 1), encoding="utf-8")
    assert sorted(f"q.key.yml {one}" for one in expected.split("; ") if one) == sorted(problems(pair))


@pytest.mark.parametrize(("change", "expected"), FOLDER_CASES)
def test_a_broken_folder_is_named(pair: Path, change: Callable[[Path], object], expected: list[str]) -> None:
    """Missing, unreadable, misnamed and oversized files are problems like any other."""
    change(pair)
    found = problems(pair)
    assert set(expected) <= set(found)
    assert len(expected) == len(found) or "BANK32" in expected[-1]


@pytest.mark.parametrize("load", [load_bank, load_quiz])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere", "BANK01"),
        ("nowhere/q.yml", "BANK01"),
        ("nul\0.yml", "BANK01"),
        ("q.yml/q.yml", "BANK01"),
        ("q.key.yml", "BANK10"),
        ("q.txt", "BANK09"),
        ("x" * 5000, "BANK03"),
    ],
)
def test_a_wrong_path_is_a_problem(
    pair: Path, load: Callable[[Path], object], name: str, expected: str
) -> None:
    """A path that leads nowhere, or to the wrong file, is reported, whichever function it is given to."""
    (pair / "q.txt").write_text(QUIZ, encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load(pair / name)
    assert [expected] == [problem.id for problem in caught.value.problems]


def test_a_folder_is_no_quiz(pair: Path) -> None:
    """`load_quiz` wants a file."""
    with pytest.raises(BankError) as caught:
        load_quiz(pair)
    assert [problem.id for problem in caught.value.problems] == ["BANK02"]


def test_a_file_that_may_not_be_read_is_a_problem(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file system refuses is passed on in words."""

    def refuse(path: Path, *args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert problems(pair) == ["q.key.yml BANK03 1:1", "q.yml BANK03 1:1"]


def test_all_problems_of_all_files_come_in_one_go(pair: Path) -> None:
    """A teacher corrects everything in one round: quiz, key and other files, sorted by place."""
    quiz = QUIZ.replace("题干一", "NO").replace("points: 4", "points: 400")
    key = KEY.replace("answer: B", "answer: E").replace("B: 错三, ", "")
    (pair / "q.yml").write_text(quiz, encoding="utf-8")
    (pair / "q.key.yml").write_text(key, encoding="utf-8")
    (pair / "r.yml").write_text("a: [b", encoding="utf-8")
    expected = ["q.key.yml KEY02 5:13", "q.key.yml KEY12 12:10", "q.yml BANK45 9:11", "q.yml BANK47 14:13"]
    assert [*expected, "r.key.yml KEY01 1:1", "r.yml BANK30 1:4"] == problems(pair)


def test_an_error_reads_as_place_problem_remedy(pair: Path) -> None:
    """The words that a teacher sees, Chinese first."""
    (pair / "q.key.yml").write_text(KEY.replace("answer: B", "answer: E"), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    expected = (
        f"{pair.as_posix()}/q.key.yml:5:13  q-1，答案：“E”不是这道题的选项（A–C）。\n"
        "    KEY02  请改成其中的字母，例如 answer: A。"
    )
    assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("q-key", "q"), ("q.keys", "q"), ("q 答案", "q"), ("answers", "quiz-1"), ("q-2", "q-2")],
)
def test_a_misnamed_key_file_is_told_its_name(pair: Path, name: str, meant: str) -> None:
    """The name of its quiz file, or else of the quiz."""
    (pair / "q.key.yml").rename(pair / f"{name}.yml")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    (remedy,) = [describe(problem)[1] for problem in caught.value.problems if problem.id == "BANK11"]
    assert f" {meant}.key.yml" in remedy


@pytest.mark.parametrize(
    ("old", "new", "id", "words"),
    [
        ("    evidence: [{page: chapters/01, quote: 原句一}]", "    evidence: 原句一", "BANK43", "- {page: "),
        ("schema: 1\n", "", "BANK41", "“schema: 1”"),
        ("    explanation: 解析一\n", "", "BANK41", "“explanation: …”"),
        ("answer: B", "answer: Ｂ", "KEY15", "answer: B。"),
        ("quote: 原句一", "quote: 原, 句", "BANK37", "英文引号"),
    ],
)
def test_a_remedy_shows_the_form(pair: Path, old: str, new: str, id: str, words: str) -> None:
    """Whoever does what the remedy says has a sound file."""
    assert old in KEY
    (pair / "q.key.yml").write_text(KEY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    assert [words in describe(problem)[1] for problem in caught.value.problems if problem.id == id] == [True]


def test_an_unknown_field_is_offered_the_nearest_name(pair: Path) -> None:
    """A typing mistake is corrected by reading the first name of the remedy."""
    (pair / "q.yml").write_text(QUIZ.replace("scoring", "scorring"), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    _, remedy = describe(caught.value.problems[0])
    assert remedy.endswith("：scoring, id, type, points, objective, stem, options, hint, shuffle。")


def test_the_other_place_of_a_repeated_id_is_named(pair: Path) -> None:
    """Whoever copied a question finds the original."""
    (pair / "q.yml").write_text(QUIZ.replace("id: q-2", "id: q-1"), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    duplicate = next(problem for problem in caught.value.problems if problem.id == "BANK57")
    assert f"{pair.as_posix()}/q.yml:6:9" in describe(duplicate)[0]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gb18030", "GBK"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-32", "UTF-32")],
)
def test_the_suspected_encoding_is_named(pair: Path, encoding: str, name: str) -> None:
    """The message says what the file looks like, and the remedy how to save it as UTF-8."""
    (pair / "q.yml").write_bytes(QUIZ.encode(encoding))
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    message, remedy = describe(caught.value.problems[0])
    assert name in message
    assert "UTF-8" in remedy


def test_a_file_name_in_another_encoding_can_be_printed(pair: Path) -> None:
    """Names from an old zip archive (GBK bytes) do not break the report itself."""
    name = os.fsdecode("第一.yml".encode("gb18030"))
    (pair / name).write_text("a: 1", encoding="utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(pair)
    assert str(caught.value).encode("utf-8")


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 1_000_000,
        "- " * 1_000_000,
        "{a: " * 500_000,
        "? " * 1_000_000,
        "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" for n in range(5_000)),
        "a: " + "b" * 7_000_000,
        "\x01\n" * 1_000_000,
        "a:\n" * 300_000,
        "'" * 1_999_999,
    ],
    ids=["brackets", "lists", "braces", "keys", "aliases", "long", "control", "duplicates", "quotes"],
)
def test_nothing_explodes(pair: Path, bomb: str) -> None:
    """A file made to exhaust the reader is refused in a moment."""
    (pair / "q.yml").write_text(bomb, encoding="utf-8")
    assert problems(pair)


def test_both_parsers_of_pyyaml_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML came without its C part, loading is slower and else equal, places included."""
    fast = load_bank(EXAMPLES)
    monkeypatch.setattr(yamlfile, "LOADER", yaml.SafeLoader)
    slow = load_bank(EXAMPLES)
    assert fast == slow
    assert [q.place for quiz in fast.quizzes for q in quiz.questions] == [
        q.place for quiz in slow.quizzes for q in quiz.questions
    ]


def test_importing_the_loader_is_light() -> None:
    """`kejian check` starts at once: loading a bank needs neither Sphinx nor Jupyter nor pandas."""
    code = "import sys, kejian.bank; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"sphinx", "docutils", "jupyter", "jupyter_core", "IPython", "pandas", "numpy", "ipywidgets"}
    assert not heavy & set(run.stdout.split())


def _ids() -> set[str]:
    """Every problem id that the code can report."""
    sources = [
        Path(module.__file__ or "").read_text(encoding="utf-8")
        for module in (bank_module, forms, rubrics, yamlfile)
    ]
    return set(re.findall(r'"((?:BANK|KEY|RUB)\d\d)"', "".join(sources)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_words(language: str) -> None:
    """Message and remedy in each language, and no words for a problem that does not exist."""
    words = {name for name in texts("problems", language) if re.match(r"(BANK|KEY|RUB)\d", name)}
    assert {f"{id}.{part}" for id in _ids() for part in ("message", "remedy")} == words


def test_every_problem_is_produced_by_a_case() -> None:
    """The tables here and in test_rubrics.py, and the tests of paths, meet every problem id at least once."""
    files = [Path(__file__), Path(__file__).with_name("test_rubrics.py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert _ids() == set(re.findall(r"\b(?:BANK|KEY|RUB)\d\d\b", source))
