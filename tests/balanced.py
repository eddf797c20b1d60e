"""That a table of outcomes adds up."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.persons.unmatched_reasons import REASONS
from reconcile.statistics.outcomes import COUNTS, ENDS


def assert_adds_up(counts: pl.DataFrame, rows: Mapping[str, int]) -> None:
    """Counts add up across, areas to the area above, and the city to the rows of each source."""
    assert counts.select(pl.sum_horizontal(ENDS)).to_series().equals(counts["total"].alias(ENDS[0]))
    assert counts.select(pl.sum_horizontal(REASONS)).to_series().equals(counts["unmatched"].alias(REASONS[0]))
    city = dict(counts.filter(level="city").select("source", "total").iter_rows())
    assert city == {source: count for source, count in rows.items() if count}
    totals = [*COUNTS, "total"]
    for below, above, keys in (("town", "district", ["source", "district"]), ("district", "city", ["source"])):
        parts = counts.filter(level=below).group_by(keys).agg(pl.col(totals).sum())
        whole = counts.filter(level=above).select(*keys, *totals)
        assert parts.sort(keys).equals(whole.sort(keys))
