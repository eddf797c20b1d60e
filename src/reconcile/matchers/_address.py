"""The parts of pairs of addresses as numbers: where they agree, differ, or stand on one side only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matching.pairs import Mask
from reconcile.standardisers.address_parts import address_parts
from reconcile.standardisers.address_words import ROAD

_ZONE = r"((?:(?:\d{1,2}|[A-Z])[期区]|[东南西北中]区)+)$"
_GENERIC = "(.{2})(?:住宅|生活)?小区$"
_DORMITORY = "(?:职工)?(?:宿舍[楼区]?|家属[楼区院]|家属大院)$"
_BRANCH = rf"{ROAD}([^\d路街巷道]{{1,8}}{ROAD})$"
# 海临西岭: the district and its city without its word.
_CITY_BEFORE = "^.{2}([^族自]{2})$"
_SEED = 20080229


@dataclass(frozen=True)
class Agreement:
    """Of each pair: both say the same, both say something and it differs, one says nothing, either says something."""

    same: Mask
    differ: Mask
    one_sided: Mask
    said: Mask


@dataclass(frozen=True)
class Compared:
    """The addresses of many pairs.

    `codes`: of each comparable part a number for each distinct address, 0 where not said; `left`, `right`: where in
    them the addresses of each pair are; `known`: where both have one.
    """

    codes: Mapping[str, npt.NDArray[np.uint64]]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    known: Mask

    @classmethod
    def of(cls, left: pl.Series, right: pl.Series) -> Compared:
        both = pl.concat([left.cast(pl.String).rename("text"), right.cast(pl.String).rename("text")])
        distinct = both.unique().to_frame("text").with_row_index("at")
        places = both.to_frame("text").join(distinct, on="text", how="left", nulls_equal=True, maintain_order="left")
        at, known = places["at"].to_numpy().astype(np.int64), both.is_not_null().to_numpy()
        table = comparable(address_parts(distinct["text"])).with_columns(text=distinct["text"])
        codes = {column.name: _coded(column) for column in table}
        size = len(left)
        return cls(codes, at[:size], at[size:], known[:size] & known[size:])

    @property
    def equal(self) -> Mask:
        """Where both are written the same."""
        return self.left == self.right

    def part(self, name: str) -> Agreement:
        left, right = self._sides(name)
        return _agreement(left, right, left == right)

    def areas(self) -> Agreement:
        """`same`: the same town. A city on one side may be the district of the other: 宁乡市, 长沙市宁乡市."""
        province, town = self.part("province"), self.part("town")
        city_l, city_r = self._sides("city")
        district_l, district_r = self._sides("district")
        crossed = ((city_l == district_r) & (city_l != 0)) | ((city_r == district_l) & (city_r != 0))
        differ = (self.part("city").differ | self.part("district").differ) & ~crossed
        return Agreement(town.same, province.differ | differ | town.differ, town.one_sided, town.said)

    def village(self) -> Agreement:
        """A village inside a village may stand alone: 向阳村委会龙塘村, 龙塘村."""
        village, group = self._sides("village"), self._sides("hamlet")
        inside = (village[0] == group[1]) & (group[0] == 0) & (group[1] != 0)
        inside |= (village[1] == group[0]) & (group[1] == 0) & (group[0] != 0)
        return _agreement(*village, (village[0] == village[1]) | inside)

    def group(self) -> Agreement:
        """Number and name of the group together.

        A village inside a village, which stands alone on the other side, is no group that is left out.
        """
        number, name = self.part("group"), self.part("hamlet")
        village, hamlet = self._sides("village"), self._sides("hamlet")
        inside = ((village[0] == hamlet[1]) | (village[1] == hamlet[0])) & name.one_sided
        return Agreement(
            same=(number.same | name.same) & ~number.differ & ~name.differ,
            differ=number.differ | name.differ,
            one_sided=number.one_sided | (name.one_sided & ~inside),
            said=number.said | name.said,
        )

    def street(self) -> Agreement:
        """A lane may go without the road that it leaves, 解放路书院巷, a road without its section, 东海路中段."""
        street, alone = self._sides("street"), np.zeros(len(self.left), dtype=bool)
        for part in ("branch", "road"):
            left, right = self._sides(part)
            alone |= (street[0] == right) | (street[1] == left)
        return _agreement(*street, (street[0] == street[1]) | alone)

    def nameless(self) -> Mask:
        """Where neither side names a village, a street or an estate, and both say the same town."""
        said = [self.part(name).said for name in ("village", "street", "estate")]
        return ~np.logical_or.reduce(said) & self.part("town").same

    def _sides(self, name: str) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        return self.codes[name][self.left], self.codes[name][self.right]


def comparable(parts: pl.DataFrame) -> pl.DataFrame:
    """The parts as they are compared.

    The same are 宁乡县 and 宁乡市, 府城镇 and 府城街道, 阳光 and 阳光小区, 糖厂宿舍楼 and 糖厂家属院, 5楼1号 and 501.
    The phase or part of an estate is `zone`, the name of a group `hamlet`, its number `group`.
    """
    estate = pl.col("estate").str.replace(_ZONE, "")
    municipality = pl.col("province").str.extract("^(北京|天津|上海|重庆)")
    return parts.with_columns(
        province=pl.col("province").str.slice(0, 2),
        city=pl.coalesce(_stem("city"), municipality),
        district=_stem("district").str.replace(_CITY_BEFORE, "$1"),
        town=pl.col("town").str.replace("^(.{2,})(?:街道|镇|乡)$", "$1"),
        room=pl.when(pl.col("room").str.contains(r"^\d{1,2}$") & pl.col("floor").is_not_null())
        .then(pl.concat_str("floor", pl.col("room").str.zfill(2)))
        .otherwise("room"),
        hamlet=pl.col("group").str.extract(r"^(\D+)"),
        group=pl.col("group").str.extract(r"(\d+)$"),
        branch=pl.col("street").str.extract(_BRANCH, 1),
        road=pl.col("street").str.extract("^(.{2,})[东西南北中]段$", 1),
        estate=estate.str.replace(_GENERIC, "$1").str.replace(_DORMITORY, "宿舍").replace("", None),
        zone=pl.col("estate").str.extract(_ZONE, 1),
    )


def _stem(area: str) -> pl.Expr:
    return pl.col(area).str.replace("^(.{2,})(?:自治[州县旗]|地区|[市县区旗州盟])$", "$1")


def _agreement(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64], same: Mask) -> Agreement:
    both, either = (left != 0) & (right != 0), (left != 0) | (right != 0)
    return Agreement(same & both, ~same & both, either & ~both, either)


def _coded(column: pl.Series) -> npt.NDArray[np.uint64]:
    codes = np.maximum(column.hash(seed=_SEED).to_numpy(), 1).copy()
    codes[column.is_null().to_numpy()] = 0
    return codes
