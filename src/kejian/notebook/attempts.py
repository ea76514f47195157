"""Answers on disk, beside the notebook: one SQLite file, safe with two notebooks open and a killed kernel.

    .kejian/attempts.sqlite
    └── attempts     mode, question, hash → quiz, response, submitted, at, appeal

Kept is the newest answer to each question, practice and exam apart; no name and nothing of the machine. The file is
made with the first answer, not before. A question whose content (and so its hash) has changed keeps the answer to
its old content beside the new one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from json import dumps, loads
from pathlib import Path
from typing import Any, Final, NotRequired, Protocol, TypedDict
from weakref import WeakSet, WeakValueDictionary

from kejian.catalogue import reason_of

__all__ = ["PLACE", "Attempts", "Saved"]

PLACE: Final = Path(".kejian", "attempts.sqlite")
"""Relative to the working directory, which is the folder of the notebook."""
VERSION: Final = 1
PATIENCE: Final = 5.0
"""Seconds to wait for another notebook that is writing."""
TABLE: Final = """\
CREATE TABLE IF NOT EXISTS attempts (
  mode TEXT NOT NULL, question TEXT NOT NULL, hash TEXT NOT NULL, quiz TEXT NOT NULL, response TEXT NOT NULL,
  submitted INTEGER NOT NULL, at TEXT NOT NULL, appeal TEXT, PRIMARY KEY (mode, question, hash)
) WITHOUT ROWID"""
PUT: Final = """\
INSERT INTO attempts VALUES (:mode, :question, :hash, :quiz, :response, :submitted, :at, :appeal)
ON CONFLICT DO UPDATE SET quiz = :quiz, response = :response, submitted = :submitted, at = :at, appeal = :appeal
WHERE :at >= at"""
"""An older answer, from a notebook that was slower, never replaces a newer one."""
GET: Final = """\
SELECT hash, quiz, response, submitted, at, appeal FROM attempts WHERE mode = :mode AND question = :question
ORDER BY hash = :hash DESC, at DESC LIMIT 1"""


class Saved(TypedDict):
    """What is known of one question; the same as in the browser (web/src/store.ts) and in downloaded answers."""

    response: str
    """Letters in order (`ACD`) or the text of an essay."""
    submitted: bool
    hash: str
    """Content hash of the question when it was answered."""
    quiz: str
    at: str
    """When it was last changed, ISO 8601 in UTC."""
    appeal: NotRequired[dict[str, int]]
    """The mark that the learner thinks wrong: `score`, `max_score` in hundredths of a point."""


class Reader(Protocol):
    """Who wants to hear what others write."""

    def take(self, changes: Mapping[str, Saved | None]) -> None:
        """Answers that changed; None was taken back."""


class Attempts:
    """The answers of one mode in one file; two quizzes of a kernel share one object and so agree at once."""

    problem: str = ""
    """Why nothing is kept at the moment (see `catalogue.worded`); empty when all is well."""

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self.mode = mode
        self.readers: WeakSet[Any] = WeakSet()
        self._unwritten: dict[str, Saved | None] = {}
        folder = next(parent for parent in path.parents if parent.exists())
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            self.problem = reason_of(PermissionError(errno.EACCES, ""))

    @classmethod
    def at(cls, path: Path, mode: str) -> Attempts:
        """The one object of this process for that file and mode."""
        name = (path.absolute(), mode)
        found = _OPEN.get(name)
        if found is None:
            found = _OPEN[name] = cls(*name)
        return found

    def read(self, hashes: Mapping[str, str]) -> dict[str, Saved]:
        """The newest answer to each of these questions (id to content hash), preferably to its present content."""
        found: dict[str, Saved] = {}

        def work(base: sqlite3.Connection) -> None:
            if not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchone():
                return  # a kernel was killed between making the file and filling it
            for question, hash in hashes.items():
                row = base.execute(GET, {"mode": self.mode, "question": question, "hash": hash}).fetchone()
                if row:
                    found[question] = _saved(row)

        if self.path.exists():
            self._try(work)
        unwritten = {name: saved for name, saved in self._unwritten.items() if name in hashes}
        return {name: saved for name, saved in {**found, **unwritten}.items() if saved}

    def write(self, changes: Mapping[str, Saved | None], writer: Reader | None = None) -> None:
        """Keep these answers (None: forget it) and tell them to everybody but the writer.

        What cannot be written now is written with the next change.
        """
        self._unwritten |= changes

        def work(base: sqlite3.Connection) -> None:
            base.execute(TABLE)
            base.execute(f"PRAGMA user_version = {VERSION}")
            for question, saved in self._unwritten.items():
                row = {"mode": self.mode, "question": question}
                if saved is None:
                    base.execute("DELETE FROM attempts WHERE mode = :mode AND question = :question", row)
                else:
                    appeal = dumps(saved["appeal"]) if "appeal" in saved else None
                    base.execute(PUT, {**saved, **row, "appeal": appeal})

        if self._try(work, create=True):
            self._unwritten.clear()
        for reader in list(self.readers):
            if reader is not writer:
                reader.take(changes)

    def _try(self, work: Callable[[sqlite3.Connection], None], create: bool = False) -> bool:
        """Whether the work is done; if not, `problem` says why."""
        try:
            if create and not self.path.parent.is_dir():
                self.path.parent.mkdir(parents=True)
                # answers are the learner's own: version control leaves the folder alone
                (self.path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            with _transaction(self.path, write=create) as base:
                work(base)
        except (sqlite3.Error, OSError, ValueError) as error:
            self.problem = "errno.database" if isinstance(error, sqlite3.Error) else reason_of(error)
            return False
        if create:
            self.problem = ""  # that reading works says nothing of writing
        return True


_OPEN: Final[WeakValueDictionary[tuple[Path, str], Attempts]] = WeakValueDictionary()


@contextmanager
def _transaction(path: Path, write: bool) -> Iterator[sqlite3.Connection]:
    """A connection for one piece of work: nothing stays open or locked between two answers.

    SQLite's own rollback journal undoes what a killed kernel left half done. (Its other way, WAL, needs memory that
    two machines with the same network folder do not share.)
    """
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as base:
        # from the first moment on no other may write, so nobody decides by what is about to change
        base.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        found = base.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise ValueError(f"{path.name}: version {found} > {VERSION}")
        yield base
        base.execute("COMMIT")


def _saved(row: tuple[Any, ...]) -> Saved:
    hash, quiz, response, submitted, at, appeal = row
    saved = Saved(response=response, submitted=bool(submitted), hash=hash, quiz=quiz, at=at)
    if appeal:
        saved["appeal"] = loads(appeal)
    return saved
