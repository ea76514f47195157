"""Files of answers are read whatever program wrote them, and no row is lost."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejian.answers import AnswersError, Row, open_answers

HEAD = "student,question,response\n"
NAMES = {"kejian": "responses", "schema": 1, "book": "b", "exported": "2024-01-01T00:00:00Z"}
ANSWER = {"question": "q1", "quiz": "z", "response": "B", "submitted": True, "hash": "0" * 12, "at": "2024"}


def read(*names: Path | str) -> list[Row]:
    with open_answers([str(name) for name in names]) as answers:
        return list(answers.rows())


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def refused(*names: Path | str) -> tuple[str, int]:
    """Id and line of the problem of a file that cannot be read."""
    with pytest.raises(AnswersError) as caught:
        read(*names)
    return caught.value.problem.id, caught.value.problem.place.line


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", None), ("utf-8-sig", None), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, told: str | None) -> None:
    """Chinese editions of Excel write GB18030, with and without asking; BOMs are no part of a name."""
    path = write(tmp_path, "a.csv", (HEAD + "张三,q1,数字治理\n").encode(encoding))
    with open_answers([str(path)]) as answers:
        assert ("student", "question", "response") == answers.columns
        assert ((path.as_posix(), told),) * (told is not None) == answers.recoded
        assert [{"student": "张三", "question": "q1", "response": "数字治理"}] == [
            row.values for row in answers.rows()
        ]


def test_a_file_in_no_known_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    """Nobody gets marks for characters that were guessed."""
    assert refused(write(tmp_path, "a.csv", HEAD.encode() + b"a,q1,B\nb,q1,\xff\xff\n")) == ("ROW01", 3)
    many = "a,q1,数字治理\n" * 20_000
    assert refused(write(tmp_path, "b.csv", (HEAD + many).encode() + b"\xff\xff")) == ("ROW01", 20_002)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_is_read(tmp_path: Path, delimiter: str) -> None:
    """European Excel writes semicolons, "Unicode text" has tabs."""
    text = HEAD.replace(",", delimiter) + delimiter.join(("a", "q1", "A"))
    assert ["A"] == [row.values["response"] for row in read(write(tmp_path, "a.csv", text))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # a quoted cell may have lines, commas and quotation marks; the next row has its own line number
        ('a,q1,"x,\ny ""z"""\nb,q1,B\n', [(2, None, 'x,\ny "z"'), (4, None, "B")]),
        ("a,q1,B\r\n\r\nb,q1,C\r\n", [(2, None, "B"), (4, None, "C")]),
        ("a,q1,B\n,,\nb,q1,C", [(2, None, "B"), (4, None, "C")]),
        # a row that is not right does not touch its neighbours
        ('a,q1,"B"x\nb,q1,C\n', [(2, "ROW04", None), (3, None, "C")]),
        ('a,q1,"B\nb,q1,C\n', [(2, "ROW04", None)]),
        ("a,q1,B,C\nb,q1,C\n", [(2, "ROW05", "B"), (3, None, "C")]),
        ("a,q1,B,,\nb,q1\n", [(2, None, "B"), (3, None, None)]),
    ],
)
def test_csv_rows(tmp_path: Path, rows: str, expected: list[tuple[int, str | None, str | None]]) -> None:
    """Each row has the line where it begins and, if it is not right, a problem."""
    found = read(write(tmp_path, "a.csv", HEAD + rows))
    assert expected == [
        (row.place.line, row.problem and row.problem.id, row.values.get("response")) for row in found
    ]


def test_what_fits_in_no_column_is_kept(tmp_path: Path) -> None:
    """The text of a broken row, the cells too many."""
    path = write(tmp_path, "a.csv", HEAD + 'a,q1,"B"x\nb,q1,C,D\n')
    assert ['a,q1,"B"x\n', ["D"]] == [row.rest for row in read(path)]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "", "ROW02"),
        ("a.csv", "student,response\na,B\n", "ROW02"),
        ("a.csv", 'student,"question,response\n', "ROW02"),
        ("a.csv", "question,response,response\nq1,B,C\n", "ROW03"),
        ("a.jsonl", '{"question": "q1"}\n', "ROW02"),
        ("a.xlsx", "", "ROW23"),
        ("a", HEAD, "ROW15"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, name: str, content: str, problem: str) -> None:
    """Before any row is graded."""
    assert (problem, 1) == refused(write(tmp_path, name, content))


