"""Which output of a code cell is printed: MyST-NB knows the builders of Sphinx only, and would print none."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["PrintedOutputs"]


class PrintedOutputs:
    """Priorities for the builder `typst`: MyST-NB's entry-point group `myst_nb.mime_renderers`."""

    mime_priority_overrides: ClassVar = [
        ("typst", "image/svg+xml", 10),
        ("typst", "image/png", 20),
        ("typst", "image/jpeg", 30),
        ("typst", "text/html", 40),  # tables: see webparts.py
        ("typst", "text/latex", 50),
        ("typst", "text/markdown", 60),
        ("typst", "text/plain", 70),
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> None:
        """No output is drawn in another way."""
