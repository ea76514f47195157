"""How loading time grows with the size of a bank: `python benchmarks/bank.py`.

Prints the processor time for 1,000 and 10,000 questions with keys, and their ratio (10 is proportional).
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from kejian.bank import load_bank


def write_bank(folder: Path, questions: int) -> None:
    """A bank of single-choice questions, 100 in each pair of files."""
    for file in range(questions // 100):
        quiz = ["schema: 1", f"id: quiz-{file}", "title: 大题库", "pages: [chapters/01]", "questions:"]
        key = ["schema: 1", f"quiz: quiz-{file}", "answers:"]
        for number in range(100):
            name = f"f{file}-q{number}"
            quiz += [f"  - id: {name}", "    type: single", "    points: 2", "    objective: 1"]
            quiz += ["    stem: 下列关于数字治理的说法中，哪一项是正确的？", "    options:"]
            quiz += [f"      {letter}: 关于数字治理的一种说法，编号{letter}" for letter in "ABCD"]
            key += [f"  {name}:", "    answer: B", "    explanation: 因为书中这样说明。", "    why:"]
            key += [f"      {letter}: 与书中的说明不符。" for letter in "ACD"]
            key += ["    evidence:", "      - {page: chapters/01, quote: 书中的一句话}"]
        (folder / f"quiz-{file:03}.yml").write_text("\n".join(quiz), encoding="utf-8")
        (folder / f"quiz-{file:03}.key.yml").write_text("\n".join(key), encoding="utf-8")


def seconds(questions: int) -> float:
    """Processor time to load a bank of that many questions, best of three."""
    with tempfile.TemporaryDirectory() as name:
        write_bank(Path(name), questions)
        runs = []
        for _ in range(3):
            start = time.process_time()
            load_bank(Path(name))
            runs.append(time.process_time() - start)
    return min(runs)


if __name__ == "__main__":
    small, large = seconds(1_000), seconds(10_000)
    print(f"1,000 questions {small:.2f} s, 10,000 questions {large:.2f} s, ratio {large / small:.1f}")
