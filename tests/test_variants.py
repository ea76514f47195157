"""Variants of a paper: orders that a seed decides, and answers that find their way back through them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paths import ROOT

from kejian.answers import open_answers
from kejian.bank import load_bank
from kejian.cli import main
from kejian.grading import Verdict, grade
from kejian.marking import grade_answers
from kejian.model import Bank, Place, Question, Quiz
from kejian.terminal import CommandError
from kejian.variants import NAMES, Plan, find_plan, option_order, plan_paper, read_plan

CHAPTER = load_bank(ROOT / "quizzes/chapter-01.yml").quizzes[0]
SEEDS = st.integers(min_value=-(10**9), max_value=10**9)
QUICK = settings(max_examples=30, deadline=None)


def plan(variant: str = "A", seed: int = 1, quiz: Quiz = CHAPTER) -> Plan:
    return plan_paper([quiz.id], quiz.questions, variant, seed=seed, duration=90, title="试卷")


def question(*options: str, stem: str = "选哪一个？（　）", shuffle: bool = True) -> Question:
    letters = dict(zip("ABCDEFGHIJ", options, strict=False))
    return Question("q", "single", 2, stem, letters, Place("q.yml"), shuffle=shuffle)


def orders(asked: Question, seeds: int = 40) -> set[str]:
    """All orders that some seeds and variants give."""
    return {"".join(option_order(asked, rank, seed)) for seed in range(seeds) for rank in range(4)}


@QUICK
@given(SEEDS, st.sampled_from(NAMES))
def test_every_variant_shows_every_question_and_option_once(seed: int, variant: str) -> None:
    """Nothing is lost or doubled; questions stay in their section; numbers run through the paper."""
    made = plan(variant, seed)
    assert sorted(q.id for q in CHAPTER.questions) == sorted(entry.id for entry in made.entries)
    assert list(range(1, len(made.entries) + 1)) == [entry.number for entry in made.entries]
    assert ["single"] * 10 + ["multiple"] * 5 + ["essay"] * 5 == [entry.type for entry in made.entries]
    for entry in made.entries:
        asked = next(q for q in CHAPTER.questions if q.id == entry.id)
        assert list(asked.options) == list(entry.options) == sorted(entry.options.values())


@QUICK
@given(SEEDS, st.sampled_from(NAMES))
def test_the_key_in_printed_letters_gets_full_marks(seed: int, variant: str) -> None:
    """Answers written from the printed key of any variant are right in the letters of the bank, and no others are."""
    for entry in plan(variant, seed).entries:
        asked = next(q for q in CHAPTER.questions if q.id == entry.id)
        answer_key = (CHAPTER.keys or {})[asked.id]
        if asked.type == "essay":
            continue
        printed = entry.printed(answer_key.answer)
        assert Verdict.CORRECT is grade(asked, answer_key, entry.original("、".join(printed).lower())).verdict
        for letter in set(entry.options) - set(printed):
            assert Verdict.WRONG is grade(asked, answer_key, entry.original(letter)).verdict


@QUICK
@given(SEEDS)
def test_variants_differ_wherever_there_is_another_order(seed: int) -> None:
    """Neighbours copy nothing: A, B and C have other orders of questions, and of the options of each question."""
    made = [plan(variant, seed) for variant in "ABC"]
    assert len({tuple(entry.id for entry in one.entries) for one in made}) == 3
    for asked in CHAPTER.questions:
        if asked.options:
            assert len({option_order(asked, rank, seed) for rank in range(3)}) == 3
    two = question("甲", "乙")
    assert {("A", "B"), ("B", "A")} == {option_order(two, rank, seed) for rank in range(2)}


def test_orders_never_change() -> None:
    """A paper of last year can be printed again: these orders hold in every version of Python and of kejian."""
    assert "ch01-s07 ch01-s05 ch01-s03 ch01-s09" == " ".join(entry.id for entry in plan().entries[:4])
    assert ["ADCB", "BCAD", "DBCA"] == ["".join(entry.options.values()) for entry in plan().entries[:3]]
    assert ["CDAB", "BACD"] == ["".join(entry.options.values()) for entry in plan("B").entries[:2]]


def test_a_question_left_out_moves_no_other_one() -> None:
    """A paper of a selection has the order of the whole paper."""
    some = [q for q in CHAPTER.questions if q.id != "ch01-s03"]
    whole = [entry.id for entry in plan().entries if entry.id != "ch01-s03"]
    made = plan_paper(["chapter-01"], some, "A", seed=1, duration=90, title="试卷")
    assert whole == [entry.id for entry in made.entries]


def test_orders_are_fair() -> None:
    """Every option comes first about equally often; no letter is safer than another."""
    first = [option_order(question("甲", "乙", "丙", "丁"), 0, seed)[0] for seed in range(2000)]
    assert all(420 < first.count(letter) < 580 for letter in "ABCD")


@pytest.mark.parametrize(
    ("options", "free"),
    [
        (("甲", "乙", "丙", "丁"), 4),
        # what speaks of the others stays at the end
        (("甲", "乙", "丙", "以上都对"), 3),
        (("甲", "乙", "以上都对", "以上都不对"), 2),
        (("甲", "乙", "丙", "以上说法都正确"), 3),
        (("甲", "乙", "丙", "以上均不属于"), 3),
        (("甲", "乙", "丙", "都不是"), 3),
        (("甲", "乙", "丙", "其他"), 3),
        (("first", "second", "None of the above"), 2),
        (("first", "second", "All of these"), 2),
        # in the middle its place is its meaning
        (("甲", "以上都对", "丙", "丁"), 0),
        # names of letters and places
        (("甲", "乙", "A和B"), 0),
        (("甲", "乙", "A、B都对"), 0),
        (("甲", "乙", "选项A"), 0),
        (("first", "second", "Both A and B"), 0),
        (("甲", "乙", "前两项"), 0),
        (("first", "second", "the first two"), 0),
        # letters that name no option
        (("G2G", "G2B", "App", "IEE"), 4),
        (("A policy", "the law", "a rule"), 3),
        (("哪个阶段都可以，因为没有分界", "乙", "丙"), 3),
    ],
)
def test_options_that_refer_to_others_keep_their_place(options: tuple[str, ...], free: int) -> None:
    """以上都对 stays last; an option that names a letter or a place forbids shuffling."""
    letters = "ABCDEFGHIJ"[: len(options)]
    found = orders(question(*options))
    assert {letters[free:]} == {order[free:] for order in found}
    assert (len(found) > 1) == (free > 1)


def test_options_stay_where_the_author_or_the_stem_wants_it() -> None:
    """`shuffle: false`, or a stem that names an option."""
    assert {"ABC"} == orders(question("甲", "乙", "丙", shuffle=False))
    assert {"ABC"} == orders(question("甲", "乙", "丙", stem="若选 A，则（　）。"))


def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    """The JSON holds the whole plan, and no answer."""
    file = tmp_path / "exam-A.json"
    file.write_text(plan().json(), encoding="utf-8")
    assert plan() == read_plan(file)
    fields = json.loads(file.read_text(encoding="utf-8"))
    assert {"number", "section", "type", "id", "content_hash", "options"} == set(fields["questions"][0])
    assert 1 == fields["schema"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{", "exam.plan.broken"),
        ("[]", "exam.plan.broken"),
        ('{"schema": 1}', "exam.plan.broken"),
        (plan().json().replace('"single"', '"oral"'), "exam.plan.broken"),
        (plan().json().replace('"schema": 1', '"schema": 2'), "exam.plan.newer"),
        (None, "exam.plan.missing"),
    ],
)
def test_files_that_are_no_plan_are_refused(content: str | None, text: str, tmp_path: Path) -> None:
    """With the file and what to do, never by a traceback."""
    file = tmp_path / "exam-A.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        read_plan(file)
    assert text == caught.value.text


def test_a_letter_finds_the_plan_beside_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--variant A` looks beside the answers, then where papers are written; a path is a path."""
    monkeypatch.chdir(tmp_path)
    answers = tmp_path / "class" / "answers.csv"
    with pytest.raises(CommandError, match=r"exam\.plan\.choose"):
        find_plan("A", answers)
    for folder in (Path("_build/papers"), tmp_path / "class"):
        folder.mkdir(parents=True)
        (folder / "exam-A.json").touch()
        assert folder / "exam-A.json" == find_plan("a", answers)
    assert Path("other/paper.json") == find_plan("other/paper.json", answers)


