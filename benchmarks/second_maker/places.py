"""Districts, towns and villages of the city, dwellings in them, and how their addresses are
written."""

# ruff: noqa: SIM905 - lists of words are easier to read, and to mend, as text

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]

PROVINCE, CITY = "江西省", "澄州市"
COUNTY_CODES = (361702, 361703, 361721, 361722, 361723, 361724, 361725, 361726)
DISTRICTS = ("北塘区", "南浦区", "云溪县", "梅岭县", "白槎县", "龙洲县", "石冈县", "沙井县")
VILLAGE_PEOPLE, TOWN_VILLAGES, DISTRICT_TOWNS = 2600, 11, 7
RURAL = 0.5

_TOWN_HEADS = "柳青石黄枫桐梧潭罗双太永和新高金银长清白乌龙凤桃杏莲荷松竹马"
_TOWN_TAILS = "溪塘桥口田埠市岭坪湖潭坊源陂洲港"
_VILLAGE_HEADS = (
    "上 下 前 后 东 西 南 北 大 小 老 新 李家 王家 张家 刘家 陈家 黄家 罗家 吴家 周家 杨家 徐家 朱家 胡家 "  # noqa: E501
    ""
    ""
    "曾家 赵家 谢家 邓家 熊家 万家 廖家 彭家 樟树 枫树 桂花 石桥 双井 塘背 山下 井头 洲上 高坪 水口 龙王 "  # noqa: E501
    ""
    "观音"
).split()
_VILLAGE_TAILS = "村 湾 坪 塘 坑 垅 洲 埠 陂 背 屋 坊 岗 冲".split()
_COMMUNITY_HEADS = (
    "滨江 东门 西门 南门 北门 站前 文昌 建设 解放 人民 新华 胜利 和平 青云 朝阳 光明 学府 体育 中山 沿河 "  # noqa: E501
    ""
    ""
    "广场 花园 城南 城北 城东 城西 红旗 工农 桥头 湖滨 翠园 丰乐 永安 状元 府前 钟楼"
).split()
_ROADS = [
    head + tail for head in _COMMUNITY_HEADS for tail in ("路", "大道", "街", "巷", "东路", "西路")
]
_ESTATES = [
    head + tail
    for head in "翠湖 锦绣 金色 阳光 碧桂 御景 江南 东方 世纪 丽景 紫荆 香樟 恒泰 天悦 凤凰 龙腾 水岸 书香".split()  # noqa: E501
    for tail in "花园 小区 家园 名城 华府 公寓 嘉园 新村".split()
]
ELSEWHERE = (
    ("湖南省", "岳阳市", "平江县", 430626),
    ("湖北省", "黄冈市", "蕲春县", 421126),
    ("河南省", "周口市", "淮阳县", 412726),
    ("四川省", "南充市", "仪陇县", 511324),
    ("安徽省", "阜阳市", "临泉县", 341221),
    ("贵州省", "毕节市", "大方县", 520521),
    ("广东省", "梅州市", "五华县", 441424),
    ("江西省", "赣州市", "于都县", 360731),
    ("福建省", "龙岩市", "长汀县", 350821),
)


@dataclass
class Places:
    """One row a village: its names, whether it is rural, and where its people draw from."""

    district: NDArray[np.str_]
    town: NDArray[np.str_]
    town_no: Ints
    village: NDArray[np.str_]
    county: Ints
    rural: NDArray[np.bool_]
    weight: NDArray[np.float64]


