"""`kejian grade`: a file of answers becomes a file of grades, row by row.

    answers ── rows ──> chunks ──> grade (in other processes, if wanted) ──> rows with four more columns

Memory does not grow with the file, and the bytes that are written do not depend on the number of processes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from kejian.answers import STANDARD_INPUT, Answers, Row, format_of, parquet_modules
from kejian.bank import load_bank
from kejian.catalogue import LANGUAGES, describe
from kejian.grading import Result, Verdict, grade
from kejian.grading.result import HUNDREDTHS
from kejian.model import Key, Problem, Question
from kejian.terminal import CommandError
from kejian.variants import Entry, read_plan
from kejian.yamlfile import short

__all__ = ["COLUMNS", "FORMULA", "Summary", "grade_answers"]

COLUMNS: Final = ("score", "max_score", "verdict", "detail")
"""What is added to each row. A row without a mark has no score, which is not the same as 0."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet may run a cell that begins with one of these (owasp.org/www-community/attacks/CSV_Injection)."""
_NUMBER: Final = re.compile(r"\d{1,3}")
"""How a paper numbers its questions."""
CHUNK_ROWS: Final = 64
CHUNK_CHARS: Final = 500_000
AHEAD: Final = 3
"""Chunks per process that wait to be graded or written: enough to keep every process busy."""


@dataclass(slots=True)
class Summary:
    """What became of the rows."""

    rows: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class _Mark:
    """The four columns, and why there is no mark, if there is none."""

    score: float | None
    max_score: int | None
    verdict: str
    detail: Mapping[str, object]
    problem: Problem | None


def grade_answers(
    answers: Answers,
    bank: Path,
    output: str,
    *,
    variants: Sequence[Path] = (),
    workers: int = 1,
    language: str = LANGUAGES[0],
    progress: Callable[[int], object] = lambda size: None,
    report: Callable[[Problem], object] = lambda problem: None,
) -> Summary:
    """Write all rows, with `COLUMNS`, to `output`, whose suffix says the format (`-`: standard output).

    The file appears only when it is complete. `progress` is told how many bytes of `answers.size` were done
    since the last call, `report` every row that has no mark. Raises BankError, CommandError, and AnswersError
    for a line without end; then nothing was written.

    With the plans of printed papers (`variants`), rows may have the printed numbers and letters; the column
    `variant` says which paper a row is of, where there are several.
    """
    grader = _Grader(bank, language, tuple(variants))
    taken = [name for name in COLUMNS if name in answers.columns]
    if taken:
        raise CommandError("grade.taken", name=taken[0])
    summary, done = Summary(), 0
    with _writer(output, answers) as write:
        for row, mark in _marks(answers.rows(), grader, workers):
            added = (mark.score, mark.max_score, mark.verdict, mark.detail)
            write({**row.values, **dict(zip(COLUMNS, added, strict=True))})
            summary.rows += 1
            if mark.problem:
                summary.problems += 1
                report(mark.problem)
            progress(row.position - done)
            done = row.position
    return summary


