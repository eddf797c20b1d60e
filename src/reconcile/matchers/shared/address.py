"""The parts of pairs of addresses as numbers: where they agree, differ, or stand on one side
only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matchers.shared.address_names import behind_areas, other_area
from reconcile.population.pairs import Mask
from reconcile.standardising.address_forms import comparable
from reconcile.standardising.address_parts import parts_and_numbers

_SEED = 20080229


@dataclass(frozen=True)
class Agreement:
    """Of each pair: both say the same, both say something and it differs, one says nothing, either
    says something."""

    same: Mask
    differ: Mask
    one_sided: Mask
    said: Mask


@dataclass(frozen=True)
class Compared:
    """The addresses of many pairs.

    `table`: the parts of the distinct addresses as they are compared; `codes`: of each part a
    number for each distinct address, 0 where not said; `left`, `right`: where in them the addresses
    of each pair are; `known`: where both have one.
    """

    table: pl.DataFrame
    codes: Mapping[str, npt.NDArray[np.uint64]]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    known: Mask

    @classmethod
    def of(cls, left: pl.Series, right: pl.Series) -> Compared:
        both = pl.concat(
            [left.cast(pl.String).rename("text"), right.cast(pl.String).rename("text")]
        )
        distinct = both.unique().to_frame("text").with_row_index("at")
        places = both.to_frame("text").join(
            distinct, on="text", how="left", nulls_equal=True, maintain_order="left"
        )
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
        return _agreement(
            left, right, (left == right) | behind_areas(self.table, name, self.left, self.right)
        )

    def areas(self) -> Agreement:
        """`same`: the same town. A city on one side may be the district of the other: 宁乡市,
        长沙市宁乡市."""
        province, town = self.part("province"), self.named("town")
        city_l, city_r = self._sides("city")
        district_l, district_r = self._sides("district")
        crossed = ((city_l == district_r) & (city_l != 0)) | (
            (city_r == district_l) & (city_r != 0)
        )
        city = self.part("city").differ & ~self._other("city")
        district = self.part("district").differ & ~self._other("district")
        differ = (city | district) & ~crossed
        return Agreement(
            town.same, province.differ | differ | town.differ, town.one_sided, town.said
        )

    def village(self) -> Agreement:
        """A village inside a village may stand alone: 向阳村委会龙塘村, 龙塘村."""
        village, group = self._sides("village"), self._sides("hamlet")
        inside = (village[0] == group[1]) & (group[0] == 0) & (group[1] != 0)
        inside |= (village[1] == group[0]) & (group[1] == 0) & (group[0] != 0)
        front = behind_areas(self.table, "village", self.left, self.right)
        return _agreement(*village, (village[0] == village[1]) | inside | front)

    def group(self) -> Agreement:
        """Number and name of the group together.

        A village inside a village, which stands alone on the other side, is no group that is left
        out.
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
        """A lane may go without the road that it leaves, 解放路书院巷, a road without its section,
        东海路中段."""
        street, alone = (
            self._sides("street"),
            behind_areas(self.table, "street", self.left, self.right),
        )
        for part in ("branch", "road"):
            left, right = self._sides(part)
            alone |= (street[0] == right) | (street[1] == left)
        return _agreement(*street, (street[0] == street[1]) | alone)

    def nameless(self) -> Mask:
        """Where neither side names a village, a street or an estate, and both say the same town."""
        said = [self.part(name).said for name in ("village", "street", "estate")]
        return ~np.logical_or.reduce(said) & self.part("town").same

    def in_a_row(self) -> Mask:
        """All numbers are the same in their order, and one side parts them by dashes only:
        5栋12楼3号, 5-12-3."""
        return self.part("numbers").same & self.part("dashed").said

    def _other(self, area: str) -> Mask:
        return other_area(self.table, area, self.left, self.right)

    def _sides(self, name: str) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        return self.codes[name][self.left], self.codes[name][self.right]


def _agreement(
    left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64], same: Mask
) -> Agreement:
    both, either = (left != 0) & (right != 0), (left != 0) | (right != 0)
    return Agreement(same & both, ~same & both, either & ~both, either)


def _coded(column: pl.Series) -> npt.NDArray[np.uint64]:
    """A number for each value, 0 for null."""
    codes = np.maximum(column.hash(seed=_SEED).to_numpy(), 1).copy()
    codes[column.is_null().to_numpy()] = 0
    return codes
