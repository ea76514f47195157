"""`kejian grade`: every row comes back with a mark or with the reason why it has none."""

from __future__ import annotations

import csv
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kejian.answers import open_answers
from kejian.bank import load_bank
from kejian.cli import main
from kejian.marking import COLUMNS, FORMULA, Summary, grade_answers
from kejian.terminal import CommandError

QUIZ = """
schema: 1
id: small
title: 小题库
pages: []
questions:
  - {id: q-single, type: single, points: 2, stem: 选哪个？, options: {A: 甲, B: 乙, C: 丙}}
  - {id: q-multiple, type: multiple, points: 4, stem: 选哪些？, options: {A: 甲, B: 乙, C: 丙}}
  - {id: q-essay, type: essay, points: 6, stem: 为什么？}
"""
KEY = """
schema: 1
quiz: small
answers:
  q-single: {answer: B, explanation: 乙对。, why: {A: 不对。, C: 不对。}}
  q-multiple: {answer: [A, B, C], explanation: 都对。}
  q-essay: {model_answer: 因为如此。, explanation: 说出原因。}
"""
HEAD = "student,question,response\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of three questions; its essay has no rubric."""
    folder = tmp_path_factory.mktemp("bank")
    (folder / "small.yml").write_text(QUIZ, encoding="utf-8")
    (folder / "small.key.yml").write_text(KEY, encoding="utf-8")
    return folder


def marked(source: Path, bank: Path, output: Path, workers: int = 1) -> Summary:
    with open_answers([str(source)]) as answers:
        return grade_answers(answers, bank, str(output), workers=workers)


def graded(
    text: str, bank: Path, folder: Path, suffix: str = ".jsonl", kind: str = ".csv"
) -> list[dict[str, Any]]:
    """The rows that are written for a text; JSON lines end with \n only."""
    source, output = folder / f"answers{kind}", folder / f"grades{suffix}"
    source.write_text(text, encoding="utf-8")
    marked(source, bank, output)
    if suffix == ".csv":
        with output.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in output.read_text(encoding="utf-8").split("\n")[:-1]]


def command(*arguments: str | Path, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["grade", *map(str, arguments)], input=input)


@pytest.mark.parametrize(
    ("question", "response", "score", "max_score", "verdict"),
    [
        ("q-single", "B", 2, 2, "correct"),
        (" q-single ", "ｂ", 2, 2, "correct"),
        ("q-single", "A", 0, 2, "wrong"),
        ("q-single", "", 0, 2, "blank"),
        ("q-multiple", "A、C", 2.67, 4, "partial"),
        # no mark is no score, which is not 0
        ("q-single", "AB", None, 2, "invalid"),
        ("q-single", "乙", None, 2, "invalid"),
        ("q-essay", "因为如此。", None, 6, "ungraded"),
        ("q-essay", "", 0, 6, "blank"),
        ("q-none", "B", None, None, "invalid"),
        ("", "B", None, None, "invalid"),
    ],
)
def test_marks(
    small: Path,
    tmp_path: Path,
    question: str,
    response: str,
    score: float | None,
    max_score: int | None,
    verdict: str,
) -> None:
    """Score in points, full mark and verdict of each kind of answer."""
    [row] = graded(f"{HEAD}张三,{question},{response}\n", small, tmp_path)
    assert (score, max_score, verdict) == (row["score"], row["max_score"], row["verdict"])
    assert ("problem" in row["detail"]) == (score is None)


def test_the_detail_says_which_letters_were_right(small: Path, tmp_path: Path) -> None:
    """As JSON in a cell, as an object in JSON lines."""
    expected = {"right": ["A"], "wrong": [], "missed": ["B", "C"]}
    text = HEAD + "a,q-multiple,A\n"
    assert expected == graded(text, small, tmp_path)[0]["detail"]
    assert expected == json.loads(graded(text, small, tmp_path, ".csv")[0]["detail"])


@pytest.mark.parametrize("start", FORMULA)
def test_no_spreadsheet_runs_what_a_student_typed(small: Path, tmp_path: Path, start: str) -> None:
    """In CSV an apostrophe stands before it, in any column; JSON lines have the text as it was."""
    cell = f"{start}HYPERLINK(1)"
    text = json.dumps({"student": cell, "question": "q-essay", "response": cell, cell: "x"})
    [row] = graded(text, small, tmp_path, ".csv", ".jsonl")
    assert ["'" + cell] * 2 == [row["student"], row["response"]]
    assert row["'" + cell] == "x"
    [row] = graded(text, small, tmp_path, ".jsonl", ".jsonl")
    assert [cell] * 2 == [row["student"], row["response"]]


