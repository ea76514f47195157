"""课件: courseware and quizzes on Jupyter Book.

from kejian import Quiz                    # a quiz as a widget in a notebook
Quiz("quizzes/chapter-01.yml")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kejian.notebook import Quiz

__all__ = ["Quiz", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # only who asks for the widget waits for the libraries of notebooks: commands start without them
    if name == "Quiz":
        from kejian.notebook import Quiz

        return Quiz
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
