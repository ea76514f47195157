"""Charts: a Vega-Lite output of a code cell becomes a drawing that needs no JavaScript and no network.

    code cell ─▶ Vega-Lite JSON ─ChartRenderer─▶ chart ─┬─ HTML    inline SVG, data table, JSON for charts.ts
                                                 (node) └─ others  image node (SVG, PDF, PNG) with description

Colours of text and lines are CSS (`currentColor`, variables of `static/charts.css`), so that one drawing
serves light, dark and print; the colours of data are fixed and readable on both backgrounds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from importlib.metadata import version
from mimetypes import guess_extension
from pathlib import Path
from typing import Any, ClassVar, Final
from xml.etree import ElementTree

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from kejian.catalogue import language_of, say
from kejian.palette import PALETTE

__all__ = ["PALETTE", "ChartRenderer", "Table", "chart", "data_tables", "draw", "setup_charts"]

MIME_TYPES: Final = tuple(
    f"application/vnd.vegalite.v{major}{end}" for major in (6, 5) for end in ("+json", ".json")
)
"""Jupyter's names for Vega-Lite; Altair 6 says `.json`, JupyterLab 4 and VS Code know `v5+json`."""

TEXT: Final = "currentColor"
LINE: Final = "var(--kejian-chart-line)"
PAPER: Final = "var(--kejian-chart-paper)"
FONT: Final = "sans-serif"
ON_PAPER: Final = {
    TEXT: "#1a1a1a",
    LINE: "#8c8c8c",
    PAPER: "#ffffff",
    FONT: "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif",
}
"""What stands for the colours and the font of the page where there is no page."""

FONT_SIZE: Final = 14
"""Pixels in a chart of 440: still 10 on a phone, where 328 pixels are left for it."""
GROWTH: Final = 1.15
"""How much wider than drawn a chart may get on a wide page: its text is then as large as the text around."""

LONG: Final = 12
"""Characters of a table cell that is given more room."""

BUNDLE: Final = f"kejian-vega-{version('vl-convert-python')}.js"
DATA_FILE: Final = re.compile(r"""["']([\w./-]+\.csv)["']""")
SVG: Final = "http://www.w3.org/2000/svg"
logger = logging.getLogger(__name__)


class ChartRenderer:
    """Turns Vega-Lite outputs into `chart` nodes: MyST-NB's entry-point group `myst_nb.mime_renderers`."""

    mime_priority_overrides: ClassVar = [("*", mime_type, 1) for mime_type in MIME_TYPES]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """The nodes for one output, or None when it is no chart."""
        if data.mime_type not in MIME_TYPES:
            return None
        env: BuildEnvironment = renderer.renderer.sphinx_env
        language = language_of(env.config.language)
        place = (env.docname, data.line)
        spec = {**data.content, "config": _merge(_theme(), data.content.get("config", {}))}
        description = spec.get("description", "")
        if not description:
            logger.warning(
                say("charts.no-description", language), type="kejian", subtype="chart", location=place
            )
        try:
            svg = draw(spec, f"chart-{env.new_serialno('kejian-chart')}")
        except ValueError as error:
            # vl-convert says what failed, then why, then Vega's call stack
            text = say("charts.broken", language, error=str(error).splitlines()[:2][-1])
            logger.warning(text, type="kejian", subtype="chart", location=place)
            return [nodes.paragraph(text=description)]
        env.metadata[env.docname]["kejian_charts"] = True
        found: list[nodes.Element] = [
            chart(spec=spec, svg=svg, description=description, tables=data_tables(spec), language=language)
        ]
        notes = spec.get("usermeta", {}).get("notes", [])
        return found + ([_notes(notes, language)] if notes else [])


class chart(nodes.General, nodes.Element):  # noqa: N801  docutils names nodes in lower case
    """A drawn chart: `spec`, `svg`, `description`, `tables` and `language`."""


class chart_notes(nodes.container):  # noqa: N801
    """What `usermeta={"notes": […]}` of a chart says about its data."""


@dataclass(frozen=True, slots=True)
class Table:
    """The data behind a chart, as a reader sees them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """One cell per column; None where there is no value."""


def setup_charts(app: Sphinx) -> None:
    """Registers nodes, style and the browser's drawing library with Sphinx."""
    app.add_node(chart, html=(_visit_html, _depart_html))
    app.add_node(chart_notes)  # shown by every builder as the container that it is
    app.add_post_transform(PlaceCharts)
    app.add_css_file("charts.css")
    app.connect("config-inited", _keep_own_numbers, priority=900)
    app.connect("source-read", _note_data_files)
    app.connect("build-finished", _write_bundle)


