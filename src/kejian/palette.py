"""Colours of data, for every chart of the book and of the widget."""

from typing import Final

__all__ = ["PALETTE"]

PALETTE: Final = ("#0072b2", "#d55e00", "#00875f", "#b0569c", "#767676")
"""Told apart by colour-blind readers (after Okabe and Ito), 3:1 on light and dark pages."""
