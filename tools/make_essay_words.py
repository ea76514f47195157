"""Write web/src/grading/essay_words.ts from src/kejian/grading/essay_words.py: `python tools/make_essay_words.py`.

Two lists kept by hand would drift, and then the two graders would.
"""

from __future__ import annotations

import json
from pathlib import Path

from kejian.grading import essay_words

PATH = Path(__file__).resolve().parent.parent / "web/src/grading/essay_words.ts"


def main() -> None:
    PATH.write_text(script(), encoding="utf-8", newline="\n")


def script() -> str:
    """What should stand in the file: one line for each list."""
    lines = [
        "// Words that the graders of essays know; twin of src/kejian/grading/essay_words.py, which explains them.",
        "// Do not edit: tools/make_essay_words.py writes it.",
        "",
    ]
    for name in essay_words.__all__:
        lines.append(f"export const {name} = {json.dumps(getattr(essay_words, name), ensure_ascii=False)};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
