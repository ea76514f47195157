"""Every text that people read exists in every language, with the same values in it."""

from __future__ import annotations

import json
import re
import socket
from string import Formatter

import pytest
from tests.paths import ROOT

from kejian.catalogue import AREAS, LANGUAGES, describe, language_of, reason_of, say, texts, worded
from kejian.model import Place, Problem
from kejian.terminal import CommandError

SOURCES = [
    *(ROOT / "src/kejian").rglob("*.py"),
    *(ROOT / "src/kejian").rglob("*.jinja"),
    *(ROOT / "src/kejian").rglob("*.typ"),
    *(ROOT / "web/src").rglob("*.ts"),
]
BY_PREFIX = (
    "scoring.",
    "essay.",
    "notebook.summary.",
    "type.",
    "verdict.",
    "instructions.",
    "mark.",
    "store.",
    "field.",
    "mutate.",
    "BANK",
    "FORM",
    "ITEM",
    "EVID",
    "BOOK",
    "SITE",
    "errno.",
    "LEAK",
    "LOCK",
    "SHEET",
    "part.",
    "check.config.",
    "check.error",
    "check.warning",
    "check.quote.",
    "check.example.",
    "check.phrase.",
    "check.sample.",
    "lock.part.",
    "pdf.edition.",
    "exam.title.",
    "KEY",
    "RUB",
    "ROW",
    "PDF",
    "charts.",
    "notebook.summary.",
)
"""Names that code puts together, e.g. `scoring.` + rule."""


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_texts(area: str, language: str) -> None:
    """No reader meets a missing text or a missing value."""
    default, other = texts(area, LANGUAGES[0]), texts(area, language)
    assert set(default) == set(other)
    assert {name: values(text) for name, text in default.items()} == {
        name: values(text) for name, text in other.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_files_are_sorted_and_complete(area: str, language: str) -> None:
    """Sorted files merge well; an empty text would be an empty place on the screen."""
    content = (ROOT / f"src/kejian/locale/{language}/{area}.json").read_text(encoding="utf-8")
    found = json.loads(content)
    assert sorted(found) == list(found)
    assert all(text.strip() for text in found.values())


def test_areas_share_no_name() -> None:
    """A name says one thing."""
    names = [name for area in AREAS for name in texts(area, LANGUAGES[0])]
    assert len(names) == len(set(names))


def test_no_text_is_left_over() -> None:
    """A text that no code names is deleted."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r"[\"'`]([a-zA-Z][\w.-]*)[\"'`]", code))
    unused = [
        n
        for a in AREAS
        if a not in ("theme", "click")
        for n in texts(a, LANGUAGES[0])
        if n not in named and not n.startswith(BY_PREFIX)
    ]
    assert unused == []


def test_no_chinese_stands_in_the_code_of_the_interface() -> None:
    """Words that readers see come from the catalogue; only comments and docstrings may quote them."""
    for path in (ROOT / "web/src").glob("*.ts"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            code = line.split("//")[0]
            assert not re.search(r"[\u4e00-\u9fff]", code), f"{path}:{number}"


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (
            FileNotFoundError(2, "No such file or directory"),
            "没有这个文件或文件夹",
            "there is no such file",
        ),
        (PermissionError(13, "Permission denied"), "没有权限", "no permission"),
        (OSError(28, "No space left on device"), "磁盘已满", "the disk is full"),
        (UnicodeDecodeError("utf-8", b"\xb5", 0, 1, "invalid"), "不是用 UTF-8 编码保存的", "it is not UTF-8"),
        (ValueError("embedded null byte"), "名字里有不能用的字符", "the name has characters"),
        (socket.gaierror(-2, "Name or service not known"), "不认识这个地址", "the address is unknown"),
        (OSError(9999, "Odd"), "Odd", "Odd"),
    ],
)
def test_reasons_of_the_system_are_in_words(error: Exception, zh: str, en: str) -> None:
    """No English inside a Chinese sentence; what has no words is told as it is."""
    for language, told in (("zh_CN", zh), ("en", en)):
        assert worded({"reason": reason_of(error)}, language)["reason"].startswith(told)
        command = CommandError("rubric.unreadable", path="a.txt", reason=error)
        assert told in command.tell(language)


def test_unknown_texts_and_missing_values_are_errors() -> None:
    """A slip in a name is found by the first test that runs the line."""
    with pytest.raises(KeyError):
        say("no.such.text")
    with pytest.raises(KeyError):
        say("points")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-Hans", "zh_CN"), ("en_US", "en"), ("EN", "en"), (None, "zh_CN"), ("de", "zh_CN")],
)
def test_language_tags(tag: str | None, language: str) -> None:
    """Any spelling of a tag finds a catalogue."""
    assert language == language_of(tag)


def test_a_problem_is_told_in_both_languages() -> None:
    """Subject, message, remedy."""
    problem = Problem(Place("q.yml"), "BANK04", "q")
    for language, start in zip(LANGUAGES, ("q：", "q: "), strict=True):
        message, remedy = describe(problem, language)
        assert message.startswith(start)
        assert remedy


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("ch01-s01.explanation", "ch01-s01，解析："),
        ("ch01-s01.evidence[2].quote", "ch01-s01，第 2 条依据，引文："),
        ("ch01-s01.why.B", "ch01-s01，选项 B 的理由："),
        (
            "ch01-e01.rubric.groups[1].points[2].any[3]",
            "ch01-e01，评分标准，第 1 组，第 2 个采分点，第 3 种说法：",
        ),
        ("ch01-e01.samples[2].points.risk", "ch01-e01，样例 2，采分点的预期结果，risk："),
        ("ch01-e01.points", "ch01-e01，分值："),
        ("questions[3].stm", "第 3 题，stm："),
    ],
)
def test_a_place_in_a_file_is_told_in_words(subject: str, words: str) -> None:
    """A teacher need not know the names of the fields."""
    assert describe(Problem(Place("q.yml"), "BANK04", subject))[0].startswith(words)
