"""Loading rubrics and samples: everything that an author writes arrives, and each mistake is named with its place."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from types import MappingProxyType

import pytest
from tests.paths import ROOT

from kejian.bank import BankError, load_bank, load_quiz
from kejian.catalogue import describe
from kejian.model import Key, Point, Rubric

QUIZ = """\
schema: 1
id: quiz-1
title: 练习
pages: []
questions:
  - {id: q-1, type: essay, points: 6, stem: 题干一}
  - {id: q-2, type: single, points: 2, stem: 题干二, options: {A: 甲, B: 乙}}
"""
KEY = """\
schema: 1
quiz: quiz-1
answers:
  q-1:
    model_answer: 答案一
    explanation: 解析一
    rubric:
      groups:
        - id: need
          title: 必要性
          max: 2
          points:
            - id: old-ways
              weight: 2
              title: 传统治理难以适应
              any:
                - 传统治理 | 传统模式 & 难以 |不足
                - 旧办法不灵
              negative: true
              reference: 传统治理难以适应数字时代
              window: 12
              evidence: {page: chapters/01, quote: 原句}
              feedback: {ok: 答到了, missing: 想一想, negated: 说反了}
            - {id: risk, weight: 1, title: 风险, any: [风险], requires: old-ways}
        - id: value
          title: 重要性
          max: 4
          points:
            - id: sides
              weight: 4
              title: 数字治理更快
              any: [效率 & 高|快]
              subject: [数字治理, 前者]
              against: [传统治理]
      alignment: 10
      min_chars: 40
    samples:
      - {response: 回答一, expect: [90, 100]}
      - {response: 回答二, expect: [0, 0], points: {risk: negated}}
  q-2: {answer: A, explanation: 解析二, why: {B: 错}}
