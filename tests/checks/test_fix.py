"""`kejian check --fix`: what it changes, and all that it leaves alone."""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kejian.bank import scan_bank
from kejian.checks import fix as fixing
from kejian.checks import mending
from kejian.checks.course import Course
from kejian.checks.fix import Fixed, describe_fixed, fix_course, fix_paths
from kejian.checks.mending import Fix
from kejian.checks.rewrite import Edit, Scalar, content, edits_for, replaced, scalars
from kejian.checks.run import Rules
from kejian.cli import main
from kejian.model import Bank, Place
from kejian.terminal import CommandError

QUIZ = """\
# 第一份 ,不改
schema: 1
id: a
title: 练习
pages: []
questions:
  - id: a-1   # 第一题,
    type: multiple
    points: 2
    stem: "下列 各项中,属于\\"水\\"的是( ). "  # 题干
    options: {A: '冰''s 水,雪', B: 雪ＡＢ, C: 丙}
  - {id: a-2, type: essay, points: 2, stem: 简述水的三态.}
"""
KEY = """\
schema: 1
quiz: a
answers:
  a-1:
    answer: [C, A]
    explanation: >
      折叠的文字,
      第二行 第三 行.

    why: {B: 乙是另一回事}
  a-2:
    explanation: |
      甲,乙
      `a,b` 丙  \n      丁\t

      戊  \n    model_answer: 这是一段
      折行的,文字...
"""
FIXED_QUIZ = """\
# 第一份 ,不改
schema: 1
id: a
title: 练习
pages: []
questions:
  - id: a-1   # 第一题,
    type: multiple
    points: 2
    stem: "下列各项中，属于“水”的是（　）。"  # 题干
    options: {A: '冰''s 水，雪', B: 雪AB, C: 丙}
  - {id: a-2, type: essay, points: 2, stem: 简述水的三态。}
"""
FIXED_KEY = """\
schema: 1
quiz: a
answers:
  a-1:
    answer: [A, C]
    explanation: >
      折叠的文字，第二行第三行。

    why: {B: 乙是另一回事}
  a-2:
    explanation: |
      甲，乙
      `a,b` 丙  \n      丁

      戊
    model_answer: 这是一段折行的，文字……
"""


def bank(folder: Path, quiz: str = QUIZ, key: str = KEY) -> Path:
    """A bank of one quiz; returns the folder around it."""
    (folder / "quizzes").mkdir(exist_ok=True)
    (folder / "quizzes/a.yml").write_bytes(quiz.encode())
    (folder / "quizzes/a.key.yml").write_bytes(key.encode())
    return folder


def fix(root: Path, rules: Rules = Rules()) -> Fixed:  # noqa: B008  (immutable)
    """Fix a bank."""
    return fix_course(Course(root), rules)


def texts(root: Path) -> tuple[str, str]:
    """Its quiz file and its key file, byte for byte."""
    return (root / "quizzes/a.yml").read_bytes().decode(), (root / "quizzes/a.key.yml").read_bytes().decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_what_is_wrong_is_changed(end: str, tmp_path: Path) -> None:
    """Comments, layout, quotes and line ends stay; a line break inside Chinese goes; code and line breaks stay."""
    root = bank(tmp_path, QUIZ.replace("\n", end), KEY.replace("quiz: a\n", "quiz: a \n").replace("\n", end))
    assert fix(root).given_up == ()
    assert (FIXED_QUIZ.replace("\n", end), FIXED_KEY.replace("\n", end)) == texts(root)


def test_the_second_run_changes_nothing(tmp_path: Path) -> None:
    """Not even the time of the files."""
    root = bank(tmp_path)
    fix(root)
    times = [path.stat().st_mtime_ns for path in sorted((root / "quizzes").iterdir())]
    assert Fixed() == fix(root)
    assert times == [path.stat().st_mtime_ns for path in sorted((root / "quizzes").iterdir())]


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    """No temporary file; the mode of a file stays, and a link stays a link."""
    root = bank(tmp_path)
    (root / "real.yml").write_bytes((root / "quizzes/a.yml").read_bytes())
    (root / "quizzes/a.yml").unlink()
    (root / "quizzes/a.yml").symlink_to(root / "real.yml")
    (root / "real.yml").chmod(0o640)
    fix(root)
    assert ["a.key.yml", "a.yml"] == sorted(path.name for path in (root / "quizzes").iterdir())
    assert (root / "quizzes/a.yml").is_symlink()
    assert FIXED_QUIZ == (root / "real.yml").read_text(encoding="utf-8")
    assert stat.S_IMODE((root / "real.yml").stat().st_mode) == 0o640


