"""The two editions of the real book."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import copy_book
from tests.paths import EXERCISES, ROOT

from kejian.book import build_book, check_book, free_port
from kejian.grading.text import normalise
from kejian.model import Bank
from kejian.terminal import BookError

TEXT = {".html", ".js", ".json", ".md", ".txt", ".ipynb", ".yml", ".css", ".svg", ".map", ".inv", ""}


def texts(site: Path) -> dict[str, str]:
    """Every readable file of a site: as it is, and as a reader sees it."""
    found = {}
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in TEXT:
            raw = path.read_text(encoding="utf-8", errors="ignore")
            found[path.relative_to(site).as_posix()] = raw + unescape(re.sub(r"<[^>]+>", "", raw))
    return found


def secrets(bank: Bank) -> dict[str, str]:
    """Everything that only a key says, in its own words; quotes of the chapter are no secret, that they prove is."""
    found = {}
    for quiz in bank.quizzes:
        for id, key in (quiz.keys or {}).items():
            texts = {"explanation": key.explanation, **key.why}
            texts |= {
                f"model{n}": line for n, line in enumerate((key.model_answer or "").split("\n")) if line
            }
            for name, text in texts.items():
                plain = re.sub(r"\{\w+\}`([^`]*)`|[*`]", r"\1", text)
                found |= {
                    f"{id}.{name}.{n}": part for n, part in enumerate(re.findall(r".{10,}?(?:。|$)", plain))
                }
    return found


def test_the_exam_edition_holds_no_key(exam_site: Path, bank: Bank) -> None:
    """No explanation, reason, model answer or evidence mark of any key, in any file of the site."""
    files = {name: normalise(text) for name, text in texts(exam_site).items()}
    chapters = normalise("\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "chapters").glob("*.md")))
    sought = {name: normalise(text) for name, text in secrets(bank).items()}
    sought = {name: text for name, text in sought.items() if text not in chapters}
    assert len(sought) > 150
    leaks = [
        (file, name) for file, text in files.items() for name, secret in sought.items() if secret in text
    ]
    assert leaks == []
    pages = [text for name, text in texts(exam_site).items() if name.endswith(".html")]
    assert not any(mark in text for text in pages for mark in ("evidence-ch01", "kejian-key", '"answer":'))
    assert not list(exam_site.rglob("*.yml"))


def test_the_search_would_find_a_leak(site: Path, bank: Bank) -> None:
    """The practice edition shows every key: the same search finds them all, so it can fail."""
    files = "\n".join(normalise(text) for name, text in texts(site).items() if name.endswith(".html"))
    missing = [name for name, text in secrets(bank).items() if normalise(text) not in files]
    assert missing == []


def test_plain_jupyter_book_builds_the_same_book(site: Path, tmp_path: Path) -> None:
    """`jupyter-book build .` needs nothing of ours but the extension."""
    book = copy_book(tmp_path / "book")
    stock = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*stock, "build", str(book), "-W", "--keep-going"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
    for name in (EXERCISES, "chapters/01-1-background.html", "index.html"):
        built = (book / "_build/html" / name).read_text(encoding="utf-8")
        assert (site / name).read_text(encoding="utf-8") == built, name


def test_every_quiz_of_the_bank_is_shown(site: Path, bank: Bank) -> None:
    """No question is forgotten on its way into the book."""
    pages = "\n".join(p.read_text(encoding="utf-8") for p in site.rglob("*.html"))
    shown = set(re.findall(r'data-question-id="([^"]+)"', pages))
    assert {q.id for quiz in bank.quizzes for q in quiz.questions} == shown


def test_the_chapter_exercises_keep_to_the_textbook(bank: Bank) -> None:
    """Ten single, five multiple, five essays, in order, worth 100 points."""
    quiz = bank.quiz("chapter-01")
    kinds = {"s": ("single", 10, 2), "m": ("multiple", 5, 4), "e": ("essay", 5, 12)}
    expected = [
        (f"ch01-{k}{n:02}", kind, p) for k, (kind, count, p) in kinds.items() for n in range(1, count + 1)
    ]
    assert expected == [(q.id, q.type, q.points) for q in quiz.questions]
    assert quiz.points == 100


def test_a_folder_without_a_book_is_named(tmp_path: Path) -> None:
    """The file that is missing, not a traceback."""
    with pytest.raises(BookError, match=r"_config\.yml"):
        build_book(tmp_path)


CONFIG = "sphinx:\n  extra_extensions: [kejian.sphinxext]\n"
CONTENTS = "format: jb-book\nroot: index\n"
GBK = "# 第一章\n".encode("gbk")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        # another folder
        ({"_config.yml": None}, ["_config.yml:1:1 SITE01"]),
        ({"_toc.yml": None}, ["_toc.yml:1:1 SITE01"]),
        # no settings
        ({"_config.yml": ""}, ["_config.yml:1:1 SITE02"]),
        ({"_config.yml": "- a"}, ["_config.yml:1:1 SITE02"]),
        ({"_toc.yml": "root：index"}, ["_toc.yml:1:1 SITE02"]),
        ({"_config.yml": "title: 书"}, ["_config.yml:1:1 SITE03"]),
        ({"_config.yml": "sphinx:\n  extra_extensions:\n"}, ["_config.yml:2:3 SITE03"]),
        # no contents
        ({"_toc.yml": "format: jb-book\n"}, ["_toc.yml:1:1 SITE04"]),
        ({"_toc.yml": CONTENTS + "chapters:\n- fil: x\n"}, ["_toc.yml:1:1 SITE05"]),
        ({"_toc.yml": "format: no\nroot: index\n"}, ["_toc.yml:1:1 SITE05"]),
        ({"_toc.yml": CONTENTS + "chapters:\n- file: a\n- file: a\n"}, ["_toc.yml:4:9 SITE07"]),
        ({"_toc.yml": "format: jb-book\nroot: nothing\n"}, ["_toc.yml:2:7 SITE06"]),
        # no YAML, no text: each file for itself
        ({"_toc.yml": CONTENTS + "chapters:\n\t- file: a\n"}, ["_toc.yml:4:1 BANK20"]),
        ({"_toc.yml": GBK, "_config.yml": GBK}, ["_config.yml:1:3 BANK07", "_toc.yml:1:3 BANK07"]),
        ({"index.md": GBK}, ["index.md:1:3 BANK07"]),
        ({"a.md": GBK, "index.md": GBK}, ["index.md:1:3 BANK07", "a.md:1:3 BANK07"]),
    ],
)
def test_what_is_no_book_is_told_file_by_file(
    tmp_path: Path, files: dict[str, str | bytes | None], told: list[str]
) -> None:
    """Every problem with its own file and line, before Sphinx starts."""
    contents = CONTENTS + "chapters:\n- file: a\n"
    sound = {"_config.yml": CONFIG, "_toc.yml": contents, "index.md": "# 书\n", "a.md": "# 甲\n"}
    for name, content in (sound | files).items():
        if content is not None:
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BookError) as caught:
        check_book(tmp_path)
    found = caught.value.problems
    assert told == [f"{str(p.place).removeprefix(f'{tmp_path}/')} {p.id}" for p in found]
    assert re.search(r"[\u4e00-\u9fff]", str(caught.value))


def test_a_page_that_is_not_there_needs_attention(tmp_path: Path) -> None:
    """The line of the contents; the other pages can be built."""
    files = {"_config.yml": CONFIG, "_toc.yml": CONTENTS + "chapters:\n- file: a-1\n- file: a\n"}
    for name, content in {**files, "index.md": "# 书\n", "a-1.md": "# 甲\n"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert [("SITE06", 5, 9)] == [(p.id, p.place.line, p.place.column) for p in check_book(tmp_path)]


def test_a_failed_cell_is_told_until_it_is_mended(tmp_path: Path) -> None:
    """Each build names it, `strict` fails each time; nothing is left beside the site."""
    book = copy_book(tmp_path / "book")
    (book / "_toc.yml").write_text("format: jb-book\nroot: book/howto\n", encoding="utf-8")
    config = (
        (book / "_config.yml")
        .read_text(encoding="utf-8")
        .replace("kejian_bank: quizzes", "kejian_bank: none")
    )
    (book / "_config.yml").write_text(config, encoding="utf-8")
    (book / "none").mkdir()
    head = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: P}\n---\n"
    cell = "# 页\n\n```{code-cell} ipython3\nopen('nothing.csv')\n```\n"
    (book / "book/howto.md").write_text(head + cell, encoding="utf-8")
    for _ in range(2):
        notices = build_book(book, tmp_path / "out/site").notices
        assert ["book/book/howto.md:8"] == [
            notice.place[-len("book/book/howto.md:8") :] for notice in notices
        ]
        assert "FileNotFoundError" in notices[0].text
        with pytest.raises(BookError):
            build_book(book, tmp_path / "out/site", strict=True)
    assert ["site"] == [path.name for path in (tmp_path / "out").iterdir()]


def test_search_text_holds_no_answers(site: Path, bank: Bank) -> None:
    """Searching for a word must not show the solution of an exercise."""
    script = (site / "_static/kejian-search-text.js").read_text(encoding="utf-8")
    pages = json.loads(script.split("=", 1)[1].strip().rstrip(";"))
    text = "\n".join(part["text"] for page in pages for part in page["parts"])
    quiz = bank.quiz("chapter-01")
    assert quiz.keys is not None
    assert all(key.explanation[:20] not in text for key in quiz.keys.values())


def test_a_busy_port_gives_way() -> None:
    """The next free port is taken."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) <= port + 99
