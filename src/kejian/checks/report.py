"""Findings for people (with the line quoted and a caret) and for programs; a new format is a function and a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

import click

from kejian import __version__
from kejian.catalogue import describe, say
from kejian.checks.check import Finding
from kejian.terminal import printable, width

__all__ = ["FORMATS", "text_of"]

SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_GITHUB_TEXT: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_GITHUB_VALUE: Final = _GITHUB_TEXT | str.maketrans({":": "%3A", ",": "%2C"})
LONGEST: Final = 240
"""Characters of a quoted line."""
COLOURS: Final = {"error": "red", "warning": "yellow"}


def text_of(findings: Sequence[Finding], language: str) -> str:
    """For a terminal: place and message, the line with a caret under the place, the remedy.

    Colours are in it; `click.echo` leaves them out where no terminal shows them.
    """
    lines = cache(_lines)  # each file is read once
    return "\n\n".join(_tell(finding, language, lines) for finding in findings)


def json_of(findings: Sequence[Finding], language: str) -> str:
    """A list of objects {id, severity, file, line, column, question, message, remedy}."""
    return json.dumps([_object(finding, language) for finding in findings], ensure_ascii=False, indent=2)


def github_of(findings: Sequence[Finding], language: str) -> str:
    """Workflow commands of GitHub Actions, which annotate the changed lines of a pull request.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    lines = []
    for finding in findings:
        problem, place = finding.problem, finding.problem.place
        message, remedy = describe(problem, language)
        told = f"{message}\n{say('check.remedy', language, remedy=remedy)}".translate(_GITHUB_TEXT)
        file, title = place.file.translate(_GITHUB_VALUE), problem.id.translate(_GITHUB_VALUE)
        position = f"file={file},line={place.line},col={place.column},title={title}"
        lines.append(f"::{finding.severity} {position}::{told}")
    return "\n".join(lines)


def sarif_of(findings: Sequence[Finding], language: str) -> str:
    """SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines."""
    rules = sorted({finding.problem.id for finding in findings})
    results = [
        {
            "ruleId": finding.problem.id,
            "ruleIndex": rules.index(finding.problem.id),
            "level": finding.severity,
            "message": {"text": "\n".join(describe(finding.problem, language))},
            "locations": [{"physicalLocation": _sarif_place(finding)}],
            "partialFingerprints": {"kejian/v1": _fingerprint(finding)},
        }
        for finding in findings
    ]
    driver = {"name": "kejian", "version": __version__, "rules": [_sarif_rule(id, language) for id in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def junit_of(findings: Sequence[Finding], language: str) -> str:
    """JUnit XML as GitLab and Jenkins read it: one test case per file, which fails by its findings."""
    suites = ElementTree.Element("testsuites", name="kejian check")
    suite = ElementTree.SubElement(suites, "testsuite", name="kejian check")
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.problem.place.file, []).append(finding)
    for file, found in by_file.items():
        for finding in found:
            problem = finding.problem
            message, remedy = describe(problem, language)
            name = f"{finding.question or file} {problem.id}"
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=name, file=file)
            case.set("line", str(problem.place.line))
            failure = ElementTree.SubElement(case, "failure", type=finding.severity, message=_xml(message))
            failure.text = _xml(f"{problem.place}\n{message}\n{remedy}")
    if not findings:
        ElementTree.SubElement(suite, "testcase", classname="kejian", name="check")
    for element in (suites, suite):
        element.set("tests", str(max(len(findings), 1)))
        element.set("failures", str(len(findings)))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=False)


FORMATS: Final[Mapping[str, Callable[[Sequence[Finding], str], str]]] = {
    "text": text_of,
    "json": json_of,
    "github": github_of,
    "sarif": sarif_of,
    "junit": junit_of,
}
"""Name, as `--format` takes it, to what makes the output."""


def _sarif_place(finding: Finding) -> dict[str, object]:
    place = finding.problem.place
    region = {"startLine": place.line, "startColumn": place.column}
    return {"artifactLocation": {"uri": quote(place.file)}, "region": region}


def _sarif_rule(id: str, language: str) -> dict[str, object]:
    """What is known of a rule without a finding; rules of the loader have no title and no reason of their own."""
    rule: dict[str, object] = {"id": id}
    for name, text in (("shortDescription", "title"), ("fullDescription", "reason")):
        with suppress(KeyError):
            rule[name] = {"text": say(f"{id}.{text}", language)}
    return rule


def _fingerprint(finding: Finding) -> str:
    """The same finding in another line is the same finding."""
    problem = finding.problem
    parts = (problem.id, problem.place.file, problem.subject, *map(str, problem.values))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or char.isprintable())


def _object(finding: Finding, language: str) -> dict[str, object]:
    problem = finding.problem
    message, remedy = describe(problem, language)
    place = problem.place
    return {
        "id": problem.id,
        "severity": finding.severity,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "question": finding.question,
        "message": message,
        "remedy": remedy,
    }


def _tell(finding: Finding, language: str, lines_of: Callable[[str], list[str]]) -> str:
    problem = finding.problem
    message, remedy = describe(problem, language)
    colour = COLOURS[finding.severity]
    label = click.style(f"{say(f'check.{finding.severity}', language)} {problem.id}", fg=colour, bold=True)
    lines = [f"{click.style(str(problem.place), bold=True)}  {label}  {printable(message)}"]
    quoted = _line(lines_of(problem.place.file), problem.place.line)
    if quoted.strip():
        number = str(problem.place.line)
        quoted, before = _around(quoted, problem.place.column)
        lines.append(f"  {click.style(number + ' |', fg='blue')} {quoted}")
        lines.append(" " * (len(number) + 5) + " " * width(before) + click.style("^", fg=colour, bold=True))
    lines.append("  " + click.style(say("check.remedy", language, remedy=printable(remedy)), fg="green"))
    return "\n".join(lines)


def _around(line: str, column: int) -> tuple[str, str]:
    """A line, or what of a long one stands around the column; and what of it stands before the column."""
    start = max(0, column - 1 - LONGEST // 2) if len(line) > LONGEST else 0
    end = start + LONGEST
    head, tail = "…" if start else "", "…" if end < len(line) else ""
    return head + line[start:end] + tail, head + line[start : column - 1]


def _line(lines: list[str], number: int) -> str:
    return printable(lines[number - 1]) if number <= len(lines) else ""


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):  # of what is no text, no line can be shown
        return []
