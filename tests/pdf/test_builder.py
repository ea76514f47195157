"""The three PDFs of the book: whole, tagged, in vector, in Chinese faces, the same bytes every time."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import typst
from click.testing import CliRunner
from pypdf import PdfReader
from pypdf.generic import Destination
from sphinx.errors import ExtensionError
from tests.conftest import copy_book
from tests.paths import ROOT
from tests.pdf.conftest import KEY, PAGE, QUIZ, Made

from kejian.cli import main
from kejian.pdf import typeset
from kejian.pdf.gate import LossError, SourceError
from kejian.pdf.outputs import write_pdfs
from kejian.terminal import BookError, CommandError

BOOKS: Final = ("student", "teacher")
PAGES: Final = {"student": (50, 90), "teacher": (60, 110), "key": (2, 4)}
"""Fewest and most pages that the book may have."""


def squeezed(text: str) -> str:
    return "".join(text.split())


def titles(outline: list[Any]) -> Iterator[str]:
    """Titles of an outline, from top to bottom."""
    for entry in outline:
        if isinstance(entry, Destination):
            yield squeezed(entry.title or "")
        else:
            yield from titles(entry)


def headings(left_out: set[str]) -> Iterator[str]:
    """Every heading of the sources."""
    for path in [*ROOT.glob("chapters/*.md"), *ROOT.glob("book/*.md")]:
        if path.relative_to(ROOT).as_posix() in left_out:
            continue
        text = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        yield from (squeezed(title) for title in re.findall(r"^#+ (.+)$", text, flags=re.M))


def alternatives(node: Any) -> Iterator[str]:
    """Text alternatives in a tree of tags."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from alternatives(child)
    elif isinstance(node, dict):
        yield str(node.get("/Alt", ""))
        if "/K" in node:
            yield from alternatives(node["/K"])


@pytest.mark.parametrize("edition", BOOKS)
def test_every_heading_is_in_the_outline(pdfs: Mapping[str, Path], edition: str) -> None:
    """A reader finds each section in the side bar of the viewer."""
    found = set(titles(PdfReader(pdfs[edition]).outline))
    left_out = {"book/teachers.md"} if edition == "student" else set()
    assert set(headings(left_out)) - found == set()


def test_the_outline_has_the_parts_in_order(pdfs: Mapping[str, Path]) -> None:
    """Parts of _toc.yml are the top of the outline; a part named like its first page stands once."""
    outline = PdfReader(pdfs["student"]).outline
    top = [squeezed(entry.title or "") for entry in outline if isinstance(entry, Destination)]
    assert ["数字治理", "第一章数字治理概述", "延伸阅读", "书末"] == top


@pytest.mark.parametrize("edition", PAGES)
def test_the_page_count_is_sane(pdfs: Mapping[str, Path], edition: str) -> None:
    """Neither is half of the book missing, nor does each paragraph have its page."""
    fewest, most = PAGES[edition]
    assert fewest <= len(PdfReader(pdfs[edition]).pages) <= most


