"""Question banks: quizzes/*.yml and their *.key.yml files as a `Bank`, or every problem in them at once.

    load_bank(Path("quizzes"))                 # all quizzes of a folder, with their keys
    load_bank(Path("quizzes"), keys=False)     # for an edition without keys: no key file is opened
    load_quiz(Path("quizzes/chapter-01.yml"))  # one pair of files

Three steps, each of which reports all it finds: yamlfile (bytes to nodes), forms (the fields of each part),
and here what no single field can show: ids, letters, and whether keys fit their questions (rubrics: likewise
for the rubric of an essay).
"""

from __future__ import annotations

import gc
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kejian.catalogue import describe
from kejian.forms import CHOICE, LETTERS, MIN_OPTIONS, TYPES, read_form
from kejian.model import SCORING_DEFAULT, Bank, Key, Place, Problem, Question, QuestionType, Quiz
from kejian.rubrics import check_rubric, make_rubric, make_samples
from kejian.yamlfile import (
    At,
    Fields,
    Items,
    Node,
    Report,
    ReportFullError,
    Text,
    is_file,
    is_folder,
    problem_of,
    read_yaml,
    short,
    shown,
)

__all__ = ["KEY_SUFFIX", "BankError", "collector_paused", "load_bank", "load_quiz", "scan_bank"]

KEY_SUFFIX: Final = ".key.yml"
_KEY_WORD: Final = re.compile(r"[-_.\s]*(keys?|answers?|答案)$", re.IGNORECASE)
_UNFINISHED: Final = {"KEY10", "KEY12", "KEY13", "KEY14"}
"""Reasons or evidence do not fit the answer, but all that is written can be read, and compared with what was."""


