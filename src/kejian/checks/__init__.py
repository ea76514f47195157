"""Checks that prove a bank and its book sound: one file per family, and this list."""

from __future__ import annotations

from typing import Final

from kejian.checks import (
    book,
    characters,
    data,
    directives,
    evidence,
    figures,
    form,
    key,
    leak,
    links,
    lock,
    punctuation,
    rubric,
    support,
    terms,
    writing,
)
from kejian.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: Final[tuple[Check, ...]] = (
    *form.CHECKS,
    *punctuation.CHECKS,
    *characters.CHECKS,
    *evidence.CHECKS,
    *support.CHECKS,
    *writing.CHECKS,
    *rubric.CHECKS,
    *key.CHECKS,
    *lock.CHECKS,
    *book.CHECKS,
    *figures.CHECKS,
    *terms.CHECKS,
    *links.CHECKS,
    *data.CHECKS,
    *directives.CHECKS,
    *leak.CHECKS,
)
"""All checks, in the order in which the documentation shows them."""
