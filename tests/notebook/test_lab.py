"""The widget in the real thing: JupyterLab and Notebook 7 in Chromium, with a real server and real kernels."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.exercises import question, submit, tick, verdict, words
from tests.notebook.lab import (
    APPS,
    PATIENCE,
    Notebook,
    Server,
    SlowLine,
    jupyter_server,
    stop_kernels,
    write_notebook,
)
from tests.paths import ROOT

from kejian.catalogue import say
from kejian.grading import grade
from kejian.model import Bank

pytestmark = pytest.mark.xdist_group("lab")  # one server, so one worker

MAKE: Final = 'from kejian import Quiz\nquiz = Quiz("quizzes/chapter-01.yml")\nquiz'
OpenNotebook = Callable[..., Notebook]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the quizzes of the book."""
    folder = tmp_path_factory.mktemp("notebooks")
    shutil.copytree(ROOT / "quizzes", folder / "quizzes")
    with jupyter_server(tmp_path_factory.mktemp("home"), folder) as started:
        yield started


@pytest.fixture
def notebook(server: Server, browser: Browser) -> Iterator[OpenNotebook]:
    """`notebook("lab", cell, …)` writes a notebook of these code cells and opens it; answers start empty."""
    shutil.rmtree(server.folder / ".kejian", ignore_errors=True)
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(30_000)
    faults: list[str] = []
    # only ours, which run from a blob: Notebook 7 has errors of its own
    context.on(
        "weberror", lambda e: faults.append(str(e.error)) if "blob:" in (e.error.stack or "") else None
    )

    def make(app: str, *cells: str) -> Notebook:
        name = f"n{time.monotonic_ns()}.ipynb"
        write_notebook(server.folder / name, *cells)
        made = Notebook(server, context, app, name)
        made.open()
        return made

    yield make
    context.close()
    stop_kernels(server)
    assert faults == []


@pytest.mark.parametrize("app", APPS)
def test_a_learner_answers_and_finds_everything_again(app: str, notebook: OpenNotebook, bank: Bank) -> None:
    """By mouse and by keyboard; the next cell has the score; all is there after a restart and tomorrow."""
    quiz = bank.quiz("chapter-01")
    assert quiz.keys
    single, multiple = (next(q for q in quiz.questions if q.type == kind) for kind in ("single", "multiple"))
    opened = notebook(app, MAKE, 'import os\nprint(f"{quiz.score}/{quiz.max_score} in {os.getpid()}")')
    opened.run_all()
    opened.form(single.id).wait_for(timeout=PATIENCE)

    right = quiz.keys[single.id].answer[0]
    tick(opened.form(single.id), right)
    assert words(grade(single, quiz.keys[single.id], right)) == submit(opened.form(single.id))

    chosen = quiz.keys[multiple.id].answer[:2]
    for letter in chosen:
        opened.form(multiple.id).locator(f'input[value="{letter}"]').focus()
        opened.page.keyboard.press("Space")
    opened.page.keyboard.press("Enter")
    expected = grade(multiple, quiz.keys[multiple.id], "".join(chosen))
    assert words(expected) == verdict(opened.form(multiple.id))

    score = f"{single.points + expected.score / 100}/{float(quiz.points)}"
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text(score, timeout=PATIENCE)

    def all_is_there(kernel: str, again: bool) -> str:
        """In a kernel that is the same or another; gives that kernel."""
        output = opened.cell(1).locator(".jp-OutputArea-output")
        if again:
            expect(output).not_to_contain_text(kernel, timeout=PATIENCE)
        expect(output).to_contain_text(f"{score} in", timeout=PATIENCE)
        form = opened.form(multiple.id)
        expect(form.get_by_role("status")).to_have_text(words(expected))
        assert list(chosen) == form.locator("input:checked").evaluate_all("all => all.map(e => e.value)")
        return (output.text_content() or "").split()[-1]

    kernel = all_is_there("", again=False)
    opened.restart_and_run_all()
    kernel = all_is_there(kernel, again=True)

    opened.save()
    opened.page.close()
    opened.open()  # the kernel is still running: the answers are there before anything is run
    opened.form(multiple.id).wait_for(timeout=PATIENCE)
    all_is_there(kernel, again=False)

    opened.page.close()
    stop_kernels(opened.server)
    opened.open()  # tomorrow
    static = opened.page.locator(".kejian-static")
    expect(static).to_contain_text(single.stem.split("，")[0])
    expect(static).to_contain_text(say("notebook.answered", answer=right))
    opened.run_all()
    opened.form(multiple.id).wait_for(timeout=PATIENCE)
    expect(static).to_be_hidden()
    all_is_there(kernel, again=True)


