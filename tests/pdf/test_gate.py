"""A PDF that lacks something of its sources is named with page and line; an intact one gives nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import given, settings
from hypothesis import strategies as st

from kejian.model import Place, Problem
from kejian.pdf.gate import LossError, check_pdf
from kejian.pdf.losses import compare
from kejian.pdf.matching import Passage
from kejian.pdf.passages import expected
from kejian.pdf.typeset import escape, string, typeset
from kejian.terminal import tell

HEAD: Final = """
#set document(title: "试卷")
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), lang: "zh", size: 9pt)
#set page(width: 9cm, height: 9cm, margin: 1.2cm, header: [运行的页眉], footer: context counter(page).display())
#set par(justify: true)
#show "characteristically requires well-known": set text(lang: "en", hyphenate: true)
#outline()
"""
FLOAT: Final = "#place(auto, float: true, block(height: 3cm)[浮到页首或页尾的框])"
HAN: Final = re.compile("[\u4e00-\u9fff]")
SVG: Final = """<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60" viewBox="0 0 120 60">
<rect width="40" height="20" fill="#1a6"/>
<text x="4" y="40" font-family="Noto Sans CJK SC" font-size="9">规模（万亿元）</text>
<text transform="translate(110,55) rotate(-90)" font-family="Noto Sans CJK SC" font-size="9">占比</text></svg>"""
SOURCE: Final = """
数字治理的由来
==============

“引号”与‘单引号’，破折号——省略号……间隔·号，以及 e-government、10%、A/B 和 H₂O。
全角Ａ１，括号（）《书名》，顿号、分号；冒号：问号？

一段很长的话，会从一页排到下一页，中间隔着页脚和下一页的页眉，核对时不应当误报。{long}

============  ==========
主体          手段
============  ==========
政府          行政
企业和公众    数字化
============  ==========

.. figure:: chart.svg
   :alt: 一幅柱形图

   图1-1　规模

代码 ``kejian build`` 与代码块：

.. code-block:: text

   ```{{quiz}} chapter-01
   ```

同样的话说了两遍，少了一遍也要发现。

同样的话说了两遍，少了一遍也要发现。

Internationalization characteristically requires well-known standardization of e-government.

结尾的一段，到这里全书就完了。
"""
LONG: Final = "".join(f"第{n}句话说明治理的第{n}个方面，{n * 7}个例子各不相同。" for n in range(1, 40))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> nodes.document:
    """A page with everything, and its figure on the disk."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "chart.svg").write_text(SVG, encoding="utf-8")
    page = folder / "page.rst"
    page.write_text(SOURCE.format(long=LONG), encoding="utf-8")
    found = publish_doctree(page.read_text(encoding="utf-8"), source_path=str(page))
    for image in found.findall(nodes.image):
        image["uri"] = str(folder / image["uri"])
    return found


def markup(passages: list[Passage]) -> list[str]:
    """One block of Typst for each passage, by a writer as simple as can be."""
    blocks = []
    for passage in passages:
        if passage.kind == "title":
            blocks.append(f"= {escape(passage.text)}")
        elif passage.kind == "figure":
            blocks.append(f'#image("chart.svg", alt: {string(passage.alt)})')
        elif passage.kind == "code":
            blocks.append(f"#raw(block: true, {string(passage.text)})")
        elif LONG in passage.text:
            blocks.append(3 * FLOAT + escape(passage.text) + "#footnote[页脚的注。]")
        else:
            blocks.append(escape(passage.text))
    return blocks


def printed(blocks: list[str], svg: str = SVG) -> bytes:
    """The PDF; without a standard, because Typst itself refuses some of what is tried here."""
    return typeset(HEAD + "\n\n".join(blocks), {"chart.svg": svg.encode()}, standards=()).pdf


def lost(tree: nodes.document, change: Callable[[str], str], svg: str = SVG) -> list[Problem]:
    """What the gate says when every block is changed before printing."""
    passages = expected(tree, "page", "student")
    return compare(printed([change(block) for block in markup(passages)], svg), passages)


def test_an_intact_pdf_gives_nothing(tree: nodes.document) -> None:
    """Running heads, page breaks, notes, tables, quotes, code and drawings are no losses."""
    assert [] == list(map(tell, lost(tree, lambda block: block)))


def test_everything_of_the_tree_is_expected(tree: nodes.document) -> None:
    """The expectation does not depend on what a writer knows."""
    passages = expected(tree, "page", "student")
    assert {"title", "text", "code", "figure"} == {passage.kind for passage in passages}
    assert {"规模（万亿元）", "占比"} == {
        label for one in passages if one.kind == "figure" for label in one.pieces
    }
    assert all(passage.place.file.endswith("page.rst") and passage.place.line > 0 for passage in passages)