def test_missing_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    """With the name that was typed."""
    assert ("ROW22", 1) == refused(tmp_path / "no.csv")
    assert ("ROW22", 1) == refused(tmp_path / "no")
    assert ("ROW22", 1) == refused(tmp_path / "no.xlsx")
    assert ("ROW16", 1) == refused("a\0.csv")
    assert ("ROW14", 1) == refused(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        '{"response": NaN}',
        '{"response": 1e999}',
        '{"response": ' + "9" * 5000 + "}",
        '{"response": ' + "[" * 100 + "]" * 100 + "}",
        '{"response": ' + "[" * 100_000,
    ],
)
def test_a_line_that_is_no_usable_json_is_kept_as_text(tmp_path: Path, line: str) -> None:
    """Whatever stands in it, the other lines are read."""
    good = '{"question": "q1", "response": "B"}'
    found = read(write(tmp_path, "a.jsonl", f"{good}\n{line}\n\n{good}\n"))
    assert [(1, None), (2, "ROW06"), (4, None)] == [
        (row.place.line, row.problem and row.problem.id) for row in found
    ]
    assert found[1].rest == line + "\n"


def test_columns_of_json_lines_are_those_of_all_lines(tmp_path: Path) -> None:
    """So that a table made of them has a place for everything."""
    path = write(tmp_path, "a.jsonl", '{"question":"q","response":"B"}\n{"response":"C","note":"n"}\n')
    with open_answers([str(path)]) as answers:
        assert ("question", "response", "note") == answers.columns


def test_readers_files_in_a_folder_are_the_students(tmp_path: Path) -> None:
    """The name of a file is the name of the student; what is no such file is a row with a problem."""
    (tmp_path / "class-1").mkdir()
    write(
        tmp_path,
        "class-1/张三.json",
        json.dumps({**NAMES, "answers": [ANSWER, {**ANSWER, "question": "q2"}]}),
    )
    write(tmp_path, "李四.json", json.dumps({**NAMES, "answers": []}))
    write(tmp_path, "newer.json", json.dumps({**NAMES, "schema": 2, "answers": [ANSWER]}))
    write(tmp_path, "other.json", "[1]")
    assert [
        ("class-1/张三", "q1", None),
        ("class-1/张三", "q2", None),
        ("newer", None, "ROW07"),
        ("other", None, "ROW07"),
    ] == [
        (row.values["student"], row.values.get("question"), row.problem and row.problem.id)
        for row in read(tmp_path)
    ]


def test_several_files_are_read_one_after_the_other(tmp_path: Path) -> None:
    """With the columns of all."""
    one = write(tmp_path, "a.csv", HEAD + "a,q1,B\n")
    two = write(tmp_path, "b.jsonl", '{"question":"q1","response":"C","class":1}\n')
    with open_answers([str(one), str(two)]) as answers:
        assert ("student", "question", "response", "class") == answers.columns
        rows = list(answers.rows())
    assert ["B", "C"] == [row.values["response"] for row in rows]
    assert rows[-1].position == answers.size


@pytest.mark.parametrize("text", [HEAD + "a,q1,B\n", '{"question":"q1","response":"B"}\n'])
def test_standard_input_is_csv_or_json_lines(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """By its first character."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert ["B"] == [row.values["response"] for row in read("-")]


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=8)] * 3).filter(any),
        min_size=1,
        max_size=6,
    )
)
def test_any_csv_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]]
) -> None:
    """Cells with any characters come back unchanged."""
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("student", "question", "response"))
        writer.writerows(cells)
    assert cells == [tuple(row.values.values()) for row in read(path)]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    """Rows are counted, and numbers stay numbers."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        arrow.table({"question": ["q1", "q2"], "response": ["B", None], "n": [1, 2]}), tmp_path / "a.parquet"
    )
    assert [(1, "B", 1), (2, None, 2)] == [
        (row.place.line, row.values["response"], row.values["n"]) for row in read(tmp_path / "a.parquet")
    ]
    assert ("ROW16", 1) == refused(write(tmp_path, "b.parquet", "PAR1"))


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an optional part."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert ("ROW18", 1) == refused(write(tmp_path, "a.parquet", b""))
