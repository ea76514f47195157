"""Answer files: CSV, JSON lines, Parquet, and the files that readers download, as rows that know their place.

    with open_answers(["answers.csv", "downloads/"]) as answers:
        answers.columns              # of all files together, in the order in which they appear
        for row in answers.rows():   # one after the other: a file may be larger than the memory
            row.place, row.values, row.problem

A file that cannot be read at all is an `AnswersError` before the first row. A row that cannot be read is a `Row`
with a problem, which holds the row as it was written: nothing is dropped.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal

from kejian.catalogue import reason_of
from kejian.model import Place, Problem
from kejian.yamlfile import short, shown

__all__ = [
    "STANDARD_INPUT",
    "Answers",
    "AnswersError",
    "Format",
    "Row",
    "format_of",
    "open_answers",
    "parquet_modules",
]

STANDARD_INPUT: Final = "-"
REQUIRED: Final = ("question", "response")
DELIMITERS: Final = ",;\t"
ENCODINGS: Final = ("utf-8", "gb18030")
"""GB18030 covers GBK and GB2312, in which Chinese editions of Excel write CSV."""
MAX_CHARS: Final = 16_000_000
"""Of a line, a cell or a reader's file; more is no answer, and would fill the memory."""
MAX_DEPTH: Final = 20
"""Of lists and objects in JSON; what is deeper cannot be written again."""
BLOCK: Final = 1 << 16
BATCH: Final = 256
WORKBOOKS: Final = (".xlsx", ".xls", ".xlsm", ".et", ".ods")
"""Of Excel, WPS and LibreOffice."""
RESPONSES_SCHEMA: Final = 1
"""Version of schemas/responses.schema.json."""

