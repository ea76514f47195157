"""`kejian pdf exam`: from a question bank to an examination in several variants, without Sphinx.

    bank ── choose ──> plan (variants.py) ── sources (exam_papers.py) ──> paper, sheet, key as PDF; plan as JSON

Paper and sheet are made from a bank that was loaded without keys, so nothing of a key can stand in them. The paper is
read back and compared with the bank (losses.py). The same bank, seed and language give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import yaml

from kejian.bank import BankError, load_bank, load_quiz
from kejian.catalogue import LANGUAGES
from kejian.model import Bank, Key, Question, Quiz
from kejian.pdf.exam_papers import key_source, paper_source, sheet_source
from kejian.pdf.exam_sections import Exam
from kejian.pdf.inline import shown
from kejian.pdf.losses import compare
from kejian.pdf.matching import Passage
from kejian.pdf.typeset import typeset
from kejian.terminal import CommandError
from kejian.variants import FOLDER, NAMES, plan_paper

__all__ = ["DURATION_DEFAULT", "SEED_DEFAULT", "Request", "make_exam"]

DURATION_DEFAULT: Final = 90
"""Minutes."""
DURATION_MAX: Final = 600
SEED_DEFAULT: Final = 1
_NO_GLYPH: Final = re.compile(r'text .?"(.+?)".? could not be displayed')
OVERRIDES: Final = "book/pdf"
"""Where a book keeps templates of its own."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an instructor asks for."""

    quizzes: tuple[str, ...]
    """Ids."""
    select: tuple[str, ...] = ()
    """Patterns of question ids, e.g. `ch01-s*`; none takes every question."""
    variants: str = "A,B"
    seed: int = SEED_DEFAULT
    duration: int = DURATION_DEFAULT
    """Minutes."""
    title: str = ""
    """Empty: the titles of the quizzes."""
    on_sheet: bool = True
    """Whether there is an answer sheet; else the paper has room for the answers."""


def make_exam(
    bank: Path, request: Request, folder: Path = FOLDER, language: str = LANGUAGES[0]
) -> list[Path]:
    """Write paper, sheet, key and plan of every variant into the folder; returns the files.

    `exam-A.pdf`, `exam-A-sheet.pdf`, `exam-A-key.pdf`, `exam-A.json` and so on. Nothing is written unless all could
    be made. Raises BankError, also when something of a question is not on the paper, and CommandError.
    """
    variants = _variants(request.variants)
    if not 1 <= request.duration <= DURATION_MAX:
        raise CommandError("exam.bad-duration", duration=request.duration, most=DURATION_MAX)
    quizzes = _quizzes(load_bank(bank, keys=False), request.quizzes, bank)
    questions = _questions(quizzes, request.select)
    keys = {id: key for quiz in quizzes for id, key in _keys(quiz).items()}
    root = (bank if bank.is_dir() else bank.parent).resolve().parent
    course, overrides = _book_title(root), root / OVERRIDES
    title = request.title or "　".join(quiz.title for quiz in quizzes)
    made: dict[str, bytes] = {}
    for variant in variants:
        plan = plan_paper(
            [quiz.id for quiz in quizzes],
            questions,
            variant,
            seed=request.seed,
            duration=request.duration,
            title=title,
        )
        exam = Exam(plan, {q.id: q for q in questions}, course, language, request.on_sheet)
        for name, source in _sources(exam, keys):
            made[name] = _pdf(source, exam, overrides)
        lost = compare(made[f"exam-{variant}.pdf"], list(_passages(exam)))
        if lost:
            raise BankError(lost)
        made[f"exam-{variant}.json"] = plan.json().encode("utf-8")
    return _written(folder, made)


def _sources(exam: Exam, keys: dict[str, Key]) -> Iterator[tuple[str, str]]:
    """File names and what to typeset."""
    stem = f"exam-{exam.plan.variant}"
    yield f"{stem}.pdf", paper_source(exam)
    if exam.on_sheet:
        yield f"{stem}-sheet.pdf", sheet_source(exam)
    yield f"{stem}-key.pdf", key_source(exam, keys)


def _pdf(source: str, exam: Exam, overrides: Path) -> bytes:
    """The PDF; a character without a glyph, which PDF/UA forbids, is told with its question."""
    try:
        return typeset(source, overrides=overrides).pdf
    except CommandError as error:
        lost = _NO_GLYPH.search(str(error.values.get("reason")))
        for question in exam.questions.values() if lost else ():
            if lost and any(lost[1] in text for text in (question.stem, *question.options.values())):
                values = {"place": question.place, "question": question.id, "part": lost[1]}
                raise CommandError("exam.no-glyph", **values) from error
        raise


def _passages(exam: Exam) -> Iterator[Passage]:
    """What the paper has to show: of each question the stem, then the options in the order of the variant."""
    for section in exam.sections:
        for entry, question in zip(section.entries, section.questions, strict=True):
            options = (question.options[letter] for letter in entry.options.values())
            for pieces in map(shown, (question.stem, *options)):
                yield Passage("text", pieces, question.place)


def _variants(text: str) -> list[str]:
    """Names such as A and B, from `A,B`."""
    names = [name.upper() for name in re.split(r"[,，、\s]+", text.strip()) if name]
    if not names or any(len(name) != 1 or name not in NAMES for name in names) or len({*names}) < len(names):
        raise CommandError("exam.bad-variants", variants=text)
    return names


def _quizzes(bank: Bank, ids: Sequence[str], path: Path) -> list[Quiz]:
    known = {quiz.id: quiz for quiz in bank.quizzes}
    for id in ids:
        if id not in known:
            raise CommandError("exam.no-quiz", bank=path, quiz=id, known="、".join(known) or "–")
    return [known[id] for id in dict.fromkeys(ids)]


def _questions(quizzes: Sequence[Quiz], patterns: Sequence[str]) -> list[Question]:
    questions = [question for quiz in quizzes for question in quiz.questions]
    for pattern in patterns:
        if not any(fnmatchcase(question.id, pattern) for question in questions):
            known = "、".join(question.id for question in questions[:5])
            files = "、".join(quiz.place.file for quiz in quizzes)
            raise CommandError("exam.no-question", file=files, pattern=pattern, known=known)
    return [q for q in questions if not patterns or any(fnmatchcase(q.id, pattern) for pattern in patterns)]


def _keys(quiz: Quiz) -> dict[str, Key]:
    return dict(load_quiz(Path(quiz.place.file)).keys or {})


def _book_title(root: Path) -> str:
    """The title in the configuration of the book to which the bank belongs; empty when there is none."""
    try:
        config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    return str(config.get("title") or "") if isinstance(config, dict) else ""


def _written(folder: Path, made: dict[str, bytes]) -> list[Path]:
    """The files, each put in place only when it is complete."""
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            path = folder / name
            part = path.with_name(name + ".part")
            part.write_bytes(content)
            part.replace(path)
            paths.append(path)
    except OSError as error:
        raise CommandError("exam.unwritable", path=folder, reason=error) from error
    return paths
