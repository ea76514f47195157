"""Pages read without Sphinx: the parser that hurries over prose finds what the parser of the book finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kejian.pages import EXTENSIONS, _block_parser
from kejian.plain import myst_parser

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*(ROOT / "chapters").glob("*.md"), *(ROOT / "book").glob("*.md"), *ROOT.glob("tests/banks/*/*.md")]
)
LINES = [
    *(
        "中文",
        "  中文",
        "    中文",
        "“引文”",
        "《书名》 ",
        "中文 | 表格",
        "中文\\",
        "（一）",
        "text",
        "中\t文",
        "。",
        "　中文",
    ),
    *(
        "--- | ---",
        "---",
        "===",
        "| a |",
        ": 释义",
        "~ 释义",
        "  : 释义",
        "```",
        "~~~",
        ":::",
        "$$",
        "$$ (eq)",
    ),
    *(
        "- 中文",
        "1. 中文",
        "> 中文",
        "# 中文",
        "(中文)=",
        "% 注",
        "+++",
        "[中文]: a",
        "[^中]: 注",
        "<!-- 注",
        "-->",
        "<div>",
    ),
    *("{.a}", "```{note} 中文", ":::{note}", ":a: b", "\t中文", "&nbsp;", "\0中文", "\u2028中文", "\r中文"),
]


def parsed(parser: Any, text: str) -> list[dict[str, Any]]:
    """All that the parser says of a text."""
    return [token.as_dict() for token in parser.parse(text)]


def same(text: str) -> bool:
    """Whether both parsers say the same."""
    return parsed(_block_parser(), text) == parsed(myst_parser(EXTENSIONS).disable("inline"), text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_have_the_same_blocks(path: Path) -> None:
    """Every page of the books here."""
    text = path.read_text(encoding="utf-8")
    assert "\n" in text
    assert same(text)


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\n", "\n\n", "\n \n", "\n\n\n", ""])),
        max_size=9,
    )
)
def test_any_lines_have_the_same_blocks(lines: list[tuple[str, str]]) -> None:
    """Lines of prose before, behind and inside everything else."""
    assert same("".join(line + end for line, end in lines))