Format = Literal["csv", "jsonl", "parquet", "responses"]
"""`responses` is the file of one reader."""
SUFFIXES: Final[Mapping[str, Format]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".json": "responses",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of one student."""

    place: Place
    """File and line where it begins; rows of Parquet are counted instead of lines."""
    values: Mapping[str, object]
    """By column: texts, except what JSON and Parquet keep as something else."""
    position: int
    """Bytes of all files that are done with this row, for a progress bar."""
    problem: Problem | None = None
    """Why it cannot be used as it is."""
    rest: object = None
    """What of a row with a problem fits in no column: the text as it was written, or the cells too many."""
    content_hash: str | None = None
    """Of the question that the reader saw; only in readers' files."""


class AnswersError(Exception):
    """A file that cannot be read at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class _Source:
    """One file."""

    path: Path
    name: str
    """As people are told."""
    format: Format
    student: str = ""
    """Whose file it is (`responses` only)."""
    encoding: str = ENCODINGS[0]

    def place(self, line: int = 1) -> Place:
        return Place(self.name, line)

    def problem(self, id: str, line: int = 1, **values: object) -> Problem:
        words = tuple((name, short(str(value))) for name, value in values.items())
        return Problem(self.place(line), id, "", words)


@dataclass(frozen=True, slots=True)
class Answers:
    """All rows of some files."""

    columns: tuple[str, ...]
    size: int
    """Bytes of all files."""
    format: Format
    """Of the first file."""
    recoded: tuple[tuple[str, str], ...]
    """(file, encoding) of files that are not UTF-8."""
    schema: Any = None
    """The pyarrow.Schema when there is one file and it is Parquet."""
    _sources: tuple[_Source, ...] = field(default=(), repr=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read."""
        return tuple(source.path for source in self._sources)

    def rows(self) -> Iterator[Row]:
        """Every row, in the order of the files."""
        before = 0
        for source in self._sources:
            yield from _FORMATS[source.format].rows(source, before)
            before += source.path.stat().st_size


@contextmanager
def open_answers(names: Sequence[str]) -> Iterator[Answers]:
    """The rows of files and folders (of readers' files); `-` is the standard input. Raises AnswersError.

    Every file is looked through once before its rows are read, to learn its encoding and columns.
    """
    with tempfile.TemporaryDirectory() as spool:
        sources = [source for name in names for source in _sources(name, Path(spool))]
        columns: dict[str, None] = {}
        for source in sources:
            found = _FORMATS[source.format].columns(source)
            if source.format != "responses":
                _check_columns(source, found)
            columns |= dict.fromkeys(found)
        schema = None
        if len(sources) == 1 and sources[0].format == "parquet":
            schema = _parquet(sources[0]).schema_arrow
        yield Answers(
            tuple(columns),
            sum(source.path.stat().st_size for source in sources),
            sources[0].format,
            tuple((source.name, source.encoding) for source in sources if source.encoding != ENCODINGS[0]),
            schema,
            tuple(sources),
        )


def format_of(name: str) -> Format:
    """The format that the suffix of a file name stands for; KeyError for any other suffix."""
    return SUFFIXES[Path(name).suffix.lower()]


def parquet_modules() -> tuple[ModuleType, ModuleType]:
    """`pyarrow` and `pyarrow.parquet`, an optional part (40 MB) of the installation; raises ImportError."""
    import pyarrow
    import pyarrow.parquet

    return pyarrow, pyarrow.parquet


def _sources(name: str, spool: Path) -> Iterator[_Source]:
    """The files that a name stands for; standard input is copied to a file first, since it is read twice."""
    if name == STANDARD_INPUT:
        path = spool / "input"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        with path.open("rb") as copied:
            start = copied.read(BLOCK).lstrip(codecs.BOM_UTF8 + b" \t\r\n")
        yield _encoded(_Source(path, name, "jsonl" if start.startswith(b"{") else "csv"))
        return
    path, told = Path(name), shown(Path(name))
    if path.is_dir():
        files = sorted(path.rglob("*.json"), key=lambda file: file.with_suffix("").parts)
        if not files:
            raise AnswersError(_Source(path, told, "responses").problem("ROW14"))
        for file in files:
            student = file.relative_to(path).with_suffix("").as_posix()
            yield _Source(file, shown(file), "responses", student)
        return
    refused = _Source(path, told, "csv")
    try:
        path.open("rb").close()
        format = format_of(name)
    except KeyError:
        problem = "ROW23" if path.suffix.lower() in WORKBOOKS else "ROW15"
        raise AnswersError(refused.problem(problem, known=", ".join(SUFFIXES))) from None
    except FileNotFoundError as error:
        raise AnswersError(refused.problem("ROW22")) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise AnswersError(refused.problem("ROW16", reason=reason_of(error))) from error
    source = _Source(path, told, format, path.stem)
    yield source if format in ("parquet", "responses") else _encoded(source)


def _encoded(source: _Source) -> _Source:
    """The source with its encoding, by trying to decode all of it; raises AnswersError."""
    with source.path.open("rb") as file:
        start = file.read(2)
        encodings = ("utf-16",) if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ENCODINGS
        first_error: int | None = None
        for encoding in encodings:
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            lines = 1
            try:
                while block := file.read(BLOCK):
                    decoder.decode(block)
                    lines += block.count(b"\n")
                decoder.decode(b"", final=True)
            except UnicodeDecodeError as error:
                first_error = first_error or lines + error.object[: error.start].count(b"\n")
                continue
            return _Source(source.path, source.name, source.format, source.student, encoding)
    raise AnswersError(source.problem("ROW01", first_error or 1))


def _check_columns(source: _Source, columns: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        found = ", ".join(columns) or "-"
        raise AnswersError(source.problem("ROW02", missing=", ".join(missing), found=found))
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise AnswersError(source.problem("ROW03", name=twice[0]))


def _open_text(source: _Source) -> io.TextIOWrapper[io.BufferedReader]:
    encoding = "utf-8-sig" if source.encoding == "utf-8" else source.encoding
    return io.TextIOWrapper(source.path.open("rb"), encoding=encoding, newline="")


def _lines(file: io.TextIOWrapper[io.BufferedReader], source: _Source) -> Iterator[str]:
    number = 0
    while line := file.readline(MAX_CHARS):
        number += 1
        if len(line) == MAX_CHARS:
            raise AnswersError(source.problem("ROW17", number, limit=MAX_CHARS))
        yield line


def _csv_reader(lines: Iterator[str], delimiter: str) -> Any:
    csv.field_size_limit(MAX_CHARS)  # for the whole process; the default is too short for an answer
    # strict: a stray quotation mark is an error of its row, instead of swallowing all rows to the next one
    return csv.reader(lines, delimiter=delimiter, strict=True)


def _csv_header(line: str) -> tuple[str, list[str]]:
    """The delimiter, and the columns that it gives; a column without a name is called by its number."""
    found: list[str] = []
    cells: list[str]
    for delimiter in DELIMITERS:
        try:
            cells = next(_csv_reader(iter([line]), delimiter), [])
        except csv.Error:
            cells = []
        columns = [cell.strip() or f"column{number}" for number, cell in enumerate(cells, start=1)]
        if set(REQUIRED) <= set(columns):
            return delimiter, columns
        found = found or columns
    return DELIMITERS[0], found


def _csv_columns(source: _Source) -> Sequence[str]:
    with _open_text(source) as file:
        return _csv_header(next(_lines(file, source), ""))[1]


def _csv_rows(source: _Source, before: int) -> Iterator[Row]:
    with _open_text(source) as file:
        written: list[str] = []  # lines of the row that is being read

        def remember(lines: Iterator[str]) -> Iterator[str]:
            for line in lines:
                written.append(line)
                yield line

        lines = _lines(file, source)
        delimiter, columns = _csv_header(next(lines, ""))
        reader = _csv_reader(remember(lines), delimiter)
        while True:
            written.clear()
            line = reader.line_num + 2
            problem, rest = None, None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells, problem, rest = [], source.problem("ROW04", line), "".join(written)
            if not any(cells) and not problem:  # an empty line
                continue
            if any(cells[len(columns) :]):
                problem = source.problem("ROW05", line, count=len(cells), columns=len(columns))
                rest = cells[len(columns) :]
            values = dict(zip(columns, cells, strict=False))
            yield Row(source.place(line), values, before + file.buffer.tell(), problem, rest)


def _json_lines(source: _Source) -> Iterator[tuple[int, int, str, dict[str, object] | None]]:
    """(line, position in the file, text, object or None) of every line that is not empty."""
    with _open_text(source) as file:
        for number, line in enumerate(_lines(file, source), start=1):
            if line.strip():
                try:
                    value = _from_json(line)
                except ValueError:
                    value = None
                yield number, file.buffer.tell(), line, value if isinstance(value, dict) else None


def _json_columns(source: _Source) -> Sequence[str]:
    columns: dict[str, None] = {}
    for _, _, _, values in _json_lines(source):
        columns |= dict.fromkeys(values or ())
    return list(columns)


def _json_rows(source: _Source, before: int) -> Iterator[Row]:
    for number, position, text, values in _json_lines(source):
        if values is None:
            problem = source.problem("ROW06", number)
            yield Row(source.place(number), {}, before + position, problem, text)
        else:
            yield Row(source.place(number), values, before + position)


def _from_json(text: str) -> object:
    """The value; raises ValueError also for NaN, for numbers too large, and for lists in lists in lists …"""
    try:
        value: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError from None
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = [item for item in level if isinstance(item, dict | list)]
        level = [part for item in inner for part in (item.values() if isinstance(item, dict) else item)]
    return _refuse("") if level else value


def _refuse(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    return number if math.isfinite(number := float(text)) else _refuse(text)


def _responses(source: _Source) -> list[dict[str, object]] | None:
    """The answers in a reader's file; None when it is none."""
    try:
        with source.path.open(encoding="utf-8-sig") as file:
            text = file.read(MAX_CHARS + 1)
        data = _from_json(text) if len(text) <= MAX_CHARS else None
    except (OSError, ValueError):
        return None
    match data:
        case {"kejian": "responses", "schema": int(schema), "answers": list(answers)}:
            right = schema == RESPONSES_SCHEMA and all(isinstance(answer, dict) for answer in answers)
            return answers if right else None
    return None


def _responses_columns(source: _Source) -> Sequence[str]:
    columns = dict.fromkeys(("student", *REQUIRED))
    for answer in _responses(source) or ():
        columns |= dict.fromkeys(answer)
    return list(columns)


def _responses_rows(source: _Source, before: int) -> Iterator[Row]:
    position = before + source.path.stat().st_size
    answers = _responses(source)
    if answers is None:
        yield Row(source.place(), {"student": source.student}, position, source.problem("ROW07"))
    for answer in answers or ():
        seen = answer.get("hash")
        values = {"student": source.student} | answer
        content_hash = seen if isinstance(seen, str) else None
        yield Row(source.place(), values, position, content_hash=content_hash)


def _parquet(source: _Source) -> Any:
    try:
        _, parquet = parquet_modules()
    except ImportError as error:
        raise AnswersError(source.problem("ROW18")) from error
    try:
        return parquet.ParquetFile(source.path)
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise AnswersError(
            source.problem(
                "ROW16",
                reason=reason_of(error) if isinstance(error, OSError) and error.errno else "errno.parquet",
            )
        ) from error


def _parquet_columns(source: _Source) -> Sequence[str]:
    names: list[str] = _parquet(source).schema_arrow.names
    return names


def _parquet_rows(source: _Source, before: int) -> Iterator[Row]:
    file = _parquet(source)
    size, number = source.path.stat().st_size, 0
    for batch in file.iter_batches(batch_size=BATCH):
        for values in batch.to_pylist():
            number += 1
            position = before + size * number // file.metadata.num_rows
            yield Row(source.place(number), values, position)


@dataclass(frozen=True, slots=True)
class _Format:
    columns: Callable[[_Source], Sequence[str]]
    rows: Callable[[_Source, int], Iterator[Row]]
    """The number is that of the bytes of the files before."""


_FORMATS: Final[Mapping[Format, _Format]] = {
    "csv": _Format(_csv_columns, _csv_rows),
    "jsonl": _Format(_json_columns, _json_rows),
    "parquet": _Format(_parquet_columns, _parquet_rows),
    "responses": _Format(_responses_columns, _responses_rows),
}
