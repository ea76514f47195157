"""The same pages through Sphinx's own builders: everything is shown, and no node is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from kejian.book import run_sphinx
from kejian.model import Bank

BUILDERS: Final = ("latex", "text", "epub")


@pytest.fixture(scope="session")
def outputs(once: Callable[[str, Callable[[Path], None]], Path], site: Path, exam_site: Path) -> Path:
    """Folders `BUILDER-EDITION`, made from the pages that were read for the web book; a warning is an error."""

    def build(folder: Path) -> None:
        for edition, built in (("practice", site), ("exam", exam_site)):
            for builder in BUILDERS:
                # EPUB wants a version of the book, which a web book has not
                settings = {"version": "1", "release": "1"} if builder == "epub" else {}
                output = folder / f"{builder}-{edition}"
                run_sphinx(built.parent / "book", output, edition, builder, settings=settings, strict=True)

    return once("other-builders", build)


def written(folder: Path) -> str:
    """The text of a builder's files, without white space."""
    paths = [path for end in ("tex", "txt", "xhtml") for path in sorted(folder.rglob(f"*.{end}"))]
    return "".join("".join(path.read_text(encoding="utf-8").split()) for path in paths)


def core(text: str) -> str:
    """The longest run of Chinese in a text: no builder escapes or splits it."""
    return max(re.findall("[\u4e00-\u9fff，。、；：]+", text), key=len, default="")


@pytest.mark.parametrize("edition", ["practice", "exam"])
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_question_is_shown(bank: Bank, outputs: Path, builder: str, edition: str) -> None:
    """Stem and options stand in the output, and the build has said nothing (it was strict)."""
    text = written(outputs / f"{builder}-{edition}")
    questions = [item for quiz in bank.quizzes for item in quiz.questions]
    shown = [core(part) for item in questions for part in (item.stem, *item.options.values())]
    assert [] == [part for part in shown if part not in text]


@pytest.mark.parametrize("builder", BUILDERS)
def test_keys_are_shown_in_one_edition_only(bank: Bank, outputs: Path, builder: str) -> None:
    """Explanations, reasons and model answers: all in the practice edition, none in the exam edition."""
    practice, exam = (written(outputs / f"{builder}-{edition}") for edition in ("practice", "exam"))
    keys = [key for quiz in bank.quizzes for key in (quiz.keys or {}).values()]
    texts = [text for key in keys for text in (key.explanation, key.model_answer or "", *key.why.values())]
    hidden = [part for part in map(core, texts) if len(part) > 15]  # shorter ones are words of the book
    assert len(hidden) > 100
    assert [] == [part for part in hidden if part not in practice]
    assert [] == [part for part in hidden if part in exam]
    assert "evidence-ch" not in exam


def test_figures_are_files_in_latex_and_told_in_text(outputs: Path) -> None:
    """A chart is a vector figure for LaTeX, an SVG in EPUB, and its description in plain text."""
    latex = outputs / "latex-practice"
    source = "".join(path.read_text(encoding="utf-8") for path in latex.glob("*.tex"))
    named = re.findall(r"includegraphics\{\{(chart-\w+)\}\.pdf\}", source)
    assert len(named) >= 6
    assert all((latex / f"{name}.pdf").read_bytes().startswith(b"%PDF") for name in named)
    assert "三幅上下排列、共用年份的图。" in written(outputs / "text-practice")
    # EPUB shows pages as the web does
    assert written(outputs / "epub-practice").count("<svg") >= 6
