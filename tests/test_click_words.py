"""The command line speaks Chinese, also where click talks: usage, options, wrong calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kejian.catalogue import texts
from kejian.cli import main
from kejian.click_words import MODULES, speak

WRONG = [
    ["nosuch"],
    ["check", "--nosuch"],
    ["check", "--format"],
    ["check", "--format", "nosuch"],
    ["check", "--strict=yes"],
    ["check", "nosuch.yml"],
    ["build", "--book", "nosuch"],
    ["build", "nosuch"],
    ["grade"],
    ["serve", "--port", "70000"],
    ["pdf", "exam"],
    ["pdf", "exam", "--seed", "x"],
]
ENGLISH = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)+")
"""Words of English in a row: names of commands and files stand alone."""


def commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, (*path, name))


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_help_has_no_english_sentence(path: tuple[str, ...]) -> None:
    """What click adds to our texts is Chinese."""
    shown = CliRunner().invoke(main, [*path, "--help"], prog_name="kejian").output
    assert shown.startswith("用法：")
    assert not re.search(r"^(?:Usage|Options|Commands|Arguments)|\[default|\[required", shown, re.MULTILINE)
    assert "选项" in shown
    assert "Show this message" not in shown


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_call_is_told_in_chinese(arguments: list[str]) -> None:
    """What is wrong, and where to read how it is done; status 2."""
    result = CliRunner().invoke(main, arguments, prog_name="kejian")
    assert 2 == result.exit_code
    error = result.output.split("\n\n")[-1]
    assert error.startswith("错误：")
    assert [] == ENGLISH.findall(error)


def test_every_text_is_one_of_click() -> None:
    """A new version of click with other words is noticed here, not by a reader."""
    source = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in MODULES)
    joined = re.sub(r'"\s+"', "", source)
    missing = [
        text for text in texts("click", "en") if text.replace("\n", "\\n").replace("\t", "\\t") not in joined
    ]
    assert [] == missing


def test_english_is_there_too() -> None:
    """For who sets KEJIAN_LANGUAGE=en."""
    try:
        speak("en")
        assert "No such command 'nosuch'." in CliRunner().invoke(main, ["nosuch"]).output
    finally:
        speak("zh_CN")
