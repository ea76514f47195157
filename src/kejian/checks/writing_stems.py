"""How the stem of a question is written.

Guidelines are those of Haladyna, Downing & Rodriguez 2002, see `writing_options`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from kejian.checks.check import Check, Example, Field, Found, Item
from kejian.checks.course import Course
from kejian.checks.wording import (
    BLANK,
    ask_of,
    asks_negatively,
    compact,
    has_han,
    negative_ask,
    plain,
    spoken,
)
from kejian.grading.essay_words import SAFE

__all__ = ["CHECKS"]

STEM_MOST: Final = 300
"""Characters of a stem; more is a text to read, and belongs on the page."""
CLANG_LEAST: Final = 4
"""Chinese characters that stem and option share, and"""
CLANG_WORD: Final = 6
"""letters of a word that they share."""

_FALSE_WORDS: Final = "不正确|不恰当|不准确|不合理|错误|有误"
_TWICE: Final = re.compile("没有不|不是不|并非不|不能不(?!可)|无不|莫不|不会不")
_NEGATIVE: Final = re.compile(
    rf"不属于|不包括|不包含|不是|不符合|不具有|不具备|不能|不会|不应|不可以|不需要|不利于|没有|无法|未能|并非"
    rf"|(?:{_FALSE_WORDS})(?=的|$)"
)
_NOT_FALSE: Final = re.compile(rf"没有[^，,。]{{0,8}}?(?:{_FALSE_WORDS})")
_NEGATIVE_ENGLISH: Final = re.compile(
    r"\b(?:not|never|none|n['’]t)\b[^.?!]*\b(?:except|not|never|incorrect|false|untrue)\b", re.IGNORECASE
)
_QUOTED: Final = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》|‘[^’]*’")
_SAFE: Final = re.compile(
    "|".join(sorted((word for word in SAFE if word != "没有不"), key=len, reverse=True))
)
_IN_TURN: Final = re.compile(r"依次|分别|先后|对应|respectively|in (?:this )?order", re.IGNORECASE)
_PARTS: Final = re.compile(r"[、，,；;/／\s—–…-]+")
_ASKS: Final = re.compile(r"[？?：:]|请|选出|选择|指出|判断|找出|写出")
_BROKEN_OFF: Final = re.compile(r"[，、,；;（(“‘「《]$")
_ANSWERED: Final = re.compile(r"[（(]\s*([A-J](?:[\s、,，]*[A-J])*)\s*[)）](?=[。.？?]?$)")
_GOOD_BLANK: Final = re.compile("（\u3000+）")
_CODE: Final = re.compile(r"`[^`]*`|\$[^$]*\$")
_LATIN_WORD: Final = re.compile(rf"[a-z]{{{CLANG_WORD},}}")


def _double_negative(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 17: a stem is positive; two negatives in one clause are a test of patience."""
    if not item.question.options:
        return
    raw = item.question.stem.replace("*", "")
    ask = _SAFE.sub("□", _QUOTED.sub("□", ask_of(raw)))
    clause = max(re.split("[，,：:]", ask.rstrip("。？?：: ")), key=lambda part: ("␣" in part, bool(part)))
    clause = clause if "␣" in ask else re.split("[，,：:]", ask.rstrip("。？?：: "))[-1]
    twice, english = _TWICE.search(clause), _NEGATIVE_ENGLISH.search(ask)
    words = _NEGATIVE.findall(_NOT_FALSE.sub("□", clause))
    if twice or english or len(words) > 1:
        found = twice[0] if twice else english[0] if english else "……".join(words)
        first = found.partition("……")[0]
        yield Found(_stem(item).at_words(item.question.stem, first), {"words": found})


