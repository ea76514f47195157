"""What a book is made of: the table of contents, its pages, and the quizzes that they show."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from kejian.checks.check import Check, Example, Field, Found
from kejian.checks.course import CONTENTS, Course, Item
from kejian.checks.wording import listed
from kejian.model import Place, Question, Quiz
from kejian.pages import Page, Used
from kejian.yamlfile import Fields, Items, Report, Text, is_file, read_yaml, shown

__all__ = ["CHECKS", "find_page"]

SUFFIXES: Final = (".md", ".ipynb", ".rst", ".txt", "")
"""What a page may be written in; the last one: _toc.yml names the whole file."""
KNOWN_MOST: Final = 5
"""Ids that are offered where one is not known."""


def find_page(course: Course, name: str) -> Path | None:
    """The file of a page; None when there is none."""
    paths = (course.root / (name + suffix) for suffix in SUFFIXES)
    return next(filter(is_file, paths), None)


class _Shown(NamedTuple):
    """What a {quiz} or {question} directive shows."""

    page: Page
    used: Used
    quiz: Quiz | None
    questions: tuple[Question, ...]
    empty: tuple[str, ...] = ()
    """Patterns of `:select:` that no question has."""


def _shown(course: Course) -> Iterator[_Shown]:
    quizzes = {quiz.id: quiz for quiz in course.bank.quizzes}
    questions = {question.id: (quiz, question) for quiz in quizzes.values() for question in quiz.questions}
    for page in course.pages():
        for used in page.directives:
            name = used.directive.argument.strip()
            if used.directive.name == "question":
                quiz, question = questions.get(name, (None, None))
                yield _Shown(page, used, quiz, (question,) if question else ())
            elif used.directive.name == "quiz":
                quiz = quizzes.get(name)
                asked = quiz.questions if quiz else ()
                patterns = str(used.directive.options.get("select") or "*").split()
                chosen = [q for q in asked if any(fnmatchcase(q.id, pattern) for pattern in patterns)]
                empty = [p for p in patterns if not any(fnmatchcase(q.id, p) for q in asked)]
                yield _Shown(page, used, quiz, tuple(chosen), tuple(empty))


def _quiz_not_shown(course: Course) -> Iterator[Found]:
    seen = {each.quiz.id for each in _shown(course) if each.quiz}
    for quiz in course.bank.quizzes:
        if quiz.id not in seen:
            # named as a question would be, so that a quiz for paper only can be allowed in the settings
            yield Found(quiz.place, {"quiz": quiz.id, "title": quiz.title}, quiz.id)


def _question_not_shown(course: Course) -> Iterator[Found]:
    places = list(_shown(course))
    quizzes = {each.quiz.id for each in places if each.quiz}
    seen = {question.id for each in places for question in each.questions}
    for quiz in course.bank.quizzes:
        for question in quiz.questions:
            if quiz.id in quizzes and question.id not in seen:
                key = (quiz.keys or {}).get(question.id)
                yield Found(Field(Item(quiz, question, key)), {"question": question.id, "quiz": quiz.id})


def _shown_twice(course: Course) -> Iterator[Found]:
    first: dict[tuple[str, str], Used] = {}
    for page, used, _, questions, _ in _shown(course):
        for question in questions:
            before = first.setdefault((page.name, question.id), used)
            if before is not used:
                values = {"question": question.id, "line": before.line}
                yield Found(page.place(used.line), values, question.id)


def _names_nothing(course: Course) -> Iterator[Found]:
    if course.problems:  # a quiz that cannot be read is not unknown
        return
    quizzes = [quiz.id for quiz in course.bank.quizzes]
    questions = [question.id for quiz in course.bank.quizzes for question in quiz.questions]
    for page, used, quiz, _, empty in _shown(course):
        if quiz is None:
            name, kind = used.directive.argument, used.directive.name
            known = _nearest(name, quizzes if kind == "quiz" else questions, course.language)
            values = {"name": name or "-", "kind": f"{{{kind}}}", "known": known}
            yield Found(page.find(name, used.line), values)
        for pattern in empty if quiz else ():
            known = (
                _nearest(pattern, [question.id for question in quiz.questions], course.language)
                if quiz
                else ""
            )
            yield Found(page.find(pattern, used.line), {"name": pattern, "kind": ":select:", "known": known})


def _nearest(name: str, ids: list[str], language: str) -> str:
    """Some ids, the most similar first."""
    near = get_close_matches(name, ids, n=KNOWN_MOST, cutoff=0.0)
    return listed(dict.fromkeys([*near, *ids][:KNOWN_MOST]), language) or "–"


def _page_missing(course: Course) -> Iterator[Found]:
    for name in course.contents:
        if find_page(course, name) is None:
            yield Found(_in_contents(course, name), {"page": name})


def _page_left_out(course: Course) -> Iterator[Found]:
    named = set(course.contents)
    folders = sorted(
        {folder for name in named if (folder := name.rpartition("/")[0]) and find_page(course, name)}
    )
    for folder in folders:
        for path in sorted((course.root / folder).glob("*.md")):
            name = f"{folder}/{path.stem}"
            if name not in named and not path.name.startswith(("_", ".")) and not _is_included(course, path):
                yield Found(Place(shown(path)), {"page": name})


def _unknown_pages(course: Course) -> Iterator[Found]:
    named = set(course.contents)
    for quiz in course.bank.quizzes:
        for number, name in enumerate(quiz.pages):
            if name not in named:
                yield Found(_quiz_page_place(quiz, number), {"page": name, "quiz": quiz.id})


def _is_included(course: Course, path: Path) -> bool:
    """Whether a page takes a file in with {include}."""
    for page in course.pages():
        for used in page.directives:
            if used.directive.name in ("include", "literalinclude"):
                target = (course.root / page.name).parent / used.directive.argument.strip()
                if target.resolve() == path.resolve():
                    return True
    return False


def _in_contents(course: Course, name: str) -> Place:
    path = course.root / CONTENTS
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        value = line.partition("#")[0].rpartition(": ")[2].strip().strip("'\"")
        if value.removesuffix(".md") == name:
            return Place(shown(path), number, line.index(value) + 1)
    return Place(shown(path))


def _quiz_page_place(quiz: Quiz, number: int) -> Place:
    root = read_yaml(Path(quiz.place.file), Report(Path(quiz.place.file)))
    pages = root.entries.get("pages") if isinstance(root, Fields) else None
    if pages and isinstance(pages[1], Items) and isinstance(node := pages[1].nodes[number], Text):
        return Place(quiz.place.file, node.at.line, node.at.column)
    return quiz.place


def _with(**files: str) -> dict[str, str]:
    return {name.replace("__", "/") + ".md": text for name, text in files.items()}


_TWO_FOLDERS: Final = "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: chapters/ice\n"

CHECKS: Final = (
    Check("BOOK01", "error", "book", _quiz_not_shown, bad=Example(files=_with(exercises="# 练习题\n"))),
    Check(
        "BOOK02",
        "error",
        "book",
        _question_not_shown,
        bad=Example(files=_with(exercises="# 练习题\n\n```{quiz} water\n:select: w-s* w-m*\n```\n")),
        good=Example(files=_with(exercises="# 练习题\n\n```{quiz} water\n:select: w-s* w-m* w-e*\n```\n")),
    ),
    Check(
        "BOOK03",
        "error",
        "book",
        _shown_twice,
        bad=Example(files=_with(exercises="# 练习题\n\n```{question} w-s1\n```\n\n```{quiz} water\n```\n")),
        good=Example(
            files=_with(
                exercises="# 练习题\n\n```{question} w-s1\n```\n\n```{quiz} water\n:select: w-m* w-e*\n```\n"
            )
        ),
    ),
    Check(
        "BOOK04",
        "error",
        "book",
        _names_nothing,
        bad=Example(
            files=_with(exercises="# 练习题\n\n```{quiz} water\n```\n\n```{question} w-s9\n```\n"),
        ),
    ),
    Check(
        "BOOK05",
        "error",
        "book",
        _page_missing,
        bad=Example(
            files={
                "_toc.yml": "format: jb-book\nroot: water\nchapters:\n  - file: exercises\n  - file: ice\n"
            }
        ),
    ),
    Check(
        "BOOK06",
        "warning",
        "book",
        _page_left_out,
        bad=Example(
            files={"_toc.yml": _TWO_FOLDERS} | _with(chapters__ice="# 冰\n", chapters__steam="# 水蒸气\n")
        ),
        good=Example(files={"_toc.yml": _TWO_FOLDERS} | _with(chapters__ice="# 冰\n")),
    ),
    Check(
        "BOOK07",
        "error",
        "book",
        _unknown_pages,
        bad=Example(
            files={"_toc.yml": "format: jb-book\nroot: exercises\n"},
        ),
    ),
)
