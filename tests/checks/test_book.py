"""Checks of the book around a bank: slips of real life are found at their place, what is right is left alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.conftest import copy_book
from tests.paths import ROOT

from kejian.checks.check import Example, Finding
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.run import Rules, check_course

BOOK = Rules(select=("BOOK",))
TEXT = """\
# 水的三种状态

冰是固态的水，雪和霜也是固态的水。
水结成冰的过程叫作凝固，凝固时会放出热量。
冰化成水的过程叫作熔化，熔化时要吸收热量。

"""


def found(folder: Path) -> list[Finding]:
    return check_course(Course(folder), BOOK)


def found_on_page(folder: Path, text: str, **files: str) -> list[tuple[str, int]]:
    """(id, line counted from the text that was added) of what is found on a page of the sound course."""
    write_example(Example(files={"water.md": TEXT + text, **files}), folder)
    return [(f.problem.id, f.problem.place.line - TEXT.count("\n")) for f in found(folder)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book of this repository."""
    return copy_book(tmp_path_factory.mktemp("real") / "book")


SLIPS = [
    # quizzes and pages
    ("chapters/01-exercises.md", ":select: ch01-e*", ":select: ch01-e0[1-4]", "BOOK02", "ch01-e05"),
    ("chapters/01-exercises.md", ":select: ch01-m*", ":select: ch01-m* ch01-s03", "BOOK03", "ch01-s03"),
    ("chapters/01-2-concept.md", "{question} chk-2-1", "{question} chk-2-l", "BOOK04", "chk-2-l"),
    ("chapters/01-reading-2.md", "```{quiz} reading-2", "```{quiz} reading-1", "BOOK01", "reading-2"),
    ("_toc.yml", "chapters/01-4-path", "chapters/01-4-paths", "BOOK05", "chapters/01-4-paths"),
    ("_toc.yml", "      - file: book/howto\n", "", "BOOK06", "book/howto"),
    ("quizzes/chapter-01.yml", "- chapters/01-4-path", "- chapters/01-4-way", "BOOK07", "chapters/01-4-way"),
    # figures
    ("chapters/01-2-concept.md", "资料来源：根据本节正文整理。", "根据本节正文画成。", "BOOK09", "图1-3"),
    ("chapters/01-2-concept.md", "description=", "title=", "BOOK10", "图1-3"),
    # objectives and terms
    ("chapters/01-overview.md", "应当怎样走。", "应当怎样走。\n5. 能够评价一项措施。", "BOOK11", "能够评价"),
    ("quizzes/chapter-01.yml", "objective: 4", "objective: 5", "BOOK12", "5"),
    ("chapters/01-2-concept.md", "{term}`垂直治理`", "{term}`垂直管理`", "BOOK13", "垂直管理"),
    ("chapters/01-4-path.md", "- 数字治理意识\n", "- 数字治理理念\n", "BOOK13", "数字治理理念"),
    ("book/glossary.md", "枫桥经验\n", "枫桥做法\n", "BOOK14", "枫桥做法"),
    # links
    ("chapters/01-overview.md", "(01-4-path.md)", "(01-4-paths.md)", "BOOK15", "01-4-paths.md"),
    ("book/index.md", ":link: howto", ":link: how-to", "BOOK15", "how-to"),
    ("chapters/01-2-concept.md", "(#fig-elements)", "(#fig-element)", "BOOK16", "fig-element"),
    ("chapters/01-4-path.md", "name: fig-talent", "name: fig-talents", "BOOK16", "fig-talent"),
    ("chapters/01-4-path.md", "caict-global-2022,", "caict-global-2202,", "BOOK17", "caict-global-2202"),
    ("chapters/01-2-concept.md", "../data/elements.csv", "../data/element.csv", "BOOK18", "element.csv"),
    ("chapters/01-2-concept.md", "### （四）治理评价", "#### （四）治理评价", "", ""),
    ("chapters/01-2-concept.md", "## 一、数字治理的概念", "### 一、数字治理的概念", "BOOK19", "概念"),
    ("chapters/01-2-concept.md", ":name: tbl-egov", ":name: tbl-means", "BOOK20", "tbl-means"),
    # data
    ("data/datapackage.json", '"path": "elements.csv"', '"path": "element.csv"', "BOOK21", "element.csv"),
    ("data/datapackage.json", '"path": "elements.csv"', '"path": "timeline.csv"', "BOOK22", "elements.csv"),
    ("data/elements.csv", "element,question", "element,problem", "BOOK23", "problem"),
    ("data/datapackage.json", '"unit": "万亿美元"', '"unit": ""', "BOOK24", "总量"),
    ("data/datapackage.json", '"source": "本书整理"', '"source": ""', "BOOK25", ""),
]


