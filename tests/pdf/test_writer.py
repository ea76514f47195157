"""Every kind of node is printed as a book prints it; what is unknown is told and keeps its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pypdf import PdfReader
from tests.pdf.conftest import PAGE, Made, numbered

NOTEBOOK: Final = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
"""
EVERYTHING: Final = """\
# 章 *强* 与 `code`

(here)=
## 段

*强调*、**加粗**、`a_b #1`、H{sub}`2`O、{math}`a_1^2`、{abbr}`CPU (中央处理器)`、{kbd}`Ctrl`。
字 # $ * _ < > @ [ ] ~ / ' " - + = . : ( ) // /* */ -- ... ；，;

[本处](#here)、[首页](index.md)、{ref}`here`、[外面](https://example.org/path)、<https://example.com>。
脚注[^a]。

[^a]: 注的**正文**。

> 引文。

1. 一
   - 内

     再一段
2. 二

词
: 义

:字段: 值

```python
print("码")  # 注
```

$$
\\frac{1}{2}
$$

---

::::{grid} 2
:::{grid-item-card} 卡
文
:::
::::
::::{tab-set}
:::{tab-item} 签
页
:::
::::
:::{dropdown} 藏
者
:::
:::{note}
备注的正文。
:::
:::{admonition} 案例　题目
:class: case
案例的正文。
:::
:::{figure} dot.svg
:alt: 点
图题
+++
图的说明。
:::
{bdg}`徽` <div>raw</div>

% 不印的话

```{eval-rst}
.. |x| replace:: 替
.. only:: typst

   只印在纸上。

.. only:: html

   只在网页上。

.. centered:: 中

.. rubric:: 小题

| 行一
| 行二

-a  选项

.. versionadded:: 1.0
   新
```
"""
PRINTED: Final = (
    *(
        "章强与code",
        "段",
        "强调、加粗、a_b#1、H2O、",
        "#$*_<>@[]~/'\"-+=.:()///**/",
        "https://example.org/path",
    ),
    *(
        "https://example.com",
        "注的正文。",
        "引文。",
        "再一段",
        "字段",
        'print("码")#注',
        "卡",
        "签",
        "藏",
        "备注的正文。",
    ),
    *("案例", "题目", "案例的正文。", "图题", "徽", "只印在纸上。", "小题", "行一", "行二", "选项", "1.0"),
)
DOT: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="9"/></svg>'
)


def test_all_that_myst_can_say_is_printed(small_pdf: Callable[..., Made]) -> None:
    """No node is unknown; what is meant for the screen or for authors is left out."""
    made = small_pdf(EVERYTHING, files={"dot.svg": DOT})
    assert "" == made.warnings
    text = made.text()
    for printed in PRINTED:
        assert printed in text, printed
    for left_out in ("不印的话", "只在网页上"):
        assert left_out not in text


def test_an_unknown_node_is_told_with_its_place(small_pdf: Callable[..., Made]) -> None:
    """File and line, and its text stays in the book."""
    made = small_pdf("# 章\n\n```{eval-rst}\n.. py:function:: strange(x)\n\n   奇怪。\n```\n")
    assert re.search(r"page\.md:\d+: WARNING: PDF .* desc", made.warnings), made.warnings
    assert "奇怪。" in made.text()
    assert "strange" in made.text()


def test_a_long_table_repeats_its_head(small_pdf: Callable[..., Made]) -> None:
    """On every page that it goes over."""
    rows = "\n".join(f"| 第{n}行 | 值{n} |" for n in range(90))
    made = small_pdf(f"# 章\n\n| 甲栏 | 乙栏 |\n|---|---|\n{rows}\n")
    pages = ["".join(page.extract_text().split()) for page in PdfReader(made.path()).pages]
    with_rows = [text for text in pages if re.search(r"第\d+行", text)]
    assert len(with_rows) > 1
    assert all("甲栏" in text for text in with_rows)


def test_a_long_table_with_a_title_is_broken_too(small_pdf: Callable[..., Made]) -> None:
    """Every row stands on a page; the gate would tell one that lies upon another or below the edge."""
    rows = "".join(f"* - {n}\n  - 第{n}行{'，很长的内容' * (n % 9)}\n" for n in range(90))
    made = small_pdf(f"# 章\n\n```{{list-table}} 题\n:header-rows: 1\n\n* - 甲栏\n  - 乙栏\n{rows}```\n")
    pages = ["".join(page.extract_text().split()) for page in PdfReader(made.path()).pages]
    parts = [text for text in pages if "甲栏" in text]
    assert len(parts) > 2
    assert [False] + [True] * (len(parts) - 1) == ["续表" in text for text in parts]


def test_few_rows_that_are_long_are_broken(small_pdf: Callable[..., Made]) -> None:
    """Few rows are kept together only while they have room."""
    rows = "".join(f"* - {n}\n  - {'很长的内容' * 200}第{n}行。\n" for n in range(4))
    made = small_pdf(f"# 章\n\n文。\n\n```{{list-table}}\n\n{rows}```\n")
    last = "".join(numbered(made.path(), "2").extract_text().split())
    assert "文。0很长的内容" in last  # on the page of the text before it


def test_long_words_of_a_wide_table_stay_in_their_cells(small_pdf: Callable[..., Made]) -> None:
    """Words are hyphenated, numbers and addresses are broken; no text lies upon its neighbour."""
    cells = [
        "internationalization",
        "characteristically",
        "12345678901234567890",
        "a_long_identifier",
        "中文" * 9,
    ]
    made = small_pdf(f"# 章\n\n| {' | '.join('甲乙丙丁戊')} |\n|{'---|' * 5}\n| {' | '.join(cells)} |\n")
    lines = numbered(made.path(), "2").extract_text(extraction_mode="layout").splitlines()
    assert not [line for line in lines if "internationalization" in line or "12345678901" in line]


