"""What a reader does on an exercises page, in the words of the page's contract."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from kejian.catalogue import say
from kejian.grading import Result, Verdict, format_score


def question(page: Page, id: str) -> Locator:
    """The form of a question."""
    return page.locator(f'form[data-question-id="{id}"]')


def tick(form: Locator, letters: str) -> None:
    """Tick exactly these letters, as a reader does: on the label."""
    for label in form.locator("label.kejian-option").all():
        letter = (label.inner_text()).strip()[0]
        box = label.locator("input")
        if box.is_checked() != (letter in letters) and (
            box.get_attribute("type") == "checkbox" or letter in letters
        ):
            label.click()


def submit(form: Locator) -> str:
    """Press 提交 and read the verdict."""
    form.get_by_role("button", name="提交").click()
    return verdict(form)


def verdict(form: Locator) -> str:
    """What the status says."""
    return form.get_by_role("status").inner_text()


def words(result: Result) -> str:
    """What the page must say of a result."""
    if result.verdict is Verdict.UNGRADED:
        return say("verdict.ungraded")
    score = say("verdict.score", score=format_score(result.score), max=format_score(result.max_score))
    return f"{say(f'verdict.{result.verdict}')}　{score}"
