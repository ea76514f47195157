"""Interface words that the translations of Sphinx and the theme lack, from `locale/*/theme.json`."""

from __future__ import annotations

from gettext import NullTranslations

from sphinx.application import Sphinx

from kejian.catalogue import language_of, texts

__all__ = ["setup_words"]


def setup_words(app: Sphinx) -> None:
    """Ask the catalogue last, when nobody else knew a word."""
    app.connect("builder-inited", _add_words)


def _add_words(app: Sphinx) -> None:
    if app.translator is not None:
        app.translator.add_fallback(_Words(language_of(app.config.language)))


class _Words(NullTranslations):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.words = texts("theme", language)

    def gettext(self, message: str) -> str:
        return self.words.get(message, message)