def test_a_byte_order_mark_and_padding_are_removed(tmp_path: Path) -> None:
    """They mean nothing to the loader."""
    root = bank(tmp_path, "\ufeff" + FIXED_QUIZ.replace("title: 练习", "title: ' 练习 '  "), FIXED_KEY)
    fixed = fix(root)
    assert {("FORM01",), ("FORM02",), ("FORM03",)} == {done.ids for done in fixed.done}
    assert FIXED_QUIZ.replace("title: 练习", "title: '练习'") == texts(root)[0]


def test_a_change_that_the_loader_refuses_is_given_up(tmp_path: Path) -> None:
    """An unquoted １２ would become a number; the rest is done all the same."""
    root = bank(tmp_path, QUIZ.replace("C: 丙", "C: １２"))
    fixed = fix(root)
    assert {"a-1"} == {one.question for one in fixed.given_up}
    assert "１２" in texts(root)[0]
    assert FIXED_KEY.split("a-2:")[1] == texts(root)[1].split("a-2:")[1]


def test_a_value_that_cannot_be_reached_is_given_up(tmp_path: Path) -> None:
    """A line that is continued with a backslash has no character of the value in its place."""
    key = FIXED_KEY.replace("乙是另一回事", '"乙,\\\n      是"')
    root = bank(tmp_path, FIXED_QUIZ, key)
    fixed = fix(root)
    assert ["乙,是"] == [one.before for one in fixed.given_up]
    assert (FIXED_QUIZ, key) == texts(root)


def test_a_change_that_reads_otherwise_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what gives the intended value, and changes no other, is done."""
    root = bank(tmp_path)
    sound = mending.edits_for

    def astray(text: str, scalar: Scalar, new: str) -> list[Edit] | None:
        wrong = [(scalar.start, scalar.end, "别的")]
        return wrong if "三态" in new else sound(text, scalar, new)

    monkeypatch.setattr(mending, "edits_for", astray)
    assert ["a-2"] == [one.question for one in fix(root).given_up]
    assert FIXED_QUIZ.replace("三态。", "三态.") == texts(root)[0]


def test_one_mistake_behind_another_is_mended_too(tmp_path: Path) -> None:
    """The comma is found only when the letter is an ordinary one."""
    root = bank(tmp_path, FIXED_QUIZ.replace("下列", "Ｇ,下列"), FIXED_KEY)
    (done,) = fix(root).done
    assert ("FORM06", "FORM09") == done.ids
    assert FIXED_QUIZ.replace("下列", "G，下列") == texts(root)[0]


def test_a_change_that_brings_a_problem_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the problem is: here a check that dislikes the mended text."""
    root = bank(tmp_path)
    check_course = fixing.check_course

    def fussy(course: Course, *rest: object) -> list[fixing.Finding]:
        found = check_course(course, *rest)  # type: ignore[arg-type]
        for finding in [*found]:
            changed = any("三态。" in q.stem for z in course.bank.quizzes for q in z.questions)
            if changed and finding.question == "a-2":
                problem = fixing.replace(finding.problem, id="FORM99")
                found.append(fixing.replace(finding, problem=problem))
        return found

    monkeypatch.setattr(fixing, "check_course", fussy)
    fixed = fix(root)
    assert "三态." in texts(root)[0]
    assert "a-2" in {one.question for one in fixed.given_up}
    assert "各项中，属于" in texts(root)[0]


def test_settings_hold_for_fixes_too(tmp_path: Path) -> None:
    """What is not selected, or allowed, or outside of the paths, stays."""
    root = bank(tmp_path)
    fix(root, Rules(select=("FORM09",)))
    assert QUIZ.replace("雪ＡＢ", "雪AB") == texts(root)[0]
    fix(root, Rules(allow={"FORM06": ["a-2"]}))
    assert "简述水的三态." in texts(root)[0]
    assert "各项中，属于" in texts(root)[0]


def test_paths_limit_what_is_fixed(tmp_path: Path) -> None:
    """A quiz file stands for its key file too."""
    root = bank(tmp_path)
    for name in ("a.yml", "a.key.yml"):
        text = (root / "quizzes" / name).read_text(encoding="utf-8").replace("a-", "b-")
        text = text.replace("id: a\n", "id: b\n").replace("quiz: a\n", "quiz: b\n")
        (root / "quizzes" / name.replace("a", "b", 1)).write_text(text, encoding="utf-8")
    fix_paths([root / "quizzes/b.yml"], (), ())
    assert (QUIZ, KEY) == texts(root)
    assert "各项中，属于" in (root / "quizzes/b.yml").read_text(encoding="utf-8")