class _Grader:
    """Rows to marks, by one bank."""

    def __init__(self, bank: Path, language: str, variants: tuple[Path, ...] = ()) -> None:
        self.bank = bank
        self.language = language
        self.variants = variants
        self.plans = {plan.variant: plan for plan in map(read_plan, variants)}
        self.questions: dict[str, tuple[Question, Key | None]] = {
            question.id: (question, (quiz.keys or {}).get(question.id))
            for quiz in load_bank(bank).quizzes
            for question in quiz.questions
        }

    def mark(self, row: Row) -> _Mark:
        """The mark of a row, whatever the row holds."""
        number = row.values.get("question")
        if self.plans and isinstance(number, int):  # JSON and Parquet know numbers
            row = replace(row, values={**row.values, "question": str(number)})
        for name in ("question", "response"):
            value = row.values.get(name)
            if row.problem or (isinstance(value, str) and (value.strip() or name == "response")):
                continue
            missing = value is None or value == ""
            return self._none(row, _problem(row, "ROW08" if missing else "ROW09", name=name))
        if row.problem:
            return self._none(row, row.problem)
        id, response = str(row.values["question"]).strip(), str(row.values["response"])
        printed = self._printed(row, id) if self.plans and row.content_hash is None else None
        if isinstance(printed, Problem):
            return self._none(row, printed)
        if printed:
            id, response = printed.id, printed.original(response)
        if id not in self.questions:
            number = _NUMBER.fullmatch(id) and not self.plans
            example = next(iter(self.questions), "ch01-s01")
            return self._none(
                row, _problem(row, "ROW24" if number else "ROW10", question=id, example=example)
            )
        question, key = self.questions[id]
        if row.content_hash not in (None, question.content_hash):
            return self._none(row, _problem(row, "ROW13", question=id), question.points)
        if printed and printed.content_hash != question.content_hash:
            problem = _problem(row, "ROW21", question=id, number=printed.number)
            return self._none(row, problem, question.points)
        result = grade(question, key, response)
        if result.verdict is Verdict.INVALID:
            letters = "".join(sorted(question.options))
            problem = _problem(row, "ROW11", response=short(response, 40), letters=letters, question=id)
            return self._none(row, problem, question.points)
        if result.verdict is Verdict.UNGRADED:
            problem = _problem(row, "ROW12", question=id)
            return self._none(row, problem, question.points, Verdict.UNGRADED)
        return _Mark(
            _points(result.score),
            question.points,
            result.verdict.value,
            _detail(result, printed),
            problem=None,
        )

    def _printed(self, row: Row, name: str) -> Entry | Problem:
        """The question that a row names by its printed number or id, on the paper of the row."""
        given = str(row.values.get("variant") or "").strip().upper()
        variant = given or (next(iter(self.plans)) if len(self.plans) == 1 else "")
        if variant not in self.plans:
            return _problem(row, "ROW19", variant=variant or "–", known="、".join(self.plans))
        entry = self.plans[variant].entry(name)
        return entry or _problem(row, "ROW20", question=name, variant=variant)

    def _none(
        self, row: Row, problem: Problem, points: int | None = None, verdict: Verdict = Verdict.INVALID
    ) -> _Mark:
        message, _ = describe(problem, self.language)
        detail: dict[str, object] = {"problem": problem.id, "message": message}
        if row.rest is not None:
            detail["rest"] = row.rest
        return _Mark(None, points, verdict.value, detail, problem)


def _problem(row: Row, id: str, **values: object) -> Problem:
    return Problem(row.place, id, "", tuple((name, short(str(value))) for name, value in values.items()))


def _points(hundredths: int) -> float:
    """Points as a number that is written without needless digits: 200 is 2, 267 is 2.67."""
    whole, rest = divmod(hundredths, HUNDREDTHS)
    return hundredths / HUNDREDTHS if rest else whole


def _detail(result: Result, printed: Entry | None = None) -> dict[str, object]:
    """How the mark came about: an essay's groups and points, or the letters of a choice.

    For a printed paper: in its letters, and with the id of the question.
    """
    fields = asdict(result)
    essay = fields.get("detail")
    detail = essay if essay else {name: fields[name] for name in ("right", "wrong", "missed")}
    if printed is None:
        return detail
    if not essay:
        detail = {name: printed.printed(letters) for name, letters in detail.items()}
    return {"question": printed.id, **detail}


