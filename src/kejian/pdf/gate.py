"""The gate: no book leaves the builder from which something was lost on the way to the PDF.

sources ──> warnings (kejian/notices.py) ──> SourceError, or nothing
doctrees ── passages.py ──> what has to be shown ──┐
PDF ─────── reading.py ───> what is shown ─────────┴─ matching.py, losses.py ──> LossError, or nothing
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from docutils import nodes
from sphinx.errors import SphinxError

from kejian.catalogue import LANGUAGES, say
from kejian.model import Problem
from kejian.notices import Notice
from kejian.pdf.losses import compare
from kejian.pdf.passages import expected
from kejian.terminal import tell

__all__ = ["LossError", "SourceError", "check_pdf", "check_sources"]

MOST: Final = 50
"""So many problems are told; they mostly have one cause."""


class LossError(SphinxError):
    """Something of the book is not in its PDF."""

    category = "PDF"

    def __init__(self, problems: Sequence[Problem], language: str = LANGUAGES[0]) -> None:
        self.problems = tuple(problems)
        more = len(problems) - MOST
        told = [tell(problem, language) for problem in problems[:MOST]]
        told += [say("pdf.more-lost", language, count=more)] if more > 0 else []
        super().__init__("\n".join([say("pdf.lost", language, count=len(problems)), *told]))


class SourceError(SphinxError):
    """Something of the sources could not be read or run, and would be missing."""

    category = "PDF"


def check_sources(notices: Sequence[Notice], language: str = LANGUAGES[0]) -> None:
    """Raise SourceError when something of the sources did not even become a doctree: a failed cell, no such quiz."""
    if notices:
        told = [f"{notice.place}  {notice.text}" for notice in notices[:MOST]]
        more = len(notices) - MOST
        told += [say("pdf.more-lost", language, count=more)] if more > 0 else []
        raise SourceError("\n".join([say("pdf.sources", language, count=len(notices)), *told]))


def check_pdf(
    pdf: bytes, doctrees: Iterable[tuple[str, nodes.document]], edition: str, language: str = LANGUAGES[0]
) -> None:
    """Raise LossError when something of the resolved doctrees (name and tree, in the order of the book) is lost."""
    passages = [passage for name, tree in doctrees for passage in expected(tree, name, edition)]
    problems = compare(pdf, passages)
    if problems:
        raise LossError(problems, language)
