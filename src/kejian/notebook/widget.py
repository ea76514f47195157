"""`Quiz`: the exercises of the book in a notebook cell.

    quiz = Quiz("quizzes/chapter-01.yml")
    quiz                    # answer it
    quiz.score              # in the next cell

The browser side is web/src/widget.ts, which runs the same questions as a page of the book. It marks at once; Python
marks by itself, and what Python says counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import uuid4

import anywidget
import traitlets
from IPython.display import publish_display_data

from kejian import model
from kejian.catalogue import LANGUAGES, say, texts, worded
from kejian.grading import Result, format_score, grade
from kejian.grading.result import HUNDREDTHS
from kejian.notebook.attempts import PLACE, Attempts, Saved
from kejian.notebook.render import live_html, static_html
from kejian.notebook.source import Item, QuizError, from_bank, from_file, from_questions, select_items

if TYPE_CHECKING:
    import pandas

    from kejian.notebook.summary import SummaryChart

__all__ = ["MODES", "Mode", "Quiz"]

Mode = Literal["practice", "exam"]
MODES: Final[tuple[Mode, ...]] = ("practice", "exam")
ARGUMENTS: Final = ("questions", "keys", "select", "mode", "persist", "language")
ARGUMENTS_OF_BANK: Final = ("select", "bank", "mode", "persist", "language")
STATIC: Final = Path(__file__).parent.parent / "static"
STYLES: Final = ("question.css", "widget.css")
FIELDS: Final = {"response": str, "submitted": bool, "hash": str, "quiz": str, "at": str}
"""What every entry of `responses` has."""


class Quiz(anywidget.AnyWidget):
    """A quiz as a widget: an ipywidget that can be observed, linked and put into boxes.

        Quiz("quizzes/chapter-01.yml")
        Quiz.from_bank("chapter-01", select="ch01-s*")     # from the nearest folder `quizzes`
        Quiz(questions=[{"id": "q1", "type": "single", "points": 2, "stem": "…", "options": {…},
                         "answer": "B", "explanation": "…", "why": {…}}])

    `mode="practice"` shows answers after submitting. `mode="exam"` marks in the kernel: nothing of a key goes to the
    browser, which only says that the answer is recorded.

    Unless `persist=False`, answers are kept in `.kejian/attempts.sqlite` in the working directory, which is the
    folder of the notebook: the newest answer to each question with its id, content hash, quiz, time, whether it
    was submitted, and the mark if the learner objects to it. No name. `attempts_path` is the file.

    Raises QuizError, which a notebook shows without a traceback, for a bank that is missing or wrong.
    """

    _esm = STATIC / "kejian-widget.js"
    _css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)

    responses = traitlets.Dict().tag(sync=True)
    """Question id to `Saved`; may also be set to plain responses, e.g. `{"ch01-s01": "B"}`."""
    results = traitlets.Dict(read_only=True)
    """Question id to `kejian.grading.Result`, of what was submitted."""
    score = traitlets.Float(read_only=True)
    """Points earned so far."""
    max_score = traitlets.Float(read_only=True)
    """Points of all questions that can be marked."""
    submitted = traitlets.Bool(read_only=True)
    """Whether every question has been answered and submitted."""

    _html = traitlets.Unicode().tag(sync=True)
    _language = traitlets.Unicode().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _words = traitlets.Dict().tag(sync=True)
    """What the browser side says, by name, in the language of this quiz."""
    _copy = traitlets.Unicode().tag(sync=True)
    """Joins the live output to the one that it hides."""
    _sent = traitlets.Unicode().tag(sync=True)
    _heard = traitlets.Unicode().tag(sync=True)
    """The same as `_sent` when all answers have arrived: a restarted kernel says nothing."""
    _kept = traitlets.Unicode().tag(sync=True)
    """Where answers are kept, in words."""
    _unkept = traitlets.Unicode().tag(sync=True)
    """Why they are not, in words."""

    def __init__(
        self,
        source: str | os.PathLike[str] | None = None,
        *,
        questions: Sequence[model.Question | Mapping[str, Any]] | None = None,
        keys: Mapping[str, model.Key] | None = None,
        select: str | Sequence[str] = "*",
        mode: Mode = "practice",
        persist: bool = True,
        language: str = "zh_CN",
        **traits: Any,
    ) -> None:
        """`source` is a quiz file; `questions` are dicts, or model Questions with `keys` by their id.

        `select` are patterns of question ids, as a list or separated by spaces.
        `traits` are those of every ipywidget (`layout`).
        """
        _check(Quiz, ARGUMENTS, mode, language, traits)
        if (source is None) == (questions is None):
            raise QuizError(say("notebook.source", language))
        if source is not None:
            found = from_file(Path(source), mode == "exam", language)
        else:
            found = from_questions(questions or (), keys, language)
        self._start(found, select, mode, persist, language, traits)

    @classmethod
    def from_bank(
        cls,
        id: str,
        *,
        select: str | Sequence[str] = "*",
        bank: str | os.PathLike[str] | None = None,
        mode: Mode = "practice",
        persist: bool = True,
        language: str = "zh_CN",
        **traits: Any,
    ) -> Quiz:
        """The quiz of that id in a folder; without `bank`, in the nearest `quizzes` from here upwards."""
        _check(cls, ARGUMENTS_OF_BANK, mode, language, traits)
        found = from_bank(id, Path(bank) if bank is not None else None, mode == "exam", language)
        quiz = cls.__new__(cls)
        quiz._start(found, select, mode, persist, language, traits)
        return quiz

    def _start(
        self,
        found: tuple[str, list[Item]],
        select: str | Sequence[str],
        mode: Mode,
        persist: bool,
        language: str,
        traits: Mapping[str, Any],
    ) -> None:
        title, items = found
        self._items = {item.question.id: item for item in select_items(items, select, language)}
        self._mode, self._say_in = mode, language
        self._attempts = Attempts.at(PLACE, mode) if persist else None
        super().__init__(
            _html=live_html(list(self._items.values()), mode == "exam", language),
            _language=language.replace("_", "-"),
            _title=title,
            _words=dict(texts("ui", language)),
            _copy=uuid4().hex,
            responses=self._attempts.read(self._hashes()) if self._attempts else {},
            **traits,
        )
        graded = [item.question.points for item in self._items.values() if item.graded]
        self.set_trait("max_score", float(sum(graded)))
        self._mark(self._items)
        if self._attempts:
            self._attempts.readers.add(self)
        self._tell_where()
        self.observe(self._answered, "responses")

    @property
    def attempts_path(self) -> Path | None:
        """The file in which answers are kept; None with `persist=False`."""
        return self._attempts.path if self._attempts else None

    def submit(self) -> None:
        """Submit every answer, as the button below the quiz does."""
        self.responses = {
            name: saved if saved["submitted"] else {**saved, "submitted": True, "at": _now()}
            for name, saved in self.responses.items()
        }

    def reset(self) -> None:
        """Take every answer of this quiz back, also those that were kept on disk."""
        self.responses = {}

    def to_frame(self) -> pandas.DataFrame:
        """One row per question: question, response, verdict, score, max (points).

        Verdict and score are missing where nothing was submitted, the score also where nothing can be marked.
        """
        import pandas as pd

        rows = []
        for name, item in self._items.items():
            result, saved = self.results.get(name), self.responses.get(name)
            rows.append(
                {
                    "question": name,
                    "response": saved["response"] if saved else "",
                    "verdict": str(result.verdict) if result else None,
                    "score": result.score / HUNDREDTHS if result and item.graded else None,
                    "max": float(item.question.points),
                }
            )
        return pd.DataFrame(rows).astype({"score": "float64"})

    def summary(self) -> SummaryChart:
        """An Altair chart of the points earned, lost and still open, by learning objective."""
        from kejian.notebook.summary import Points, summary_chart

        objectives: dict[int, Points] = {}
        for name, item in self._items.items():
            if item.graded:
                result, points = self.results.get(name), float(item.question.points)
                earned = result.score / HUNDREDTHS if result else 0.0
                before = objectives.get(item.question.objective or 0, Points())
                now = Points(earned, points - earned) if result else Points(open=points)
                objectives[item.question.objective or 0] = Points(*map(sum, zip(before, now, strict=True)))
        return summary_chart(objectives, self._say)

    def take(self, changes: Mapping[str, Saved | None]) -> None:
        """Answers that another copy of this quiz was given; `kejian.notebook.attempts` calls this."""
        mine = {name: saved for name, saved in changes.items() if name in self._items}
        if mine:
            merged = {**self.responses, **mine}
            self.unobserve(self._answered, "responses")  # it is on disk already
            self.responses = {name: saved for name, saved in merged.items() if saved}
            self.observe(self._answered, "responses")
            self._mark(mine)
        self._tell_where()

    @traitlets.validate("responses")
    def _check_responses(self, proposal: Any) -> dict[str, Saved]:
        checked: dict[str, Saved] = {}
        for name, value in proposal["value"].items():
            item = self._items.get(name)
            if item is None:
                raise traitlets.TraitError(self._say("question.unknown", name=name))
            if isinstance(value, str):
                hash = item.question.content_hash
                value = Saved(response=value, submitted=False, hash=hash, quiz=item.quiz, at=_now())
            if not isinstance(value, dict) or any(not isinstance(value.get(n), t) for n, t in FIELDS.items()):
                raise traitlets.TraitError(self._say("notebook.response", name=name, value=value))
            if value["response"].strip():
                checked[name] = cast(Saved, value)
        return checked

    @traitlets.observe("_sent")
    def _hear(self, change: Any) -> None:
        self._heard = change["new"]

    def _answered(self, change: Any) -> None:
        old, new = change["old"], change["new"]
        changes = {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
        self._mark(changes)
        if self._attempts and changes:
            self._attempts.write(changes, self)
            self._tell_where()

    def _mark(self, names: Mapping[str, object]) -> None:
        """Grade these questions anew."""
        results: dict[str, Result] = dict(self.results)
        for name in names:
            item, saved = self._items[name], self.responses.get(name)
            results.pop(name, None)
            if saved and saved["submitted"] and saved["hash"] == item.question.content_hash:
                results[name] = grade(item.question, item.key, saved["response"])
        ordered = {name: results[name] for name in self._items if name in results}
        with self.hold_trait_notifications():
            self.set_trait("results", ordered)
            self.set_trait("score", sum(result.score for result in ordered.values()) / HUNDREDTHS)
            self.set_trait("submitted", len(ordered) == len(self._items))

    def _tell_where(self) -> None:
        if self._attempts and self._attempts.problem:
            self._kept, self._unkept = (
                "",
                self._say("notebook.unkept", **worded({"reason": self._attempts.problem}, self._say_in)),
            )
        else:
            path = PLACE.as_posix() if self._attempts else ""
            self._kept = self._say("notebook.kept", path=path) if path else self._say("notebook.not-kept")
            self._unkept = ""

    def _hashes(self) -> dict[str, str]:
        return {name: item.question.content_hash for name, item in self._items.items()}

    def _say(self, text: str, **values: object) -> str:
        return say(text, self._say_in, **values)

    def __repr__(self) -> str:
        """What it is, how far it is answered, and where the answers are kept."""
        values = {"count": len(self._items), "submitted": len(self.results), "title": self._title or "Quiz"}
        marks = {"score": _number(self.score), "max": _number(self.max_score)}
        return self._say("notebook.repr", **values, **marks) + (self._unkept or self._kept)

    def _static(self) -> str:
        answers = {}
        for name, saved in self.responses.items():
            result = self.results.get(name)
            words = (
                f"（{self._say(f'verdict.{result.verdict}')}）" if result and self._mode == "practice" else ""
            )
            answers[name] = saved["response"] + words
        items = list(self._items.values())
        return static_html(items, self._title, answers, self._mode == "exam", self._say_in, self._copy)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live widget, and for places that have none: the questions as HTML, a line as text."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self._static(), "text/plain": repr(self)}, metadata

    def _ipython_display_(self) -> None:
        # Two outputs: JupyterLab never falls back on the HTML of an output that has a widget, though the widget be
        # gone with its kernel. The browser side hides the first.
        data, metadata = self._repr_mimebundle_()
        static = data.pop("text/html")
        for output in (({"text/html": static, "text/plain": data["text/plain"]}, {}), (data, metadata)):
            publish_display_data(*output)  # type: ignore[no-untyped-call]  # IPython has no types


def _check(
    cls: type[Quiz], arguments: Sequence[str], mode: str, language: str, traits: Mapping[str, Any]
) -> None:
    """Raise QuizError for an argument that does not exist, or has a value that does not."""
    if language not in LANGUAGES:
        raise QuizError(say("notebook.language", language=language, known="、".join(LANGUAGES)))
    public = [*arguments, *(name for name in cls.class_trait_names() if not name.startswith("_"))]
    for name in traits:
        if name not in public:
            near = get_close_matches(name, public, 1)
            known = "、".join((*arguments, "layout"))
            guess = (
                say("notebook.keyword.guess", language, guess=near[0])
                if near
                else say("notebook.keyword.known", language, known=known)
            )
            raise QuizError(say("notebook.keyword", language, name=name, guess=guess))
    if mode not in MODES:
        raise QuizError(say("notebook.mode", language, mode=mode, known="、".join(MODES)))


def _number(points: float) -> str:
    return format_score(round(points * HUNDREDTHS))


def _now() -> str:
    """As browsers write it, so that times can be compared as text."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
