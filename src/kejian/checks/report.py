"""Findings for people (with the line quoted and a caret) and for programs; a new format is a function and a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import click

from kejian.catalogue import describe, say
from kejian.checks.check import Finding
from kejian.terminal import printable, width

__all__ = ["FORMATS", "text_of"]

COLOURS: Final = {"error": "red", "warning": "yellow"}


def text_of(findings: Sequence[Finding], language: str) -> str:
    """For a terminal: place and message, the line with a caret under the place, the remedy.

    Colours are in it; `click.echo` leaves them out where no terminal shows them.
    """
    return "\n\n".join(_tell(finding, language) for finding in findings)


def json_of(findings: Sequence[Finding], language: str) -> str:
    """A list of objects {id, severity, file, line, column, question, message, remedy}."""
    return json.dumps([_object(finding, language) for finding in findings], ensure_ascii=False, indent=2)


FORMATS: Final[Mapping[str, Callable[[Sequence[Finding], str], str]]] = {
    "text": text_of,
    "json": json_of,
}


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


def _tell(finding: Finding, language: str) -> str:
    problem = finding.problem
    message, remedy = describe(problem, language)
    colour = COLOURS[finding.severity]
    label = click.style(f"{say(f'check.{finding.severity}', language)} {problem.id}", fg=colour, bold=True)
    lines = [f"{click.style(str(problem.place), bold=True)}  {label}  {printable(message)}"]
    quoted = _line(problem.place.file, problem.place.line)
    if quoted.strip():
        number = str(problem.place.line)
        before = quoted[: problem.place.column - 1]
        lines.append(f"  {click.style(number + ' |', fg='blue')} {quoted}")
        lines.append(" " * (len(number) + 5) + " " * width(before) + click.style("^", fg=colour, bold=True))
    lines.append("  " + click.style(say("check.remedy", language), fg="green") + " " + printable(remedy))
    return "\n".join(lines)


def _line(file: str, number: int) -> str:
    lines = _lines(file)
    return printable(lines[number - 1]) if number <= len(lines) else ""


@cache
def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []
