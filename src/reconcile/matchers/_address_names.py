"""Names of areas and places that are not written alike and yet may be one: short forms, areas left in front."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matching.pairs import Mask
from reconcile.standardisers.area_names import is_short_form

Places = npt.NDArray[np.int64]
AREAS = ("province", "city", "district", "town")


def short_forms(names: pl.Series, left: Places, right: Places) -> Mask:
    """Where one of two names is a short form of the other: 红河州, 红河哈尼族彝族自治州.

    `names`: distinct addresses' names of one kind of area, as written; `left`, `right`: where in them those of each
    pair are.
    """

    def alike(pairs: pl.DataFrame) -> pl.Series:
        ends = [pl.col(side).str.slice(0, 1) + pl.col(side).str.slice(-1) for side in ("left", "right")]
        lengths = [pl.col(side).str.len_chars() for side in ("left", "right")]
        likely = pairs.select((ends[0] == ends[1]) & (lengths[0] != lengths[1])).to_series()
        table = pairs.filter(likely).unique()
        found = [is_short_form(*sorted(row, key=len)) for row in table.iter_rows()]
        same = table.with_columns(alike=pl.Series(found, dtype=pl.Boolean))
        return pairs.join(same, on=["left", "right"], how="left", maintain_order="left")["alike"].fill_null(False)

    return _where(names.to_frame("name"), left, right, alike)


def behind_areas(table: pl.DataFrame, part: str, left: Places, right: Places) -> Mask:
    """Where a name has areas in front that the other side knows as such: 杭州拱墅湖墅南路 and 拱墅区湖墅南路.

    `table`: the distinct addresses with `part` and the stems of their AREAS.
    """
    frame = table.select(pl.col(part).alias("name"), *AREAS)
    longer, shorter = (_where(frame, *sides, _in_front) for sides in ((left, right), (right, left)))
    return longer | shorter


def _in_front(pairs: pl.DataFrame) -> pl.Series:
    """Whether `left` is `right` with nothing but areas of the right side before it."""
    front = pl.col("left").str.strip_suffix(pl.col("right"))
    for area in AREAS:
        without = front.str.strip_prefix(pl.col(area))
        front = pl.when(without != front).then(without.str.replace("^[省市州盟县区旗镇乡]", "")).otherwise(front)
    return pairs.select(pl.col("left").str.ends_with(pl.col("right")) & (front == "")).to_series()


def _where(table: pl.DataFrame, left: Places, right: Places, alike: Callable[[pl.DataFrame], pl.Series]) -> Mask:
    """`alike` of the pairs' names as `left` and `right`, with the further columns of the right side; False for nulls."""
    first, other = table["name"].gather(left).alias("left"), table.rename({"name": "right"})[right]
    pairs = other.with_columns(first).with_row_index("at")
    pairs = pairs.filter(pl.col("left") != pl.col("right"), pl.col("left").str.slice(-1) == pl.col("right").str.slice(-1))
    found = np.zeros(len(left), dtype=bool)
    found[pairs["at"].to_numpy()] = alike(pairs.drop("at")).fill_null(False).to_numpy()
    return found
