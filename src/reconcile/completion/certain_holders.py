"""Who holds which ID number with certainty: no number is offered to anybody else."""

from __future__ import annotations

import polars as pl

from reconcile.persons.view import View

# A record whose place in its person no other grouping comes near (1/1000 bit): wrong once in a
# thousand.
SURE = 10_000


def held_elsewhere(view: View, asked: pl.DataFrame) -> pl.Series:
    """For each row of `asked` (person, number), whether another person of the resident register
    holds the number with certainty; a double of the same person is no other. Booleans in the rows'
    order."""
    holders = view.once(certain_holders)
    found = asked.select("person", "number").join(
        holders, on="number", how="left", maintain_order="left"
    )
    return found.select(
        ((pl.col("holders") > 1) | (pl.col("holder") != pl.col("person")))
        .fill_null(False)
        .alias("held")
    ).to_series()


def certain_holders(view: View) -> pl.DataFrame:
    """number (String), holder (UInt32, one of its persons), holders (UInt32, how many persons hold
    it), each number once.

    A resident holds the number of the own record where it can be trusted, and those of the own
    person's records in the household register where it is certain that they are one person.
    """
    residents = pl.col("layout") == "residents"
    trusted = view.population.filter("id_number_trusted").select(
        "person", "layout", number="id_number_std"
    )
    certain = _certain_residents(view)["person"].unique()
    stated = trusted.filter(residents)
    lent = trusted.filter(
        (pl.col("layout") == "household") & pl.col("person").is_in(certain.implode())
    )
    return (
        pl.concat([stated, lent])
        .group_by("number")
        .agg(holder=pl.col("person").min(), holders=pl.col("person").n_unique())
    )


def _certain_residents(view: View) -> pl.DataFrame:
    """node, person: the residents that exact keys, a judgement or a wide margin tie to their
    person."""
    residents = view.population.filter(pl.col("layout") == "residents").select("node", "person")
    tied = view.values(residents["node"], "how", "margin")
    return residents.filter(
        tied.select(
            (
                pl.col("how").cast(pl.String).is_in(["exact", "judgement"])
                | (pl.col("margin") >= SURE)
            ).fill_null(False)
        ).to_series()
    )
