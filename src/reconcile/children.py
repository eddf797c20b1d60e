"""Children of the period in the three registers: the births of the hospitals held against both others."""

from __future__ import annotations

import polars as pl

from reconcile.view import View

# The letter of each register, in the order of a cell's name: hospital, resident register, police.
LETTERS = {"births": "H", "residents": "R", "household": "P"}
CELLS = ("H", "R", "P", "HR", "HP", "RP", "HRP")

_DATE_ORDER = ("births", "household", "residents")  # whose birth date counts first
_LEAST_SHARE = 0.05  # of the busiest month's births, for a month that the hospitals' files cover


def children(view: View) -> pl.DataFrame:
    """The children of the period, one row each, none when no births are in the run.

    Columns: births, residents, household (node of the record that stands for the child there, or null), cell,
    town. Without a period: every child of the hospitals' files, and of the other registers those born in a
    month that these files cover. A child's birth date is the hospital's, else the police's, else the
    resident register's.
    """
    known = view.population.lazy().filter(pl.col("layout").is_in(list(LETTERS)), pl.col("stands"))
    in_period = _in_period(view)
    candidates = known.filter(in_period).select("person").unique().collect().to_series()
    rows = (
        known.filter(pl.col("person").is_in(candidates.implode()))
        .select("person", "layout", "node", "birth_date_std", "town_std")
        .collect()
    )
    wide = candidates.to_frame()
    for layout in LETTERS:
        register = rows.filter(pl.col("layout") == layout).select(
            "person",
            pl.col("node").alias(layout),
            pl.col("birth_date_std").alias(f"birth_date_{layout}"),
            pl.col("town_std").alias(f"town_{layout}"),
        )
        wide = wide.join(register, on="person", how="left")
    found = wide.select(
        *LETTERS,
        birth_date_std=pl.coalesce(f"birth_date_{layout}" for layout in _DATE_ORDER),
        layout=pl.when(pl.col("births").is_not_null()).then(pl.lit("births")).otherwise(pl.lit("")),
        cell=pl.concat_str(
            pl.when(pl.col(layout).is_not_null()).then(pl.lit(letter)).otherwise(pl.lit(""))
            for layout, letter in LETTERS.items()
        ),
        town=pl.coalesce(f"town_{layout}" for layout in LETTERS),
    )
    return found.filter(in_period).drop("birth_date_std", "layout").sort(*LETTERS, nulls_last=True)


def _in_period(view: View) -> pl.Expr:
    """Whether a row (birth_date_std, layout) is of a child that this run asks about."""
    if not view.of_layout("births"):
        return pl.lit(False)
    if view.bounds:
        return pl.col("birth_date_std").is_between(*view.bounds, closed="left")
    covered = pl.col("birth_date_std").dt.truncate("1mo").is_in(_covered_months(view).implode())
    return (pl.col("layout") == "births") | covered


def _covered_months(view: View) -> pl.Series:
    """The months that the hospitals' files cover: a mistyped year must not ask for the births of decades."""
    born = view.standing("births").select(month=pl.col("birth_date_std").dt.truncate("1mo")).collect().drop_nulls()
    counts = born.group_by("month").len()
    return counts.filter(pl.col("len") >= _LEAST_SHARE * pl.col("len").max())["month"]
