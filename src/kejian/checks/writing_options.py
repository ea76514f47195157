"""How the options of a question are written.

The rules are those of Haladyna, Downing & Rodriguez, "A review of multiple-choice item-writing guidelines for
classroom assessment", Applied Measurement in Education 15 (2002), 309-334; each function names its guideline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kejian.checks.check import Check, Example, Field, Found, Item
from kejian.checks.course import Course
from kejian.checks.wording import about_wording, asks_negatively, listed, plain

__all__ = ["CHECKS"]

OPTIONS_MOST: Final = 8
ABSOLUTE_LEAST: Final = 2
"""So many wrong options with absolute words, and no right one, are a pattern and no accident."""
NEAR_LEAST: Final = 4
"""Characters of options that may be called nearly the same."""

_NOTATION: Final = re.compile(r"[`$\\{<]")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_END: Final = re.compile(r"[。．.;；,，、]+$")
_LITTLE: Final = re.compile(r"[，。、；：！？“”‘’《》,.;:!?'\"]+(?!\d)|\s+")
_PARTICLES: Final = re.compile(r"[的了]|\b(?:a|an|the)\b", re.IGNORECASE)
_WORDS_ONLY: Final = re.compile(r"[\w\s，。、；：！？“”‘’《》,.;:!?'\"()（）·—-]+")
_ALL_OR_NONE: Final = re.compile(
    r"(?:以上|上述|前述|前面|上面)(?:的|所[列述有])?(?:各|几|[两三四五二2-5])?[项个种条点者]?(?:选项|答案|说法|内容|因素|情况|做法|观点"
    r"|表述|方面|原因|选择)?(?:全部|[全都均皆也])*(?:不|没有一?[个项]?|无一)?(?:[是对错非有选]|正确|错误|包括|属于|成立|符合|可以|合适|适用)"
    r"|(?:[都均皆全]|全都|全部)不?(?:[是对错选]|正确|错误|可以)|没有(?:一[个项])?正确的?(?:选项|答案)?"
    r"|(?:选项)?[A-H](?:[、和与及]?(?:选项)?[A-H])+[都均皆]不?(?:[是对错]|正确|错误|可以)"
    r"|(?:all|none|both|neither|any) of (?:the )?(?:above|these|preceding|options)(?: (?:is|are) \w+)?"
    r"|both [a-h] and [a-h](?: are \w+)?|[a-h] and [a-h] are (?:both )?(?:correct|right|true)",
    re.IGNORECASE,
)
_OWN_LETTER: Final = re.compile(r"\s*[（(]?([A-J])[)）.．、:：]\s*")
_STOP: Final = re.compile(r"([。；;])$|(?:[A-Za-z]{3}|[a-z] \w+)(\.)$")
_NUMBER: Final = re.compile(r"[-−+]?\d+(?:,\d{3})*(?:\.\d+)?")
_NO_SCALE: Final = re.compile(r"[:：/／^×*+=.²³√_{\\<>]|[A-Za-z]\d")
"""Numbers that are parts of times, ratios, powers, formulas and names have no plain order."""
_ABSOLUTE: Final = re.compile(
    r"(?<!不)一定(?!程度|[的量]|条件|时[期间]|阶段|范围|比例|限度|意义|数|水平)|(?<!不)绝对(?![值温湿误零贫多]|优势|高度)"
    r"|(?<!不)完全(?!竞争|信息|垄断|平方|归纳)|必然(?!性|联系|王国)|(?<!不)必定|从不|从来不|永远|只有[^，。]{1,20}才"
    r"|\b(?:always|never|absolutely|invariably)\b",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"(?<![\w/])(an?)\s*(?:[_（(][_\s）)]*)?[.:]?\s*$", re.IGNORECASE)
_UNSURE_SOUND: Final = re.compile(r"[hu]|eu|one|once|ew|[A-Z0-9\W]")


def _identical(item: Item, course: Course) -> Iterator[Found]:
    """Guidelines 19 and 22: one right answer, and options that are independent."""
    exact = about_wording(item.question.stem)
    seen: dict[str, str] = {}
    for letter, text in item.question.options.items():
        first = seen.setdefault(_exact(text, exact), letter)
        if first != letter:
            yield Found(
                Field(item, ("options", letter)), {"first": first, "second": letter, "text": plain(text)}
            )


def _nearly(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 22: options that differ in 的, 了, an article, capitals or punctuation only."""
    if about_wording(item.question.stem):
        return
    options = item.question.options
    seen: dict[str, str] = {}
    for letter, text in options.items():
        first = seen.setdefault(_loose(text) or letter, letter)
        if first != letter and _exact(text) != _exact(options[first]):
            values = {"first": first, "second": letter, "one": plain(options[first]), "other": plain(text)}
            yield Found(Field(item, ("options", letter)), values)


