"""Quotes that prove a key: whether each stands in its page, and whether it stands there whole.

Whether they prove what the key says is seen by `support.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final, NamedTuple

from kejian.catalogue import say
from kejian.checks.check import Check, Example, Field, Found, Severity
from kejian.checks.course import Course, Item
from kejian.checks.likeness import said, said_of, shingles
from kejian.checks.remember import remembered
from kejian.checks.wording import asks_negatively, has_han
from kejian.grading.text import find_quote, normalise
from kejian.model import Evidence, Key, Point
from kejian.pages import Page, compared
from kejian.yamlfile import short

__all__ = ["CHECKS"]

QUOTE_LEAST: Final = 8
"""Shorter quotes prove nothing (characters without white space; the shortest of two books had 10)."""
QUOTE_MOST: Final = 160
"""Longer ones are paragraphs, in which a reader has to search for the proof (the longest had 75)."""
CUT_OFF: Final = 0.15
"""Share of a proved option that stands in the sentence, but outside of its quotes (sound ones: up to 0.09)."""
OUTSIDE: Final = 1.5
"""Of an essay, so many times as much outside the quote as inside it (sound ones: up to 1.1), and"""
OUTSIDE_LEAST: Final = 3
"""more shingles than chance brings there."""
NEAREST_LONGEST: Final = 160
"""Characters of a sentence that is offered."""
PARTING_LEAST: Final = 2
"""Characters that a quote and a sentence have in common, and not by chance."""
_SENTENCE: Final = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s")
_ENDS: Final = "。!?;"
"""Of sentences, in normalised text."""
_SENTENCE_END: Final = re.compile(r"[。!?;]|(?<!\d)\.|\.(?!\d)")
_STOPS: Final = frozenset(_ENDS + ":,、")
_BORDERS: Final = frozenset(("", *_ENDS, *":,….()[]{}<>《》〈〉“”‘’「」『』\"'—|"))
"""What may stand before or behind a quote, or nothing. A list that is cut at 、 is not whole."""
_PAIRS: Final = ("()", "[]", "《》", "〈〉", "「」", "『』", "“”")
_DECIMAL: Final = re.compile(r"\d[.,:]\d")
_LEADS: Final = frozenset("的等而中是为即时后")
"""A phrase may begin after these characters …"""
_OPENERS: Final = frozenset("已由被把将使让从")
"""… and with these, inside a clause."""


class _Quote(NamedTuple):
    """A piece of evidence, and where it stands in the key."""

    evidence: Evidence
    path: tuple[str | int, ...]
    looked: str
    """The quote as it is compared."""
    point: Point | None = None
    """The scoring point that it belongs to."""

    def found(self, item: Item, field: str, at: int = 0, **values: object) -> Found:
        return Found(Field(item, (*self.path, field), True, at), {"quote": self.evidence.quote, **values})


class _Standing(NamedTuple):
    """Where a quote stands first in its page."""

    text: str
    """Of the paragraph."""
    normal: str
    """The same as it is compared."""
    start: int
    """In `normal`."""
    end: int
    times: int
    """How often it stands in the page."""

    @property
    def begins(self) -> bool:
        """Whether it begins where a clause does, or a Chinese phrase inside one."""
        before, first = self.normal[self.start - 1 : self.start], self.normal[self.start]
        is_phrase = before in _LEADS or first in _OPENERS
        return (before in _BORDERS or is_phrase) and first not in _STOPS and not self._splits(self.start)

    @property
    def ends(self) -> bool:
        """Whether it ends where a clause does, with all brackets closed."""
        text, after = self.normal[self.start : self.end], self.normal[self.end : self.end + 1]
        closed = (
            all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS) and not text.count('"') % 2
        )
        ends = text[-1] in _ENDS or (after in _BORDERS and text[-1] not in _STOPS)
        return ends and closed and not self._splits(self.end)

    def _splits(self, at: int) -> bool:
        """Whether the sign there is part of a number."""
        return any(_DECIMAL.fullmatch(self.normal, max(i, 0), i + 3) for i in (at - 2, at - 1))

    @property
    def rest(self) -> str:
        """The other parts of the sentence, as they are compared."""
        ends = [found.end() for found in _SENTENCE_END.finditer(self.normal)]
        start = max((at for at in ends if at <= self.start), default=0)
        end = min((at for at in ends if at >= self.end), default=len(self.normal))
        return self.normal[start : self.start] + "\n" + self.normal[self.end : end]


class _Looked(NamedTuple):
    """A quote, and what became of looking it up."""

    quote: _Quote
    page: Page | None
    """None when there is no such page."""
    standing: _Standing | None
    """None when the quote does not stand in the page."""


def _no_page(item: Item, course: Course) -> Iterator[Found]:
    for quote, page, _ in _looked_up(item, course):
        if page is None:
            yield quote.found(item, "page", page=quote.evidence.page)


def _not_in_contents(item: Item, course: Course) -> Iterator[Found]:
    for quote, page, _ in _looked_up(item, course):
        if course.has_book and page and page.name not in course.contents:
            yield quote.found(item, "page", page=page.name)


def _foreign_page(item: Item, course: Course) -> Iterator[Found]:
    for quote, page, _ in _looked_up(item, course):
        if item.quiz.pages and page and page.name not in item.quiz.pages:
            yield quote.found(item, "page", page=page.name, quiz=item.quiz.id)


def _edited(item: Item, course: Course) -> Iterator[Found]:
    for quote, page in _missing(item, course):
        if _elsewhere(quote, item, course) is None:
            nearest = _nearest(quote.evidence.quote, page)
            at = _parting(quote.evidence.quote, nearest)
            # shortened before the words come around it, so that they keep their end
            sentence = short(nearest, NEAREST_LONGEST)
            told = say("check.nearest", course.language, sentence=sentence) if sentence else ""
            yield quote.found(item, "quote", at, page=page.name, nearest=told)


def _moved(item: Item, course: Course) -> Iterator[Found]:
    for quote, page in _missing(item, course):
        other = _elsewhere(quote, item, course)
        if other is not None:
            yield quote.found(item, "page", page=page.name, other=other)


def _cut(item: Item, course: Course) -> Iterator[Found]:
    """Chinese is quoted by clauses, a language with spaces by words at least."""
    for quote, standing in _standing(item, course):
        text = quote.evidence.quote
        if has_han(text):
            starts, ends = standing.begins, standing.ends
        else:
            spaced, looked = normalise(standing.text), normalise(text).strip()
            at = max(spaced.find(looked), 0)
            around = spaced[max(at - 1, 0) : at], spaced[at + len(looked) : at + len(looked) + 1]
            starts, ends = not around[0].isalnum(), not around[1].isalnum()
        if not (starts and ends):
            yield quote.found(item, "quote", whole=_widened(standing.text, text))


def _vague(item: Item, course: Course) -> Iterator[Found]:
    for quote, standing in _standing(item, course):
        length = standing.end - standing.start
        if length < QUOTE_LEAST or standing.times > 1:
            kind = "repeated" if standing.times > 1 else "short"
            fault = say(f"check.quote.{kind}", course.language, length=length, count=standing.times)
            yield quote.found(item, "quote", fault=fault)


def _long(item: Item, course: Course) -> Iterator[Found]:
    for quote, standing in _standing(item, course):
        length = standing.end - standing.start
        if length > QUOTE_MOST * (1 if has_han(standing.normal) else 3):
            yield quote.found(item, "quote", length=length)


def _proof_cut_off(item: Item, course: Course) -> Iterator[Found]:
    """What proves the key stands in the sentence, but outside the quote."""
    question, key = item.question, item.key
    if key is None:
        return
    negative = bool(question.options) and asks_negatively(question.stem)
    proved = [text for letter, text in question.options.items() if (letter in key.answer) != negative]
    for quote, standing in _standing(item, course):
        rest = shingles(standing.rest)
        if not rest:
            continue
        others = (other for other in key.evidence if quote.point is None and other is not quote.evidence)
        known = said(question.stem, *(other.quote for other in others))
        inside = said(quote.evidence.quote) - known
        outside = rest - inside - known
        if quote.point or not proved:
            said_there = said_of(quote.point) if quote.point else shingles(key.model_answer or "")
            many = len(said_there & outside) > max(OUTSIDE * len(said_there & inside), OUTSIDE_LEAST)
            title = quote.point.title if quote.point else say("check.model-answer", course.language)
            found = [title] if many else []
        else:
            parts = ((text, shingles(text)) for text in proved)
            found = [text for text, part in parts if len(part & outside) > CUT_OFF * len(part)]
        if found:
            whole = _widened(standing.text, quote.evidence.quote, _SENTENCE)
            yield quote.found(item, "quote", proved=found[0], whole=whole)


@remembered
def _looked_up(item: Item, course: Course) -> tuple[_Looked, ...]:
    """The quotes of a question in their pages."""
    quotes = _quotes(item.key) if item.key else ()
    return tuple(_look_up(quote, course.page(quote.evidence.page)) for quote in quotes)


def _quotes(key: Key) -> Iterator[_Quote]:
    """The evidence of a key, then that of its scoring points."""
    for number, evidence in enumerate(key.evidence):
        yield _Quote(evidence, ("evidence", number), compared(evidence.quote))
    for number, group in enumerate(key.rubric.groups if key.rubric else ()):
        for index, point in enumerate(group.points):
            if point.evidence:
                path = ("rubric", "groups", number, "points", index, "evidence")
                yield _Quote(point.evidence, path, compared(point.evidence.quote), point)


def _look_up(quote: _Quote, page: Page | None) -> _Looked:
    places = _places(quote, page) if page else []
    if page is None or not places:
        return _Looked(quote, page, None)
    normal = page.normal[places[0]]
    start = normal.find(quote.looked)
    times = sum(page.normal[number].count(quote.looked) for number in places)
    text = page.blocks[places[0]].text
    return _Looked(quote, page, _Standing(text, normal, start, start + len(quote.looked), times))


def _places(quote: _Quote, page: Page) -> list[int]:
    """Numbers of the paragraphs in which the quote stands."""
    return page.blocks_with(quote.looked)


def _standing(item: Item, course: Course) -> Iterator[tuple[_Quote, _Standing]]:
    """Quotes that stand in their pages."""
    for quote, _, standing in _looked_up(item, course):
        if standing:
            yield quote, standing


def _missing(item: Item, course: Course) -> Iterator[tuple[_Quote, Page]]:
    """Quotes that do not stand in their page."""
    for quote, page, standing in _looked_up(item, course):
        if page and not standing:
            yield quote, page


def _elsewhere(quote: _Quote, item: Item, course: Course) -> str | None:
    """Another page where the quote stands, those of the quiz first."""
    for name in dict.fromkeys((*item.quiz.pages, *course.contents)):
        page = course.page(name)
        if page and _places(quote, page):
            return name
    return None


def _nearest(quote: str, page: Page) -> str:
    """The sentence of the page that has most in common with the quote."""
    looked = shingles(quote)
    sentences = [
        part for block in page.blocks for part in _SENTENCE.split(block.text) if part and part.strip()
    ]
    return max(
        sentences,
        key=lambda part: len(looked & shingles(part)) / (len(shingles(part)) + len(looked)),
        default="",
    )


def _parting(quote: str, sentence: str) -> int:
    """Number of the first character of a quote that is not as in the sentence; 0 where they have little in common."""
    matcher = SequenceMatcher(None, quote, sentence, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= PARTING_LEAST]
    if not blocks or blocks[0].a:
        return 0
    return blocks[0].size if blocks[0].size < len(quote) else 0


def _widened(text: str, quote: str, border: re.Pattern[str] = re.compile(r"(?<=[。！？!?；;，,：:])")) -> str:
    """The quote with the rest of the clauses (or sentences) in which it begins and ends."""
    span = find_quote(text, quote)
    if span is None:
        return quote
    cuts = [0, *(found.end() for found in border.finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= span[0])
    end = min(cut for cut in cuts if cut >= span[1])
    return text[start:end].strip().rstrip("。；，：;,")


def _check(
    id: str,
    severity: Severity,
    find: Callable[[Item, Course], Iterator[Found]],
    quote: str,
    page: str = "water",
    files: Mapping[str, str] = MappingProxyType({}),
    more: str = "",
) -> Check:
    """`more`: what stands on the page besides."""
    key = {"evidence": [{"page": page, "quote": quote}]}
    edits = {"water.md": ("状态\n", f"状态\n\n{more}\n")} if more else {}
    return Check(id, severity, "question", find, Example(key=key, files=files, edits=edits))


_QUOTE: Final = "冰是固态的水，雪和霜也是固态的水"
_MORE: Final = f"# 补充材料\n\n{_QUOTE}。\n"
_CHANGES: Final = "，".join(
    f"水从{before}变成{after}叫作{name}，这时要{heat}热量"
    for before, after, name, heat in (
        ("固态", "液态", "熔化", "吸收"),
        ("液态", "固态", "凝固", "放出"),
        ("液态", "气态", "汽化", "吸收"),
        ("气态", "液态", "液化", "放出"),
        ("固态", "气态", "升华", "吸收"),
        ("气态", "固态", "凝华", "放出"),
        ("冰雪", "水流", "消融", "吸收"),
        ("云雾", "冰晶", "冻结", "放出"),
    )
)
CHECKS: Final = (
    _check("EVID01", "error", _no_page, _QUOTE, "ice"),
    _check("EVID02", "error", _not_in_contents, _QUOTE, "more", {"more.md": _MORE}),
    _check("EVID03", "error", _edited, "冰是固体的水，雪和霜也是固体的水"),
    _check("EVID04", "error", _moved, _QUOTE, "exercises"),
    _check(
        "EVID05",
        "warning",
        _foreign_page,
        _QUOTE,
        "more",
        {"more.md": _MORE, "_toc.yml": "root: water\nchapters:\n  - file: exercises\n  - file: more\n"},
    ),
    _check("EVID06", "warning", _cut, "冰是固态的水，雪和霜也是固"),
    _check("EVID07", "warning", _vague, _QUOTE, more=f"{_QUOTE}。"),
    _check("EVID08", "warning", _long, _CHANGES, more=f"{_CHANGES}。"),
    _check("EVID09", "warning", _proof_cut_off, "冰是固态的水"),
)
