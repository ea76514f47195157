"""MyST texts of a bank as Typst markup."""

from __future__ import annotations

import pypdfium2
import pytest

from kejian.pdf.formula import FormulaError, formula
from kejian.pdf.inline import InlineError, blocks, inline
from kejian.pdf.typeset import typeset

HEAD = '#import "templates/exam.typ": *\n#set document(title: "试")\n#set text(font: serif, lang: "zh")\n'


def shown(markup: str) -> str:
    """What a reader of the PDF sees."""
    page = pypdfium2.PdfDocument(typeset(HEAD + markup).pdf)[0]
    return str(page.get_textpage().get_text_bounded()).strip()


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("普通 text", "普通 text"),
        ("*着重*", "#emph[着重];"),
        ("**加粗**", "#strong[加粗];"),
        ("`G2G`", '#raw("G2G");'),
        ("[链接](https://example.org/a)", '#link("https://example.org/a")[链接];'),
        ("[别处](01-1-background)", "别处"),
        ("H{sub}`2`O", "H#sub[2];O"),
        ("m{sup}`2`", "m#super[2];"),
        ("{term}`数字治理 <digital>`", "数字治理"),
        ("{term}`数字治理`", "数字治理"),
        # one sentence per line
        ("第一句。\n第二句", "第一句。第二句"),
        ("two\nlines", "two lines"),
        ("（　）", "（　）"),
    ],
)
def test_markup(text: str, markup: str) -> None:
    """Every form of inline text has its function."""
    assert markup == inline(text)


@pytest.mark.parametrize(
    "text",
    [
        "a; b",
        "50% #tag $5 @home",
        "1. 一",
        "= 标题",
        "// 不是注释",
        "\\*星\\*",
        "<b>粗</b>",
        "“引号”",
        "a_b_c",
        "[方括号]",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    """No sign of Typst, HTML or YAML means anything in a question."""
    assert text.replace("\\", "") == shown(inline(text))
    assert "粗；" == shown(inline("**粗**") + inline("；"))


def test_stems_have_blanks_and_stress() -> None:
    """Empty brackets become room to write, and bold words are dotted."""
    assert '#stress("不");属于的是#blank();。' == inline("**不**属于的是（　）。", stress=True)
    assert "选#blank();" == inline("选( )", stress=True)
    assert "main\\(\\)" == inline("main()", stress=True)
    assert "填#blank();。" == inline("填\\_\\_\\_\\_。", stress=True)
    assert "不属于not的是" == shown(inline("**不属于not**的是", stress=True)).replace(" ", "")


def test_blocks() -> None:
    """Model answers have paragraphs and lists."""
    text = shown(blocks("第一段\n续行。\n\n第二段：\n\n- 甲\n- **乙**\n\n3. 丙\n4. 丁\n"))
    assert ["第一段续行。", "第二段：", "• 甲", "• 乙", "3. 丙", "4. 丁"] == [
        line.strip() for line in text.splitlines()
    ]


@pytest.mark.parametrize("text", ["![图](a.png)", "{math}`\\unknown{x}`"])
def test_what_cannot_be_printed_is_refused(text: str) -> None:
    """A picture or a formula is never dropped quietly."""
    with pytest.raises(InlineError):
        inline(text)


def test_formulas_are_set() -> None:
    """The TeX of exercises: fractions, roots, indices, Greek, relations, words."""
    tex = r"\frac{a_1+b^{2}}{\sqrt{x}} \le \alpha \times 3.5, \text{当 } n \to \infty, \sum_{i=1}^{n} \ln(i) = 50\%"
    found = shown(formula(tex))
    for sign in ("≤", "×", "3.5", "→", "∞", "∑", "ln", "50%", "当"):
        assert sign in found
    assert r'alt: "x^2"' in formula(" x^2 ")


@pytest.mark.parametrize("tex", [r"\begin{matrix}", "{x", r"\frac{a}", "a & b", r"\text{x", "x^"])
def test_formulas_that_are_not_understood_are_errors(tex: str) -> None:
    """With the part concerned."""
    with pytest.raises(FormulaError):
        formula(tex)
