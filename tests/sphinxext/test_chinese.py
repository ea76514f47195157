"""Line ends of the source leave no space between Chinese characters."""

from __future__ import annotations

import pytest
from tests.sphinxext.conftest import PAGE, Build

from kejian.sphinxext.chinese import join_lines


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("第一句。\n第二句。", "第一句。第二句。"),
        ("上\n  下", "上下"),
        ("见 GDP\n增速", "见 GDP增速"),
        ("增速\nGDP", "增速GDP"),
        ("two\nlines", "two\nlines"),  # English keeps its space
        ("“引\n用”", "“引用”"),
    ],
)
def test_lines_are_joined(source: str, shown: str) -> None:
    """Dropped beside a wide character, kept between words of other scripts."""
    assert shown == join_lines(source)


def test_a_page_is_joined_across_markup(small_book: Build) -> None:
    """Also where a line ends before or after emphasis; code keeps its lines."""
    page = PAGE.replace("苹果长在树上。", "他说：\n*好的*\n。\n\n```text\n一\n二\n```\n\n苹果长在树上。")
    html = (small_book(page=page)[0] / "page.html").read_text(encoding="utf-8")
    assert "<p>他说：<em>好的</em>。</p>" in html
    assert "苹果长在树上</span>。" in html
    assert "一\n二" in html
