"""Homes: who lives with whom, who is head, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from benchmarks.errors.families import FEMALE, MALE, NOBODY, TODAY, Columns, Ints

_STAY = 0.5  # first sons who marry and stay with their parents
_NEAR = 0.7  # couples who leave and stay in the village
_OUT = 0.4  # the unmarried of 26 and more who live by themselves
_PEOPLE_IN_VILLAGE = 3000
_VILLAGES_IN_TOWN = 8
_YEAR = 365.25

_TOWNS = """
青龙 石门 沙河 东湖 太平 白塔 黄桥 长岭 双河 新丰 大坪 清泉
金沙 望江 柳林 永宁 高桥 松山 红旗 龙潭 茶园 梅岭 河口 三江
"""
_VILLAGES = """
下湾 上坝 樟树 老屋 岭背 塘头 桥南 桥北 石桥 大塘 新塘 水口 山前 山后 竹园
枫林 洋田 古井 双溪 南庄 北庄 西坑 东坑 马鞍 牛栏 凤凰 金鸡 白石 黑石 红岩
青山 绿水 沙洲 荷塘 罗家 周家 郭家 田心 井头 社前 庙前 祠堂 车田 坪上 坪下
长坡 短坡 高坎 低坎 团结 前进 胜利 光荣 幸福 友谊 民主 和平 建设 向阳 曙光
朝晖 群力 新华 文昌 书院 府前 城南 城北 城西 城东 体育 湖滨 江边 站前 铁路
"""
_ROADS = "人民 解放 中山 建设 文化 学府 滨江 迎宾 商贸 工业 育才 健康 兴业 环城 花园 银杏 香樟 桂花 芙蓉 劳动"  # noqa: E501
_ESTATES = "阳光 锦绣 金桂 御景 翠湖 丽都 春天 世纪 康乐 祥和 名仕 东方 水岸 怡景 龙湖 安居"


@dataclass(frozen=True)
class Places:
    """The villages of a city: `town` and `village` by number, and where each town begins."""

    town: np.ndarray
    village: np.ndarray

    @classmethod
    def for_people(cls, random: np.random.Generator, people: int) -> Places:
        """As many villages as so many people have; names come again in other towns."""
        count = max(2 * _VILLAGES_IN_TOWN, people // _PEOPLE_IN_VILLAGE)
        towns = [
            f"{name}{'街道' if at % 3 == 0 else '镇'}" for at, name in enumerate(_names(_TOWNS))
        ]
        towns += [f"{name}乡" for name in _names(_TOWNS)]
        town = np.minimum(np.arange(count) // _VILLAGES_IN_TOWN, len(towns) - 1)
        drawn = [
            random.permutation(_names(_VILLAGES))[: (town == one).sum()]
            for one in range(town[-1] + 1)
        ]
        ends = np.where(town % 3 == 0, "社区", "村").astype(object)
        return cls(np.array(towns, dtype=object)[town], np.concatenate(drawn) + ends)


def at_home(random: np.random.Generator, people: Columns, places: Places) -> Columns:
    """The columns with `home` (a number), `head` (an index), `relation` to it, `place` (number of a
    village) and `address`; the dead have no head."""
    home = _homes(random, people)
    place, address = _where(random, people, home, places)
    head = _heads(random, people, home)
    return people | {
        "home": home,
        "head": head,
        "relation": relations(people, head),
        "place": place,
        "address": address,
    }


def _homes(random: np.random.Generator, people: Mapping[str, np.ndarray]) -> Ints:
    """A home is known by the index of the husband who founded it, or of the one who lives alone."""
    count = len(people["born"])
    married = people["spouse"] != NOBODY
    husband = np.where(married & (people["sex"] == MALE), np.arange(count), people["spouse"])
    husbands = np.flatnonzero(married & (people["sex"] == MALE) & (people["father"] != NOBODY))
    husbands = husbands[np.lexsort((people["born"][husbands], people["father"][husbands]))]
    eldest = husbands[np.unique(people["father"][husbands], return_index=True)[1]]
    staying = eldest[random.random(len(eldest)) < _STAY]
    home = np.arange(count)
    home[staying] = people["father"][staying]
    while (home[home] != home).any():
        home = home[home]
    alone = ~married & (TODAY - people["born"] > 26 * _YEAR) & (random.random(count) < _OUT)
    parents = np.where(married | alone, NOBODY, people["father"])
    return np.where(
        parents != NOBODY, home[parents], np.where(married, home[husband], np.arange(count))
    )


def _where(
    random: np.random.Generator, people: Mapping[str, np.ndarray], home: Ints, places: Places
) -> tuple[Ints, np.ndarray]:
    count = len(home)
    place = random.integers(0, len(places.town), count)
    near = random.random(count) < _NEAR
    for generation in range(
        1, people["generation"].max() + 1
    ):  # fathers come before their children
        ours = np.flatnonzero(
            (people["generation"] == generation) & near & (people["father"] != NOBODY)
        )
        place[ours] = place[home[people["father"][ours]]]
    place = place[home]
    group, house = random.integers(1, 16, count)[home], random.integers(1, 200, count)[home]
    flat = [random.integers(1, most, count)[home] for most in (30, 5, 19, 5)]
    road, estate = (
        random.choice(np.array(_names(lines), dtype=object), count)[home]
        for lines in (_ROADS, _ESTATES)
    )
    rows = zip(places.village[place], group, house, road, estate, *flat, strict=True)
    return place, np.array([_address(*row) for row in rows], dtype=object)


def _address(
    village: str,
    group: int,
    house: int,
    road: str,
    estate: str,
    block: int,
    unit: int,
    floor: int,
    door: int,
) -> str:
    if village.endswith("村"):
        return f"{village}{group}组{house}号"
    return f"{road}路{house}号{estate}小区{block}栋{unit}单元{floor}0{door}室"


def _heads(random: np.random.Generator, people: Mapping[str, np.ndarray], home: Ints) -> Ints:
    """In each home the most likely of the living: men before women, the old before the young,
    children last.
    """
    count = len(home)
    chance = random.normal(0, 0.5, count) - 0.3 * people["generation"]
    chance += np.where(people["sex"] == MALE, 1.0, 0.0) + np.where(
        people["spouse"] != NOBODY, 2.0, 0.0
    )
    chance -= np.where(TODAY - people["born"] < 18 * _YEAR, 10.0, 0.0)
    living = np.flatnonzero(people["alive"])
    order = living[np.lexsort((-chance[living], home[living]))]
    homes, first = np.unique(home[order], return_index=True)
    by_home = np.full(count, NOBODY)
    by_home[homes] = order[first]
    return np.where(people["alive"], by_home[home], NOBODY)


def relations(people: Mapping[str, np.ndarray], head: Ints) -> np.ndarray:
    """What each one is to the head, in words; blank without a head."""
    count = len(head)
    me, man = np.arange(count), people["sex"] == MALE
    father, mother, spouse = people["father"], people["mother"], people["spouse"]

    def of(kin: Ints, whose: Ints) -> Ints:
        return np.where(whose == NOBODY, NOBODY, kin[whose])

    def is_child(one: Ints, of_whom: Ints) -> np.ndarray:
        known = (one != NOBODY) & (of_whom != NOBODY)
        return known & ((of(father, one) == of_whom) | (of(mother, one) == of_whom))

    def is_one(one: Ints, other: Ints) -> np.ndarray:
        return (one == other) & (one != NOBODY)

    older = people["born"] < people["born"][head]
    sons_child, daughters_child = is_child(father, head), is_child(mother, head)
    grandparents = [of(kin, of(own, head)) for own in (father, mother) for kin in (father, mother)]
    siblings = is_one(mother, of(mother, head))
    rank = _rank(people)
    cases = [
        (head == NOBODY, ""),
        (head == me, "户主"),
        (is_one(spouse, head), np.where(man, "夫", "妻")),
        (
            is_child(me, head),
            np.where(man, _ranked("子", "儿子")[rank], _ranked("女", "女儿")[rank]),
        ),
        (is_child(spouse, head), np.where(man, "女婿", "儿媳")),
        (sons_child, np.where(man, "孙子", "孙女")),
        (daughters_child, np.where(man, "外孙子", "外孙女")),
        (is_one(of(father, head), me), "父亲"),
        (is_one(of(mother, head), me), "母亲"),
        (siblings, np.where(man, np.where(older, "兄", "弟"), np.where(older, "姐姐", "妹妹"))),
        (is_one(of(father, of(spouse, head)), me), np.where(man[head], "岳父", "公公")),
        (is_one(of(mother, of(spouse, head)), me), np.where(man[head], "岳母", "婆婆")),
        (is_one(grandparents[0], me) | is_one(grandparents[2], me), "祖父"),
        (is_one(grandparents[1], me) | is_one(grandparents[3], me), "祖母"),
        (
            is_child(of(father, father), head) | is_child(of(mother, father), head),
            np.where(man, "曾孙子", "曾孙女"),
        ),
    ]
    conditions, words = zip(*cases, strict=True)
    return np.select(
        list(conditions), [np.broadcast_to(word, count) for word in words], "其他"
    ).astype(object)


def _rank(people: Mapping[str, np.ndarray]) -> Ints:
    """Which of the mother's sons, or daughters, one is: 0 for the first."""
    order = np.lexsort((people["born"], people["sex"], people["mother"]))
    key = people["mother"][order] * (FEMALE + 1) + people["sex"][order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return np.minimum(rank, 3)


def _ranked(end: str, fourth: str) -> np.ndarray:
    return np.array([f"长{end}", f"次{end}", f"三{end}", fourth])


def _names(text: str) -> list[str]:
    return text.split()
