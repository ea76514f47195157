"""The key lock: what changes is shown in words, and recorded with a name and a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kejian.checks.check import Example
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.lock import accept
from kejian.checks.run import check_course
from kejian.cli import main
from kejian.terminal import CommandError

DAY = date(2026, 11, 20)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A locked course."""
    write_example(Example(), tmp_path)
    accept(Course(tmp_path), ("*",), "王老师", "初次确认", "zh_CN", DAY)
    return tmp_path


def change(book: Path, name: str, before: str, after: str) -> None:
    path = book / "quizzes" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def locked(book: Path) -> list[tuple[str, str, int, str]]:
    """(id, file, line, change) of what the lock says."""
    found = [f.problem for f in check_course(Course(book)) if f.problem.id.startswith("LOCK")]
    return [
        (
            p.id,
            Path(p.place.file).name,
            p.place.line,
            dict(p.values).get("change", dict(p.values).get("id", "")),
        )
        for p in found
    ]


def test_a_confirmed_bank_has_nothing_to_say(book: Path) -> None:
    """And confirming it again changes no byte."""
    before = (book / "quizzes/keys.lock").read_bytes()
    assert locked(book) == []
    assert accept(Course(book), ("*",), "李老师", "再看一遍", "zh_CN", DAY) == []
    assert (book / "quizzes/keys.lock").read_bytes() == before


def test_a_bank_without_a_lock_is_not_asked_for_one(tmp_path: Path) -> None:
    """The lock is a choice of the book."""
    write_example(Example(), tmp_path)
    assert locked(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("water.key.yml", "- A\n    - B", "- B\n    - C", "AB → BC"),
        ("water.yml", "points: 2", "points: 3", "分值 2 → 3"),
        ("water.yml", "雪和霜", "雪与霜", "选项"),
        ("water.yml", "属于固态的水的是", "属于气态的水的是", "题干"),
        ("water.key.yml", "雪和霜同冰一样", "雪和霜与冰一样", "解析"),
        ("water.key.yml", "冰是固态的水，雪和霜也是固态的水", "雪和霜也是固态的水", "依据"),
        ("water.key.yml", "weight: 2", "weight: 3", "评分标准"),
        ("water.key.yml", "- 100\n      - 100", "- 90\n      - 100", "评分标准"),
    ],
)
def test_every_part_that_can_change_a_mark_is_locked(
    book: Path, file: str, before: str, after: str, told: str
) -> None:
    """Answers and points are told in words, longer parts by their name; the line is that of the part."""
    if told == "AB → BC":
        change(book, file, "静置只是把水放着不动，状态没有改变", "水会自己变冷")
        change(book, file, "      C: ", "      A: ")
    change(book, file, before, after)
    found = locked(book)
    assert [id for id, *_ in found] == ["LOCK01"]
    assert told in found[0][3]
    assert found[0][2] > 1


def test_the_history_says_who_when_why_and_what(book: Path) -> None:
    """In the file, in words; what was confirmed before stays."""
    change(book, "water.yml", "points: 2", "points: 3")
    assert locked(book)
    lines = accept(Course(book), ("w-s1",), "李老师", "期中调整", "zh_CN", DAY)
    assert lines == ["2026-11-20 李老师 w-s1: 分值 2 → 3（理由：期中调整）"]
    text = (book / "quizzes/keys.lock").read_text(encoding="utf-8")
    assert text.count("2026-11-20") == 4
    assert "王老师 w-m1: 新确认 AB" in text
    assert locked(book) == []


def test_new_and_lost_questions_are_noticed(book: Path) -> None:
    """A question under another id is both."""
    for name in ("water.yml", "water.key.yml"):
        change(book, name, "w-s1", "w-s2")
    assert [(id, subject) for id, _, _, subject in locked(book)] == [("LOCK03", "w-s1"), ("LOCK02", "w-s2")]
    accept(Course(book), ("w-s?",), "王老师", "改编号", "zh_CN", DAY)
    assert locked(book) == []


