"""The files for CI call commands that exist: nobody runs them here, so a slip would show on a stranger's machine."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from tests.paths import ROOT

from kejian.cli import main

FILES = (".github/workflows/book.yml", "docs/gitlab-ci.yml", ".pre-commit-hooks.yaml")


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
    elif isinstance(node, str):
        yield node


def commands(name: str) -> list[list[str]]:
    """Every call of make or kejian in a file, as words."""
    found = []
    for text in strings(yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))):
        for line in re.split(r"\n|&&", text):
            words = shlex.split(line.split(">")[0])
            if words and re.fullmatch(r"make|(\.venv/bin/)?kejian", words[0]):
                found.append(words)
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_commands_of_ci_exist(name: str) -> None:
    """Targets of the Makefile, and options of kejian."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    called = commands(name)
    assert called
    for program, *arguments in called:
        if program == "make":
            assert [a for a in arguments if not re.search(rf"^{re.escape(a)}:", makefile, re.MULTILINE)] == []
        else:
            result = CliRunner().invoke(main, [*arguments, "--help"])
            assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", FILES[:2])
def test_what_is_published_was_built_without_a_warning(name: str) -> None:
    """The book is built once, strictly, before anything else reads it: a warning is told when a page is read."""
    called = commands(name)
    builds = [words for words in called if "build" in words or {"book", "serve"} & set(words)]
    assert builds == [[".venv/bin/kejian", "build", "--strict"]]
    assert called.index(builds[0]) < called.index(["make", "pdf"])


def test_hooks_run_for_the_files_that_a_check_reads() -> None:
    """A changed page or table can break a key."""
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    for name in (
        "chapters/01-overview.md",
        "quizzes/a.key.yml",
        "quizzes/keys.lock",
        "data/a.csv",
        "_toc.yml",
    ):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "src/kejian/cli.py")
