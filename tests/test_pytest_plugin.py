"""`pytest quizzes/` in a book where kejian is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kejian.checks.check import Example
from kejian.checks.example import write_example


def run(folder: Path, *options: str) -> tuple[int, str]:
    """Exit status and output of pytest, in a process of its own."""
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--strict-markers",
        *options,
    ]
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return result.returncode, result.stdout


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_example(Example(), tmp_path)
    return tmp_path


def test_every_question_is_a_test(book: Path) -> None:
    """With file and id in its name; the key file is no test of its own."""
    status, output = run(book, "quizzes", "-v")
    passed = re.findall(r"^(\S+) PASSED", output, re.MULTILINE)
    assert (status, passed) == (0, [f"quizzes/water.yml::w-{name}" for name in ("s1", "m1", "e1")])


@pytest.mark.parametrize(
    ("options", "count"),
    [(["-k", "w-s1"], 1), (["-m", "essay"], 1), (["-m", "single or multiple"], 2), (["-k", "water"], 3)],
)
def test_questions_can_be_chosen(book: Path, options: list[str], count: int) -> None:
    """By name and by type, as any tests."""
    assert f"{count} passed" in run(book, "quizzes", "-q", *options)[1]


def test_one_file_or_one_question_can_be_named(book: Path) -> None:
    """As an editor does that runs the test under the cursor."""
    assert "1 passed" in run(book, "quizzes/water.yml::w-m1", "-q")[1]


def test_a_failure_reads_like_the_check(book: Path) -> None:
    """Place, line, remedy; no traceback."""
    path = book / "quizzes/water.key.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("- 100\n      - 100", "- 10\n      - 20"), encoding="utf-8"
    )
    status, output = run(book, "quizzes", "-q")
    assert (status, "1 failed, 2 passed" in output) == (1, True)
    assert re.search(r"quizzes/water\.key\.yml:\d+:\d+  错误 RUB\d+", output)
    assert "怎么办：" in output
    assert "Traceback" not in output
    assert "src/kejian" not in output


def test_a_file_that_cannot_be_loaded_tells_every_problem(book: Path) -> None:
    """And the other files are still tested."""
    for name in ("fire.yml", "fire.key.yml"):
        text = (book / "quizzes" / name.replace("fire", "water")).read_text(encoding="utf-8")
        text = text.replace("w-", "f-").replace("water\n", "fire\n", 1)
        (book / "quizzes" / name).write_text(text, encoding="utf-8")
    path = book / "quizzes/fire.key.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("answer: C", "answer: E"), encoding="utf-8")
    status, output = run(book, "quizzes", "-q", "--continue-on-collection-errors")
    assert (status, "3 passed, 1 error" in output) == (1, True)
    assert "错误 KEY02" in output
    assert "Traceback" not in output


def test_other_yaml_files_are_left_alone(tmp_path: Path) -> None:
    """The plugin is loaded wherever kejian is installed."""
    (tmp_path / "compose.yml").write_text("services: {}\n", encoding="utf-8")
    assert run(tmp_path, "-q")[0] == 5  # no tests