def test_broken_files_are_left_alone(tmp_path: Path) -> None:
    """Whoever cannot read a file does not write it."""
    root = bank(tmp_path, "a: [1,   \n", "\xff")
    (root / "quizzes/a.key.yml").write_bytes(b"\xff\xfe \n")
    fix(root)
    assert "a: [1,   \n" == texts_bytes(root / "quizzes/a.yml")
    assert b"\xff\xfe \n" == (root / "quizzes/a.key.yml").read_bytes()


def texts_bytes(path: Path) -> str:
    """A file without translation of line ends."""
    return path.read_bytes().decode()


def test_a_file_that_somebody_else_changes_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their work is not lost."""
    root = bank(tmp_path)
    run = fixing._Trial.run

    def slow(trial: fixing._Trial) -> object:
        result = run(trial)
        (root / "quizzes/a.yml").write_text("changed", encoding="utf-8")
        return result

    monkeypatch.setattr(fixing._Trial, "run", slow)
    with pytest.raises(CommandError, match=r"fix\.changed"):
        fix(root)
    assert "changed" == texts(root)[0]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason of the system; the file stays, and no other is left beside it."""
    root = bank(tmp_path)

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CommandError, match=r"fix\.unwritable"):
        fix(root)
    assert (QUIZ, KEY) == texts(root)
    assert ["a.key.yml", "a.yml"] == sorted(path.name for path in (root / "quizzes").iterdir())


def test_the_command_tells_what_it_changed_and_what_remains(tmp_path: Path) -> None:
    """Place, check, before and after; blanks are visible where only they differ."""
    root = bank(tmp_path)
    result = CliRunner().invoke(main, ["check", "--fix", "--select", "FORM", str(root)])
    assert result.exit_code == 0, result.output
    assert "a.yml:10  FORM04 FORM06 FORM07  下列 各项中,属于" in result.output
    assert "FORM09  雪ＡＢ → 雪AB" in result.output
    assert "行" not in describe_fixed(Fixed(), "zh_CN")
    told = CliRunner().invoke(main, ["check", "--fix", "--format", "json", str(root)])
    assert told.stdout.startswith("[") or told.stdout == ""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("甲,乙", "甲，乙", "甲,乙 → 甲，乙"),
        ("\ufeffschema", "schema", "<U+FEFF>schema → schema"),
        ("points: 2  ", "points: 2", "points:␣2␣␣ → points:␣2"),
    ],
)
def test_what_cannot_be_seen_is_named(before: str, after: str, told: str) -> None:
    """Both sides of a change differ on the screen too."""
    fix = Fix(Place("a.yml"), ("FORM01",), "", before, after)
    assert f"a.yml:1  FORM01  {told}" in describe_fixed(Fixed((fix,)), "zh_CN")


# values in the text of a file


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("a: 甲,乙 # c\n", "甲,乙", "甲，乙"),
        ("a: '甲,''乙'\n", "甲,'乙", "甲，'乙"),
        ('a: "甲,\\"乙\\\\丙"\n', '甲,"乙\\丙', '甲，"乙\\丙'),
        ('a: "甲\\"乙\\"丙"\n', '甲"乙"丙', "甲“乙”丙"),
        ("a: 甲\n   乙\n", "甲 乙", "甲乙"),
        ("a: '甲  \r\n\r\n  乙,'\r\n", "甲\n乙,", "甲\n乙，"),
        ("a: |\n   甲,\n     乙,\n", "甲,\n  乙,\n", "甲，\n  乙，\n"),
        ("a: >-\n   甲,\n   乙\n\n   丙\n", "甲, 乙\n丙", "甲，乙\n丙"),
        ("- [甲,  '乙 丙' ]\n", "乙 丙", "乙丙"),
        ("a: |2\n   甲,\n", " 甲,\n", " 甲，\n"),
        ("甲: 𠀀,乙\n", "𠀀,乙", "𠀀，乙"),
    ],
)
def test_a_value_is_changed_where_it_stands(source: str, old: str, new: str) -> None:
    """In each way of writing it."""
    scalar = next(one for one in scalars(source).values() if one.value == old)
    edits = edits_for(source, scalar, new)
    assert edits is not None
    meant = [(kind, new if value == old else value) for kind, value in content(source)]
    assert meant == content(replaced(source, edits))


def test_half_a_line_break_is_no_change() -> None:
    """Rather nothing than something else."""
    source = "a: 甲\n\n\n   乙\n"
    (scalar,) = (one for one in scalars(source).values() if one.value == "甲\n\n乙")
    assert edits_for(source, scalar, "甲\n乙") is None
    assert edits_for(source, scalar, '甲\n\n"乙') is None


# any bank

