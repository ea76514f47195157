"""How long `kejian check` takes and how that grows with the bank: `python benchmarks/check.py`.

Prints processor time and peak memory for 1,000 and 10,000 made-up questions (wanted: 10 s and 500 MB for the larger
bank) and their ratio, the time of each family of checks, the time for this book (wanted: 1 s) and for
`kejian --help` (0.25 s). Needs Linux or macOS, which tell the memory of a process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL

from synthetic import write_course

from kejian.checks import CHECKS
from kejian.checks.course import Course
from kejian.checks.run import Rules, check_course

ROOT = Path(__file__).resolve().parent.parent
MB = 1 << (20 if sys.platform == "darwin" else 10)
"""What `ru_maxrss` has to be divided by."""


def run(*arguments: str | Path) -> tuple[float, float]:
    """Processor time (s) and peak memory (MB) of `kejian` with these arguments, best of three."""
    runs = []
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "kejian", *arguments], stdout=DEVNULL, stderr=DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            sys.exit(f"kejian {' '.join(map(str, arguments))} found problems")
        runs.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MB))
    return min(runs)


def families(course: Course) -> Iterator[tuple[str, float]]:
    """Each family of checks with its seconds; what several need is on the bill of the first."""
    for family in dict.fromkeys(check.id.rstrip("0123456789") for check in CHECKS):
        start = time.process_time()
        check_course(course, Rules(select=(family,)))
        yield family, time.process_time() - start


if __name__ == "__main__":
    print("kejian --help: {:.2f} s".format(*run("--help")))
    print("this book: {:.2f} s, {:.0f} MB".format(*run("check", ROOT)))
    with tempfile.TemporaryDirectory() as name:
        seconds = {}
        for chapters in (10, 100):
            folder = Path(name, str(chapters))
            folder.mkdir()
            questions = write_course(folder, chapters, places=10)
            seconds[chapters], memory = run("check", folder)
            print(f"{questions:,} questions: {seconds[chapters]:.2f} s, {memory:.0f} MB")
        print(f"ratio {seconds[100] / seconds[10]:.1f} (10 is proportional)")
        start = time.process_time()
        course = Course(folder)
        parts = [("reading", time.process_time() - start), *families(course)]
        print(", ".join(f"{family} {spent:.2f} s" for family, spent in parts))
