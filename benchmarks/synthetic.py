"""A made-up book of any size, sound like a real one: places, what is told of them, and questions about it.

    write_course(folder, chapters=10, places=4)      # 10 questions for each place

Every question is another one (place and fact), its key is proved by a sentence of its chapter, and about every
twentieth is an essay with a rubric. The same arguments give the same files.
"""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path
from typing import Any


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TYPES = ("single", "multiple", "essay")
PER_PLACE = 10
"""Questions about one place."""
NAMES = tuple(
    first + second
    for second, first in product(
        "溪岭塘湾坪浦滩岗洲坞台桥谷峰泉渡沟堤林井港坝川原村",
        "云青白金石松柳梅桃竹双龙凤紫丹碧清寒长平安永福祥瑞德仁义和顺文武东西南北上下前后",
    )
)
FACTS = (
    ("来自{p}的物产最有名的是{v}", "物产", "茶叶 蜜橘 枇杷 杨梅 板栗 核桃 莲子 藕粉 香菇 木耳 竹笋 蜂蜜 柿饼"),
    ("住在{p}的人家大多以{v}为生", "生计", "种茶 养蚕 织布 烧窑 造纸 捕鱼 晒盐 伐木 采药 牧羊 酿酒 制伞 编席"),
    ("流过{p}的河叫作{v}", "河名", "苍水 沧江 淇水 沅溪 泾水 漓水 涟水 澧水 潇水 浣江 洛水 汶水 沂水"),
    ("每年在{p}举行的庙会定在{v}", "会期", "正月 二月 三月 四月 五月 六月 七月 八月 九月 十月 冬月 腊月"),
    ("走进{p}，街上最高的建筑是{v}", "建筑", "钟楼 鼓楼 文峰塔 魁星阁 城隍庙 戏台 望江楼 藏书阁 报恩寺 牌坊"),
    ("孩子们在{p}最爱唱的歌是{v}", "歌谣", "采茶调 放牛歌 摇船曲 打夯歌 插秧谣 纺纱曲 赶集歌 望月谣 捕鱼曲"),
    ("当年在{p}修建水渠的人姓{v}", "姓氏", "赵 钱 孙 李 周 吴 郑 王 冯 陈 卫 蒋 沈 韩 杨 朱"),
)  # fmt: skip
CRAFTS = _words("竹篮 草席 油纸伞 剪纸 年画 陶罐 木梳 绣鞋 铜锁 漆盒 毛笔 砚台 风筝 灯笼 蓑衣 藤椅")
DANGERS = _words("山洪 旱灾 大风 冰雹 虫害 霜冻 暴雪 塌方")
MEASURES = _words("加固堤岸 疏通沟渠 储备粮食 轮流守夜 栽种树木 修筑石墙 挖掘水塘 搭建草棚 清理河道 迁移羊圈")
SEASONS = _words("初春 盛夏 深秋 隆冬 清明前后 端午前后 收获以后 落雪以后 农闲时节 雨水多的年份")
PEOPLE = _words("老人 孩子 木匠 船工 教书先生 外来的客商 年轻的夫妇 邻村的亲戚 远道而来的学者 守桥的人")
DOINGS = _words(
    "围坐在炉边讲述旧事 沿着石板路慢慢走回家 把晒干的粮食搬进仓房 在渡口等候下一班船 带着账本核对一年的收支"
    " 把各家的意见写在纸上 测量水位并且记在册子里 修补被雨水冲坏的小路 商量怎样分配水渠里的水 为集市上的货物定下价钱"
)
RESULTS = _words(
    "这样的习惯一直保留到今天 县志里也有相同的记载 不过各家的做法并不完全一样 其中的道理要到后一章才讲得清楚"
    " 因此那里的争执一年比一年少 这比书面的规定更有效 后来的人把它写进了公约 从数字上看变化并不大"
    " 可是没有人说得出它是从什么时候开始的 由此可以看出规则是怎样形成的"
)


def write_course(folder: Path, chapters: int, places: int, sentences: int = 20) -> int:
    """Write a book with its bank into a folder and return the number of its questions.

    `places` per chapter, with so many `sentences` about each besides those that the questions need.
    """
    names = iter(NAMES)
    rng = random.Random(chapters)
    for number in range(1, chapters + 1):
        chapter = _Chapter(f"chapter-{number:03}", rng)
        for _ in range(places):
            chapter.tell(next(names), sentences)
        chapter.write(folder)
    parts = [
        f"  - caption: 第{number}编\n    chapters:\n      - file: chapters/chapter-{number:03}\n"
        for number in range(1, chapters + 1)
    ]
    contents = "format: jb-book\nroot: index\nparts:\n" + "".join(parts)
    (folder / "_toc.yml").write_text(contents, encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "index.md").write_text("# 地方志\n\n这本书讲许多地方的故事。\n", encoding="utf-8")
    return chapters * places * PER_PLACE


