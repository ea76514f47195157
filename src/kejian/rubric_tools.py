"""`kejian rubric draft` and `kejian rubric test`: a first rubric to edit, and whether a rubric keeps its promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kejian.bank import load_bank
from kejian.catalogue import LANGUAGES, say
from kejian.grading import Result, format_score, grade
from kejian.model import Sample
from kejian.terminal import CommandError, printable, table

__all__ = ["SampleRun", "describe_run", "draft_of_file", "draft_of_question", "draft_rubric", "run_samples"]

# --- draft ---------------------------------------------------------------------------------------------------

_HAN: Final = "一二三四五六七八九十"
_START: Final = r"(?:(?<=[\s。；;！!？?，,：:、])|\A)"
MARKERS: Final = tuple(
    re.compile(pattern if "①" in pattern else _START + pattern)
    for pattern in (
        rf"第(?P<n>[{_HAN}]+|\d+)(?:点|个?方面)?[，,、：:]",
        rf"(?P<n>[{_HAN}])是[，,：:]?",
        rf"其(?P<n>[{_HAN}])(?:[，,、：:]|是)",
        rf"[（(](?P<n>[{_HAN}]+|\d{{1,2}})[)）]",
        rf"(?P<n>[{_HAN}]+)、",
        r"(?P<n>\d{1,2})(?:[、．)）]|\.(?!\d))",
        r"(?P<n>[①-⑳])",
        r"(?P<n>首先|其次|再次|然后|最后)[，,]",
    )
)
"""How a model answer numbers its points; the first kind that occurs does, other kinds belong to a point."""
FIRST: Final = ("一", "1", "①", "首先")
"""A number with which a list begins (again)."""
# Words between phrases. Single characters only where they stand alone more often than in a word.
_GLUE: Final = re.compile(
    r"(?:(?!\.\d)[^㐀-鿿A-Za-z0-9%])+|(?<!目)的(?!确)|了|以及|(?<!参)与(?!会)|和(?!谐|平)|及(?!时)|或者?"
    r"|把(?!握)|将(?!来)|使(?!用|命)|让|由(?!于)|从而|并且?|也|都|就(?!业)|通过|能够|可以|应当|应该|必须|需要|不仅|而且"
)
_LEAD_END: Final = re.compile(r"主要|体现|表现|包括|分为|在于|如下|(?<!没)有|是")
_NEGATIVE: Final = re.compile("不(?![同断仅但论])|没|无(?![论疑])|非(?!常)|未(?!来)|难|缺|弱")
POINTS: Final = 10
"""Of an answer that belongs to no question."""
TITLE_CHARS: Final = 24
PHRASE_CHARS: Final = (2, 12)
TELLING_CHARS: Final = 4
"""Fewer in a phrasing are found in any answer."""
PHRASINGS: Final = 3
REFERENCE_CHARS: Final = 80


def draft_of_question(bank: Path, id: str, points: int | None = None, language: str = LANGUAGES[0]) -> str:
    """The draft for an essay of a bank; raises BankError, or CommandError when there is no such essay."""
    try:
        quiz, question = load_bank(bank).question(id)
    except KeyError:
        raise CommandError("rubric.unknown", question=id) from None
    key = (quiz.keys or {}).get(id)
    if key is None or key.model_answer is None:
        raise CommandError("rubric.no-answer", question=id)
    return draft_rubric(key.model_answer, points or question.points, question.stem, language)


def draft_of_file(path: Path, points: int | None = None, language: str = LANGUAGES[0]) -> str:
    """The draft for the model answer in a text file; raises CommandError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CommandError("rubric.unreadable", path=path, reason=error) from error
    return draft_rubric(text, points or POINTS, language=language)


@dataclass(frozen=True, slots=True)
class _Group:
    lead: str
    """The sentence before the list."""
    items: tuple[str, ...]


