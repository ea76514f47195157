"""The page of the checks is generated from them and says all that a command can do."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest
from tests.paths import ROOT

from kejian.catalogue import LANGUAGES
from kejian.checks import CHECKS
from kejian.checks.command import explain_check
from kejian.checks.report import FORMATS
from kejian.cli import check

PAGES = ("checks.md", "checks.zh-CN.md")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/make_checks_doc.py; the folder is no package."""
    spec = spec_from_file_location("make_checks_doc", ROOT / "tools/make_checks_doc.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_fresh(tool: ModuleType) -> None:
    """Whoever changes a check also commits its documentation."""
    made = tool.pages()
    assert set(PAGES) == set(made)
    for name, text in made.items():
        committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert text == committed, f"docs/{name} is stale; run `make assets` and commit the result"


@pytest.mark.parametrize("name", PAGES)
def test_every_check_is_documented_once(tool: ModuleType, name: str) -> None:
    """With a heading of its own, in both languages; nothing is left to be filled in."""
    text = tool.pages()[name]
    assert [found.id for found in CHECKS] != []
    assert sorted(found.id for found in CHECKS) == sorted(
        re.findall(r"^### ([A-Z]+\d+) ", text, re.MULTILINE)
    )
    assert not re.search(r"^\{[A-Z]+\}$|\{count\}", text, re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_every_option_and_format_is_documented(tool: ModuleType, name: str) -> None:
    """What `kejian check` can do stands on the page."""
    text = tool.pages()[name]
    options = {option for parameter in check.params for option in parameter.opts if option.startswith("--")}
    assert {option for option in options if option not in text} == set()
    assert {form for form in FORMATS if f"--format {form}" not in text} == set()


@pytest.mark.parametrize("name", PAGES)
def test_blocks_of_code_are_closed(tool: ModuleType, name: str) -> None:
    """An example that holds a fence does not end the block around it."""
    text = tool.pages()[name]
    open_fence = ""
    for line in text.split("\n"):
        fence = re.match(r"(`{3,})(.*)", line)
        if fence and not open_fence:
            open_fence = fence[1]
        elif fence and fence[1] == open_fence and not fence[2]:
            open_fence = ""
        else:
            assert open_fence or not line.startswith("```")
    assert open_fence == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_can_be_explained(language: str) -> None:
    """Also those whose remedy quotes what was found."""
    for found in CHECKS:
        assert explain_check(found.id.lower(), language).startswith(found.id)
