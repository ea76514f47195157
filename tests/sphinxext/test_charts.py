"""Charts in a real Sphinx build: what a reader gets without JavaScript, and what the browser needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from kejian.catalogue import say
from kejian.sphinxext.charts import BUNDLE, MIME_TYPES, PALETTE, Table, data_tables

CONF = """
from kejian.sphinxext.charts import setup_charts

extensions = ["myst_nb"]
language = "zh_CN"
nb_execution_mode = "off"
numfig = True

def setup(app):
    setup_charts(app)
"""
FIGURE = {"figure": {"name": "fig-scale", "caption": "图1　规模\n\n单位：万亿元。\n"}}
SUM = 0.1 + 0.2
BACKGROUNDS = ("#ffffff", "#121212")
"""Pages of the theme, light and dark."""


@dataclass(frozen=True)
class Built:
    """A finished book of one page, `page`."""

    out: Path
    warnings: str
    app: Sphinx

    @property
    def html(self) -> str:
        return (self.out / "page.html").read_text(encoding="utf-8")

    @property
    def svgs(self) -> list[ElementTree.Element]:
        return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg .*?</svg>", self.html, re.DOTALL)]


Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds a notebook whose cells have these charts as outputs: `build(spec, …, builder="latex")`."""

    def make(*specs: dict[str, Any], builder: str = "html", mime_type: str = MIME_TYPES[0]) -> Built:
        source, out, warnings = tmp_path / "book", tmp_path / builder, StringIO()
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(CONF, encoding="utf-8")
        (source / "index.md").write_text("# 书\n\n```{toctree}\npage\n```\n", encoding="utf-8")
        (source / "page.ipynb").write_text(json.dumps(notebook(specs, mime_type)), encoding="utf-8")
        folders = (str(source), str(source), str(out), str(tmp_path / "doctrees"))
        # several builds in one process must not find each other's nodes
        with docutils_namespace():
            app = Sphinx(*folders, builder, status=None, warning=warnings)
            app.build()
        return Built(out, warnings.getvalue(), app)

    return make


def notebook(specs: tuple[dict[str, Any], ...], mime_type: str) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# 图"}]
    cells += [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "execution_count": number,
            "metadata": {"mystnb": FIGURE} if number == 1 else {},
            "source": "chart",
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": number,
                    "metadata": {},
                    "data": {mime_type: spec, "text/plain": "alt.Chart(...)"},
                }
            ],
        }
        for number, spec in enumerate(specs, start=1)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def spec(**more: Any) -> dict[str, Any]:
    """A bar chart of two years, clipped so that its drawing has ids."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "规模从18.6增加到22.6，“翻番”<未到>。",
        "data": {
            "values": [
                {"year": 2015, "scale": 18.6},
                {"year": 2016, "scale": None},
                {"year": 2017, "scale": SUM},
            ]
        },
        "mark": {"type": "bar", "clip": True},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": "年份"},
            "y": {"field": "scale", "type": "quantitative", "title": "规模"},
            "tooltip": [{"field": "year", "title": "年份"}, {"field": "scale", "title": "规模（万亿元）"}],
        },
        **more,
    }


@pytest.mark.parametrize("mime_type", MIME_TYPES)
def test_a_chart_becomes_an_inline_drawing_with_a_text_alternative(build: Build, mime_type: str) -> None:
    """Under each of Vega-Lite's names: an SVG of free size, Chinese as text, and the description."""
    built = build(spec(), mime_type=mime_type)
    assert built.warnings == ""
    (svg,) = built.svgs
    assert "viewBox" in svg.attrib
    assert not {"width", "height"} & svg.attrib.keys()
    assert ("img", spec()["description"]) == (svg.get("role"), svg.get("aria-label"))
    assert {"年份", "规模"} <= {text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert "alt.Chart" not in built.html


def test_nothing_in_the_drawing_comes_from_elsewhere(build: Build) -> None:
    """No font, style or address: the drawing is complete in the page."""
    (drawing,) = re.findall(r"<svg .*?</svg>", build(spec()).html, re.DOTALL)
    assert not re.search(r"https?://(?!www\.w3\.org/)|@font-face|@import|<style|<image", drawing)


def test_text_and_lines_take_their_colour_from_the_page(build: Build) -> None:
    """Dark mode works without JavaScript: no text has a colour of its own, and there is no background."""
    (svg,) = build(spec()).svgs
    texts = list(svg.iter("{http://www.w3.org/2000/svg}text"))
    assert {"currentColor"} == {text.get("fill") for text in texts}
    lines = {line.get("stroke") for line in svg.iter("{http://www.w3.org/2000/svg}line")}
    assert {"var(--kejian-chart-line)"} == lines
    assert not any(element.get("fill") in ("white", "#fff", "#ffffff") for element in svg.iter())


def test_two_charts_on_a_page_share_no_id(build: Build) -> None:
    """An id stands once on a page, and every reference finds its own."""
    html = build(spec(), spec()).html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)
    clips = re.findall(r"url\(#([^)]+)\)", html)
    assert len(clips) >= 2
    assert set(clips) <= set(ids)


def test_the_data_table_is_one_click_away(build: Build) -> None:
    """Columns have the Chinese names of the tooltip; a missing value is a dash, 0.1 + 0.2 is 0.3."""
    html = build(spec()).html
    details = re.search(r"<details><summary>查看数据表</summary>(.*?)</details>", html, re.DOTALL)
    assert details
    assert re.findall(r'<th scope="col">(.*?)</th>', details[1]) == ["年份", "规模（万亿元）"]
    assert re.findall(r"<td[^>]*>(.*?)</td>", details[1]) == ["2015", "18.6", "2016", "—", "2017", "0.3"]
    assert "<caption>图1的数据</caption>" in details[1]


