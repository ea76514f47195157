"""How questions are written: what is known to confuse readers, or to tell the answer to those who do not know it.

Options, stems, the bank as a whole and a quiz as a whole have a file each.
"""

from __future__ import annotations

from typing import Final

from kejian.checks import writing_bank, writing_options, writing_quiz, writing_stems
from kejian.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: Final[tuple[Check, ...]] = (
    *writing_options.CHECKS,
    *writing_stems.CHECKS,
    *writing_bank.CHECKS,
    *writing_quiz.CHECKS,
)
