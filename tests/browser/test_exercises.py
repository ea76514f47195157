"""The exercises page marks answers as Python does, keeps them, and needs no mouse, server or JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.exercises import question, submit, tick, verdict, words
from tests.paths import EXERCISES, ROOT

from kejian.catalogue import say
from kejian.grading import grade
from kejian.model import Bank, Key, Question

STORE = "kejian:1:shuzi-zhili:"


def choices(bank: Bank) -> Iterator[tuple[Question, Key]]:
    quiz = bank.quiz("chapter-01")
    assert quiz.keys is not None
    for item in quiz.questions:
        if item.type != "essay":
            yield item, quiz.keys[item.id]


def responses(item: Question, key: Key) -> list[str]:
    """Right, wrong, for several answers also partly right, and everything ticked."""
    right = "".join(key.answer)
    others = [letter for letter in item.options if letter not in right]
    if item.type == "single":
        return [right, others[0]]
    return [right, right[:1], *([right[0] + others[0], others[0]] if others else []), "".join(item.options)]


def test_every_choice_question_is_marked_as_python_marks_it(page: Page, address: str, bank: Bank) -> None:
    """Right, partly right, wrong and blank: same verdict, same score, in words."""
    page.goto(address + EXERCISES)
    seen = set()
    for item, key in choices(bank):
        form = question(page, item.id)
        assert words(grade(item, key, "")) == submit(form)
        expect(form.locator(".kejian-key")).to_be_hidden()  # a blank answer buys no key
        for response in responses(item, key):
            tick(form, response)
            result = grade(item, key, response)
            assert words(result) == submit(form), (item.id, response)
            seen.add(result.verdict)
        form.get_by_role("button", name="重做").click()
        assert verdict(form) == ""
        assert form.locator("input:checked").count() == 0
    assert {"correct", "partial", "wrong"} == seen


def test_after_submitting_the_reader_sees_why(page: Page, address: str, bank: Bank) -> None:
    """Explanation, a reason for each wrong option, marks in words, how the score came about, the evidence."""
    item, key = next(pair for pair in choices(bank) if pair[0].id == "ch01-m04")
    page.goto(address + EXERCISES)
    form = question(page, item.id)
    expect(form.locator(".kejian-key")).to_be_hidden()
    tick(form, "AB")
    submit(form)
    shown = form.inner_text()
    assert "正确答案：B、C、D" in shown
    assert say("calculation", right=1, wrong=1, missed=2, rule=say("scoring.subset")) in shown
    marks = {
        row.get_attribute("data-letter"): row.locator(".kejian-mark").inner_text()
        for row in form.locator(".kejian-option").all()
    }
    assert marks == {"A": "✗ 错选", "B": "✓ 选对", "C": "○ 漏选，应选", "D": "○ 漏选，应选"}
    for letter in key.why:
        expect(form.locator(".kejian-why li", has_text=f"{letter}.")).to_be_visible()
    form.locator(".kejian-evidence-link").first.click()
    page.wait_for_url("**/01-1-background.html#evidence-ch01-m04-1")
    highlighted = page.locator(".kejian-quote.is-shown")
    expect(highlighted.first).to_be_in_viewport()
    assert "".join(highlighted.all_inner_texts()) == key.evidence[0].quote
    colours = [piece.evaluate("e => getComputedStyle(e).backgroundColor") for piece in highlighted.all()]
    assert "rgba(0, 0, 0, 0)" not in colours


def test_every_question_shows_points_objective_and_rule(page: Page, web: str, bank: Bank) -> None:
    """A reader knows what a question is worth, and how it is marked, before answering."""
    page.goto(web + EXERCISES)
    for item in bank.quiz("chapter-01").questions:
        text = question(page, item.id).locator("fieldset").inner_text()
        assert f"{item.points} 分" in text
        assert f"学习目标 {item.objective}" in text
        assert say(f"scoring.{item.scoring if item.type == 'multiple' else item.type}") in text
        assert question(page, item.id).locator("fieldset > legend").count() == 1


def test_changing_an_answer_takes_the_verdict_back(page: Page, web: str) -> None:
    """A verdict never stands beside an answer that it does not belong to."""
    page.goto(web + EXERCISES)
    form = question(page, "ch01-s01")
    tick(form, "B")
    assert submit(form).startswith("正确")
    tick(form, "A")
    assert verdict(form) == ""
    expect(form.locator(".kejian-key")).to_be_hidden()
    assert submit(form).startswith("错误")


def test_keyboard_alone_is_enough(page: Page, web: str) -> None:
    """Tab reaches the question, arrows and space answer, Enter submits; the focus is always visible."""
    page.goto(web + EXERCISES)
    single, multiple = question(page, "ch01-s01"), question(page, "ch01-m02")
    single.locator("input").first.focus()
    page.keyboard.press("ArrowDown")  # from A to B, which also ticks it
    focused = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert focused != "none"
    page.keyboard.press("Enter")
    assert verdict(single) == "正确　得分 2 / 2"
    multiple.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent") == "提交":
            break
    page.keyboard.press("Enter")
    assert verdict(multiple) == "正确　得分 4 / 4"
    essay = question(page, "ch01-e01")
    essay.locator("textarea").focus()
    page.keyboard.type("治理")
    page.keyboard.press("Control+Enter")
    assert verdict(essay) == "错误　预评分 0 / 12"


def test_answers_survive_a_reload_and_a_closed_tab(
    open_context: Callable[..., BrowserContext], address: str
) -> None:
    """Everything is as it was: ticks, drafts that were never submitted, verdicts."""
    context = open_context()
    page = context.new_page()
    page.goto(address + EXERCISES)
    tick(question(page, "ch01-s02"), "D")
    submit(question(page, "ch01-s02"))
    tick(question(page, "ch01-m01"), "AC")
    question(page, "ch01-e02").locator("textarea").type("数字治理")
    page.close()  # at once: nothing may wait for a timer

    page = context.new_page()
    page.goto(address + EXERCISES)
    assert verdict(question(page, "ch01-s02")) == "正确　得分 2 / 2"
    assert verdict(question(page, "ch01-m01")) == ""
    assert question(page, "ch01-m01").locator("input:checked").count() == 2
    expect(question(page, "ch01-e02").locator("textarea")).to_have_value("数字治理")
    expect(question(page, "ch01-e02").locator(".kejian-count")).to_have_text("4 字")
    page.reload()
    assert verdict(question(page, "ch01-s02")) == "正确　得分 2 / 2"


def test_two_tabs_show_the_same(open_context: Callable[..., BrowserContext], web: str) -> None:
    """An answer in one tab appears in the other, and neither overwrites the other."""
    context = open_context()
    first, second = context.new_page(), context.new_page()
    first.goto(web + EXERCISES)
    second.goto(web + EXERCISES)
    tick(question(first, "ch01-s03"), "C")
    submit(question(first, "ch01-s03"))
    expect(question(second, "ch01-s03").get_by_role("status")).to_have_text("正确　得分 2 / 2")
    tick(question(second, "ch01-s04"), "A")
    submit(question(second, "ch01-s04"))
    expect(question(first, "ch01-s04").get_by_role("status")).to_have_text("正确　得分 2 / 2")
    assert verdict(question(first, "ch01-s03")) == "正确　得分 2 / 2"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            "Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('no')}})",
            "store.blocked",
        ),
        (
            "Storage.prototype.setItem = () => {throw new DOMException('full', 'QuotaExceededError')}",
            "store.full",
        ),
    ],
)
def test_without_storage_the_quiz_still_works(
    open_context: Callable[..., BrowserContext], web: str, fault: str, told: str
) -> None:
    """Forbidden or full storage is said on the page; answering, marking and downloading go on."""
    page = open_context(watched=False).new_page()  # the theme's own scripts stumble over it
    page.add_init_script(fault)
    page.goto(web + EXERCISES)
    expect(page.locator(".kejian-warning")).to_have_text(say(told))
    tick(question(page, "ch01-s01"), "B")
    assert submit(question(page, "ch01-s01")) == "正确　得分 2 / 2"
    with page.expect_download() as download:
        page.get_by_role("button", name=say("bar.export")).click()
    answers = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["answers"]
    assert [(answer["question"], answer["response"]) for answer in answers] == [("ch01-s01", "B")]


def test_a_changed_question_is_not_marked_wrong(page: Page, web: str) -> None:
    """An answer to an older text shows 题目已更新, keeps the ticks, and waits for a new submission."""
    page.goto(web + EXERCISES)
    tick(question(page, "ch01-s01"), "A")
    submit(question(page, "ch01-s01"))
    page.evaluate(
        """name => {
            const saved = JSON.parse(localStorage.getItem(name));
            localStorage.setItem(name, JSON.stringify({...saved, hash: '0'.repeat(12)}));
        }""",
        STORE + "ch01-s01",
    )
    page.reload()
    form = question(page, "ch01-s01")
    assert verdict(form) == say("updated")
    expect(form.locator("input[value=A]")).to_be_checked()
    expect(form.locator(".kejian-key")).to_be_hidden()
    assert submit(form).startswith("错误")
    page.reload()
    assert verdict(question(page, "ch01-s01")).startswith("错误")


def test_the_whole_paper_is_submitted_and_started_over(page: Page, web: str) -> None:
    """The bar counts, marks everything at once, says what it found, and clears after asking."""
    page.goto(web + EXERCISES)
    bar = page.locator(".kejian-bar")
    for id, letters in (("ch01-s01", "B"), ("ch01-s02", "A"), ("ch01-m05", "AB")):
        tick(question(page, id), letters)
    expect(bar.locator(".kejian-figures")).to_have_text("已答 3 / 20 题")  # no mark before one asks for it
    bar.get_by_role("button", name=say("bar.submit")).click()
    told = say("bar.submitted", correct=1, partial=1, wrong=1, blank=17)
    expect(bar.get_by_role("status")).to_have_text(told)
    expect(bar.locator(".kejian-figures")).to_have_text("已答 3 / 20 题 · 得分 4.67 / 100（含问答题预评分）")
    tick(question(page, "ch01-s03"), "A")
    expect(bar.get_by_role("status")).to_have_text("")  # what it said is no longer true
    page.once("dialog", lambda dialog: dialog.dismiss())
    bar.get_by_role("button", name=say("bar.clear")).click()
    assert page.locator(".kejian-option input:checked").count() == 5
    page.once("dialog", lambda dialog: dialog.accept())
    bar.get_by_role("button", name=say("bar.clear")).click()
    expect(bar.locator(".kejian-figures")).to_have_text("已答 0 / 20 题")
    assert (
        page.evaluate("prefix => Object.keys(localStorage).filter(name => name.startsWith(prefix))", STORE)
        == []
    )


def test_a_screen_reader_hears_one_summary_of_a_paper(page: Page, web: str) -> None:
    """Not twenty verdicts at once; a question that is submitted alone is read out again."""
    page.goto(web + EXERCISES)
    tick(question(page, "ch01-s01"), "B")
    aloud = "form.kejian-question .kejian-verdict:not([aria-live])"
    heard = page.evaluate(
        """aloud => new Promise(resolve => {
            let count = 0;
            new MutationObserver(() => (count += document.querySelectorAll(aloud).length))
                .observe(document.querySelector("form.kejian-question .kejian-verdict"), {childList: true});
            document.querySelector(".kejian-bar button").click();
            setTimeout(() => resolve(count), 100);
        })""",
        aloud,
    )
    assert 0 == heard
    expect(page.locator(aloud)).to_have_count(20)


def test_a_long_text_is_not_deleted_without_a_question(page: Page, web: str) -> None:
    """重做 stands beside 提交; a choice or a few words are quickly made again."""
    page.goto(web + EXERCISES)
    form = question(page, "ch01-e01")
    text, again = form.locator("textarea"), form.get_by_role("button", name=say("reset"))
    long = "数字治理依靠数据，也依靠人。" * 5
    text.fill(long)
    page.once("dialog", lambda dialog: dialog.dismiss())
    again.click()
    expect(text).to_have_value(long)
    page.once("dialog", lambda dialog: dialog.accept())
    again.click()
    expect(text).to_have_value("")
    text.fill("数字治理")
    again.click()
    expect(text).to_have_value("")


def test_answers_move_to_another_device(
    open_context: Callable[..., BrowserContext], address: str, tmp_path: Path
) -> None:
    """What one browser downloads, another imports; the file keeps to its committed schema."""
    page = open_context().new_page()
    page.goto(address + EXERCISES)
    tick(question(page, "ch01-m04"), "BCD")
    submit(question(page, "ch01-m04"))
    essay = "第一行\n“引号”与 <b>标记</b>\n=1+1"
    question(page, "ch01-e03").locator("textarea").fill(essay)
    with page.expect_download() as download:
        page.get_by_role("button", name=say("bar.export")).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    data = json.loads(file.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "src/kejian/schemas/responses.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)

    other = open_context().new_page()
    other.goto(address + EXERCISES)
    other.locator("input[type=file]").set_input_files(file)
    expect(other.locator(".kejian-message")).to_have_text(say("import.done", count=2))
    assert verdict(question(other, "ch01-m04")) == "正确　得分 4 / 4"
    expect(question(other, "ch01-e03").locator("textarea")).to_have_value(essay)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("not json", say("import.broken")),
        ("[]", say("import.broken")),
        (
            '{"kejian": "responses", "schema": 1, "book": "shuzi-zhili", "exported": "", "answers": [{}]}',
            say("import.broken"),
        ),
        ('{"kejian": "responses", "schema": 2, "book": "shuzi-zhili"}', say("import.version", version=2)),
        (
            '{"kejian": "responses", "schema": 1, "book": "qita", "exported": "", "answers": []}',
            say("import.other-book", book="qita"),
        ),
    ],
)
def test_a_wrong_file_changes_nothing(page: Page, web: str, content: str, told: str) -> None:
    """A file that is no answer file is named as such, and nothing the reader did is lost."""
    page.goto(web + EXERCISES)
    tick(question(page, "ch01-s01"), "B")
    page.locator("input[type=file]").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    expect(page.locator(".kejian-message")).to_have_text(told)
    expect(question(page, "ch01-s01").locator("input[value=B]")).to_be_checked()


def test_an_older_file_does_not_overwrite_newer_answers(page: Page, web: str) -> None:
    """Import keeps what is newer on this device, and says so."""
    page.goto(web + EXERCISES)
    tick(question(page, "ch01-s01"), "B")
    old = {
        "question": "ch01-s01",
        "quiz": "chapter-01",
        "response": "A",
        "submitted": True,
        "hash": "0" * 12,
        "at": "2020-01-01T00:00:00.000Z",
    }
    file = {
        "kejian": "responses",
        "schema": 1,
        "book": "shuzi-zhili",
        "exported": "2020-01-01T00:00:00.000Z",
        "answers": [old],
    }
    page.locator("input[type=file]").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(file).encode()}
    )
    expect(page.locator(".kejian-message")).to_have_text(
        say("import.done", count=0) + say("import.kept", count=1)
    )
    expect(question(page, "ch01-s01").locator("input[value=B]")).to_be_checked()


def test_essays_are_counted_kept_and_compared(page: Page, web: str, bank: Bank) -> None:
    """Han characters and words are counted apart; the model answer appears after submitting, not before."""
    page.goto(web + EXERCISES)
    form = question(page, "ch01-e01")
    quiz = bank.quiz("chapter-01")
    assert quiz.keys is not None
    first_line = (quiz.keys["ch01-e01"].model_answer or "").split("\n")[0][:12]
    expect(form.locator(".kejian-key")).to_be_hidden()
    form.locator("textarea").fill("数字治理 uses AI，打通 e-government 与 5G。")
    expect(form.locator(".kejian-count")).to_have_text("7 字，4 个西文单词")
    submit(form)
    form.locator(".kejian-key > summary").click()  # hints come first
    expect(form.locator(".kejian-model")).to_contain_text(first_line)


def test_markup_in_an_answer_is_text(page: Page, web: str) -> None:
    """What a reader types is data: it comes back as typed and runs nowhere."""
    page.goto(web + EXERCISES)
    typed = "<img src=x onerror=\"document.title='bad'\"></textarea><script>document.title='bad'</script>"
    form = question(page, "ch01-e04")
    form.locator("textarea").fill(typed)
    submit(form)
    page.reload()
    expect(question(page, "ch01-e04").locator("textarea")).to_have_value(typed)
    assert page.title() != "bad"


def test_without_javascript_questions_and_answers_can_be_read(
    open_context: Callable[..., BrowserContext], address: str, bank: Bank
) -> None:
    """The page is complete: stems, options, and the answers to unfold; no dead buttons."""
    page = open_context(java_script_enabled=False).new_page()
    page.goto(address + EXERCISES)
    for item, _ in choices(bank):
        form = question(page, item.id)
        expect(form.locator("label.kejian-option")).to_have_count(len(item.options))
        expect(form.get_by_role("button", name="提交")).to_be_hidden()
    details = question(page, "ch01-s01").locator("details.kejian-key")
    details.locator("summary").click()
    expect(details.get_by_text("正确答案：B")).to_be_visible()


def test_a_question_inside_a_chapter_works_alone(page: Page, web: str) -> None:
    """`{question}` shows one question where the text needs it."""
    page.goto(web + "chapters/01-1-background.html")
    form = question(page, "chk-1-1")
    tick(form, "C")
    assert submit(form) == "正确　得分 1 / 1"


def test_the_exam_edition_records_and_downloads_but_does_not_mark(page: Page, exam_web: str) -> None:
    """Without keys the page keeps the answer, says so, and gives no verdict."""
    page.goto(exam_web + EXERCISES)
    form = question(page, "ch01-s01")
    tick(form, "A")
    assert submit(form) == say("verdict.recorded")
    page.reload()
    assert verdict(question(page, "ch01-s01")) == say("verdict.recorded")
    expect(page.locator(".kejian-figures")).to_have_text("已答 1 / 20 题")
    with page.expect_download() as download:
        page.get_by_role("button", name=say("bar.export")).click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [answer["response"] for answer in data["answers"]] == ["A"]


def test_the_exam_does_not_show_what_was_practised(
    open_context: Callable[..., BrowserContext], site: Path, exam_site: Path
) -> None:
    """The editions keep their answers apart, also where they are opened from the same disk."""
    context = open_context()
    page = context.new_page()
    page.goto(site.as_uri() + "/" + EXERCISES)
    tick(question(page, "ch01-s01"), "B")
    page.goto(exam_site.as_uri() + "/" + EXERCISES)
    assert question(page, "ch01-s01").locator("input:checked").count() == 0
    page.goto(site.as_uri() + "/" + EXERCISES)
    expect(question(page, "ch01-s01").locator("input[value=B]")).to_be_checked()


def test_submitting_nothing_keeps_nothing(page: Page, web: str) -> None:
    """An empty entry would later win over a real answer from another device."""
    page.goto(web + EXERCISES)
    page.get_by_role("button", name=say("bar.submit")).click()
    assert (
        page.evaluate("prefix => Object.keys(localStorage).filter(name => name.startsWith(prefix))", STORE)
        == []
    )


def test_a_long_essay_is_printed_whole(page: Page, web: str) -> None:
    """The text field grows to its text on paper, and shrinks back on the screen."""
    page.goto(web + EXERCISES)
    field = question(page, "ch01-e01").locator("textarea")
    field.fill("一行\n" * 60)
    before = field.bounding_box()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert field.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert before == field.bounding_box()