def test_alignment_of_columns_is_kept(small_pdf: Callable[..., Made]) -> None:
    """`---:` is right."""
    made = small_pdf("# 章\n\n| 左 | 右 |\n|:---|---:|\n| 一 | 二 |\n")
    lines = numbered(made.path(), "2").extract_text(extraction_mode="layout").splitlines()
    row = next(line for line in lines if "一" in line)
    assert len(row.rstrip()) > 40


def test_tasks_have_their_boxes(small_pdf: Callable[..., Made]) -> None:
    """Done or not is seen in print."""
    text = small_pdf(
        "# 章\n\n- [ ] 未做\n- [x] 做了\n", conf='myst_enable_extensions += ["tasklist"]\n'
    ).text()
    assert "☐未做☑做了" in text


def test_an_address_is_printed_as_it_is(small_pdf: Callable[..., Made]) -> None:
    """No &amp; of HTML, neither in a note nor behind the link; the address itself gets no note."""
    made = small_pdf("# 章\n\n[外](https://example.org/?x=1&y=2)、<https://example.com/?a=1&b=2>\n")
    assert 1 == made.text().count("https://example.org/?x=1&y=2")
    assert 1 == made.text().count("https://example.com/?a=1&b=2")
    assert "amp;" not in made.text()


def test_a_term_stays_with_its_meaning(small_pdf: Callable[..., Made]) -> None:
    """No page ends with a word that is explained on the next one."""
    terms = "".join(f"词{n}号\n: {'这是它的意思。' * (3 + n % 11)}\n\n" for n in range(60))
    reader = PdfReader(small_pdf(f"# 章\n\n{terms}").path())
    for page in reader.pages[reader.page_labels.index("2") :]:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        assert not re.fullmatch(r"词\s*\d+\s*号", lines[-2]), lines[-2]  # the last is the number of the page


TABLE: Final = """\
<style>td {color: red}</style>
<table><caption>表题</caption>
<thead><tr><th></th><th colspan="2">规模<br>（万亿元）</th></tr></thead>
<tbody><tr><th>东部</th><td>x&lt;y</td><td>2.5</td></tr></tbody></table>
<p>1 行</p><iframe src="https://example.com"></iframe>
"""


def test_html_tables_are_printed(small_pdf: Callable[..., Made]) -> None:
    """Those of pandas and of authors, with the text around; what only a screen can show is told."""
    made = small_pdf(f"# 章\n\n{TABLE}\n结尾。\n")
    assert "表题规模（万亿元）东部x<y2.51行结尾。" in made.text()
    assert re.search(r"page\.md:\d+: WARNING: .*<iframe>", made.warnings), made.warnings
    assert "color" not in made.text()


def test_a_data_frame_is_a_table(small_pdf: Callable[..., Made]) -> None:
    """Not the text that stands for it, whose columns do not meet in Chinese."""
    cell = '```{code-cell}\nimport pandas as pd\npd.DataFrame({"地区": ["东部"], "规模": [2]})\n```\n'
    styled = "```{code-cell}\npd.DataFrame({'甲': [3]}).style.hide(axis='index')\n```\n"
    made = small_pdf(f"{NOTEBOOK}# 章\n\n{cell}\n{styled}", conf='nb_execution_mode = "force"\n')
    assert "" == made.warnings
    assert "地区规模0东部2" in made.text()
    assert "甲3" in made.text()


def test_folded_code_is_not_printed(small_pdf: Callable[..., Made]) -> None:
    """The web page folds it away; code that is shown there is printed."""
    cells = "```{code-cell}\nshown = 1\n```\n\n```{code-cell}\n:tags: [hide-input]\nfolded = 2\n```\n"
    text = small_pdf(f"{NOTEBOOK}# 章\n\n{cells}").text()
    assert "shown=1" in text
    assert "folded" not in text


def test_no_line_begins_with_a_mark_that_ends(pdfs: Mapping[str, Path]) -> None:
    """标点避头: no comma, full stop or closing bracket at the beginning of a line."""
    lines = [
        line.strip()
        for page in PdfReader(pdfs["student"]).pages[5:]
        for line in page.extract_text().splitlines()
        if len(line.strip()) > 1
    ]
    assert [] == [line for line in lines if line[0] in "，。；：、！？”’）》】〕"]


def test_citations_of_a_row_are_a_range(small_pdf: Callable[..., Made]) -> None:
    """[1–3] in print too: both numbers lead to an entry, and an address is printed once, as a link."""
    works = "".join(
        f"@misc{{w{n}, title={{第{n}号}}, url={{http://a.cn/{'long/' * 30}{n}}}}}\n" for n in (1, 2, 3)
    )
    made = small_pdf(
        PAGE + "\n甲{cite}`w1,w2,w3`。\n\n```{bibliography}\n```\n",
        conf='extensions += ["sphinxcontrib.bibtex"]\nbibtex_bibfiles = ["works.bib"]\n'
        'bibtex_default_style = bibtex_reference_style = "gbt7714"\n',
        files={"works.bib": works},
    )
    assert made.warnings == ""
    assert "[1–3]" in made.text()
    assert made.text().count("long/" * 30 + "2.") == 1
    pages = [page for page in PdfReader(made.path()).pages if "号[EB/OL]" in page.extract_text()]
    links = [note.get_object() for page in pages for note in page["/Annots"]]
    assert [f"http://a.cn/{'long/' * 30}{n}" for n in (1, 2, 3)] == [
        link["/A"]["/URI"] for link in links if "/A" in link
    ]
    assert len({str(link["/Dest"]) for link in links if "/Dest" in link}) == 2
