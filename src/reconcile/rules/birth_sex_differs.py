"""A child whose sex in a register is not the one on the birth certificate."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.certified import REGISTERS, by_number, certified, of_each

SEVERITY: Severity = "high"

_SON, _DAUGHTER = "之[长次大小]?子", "之[长次大小]?女"


def find(view: View) -> pl.DataFrame:
    """A case for each certificate, a row for each register that says otherwise.

    The variant says who stands alone: `certificate`, `residents` or `household`; `undecided` where
    only two have a say. Where the police register is silent, the 17th digit of the child's ID
    number speaks for it. A row whose own number says what the certificate says is left to
    id_against_sex, and two registers that disagree with each other are also in fields_differ.
    """
    born = certified(view)
    said = of_each(view, born, "sex_std", pl.Int8())
    numbers = {name: by_number(view, born[name])["sex"] for name in REGISTERS}
    told = born.select("births", *REGISTERS, "carried").with_columns(
        certificate=said["births"],
        residents_says=said["residents"],
        household_says=said["household"],
        residents_number=numbers["residents"],
        household_number=numbers["household"],
    )
    police = pl.coalesce("household_says", "household_number", "residents_number")
    wrong = {
        "residents": (pl.col("residents_says") != pl.col("certificate")).fill_null(False),
        "household": (police != pl.col("certificate")).fill_null(False),
    }
    right = {
        "residents": (pl.col("residents_says") == pl.col("certificate")).fill_null(False),
        "household": (police == pl.col("certificate")).fill_null(False),
    }
    variant = (
        pl.when(wrong["residents"] & wrong["household"])
        .then(pl.lit("certificate"))
        .when(wrong["residents"] & right["household"])
        .then(pl.lit("residents"))
        .when(wrong["household"] & right["residents"])
        .then(pl.lit("household"))
        .otherwise(pl.lit("undecided"))
    )
    told = told.with_columns(variant=variant)
    rows = [
        told.filter(
            pl.col(f"{name}_says") != pl.col("certificate"),
            (pl.col(f"{name}_number") != pl.col("certificate")).fill_null(True),
        ).select("variant", "carried", node_l="births", node_r=name)
        for name in REGISTERS
    ]
    rows.append(
        _against_its_name(view, told).join(
            pl.concat(rows), on="node_l", how="anti", maintain_order="left"
        )
    )
    return findings(
        pl.concat(rows).with_columns(
            fields=columns("sex"),
            evidence=evidence(variant=pl.col("variant"), carried=pl.col("carried")),
        )
    )


def _against_its_name(view: View, told: pl.DataFrame) -> pl.DataFrame:
    """variant, carried, node_l, node_r (null): certificates that call a girl somebody's son, or a
    boy a daughter."""
    called = view.values(told["births"], "name").to_series().cast(pl.String)
    son, daughter = called.str.contains(_SON), called.str.contains(_DAUGHTER)
    other = (son & (told["certificate"] == 2)) | (daughter & (told["certificate"] == 1))
    return told.filter(other.fill_null(False)).select(
        variant=pl.lit("name"), carried="carried", node_l="births", node_r=pl.lit(None, pl.UInt32)
    )
