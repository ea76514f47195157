"""The numbers that compare two markers, and the comparison of a whole data set."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kejian.agreement import bench_essays, describe_bench, pearson, quadratic_weighted_kappa, rmse
from kejian.cli import main
from kejian.terminal import CommandError

MARKS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=30)
QUIZ = """
schema: 1
id: small
title: 小题库
pages: []
questions:
  - {id: set-001, type: multiple, points: 4, stem: 选哪些？, options: {A: 甲, B: 乙, C: 丙, D: 丁}}
  - {id: set-002, type: essay, points: 4, stem: 为什么？}
"""
KEY = """
schema: 1
quiz: small
answers:
  set-001: {answer: [A, B, C, D], explanation: 都对。}
  set-002: {model_answer: 因为如此。, explanation: 说出原因。}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bank in which a choice question stands for an essay, because its marks are plain to see."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "small.yml").write_text(QUIZ, encoding="utf-8")
    (folder / "small.key.yml").write_text(KEY, encoding="utf-8")
    return folder


def dataset(folder: Path, *rows: tuple[str, object, str]) -> Path:
    path = folder / "answers.jsonl"
    lines = [json.dumps({"question": q, "n": 1, "score": score, "response": text}) for q, score, text in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def kappa_by_matrix(pairs: list[tuple[int, int]], size: int = 11) -> float | None:
    """The textbook formula: 1 - sum(w O) / sum(w E), with w = (i - j)² / (k - 1)²."""
    n = len(pairs)
    observed = expected = 0.0
    for i, j in product(range(size), repeat=2):
        weight = (i - j) ** 2 / (size - 1) ** 2
        observed += weight * sum(pair == (i, j) for pair in pairs)
        expected += weight * sum(a == i for a, _ in pairs) * sum(b == j for _, b in pairs) / n
    return 1 - observed / expected if expected else None


@given(MARKS)
def test_kappa_is_that_of_the_matrix(pairs: list[tuple[int, int]]) -> None:
    """The short formula and the one of the textbook give the same."""
    found = quadratic_weighted_kappa(*map(list, zip(*pairs, strict=True)))  # type: ignore[arg-type]
    wanted = kappa_by_matrix(pairs)
    assert (found is None) == (wanted is None)
    assert found is None or wanted is None or math.isclose(wanted, found, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "r", "kappa", "error"),
    [
        ([0, 5, 10], [0, 5, 10], 1, 1, 0),
        ([0, 5, 10], [10, 5, 0], -1, -1, math.sqrt(200 / 3)),
        # one mark higher throughout: correlation does not see it, kappa and error do
        ([1, 2, 3], [2, 3, 4], 1, 1 - 1 / (2 / 3 + 2 / 3 + 1), 1),
        ([1, 2, 3, 4], [1, 2, 4, 3], 0.8, 0.8, math.sqrt(0.5)),
        ([4, 4], [4, 4], None, None, 0),
        ([4, 4], [3, 5], None, 0, 1),
    ],
)
def test_known_values(a: list[int], b: list[int], r: float | None, kappa: float | None, error: float) -> None:
    """Worked out by hand."""
    assert pytest.approx(r) == pearson(a, b)
    assert pytest.approx(kappa) == quadratic_weighted_kappa(a, b)
    assert pytest.approx(error) == rmse(a, b)


def test_a_data_set_is_compared(small: Path, tmp_path: Path) -> None:
    """Question 001 is set-001; the first answers are skipped; what the bank cannot grade is counted."""
    rows = [("001", 0, "ABCD"), ("001", 10, "ABCD"), ("001", 5, "ABC"), ("001", 6, "AB"), ("001", 4.6, "AB")]
    path = dataset(tmp_path, *rows, ("002", 3, "因为"), ("009", 3, "A"))
    bench = bench_essays(str(path), small, skip=1)
    assert list(bench.questions) == ["001"]
    assert (4, 6.4, 6.875) == (bench.pooled.n, bench.pooled.human, bench.pooled.machine)
    # marks of the grader: 10, 7.5, 5, 5; rounded, halves up: 10, 8, 5, 5 beside 10, 5, 6, 5
    assert kappa_by_matrix([(10, 10), (5, 8), (6, 5), (5, 5)]) == pytest.approx(bench.pooled.kappa)
    assert math.sqrt((0 + 2.5**2 + 1 + 0.4**2) / 4) / 10 == pytest.approx(bench.pooled.rmse)
    assert {(True, True): 1, (False, True): 1, (True, False): 1, (False, False): 1} == bench.passed
    assert {"002": 1, "009": 1} == bench.left_out
    text = describe_bench(bench, "en")
    assert ["001", "4", "6.40", "6.88"] == text.splitlines()[1].split()[:4]


def test_one_mark_for_all_has_no_correlation(small: Path, tmp_path: Path) -> None:
    """It is shown as not defined, not as 0 or 1."""
    bench = bench_essays(str(dataset(tmp_path, ("001", 5, "AB"), ("001", 5, "A"))), small)
    assert bench.pooled.r is None
    assert "–" in describe_bench(bench).splitlines()[1]


@pytest.mark.parametrize("score", [None, "", "good", -1, 10.5, "nan"])
def test_a_row_without_a_mark_is_told(small: Path, tmp_path: Path, score: object) -> None:
    """With its line: half a data set would give wrong numbers."""
    path = dataset(tmp_path, ("001", 5, "A"), ("001", score, "A"))
    with pytest.raises(CommandError, match=r"bench\.row") as caught:
        bench_essays(str(path), small)
    assert f"{path.as_posix()}:2:1" == caught.value.values["place"]


def test_a_name_of_two_questions_is_told(small: Path, tmp_path: Path) -> None:
    """Nobody guesses which one was meant."""
    text = (small / "small.yml").read_text(encoding="utf-8").replace("set-002", "other-001")
    (small / "small.yml").write_text(text, encoding="utf-8")
    text = (small / "small.key.yml").read_text(encoding="utf-8").replace("set-002", "other-001")
    (small / "small.key.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=r"bench\.several"):
        bench_essays(str(dataset(tmp_path, ("001", 5, "A"))), small)


def test_the_command(small: Path, tmp_path: Path) -> None:
    """Prints the table; 2 when there is nothing to compare."""
    path = dataset(tmp_path, ("001", 10, "ABCD"), ("001", 0, "E"), ("009", 1, "A"))
    result = CliRunner().invoke(main, ["bench", "essays", str(path), "--bank", str(small)])
    assert (0, True, True) == (result.exit_code, "1.000" in result.stdout, "009" in result.stderr)
    result = CliRunner().invoke(main, ["bench", "essays", str(path), "--bank", str(small), "--skip", "2"])
    assert result.exit_code == 2
