"""A question as HTML: nothing breaks out, nothing leaks without a key."""

from __future__ import annotations

import json
import re

from kejian.markup import (
    EvidenceLink,
    Fragments,
    anchor,
    instructions,
    question_html,
    rule_words,
    script_json,
)
from kejian.model import Evidence, Key, Place, Question

PLACE = Place("q.yml")
QUESTION = Question("q-1", "multiple", 4, "题干", {"A": "甲", "B": "乙"}, PLACE, 2, scoring="net")
KEY = Key("q-1", ("A",), "解析", (Evidence("p", "原句", PLACE),), PLACE, {"B": "理由"})
FRAGMENTS = Fragments("<b>题干</b>", {"A": "甲", "B": "乙"}, explanation="解析", why={"B": "理由"})


def test_a_question_carries_what_grading_needs() -> None:
    """Rule, letters, points, hash; and the answer, since it is a practice page."""
    html = question_html(QUESTION, KEY, FRAGMENTS, quiz="quiz")
    data = json.loads(re.search(r'class="kejian-data">(.*?)</script>', html)[1])  # type: ignore[index]
    expected = {
        "quiz": "quiz",
        "hash": QUESTION.content_hash,
        "points": 4,
        "letters": "AB",
        "scoring": "net",
        "answer": "A",
    }
    assert expected == data


def test_without_a_key_nothing_tells_the_answer() -> None:
    """The exam edition: no answer in the data, no explanation, no reasons, whatever the fragments hold."""
    html = question_html(QUESTION, None, FRAGMENTS, [EvidenceLink("原句")], quiz="quiz")
    for secret in ("解析", "理由", "原句", '"answer"', "kejian-key"):
        assert secret not in html


def test_texts_cannot_break_out() -> None:
    """Quotes of evidence are text; JSON cannot close its script."""
    html = question_html(
        QUESTION, KEY, FRAGMENTS, [EvidenceLink("<script>", 'a"b', "<i>")], quiz="</script><!--"
    )
    assert "<script>" not in html.replace('<script type="application/json"', "")
    assert html.count("</script>") == 1
    assert 'href="a&#34;b"' in html
    assert {"a": "</script>\u2028"} == json.loads(script_json({"a": "</script>\u2028"}))
    assert "<" not in script_json("</script>")


def test_rules_are_told_in_words() -> None:
    """Each type and scoring rule has its sentence; a mixed run says so."""
    other = Question("q-2", "multiple", 2, "题", {"A": "甲", "B": "乙"}, PLACE)
    assert rule_words(QUESTION) == "选对加分，选错扣分，最低 0 分"
    assert (
        instructions([QUESTION])
        == "共 1 题，4 分。每题有两个或两个以上正确选项，选对加分，选错扣分，最低 0 分。"
    )
    assert "见各题" in instructions([QUESTION, other])
    assert instructions([other, other]).startswith("共 2 题，4 分。")


def test_anchors_are_distinct() -> None:
    """Each piece of evidence of each question has its own address."""
    assert len({anchor(q, n) for q in ("a-1", "a-2") for n in (1, 2)}) == 4
