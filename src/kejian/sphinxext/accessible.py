"""Repairs of markup that other extensions write and that WCAG 2.2 AA does not allow.

- docutils gives entries of a bibliography the role `doc-biblioentry`, which ARIA has withdrawn.
- MyST-NB names the button that unfolds code otherwise than its visible words.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.writers.html5 import HTML5Translator

from kejian.catalogue import language_of, say

__all__ = ["setup_accessible"]


def setup_accessible(app: Sphinx) -> None:
    """Put our visitors in the place of theirs, and the catalogue's words in the place of English ones."""
    app.setup_extension("myst_nb")
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden_code, _depart_hidden_code))
    app.connect("config-inited", _set_words)


def _set_words(app: Sphinx, config: Config) -> None:
    language = language_of(config.language)
    config.nb_code_prompt_show = say("code.show", language)
    config.nb_code_prompt_hide = say("code.hide", language)


def _visit_citation(self: HTML5Translator, node: nodes.Element) -> None:
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


def _depart_citation(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def _visit_hidden_code(self: HTML5Translator, node: nodes.Element) -> None:
    classes = " ".join(node["classes"])
    self.body.append(f'<details class="admonition hide {classes}">\n<summary>\n')
    for state, words in (("collapsed", node["prompt_show"]), ("expanded", node["prompt_hide"])):
        self.body.append(f'<span class="{state} admonition-title">{escape(words)}</span>\n')
    self.body.append("</summary>\n")


def _depart_hidden_code(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</details>\n")
