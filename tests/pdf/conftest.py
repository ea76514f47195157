"""The PDFs of the book, made once for all tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from pypdf import PageObject, PdfReader
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from tests.conftest import copy_book

from kejian.pdf.outputs import EDITIONS, write_pdfs


@pytest.fixture(scope="session")
def pdfs(once: Callable[[str, Callable[[Path], None]], Path]) -> Mapping[str, Path]:
    """Edition to its PDF, built from nothing."""

    def build(folder: Path) -> None:
        write_pdfs(copy_book(folder / "book"), folder / "pdf")

    folder = once("pdf", build) / "pdf"
    return {name: next(folder.glob(f"*-{name}.pdf")) for name in EDITIONS}


CONF: Final = """
extensions = ["myst_nb", "sphinx_design", "kejian.sphinxext"]
language = "zh_CN"
project = "小书"
author = "某人"
root_doc = "index"
nb_execution_mode = "off"
smartquotes = False
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["out*", "trees*"]
"""
QUIZ: Final = """\
schema: 1
id: small
title: 小测
pages: [page]
questions:
  - id: s-1
    type: single
    points: 2
    stem: 下列各项中，**不**是水果的是（　）。
    options: {A: 苹果, B: 石头, C: 香蕉, D: 橘子}
    hint: 能吃。
  - id: m-1
    type: multiple
    points: 4
    stem: 哪些会飞？
    options: {A: 麻雀, B: 喜鹊, C: 生活在河流、湖泊和池塘里的各种淡水鱼，它们没有翅膀}
  - id: e-1
    type: essay
    points: 6
    stem: 谈谈秋天。
"""
KEY: Final = """\
schema: 1
quiz: small
answers:
  s-1:
    answer: B
    explanation: 石头不能吃。
    why: {A: 苹果长在树上, C: 香蕉也是, D: 橘子也是}
    evidence: [{page: page, quote: 苹果长在树上}]
  m-1:
    answer: [A, B]
    explanation: 鸟会飞。
    why: {C: 鱼会游。}
    evidence: [{page: page, quote: 麻雀和喜鹊都会飞}]
  e-1:
    model_answer: 天高云淡，硕果累累。
    explanation: 两点。
    evidence: [{page: page, quote: 秋天是收获的季节}]
    rubric:
      groups:
        - id: g
          title: 景色
          max: 6
          points:
            - id: sky
              weight: 3
              title: 写到天空
              any: [天高|云淡, 天空 & 高|蓝]
              evidence: {page: page, quote: 秋天是收获的季节}
            - {id: fruit, weight: 3, title: 写到收获, any: [硕果|丰收]}
"""
PAGE: Final = """\
# 第一章　秋天

苹果长在树上。
麻雀和*喜鹊*都会飞。
秋天是收获的季节。

```{quiz} small
```
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What a small book came to."""

    folder: Path
    warnings: str

    def path(self, edition: str = "student") -> Path:
        """The PDF of an edition."""
        return self.folder / f"小书-{edition}.pdf"

    def text(self, edition: str = "student") -> str:
        """The text of all pages, without white space."""
        return "".join("".join(page.extract_text().split()) for page in PdfReader(self.path(edition)).pages)


def numbered(path: Path, number: str) -> PageObject:
    """The page with that number; that of a small book's text is 2, behind the title of its part."""
    reader = PdfReader(path)
    return reader.pages[reader.page_labels.index(number)]


@pytest.fixture
def small_pdf(tmp_path: Path) -> Callable[..., Made]:
    """Typesets one page, or files by path; `editions` as in the configuration, `conf` is added to conf.py."""

    def build(
        page: str = PAGE,
        editions: Sequence[str] = ("student",),
        conf: str = "",
        files: Mapping[str, str] | None = None,
    ) -> Made:
        source = tmp_path / "book"
        index = "# 小书\n\n```{toctree}\n:caption: 正文\npage\n```\n"
        content = {"conf.py": CONF + conf, "index.md": index, "page.md": page}
        content |= {"quizzes/small.yml": QUIZ, "quizzes/small.key.yml": KEY, **(files or {})}
        for name, text in content.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(text, encoding="utf-8")
        warnings = StringIO()
        settings = {"kejian_pdf_editions": list(editions)}
        with docutils_namespace():
            app = Sphinx(
                source,
                source,
                source / "out",
                source / "trees",
                "typst",
                confoverrides=settings,
                status=None,
                warning=warnings,
            )
            app.build()
        return Made(source / "out", warnings.getvalue())

    return build
