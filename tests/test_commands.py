"""The commands of the README exist and work."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.paths import ROOT

from kejian.cli import main

READMES = ("README.md", "README.zh-CN.md")
GUIDES = (*READMES, "CONTRIBUTING.md", "book/teachers.md")


def commands(name: str) -> list[list[str]]:
    """Every call of kejian in a file, as words; `$` and the like never stand before it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = [
        line
        for block in re.findall(r"^```(?:sh|text)\n(.*?)^```", text, re.M | re.S)
        for line in block.split("\n")
    ]
    spans = re.findall(r"`([^`\n]+)`", text)
    calls = [part.strip() for line in (*blocks, *spans) for part in line.split("&&")]
    return [shlex.split(call)[1:] for call in calls if call.startswith("kejian ")]


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_in_the_guides_exists(name: str) -> None:
    """As it is typed once the environment is active, which the guide says, too."""
    assert ". .venv/bin/activate`" in (ROOT / name).read_text(encoding="utf-8")
    assert commands(name)
    for words in commands(name):
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, result.output


def test_both_readmes_tell_the_same() -> None:
    """Commands (whatever the names of files and people in them), links and pictures, code and headings."""
    told = []
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        options = [[word for word in words if re.match(r"-|[a-z]+$", word)] for words in commands(name)]
        links = {
            link
            for link in re.findall(r"\]\(([^)#]+)\)", text)
            if "README" not in link and "checks" not in link
        }
        code = re.findall(r"^```+(?:yaml|markdown)\n.*?^```", text, re.M | re.S)
        told.append((sorted(options), links, code, re.findall(r"^#+ ", text, re.M), text.count("\n| ")))
    assert told[0] == told[1]


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_in_the_readme_exists(name: str) -> None:
    """Nobody types a command that is not there."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8")))
    assert {"serve", "test"} <= named <= targets


@pytest.mark.parametrize("name", READMES)
def test_every_file_that_the_readme_links_exists(name: str) -> None:
    """Links and pictures."""
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")
def test_make_serve_prints_an_address_that_answers(tmp_path: Path) -> None:
    """The first of the two commands: type it, open what it prints, see the cover."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")
    }
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            ["make", "serve", f"PORT={port}"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 180
        found = None
        while found is None and time.monotonic() < deadline and server.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text(encoding="utf-8"))
            time.sleep(0.3)
        assert found, log.read_text(encoding="utf-8")
        page = ""
        while "数字治理" not in page and time.monotonic() < deadline:
            with suppress(OSError):
                page = urllib.request.urlopen(found[0] + "book/index.html", timeout=5).read().decode("utf-8")
        assert "<h1>数字治理" in page
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
