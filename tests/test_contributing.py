"""What CONTRIBUTING.md lists is what there is."""

from __future__ import annotations

import re

from tests.paths import ROOT
from tests.test_architecture import LAYERS

from kejian.catalogue import AREAS

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """From a heading to the next one."""
    return re.split(r"^#+ ", TEXT.split(f" {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(heading: str) -> list[list[str]]:
    """What stands in backticks in the first column of the table of a section, row by row."""
    return [
        re.findall(r"`([^`]+)`", cell) for cell in re.findall(r"^\| (.*?) \|", section(heading), re.MULTILINE)
    ]


def test_the_layers_are_those_of_the_code() -> None:
    """From top to bottom, each with its parts."""
    drawn = section("Layers of the code").split("```")[1].strip("\n").splitlines()
    layers = [re.split(r"  |$", line)[0].split(" · ") for line in drawn if not line.startswith(" ")]
    assert [set(layer) for layer in layers] == list(reversed(LAYERS))


def test_every_area_of_texts_is_named() -> None:
    """Once."""
    assert sorted(name for row in rows("A text of the interface") for name in row) == sorted(AREAS)


def test_every_maker_of_a_generated_file_is_named() -> None:
    """Each tool, and files that exist; what the bundler of the browser side writes is all there."""
    makers = {path.name for path in (ROOT / "tools").glob("make_*.py")}
    assert set(re.findall(r"`tools/(make_\w+\.py)`", section("A generated file"))) == makers
    named = set()
    for row in rows("A generated file"):
        for file in row:  # a name without a folder stands in that of the first of the row
            named.add(ROOT / file if "/" in file else (ROOT / row[0]).with_name(file))
    assert [path for path in named if not path.is_file()] == []
    assert set((ROOT / "src/kejian/static").glob("*.js")) <= named


def test_every_file_that_is_named_exists() -> None:
    """Paths in backticks that begin with a folder of the repository."""
    folders = "book|chapters|data|docs|quizzes|spec|src|tests|tools|web"
    named = set(re.findall(rf"`((?:{folders})/[\w./-]+)`", TEXT))
    made_up = {name for name in named if re.search(r"NAME|FAMILY|AREA|/02-|node_modules", name)}
    assert sorted(name for name in named - made_up if not (ROOT / name).exists()) == []
