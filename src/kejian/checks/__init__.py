"""Checks that prove a bank and its book sound: one file per family, and this list."""

from __future__ import annotations

from typing import Final

from kejian.checks import form, lock
from kejian.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: Final[tuple[Check, ...]] = (*form.CHECKS, *lock.CHECKS)
"""All checks, in the order in which the documentation shows them."""