def test_data_of_layers_and_panels_are_told_once() -> None:
    """Equal columns make one table; encoding is inherited; without tooltip, axes name the columns."""
    panel = {
        "data": {"name": "a"},
        "encoding": {"x": {"field": "year", "title": "年份"}},
        "layer": [{"mark": "bar", "encoding": {"y": {"field": "v", "title": "值"}}}, {"mark": "text"}],
    }
    other = {
        "data": {"name": "b"},
        "mark": "point",
        "encoding": {"y": {"field": "w"}, "x": {"field": "made-later"}},
    }
    silent = {"data": {"name": "b"}, "mark": "rule", "encoding": {"x": {"field": "w"}, "tooltip": []}}
    twin = {**other, "data": {"name": "c"}}
    sets = {"a": [{"year": 1, "v": 2}, {"year": 1, "v": 2}], "b": [{"w": "丙"}], "c": [{"w": "丁"}]}
    assert (Table(("年份", "值"), (("1", "2"),)), Table(("w",), (("丙",), ("丁",)))) == data_tables(
        {"datasets": sets, "vconcat": [panel, panel, silent, other, twin]}
    )


def test_no_text_of_a_chart_can_leave_its_place(build: Build) -> None:
    """Data that look like HTML stay data: in the table, in the drawing and in the JSON for the browser."""
    evil = "</script><script>alert(1)</script>"
    hostile = spec(data={"values": [{"year": evil, "scale": 1}]}, description=f'"><{evil}')
    built = build(hostile)
    assert "<script>alert" not in built.html
    script = re.search(r'<script type="application/json">(.*?)</script>', built.html, re.DOTALL)
    assert script
    assert evil == json.loads(script[1])["data"]["values"][0]["year"]
    assert f'"><{evil}' == built.svgs[0].get("aria-label")


def test_notes_stand_below_the_caption(build: Build) -> None:
    """`usermeta.notes` is real text under the figure's title, so that a reader finds why numbers disagree."""
    html = build(spec(usermeta={"notes": ["2016年口径不同。"]})).html
    caption = re.search(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)
    assert caption
    parts = ["图1　规模", "单位：万亿元。", say("charts.notes"), "2016年口径不同。"]
    places = [caption[1].index(part) for part in parts]
    assert sorted(places) == places


def test_the_browser_library_is_there_only_for_books_with_charts(build: Build, tmp_path: Path) -> None:
    """A page with a chart names the library by a relative address; the site has it, as a classic script."""
    assert not (build().out / "_static" / BUNDLE).exists()
    built = build(spec())
    assert f'data-vega="_static/{BUNDLE}"' in built.html
    library = (built.out / "_static" / BUNDLE).read_text(encoding="utf-8")
    assert re.search(r"window\.vegaEmbed ?= ?", library)
    # all names are local to a function: two classic scripts with the same `const` would stop each other
    assert library.startswith("(() => {") and library.rstrip().endswith("})();")
    assert not re.search(r"(^|[;}])\s*(import|export)\s*[{*\"']", library)


def test_a_chart_without_text_alternative_is_reported(build: Build) -> None:
    """The author learns the place and the remedy; the chart is drawn all the same."""
    built = build(spec(description=""))
    assert say("charts.no-description") in built.warnings
    assert "page.ipynb" in built.warnings
    assert len(built.svgs) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"mark": "no-such-mark"},
        # data are never fetched while building
        {"data": {"url": "https://example.com/data.csv"}},
    ],
)
def test_a_broken_chart_is_reported_and_leaves_its_description(build: Build, broken: dict[str, Any]) -> None:
    """One warning with the place instead of a traceback; the reader still gets the description."""
    built = build(spec(**broken))
    assert built.warnings.count("WARNING") == 1
    assert say("charts.broken", error="").split("：")[0] in built.warnings
    assert "page.ipynb" in built.warnings
    assert built.svgs == []
    assert spec()["description"] in unescape(built.html)


def test_latex_gets_a_vector_figure(build: Build) -> None:
    """The PDF holds the chart as PDF, with real colours and its title, without a warning."""
    built = build(spec(), builder="latex")
    assert built.warnings == ""
    (tex,) = built.out.glob("*.tex")
    image = re.search(
        r"\\sphinxincludegraphics[^{]*\{\{(chart-\w+)\}\.pdf\}", tex.read_text(encoding="utf-8")
    )
    assert image
    assert (built.out / f"{image[1]}.pdf").read_bytes().startswith(b"%PDF")


def test_plain_text_gets_the_description(build: Build) -> None:
    """Where there are no images, the text alternative stands in the place of the chart."""
    built = build(spec(), builder="text")
    assert built.warnings == ""
    assert spec()["description"] in (built.out / "page.txt").read_text(encoding="utf-8").replace("\n", "")


def test_a_page_is_read_again_when_its_table_changes(build: Build, tmp_path: Path) -> None:
    """The page depends on the CSV files that its code names."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "table.csv").write_text("a\n1\n", encoding="utf-8")
    code = "# 图\n\n```python\npd.read_csv('table.csv')\npd.read_csv('none.csv')\n```\n"
    (tmp_path / "book" / "other.md").write_text(f"---\norphan: true\n---\n{code}", encoding="utf-8")
    dependencies = build().app.env.dependencies["other"]
    assert [Path(name).name for name in dependencies] == ["table.csv"]


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("colour", PALETTE)
def test_data_colours_are_seen_on_light_and_dark_pages(colour: str, background: str) -> None:
    """Every colour of the palette has at least 3:1 on both backgrounds (WCAG 2.2, 1.4.11)."""
    assert contrast(colour, background) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours like `#0072b2`."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