@pytest.mark.parametrize("edition", PAGES)
def test_pdfs_are_accessible(pdfs: Mapping[str, Path], edition: str) -> None:
    """Tagged, marked as PDF/UA-1, with title, author and language."""
    reader = PdfReader(pdfs[edition])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "zh-CN" == root["/Lang"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode("utf-8")
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith("数字治理")
    assert "课件项目" == reader.metadata.author


@pytest.mark.parametrize("edition", BOOKS)
def test_figures_are_vector_with_text(pdfs: Mapping[str, Path], edition: str) -> None:
    """No picture is a raster; the labels of the charts can be searched, and each has a text alternative."""
    reader = PdfReader(pdfs[edition])
    objects = [
        item
        for page in reader.pages
        for item in (page.get("/Resources", {}).get("/XObject") or {}).values()
        if item.get_object().get("/Subtype") == "/Image"
    ]
    assert [] == objects
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for label in ("设备中病毒或木马", "美中德日韩5国", "数字经济规模（万亿元）"):
        assert label in text
    told = "".join(alternatives(reader.trailer["/Root"]["/StructTreeRoot"]))
    assert "三幅上下排列、共用年份的图" in told


@pytest.mark.parametrize("edition", PAGES)
def test_faces_are_chinese_and_embedded(pdfs: Mapping[str, Path], edition: str) -> None:
    """What is printed looks the same on every machine, in the faces that were asked for."""
    names = {
        font.get_object()["/BaseFont"]
        for page in PdfReader(pdfs[edition]).pages
        for font in (page["/Resources"].get("/Font") or {}).values()
    }
    serif, sans = ("".join(name.split()) for name in typeset.fonts())
    plain = {str(name).partition("+")[2].lower() for name in names}
    assert all("+" in str(name) for name in names)  # embedded in part, as the tag before the name tells
    for face in (serif, sans):
        assert any(name.startswith(face.lower()) for name in plain), (face, plain)


def test_links_and_page_numbers_agree(pdfs: Mapping[str, Path]) -> None:
    """（第 x 页） names the page on which the glossary begins."""
    reader = PdfReader(pdfs["student"])
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    told = next(m[1] for text in pages for m in [re.search(r"术语表（第(\d+)页）", text)] if m)
    first = next(n for n, text in enumerate(pages) if "术语表" in text and "本表按拼音顺序收录" in text)
    assert told == reader.page_labels[first]


def test_the_teacher_is_sent_to_the_page_of_the_evidence(pdfs: Mapping[str, Path]) -> None:
    """Evidence has a page, and on that page the sentence stands."""
    reader = PdfReader(pdfs["teacher"])
    pages = {
        label: squeezed(p.extract_text()) for label, p in zip(reader.page_labels, reader.pages, strict=True)
    }
    quote = "电子政务最早起源于美国"
    told = next(
        m[1] for text in pages.values() for m in [re.search(quote + r"[^”]*”（第(\d+)页）", text)] if m
    )
    assert quote in pages[told]


def test_the_key_has_a_page_per_chapter(pdfs: Mapping[str, Path]) -> None:
    """Letters and scoring points, and no stem."""
    first, second = (squeezed(page.extract_text()) for page in PdfReader(pdfs["key"]).pages)
    assert "第一章数字治理概述" in first
    assert "ABCD" in first
    assert "数字治理：多元主体共同治理（1分）" in first
    assert "延伸阅读一" in second
    assert "下列" not in first + second


def test_the_same_book_gives_the_same_bytes(small_pdf: Callable[..., Made]) -> None:
    """A second run from nothing changes no byte."""
    digests = set()
    for _ in range(2):
        made = small_pdf()
        digests.add(hashlib.sha256(made.path().read_bytes()).hexdigest())
        shutil.rmtree(made.folder)
        shutil.rmtree(made.folder.parent / "trees-exam")
    assert 1 == len(digests)


def test_a_book_may_replace_a_template(small_pdf: Callable[..., Made]) -> None:
    """A file in book/pdf/ wins over ours."""
    ours = (ROOT / "src/kejian/pdf/templates/common.typ").read_text(encoding="utf-8")
    made = small_pdf(files={"book/pdf/common.typ": ours.replace("[#letter.]", "[甲#letter.]")})
    assert "甲A.苹果" in made.text()


def test_a_page_for_teachers_is_not_printed_for_students(pdfs: Mapping[str, Path]) -> None:
    """`audience: teachers` in its head: how to make an examination is none of their business."""
    student, teacher = (
        squeezed("".join(page.extract_text() for page in PdfReader(pdfs[edition]).pages))
        for edition in ("student", "teacher")
    )
    assert "kejianpdfexam" in teacher
    assert "kejianpdfexam" not in student


def test_titles_that_each_page_has_do_not_fill_the_contents(small_pdf: Callable[..., Made]) -> None:
    """They stand in the outline of the viewer only."""
    index = "# 小书\n\n```{toctree}\n:caption: 正文\npage\nother\n```\n"
    files = {"index.md": index, "other.md": "# 冬天\n\n## 自测\n\n文。\n\n## 雪\n\n文。\n"}
    reader = PdfReader(small_pdf("# 秋天\n\n## 自测\n\n文。\n\n## 果实\n\n文。\n", files=files).path())
    contents = next(text for page in reader.pages if "目录" in (text := squeezed(page.extract_text())))
    assert "果实" in contents
    assert "雪" in contents
    assert "自测" not in contents
    assert 2 == list(titles(reader.outline)).count("自测")


def test_a_book_without_captions_has_chapters(small_pdf: Callable[..., Made]) -> None:
    """Pages of a toctree without a caption are chapters themselves, numbered when that is asked for."""
    index = "# 小书\n\n```{toctree}\n:numbered:\npage\n```\n"
    made = small_pdf("# 秋天\n\n## 果实\n\n文。\n", files={"index.md": index})
    reader = PdfReader(made.path())
    assert ["1秋天", "1.1果实"] == list(
        titles(reader.outline)
    )  # a first page that is a title alone is the cover
    assert ["I", "1"] == [label for label in reader.page_labels[2:] if label]


def test_a_book_without_parts_counts_from_its_first_page(tmp_path: Path) -> None:
    """A second real book: its pages are chapters with arabic numbers, and the gate has nothing to say.

    Scoring points quote parts of sentences that a key quotes whole; what Jupyter Book makes up is left out.
    """
    shutil.copytree(ROOT / "tests/banks/climate", tmp_path / "book")
    for path in write_pdfs(tmp_path / "book", tmp_path / "pdf"):
        text = squeezed("".join(page.extract_text() for page in PdfReader(path).pages))
        assert "JupyterBook" not in text
        if "teacher" in path.name:
            assert "“空气越稀薄，气压也就越低”（第2页）" in text
            assert "单项选择题共9题" in text  # no heading stands above
        if "key" not in path.name:
            labels = PdfReader(path).page_labels
            assert ["I", "1", "2"] == list(filter(None, labels[2:]))[:3]
            assert 0 == labels.index("1") % 2  # a right-hand page


def test_no_older_pdf_outlives_a_build_that_stops(small_pdf: Callable[..., Made]) -> None:
    """A teacher would print it."""
    made = small_pdf()
    assert made.path().exists()
    with pytest.raises(LossError, match="远图"):
        small_pdf("# 章\n\n![远图](https://example.com/a.png)\n")
    assert not made.path().exists()


def test_a_stopped_build_exits_with_1_and_a_wrong_call_with_2(tmp_path: Path) -> None:
    """So that a script can tell a book with a problem from a wrong folder."""
    book = copy_book(tmp_path / "book")
    (book / "_toc.yml").write_text("format: jb-book\nroot: book/references\n", encoding="utf-8")
    (book / "book/references.md").write_text("# 章\n\n![远](https://example.com/a.png)\n", encoding="utf-8")
    call = ["pdf", "--edition", "student", "-o", str(tmp_path / "pdf"), "--book"]
    assert [1, 2] == [CliRunner().invoke(main, [*call, str(folder)]).exit_code for folder in (book, tmp_path)]


def test_an_english_book_is_english(small_pdf: Callable[..., Made]) -> None:
    """No Chinese word or bracket of ours in it, in any edition."""
    names = ["quizzes/small.yml", "quizzes/small.key.yml"]

    def latin(text: str) -> str:
        text = re.sub(
            "[\u4e00-\u9fff]",
            lambda m: f"{ord(m[0]):x}".translate(str.maketrans("0123456789", "ghijklmnop")),
            text,
        )
        return re.sub("[，。、？！；：\u3000]", " ", text)

    texts = [latin(text) for text in (QUIZ.replace("（　）", "( )"), KEY, PAGE)]
    files = dict(zip(names, texts[:2], strict=True)) | {
        "index.md": "# Book\n\n```{toctree}\n:caption: Main\npage\n```\n"
    }
    conf = 'language = "en"\nauthor = "Somebody"\n'
    small_pdf(texts[2], files=files, conf=conf)
    made = small_pdf(texts[2], editions=("teacher", "key"), files=files, conf=conf)
    for edition in ("student", "teacher", "key"):
        assert "" == "".join(
            re.findall("[\u2e80-\u9fff，。、（）；：〔〕]", made.text(edition).replace("小书", ""))
        )
    assert "(p.2)" in made.text("teacher")


def test_an_unknown_edition_is_told(small_pdf: Callable[..., Made]) -> None:
    """The names that exist are given."""
    with pytest.raises(ExtensionError, match="student、teacher、key"):
        small_pdf(editions=("pupil",))


def test_the_student_edition_is_made_alone(small_pdf: Callable[..., Made]) -> None:
    """In one run with the others its trees would hold the keys."""
    with pytest.raises(ExtensionError, match="kejian pdf"):
        small_pdf(editions=("student", "teacher"))


def test_no_key_is_opened_for_students(small_pdf: Callable[..., Made]) -> None:
    """A key file that nobody could read does not matter, and its trees stand apart."""
    made = small_pdf(files={"quizzes/small.key.yml": "unreadable: ["})
    assert made.path().exists()
    assert (made.folder.parent / "trees-exam").is_dir()
    assert not (made.folder.parent / "trees" / "page.doctree").exists()


def test_a_machine_without_chinese_fonts_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small_pdf: Callable[..., Made]
) -> None:
    """Before a page is read: what to install."""

    class Fonts:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    monkeypatch.setattr(typst, "Fonts", Fonts)
    typeset.fonts.cache_clear()
    try:
        with pytest.raises(CommandError, match=r"pdf\.no-font"):
            write_pdfs(tmp_path)
        with pytest.raises(ExtensionError, match="fonts-noto-cjk"):
            small_pdf()
    finally:
        monkeypatch.undo()
        typeset.fonts.cache_clear()


