"""Whatever leaves the house without keys is searched for them: in every disguise, and without false alarms."""

from __future__ import annotations

import base64
import html
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from tests.paths import ROOT

from kejian.checks.check import Example, Finding
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.run import Rules, check_course
from kejian.cli import main
from kejian.pdf.typeset import typeset

EXPLANATION = "雪和霜同冰一样，都是固态的水。"
SAMPLE = "水凝固成冰会放热，冰熔化成水会吸热。"
LEAK = Rules(select=("LEAK",))


def found(folder: Path, *public: Path) -> list[Finding]:
    return check_course(Course(folder, public=public), LEAK)


def ids(folder: Path, *public: Path) -> set[tuple[str, str]]:
    """(check, question) of what is found."""
    return {(finding.problem.id, finding.question) for finding in found(folder, *public)}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The sound course with an exam site of one page."""
    write_example(Example(files={"_build/exam/index.html": "<h1>水的三种状态</h1>\n"}), tmp_path)
    return tmp_path


DISGUISES: list[Callable[[str], str]] = [
    str,
    lambda text: text.replace("，", ",\n  "),
    lambda text: text.replace("同", "<em class='x'>同</em>").replace("雪", "<strong>雪</strong>"),
    lambda text: json.dumps({"text": text}),
    lambda text: json.dumps(json.dumps({"text": text})),
    lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    lambda text: f'<p data-hint="{html.escape(text)}">',
    lambda text: f'<i data-x="{base64.b64encode(text.encode()).decode()}">',
    lambda text: "?text=" + quote(text),
    lambda text: text[:13],
    lambda text: "答：" + text[1:] + "完",
]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_an_explanation_is_found_in_every_disguise(course: Path, disguise: Callable[[str], str]) -> None:
    """Markup, line ends, escapes of JSON, HTML and addresses, Base64, a part of it."""
    path = course / "_build/exam/page.html"
    path.write_text(f"<p>第一题</p>\n<div>{disguise(EXPLANATION)}</div>\n", encoding="utf-8")
    assert {("LEAK01", "w-s1")} == ids(course)
    (finding,) = found(course)
    assert finding.problem.place.line in (1, 2)


def test_any_fourteen_letters_in_a_row_are_enough(course: Path) -> None:
    """From anywhere in a text of the key."""
    letters = SAMPLE.replace("，", "").replace("。", "")
    for start in range(len(letters) - 13):
        (course / "_build/exam/page.html").write_text(
            f"<p>{letters[start : start + 14]}</p>", encoding="utf-8"
        )
        assert {("LEAK01", "w-e1")} == ids(course)


def test_the_line_of_a_leak_is_told(course: Path) -> None:
    """So that the editor opens there."""
    (course / "_build/exam/page.html").write_text(f"<p>一</p>\n<p>二</p>\n{EXPLANATION}\n", encoding="utf-8")
    (finding,) = found(course)
    assert 3 == finding.problem.place.line
    assert EXPLANATION == dict(finding.problem.values)["text"]


@pytest.mark.parametrize(
    "text",
    [
        "水蒸气是气态的水。云和雾由细小的水滴组成，属于液态的水。",  # the page itself, quoted by the key
        "下列各项中，属于固态的水的是（　）。A 水蒸气 B 云和雾 C 雪和霜",
        "<li>水蒸气</li><li>云和雾</li><li>雪和霜</li>",
        "凝固 熔化 放热 吸热",  # phrases of a rubric that are too short to say anything
        '{"id": "w-s1", "response": "C"}',  # what a student ticked
        '{"id": "w-s1", "answer": "A"}',  # not the key
        '{"id": "other", "answer": "C"}',
        '<i data-x="aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxk">',
        "evidence-other-1",
    ],
)
def test_what_students_may_read_is_no_leak(course: Path, text: str) -> None:
    """Pages, questions, and whatever is not the key."""
    (course / "_build/exam/page.html").write_text(text, encoding="utf-8")
    assert found(course) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ('<form data-question-id="w-s1"><input data-answer="C">', "w-s1"),
        ('{"id":"w-m1","answer":["A","B"]}', "w-m1"),
        ('{"id":"w-m1","answer":"AB"}', "w-m1"),
        ('"{\\"id\\": \\"w-s1\\", \\"correct\\": \\"C\\"}"', "w-s1"),
        ("{'w-s1': {'answer': 'C'}}", "w-s1"),
        ("<form id=&quot;q-w-s1&quot;>{&quot;answer&quot;:&quot;C&quot;}", "w-s1"),
        ('<mark id="evidence-w-s1-1">', "w-s1"),
    ],
)
def test_right_letters_are_found(course: Path, text: str, question: str) -> None:
    """In attributes and in JSON beside the id of a question; a marked sentence of evidence is an answer too."""
    (course / "_build/exam/page.html").write_text(text, encoding="utf-8")
    assert {("LEAK02", question)} == ids(course)


def test_archives_are_opened(course: Path) -> None:
    """A site offers its notebooks as zip files, with the bank inside."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(course / "quizzes/water.key.yml", "quizzes/water.key.yml")
    with zipfile.ZipFile(course / "_build/exam/book.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert {("LEAK03", ""), ("LEAK01", "w-s1"), ("LEAK01", "w-m1"), ("LEAK01", "w-e1")} <= ids(course)
    assert "book.zip → inner.zip/quizzes/water.key.yml" in dict(found(course)[0].problem.values)["file"]


def test_damaged_files_are_passed_over(course: Path) -> None:
    """Never a traceback."""
    for name in ("a.zip", "b.pdf", "c.html", "d.ipynb", "e"):
        (course / "_build/exam" / name).write_bytes(b"\x00\xff\xfePK\x03\x04" + bytes(range(256)))
    assert found(course) == []


def test_pdfs_are_read_but_for_those_with_keys(course: Path) -> None:
    """A student's PDF is searched; the teacher's and the key sheet are meant to hold answers."""
    made = typeset(f"#set document(title: [水])\n#set page(width: 6cm)\n{SAMPLE}\n").pdf
    build = course / "_build"
    for folder in ("pdf", "papers"):
        (build / folder).mkdir()
    for name in ("pdf/water-teacher.pdf", "pdf/water-key.pdf", "papers/exam-A-key.pdf"):
        (build / name).write_bytes(made)
    assert found(course) == []
    for name in ("pdf/water-student.pdf", "papers/exam-A.pdf", "papers/exam-A-sheet.pdf"):
        (build / name).write_bytes(made)
        assert {("LEAK01", "w-e1")} == ids(course)
        (build / name).unlink()


def test_papers_lie_beside_their_keys_but_a_site_holds_none(course: Path) -> None:
    """The folder of papers is the teacher's; everything in the folder of a site is published."""
    papers = course / "_build/papers"
    papers.mkdir()
    for name in ("exam-A-key.pdf", "exam-A.json"):
        (papers / name).write_text(EXPLANATION, encoding="utf-8")
    assert found(course) == []
    (course / "_build/exam/exam-A.json").write_text(EXPLANATION, encoding="utf-8")
    assert {("LEAK01", "w-s1")} == ids(course)


def test_the_practice_edition_may_hold_keys(course: Path) -> None:
    """It is not looked at, unless somebody asks for it."""
    page = course / "_build/html/exercises.html"
    page.parent.mkdir(parents=True)
    page.write_text(EXPLANATION, encoding="utf-8")
    assert found(course) == []
    assert {("LEAK01", "w-s1")} == ids(course, page.parent)
    assert {("LEAK01", "w-s1")} == ids(course, page)


def test_english_keys_are_found(tmp_path: Path) -> None:
    """Though most of a site is English anyway."""
    why = {"A": "Steam is a gas, which nobody can see.", "B": "Clouds are made of tiny drops."}
    files = {"_build/exam/index.html": "<p>STEAM is a <b>gas</b>, which\nnobody can see</p>"}
    write_example(Example(key={"why": why}, files=files), tmp_path)
    assert {("LEAK01", "w-s1")} == ids(tmp_path)


def test_a_book_without_keys_has_nothing_to_leak(course: Path) -> None:
    """In a public copy nothing is found, and who asks for a search is told that none can be made."""
    (course / "quizzes/water.key.yml").unlink()
    assert found(course) == []
    result = CliRunner().invoke(main, ["check", str(course), "--leak", str(course)])
    assert 2 == result.exit_code
    assert "_toc.yml" in result.output


def test_the_command_looks_into_any_folder(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`--leak`, also when only a part of the bank is checked."""
    elsewhere = tmp_path_factory.mktemp("site") / "a.html"
    elsewhere.write_text(EXPLANATION, encoding="utf-8")
    paths = [str(course / "quizzes"), "--leak", str(elsewhere.parent), "--format", "json"]
    result = CliRunner().invoke(main, ["check", *paths])
    assert 1 == result.exit_code
    assert [("LEAK01", "w-s1")] == [(f["id"], f["question"]) for f in json.loads(result.stdout)]


def test_every_key_of_the_real_book_would_be_found(tmp_path: Path) -> None:
    """Each question alone: its explanation, and its model answer."""
    bank = Course(ROOT)
    for item in bank.items():
        assert item.key
        (tmp_path / f"{item.question.id}.html").write_text(f"<p>{item.key.explanation}</p>", encoding="utf-8")
        if item.key.model_answer:
            text = f"{item.question.id}-model.html"
            (tmp_path / text).write_text(item.key.model_answer, encoding="utf-8")
    leaked = {(Path(f.problem.place.file).stem, f.question) for f in found(ROOT, tmp_path)}
    assert {(path.stem, path.stem.removesuffix("-model")) for path in tmp_path.iterdir()} <= leaked
