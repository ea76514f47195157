"""Imports point down only, and leaves do not know each other."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest
from tests.paths import ROOT

PACKAGE: Final = ROOT / "src/kejian"
LAYERS: Final = (
    {"model"},
    {"catalogue", "grading", "lines", "palette"},
    {"yamlfile", "references"},
    {"forms", "settings"},
    {"rubrics"},
    {"bank"},
    {"markup", "answers", "terminal", "click_words", "plain", "notices"},
    {"ipynb", "pages", "book", "variants"},
    {"checks"},
    {
        "sphinxext",
        "notebook",
        "pdf",
        "marking",
        "rubric_tools",
        "agreement",
        "second_marker",
        "pytest_plugin",
    },
    {"cli"},
)
"""Bottom to top; a module may import from lower layers and from its own folder."""
LIGHT: Final = {
    "model",
    "catalogue",
    "grading",
    "yamlfile",
    "forms",
    "settings",
    "rubrics",
    "bank",
    "answers",
    "terminal",
    "click_words",
    "variants",
    "marking",
    "rubric_tools",
    "agreement",
    "checks",
    "second_marker",
    "pytest_plugin",
}
"""These start fast, so they import none of the heavy libraries."""
HEAVY: Final = {"sphinx", "docutils", "jupyter_book", "myst_nb", "IPython", "ipywidgets", "pandas", "altair"}


def parts() -> list[tuple[str, Path]]:
    """(layer name, file) of every module."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name not in ("__init__", "__main__"):
            found.append((name, path))
    return found


def imported(path: Path) -> set[str]:
    """Every absolute module name that a file imports, at the top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(path: Path) -> set[str]:
    """The parts of kejian that a file imports."""
    known = {name for layer in LAYERS for name in layer}
    return {name.split(".")[1] for name in imported(path) if name.startswith("kejian.")} & known


def test_every_module_has_a_layer() -> None:
    """A new module is put on the list, so that somebody decides where it belongs."""
    assert {name for layer in LAYERS for name in layer} == {name for name, _ in parts()}


@pytest.mark.parametrize(
    ("name", "path"), parts(), ids=lambda value: value.name if isinstance(value, Path) else value
)
def test_imports_point_down(name: str, path: Path) -> None:
    """No module imports from its own layer (another part) or from above."""
    level = next(i for i, layer in enumerate(LAYERS) if name in layer)
    allowed = {lower for layer in LAYERS[:level] for lower in layer} | {name}
    assert ours(path) <= allowed


@pytest.mark.parametrize(
    ("name", "path"),
    [(n, p) for n, p in parts() if n in LIGHT],
    ids=lambda v: v.name if isinstance(v, Path) else v,
)
def test_the_lower_layers_are_light(name: str, path: Path) -> None:
    """`grading` and `bank` serve commands that must start at once."""
    assert not {module.partition(".")[0] for module in imported(path)} & HEAVY


def test_grading_touches_no_file() -> None:
    """Grading takes data and returns data."""
    for name, path in parts():
        if name == "grading":
            assert not {"os", "io", "pathlib", "sys", "random", "time", "datetime"} & imported(path)
