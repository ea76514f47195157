"""The wheel holds everything, and works in an environment that holds nothing of this repository."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from tests.paths import ROOT

PROGRAM = """
import pathlib, sys
import kejian, kejian.bank, kejian.grading, kejian.markup, kejian.catalogue
assert not pathlib.Path(kejian.__file__).is_relative_to(sys.argv[1])
bank = kejian.bank.load_bank(pathlib.Path(sys.argv[1], "quizzes"))
quiz, question = bank.question("ch01-s01")
result = kejian.grading.grade(question, quiz.keys["ch01-s01"], "B")
html = kejian.markup.question_html(question, None, kejian.markup.Fragments("stem"), quiz=quiz.id)
print(result.verdict, "kejian-question" in html, kejian.catalogue.say("submit"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Modules, texts, templates, schemas, browser files."""
    package = ROOT / "src/kejian"
    expected = {
        f"kejian/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Loads the book's bank, grades and renders; the libraries come from this environment, kejian does not."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    zipfile.ZipFile(wheel).extractall(target)
    libraries = {name: __import__(name).__file__ for name in ("yaml", "jinja2", "markupsafe")}
    for name, file in libraries.items():
        (Path(target) / name).symlink_to(Path(str(file)).parent, target_is_directory=True)
    run = subprocess.run(
        [python, "-c", PROGRAM, str(ROOT)], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert run.stdout.split() == ["correct", "True", "提交"], run.stderr
