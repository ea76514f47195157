"""The quizzes of the book in notebooks: JupyterLab, Notebook 7, VS Code, Colab."""

from kejian.notebook.source import QuizError
from kejian.notebook.widget import Quiz

__all__ = ["Quiz", "QuizError"]