def _unmarked_negative(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 17: a negative word that cannot be avoided is emphasised."""
    word = negative_ask(item.question.stem) if item.question.options else ""
    if word:
        found = _stem(item).at_words(item.question.stem, word)
        yield Found(found, {"word": word, "marked": f"**{word}**"})


def _several_blanks(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 14: one blank, which the options fill; several only if each option has a part for each."""
    count = spoken(item.question.stem).count("␣")
    if count < 2 or not item.question.options or _IN_TURN.search(item.question.stem):
        return
    if any(len(_PARTS.split(plain(text).strip("。."))) != count for text in item.question.options.values()):
        blanks = list(BLANK.finditer(item.question.stem))
        yield Found(_stem(item, blanks[1].start() if len(blanks) > 1 else 0), {"count": count})


def _no_question(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 14: the reader sees what to do. English stems may just stop where the options go on."""
    stem = spoken(item.question.stem)
    asks = "␣" in stem or _ASKS.search(stem) or _ANSWERED.search(stem)
    if item.question.options and has_han(stem) and not asks:
        yield Found(_stem(item, len(item.question.stem) - 1), {"end": stem[-12:]})


def _broken_off(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 12: nothing of the stem is lost."""
    stem = plain(item.question.stem)
    if _BROKEN_OFF.search(stem):
        yield Found(_stem(item, len(item.question.stem) - 1), {"end": stem[-12:]})


def _blank_form(item: Item, course: Course) -> Iterator[Found]:
    """One form for all blanks: full-width brackets around a full-width space."""
    stem = item.question.stem
    for blank in BLANK.finditer(_CODE.sub("", stem)):
        if blank[0][0] in "（(" and not _GOOD_BLANK.fullmatch(blank[0]) and has_han(stem):
            yield Found(_stem(item).at_words(stem, blank[0]), {"blank": blank[0]})
            return


def _mended_blank(text: str) -> str:
    if not has_han(text):
        return text
    parts = re.split(f"({_CODE.pattern})", text)
    return "".join(
        part
        if number % 2
        else BLANK.sub(lambda found: "（\u3000）" if found[0][0] in "（(" else found[0], part)
        for number, part in enumerate(parts)
    )


def _long(item: Item, course: Course) -> Iterator[Found]:
    """Guidelines 13 and 16: little to read."""
    length = len(plain(item.question.stem))
    if item.question.options and length > STEM_MOST:
        yield Found(_stem(item), {"length": length, "most": STEM_MOST})


def _answered(item: Item, course: Course) -> Iterator[Found]:
    """The letter of the answer was left in the blank when the question was copied."""
    found = _ANSWERED.search(plain(item.question.stem))
    if not found or item.key is None or not item.question.options or "␣" in spoken(item.question.stem):
        return
    if re.findall("[A-J]", found[1]) == list(item.key.answer):
        values = {"blank": found[0], "letters": "".join(item.key.answer)}
        yield Found(_stem(item).at_words(item.question.stem, found[0]), values)


def _clang(course: Course) -> Iterator[Found]:
    """Guideline 28b: a rare word of the stem stands in the right option and in no other.

    A word is one that no other question has: 4 Chinese characters or more, or 6 letters.
    """
    found: list[tuple[Item, str, list[str]]] = []
    for item in course.items():
        if item.question.type != "single" or item.key is None or asks_negatively(item.question.stem):
            continue
        answer = item.key.answer[0]
        others = "".join(compact(text) for letter, text in item.question.options.items() if letter != answer)
        shared = _words_of(item.question.stem) & _words_of(item.question.options[answer])
        telling = sorted(word for word in shared if not any(a + b in others for a, b in pairwise(word)))
        if telling:
            found.append((item, answer, telling))
    uses = Counter(word for item in course.items() if found for word in _words_of(item.question.stem))
    for item, answer, words in found:
        rare = [word for word in words if uses[word] == 1]
        if rare:
            option = Field(item, ("options", answer)).at_words(item.question.options[answer], rare[0])
            yield Found(option, {"letter": answer, "word": rare[0]})


def _stem(item: Item, at: int = 0) -> Field:
    """The stem, or one of its characters."""
    return Field(item, ("stem",), at=at)


def _words_of(text: str) -> set[str]:
    """Runs of Chinese characters of the length of a word, and long words of letters."""
    chars = compact(text)
    runs = {chars[at : at + CLANG_LEAST] for at in range(len(chars) - CLANG_LEAST + 1)}
    return {run for run in runs if not run.isascii()} | set(_LATIN_WORD.findall(plain(text).lower()))


def _negative(stem: str) -> Example:
    """A question that asks for what is not solid."""
    why = {"A": "雪和霜是固态的水。", "B": "冰是固态的水。"}
    explanation = "云和雾由细小的水滴组成，是液态的水。"
    question = {"stem": stem, "options": {"A": "雪和霜", "B": "冰", "C": "云和雾"}}
    return Example(question=question, key={"explanation": explanation, "why": why})


CHECKS: Final = (
    Check(
        "ITEM20",
        "warning",
        "question",
        _double_negative,
        bad=_negative("下列各项中，**不属于**不能流动的水的是（　）。"),
        good=_negative("下列各项中，**不属于**固态的水的是（　）。"),
    ),
    Check(
        "ITEM21",
        "warning",
        "question",
        _unmarked_negative,
        bad=_negative("下列各项中，不属于固态的水的是（　）。"),
        good=_negative("下列各项中，**不属于**固态的水的是（　）。"),
    ),
    Check(
        "ITEM22",
        "warning",
        "question",
        _several_blanks,
        bad=Example(question={"stem": "（　）属于固态的水，它是（　）。"}),
        good=Example(question={"stem": "水的固态和液态依次是（　）和（　）。"}),
    ),
    Check(
        "ITEM23",
        "warning",
        "question",
        _no_question,
        bad=Example(question={"stem": "下列各项中，属于固态的水的是。"}),
        good=Example(question={"stem": "下列各项中，哪一项属于固态的水？"}),
    ),
    Check(
        "ITEM24",
        "warning",
        "question",
        _broken_off,
        bad=Example(question={"stem": "水在自然界里有三种状态，"}),
        good=Example(question={"stem": "水在自然界里有三种状态，固态的水是："}),
    ),
    Check(
        "ITEM25",
        "warning",
        "question",
        _blank_form,
        bad=Example(question={"stem": "下列各项中，属于固态的水的是( )。"}),
        good=Example(question={"stem": "调用 `print()` 以后，会出现（　）。"}),
        fix=_mended_blank,
    ),
    Check(
        "ITEM26",
        "warning",
        "question",
        _long,
        bad=Example(
            question={
                "stem": "水在自然界里有固态、液态和气态三种状态，它们可以互相转化。" * 11
                + "固态的水是（　）。"
            }
        ),
    ),
    Check(
        "ITEM27",
        "error",
        "question",
        _answered,
        bad=Example(question={"stem": "下列各项中，属于固态的水的是（ C ）。"}),
        good=Example(question={"stem": "下列各项中，属于固态的水的是（　）。"}),
    ),
    Check(
        "ITEM28",
        "warning",
        "bank",
        _clang,
        bad=Example(
            question={
                "stem": "屋檐冰凌属于（　）。",
                "options": {"A": "气态", "B": "液态", "C": "固态，屋檐冰凌都是"},
            },
            key={"explanation": "屋檐冰凌和雪、霜一样，都是固态的水。"},
        ),
    ),
)
