"""A YAML file as a tree of nodes that know their line and column; whatever is wrong becomes a `Problem`.

    bytes ── decode ──> text ── parse events ──> Text | Items | Fields

The tree is built from parser events, not from PyYAML's composer, which follows aliases (1 kB can become
gigabytes), recurses (deep nesting ends the process) and turns `NO` into False before anybody can object.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from kejian.model import Place, Problem

__all__ = [
    "At",
    "Fields",
    "Items",
    "Node",
    "Report",
    "ReportFullError",
    "Text",
    "is_file",
    "is_folder",
    "read_text",
    "read_yaml",
    "report_syntax",
    "short",
    "shown",
]

MAX_BYTES: Final = 8_000_000
MAX_DEPTH: Final = 20
MAX_PROBLEMS: Final = 1_000
"""Per file: whoever has more than that has one problem (the wrong file), and should not wait for the rest."""

# The C parser is ten times faster; wheels of PyYAML have it, a build from source may not.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NODES: Final = (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)

# C0 without tab and line ends, DEL, C1, line separators (editors disagree about the line number after them),
# surrogates, a BOM inside the text, the sign of an earlier wrong decoding, and non-characters.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd-\uffff]"
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# Blanks that look like spaces, and those that cannot be seen at all; in front of what begins a line.
_BLANKS: Final = "\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000"
_BLANK_FIRST: Final = re.compile(f"[{_BLANKS}]")
_STRANGE_INDENT: Final = re.compile(f" *([{_BLANKS}])[ {_BLANKS}]*(?:- +)?[^\\s:]+:(?:\\s|$)")
_ENTRY: Final = re.compile(r"\s*(?:- +)?[^\s:'\"#][^:]*:(?=\s|$)")
_SEPARATOR: Final = re.compile(r":(?:\s|$)")
_NEARLY_ENTRY: Final = re.compile(r"\s*(?:- +)?([A-Za-zＡ-Ｚａ-ｚ][\w-]*(?:[：:.．、)）=\s]|$))")
"""A name without the colon, or with another sign in its place."""
_NEARLY_ITEM: Final = re.compile(r"\s*(-(?=[A-Za-z])|[－—–−•·])\s*[A-Za-z][\w-]*\s*[:：]")
"""An item without the space, or with another sign in the place of the hyphen."""
_COMMENT: Final = re.compile(r"[ \t]+(#)")
_CUT_IN_BRACKETS: Final = re.compile(r"[\[{][^'\"\]}#]*[^'\"\]}#\s,:\[{][ \t]+(#)")
_TAB: Final = re.compile(r"^ *(\t)", re.MULTILINE)
_BINARY: Final = re.compile(rb"[\x00-\x06\x0e-\x1a]")
"""Bytes that stand in pictures, PDF and office files, and in no text."""
_BOMS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),  # before UTF-16, whose BOM it begins with
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# Part of libyaml's or PyYAML's message (problem or context) to our id; the first that fits wins.
_SYNTAX: Final = (
    ("mapping values are not allowed", "BANK25"),
    ("could not find expected ':'", "BANK26"),
    ("escape", "BANK33"),
    ("quoted scalar", "BANK27"),
    ("anchor", "BANK21"),
    ("alias", "BANK21"),
    ("tag", "BANK21"),
    ("tab character", "BANK20"),
    ("cannot start any token", "BANK29"),
    ("block scalar", "BANK29"),
    ("flow mapping", "BANK30"),
    ("flow sequence", "BANK30"),
)


class At(NamedTuple):
    """A position inside a file, both 1-based."""

    line: int = 1
    column: int = 1


class Text(NamedTuple):
    """A single value, as it is written."""

    value: str
    at: At
    plain: bool
    """Written without quotation marks, so other programs may take it for a number or a date."""
    comment: At | None = None
    """Where a comment stands behind it on the same line: of a text without quotation marks, perhaps its end."""
    absent: bool = False
    """There is not even a colon: `{quote: one, two}` has a name `two` without a value."""


class Items(NamedTuple):
    """A list."""

    nodes: tuple[Node, ...]
    at: At


class Fields(NamedTuple):
    """Names with values, in the order of the file."""

    entries: dict[str, tuple[Text, Node]]
    at: At


Node = Text | Items | Fields


class ReportFullError(Exception):
    """This file has so many problems that reading on helps nobody."""


class Report:
    """Collects the problems of one file."""

    def __init__(self, path: Path) -> None:
        self.file = shown(path)
        self.problems: list[Problem] = []

    def place(self, at: At) -> Place:
        return Place(self.file, at.line, at.column)

    def add(self, id: str, at: At = At(), subject: str = "", **values: object) -> None:  # noqa: B008  (immutable)
        """Note a problem; raises ReportFullError when there are too many."""
        words = tuple((name, short(str(value))) for name, value in values.items())
        self.problems.append(Problem(self.place(at), id, subject, words))
        if len(self.problems) >= MAX_PROBLEMS:
            self.problems.append(Problem(self.place(at), "BANK32", "", (("count", str(MAX_PROBLEMS)),)))
            raise ReportFullError


def read_yaml(path: Path, report: Report) -> Node | None:
    """The content of a file; None when it could not be read, for reasons that now stand in the report."""
    text = read_text(path, report)
    return _parse(text, report) if text is not None and _clean(text, report) else None


def read_text(path: Path, report: Report) -> str | None:
    """The text of a UTF-8 file; None when it could not be read, for reasons that now stand in the report."""
    data = _read_bytes(path, report)
    return None if data is None else _decode(data, report)


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have (too long, a NUL in it) is none."""
    return os.path.isfile(path)  # noqa: PTH113  pathlib raises, also where a parent folder may not be searched


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; likewise."""
    return os.path.isdir(path)  # noqa: PTH112


def shown(path: Path) -> str:
    """A path as the user would type it; names in another encoding (old zip files) stay printable."""
    return "".join(c if c.isprintable() else "?" for c in path.as_posix())


def short(text: str, length: int = 200) -> str:
    """Text on one line, printable (or the full-width space of a blank to fill in), cut to `length` characters."""
    if len(text) <= length and text.isprintable():
        return text.strip()
    clean = "".join(c if c.isprintable() or c == "\u3000" else " " for c in text[: length + 1]).strip()
    return clean if len(clean) <= length else clean[:length] + "…"


def _read_bytes(path: Path, report: Report) -> bytes | None:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # reading a pipe would wait for ever
            report.add("BANK02")
            return None
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        report.add(problem_of(error), reason=_reason(error))
        return None
    if len(data) > MAX_BYTES:
        report.add("BANK06", limit=MAX_BYTES // 1_000_000)
        return None
    return data


def problem_of(error: OSError | ValueError) -> str:
    """Id of the problem that an error of the file system means."""
    code = getattr(error, "errno", None)
    if code == errno.ELOOP:
        return "BANK04"
    return "BANK01" if code in (errno.ENOENT, errno.ENOTDIR, None) else "BANK03"


def _reason(error: OSError | ValueError) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)


def _decode(data: bytes, report: Report) -> str | None:
    """UTF-8 text with `\\n` line ends and without BOM; None when there is none."""
    suspected = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _utf16(data)
    if suspected:
        report.add("BANK07", encoding=suspected)
        return None
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        at, encoding = _at(good, len(good)), _suspect(data)
        if encoding:
            report.add("BANK07", at, encoding=encoding)
        else:
            report.add("BANK12", at)
        return None
    return text


def _clean(text: str, report: Report) -> bool:
    """Whether no forbidden character and no tab as indentation stands in the text (one report a line)."""
    if not (_FORBIDDEN.search(text) or _TAB.search(text)):
        return True
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _FORBIDDEN.search(line):
            report.add("BANK08", At(number, found.start() + 1), code=f"U+{ord(found[0]):04X}")
        if found := _TAB.match(line):
            report.add("BANK20", At(number, found.start(1) + 1))
    return False


def _utf16(data: bytes) -> str | None:
    """UTF-16 without BOM: the NUL of every ASCII character is on the same side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    few, many = sorted((even, odd))
    return "UTF-16" if many * 20 > len(data) and few * 5 < many else None


