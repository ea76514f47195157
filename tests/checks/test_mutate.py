"""Damaged questions are noticed: all with the lock, the greater part by evidence, reasons and samples alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.paths import ROOT

from kejian.catalogue import LANGUAGES, say
from kejian.checks.check import Example
from kejian.checks.course import Course
from kejian.checks.damage import GROUPS, KINDS, Damage, Number, Pair, Written
from kejian.checks.example import write_example
from kejian.checks.mutate import PROVED, Tally, _Trial, describe_tallies, mutate_course, stands
from kejian.checks.run import Rules
from kejian.cli import main

BANKS = (ROOT, ROOT / "tests/banks/climate")
each_bank = pytest.mark.parametrize("root", BANKS, ids=lambda root: root.name)


@each_bank
def test_a_sample_of_the_bank_reaches_the_limits(root: Path) -> None:
    """Every fourth question with options; `kejian check --mutate` does the same to all of them."""
    course = Course(root)
    ids = [item.question.id for item in course.items() if item.question.options][::4]
    tallies = mutate_course(course, ids=ids)
    assert stands(tallies), describe_tallies(tallies, LANGUAGES[0])
    assert all(tally.made for tally in tallies if tally.group != "points")


def test_no_damage_of_an_essay_escapes_the_lock() -> None:
    """And a dropped scoring point is always noticed."""
    tallies = {tally.kind: tally for tally in mutate_course(Course(BANKS[1]), ids=["u1-e02"])}
    assert all(tally.locked == tally.made for tally in tallies.values())
    assert tallies["dropped"].noticed == tallies["dropped"].made == 4


@each_bank
def test_a_question_that_nobody_damaged_is_noticed_by_nothing(root: Path, tmp_path: Path) -> None:
    """Otherwise the way of writing and loading would be what is noticed, not the damage."""
    course = Course(root)
    for quiz in course.bank.quizzes:
        trial = _Trial(course, quiz, Rules(), tmp_path / "damaged.yml")
        for written in trial.written([]):
            assert trial.run(Damage("", {written.id: written.pair})) == (set(), False)


SINGLE = Pair(
    {
        "id": "w-s1",
        "type": "single",
        "points": Number("2"),
        "stem": "下列各项中，**不**属于固态的水的是（　）。",
        "options": {"A": "冰", "B": "雪和霜", "C": "云和雾"},
    },
    {
        "answer": "C",
        "explanation": "云和雾由小水滴组成。",
        "why": {"A": "冰是固态的水。", "B": "雪和霜是固态的水。"},
        "evidence": [{"page": "water", "quote": "冰是固态的水，雪和霜也是固态的水，都很冷"}],
    },
)
MULTIPLE = Pair(
    {**SINGLE.question, "type": "multiple", "stem": "下列各项中，属于固态的水的有（　）。"},
    {**SINGLE.key, "answer": ["A", "B"], "explanation": "它们很冷。", "why": {"C": "云和雾由小水滴组成。"}},
)
ESSAY = Pair(
    {"id": "w-e1", "type": "essay", "points": Number("4"), "stem": "简述三种状态。"},
    {
        "explanation": "每种状态一分。",
        "model_answer": "水有固态、液态和气态。",
        "rubric": {
            "groups": [
                {
                    "id": "states",
                    "title": "状态",
                    "max": Number("4"),
                    "points": [
                        {"id": "solid", "weight": Number("2"), "title": "固态", "any": ["固态"]},
                        {
                            "id": "other",
                            "weight": Number("2"),
                            "title": "液态和气态",
                            "any": ["液态 & 气态"],
                            "negative": Number("true"),
                        },
                    ],
                }
            ]
        },
    },
)


def damages(kind: str, pair: Pair) -> list[Damage]:
    """All of one kind."""
    make = next(known.make for known in KINDS if known.name == kind)
    id = pair.question["id"]
    return list(make(Written(id, pair, ("w-m1", MULTIPLE), ("water", "ice"))))


TABLE = [
    ("letter", SINGLE, ["C → A", "C → B"]),
    ("relettered", SINGLE, ["C → A", "C → B"]),
    ("letters", MULTIPLE, ["AB → B", "AB → A", "AB → ABC"]),
    ("options", SINGLE, ["A ↔ B", "A ↔ C", "B ↔ C"]),
    ("options", MULTIPLE, ["A ↔ C", "B ↔ C"]),
    ("right-options", MULTIPLE, ["A ↔ B"]),
    ("stem", SINGLE, ["下列各项中，属于固态的水的是（　）。"]),
    ("stem", MULTIPLE, ["下列各项中，**不**属于固态的水的有（　）。"]),
    ("why", SINGLE, ["A ↔ B"]),
    ("explanation", SINGLE, ["w-s1 ↔ w-m1"]),
    ("shortened", SINGLE, ["冰是固态的水，雪和霜也是固态的水，", "态的水，雪和霜也是固态的水，都很冷"]),
    ("cut", SINGLE, ["冰是固态的水，雪和霜", "也是固态的水，都很冷"]),
    ("clause", SINGLE, ["雪和霜也是固态的水，都很冷"]),
    ("idle-clause", SINGLE, ["冰是固态的水，雪和霜也是固态的水"]),
    ("moved", SINGLE, ["water → ice"]),
    ("dropped", ESSAY, ["solid", "other"]),
    ("weight", ESSAY, ["solid: 2 → 3", "solid: 2 → 1", "other: 2 → 3", "other: 2 → 1"]),
    ("negative", ESSAY, ["solid: negative: true", "other: negative: false"]),
    ("scoring", MULTIPLE, ["subset → subset-half", "subset → exact", "subset → net", "subset → each-option"]),
    ("worth", ESSAY, ["4 → 3", "4 → 5", "4 → 8"]),
]


@pytest.mark.parametrize(("kind", "pair", "expected"), TABLE)
def test_every_kind_makes_all_damages_of_one_step(kind: str, pair: Pair, expected: list[str]) -> None:
    """And each of them differs from the sound question."""
    made = damages(kind, pair)
    assert [damage.what for damage in made] == expected
    assert all(damage.pairs[pair.question["id"]] != pair for damage in made)


def test_every_kind_is_tried() -> None:
    """A new kind has a line in the table above."""
    assert {kind for kind, _, _ in TABLE} == {kind.name for kind in KINDS}


def test_exchanged_right_options_leave_the_key_right() -> None:
    """That is why they are counted apart."""
    [damage] = damages("right-options", MULTIPLE)
    question, key = damage.pairs["w-s1"]
    assert {question["options"][letter] for letter in key["answer"]} == {"冰", "雪和霜"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_and_groups_have_names(language: str) -> None:
    """In the table that people read."""
    for kind in KINDS:
        assert say(f"mutate.kind.{kind.name}", language)
    for group in GROUPS:
        assert say(f"mutate.group.{group}", language)


@pytest.mark.parametrize(
    ("noticed", "locked", "expected"), [(90, 100, True), (89, 100, False), (100, 99, False)]
)
def test_the_limits(noticed: int, locked: int, expected: bool) -> None:
    """90 % of what can be proved, and all of it with the lock; what only the lock knows is no part of the 90 %."""
    proved = Tally("letter", PROVED[0], made=100, noticed=noticed, locked=locked)
    assert stands([proved, Tally("worth", "marks", made=50, noticed=0, locked=50)]) is expected


def test_a_bank_whose_reasons_say_nothing_fails(tmp_path: Path) -> None:
    """With examples of what nobody would notice."""
    quote = {"page": "water", "quote": "水在自然界里有三种状态"}
    vague = {"explanation": "见书。", "why": {"A": "不对。", "B": "不是。"}, "evidence": [quote]}
    write_example(Example(key=vague), tmp_path)
    result = CliRunner().invoke(main, ["check", "--mutate", str(tmp_path)])
    assert result.exit_code == 1
    assert "w-s1  A ↔ B" in result.output


def test_a_sound_course_passes(tmp_path: Path) -> None:
    """And the table is printed."""
    write_example(Example(), tmp_path)
    result = CliRunner().invoke(main, ["check", "--mutate", str(tmp_path)])
    assert say("mutate.proved", LANGUAGES[0], least=90) in result.output
    assert result.exit_code == 0, result.output


def test_a_bank_without_keys_cannot_be_damaged(tmp_path: Path) -> None:
    """Nothing was proved, which is said, not shown as 100 %."""
    write_example(Example(), tmp_path)
    (tmp_path / "quizzes/water.key.yml").unlink()
    result = CliRunner().invoke(main, ["check", "--mutate", str(tmp_path)])
    assert result.exit_code == 2
    assert say("mutate.none", LANGUAGES[0]) in result.output
