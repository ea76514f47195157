"""How long the PDFs take, and how that grows with the book: `python benchmarks/pdf.py`.

Prints the seconds from built doctrees to the student's PDF (wanted: 3) and for `kejian pdf` from nothing (15, on two
cores); the same by Jupyter Book's own xelatex and by printing the pages with Chromium, where those are installed;
and the time per chapter and the peak memory (2 GB) for made-up books of 10 and 50 chapters. Takes some minutes.
Needs Linux or macOS, which tell the memory of a process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from synthetic import write_course

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("_config.yml", "_toc.yml", "book", "chapters", "quizzes", "data")
KEJIAN = (sys.executable, "-m", "kejian")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MB = 1 << (20 if sys.platform == "darwin" else 10)
"""What `ru_maxrss` has to be divided by."""


def run(*command: str | Path) -> tuple[float, float]:
    """Seconds, and peak memory (MB) of the largest process that was started; ends the program on failure."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return time.perf_counter() - start, usage.ru_maxrss / MB


def student(book: Path) -> float:
    """Seconds for the student's PDF of a book whose doctrees are built, best of three."""
    return min(run(*KEJIAN, "pdf", "--book", book, "--edition", "student")[0] for _ in range(3))


def by_latex(book: Path) -> float | None:
    """Seconds for one PDF by LaTeX; None where it is not installed."""
    if not shutil.which("xelatex") or not shutil.which("latexmk"):
        return None
    return run(sys.executable, "-m", "jupyter_book", "build", book, "--builder", "pdflatex", "--all")[0]


def by_browser(site: Path) -> float | None:
    """Seconds to print every page of the site; None where there is no Chromium."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    pages = [page for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--log-level=3")
    return sum(run(browser, *options, f"--print-to-pdf={page}.pdf", page.as_uri())[0] for page in pages)


def compared(name: str, other: float | None, ours: float) -> str:
    """A line about another way to a PDF."""
    return f"{name}: not installed" if other is None else f"{name}: {other:.1f} s, ratio {other / ours:.1f}"


def this_book(folder: Path) -> None:
    """Print what this book takes."""
    book = folder / "book"
    book.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, book / name)
    whole, memory = run(*KEJIAN, "pdf", "--book", book)
    print(f"this book, three editions from nothing: {whole:.1f} s, {memory:.0f} MB")
    print(f"this book, student's PDF from doctrees: {student(book):.1f} s (best of three)")
    alone = _from_nothing(book)
    print(f"this book, student's PDF from nothing: {alone:.1f} s")
    run(*KEJIAN, "build", "--book", book, "--output", folder / "site")
    print(
        compared(
            "printing every page of the site, which is built, by Chromium", by_browser(folder / "site"), alone
        )
    )
    print(compared("Jupyter Book's xelatex, from nothing", by_latex(book), alone))


def _from_nothing(book: Path) -> float:
    shutil.rmtree(book / "_build")
    return run(*KEJIAN, "pdf", "--book", book, "--edition", "student")[0]


def made_up_books(folder: Path, sizes: Sequence[int] = (10, 50)) -> None:
    """Print what books of so many chapters take, student's edition and all."""
    for edition in ("student", "all"):
        per_chapter = []
        for chapters in sizes:
            book = folder / f"{edition}-{chapters}"
            book.mkdir()
            questions = write_course(book, chapters, places=4)
            seconds, memory = run(*KEJIAN, "pdf", "--book", book, "--edition", edition)
            per_chapter.append(seconds / chapters)
            print(
                f"{edition}, {chapters} chapters, {questions:,} questions: {seconds:.1f} s, {memory:.0f} MB"
            )
        print(
            f"{edition}: time per chapter, ratio {per_chapter[-1] / per_chapter[0]:.2f} (1 is proportional)"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        this_book(Path(name))
        made_up_books(Path(name))
