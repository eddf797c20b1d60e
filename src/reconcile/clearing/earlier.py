"""The records that a month is held against: each source as it was last delivered, whatever has been
missing since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from reconcile.clearing.follow import COLUMNS
from reconcile.ledger.store import Ledger
from reconcile.workspace import RunFolder


def records_before(
    ledger: Ledger, periods: Sequence[str], now: Mapping[str, pl.DataFrame], cases: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """By source the standardised records (stages.follow.COLUMNS) of the latest earlier run that has
    it; where open cases are about records that it lacks, also what else it lacks of their towns,
    from the runs that saw them last.

    `periods`: those booked before, sorted. `now`: this month's records; only its sources are asked
    for. `cases`: frames.CASES. A run whose folder is gone says nothing.
    """
    run = ledger.workspace.run
    found = {}
    for source in now:
        latest = next((p for p in reversed(periods) if run(p).has_records(source)), None)
        if latest is not None:
            parts = [_records(run(latest), source)]
            older = _towns_away(cases, latest, source, parts[0]).items()
            parts += [
                _records(run(p), source, towns) for p, towns in older if run(p).has_records(source)
            ]
            found[source] = _once(parts, _left_keys(ledger, source))
    return found


def _records(run: RunFolder, source: str, towns: Iterable[str] | None = None) -> pl.DataFrame:
    """The records of a source in a published run: all, or those of some towns."""
    with run.scan("persons", "source", "record_id", "person_id") as rows:
        persons = rows.filter(pl.col("source") == source).drop("source").collect()
    with run.scan_records(source) as rows:
        there = rows.collect_schema().names()
        wanted = rows if towns is None else rows.filter(pl.col("town_std").is_in(sorted(towns)))
        columns = [name for name in COLUMNS if name in there]
        return (
            wanted.select(columns)
            .collect()
            .join(persons, on="record_id", how="left", maintain_order="left")
        )


def _towns_away(
    cases: pl.DataFrame, latest: str, source: str, records: pl.DataFrame
) -> dict[str, list[str]]:
    """By month, the latest first, the towns of open cases that were last seen in it, and of whose
    records some are not among those of the run of `latest`."""
    unseen = cases.filter(
        pl.col("state") != "closed", pl.col("last_seen") != "", pl.col("last_seen") < latest
    )
    decoded = pl.col("subjects").str.json_decode(pl.List(pl.String))
    subjects = unseen.select("last_seen", "town", subject=decoded).explode("subject")
    own = subjects.filter(pl.col("subject").str.starts_with(f"{source}:")).select(
        "last_seen", "town", record_id=pl.col("subject").str.strip_prefix(f"{source}:")
    )
    away = own.join(records.select("record_id"), on="record_id", how="anti")
    towns = away.group_by("last_seen").agg(pl.col("town").unique().sort())
    return dict(towns.sort("last_seen", descending=True).rows())


def _once(parts: list[pl.DataFrame], left_keys: pl.Series) -> pl.DataFrame:
    """The records of all parts, each from the first that has it; of the others none that goes on
    under a new key."""
    records = parts[0]
    for older in parts[1:]:
        more = older.join(records, on="record_id", how="anti").filter(
            ~pl.col("record_id").is_in(left_keys.implode())
        )
        records = pl.concat([records, more], how="diagonal_relaxed")
    return records


def _left_keys(ledger: Ledger, source: str) -> pl.Series:
    """The keys that records of this source have left for others."""
    asked = "SELECT DISTINCT old FROM aliases JOIN runs USING (run) WHERE replaced IS NULL AND source = ? ORDER BY old"  # noqa: E501
    return pl.Series("old", [row["old"] for row in ledger.query(asked, source)], dtype=pl.String)
