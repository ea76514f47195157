"""课件: courseware and quizzes on Jupyter Book."""

__version__ = "0.1.0"