def _suspect(data: bytes) -> str:
    """The likeliest encoding of Chinese bytes that are not UTF-8; empty when they are no text at all."""
    if _BINARY.search(data):
        return ""
    for encoding, name in (("gb18030", "GBK"), ("big5", "Big5")):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return name
    return ""


def _at(text: str, offset: int) -> At:
    return At(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _parse(text: str, report: Report) -> Node | None:
    try:
        return _tree(text, report)
    except yaml.YAMLError as error:
        report_syntax(error, text, report)
        return None


def _tree(text: str, report: Report) -> Node | None:
    """The only document of the text; None when there is none, or something forbidden stands in it."""
    usable = True
    escapes, comments = "\\" in text, " #" in text or "\t#" in text
    open_nodes: list[tuple[list[Node], At]] = [([], At())]  # the first collects documents
    event: Any
    for event in yaml.parse(text, Loader=LOADER):
        kind = type(event)
        if kind is yaml.MappingEndEvent:
            nodes, start = open_nodes.pop()
            usable &= not [key for key in nodes[::2] if not _usable_key(key, report)]
            open_nodes[-1][0].append(Fields(_entries(nodes, report), start))
            continue
        if kind is yaml.SequenceEndEvent:
            nodes, start = open_nodes.pop()
            open_nodes[-1][0].append(Items(tuple(nodes), start))
            continue
        mark = event.start_mark
        at = At(mark.line + 1, mark.column + 1)
        if kind is yaml.AliasEvent or (kind in _NODES and (event.anchor or event.tag)):
            report.add("BANK21", at)
            usable = False
        if kind is yaml.ScalarEvent:
            if escapes and event.style == '"':
                _check_escapes(text, mark.index, event.end_mark.index, report)
            behind = _COMMENT.match(text, event.end_mark.index) if comments and not event.style else None
            comment = _at(text, behind.start(1)) if behind else None
            plain = not event.style
            absent = plain and not event.value and not _behind_colon(text, mark.index)
            open_nodes[-1][0].append(Text(event.value, at, plain, comment, absent))
        elif kind is yaml.AliasEvent:
            open_nodes[-1][0].append(Text("", at, False))
        elif kind in _NODES:
            open_nodes.append(([], at))
            if len(open_nodes) > MAX_DEPTH + 1:
                report.add("BANK23", at, limit=MAX_DEPTH)
                return None
        elif kind is yaml.DocumentStartEvent and open_nodes[0][0]:
            report.add("BANK22", at)
            return None
    documents = open_nodes[0][0]
    if not documents or (isinstance(documents[0], Text) and not documents[0].value):
        report.add("BANK05")
        return None
    return documents[0] if usable else None


def _behind_colon(text: str, offset: int) -> bool:
    return text[max(0, offset - 9) : offset].rstrip().endswith(":")


def _check_escapes(text: str, start: int, end: int, report: Report) -> None:
    r"""Only `"` and `\` may be escaped: "\times" would silently become a tab and "imes"."""
    for found in _ESCAPE.finditer(text, start, end):
        if found[1] not in '"\\\n':
            report.add("BANK33", _at(text, found.start()))
            return


def _usable_key(key: Node, report: Report) -> bool:
    if not isinstance(key, Text) or not key.value:
        report.add("BANK31", key.at)
    elif key.plain and _BLANK_FIRST.match(key.value):
        report.add("BANK36", key.at)
    elif key.plain and key.value == "<<":  # merge key: "as above", like an alias
        report.add("BANK21", key.at)
    else:
        return True
    return False


def _entries(nodes: list[Node], report: Report) -> dict[str, tuple[Text, Node]]:
    entries: dict[str, tuple[Text, Node]] = {}
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        if not isinstance(key, Text):
            continue
        if key.value in entries:
            report.add("BANK24", key.at, name=short(key.value, 40), line=entries[key.value][0].at.line)
        else:
            entries[key.value] = (key, value)
    return entries


def report_syntax(error: yaml.YAMLError, text: str, report: Report) -> None:
    """Put the parser's message into the words of our catalogue."""
    problem, context = getattr(error, "problem", None) or "", getattr(error, "context", None) or ""
    id = next((id for part, id in _SYNTAX if part in problem or part in context), "BANK28")
    mark = getattr(error, "problem_mark", None)
    # where it begins; the place where it fails can be many lines later
    if id in ("BANK21", "BANK26", "BANK27", "BANK30"):
        mark = getattr(error, "context_mark", None) or mark
    at = At(mark.line + 1, mark.column + 1) if mark else At()
    lines = text.split("\n")
    line = "".join(lines[at.line - 1 : at.line])
    if id == "BANK29" and line[at.column - 1 : at.column] == "\t":
        id = "BANK20"
    if id == "BANK30" and (cut := _CUT_IN_BRACKETS.match(line, at.column - 1)):
        id, at = "BANK34", At(at.line, cut.start(1) + 1)
    report.add(*_cause(lines, id, at))


def _cause(lines: list[str], id: str, at: At) -> tuple[str, At]:
    """The parser names a line that is right when the one before is not what it seems to be."""
    until = lines[: at.line]  # the parser may name the line behind the last
    numbers = [n for n, line in enumerate(until) if line.strip() and not line.lstrip().startswith("#")][::-1]
    for number in numbers[:2]:
        if found := _STRANGE_INDENT.match(lines[number]):
            return "BANK36", At(number + 1, found.start(1) + 1)
    entry = _ENTRY.match(until[-1]) if id == "BANK25" and until else None
    if entry is None or entry.end() != at.column or len(numbers) < 2:
        return id, at
    if found := _NEARLY_ITEM.match(lines[numbers[1]]):
        return "BANK35", At(numbers[1] + 1, found.start(1) + 1)
    first = None  # of the lines that the parser takes for one text
    for number in numbers[1:]:
        if separator := _SEPARATOR.search(lines[number]):
            if separator.end() < len(lines[number].rstrip()):  # a text that goes on
                return id, at
            break
        first = number
        if lines[number].lstrip().startswith("- "):
            break
    if first is not None and (found := _NEARLY_ENTRY.match(lines[first])):
        return "BANK26", At(first + 1, found.start(1) + 1)
    return id, at