@pytest.mark.parametrize(("file", "right", "wrong", "id", "names"), SLIPS, ids=lambda value: str(value)[:30])
def test_a_slip_in_the_real_book_is_found(
    book: Path, file: str, right: str, wrong: str, id: str, names: str
) -> None:
    """The finding has the id that is meant, stands in the line of the slip, and quotes the words concerned."""
    path = book / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    try:
        findings = found(book)
    finally:
        path.write_text(text, encoding="utf-8")
    if not id:  # a level up again is no skipped level
        assert findings == []
        return
    meant = [finding for finding in findings if finding.problem.id == id]
    assert meant
    told = " ".join(value for finding in meant for _, value in finding.problem.values)
    assert names in told


def test_the_real_book_is_sound() -> None:
    """No false alarm."""
    assert found(ROOT) == []


def test_places_are_exact(tmp_path: Path) -> None:
    """Line and column of the very word, in paragraphs of several lines, tables, lists and directives."""
    text = (
        "第一行。\n见[下页](nowhere.md)。\n\n"
        "| 甲 | 乙 |\n|---|---|\n| 一 | [二](nowhere-2.md) |\n\n"
        ":::{note}\n- 丙\n- [丁](nowhere-3.md)\n:::\n\n"
        ":::{figure} data.svg\n:alt: 图\n\n图1　{term}`冰`\n\n资料来源：编者自绘。\n:::\n"
    )
    write_example(Example(files={"water.md": TEXT + text, "data.svg": "<svg/>"}), tmp_path)
    places = {
        dict(f.problem.values).get("target", "冰"): (f.problem.place.line - 6, f.problem.place.column)
        for f in found(tmp_path)
    }
    expected = {"nowhere.md": (2, 7), "nowhere-2.md": (6, 11), "nowhere-3.md": (10, 7), "冰": (16, 11)}
    assert expected == places


def test_captions_of_code_cells_are_text_of_the_page(tmp_path: Path) -> None:
    """Their links, terms and citations are looked at, at their own line; a name of a figure can be linked to."""
    cell = (
        "见[图1](#fig-ice)。\n\n```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    name: fig-ice\n    caption: |\n"
        "      图1　冰\n\n      资料来源：统计局{cite}`bureau`，见[下页](nowhere.md)。\n---\ndraw()\n```\n"
    )
    assert [("BOOK15", 11), ("BOOK17", 11)] == sorted(found_on_page(tmp_path, cell))
    page = Course(tmp_path).page("water")
    assert page
    assert [15, 17] == [block.line for block in page.blocks if block.inside == "code-cell"]


