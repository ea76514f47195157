"""`Quiz` in Python: traits, grading, sources, and what it gives to a notebook. test_lab.py has the browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
import traitlets
from IPython.core.interactiveshell import InteractiveShell
from tests.paths import ROOT

from kejian import Quiz
from kejian.bank import BankError, load_quiz
from kejian.grading import grade
from kejian.model import Bank
from kejian.notebook import QuizError
from kejian.notebook.render import inline_html
from kejian.palette import PALETTE

CHAPTER = ROOT / "quizzes/chapter-01.yml"
PLAIN: dict[str, Any] = {
    "id": "q1",
    "type": "single",
    "points": 2,
    "stem": "一加一等于几？",
    "options": {"A": "1", "B": "2"},
    "answer": "B",
    "explanation": "数一数。",
    "why": {"A": "少了一个。"},
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the notebook."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_marks_are_those_of_the_book(bank: Bank) -> None:
    """Every question, right, wrong and partly right: the result of `kejian.grading`, and the sum of the scores."""
    source = bank.quiz("chapter-01")
    assert source.keys
    for response in ("A", "B", "AC", "数字治理以人民为中心，依靠多元主体共同治理。"):
        quiz = Quiz(CHAPTER, persist=False)
        quiz.responses = {q.id: response for q in source.questions}
        assert ({}, 0.0, False) == (quiz.results, quiz.score, quiz.submitted)
        quiz.submit()
        expected = {q.id: grade(q, source.keys[q.id], response) for q in source.questions}
        assert expected == quiz.results
        assert sum(result.score for result in expected.values()) / 100 == quiz.score
        assert quiz.submitted
    assert float(source.points) == quiz.max_score


def test_traits_can_be_observed_and_linked() -> None:
    """Other widgets follow the score, as with every ipywidget."""
    quiz = Quiz(CHAPTER, select="ch01-s0[12]", persist=False)
    box = ipywidgets.FloatText()
    ipywidgets.dlink((quiz, "score"), (box, "value"))
    seen: list[Any] = []
    quiz.observe(lambda change: seen.append((change["name"], change["new"])), ["score", "submitted"])
    quiz.responses = {"ch01-s01": "B", "ch01-s02": "A"}
    quiz.submit()
    assert 2.0 == box.value
    assert [("score", 2.0), ("submitted", True)] == sorted(seen)
    with pytest.raises(traitlets.TraitError):
        quiz.score = 100.0
    quiz.reset()
    assert (0.0, False, {}) == (box.value, quiz.submitted, quiz.responses)


@pytest.mark.parametrize(
    "responses",
    [{"nothing": "A"}, {"ch01-s01": 3}, {"ch01-s01": {"response": "A"}}, {"ch01-s01": ["A"]}],
)
def test_responses_that_mean_nothing_are_refused(responses: dict[str, object]) -> None:
    """A message names the question; the answers stay as they were."""
    quiz = Quiz(CHAPTER, persist=False)
    with pytest.raises(traitlets.TraitError, match=next(iter(responses))):
        quiz.responses = responses
    assert {} == quiz.responses


def test_a_table_of_everything() -> None:
    """A row for each question; what was not submitted has no verdict, which is not a wrong one."""
    quiz = Quiz(CHAPTER, select="ch01-s0[123]", persist=False)
    quiz.responses = {"ch01-s01": "B", "ch01-s02": "A"}
    quiz.submit()
    frame = quiz.to_frame()
    assert ["question", "response", "verdict", "score", "max"] == list(frame.columns)
    assert [("ch01-s01", "B", "correct", 2.0, 2.0), ("ch01-s02", "A", "wrong", 0.0, 2.0)] == [
        tuple(row) for row in frame.head(2).itertuples(index=False)
    ]
    assert [True, True] == frame.iloc[2][["verdict", "score"]].isna().tolist()


def test_a_chart_by_objective() -> None:
    """Earned, lost and open points of each objective, in the book's colours, told in words, without a network."""
    quiz = Quiz(CHAPTER, select="ch01-s0[124]", persist=False)
    quiz.responses = {"ch01-s01": "B", "ch01-s02": "A"}
    quiz.submit()
    chart = quiz.summary()
    spec = chart.to_dict()
    assert "学习目标 1：2 / 4 分" in spec["description"]
    assert set(spec["encoding"]["color"]["scale"]["range"]) < set(PALETTE)
    rows = next(iter(spec["datasets"].values()))
    assert 6.0 == sum(row["points"] for row in rows)
    shown = chart._repr_mimebundle_()
    assert {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"} == set(shown)
    assert shown["image/svg+xml"].startswith("<svg")


def test_answers_are_there_for_the_next_quiz(folder: Path) -> None:
    """A copy of the cell, another kernel: same answers, same marks; `persist=False` neither reads nor writes."""
    quiz = Quiz(CHAPTER)
    copy = Quiz(CHAPTER, select="ch01-s*")
    assert not (folder / ".kejian").exists()
    quiz.responses = {"ch01-s01": "B", "ch01-m01": "AB"}
    quiz.submit()
    assert {"ch01-s01"} == set(copy.responses)
    assert 2.0 == copy.score
    assert (folder / ".kejian/attempts.sqlite") == quiz.attempts_path
    code = "import kejian, sys; print(kejian.Quiz(sys.argv[1]).score)"
    command = [sys.executable, "-c", code, str(CHAPTER)]
    other = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    assert f"{quiz.score}\n" == other.stdout
    assert {} == Quiz(CHAPTER, persist=False).responses
    assert Quiz(CHAPTER, persist=False).attempts_path is None
    assert {} == Quiz(CHAPTER, mode="exam").responses
    copy.reset()
    assert {"ch01-m01"} == set(quiz.responses)


def test_it_says_where_answers_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the output and as text; where nothing can be kept, it says so and works."""
    assert ".kejian/attempts.sqlite" in repr(Quiz(CHAPTER))
    assert "persist=False" in repr(Quiz(CHAPTER, persist=False))
    (folder / "other").mkdir()
    (folder / "other/.kejian").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder / "other")
    quiz = Quiz(CHAPTER)
    assert "没有保存" in quiz._unkept
    quiz.responses = {"ch01-s01": "B"}
    quiz.submit()
    assert 2.0 == quiz.score
    assert "没有保存" in repr(quiz)


def test_a_changed_question_is_not_marked_by_its_old_answer(folder: Path) -> None:
    """The old response is shown to be outdated by the browser; it earns nothing."""
    Quiz(questions=[PLAIN]).responses = {"q1": "B"}
    quiz = Quiz(questions=[PLAIN | {"stem": "一加一等于多少？"}])
    quiz.submit()
    assert "B" == quiz.responses["q1"]["response"]
    assert (0.0, {}) == (quiz.score, quiz.results)


def test_exam_state_has_nothing_of_a_key(bank: Bank) -> None:
    """What goes to the browser, and the HTML for pages without a kernel; the kernel marks all the same."""
    quiz = Quiz(CHAPTER, mode="exam", persist=False)
    practice = Quiz(CHAPTER, persist=False)
    sent = {
        mode: json.dumps(q.get_state(), ensure_ascii=False) + q._static()
        for mode, q in (("exam", quiz), ("", practice))
    }
    for key in (bank.quiz("chapter-01").keys or {}).values():
        for text in (key.explanation, *key.why.values()):
            assert text not in sent["exam"]
        for item in key.evidence:
            assert item.quote not in sent["exam"]
        for group in key.rubric.groups if key.rubric else ():
            for point in group.points:
                assert point.title not in sent["exam"]
                assert point.title in sent[""]
    assert not re.search(r'answer\\*":\s*\\*"[A-J]', sent["exam"])
    assert re.search(r'answer\\*":\s*\\*"[A-J]', sent[""])
    for name in ("results", "score", "max_score", "submitted"):
        assert name not in quiz.get_state()
    quiz.responses = {"ch01-s01": "B"}
    quiz.submit()
    assert 2.0 == quiz.score
    assert "<p>你的作答：B</p>" in quiz._static()


def test_a_saved_notebook_is_readable_without_a_kernel() -> None:
    """HTML and text beside the live widget: stems, options, answers so far; HTML in a question stays text."""
    quiz = Quiz(
        questions=[PLAIN | {"stem": "<b>a</b> 和 <script>alert(1)</script> **谁大**？"}], persist=False
    )
    quiz.responses = {"q1": "A"}
    quiz.submit()
    data, _ = quiz._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} == set(data)
    html = data["text/html"]
    assert "<script" not in html
    assert "&lt;b&gt;a&lt;/b&gt;" in html
    assert "<strong>谁大</strong>" in html
    assert "A（错误）" in html
    assert "1 题" in data["text/plain"]
    assert "<script>alert" not in quiz._html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**不**属于 *A* 的 `x<y`", "<strong>不</strong>属于 <em>A</em> 的 <code>x&lt;y</code>"),
        ("{term}`数字治理` 与 {term}`它 <电子政务>`", "数字治理 与 它"),
        ("H{sub}`2`O", "H<sub>2</sub>O"),
        ("[网](https://a.cn)", '<a href="https://a.cn" target="_blank" rel="noopener">网</a>'),
        ("[第二节](01-2-concept.md) 和 [坏](javascript:alert(1))", "第二节 和 [坏](javascript:alert(1))"),
        ("<img src=x onerror=alert(1)> & ![图](x.png)", None),
    ],
)
def test_inline_markdown(text: str, html: str | None) -> None:
    """The MyST inline marks of a bank; nothing in a text becomes an element of its own."""
    made = inline_html(text)
    assert html == made if html is not None else "<img" not in made


def test_sources(folder: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, the nearest bank upwards, model Questions, dicts: all give the same quiz."""
    (folder / "quizzes").symlink_to(ROOT / "quizzes", target_is_directory=True)
    (folder / "notes/deep").mkdir(parents=True)
    monkeypatch.chdir(folder / "notes/deep")
    source = bank.quiz("chapter-01")
    asked = [
        Quiz(str(CHAPTER), persist=False),
        Quiz.from_bank("chapter-01", persist=False),
        Quiz(questions=source.questions, keys=source.keys, persist=False),
    ]
    assert {100.0} == {quiz.max_score for quiz in asked}
    assert 10 == len(Quiz.from_bank("chapter-01", select="ch01-s*").to_frame())
    assert 2 == len(Quiz.from_bank("chapter-01", select=["ch01-s01", "ch01-s02"]).to_frame())
    assert "80%" == Quiz(CHAPTER, layout={"width": "80%"}, persist=False).layout.width
    assert 2.0 == Quiz(questions=[PLAIN]).max_score
    assert (
        0.0
        == Quiz(
            questions=[{n: v for n, v in PLAIN.items() if n not in ("answer", "explanation", "why")}]
        ).max_score
    )


def test_a_public_edition_has_no_keys(folder: Path) -> None:
    """In an exam without key files answers are recorded; practice without them is a problem of the bank."""
    (folder / "c.yml").write_text(CHAPTER.read_text(encoding="utf-8"), encoding="utf-8")
    quiz = Quiz("c.yml", mode="exam")
    quiz.responses = {"ch01-s01": "B"}
    quiz.submit()
    assert ("ungraded", 0.0) == (quiz.results["ch01-s01"].verdict, quiz.max_score)
    with pytest.raises(QuizError, match="KEY01"):
        Quiz("c.yml")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Quiz("nothing.yml"), "nothing.yml:1:1"),
        (lambda: Quiz.from_bank("chapter-01"), "bank="),
        (lambda: Quiz.from_bank("chapter-99", bank=ROOT / "quizzes"), "chapter-99"),
        (lambda: Quiz(CHAPTER, select="x*"), "x*"),
        (lambda: Quiz(CHAPTER, select=["x1", "x2"]), "x1 x2"),
        (lambda: Quiz(CHAPTER, select=1), "ch01-s*"),
        (lambda: Quiz(CHAPTER, select=[1]), "不能是 [1]"),
        (lambda: Quiz(CHAPTER, selct="x"), "selct 这个参数。您要写的是不是 select"),
        (lambda: Quiz(CHAPTER, bank="quizzes"), "bank 这个参数"),
        (lambda: Quiz.from_bank("chapter-01", bnak="quizzes"), "不是 bank"),
        (lambda: Quiz(CHAPTER, colour="red"), "可以写的有：questions、"),
        (lambda: Quiz(CHAPTER, language="fr"), "zh_CN、en"),
        (lambda: Quiz(CHAPTER, mode="test"), "practice"),
        (lambda: Quiz(), "from_bank"),
        (lambda: Quiz(questions=[PLAIN | {"answer": "E"}]), "q1，答案"),
        (lambda: Quiz(questions=[{n: v for n, v in PLAIN.items() if n != "stem"}]), "BANK"),
        (lambda: Quiz(questions=[PLAIN, PLAIN]), "BANK57"),
    ],
)
def test_what_is_wrong_is_said(make: Any, words: str) -> None:
    """Message and remedy, in one exception."""
    with pytest.raises(QuizError) as caught:
        make()
    assert words in str(caught.value)


