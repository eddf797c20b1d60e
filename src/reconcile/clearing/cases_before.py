"""The cases as they were before a month, as if it had no run yet."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import CASES
from reconcile.ledger.fold import fold
from reconcile.ledger.store import Ledger


def cases_without(ledger: Ledger, run: int | None, last: str) -> pl.DataFrame:
    """frames.CASES as they would be had this run not been; cases that only it knows keep their
    numbers, without a state. `last`: the period booked before it."""
    cases = ledger.cases()
    if run is None:
        return cases
    keys = ledger.keys_of_run(run)
    folded = fold(ledger.events(keys), {*ledger.replaced_runs(), run}, ghosts=True)
    unseen = ledger.query(
        "SELECT key FROM events JOIN runs USING (run) WHERE kind = 'unseen' AND runs.period "
        "= ? AND replaced IS NULL",
        last,
    )
    rest = cases.join(keys.to_frame(), on="key", how="anti", maintain_order="left")
    all_cases = pl.concat([rest, folded.select(*CASES)]).sort("key")
    # What was open then, and not out of sight, was seen by the run before.
    seen = (pl.col("state") != "closed") & ~pl.col("key").is_in([row["key"] for row in unseen])
    seen &= (pl.col("first_seen") != "") & (pl.col("first_seen") <= last)
    return all_cases.with_columns(last_seen=pl.when(seen).then(pl.lit(last)).otherwise("last_seen"))
