"""The view of a linkage: each record with the person that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from reconcile.config import BirthsConfig
from reconcile.core.period import Period
from reconcile.matching.linked import Linked
from reconcile.matching.weak_pairs import weak_pairs
from reconcile.persons.view import View


def view_of(
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, str],
    linked: Linked,
    period: Period | None,
    as_of: date,
    births: BirthsConfig,
    areas: pl.DataFrame | None = None,
) -> View:
    """The standardised records of each source with their persons, as rules see them.

    `layouts`: the name of each source's layout. `period`: bounds the births. `as_of`: the
    last day that the records speak of. `areas`: see `View`.
    """
    persons = linked.persons.join(
        linked.best, on=["source", "record_id"], how="left", maintain_order="left"
    )
    with_persons = {
        name: frame.join(
            persons.filter(pl.col("source") == name).drop("source"),
            on="record_id",
            how="left",
            maintain_order="left",
        )
        for name, frame in records.items()
    }
    return View(
        with_persons, layouts, linked.links, period, linked.mentions, as_of, births,
        weak_pairs=weak_pairs(linked.scored_pairs),
        areas=areas,
    )  # fmt: skip
