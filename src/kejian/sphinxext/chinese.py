"""Joins the lines of Chinese paragraphs in every page; `kejian.lines` says where and why."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from kejian.lines import LINE_END, join_lines

__all__ = ["join_lines", "setup_chinese"]


def setup_chinese(app: Sphinx) -> None:
    """Register the transform, for every builder."""
    app.add_transform(JoinLines)


class JoinLines(SphinxTransform):
    """Apply `join_lines` to each block, across the inline markup inside it."""

    default_priority = 10  # before the texts are looked at by anything else

    def apply(self, **kwargs: Any) -> None:
        for block in list(self.document.findall(nodes.TextElement)):
            if isinstance(block, (nodes.Inline, nodes.FixedTextElement, nodes.literal_block, nodes.raw)):
                continue
            texts = [text for text in block.findall(nodes.Text) if not _is_literal(text)]
            whole = "".join(texts)
            if "\n" not in whole:
                continue
            dropped = {i for match in LINE_END.finditer(whole) for i in range(*match.span())}
            start = 0
            for text in texts:
                kept = "".join(c for i, c in enumerate(text, start) if i not in dropped)
                start += len(text)
                if kept != text and text.parent is not None:
                    text.parent.replace(text, nodes.Text(kept))


def _is_literal(text: nodes.Text) -> bool:
    return isinstance(text.parent, (nodes.literal, nodes.raw, nodes.math))