@settings(max_examples=40, deadline=None)
@example([("q-essay", "\ud800"), ("q-single", "\x00\x85\u2028\r")])
@given(
    st.lists(st.tuples(st.sampled_from(["q-single", "q-essay", "?"]), st.text(st.characters())), max_size=5)
)
def test_no_row_and_no_character_is_lost(
    small: Path, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Whatever students type: lone surrogates and zero bytes too."""
    folder = tmp_path_factory.mktemp("lost")
    typed = [{"student": text, "question": question, "response": text} for question, text in rows]
    typed = json.loads(json.dumps(typed))  # two surrogates side by side are one character
    text = "".join(json.dumps(row) + "\n" for row in [{"question": "q-single", "response": "B"}, *typed])
    found = graded(text, small, folder, ".jsonl", ".jsonl")
    assert typed == [{k: v for k, v in row.items() if k not in COLUMNS} for row in found[1:]]
    assert len(rows) + 1 == len(graded(text, small, folder, ".csv", ".jsonl"))


def test_the_number_of_processes_does_not_change_a_byte(small: Path, tmp_path: Path) -> None:
    """Nor the order of the rows."""
    source = tmp_path / "a.csv"
    rows = [f"s{n},{('q-single', 'q-multiple', 'q-none')[n % 3]},{'ABC'[n % 3]}\n" for n in range(1500)]
    source.write_text(HEAD + "".join(rows), encoding="utf-8")
    for workers in (1, 3):
        summary = marked(source, small, tmp_path / f"{workers}.csv", workers)
        assert (1500, 500) == (summary.rows, summary.problems)
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "3.csv").read_bytes()


@pytest.mark.parametrize(("kind", "workers"), [(".csv", 1), (".jsonl", 1), (".csv", 2)])
def test_memory_does_not_grow_with_the_file(small: Path, tmp_path: Path, kind: str, workers: int) -> None:
    """Four times the rows need no more: files may be larger than the memory."""

    def peak(rows: int) -> int:
        source = tmp_path / f"{rows}{kind}"
        with source.open("w", encoding="utf-8") as file:
            if kind == ".csv":
                file.write(HEAD)
            for number in range(rows):
                row = {"student": f"s{number}", "question": "q-none", "response": "数字治理" * 500}
                file.write((",".join(row.values()) if kind == ".csv" else json.dumps(row)) + "\n")
        tracemalloc.start()
        marked(source, small, tmp_path / f"out{kind}", workers)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    many = 1000  # more than the chunks that wait for the processes
    peak(many)  # whatever is loaded once
    few = peak(many)
    assert peak(4 * many) < 1.2 * few
    assert (tmp_path / f"{4 * many}{kind}").stat().st_size > 2 * few, "the file is too small to prove it"


def test_a_question_that_changed_is_not_graded(small: Path, tmp_path: Path) -> None:
    """A reader's file says which wording of the question was answered."""
    seen = next(q.content_hash for quiz in load_bank(small).quizzes for q in quiz.questions)
    answers = [{"question": "q-single", "response": "B", "hash": hash} for hash in (seen, "0" * 12)]
    [same, changed] = graded(
        json.dumps({"kejian": "responses", "schema": 1, "answers": answers}),
        small,
        tmp_path,
        ".jsonl",
        ".json",
    )
    assert (2, "correct") == (same["score"], same["verdict"])
    assert (None, "ROW13") == (changed["score"], changed["detail"]["problem"])


@pytest.mark.parametrize(
    ("header", "output", "told"),
    [
        ("question,response,score\n", "g.csv", "grade.taken"),
        (HEAD, "a.csv", "grade.same"),
        (HEAD, "g.xlsx", "grade.format"),
        (HEAD, "g.json", "grade.format"),
        (HEAD, "no/g.csv", "grade.unwritable"),
    ],
)
def test_what_cannot_be_written_is_refused(
    small: Path, tmp_path: Path, header: str, output: str, told: str
) -> None:
    """Before anything is written."""
    source = tmp_path / "a.csv"
    source.write_text(header, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        marked(source, small, tmp_path / output)
    assert told == caught.value.text
    assert [source] == list(tmp_path.iterdir())


def test_half_a_file_is_never_left(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays when something goes wrong in the middle."""
    monkeypatch.setattr("kejian.answers.MAX_CHARS", 100)
    (tmp_path / "g.csv").write_text("old", encoding="utf-8")
    (tmp_path / "a.csv").write_text(HEAD + "a,q-single,B\n" + "x" * 200, encoding="utf-8")
    result = command(tmp_path / "a.csv", "--bank", small, "-o", tmp_path / "g.csv")
    assert (2, True) == (result.exit_code, "a.csv:3:1" in result.stderr)
    assert "old" == (tmp_path / "g.csv").read_text(encoding="utf-8")
    assert ["a.csv", "g.csv"] == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.parametrize(("rows", "status"), [("a,q-single,B\n", 0), ("a,q-single,B\nb,no\x1b[2J,B\n", 1)])
def test_exit_status_and_report(small: Path, tmp_path: Path, rows: str, status: int) -> None:
    """0 when every row has a mark; 1 when some have none, each told with file, line, reason and remedy."""
    source = tmp_path / "a.csv"
    source.write_text(HEAD + rows, encoding="utf-8")
    result = command(source, "--bank", small, "-o", tmp_path / "g.csv")
    assert status == result.exit_code, result.output
    assert bool(status) == (f"{source.as_posix()}:3:1" in result.stderr)
    assert bool(status) == ("--bank" in result.stderr)
    assert "\x1b" not in result.stderr
    assert result.stdout == ""


def test_unusable_calls_have_status_2(small: Path, tmp_path: Path) -> None:
    """No such file, a broken bank, no answers named."""
    (tmp_path / "a.csv").write_text(HEAD, encoding="utf-8")
    (tmp_path / "broken.yml").write_text("schema: 1\n", encoding="utf-8")
    assert command(tmp_path / "no.csv", "--bank", small).exit_code == 2
    assert command(tmp_path / "a.csv", "--bank", tmp_path / "broken.yml").exit_code == 2
    assert command("--bank", small).exit_code == 2


@pytest.mark.parametrize(("name", "problem"), [("1", "ROW24"), ("q-none", "ROW10"), ("1234", "ROW10")])
def test_a_number_of_a_paper_asks_for_the_paper(small: Path, tmp_path: Path, name: str, problem: str) -> None:
    """Printed numbers without --variant: the remedy names it, instead of the bank."""
    (tmp_path / "a.csv").write_text(f"{HEAD}a,{name},B\n", encoding="utf-8")
    result = command(tmp_path / "a.csv", "--bank", small)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert ("--variant A" in result.stderr) == (problem == "ROW24")


def test_standard_input_to_standard_output(small: Path) -> None:
    """In the format that came in, without a BOM."""
    result = command("-", "--bank", small, input=(HEAD + "a,q-single,B\n").encode())
    assert result.stdout_bytes.startswith(
        b"student,question,response,score,max_score,verdict,detail\r\na,q-single,B,2,2,"
    )
    result = command("-", "--bank", small, input=b'{"question":"q-single","response":"B"}\n')
    assert json.loads(result.stdout)["score"] == 2


def test_parquet_goes_in_and_out(small: Path, tmp_path: Path) -> None:
    """The columns keep their types; surrogates, which Parquet cannot hold, are written as JSON writes them."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"question": ["q-single"] * 100, "response": ["B"] * 100, "n": list(range(100))})
    parquet.write_table(table, tmp_path / "a.parquet")
    marked(tmp_path / "a.parquet", small, tmp_path / "g.parquet")
    found = parquet.read_table(tmp_path / "g.parquet")
    assert table == found.select(table.column_names)
    assert {2.0} == set(found["score"].to_pylist())
    (tmp_path / "a.jsonl").write_text('{"question":"q-essay","response":"\\ud800","n":[1]}', encoding="utf-8")
    marked(tmp_path / "a.jsonl", small, tmp_path / "g.parquet")
    [row] = parquet.read_table(tmp_path / "g.parquet").to_pylist()
    assert ("\\ud800", "[1]", None) == (row["response"], row["n"], row["score"])