QUESTIONS_SHOWN = [
    # the text of a page, and every (id, line) that is found
    (
        "```{quiz} water\n:select: w-s*\n\n## 后文\n\n```{quiz} water\n:select: w-m* w-e*\n```\n",
        [("BOOK26", 1)],
    ),
    ("```{quiz} water\n## 后文\n", [("BOOK26", 1)]),
    ("> ```{quiz} water\n> 后文\n> ```\n", [("BOOK26", 1)]),
    ("```{quiz} water\n：select： w-s*\n```\n", [("BOOK26", 1)]),
    ("```{question} w-s1\n正文\n```\n```{quiz} water\n:select: w-[me]*\n```\n", [("BOOK26", 1)]),
    ("```{quiz} water\n:selct: w-s*\n```\n", [("BOOK27", 2)]),
    ("```{quiz} water\n---\nselct: w-s*\n---\n```\n", [("BOOK27", 1)]),
    ("```{question} w-s1\n:select: w-s1\n```\n```{quiz} water\n:select: w-[me]*\n```\n", [("BOOK27", 2)]),
    ("- 甲\n\n  ```{quiz} water\n  :title: 练习\n  ```\n", [("BOOK27", 4)]),
    *(
        (text + "\n```\n", [("BOOK28", 1)])
        for text in (
            "```{quizz} water",
            "```{Quiz} water",
            "```{qiuz} water",
            "```{quizes} water",
            "```｛quiz｝ water",
            "```{quiz｝ water",
            "```quiz water",
            "·``{quiz} water",
            "···{quiz} water",
            "'''{quiz} water",
            "``{quiz} water",
            "{quiz} water",
            "    ```{quiz} water",
            "\t```{quiz} water",
        )
    ),
    ("```{quiz} water\n---\n[\n---\n```\n", [("BOOK28", 1)]),
    ("```{quiz} water\n```\n\n````{note}\n```{questions} w-s1\n```\n````\n", [("BOOK28", 5)]),
    # what is right, and what is about it
    ("- 甲\n\n  ```{quiz} water\n  :select: w-*\n\n  ```\n", []),
    (":::{quiz} water\n:::\n", []),
    ("~~~{quiz} water\n~~~\n", []),
    ("``` {quiz} water\n```\n", []),
    ("````{note}\n```{quiz} water\n```\n````\n", []),
    ("```{quiz} water\n```\n\n````md\n```{quizz} ice\n```\n````\n", []),
    ("```{quiz} water\n```\n\n````\n```{quiz} ice\n```\n````\n", []),
    ("```{quiz} water\n```\n\n````{code-block} md\n```{quiz} ice\n```\n````\n", []),
    ("```{quiz} water\n```\n\n<!--\n```{quiz} ice\n```\n-->\n", []),
    ("```{quiz} water\n```\n\n% ```{quiz} ice\n", []),
    *(
        (f"```{{quiz}} water\n```\n\n```{{{name}}} 一\n甲\n```\n", [])
        for name in ("equation", "quotation", "pull-quote", "solution", "exercise")
    ),
    ("```{quiz} water\n```\n\n`` ```{quiz} ice `` 放练习\n\n``{quiz}`` 也是\n\n`{quiz} ice`\n", []),
    ("```{quiz} water\n```\n\nquiz water\n\n::: question\n:::\n\n> 引文\n", []),
]


@pytest.mark.parametrize(("text", "expected"), QUESTIONS_SHOWN)
def test_questions_are_shown_as_they_are_meant(
    text: str, expected: list[tuple[str, int]], tmp_path: Path
) -> None:
    """A fence that is not closed, an option or a name that is misspelt: told at its line, once."""
    found = found_in_exercises(tmp_path, text)
    assert expected == [(f.problem.id, f.problem.place.line - 2) for f in found]


def found_in_exercises(folder: Path, text: str) -> list[Finding]:
    """Everything that is found in the sound course where its page of exercises has this text."""
    write_example(Example(files={"exercises.md": "# 练习题\n\n" + text}), folder)
    return check_course(Course(folder))


def test_an_open_fence_is_told_with_the_text_that_is_lost(tmp_path: Path) -> None:
    """The teacher finds where the fence belongs."""
    (finding,) = found_in_exercises(tmp_path, "```{quiz} water\n:select: w-*\n\n后文\n")
    assert dict(finding.problem.values) == {"kind": "{quiz}", "name": "water", "line": "6", "text": "后文"}