def draw(spec: Mapping[str, Any], prefix: str) -> str:
    """The chart as an SVG that can stand in any page; `prefix` makes its ids unique there.

    Raises ValueError when the chart is no valid Vega-Lite or wants data from the network.
    """
    drawn = vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[])
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(drawn)
    for element in root.iter():
        # Vega's roles name parts that no reader wants one by one: the whole drawing has one text alternative
        for name in [n for n in element.attrib if n == "role" or n.startswith("aria-")]:
            del element.attrib[name]
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"{prefix}-{value}")
            elif value.startswith("url(#"):
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))
    root.set("role", "img")
    root.set("aria-label", str(spec.get("description", "")))
    return ElementTree.tostring(root, encoding="unicode")


def data_tables(spec: Mapping[str, Any]) -> tuple[Table, ...]:
    """The data of a chart: columns as tooltips (or else axes) name them, equal columns in one table."""
    titles: dict[str, dict[str, str]] = {}
    values: dict[str, list[dict[str, Any]]] = dict(spec.get("datasets", {}))
    for data, encoding in _views(spec):
        name = data.get("name") or json.dumps(data)
        if "values" in data:
            values[name] = data["values"]
        titles.setdefault(name, {}).update(_columns(encoding))
    tables: dict[tuple[str, ...], list[tuple[str | None, ...]]] = {}
    # the whole data before a part of it that a layer shows: rows stand in the order of the whole
    for name, columns in sorted(titles.items(), key=lambda item: -len(values.get(item[0], []))):
        rows = values.get(name, [])
        # what a chart computes by itself is no column of its data
        shown = [field for field in columns if any(field in row for row in rows)]
        cells = [tuple(_cell(row.get(field)) for field in shown) for row in rows]
        tables.setdefault(tuple(columns[field] for field in shown), []).extend(cells)
    return tuple(Table(columns, tuple(dict.fromkeys(rows))) for columns, rows in tables.items() if columns)