def _all_or_none(item: Item, course: Course) -> Iterator[Found]:
    """Guidelines 25 and 26: none of the above carefully, all of the above never."""
    for letter, text in item.question.options.items():
        if _ALL_OR_NONE.fullmatch(_END.sub("", plain(text))):
            yield Found(Field(item, ("options", letter)), {"letter": letter, "text": plain(text)})


def _own_letter(item: Item, course: Course) -> Iterator[Found]:
    """The page prints the letter itself; one from another program would stand there twice."""
    found = [(letter, _OWN_LETTER.match(text)) for letter, text in item.question.options.items()]
    if found and all(match and match[1] == letter for letter, match in found):
        letter, text = next(iter(item.question.options.items()))
        yield Found(Field(item, ("options", letter)), {"letter": letter, "text": text})


def _stops(item: Item, course: Course) -> Iterator[Found]:
    """Guidelines 12 and 23: a full stop after all options or after none."""
    if about_wording(item.question.stem):
        return
    stops = {letter: _STOP.search(plain(text)) for letter, text in item.question.options.items()}
    with_stop = [letter for letter, found in stops.items() if found]
    without = [letter for letter, found in stops.items() if not found]
    if with_stop and without:
        letter = min(with_stop, without, key=len)[0]
        mark = next(found[1] or found[2] for found in stops.values() if found)
        values = {
            "with_stop": listed(with_stop, course.language),
            "without": listed(without, course.language),
            "mark": mark,
        }
        at = len(item.question.options[letter]) - 1
        yield Found(Field(item, ("options", letter), at=at), values)


