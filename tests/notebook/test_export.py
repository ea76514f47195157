"""Pages as notebooks that lose no text and give no key away: `kejian notebook` and the downloads of the web book."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import nbformat
import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from tests.conftest import copy_book
from tests.paths import ROOT
from tests.test_book import secrets

from kejian.grading.text import normalise
from kejian.ipynb import Book, zipped
from kejian.model import Bank
from kejian.notebook.export import check_notebooks, read_book, write_notebooks
from kejian.plain import Plain, UnplainError, directive, myst_parser
from kejian.terminal import CommandError

PAGES = sorted(
    f"{folder}/{path.stem}" for folder in ("book", "chapters") for path in (ROOT / folder).glob("*.md")
)
LEFT = re.compile(r"^\s*(`{3,}|:{3,})\{|\{[\w:+-]+\}`|^\(\S+\)=$|^%|^:\w+:|^\+\+\+", re.MULTILINE)
"""Syntax that only MyST knows."""
EXTENSIONS = ("attrs_inline", "colon_fence", "deflist", "tasklist")


@pytest.fixture(scope="module")
def book() -> Book:
    """The book of this repository."""
    return read_book(ROOT)


def cells(content: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook, each with its source as one text."""
    found: list[dict[str, Any]] = json.loads(content)["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def markdown(content: bytes) -> list[str]:
    """The Markdown cells of a notebook."""
    return [cell["source"] for cell in cells(content) if cell["cell_type"] == "markdown"]


def source_cells(page: str) -> list[Any]:
    """The cells of a page as MyST-NB reads them, which knows nothing of our exporter."""
    text = (ROOT / f"{page}.md").read_text(encoding="utf-8")
    found: list[Any] = read_myst_markdown_notebook(text, add_source_map=False).cells
    return found


def bare(text: str) -> str:
    """Letters, digits and Chinese characters only: what a reader reads, without any markup."""
    return re.sub(r"[\W_]+", "", text)


def sentences(page: str) -> Iterator[str]:
    """Every line of text in the source of a page, without directives, options and citations; captions too."""
    for cell in source_cells(page):
        if cell.cell_type == "code":
            yield from cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "").split("\n")
            continue
        for line in cell.source.split("\n"):
            head = re.match(r"\s*(?:`{3,}|:{3,})\{([\w-]+)\} *(.*)", line)
            if head:
                yield head[2] if head[1] not in ("quiz", "question", "grid") else ""
            elif not re.match(r"\s*:[\w-]+:|\(\S+\)=|\s*```", line):
                line = re.sub(r"\{cite\}`[^`]*`|\{\w+\}(?=`)|(?<=\])\([^)]*\)", "", line)
                yield line


