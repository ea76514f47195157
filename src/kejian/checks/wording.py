"""How the checks of stems and options read a text: without markup, blanks found, small differences left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from kejian.catalogue import say
from kejian.grading.text import FOLD
from kejian.pages import plain_text

__all__ = [
    "BLANK",
    "about_wording",
    "ask_of",
    "asks_negatively",
    "compact",
    "has_han",
    "listed",
    "negative_ask",
    "plain",
    "spoken",
]

BLANK: Final = re.compile(r"(?<![A-Za-z0-9_])[（(][ \t\xa0\u2002-\u200a\u3000]*[)）]|_{2,}|＿+")
"""Where a word is left out. `f()` is none."""
_MARKUP: Final = re.compile(r"[*`$\\{\[<&]")
_CODE: Final = re.compile(r"(\{[\w:-]+\})?(`+)(?P<code>.*?)\2|\$[^$]*\$", re.DOTALL)
_EMPHASIS: Final = re.compile(r"(\*{1,3})(?=\S)([^*]*?\S)\1|(?<!\w)(_{1,2})(?=[^\s_])([^_]*?\S)\3(?!\w)")
_PUNCTUATION: Final = re.compile(r"[\s_，。、；：！？“”‘’「」《》…—?!;:'\"()]+|[,.](?!\d)")
_NOTATION: Final = re.compile(r"[`$\\{<\u00b2\u00b3\u2070-\u209f]")
_SENTENCE: Final = re.compile(r"(?<=[。！？!?；;\n])|(?<=\.)(?=\s)")
_QUOTED: Final = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》|\"[^\"]*\"")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_ABOUT_WORDING: Final = re.compile(
    r"标点|断句|停顿|朗读|的、地、得|“的”|“地”|“得”|语病|病句|错别字|字形|字音|读音|拼写|大小写|书写|写法"
    r"|spell|punctuat|capital|comma|apostrophe|pronounc|stress",
    re.IGNORECASE,
)
_TABLE: Final = {ord(char): folded for char, folded in FOLD.items()}

_ADVERSE: Final = (
    "不属于|不包括|不包含|不是|不在|不符合|不具有|不具备|不利于|不需要|不应当?|不能|不会|不可以|不宜"
    "|没有|并非|无法|无关"
)
_FALSE: Final = "不正确|不恰当|不准确|不合理|不合适|不妥当?|不当|错误|有误"
_SAYING: Final = (
    "说法|叙述|表述|描述|论述|阐述|陈述|理解|认识|观点|做法|看法|判断|推断|推论|解释|说明|分析|评价|概括|搭配|对应|匹配"
    "|组合|使用|内容|选项|一项|一组|是"
)
_NEGATIVE_ASK: Final = re.compile(
    rf"(?:^|[，,：:]|其中|(?:下列|以下)[^，,。；使让致成因会能现明起免止]{{0,12}}?"
    rf"|哪[一些]?[项个种条位者]?[^，,。；]{{0,6}}?)"
    rf"(?P<word>{_ADVERSE})[^，,。；？?]{{0,30}}?(?:的(?:[一是有为]|说法|做法|选项)|␣|[？?])"
    rf"|␣(?P<after>不属于|不包括|不是|不能|不应当?)"
    rf"|(?:{_SAYING}|[，,中])(?P<false>{_FALSE})的(?:一项|一组|选项|说法|做法)?[是有为]?(?=[␣。？?：:]|$)"
    r"|\b(?:which|what) (?:one )?of (?:the|these)\b(?:(?!\b(?:when|if|because|while|that|who|where|unless)\b)[^.?])*?"
    r"\b(?:is|are|does|do|was|were|has|have|can|would|should)"
    r"(?P<not>(?: not| never|n['’]t))\b"
    r"|\b(?:all|any) of the following\b[^.?]*\b(?P<except>except)\b"
)
_IDIOMS: Final = re.compile(
    "不[能可]忽视|不可或缺|不可缺少|没有(?:语法)?错误|没有语病|是不是|有没有|能不能|会不会"
)


@lru_cache(maxsize=1 << 8)  # the texts of a question, which many checks look at in turn
def plain(text: str) -> str:
    """Inline MyST without its markup."""
    return plain_text(text).strip() if _MARKUP.search(text) else text.strip()


@lru_cache(maxsize=1 << 17)
def compact(text: str) -> str:
    """In the form in which graders compare texts, without white space and punctuation; signs of formulas stay."""
    if _NOTATION.search(text):
        return "".join(text.split())
    return _PUNCTUATION.sub("", plain(text).translate(_TABLE))


@lru_cache(maxsize=1 << 15)
def spoken(stem: str) -> str:
    """The stem with code and formulas as `□`, and what is emphasised as `■`; each blank as `␣`."""
    text = _CODE.sub(lambda found: found["code"] if found[1] and found["code"] else "□", stem)
    text = _EMPHASIS.sub(lambda found: "␣" if BLANK.search(found[2] or "") else "■", text)
    return BLANK.sub("␣", text).strip()


def ask_of(stem: str) -> str:
    """The sentence of the stem (as `spoken`) that asks: the one with the blank, else the last one."""
    sentences = [part for part in _SENTENCE.split(spoken(stem)) if part.strip(" \n␣。.")]
    return next((part for part in reversed(sentences) if "␣" in part), sentences[-1] if sentences else "")


@lru_cache(maxsize=1 << 10)
def negative_ask(stem: str) -> str:
    """The negative word with which the stem asks for what is not so, when it is not emphasised; else nothing."""
    text = _IDIOMS.sub("□", _QUOTED.sub("□", ask_of(stem)))
    # English: NOT and EXCEPT in capitals are emphasised
    found = _NEGATIVE_ASK.search(text) or _NEGATIVE_ASK.search(text[:1].lower() + text[1:])
    return next((word.strip() for word in found.groupdict().values() if word), "") if found else ""


@lru_cache(maxsize=1 << 10)
def asks_negatively(stem: str) -> bool:
    """Whether the stem asks for what is not so, with or without emphasis."""
    return bool(negative_ask(stem.replace("*", "").replace("_", "").lower()))


@lru_cache(maxsize=1 << 10)
def about_wording(stem: str) -> bool:
    """Whether the question is about spelling or punctuation, so that small differences are what it asks for."""
    return bool(_ABOUT_WORDING.search(stem))


def has_han(text: str) -> bool:
    """Whether it is Chinese."""
    return bool(_HAN.search(text))


def listed(parts: Iterable[str], language: str) -> str:
    """The parts as a list in a sentence."""
    return say("check.list", language).join(parts)
