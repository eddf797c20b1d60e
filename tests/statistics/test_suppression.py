"""Small counts held back: none can be worked out from what is published, as a linear program sees it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reconcile.persons.children import CELLS
from reconcile.statistics.cells import cells_table, reasons_table
from reconcile.statistics.suppression import LEAST_PUBLISHED, suppress
from tests.statistics.small_city import children

KEYS = ["level", "district", "area"]
COUNTS = ["a", "b", "c"]


def table(towns: dict[str, list[list[int]]]) -> pl.DataFrame:
    """city, districts and towns from the towns' counts by district."""
    rows = [
        {"level": "town", "district": district, "area": f"{district}{at}", **dict(zip(COUNTS, counts, strict=True))}
        for district, listed in towns.items()
        for at, counts in enumerate(listed)
    ]
    town = pl.DataFrame(rows)
    district = town.group_by("district", maintain_order=True).agg(pl.col(COUNTS).sum())
    district = district.select(pl.lit("district").alias("level"), "district", pl.col("district").alias("area"), *COUNTS)
    nothing = pl.lit(None, dtype=pl.String)
    city = town.select(
        pl.lit("city").alias("level"), nothing.alias("district"), nothing.alias("area"), pl.col(COUNTS).sum()
    )
    return pl.concat([city, district, town]).with_columns(total=pl.sum_horizontal(COUNTS))


def sums(frame: pl.DataFrame, columns: list[str]) -> np.ndarray:
    """Every sum that a reader knows of, as rows over the cells of the table: 1 for a part, -1 for what it adds up to."""
    keys, width = list(frame.select(KEYS).iter_rows()), len(columns)
    found = []
    for at, (level, district, _) in enumerate(keys):
        across = np.zeros((len(keys), width))
        across[at] = [1] * (width - 1) + [-1]
        found.append(across.ravel())
        below = {"city": "district", "district": "town"}.get(level)
        parts = [k for k, key in enumerate(keys) if key[0] == below and (level == "city" or key[1] == district)]
        for column in range(width if parts else 0):
            down = np.zeros((len(keys), width))
            down[parts, column], down[at, column] = 1, -1
            found.append(down.ravel())
    return np.array(found).reshape(len(found), len(keys) * width)


def derivable(frame: pl.DataFrame, published: pl.DataFrame, columns: list[str]) -> list[int]:
    """The cells held back that can only have one value, for a reader who knows the sums and that none is 0."""
    true = frame.select(columns).to_numpy().ravel().astype(float)
    hidden = np.flatnonzero(published.select(pl.col(columns).is_null()).to_numpy().ravel())
    equations = sums(frame, columns)[:, hidden]
    right = equations @ true[hidden]
    found = []
    for at in range(len(hidden)):
        ends = [
            linprog(sign * np.eye(len(hidden))[at], A_eq=equations, b_eq=right, bounds=(1, None)) for sign in (1, -1)
        ]
        if all(end.status == 0 and abs(end.x[at] - true[hidden[at]]) < 1e-6 for end in ends):
            found.append(int(hidden[at]))
    return found


TOWNS = st.lists(
    st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=3, max_size=3), min_size=1, max_size=4
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"D": TOWNS, "E": TOWNS}))
def test_no_count_held_back_can_be_worked_out(towns: dict[str, list[list[int]]]) -> None:
    frame = table(towns)
    published = suppress(frame, COUNTS)
    columns = [*COUNTS, "total"]
    assert derivable(frame, published, columns) == []
    shown = published.select(columns).to_numpy().ravel()
    true = frame.select(columns).to_numpy().ravel()
    assert not ((shown > 0) & (shown < LEAST_PUBLISHED)).any()
    kept = ~np.isnan(shown.astype(float))
    assert (shown[kept] == true[kept]).all()
    assert kept[true == 0].all()


def test_the_checker_sees_what_holding_back_small_counts_alone_gives_away() -> None:
    frame = table({"D": [[3, 20, 30], [10, 20, 30]], "E": [[10, 20, 30]]})
    naive = frame.with_columns(pl.when(pl.col("a") >= LEAST_PUBLISHED).then("a").alias("a"))
    assert len(derivable(frame, naive, [*COUNTS, "total"])) == 1


def test_one_small_count_takes_the_least_others_with_it() -> None:
    frame = table({"D": [[3, 20, 30], [10, 25, 30], [50, 50, 50]], "E": [[10, 20, 30]]})
    published = suppress(frame, COUNTS)
    hidden = published.filter(pl.col("level") == "town").select(pl.col(COUNTS).is_null()).to_numpy()
    assert hidden[:2, :2].all()
    assert hidden.sum() == 4
    assert published.filter(pl.col("level") != "town").null_count().sum_horizontal().item() == 2  # names of the city


def test_two_counts_of_one_need_another() -> None:
    """1 + 1 = 2 and neither is 0: a row of two counts held back can give them away."""
    frame = table({"D": [[1, 1, 30], [1, 1, 30]], "E": [[10, 20, 30]]})
    published = suppress(frame, COUNTS)
    assert derivable(frame, published, [*COUNTS, "total"]) == []


def test_a_table_without_small_counts_is_published_whole() -> None:
    frame = table({"D": [[5, 0, 30], [9, 7, 0]], "E": [[10, 20, 30]]})
    assert suppress(frame, COUNTS).equals(frame)


def test_a_city_of_one_small_town_is_not_published() -> None:
    frame = table({"D": [[3, 0, 0]]})
    published = suppress(frame, COUNTS)
    assert published["a"].null_count() == published["total"].null_count() == 3


@pytest.mark.parametrize("column", ["a", "total"])
def test_a_table_that_does_not_add_up_is_refused(column: str) -> None:
    frame = table({"D": [[5, 0, 30]], "E": [[10, 20, 30]]})
    with pytest.raises(ValueError, match="add up"):
        suppress(
            frame.with_columns(
                pl.when(pl.col("level") == "town").then(pl.col(column) + 1).otherwise(column).alias(column)
            ),
            COUNTS,
        )


@pytest.mark.parametrize("size", [0, 1, 60, 500])
def test_cells_of_children_add_up_and_are_published_safely(size: int) -> None:
    born = children(size)
    cells = cells_table(born)
    columns = [*CELLS, "total"]
    for level in ("city", "district", "town"):
        assert cells.filter(pl.col("level") == level)["total"].sum() == size
    assert (sums(cells, columns) @ cells.select(columns).to_numpy().ravel().astype(float) == 0).all()
    assert cells.select(KEYS).is_duplicated().sum() == 0
    assert cells.equals(cells_table(born.sample(fraction=1, shuffle=True, seed=3)))
    assert derivable(cells, suppress(cells), columns) == []


def test_reasons_add_up_to_the_cells() -> None:
    born = children(500)
    reasons = reasons_table(born)
    city = cells_table(born).row(0, named=True)
    assert dict(reasons.group_by("cell").agg(pl.col("births").sum()).iter_rows()) == {
        cell: city[cell] for cell in CELLS if city[cell]
    }
    assert reasons["cell"].unique(maintain_order=True).to_list() == [cell for cell in CELLS if city[cell]]
    assert reasons.filter(pl.col("cell") == "HRP")["reason"].to_list() == [None]
