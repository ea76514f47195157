"""Essays are marked on the page as in Python, with the reader's own words, hints, and the chapter on demand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.exercises import question, submit, verdict
from tests.paths import EXERCISES, ROOT

from kejian.catalogue import say
from kejian.grading import format_score, grade
from kejian.model import Bank, Key, Question

WITHOUT_NUMBERS = """marked => {
    const copy = marked.cloneNode(true);
    copy.querySelectorAll("sup").forEach(number => number.remove());
    return copy.textContent;
}"""
ESSAYS = [f"ch01-e0{n}" for n in range(1, 6)]


def essay(bank: Bank, id: str) -> tuple[Question, Key]:
    quiz, item = bank.question(id)
    assert quiz.keys is not None
    return item, quiz.keys[id]


def pending(item: Question, key: Key, response: str) -> str:
    """The verdict that the page must show."""
    result = grade(item, key, response)
    mark = say("essay.pending", score=format_score(result.score), max=format_score(result.max_score))
    return f"{say(f'verdict.{result.verdict}')}　{mark}"


@pytest.mark.parametrize("id", ESSAYS)
def test_every_sample_is_marked_as_python_marks_it(page: Page, address: str, bank: Bank, id: str) -> None:
    """Same mark, same status of every point, for the model answer and all samples of the rubric."""
    page.goto(address + EXERCISES)
    item, key = essay(bank, id)
    form = question(page, id)
    for response in [key.model_answer or "", *(sample.response for sample in key.samples)]:
        form.locator("textarea").fill(response)
        assert pending(item, key, response) == submit(form)
        detail = grade(item, key, response).detail
        assert detail is not None
        shown = {
            row.get_attribute("data-point"): row.get_attribute("data-status")
            for row in form.locator("li[data-point]").all()
        }
        assert {point.id: point.status for point in detail.points} == shown


def test_the_model_answer_gets_full_marks(page: Page, web: str, bank: Bank) -> None:
    """And its text is marked with the numbers of the points."""
    page.goto(web + EXERCISES)
    _, key = essay(bank, "ch01-e02")
    form = question(page, "ch01-e02")
    form.locator("textarea").fill(key.model_answer or "")
    assert submit(form) == "正确　预评分 12 / 12"
    assert form.locator(".kejian-marked mark").count() >= 5
    expect(form.locator(".kejian-marked")).to_contain_text((key.model_answer or "")[:10])
    assert "12 / 12" in form.locator(".kejian-calculation").inner_text()


def test_a_missing_point_gives_a_hint_first_and_the_chapter_on_demand(
    page: Page, web: str, bank: Bank
) -> None:
    """What is missing is not told at once; one click shows the point and its sentence, another opens the page."""
    page.goto(web + EXERCISES)
    _, key = essay(bank, "ch01-e02")
    assert key.rubric is not None
    point = key.rubric.groups[0].points[0]
    form = question(page, "ch01-e02")
    form.locator("textarea").fill(
        "今天天气很好，我们一起去公园散步，看见了许多花，心里非常高兴，回家以后写了一篇日记。"
    )
    assert submit(form).startswith(say("verdict.wrong"))
    row = form.locator(f'li[data-point="{point.id}"]')
    expect(row.locator(".kejian-point-title")).to_be_hidden()
    expect(row.locator(".kejian-point-feedback")).to_have_text(point.feedback["missing"])
    expect(row.get_by_text(point.title)).to_have_count(2)
    row.locator("summary").click()
    expect(row.locator("details").get_by_text(point.title)).to_be_visible()
    assert point.evidence is not None
    expect(row.locator("q")).to_have_text(point.evidence.quote)
    row.locator(".kejian-evidence-link").click()
    page.wait_for_url(f"**/*#evidence-ch01-e02-{point.id}")
    assert "".join(page.locator(".kejian-quote.is-shown").all_inner_texts()) == point.evidence.quote


def test_markup_in_an_essay_appears_as_typed(page: Page, web: str, bank: Bank) -> None:
    """Student text is data, also where it is shown again with marks."""
    page.goto(web + EXERCISES)
    _, key = essay(bank, "ch01-e01")
    typed = (
        "<img src=x onerror=\"document.title='bad'\"> "
        + (key.model_answer or "").replace("\n", "\r\n")
        + " </p><script>1</script> 😀"
    )
    form = question(page, "ch01-e01")
    form.locator("textarea").fill(typed)
    submit(form)
    shown = form.locator(".kejian-marked").evaluate(WITHOUT_NUMBERS)
    assert typed.replace("\r\n", "\n") == shown
    assert form.locator(".kejian-marked img, .kejian-marked script").count() == 0
    assert page.title() != "bad"


def test_a_reader_can_appeal(open_context: Callable[..., BrowserContext], web: str, bank: Bank) -> None:
    """我认为评分有误 marks the case in the file for the teacher, survives a reload, and can be taken back."""
    page = open_context().new_page()
    page.goto(web + EXERCISES)
    item, key = essay(bank, "ch01-e03")
    answer = "应当让学校多开一些相关的课程，也要让企业参与进来。"
    form = question(page, "ch01-e03")
    form.locator("textarea").fill(answer)
    submit(form)
    form.get_by_role("button", name=say("essay.appeal")).click()
    expect(form.locator(".kejian-appeal-note")).to_have_text(say("essay.appealed"))
    page.reload()
    expect(question(page, "ch01-e03").locator(".kejian-appeal-note")).to_have_text(say("essay.appealed"))
    page.get_by_role(
        "button", name=say("bar.submit")
    ).click()  # nothing has changed, so nothing is taken back
    with page.expect_download() as download:
        page.get_by_role("button", name=say("bar.export")).click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "src/kejian/schemas/responses.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    result = grade(item, key, answer)
    assert [{"score": result.score, "max_score": 1200}] == [entry["appeal"] for entry in data["answers"]]
    question(page, "ch01-e03").get_by_role("button", name=say("essay.appeal")).click()
    expect(question(page, "ch01-e03").locator(".kejian-appeal-note")).to_have_text("")
    assert verdict(question(page, "ch01-e03")) == pending(item, key, answer)


def test_the_exam_edition_holds_no_rubric(page: Page, exam_web: str, exam_site: Path, bank: Bank) -> None:
    """Neither points nor phrasings nor hints; the essay is only recorded."""
    page.goto(exam_web + EXERCISES)
    form = question(page, "ch01-e01")
    form.locator("textarea").fill("数字治理强调多元主体协同。")
    assert submit(form) == say("verdict.recorded")
    html = (exam_site / EXERCISES).read_text(encoding="utf-8")
    for id in ESSAYS:
        _, key = essay(bank, id)
        assert key.rubric is not None
        for group in key.rubric.groups:
            for point in group.points:
                assert point.title not in html
                assert not any(text in html for text in point.feedback.values())
