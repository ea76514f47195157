"""Every sentence that proves a key gets an address in its page, so that a link can open it highlighted.

Only an edition with keys does this: the addresses alone would tell which sentences matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from kejian.catalogue import language_of, say
from kejian.grading.text import find_quote
from kejian.markup import anchor
from kejian.model import Bank, Evidence
from kejian.sphinxext.quiz import bank_of, quiz_question

__all__ = ["mark", "setup_evidence"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Quote:
    question: str
    anchor: str
    evidence: Evidence


def setup_evidence(app: Sphinx) -> None:
    """Mark each page when it is written, and warn of quotes on pages that do not exist."""
    app.connect("env-check-consistency", _check_pages)
    app.connect("doctree-resolved", _mark_page)


def mark(document: nodes.document, quote: str, name: str) -> bool:
    """Wrap the first place where the quote stands in one block; False when there is none.

    Each piece (markup inside the quote splits it) has the class `name`, the first one also the id.
    """
    for block in _blocks(document):
        texts = list(block.findall(nodes.Text))
        span = find_quote("".join(texts), quote)
        if span is None:
            continue
        ids = [name]
        start = 0
        for text in texts:
            low, high = max(span[0] - start, 0), min(span[1] - start, len(text))
            start += len(text)
            if low < high:
                piece = nodes.inline("", text[low:high], classes=["kejian-quote", name], ids=ids)
                ids = []
                parts = [nodes.Text(text[:low]), piece, nodes.Text(text[high:])]
                text.parent.replace(text, [part for part in parts if part.astext()])
        return True
    return False


def _blocks(document: nodes.document) -> Iterator[nodes.TextElement]:
    """Paragraphs, captions, table cells and the like, but nothing inside a question."""
    for node in document.findall(nodes.TextElement):
        if isinstance(node, (nodes.Inline, nodes.literal_block, nodes.raw)):
            continue
        parent = node.parent
        while parent is not None and not isinstance(parent, quiz_question):
            parent = parent.parent
        if parent is None:
            yield node


def _quotes(bank: Bank) -> Iterator[_Quote]:
    for quiz in bank.quizzes:
        for key in (quiz.keys or {}).values():
            for number, item in enumerate(key.evidence, start=1):
                yield _Quote(key.question, anchor(key.question, number), item)
            for group in key.rubric.groups if key.rubric else ():
                for point in group.points:
                    if point.evidence:
                        yield _Quote(key.question, anchor(key.question, point.id), point.evidence)


def _check_pages(app: Sphinx, env: object) -> None:
    language = language_of(app.config.language)
    for quote in _quotes(bank_of(app)):
        if quote.evidence.page not in app.env.found_docs:
            message = say("evidence.no-page", language, question=quote.question, page=quote.evidence.page)
            _warn(quote, message)


def _mark_page(app: Sphinx, document: nodes.document, docname: str) -> None:
    language = language_of(app.config.language)
    for quote in _quotes(bank_of(app)):
        item = quote.evidence
        if item.page == docname and not mark(document, item.quote, quote.anchor):
            values = {"question": quote.question, "page": item.page, "quote": item.quote}
            _warn(quote, say("evidence.missing", language, **values))


def _warn(quote: _Quote, message: str) -> None:
    place = quote.evidence.place
    logger.warning(message, location=f"{place.file}:{place.line}", type="kejian", subtype="evidence")
