"""A drafted rubric can be loaded and edited; a rubric is tested by its samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kejian.bank import load_bank
from kejian.cli import main
from kejian.grading import grade
from kejian.model import Bank
from kejian.rubric_tools import draft_rubric, run_samples
from kejian.terminal import CommandError

ITEMS = ("数据共享：打破部门之间的壁垒", "人才培养：高校增设相关专业", "法律保障：完善个人信息保护")
QUIZ = """
schema: 1
id: small
title: 小题库
pages: []
questions:
  - {id: q-essay, type: essay, points: 6, stem: 怎样应对困境？}
"""
KEY = """
schema: 1
quiz: small
answers:
  q-essay:
    model_answer: |
      第一，数据共享：打破部门之间的壁垒。
      第二，人才培养：高校增设相关专业。
      第三，法律保障：完善个人信息保护。
    explanation: 三个方面各两分。
"""
SAMPLES = """
    samples:
      - {response: 要打破部门之间的壁垒，实行数据共享。, expect: [30, 50], points: {point-1: ok, point-2: missing}}
"""


def parsed(draft: str) -> list[dict[str, Any]]:
    """The groups of a draft."""
    groups: list[dict[str, Any]] = yaml.safe_load(draft)["rubric"]["groups"]
    return groups


def bank_of(folder: Path, more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "small.yml").write_text(QUIZ, encoding="utf-8")
    (folder / "small.key.yml").write_text(KEY + more, encoding="utf-8")
    return folder


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["rubric", *map(str, arguments)])


@pytest.mark.parametrize(
    "template",
    [
        "第一，{}。第二，{}。第三，{}。",
        "应对的办法有三个：一是{}；二是{}；三是{}。",
        "其一，{}。其二，{}。其三，{}。",
        "（1）{}；（2）{}；（3）{}。",
        "(一){}\n(二){}\n(三){}",
        "1. {}\n2. {}\n3. {}\n",
        "1、{}\r\n2、{}\r\n3、{}\r\n",
        "① {}② {}③ {}",
        "首先，{}。其次，{}。最后，{}。",
        # only the outer numbers are points
        "第一，{}，包括（1）甲（2）乙。第二，{}。第三，{}。",
        # numbers that are no marks, and a conclusion
        "2023年有53.9万亿元。\n\n第一，{}。\n\n第二，{}。\n\n第三，{}，占3.5%。\n\n总之，要有温度。",
    ],
)
def test_every_numbered_point_becomes_a_scoring_point(template: str) -> None:
    """However the model answer numbers them."""
    [group] = parsed(draft_rubric(template.format(*ITEMS), 7))
    assert ["数据共享", "人才培养", "法律保障"] == [point["title"] for point in group["points"]]
    assert [3, 2, 2] == [point["weight"] for point in group["points"]]
    assert group["max"] == 7
    assert not any("温度" in point["reference"] for point in group["points"])


def test_a_list_that_begins_again_is_another_group() -> None:
    """Named by the sentence before it; the maxima add up to the full mark."""
    text = "必要性有两点。第一，{}。第二，{}。\n\n重要性体现在两个领域。第一，{}。第二，改进乡村应急。"
    groups = parsed(draft_rubric(text.format(*ITEMS), 5))
    assert [("必要性", 3, 2), ("重要性", 2, 2)] == [(g["title"], g["max"], len(g["points"])) for g in groups]


@pytest.mark.parametrize(
    ("text", "points", "told"),
    [
        ("数字治理很重要。", 6, "rubric.draft.no-points"),
        ("", 6, "rubric.draft.no-points"),
        ("第一，甲。第二，乙。第三，丙。", 2, "rubric.draft.many"),
    ],
)
def test_what_cannot_be_drafted_is_told(text: str, points: int, told: str) -> None:
    """Prose has no points to find, and a point is worth at least 1."""
    with pytest.raises(CommandError) as caught:
        draft_rubric(text, points)
    assert told == caught.value.text


@given(st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=5))
def test_a_draft_is_yaml_whatever_the_answer_says(items: list[str]) -> None:
    """No text breaks out of its quotation marks."""
    text = "".join(f"\n第{number}，{item}。" for number, item in zip("一二三四五", items, strict=False))
    try:
        groups = parsed(draft_rubric(text, 100))
    except CommandError:
        return
    assert sum(group["max"] for group in groups) == 100
    assert all(point["any"] and point["title"] for group in groups for point in group["points"])


def test_the_draft_of_a_question_can_be_loaded_and_used(tmp_path: Path) -> None:
    """Pasted into the key file it gives the model answer the full mark; it says that it is a draft."""
    folder = bank_of(tmp_path / "bank")
    result = command("draft", "q-essay", "--bank", folder)
    assert result.exit_code == 0, result.output
    assert "草稿：请逐条修改" in result.stdout
    assert "TODO" in result.stdout
    quiz, question = load_bank(bank_of(folder, result.stdout)).question("q-essay")
    key = (quiz.keys or {})["q-essay"]
    assert grade(question, key, key.model_answer or "").verdict == "correct"


def test_model_answers_of_the_book_can_be_drafted(bank: Bank) -> None:
    """All of them number their points."""
    answers = [
        (question, key.model_answer)
        for quiz in bank.quizzes
        for question in quiz.questions
        if (key := (quiz.keys or {})[question.id]).model_answer and quiz.id == "chapter-01"
    ]
    assert len(answers) == 5
    for question, answer in answers:
        groups = parsed(draft_rubric(answer or "", question.points, question.stem))
        assert sum(group["max"] for group in groups) == question.points


def test_a_draft_can_be_made_of_a_text_file(tmp_path: Path) -> None:
    """Of 10 points unless told otherwise; question and file together are refused."""
    path = tmp_path / "answer.txt"
    path.write_text("（1）数据共享；（2）人才培养。", encoding="utf-8")
    assert [10] == [group["max"] for group in parsed(command("draft", "--text", path).stdout)]
    assert [4] == [group["max"] for group in parsed(command("draft", "--text", path, "--points", "4").stdout)]
    assert command("draft", "q-essay", "--text", path).exit_code == 2
    assert command("draft").exit_code == 2


@pytest.mark.parametrize(("low", "high", "status"), [(30, 50, 0), (34, 100, 1), (0, 33, 1)])
def test_samples_are_graded_and_shown(tmp_path: Path, low: int, high: int, status: int) -> None:
    """Mark, expected range, verdict, and for each point the words that were matched; 2 of 6 points are 33.3 %."""
    folder = bank_of(tmp_path / "bank")
    samples = SAMPLES.replace("[30, 50]", f"[{low}, {high}]")
    bank_of(folder, command("draft", "q-essay", "--bank", folder).stdout + samples)
    result = command("test", folder)
    assert status == result.exit_code, result.output
    assert ("通过" if status == 0 else "不符合") in result.stdout
    assert f"预期 {low}–{high}%" in result.stdout
    assert "small.key.yml" in result.stdout
    line = next(line for line in result.stdout.splitlines() if "point-1" in line)
    assert "2/2  「打破部门之间」 … 「壁垒」" in line


def test_a_point_with_another_status_is_a_failure(tmp_path: Path) -> None:
    """Even when the mark is right."""
    folder = bank_of(tmp_path / "bank")
    samples = SAMPLES.replace("point-2: missing", "point-2: negated")
    bank_of(folder, command("draft", "q-essay", "--bank", folder).stdout + samples)
    [run] = run_samples(folder)
    assert (True, False) == (run.in_range, run.passed)
    assert (("point-2", "negated", "missing"),) == run.wrong
    assert [] == list(run_samples(folder, "other"))


def test_a_test_of_nothing_is_no_success(tmp_path: Path) -> None:
    """A slip in a path or an id does not look like a passed test."""
    folder = bank_of(tmp_path / "bank")
    assert command("test", folder).exit_code == 2
    assert command("test", folder, "--question", "q-none").exit_code == 2


def test_an_answer_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters in a sample, which a key file may spell as escapes, are shown as blanks."""
    folder = bank_of(tmp_path / "bank")
    samples = SAMPLES.replace(
        "要打破部门之间的壁垒，实行数据共享。", '"数\\u202e据共享：打破\\u200b部门之间的壁垒。"'
    )
    bank_of(folder, command("draft", "q-essay", "--bank", folder).stdout + samples)
    assert not {"\u202e", "\u200b"} & set(command("test", folder).stdout)