class BankError(Exception):
    """A question bank that cannot be used; `problems` holds everything that is wrong, sorted by place."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{p.place}  {m}\n    {p.id}  {r}" for p in self.problems for m, r in [describe(p)])


class _Known(NamedTuple):
    """What the key file is compared with: as much of a question as could be understood."""

    type: QuestionType | None
    letters: str
    """Empty for an essay, or when the options are unusable."""
    place: Place
    points: int | None = None


def load_bank(path: Path, *, keys: bool = True) -> Bank:
    """All quizzes of a folder and its subfolders, or the one quiz of a file; raises BankError.

    Left out are hidden files and folders, and folders whose name begins with `_`. A folder without any quiz
    is an empty bank. With `keys=False` no key file is opened and `Quiz.keys` is None.
    """
    loader = _Loader(keys)
    files = loader.files(path) if is_folder(path) else [path]
    with collector_paused():
        quizzes = [loader.quiz(file) for file in files]
    return Bank(tuple(loader.sound(quizzes)))


def load_quiz(path: Path, *, keys: bool = True) -> Quiz:
    """The quiz of one file and, unless `keys=False`, its key file; raises BankError."""
    loader = _Loader(keys)
    with collector_paused():
        quiz = loader.quiz(path)
    return loader.sound([quiz])[0]


def scan_bank(path: Path, *, keys: bool = True) -> tuple[Bank, tuple[Problem, ...], tuple[Path, ...]]:
    """What can be used of a bank, what is wrong (sorted by place), and its quiz files.

    A quiz can be used although reasons or evidence are missing in its key file.
    """
    loader = _Loader(keys, unfinished=True)
    files = loader.files(path) if is_folder(path) else [path]
    with collector_paused():
        quizzes = [loader.quiz(file) for file in files]
    return Bank(tuple(filter(None, quizzes))), tuple(sorted(loader.found())), tuple(files)


class _Loader:
    """One run over some files: remembers the problems, and the ids that must differ between files."""

    def __init__(self, keys: bool, *, unfinished: bool = False) -> None:
        self.keys = keys
        self.unfinished = unfinished
        self.problems: list[Problem] = []
        self.misnamed: set[str] = set()
        """Key files that are there under another name."""
        self.quiz_ids: dict[str, Place] = {}
        self.question_ids: dict[str, Place] = {}

    def sound(self, quizzes: list[Quiz | None]) -> list[Quiz]:
        """The quizzes, now that nothing is wrong; raises BankError."""
        if problems := self.found():
            raise BankError(problems)
        return [quiz for quiz in quizzes if quiz is not None]

    def found(self) -> list[Problem]:
        """All problems; a key file that has been found under another name is not missing."""
        return [p for p in self.problems if p.id != "KEY01" or p.place.file not in self.misnamed]

    def files(self, folder: Path) -> list[Path]:
        """Quiz files in a folder and its subfolders, by name."""
        found: list[Path] = []
        pending, seen = [folder], set[tuple[int, int]]()
        while pending:
            folder = pending.pop()
            try:
                status = folder.stat()
                names = {file.name for file in folder.iterdir()}
            except OSError as error:
                self._note(folder, problem_of(error), reason=error.strerror)
                continue
            if (status.st_dev, status.st_ino) in seen:  # a link back up, which would be followed for ever
                self._note(folder, "BANK04")
                continue
            seen.add((status.st_dev, status.st_ino))
            for name in sorted(names):
                path = folder / name
                if name.startswith("."):
                    continue
                if name.endswith(KEY_SUFFIX):
                    quiz = name.removesuffix(KEY_SUFFIX) + ".yml"
                    if self.keys and quiz not in names:
                        self._note(path, "KEY03", file=quiz)
                elif name.endswith(".yml"):
                    found.append(path)
                elif is_folder(path):
                    if not name.startswith("_"):
                        pending.append(path)
                elif name.lower().endswith((".yml", ".yaml")):
                    self._note(path, "BANK09", name=path.stem + ".yml")
                    self.misnamed.add(shown(path.with_suffix(".yml")))
        # without the suffix, because "-" sorts before ".": chapter-01 comes before chapter-01-checks
        return sorted(found, key=lambda file: file.with_suffix("").parts)

    def _note(self, path: Path, id: str, **values: object) -> None:
        report = Report(path)
        report.add(id, At(), "", **values)
        self.problems += report.problems

    def quiz(self, path: Path) -> Quiz | None:
        """One quiz; None when something is wrong with it."""
        if path.name.endswith(KEY_SUFFIX):
            self._note(path, "BANK10", name=path.name.removesuffix(KEY_SUFFIX) + ".yml")
            return None
        if path.suffix != ".yml" and is_file(path):
            self._note(path, "BANK09", name=path.stem + ".yml")
            return None
        questions = _QuizFile(path, self)
        problems = questions.report.problems
        keys: Mapping[str, Key] | None = None
        if questions.key_name:
            self.misnamed.add(shown(path.with_name(questions.key_name)))
        elif self.keys and is_file(path):
            key_file = _KeyFile(path.with_name(path.stem + KEY_SUFFIX), questions)
            problems = problems + key_file.report.problems
            keys = MappingProxyType(key_file.keys)
        self.problems += problems
        serious = [p for p in problems if not (self.unfinished and p.id in _UNFINISHED)]
        if serious or questions.head is None:
            return None
        head = questions.head
        return Quiz(
            head["id"], head["title"], head["pages"], tuple(questions.questions), keys, questions.place
        )


class _QuizFile:
    """What a quiz file says, as far as it can be understood."""

    def __init__(self, path: Path, bank: _Loader) -> None:
        self.report = Report(path)
        self.bank = bank
        self.place = self.report.place(At())
        self.head: dict[str, Any] | None = None
        self.questions: list[Question] = []
        self.known: dict[str, _Known] = {}
        self.complete = False
        """Whether `known` has every question of the file."""
        self.key_name = ""
        """Where this is a key file: the name that it should have."""
        try:
            root = read_yaml(path, self.report)
            if root is not None:
                self._read(root)
        except ReportFullError:
            self.complete = False

    def _read(self, root: Node) -> None:
        if isinstance(root, Fields) and "answers" in root.entries and "questions" not in root.entries:
            quiz = root.entries["quiz"][1] if "quiz" in root.entries else None
            self.key_name = _key_name(Path(self.report.file).stem, quiz)
            self.report.add("BANK11", At(), "", name=self.key_name)
            return
        head = self.head = read_form(root, "quiz", self.report)
        if not isinstance(root, Fields):
            return
        if "id" in head:
            self._unique(head["id"], root.entries["id"][1].at, self.bank.quiz_ids, "BANK58")
        nodes = head.get("questions", ())
        self.complete = bool(nodes)
        for number, node in enumerate(nodes, start=1):
            self._question(node, f"questions[{number}]")

    def _unique(self, id: str, at: At, others: dict[str, Place], problem: str) -> bool:
        if id in others:
            self.report.add(problem, at, id, place=others[id])
            return False
        others[id] = self.report.place(at)
        return True

    def _question(self, node: Node, subject: str) -> None:
        before = len(self.report.problems)
        id_node, type_node = _get(node, "id"), _get(node, "type")
        id = id_node.value if isinstance(id_node, Text) else ""
        type = next((t for t in TYPES if isinstance(type_node, Text) and type_node.value == t), None)
        subject = short(id, 40) or subject
        found = read_form(node, "question", self.report, subject, type)
        letters = ""
        if "options" in found and type in CHOICE:
            letters = self._letters(found["options"], subject + ".options")
        place = self.report.place(id_node.at if id_node else node.at)
        if "id" in found and id_node is not None:
            self.known.setdefault(id, _Known(type, letters, place, found.get("points")))
            # of a question whose id is wrong or there twice, it cannot be told which key it has
            self.complete &= self._unique(id, id_node.at, self.bank.question_ids, "BANK57")
        else:
            self.complete = False
        if len(self.report.problems) > before or type is None:
            return
        options = {name: text for name, (text, _) in found.get("options", {}).items()}
        self.questions.append(
            Question(
                id,
                type,
                found["points"],
                found["stem"],
                MappingProxyType(options),
                place,
                found.get("objective"),
                found.get("hint"),
                found.get("scoring", SCORING_DEFAULT),
                found.get("shuffle", False),
            )
        )

    def _letters(self, options: dict[str, tuple[str | None, At]], subject: str) -> str:
        """The letters of the options; empty when they are not A, B, C … without a gap."""
        for letter, (name, (_, at)) in zip(LETTERS, options.items(), strict=False):
            if name != letter:
                self.report.add("BANK55", at, subject, letter=name, expected=letter)
                return ""
        return "".join(options)


def _key_name(stem: str, quiz: Node | None) -> str:
    """What a key file should be named: `chapter-01.key.yml` for `chapter-01-key`, `chapter-01.keys` …"""
    name = _KEY_WORD.sub("", stem) or (quiz.value if isinstance(quiz, Text) else "")
    return (name or stem) + KEY_SUFFIX


class _KeyFile:
    """What a key file says, compared with its quiz."""

    def __init__(self, path: Path, quiz: _QuizFile) -> None:
        self.report = Report(path)
        self.quiz = quiz
        self.keys: dict[str, Key] = {}
        if not os.path.lexists(path):
            self.report.add("KEY01")
            return
        try:
            root = read_yaml(path, self.report)
            if root is not None:
                self._read(root)
        except ReportFullError:
            pass

    def _read(self, root: Node) -> None:
        found = read_form(root, "key", self.report)
        id = (self.quiz.head or {}).get("id")
        if "quiz" in found and id and found["quiz"] != id and isinstance(root, Fields):
            self.report.add("KEY04", root.entries["quiz"][1].at, "quiz", value=found["quiz"], expected=id)
        if "answers" not in found:
            return
        answers = found["answers"][0]
        at = root.entries["answers"][0].at if isinstance(root, Fields) else At()
        unanswered = [name for name in self.quiz.known if name not in answers]
        waiting = ", ".join(unanswered[:5]) or "–"
        for name, (key, node) in answers.items():
            known = self.quiz.known.get(name)
            if known is None and self.quiz.complete:
                self.report.add("KEY05", key.at, short(name, 40), waiting=waiting)
                unanswered = unanswered[1:]  # a renamed question has been told with this
            self._key(name, key.at, node, known or _Known(None, "", self.quiz.place))
        for name in unanswered:
            self.report.add("KEY06", at, short(name, 40), place=self.quiz.known[name].place)

    def _key(self, id: str, at: At, node: Node, known: _Known) -> None:
        before = len(self.report.problems)
        subject = short(id, 40)
        found = read_form(node, "answer", self.report, subject, known.type)
        answer = _Answer(self.report, subject, known)
        right = answer.letters(found["answer"]) if "answer" in found else None
        why = found.get("why", {})
        if known.letters:
            answer.reasons(why, right, node)
        check_rubric(found, known.points, self.report)
        evidence = found.get("evidence", ())
        missing = _get(node, "evidence") is None or found.get("evidence") == ()
        if missing and (self.quiz.head or {}).get("pages") and isinstance(node, Fields):
            self.report.add("KEY13", node.at, subject)
        if all(problem.id in _UNFINISHED for problem in self.report.problems[before:]):
            reasons = MappingProxyType({letter: text for letter, (text, _) in why.items()})
            self.keys[id] = Key(
                id,
                right or (),
                found["explanation"],
                evidence,
                self.report.place(at),
                reasons,
                found.get("model_answer"),
                make_rubric(found["rubric"], self.report) if "rubric" in found else None,
                make_samples(found.get("samples", ()), self.report),
            )


class _Answer(NamedTuple):
    """The checks of one answer against its question."""

    report: Report
    subject: str
    known: _Known

    def letters(self, node: Node) -> tuple[str, ...] | None:
        """The right letters in alphabetical order; None when something is wrong with them."""
        subject, multiple = f"{self.subject}.answer", self.known.type == "multiple"
        if self.known.type == "single" and not isinstance(node, Text):
            self.report.add("KEY08", node.at, subject, example=self._example("", multiple))
            return None
        nodes = node.nodes if isinstance(node, Items) else (node,)
        letters = [item.value for item in nodes if isinstance(item, Text)]
        if multiple and (not isinstance(node, Items) or len(letters) < MIN_OPTIONS):
            self.report.add("KEY07", node.at, subject, example=self._example("", multiple))
            return None
        sound = True
        seen: set[str] = set()
        for item in nodes:
            value = item.value if isinstance(item, Text) else "…"
            if value not in (self.known.letters or LETTERS) or len(value) != 1:
                example = self._example(value, multiple)
                id = "KEY15" if any("！" <= char <= "～" for char in value[:20]) else "KEY02"
                values = {"letter": short(value, 20), "options": self._range(), "example": example}
                self.report.add(id, item.at, subject, **values)
                sound = False
            elif value in seen:
                self.report.add("KEY09", item.at, subject, letter=value)
                sound = False
            seen.add(value)
        return tuple(sorted(letters)) if sound else None

    def reasons(
        self, why: Mapping[str, tuple[str | None, At]], right: tuple[str, ...] | None, node: Node
    ) -> None:
        """Every wrong letter has a reason, nothing else has; `right` is None when the answer is unusable."""
        subject = f"{self.subject}.why"
        given, answer = _get(node, "why"), _get(node, "answer")
        at = given.at if given else node.at
        needed = [letter for letter in self.known.letters if right and letter not in right]
        missing = ", ".join(letter for letter in needed if letter not in why)
        needless = [letter for letter in why if letter in (right or ())]
        if missing and needless and answer:  # one slip: the answer, or a letter in `why`
            values = {"answer": "".join(right or ()), "letters": ", ".join(needless), "missing": missing}
            self.report.add("KEY14", answer.at, f"{self.subject}.answer", **values)
            missing, needless = "", []
        for letter, (_, place) in why.items():
            if letter in needless:
                self.report.add("KEY10", place, subject, letter=letter)
            elif len(letter) != 1 or letter not in self.known.letters:
                self.report.add("KEY11", place, subject, letter=short(letter, 20), options=self._range())
        if missing:
            self.report.add("KEY12", at, subject, letters=missing, example=missing[0])

    def _range(self) -> str:
        return f"A–{(self.known.letters or LETTERS)[-1]}"

    def _example(self, value: str, multiple: bool) -> str:
        letters = self.known.letters or LETTERS[:4]
        meant = unicodedata.normalize("NFKC", value[:20]).strip().upper()
        example = meant if len(meant) == 1 and meant in letters else letters[0]
        return f"[{letters[0]}, {letters[-1]}]" if multiple else example


@contextmanager
def collector_paused() -> Iterator[None]:
    """Loading and checking make many objects and no cycles; to look for cycles among them takes longer than loading,
    and a tenth of the time of checking."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _get(node: Node, name: str) -> Node | None:
    return node.entries[name][1] if isinstance(node, Fields) and name in node.entries else None
