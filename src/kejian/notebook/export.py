"""`kejian notebook`: the pages of a book as notebooks in a folder, and the proof that they run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kejian.bank import KEY_SUFFIX, load_bank
from kejian.book import check_book, check_folder
from kejian.catalogue import LANGUAGES, say
from kejian.ipynb import BANK, Book, Settings
from kejian.terminal import BookError, CommandError, printable

__all__ = ["Failure", "check_notebooks", "default_folder", "read_book", "write_notebooks"]

CONFIG: Final = "_config.yml"
CONTENTS: Final = "_toc.yml"
SECONDS: Final = 120
"""How long one cell may run."""
KERNELS: Final = 2
"""How many notebooks run at the same time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that did not run."""

    notebook: str
    cell: int
    """1-based, Markdown cells counted; 0 when the kernel itself failed."""
    error: str
    """Name and message, on one line."""

    def tell(self, language: str = LANGUAGES[0]) -> str:
        """The failure in words."""
        text = "cli.notebook.failure" if self.cell else "cli.notebook.failure-whole"
        return say(text, language, notebook=self.notebook, cell=self.cell, error=self.error)


def read_book(source: Path, edition: str = "practice") -> Book:
    """The book of Jupyter Book's `_config.yml` and `_toc.yml` in a folder.

    Raises BookError when they cannot be read or a page is missing, and BankError for a broken bank.
    """
    from jupyter_book.config import get_final_config  # half a second
    from sphinx_external_toc.parsing import parse_toc_yaml

    if missing := check_book(source):
        raise BookError(missing)
    source = source.resolve()
    contents = parse_toc_yaml(source / CONTENTS)
    config, _ = get_final_config(
        user_yaml=source / CONFIG, sourcedir=source, cli_config={"latex_individualpages": False}
    )
    folder = source / config.get("kejian_bank", BANK)
    settings = Settings(
        root=source,
        pages=tuple(contents),
        bank_folder=folder,
        extensions=tuple(config.get("myst_enable_extensions", ())),
        bibliography=tuple(source / file for file in config.get("bibtex_bibfiles", ())),
        bibliography_style=config.get("bibtex_default_style", "unsrt"),
        language=config.get("language") or "zh_CN",
        edition=edition,
    )
    return Book(settings, load_bank(folder, keys=False))


def default_folder(source: Path, edition: str) -> Path:
    """Where notebooks are written when nobody says where."""
    return source / "_build" / ("notebooks" if edition == "practice" else f"notebooks-{edition}")


def write_notebooks(book: Book, folder: Path, chapter: str | None = None) -> list[Path]:
    """Write the notebooks with all that they need, and return the paths of the notebooks.

    `chapter` is a page (`chapters/01-overview`, `01-overview`) or the beginning of their names (`01`).
    Raises CommandError when there is no such page, or when keys lie where an exam is to be written.
    """
    pages = [page for page in book.pages if chapter is None or _is_of(page, chapter)]
    if not pages:
        raise CommandError("cli.notebook.unknown", name=chapter, known="、".join(book.pages))
    if book.settings.edition == "exam" and any((folder / BANK).rglob(f"*{KEY_SUFFIX}")):
        raise CommandError("cli.notebook.keys", path=folder)
    files = book.files(pages)
    check_folder(folder)
    for name, content in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise CommandError("cli.unwritable", path=path, reason=error) from error
    return [folder / name for name in files if name.endswith(".ipynb")]


def check_notebooks(book: Book, chapter: str | None = None) -> tuple[int, list[Failure]]:
    """Run every notebook in a folder of its own: how many there are, and every cell that failed."""
    pool = ThreadPoolExecutor(KERNELS)
    finished = False
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        paths = write_notebooks(book, Path(name), chapter)
        try:
            found = list(pool.map(partial(_run, Path(name)), paths))
            finished = True
        finally:  # on Ctrl-C, do not wait for cells that run
            pool.shutdown(wait=finished, cancel_futures=True)
    return len(paths), [failure for failures in found for failure in failures]


def _is_of(page: str, chapter: str) -> bool:
    name = page.rpartition("/")[2]
    chapter = chapter.removesuffix(".md")
    return page == chapter or name == chapter or fnmatchcase(name, f"{chapter}-*")


def _run(folder: Path, path: Path) -> list[Failure]:
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    if all(cell.cell_type == "markdown" for cell in notebook.cells):
        return []
    name = path.relative_to(folder).as_posix()
    place = {"metadata": {"path": path.parent}}
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", allow_errors=True, resources=place
    )
    stopped: list[Failure] = []
    try:
        client.execute()
    except (
        CellControlSignal,
        CellTimeoutError,
        DeadKernelError,
        NoSuchKernel,
        RuntimeError,
        OSError,
    ) as error:
        stopped = [Failure(name, 0, _line(type(error).__name__, str(error)))]
    return [*_failures(name, notebook), *stopped]


def _failures(name: str, notebook: object) -> Iterator[Failure]:
    for number, cell in enumerate(notebook.cells, start=1):  # type: ignore[attr-defined]
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                # a quiz that cannot be shown says why in its traceback, and so has no call stack
                yield Failure(name, number, _line(output.ename, output.evalue))


def _line(name: str, message: str) -> str:
    return printable(f"{name}: {next(filter(None, message.splitlines()), '')}".removesuffix(": "))
