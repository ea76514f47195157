"""Words that the graders of essays know; tools/make_essay_words.py makes web/src/grading/essay_words.ts of it."""

from __future__ import annotations

from typing import Final

__all__ = [
    "COMMON",
    "COMPANIONS",
    "COMPARATORS",
    "COMPARED",
    "DEMONSTRATIVES",
    "DENIALS",
    "EARLIER",
    "INTERJECTIONS",
    "NEGATORS",
    "OVERCOME",
    "POLAR",
    "RESETS",
    "SAFE",
    "TURNED",
    "TURNS",
]

NEGATORS: Final = (
    "不再", "不再是", "并不", "并不是", "而不是", "绝不", "绝不是", "决不", "决不是",
    "毫不", "从不", "不是", "并非", "而非", "绝非", "不能", "不会", "不可",
    "不可以", "不得", "不应", "不该", "不必", "不用", "不需要", "不属于", "不具有",
    "不具备", "不利于", "不存在", "不支持", "没", "没有", "并没有", "没能", "未",
    "未能", "尚未", "从未", "未必", "无", "并无", "毫无", "无法", "无需",
    "无须", "无关", "无助于", "非", "勿", "难以", "很难", "难于", "不足以",
    "缺乏", "缺少", "反对", "否定", "否认", "拒绝", "忽视", "忽略", "放弃",
    "脱离", "违背", "不",
)  # fmt: skip
"""They negate what follows them in their clause."""

SAFE: Final = (
    "不仅", "不但", "不只", "不光", "不单", "不断", "不可或缺", "不可缺少", "不可分割",
    "必不可少", "不得不", "不能不", "不会不", "不可不", "无不", "无非", "莫不", "不可避免",
    "不可否认", "不容忽视", "不可忽视", "不容置疑", "毋庸置疑", "无疑", "无论", "不论", "不管",
    "不少", "不同", "不外乎", "不妨", "不足", "非常", "未来", "是非", "除非",
    "无处不在", "无时无刻", "无时不", "无缝", "不失", "不愧", "不久", "不一", "无形",
    "非凡", "不懈", "不难", "不乏", "不忘", "不亚于", "无障碍", "无人", "无线",
    "无纸化", "无感", "非遗", "非政府", "不平衡", "不充分", "不确定", "不对称", "不平等",
    "不均", "不规范", "不透明", "不稳定", "如果不", "如果没有", "若不", "若没有", "若无",
    "如不", "要是不", "要是没有", "假如不", "假如没有", "倘若不", "倘若没有", "一旦没有", "难道不",
    "难道没有", "岂不", "何尝不", "何不", "没有不", "不像", "不需要像", "不用像", "不必像",
    "不再像", "无需像", "无须像", "没有像", "有无", "有没有", "是不是", "能不能", "会不会",
    "可不可以", "要不要", "该不该", "应不应该",
)  # fmt: skip
"""They hold a negator and negate nothing, or two, or only suppose or ask (如果不, 是不是)."""

RESETS: Final = (
    "而是", "但是", "但", "然而", "却", "才是", "反而", "而应", "应当",
    "应该", "转向", "转变为", "变为", "改为", "就", "则", "便", "所以",
    "因此", "因而", "从而",
)  # fmt: skip
"""What follows them is affirmed again."""

DENIALS: Final = (
    "是错误的", "是错的", "不成立", "不正确", "是不对的", "不重要", "不必要", "没有必要", "毫无意义",
    "没有意义", "是多余的", "不现实", "不可行", "说法有误", "是假的",
)  # fmt: skip
"""They deny what stands before them."""

DEMONSTRATIVES: Final = (
    "这", "此", "该", "上述",
)  # fmt: skip
"""A clause that starts with one is about the clause before it."""

COMPARATORS: Final = (
    "比", "比起", "相比", "相比于", "相比起", "相较", "相较于", "较之", "相对于",
    "优于", "不同于", "区别于", "有别于", "不如", "异于", "胜过", "超过", "取代",
    "替代", "而非", "而不是", "不是",
)  # fmt: skip
"""The name that follows is only what the topic is compared with."""

COMPANIONS: Final = "与和跟同以"
"""So is a name between one of these characters"""

COMPARED: Final = (
    "相比", "相比较", "比较", "相较", "不同", "相反", "比起来", "的区别", "的差别",
    "的不同", "有别",
)  # fmt: skip
"""and one of these words."""

EARLIER: Final = ("传统", "以前", "过去", "从前", "以往", "原来", "原先", "旧")
"""A side that is named with one of them is the earlier of the two."""

TURNS: Final = (
    "转向", "转变为", "转变成", "转变到", "转为", "转成", "转到", "变为", "变成", "走向", "迈向",
    "升级为", "发展为", "过渡到",
)  # fmt: skip
"""What stands before them in their clause is said of the earlier side, what follows of the later one (从…转向…);"""

TURNED: Final = ("转变", "转型", "过渡", "迈进")
"""so does the 向 before one of these (由…向…转变)."""

OVERCOME: Final = ("打破", "打破了", "改变", "改变了", "突破", "突破了", "克服", "克服了", "超越", "超越了")
"""After the clause in which they stand before the earlier side, the later one is meant (打破传统的…，实现…)."""

POLAR: Final = (
    "不没无非未反否高低大小多少快慢有增减升降前后上下左右先正负首尾头优缺利弊进退存取入出加乘除奇偶真假对错是早晚远近深浅强弱"
    "长短松紧易难内外新旧同异开关单双一二两三四五六七八九十主被动静公私集分东西南北男女生死买卖供需"
)
"""Characters that turn a meaning: no typing mistake may touch them."""

INTERJECTIONS: Final = "啊吧呢哦嗯呀嘿啦哈嘛呗哇哎唉噢喔咯嘻呵哼哟喂咦呜哩"
"""Sounds that carry no meaning."""

COMMON: Final = (
    "一七万三上下不与专且世业东两严个中为主么义之九也习书了争事二于五些交产京亲人什今从他代以们件价任众会传但位低住体何作你使"
    "例便保信候值做儿元先光克党入全八公六共关其具养内再写军农决况准几出分切划列则利别到制前力办加务动劳包化北区十千半华单南即"
    "却厂历压原去县参又及反发取受变口只叫可史号各合同名后向听员周命和品响商器四回因团国图圆土在地场型基增声处备复外多大天太头"
    "她好如始委子存学它安完定实家容对导将小少就局层展属山工己已市布带常干平年并广应府度建开式引张强当形影往很律得心必志快思性"
    "总情想意感成我或战所手才打技把报拉持指按据接提支收改放政效教数整文斗料断斯新方族无日时明易是更最月有期本术机权条来极构林"
    "果查标样根格次正此步段每比毛民气水求江没油治法活派流济海消深清温满火点热然照片物特状率王现理生用由电界白百的目直相省看真"
    "眼着知石矿研确示社离种科积称程究空立第等算管米类精系素红约级线组细织经结给统维置美群老者而联育能自至般色节花行表被装西要"
    "见观规角解计认议记许论设证识话该说调象质资走起越路身车转较边达过运近还这进连适选通速造道那部都酸采里重量金铁长门问间队阶"
    "际院除难集需青非面革音须领题风马验高"
)
"""The 500 or so most frequent characters of written Chinese: 3 of 4 characters of any text are among them."""
