"""What holds for every essay: points add up, good sentences never harm, and ways of typing do not matter."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools.make_essay_spec import rubric_of

from kejian.grading.essay import CompiledRubric, compile_rubric, grade_essay
from kejian.grading.result import EssayDetail
from kejian.grading.text import FOLD

POINTS: Mapping[str, tuple[dict[str, Any], str]] = {
    # a scoring point, and the one sentence that makes it
    "old": (
        {
            "weight": 2,
            "any": ["传统手段|老办法 & 难以|不足"],
            "negative": True,
            "reference": "传统手段难以应付新情况",
        },
        "过去的传统手段已经难以应付新情况。",
    ),
    "people": (
        {"weight": 3, "any": ["以人民为中心|群众满意"], "reference": "以人民为中心提高群众满意程度"},
        "一切工作要坚持以人民为中心。",
    ),
    "data": (
        {"weight": 1, "any": ["数据驱动 & 决策", "用数据说话"], "reference": "依靠数据驱动科学决策"},
        "数据驱动的决策更加科学！",
    ),
    "together": (
        {"weight": 2, "any": ["多元主体协同共治", "共同参与 & 企业|社会组织"], "window": 12},
        "企业、社会组织和公众共同参与；",
    ),
    "law": (
        {"weight": 4, "any": ["依法 & 隐私"], "requires": "people", "reference": "依法保护公民个人隐私"},
        "同时依法保护个人隐私\n",
    ),
}
SENTENCES = {id: sentence for id, (_, sentence) in POINTS.items()}
WEIGHTS: Mapping[str, int] = {id: point["weight"] for id, (point, _) in POINTS.items()}
MODEL_ANSWER = "".join(SENTENCES.values())

OTHERS = (
    "数据驱动，以人民为中心，传统手段不足，用数据说话。",
    "这里不是以人民为中心，也没有数据驱动的决策。",
    "不能说群众满意，这种说法是错误的。",
    "啊以人民为中心吧呢哦嗯呀嘿啦哈。",
    "以人名为中心，依法保护隐私。",
    "多元主体协调共治！",
    "鳖蜃圃囿饕餮魑魅魍魉。",
    "依靠数据作出更科学的安排，群众的满意程度也会提高。",
    "今天天气很好，我们去公园。",
    "个人隐私要保护;",
    "试述建设智慧城市的意义和办法。",
    "1.3 or more\n",
)
"""Sentences of every quality."""

ids = st.lists(st.sampled_from(sorted(POINTS)), unique=True)
any_sentences = st.lists(st.sampled_from([*SENTENCES.values(), *OTHERS]), max_size=8)
fragments = st.text("以人民为中心传统手段难不足数据驱动决策依法隐私，。；\n这是错误的吧啊", max_size=30)


def compiled(alignment: int = 0) -> CompiledRubric:
    points = [{"id": id, **point} for id, (point, _) in POINTS.items()]
    source = {
        "groups": [{"id": "all", "max": sum(WEIGHTS.values()), "points": points}],
        "alignment": alignment,
    }
    full = sum(WEIGHTS.values())
    return compile_rubric("试述建设智慧城市的意义和办法。", full, rubric_of(source), MODEL_ANSWER)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail; how long grading takes is a promise of test_essay.py."""

RUBRIC = compiled()
ALIGNED = compiled(alignment=30)


def outcome(rubric: CompiledRubric, text: str) -> tuple[int, list[tuple[str, str, int]], tuple[str, ...]]:
    """All that must not depend on how a text is typed."""
    result = grade_essay(rubric, text)
    assert result.detail
    points = [(point.id, point.status, point.score) for point in result.detail.points]
    return result.score, points, result.detail.flags


def answer(made: Sequence[str]) -> str:
    return "".join(SENTENCES[id] for id in made)


@PATIENT
@given(ids)
def test_each_point_is_worth_its_weight_and_no_more(made: list[str]) -> None:
    """Taking the sentence of a point away lowers the mark by that point; nobody else's point changes."""
    counted = [id for id in made if id != "law" or "people" in made]
    assert sum(WEIGHTS[id] for id in counted) * 100 == grade_essay(RUBRIC, answer(made)).score
    for id in made:
        status = {name: state for name, state, _ in outcome(RUBRIC, answer([x for x in made if x != id]))[1]}
        assert "missing" == status[id]


