"""Whatever stands in a file of a book, it is checked or refused, soon. KEJIAN_FUZZ=100000 makes a long run."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kejian.bank import BankError, load_bank
from kejian.catalogue import LANGUAGES, describe
from kejian.checks.check import Example, Finding
from kejian.checks.command import check_paths
from kejian.checks.course import Course
from kejian.checks.example import write_example
from kejian.checks.lock import accept
from kejian.checks.report import FORMATS
from kejian.forms import FORMS
from kejian.model import Problem
from kejian.terminal import CommandError

EXAMPLES = Path(__file__).parent.parent / "quizzes" / "_examples"
CASES = int(os.environ.get("KEJIAN_FUZZ", "400"))
EXPLORED = min(CASES // 4, 2000)
"""Of Hypothesis, which keeps them all in memory; the other cases are mutations."""
SEED = 20240517
HANGING = 10.0
"""Seconds of processor time after which a case would never end; the slowest is printed (wanted: below 1)."""
GROWTH = 600
"""MB that a run may add to the memory of the process, however long it is: full caches, and Hypothesis."""

FILES = sorted(EXAMPLES.glob("*.yml"))
# What a teacher types by mistake, and what a parser stumbles over.
PIECES = [
    *"\t|\n|  |- |: |:|：|?|#|&a|*a|!|!!python/object:os.system |<<: |>|'|[|]|{|}|,|%|@|`".encode().split(
        b"|"
    ),
    *"---\n|...\n|~|null|NO|on|1.5|0x10|2024-01-01|.nan|\0|\x07|\ufeff|\ufffd|𠮷|\u3000|\\|\\x|\r".encode().split(
        b"|"
    ),
    *(piece.encode() for piece in ("9" * 400, "[" * 50, "{a: " * 50, "|", '"', "\u2028", "\x85")),
    *(b"\xff", b"\x80", b"\xed\xa0\x80", b"\xff\xfe", "题目".encode("gb18030")),
]


PAGE = """\
(water)=
# 水的三种状态

