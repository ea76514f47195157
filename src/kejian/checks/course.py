"""Everything that checks look at: the bank, the pages and the other files of a book, each read once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from kejian.bank import KEY_SUFFIX, scan_bank
from kejian.catalogue import LANGUAGES
from kejian.model import Bank, Key, Problem, Question, Quiz
from kejian.pages import Page, read_page, table_of_contents
from kejian.settings import read_settings
from kejian.yamlfile import Report, is_file, is_folder, read_text

__all__ = ["Course", "Item", "find_root"]

CONFIG: Final = "_config.yml"
CONTENTS: Final = "_toc.yml"
BANK: Final = "quizzes"


class Item(NamedTuple):
    """A question with its quiz and its key."""

    quiz: Quiz
    question: Question
    key: Key | None


@dataclass(eq=False)  # one by one: what is found out about a course is remembered
class Course:
    """A book and its question bank."""

    root: Path
    """Folder of the book."""
    quizzes: Path | None = None
    """Folder of the bank (or one quiz file); None: as _config.yml says, else `quizzes`."""
    language: str = LANGUAGES[0]
    """Of the few values in messages that are words."""
    public: tuple[Path, ...] = ()
    """Files and folders that students get, to be searched for keys besides what stands in `_build`."""
    has_book: bool = field(init=False)
    """Whether this is the bank of a book with a table of contents that can be read."""
    bank: Bank = field(init=False)
    """All quizzes that can be used."""
    problems: tuple[Problem, ...] = field(init=False)
    """Why the others cannot, and why settings or pages cannot be read."""
    files: tuple[Path, ...] = field(init=False)
    """The files of the bank: each quiz file, then its key file."""
    _pages: dict[str, Page | None] = field(init=False, default_factory=dict)
    _order: dict[str, dict[str, int]] = field(init=False, default_factory=dict)
    """Quiz id to the places of its questions."""

    def __post_init__(self) -> None:
        own = self.root / str(self.setting("kejian_bank") or BANK)
        folder = self.quizzes = self.quizzes or own
        self.has_book = folder == own and table_of_contents(self.root) is not None
        # a public edition has no key files at all
        files = folder.rglob(f"*{KEY_SUFFIX}") if is_folder(folder) else [folder.with_suffix(KEY_SUFFIX)]
        keys = any(map(is_file, files))
        self.bank, problems, quiz_files = scan_bank(folder, keys=keys)
        self.problems = (*problems, *self._unreadable())
        both = [path for quiz in quiz_files for path in (quiz, quiz.with_name(quiz.stem + KEY_SUFFIX))]
        self.files = tuple(filter(is_file, both))

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """_config.yml; empty when there is none that can be read."""
        content = read_settings(self.root / CONFIG, Report(self.root / CONFIG))
        return content if isinstance(content, dict) else {}

    def _unreadable(self) -> Iterator[Problem]:
        """What is wrong with the settings, the table of contents and the encoding of its pages."""
        readers: dict[str, Callable[[Path, Report], Any]] = dict.fromkeys((CONFIG, CONTENTS), read_settings)
        readers |= dict.fromkeys((f"{name}.md" for name in self.contents), read_text)
        for name, read in readers.items():
            path = self.root / name
            if os.path.lexists(path):
                report = Report(path)
                read(path, report)
                yield from report.problems

    def setting(self, name: str) -> Any:
        """A value of Sphinx's configuration in _config.yml; None when it is not there."""
        sphinx = self.config.get("sphinx")
        config = sphinx.get("config") if isinstance(sphinx, dict) else None
        return config.get(name) if isinstance(config, dict) else None

    @cached_property
    def contents(self) -> list[str]:
        """Names of the pages in _toc.yml, in order; empty when there is no book."""
        return table_of_contents(self.root) or []

    def items(self) -> tuple[Item, ...]:
        """Every question of the bank."""
        return self._items

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        return tuple(
            Item(quiz, question, (quiz.keys or {}).get(question.id))
            for quiz in self.bank.quizzes
            for question in quiz.questions
        )

    def neighbours(self, item: Item) -> tuple[Item, ...]:
        """The questions before and after it in its quiz."""
        quiz, keys = item.quiz, item.quiz.keys or {}
        if quiz.id not in self._order:
            self._order[quiz.id] = {question.id: number for number, question in enumerate(quiz.questions)}
        at = self._order[quiz.id][item.question.id]
        beside = (*quiz.questions[max(at - 1, 0) : at], *quiz.questions[at + 1 : at + 2])
        return tuple(Item(quiz, question, keys.get(question.id)) for question in beside)

    def page(self, name: str) -> Page | None:
        """The page of that name; None when there is none."""
        if name not in self._pages:
            self._pages[name] = read_page(self.root, name)
        return self._pages[name]

    def pages(self) -> Iterator[Page]:
        """Every page of the table of contents that can be read."""
        for name in self.contents:
            page = self.page(name)
            if page is not None:
                yield page


def find_root(path: Path) -> Path:
    """Folder of the book that a path belongs to: the nearest one with a table of contents, else the one that holds
    the folder `quizzes`, else the folder itself."""
    folder = path.resolve()
    folder = folder if folder.is_dir() else folder.parent
    around = [folder, *folder.parents]
    found = next((place for place in around if (place / CONTENTS).is_file()), None)
    if found is None:
        found = next((place.parent for place in around if place.name == BANK), folder)
    try:  # a short path, as the user would type it
        return found.relative_to(Path.cwd())
    except ValueError:
        return found