def test_a_lock_with_conflicts_is_told(book: Path) -> None:
    """Not a traceback, and nothing is written over it."""
    lock = book / "quizzes/keys.lock"
    lock.write_text("<<<<<<< HEAD\n" + lock.read_text(encoding="utf-8"), encoding="utf-8")
    assert [id for id, *_ in locked(book)] == ["LOCK04"]
    with pytest.raises(CommandError, match=r"lock\.unreadable"):
        accept(Course(book), ("*",), "王老师", "x", "zh_CN", DAY)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--accept", "w-s1"], "--by"),
        (["--accept", "w-s1", "--by", "王老师", "--reason", " "], "--reason"),
        (["--accept", "w-x*", "--by", "王老师", "--reason", "改"], "w-x*"),
    ],
)
def test_confirming_needs_a_name_a_reason_and_a_question(
    book: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    """Exit status 2: nothing was done."""
    monkeypatch.chdir(book)
    result = CliRunner().invoke(main, ["check", *options])
    assert (result.exit_code, told in result.output) == (2, True)


def test_the_command_records_and_then_passes(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a teacher types it."""
    monkeypatch.chdir(book)
    change(book, "water.yml", "points: 2", "points: 3")
    failed = CliRunner().invoke(main, ["check"])
    assert (failed.exit_code, "分值 2 → 3" in failed.output) == (1, True)
    accepted = CliRunner().invoke(main, ["check", "--accept", "w-s1", "--by", "王老师", "--reason", "调整"])
    assert (accepted.exit_code, "已记录 1 道题" in accepted.output) == (0, True)
    assert CliRunner().invoke(main, ["check"]).exit_code == 0


def test_mending_keeps_what_was_confirmed(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comma of another width is no change that a teacher has to look at; a real change beside it still is."""
    monkeypatch.chdir(book)
    change(book, "water.key.yml", "都是固态的水。", "都是固态的水,很冷。")
    accept(Course(book), ("*",), "王老师", "补充", "zh_CN", DAY)
    change(book, "water.yml", "points: 4", "points: 5")
    result = CliRunner().invoke(main, ["check", "--fix"])
    assert "，很冷" in (book / "quizzes/water.key.yml").read_text(encoding="utf-8")
    assert [(id, told) for id, _, _, told in locked(book)] == [("LOCK01", "分值 4 → 5")], result.output
    assert "w-s1: 解析（理由：kejian check --fix）" in (book / "quizzes/keys.lock").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # an option that was right has become wrong: its reason is missing, and the lock says what it was
        ("    - B\n", "", {"KEY12": "", "LOCK01": "ABD → AD"}),
        ("    - B\n    - D\n", "    - C\n    - D\n", {"KEY14": "", "LOCK01": "ABD → ACD"}),
        ("    answer: C\n", "    answer: B\n", {"KEY14": "", "LOCK01": "C → B"}),
        ("      A: 水蒸气是气态的水。\n", "", {"KEY12": "", "LOCK01": "解析"}),
    ],
)
def test_a_changed_answer_is_told_with_the_reason_that_it_lacks(
    before: str, after: str, expected: dict[str, str], tmp_path: Path
) -> None:
    """The reason is not to be written for a key that is wrong."""
    four = {"A": "凝固", "B": "熔化", "C": "静置", "D": "凝固和熔化"}
    example = Example(question={"options": four}, key={"answer": ["A", "B", "D"]}, type="multiple")
    book = tmp_path / "book"
    write_example(example, book)
    accept(Course(book), ("*",), "王老师", "初次确认", "zh_CN", DAY)
    change(book, "water.key.yml", before, after)
    ids = ("KEY12", "KEY14", "LOCK01")
    findings = [f.problem for f in check_course(Course(book)) if f.problem.id in ids]
    assert set(expected) == {problem.id for problem in findings}
    for problem in findings:
        assert expected[problem.id] in dict(problem.values).get("change", "")


def test_missing_reasons_do_not_hide_what_else_is_wrong(book: Path) -> None:
    """The other checks of the file run, and nothing is taken for a question that has gone."""
    change(book, "water.key.yml", "      A: 水蒸气是气态的水。\n", "")
    change(book, "water.yml", "points: 4", "points: 4  ")
    change(book, "water.yml", "（　）。", "（　　）,")
    found = {finding.problem.id for finding in check_course(Course(book))}
    assert {"KEY12", "LOCK01", "FORM01"} <= found
    assert len(found) > 3
    assert found.isdisjoint({"LOCK02", "LOCK03", "BOOK01", "BOOK02", "BOOK04"})


def test_every_reason_may_be_missing(tmp_path: Path) -> None:
    """No check needs one."""
    for type in ("single", "multiple"):
        write_example(Example(key={"why": {}, "evidence": []}, type=type), tmp_path / type)
        assert {"KEY12", "KEY13"} <= {f.problem.id for f in check_course(Course(tmp_path / type))}
