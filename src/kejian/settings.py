"""YAML that is not ours alone: _config.yml, _toc.yml, options of directives. All that YAML allows is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from kejian.yamlfile import LOADER, Report, read_text, report_syntax

__all__ = ["load_settings", "read_settings"]

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 100_000
"""With what aliases stand for written out."""


def read_settings(path: Path, report: Report) -> Any:
    """The content of a file; None when it could not be read, for reasons that now stand in the report."""
    text = read_text(path, report)
    if text is None:
        return None
    try:
        content = load_settings(text)
    except yaml.YAMLError as error:
        report_syntax(error, text, report)
        return None
    if content is None:
        report.add("BANK05")
    return content


def load_settings(text: str) -> Any:
    """The content of a text; whatever is wrong with it is a yaml.YAMLError.

    So are 30 February, nesting that would end the process, and aliases that stand for themselves or for gigabytes.
    """
    try:
        depth = 0
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise yaml.YAMLError("too deep")
        content = yaml.load(text, Loader=LOADER)
        if _size(content, {}) > MAX_VALUES:
            raise yaml.YAMLError("too many aliases")
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(str(error)) from error
    return content


def _size(value: Any, known: dict[int, int]) -> int:
    """How many values there are, each alias counted; RecursionError when one stands for itself."""
    if not isinstance(value, dict | list | tuple | set):
        return 1
    if id(value) not in known:
        parts = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(value)]
