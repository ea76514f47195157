"""What an explanation says about letters: which it names as the answer, which it calls right or wrong.

claims("A项错误，故选BC。", "ABCD")   # Claim("wrong", "A", …), Claim("answer", "BC", …)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from kejian.checks.texts import masked

__all__ = ["Claim", "claims", "named_letter", "says_of_itself"]

Kind = Literal["answer", "chosen", "dropped", "right", "wrong"]


class Claim(NamedTuple):
    """Something that a text says about options."""

    kind: Kind
    """`answer`: these are the answer, and no others; `chosen`, `dropped`: each of them is, or is not, part of it;
    `right`, `wrong`: what each of them says is so, or is not."""
    letters: str
    words: str
    """As it is written."""


_LETTERS: Final = (
    r"(?<![A-Za-z0-9])(?P<letters>[A-J](?:\s*(?:[、,，/和及与或&]|and|or)?\s*[A-J])*)(?![A-Za-z0-9'’])"
)
_UNIT: Final = r"\s*(?:[两二三四五]?[项者]|选项)?"
_END: Final = r"(?=的?\s*(?:[，。；：、！？,.;:!?）)]|而|$))"
_IS: Final = r"(?:应该|应当|应|才)?\s*(?:选择?|[是为：:])"
_TRUTH: Final = rf"{_UNIT}(?:的?(?:说法|表述|叙述|描述|观点|内容))?(?:[均都也才]|完全|显然)*(?:是)?"
_NO_BUT: Final = r"(?!的?[^。；;\n]{0,8}(?:但|却|不过|然而|只是|可是))"
_PATTERNS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        "answer",
        re.compile(
            rf"(?:(?:故|因此|所以|因而|综上|本题|此题|应该|应当|应)，?\s*(?:答案)?{_IS}|应选|故选"
            rf"|(?:正确|参考|标准|本题|此题)?(?:的)?(?:答案|选项)(?:应该|应当|应)?\s*(?:选择?|[是为：:])"
            rf"|(?:正确|参考|标准)答案)\s*(?:选项)?\s*{_LETTERS}{_UNIT}{_END}"
        ),
    ),
    (
        "answer",
        re.compile(
            r"(?:(?:correct|right)\s+(?:answer|option|choice)s?|\b(?:the|so|thus)\s+answers?|^answer)\s*(?:is|are|:)"
            r"\s*(?:options?\s+)?\(?" + _LETTERS + r"\)?(?=\s*(?:[,.;:!]|because|since|as\b|$))"
            r"|(?:so|therefore|hence|thus),?\s+(?:we\s+)?(?:choose|select|pick)\s+(?:options?\s+)?"
            + _LETTERS.replace("letters>", "chosen>"),
            re.IGNORECASE,
        ),
    ),
    ("chosen", re.compile(rf"{_LETTERS}{_UNIT}(?:均|都)?(?:当选|应选|入选|符合题意){_END}")),
    (
        "dropped",
        re.compile(rf"{_LETTERS}{_UNIT}(?:均|都)?(?:不当选|不应选|不能选|不选|不符合题意|应排除|排除){_END}"),
    ),
    ("dropped", re.compile(rf"(?:排除|故不选|不能选|不选){_UNIT}\s*{_LETTERS}{_UNIT}{_END}")),
    ("right", re.compile(rf"{_LETTERS}{_TRUTH}(?:正确|对的|没有错){_END}{_NO_BUT}")),
    ("wrong", re.compile(rf"{_LETTERS}{_TRUTH}(?:错误|错的|错|不正确|不对|有误|不准确){_END}")),
    (
        "right",
        re.compile(rf"\b{_LETTERS} (?:is|are) (?:also )?(?:correct|right|true)\b(?! (?:that|but|only))"),
    ),
    (
        "wrong",
        re.compile(
            rf"\b{_LETTERS} (?:is|are) (?:also )?(?:incorrect|wrong|false|not (?:correct|right|true))\b"
        ),
    ),
)
_NAMED: Final = re.compile(
    rf"选项\s*{_LETTERS}|{_LETTERS.replace('letters>', 'unit>')}\s*(?:[两二三四五]?项|选项)"
    rf"|(?:[故应误错只]选|答案\s*[是为：:])\s*{_LETTERS.replace('letters>', 'choice>')}"
    rf"|\b(?:[Oo]ptions?|[Cc]hoices?|[Aa]nswer is)\s+{_LETTERS.replace('letters>', 'english>')}"
)
_ITSELF: Final = re.compile(
    r"(?:[这此本该](?:一)?(?:选?项|句话|种?说法|种?表述)?|说法|表述|选项)?(?:是|完全|显然)*"
    r"(?:(?P<right>正确|对)|(?P<wrong>错误|不正确|不对|有误|错))的?(?=[，。；,.;！!]|$)"
    r"|(?:this|that|the statement|it)(?: option| statement| one)? is (?:(?P<true>correct|right|true)"
    r"|(?P<false>incorrect|wrong|false))\b|(?P<yes>correct|true|right)(?=[,.;!]|$)",
    re.IGNORECASE,
)
_BUT: Final = re.compile("但|却|不过|然而|只是|可是|[^反]而|与题|题意|but|however|yet|though", re.IGNORECASE)
_ANY: Final = frozenset("ABCDEFGHIJＡＢＣＤＥＦＧＨＩＪ")
_WIDE: Final = str.maketrans("ＡＢＣＤＥＦＧＨＩＪ", "ABCDEFGHIJ", "*_`")
_SUPPOSED: Final = re.compile(
    r"(?:如果|若|假[如设使]|倘|以为|认为|误|错选|易选|容易|有人|有的|同学|考生|\bif|\bsome|\bmany|\bthink|\bnot)"
    r"[^，。；;,.\n]*$",
    re.IGNORECASE,
)
"""What stands before words that somebody might say, and the author does not."""
_NO_LETTER: Final = re.compile("[^A-J]+")


def claims(text: str, options: str) -> Iterator[Claim]:
    """All of them; letters that are no options of the question mean something else."""
    if _ANY.isdisjoint(text):
        return
    plain = masked(text).translate(_WIDE)
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(plain):
            if _SUPPOSED.search(plain, 0, found.start()):
                continue
            letters = _NO_LETTER.sub("", next(filter(None, found.groups())))
            if letters and set(letters) <= set(options):
                yield Claim(kind, "".join(sorted(set(letters))), found[0].strip())


def named_letter(text: str, options: str) -> str:
    """The first words that call an option by its letter; empty when there are none."""
    if _ANY.isdisjoint(text):
        return ""
    for found in _NAMED.finditer(masked(text).translate(_WIDE)):
        if set(re.findall("[A-J]", next(filter(None, found.groups())))) <= set(options):
            return found[0].strip()
    return ""


def says_of_itself(reason: str) -> Literal["right", "wrong", ""]:
    """Whether the reason of an option begins by calling the option right or wrong, without any but."""
    found = _ITSELF.match(reason.strip().translate(_WIDE))
    if not found or _BUT.search(reason):
        return ""
    return "right" if found["right"] or found["true"] or found["yes"] else "wrong"
