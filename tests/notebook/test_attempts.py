"""Answers on disk: found again by whoever comes later, whole after a crash, and never in the way."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from kejian.notebook.attempts import Attempts, Saved

WRITER = """\
import sys
import time
from pathlib import Path
from kejian.notebook.attempts import Attempts
attempts = Attempts(Path(sys.argv[1]), "practice")
number = 0
while True:
    at = f"2026-01-01T00:00:{number:09}Z"
    saved = {"response": str(number) * 200, "submitted": True, "hash": "h", "quiz": "q", "at": at}
    attempts.write({f"{sys.argv[2]}-{number % 5}": saved, f"{sys.argv[2]}-twin-{number % 5}": saved})
    print(number if not attempts.problem else attempts.problem, flush=True)
    number += 1
    time.sleep(0.02)  # SQLite knows no queue: who never pauses may keep the other out for longer than it waits
"""


def saved(response: str, at: int = 1, hash: str = "h") -> Saved:
    """An answer given at second `at`."""
    return Saved(response=response, submitted=True, hash=hash, quiz="q", at=f"2026-01-01T00:00:{at:02}.000Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a notebook's answers would be."""
    return tmp_path / ".kejian/attempts.sqlite"


def test_answers_are_found_again(path: Path) -> None:
    """By question, with all that was said of them; practice and exam apart; nothing is made before it is needed."""
    first = Attempts(path, "practice")
    assert first.read({"a": "h"}) == {}
    assert not path.parent.exists()
    with_appeal = saved("一二三")
    with_appeal["appeal"] = {"score": 150, "max_score": 200}
    first.write({"a": saved("AC"), "b": with_appeal})
    assert {"a": saved("AC"), "b": with_appeal} == Attempts(path, "practice").read(
        {"a": "h", "b": "h", "c": "h"}
    )
    assert Attempts(path, "exam").read({"a": "h"}) == {}
    first.write({"a": None})
    assert {"b"} == set(Attempts(path, "practice").read({"a": "h", "b": "h"}))
    assert "*\n" == (path.parent / ".gitignore").read_text(encoding="utf-8")


def test_a_question_that_changed_keeps_both_answers(path: Path) -> None:
    """The answer to the present content comes first; without one, the old one, which the browser calls outdated."""
    attempts = Attempts(path, "practice")
    attempts.write({"a": saved("A", at=1, hash="old")})
    assert {"a": saved("A", at=1, hash="old")} == attempts.read({"a": "new"})
    attempts.write({"a": saved("B", at=2, hash="new")})
    attempts.write({"a": saved("C", at=3, hash="old")})
    assert {"a": saved("B", at=2, hash="new")} == attempts.read({"a": "new"})
    assert {"a": saved("C", at=3, hash="old")} == attempts.read({"a": "old"})


def test_the_newer_answer_wins(path: Path) -> None:
    """A notebook that was slower does not undo what another has written since."""
    one, two = Attempts(path, "practice"), Attempts(path, "practice")
    one.write({"a": saved("A", at=9)})
    two.write({"a": saved("B", at=5)})
    assert {"a": saved("A", at=9)} == one.read({"a": "h"})


def test_copies_in_one_kernel_hear_of_each_other(path: Path) -> None:
    """Each reader is told what others wrote, and not what it wrote itself."""

    class Reader:
        def __init__(self) -> None:
            self.heard: list[object] = []

        def take(self, changes: Mapping[str, Saved | None]) -> None:
            self.heard.append(dict(changes))

    attempts = Attempts.at(path, "practice")
    assert attempts is Attempts.at(path, "practice")
    one, two = Reader(), Reader()
    attempts.readers.update((one, two))
    attempts.write({"a": saved("A")}, one)
    assert ([], [{"a": saved("A")}]) == (one.heard, two.heard)


def test_two_notebooks_write_while_one_is_killed(path: Path) -> None:
    """Whatever a killed kernel had said to be written is there, nothing is half written, the other goes on."""
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("one", "two")
    ]
    try:
        said = [[writer.stdout.readline().strip() for _ in range(12)] for writer in writers if writer.stdout]
        writers[0].send_signal(signal.SIGKILL)
        time.sleep(0.3)
    finally:
        for writer in writers:
            writer.kill()
    for lines, writer in zip(said, writers, strict=True):
        lines += writer.communicate()[0].split()
    assert [line for lines in said for line in lines if not line.isdigit()] == []
    with sqlite3.connect(path) as base:
        assert "ok" == base.execute("PRAGMA integrity_check").fetchone()[0]
    attempts = Attempts(path, "practice")
    for name, lines in zip(("one", "two"), said, strict=True):
        for number in range(5):
            found = attempts.read({f"{name}-{number}": "h", f"{name}-twin-{number}": "h"})
            assert 2 == len(found)
            assert found[f"{name}-{number}"]["response"] == found[f"{name}-twin-{number}"]["response"]
            last = max(n for n in map(int, lines) if n % 5 == number)
            assert found[f"{name}-{number}"]["at"] >= f"2026-01-01T00:00:{last:09}Z"


def test_a_busy_file_is_waited_for(path: Path) -> None:
    """While another notebook is writing, an answer waits; it is not lost and nobody is told of trouble."""
    attempts = Attempts(path, "practice")
    attempts.write({"a": saved("A")})
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sqlite3, sys, time; b = sqlite3.connect(sys.argv[1], isolation_level=None);"
            " b.execute('BEGIN IMMEDIATE'); print(flush=True); time.sleep(0.5); b.execute('COMMIT')",
            str(path),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    holder.stdout.readline()
    attempts.write({"a": saved("B", at=2)})
    holder.communicate()
    assert ("", saved("B", at=2)) == (attempts.problem, attempts.read({"a": "h"})["a"])


def _not_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("这不是数据库" * 200, encoding="utf-8")


def _a_file_in_the_way(path: Path) -> None:
    path.parent.write_text("", encoding="utf-8")


def _of_tomorrow(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
        base.execute("CREATE TABLE attempts (everything)")


@pytest.mark.parametrize("spoil", [_not_a_database, _a_file_in_the_way, _of_tomorrow])
def test_a_place_that_cannot_be_used_is_told_and_left_alone(path: Path, spoil: object) -> None:
    """Answers live as long as the kernel, `problem` says why, and what was there is not overwritten."""
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else path.parent.read_bytes()
    attempts = Attempts(path, "practice")
    attempts.read({"a": "h"})
    attempts.write({"a": saved("A")})
    assert attempts.problem
    assert {"a": saved("A")} == attempts.read({"a": "h"})
    assert before == (path.read_bytes() if path.is_file() else path.parent.read_bytes())


def test_what_could_not_be_written_is_written_later(path: Path) -> None:
    """When the trouble is over, nothing is missing."""
    _a_file_in_the_way(path)
    attempts = Attempts(path, "practice")
    attempts.write({"a": saved("A")})
    path.parent.unlink()
    attempts.write({"b": saved("B")})
    assert "" == attempts.problem
    assert {"a", "b"} == set(Attempts(path, "practice").read({"a": "h", "b": "h"}))


def test_a_file_that_a_killed_kernel_left_empty_is_no_trouble(path: Path) -> None:
    """SQLite makes the file before it fills it."""
    path.parent.mkdir()
    path.touch()
    attempts = Attempts(path, "practice")
    assert ({}, "") == (attempts.read({"a": "h"}), attempts.problem)
    attempts.write({"a": saved("A")})
    assert {"a"} == set(attempts.read({"a": "h"}))