@pytest.mark.parametrize("app", APPS)
def test_typing_into_an_answer_is_no_shortcut(app: str, notebook: OpenNotebook) -> None:
    """Letters that delete, add or run cells only write the answer; saving by key still works."""
    opened = notebook(app, MAKE, "runs = 1")
    opened.run_all()
    text = opened.page.locator("textarea").first
    text.wait_for(timeout=PATIENCE)
    text.click()
    opened.page.keyboard.type("ddabxm11")
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("Shift+Enter")
    opened.page.keyboard.type("z")
    assert "ddabxm11\n\nz" == text.input_value()
    radio = opened.page.locator("input[type=radio]").first
    radio.click()
    for key in ("d", "d", "a", "b", "x", "m", "Shift+Enter"):
        opened.page.keyboard.press(key)
    assert 2 == opened.cells()
    expect(radio).to_be_focused()
    expect(opened.page.locator(".jp-MarkdownCell")).to_have_count(0)

    file = opened.server.folder / opened.name
    before = file.stat().st_mtime_ns
    opened.page.keyboard.press("Control+s")
    _until(lambda: file.stat().st_mtime_ns != before, opened.page)


def test_what_a_slow_kernel_repeats_does_not_undo_what_was_typed_since(notebook: OpenNotebook) -> None:
    """A kernel repeats each answer that it hears; over a slow line that comes while the learner types on."""
    opened = notebook("lab", MAKE, 'print("“" + quiz.responses["ch01-e01"]["response"] + "”")')
    opened.page.close()
    line = SlowLine()
    opened.context.route_web_socket(re.compile("/api/kernels/"), line.connect)
    opened.open()
    opened.wait_for_kernel()
    opened.run_cell(0)
    opened.form("ch01-e01").wait_for(timeout=PATIENCE)
    text = opened.form("ch01-e01").locator("textarea")
    text.click()
    line.hold()
    opened.page.keyboard.type("数字治理")
    _until(lambda: line.holds(b"echo_update"), opened.page)
    opened.page.keyboard.type("依靠")
    line.release()
    opened.page.keyboard.type("数据，也依靠人。", delay=40)
    expect(text).to_have_value("数字治理依靠数据，也依靠人。")
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("“数字治理依靠数据，也依靠人。”", timeout=PATIENCE)


def test_two_copies_of_a_cell_agree(notebook: OpenNotebook, bank: Bank) -> None:
    """What is answered in one output stands in the other at once, with its verdict; labels belong to their own."""
    opened = notebook(
        "lab", MAKE, MAKE.replace("quiz =", "other =").replace("\nquiz", "\nother"), "print(other.score)"
    )
    opened.run_all()
    forms = question(opened.page, "ch01-s01")
    expect(forms).to_have_count(2, timeout=PATIENCE)
    letter = (bank.quiz("chapter-01").keys or {})["ch01-s01"].answer[0]
    forms.nth(1).locator(f'input[value="{letter}"]').check()
    said = submit(forms.nth(1))
    expect(forms.nth(0).get_by_role("status")).to_have_text(said)
    forms.nth(0).get_by_role("button", name=say("reset")).click()
    expect(forms.nth(1).get_by_role("status")).to_have_text("")
    expect(forms.nth(1).locator("input:checked")).to_have_count(0)
    labels = opened.page.locator("label.kejian-essay-label")
    assert labels.evaluate_all(
        "all => all.every(l => l.control === l.closest('form').querySelector('textarea'))"
    )


