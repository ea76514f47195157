"""The bibliography by GB/T 7714—2015, and citations that compress: on the page and in the notebooks."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from pybtex.database import parse_string
from pybtex.plugin import find_plugin
from tests.conftest import ROOT
from tests.notebook.test_export import PAGES, markdown
from tests.sphinxext.conftest import CONF, PAGE, Build

from kejian.notebook.export import read_book
from kejian.references import STYLE, register_style

ENTRIES = {
    # reports
    "author publishes": (
        "@techreport{x, author={信通院}, institution={信通院}, title={{白皮书（2024）}}, type={白皮书}, year=2024}",
        "信通院. 白皮书（2024）[R]. 2024.",
    ),
    "one of the authors publishes": (
        "@techreport{x, author={{甲社、乙会}}, institution={乙会}, title={报告}}",
        "甲社、乙会. 报告[R].",
    ),
    "another publishes": (
        "@report{x, author={{信通院}}, institution={工信部}, address={北京}, title={报告}, year=2024}",
        "信通院. 报告[R]. 北京：工信部，2024.",
    ),
    "number and address": (
        "@techreport{x, author={{信通院}}, title={报告}, number={No.202327}, year=2024, url={https://a.cn/b_c?d=1%202}}",
        "信通院. 报告：No.202327[R/OL]. 2024. https://a.cn/b_c?d=1%202.",
    ),
    # what is not known
    "without author": ("@misc{x, key={x}, title={{《数字治理》第一章}}}", "《数字治理》第一章[Z]."),
    "note": (
        "@misc{x, title={{题“甲”}}, note={作者不详；未见原件。}}",
        "题“甲”[Z]. 注：作者不详；未见原件。",
    ),
    # on the web
    "page": (
        "@misc{x, author={{统计局}}, title={公报}, url={https://a.cn/}, urldate={2025-01-02}, year=2025}",
        "统计局. 公报[EB/OL]. 2025[2025-01-02]. https://a.cn/.",
    ),
    "page without address": (
        "@online{x, author={王益民}, title={文章}, howpublished={某网页}, year=2023}",
        "王益民. 文章[EB/OL]. 某网页，2023.",
    ),
    # books and journals
    "book": (
        "@book{x, author={库恩 and others}, title={书}, edition=4, address={北京}, publisher={北大社}, year=2012}",
        "库恩，等. 书[M]. 4版. 北京：北大社，2012.",
    ),
    "editor": ("@book{x, editor={孟, 天广}, title={书}, year=2012}", "孟天广. 书[M]. 2012."),
    "part of a book": (
        "@inproceedings{x, author={贾东琴}, title={文}, booktitle={集}, publisher={某社}, year=2011, pages={4-5}}",
        "贾东琴. 文[C]//集. 某社，2011：4-5.",
    ),
    "article": (
        "@article{x, author={甲 and 乙 and 丙 and 丁}, title={文}, journal={刊}, year=2023, number=5, pages={1-9}}",
        "甲，乙，丙，等. 文[J]. 刊，2023(5)：1-9.",
    ),
    # another language brings its marks and words
    "English": (
        "@article{x, author={van Dijk, Jan A. and {World Bank}}, title={The divide}, journal={Nature}, year=2014,"
        " volume=510, number=7, pages={3-4}, doi={10.1/a_b}, note={Not seen.}}",
        "VAN DIJK J A, World Bank. The divide[J/OL]. Nature, 2014, 510(7): 3-4. DOI:10.1/a_b. Note: Not seen.",
    ),
}
WORKS = "".join(
    f"@techreport{{w{n}, author={{{{甲}}}}, title={{第{n}号}}, year={2010 + n}, url={{http://a.cn/{n}_x}}}}\n"
    for n in range(1, 8)
)
CITING = """
甲{cite}`w1`，乙{cite}`w2,w3,w4,w5,w6,w7`。

丙{cite}`w7,w3,w1,w4,w5`，丁{cite}`w2,w3`，戊{cite}`w2,w4`，己{cite:year}`w2,w3,w4`。

```{bibliography}
```
"""
STYLES = """
extensions += ["sphinxcontrib.bibtex"]
bibtex_bibfiles = ["works.bib"]
bibtex_default_style = bibtex_reference_style = "gbt7714"
"""


@pytest.mark.parametrize(("source", "expected"), ENTRIES.values(), ids=ENTRIES.keys())
def test_entry(source: str, expected: str) -> None:
    """An entry says what it states, in the order and with the marks and codes of the standard, and no more."""
    register_style()
    style = find_plugin("pybtex.style.formatting", STYLE)()
    entry = parse_string(source, "bibtex").entries["x"]
    assert expected == style.format_entry("1", entry).text.render_as("text")


def test_numbers_in_a_row_are_a_range(small_book: Build) -> None:
    """[1, 3–5, 7]: in the order of the bibliography, each shown number links to its entry; years stay apart."""
    out, warnings = small_book(**{"conf.py": CONF + STYLES, "works.bib": WORKS, "page": PAGE + CITING})
    html = (out / "page.html").read_text(encoding="utf-8")
    assert warnings == ""
    assert ["[1]", "[2–7]", "[1, 3–5, 7]", "[2–3]", "[2, 4]", "2012, 2013, 2014"] == citations(html)
    links = re.findall(r'<a class="reference internal" href="#(id\d+)"[^>]*>(\d)</a>', html)
    entries = re.findall(r'<div class="citation" id="(id\d+)" role="listitem">\s*(.*)', html)
    assert len(links) > 10
    assert {(id, f"[{number}]") for id, number in links} <= {(id, text(label)) for id, label in entries}


def test_addresses_are_links(small_book: Build) -> None:
    """The whole address and nothing else is what the reader clicks."""
    out, _ = small_book(**{"conf.py": CONF + STYLES, "works.bib": WORKS, "page": PAGE + CITING})
    html = (out / "page.html").read_text(encoding="utf-8")
    assert '2011. <a class="reference external" href="http://a.cn/1_x">http://a.cn/1_x</a>.</p>' in html


def test_notebooks_and_pages_agree(site: Path) -> None:
    """The same numbers and the same entries stand in the web book and in its notebooks."""
    book = read_book(ROOT)
    cited, works = 0, 0
    for page in PAGES:
        html = (site / f"{page}.html").read_text(encoding="utf-8")
        cells = markdown(book.notebook(page))
        marks = re.findall(r"\\\[(?:\[\d+\]\([^)]*cell-id=cite-[^)]*\)[, –]*)+\\\]", "\n".join(cells))
        assert citations(html) == [re.sub(r"\\|\]\([^)]*\)|(?<!\\)\[", "", mark) for mark in marks]
        entries = re.findall(r'<div class="citation".*?<p>(.*?)</p>', html, re.DOTALL)
        plain = [re.sub(r"\\(.)", r"\1", cell) for cell in cells if re.match(r"\\\[\d", cell)]
        listed = [re.sub(r"\[(http.*?)\]\(\1\)", r"\1", cell.partition("] ")[2]) for cell in plain]
        assert [text(entry) for entry in entries] == listed
        cited, works = cited + len(marks), works + len(entries)
    assert cited > 20
    assert works > 20


def citations(html: str) -> list[str]:
    """What the reader sees of each citation of a page."""
    return [text(mark) for mark in re.findall(r'<span class="bibtex-citation".*?</span>', html, re.DOTALL)]


def text(html: str) -> str:
    """Markup without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", html))