class PlaceCharts(SphinxPostTransform):
    """Moves notes below the caption; outside HTML a chart becomes an image, or its description."""

    default_priority = 8  # after MyST-NB's choice of output (4), before Sphinx converts images (100)

    def run(self, **kwargs: Any) -> None:
        for notes in list(self.document.findall(chart_notes)):
            if isinstance(notes.parent, nodes.figure):
                figure = notes.parent
                figure.remove(notes)
                next(figure.findall(nodes.legend), figure).append(notes)
        for node in list(self.document.findall(chart)):
            caption = node.parent.next_node(nodes.caption) if isinstance(node.parent, nodes.figure) else None
            # 图1-1, of a caption like 图1-1　规模与增速
            node["name"] = caption.astext().split("\u3000")[0] if caption is not None else ""
            if self.app.builder.format != "html":
                node.replace_self(self._image(node) or nodes.paragraph(text=node["description"]))

    def _image(self, node: chart) -> nodes.image | None:
        svg = _for_paper(node["svg"])
        convert: dict[str, Callable[[str], bytes]] = {
            "image/svg+xml": str.encode,
            "application/pdf": vl_convert.svg_to_pdf,
            "image/png": partial(vl_convert.svg_to_png, scale=3),
        }
        mime_type = next((kind for kind in convert if kind in self.app.builder.supported_image_types), None)
        if mime_type is None:
            # a builder of plain text names the image by its `alt`
            return nodes.image(uri="", alt=node["description"]) if self.app.builder.format == "text" else None
        digest = hashlib.sha256(svg.encode()).hexdigest()[:16]
        path = Path(self.env.doctreedir, "charts", f"chart-{digest}{guess_extension(mime_type)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(convert[mime_type](svg))
        self.env.images.add_file(self.env.docname, str(path))
        return nodes.image(uri=str(path), candidates={mime_type: str(path)}, alt=node["description"])


def _theme() -> dict[str, Any]:
    """Vega-Lite configuration of every chart of the book; what a chart says itself wins."""
    text = {"labelColor": TEXT, "titleColor": TEXT, "labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE}
    text |= {"titleFontWeight": "normal", "labelLimit": 0, "titleLimit": 0}
    return {
        "background": None,
        "font": FONT,  # measured so; the page's own font replaces it (charts.css)
        "aria": False,
        "padding": 4,
        "mark": {"color": PALETTE[0]},
        "range": {"category": list(PALETTE)},
        "view": {"stroke": None},
        "axis": {**text, "gridColor": LINE, "gridOpacity": 0.4, "domainColor": LINE, "tickColor": LINE},
        "legend": {**text, "symbolSize": 120, "columnPadding": 16},
        "header": text,
        "title": {"color": TEXT, "fontSize": FONT_SIZE + 1, "anchor": "start", "offset": 8},
        "text": {"color": TEXT, "fontSize": FONT_SIZE},
        "rule": {"color": LINE},
        "line": {"strokeWidth": 2.5},
        "point": {"size": 90, "strokeWidth": 2.5},
    }


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with everything of `over` put in, group by group."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _views(
    spec: Mapping[str, Any],
    data: Mapping[str, Any] | None = None,
    encoding: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Data and encoding of every single view; both are inherited from what stands around it."""
    data = spec.get("data") or data or {}
    encoding = {**(encoding or {}), **spec.get("encoding", {})}
    inner = [part for key in ("layer", "concat", "vconcat", "hconcat") for part in spec.get(key, [])]
    inner += [spec["spec"]] if "spec" in spec else []
    for part in inner:
        yield from _views(part, data, encoding)
    if not inner:
        yield data, encoding


def _columns(encoding: Mapping[str, Any]) -> dict[str, str]:
    """Field to title of what a view tells: its tooltip (which may be empty), or else every channel."""
    told = encoding.get("tooltip", [c for c in encoding.values() if isinstance(c, Mapping)]) or []
    channels = told if isinstance(told, list) else [told]
    return {
        c["field"]: str(c.get("title") or c["field"]) for c in channels if isinstance(c.get("field"), str)
    }


def _cell(value: object) -> str | None:
    # 12 digits hide what binary fractions add to a number of the table
    return None if value is None else format(value, ".12g") if isinstance(value, float) else str(value)


def _for_paper(svg: str) -> str:
    """The drawing with real colours and fonts in place of CSS."""
    for css, colour in ON_PAPER.items():
        svg = svg.replace(f'"{css}"', f'"{colour}"')
    return svg


def _notes(notes: list[str], language: str) -> chart_notes:
    items = (nodes.list_item("", nodes.paragraph(text=note)) for note in notes)
    title = nodes.paragraph(text=say("charts.notes", language))
    return chart_notes("", title, nodes.bullet_list("", *items))


def _visit_html(translator: Any, node: chart) -> None:
    """Writes drawing, table and JSON; without JavaScript the first two are all there is."""
    builder = translator.builder
    bundle = relative_uri(builder.get_target_uri(builder.current_docname), f"_static/{BUNDLE}")
    root = ElementTree.fromstring(node["svg"])
    width = float(root.attrib.pop("width")) * GROWTH
    del root.attrib["height"]  # the view box alone lets the page choose the size
    # "<" never stands in the JSON, so that no text of a chart can end the script
    spec = json.dumps(node["spec"], ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    translator.body.append(
        f'<div class="kejian-chart" data-vega="{escape(bundle)}" style="max-width:{width:.0f}px">\n'
        f'<div class="kejian-chart-view">{ElementTree.tostring(root, encoding="unicode")}</div>\n'
        f'<script type="application/json">{spec}</script>\n'
        f"{_html_tables(node['tables'], node.get('name', ''), node['language'])}</div>\n"
    )


def _depart_html(translator: Any, node: chart) -> None:
    """Nothing is left open."""


def _html_tables(tables: tuple[Table, ...], name: str, language: str) -> str:
    if not tables:
        return ""
    name = name or say("charts.unnamed", language)
    shown = "\n".join(
        _html_table(
            table,
            say("charts.caption", language, name=name)
            if len(tables) == 1
            else say("charts.caption-number", language, name=name, number=n),
            say("charts.missing", language),
        )
        for n, table in enumerate(tables, start=1)
    )
    return f"<details><summary>{say('charts.show-data', language)}</summary>\n{shown}\n</details>\n"


def _html_table(table: Table, caption: str, missing: str) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.columns)
    rows = "\n".join(
        "<tr>" + "".join(_html_cell(missing if cell is None else cell) for cell in row) + "</tr>"
        for row in table.rows
    )
    # a region that scrolls sideways must be reachable by keyboard and have a name
    return (
        f'<div class="kejian-chart-table" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _html_cell(text: str) -> str:
    kind = ' class="long"' if len(text) > LONG else ""
    return f"<td{kind}>{escape(text)}</td>"


def _keep_own_numbers(app: Sphinx, config: Config) -> None:
    """`numfig: false` of `_config.yml` counts, though Jupyter Book's LaTeX part (at 500) turns it on."""
    if config.overrides.get("numfig") is False:
        config["numfig"] = False


def _note_data_files(app: Sphinx, docname: str, source: list[str]) -> None:
    """A page is read again when a table that its code names has changed."""
    folder = Path(app.env.doc2path(docname)).parent
    for name in DATA_FILE.findall(source[0]):
        if (folder / name).is_file():
            app.env.note_dependency(str((folder / name).resolve()))


def _write_bundle(app: Sphinx, error: Exception | None) -> None:
    """Puts Vega into `_static` when a page has a chart: a classic script, since modules do not load from file://."""
    target = Path(app.outdir, "_static", BUNDLE)
    charts = any("kejian_charts" in metadata for metadata in app.env.metadata.values())
    if error or app.builder.format != "html" or not charts or target.exists():
        return
    # in a function of its own: the bundle's hundreds of top-level names would be global in a classic script
    target.parent.mkdir(parents=True, exist_ok=True)
    library = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    target.write_text(f"(() => {{\n{library}\n}})();\n", encoding="utf-8")
