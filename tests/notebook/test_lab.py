"""The widget in the real thing: JupyterLab and Notebook 7 in Chromium, with a real server and real kernels."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, expect
from tests.browser.exercises import question, submit, tick, verdict, words
from tests.paths import ROOT

from kejian.catalogue import say
from kejian.grading import grade
from kejian.model import Bank

pytestmark = pytest.mark.xdist_group("lab")  # one server, so one worker

MAKE: Final = 'from kejian import Quiz\nquiz = Quiz("quizzes/chapter-01.yml")\nquiz'
APPS: Final = {"lab": "lab/tree", "notebook": "notebooks"}
"""Application to the address under which it opens a notebook."""
SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
PATIENCE: Final = 30_000
"""Milliseconds for a kernel to start on a busy machine."""


@dataclass
class Server:
    """A Jupyter server whose home and configuration are its own."""

    url: str
    folder: Path
    """Where its notebooks are."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab on a free port; it serves Notebook 7 too."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    shutil.copytree(ROOT / "quizzes", folder / "quizzes")
    config = home / "config"
    (config / "labconfig").mkdir(parents=True)
    (config / "labconfig/default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    exposed = {
        "LabApp": {"expose_app_in_browser": True},
        "JupyterNotebookApp": {"expose_app_in_browser": True},
    }
    for name in ("lab", "notebook"):
        (config / f"jupyter_{name}_config.json").write_text(json.dumps(exposed), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {"JUPYTER_CONFIG_DIR": config, "JUPYTER_DATA_DIR": home / "data", "IPYTHONDIR": home / "ipython"}
    places |= {"HOME": home, "JUPYTER_RUNTIME_DIR": home / "runtime"}
    options = {"port": port, "ServerApp.token": "", "ServerApp.password": "", "ServerApp.root_dir": folder}
    options |= {"ServerApp.disable_check_xsrf": True}  # the tests ask it to stop kernels
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        environment = {**os.environ, **{name: str(place) for name, place in places.items()}}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_for(url + "api/status", process, home / "log.txt")
            yield Server(url, folder)
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Notebook:
    """A notebook that is open in the browser."""

    server: Server
    context: BrowserContext
    app: str
    name: str
    page: Page = field(init=False)
    frames: list[bytes] = field(default_factory=list)
    """Everything that went to and from the kernel."""

    def open(self) -> None:
        """Open it as a reader does, in a new tab."""
        self.page = self.context.new_page()
        self.page.on("websocket", self._listen)
        # a clean workspace: JupyterLab would open the notebooks of other tests beside this one
        self.page.goto(f"{self.server.url}{APPS[self.app]}/{self.name}?reset")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
        self.page.wait_for_function("window.jupyterapp?.started")
        self.page.evaluate("window.jupyterapp.started")

    def command(self, name: str, **arguments: Any) -> None:
        """Start a command of the menu, without waiting for its end."""
        self.page.evaluate("([c, a]) => { window.jupyterapp.commands.execute(c, a) }", [name, arguments])

    def run_all(self) -> None:
        """Run all cells and wait for the last to end."""
        self.page.wait_for_function(  # a kernel is there
            "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.connectionStatus === 'connected'",
            timeout=PATIENCE,
        )
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def restart_and_run_all(self) -> None:
        """As the button ⏩ does, with its question."""
        self.command("notebook:restart-run-all")
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def cell(self, number: int) -> Locator:
        """The code cell of that number, from 0."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run_cell(self, number: int) -> None:
        """Click into a cell and run it, once Python has heard of every answer."""
        expect(self.page.locator(".kejian-widget[data-waiting]")).to_have_count(0, timeout=PATIENCE)
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def save(self) -> None:
        """Save by the key for it."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    def form(self, id: str) -> Locator:
        """The form of a question; the first one where the quiz is shown twice."""
        form = question(self.page, id).first
        if form.count():
            form.scroll_into_view_if_needed()  # a cell that is out of sight has no text
        return form

    def cells(self) -> int:
        return self.page.locator(".jp-Notebook .jp-CodeCell").count()

    def _listen(self, socket: WebSocket) -> None:
        if "/api/kernels/" in socket.url:
            for event in ("framereceived", "framesent"):
                socket.on(
                    event, lambda data: self.frames.append(data.encode() if isinstance(data, str) else data)
                )


OpenNotebook = Callable[..., Notebook]


@pytest.fixture
def notebook(server: Server, browser: Browser) -> Iterator[OpenNotebook]:
    """`notebook("lab", cell, …)` writes a notebook of these code cells and opens it; answers start empty."""
    shutil.rmtree(server.folder / ".kejian", ignore_errors=True)
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(15_000)
    faults: list[str] = []
    # only ours, which run from a blob: Notebook 7 has errors of its own
    context.on(
        "weberror", lambda e: faults.append(str(e.error)) if "blob:" in (e.error.stack or "") else None
    )

    def make(app: str, *cells: str) -> Notebook:
        content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        content.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        name = f"n{time.monotonic_ns()}.ipynb"
        nbformat.write(content, server.folder / name)
        made = Notebook(server, context, app, name)
        made.open()
        return made

    yield make
    context.close()
    _stop_kernels(server)
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
    _stop_kernels(opened.server)
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
    _until(lambda: file.stat().st_mtime_ns != before)


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


def _stop_kernels(server: Server) -> None:
    with urllib.request.urlopen(server.url + "api/sessions") as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(f"{server.url}api/sessions/{session['id']}", method="DELETE")
        with urllib.request.urlopen(request):
            pass


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no Jupyter server: {log.read_text(encoding='utf-8')[-2000:]}")


def _until(done: Callable[[], bool]) -> None:
    for _ in range(100):
        if done():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen within 10 s")
