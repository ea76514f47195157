"""Chinese paragraphs whose source has one sentence per line.

A line end in the source becomes a space in the output, which between two Chinese characters is a fault
that every reader sees. It is dropped where a Chinese character or full-width mark stands on either side.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

__all__ = ["join_lines", "setup_chinese"]

_WIDE: Final = "[\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
_LINE_END: Final = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?={_WIDE})")


def setup_chinese(app: Sphinx) -> None:
    """Register the transform, for every builder."""
    app.add_transform(JoinLines)


def join_lines(text: str) -> str:
    """The text without the line ends that Chinese does not want.

    >>> join_lines("第一句。\\n第二句 in\\nEnglish")
    '第一句。第二句 in\\nEnglish'
    """
    return _LINE_END.sub("", text)


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
            dropped = {i for match in _LINE_END.finditer(whole) for i in range(*match.span())}
            start = 0
            for text in texts:
                kept = "".join(c for i, c in enumerate(text, start) if i not in dropped)
                start += len(text)
                if kept != text and text.parent is not None:
                    text.parent.replace(text, nodes.Text(kept))


def _is_literal(text: nodes.Text) -> bool:
    return isinstance(text.parent, (nodes.literal, nodes.raw, nodes.math))
