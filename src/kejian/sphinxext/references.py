"""Bibliography and citations by GB/T 7714—2015: two styles of sphinxcontrib-bibtex for `_config.yml`.

bibtex_default_style: gbt7714     # the entries, see kejian.references
bibtex_reference_style: gbt7714   # the numbers in the text: [4, 10–17]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing.label import LabelReferenceStyle

from kejian.plain import RANGE, compressed
from kejian.references import STYLE, register_style

if TYPE_CHECKING:
    from pybtex.richtext import BaseText
    from pybtex.style.template import Node

__all__ = ["setup_references"]

BY_NUMBER: Final = frozenset(("p", "ps", "alp", "alps", "label", "labelpar"))
"""Roles that show the numbers of works; the numbers of `year` do not count anything."""


def setup_references(app: Sphinx) -> None:
    """Make both styles known; a book chooses them."""
    register_style()
    register_plugin("sphinxcontrib.bibtex.style.referencing", STYLE, _ReferenceStyle, force=True)


@dataclass
class _ReferenceStyle(LabelReferenceStyle):
    """Numbers in brackets, those in a row by the first and the last."""

    def outer(self, role_name: str, children: list[BaseText]) -> Node:
        if role_name in BY_NUMBER:
            runs = compressed((str(child), child) for child in children)
            children = [Text(RANGE).join(run) for run in runs]
        return super().outer(role_name, children)