def test_an_exam_sends_no_key_to_the_browser(notebook: OpenNotebook, bank: Bank) -> None:
    """Every message between kernel and browser is read: questions are in them, nothing of a key is."""
    quiz = bank.quiz("chapter-01")
    secrets = [text for key in (quiz.keys or {}).values() for text in _secrets(key)]
    make = MAKE.replace('.yml")', '.yml", mode="exam", persist=False)')
    opened = notebook("lab", make, 'print("marked", len(quiz.results))')
    opened.run_all()
    form = opened.form("ch01-s01")
    form.wait_for(timeout=PATIENCE)
    tick(form, "A")
    assert say("verdict.recorded") == submit(form)
    opened.page.locator("textarea").first.fill("数字治理要依靠数据，也要以人民为中心。")
    opened.page.get_by_role("button", name=say("bar.submit")).click()
    opened.run_cell(1)
    expect(opened.cell(1).locator(".jp-OutputArea-output")).to_have_text("marked 2", timeout=PATIENCE)
    opened.save()
    said = b"\n".join(opened.frames).decode("utf-8", "ignore")
    saved = (opened.server.folder / opened.name).read_text(encoding="utf-8")
    for text in (said, saved):
        assert "各国的数字经济治理实践" in text
        assert [secret for secret in secrets if secret in text] == []
        assert not re.search(r'answer\\*":\s*\\*"[A-J]', text)
        assert '\\"rubric' not in text

    practice = notebook("lab", MAKE)  # the same look finds them where they are
    practice.run_all()
    practice.form("ch01-s01").wait_for(timeout=PATIENCE)
    said = b"\n".join(practice.frames).decode("utf-8", "ignore")
    assert re.search(r'answer\\*":\s*\\*"[A-J]', said)
    assert [secret for secret in secrets if secret in said]


def test_a_wrong_bank_is_told_in_the_cell(notebook: OpenNotebook) -> None:
    """The problems as `kejian check` lists them, and no traceback; what follows does not run."""
    opened = notebook("lab", MAKE.replace("chapter-01", "chapter-99"), 'print("never")')
    opened.run_all()
    output = opened.cell(0).locator(".jp-OutputArea-output")
    expect(output).to_contain_text("quizzes/chapter-99.yml:1:1", timeout=PATIENCE)
    shown = output.inner_text()
    assert "BANK" in shown
    assert "Traceback" not in shown
    assert "never" not in opened.cell(1).locator(".jp-OutputArea").inner_text()


def test_dark_notebooks_are_readable(notebook: OpenNotebook) -> None:
    """In the dark theme every text of a marked question stands out against what is behind it (WCAG AA)."""
    opened = notebook("lab", MAKE)
    opened.command("apputils:change-theme", theme="JupyterLab Dark")
    opened.page.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")
    opened.run_all()
    form = opened.form("ch01-m01")
    form.wait_for(timeout=PATIENCE)
    tick(form, "A")
    submit(form)
    opened.page.evaluate((ROOT / "web/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = opened.page.evaluate("axe.run('.kejian-widget', {runOnly: ['wcag2a', 'wcag2aa']})")["violations"]
    assert [] == [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]


def _secrets(key: Any) -> list[str]:
    texts = [key.explanation, *key.why.values(), *(item.quote for item in key.evidence)]
    if key.rubric:
        texts += [point.title for group in key.rubric.groups for point in group.points]
    texts += [line for line in (key.model_answer or "").splitlines() if line]
    return [text for text in texts if len(text) > 8]


def _until(done: Callable[[], bool], page: Page) -> None:
    for _ in range(100):
        if done():
            return
        page.wait_for_timeout(100)  # not asleep: what the page reports is heard meanwhile
    pytest.fail("it did not happen within 10 s")
