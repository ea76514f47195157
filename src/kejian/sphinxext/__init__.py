"""The Sphinx extension: quizzes, evidence, search and charts, under Jupyter Book or plain Sphinx.

extensions = ["kejian.sphinxext"]      # conf.py
extra_extensions: [kejian.sphinxext]   # _config.yml of Jupyter Book
"""

from __future__ import annotations

from importlib.resources import files

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kejian import __version__
from kejian.sphinxext.accessible import setup_accessible
from kejian.sphinxext.charts import setup_charts
from kejian.sphinxext.chinese import setup_chinese
from kejian.sphinxext.downloads import setup_downloads
from kejian.sphinxext.evidence import setup_evidence
from kejian.sphinxext.notices import setup_notices
from kejian.sphinxext.quiz import setup_quiz
from kejian.sphinxext.references import setup_references
from kejian.sphinxext.search import setup_search
from kejian.sphinxext.theme import setup_theme
from kejian.sphinxext.words import setup_words

__all__ = ["setup"]

PARTS = (
    setup_notices,
    setup_chinese,
    setup_quiz,
    setup_evidence,
    setup_search,
    setup_theme,
    setup_words,
    setup_accessible,
    setup_references,
    setup_charts,
    setup_downloads,
)
"""A new part of the web book is one file and one name here."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything; Sphinx calls this."""
    app.add_config_value("kejian_bank", "quizzes", "env", str)
    app.add_config_value("kejian_book", "", "html", str)
    app.add_config_value("kejian_edition", "practice", "env", str)
    app.connect("builder-inited", _add_static)
    app.add_css_file("question.css")
    app.add_css_file("kejian.css")
    app.add_js_file("kejian.js", loading_method="defer")
    for part in PARTS:
        part(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _add_static(app: Sphinx) -> None:
    app.config.html_static_path.append(str(files("kejian").joinpath("static")))
