"""Typst markup to PDF: escaping, fonts, templates, and the compiler with errors that a person can mend."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from kejian.terminal import CommandError

__all__ = ["SANS", "SERIF", "Typeset", "escape", "fonts", "string", "typeset"]

SERIF: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Songti SC", "SimSun")
"""Faces for the text, best first; 思源宋体 is the first two."""
SANS: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
)
"""Faces for titles and labels, best first."""
_SPECIAL: Final = str.maketrans({char: "\\" + char for char in "\\#$*_`<>@[]~/'\"-+=.:()"})
TEMPLATES: Final = "templates"
"""Folder of the templates, in this package and in what is compiled."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished PDF."""

    pdf: bytes
    warnings: tuple[str, ...]
    """What the compiler noticed, e.g. a paragraph that could not be set well."""


def escape(text: str) -> str:
    """Text as Typst markup that shows exactly this text (line ends become spaces, as in Typst)."""
    return text.translate(_SPECIAL)


def string(text: str) -> str:
    """A Typst string literal, for code: `"…"`."""
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
    )


@cache
def fonts() -> tuple[str, str]:
    """The serif and the sans face that are used on this machine; CommandError when one has none of them."""
    known = set(typst.Fonts().families())
    serif = next((name for name in SERIF if name in known), None)
    sans = next((name for name in SANS if name in known), None)
    if serif is None and sans is None:
        raise CommandError("pdf.no-font")
    return serif or sans or "", sans or serif or ""


def typeset(
    source: str,
    attached: Mapping[str, bytes] | None = None,
    *,
    overrides: Path | None = None,
    timestamp: int = 0,
    standards: tuple[typst.PDFStandard, ...] = ("ua-1",),
) -> Typeset:
    """Compile Typst markup; nothing is read but the templates, the attached files and the fonts.

    `attached` are further files (relative path with forward slashes to content), e.g. figures. Templates
    stand in `templates/`, so the source begins with `#import "templates/book.typ": *`; a file of the same
    name in the folder `overrides` is taken instead. `timestamp` (seconds since 1970) is the date written
    into the PDF: the same input gives the same bytes. Raises CommandError.
    """
    serif, sans = fonts()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for template in files("kejian.pdf").joinpath(TEMPLATES).iterdir():
            _write(root / TEMPLATES / template.name, template.read_bytes())
        if overrides is not None and overrides.is_dir():
            shutil.copytree(overrides, root / TEMPLATES, dirs_exist_ok=True)
        for name, content in (attached or {}).items():
            _write(root / name, content)
        _write(root / "main.typ", source.encode("utf-8"))
        compiler = typst.Compiler(root / "main.typ", root, sys_inputs={"serif": serif, "sans": sans})
        try:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=list(standards), timestamp=timestamp
            )
        except typst.TypstError as error:
            raise CommandError("pdf.typst", reason=error.diagnostic.strip()) from error
    assert isinstance(pdf, bytes)
    return Typeset(pdf, tuple(warning.message for warning in warnings))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
