"""Whether explanations and reasons say something, and do not contradict the key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median
from typing import Final

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.claims import Kind, claims, named_letter, says_of_itself
from kejian.checks.course import Course, Item
from kejian.checks.wording import asks_negatively, compact, listed, negative_ask
from kejian.model import Place, Quiz

__all__ = ["CHECKS"]

POINTS_FACTOR: Final = 5
"""So many times more or fewer points than its like is a slip of the finger, e.g. 20 for 2."""
POINTS_FROM: Final = 4
"""Questions of one type, from which one can stand out."""
_THIN: Final = re.compile(
    r"(?:答案|解析|解释|说明|参考答案|本题|此题)?"
    r"(?:略|无|没有|暂无|待补充?|待定|同上|同前|不详|显然|显而易见|常识|todo|tbd|na|none|obvious(?:ly)?|omitted)"
    r"|(?:答案|解析)?略?(?:请|可)?(?:详见|参见|参考|参阅|参看|查看|见|看)"
    r"(?:教材|课本|教科书|书本?|本书|讲义|课件|ppt|正文|原文|上文|前文|上题|附录|第.{1,4}[章节页课讲]|p\d)[^因是为]{0,10}"
    r"|(?:see|refer to|cf) (?:the )?(?:text ?book|book|text|slides?|chapter|section|page|above|notes).{0,24}"
    r"|(?:本题|此题|故|应|所以|因此)?(?:正确)?(?:答案)?(?:选择?|[是为])?(?:选项)?[a-j]{1,5}[选项]{0,2}(?:是|为)?(?:正确)?(?:答案)?"
    r"|(?:the )?(?:correct |right )?(?:answer|option|choice)(?: is)? ?[a-j]{1,5}"
    r"|[这此本该]?(?:一)?(?:选?项|说法|表述)?(?:[是为不])*(?:正确|错误|对|错|符合题意)(?:的|答案|选项)?"
    r"|(?:this|that|it)?(?: option| answer)?(?: is)? ?(?:not )?(?:correct|incorrect|right|wrong|true|false)",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(r"[^\w\u3400-\u9fff ]+")


def _thin(item: Item, course: Course) -> Iterator[Found]:
    """An explanation, reason or model answer that tells nothing, or only what the question has said."""
    question, key = item.question, item.key
    if key is None:
        return
    repeated = {compact(question.stem), *(compact(text) for text in question.options.values())}
    texts = [
        (("explanation",), key.explanation),
        *((("why", letter), text) for letter, text in key.why.items()),
    ]
    if key.model_answer:
        texts.append((("model_answer",), key.model_answer))
    for path, text in texts:
        words = _SIGNS.sub("", text.lower()).strip()
        if not words or _THIN.fullmatch(words) or compact(text) in repeated:
            yield Found(Field(item, path, True), {"text": text})


def _other_answer(item: Item, course: Course) -> Iterator[Found]:
    """A text that names another answer than the key."""
    key = item.key
    if key is None or not key.answer:
        return
    right = "".join(key.answer)
    for field, text in _spoken(item):
        for claim in claims(text, "".join(item.question.options)):
            if claim.kind == "answer" and claim.letters != right:
                yield Found(field.at_words(text, claim.words), {"words": claim.words, "key": right})
                break


def _contradiction(item: Item, course: Course) -> Iterator[Found]:
    """A text that calls a right option wrong, or a wrong one right."""
    question, key = item.question, item.key
    if key is None or not key.answer:
        return
    options = "".join(question.options)
    told = [list(claims(text, options)) for _, text in _spoken(item)]
    of_itself = {letter: says_of_itself(reason) for letter, reason in key.why.items()}
    if not any(of_itself.values()) and not any(told):
        return
    in_key, not_in_key = _meanings(question.stem)
    for (field, text), some in zip(_spoken(item), told, strict=True):
        for claim in some:
            chosen = claim.kind == "chosen" or claim.kind in in_key
            if not chosen and claim.kind != "dropped" and claim.kind not in not_in_key:
                continue
            letter = next((letter for letter in claim.letters if (letter in key.answer) != chosen), "")
            if letter:
                values = {"words": claim.words, "letter": letter, "key": "".join(key.answer)}
                yield Found(field.at_words(text, claim.words), values)
                break
    for letter, reason in key.why.items():
        if of_itself[letter] in in_key:
            values = {"words": reason, "letter": letter, "key": "".join(key.answer)}
            yield Found(Field(item, ("why", letter), True), values)


def _meanings(stem: str) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """What `right` and `wrong` mean where the stem asks so: said of options of the key, and of the others.

    下列说法错误的是: a wrong statement is the right answer. 不属于……的是: being right or wrong tells nothing.
    """
    if not asks_negatively(stem):
        return ("right",), ("wrong",)
    if re.search(
        "[错误]|正确|准确|恰当|correct|true|right",
        negative_ask(stem.replace("*", "").replace("_", "").lower()),
    ):
        return ("wrong",), ("right",)
    return (), ()


def _letter_named(item: Item, course: Course) -> Iterator[Found]:
    """A text that calls an option by its letter, although readers may see another letter there."""
    question = item.question
    if not question.shuffle:
        return
    texts = list(_spoken(item))
    if question.hint:
        texts.append((Field(item, ("hint",)), question.hint))
    for field, text in texts:
        if words := named_letter(text, "".join(question.options)):
            yield Found(field.at_words(text, words), {"words": words})


def _same_reasons(item: Item, course: Course) -> Iterator[Found]:
    """Options with one reason."""
    if item.key is None:
        return
    same: dict[str, list[str]] = {}
    for letter, reason in item.key.why.items():
        same.setdefault(compact(reason), []).append(letter)
    same.pop(compact(item.key.explanation), None)
    for letters in same.values():
        if len(letters) > 1:
            values = {"letters": listed(letters, course.language), "text": item.key.why[letters[0]]}
            yield Found(Field(item, ("why", letters[1]), True), values)


def _reason_is_explanation(item: Item, course: Course) -> Iterator[Found]:
    if item.key is None:
        return
    explanation = compact(item.key.explanation)
    for letter, reason in item.key.why.items():
        if compact(reason) == explanation:
            yield Found(Field(item, ("why", letter), True), {"letter": letter})


def _unlike_points(quiz: Quiz, course: Course) -> Iterator[Found]:
    by_type: dict[str, list[int]] = {}
    for question in quiz.questions:
        by_type.setdefault(question.type, []).append(question.points)
    for question in quiz.questions:
        others = by_type[question.type]
        usual = median(others)
        high, low = max(question.points, usual), min(question.points, usual)
        if len(others) >= POINTS_FROM and high >= POINTS_FACTOR * low:
            item = Item(quiz, question, None)
            yield Found(Field(item, ("points",)), {"points": question.points, "usual": f"{usual:g}"})


def _spoken(item: Item) -> Iterator[tuple[Field, str]]:
    """The explanation and the reasons."""
    if item.key is not None:
        yield Field(item, ("explanation",), True), item.key.explanation
        for letter, text in item.key.why.items():
            yield Field(item, ("why", letter), True), text


_FLOW: Final = re.compile(r"""^(?P<head> *answer: *\[)(?P<items>[A-J'", ]+)(?=\])""", re.MULTILINE)
_BLOCK: Final = re.compile(
    r"""^(?P<head>(?P<indent> *)answer: *\n)(?P<items>(?:(?P=indent) *- +['"]?[A-J]['"]?(?: +#.*)? *\n)+)""",
    re.MULTILINE,
)
_LETTER: Final = re.compile("[A-J]")


def _unsorted(text: str, file: str, course: Course) -> Iterator[Found]:
    for pattern in (_FLOW, _BLOCK):
        for found in pattern.finditer(text):
            if _sorted(found) != found[0]:
                at = found.start() + found[0].index("a")
                place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
                letters = [_letter(part) for part in _parts(found)]
                values = {"letters": ", ".join(letters), "sorted": ", ".join(sorted(letters))}
                yield Found(place, values)


def _sort(text: str) -> str:
    return _BLOCK.sub(_sorted, _FLOW.sub(_sorted, text))


def _sorted(found: re.Match[str]) -> str:
    """With the letters in order; what stands between them stays in its place, a comment stays with its letter."""
    parts = _parts(found)
    letters = [_letter(part) for part in parts]
    if not all(letters) or len(set(letters)) < len(letters):  # a letter twice is a fault of another kind
        return found[0]
    ordered = iter(sorted((part.strip(" ") for part in parts), key=_letter))
    placed = [part.replace(part.strip(" "), next(ordered)) for part in parts]
    return found["head"] + ("," if found.re is _FLOW else "").join(placed)


def _parts(found: re.Match[str]) -> list[str]:
    if found.re is _FLOW:
        return found["items"].split(",")
    return found["items"].splitlines(keepends=True)


def _letter(part: str) -> str:
    letters = _LETTER.findall(part.split("#")[0])
    return letters[0] if len(letters) == 1 else ""


_EXERCISES: Final = ("# 练习题", "", "```{quiz} water", "```", "", "```{quiz} more", "```")


def _four(points: int) -> Example:
    """A quiz of four questions; the last one has that many points."""
    lines = ["schema: 1", "id: more", "title: 更多练习", "pages: []", "questions:"]
    key = ["schema: 1", "quiz: more", "answers:"]
    for number, value in enumerate((2, 2, 2, points), start=1):
        lines.append(
            f"  - {{id: more-{number}, type: essay, points: {value}, stem: 简述水的第{number}种状态。}}"
        )
        key.append(f"  more-{number}: {{model_answer: 这是参考答案。, explanation: 写出名称和特点。}}")
    files = {"quizzes/more.yml": lines, "quizzes/more.key.yml": key, "exercises.md": _EXERCISES}
    shown = "\n".join(line.strip() for line in lines[5:])
    return Example(shown=shown, files={name: "\n".join([*text, ""]) for name, text in files.items()})


CHECKS: Final = (
    Check(
        "KEY20",
        "warning",
        "question",
        _thin,
        bad=Example(key={"explanation": "略，见教材。"}),
        good=Example(key={"explanation": "雪由水汽凝华而成。"}),
    ),
    Check(
        "KEY21",
        "error",
        "question",
        _other_answer,
        bad=Example(key={"explanation": "雪和霜都是固态的水，故选B。"}),
        good=Example(key={"explanation": "雪和霜都是固态的水，故选C。误选B的同学没有看清状态。"}),
    ),
    Check(
        "KEY22",
        "error",
        "question",
        _contradiction,
        bad=Example(key={"why": {"A": "该项正确，水蒸气是气态。", "B": "云和雾由小水滴组成。"}}),
        good=Example(key={"why": {"A": "说法正确，但水蒸气不是固态。", "B": "云和雾由小水滴组成。"}}),
    ),
    Check(
        "KEY23",
        "warning",
        "question",
        _letter_named,
        bad=Example(question={"shuffle": True}, key={"explanation": "雪和霜同冰一样，C项是固态的水。"}),
        good=Example(question={"shuffle": False}, key={"explanation": "雪和霜同冰一样，C项是固态的水。"}),
    ),
    Check(
        "KEY24",
        "warning",
        "question",
        _same_reasons,
        bad=Example(key={"why": {"A": "不是固态的水。", "B": "不是固态的水。"}}),
    ),
    Check(
        "KEY25",
        "warning",
        "question",
        _reason_is_explanation,
        bad=Example(
            key={"explanation": "水蒸气是气态的水。", "why": {"A": "水蒸气是气态的水。", "B": "是小水滴。"}}
        ),
    ),
    Check("KEY26", "warning", "quiz", _unlike_points, bad=_four(20), good=_four(3)),
    Check(
        "KEY27",
        "warning",
        "file",
        _unsorted,
        bad=Example(type="multiple", key={"answer": ["B", "A"]}),
        fix=_sort,
    ),
)