CONFIG = """\
title: 地方志
author: 佚名
only_build_toc_files: true
exclude_patterns: [_build]
execute: {execute_notebooks: "off"}
parse: {myst_enable_extensions: [attrs_inline, colon_fence, deflist, tasklist]}
sphinx:
  extra_extensions: [kejian.sphinxext]
  config: {language: zh_CN, kejian_bank: quizzes, kejian_book: synthetic}
"""


class _Chapter:
    """One page with its quiz."""

    def __init__(self, name: str, rng: random.Random) -> None:
        self.name, self.rng = name, rng
        self.page = [f"# 第{int(name[-3:])}章　各地见闻", self._figure()]
        self.questions: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        self.letters: list[str] = []

    def tell(self, place: str, sentences: int) -> None:
        """A section about a place, and the questions about it."""
        told = [f"{place}{self._sentence()}。" for _ in range(sentences)]
        self.page.append(f"## {place}")
        for fact, word, values in FACTS:
            wrong = self.rng.sample(_words(values), 4)
            right = wrong.pop()
            quote = fact.format(p=place, v=right)
            told.insert(self.rng.randrange(len(told)), f"{quote}。")
            stem = fact.format(p=place, v="（\u3000）") + "。"
            why = {text: f"{text}是别处的{word}，与书中所说的不符。" for text in wrong}
            self._ask("single", stem, [right], why, quote, f"书中说，{quote}，所以填{right}。")
        crafts = self.rng.sample(CRAFTS, 5)
        made, others = "、".join(crafts[:3]), crafts[3:]
        quote = f"{place}出产的手工艺品有{made}"
        why = {text: f"{text}不在书中所列的几种之内。" for text in others}
        explained = f"{quote}，一共三种，没有{'和'.join(others)}。"
        self._ask("multiple", f"{place}出产的手工艺品有（\u3000）。", crafts[:3], why, quote, explained)
        why = {text: f"{text}正是书中所列的一种。" for text in crafts[:3]}
        stem = f"下列各项中，**不**是{place}的手工艺品的是（\u3000）。"
        self._ask("single", stem, others[:1], why, quote, f"{place}出产{made}，没有{others[0]}。")
        danger = self.rng.choice(DANGERS)
        first, second = self.rng.sample(MEASURES, 2)
        if len(self.answers) // PER_PLACE % 2:
            self._essay(place, danger, first, second)
        else:
            wrong = [text for text in self.rng.sample(DANGERS, 4) if text != danger][:3]
            why = {text: f"{text}在那一带很少见。" for text in wrong}
            stem = f"在{place}，居民{first}、{second}，是为了防备（\u3000）。"
            proof = f"为了防备{danger}，{place}的居民{first}，并且{second}"
            self._ask("single", stem, [danger], why, proof, f"那里的居民这样做是为了防备{danger}。")
        told += [f"{quote}。", f"为了防备{danger}，{place}的居民{first}，并且{second}。"]
        self.page += ["\n".join(told[at : at + 6]) for at in range(0, len(told), 6)]
        self.page += [self._list(place), self._table(place), self._box(place)]

    def write(self, folder: Path) -> None:
        """The files of the chapter."""
        quiz = {"schema": 1, "id": self.name, "title": "练习题", "pages": [f"chapters/{self.name}"]}
        quiz["questions"] = sorted(self.questions, key=lambda question: TYPES.index(question["type"]))
        key = {"schema": 1, "quiz": self.name, "answers": self.answers}
        page = [*self.page, "## 练习题", f"```{{quiz}} {self.name}\n```", ""]
        files = {
            f"quizzes/{self.name}.yml": _yaml(quiz),
            f"quizzes/{self.name}.key.yml": _yaml(key),
            f"chapters/{self.name}.md": "\n\n".join(page),
            f"chapters/{self.name}.svg": self._drawing(),
        }
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")

    def _ask(
        self, type: str, stem: str, right: list[str], why: dict[str, str], quote: str, explained: str
    ) -> None:
        texts = [*right, *why]
        self.rng.shuffle(texts)
        if type == "single":  # the right answers stand under all letters equally often
            self.letters = self.letters or self.rng.sample("ABCD", 4)
            texts.remove(right[0])
            texts.insert("ABCD".index(self.letters.pop()), right[0])
        options = dict(zip("ABCDE", texts, strict=False))
        letters = [letter for letter, text in options.items() if text in right]
        question = {"type": type, "points": 2, "stem": stem, "options": options}
        self._add(
            question,
            {
                "answer": letters[0] if type == "single" else letters,
                "explanation": explained,
                "why": {letter: why[text] for letter, text in options.items() if text in why},
                "evidence": [{"page": f"chapters/{self.name}", "quote": quote}],
            },
        )

    def _essay(self, place: str, danger: str, first: str, second: str) -> None:
        points = [
            {"id": id, "weight": 2, "title": text, "any": [text, f"{text[:2]} & {text[2:]}"]}
            for id, text in (("first", first), ("second", second))
        ]
        self._add(
            {"type": "essay", "points": 4, "stem": f"简述{place}的居民怎样防备{danger}。"},
            {
                "model_answer": f"那里的居民一面{first}，一面{second}，合力防备{danger}。",
                "explanation": f"书中说，{place}的居民为防备{danger}做了两件事：{first}和{second}。",
                "evidence": [
                    {
                        "page": f"chapters/{self.name}",
                        "quote": f"为了防备{danger}，{place}的居民{first}，并且{second}",
                    }
                ],
                "rubric": {"groups": [{"id": "both", "title": "两种做法", "max": 4, "points": points}]},
                "samples": [
                    {"response": f"他们{first}，还{second}。", "expect": [100, 100]},
                    {"response": f"大家常常{first}。", "expect": [50, 50]},
                    {"response": "书中没有说到这件事。", "expect": [0, 0]},
                ],
            },
        )

    def _add(self, question: dict[str, Any], answer: dict[str, Any]) -> None:
        id = f"{self.name}-q{len(self.questions) + 1:03}"
        self.questions.append({"id": id, **question})
        self.answers[id] = answer

    def _sentence(self) -> str:
        parts = (self.rng.choice(words) for words in (PEOPLE, SEASONS, DOINGS, RESULTS))
        return "的{}在{}常常{}，{}".format(*parts)

    def _figure(self) -> str:
        return (
            f"```{{figure}} {self.name}.svg\n:alt: 十二个月的雨量，以夏季为最多\n\n"
            "各月的雨量。资料来源：作者编写的数据。\n```"
        )

    def _drawing(self) -> str:
        bars = "".join(
            f'<rect x="{40 + 45 * month}" y="{200 - height}" width="30" height="{height}" fill="#36c"/>'
            f'<text x="{40 + 45 * month}" y="220" font-size="13">{month + 1}月</text>'
            for month, height in enumerate(self.rng.choices(range(20, 180), k=12))
        )
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 240" width="600">{bars}</svg>'

    def _list(self, place: str) -> str:
        lines = [f"{number}. {place}{self._sentence()}；" for number in range(1, 5)]
        return f"在{place}，下面几件事常常有人提起：\n\n" + "\n".join(lines)

    def _table(self, place: str) -> str:
        rows = (
            f"| {month}月 | {self.rng.randrange(20, 300)} | {self.rng.randrange(-5, 34)} | {self._sentence()[1:12]} |"
            for month in range(1, 13)
        )
        head = "| 月份 | 雨量（毫米） | 气温（℃） | 说明 |\n| --- | ---: | ---: | --- |"
        return "\n".join([f"```{{table}} {place}各月的雨量和气温", "", head, *rows, "```"])

    def _box(self, place: str) -> str:
        text = "\n".join(f"{place}{self._sentence()}。" for _ in range(3))
        return f":::{{admonition}} 案例　{place}的公约\n:class: case\n\n{text}\n:::"


def _yaml(content: dict[str, Any], indent: int = 0) -> str:
    """Block style as a person writes it; PyYAML would take longer than the checks."""
    lines = []
    space = " " * indent
    for name, value in content.items():
        if isinstance(value, dict):
            lines.append(f"{space}{name}:\n{_yaml(value, indent + 2)}")
        elif isinstance(value, list) and isinstance(value[0], dict):
            lines.append(f"{space}{name}:\n")
            for item in value:
                lines.append(f"{space}  - {_yaml(item, indent + 4).lstrip()}")
        else:
            lines.append(f"{space}{name}: {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)
