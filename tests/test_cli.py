"""The command line as a person meets it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import copy_book
from tests.paths import ROOT

from kejian.book import free_port
from kejian.terminal import CommandError

KEJIAN = [sys.executable, "-m", "kejian"]


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KEJIAN, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [[], ["build"], ["serve"], ["grade"], ["rubric", "draft"], ["rubric", "test"], ["bench", "essays"]],
)
def test_help_is_chinese(command: list[str]) -> None:
    """`--help` explains every command and option."""
    result = run(*command, "--help")
    assert result.returncode == 0
    assert re.search(r"[\u4e00-\u9fff]", result.stdout)


def test_no_book_is_told_without_a_traceback(tmp_path: Path) -> None:
    """What is missing and what to do."""
    result = run("build", cwd=tmp_path)
    assert result.returncode == 1
    assert "_config.yml" in result.stderr
    assert "--book" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("_config.yml", "title: [", "_config.yml"),
        ("_config.yml", "titel: x\n", "_config.yml"),
        ("_toc.yml", "format: jb-book\n", "_toc.yml"),
        ("quizzes/chapter-01.yml", "schema: 1\n\tid: x\n", "chapter-01.yml:2"),
        ("quizzes/chapter-01.key.yml", "", "chapter-01.key.yml"),
    ],
)
def test_a_broken_file_is_told_without_a_traceback(
    tmp_path: Path, file: str, content: str, told: str
) -> None:
    """Whatever file of a book is broken, the message names it."""
    book = copy_book(tmp_path / "book")
    (book / file).write_text(content, encoding="utf-8")
    result = run("build", "--book", str(book))
    assert result.returncode == 1, result.stdout
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["grade", "a.csv"],
        ["key", "blind"],
        ["rubric", "draft", "ch01-e01"],
        ["rubric", "test"],
        ["pdf", "exam", "--quiz", "chapter-01"],
        ["bench", "essays", "a.csv"],
    ],
)
def test_another_folder_is_told(command: list[str], tmp_path: Path) -> None:
    """Where there is no bank, the first guess is that it is not the folder of the book."""
    result = run(*command, cwd=tmp_path)
    assert result.returncode == 2
    assert "请在书的文件夹里运行，或" in result.stderr
    assert "quizzes" in result.stderr


@pytest.mark.parametrize("command", [["build"], ["pdf"], ["notebook"]])
def test_a_folder_that_cannot_be_written_is_told_first(command: list[str], tmp_path: Path) -> None:
    """Before anything is built: the folder, the reason in words, the remedy."""
    (tmp_path / "file").touch()
    result = run(*command, "--output", str(tmp_path / "file/x"))
    assert result.returncode == 2
    assert f"写不了 {tmp_path}/file/x：路径里有一段是文件，不是文件夹。" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("command", [["build"], ["pdf"], ["notebook", "--check"]])
def test_ctrl_c_ends_quietly(command: list[str], tmp_path: Path) -> None:
    """One word and 130, whatever runs at the moment; the terminal sends the signal to all processes."""
    book = copy_book(tmp_path / "book")
    page = book / "chapters/01-1-background.md"
    wait = "import pathlib, time\npathlib.Path('../started').touch()\ntime.sleep(60)"
    page.write_text(page.read_text("utf-8").replace("import altair as alt", wait, 1), encoding="utf-8")
    process = subprocess.Popen(
        [*KEJIAN, *command, "--book", str(book), "--output", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None and not any(tmp_path.rglob("started")):
        if command[0] == "notebook" and any(tmp_path.rglob("*.ipynb")):
            break  # they run in a folder that nobody knows
        time.sleep(0.2)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (130, "\n已中断。\n") == (process.returncode, told)


def test_serve_watch_rebuilds_and_reloads(tmp_path: Path) -> None:
    """`kejian serve --watch` prints its address, serves the book, and serves the new text after a change."""
    book = copy_book(tmp_path / "book")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            [*KEJIAN, "serve", "--watch", "--port", str(port), "--book", str(book)],
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        assert "http-equiv" in _wait_for(url, "http-equiv")
        assert url in log.read_text(encoding="utf-8")
        page = book / "book/howto.md"
        page.write_text(page.read_text(encoding="utf-8") + "\n\n新加的一句话。\n", encoding="utf-8")
        served = _wait_for(url + "book/howto.html", "新加的一句话")
        assert "websocket-reload" in served
        _wait_for_text(log, "已更新。")
        page.write_bytes("# 第一章".encode("gbk"))
        _wait_for_text(log, "没有更新，原因见上。")
        told = log.read_text(encoding="utf-8")
        assert "howto.md:1:3" in told
        assert not re.search("watchfiles|INFO|Traceback", told)
        server.send_signal(signal.SIGINT)
        assert 130 == server.wait(timeout=30)
        assert log.read_text(encoding="utf-8").endswith("\n已中断。\n")
    finally:
        server.kill()
        server.wait(timeout=20)


def test_a_host_that_cannot_be_used_is_told() -> None:
    """The reason, not that a hundred ports are taken."""
    for host, reason in (("no.such.host.invalid", "errno.host"), ("203.0.113.7", "errno.EADDRNOTAVAIL")):
        with pytest.raises(CommandError) as caught:
            free_port(host, 8000)
        assert ("cli.serve.no-host", reason) == (caught.value.text, caught.value.values["reason"])


def _wait_for_text(log: Path, text: str, seconds: int = 90) -> None:
    deadline = time.monotonic() + seconds
    while text not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.3)


def _wait_for(url: str, text: str, seconds: int = 90) -> str:
    """The page at the address as soon as it holds the text."""
    deadline = time.monotonic() + seconds
    content = ""
    while time.monotonic() < deadline:
        with suppress(OSError):
            content = urllib.request.urlopen(url, timeout=5).read().decode("utf-8")
            if text in content:
                return content
        time.sleep(0.3)
    raise AssertionError(f"{url} never showed {text!r}: {content[:500]}")
