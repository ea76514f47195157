"""The JSON Schemas for editors: fresh, correct, and of one mind with the loader."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kejian import forms
from kejian.catalogue import LANGUAGES, texts

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "src" / "kejian" / "schemas"
EXAMPLES = sorted((ROOT / "quizzes" / "_examples").glob("*.yml"))
BANK = sorted((ROOT / "quizzes").glob("*.yml"))


def form_of(file: Path) -> str:
    return "key" if file.name.endswith(".key.yml") else "quiz"


def validator(form: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{form}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def example(name: str) -> dict[str, Any]:
    text = (ROOT / "quizzes" / "_examples" / f"{name}.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_the_committed_schemas_are_fresh() -> None:
    """What editors use is what the loader's tables say."""
    built = runpy.run_path(str(ROOT / "tools" / "make_schemas.py"))["schemas"]()
    committed = {file.name: file.read_text(encoding="utf-8") for file in SCHEMAS.glob("*.schema.json")}
    for name, text in built.items():
        stale = f"{name} is stale; run `python tools/make_schemas.py` and commit the result"
        assert text == committed.get(name), stale


@pytest.mark.parametrize("file", [*EXAMPLES, *BANK], ids=lambda file: file.name)
def test_every_file_of_the_book_is_valid(file: Path) -> None:
    """Editors show no error in a file that the loader accepts."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [error.message for error in validator(form_of(file)).iter_errors(content)] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_each_example_names_its_schema(file: Path) -> None:
    """A copied example brings completion with it."""
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    marker, _, target = first.partition("=")
    assert marker == "# yaml-language-server: $schema"
    assert (file.parent / target).resolve() == SCHEMAS / f"{form_of(file)}.schema.json"


QUESTION_MISTAKES = [
    {"id": "Q_1"},
    {"type": "singel"},
    {"points": 0},
    {"points": 101},
    {"points": "2"},
    {"objective": 0},
    {"stem": " "},
    {"stem": 1},
    {"options": {"A": "甲"}},
    {"options": {"A": "甲", "C": "丙"}},
    {"options": {"A": "甲", "B": "乙", "K": "丙"}},
    {"options": {"A": "甲", "B": 2}},
    {"scoring": "half"},
    {"shuffle": "yes"},
    {"type": "single"},  # which has no scoring
    {"type": "essay"},  # which has no options
    {"stam": "题干"},
]


@pytest.mark.parametrize("mistake", QUESTION_MISTAKES, ids=str)
def test_an_editor_marks_a_mistake_in_a_question(mistake: dict[str, Any]) -> None:
    """The usual mistakes are underlined while they are typed."""
    quiz = example("multiple")
    assert validator("quiz").is_valid(quiz)
    quiz["questions"][0].update(mistake)
    assert not validator("quiz").is_valid(quiz)


@pytest.mark.parametrize("name", ["id", "type", "points", "stem", "options"])
def test_an_editor_marks_a_missing_field(name: str) -> None:
    """A required field cannot be forgotten."""
    quiz = example("single")
    del quiz["questions"][0][name]
    assert not validator("quiz").is_valid(quiz)


@pytest.mark.parametrize(
    "mistake",
    [
        {"answer": "K"},
        {"answer": "b"},
        {"answer": ["A"]},
        {"answer": ["A", "A"]},
        {"why": {"b": "错"}},
        {"model_answer": "答案"},
        {"evidence": [{"page": "chapters/01.md", "quote": "原句"}]},
        {"evidence": [{"page": "chapters/01"}]},
        {"explanation": ""},
    ],
    ids=str,
)
def test_an_editor_marks_a_mistake_in_a_key(mistake: dict[str, Any]) -> None:
    """The same for key files."""
    key = example("multiple.key")
    assert validator("key").is_valid(key)
    key["answers"]["example-multiple-1"].update(mistake)
    assert not validator("key").is_valid(key)


def rubric_of(key: dict[str, Any]) -> dict[str, Any]:
    rubric: dict[str, Any] = key["answers"]["example-essay-1"]["rubric"]
    return rubric


@pytest.mark.parametrize(
    "mistake",
    [
        {"weight": 0},
        {"weight": 1.5},
        {"any": []},
        {"any": "风险"},
        {"any": ["风险|"]},
        {"any": ["风险 && 隐患"]},
        {"any": ["风险 | & 隐患"]},
        {"any": ["风险｜隐患"]},
        {"any": [2024]},
        {"subject": ["前者"]},  # compared with what?
        {"subject": ["前者|甲"], "against": ["后者"]},
        {"window": 201},
        {"negative": "yes"},
        {"requires": "Rotation"},
        {"evidence": {"page": "chapters/01"}},
        {"feedback": {"yes": "答到了"}},
        {"note": "备注"},
    ],
    ids=str,
)
def test_an_editor_marks_a_mistake_in_a_point(mistake: dict[str, Any]) -> None:
    """The same for the points of a rubric, including how their phrases are joined."""
    key = example("essay.key")
    assert validator("key").is_valid(key)
    rubric_of(key)["groups"][1]["points"][0].update(mistake)
    assert not validator("key").is_valid(key)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rubric", {"groups": []}),
        ("rubric", "每点两分"),
        ("samples", []),
        ("samples", [{"response": "回答"}]),
        ("samples", [{"response": "回答", "expect": [90]}]),
        ("samples", [{"response": "回答", "expect": [90, 101]}]),
        ("samples", [{"response": "回答", "expect": [0, 0], "points": {"rotation": "wrong"}}]),
        ("answer", "A"),  # a choice has no rubric
    ],
)
def test_an_editor_marks_a_mistake_in_a_rubric(field: str, value: object) -> None:
    """The same for rubrics and samples."""
    key = example("essay.key")
    key["answers"]["example-essay-1"][field] = value
    assert not validator("key").is_valid(key)


def test_an_editor_marks_samples_without_a_rubric() -> None:
    """Samples test a rubric."""
    key = example("essay.key")
    del key["answers"]["example-essay-1"]["rubric"]
    assert not validator("key").is_valid(key)


def test_an_editor_accepts_alternatives_with_white_space() -> None:
    """A line of phrases may be laid out for the eye."""
    key = example("essay.key")
    rubric_of(key)["groups"][1]["points"][0]["any"] = [" 传统 治理 | 传统模式 & 难以|不足 "]
    assert validator("key").is_valid(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_described(language: str) -> None:
    """Each field has words in each language, and no words are left of a field that is gone."""
    expected = {f"field.{form}" for form in forms.FORMS}
    expected |= {f"field.{form}.{name}" for form, fields in forms.FORMS.items() for name in fields}
    assert expected == {name for name in texts("problems", language) if name.startswith("field.")}