LINKS_THAT_LEAD_SOMEWHERE = [
    "[网页](https://example.org/a.md) [邮箱](mailto:a@b.cn) <https://example.org>",
    "[本页](#水的三种状态) [他页](exercises.md#练习题) [他页](exercises) [他页](/exercises.md)",
    "(ice)=\n## 冰 Ice\n\n[上文](#ice) {ref}`ice` {ref}`上文 <ICE>` [上文](ice)",
    "{doc}`exercises` {doc}`题 </exercises>`",
    "$$\na = b\n$$ (eq-1)\n\n见[公式](#eq-1)。",
    "[名字]{#inline-name}，见[上文](#inline-name)。",
    "见[索引](genindex.html)和{ref}`genindex`。",
    "[代码块里的不算链接]：`[x](nowhere.md)`\n\n```text\n[x](nowhere.md) {ref}`nowhere`\n```",
    "% 注释里的 [x](nowhere.md)",
    "[数据](water.csv) {download}`数据 <water.csv>`",
    "{{ 变量 }}与[链接]({{ url }})",
    "```{list-table}\n* - [题](exercises.md)\n```",
]


@pytest.mark.parametrize("text", LINKS_THAT_LEAD_SOMEWHERE)
def test_no_false_alarm_about_links(text: str, tmp_path: Path) -> None:
    """Each way to write a link that Sphinx understands."""
    assert found_on_page(tmp_path, text + "\n", **{"water.csv": "a\n1\n"}) == []


OPTIONS = "---\nmystnb:\n  figure:\n    caption: 图1　来源：统计局\n"
FIGURES_THAT_ARE_COMPLETE = [
    # an Altair chart with its texts; a set-up cell; a cell that shows no figure
    '```{code-cell} ipython3\n:tags: [remove-cell]\nimport altair as alt\nalt.renderers.enable("book")\n```',
    "```{code-cell} ipython3\n:tags: [remove-output]\nimport altair as alt\nalt.Chart(data).mark_bar()\n```",
    "```{code-cell} ipython3\n1 + 1\n```",
    "```{code-cell} ipython3\nimport altair as alt\nbase = alt.Chart(data)\n```",
    "```{code-cell} ipython3\nimport altair as alt\nalt.renderers.enable('book')\n```",
    "```{code-cell} ipython3\nthis is no Python, alt.Chart\n```",
    f"```{{code-cell}} ipython3\n{OPTIONS}  image:\n    alt: 图\n---\nplt.plot()\n```",
    # drawn by a function of another file: what it describes cannot be seen here
    f"```{{code-cell}} ipython3\n{OPTIONS}---\ndraw()\n```",
    "![冰](ice.svg)\n\n```{image} ice.svg\n:alt: 冰\n```",
    "```{figure} ice.svg\n:alt: Ice\n\nFig. 1. Ice.\n\nSource: the author.\n```",
]


@pytest.mark.parametrize("text", FIGURES_THAT_ARE_COMPLETE)
def test_no_false_alarm_about_figures(text: str, tmp_path: Path) -> None:
    """Cells that show nothing, and figures with all that they need."""
    assert found_on_page(tmp_path, text + "\n", **{"ice.svg": "<svg/>"}) == []


CHART = 'import altair as alt\nchart = alt.Chart("data").mark_bar()\nchart\n'


@pytest.mark.parametrize(
    ("cell", "found_there"),
    [
        (CHART, [("BOOK08", 1), ("BOOK10", 1)]),
        (CHART.replace("\nchart\n", '\nchart.properties(description="柱形图")\n'), [("BOOK08", 1)]),
        (f"---\nmystnb:\n  figure:\n    caption: 图1\n---\n{CHART}", [("BOOK09", 5), ("BOOK10", 5)]),
    ],
)
def test_what_a_chart_lacks_is_named(cell: str, found_there: list[tuple[str, int]], tmp_path: Path) -> None:
    """A chart that is the last line of a cell is a figure, with or without the options of one."""
    assert found_there == found_on_page(tmp_path, f"```{{code-cell}} ipython3\n{cell}```\n")


