"""What became of the rows by area: outcomes, and the reasons of those without a counterpart, that
add up."""

from __future__ import annotations

import polars as pl

from reconcile.areas.by_area import AREA, by_area, in_order
from reconcile.persons.outcomes import OUTCOMES
from reconcile.persons.unmatched_reasons import REASONS
from reconcile.persons.view import View

ENDS = tuple(outcome for outcome in OUTCOMES if outcome != "single")
COUNTS = (*ENDS, *REASONS)
# Each row of a register is in one of these; `unmatched` is the sum of the reasons.
PARTS = tuple(name for name in COUNTS if name != "unmatched")


def outcome_counts(view: View, outcomes: pl.DataFrame) -> pl.DataFrame:
    """source, AREA, COUNTS and total (UInt32) of every source that was held against another
    register, births left out: the city, each district, each town, sources in the order of the run.
    `outcomes`: outcomes.outcomes of the view.

    ENDS add up to the row's total and REASONS to `unmatched`, towns to their district and districts
    to the city: rows whose district or town is unknown are counted under a null area. May be
    published only as `lists.outcomes` holds small counts back.
    """
    places = view.values(view.population["node"], "district_std", "town_std").cast(pl.String)
    areas = {"district": places["district_std"], "town": places["town_std"]}
    rows = outcomes.with_columns(**areas).filter(pl.col("outcome").is_in(ENDS))
    sums = {name: pl.col("outcome") == name for name in ENDS}
    sums |= {name: (pl.col("reason") == name).fill_null(False) for name in REASONS}
    grouped = rows.group_by("source", "district", "town").agg(
        *(counted.sum().cast(pl.UInt32).alias(name) for name, counted in sums.items()),
        total=pl.len().cast(pl.UInt32),
    )
    counted = (
        by_area(grouped, unknown=True).group_by("source", *AREA).agg(pl.col(*COUNTS, "total").sum())
    )
    sources = [source for source in view.records if source in grouped["source"]]
    tables = [in_order(counted.filter(source=source)) for source in sources]
    return pl.concat([counted.clear(), *tables]).select("source", *AREA, *COUNTS, "total")