def lay_out(rng: Generator, people: int) -> Places:
    size = max(people // VILLAGE_PEOPLE, 6)
    number = max(size // TOWN_VILLAGES, 3)
    town = np.arange(size) * number // size
    districts = min(max(number // DISTRICT_TOWNS, 2), len(DISTRICTS))
    district = town * districts // number
    rural = rng.random(size) < np.where(town % 3 == 0, 0.15, RURAL + 0.2)
    towns = _distinct(rng, int(town.max()) + 1, _TOWN_HEADS, _TOWN_TAILS)
    street = np.array([not rural[town == number].mean() >= 0.5 for number in range(len(towns))])
    towns = np.where(street, np.char.add(towns, "街道"), np.char.add(towns, "镇"))
    village = np.empty(size, dtype="<U12")
    for number in range(len(towns)):
        rows = np.flatnonzero(town == number)
        village[rows] = _distinct(rng, len(rows), _VILLAGE_HEADS, _VILLAGE_TAILS)
        urban = rows[~rural[rows]]
        village[urban] = rng.permutation(_COMMUNITY_HEADS)[: len(urban)]
    village = np.where(rural, np.char.add(village, "村"), np.char.add(village, "社区"))
    village = np.char.replace(village, "村村", "村")
    return Places(
        np.array(DISTRICTS)[district],
        towns[town],
        town,
        village,
        np.array(COUNTY_CODES)[district],
        rural,
        _shares(rng.gamma(6.0, 1.0, size) * np.where(rural, 0.8, 1.3)),
    )


def _distinct(
    rng: Generator, size: int, heads: str | list[str], tails: str | list[str]
) -> np.ndarray:
    return np.array(rng.permutation([a + b for a in heads for b in tails])[:size])


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights / weights.sum()


def dwellings(rng: Generator, places: Places, village: Ints) -> pl.DataFrame:
    """A dwelling for each of these villages: the parts of its address, and how they join."""
    size = len(village)
    roads, estates = np.array(_ROADS), np.array(_ESTATES)
    local = rng.integers(0, 4, size)
    place = {
        "village_no": village,
        "group": 1 + rng.integers(0, 12, size),
        "number": 1 + (rng.gamma(1.6, 26, size)).astype(np.int64),
        "road": roads[(village * 7 + local) % len(roads)],
        "road_number": 1 + rng.integers(0, 30, size) * 4 + local,
        "estate": np.where(
            rng.random(size) < 0.8, estates[(village * 5 + local) % len(estates)], ""
        ),
        "building": 1 + rng.integers(0, 24, size),
        "stairs": 1 + rng.integers(0, 4, size),
        "room": (1 + rng.integers(0, 11, size)) * 100 + 1 + rng.integers(0, 4, size),
    }
    names = {"district": places.district, "town": places.town, "village": places.village}
    return pl.DataFrame(
        {
            **place,
            **{name: values[village] for name, values in names.items()},
            "rural": places.rural[village],
        }
    )


def address(homes: pl.DataFrame, style: Ints, full: NDArray[np.bool_]) -> pl.Series:
    """The addresses of these dwellings. `style` 0 to 3: how a clerk writes; `full`: with province
    and city in front."""
    written = pl.Series("style", style)
    front = pl.when(pl.Series("full", full)).then(pl.lit(PROVINCE + CITY)).otherwise(pl.lit(""))
    numerals = pl.concat_str(pl.col("group").replace_strict(_CHINESE, return_dtype=pl.String))
    digits = pl.col("group").cast(pl.String)
    group = (
        pl.when(written == 0)
        .then(numerals + "组")
        .when(written == 1)
        .then(digits + "组")
        .when(written == 2)
        .then("第" + numerals + "村民小组")
        .otherwise(digits + "组")
    )
    number = pl.col("number").cast(pl.String)
    rural = pl.concat_str(
        group, number + pl.when(written == 3).then(pl.lit("")).otherwise(pl.lit("号"))
    )
    building, stairs, room = (pl.col(c).cast(pl.String) for c in ("building", "stairs", "room"))
    flat = (
        pl.when(written == 0)
        .then(pl.concat_str(building, pl.lit("栋"), stairs, pl.lit("单元"), room, pl.lit("室")))
        .when(written == 1)
        .then(pl.concat_str(building, pl.lit("幢"), stairs, pl.lit("单元"), room))
        .when(written == 2)
        .then(pl.concat_str(building, pl.lit("号楼"), stairs, pl.lit("单元"), room, pl.lit("室")))
        .otherwise(pl.concat_str(building, pl.lit("-"), stairs, pl.lit("-"), room))
    )
    road = pl.concat_str("road", pl.col("road_number").cast(pl.String), pl.lit("号"))
    urban = pl.concat_str(
        pl.when(written == 1).then(pl.lit("")).otherwise("village"),
        pl.when((written == 3) & (pl.col("estate") != "")).then(pl.lit("")).otherwise(road),
        "estate",
        flat,
    )
    home = pl.when("rural").then(pl.concat_str("village", rural)).otherwise(urban)
    town = pl.when((written == 1) & ~pl.col("rural")).then(pl.lit("")).otherwise("town")
    return homes.select(pl.concat_str(front, "district", town, home).alias("address"))["address"]


_CHINESE = dict(enumerate("零 一 二 三 四 五 六 七 八 九 十 十一 十二".split()))


def elsewhere(rng: Generator, area: Ints) -> pl.Series:
    """Addresses in these areas outside the city (places in ELSEWHERE)."""
    size = len(area)
    known = np.array(["".join(parts[:3]) for parts in ELSEWHERE])
    towns = np.array([a + b + "镇" for a in _TOWN_HEADS[:12] for b in _TOWN_TAILS[:6]])
    villages = np.array([a + b + "村" for a in _VILLAGE_HEADS[12:30] for b in "湾坪塘坳"])
    return (
        pl.DataFrame(
            {
                "area": known[area],
                "town": towns[rng.integers(0, len(towns), size)],
                "village": villages[rng.integers(0, len(villages), size)],
                "number": 1 + rng.integers(0, 200, size),
            }
        )
        .select(
            pl.concat_str("area", "town", "village", pl.col("number").cast(pl.String), pl.lit("号"))
        )
        .to_series()
    )
