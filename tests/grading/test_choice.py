"""Single and multiple choice, and the way from a question to its grader."""

from __future__ import annotations

from typing import get_args

import pytest

from kejian.grading import TYPES, Result, Verdict, grade, rule_of
from kejian.grading.choice import SCORING, SEPARATORS, Choice, Rule, grade_choice, parse_choice
from kejian.grading.text import normalise
from kejian.model import Key, Place, Question, QuestionType, Scoring

PLACE = Place("quizzes/test.yml")


def question_of(type: QuestionType, letters: str = "ABCD", scoring: Scoring = "subset") -> Question:
    options = {letter: f"option {letter}" for letter in letters}
    return Question("t-1", type, 4, "stem", options, PLACE, scoring=scoring)


def key_of(*letters: str) -> Key:
    return Key("t-1", letters, "because", (), PLACE)


@pytest.mark.parametrize(
    ("scoring", "response", "verdict", "score"),
    [
        # all right
        ("subset", "BCD", Verdict.CORRECT, 400),
        ("subset-half", "DCB", Verdict.CORRECT, 400),
        ("exact", "b,c,d", Verdict.CORRECT, 400),
        ("net", "BCD", Verdict.CORRECT, 400),
        ("each-option", "BCD", Verdict.CORRECT, 400),
        # one missing: thirds are rounded half up to the hundredth
        ("subset", "BC", Verdict.PARTIAL, 267),
        ("subset-half", "BC", Verdict.PARTIAL, 200),
        ("exact", "BC", Verdict.WRONG, 0),
        ("net", "BC", Verdict.PARTIAL, 267),
        ("each-option", "BC", Verdict.PARTIAL, 300),
        # everything ticked
        ("subset", "ABCD", Verdict.WRONG, 0),
        ("subset-half", "ABCD", Verdict.WRONG, 0),
        ("exact", "ABCD", Verdict.WRONG, 0),
        ("net", "ABCD", Verdict.PARTIAL, 267),
        ("each-option", "ABCD", Verdict.PARTIAL, 300),
        # only the wrong one
        ("subset", "A", Verdict.WRONG, 0),
        ("subset-half", "A", Verdict.WRONG, 0),
        ("exact", "A", Verdict.WRONG, 0),
        ("net", "A", Verdict.WRONG, 0),
        ("each-option", "A", Verdict.WRONG, 0),
        # nothing ticked earns nothing, although each-option taken literally would pay for the empty box at A
        *((scoring, " ", Verdict.BLANK, 0) for scoring in SCORING),
        # unreadable
        *((scoring, "BCDX", Verdict.INVALID, 0) for scoring in SCORING),
    ],
)
def test_a_multiple_choice_earns_what_its_rule_says(
    scoring: Scoring, response: str, verdict: Verdict, score: int
) -> None:
    """Key BCD of ABCD for 4 points."""
    result = grade(question_of("multiple", scoring=scoring), key_of("B", "C", "D"), response)
    assert (verdict, score, 400) == (result.verdict, result.score, result.max_score)


@pytest.mark.parametrize(
    ("response", "verdict", "score"),
    [
        ("B", Verdict.CORRECT, 400),
        ("C", Verdict.WRONG, 0),
        ("", Verdict.BLANK, 0),
        ("BC", Verdict.INVALID, 0),
    ],
)
@pytest.mark.parametrize("scoring", SCORING)
def test_a_single_choice_is_all_or_nothing(
    scoring: Scoring, response: str, verdict: Verdict, score: int
) -> None:
    """Whatever the scoring field says, which is for multiple choice only."""
    result = grade(question_of("single", scoring=scoring), key_of("B"), response)
    assert (verdict, score) == (result.verdict, result.score)


def test_a_result_says_which_letters_were_right_wrong_and_missed() -> None:
    """In alphabetical order, however they were typed."""
    result = grade(question_of("multiple", "ABCDE"), key_of("A", "B", "D"), "e c b a")
    assert Result(Verdict.WRONG, 0, 400, right=("A", "B"), wrong=("C", "E"), missed=("D",)) == result


@pytest.mark.parametrize("response", ["", "、"])
def test_a_blank_response_missed_every_right_letter(response: str) -> None:
    """Blank is a state of its own, and a page can still show the answer."""
    result = grade(question_of("multiple"), key_of("A", "C"), response)
    assert Result(Verdict.BLANK, 0, 400, missed=("A", "C")) == result


@pytest.mark.parametrize(("type", "response"), [("single", "B"), ("multiple", "BX"), ("essay", "数字治理")])
def test_without_a_key_nothing_is_graded_or_revealed(type: QuestionType, response: str) -> None:
    """In an edition without keys an answer is UNGRADED, none is BLANK."""
    question = question_of(type, "" if type == "essay" else "ABCD")
    assert Result(Verdict.UNGRADED, 0, 400) == grade(question, None, response)
    assert Result(Verdict.BLANK, 0, 400) == grade(question, None, " \u200b\n")


def test_an_essay_is_not_graded_yet() -> None:
    """Its reader compares it with the model answer."""
    essay = question_of("essay", letters="")
    assert Result(Verdict.UNGRADED, 0, 400) == grade(essay, key_of(), "数字治理……")
    assert Result(Verdict.BLANK, 0, 400) == grade(essay, key_of(), "　")


def test_a_rule_holds_letters_in_alphabetical_order() -> None:
    """The order of the file does not matter."""
    expected = Rule("multiple", "ABCD", "BD", "net", 4)
    assert expected == rule_of(question_of("multiple", "DBCA", "net"), key_of("D", "B"))


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_separator_changes_nothing(separator: str) -> None:
    """Each of the list, anywhere; and each is still itself when the response has been normalised."""
    rule = Rule("multiple", "ABCD", "AB", "exact", 1)
    assert Choice(("A", "B")) == parse_choice(f"{separator}B{separator}{separator}A{separator}", rule)
    assert separator in normalise(f"A{separator}B")


@pytest.mark.parametrize(("response", "score"), [("A", 13), ("ABC", 38), ("ABCDE", 63), ("ABCDEFG", 88)])
def test_half_a_hundredth_is_rounded_up(response: str, score: int) -> None:
    """Never to the even neighbour, as `round` does: eighths of a point."""
    assert score == grade_choice(Rule("multiple", "ABCDEFGH", "ABCDEFGH", "net", 1), response).score


def test_scores_are_exact_for_many_points() -> None:
    """Integer arithmetic: no float could hold this."""
    rule = Rule("multiple", "ABC", "ABC", "subset", 10**20 + 1)
    assert grade_choice(rule, "AB").score == (2 * (10**22 + 100) + 1) // 3


def test_every_type_and_rule_of_the_model_has_its_function() -> None:
    """A new member of either list shows here."""
    assert get_args(QuestionType) == tuple(name for name, _ in TYPES)
    assert get_args(Scoring) == tuple(SCORING)
