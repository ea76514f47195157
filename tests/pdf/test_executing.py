"""Code cells are executed, and charts drawn, once for all editions of the book."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vl_convert
from myst_nb.core.execute import direct
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kejian.pdf.executing import share


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was executed; a kernel that fails for `1 / 0` stands in for a real one."""
    ran: list[str] = []

    def execute(notebook: Any, cwd: str) -> Any:
        code = notebook.cells[0].source
        ran.append(f"{cwd}: {code}")
        notebook.cells[0].outputs = [new_output("stream", text=f"{code}!")]
        notebook.metadata["language_info"] = {"name": "python"}
        return SimpleNamespace(nb=notebook, err=ZeroDivisionError() if "/ 0" in code else None, time=1.0)

    def draw(spec: dict[str, Any]) -> str:
        ran.append(f"drawn: {spec['mark']}")
        return f"<svg>{spec['mark']}</svg>"

    monkeypatch.setattr(direct, "single_nb_execution", execute)
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", draw)
    share(tmp_path, [nullcontext()])
    return ran


def run(code: str, text: str = "", cwd: str = "book") -> Any:
    """A page after its execution."""
    notebook = new_notebook(cells=[new_code_cell(code), new_markdown_cell(text)])
    result = direct.single_nb_execution(notebook, cwd=cwd)
    return notebook, result


def test_the_second_edition_takes_the_outputs_of_the_first(executed: list[str]) -> None:
    """The same code in the same folder; the text of the page is that of the edition."""
    run("print(1)", "给教师的话")
    notebook, result = run("print(1)", "给学生的话")
    assert ["book: print(1)"] == executed
    assert "print(1)!" == notebook.cells[0].outputs[0].text
    assert "给学生的话" == notebook.cells[1].source
    assert {"name": "python"} == notebook.metadata["language_info"]
    assert (None, 1.0) == (result.err, result.time)


def test_other_code_or_another_folder_is_executed(executed: list[str]) -> None:
    """Outputs are never those of another page."""
    for code, cwd in (("a", "x"), ("b", "x"), ("a", "y")):
        run(code, cwd=cwd)
    assert ["x: a", "x: b", "y: a"] == executed


def test_a_failure_is_told_for_each_edition(executed: list[str]) -> None:
    """An error is not kept."""
    for _ in range(2):
        _, result = run("1 / 0")
        assert result.err is not None
    assert 2 == len(executed)


def test_the_second_edition_takes_the_drawings_of_the_first(executed: list[str]) -> None:
    """Each chart is drawn once; another chart is another drawing."""
    drawings = [vl_convert.vegalite_to_svg({"mark": mark}) for mark in ("bar", "line", "bar")]
    assert ["<svg>bar</svg>", "<svg>line</svg>", "<svg>bar</svg>"] == drawings
    assert ["drawn: bar", "drawn: line"] == executed
