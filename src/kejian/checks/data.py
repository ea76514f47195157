"""Tables of data: every column is described, with its unit and its source.

The description is a data package (`datapackage.json`) beside the tables, as https://specs.frictionlessdata.io says.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from kejian.checks.check import Check, Example, Found
from kejian.checks.course import Course
from kejian.model import Place
from kejian.yamlfile import is_file, shown

__all__ = ["CHECKS"]

FOLDER: Final = "data"
PACKAGE: Final = "datapackage.json"


class _Table(NamedTuple):
    path: Path
    written: str
    """The path as the package has it."""
    fields: tuple[Mapping[str, Any], ...]
    """Descriptions of the columns."""
    package: Path
    text: str
    """Of the package."""

    def place(self, column: str = "") -> Place:
        """Where the package describes the table, or one of its columns."""
        start = _offset(self.text, "path", self.written, 0)
        return _place(self.package, self.text, _offset(self.text, "name", column, start) if column else start)


def _package(course: Course) -> tuple[Path, str, Mapping[str, Any] | None]:
    """The data package, its text and its content; None: it cannot be read."""
    path = course.root / FOLDER / PACKAGE
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError):
        return path, "", None
    return path, text, content if isinstance(content, dict) else None


def _tables(course: Course) -> Iterator[_Table]:
    package, text, content = _package(course)
    for resource in _list((content or {}).get("resources")):
        paths = resource.get("path")
        fields = tuple(_list(_map(resource.get("schema")).get("fields")))
        for path in paths if isinstance(paths, list) else [paths]:
            if isinstance(path, str) and "://" not in path:
                yield _Table(package.parent / path, path, fields, package, text)


def _table_missing(course: Course) -> Iterator[Found]:
    package, _, content = _package(course)
    if package.is_file() and content is None:
        yield Found(Place(shown(package)), {"file": PACKAGE})
    for table in _tables(course):
        if not is_file(table.path):
            yield Found(table.place(), {"file": table.path.name})


def _not_described(course: Course) -> Iterator[Found]:
    known = {table.path.resolve() for table in _tables(course) if is_file(table.path)}
    package, _, content = _package(course)
    if package.is_file() and content is None:
        return
    for path in sorted((course.root / FOLDER).rglob("*.csv")):
        if path.resolve() not in known:
            yield Found(Place(shown(path)), {"file": path.name})


def _other_columns(course: Course) -> Iterator[Found]:
    for table in _tables(course):
        written, described = _header(table.path), [str(field.get("name", "")) for field in table.fields]
        new = [name for name in written if name not in described]
        for name in new:
            values = {"column": name, "file": table.path.name, "other": PACKAGE}
            yield Found(_in_header(table.path, name), values)
        for name in described if written and not new else ():  # one that was renamed is told once
            if name not in written:
                yield Found(table.place(name), {"column": name, "file": PACKAGE, "other": table.path.name})


def _in_header(path: Path, column: str) -> Place:
    line = path.read_text(encoding="utf-8-sig", errors="replace").partition("\n")[0]
    return Place(shown(path), 1, max(line.find(column), 0) + 1)


def _no_unit(course: Course) -> Iterator[Found]:
    for table in _tables(course):
        for field in table.fields:
            unit = field.get("unit")
            # a text or a mere count has none, but that is said: `"unit": ""`
            if unit is None or (not str(unit).strip() and field.get("type") == "number"):
                yield _field(table, field)


def _no_source(course: Course) -> Iterator[Found]:
    for table in _tables(course):
        for field in table.fields:
            if not str(field.get("source") or "").strip():
                yield _field(table, field)


def _field(table: _Table, field: Mapping[str, Any]) -> Found:
    name = str(field.get("name", ""))
    return Found(table.place(name), {"column": field.get("title") or name, "file": table.path.name})


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, ValueError, csv.Error):
        return []


def _offset(text: str, name: str, value: str, start: int) -> int:
    """Where `"name": "value"` stands in JSON, from `start` on; `start` when it is written otherwise."""
    quoted = json.dumps(value, ensure_ascii=False)
    for space in (" ", ""):
        found = text.find(f'"{name}":{space}{quoted}', start)
        if found >= 0:
            return found
    return start


def _place(path: Path, text: str, offset: int) -> Place:
    return Place(shown(path), text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _list(value: object) -> list[Mapping[str, Any]]:
    return [_map(item) for item in value] if isinstance(value, list) else []


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _example(table: str = "year,area\n2024,5.2\n", path: str = "ice.csv", **changes: str) -> Example:
    """A package whose second column differs in what is given; `-`: it is not there."""
    year = {"name": "year", "title": "年份", "type": "integer", "unit": "年", "source": "水文站"}
    area = {"name": "area", "title": "冰面面积", "type": "number", "unit": "万平方公里", "source": "水文站"}
    area = {name: value for name, value in (area | changes).items() if value != "-"}
    fields = ",\n".join(f"    {json.dumps(field, ensure_ascii=False)}" for field in (year, area))
    resource = f'  {{"name": "ice", "path": "{path}", "schema": {{"fields": [\n{fields}\n  ]}}}}'
    text = f'{{"name": "water", "resources": [\n{resource}\n]}}\n'
    return Example(files={"data/ice.csv": table, "data/datapackage.json": text})


_SNOW: Final = Example(files={**_example().files, "data/snow.csv": "year,depth\n2024,0.3\n"})

CHECKS: Final = (
    Check("BOOK21", "error", "book", _table_missing, bad=_example(path="ice-2.csv"), good=_example()),
    Check("BOOK22", "warning", "book", _not_described, bad=_SNOW, good=_example()),
    Check("BOOK23", "error", "book", _other_columns, bad=_example("year,size\n2024,5.2\n"), good=_example()),
    Check("BOOK24", "warning", "book", _no_unit, bad=_example(unit="-"), good=_example()),
    Check("BOOK25", "warning", "book", _no_source, bad=_example(source=""), good=_example()),
)
