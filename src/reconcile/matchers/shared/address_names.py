"""Names that are not written alike and yet may be one: areas left in front, short and former names
of areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.population.pairs import Mask
from reconcile.standardising.area_names import area_stem, is_short_form

Places = npt.NDArray[np.int64]
AREAS = ("province", "city", "district", "town")
_LEFT, _RIGHT = pl.col("left"), pl.col("right")


# Few names are so alike: only those are looked at with their areas.
_ENDS_ALIKE = _LEFT.str.ends_with(_RIGHT)
_SAME_END = _LEFT.str.slice(-1) == _RIGHT.str.slice(-1)
_CITY_IN_FRONT = _LEFT.str.len_chars() >= 2 + pl.min_horizontal(_RIGHT.str.len_chars(), pl.lit(3))
_BEGINS_WITHIN = (
    _LEFT.str.contains(_RIGHT.str.slice(0, 2), literal=True)
    | (_LEFT.str.contains(_RIGHT.str.slice(0, 1), literal=True) & _SAME_END)
    | (_CITY_IN_FRONT & _SAME_END)
)


def behind_areas(table: pl.DataFrame, name: str, left: Places, right: Places) -> Mask:
    """Where a name has areas in front that the other side knows as such: 杭州拱墅湖墅南路,
    杭州市拱墅区湖墅南路.

    `table`: of the distinct addresses `name` and the stems of their AREAS; `left`, `right`: where
    in it the addresses of each pair are.
    """
    return _either_way(table, name, left, right, _ENDS_ALIKE, _is_behind)


def other_area(table: pl.DataFrame, area: str, left: Places, right: Places) -> Mask:
    """Where two areas may be one: 石家庄裕华区 and 裕华区 of 石家庄市, 红河州 and
    红河哈尼族彝族自治州.

    `table`: as above, with `<area>_written`.
    """
    return _either_way(table, f"{area}_written", left, right, _BEGINS_WITHIN, _is_area)


def _either_way(
    table: pl.DataFrame,
    name: str,
    left: Places,
    right: Places,
    likely: pl.Expr,
    alike: Callable[[pl.DataFrame], pl.Series],
) -> Mask:
    """`alike` of pairs of different, `likely` names, as `left` and `right`, and with the AREAS of
    the right side."""
    found = np.zeros(len(left), dtype=bool)
    frame = table.select(pl.col(name).alias("right"), *AREAS)
    for one, other in ((left, right), (right, left)):
        at = _likely(frame["right"], one, other, likely)
        pairs = frame[other[at]].with_columns(frame["right"].gather(one[at]).alias("left"))
        found[at] |= alike(pairs).fill_null(False).to_numpy()
    return found


def _likely(names: pl.Series, left: Places, right: Places, likely: pl.Expr) -> Places:
    """Which of the pairs are likely. Each two names are looked at once."""
    distinct = names.drop_nulls().unique()
    numbers = names.to_frame("name").join(
        distinct.to_frame("name").with_row_index("at"), on="name", how="left", maintain_order="left"
    )
    number = numbers["at"].cast(pl.Int64).fill_null(-1).to_numpy()
    first, other = number[left], number[right]
    both = np.flatnonzero((first >= 0) & (other >= 0) & (first != other))
    keys, back = np.unique(first[both] * len(distinct) + other[both], return_inverse=True)
    pairs = pl.DataFrame(
        {
            "left": distinct.gather(keys // len(distinct)),
            "right": distinct.gather(keys % len(distinct)),
        }
    )
    return both[pairs.select(likely).to_series().to_numpy()[back]]


def _is_behind(pairs: pl.DataFrame) -> pl.Series:
    front = _without_areas(_LEFT.str.strip_suffix(_RIGHT), AREAS[:-1])
    town = pl.col("town").str.ends_with(front) & (front.str.len_chars() > 1)
    return pairs.select((front == "") | town.fill_null(False)).to_series()


def _is_area(pairs: pl.DataFrame) -> pl.Series:
    bare = pairs.select(_without_areas(_LEFT, AREAS[:2]).alias("left"), "right")
    table = bare.unique()
    short = [is_short_form(*sorted(names, key=len)) for names in table.iter_rows()]
    table = table.with_columns(
        alike=pl.Series(short, dtype=pl.Boolean)
        | table.select(area_stem(_LEFT) == area_stem(_RIGHT)).to_series()
    )
    return bare.join(table, on=["left", "right"], how="left", maintain_order="left")["alike"]


def _without_areas(name: pl.Expr, areas: Sequence[str]) -> pl.Expr:
    """`name` without what these areas of the pair are called at its beginning, with or without the
    words for them."""
    for area in areas:
        without = name.str.strip_prefix(pl.col(area))
        name = (
            pl.when(without != name)
            .then(without.str.replace("^[省市州盟县区旗]", ""))
            .otherwise(name)
        )
    return name
