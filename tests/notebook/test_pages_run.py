"""Every page with code is a notebook that runs from top to bottom in the folder where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from tests.paths import ROOT

from kejian.sphinxext.charts import MIME_TYPES


def notebooks() -> list[Path]:
    """The pages that hold code cells."""
    pages = sorted([*(ROOT / "chapters").glob("*.md"), *(ROOT / "book").glob("*.md")])
    return [page for page in pages if is_myst_markdown_notebook(page.read_text(encoding="utf-8"))]


def test_there_are_notebooks() -> None:
    """The list below is not empty by mistake."""
    assert len(notebooks()) >= 3


@pytest.mark.parametrize("page", notebooks(), ids=lambda page: page.stem)
def test_a_page_runs(page: Path) -> None:
    """No error, nothing on stderr, and each figure cell ends in a chart with a description."""
    notebook = read_myst_markdown_notebook(page.read_text(encoding="utf-8"), add_source_map=False)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": page.parent}}
    ).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [
        output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"
    ]
    figures = [cell for cell in cells if "figure" in cell.metadata.get("mystnb", {})]
    assert figures
    for cell in figures:
        charts = [
            data
            for output in cell.outputs
            for kind, data in output.get("data", {}).items()
            if kind in MIME_TYPES
        ]
        assert charts, cell.metadata
        assert all(len(chart["description"]) > 20 for chart in charts)
