"""What the clerk should know about the area table and what it does not tell."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.areas.table import AreaTable
from reconcile.core.notice import Notice


def of_areas(table: AreaTable | None, unresolved: pl.DataFrame) -> Iterator[Notice]:
    """Rows of the table that were not used, and rows of the sources whose area it does not tell;
    counts only.

    `unresolved`: frames.UNRESOLVED_AREAS.
    """
    if table is None:
        return
    if table.rejects.height:
        yield Notice("areas_rejected", {"count": table.rejects.height})
    if unresolved.height:
        counted = dict(unresolved.group_by("how").agg(pl.col("rows").sum()).iter_rows())
        yield Notice(
            "areas_unresolved",
            {
                "count": sum(counted.values()),
                "wordings": unresolved.height,
                "unknown": counted.get("unknown", 0),
                "ambiguous": counted.get("ambiguous", 0),
            },
        )


def of_addresses(counts: pl.DataFrame | None) -> Iterator[Notice]:
    """How many rows without a town have one from their address.

    `counts`: areas.from_addresses.Addressed.counts.
    """
    if counts is not None:
        for row in counts.iter_rows(named=True):
            yield Notice(
                "areas_from_addresses",
                {("name" if k == "source" else k): v for k, v in row.items()},
            )