def test_english_objectives_and_terms(tmp_path: Path) -> None:
    """Numbered by any number, with nested lists; terms in any case, with an explanation behind them."""
    text = (
        ":::{admonition} Objectives\n:class: dropdown objectives\n\n"
        "1. Name the states:\n   1. ice\n   2. steam\n1. Explain freezing.\n:::\n\n"
        "{term}`freezing` {term}`Melting point`\n\n## Key terms\n\n"
        "- **Freezing**: water turns to ice\n- latent heat\n"
    )
    entries = "Freezing\nsolidification\n  To ice.\n\nmelting point\n  0 degrees.\n"
    glossary = f"# Glossary\n\n```{{glossary}}\n{entries}```\n"
    contents = "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: glossary.md\n"
    findings = found_on_page(tmp_path, text, **{"glossary.md": glossary, "_toc.yml": contents})
    assert [("BOOK14", -1), ("BOOK11", 4), ("BOOK11", 7), ("BOOK13", 15)] == sorted(
        findings, key=lambda f: f[1]
    )


@pytest.mark.parametrize("heading", ["关键术语", "五、主要术语", "Key Terms"])
def test_lists_of_key_terms_are_known_by_their_heading(heading: str, tmp_path: Path) -> None:
    """With numbers and in English; lists below other headings are no terms."""
    files = {
        "_toc.yml": "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: terms\n",
        "terms.md": "# 术语表\n\n```{glossary}\n冰\n  固态的水。\n```\n",
    }
    text = f"## {heading}\n\n- 冰（ice）\n- 霜：水汽凝成的冰晶\n\n## 水的概念\n\n- 雾\n"
    assert [("BOOK13", 4)] == found_on_page(tmp_path, text, **files)


def test_pages_that_need_not_be_in_the_contents(tmp_path: Path) -> None:
    """What another page takes in, and drafts whose name begins with an underscore."""
    files = {
        "_toc.yml": "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: more/ice\n",
        "more/ice.md": "# 冰\n\n```{include} part.md\n```\n",
        "more/part.md": "雪和霜。\n",
        "more/_draft.md": "# 草稿\n",
        "README.md": "# 说明\n",
    }
    write_example(Example(files=files), tmp_path)
    assert found(tmp_path) == []


def test_a_quiz_for_paper_only_can_be_allowed(tmp_path: Path) -> None:
    """By its id in the settings, as a question would be."""
    write_example(Example(files={"exercises.md": "# 练习题\n"}), tmp_path)
    rules = Rules(select=("BOOK",), allow={"BOOK01": ["water"]})
    assert check_course(Course(tmp_path), rules) == []


def test_a_broken_quiz_is_not_unknown(tmp_path: Path) -> None:
    """What cannot be read is told by the loader, not once more by the page that shows it."""
    write_example(Example(question={"points": "many"}), tmp_path)
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"resources": [1, {"path": 5, "schema": []}]}', "\ufeff{}"]
)
def test_a_damaged_data_package_is_told_or_left_alone(content: str, tmp_path: Path) -> None:
    """Never a traceback."""
    write_example(Example(files={"data/datapackage.json": content, "data/ice.csv": "a\n"}), tmp_path)
    assert {f.problem.id for f in found(tmp_path)} <= {"BOOK21", "BOOK22"}
    assert found(tmp_path)


def test_every_file_may_be_damaged(tmp_path: Path) -> None:
    """Settings, contents and pages that are no text at all give findings or nothing."""
    write_example(Example(files={"data/datapackage.json": json.dumps({"resources": []})}), tmp_path)
    for path in [p for p in tmp_path.rglob("*") if p.is_file()]:
        kept = path.read_bytes()
        for damaged in (b"\xff\xfe\x00", b"---\n: [", b"```{figure}\n---\n[\n---\n"):
            path.write_bytes(damaged)
            found(tmp_path)
        path.write_bytes(kept)
    shutil.rmtree(tmp_path / "quizzes")
    found(tmp_path)
