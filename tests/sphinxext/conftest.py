"""A small book in a folder of its own, built by plain Sphinx."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CONF = """
extensions = ["myst_nb", "kejian.sphinxext"]
language = "zh_CN"
project = "小书"
root_doc = "page"
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["out"]
"""
QUIZ = """\
schema: 1
id: small
title: 小测
pages: [page]
questions:
  - id: s-1
    type: single
    points: 2
    stem: 哪个是**水果**？
    options:
      A: 苹果
      B: 石头
    hint: 能吃。
  - id: m-1
    type: multiple
    points: 4
    stem: 哪些会飞？
    options:
      A: 麻雀
      B: 喜鹊
      C: 鲤鱼
  - id: e-1
    type: essay
    points: 6
    stem: 谈谈秋天。
"""
KEY = """\
schema: 1
quiz: small
answers:
  s-1:
    answer: A
    explanation: 苹果是水果。
    why:
      B: 石头是矿物。
    evidence:
      - page: page
        quote: 苹果长在树上
  m-1:
    answer: [A, B]
    explanation: 鸟会飞。
    why:
      C: 鲤鱼是鱼。
    evidence:
      - page: page
        quote: 麻雀和喜鹊都会飞
  e-1:
    model_answer: |
      第一，天高云淡。

      第二，硕果累累。
    explanation: 两点。
    evidence:
      - page: page
        quote: 秋天是收获的季节
"""
PAGE = """\
# 小书

苹果长在树上。
麻雀和*喜鹊*都会飞。

秋天是收获的季节。

```{quiz} small
```
"""

Build = Callable[..., tuple[Path, str]]


@pytest.fixture
def small_book(tmp_path: Path) -> Build:
    """Builds the book and gives (folder of the output, warnings); files can be replaced and added by keyword."""

    def build(builder: str = "html", edition: str = "practice", **files: str) -> tuple[Path, str]:
        source = tmp_path / "source"
        (source / "quizzes").mkdir(parents=True, exist_ok=True)
        content = {"conf.py": CONF, "page.md": PAGE, "quizzes/small.yml": QUIZ, "quizzes/small.key.yml": KEY}
        for name, text in files.items():
            whole = name.endswith((".py", ".bib"))
            path = name.replace("__", "/") + (".yml" if "quizzes" in name else ".md")
            content[name if whole else path] = text
        for name, text in content.items():
            if not (source / name).exists() or (source / name).read_text(encoding="utf-8") != text:
                (source / name).write_text(text, encoding="utf-8")
        warnings = StringIO()
        out = tmp_path / builder / edition
        with docutils_namespace():
            app = Sphinx(
                source,
                source,
                out,
                tmp_path / f"trees-{edition}",
                builder,
                confoverrides={"kejian_edition": edition},
                status=None,
                warning=warnings,
            )
            app.build()
        return out, warnings.getvalue()

    return build
