"""The whole job: a booked month in, the change list out. Nothing is written, neither in a source
nor in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.casework.survivors.changes import CHANGES, changes
from reconcile.casework.survivors.choices import choose
from reconcile.casework.survivors.clusters import CODES, clusters, members_of
from reconcile.casework.survivors.values import candidates
from reconcile.core.errors import UsageError
from reconcile.core.frames import LINKS, empty
from reconcile.core.layouts import load_layout
from reconcile.core.period import Period
from reconcile.ledger.judgements import judgements, ordered
from reconcile.ledger.store import open_ledger
from reconcile.matching.judgements import PAIR
from reconcile.persons.view import View
from reconcile.workspace import RunFolder, Workspace


@dataclass(frozen=True)
class Proposal:
    """`changes`: changes.CHANGES. `layouts`: the layout of each source. `left_out`: how many cases
    are not in it: parted (people have judged two of their records different), stale (confirmed on
    other evidence than there is now), unconfirmed, unseen (open, but this run does not have
    them)."""

    period: Period
    changes: pl.DataFrame
    layouts: Mapping[str, str]
    left_out: Mapping[str, int]


def propose(workspace: Workspace, period: Period | None, *, everything: bool) -> Proposal:
    """The change list of a booked month, the latest by default. `everything`: also of duplicates
    that nobody has confirmed yet.

    Raises UsageError when the month is not booked; WorkspaceError when there is no ledger, or its
    run is damaged.
    """
    with open_ledger(workspace) as ledger:
        booked: list[str] = [
            row["period"]
            for row in ledger.query(
                "SELECT period FROM runs WHERE replaced IS NULL ORDER BY period"
            )
        ]
        chosen = str(period) if period else max(booked, default="–")
        if chosen not in booked:
            raise UsageError(
                "survivors.error.not_booked", period=chosen, known="、".join(booked) or "–"
            )
        cases = ledger.cases().filter(pl.col("code").is_in(CODES))
        told = judgements(ledger)
    run = workspace.run(chosen)
    members = members_of(run.read("discrepancies", *PAIR, "code", "key", "town", "village"))
    judged = _standing(run.read("judgements", *PAIR, "decision", "judgement"), told)
    month = Period.parse(chosen)
    view = _view(run, members, month)
    found, left_out = clusters(members, cases, judged, view, everything=everything)
    unseen = cases.filter(pl.col("state") != "closed").join(members, on="key", how="anti").height
    parts = [
        changes(own, choose(candidates(own, view, load_layout(layout))))
        for layout in sorted(set(view.layouts.values()))
        if (own := found.filter(pl.col("layout") == layout)).height
    ]
    listed = pl.concat([empty(CHANGES), *parts]).sort(
        "town", "village", "key", nulls_last=True, maintain_order=True
    )
    return Proposal(month, listed, view.layouts, {**left_out, "unseen": unseen})


def _standing(of_run: pl.DataFrame, of_ledger: pl.DataFrame) -> pl.DataFrame:
    """PAIR and decision of what people say of each pair of records now (frames.JUDGEMENTS): of the
    run's those that a file gave it, then the ledger's; of several words about one pair the last."""
    of_file = of_run.filter(pl.col("judgement").is_null())
    rows = [
        frame.select(*PAIR, pl.col("decision").cast(pl.String)) for frame in (of_file, of_ledger)
    ]
    return ordered(pl.concat(rows)).unique(PAIR, keep="last", maintain_order=True)


def _view(run: RunFolder, members: pl.DataFrame, period: Period) -> View:
    """The persons of the members, with all their records in all registers."""
    persons = run.read("persons", "source", "record_id", "person_id")
    asked = persons.join(members, on=["source", "record_id"], how="semi")["person_id"].unique()
    wanted = persons.filter(pl.col("person_id").is_in(asked.implode()))
    records = {}
    for source in run.layouts:
        own = wanted.filter(pl.col("source") == source).select("record_id", "person_id")
        with run.scan_records(source) as rows:
            records[source] = rows.join(own.lazy(), on="record_id", maintain_order="left").collect()
    return View(records, run.layouts, empty(LINKS), period)
