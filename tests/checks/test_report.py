"""What is found can be read by people, editors, code hosts and test dashboards."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from kejian.catalogue import LANGUAGES, texts
from kejian.checks.check import Example, Finding
from kejian.checks.command import explain_check
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.report import FORMATS
from kejian.checks.run import check_course
from kejian.cli import main
from kejian.model import Place, Problem
from kejian.terminal import CommandError

BROKEN = Example(question={"options": {"A": "水", "B": "冰: % 100\n换行", "D": "气"}})


@pytest.fixture
def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Of a broken course, which is the working directory."""
    write_example(BROKEN, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = check_course(Course(Path()))
    assert found
    return found


def test_text_quotes_the_line_with_a_caret_under_the_place(findings: list[Finding]) -> None:
    """Also behind Chinese characters, which are two cells wide."""
    told = FORMATS["text"](findings, "zh_CN")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert plain != told
    place = findings[0].problem.place
    line = Path(place.file).read_text(encoding="utf-8").split("\n")[place.line - 1]
    assert f"{place}  错误 {findings[0].problem.id}" in plain
    assert f"  {place.line} | {line}" in plain
    assert "怎么办：" in plain


def test_the_caret_stands_under_the_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows `数字` in four cells."""
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_text("数字 x\n", encoding="utf-8")
    told = FORMATS["text"]([Finding(Problem(Place("a.yml", 1, 4), "FORM01"), "warning")], "zh_CN")
    quoted, caret = re.sub(r"\x1b\[[0-9;]*m", "", told).split("\n")[1:3]
    assert (quoted, caret.index("^")) == ("  1 | 数字 x", len("  1 | ") + len("数字") * 2 + 1)


@pytest.mark.parametrize(
    ("content", "quoted"),
    [("数字".encode(), True), ("数字".encode("gb18030"), False), (b"%PDF-1.7\n\xb5\x01", False)],
)
def test_no_line_is_quoted_of_what_is_no_text(
    content: bytes, quoted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can read it."""
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_bytes(content)
    told = FORMATS["text"]([Finding(Problem(Place("a.yml"), "BANK12"), "error")], "zh_CN")
    assert quoted == ("1 |" in told)


def test_json_has_a_list_of_objects(findings: list[Finding]) -> None:
    """With exactly these names."""
    data = json.loads(FORMATS["json"](findings, "zh_CN"))
    names = {"id", "severity", "file", "line", "column", "question", "message", "remedy"}
    assert [set(item) for item in data] == [names] * len(findings)
    assert (data[0]["file"], data[0]["question"]) == ("quizzes/water.yml", "w-s1")
    assert json.loads(FORMATS["json"]([], "zh_CN")) == []


def test_github_commands_are_one_line_each(findings: list[Finding]) -> None:
    """Line ends and percent signs are escaped, so no text can end a command or begin another."""
    nasty = Finding(
        Problem(Place("a,b:c.yml", 2, 3), "BANK40", "", (("name", "100%\n::error::x"), ("names", ""))),
        "warning",
    )
    lines = FORMATS["github"]([*findings, nasty], "zh_CN").split("\n")
    assert len(lines) == len(findings) + 1
    assert all(
        re.match(r"::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=\w+::\S", line) for line in lines
    )
    assert lines[-1].startswith("::warning file=a%2Cb%3Ac.yml,line=2,col=3,")
    assert "100%25%0A::error" in lines[-1]


def test_sarif_names_rules_and_places(findings: list[Finding]) -> None:
    """SARIF 2.1.0: every result points at its rule; URIs are relative and escaped."""
    log = json.loads(FORMATS["sarif"](findings, "en"))
    assert log["version"] == "2.1.0"
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.problem.id
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "quizzes/water.yml"
        assert place["region"]["startLine"] == finding.problem.place.line
        assert result["message"]["text"]
    prints = [result["partialFingerprints"]["kejian/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_junit_is_xml_with_one_failure_for_each_finding(findings: list[Finding]) -> None:
    """Nothing found is one test that passes."""
    nasty = Finding(
        Problem(Place("a.yml"), "BANK40", "", (("name", "\x00<b>]]>\ud800"), ("names", ""))), "error"
    )
    suites = ElementTree.fromstring(FORMATS["junit"]([*findings, nasty], "zh_CN"))
    assert len(suites.findall("*/testcase/failure")) == len(findings) + 1
    passed = ElementTree.fromstring(FORMATS["junit"]([], "zh_CN"))
    assert (passed.get("tests"), passed.get("failures")) == ("1", "0")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_offered(form: str, language: str, findings: list[Finding]) -> None:
    """By the command, with exit status 1 when something is wrong; the output of a format is nothing else."""
    result = CliRunner().invoke(main, ["check", "--format", form])
    assert result.exit_code == 1
    assert result.stdout.rstrip("\n") == re.sub(r"\x1b\[[0-9;]*m", "", FORMATS[form](findings, "zh_CN"))
    assert FORMATS[form](findings, language)


def test_exit_status_and_selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0: sound; warnings fail only when they are to; 2: the call is wrong."""
    write_example(Example(files={"quizzes/keys.lock": "schema: 1  \nquestions: {}\nhistory: []\n"}), tmp_path)
    (tmp_path / "quizzes/keys.lock").unlink()
    monkeypatch.chdir(tmp_path)
    path = Path("quizzes/water.yml")
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    path.write_text(
        path.read_text(encoding="utf-8").replace("points: 2\n", "points: 2  \n"), encoding="utf-8"
    )
    run = CliRunner().invoke
    assert [run(main, ["check", *options]).exit_code for options in ([], ["--strict"])] == [0, 1]
    assert run(main, ["check", "--strict", "--ignore", "FORM01"]).exit_code == 0
    assert run(main, ["check", "--strict", "--select", "LOCK"]).exit_code == 0
    assert run(main, ["check", "--explain", "NONE99"]).exit_code == 2
    assert run(main, ["check", "no/such/path"]).exit_code == 2
    settings = Path("pyproject.toml")
    settings.write_text("[tool.kejian.check]\nstrict = true\n", encoding="utf-8")
    assert run(main, ["check"]).exit_code == 1
    settings.write_text('[tool.kejian.check]\nignore = "FORM01"\n', encoding="utf-8")
    wrong = run(main, ["check"])
    assert (wrong.exit_code, "ignore" in wrong.output) == (2, True)


def test_a_finding_can_be_allowed_for_a_question(findings: list[Finding]) -> None:
    """Somebody has looked at it."""
    from kejian.checks.run import Rules

    ids = {finding.problem.id for finding in findings}
    allowed = Rules(allow=dict.fromkeys(ids, ("w-s*",)))
    left = check_course(Course(Path()), allowed)
    assert {finding.question for finding in left}.isdisjoint({"w-s1"})
    assert {finding.question for finding in findings} & {"w-s1"}


def test_only_what_is_named_is_checked_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiz file stands for its key; quizzes outside the bank of the book are checked by themselves."""
    write_example(Example(), tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("drafts").mkdir()
    for name in ("water.yml", "water.key.yml"):
        text = Path("quizzes", name).read_text(encoding="utf-8")
        Path("drafts", name).write_text(text.replace("answer: C", "answer: E"), encoding="utf-8")
    (Path("chapters")).mkdir()
    Path("quizzes/_copies").mkdir()
    Path("quizzes/_copies/water.yml").write_bytes(Path("quizzes/water.yml").read_bytes())
    counted = r"检查了 (\d+ 份练习、\d+ 道题|\d+ 个文件)|(什么也没有检查)|(没有答案文件)"
    for paths, status, told in (
        ([], 0, ["1 份练习、3 道题"]),
        (["quizzes/water.yml"], 0, ["1 份练习、3 道题"]),
        (["quizzes/water.key.yml"], 0, ["1 份练习、3 道题"]),
        (["water.md"], 0, ["1 个文件"]),
        (["_toc.yml", "exercises.md"], 0, ["2 个文件"]),
        (["chapters"], 2, ["什么也没有检查"]),
        (["drafts"], 1, ["2 个文件"]),  # its only quiz cannot be used
        (["drafts/water.yml"], 1, ["2 个文件"]),
        (["quizzes/_copies"], 0, ["1 份练习、3 道题", "没有答案文件"]),
        (["quizzes", "--select", "ITEN"], 2, []),
        (["drafts", "--select", "ITEM"], 1, ["2 个文件"]),  # what cannot be read is told in any case
        (["drafts", "--select", "ITEM", "--ignore", "KEY02"], 2, ["什么也没有检查"]),
    ):
        result = CliRunner().invoke(main, ["check", *paths])
        found = ["".join(groups) for groups in re.findall(counted, result.output)]
        assert (paths, status, told) == (paths, result.exit_code, found)
        if paths == ["drafts/water.yml"]:
            assert "drafts/water.key.yml:5:13" in result.output
    monkeypatch.chdir("chapters")
    assert CliRunner().invoke(main, ["check", "--strict"]).exit_code == 2


@pytest.mark.parametrize(
    ("options", "settings", "near"),
    [
        (["--select", "ITEN"], "", "ITEM"),
        (["--select", "item*"], "", "ITEM"),
        (["--ignore", "ITEM99"], "", "ITEM"),
        (["--ignore", "FROM01"], "", "FORM01"),
        (["--select", "BANK"], "", None),
        (["--select", "BANK20"], "", None),
        (["--select", "?TEM*"], "", None),
        ([], 'select = ["FORM01", "FROM01"]', "FORM01"),
        ([], 'ignore = ["KEY", "KEY99"]', "KEY"),
        ([], 'allow = {ITEM3 = ["w-s1"]}', "ITEM"),
        ([], 'allow = {ITEM = ["w-s1"]}', "ITEM"),  # of one check, not of a family
        ([], 'allow = {ITEM03 = ["w-s1"]}', None),
    ],
)
def test_a_check_that_does_not_exist_is_named(
    options: list[str], settings: str, near: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody believes to have checked what was never run; the nearest ids are told, not all."""
    write_example(Example(), tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(f"[tool.kejian.check]\n{settings}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", *options])
    assert (2 if near else 0) == result.exit_code
    if near:
        assert re.search(rf"没有(编号为|这个编号).*最像的是：.*{near}", result.output)
        assert len(re.findall(r"[A-Z]+\d\d", result.output.split("最像的是")[1])) <= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_of_files_can_be_explained_too(language: str) -> None:
    """Every id that a report shows, in small letters as well; an unknown one is answered with the nearest."""
    ids = {name.split(".")[0] for name in texts("problems", language) if name[:2].isupper()}
    assert {"BANK20", "KEY02", "KEY14", "RUB01"} < ids
    for id in ids:
        told = explain_check(id.lower(), language)
        assert told.startswith(id)
        assert not re.search(r"\{\w+\}", told)
    with pytest.raises(CommandError) as caught:
        explain_check("KEYY14", language)
    assert caught.value.values["near"].startswith("KEY14")
