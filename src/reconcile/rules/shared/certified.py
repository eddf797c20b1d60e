"""Certificates beside what the registers hold of the same children."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.birth_date import LEVELS, day_levels
from reconcile.persons.children import known_children
from reconcile.persons.view import View
from reconcile.rules import findings

REGISTERS = ("residents", "household")


def certified(view: View) -> pl.DataFrame:
    """births, residents, household, carried, person: every child with a certificate; a cancelled
    row is no row."""
    active = view.population["active"]
    born = known_children(view).filter(pl.col("births").is_not_null())
    rows = {
        name: pl.when(active.gather(born[name]).fill_null(False)).then(pl.col(name))
        for name in REGISTERS
    }
    return born.select(
        "births", *(row.alias(name) for name, row in rows.items()), "carried", "person"
    )


def of_each(
    view: View, children: pl.DataFrame, column: str, dtype: pl.DataType
) -> dict[str, pl.Series]:
    """What each of the three records of `children` says, null where it does not."""
    return {
        name: view.values(children[name], column).to_series().cast(dtype).alias(name)
        for name in ("births", *REGISTERS)
    }


def by_number(view: View, nodes: pl.Series) -> pl.DataFrame:
    """sex (Int8) and birth_date (Date) in each record's own ID number, null where it has none that
    is valid."""
    said = view.values(nodes, "id_number_std", "id_number_status")
    number = pl.when(
        pl.col("status").eq("valid") & pl.col("number").str.contains(r"^\d{17}[\dX]$")
    ).then("number")
    return pl.DataFrame(
        {
            "number": said["id_number_std"].cast(pl.String),
            "status": said["id_number_status"].cast(pl.String),
        }
    ).select(
        sex=(2 - number.str.slice(16, 1).cast(pl.Int8) % 2).cast(pl.Int8),
        birth_date=number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
    )


def slips(left: pl.Series, right: pl.Series) -> pl.Series:
    """How two dates (no nulls) differ, as matchers.birth_date.LEVELS says it; `next_day` for
    neighbours."""
    days = (side.to_physical().to_numpy().astype(np.int64) for side in (left, right))
    levels = pl.Series(np.array(LEVELS)[day_levels(*days)], dtype=pl.String)
    near = (left - right).dt.total_days().abs() == 1
    return pl.select(pl.when(near).then(pl.lit("next_day")).otherwise(levels)).to_series()


def nothing() -> pl.DataFrame:
    """FINDINGS without a row."""
    return findings(pl.DataFrame(schema={"node_l": pl.UInt32}))
