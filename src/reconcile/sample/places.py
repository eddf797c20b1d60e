"""Districts, towns, villages and houses of a made-up city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.sample.naming import Integers

CITY = "海临市"
# The codes are of a real city, so that numbers agree with tables of county codes; the names are
# invented.
DISTRICTS = (("460105", "西岭区"), ("460106", "东华区"), ("460107", "南溪区"), ("460108", "北湾区"))

_FIRST = "春江大榕桥石龙长新云永东南西北金白青红松竹梅兰凤鹤泰安福和平丰玉双三五古上下"
_LAST = "江坡溪湾桥塘坊山岭水田园里林屯港头口城兴华昌宁安和泉洲沟垌埠墩渡"
_STREETS = (
    "朝阳", "解放", "人民", "建设", "滨河", "文明", "友谊", "工农", "和平", "海府",
    "龙昆", "学院", "青年", "椰林", "红城", "新港", "振兴", "长堤", "中山", "胜利",
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """`villages`: one row each, with code, district, town, village, urban; and where each house
    is."""

    villages: pl.DataFrame
    house_village: Integers
    house_number: Integers

    def of_houses(self, village: Integers, house: Integers) -> pl.DataFrame:
        """Town, village and address of each house in the village given: its own, or another."""
        at = self.villages[village]
        number = self.house_number[house]
        frame = at.with_columns(
            street=pl.Series(_STREETS).gather(number % len(_STREETS)),
            number=pl.Series(number % 188 + 1),
            block=pl.Series(number // 7 % 24 + 1),
            flat=pl.Series((number // 3 % 18 + 1) * 100 + number % 4 + 1),
        )
        urban = pl.format("{}路{}号{}栋{}室", "street", "number", "block", "flat")
        rural = pl.format("{}{}号", "village", "number")
        return frame.select(
            "code",
            "district",
            "town",
            "village",
            within=pl.when("urban").then(urban).otherwise(rural),
        )


def build(houses: int, people: int, rng: np.random.Generator) -> Places:
    """Four districts, per half million people ten towns and a hundred villages, a place for each
    house."""
    towns = max(4, round(people / 50_000))
    villages = max(3 * towns, round(people / 4_500))
    table = _villages(towns, villages, rng)
    weight = rng.lognormal(0, 0.6, villages)
    house_village = np.sort(rng.choice(villages, houses, p=weight / weight.sum()))
    return Places(table, house_village, rng.integers(1, 40_000, houses))


def unused_names(used: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
    """Names for further places, without their ends, that none of the places called `used` bears."""
    names = [a + b for a in dict.fromkeys(_FIRST) for b in dict.fromkeys(_LAST) if a != b]
    mixed = [names[place] for place in rng.permutation(len(names))]
    stems = {name[:2] for name in used}
    yield from (name for name in mixed if name not in stems)
    yield from (f"小{name}" for name in mixed)  # in a province


def _villages(towns: int, villages: int, rng: np.random.Generator) -> pl.DataFrame:
    names = pl.Series(
        [a + b for a in dict.fromkeys(_FIRST) for b in dict.fromkeys(_LAST) if a != b]
    )
    names = names.gather(rng.permutation(len(names)))
    town_of = np.arange(villages) * towns // villages
    first = np.r_[True, town_of[1:] != town_of[:-1]]
    within = np.arange(villages) - np.flatnonzero(first)[town_of]
    district_of = np.arange(towns) * len(DISTRICTS) // towns
    street = np.arange(towns) % 3 != 2
    serial = np.arange(towns) + 1
    codes, districts = zip(*DISTRICTS, strict=True)
    return pl.DataFrame(
        {
            "county": pl.Series(codes).gather(district_of[town_of]),
            "district": pl.Series(districts).gather(district_of[town_of]),
            "town_serial": np.where(street, serial, 100 + serial)[town_of],
            "town_name": names.gather(town_of),
            "serial": within + 1,
            "name": names.gather(towns + np.arange(villages) % (len(names) - towns)),
            "urban": street[town_of],
        }
    ).select(
        "district",
        "urban",
        code=pl.col("county")
        + pl.col("town_serial").cast(pl.String).str.zfill(3)
        + pl.col("serial").cast(pl.String).str.zfill(3),
        town=pl.col("town_name") + pl.when("urban").then(pl.lit("街道")).otherwise(pl.lit("镇")),
        village=pl.col("name") + pl.when("urban").then(pl.lit("社区")).otherwise(pl.lit("村")),
    )
