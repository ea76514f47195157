"""Charts in the book: drawn without JavaScript, interactive when seen, readable in the dark, as a table."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

FIGURES = {
    "chapters/01-1-background.html": ["fig-growth", "fig-five", "fig-security", "fig-timeline"],
    "chapters/01-2-concept.html": ["fig-elements"],
    "chapters/01-4-path.html": ["fig-talent"],
}
STEPS = 16


def finds_a_value(page: Page, figure: str) -> bool:
    """Whether a pointer that wanders over the chart meets a tooltip."""
    page.set_viewport_size({"width": 1000, "height": 900})
    live = page.locator(f"#{figure} {LIVE}")
    live.scroll_into_view_if_needed()
    box = live.bounding_box()
    assert box is not None
    for step in range(STEPS * STEPS):
        row, column = divmod(step, STEPS)
        page.mouse.move(
            box["x"] + box["width"] * (column + 0.5) / STEPS, box["y"] + box["height"] * (row + 0.5) / STEPS
        )
        tooltip = page.locator("#vg-tooltip-element.visible")
        if tooltip.count() and tooltip.inner_text().strip():
            return True
    return False


LIVE = ".kejian-chart-live:not([data-waiting]) svg"


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_figures_are_complete_without_javascript(
    open_context: Callable[..., BrowserContext], address: str, name: str, figures: list[str]
) -> None:
    """Drawing, text alternative, number and title, unit, source, reading, and the data in a table."""
    page = open_context(java_script_enabled=False).new_page()
    page.goto(address + name)
    for id in figures:
        figure = page.locator(f"#{id}")
        drawing = figure.locator("svg").first
        expect(drawing).to_be_visible()
        assert drawing.get_attribute("role") == "img"
        assert len(drawing.get_attribute("aria-label") or "") > 20
        caption = figure.locator("figcaption").inner_text()
        assert re.search(r"专?图1-\d", caption)
        assert "资料来源" in caption
        assert "读图" in caption
        figure.locator("details summary", has_text="数据表").click()
        assert figure.locator("table tbody tr").count() >= 2


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_figures_become_interactive_when_seen(
    page: Page, address: str, name: str, figures: list[str]
) -> None:
    """Nothing is loaded before; nothing moves; the pointer then finds values."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "vega" in request.url else None)
    page.set_viewport_size({"width": 1000, "height": 300})
    page.goto(address + name)
    page.wait_for_timeout(300)
    assert loaded == []
    for id in figures:
        view = page.locator(f"#{id} .kejian-chart-view")
        before = view.bounding_box()
        view.scroll_into_view_if_needed()
        expect(view.locator(LIVE)).to_be_visible(timeout=20_000)
        after = view.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(before["height"] - after["height"]) <= 2
    assert len(loaded) == 1
    assert finds_a_value(page, figures[0])


def test_a_missing_bundle_leaves_the_drawing(open_context: Callable[..., BrowserContext], web: str) -> None:
    """If the script cannot be had, the reader keeps the picture and the table."""
    page = open_context(watched=False).new_page()
    page.route("**/*vega*", lambda route: route.abort())
    page.goto(web + "chapters/01-2-concept.html")
    page.locator("#fig-elements").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    expect(page.locator("#fig-elements svg").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_in_figures_follows_the_theme(
    open_context: Callable[..., BrowserContext], web: str, scheme: str
) -> None:
    """Light text on dark pages, dark text on light ones, also after the chart became interactive."""
    page = open_context(color_scheme=scheme).new_page()
    page.goto(web + "chapters/01-1-background.html")
    figure = page.locator("#fig-growth")
    figure.scroll_into_view_if_needed()
    expect(figure.locator(LIVE)).to_be_visible(timeout=20_000)
    fill = figure.locator(f"{LIVE} text").first.evaluate("e => getComputedStyle(e).fill")
    brightness = sum(int(number) for number in re.findall(r"\d+", fill)[:3])
    assert (brightness > 450) == (scheme == "dark"), fill


def test_a_finger_finds_values_too(open_context: Callable[..., BrowserContext], web: str) -> None:
    """A tap shows the value, inside the screen."""
    page = open_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    page.goto(web + "chapters/01-1-background.html")
    live = page.locator(f"#fig-growth {LIVE}")
    page.locator("#fig-growth").scroll_into_view_if_needed()
    expect(live).to_be_visible(timeout=20_000)
    tooltip = page.locator("#vg-tooltip-element.visible")
    for number, year in ((3, "2018"), (5, "2020"), (7, "2022")):  # what was tapped before does not hide it
        bar = live.locator(".mark-rect path").nth(number)
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(200)
        expect(tooltip).to_contain_text(year)
    place = tooltip.bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 360


def test_the_code_of_a_figure_unfolds(page: Page, web: str) -> None:
    """One word says what a click does: first show, then hide."""
    page.goto(web + "chapters/01-4-path.html")
    summary = page.locator("details.hide > summary").first
    assert summary.inner_text().strip() == "查看代码"
    summary.click()
    assert summary.inner_text().strip() == "收起代码"
    expect(page.locator("details.hide pre").first).to_be_visible()