"""
POINT = KEY[KEY.index("            - id: old-ways") : KEY.index("            - {id: risk")]
RISK = "            - {id: risk, weight: 1, title: 风险, any: [风险], requires: old-ways}\n"
RUBRIC = KEY[KEY.index("    rubric:") : KEY.index("    samples:")]

# (text to replace in KEY, its replacement, every problem that must be found: id line:column)
CASES = [
    ("答案一", "答案一", ""),  # nothing replaced: the pair is sound
    # fields, by the rules of every other field
    (POINT, "            - old-ways\n", "BANK42 13:15"),
    ("max: 2", "max: 0", "BANK47 11:16"),
    ("weight: 2", "weight: 0", "BANK47 14:23"),
    ("weight: 2", "weight: 1.5", "BANK46 14:23"),
    ("weight: 2", "weight: -1", "BANK47 14:23"),
    ("window: 12", "window: 201", "BANK47 21:23"),
    ("alignment: 10", "alignment: 31", "BANK47 35:18"),
    ("alignment: 10", "alignment: 10%", "BANK46 35:18"),
    ("min_chars: 40", "min_chars: 2001", "BANK47 36:18"),
    ("negative: true", "negative: yes", "BANK48 19:25"),
    ("id: need", "id: 必要", "BANK51 9:15"),
    ("page: chapters/01", "page: chapters/01.md", "BANK52 22:32"),
    (", quote: 原句", "", "BANK41 22:25"),
    ("ok: 答到了", "yes: 答到了", "BANK40 23:26"),
    ("reference:", "ref:", "BANK40 20:15"),
    ("              title: 传统治理难以适应\n", "", "BANK41 13:15"),
    (POINT[POINT.index("              any") : POINT.index("              neg")], "", "BANK41 13:15"),
    (
        "any: [风险]",
        "any: 风险",
        "BANK43 24:53",
    ),
    ("any: [风险]", "any: [[风险, 隐患]]", "BANK44 24:54"),
    ("any: [风险]", "any: [2024]", "BANK45 24:54"),
    ("any: [风险]", "any: ['']", "BANK50 24:54"),
    ("any: [风险]", "any: [& 风险]", "BANK21 24:54"),
    ("    model_answer: 答案一\n", "", "BANK41 5:5"),
    (RUBRIC, "    rubric: 每点两分\n", "BANK42 7:13"),
    ("explanation: 解析二", "explanation: 解析二, rubric: {groups: []}", "BANK54 40:38"),
    ("explanation: 解析二", "explanation: 解析二, samples: []", "BANK54 40:38"),
    ("negated}}", "wrong}}", "BANK49 39:56"),
    ("negated}}", "[ok]}}", "BANK49 39:56"),
    ("points: {risk: negated}", "points: [risk]", "BANK42 39:49"),
    # empty lists
    ("any: [风险]", "any: []", "RUB01 24:53"),
    (POINT + RISK, "", "BANK43 12:18"),
    ("[数字治理, 前者]", "[]", "RUB01 33:24"),
    (RUBRIC[RUBRIC.index("\n        - id") :], " []\n", "RUB01 8:15"),
    (KEY[KEY.index("\n      - {response") : KEY.index("\n  q-2")], " []", "RUB01 37:14"),
    # one field without the other
    ("              against: [传统治理]\n", "", "RUB02 33:15"),
    ("              subject: [数字治理, 前者]\n", "", "RUB02 33:15"),
    (RUBRIC, "", "RUB02 7:5"),
    # phrases
    *(
        ("[风险]", f"['{line}']", f"{id} 24:54")
        for id, lines in {
            "RUB03": (
                "风险|",
                "|风险",
                "风险||隐患",
                "风险 & ",
                "& 风险",
                "风险 && 隐患",
                "|",
                "&",
                "风险|\u00ad",
            ),
            "RUB04": ("风险｜隐患", "风险＆隐患", "风险﹠隐患|挑战"),
            "RUB05": ("险", "风险|险", "×", "険\u0301"),
        }.items()
        for line in lines
    ),
    ("[风险]", "['5', 'G', '５|风险', 'R&D', '风险&大']", ""),  # letters and digits are found as whole words
    ("[风险]", "['|', '险']", "RUB03 24:54; RUB05 24:59"),
    ("[数字治理, 前者]", "[数字治理|前者]", "RUB04 33:25"),
    ("[数字治理, 前者]", "[数字治理, R&D]", "RUB04 33:31"),
    ("[传统治理]", "[旧]", "RUB05 34:25"),
    ("[风险]", f"[{'险' * 100}]", ""),
    ("[风险]", f"['风险|{'险' * 101}']", "RUB12 24:54"),
    # what a sample expects
    *(
        ("[90, 100]", wrong, "RUB06 38:33")
        for wrong in (
            "[100, 90]",
            "[90]",
            "90",
            "[]",
            "[0, 50, 100]",
            "[0.5, 1]",
            "['90', 100]",
            "[a, b]",
            "90-100",
        )
    ),
    ("[90, 100]", "[90, 101]", "BANK47 38:38"),
    ("[90, 100]", "[-1, 101]", "BANK47 38:34; BANK47 38:38"),
    # ids
    ("id: value", "id: need", "RUB07 25:15"),
    ("id: sides", "id: risk", "RUB07 29:19"),
    ("id: value", "id: risk", ""),  # a group and a point may share one
    # maxima
    ("max: 2", "max: 4", "RUB08 11:16; RUB09 9:9"),
    ("max: 4", "max: 3", "RUB09 9:9"),
    ("weight: 4", "weight: 3", "RUB08 27:16"),
    # which point
    ("requires: old-ways", "requires: old-way", "RUB10 24:69"),
    ("requires: old-ways", "requires: need", "RUB10 24:69"),
    ("{risk: negated}", "{risks: negated}", "RUB10 39:50"),
    ("{risk: negated}", "{risks: wrong}", "BANK49 39:57; RUB10 39:50"),
    ("id: old-ways", "id: Old", "BANK51 13:19"),  # and not that `old-ways` is unknown
    ("requires: old-ways", "requires: risk", "RUB11 24:69"),
    ("window: 12", "requires: risk", "RUB11 21:25"),
    ("window: 12", "requires: sides", ""),
]


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with one sound pair of files."""
    (tmp_path / "q.yml").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "q.key.yml").write_text(KEY, encoding="utf-8")
    return tmp_path


def problems(folder: Path, key: str) -> BankError:
    """What loading says of that key file; no problem is an error without any."""
    (folder / "q.key.yml").write_text(key, encoding="utf-8")
    try:
        load_bank(folder)
    except BankError as error:
        return error
    return BankError([])