def test_a_wrong_bank_is_told_as_check_tells_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same lines as a BankError; IPython shows them without a traceback, and the cell counts as failed."""
    for name in ("chapter-01.yml", "chapter-01.key.yml"):
        text = (ROOT / "quizzes" / name).read_text(encoding="utf-8")
        (folder / name).write_text(
            text.replace("answer: B", "answer: Z").replace("type: single", "type: one"), encoding="utf-8"
        )
    with pytest.raises(BankError) as expected:
        load_quiz(Path("chapter-01.yml"))
    with pytest.raises(QuizError) as caught:
        Quiz("chapter-01.yml")
    assert str(expected.value) == str(caught.value)
    assert str(caught.value).count("BANK") > 5
    ran = InteractiveShell.instance().run_cell('from kejian import Quiz; Quiz("chapter-01.yml")')
    assert isinstance(ran.error_in_exec, QuizError)
    shown = capsys.readouterr().out
    assert str(expected.value) in shown
    assert "Traceback" not in shown


def test_the_command_line_does_not_wait_for_the_widget() -> None:
    """`import kejian` loads no library of notebooks."""
    code = "import sys, kejian; print('anywidget' in sys.modules, 'Quiz' in kejian.__all__, kejian.Quiz.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False True Quiz\n" == done.stdout
