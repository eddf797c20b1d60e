"""Which of a person's records in one register stands for it: the one that a clerk would keep."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.core.stacked import rows_by_frame


def standing(
    population: pl.DataFrame, records: Mapping[str, pl.DataFrame]
) -> npt.NDArray[np.bool_]:
    """For each node, whether it is its person's only record in its register, or the best of
    several.

    The best is active; has a valid ID number that another register of the person confirms, else a
    valid one; is the most complete; the latest updated; the first by record_id.
    """
    stands = ~_several(population, records)
    best = ranked(population, records).unique(
        ["person", "layout"], keep="first", maintain_order=True
    )
    stands[best["node"].to_numpy()] = True
    return stands


# What makes one record stand before another, in order.
CRITERIA = ("active", "confirmed", "valid", "filled", "updated_on", "record_id")


def ranked(population: pl.DataFrame, records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """node, person, layout and CRITERIA of every record whose person has several in its register,
    the best first."""
    rivals = population.filter(pl.Series(_several(population, records), dtype=pl.Boolean))
    return rivals.select(
        "node", "person", "layout", "active", "record_id",
        confirmed=_confirmed(population, rivals),
        valid=(pl.col("id_number_status") == "valid").fill_null(False),
        filled=_filled(rivals["node"].to_numpy(), records),
        updated_on=pl.coalesce("updated_on_std", "registered_on_std"),
    ).sort(*CRITERIA, "node", descending=[True, True, True, True, True, False, False],
    nulls_last=True)  # fmt: skip


def _several(
    population: pl.DataFrame, records: Mapping[str, pl.DataFrame]
) -> npt.NDArray[np.bool_]:
    """For each node, whether its person has another record in its register."""
    slot = population["person"].to_numpy().astype(np.int64) * len(records)
    slot += population["layout"].to_physical().to_numpy()
    return np.bincount(slot)[slot] > 1 if len(slot) else np.zeros(0, dtype=bool)


def _confirmed(population: pl.DataFrame, rivals: pl.DataFrame) -> pl.Series:
    """Whether another register of the same person holds the rival's valid number."""
    others = population.filter(pl.col("person").is_in(rivals["person"].unique().implode())).select(
        "person", "id_number_std", other="layout"
    )
    confirmed = (
        rivals.filter(pl.col("id_number_status") == "valid")
        .join(others, on=["person", "id_number_std"])
        .filter(pl.col("layout") != pl.col("other"))["node"]
    )
    return rivals["node"].is_in(confirmed.implode())


def _filled(nodes: npt.NDArray[np.uint32], records: Mapping[str, pl.DataFrame]) -> pl.Series:
    """How many values of each of these records could be read."""
    filled = np.zeros(len(nodes), dtype=np.int64)
    heights = [frame.height for frame in records.values()]
    for frame, (places, rows) in zip(records.values(), rows_by_frame(nodes, heights), strict=True):
        readable = frame.select(pl.col("^.*_std$"))[rows]
        if readable.width:
            filled[places] = readable.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    return pl.Series(filled)