# ---- kejian grade --variant


def graded(
    folder: Path, rows: list[dict[str, object]], variants: str = "A", seed: int = 1
) -> list[dict[str, Any]]:
    """Rows (JSON lines) graded as answers to printed papers."""
    files = []
    for variant in variants:
        file = folder / f"exam-{variant}.json"
        file.write_text(plan(variant, seed).json(), encoding="utf-8")
        files.append(file)
    source, output = folder / "answers.jsonl", folder / "grades.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with open_answers([str(source)]) as answers:
        grade_answers(answers, ROOT / "quizzes/chapter-01.yml", str(output), variants=files)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("variant", ["A", "B"])
def test_printed_numbers_and_letters_are_marked(variant: str, tmp_path: Path) -> None:
    """A student who writes the printed key gets full marks; the detail speaks in printed letters."""
    keys = CHAPTER.keys or {}
    entries = [entry for entry in plan(variant).entries if entry.type != "essay"]
    rows: list[dict[str, object]] = [
        {"question": str(entry.number), "response": "".join(entry.printed(keys[entry.id].answer))}
        for entry in entries
    ]
    for entry, row, found in zip(entries, rows, graded(tmp_path, rows, variant), strict=True):
        assert (found["max_score"], "correct") == (found["score"], found["verdict"])
        assert entry.id == found["detail"]["question"]
        assert sorted(str(row["response"])) == found["detail"]["right"]