TOKENS = (
    *(
        "数字治理",
        "政府",
        "水",
        "G2G",
        "ＡＢ",
        "３",
        "word",
        "a",
        "7",
        " ",
        "  ",
        "　",
        "，",
        ",",
        "。",
        ".",
        "...",
        "…",
    ),
    *(
        "(",
        ")",
        "（",
        "）",
        "（ ）",
        '"',
        "“",
        "”",
        "'",
        "--",
        "——",
        "?",
        ": ",
        ";",
        "!",
        "`a,b`",
        "**",
        "$x,y$",
        "\\",
        "1,000",
    ),
)
TEXT = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=9).map("".join)
STYLES = ("plain", "single", "double", "literal", "folded", "broken")


def written(text: str, style: str, indent: str) -> str:
    """A value in YAML, with a comment where one may stand."""
    comment = "  # 说明 ,(甲)"
    if style == "plain":
        return text + comment
    if style == "broken":
        return text.replace("，", "，\n" + indent).replace(" ", "\n" + indent, 1) + comment
    if style == "single":
        return "'" + text.replace("'", "''") + "'" + comment
    if style == "double":
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' + comment
    return (
        f"{'|' if style == 'literal' else '>'}{comment}\n{indent}"
        + text.replace("，", "，\n" + indent)
        + "\n"
    )


@st.composite
def banks(draw: st.DrawFn) -> tuple[str, str]:
    """A quiz file and a key file, not all of them sound."""

    def value(indent: int) -> str:
        return written(draw(TEXT), draw(st.sampled_from(STYLES)), " " * indent)

    end = draw(st.sampled_from(["\n", "\r\n"]))
    blanks = draw(st.sampled_from(["", " ", "  "]))
    quiz = ["schema: 1", "id: a", "title: 练习", "pages: []" + blanks, "# 注 , 一", "questions:"]
    key = ["# 注 , 二", "schema: 1", "quiz: a", "answers:"]
    for number in range(draw(st.integers(1, 2))):
        quiz += [
            f"  - id: a-{number}",
            "    type: multiple",
            "    points: 2",
            f"    stem: {value(6)}",
            "    options:",
        ]
        quiz += [f"      {letter}: {value(8)}" for letter in "ABC"]
        letters = draw(st.permutations("ABC"))[:2]
        answer = draw(st.sampled_from(["[{}, {}]", "\n      - {}\n      - {}  # 丙", "[{},{} ]"])).format(
            *letters
        )
        wrong = next(letter for letter in "ABC" if letter not in letters)
        key += [f"  a-{number}:", f"    answer: {answer}", f"    explanation: {value(6)}"]
        key += ["    why:", f"      {wrong}: {value(8)}"]
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return tuple(bom + "\n".join(lines).replace("\n", end) + end for lines in (quiz, key))  # type: ignore[return-value]


def folded(text: str) -> str:
    """A text without what a fix may change: white space, width, kinds of marks."""
    for wrong, right in (("[“”]", '"'), ("。", "."), ("[—–]+|-+", "-"), (r"…+|\.{2,}", "…"), (r"\s", "")):
        text = re.sub(wrong, right, text)
    text = re.sub(r"\s|…", "", unicodedata.normalize("NFKC", text))
    return text.replace(".", "")


def meaning(bank: Bank) -> list[object]:
    """All that stands in a bank, as far as a fix may not change it."""
    return [
        (
            q.id,
            folded(q.stem),
            [(letter, folded(text)) for letter, text in q.options.items()],
            key.answer,
            folded(key.explanation),
            [(letter, folded(text)) for letter, text in key.why.items()],
        )
        for quiz in bank.quizzes
        for q in quiz.questions
        for key in [(quiz.keys or {})[q.id]]
    ]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(banks())
def test_fixing_never_changes_what_a_bank_means(tmp_path: Path, files: tuple[str, str]) -> None:
    """As it is loaded, but for width and white space; comments stay; the second run changes nothing."""
    root = bank(tmp_path, *files)
    before, problems, _ = scan_bank(root / "quizzes")
    assume(not problems)
    fix(root)
    after, problems, _ = scan_bank(root / "quizzes")
    assert problems == ()
    assert meaning(before) == meaning(after)
    fixed = texts(root)
    for old, new in zip((file.removeprefix("\ufeff") for file in files), fixed, strict=True):
        assert re.findall(r"(?:^|(?<=  ))# .*?(?=\r?$)", old, re.MULTILINE) == re.findall(
            r"(?:^|(?<=  ))# .*?(?=\r?$)", new, re.MULTILINE
        )
        assert old.count("\r\n") > 0 or "\r" not in new
        assert yaml.safe_load(new)["schema"] == 1
    assert fix(root).done == ()
    assert fixed == texts(root)