def draft_rubric(model_answer: str, points: int, stem: str = "", language: str = LANGUAGES[0]) -> str:
    """YAML of a first rubric, indented for the key file: one scoring point for each numbered point of the answer.

    Phrasings are words of the answer itself, so the draft knows no other way to say it: to be edited line by line.
    Raises CommandError when the answer numbers no points, or more of them than the question has whole points.
    """
    groups = _groups(model_answer)
    count = sum(len(group.items) for group in groups)
    if not 2 <= count <= points:
        raise CommandError(
            "rubric.draft.no-points" if count < 2 else "rubric.draft.many", count=count, points=points
        )
    weights = [points // count + (number < points % count) for number in range(count)]
    phrases = _phrases([item for group in groups for item in group.items], stem)
    lines = [f"# {line}" for line in say("rubric.draft.head", language).splitlines()]
    lines += ["rubric:", "  groups:"]
    number = 0
    for name, group in enumerate(groups, start=1):
        share = weights[number : number + len(group.items)]
        title = _title_of(group.lead) or say("rubric.draft.group", language)
        lines += [f"    - id: group-{name}", f"      title: {_quoted(title)}", f"      max: {sum(share)}"]
        lines.append("      points:")
        for item, weight in zip(group.items, share, strict=True):
            lines += _point(f"point-{number + 1}", weight, item, phrases[number], language)
            number += 1
    return "".join(f"    {line}\n" for line in lines)


def _groups(text: str) -> list[_Group]:
    """The numbered points; a list that begins again is another group."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = [list(marker.finditer(text)) for marker in MARKERS]
    marks = min((kind for kind in found if len(kind) > 1), key=lambda kind: kind[0].start(), default=[])
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    groups: list[_Group] = []
    lead = _sentences(text[: marks[0].start()])[-1:] if marks else []
    items: list[str] = []
    for number, (mark, end) in enumerate(zip(marks, ends, strict=True)):
        item = text[mark.end() : end].strip()
        again = number + 1 < len(marks) and marks[number + 1]["n"] in FIRST
        last = again or number + 1 == len(marks)
        rest: list[str] = []
        if last:  # what follows the list, or leads to the next one, stands behind a line end
            item, _, after = item.partition("\n")
            rest = _sentences(after)
            if again and not rest:
                *before, lead_to_next = _sentences(item)
                item, rest = "".join(before) or item, [lead_to_next]
        items.append(item)
        if last:
            groups.append(_Group("".join(lead), tuple(filter(None, map(str.strip, items)))))
            lead, items = rest[-1:], []
    return [group for group in groups if group.items]


def _sentences(text: str) -> list[str]:
    return [found for part in re.findall(r"[^。！？!?\n]+[。！？!?]?", text) if (found := part.strip())]


def _title_of(lead: str) -> str:
    """What the sentence before a list speaks of: 必要性有三点 is 必要性."""
    clause = re.split("[，,；;]", lead.strip("。：:！？!? "))[-1]
    title, *counted = _LEAD_END.split(clause)
    return title[:TITLE_CHARS].strip() if counted else ""


def _phrases(items: Sequence[str], stem: str) -> list[list[list[str]]]:
    """For each point: phrasings, each of one or two phrases that no other point has and the question has not."""
    low, high = PHRASE_CHARS
    chunks = [
        [[chunk for chunk in _GLUE.split(clause) if low <= len(chunk) <= high] for clause in _sentences(item)]
        for item in items
    ]
    uses = Counter(name for item in chunks for name in {chunk for clause in item for chunk in clause})
    found = []
    for item, sentences in zip(items, chunks, strict=True):
        title = _title(item)
        patterns: list[list[str]] = []
        for sentence in sentences:
            own = [chunk for chunk in dict.fromkeys(sentence) if uses[chunk] == 1 and chunk not in stem]
            if not patterns:  # the title says it shortest; if too short, together with what follows
                first = [chunk for chunk in own if chunk in title][:2] or own[:1]
                size = len(first) + (sum(map(len, first)) < TELLING_CHARS)
                patterns, own = [own[:size]], own[size:]
            patterns += [own[at : at + 2] for at in range(0, len(own), 2)]
        telling = [slots for slots in patterns if sum(map(len, slots)) >= TELLING_CHARS]
        plain = re.sub(r"[\W_]+", "", printable(title))
        found.append(telling[:PHRASINGS] or list(filter(None, patterns))[:1] or [[plain or printable(item)]])
    return found


def _title(item: str) -> str:
    return re.split(r"[：:，,。；;！!？?\n]", item)[0][:TITLE_CHARS].strip() or item[:TITLE_CHARS].strip()


def _point(id: str, weight: int, item: str, phrases: list[list[str]], language: str) -> list[str]:
    patterns = [" & ".join(slots) for slots in phrases]
    first, *more = _sentences(item) or [item]
    reference = first[:REFERENCE_CHARS]
    while more and len(reference) + len(more[0]) <= REFERENCE_CHARS:
        reference += more.pop(0)
    todo = _quoted(say("rubric.draft.todo", language))
    lines = [f"- id: {id}", f"  weight: {weight}", f"  title: {_quoted(_title(item))}", "  any:"]
    lines += [f"    - {_quoted(pattern)}" for pattern in patterns]
    if any(_NEGATIVE.search(pattern) for pattern in patterns):
        lines.append("  negative: true")
    lines += [f"  reference: {_quoted(reference)}", f"  feedback: {{missing: {todo}}}"]
    return [f"        {line}" for line in lines]


def _quoted(text: str) -> str:
    """A YAML scalar: JSON's quotation marks are YAML's, and a printable text needs no other escapes."""
    return json.dumps(printable(text), ensure_ascii=False)


# --- test ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleRun:
    """One sample of a rubric, graded."""

    question: str
    number: int
    """Of the sample, from 1."""
    sample: Sample
    result: Result
    titles: dict[str, str]
    """Point id to what the answer has to say."""
    wrong: tuple[tuple[str, str, str], ...]
    """(point, expected status, status) of points that have another status than expected."""

    @property
    def in_range(self) -> bool:
        """Whether the mark is inside the expected range."""
        low, high = self.sample.expect
        return low * self.result.max_score <= 100 * self.result.score <= high * self.result.max_score

    @property
    def passed(self) -> bool:
        """Whether the sample got what it must get."""
        return self.in_range and not self.wrong


def run_samples(bank: Path, question: str | None = None) -> Iterator[SampleRun]:
    """Every sample of the bank, or of one question, graded by its rubric; raises BankError."""
    for quiz in load_bank(bank).quizzes:
        for asked in quiz.questions:
            key = (quiz.keys or {}).get(asked.id)
            if key is None or key.rubric is None or question not in (None, asked.id):
                continue
            titles = {point.id: point.title for group in key.rubric.groups for point in group.points}
            for number, sample in enumerate(key.samples, start=1):
                result = grade(asked, key, sample.response)
                got = {point.id: point.status for point in result.detail.points} if result.detail else {}
                wrong = tuple(
                    (id, wanted, got.get(id, "missing"))
                    for id, wanted in sample.points.items()
                    if got.get(id, "missing") != wanted
                )
                yield SampleRun(asked.id, number, sample, result, titles, wrong)


def describe_run(run: SampleRun, language: str = LANGUAGES[0]) -> str:
    """Mark, expected range and verdict of a sample, and for each point what was matched, as a text for a terminal."""
    low, high = run.sample.expect
    head = say(
        "rubric.test.sample",
        language,
        question=run.question,
        number=run.number,
        place=run.sample.place,
        score=format_score(run.result.score),
        max=format_score(run.result.max_score),
        percent=100 * run.result.score // run.result.max_score,
        low=low,
        high=high,
        verdict=say("rubric.test.passed" if run.passed else "rubric.test.failed", language),
    )
    lines = [head]
    if detail := run.result.detail:
        rows = [
            [
                "   ",
                point.id,
                say(f"essay.status.{point.status}", language),
                f"{format_score(point.score)}/{point.weight}",
                _found(run.sample.response, point.spans) or run.titles[point.id],
            ]
            for point in detail.points
        ]
        lines += [table(rows), *(f"    {say(f'essay.flag.{flag}', language)}" for flag in detail.flags)]
    for id, wanted, got in run.wrong:
        words = {
            "wanted": say(f"essay.status.{wanted}", language),
            "got": say(f"essay.status.{got}", language),
        }
        lines.append("    " + say("rubric.test.point", language, point=id, **words))
    return "\n".join(lines)


def _found(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return " … ".join(f"「{text[start:end]}」" for start, end in spans)
