"""How fast a quiz of 20 questions is in JupyterLab: `python -m benchmarks.widget [FOLDER]`.

Prints milliseconds, the median of five runs: from the end of the cell (its number appears) until all questions are
painted, and from a click until the verdict is. Beside it jupyterquiz on the same questions, where it is installed or
`pip install --target FOLDER jupyterquiz` has put it into that folder.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tests.browser.chromium import ARGUMENTS, find_browser
from tests.notebook.lab import PATIENCE, Notebook, jupyter_server, stop_kernels, write_notebook
from tests.paths import ROOT

from kejian.bank import load_bank

COUNT = 20
RUNS = 5
OURS = """\
import json
from kejian import Quiz
Quiz(questions=json.load(open("questions.json", encoding="utf-8")), persist=True)"""
THEIRS = """\
from jupyterquiz import display_quiz
display_quiz("theirs.json", num=20, shuffle_questions=False, shuffle_answers=False)"""
# the cell is over when its number replaces the star; painted is what stands in the frame after the next
WATCH = """([question, count]) => { window.times = new Promise(resolve => {
  let ran = 0, shown = 0;
  const look = () => {
    const now = performance.now();
    if (!ran && /\\[\\d+\\]/.test(document.querySelector('.jp-CodeCell .jp-InputPrompt').textContent)) ran = now;
    if (!shown && document.querySelectorAll(question).length >= count) {
      shown = 1;
      requestAnimationFrame(() => setTimeout(() => { shown = performance.now() }));
    }
    if (ran && shown > 1) return resolve(Math.max(0, shown - ran));
    setTimeout(look, 1);
  };
  look();
})}"""
CLICK = """([button, verdict]) => new Promise(resolve => {
  const start = performance.now();
  document.querySelector(button).click();
  const look = () => {
    if ([...document.querySelectorAll(verdict)].some(e => e.textContent.trim()))
      return requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    setTimeout(look, 1);
  };
  look();
})"""


def write_questions(folder: Path) -> None:
    """The first 20 choice questions of the book, for both programs."""
    found: list[dict[str, Any]] = []
    for quiz in load_bank(ROOT / "quizzes").quizzes:
        for question in quiz.questions:
            key = (quiz.keys or {})[question.id]
            if question.type != "essay":
                answer = list(key.answer) if question.type == "multiple" else key.answer[0]
                item = {"id": question.id, "type": question.type, "points": question.points}
                item |= {"stem": question.stem, "options": dict(question.options), "answer": answer}
                found.append(item | {"explanation": key.explanation, "why": dict(key.why)})
    found = found[:COUNT]
    theirs = [
        {
            "question": item["stem"],
            "type": "multiple_choice" if item["type"] == "single" else "many_choice",
            "answers": [
                {
                    "answer": text,
                    "correct": letter in item["answer"],
                    "feedback": item["why"].get(letter, item["explanation"]),
                }
                for letter, text in item["options"].items()
            ],
        }
        for item in found
    ]
    for name, content in (("questions", found), ("theirs", theirs)):
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def main(extra: str) -> None:
    """Measure and print."""
    browser_path = find_browser()
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as name,
        jupyter_server(Path(home), Path(name), PYTHONPATH=extra) as server,
        sync_playwright() as playwright,
    ):
        folder = Path(name)
        write_questions(folder)
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(ARGUMENTS))
        print(f"{COUNT} questions in JupyterLab, median of {RUNS}, ms{'display':>14}{'click':>9}")
        for program, cell, question, click in (
            ("kejian", OURS, "form.kejian-question", ("button[type=submit]", ".kejian-verdict")),
            ("jupyterquiz", THEIRS, ".Quiz", (".MCButton", ".Feedback")),
        ):
            times: list[tuple[float, float]] = []
            for run in range(RUNS):
                write_notebook(folder / f"{program}{run}.ipynb", cell)
                opened = Notebook(server, browser.new_context(), "lab", f"{program}{run}.ipynb")
                opened.open()
                opened.wait_for_kernel()
                opened.page.evaluate(WATCH, [question, COUNT])
                opened.command("notebook:run-all-cells")
                opened.page.wait_for_function(
                    "/\\[\\d+\\]/.test(document.querySelector('.jp-CodeCell .jp-InputPrompt').textContent)",
                    timeout=PATIENCE,
                )
                if "ModuleNotFoundError" in (opened.cell(0).text_content() or ""):
                    break
                shown = opened.page.evaluate("window.times")
                if program == "kejian":
                    opened.page.locator("form.kejian-question input").first.check()
                opened.page.wait_for_timeout(500)
                times.append((shown, opened.page.evaluate(CLICK, list(click))))
                opened.context.close()
                stop_kernels(server)
            if times:
                first, second = (statistics.median(column) for column in zip(*times, strict=True))
                print(f"{program:40}{first:>9.0f}{second:>9.0f}")
            else:
                print(f"{program:40}{'not installed':>18}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
