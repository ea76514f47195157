"""How long it takes to grade an essay, and how that grows with its length: `python benchmarks/essay.py`.

Prints the processor time, best of several, for ordinary answers from 250 to 8,000 characters (where reading ends)
by a rubric of 10 scoring points, and for texts made to be slow, by one of 100 patterns.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kejian.grading.essay import CompiledRubric, compile_rubric, grade_essay
from kejian.model import Group, Place, Point, Rubric

PLACE = Place("benchmarks/essay.py")
PHRASES = (
    "传统治理|传统模式|传统手段|老办法 & 难以|不足|局限|滞后|跟不上",
    "以人民为中心|以人为本|群众需求|获得感|便民利民",
    "数据驱动|用数据说话|数据分析 & 科学|精准|决策|施策",
    "多元主体协同共治|多方共同参与|公众参与|共建共治共享",
    "打破|消除|破除 & 信息孤岛|数据壁垒|部门壁垒",
    "治理体系和治理能力 & 现代化|提升|完善",
    "网络安全|数据安全|个人信息保护|依法保护公民隐私",
    "缩小|弥合|消除 & 数字鸿沟|城乡差距|使用差距",
    "一网通办|最多跑一次|不见面审批|跨省通办|掌上办理",
    "风险 & 监测|预警|防范|化解|应急处置",
)
ANSWER = (
    "数字治理的必要性首先在于，传统的治理手段已经难以适应社会的变化。人口流动加快，风险的监测和预警要求更加及时，"
    "单靠某个部门的经验是不够的。其次，群众对公共服务的期待不断提高，希望办事少跑路、材料少提交，一网通办正是回应了"
    "这样的需求。从重要性来看，数字治理以人民为中心，用数据说话，让决策更加科学；它打破了部门之间的信息孤岛，促进多方"
    "共同参与；同时也推动治理体系和治理能力的现代化。当然，在推进过程中要重视网络安全，依法保护公民的隐私，并且努力"
    "缩小城乡之间的数字鸿沟，不能让老年人因为不会使用智能手机而被排除在外。例如，有的城市保留了线下窗口，并且安排志愿者"
    "提供帮助，这样的做法得到了居民的好评。总之，技术只是手段，服务群众才是目的。"
)
HOSTILE = {
    "one character": "数",
    "a phrase with a typing mistake": "以人民为中新",
    "both phrases of a pattern": "传统治理难以",
    "names of both sides": "数字治理，传统治理，",
    "negators": "不",
    "the question": "简述数字治理的必要性与重要性",
}


def rubric(points: list[Point]) -> CompiledRubric:
    """A rubric of one group."""
    full = sum(point.weight for point in points)
    return compile_rubric(
        "简述数字治理的必要性与重要性。",
        full,
        Rubric((Group("all", "", full, tuple(points)),), alignment=20),
        ANSWER,
    )


def point(number: int, lines: tuple[str, ...], reference: str) -> Point:
    patterns = tuple(
        tuple(tuple(p.strip() for p in slot.split("|")) for slot in line.split("&")) for line in lines
    )
    sides = {"subject": ("数字治理",), "against": ("传统治理",)} if len(lines) > 1 else {}
    return Point(f"p{number}", 1, "", patterns, PLACE, reference=reference, **sides)


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Processor time of one run, the best of `runs`."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    ordinary = rubric([point(n, (line,), ANSWER[30 * n : 30 * n + 30]) for n, line in enumerate(PHRASES)])
    first = None
    for length in (250, 500, 1000, 2000, 4000, 8000):
        text = (ANSWER * 40)[:length]
        took = milliseconds(lambda text=text: grade_essay(ordinary, text), 10)  # type: ignore[misc]
        first = first or took / length
        print(f"{length:5} characters {took:7.2f} ms, {took / length / first:.2f} of the first per character")
    lines = ("以人民为中心|传统治理|数|不 & 难以|不|数字治理|数|为中心|以人民为根本的治理理念",) * 4
    hostile = rubric([point(n, lines, ANSWER[:60]) for n in range(25)])
    for name, piece in HOSTILE.items():
        text = piece * (10**6 // len(piece))
        took = milliseconds(lambda text=text: grade_essay(hostile, text), 2)  # type: ignore[misc]
        print(f"10^6 characters, 100 patterns, {name}: {took:.0f} ms")


if __name__ == "__main__":
    main()
