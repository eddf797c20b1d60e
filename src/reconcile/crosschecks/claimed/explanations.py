"""The records that may explain why a reported figure is not the number of births by hospital."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from reconcile.core.frames import Schema, conform, empty
from reconcile.crosschecks.claimed.joining import joined, outside_area, outside_months
from reconcile.crosschecks.claimed.known import RunChildren

# What each kind does to a figure that was counted so, held against the births by hospital: more or
# less.
KINDS: Mapping[str, int] = {
    "reissued": 1,  # a further certificate of the same child
    "late_in": 1,  # issued or registered in these months, born in others
    "no_hospital": 1,  # in a register without certificate
    "dated_in": 1,  # born in these months by a register, in others by the hospital
    "area_in": 1,  # of this area by a register, of another one by the hospital
    "sex_in": 1,  # of this sex by a register, of the other one by the hospital
    # linked to a register's record as possible only: two records of one child, perhaps
    "possible": 1,
    "mother_elsewhere": -1,  # the mother is from elsewhere
    "early_death": -1,  # died soon after birth
    "late_out": -1,  # born in these months, issued or registered in others
    "dated_out": -1,
    "area_out": -1,
    "sex_out": -1,
}

# A record that may explain a figure. `other_…`: the record that says something else, where there is
# one. `noted_on`: the day of issue or registration, where that is what is late.
EXPLAINED: Schema = {
    "claim": pl.UInt32, "kind": pl.Enum(list(KINDS)), "effect": pl.Int8, "source": pl.String,
    "record_id": pl.String,
    "other_source": pl.String, "other_record_id": pl.String, "birth_date": pl.Date,
    "noted_on": pl.Date,
}  # fmt: skip

_OTHERS = ("residents", "household")


def explanations(claims: pl.DataFrame, known: RunChildren) -> pl.DataFrame:
    """EXPLAINED: each record once for a figure and kind, sorted. A record may have several kinds,
    so that the counts of kinds do not add up to a gap."""
    children = known.children
    born = children.drop_nulls("record_id_births")
    found = [
        _kind("reissued", _reissued(claims, known)),
        *_by_reason(claims, born),
        *_late(claims, born),
        _kind("no_hospital", _without_certificate(claims, children)),
        _kind("possible", _here(claims, born.filter("unsure"))),
        *(
            _kind(kind, frame)
            for register in _OTHERS
            for kind, frame in _said_otherwise(claims, born, register)
        ),
    ]
    order = ["claim", "kind", "source", "record_id"]
    stacked = pl.concat([empty(EXPLAINED), *found]).sort(*order, "other_source", nulls_last=True)
    return stacked.unique(order, keep="first", maintain_order=True)


def _kind(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as EXPLAINED; without a source of their own they are about the certificate."""
    if "source" not in rows.columns:
        rows = rows.with_columns(source="source_births", record_id="record_id_births")
    return conform(rows.with_columns(kind=pl.lit(kind), effect=pl.lit(KINDS[kind])), EXPLAINED)


def _here(claims: pl.DataFrame, born: pl.DataFrame) -> pl.DataFrame:
    """The children that the figure has by hospital."""
    return joined(claims, born, "born_births", "district_births", "town_births", "sex_births")


def _reissued(claims: pl.DataFrame, known: RunChildren) -> pl.DataFrame:
    child = known.children.select(
        "person_id", other_source="source_births", other_record_id="record_id_births",
        birth_date="born_births",
        district="district_births", town="town_births", sex="sex_births",
    )  # fmt: skip
    further = known.certificates.filter(~pl.col("standing")).select(
        "person_id", "source", "record_id", "noted_on"
    )
    return joined(
        claims, further.join(child, on="person_id"), "birth_date", "district", "town", "sex"
    )


def _by_reason(claims: pl.DataFrame, born: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for kind in ("mother_elsewhere", "early_death"):
        yield _kind(kind, _here(claims, born.filter(pl.col("reason") == kind)))


def _late(claims: pl.DataFrame, born: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """By the day of issue, and by that of registration with a resident register's record."""
    for register in ("births", "residents"):
        other = {} if register == "births" else _other(register)
        rows = born.with_columns(noted_on=f"noted_on_{register}", **other)
        noted = joined(claims, rows, "noted_on", "district_births", "town_births", "sex_births")
        yield _kind("late_in", noted.filter(outside_months("born_births")))
        yield _kind("late_out", _here(claims, rows).filter(outside_months("noted_on")))


def _without_certificate(claims: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    alone = children.filter(pl.col("record_id_births").is_null()).with_columns(
        source=pl.coalesce("source_residents", "source_household"),
        record_id=pl.coalesce("record_id_residents", "record_id_household"),
    )
    return joined(claims, alone, "birth_date", "district", "town", "sex")


def _said_otherwise(
    claims: pl.DataFrame, born: pl.DataFrame, register: str
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Children of whom a register says another month, area or sex than the hospital: into the
    figure, and out of it."""
    rows = born.with_columns(**_other(register))
    day, area, sex = (
        f"born_{register}",
        (f"district_{register}", f"town_{register}"),
        f"sex_{register}",
    )
    hospital = ("district_births", "town_births")
    here = _here(claims, rows)
    yield (
        "dated_in",
        joined(claims, rows, day, *hospital, "sex_births").filter(outside_months("born_births")),
    )
    yield "dated_out", here.filter(outside_months(day))
    yield (
        "area_in",
        joined(claims, rows, "born_births", *area, "sex_births").filter(outside_area(*hospital)),
    )
    yield "area_out", here.filter(outside_area(*area))
    split = pl.col("claimed_sex").is_not_null()
    into = joined(claims, rows, "born_births", *hospital, sex)
    yield "sex_in", into.filter(split, pl.col("sex_births") != pl.col("claimed_sex"))
    yield "sex_out", here.filter(split, pl.col(sex) != pl.col("claimed_sex"))


def _other(register: str) -> dict[str, str]:
    return {"other_source": f"source_{register}", "other_record_id": f"record_id_{register}"}
