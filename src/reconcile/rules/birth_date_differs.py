"""A child whose birth date in a register is not the one on the birth certificate."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.certified import REGISTERS, by_number, certified, of_each, slips

SEVERITY: Severity = "medium"
SHOWS = ("registered_on",)
RESTS_ON = ("issued_on", "registered_on")


def find(view: View) -> pl.DataFrame:
    """A case for each certificate, a row for each register with another date.

    The variant is the likely cause: `registration_date` (the register has the day of registration,
    or the day on which the certificate was issued), `next_day`, or the slip (matchers.birth_date);
    `days` is how far apart they are. The remedy is `certificate` where both registers agree against
    it. A row whose own ID number says what the certificate says is left to id_against_birth_date.
    """
    born = certified(view)
    said = of_each(view, born, "birth_date_std", pl.Date())
    other = {"residents": said["household"], "household": said["residents"]}
    rows = pl.concat(
        pl.DataFrame(
            {
                "node_l": born["births"],
                "node_r": born[name],
                "carried": born["carried"],
                "certificate": said["births"],
                "register": said[name],
                "other": other[name],
                "number": by_number(view, born[name])["birth_date"],
            }
        )
        for name in REGISTERS
    ).filter(
        pl.col("register") != pl.col("certificate"),
        (pl.col("number") != pl.col("certificate")).fill_null(True),
    )
    issued = view.values(rows["node_l"], "issued_on_std").to_series().cast(pl.Date)
    registered = view.values(rows["node_r"], "registered_on_std").to_series().cast(pl.Date)
    date = pl.col("register")
    variant = pl.when((date == issued) | (date == registered)).then(pl.lit("registration_date"))
    agree = (pl.col("other") == date).fill_null(False)
    return findings(
        rows.with_columns(
            variant=variant.otherwise(slips(rows["certificate"], rows["register"]))
        ).with_columns(
            fields=columns("birth_date"),
            evidence=evidence(
                variant=pl.col("variant"),
                remedy=pl.when(agree).then(pl.lit("certificate")),
                days=(date - pl.col("certificate")).dt.total_days().abs(),
                carried=pl.col("carried"),
            ),
        )
    )
