"""Links, references, citations, files and headings of the pages: what Sphinx would find, without Sphinx."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from kejian.checks.book import find_page
from kejian.checks.check import Check, Example, Found
from kejian.checks.course import CONFIG, Course
from kejian.model import Place
from kejian.pages import Link, Page
from kejian.yamlfile import is_file, shown

__all__ = ["CHECKS", "bibliography"]

OUTSIDE: Final = re.compile(r"(?!project:|path:)[a-z][a-z0-9+.-]*:|//|.*\{\{|$", re.IGNORECASE)
"""Addresses that lead out of the book, substitutions, and nothing."""
MADE_BY_SPHINX: Final = ("genindex", "modindex", "py-modindex", "search")
FILES: Final = {"figure": "", "image": "", "include": "", "literalinclude": "", "csv-table": "file"}
"""Directives that read a file, and the option that names it (else the argument)."""
_READ: Final = re.compile(r"""\bread_\w+\(\s*r?["']([^"'{}\n]+)["']""")
_BIB_KEY: Final = re.compile(
    r"^\s*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)\s*,", re.MULTILINE | re.I
)


class _Reference(NamedTuple):
    page: Page
    link: Link
    file: str
    """As it is written, without its anchor."""
    anchor: str


def _references(course: Course) -> Iterator[_Reference]:
    """Links inside the book: `[text](target)`, {doc}, {ref}, {numref}, links of cards."""
    for page in course.pages():
        for link in page.links:
            target = unquote(link.target)
            if link.kind == "link" and not OUTSIDE.match(target):
                file, _, anchor = re.sub(r"^(project|path):", "", target).partition("#")
                yield _Reference(page, link, file, anchor)
            elif link.kind == "doc":
                yield _Reference(page, link, target, "")
            elif link.kind in ("ref", "numref"):
                yield _Reference(page, link, "", target)
        for used in page.directives:
            target, kind = (
                str(used.directive.options.get("link", "")),
                used.directive.options.get("link-type", "url"),
            )
            if target and kind in ("doc", "ref"):
                file, anchor = (target, "") if kind == "doc" else ("", target)
                yield _Reference(page, Link(kind, target, used.line), file, anchor)


def _page_missing(course: Course) -> Iterator[Found]:
    labels = _labels(course)
    for page, link, file, _ in _references(course):
        is_word = link.kind == "link" and "/" not in file and "." not in file
        if file and not (is_word and _label(file) in labels) and _target(course, page, file) is None:
            yield Found(
                page.find(link.target, link.line), {"target": link.target, "text": link.text or link.target}
            )


def _anchor_missing(course: Course) -> Iterator[Found]:
    labels = _labels(course)
    for page, link, file, anchor in _references(course):
        name = _label(anchor)
        if not name or name in MADE_BY_SPHINX:
            continue
        if file:
            path = _target(course, page, file)
            other = course.page(_name(course, path)) if path else None
            known = other is None or _has(other, name)
        else:
            known = name in labels or _has(page, name)
        if not known:
            yield Found(
                page.find(link.target, link.line), {"target": anchor, "text": link.text or link.target}
            )


def _citation_missing(course: Course) -> Iterator[Found]:
    known: set[str] = set()
    cited = [
        (page, link)
        for page in course.pages()
        for link in page.links
        if link.kind.split(":")[0] in ("cite", "footcite")
    ]
    for file in bibliography(course) if cited else ():
        if is_file(path := course.root / file):
            known |= {
                key.casefold() for key in _BIB_KEY.findall(path.read_text(encoding="utf-8", errors="replace"))
            }
    for page, link in cited:
        for key in re.sub(r"\{.*?\}", "", link.target).split(","):
            if key.strip() and key.strip().casefold() not in known:
                yield Found(page.find(key.strip(), link.line), {"key": key.strip()})


def _file_missing(course: Course) -> Iterator[Found]:
    for file in bibliography(course):
        if not is_file(course.root / file):
            yield Found(Place(shown(course.root / CONFIG)), {"file": file})
    for page in course.pages():
        for file, line in _files(page):
            if not OUTSIDE.match(file) and not any(char in file for char in "*{}"):
                path = _path(course, page, unquote(file))
                if not _exists(path):
                    yield Found(page.find(file, line), {"file": file})


def _level_skipped(course: Course) -> Iterator[Found]:
    for page in course.pages():
        before = 0
        for block in page.blocks:
            if block.kind == "heading" and not block.inside:
                if block.level > before + 1:
                    values = {
                        "heading": block.text,
                        "level": block.level,
                        "before": before,
                        "right": before + 1,
                    }
                    yield Found(page.place(block.line), values)
                before = block.level


def _defined_twice(course: Course) -> Iterator[Found]:
    first: dict[str, Place] = {}
    for page in course.pages():
        for name, line in sorted([*page.targets.items(), *page.repeated], key=lambda found: found[1]):
            place = page.find(name, line)
            before = first.setdefault(_label(name), place)
            if before != place:
                yield Found(place, {"name": name, "place": before})


def _files(page: Page) -> Iterator[tuple[str, int]]:
    """Files that a page shows, offers or reads, with the line."""
    for link in page.links:
        if link.kind in ("image", "download"):
            yield link.target, link.line
    for used in page.directives:
        found = used.directive
        if found.name in FILES:
            option = FILES[found.name]
            file = str(found.options.get(option, "")) if option else found.argument.strip()
            if file:
                yield file, used.line
        elif found.name == "code-cell":
            for match in _READ.finditer(found.body):
                yield match[1], used.body_line + found.body[: match.start(1)].count("\n")


def bibliography(course: Course) -> list[str]:
    """The .bib files of the book, as _config.yml names them."""
    files = course.config.get("bibtex_bibfiles") or course.setting("bibtex_bibfiles") or []
    return [str(file) for file in ([files] if isinstance(files, str) else files)]


def _labels(course: Course) -> set[str]:
    return {_label(name) for page in course.pages() for name in page.targets}


def _label(name: str) -> str:
    """As docutils compares names."""
    return " ".join(name.split()).casefold()


def _has(page: Page, name: str) -> bool:
    """Whether a link can go to this name in the page."""
    if name in map(_label, page.targets):
        return True
    from myst_parser.mdit_to_docutils.base import default_slugify  # a tenth of a second to import

    slugs = {default_slugify(block.text) for block in page.blocks if block.kind == "heading"}
    if name in slugs or re.sub(r"-\d+$", "", name) in slugs:
        return True
    # names given in ways that are not read here: {#name}, id="name", labels of formulas
    written = re.compile(
        rf"""(?:\#|id=["']?|name=["']?|label:\s*|\(){re.escape(name)}(?:["'\s)}}>]|$)""", re.I
    )
    return any(written.search(re.sub(r"\]\([^()]*\)", "]", line)) for line in page.lines)


def _target(course: Course, page: Page, file: str) -> Path | None:
    """The file that a link names; None when there is none."""
    path = _path(course, page, file)
    if _exists(path):
        return path
    name = posixpath.normpath(path.as_posix()).removesuffix(".html")
    if name.rpartition("/")[2] in MADE_BY_SPHINX:
        return path
    return find_page(course, _name(course, Path(name)))


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  pathlib raises where a name is too long


def _path(course: Course, page: Page, file: str) -> Path:
    """A path of a page as Sphinx reads it: from the page, or with a slash from the book's folder."""
    file = file.replace("\0", "?")  # `%00` in an address
    if file.startswith("/"):
        return course.root / file.lstrip("/")
    return (course.root / page.name).parent / file


def _name(course: Course, path: Path) -> str:
    """Name of the page of a file."""
    relative = posixpath.relpath(path.resolve().as_posix(), course.root.resolve().as_posix())
    return relative.removesuffix(".md").removesuffix(".ipynb")


_TEXT: Final = """\
冰是固态的水，雪和霜也是固态的水。
水结成冰的过程叫作凝固，凝固时会放出热量。
冰化成水的过程叫作熔化，熔化时要吸收热量。
"""


def _page(more: str, heading: str = "") -> Example:
    return Example(files={"water.md": f"# 第一章　水的三种状态\n\n{heading}{_TEXT}\n{more}\n"})


CHECKS: Final = (
    Check(
        "BOOK15",
        "error",
        "book",
        _page_missing,
        bad=_page("读完可以做[练习题](exercise.md)。"),
        good=_page("读完可以做[练习题](exercises.md)。"),
    ),
    Check(
        "BOOK16",
        "error",
        "book",
        _anchor_missing,
        bad=_page("见[上文](#heat)。"),
        good=_page("见[上文](#heat)。", heading="(heat)=\n## 凝固与熔化\n\n"),
    ),
    Check(
        "BOOK17",
        "error",
        "book",
        _citation_missing,
        bad=_page("水的三种状态见教材{cite}`textbok`。"),
        good=Example(
            files={
                "_config.yml": "title: 水\nbibtex_bibfiles: [references.bib]\n",
                "references.bib": "@book{textbook,\n  title = {水}\n}\n",
                "water.md": f"# 第一章　水的三种状态\n\n{_TEXT}\n水的三种状态见教材{{cite}}`textbook`。\n",
            }
        ),
    ),
    Check(
        "BOOK18",
        "error",
        "book",
        _file_missing,
        bad=_page("![海面上的冰山](images/ice.png)"),
    ),
    Check(
        "BOOK19",
        "warning",
        "book",
        _level_skipped,
        bad=_page("", heading="### 凝固与熔化\n\n"),
        good=_page("", heading="## 凝固与熔化\n\n"),
    ),
    Check(
        "BOOK20",
        "error",
        "book",
        _defined_twice,
        bad=_page("", heading="(heat)=\n## 凝固\n\n(heat)=\n## 熔化\n\n"),
        good=_page("", heading="(freezing)=\n## 凝固\n\n(melting)=\n## 熔化\n\n"),
    ),
)
