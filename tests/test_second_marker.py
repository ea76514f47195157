"""A second teacher answers without the key, and both are compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kejian.bank import BankError
from kejian.checks.check import Example
from kejian.checks.example import write_example
from kejian.cli import main
from kejian.second_marker import blind_sheet, cohens_kappa, compare_sheet, describe_comparison
from kejian.terminal import CommandError


@pytest.fixture
def quizzes(tmp_path: Path) -> Path:
    """A bank with a single, a multiple and an essay question; the keys are C and AB."""
    write_example(Example(), tmp_path)
    return tmp_path / "quizzes"


def filled(quizzes: Path, *answers: str) -> Path:
    """A sheet with these answers."""
    lines = blind_sheet(quizzes, (), "zh_CN").split("\n")
    rest = list(answers)
    for number, line in enumerate(lines):
        if line.startswith("  w-") and rest:
            lines[number] = line + rest.pop(0)
        elif line.startswith("marker:"):
            lines[number] = "marker: 李老师"
    sheet = quizzes.parent / "sheet.yml"
    sheet.write_text("\n".join(lines), encoding="utf-8")
    return sheet


def test_the_sheet_has_no_answer(quizzes: Path) -> None:
    """It is written without opening a key file, and essays are not in it."""
    for key in quizzes.glob("*.key.yml"):
        key.write_text("not: [yaml", encoding="utf-8")
    sheet = blind_sheet(quizzes, (), "zh_CN")
    assert "属于固态的水的是" in sheet
    assert "C. 雪和霜" in sheet
    assert "w-e1" not in sheet


@pytest.mark.parametrize(("single", "multiple"), [("C", "AB"), ("c", "b, a"), ('"C"', "B、A")])
def test_the_same_answers_agree(quizzes: Path, single: str, multiple: str) -> None:
    """Case, order and separators do not matter."""
    comparison = compare_sheet(filled(quizzes, single, multiple), quizzes, "zh_CN")
    assert (comparison.marker, comparison.disagreements, comparison.blank) == ("李老师", [], [])
    assert comparison.kappa("multiple") == (1.0, 3)


def test_disagreements_are_told_with_their_line(quizzes: Path) -> None:
    """A wrong letter, a question at fault."""
    sheet = filled(quizzes, "B", "X   # 选项有歧义")
    told = describe_comparison(compare_sheet(sheet, quizzes, "zh_CN"), "zh_CN")
    line = next(
        n for n, text in enumerate(sheet.read_text(encoding="utf-8").split("\n"), 1) if "w-s1" in text
    )
    assert f":{line}:3  w-s1：答案是 C，李老师选的是 B。" in told
    assert "w-m1：李老师认为题目有问题（答案是 AB）" in told
    assert "0 道一致，2 道不一致，0 道没有作答" in told


@pytest.mark.parametrize(
    ("before", "after", "id"),
    [
        ("w-s1-", "w-s9-", "SHEET02"),
        (": C", ": E", "SHEET03"),
        (": C", ": AB", "SHEET03"),
        (": AB", ": AAB", "SHEET03"),
        ("answers:", "antworten:", "SHEET01"),
    ],
)
def test_slips_in_the_sheet_are_told(quizzes: Path, before: str, after: str, id: str) -> None:
    """With place and remedy; none is taken for an answer."""
    sheet = filled(quizzes, "C", "AB")
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        compare_sheet(sheet, quizzes, "zh_CN")
    assert [problem.id for problem in caught.value.problems] == [id]
    assert str(sheet) in str(caught.value)


def test_a_question_that_changed_meanwhile_is_not_compared(quizzes: Path) -> None:
    """The second teacher answered another question."""
    sheet = filled(quizzes, "C", "AB")
    path = quizzes / "water.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("雪和霜", "霜和雪"), encoding="utf-8")
    with pytest.raises(BankError, match="SHEET04"):
        compare_sheet(sheet, quizzes, "zh_CN")


def test_what_cannot_be_done_is_told(quizzes: Path) -> None:
    """An unknown quiz; a bank without keys."""
    with pytest.raises(CommandError, match=r"key\.no-quiz"):
        blind_sheet(quizzes, ("fire",), "zh_CN")
    sheet = filled(quizzes, "C", "AB")
    (quizzes / "water.key.yml").unlink()
    with pytest.raises(CommandError, match=r"key\.no-keys"):
        compare_sheet(sheet, quizzes, "zh_CN")


def test_commands(quizzes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1 while something is left to talk about."""
    monkeypatch.chdir(quizzes.parent)
    assert CliRunner().invoke(main, ["key", "blind", "-o", "s.yml"]).exit_code == 0
    empty = CliRunner().invoke(main, ["key", "compare", "s.yml"])
    assert (empty.exit_code, "2 道没有作答" in empty.output) == (1, True)
    filled(quizzes, "C", "AB")
    full = CliRunner().invoke(main, ["key", "compare", "sheet.yml"])
    assert (full.exit_code, "完全一致" in full.output) == (0, True)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # (both yes, only first, only second, both no); Cohen 1960 and the worked example of Wikipedia
        ((20, 5, 10, 15), 0.4),
        ((45, 15, 25, 15), 0.1304),
        ((25, 35, 5, 35), 0.2593),
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
    ],
)
def test_kappa_of_published_tables(table: tuple[int, ...], kappa: float) -> None:
    """To four digits."""
    cells = (("y", "y"), ("y", "n"), ("n", "y"), ("n", "n"))
    pairs = [cell for cell, count in zip(cells, table, strict=True) for _ in range(count)]
    assert cohens_kappa(pairs) == pytest.approx(kappa, abs=5e-5)


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD"))))
def test_kappa_is_symmetric_and_at_most_one(pairs: list[tuple[str, str]]) -> None:
    """Undefined when nobody could have disagreed."""
    kappa = cohens_kappa(pairs)
    assert kappa == cohens_kappa([(b, a) for a, b in pairs])
    if kappa is None:
        assert len({label for pair in pairs for label in pair}) <= 1
    else:
        assert kappa <= 1
        assert (kappa == 1) == all(a == b for a, b in pairs)
