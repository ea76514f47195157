"""`kejian pdf exam`: papers, answer sheets and keys, read back from the finished PDFs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from tests.paths import ROOT

from kejian.bank import load_bank
from kejian.cli import main
from kejian.model import Key, Quiz
from kejian.pdf import exam
from kejian.pdf.exam import Request, make_exam
from kejian.terminal import CommandError

BANK = ROOT / "quizzes"
CHAPTER = Request(("chapter-01",))
MIXED = """
schema: 1
id: mixed
title: 期中测验
pages: []
questions:
  - {id: x-s1, type: single, points: 2, stem: 第一问, options: {A: 甲, B: 乙}}
  - {id: x-m1, type: multiple, points: 4, stem: "哪些**不**对", options: {A: 甲, B: 乙, C: 丙, D: 丁, E: 戊}}
  - {id: x-m2, type: multiple, points: 3, stem: 选哪些, options: {A: 甲, B: 乙, C: 丙}, scoring: exact}
  - {id: x-e1, type: essay, points: 6, stem: 简述。}
"""
MIXED_KEY = """
schema: 1
quiz: mixed
answers:
  x-s1: {answer: A, explanation: 对。, why: {B: 错。}}
  x-m1: {answer: [A, B], explanation: 对。, why: {C: 错。, D: 错。, E: 错。}}
  x-m2: {answer: [A, B], explanation: 对。, why: {C: 错。}}
  x-e1: {model_answer: 因为如此这般。, explanation: 言之有理即可。}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exam of chapter 1 in two variants."""
    folder = tmp_path_factory.mktemp("exam")
    make_exam(BANK, CHAPTER, folder)
    return folder


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A bank whose sections have mixed points and rules."""
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "mixed.yml").write_text(MIXED, encoding="utf-8")
    (folder / "mixed.key.yml").write_text(MIXED_KEY, encoding="utf-8")
    return folder


def plain(text: str) -> str:
    """Text for comparing: one form of each character, without blanks, brackets to fill, and markup."""
    text = re.sub(r"\*\*|`|[（(]\s*[）)]", "", text)
    return re.sub(r"[\s\u0000-\u001f\ufffe\u00ad]", "", unicodedata.normalize("NFKC", text)).replace("()", "")