def _marks(rows: Iterable[Row], grader: _Grader, workers: int) -> Iterator[tuple[Row, _Mark]]:
    """Each row with its mark, in the order of the rows."""
    if workers == 1:
        yield from ((row, grader.mark(row)) for row in rows)
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    work = partial(_mark_chunk, grader.bank, grader.language, grader.variants)
    # spawn: a process of its own on every platform, whatever threads this one has
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        waiting: deque[tuple[list[Row], Future[list[_Mark]]]] = deque()
        try:
            for chunk in _chunks(rows):
                waiting.append((chunk, pool.submit(work, chunk)))
                if len(waiting) >= workers * AHEAD:
                    done, marks = waiting.popleft()
                    yield from zip(done, marks.result(), strict=True)
            for done, marks in waiting:
                yield from zip(done, marks.result(), strict=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in portions that are worth sending to another process, and small enough to wait there."""
    chunk: list[Row] = []
    chars = 0
    for row in rows:
        chunk.append(row)
        chars += sum(len(value) for value in row.values.values() if isinstance(value, str))
        if len(chunk) >= CHUNK_ROWS or chars >= CHUNK_CHARS:
            yield chunk
            chunk, chars = [], 0
    if chunk:
        yield chunk


_grader_of_process = cache(_Grader)  # one bank per process


def _mark_chunk(bank: Path, language: str, variants: tuple[Path, ...], rows: list[Row]) -> list[_Mark]:
    grader = _grader_of_process(bank, language, variants)
    return [grader.mark(row) for row in rows]


Record = dict[str, object]


@contextmanager
def _writer(output: str, answers: Answers) -> Iterator[Callable[[Record], None]]:
    """What writes one record in the format of the output, which gets its name when all are written."""
    columns = [*answers.columns, *COLUMNS]
    if output == STANDARD_INPUT:
        if answers.format == "parquet":
            raise CommandError("grade.stdout")
        kind = _write_csv if answers.format == "csv" else _write_json
        with kind(sys.stdout.buffer, columns) as write:
            yield write
        return
    try:
        format = format_of(output)
    except KeyError:
        raise CommandError("grade.format", path=output) from None
    if format == "responses":
        raise CommandError("grade.format", path=output)
    target = Path(output)
    if target.resolve() in [file.resolve() for file in answers.files]:
        raise CommandError("grade.same", path=output)
    part = target.with_name(target.name + ".part")
    try:
        try:
            with part.open("wb") as file, _writer_of(format, file, columns, answers) as write:
                yield write
            part.replace(target)
        except OSError as error:
            raise CommandError("grade.unwritable", path=output, reason=error) from error
    finally:
        part.unlink(missing_ok=True)


def _writer_of(
    format: str, file: BinaryIO, columns: Sequence[str], answers: Answers
) -> AbstractContextManager[Callable[[Record], None]]:
    if format == "parquet":
        return _write_parquet(file, columns, answers.schema)
    if format == "csv":
        file.write("\ufeff".encode())  # without it Excel takes the file for the system's old encoding
        return _write_csv(file, columns)
    return _write_json(file, columns)


@contextmanager
def _text(file: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """The file for texts; a lone surrogate, which UTF-8 cannot hold, becomes `\\udXXX`, as JSON writes it."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    yield text
    text.flush()
    text.detach()


@contextmanager
def _write_csv(file: BinaryIO, columns: Sequence[str]) -> Iterator[Callable[[Record], None]]:
    """CSV as in RFC 4180; cells that a spreadsheet would run begin with an apostrophe."""
    with _text(file) as text:
        writer = csv.writer(text)
        writer.writerow([_harmless(name) for name in columns])
        yield lambda record: writer.writerow([_harmless(_cell(record.get(name))) for name in columns])


@contextmanager
def _write_json(file: BinaryIO, columns: Sequence[str]) -> Iterator[Callable[[Record], None]]:
    """JSON lines: texts and numbers as they were, `detail` as an object."""
    with _text(file) as text:
        yield lambda record: print(_json(record), file=text)


@contextmanager
def _write_parquet(file: BinaryIO, columns: Sequence[str], schema: Any) -> Iterator[Callable[[Record], None]]:
    """Parquet; the columns of a Parquet input keep their types, others are texts."""
    try:
        arrow, parquet = parquet_modules()
    except ImportError as error:
        raise CommandError("grade.no-parquet") from error
    added = dict(zip(COLUMNS, (arrow.float64(), arrow.int64(), arrow.string(), arrow.string()), strict=True))
    kept = {field.name: field.type for field in schema or ()}
    types = {name: added.get(name) or kept.get(name) or arrow.string() for name in columns}
    wanted = arrow.schema(list(types.items()))
    texts = {name for name, type in types.items() if type == arrow.string()}
    waiting: list[Record] = []

    def flush() -> None:
        writer.write_table(arrow.Table.from_pylist(waiting, wanted))
        waiting.clear()

    def write(record: Record) -> None:
        waiting.append(
            {
                name: _plain(_cell(value)) if name in texts and value is not None else value
                for name, value in record.items()
            }
        )
        if len(waiting) >= CHUNK_ROWS:
            flush()

    with parquet.ParquetWriter(file, wanted) as writer:
        yield write
        flush()


def _cell(value: object) -> str:
    """Text as it is, nothing as an empty text, all else as JSON."""
    return "" if value is None else value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    # str: dates and the like, which only Parquet has
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