def essay(folder: Path) -> tuple[Key, Rubric]:
    keys = load_bank(folder).quizzes[0].keys
    assert keys is not None
    rubric = keys["q-1"].rubric
    assert rubric is not None
    return keys["q-1"], rubric


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_broken_rubric_is_named_with_its_place(pair: Path, old: str, new: str, expected: str) -> None:
    """Each mistake gives its own problem at its own place, and no other."""
    assert old in KEY
    found = problems(pair, KEY.replace(old, new, 1)).problems
    assert sorted(filter(None, expected.split("; "))) == sorted(
        f"{p.id} {p.place.line}:{p.place.column}" for p in found
    )


def test_every_field_of_a_rubric_reaches_the_model(pair: Path) -> None:
    """Nothing is lost on the way, and white space around | and & means nothing."""
    key, rubric = essay(pair)
    assert (10, 40) == (rubric.alignment, rubric.min_chars)
    assert [("need", "必要性", 2), ("value", "重要性", 4)] == [(g.id, g.title, g.max) for g in rubric.groups]
    (old, risk), (sides,) = (group.points for group in rubric.groups)
    assert ("old-ways", 2, "传统治理难以适应", True, 12) == (
        old.id,
        old.weight,
        old.title,
        old.negative,
        old.window,
    )
    assert ((("传统治理", "传统模式"), ("难以", "不足")), (("旧办法不灵",),)) == old.patterns
    assert old.reference == "传统治理难以适应数字时代"
    assert old.evidence is not None
    assert ("chapters/01", "原句") == (old.evidence.page, old.evidence.quote)
    assert old.feedback == {"ok": "答到了", "missing": "想一想", "negated": "说反了"}
    assert ("old-ways", None, False, None, {}) == (
        risk.requires,
        risk.window,
        risk.negative,
        risk.evidence,
        risk.feedback,
    )
    assert (("数字治理", "前者"), ("传统治理",)) == (sides.subject, sides.against)
    assert ((("效率",), ("高", "快")),) == sides.patterns
    first, second = key.samples
    assert ("回答一", (90, 100), {}) == (first.response, first.expect, first.points)
    assert ((0, 0), {"risk": "negated"}) == (second.expect, second.points)


def test_parts_of_a_rubric_know_their_places(pair: Path) -> None:
    """A later check (evidence, samples) can point at the line."""
    key, rubric = essay(pair)
    old = rubric.groups[0].points[0]
    assert old.evidence is not None
    places = [old.place, old.evidence.place, key.samples[1].place]
    assert [(13, 15), (22, 25), (39, 9)] == [(place.line, place.column) for place in places]
    assert {f"{pair.as_posix()}/q.key.yml"} == {place.file for place in places}


def test_a_rubric_cannot_be_changed(pair: Path) -> None:
    """What was loaded stays as it was, down to the mappings."""
    key, rubric = essay(pair)
    with pytest.raises(FrozenInstanceError):
        rubric.alignment = 20  # type: ignore[misc]
    for mapping in (
        rubric.groups[0].points[0].feedback,
        rubric.groups[0].points[1].feedback,
        key.samples[1].points,
    ):
        assert isinstance(mapping, MappingProxyType)


def test_an_essay_needs_no_rubric(pair: Path) -> None:
    """Without one, readers compare with the model answer themselves."""
    without = KEY[: KEY.index("    rubric:")] + KEY[KEY.index("  q-2") :]
    assert problems(pair, without).problems == ()
    keys = load_bank(pair).quizzes[0].keys
    assert keys is not None
    assert (None, ()) == (keys["q-1"].rubric, keys["q-1"].samples)


def test_a_rubric_needs_no_samples(pair: Path) -> None:
    """They come when the first answers do."""
    assert problems(pair, re.sub(r"    samples:\n(      .*\n)+", "", KEY)).problems == ()
    assert essay(pair)[0].samples == ()


def test_maxima_are_compared_only_with_points_that_are_known(pair: Path) -> None:
    """A mistake in the quiz file is no second mistake in the key file."""
    (pair / "q.yml").write_text(QUIZ.replace("points: 6", "points: sechs"), encoding="utf-8")
    assert [problem.id for problem in problems(pair, KEY).problems] == ["BANK46"]


