"""Bibliography by GB/T 7714—2015: a style of sphinxcontrib-bibtex for `_config.yml`.

bibtex_default_style: gbt7714     # the entries, see kejian.references
"""

from __future__ import annotations

from sphinx.application import Sphinx

from kejian.references import register_style

__all__ = ["setup_references"]


def setup_references(app: Sphinx) -> None:
    """Make the style known; a book chooses it."""
    register_style()