def test_every_page_becomes_a_notebook(book: Book) -> None:
    """Folders stay as they are, so that relative paths to data hold; tables and banks travel along."""
    files = book.files(book.pages)
    assert {f"{page}.ipynb" for page in PAGES} == {name for name in files if name.endswith(".ipynb")}
    for folder in ("data", "quizzes"):
        found = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob("*.*")}
        assert found - {"quizzes/keys.lock"} <= set(files)
    assert "quizzes/keys.lock" not in files  # it is for those who look after the keys


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_is_sound(book: Book, page: str) -> None:
    """It satisfies Jupyter's schema, and says kernel and language."""
    notebook = nbformat.reads(book.notebook(page), as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language == "zh-CN"


@pytest.mark.parametrize("page", PAGES)
def test_no_myst_is_left(book: Book, page: str) -> None:
    """No directive, role, target or comment, and no star that was to make text bold."""
    parser = myst_parser(EXTENSIONS)
    for text in markdown(book.notebook(page)):
        assert not LEFT.search(text), text
        for token in parser.parse(text):
            assert directive(token) is None and token.type not in ("myst_target", "myst_line_comment"), text
            for child in token.children or ():
                assert child.type != "myst_role" and not (child.type == "text" and "**" in child.content), (
                    text
                )


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_survives(book: Book, page: str) -> None:
    """All text of the source stands in the notebook, in the same order."""
    text = "\n".join(markdown(book.notebook(page)))
    text = bare(re.sub(r"\\\[\[.*?\\\]|(?<=\])\([^)]*\)", "", text))
    place, count = 0, 0
    for sentence in filter(None, map(bare, sentences(page))):
        found = text.find(sentence, place)
        assert found >= 0, sentence
        place, count = found + len(sentence), count + 1
    assert count > 1


def test_every_cited_work_is_listed(book: Book) -> None:
    """With the number that the text gives it, which is the number in the web book."""
    listed = markdown(book.notebook("book/references"))
    assert listed[1].startswith("\\[1\\] 《数字治理》第一章")
    assert [text.split("\\]")[0] for text in listed[1:]] == [f"\\[{n}" for n in range(1, len(listed))]
    assert len(listed) > 10


@pytest.mark.parametrize("page", PAGES)
def test_code_and_quizzes_stand_in_order(book: Book, page: str, bank: Bank) -> None:
    """Figures run the code of the page, and each directive of a quiz is a widget; hidden code is folded."""
    expected: list[tuple[str, bool]] = []
    for cell in source_cells(page):
        if cell.cell_type == "code":
            hidden = any(tag in ("hide-input", "remove-cell") for tag in cell.metadata.get("tags", ()))
            expected.append((cell.source.strip(), hidden))
            continue
        for kind, name, select in re.findall(
            r"^```\{(quiz|question)\} (\S+)\n(?::select: (.+)\n)?", cell.source, re.MULTILINE
        ):
            if kind == "question":
                name, select = bank.question(name)[0].id, name
            expected.append(
                (f'Quiz.from_bank("{name}", select="{select}")' if select else f'("{name}")', False)
            )
    found = [cell for cell in cells(book.notebook(page)) if cell["cell_type"] == "code"]
    assert len(found) == len(expected)
    for cell, (code, hidden) in zip(found, expected, strict=True):
        assert code in cell["source"]
        assert hidden == cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        assert ("from kejian import Quiz" in cell["source"]) == (
            "Quiz.from_bank" in code or code.startswith("(")
        )


def test_a_caption_follows_its_figure(book: Book) -> None:
    """The title is bold; unit, source and reading stand below."""
    found = cells(book.notebook("chapters/01-1-background"))
    at = next(n for n, cell in enumerate(found) if cell["id"] == "fig-growth")
    assert found[at]["cell_type"] == "code"
    assert found[at + 1]["source"].startswith("**图1-1　2015—2023年中国数字经济规模")
    assert "\n\n资料来源：" in found[at + 1]["source"]


@pytest.mark.parametrize("chosen", [PAGES, ["chapters/01-1-background"]], ids=["book", "page"])
def test_links_lead_somewhere(book: Book, chosen: list[str]) -> None:
    """Each link names a notebook that was written and a cell that it has."""
    files = book.files(chosen)
    ids = {
        name: {cell["id"] for cell in cells(content)} for name, content in files.items() if "ipynb" in name
    }
    links = [
        (name, link)
        for name in ids
        for text in markdown(files[name])
        for link in re.findall(r"\]\(([^)]+)\)", text)
        if "://" not in link
    ]
    assert len(links) > 10
    for name, link in links:
        path, _, cell = link.partition("#cell-id=")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        assert target in ids, link
        assert not cell or cell in ids[target], link


def test_a_page_brings_what_it_needs_and_no_more(book: Book) -> None:
    """Its tables, its questions, and the glossary and bibliography that it refers to."""
    assert set(book.files(["chapters/01-2-concept"])) == {
        "book/glossary.ipynb",
        "book/references.ipynb",
        "chapters/01-2-concept.ipynb",
        "data/datapackage.json",
        "data/elements.csv",
        "quizzes/chapter-01-checks.key.yml",
        "quizzes/chapter-01-checks.yml",
    }


def test_the_same_book_gives_the_same_bytes(book: Book) -> None:
    """Notebooks and zip files can be compared, cached and kept in git."""
    first, second = book.files(book.pages), read_book(ROOT).files(book.pages)
    assert first == second
    assert zipped(first, "book") == zipped(dict(reversed(second.items())), "book")


def test_an_edit_changes_only_the_ids_of_its_cell(tmp_path: Path) -> None:
    """Ids come from content: a sentence more leaves all other cells alone."""
    source = copy_book(tmp_path / "book")
    page = source / "chapters/01-1-background.md"
    before = {cell["id"] for cell in cells(read_book(source).notebook("chapters/01-1-background"))}
    page.write_text(
        page.read_text(encoding="utf-8").replace("数字治理不是凭空", "你好。\n数字治理不是凭空", 1),
        encoding="utf-8",
    )
    after = {cell["id"] for cell in cells(read_book(source).notebook("chapters/01-1-background"))}
    assert len(before - after) == len(after - before) == 1


def test_the_exam_edition_holds_no_key(tmp_path: Path, bank: Bank) -> None:
    """No key file, and no words of a key; the cells ask for the exam mode, which needs none."""
    write_notebooks(read_book(ROOT, "exam"), tmp_path)
    assert not list(tmp_path.rglob("*.key.yml"))
    text = "\n".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*") if p.is_file())
    assert 'mode=\\"exam\\"' in text
    _assert_no_secrets(text, bank)


def test_an_exam_is_not_written_beside_keys(tmp_path: Path, book: Book) -> None:
    """Keys of an earlier practice edition are not handed out with the exam."""
    write_notebooks(book, tmp_path)
    with pytest.raises(CommandError) as raised:
        write_notebooks(read_book(ROOT, "exam"), tmp_path)
    assert raised.value.text == "cli.notebook.keys"


@pytest.mark.parametrize(
    ("chapter", "count"),
    [("01-2-concept", 1), ("chapters/01-2-concept", 1), ("chapters/01-2-concept.md", 1), ("01", 10)],
)
def test_a_chapter_is_named_as_it_comes(book: Book, tmp_path: Path, chapter: str, count: int) -> None:
    """By page, with or without folder and suffix, or by the beginning of its files."""
    paths = write_notebooks(book, tmp_path, chapter)
    assert count == len([path for path in paths if path.parent.name == "chapters"])


def test_an_unknown_chapter_is_told(book: Book, tmp_path: Path) -> None:
    """With the pages that there are."""
    with pytest.raises(CommandError) as raised:
        write_notebooks(book, tmp_path, "02")
    assert "chapters/01-overview" in str(raised.value.values["known"])
    assert not list(tmp_path.iterdir())


def test_every_notebook_runs() -> None:
    """Figures and widgets, from top to bottom, in a folder that holds nothing but the export."""
    count, failures = check_notebooks(read_book(ROOT))
    assert (count, failures) == (len(PAGES), [])


def test_a_cell_that_fails_is_named(tmp_path: Path) -> None:
    """Notebook, cell and error, without a call stack; the cells below run all the same."""
    source = copy_book(tmp_path / "book")
    page = source / "chapters/01-2-concept.md"
    text = page.read_text(encoding="utf-8").replace("elements.csv", "missing.csv")
    page.write_text(text, encoding="utf-8")
    book = read_book(source)
    ids = [cell["id"] for cell in cells(book.notebook("chapters/01-2-concept"))]
    _, failures = check_notebooks(book, "01-2-concept")
    expected = ("chapters/01-2-concept.ipynb", ids.index("fig-elements") + 1)
    assert [(f.notebook, f.cell) for f in failures] == [expected]
    assert failures[0].error.startswith("FileNotFoundError: ") and "missing.csv" in failures[0].error


def test_each_web_page_offers_its_notebook(site: Path, book: Book) -> None:
    """In the menu of downloads; the zip file holds what `kejian notebook` writes."""
    for page in PAGES:
        html = (site / f"{page}.html").read_text(encoding="utf-8")
        assert f'href="../_static/notebooks/{page}.zip"' in html
        assert "下载本页（笔记本）" in html
        with ZipFile(site / f"_static/notebooks/{page}.zip") as archive:
            folder = posixpath.basename(page)
            found = {name.removeprefix(f"{folder}/"): archive.read(name) for name in archive.namelist()}
        assert found == book.files([page])


def test_zip_files_of_the_exam_hold_no_key(exam_site: Path, bank: Bank) -> None:
    """A reader may unpack what the page offers."""
    paths = list((exam_site / "_static/notebooks").rglob("*.zip"))
    assert len(paths) == len(PAGES)
    texts = []
    for path in paths:
        with ZipFile(BytesIO(path.read_bytes())) as archive:
            assert not [name for name in archive.namelist() if ".key." in name]
            texts += [archive.read(name).decode() for name in archive.namelist()]
    _assert_no_secrets("\n".join(texts), bank)


def _assert_no_secrets(text: str, bank: Bank) -> None:
    chapters = normalise("\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "chapters").glob("*.md")))
    sought = {name: normalise(secret) for name, secret in secrets(bank).items()}
    sought = {name: secret for name, secret in sought.items() if secret not in chapters}
    assert len(sought) > 150
    text = normalise(text)
    assert [name for name, secret in sought.items() if secret in text] == []


PLAIN = {
    "lines": ("第一句。\n第二句 in\nEnglish。", "第一句。第二句 in English。"),
    "hard break": ("一\\\n二  \n三", "一\\\n二\\\n三"),
    "bold question": ("**是吗？**\n不是。", "**是吗？** 不是。"),
    "bold quote": ("这是\n**“一”**。", "这是 **“一”**。"),
    "code": ("``{term}`x` `` 和 `{cite}`", "``{term}`x` `` 和 `{cite}`"),
    "note": ("```{note}\n一\n二\n```", "> **注解**\n>\n> 一二"),
    "nested": (
        "- 甲\n\n  :::{admonition} 乙\n  :class: x\n  丙{term}`丁`\n  :::",
        "- 甲\n\n  > **乙**\n  >\n  > 丙[丁](term:丁)",
    ),
    "unknown": ("```{weather} 晴\n:colour: red\n\n多云\n```", "> **晴**\n>\n> 多云"),
    "tabs": (
        "::::{tab-set}\n:::{tab-item} 甲\n一\n:::\n:::{tab-item} 乙\n二\n:::\n::::",
        "- **甲**\n\n  一\n- **乙**\n\n  二",
    ),
    "figure": ("```{figure} a.png\n:alt: 山\n\n图注\n```", "![山](a.png)\n\n图注"),
    "code block": ("```{code-block} python\n:linenos:\n\na = 1\n```", "```python\na = 1\n```"),
    "list table": (
        "```{list-table} 表\n:header-rows: 1\n\n* - 甲\n  - 乙\n* - 一|\n    二\n  - 三\n```",
        "**表**\n\n| 甲 | 乙 |\n| --- | --- |\n| 一\\|二 | 三 |",
    ),
    "csv table": ("```{csv-table}\na,b\n```", "|  |  |\n| --- | --- |\n| a | b |"),
    "cite": ("见{cite}`a, b`。", "见\\[[cite:a](cite:a), [cite:b](cite:b)\\]。"),
    "roles": ("{ref}`甲 <x>`{kbd}`Enter`{math}`x^2`", "[甲](#x)Enter$x^2$"),
    "missing": ("[甲](gone.md){term}`gone`", "甲**gone**"),
    "target": ("甲\n\n(x)=\n## 乙\n\n% 注\n丙", "甲\n\n## 乙\n\n丙"),
    "setext": ("甲\n===", "# 甲"),
    "attributes": ("[甲]{.red}`x`{l=python}", "甲`x`"),
    "definitions": ("甲\n: 一\n  二", "- **甲**\n\n  一二"),
    "footnote": ("甲[^1]\n\n[^1]: 乙", "甲\\[1\\]\n\n\\[1\\] 乙"),
    "table": ("| a |\n|---|\n| {term}`x` |", "| a |\n|---|\n| [x](term:x) |"),
    "quoted": ("> 一\n> 二", "> 一二"),
}


@pytest.mark.parametrize(("source", "expected"), PLAIN.values(), ids=PLAIN.keys())
def test_plain_markdown(source: str, expected: str) -> None:
    """Each kind of MyST syntax has a plain form."""

    def resolve(target: str) -> tuple[str, str | None]:
        return target.removeprefix("term:"), None if "gone" in target else target

    assert Plain(myst_parser(EXTENSIONS), resolve).block(source) == expected


def test_what_cannot_be_plain_is_named() -> None:
    """Rather an error than a page without its text."""
    with pytest.raises(UnplainError, match="include"):
        Plain(myst_parser(EXTENSIONS), lambda target: (target, target)).block("```{include} x.md\n```")
