"""A birth that was certified or registered later than allowed, or registered before it happened."""

from __future__ import annotations

from datetime import date

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.certified import REGISTERS, certified, of_each

SEVERITY: Severity = "low"
ABOUT_LEFT = True
PASSES = True
SHOWS = ("registered_on",)

_STAGES = {"births": "certificate", "residents": "residents", "household": "household"}
_DATES = {"births": "issued_on", "residents": "registered_on", "household": "registered_on"}


def find(view: View) -> pl.DataFrame:
    """A case for each child with a certificate of which a stage took longer than
    `registration_days`.

    The variant is the first of these stages: `certificate` (issued late, so that what followed is
    late too), `household` or `residents` (registered late, though the certificate was not);
    `before_birth`, where a register says that it registered the child before its birth. `days` from
    the birth, and `allowed`. A child of an earlier month is here only when the late event is of the
    period. Who moved in was registered late for that, and is not here.
    """
    born = certified(view)
    birth = of_each(view, born, "birth_date_std", pl.Date())["births"]
    first = view.bounds[0] if view.bounds else date.min
    lags = {}
    for layout, column in _DATES.items():
        on = view.values(born[layout], f"{column}_std").to_series().cast(pl.Date)
        moved = view.values(born[layout], "moved_in_on_std").to_series().cast(pl.Date)
        told = (
            (on.is_not_null())
            & ~(moved > birth).fill_null(False)
            & (~born["carried"] | (on >= first))
        )
        lags[layout] = pl.select(
            pl.when(told.fill_null(False)).then((on - birth).dt.total_days())
        ).to_series()
    allowed = view.births.registration_days
    early = {layout: (lags[layout] < 0).fill_null(False) for layout in REGISTERS}
    late = {
        layout: (lags[layout] > allowed).fill_null(False)
        for layout in ("births", "household", "residents")
    }
    kinds = [
        *((early[name], "before_birth", name) for name in early),
        *((late[n], _STAGES[n], n) for n in late),
    ]
    stage = pl.coalesce(
        *(pl.when(pl.lit(here)).then(pl.lit(variant)) for here, variant, _ in kinds)
    )
    told_by = pl.coalesce(*(pl.when(pl.lit(here)).then(pl.lit(name)) for here, _, name in kinds))
    days = pl.coalesce(*(pl.when(pl.lit(here)).then(pl.lit(lags[name])) for here, _, name in kinds))
    found = born.with_columns(variant=stage, by=told_by, days=days).filter(
        pl.col("variant").is_not_null()
    )
    return findings(
        found.select(
            node_l="births",
            node_r=pl.when(pl.col("by") != "births").then(
                pl.when(pl.col("by") == "household").then("household").otherwise("residents")
            ),
            fields=pl.when(pl.col("by") == "births")
            .then(columns("issued_on"))
            .otherwise(columns("registered_on")),
            evidence=evidence(
                variant=pl.col("variant"),
                days=pl.col("days").abs(),
                allowed=pl.lit(allowed),
                carried=pl.col("carried"),
            ),
        )
    )