def test_a_circle_is_reported_once_and_shown(pair: Path) -> None:
    """Whoever reads it sees the way round, which begins with the first point of the file."""
    key = KEY.replace("window: 12", "requires: sides").replace(
        "weight: 4", "weight: 4\n              requires: risk"
    )
    (circle,) = problems(pair, key).problems
    assert circle.id == "RUB11"
    assert "old-ways → sides → risk → old-ways" in describe(circle)[0]


def test_a_point_that_leads_into_a_circle_is_no_part_of_it(pair: Path) -> None:
    """Only the points that have to be changed are shown."""
    key = KEY.replace("window: 12", "requires: sides").replace("requires: old-ways", "requires: sides")
    (circle,) = problems(pair, key.replace("weight: 4", "weight: 4\n              requires: risk")).problems
    assert (circle.place.line, circle.place.column) == (31, 25)
    assert describe(circle)[0].endswith("：sides → risk → sides，谁也得不了分。")


def test_a_thousand_points_in_a_chain_are_checked_in_a_moment(pair: Path) -> None:
    """Long chains of `requires` need neither recursion nor patience."""
    chain = "".join(
        f"            - {{id: p-{n}, weight: 1, title: 点, any: [风险], requires: p-{n + 1}}}\n"
        for n in range(3000)
    )
    last = "            - {id: p-3000, weight: 1, title: 点, any: [风险]}\n"
    assert problems(pair, KEY.replace(RISK, RISK + chain + last)).problems == ()
    circle = problems(
        pair, KEY.replace(RISK, RISK + chain + last.replace("]}", "], requires: p-0}"))
    ).problems
    assert [problem.id for problem in circle] == ["RUB11"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[风险]", f"[{'险' * 2_000_000}]"),
        ("[风险]", f"[{'险|' * 500_000}险险]"),
        ("[风险]", f"['{'|' * 2_000_000}']"),
        ("[风险]", f"['{'&' * 2_000_000}']"),
        ("[传统治理]", f"[{'一, ' * 100_000}]"),
        (
            RISK,
            "".join(
                f"            - {{id: p-{n}, weight: 1, title: 点, any: [风险], requires: q-{n}}}\n"
                for n in range(20_000)
            ),
        ),
    ],
    ids=["long", "alternatives", "bars", "ampersands", "names", "requires"],
)
def test_no_rubric_explodes(pair: Path, old: str, new: str) -> None:
    """A rubric made to exhaust the reader is refused in a few seconds."""
    assert old in KEY
    assert problems(pair, KEY.replace(old, new, 1)).problems


def test_the_other_place_of_a_repeated_point_is_named(pair: Path) -> None:
    """Whoever copied a point finds the original."""
    (repeated,) = problems(pair, KEY.replace("id: sides", "id: risk")).problems
    assert f"{pair.as_posix()}/q.key.yml:24:20" in describe(repeated)[0]


def test_an_unknown_point_is_offered_the_nearest_id(pair: Path) -> None:
    """A typing mistake is corrected by reading the first id of the remedy."""
    (unknown,) = problems(pair, KEY.replace("{risk: negated}", "{risks: negated}")).problems
    assert describe(unknown)[1].endswith("：risk, old-ways, sides。")


def test_an_unknown_status_is_offered_all_of_them(pair: Path) -> None:
    """The words that a grader can say, the most similar first."""
    (unknown,) = problems(pair, KEY.replace("negated}}", "negative}}")).problems
    words = "negated, ok, partial, missing, wrong_side, copied, blocked, listed"
    assert describe(unknown)[1].endswith(f"：{words}。")


def test_the_example_shows_every_part_of_a_rubric() -> None:
    """Authors copy it: each field of a point is there once, all but evidence, since it belongs to no page."""
    keys = load_quiz(ROOT / "quizzes/_examples/essay.yml").keys
    assert keys is not None
    (key,) = keys.values()
    assert key.rubric is not None
    points = [point for group in key.rubric.groups for point in group.points]
    shown = {field.name for field in fields(Point) for point in points if getattr(point, field.name)}
    assert {field.name for field in fields(Point)} - {"evidence"} == shown
    assert any(group.max < sum(point.weight for point in group.points) for group in key.rubric.groups)
    assert len(key.samples) >= 4
    assert any(sample.points for sample in key.samples)