def test_what_is_no_book_is_told(tmp_path: Path) -> None:
    """A folder without _config.yml: the file is named."""
    with pytest.raises(BookError, match=r"_config\.yml"):
        write_pdfs(tmp_path, editions=("student",))


CELL = """\
---
kernelspec: {display_name: Python 3, language: python, name: python3}
file_format: mystnb
---

# 一

```{code-cell} ipython3
:tags: [remove-input]

number = 1
open("nothing.csv")
```
"""


@pytest.mark.parametrize(
    ("page", "line", "told"),
    [
        ("# 一\n\n```{quiz} smal\n```\n", 3, "没有名为“smal”的练习"),
        ("# 一\n\n```{question} s-9\n```\n", 3, "没有编号为“s-9”的题目"),
        ("# 一\n\n字\n\n```{admonitio} 题\n字\n```\n", 5, "没有名为“admonitio”的指令"),
        ("# 一\n\n见{foo}`丙`。\n", 3, "没有名为“foo”的角色"),
        ("# 一\n\n![图](nothing.png)\n", 3, "找不到图片 nothing.png"),
        ('# 一\n\n```{csv-table}\n"a\n```\n', 3, "csv-table"),
        (CELL, 12, "FileNotFoundError"),
    ],
)
def test_what_would_be_missing_stops_the_book(
    small_pdf: Callable[..., Made], tmp_path: Path, page: str, line: int, told: str
) -> None:
    """Page, line and reason; no PDF; and the same again the next time, though the page did not change."""
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            small_pdf(page, conf='\nnb_execution_mode = "auto"\n')
        place, _, text = str(caught.value).partition("\n")[2].partition("  ")
        assert place.endswith(f"page.md:{line}")
        assert told in text
        assert not list(tmp_path.rglob("*.pdf"))
