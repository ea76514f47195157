"""`kejian pdf`: the book as PDFs, one per edition; editions with and without keys are built side by side."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from kejian.book import check_book, check_folder, run_sphinx
from kejian.pdf.executing import share
from kejian.pdf.typeset import fonts
from kejian.terminal import BookError, CommandError

__all__ = ["EDITIONS", "StoppedError", "default_folder", "write_pdfs"]

EDITIONS: Final = ("student", "teacher", "key")
"""`student` holds no answer and is made without opening a key file; `teacher` holds all; `key` the answers alone."""
BUILDER: Final = "typst"
LOCKS: Final = 16
"""So many pages can be executed at the same time."""


class StoppedError(CommandError):
    """The call was right, but something in the book prevents its PDFs; it has been told."""

    status = 1


def default_folder(source: Path) -> Path:
    """Where the PDFs of a book are put."""
    return source / "_build" / "pdf"


def write_pdfs(source: Path, folder: Path | None = None, editions: Sequence[str] = EDITIONS) -> list[Path]:
    """Build the book in `source` and return its PDFs, in the order of `editions`.

    Raises CommandError, and BookError when the sources cannot be read.
    """
    fonts()  # without a Chinese font nothing else is worth the time
    if missing := check_book(source):
        raise BookError(missing)
    source = source.resolve()
    folder = folder.resolve() if folder else default_folder(source)
    check_folder(folder)
    runs = [
        [name for name in editions if name == "student"],
        [name for name in editions if name != "student"],
    ]
    runs = [run for run in runs if run]
    if len(runs) == 1:
        done = [_build(source, folder, runs[0])]
    else:
        # fresh processes: two runs of Sphinx in one would share docutils' global state
        context = multiprocessing.get_context("spawn")
        locks = [context.Lock() for _ in range(LOCKS)]
        with (
            tempfile.TemporaryDirectory() as outputs,
            # a process ends with its run: the memory of the one is free before the other needs most
            ProcessPoolExecutor(
                len(runs), context, share, (Path(outputs), locks), max_tasks_per_child=1
            ) as pool,
        ):
            done = list(pool.map(_build, [source] * len(runs), [folder] * len(runs), runs))
    if not all(done):
        raise StoppedError("cli.pdf.stopped")
    return [next(iter(sorted(folder.glob(f"*-{name}.pdf")))) for name in editions]


def _build(source: Path, folder: Path, editions: list[str]) -> bool:
    """Whether all went well; otherwise Sphinx has told the reason."""
    edition = "exam" if editions == ["student"] else "practice"
    try:
        run_sphinx(source, folder, edition, BUILDER, settings={"kejian_pdf_editions": editions})
    except BookError:
        return False
    return True