def pages(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    return [page.get_textpage().get_text_bounded() for page in document]


def text_of(file: Path) -> str:
    return "\n".join(pages(file))


def everything(file: Path) -> str:
    """Text, metadata, outline, annotations, attachments and text alternatives: whatever a reader could dig out."""
    reader = PdfReader(file)
    parts = [text_of(file), str(reader.metadata), str(reader.attachments), str(reader.outline)]
    parts.append(reader.xmp_metadata.stream.get_data().decode("utf-8") if reader.xmp_metadata else "")
    for number in range(1, len(reader.xref[0]) + 1):
        value = reader.get_object(number) if number in reader.xref[0] else None
        parts.append(str(value))
    for page in reader.pages:
        parts += [str(note.get_object()) for note in page.get("/Annots", [])]
    return "\n".join(parts)


def secrets(key: Key) -> Iterator[str]:
    """All that stands in a key, in pieces of a sentence at most."""
    yield key.explanation
    yield from key.why.values()
    yield from (item.quote for item in key.evidence)
    yield key.model_answer or ""
    for group in key.rubric.groups if key.rubric else ():
        yield group.title
        for point in group.points:
            yield point.title
            yield point.reference or ""
            yield point.evidence.quote if point.evidence else ""
            yield from point.feedback.values()
            yield from (phrase for pattern in point.patterns for slot in pattern for phrase in slot)
    yield from (sample.response for sample in key.samples)


def leaks(text: str, quiz: Quiz) -> list[str]:
    """Pieces of keys and hints, of four characters or more, that stand in the text but in no stem or option."""
    public = plain(
        "\n".join([quiz.title, *(t for q in quiz.questions for t in (q.stem, *q.options.values()))])
    )
    hidden = [secret for key in (quiz.keys or {}).values() for secret in secrets(key)]
    hidden += [question.hint or "" for question in quiz.questions]
    found = []
    for piece in {plain(piece) for secret in hidden for piece in re.split(r"[，。；：？！\n]", secret)}:
        if len(piece) >= 4 and piece not in public and piece in text:
            found.append(piece)
    return found


def test_nothing_is_lost(made: Path) -> None:
    """Every stem and every option stands on the paper of each variant."""
    quiz = load_bank(BANK, keys=False).quiz("chapter-01")
    for variant in "AB":
        text = plain(text_of(made / f"exam-{variant}.pdf"))
        for question in quiz.questions:
            assert plain(question.stem) in text
            assert all(plain(option) in text for option in question.options.values())


def test_papers_and_sheets_hold_nothing_of_a_key(tmp_path: Path) -> None:
    """No explanation, reason, rubric phrase, quote, model answer or hint of any quiz: not even in the metadata."""
    bank = load_bank(BANK)
    for quiz in bank.quizzes:
        make_exam(BANK, Request((quiz.id,)), tmp_path)
        for file in ("exam-A.pdf", "exam-A-sheet.pdf", "exam-B.pdf", "exam-B-sheet.pdf"):
            assert leaks(plain(everything(tmp_path / file)), quiz) == [], (quiz.id, file)
        # the search does find what is there
        if any(question.type == "essay" for question in quiz.questions):
            assert leaks(plain(everything(tmp_path / "exam-A-key.pdf")), quiz)


def test_the_paper_needs_no_key_to_be_made(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paper and sheet are the same bytes with any keys: they are made of a bank loaded without them."""
    changed = tmp_path / "quizzes"
    changed.mkdir()
    for name in ("chapter-01.yml", "chapter-01.key.yml"):
        text = (BANK / name).read_text(encoding="utf-8")
        (changed / name).write_text(text.replace("explanation: ", "explanation: 秘密"), encoding="utf-8")
    (tmp_path / "_config.yml").write_text("title: 数字治理\n", encoding="utf-8")
    make_exam(changed, CHAPTER, tmp_path / "out")
    for name in ("exam-A.pdf", "exam-A-sheet.pdf", "exam-B.json"):
        assert (made / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_the_same_seed_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """In PDF and JSON, in another process, whether A is printed too or not; another seed gives another paper."""
    command = [sys.executable, "-m", "kejian", "pdf", "exam", "--quiz", "chapter-01", "--variants", "B"]
    subprocess.run([*command, "--output", str(tmp_path / "again")], cwd=ROOT, check=True, capture_output=True)
    for name in ("exam-B.pdf", "exam-B-sheet.pdf", "exam-B-key.pdf", "exam-B.json"):
        assert (made / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    make_exam(BANK, Request(("chapter-01",), variants="B", seed=2), tmp_path / "other")
    assert (made / "exam-B.pdf").read_bytes() != (tmp_path / "other/exam-B.pdf").read_bytes()


def test_the_form_of_a_chinese_paper(made: Path) -> None:
    """Sealed line on the front pages, head, marks, sections with points and rule, page x of y."""
    first, second = pages(made / "exam-A.pdf")
    for words in (
        "班级",
        "姓名",
        "学号",
        "密封线内不要答题",
        "得分",
        "阅卷人",
        "总分",
        "满分:100分",
        "考试时间:90分钟",
    ):
        assert words in plain(first)
    assert "《数字治理》试卷(A卷)" in plain(first)
    assert "密封线" not in plain(second)  # the back of the sheet
    assert "第1页共2页" in plain(first)
    assert "第2页共2页" in plain(second)
    text = plain(first + second)
    for section in (
        "一、单项选择题本大题共10小题,每小题2分,共20分。每小题只有一个选项正确,选对得分,选错不得分。",
        "二、多项选择题本大题共5小题,每小题4分,共20分。每小题有两个或两个以上选项正确,"
        "全部选对得满分,少选按比例得分,错选不得分。",
        "三、论述题本大题共5小题,每小题12分,共60分。按要点给分。",
    ):
        assert section in text


def test_a_question_is_not_split(made: Path) -> None:
    """Stem and options stand on one page."""
    quiz = load_bank(BANK, keys=False).quiz("chapter-01")
    for file in ("exam-A.pdf", "exam-B.pdf"):
        texts = [plain(page) for page in pages(made / file)]
        for question in quiz.questions:
            parts = [plain(question.stem), *map(plain, question.options.values())]
            assert any(all(part in text for part in parts) for text in texts)


def test_a_question_longer_than_a_page_is_not_cut_off(mixed: Path, tmp_path: Path) -> None:
    """What cannot stay together is broken, and nothing runs off the paper."""
    stem = "".join(f"第{number}条材料说明了数字治理的一个方面；" for number in range(200))
    (mixed / "mixed.yml").write_text(MIXED.replace("第一问", stem), encoding="utf-8")
    make_exam(mixed, Request(("mixed",), variants="A"), tmp_path / "out")
    furniture = r"试卷\(A卷\)第\d页共\d页|班级姓名学号密封线内不要答题密封线"
    text = re.sub(furniture, "", plain(text_of(tmp_path / "out/exam-A.pdf")))
    assert plain(stem) in text


def test_mixed_points_and_rules_stand_at_each_question(mixed: Path, tmp_path: Path) -> None:
    """The head of the section cannot say them; a blank and the stress of a negative word are added."""
    make_exam(mixed, Request(("mixed",), variants="A", title="期中"), tmp_path / "out")
    text = plain(text_of(tmp_path / "out/exam-A.pdf"))
    assert (
        "二、多项选择题本大题共2小题,共7分,各小题的分值标在题后。每小题有两个或两个以上选项正确,评分规则标在题后。"
        in text
    )
    assert "哪些不对(4分;全部选对得满分,少选按比例得分,错选不得分)" in text
    assert "选哪些(3分;多选、少选、错选均不得分)" in text
    assert "一、单项选择题本大题共1小题,2分。" in text
    assert "三、简答题" in text
    assert "期中试卷(A卷)" in text


def test_the_sheet_has_a_bubble_for_every_option(mixed: Path, tmp_path: Path) -> None:
    """2 + 5 + 3 letters, ten digits for each place of the number, and a frame for the essay."""
    make_exam(mixed, Request(("mixed",), variants="B"), tmp_path / "out")
    text = text_of(tmp_path / "out/exam-B-sheet.pdf")
    letters = re.findall("[A-E]", text[text.index("一、") : text.index("三、")])
    assert sorted("AB" + "ABCDE" + "ABC") == sorted(letters)
    assert 12 == text.count("8")
    assert "4．（6 分）" in unicodedata.normalize("NFC", text)
    assert "答题卡(B卷)" in plain(text)


def test_without_a_sheet_the_paper_has_room_for_answers(mixed: Path, tmp_path: Path) -> None:
    """Brackets, and ruled lines that grow with the points."""
    make_exam(mixed, Request(("mixed",), variants="A", on_sheet=False), tmp_path / "out")
    assert ["exam-A-key.pdf", "exam-A.json", "exam-A.pdf"] == sorted(
        f.name for f in (tmp_path / "out").iterdir()
    )
    text = plain(text_of(tmp_path / "out/exam-A.pdf"))
    assert "答题卡" not in text
    assert "请写在题下的横线上。" in text


def test_the_key_is_in_the_letters_of_its_variant(made: Path) -> None:
    """Letters as printed, the rubric with points and phrasings, the model answer, and the ids."""
    keys = load_bank(BANK).quiz("chapter-01").keys or {}
    for variant in "AB":
        text = plain(text_of(made / f"exam-{variant}-key.pdf"))
        entries = json.loads((made / f"exam-{variant}.json").read_text(encoding="utf-8"))["questions"]
        for entry in entries:
            printed = sorted(
                p for p, original in entry["options"].items() if original in keys[entry["id"]].answer
            )
            assert f"{entry['number']}{entry['id']}{''.join(printed)}" in text
        singles = [
            next(p for p, o in e["options"].items() if o in keys[e["id"]].answer) for e in entries[:10]
        ]
        assert f"题号12345678910答案{''.join(singles)}" in text
        for words in ("主体与手段(最多4分)", "传统治理:国家一元管理", "国家一元管理;", "种子:1"):
            assert words in text
        for key in keys.values():
            assert all(plain(line) in text for line in (key.model_answer or "").splitlines())


def test_a_quiz_of_one_section_and_several_quizzes(tmp_path: Path) -> None:
    """Whatever the bank holds can be a paper; --select takes a part of it."""
    request = Request(("reading-1", "chapter-01"), select=("*-s*",), variants="A")
    make_exam(BANK, request, tmp_path)
    text = plain(text_of(tmp_path / "exam-A.pdf"))
    assert "一、单项选择题本大题共13小题" in text
    assert "二、" not in text


def test_english(tmp_path: Path) -> None:
    """With KEJIAN_LANGUAGE=en every word around the questions is English."""
    make_exam(BANK, Request(("chapter-01",), variants="A"), tmp_path, "en")
    for name in ("exam-A.pdf", "exam-A-sheet.pdf", "exam-A-key.pdf"):
        assert "Page 1 of" in text_of(tmp_path / name)
    assert "Part II. Multiple choice" in text_of(tmp_path / "exam-A.pdf")
    assert "en" == PdfReader(tmp_path / "exam-A.pdf").trailer["/Root"]["/Lang"]


def test_every_document_is_accessible_and_has_a_title(made: Path) -> None:
    """PDF/UA-1: tagged, with title and language."""
    for name in ("exam-A.pdf", "exam-A-sheet.pdf", "exam-A-key.pdf"):
        reader = PdfReader(made / name)
        assert "第一章 练习题" in str(reader.metadata and reader.metadata.title)
        assert "A 卷" in str(reader.metadata and reader.metadata.title)
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]).startswith("zh")
        assert b"pdfuaid:part" in root["/Metadata"].get_data()


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (Request(("nope",)), "exam.no-quiz"),
        (Request(("chapter-01",), select=("ch01-s*", "ch02-*")), "exam.no-question"),
        (Request(("chapter-01",), variants="AB"), "exam.bad-variants"),
        (Request(("chapter-01",), variants="A,a"), "exam.bad-variants"),
        (Request(("chapter-01",), variants=""), "exam.bad-variants"),
        (Request(("chapter-01",), variants="../x"), "exam.bad-variants"),
        (Request(("chapter-01",), duration=0), "exam.bad-duration"),
        (Request(("chapter-01",), duration=9999), "exam.bad-duration"),
    ],
)
def test_what_cannot_be_made_is_told(request_: Request, text: str, tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(CommandError) as caught:
        make_exam(BANK, request_, tmp_path / "out")
    assert text == caught.value.text
    assert not (tmp_path / "out").exists()


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["pdf", "exam", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_missing_key_file_is_told(mixed: Path, tmp_path: Path) -> None:
    """With the name of the file, before anything is written."""
    (mixed / "mixed.key.yml").unlink()
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    assert (2, True) == (status, "mixed.key.yml" in output)
    assert not (tmp_path / "out").exists()


def test_a_picture_in_a_stem_is_refused(mixed: Path, tmp_path: Path) -> None:
    """What a paper cannot show is told with its place, instead of being dropped."""
    (mixed / "mixed.yml").write_text(MIXED.replace("第一问", '"看图 ![图](a.png)"'), encoding="utf-8")
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    assert 2 == status
    assert re.search(r"mixed\.yml:7:\d+：x-s1 里的“图”不能印", output)


def test_a_character_without_a_glyph_is_told(mixed: Path, tmp_path: Path) -> None:
    """A box instead of a character would spoil an exam: the question is named, and nothing is written."""
    (mixed / "mixed.yml").write_text(MIXED.replace("丁", "བོད"), encoding="utf-8")
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    if status:  # else some font of this machine has it
        assert re.search(r"mixed\.yml:8:\d+：x-m1 里的“བ”", output)
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("kept", "lost"), [("丁", ""), ("哪些", ""), ("第一问", "第二问")])
def test_what_is_lost_on_the_paper_is_told(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str, lost: str
) -> None:
    """The finished paper is read back: no stem and no option is missing or another one."""
    write = exam.paper_source
    monkeypatch.setattr(exam, "paper_source", lambda plan: write(plan).replace(kept, lost))
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    assert 2 == status
    assert re.search(r"mixed\.yml:[78]:\d+.*PDF 第 1 页.*" + kept, output)
    assert not (tmp_path / "out").exists()


def test_everything_that_a_question_may_hold_is_found_on_the_paper(mixed: Path, tmp_path: Path) -> None:
    """Formulas, code, roles, links, emphasis and blanks are no losses."""
    stem = (
        "当 {math}`x^2 > 1` 时 `a  b` 与 {term}`数据 <data>`、{sup}`2`、*强*、**不（　）**，[见](http://a.b)"
        "（　）和 ____ 里……——“空”第二行 -- 100% & #1 <b>"
    )
    (mixed / "mixed.yml").write_text(MIXED.replace("第一问", f"'{stem}'"), encoding="utf-8")
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    assert (0, True) == (status, "exam-A.pdf" in output), output


def test_a_folder_that_cannot_be_written_is_told(mixed: Path, tmp_path: Path) -> None:
    """A file stands in its way."""
    (tmp_path / "out").touch()
    status, output = run("--quiz", "mixed", "--bank", mixed, "-o", tmp_path / "out")
    assert 2 == status
    assert "out：写不了文件" in output


def test_it_starts_without_the_web_book() -> None:
    """Neither Sphinx nor Jupyter nor pandas is loaded to print a paper."""
    code = (
        "import sys, kejian.cli, kejian.pdf.exam;"
        "print({'sphinx', 'docutils', 'jupyter_book', 'myst_nb', 'pandas'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "set()" == found.stdout.strip()