@pytest.mark.parametrize(
    ("name", "words", "change"),
    [
        ("PDF01", "结尾的一段", lambda block: "" if "结尾的一段" in block else block),
        ("PDF01", "数字治理的由来", lambda block: "" if block.startswith("= ") else block),
        ("PDF01", "企业和公众", lambda block: "" if "企业和公众" in block else block),
        ("PDF02", "全书就完了", lambda block: block.replace("全书就完了", "全书就了")),
        ("PDF02", "全书就完了", lambda block: block.replace("全书就完了", "全书就宪了")),
        ("PDF02", "第20个方面", lambda block: block.replace("第20个方面", "第2个方面")),
        ("PDF02", "——", lambda block: block.replace("——", "—")),
        ("PDF02", "A/B", lambda block: block.replace("A\\/B", "AB")),
    ],
    ids=["paragraph", "title", "cell", "dropped", "changed", "digit", "dash", "slash"],
)
def test_a_loss_is_named_with_page_and_line(
    tree: nodes.document, name: str, words: str, change: Callable[[str], str]
) -> None:
    """A paragraph, a heading that the contents still have, a cell, a character: each is found, and only that."""
    line = next(one.place.line for one in expected(tree, "page", "student") if words in one.text)
    found = lost(tree, change)
    assert [(name, line)] == [(problem.id, problem.place.line) for problem in found]
    assert int(dict(found[0].values)["page"]) > 0
    assert words[:2] in tell(found[0])


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("PDF03", "\ue000"),
        ("PDF03", "\ufffd"),
        ("PDF07", "```{quiz} chapter-01"),
        ("PDF07", ":::{note}"),
        ("PDF07", "{term}`数字治理`"),
        ("PDF07", "% FIGURE 1"),
        ("PDF08", "<altair.Chart …>"),
        ("PDF08", "alt.Chart(...)"),
        ("PDF08", "<kejian.notebook.widget.QuizWidget object at 0x7f3a>"),
    ],
)
def test_what_nobody_wrote_for_readers_is_named(tree: nodes.document, name: str, added: str) -> None:
    """Markup, objects and characters without a meaning, though nothing is lost."""
    found = lost(tree, lambda block: f"{block}\n\n{escape(added)}" if "结尾的一段" in block else block)
    assert [name] == [problem.id for problem in found]
    assert found[0].place.line > 1


def test_the_same_words_elsewhere_do_not_stand_in(tree: nodes.document) -> None:
    """Of two equal paragraphs one is missing."""
    passages = expected(tree, "page", "student")
    blocks = markup(passages)
    blocks.remove(next(block for block in blocks if "两遍" in block))
    found = compare(printed(blocks), passages)
    assert ["PDF01"] == [problem.id for problem in found]
    assert "两遍" in tell(found[0])


def test_markup_in_the_tree_itself_is_named(tree: nodes.document) -> None:
    """A directive that the parser took for text is in the doctree as well; code may show one."""
    copied = tree.deepcopy()
    paragraph = next(one for one in copied.findall(nodes.paragraph) if "结尾" in one.astext())
    paragraph += nodes.Text(":::{note}")
    assert ["PDF07"] == [problem.id for problem in lost(copied, lambda block: block)]


def test_a_character_without_a_glyph_is_named(tree: nodes.document) -> None:
    """A rare character that no font has leaves nothing in the PDF, or a box."""
    rare = "\U000238a7"
    copied = tree.deepcopy()
    paragraph = next(one for one in copied.findall(nodes.paragraph) if "结尾" in one.astext())
    paragraph += nodes.Text(f"人名{rare}止")
    found = lost(copied, lambda block: block)
    assert [("PDF02", paragraph.line)] == [(problem.id, problem.place.line) for problem in found]
    assert rare in tell(found[0])


def test_chinese_in_another_font_is_named(tree: nodes.document) -> None:
    """What a machine without the book's fonts would print."""
    found = lost(tree, lambda block: block.replace("全书", '#text(font: "Noto Sans CJK JP")[全书]'))
    assert ["PDF04"] == [problem.id for problem in found]
    assert "NotoSansCJKjp" in tell(found[0])


def test_a_missing_drawing_is_named(tree: nodes.document) -> None:
    """A caption alone is no figure, and a chart without the words at its axes is none either."""
    line = next(one.place.line for one in expected(tree, "page", "student") if one.kind == "figure")
    gone = lost(tree, lambda block: "" if block.startswith("#image") else block)
    assert [("PDF05", line)] == [(problem.id, problem.place.line) for problem in gone]
    bare = lost(tree, lambda block: block, SVG.replace(">占比<", "><"))
    assert [("PDF06", "占比")] == [(problem.id, dict(problem.values)["labels"]) for problem in bare]