水在自然界里有三种状态：{term}`固态`、液态[^a]和**气态**{cite}`book`。
冰是固态的水，雪和霜也是固态的水，见[练习题](exercises.md#more)和{ref}`water`，$E=mc^2$。

:::{admonition} 学习目标
:class: objectives

1. 知道三种状态；
2. 会做[练习](#water)。
:::

````{note}
```{figure} ice.svg
---
alt: 冰
name: ice
---
冰。来源：作者。
```
````

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-ice, caption: 冰}
tags: [hide-input]
---
alt.Chart("data/ice.csv").mark_bar()
```

```{glossary}
固态
  水的一种状态。
```

| 状态 | 例子 |
| --- | --- |
| 固态 | 冰 |

[^a]: 水结成冰的过程叫作凝固，凝固时会放出热量。

```{question} w-s1
```
"""
PACKAGE = {
    "name": "water",
    "resources": [
        {"path": "ice.csv", "schema": {"fields": [{"name": "year", "type": "number", "unit": "年"}]}}
    ],
}
CONFIG = """\
title: 水
bibtex_bibfiles: [book.bib]
exclude_patterns: [_build]
sphinx:
  extra_extensions: [kejian.sphinxext]
  config: {language: zh_CN, kejian_bank: quizzes}
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder in which one pair of files is written again and again."""
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of which one file is damaged again and again."""
    folder = tmp_path_factory.mktemp("course")
    files = {"water.md": PAGE, "_config.yml": CONFIG, "data/datapackage.json": json.dumps(PACKAGE, indent=1)}
    more = {"data/ice.csv": "year\n2024\n", "book.bib": "@book{book,\n}\n", "ice.svg": "<svg/>\n"}
    more["pyproject.toml"] = "[tool.kejian.check]\nstrict = true\n"
    write_example(Example(files=files | more), folder)
    accept(Course(folder), ("*",), "甲", "新题", LANGUAGES[0], date(2026, 1, 1))
    return folder


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """The run as a whole does not fill the memory."""
    if sys.platform == "win32":
        yield
        return
    import resource

    def megabytes() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "darwin" else 1024)

    before = megabytes()
    yield
    print(f"\n{megabytes() - before} MB more; slowest case {max(SPENT):.3f} s")
    assert megabytes() - before < GROWTH


SPENT: list[float] = [0.0]
"""Seconds of the slowest case."""


def check(folder: Path, quiz: bytes, key: bytes) -> None:
    """Load the pair: a bank, or problems that can all be put into words; then check what can be used of it."""
    (folder / "q.yml").write_bytes(quiz)
    (folder / "q.key.yml").write_bytes(key)
    try:
        load_bank(folder)
    except BankError as error:
        assert error.problems
        for problem in error.problems:
            check_words(problem)
    check_all(folder)


def check_words(problem: Problem) -> None:
    """Place, message and remedy can be shown on a terminal; only our own words have the wide space of a blank."""
    assert problem.place.line >= 1
    assert problem.place.column >= 1
    for language in LANGUAGES:
        for text in describe(problem, language):
            assert text
            assert text.replace("\u3000", "").isprintable()


def check_all(folder: Path) -> tuple[Finding, ...] | None:
    """Do what `kejian check` does, without hanging, in words that can be shown; None: nothing could be done."""
    start = time.process_time()
    try:
        findings = check_paths([folder]).findings
    except CommandError:
        return None
    for finding in findings:
        check_words(finding.problem)
    for tell in FORMATS.values():
        tell(findings[:3], LANGUAGES[0])
    spent = time.process_time() - start
    SPENT[0] = max(SPENT[0], spent)
    assert spent < HANGING
    return findings


def mutate(data: bytes, rng: random.Random) -> bytes:
    """A few small accidents in a file."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 1, 3, 20)))
        lines = data.split(b"\n")
        match rng.randrange(6):
            case 0:  # a byte of any value
                data = data[:start] + bytes([rng.randrange(256)]) + data[start + 1 :]
            case 1:  # something lost
                data = data[:start] + data[end:]
            case 2:  # something typed
                data = data[:start] + rng.choice(PIECES) + data[end:]
            case 3:  # something copied to another place
                target = rng.randrange(len(data) + 1)
                data = data[:target] + data[start:end] + data[target:]
            case 4:  # lines in another order
                rng.shuffle(lines)
                data = b"\n".join(lines)
            case _:  # another indentation
                number = rng.randrange(len(lines))
                lines[number] = b" " * rng.randrange(9) + lines[number].lstrip()
                data = b"\n".join(lines)
    return data


def test_mutated_examples_load_or_are_refused(folder: Path) -> None:
    """Accidents in a sound pair of files never give a traceback."""
    rng = random.Random(SEED)
    quizzes = [file for file in FILES if not file.name.endswith(".key.yml")]
    for number in range(CASES - 2 * EXPLORED):
        quiz = rng.choice(quizzes)
        pair = [quiz.read_bytes(), quiz.with_name(f"{quiz.stem}.key.yml").read_bytes()]
        side = rng.randrange(2)
        pair[side] = mutate(pair[side], rng)
        try:
            check(folder, *pair)
        except Exception as error:
            raise AssertionError(f"case {number} of seed {SEED}: {pair[side]!r}") from error


# Values of every shape, written as YAML flow nodes: right shapes in wrong places.
SCALARS = st.one_of(
    st.text(max_size=12).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.sampled_from(
        ["A", "B", "[A, B]", "NO", "1", "0", "", "~", "true", "single", "essay", "2024-01-01", "x-1"]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
NAMES = st.sampled_from(
    [*{name for fields in FORMS.values() for name in fields}, "A", "B", "C", "x-1", "x-2"]
)
NODES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(NAMES, inner), max_size=6).map(
            lambda pairs: "{" + ", ".join(f"{name}: {node}" for name, node in pairs) + "}"
        )
    ),
    max_leaves=25,
)


@given(quiz=NODES, key=NODES)
@settings(
    max_examples=EXPLORED,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_any_shape_loads_or_is_refused(folder: Path, quiz: str, key: str) -> None:
    """Right values in wrong places, lists for text and text for lists never give a traceback."""
    check(folder, quiz.encode("utf-8", "surrogatepass"), key.encode("utf-8", "surrogatepass"))


@given(value=NODES, line=st.integers(0, 100))
@settings(
    max_examples=EXPLORED,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_any_value_in_any_field_loads_or_is_refused(folder: Path, value: str, line: int) -> None:
    """One field of a sound pair gets a value of any shape."""
    files = (EXAMPLES / "multiple.yml", EXAMPLES / "multiple.key.yml")
    pair = [file.read_text(encoding="utf-8").split("\n") for file in files]
    lines = pair[line % 2]
    fields = [number for number, text in enumerate(lines) if ":" in text and not text.startswith("#")]
    chosen = fields[line % len(fields)]
    lines[chosen] = lines[chosen].partition(":")[0] + ": " + value
    check(folder, *("\n".join(text).encode("utf-8", "surrogatepass") for text in pair))


FILES_OF_BOOK = (
    "_toc.yml",
    "_config.yml",
    "water.md",
    "exercises.md",
    "quizzes/water.yml",
    "quizzes/water.key.yml",
    "quizzes/keys.lock",
    "data/datapackage.json",
    "data/ice.csv",
    "book.bib",
    "pyproject.toml",
)
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
LONG = "甲" * 3000
HOSTILE = {
    "no YAML": ("root: [water", "_toc.yml", "_config.yml", "quizzes/water.yml", "quizzes/keys.lock"),
    "empty": ("", "_toc.yml", "_config.yml", "quizzes/water.yml", "quizzes/keys.lock"),
    "no UTF-8": ("标题：水的状态".encode("gb18030"), *FILES_OF_BOOK[:8], "pyproject.toml"),
    "no such day": ("root: 2024-13-45", "_toc.yml", "_config.yml", "quizzes/keys.lock"),
    "a number too long": ("root: " + "9" * 5000, "_toc.yml", "_config.yml", "quizzes/keys.lock"),
    "too deep": ("[" * 5000, "_toc.yml", "_config.yml", "quizzes/keys.lock", "data/datapackage.json"),
    "endless": ("root: water\nchapters: &a\n  - sections: *a\n", "_toc.yml", "_config.yml"),
    "gigabytes": (f"{LAUGHS}chapters: *i\nbibtex_bibfiles: *i\n", "_toc.yml", "_config.yml"),
    "names too long": (
        f"root: {LONG}\nsphinx: {{config: {{kejian_bank: {LONG}}}}}",
        "_toc.yml",
        "_config.yml",
    ),
    "links too long": (f"[a]({LONG}.md) ![]({LONG}) {{doc}}`{LONG}` [b](c%00d)", "water.md"),
    "options": (
        "```{figure} x\n---\n2024-13-45\n---\n```\n```{code-cell}\n:tags: [[a]]\nalt.x()\n```",
        "water.md",
    ),
    "tables too long": (
        json.dumps({"resources": [{"path": [LONG, "a\0b", "/", "\ud800"]}]}),
        "data/datapackage.json",
    ),
    "settings": ('[tool.kejian.check.allow]\nEVID03 = "w-s1"\n', "pyproject.toml"),
    "settings that are none": ("tool = 5\n", "pyproject.toml"),
}


@pytest.mark.parametrize("content, names", [(one, names) for one, *names in HOSTILE.values()], ids=HOSTILE)
def test_a_file_that_cannot_be_read_is_told(course: Path, content: str | bytes, names: list[str]) -> None:
    """What no accident but a program or a joker makes is told as well, and soon."""
    for name in names:
        sound = (course / name).read_bytes()
        before = check_all(course)
        (course / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            assert check_all(course) != before, name
        finally:
            (course / name).write_bytes(sound)


@pytest.mark.parametrize("name", FILES_OF_BOOK)
def test_a_damaged_file_of_a_book_never_gives_a_traceback(course: Path, name: str) -> None:
    """Accidents in any file of a book are told, or do not matter."""
    rng = random.Random(SEED)
    file = course / name
    sound = file.read_bytes()
    try:
        for number in range(CASES // 50):
            damaged = mutate(sound, rng)
            file.write_bytes(damaged)
            try:
                check_all(course)
            except Exception as error:
                raise AssertionError(f"case {number} of seed {SEED}: {damaged!r}") from error
    finally:
        file.write_bytes(sound)
