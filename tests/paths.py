"""Where things are in this repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BOOK_PARTS: Final = ("_config.yml", "_toc.yml", "book", "chapters", "quizzes", "data")
"""All that a book consists of."""
EXERCISES: Final = "chapters/01-exercises.html"