def test_a_wrong_letter_in_the_key_is_named() -> None:
    """Letters stand close together: A is not found in ABD, and no letter of the neighbour is taken."""

    def found(*letters: str) -> list[Problem]:
        answers = [Passage("answer", (one,), Place("page", n)) for n, one in enumerate(letters, start=1)]
        return compare(printed(["1 2 3 4", "B ABD C AC"]), answers)

    assert [] == found("B", "ABD", "C", "AC")
    for wrong in ("A", "AB", "BD", "ABCD", "C"):
        assert found("B", wrong, "C", "AC")
    assert found("C", "ABD", "B", "AC")


def test_no_word_beside_a_letter_is_an_answer() -> None:
    """In English, words begin with capitals; letters that are cut out of an answer are still found."""
    answers = [Passage("answer", (one,), Place("page", 1)) for one in ("B", "AB")]
    assert [] == compare(
        printed(["Single choice", "1", "B", "Multiple choice", "1", "AB", "Essays"]), answers
    )
    assert compare(printed(["Single choice", "1", "B", "Multiple choice", "1", "ABD", "Essays"]), answers)


def test_a_longer_text_takes_the_place_of_a_part_of_it() -> None:
    """Quotes in another order: the short one stands by itself further on, or else it is missed."""
    short, long = (
        "海拔越高，上方的空气柱越短，空气越稀薄",
        "海拔越高，上方的空气柱越短，空气越稀薄，气压也就越低",
    )
    passages = [Passage("text", (one,), Place("page", n)) for n, one in enumerate((short, long), start=1)]
    assert [] == compare(printed([long, short]), passages)
    assert [1] == [problem.place.line for problem in compare(printed([long, "别的话"]), passages)]
    assert [2] == [problem.place.line for problem in compare(printed([short, "别的话"]), passages)]


def test_equal_notes_are_looked_for_where_they_are_called() -> None:
    """Short notes stand at the foot of pages far from the end of the source, where the parser puts them."""
    calls = "\n\n".join(f"第{n}段的话{'很长' * 300}，有注 [#n{n}]_ 。" for n in range(4))
    notes = "\n".join(f".. [#n{n}] 同上。" for n in range(4))
    tree = publish_doctree(f"题\n==\n\n{calls}\n\n{notes}\n")
    blocks = ["= 题", *(f"第{n}段的话{'很长' * 300}，有注 #footnote[同上。] 。" for n in range(4))]
    check_pdf(printed(blocks), [("page", tree)], "student")
    blocks[4] = blocks[4].replace("#footnote[同上。]", "")
    with pytest.raises(LossError, match="PDF01"):
        check_pdf(printed(blocks), [("page", tree)], "student")


def test_a_formula_may_stand_as_it_was_written() -> None:
    """The writer tells that it cannot be set; one that is neither drawn nor written is lost."""
    passages = [Passage("formula", (), Place("page", 1), r"\xrightarrow{f} x")]
    assert [] == compare(printed([f"#raw({string(passages[0].alt)})"]), passages)
    assert ["PDF05"] == [problem.id for problem in compare(printed(["没有"]), passages)]


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("<IPython.core.display.HTML object>", True),
        ("alt.VConcatChart(...)", True),
        ("<Figure size 640x480 with 1 Axes>", True),
        ("<function f at 0x7f3a12345678>", False),  # in a book on Python
        ("[1, 2]", False),
    ],
)
def test_a_picture_is_not_replaced_by_its_name(output: str, told: bool) -> None:
    """What Python says of a picture, a table or a widget was meant for the screen."""
    passages = [Passage("output", (output,), Place("page", 1))]
    found = compare(printed([f"#raw(block: true, {string(output)})"]), passages)
    assert (["PDF08"] if told else []) == [problem.id for problem in found]


def test_the_check_stops_the_build(tree: nodes.document) -> None:
    """Sphinx ends with an error that lists place, problem and remedy."""
    blocks = markup(expected(tree, "page", "student"))
    check_pdf(printed(blocks), [("page", tree)], "student")
    with pytest.raises(LossError, match=r"page\.rst:\d+:1 .*\n    PDF01"):
        check_pdf(printed(blocks[:-1]), [("page", tree)], "student")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_dropped_character_is_found(tree: nodes.document, data: st.DataObject) -> None:
    """Wherever one Chinese character is missing."""
    passages = expected(tree, "page", "student")
    chinese = [n for n, one in enumerate(passages) if one.kind in ("text", "title") and HAN.search(one.text)]
    number = data.draw(st.sampled_from(chinese))
    text = passages[number].text
    place = data.draw(st.sampled_from([match.start() for match in HAN.finditer(text)]))
    blocks = markup(passages)
    at = next(n for n in range(len(blocks[number])) if blocks[number][n:].startswith(escape(text[place:])))
    blocks[number] = blocks[number][:at] + blocks[number][at + 1 :]
    found = compare(printed(blocks), passages)
    assert len(found) == 1
    assert found[0].place in [one.place for one in passages if one.text == text]