def test_a_number_may_be_a_number_and_a_question_may_be_named(tmp_path: Path) -> None:
    """JSON writes numbers; whoever knows the id may use it, with printed letters all the same."""
    entry = plan().entries[0]
    right = entry.printed((CHAPTER.keys or {})[entry.id].answer)[0]
    found = graded(tmp_path, [{"question": 1, "response": right}, {"question": entry.id, "response": right}])
    assert ["correct", "correct"] == [row["verdict"] for row in found]


def test_papers_may_be_mixed_in_one_file(tmp_path: Path) -> None:
    """The column `variant` says which paper a row is of; without it, several papers are a problem of the row."""
    keys = CHAPTER.keys or {}
    rows: list[dict[str, object]] = [
        {"variant": variant, "question": "3", "response": "".join(entry.printed(keys[entry.id].answer))}
        for variant in "AB"
        for entry in [plan(variant).entries[2]]
    ]
    unknown = {"variant": "C", "question": "3", "response": "A"}
    nothing = {"variant": "", "question": "3", "response": "A"}
    found = graded(tmp_path, [*rows, unknown, nothing], "AB")
    assert ["correct", "correct", "invalid", "invalid"] == [row["verdict"] for row in found]
    assert "ROW19" == found[2]["detail"]["problem"] == found[3]["detail"]["problem"]


@pytest.mark.parametrize(
    ("question", "response", "problem"),
    [("21", "A", "ROW20"), ("0", "A", "ROW20"), ("1", "E", "ROW11"), ("x", "", "ROW20")],
)
def test_what_is_not_on_the_paper_is_a_problem_of_the_row(
    question: str, response: str, problem: str, tmp_path: Path
) -> None:
    """A slip in the list of answers is told with its line, not marked as wrong."""
    found = graded(tmp_path, [{"question": question, "response": response}])
    assert problem == found[0]["detail"]["problem"]


def test_a_question_that_changed_after_printing_is_not_marked(tmp_path: Path, bank: Bank) -> None:
    """The answer was given to another question: exit status 1, and the row says so."""
    text = plan().json().replace(plan().entries[0].content_hash, "0" * 12)
    (tmp_path / "exam-A.json").write_text(text, encoding="utf-8")
    (tmp_path / "answers.csv").write_text("question,response\n1,A\n2,\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["grade", str(tmp_path / "answers.csv"), "--bank", str(ROOT / "quizzes"), "--variant", "A"]
    )
    assert 1 == result.exit_code
    assert "ROW21" in result.output
    assert "answers.csv:2:1" in result.output
    assert "blank" in result.output


def test_orders_of_neighbouring_seeds_are_unrelated() -> None:
    """Seeds 1 and 2 are as different as any two."""
    made = [tuple(entry.id for entry in plan(seed=seed).entries[:10]) for seed in range(20)]
    assert all(one != other for one, other in pairwise(made))