def _order(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 21: options in numerical order. Only numbers with the same words around them."""
    texts = {letter: plain(text) for letter, text in item.question.options.items()}
    around = {_NUMBER.sub("#", text) for text in texts.values()}
    if (
        len(texts) < 3
        or len(around) > 1
        or "#" not in next(iter(around))
        or _NO_SCALE.search(next(iter(around)))
    ):
        return
    numbers = [tuple(map(_number, _NUMBER.findall(text))) for text in texts.values()]
    if numbers not in (sorted(numbers), sorted(numbers, reverse=True)):
        ordered = sorted(texts.values(), key=lambda text: tuple(map(_number, _NUMBER.findall(text))))
        values = {
            "found": listed(texts.values(), course.language),
            "sorted": listed(ordered, course.language),
        }
        yield Found(Field(item, ("options",)), values)


def _many(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 18: as many options as work, and three are enough."""
    if len(item.question.options) > OPTIONS_MOST:
        yield Found(Field(item, ("options",)), {"count": len(item.question.options), "most": OPTIONS_MOST})


def _absolute(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 28a: words such as 一定 and always stand in wrong options and tell them."""
    if item.key is None or asks_negatively(item.question.stem):
        return
    found = {letter: _ABSOLUTE.search(plain(text)) for letter, text in item.question.options.items()}
    marked = {letter: match[0] for letter, match in found.items() if match}
    wrong = len(found) - len(item.key.answer)
    if len(marked) >= max(ABSOLUTE_LEAST, wrong / 2) and not set(marked) & set(item.key.answer):
        words = listed((f"{letter}“{word}”" for letter, word in marked.items()), course.language)
        letter, word = next(iter(marked.items()))
        option = Field(item, ("options", letter)).at_words(item.question.options[letter], word)
        yield Found(option, {"words": words})


def _article(item: Item, course: Course) -> Iterator[Found]:
    """Guideline 28c: a or an before the blank, and only the right option goes with it."""
    asked = _ARTICLE.search(item.question.stem)
    if not asked or item.key is None:
        return
    texts = {letter: plain(text) for letter, text in item.question.options.items()}
    if any(not text or _UNSURE_SOUND.match(text) for text in texts.values()):
        return
    vowel = asked[1].lower() == "an"
    fitting = [letter for letter, text in texts.items() if (text[0] in "aeio") is vowel]
    if fitting == list(item.key.answer) and len(fitting) < len(texts):
        yield Found(
            Field(item, ("stem",)), {"article": asked[1], "letters": listed(fitting, course.language)}
        )


def _exact(text: str, keep_end: bool = False) -> str:
    """What must differ: all but white space, width of signs, emphasis, and the full stop."""
    shown = text if _NOTATION.search(text) else plain(text) or text
    shown = "".join(shown.split()).translate(_FULL_WIDTH)
    return shown if keep_end else _END.sub("", shown) or shown


def _loose(text: str) -> str:
    """Without particles, articles, capitals and punctuation; empty where those may carry the meaning."""
    shown = "" if _NOTATION.search(text) else plain(text).translate(_FULL_WIDTH)
    if not _WORDS_ONLY.fullmatch(shown) or re.search(r"\d", shown):
        return ""
    loose = _LITTLE.sub("", _PARTICLES.sub("", shown)).casefold()
    return loose if len(loose) >= NEAR_LEAST else ""


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _options(*texts: str) -> dict[str, str]:
    return dict(zip("ABCDEFGHIJ", texts, strict=False))


_MANY: Final = _options("云", "雾", "雪", "雨", "露", "汽水", "河水", "海水", "井水")
_WHY: Final = {"A": "它是气体。", "B": "它是液体。", "D": "它不是固体。"}

CHECKS: Final = (
    Check(
        "ITEM01",
        "error",
        "question",
        _identical,
        bad=Example(
            question={"options": _options("水蒸气", "云和雾", "雪和霜", "水蒸气")}, key={"why": _WHY}
        ),
    ),
    Check(
        "ITEM02",
        "warning",
        "question",
        _nearly,
        bad=Example(question={"options": _options("天空的云和雾", "天空云和雾", "雪和霜")}),
        good=Example(question={"options": _options("山上的云和雾", "海上的云和雾", "雪和霜")}),
    ),
    Check(
        "ITEM03",
        "warning",
        "question",
        _all_or_none,
        bad=Example(
            question={"options": _options("水蒸气", "云和雾", "雪和霜", "以上都对")}, key={"why": _WHY}
        ),
    ),
    Check(
        "ITEM04",
        "warning",
        "question",
        _own_letter,
        bad=Example(question={"options": _options("A. 水蒸气", "B. 云和雾", "C. 雪和霜")}),
        good=Example(question={"options": _options("A. 水蒸气", "云和雾", "雪和霜")}),
    ),
    Check(
        "ITEM05",
        "warning",
        "question",
        _stops,
        bad=Example(question={"options": _options("水蒸气", "云和雾", "雪和霜。")}),
        good=Example(question={"options": _options("水蒸气。", "云和雾。", "雪和霜。")}),
    ),
    Check(
        "ITEM06",
        "warning",
        "question",
        _order,
        bad=Example(
            question={
                "stem": "标准大气压下，水的沸点是（　）。",
                "options": _options("0℃", "50℃", "100℃", "10℃"),
            },
            key={"why": _WHY},
        ),
        good=Example(
            question={"stem": "标准大气压下，水的沸点是（　）。", "options": _options("0℃", "50℃", "100℃")}
        ),
    ),
    Check(
        "ITEM07",
        "warning",
        "question",
        _many,
        bad=Example(
            question={"options": _MANY},
            key={"why": {letter: f"{text}不是固体。" for letter, text in _MANY.items() if text != "雪"}},
        ),
    ),
    Check(
        "ITEM08",
        "warning",
        "question",
        _absolute,
        bad=Example(question={"options": _options("水蒸气永远看得见", "云和雾一定是固态", "雪和霜是固态")}),
        good=Example(question={"options": _options("水蒸气看得见", "云和雾一定是固态", "雪和霜必然是固态")}),
    ),
    Check(
        "ITEM09",
        "warning",
        "question",
        _article,
        bad=Example(
            question={
                "stem": "A frozen lake is covered by an",
                "options": _options("fog", "cloud", "ice sheet"),
            }
        ),
        good=Example(
            question={
                "stem": "A frozen lake is covered by a/an",
                "options": _options("fog", "cloud", "ice sheet"),
            }
        ),
    ),
)
