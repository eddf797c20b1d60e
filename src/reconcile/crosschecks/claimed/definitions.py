"""The reported figures made anew under each definition of a birth, and the definition that comes
closest."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.crosschecks.claimed.joining import joined
from reconcile.crosschecks.claimed.known import YEAR, RunChildren

# Of equally close ones the first is named.
DEFINITIONS = (
    "hospital",  # born in these months with a certificate, by the certificate; each child once
    "certificates",  # certificates issued in these months, reissues included
    # entered in the resident register in these months, within a year of birth or with a certificate
    "registered",
    "any_source",  # born in these months by any of the three registers
)
_NEEDS = {"certificates": "issued_on", "registered": "registered_on"}


def figures(claims: pl.DataFrame, known: RunChildren) -> pl.DataFrame:
    """`claims` with a column for each of DEFINITIONS (Int64; null where the area or a column for it
    is not known), `closest` (String), `recomputed` (the closest figure), `gap` (claimed −
    recomputed), `share` (gap / claimed)."""
    told = claims
    for name, events in _events(known):
        counted = (
            _counted(claims, events, name)
            if _NEEDS.get(name) not in known.lacking
            else _unknown(claims, name)
        )
        told = told.join(counted, on="claim", how="left", maintain_order="left")
    placed = pl.col("level").is_not_null()
    told = told.with_columns(pl.when(placed).then(pl.col(name)).alias(name) for name in DEFINITIONS)
    distances = [(pl.col("claimed") - pl.col(name)).abs() for name in DEFINITIONS]
    least = pl.min_horizontal(distances)
    closest = pl.coalesce(
        pl.when(distance == least).then(pl.lit(name))
        for name, distance in zip(DEFINITIONS, distances, strict=True)
    )
    recomputed = pl.coalesce(pl.when(pl.col("closest") == name).then(name) for name in DEFINITIONS)
    return (
        told.with_columns(closest=closest)
        .with_columns(recomputed=recomputed)
        .with_columns(gap=pl.col("claimed") - pl.col("recomputed"))
        .with_columns(share=pl.when(pl.col("claimed") > 0).then(pl.col("gap") / pl.col("claimed")))
    )


def _events(known: RunChildren) -> Iterator[tuple[str, pl.DataFrame]]:
    """What each definition counts: on, district, town, sex."""
    children = known.children
    yield "hospital", children.drop_nulls("record_id_births").select(**_of("births", "born"))
    yield "certificates", known.certificates.select("district", "town", "sex", on="noted_on")
    entered = pl.col("noted_on_residents")
    soon = (entered - pl.col("birth_date") <= YEAR) & (entered >= pl.col("birth_date"))
    newly = children.filter(soon.fill_null(False) | pl.col("record_id_births").is_not_null())
    yield "registered", newly.select(**_of("residents", "noted_on"))
    yield "any_source", children.select("district", "town", "sex", on="birth_date")


def _of(register: str, day: str) -> dict[str, str]:
    return {"on": f"{day}_{register}"} | {
        name: f"{name}_{register}" for name in ("district", "town", "sex")
    }


def _counted(claims: pl.DataFrame, events: pl.DataFrame, name: str) -> pl.DataFrame:
    counts = joined(claims, events, "on", "district", "town", "sex").group_by("claim").len()
    both = claims.select("claim").join(counts, on="claim", how="left", maintain_order="left")
    return both.select("claim", pl.col("len").fill_null(0).cast(pl.Int64).alias(name))


def _unknown(claims: pl.DataFrame, name: str) -> pl.DataFrame:
    return claims.select("claim", pl.lit(None, dtype=pl.Int64).alias(name))
