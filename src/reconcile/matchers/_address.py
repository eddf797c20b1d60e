"""The parts of pairs of addresses as numbers: where they agree, differ, or stand on one side only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matchers._address_names import behind_areas, other_area
from reconcile.matching.pairs import Mask
from reconcile.standardisers.address_parts import parts_and_numbers
from reconcile.standardisers.address_words import ROAD
from reconcile.standardisers.area_names import area_stem
from reconcile.standardisers.numerals import NUMERALS, in_digits
from reconcile.standardisers.text import VALUE, repaired

_ZONE = r"((?:(?:\d{1,2}|[A-Z])[期区]|[东南西北中]区)+)$"
_GENERIC = "(.{2})(?:住宅|生活)?小区$"
_DORMITORY = "(?:职工|家属|集体)?(?:宿舍[楼区院]?|家属大院|家属[楼区院]?)"
_BRANCH = rf"{ROAD}([^\d路街巷道]{{1,8}}{ROAD})$"
_TOWN = "^(.{2,})(?:街道|镇|乡|农场|管理区)$"
_NAMES = ("city", "district", "town", "village", "group", "street", "estate")
_LONG_NUMBER = f"[{NUMERALS}]{{3,}}"
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

    `table`: the parts of the distinct addresses as they are compared; `codes`: of each part a number for each distinct
    address, 0 where not said; `left`, `right`: where in them the addresses of each pair are; `known`: where both have
    one.
    """

    table: pl.DataFrame
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
        table = comparable(parts_and_numbers(distinct["text"])).with_columns(text=distinct["text"])
        codes = {column.name: _coded(column) for column in table}
        size = len(left)
        return cls(table, codes, at[:size], at[size:], known[:size] & known[size:])

    @property
    def equal(self) -> Mask:
        """Where both are written the same."""
        return self.left == self.right

    def part(self, name: str) -> Agreement:
        left, right = self._sides(name)
        return _agreement(left, right, left == right)

    def named(self, name: str) -> Agreement:
        """A part by its name, before which areas may stand without their words."""
        left, right = self._sides(name)
        return _agreement(left, right, (left == right) | behind_areas(self.table, name, self.left, self.right))

    def areas(self) -> Agreement:
        """`same`: the same town. A city on one side may be the district of the other: 宁乡市, 长沙市宁乡市."""
        province, town = self.part("province"), self.named("town")
        city_l, city_r = self._sides("city")
        district_l, district_r = self._sides("district")
        crossed = ((city_l == district_r) & (city_l != 0)) | ((city_r == district_l) & (city_r != 0))
        city = self.part("city").differ & ~self._other("city")
        district = self.part("district").differ & ~self._other("district")
        differ = (city | district) & ~crossed
        return Agreement(town.same, province.differ | differ | town.differ, town.one_sided, town.said)

    def village(self) -> Agreement:
        """A village inside a village may stand alone: 向阳村委会龙塘村, 龙塘村."""
        village, group = self._sides("village"), self._sides("hamlet")
        inside = (village[0] == group[1]) & (group[0] == 0) & (group[1] != 0)
        inside |= (village[1] == group[0]) & (group[1] == 0) & (group[0] != 0)
        front = behind_areas(self.table, "village", self.left, self.right)
        return _agreement(*village, (village[0] == village[1]) | inside | front)

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
        street, alone = self._sides("street"), behind_areas(self.table, "street", self.left, self.right)
        for part in ("branch", "road"):
            left, right = self._sides(part)
            alone |= (street[0] == right) | (street[1] == left)
        return _agreement(*street, (street[0] == street[1]) | alone)

    def nameless(self) -> Mask:
        """Where neither side names a village, a street or an estate, and both say the same town."""
        said = [self.part(name).said for name in ("village", "street", "estate")]
        return ~np.logical_or.reduce(said) & self.part("town").same

    def in_a_row(self) -> Mask:
        """All numbers are the same in their order, and one side parts them by dashes only: 5栋12楼3号, 5-12-3."""
        return self.part("numbers").same & self.part("dashed").said

    def _other(self, area: str) -> Mask:
        return other_area(self.table, area, self.left, self.right)

    def _sides(self, name: str) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        return self.codes[name][self.left], self.codes[name][self.right]


def comparable(parts: pl.DataFrame) -> pl.DataFrame:
    """The parts as they are compared.

    The same are 宁乡县 and 宁乡市, 府城镇 and 府城街道, 阳光 and 阳光小区, 糖厂宿舍楼 and 糖厂家属院, 5楼1号 and 501.
    `place`: the names of any kind in their order. The phase or part of an estate is `zone`, the name of a group
    `hamlet`, its number `group`.
    """
    parts = parts.with_columns(_counted(parts[name]) for name in _NAMES)
    parts = parts.with_columns(city_written="city", district_written="district")
    estate = pl.col("estate").str.replace(_ZONE, "")
    municipality = pl.col("province").str.extract("^(北京|天津|上海|重庆)")
    floor, room = pl.col("floor"), pl.col("room")
    below_ground = floor.str.starts_with("负") & ~room.str.contains(r"^\d{1,2}$")
    places = [pl.col(name).fill_null("") for name in ("village", "street", "estate")]
    return parts.with_columns(
        place=pl.concat_str(*places).replace("", None),
        province=pl.col("province").str.slice(0, 2),
        city=pl.coalesce(area_stem(pl.col("city")), municipality),
        district=area_stem(pl.col("district")),
        town=pl.col("town").str.replace(_TOWN, "$1").str.replace("^(.{2,})子$", "$1").str.replace("里铺$", "铺"),
        room=pl.when(room.str.contains(r"^\d{1,2}$") & floor.is_not_null())
        .then(pl.concat_str(floor, room.str.zfill(2)))
        .when(below_ground)
        .then(floor + room)
        .otherwise(room),
        hamlet=pl.col("group").str.extract(r"^(\D+)"),
        group=pl.col("group").str.extract(r"(\d+)$"),
        street=pl.col("street").str.replace("条胡同$", "条"),
        branch=pl.col("street").str.extract(_BRANCH, 1),
        road=pl.col("street").str.extract("^(.{2,})[东西南北中]段$", 1),
        estate=estate.str.replace(_GENERIC, "$1").str.replace(_DORMITORY, "宿舍").replace("", None),
        zone=pl.col("estate").str.extract(_ZONE, 1),
    )


def _counted(names: pl.Series) -> pl.Series:
    """Names without 第, their longer numbers in digits: 一四三团, 一百四十三团 and 143团; but 五一路 is not 51路."""

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.with_columns(VALUE.str.replace_all("第", "").map_batches(_in_digits, return_dtype=pl.String))

    return repaired(names, VALUE.str.contains(f"第|{_LONG_NUMBER}"), read)


def _in_digits(names: pl.Series) -> pl.Series:
    return in_digits(names, _LONG_NUMBER)


def _agreement(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64], same: Mask) -> Agreement:
    both, either = (left != 0) & (right != 0), (left != 0) | (right != 0)
    return Agreement(same & both, ~same & both, either & ~both, either)


def _coded(column: pl.Series) -> npt.NDArray[np.uint64]:
    """A number for each value, 0 for null."""
    codes = np.maximum(column.hash(seed=_SEED).to_numpy(), 1).copy()
    codes[column.is_null().to_numpy()] = 0
    return codes
