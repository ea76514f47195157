"""Chinese paragraphs whose source has one sentence per line.

A line end in the source becomes a space in the output, which between two Chinese characters is a fault
that every reader sees. It is dropped where a Chinese character or full-width mark stands on either side.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LINE_END", "join_lines"]

_WIDE: Final = "[\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
LINE_END: Final = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?={_WIDE})")
"""A line end that Chinese does not want, with the blanks around it."""


def join_lines(text: str) -> str:
    """The text without the line ends that Chinese does not want.

    >>> join_lines("第一句。\\n第二句 in\\nEnglish")
    '第一句。第二句 in\\nEnglish'
    """
    return LINE_END.sub("", text) if "\n" in text else text