@PATIENT
@given(any_sentences, st.sampled_from(sorted(SENTENCES.values())), st.sampled_from([RUBRIC, ALIGNED]))
def test_a_correct_sentence_never_lowers_the_mark(
    sentences: list[str], correct: str, rubric: CompiledRubric
) -> None:
    """Whatever stands before it."""
    before = "".join(sentences)
    assert grade_essay(rubric, before).score <= grade_essay(rubric, before + correct).score


@PATIENT
@given(fragments, st.sampled_from(sorted(SENTENCES.values())), st.sampled_from([RUBRIC, ALIGNED]))
def test_a_correct_sentence_after_any_text_never_lowers_the_mark(
    text: str, correct: str, rubric: CompiledRubric
) -> None:
    """Whatever stands before it, once that has come to an end."""
    assert grade_essay(rubric, f"{text}。").score <= grade_essay(rubric, f"{text}。{correct}").score


@PATIENT
@given(
    any_sentences.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))),
    st.sampled_from([0, 30]),
)
def test_the_order_of_sentences_does_not_matter(orders: tuple[list[str], list[str]], alignment: int) -> None:
    """Mark, points and flags stay; no point of the rubric belongs to one side of a comparison."""
    rubric = ALIGNED if alignment else RUBRIC
    assert outcome(rubric, "".join(orders[0])) == outcome(rubric, "".join(orders[1]))


def _ways() -> Mapping[str, list[str]]:
    """Each character and all that a reader may type in its place."""
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for typed, char in FOLD.items():
        if len(char) == 1 and not char.isspace() and unicodedata.category(typed) != "Cs":
            ways[char].append(typed)
    return ways


WAYS = _ways()
INVISIBLE = "\u200b\ufeff\u00ad\u2060\u0301"


@PATIENT
@given(any_sentences, st.data())
def test_the_way_of_typing_does_not_matter(sentences: list[str], data: st.DataObject) -> None:
    """Traditional characters, full width, invisible characters, spaces between Chinese characters, line ends."""
    plain = "".join(sentences)
    typed = []
    for char in plain:
        if char == "\n":
            typed.append(data.draw(st.sampled_from(["\n", "\r\n", "\r", "\n \n"])))
        else:
            typed.append(data.draw(st.sampled_from([char, *WAYS.get(char, ())])))
        if not char.isascii():
            typed.append(data.draw(st.sampled_from(["", "", "", "\u3000", *INVISIBLE])))
    assert outcome(RUBRIC, plain) == outcome(RUBRIC, "".join(typed))


@PATIENT
@given(any_sentences, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_normal_form_does_not_matter(sentences: list[str], form: Any) -> None:
    """Composed or decomposed, compatible or not."""
    plain = "".join([*sentences, "Café ﬁn ①。"])
    assert outcome(RUBRIC, plain) == outcome(RUBRIC, unicodedata.normalize(form, plain))


@PATIENT
@given(ids.filter(bool), st.integers(0, 30))
def test_the_model_answer_gets_the_full_mark(made: list[str], alignment: int) -> None:
    """Whatever points it has and whatever part of the mark its wording is."""
    points = [{"id": id, **POINTS[id][0], "requires": None} for id in made]
    full = sum(WEIGHTS[id] for id in made)
    source = {"groups": [{"id": "all", "max": full, "points": points}], "alignment": alignment}
    rubric = compile_rubric("试述意义。", full, rubric_of(source), answer(made))
    assert full * 100 == grade_essay(rubric, answer(made)).score


@PATIENT
@given(st.text(st.characters(codec=None, categories=None)) | fragments | any_sentences.map("".join))
def test_any_text_gets_a_mark_that_makes_sense(text: str) -> None:
    """Half points from 0 to the full mark; spans lie in the text; lone surrogates do no harm."""
    result = grade_essay(ALIGNED, text)
    assert result.score in range(0, ALIGNED.max_score + 1, 50)
    assert isinstance(result.detail, EssayDetail)
    for point in result.detail.points:
        assert all(0 <= start < end <= len(text) for start, end in point.spans)
        assert list(point.spans) == sorted(point.spans)
        assert (point.status in ("ok", "partial", "listed")) == (point.credit > 0)
