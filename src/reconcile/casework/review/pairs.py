"""Which pairs are put to people, the most informative first."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.frames import Schema, empty
from reconcile.ledger.judgements import ordered
from reconcile.matching.judgements import PAIR
from reconcile.rules import as_codes, rule_codes
from reconcile.workspace import RunFolder

POSSIBLE = "possible_match"
WEAK = "weak_edge"

# `code`, `key`: the case that asks, or WEAK and an empty key. `evidence`, `fields`: as in
# frames.DISCREPANCIES.
PAIRS: Schema = {
    **dict.fromkeys((*PAIR, "code", "key", "town", "village"), pl.String),
    "evidence": pl.String,
    "fields": pl.List(pl.String),
    "match_weight": pl.Int32,  # 1/1000 bit; null for pairs that were not weighed
    "match_probability": pl.Float64,
    "records": pl.Int64,  # how many records are of the one or two persons that the answer moves
}


@dataclass(frozen=True)
class ReviewChoice:
    """Which pairs are asked for. `codes`: rules whose cases are pairs, by code or by name. `towns`:
    none for all. `weak`: also the weakest pair of each person of three and more records. `unsure`:
    those judged unsure once more."""

    codes: tuple[str, ...] = (POSSIBLE,)
    towns: tuple[str, ...] = ()
    weak: bool = False
    unsure: bool = False
    limit: int | None = None


def pairs_to_review(
    run: RunFolder, open_cases: Collection[str], judged: pl.DataFrame, wanted: ReviewChoice
) -> pl.DataFrame:
    """PAIRS, the most informative first, of a published run: those of its cases that are open, then
    weak ones.

    `judged`: frames.JUDGEMENTS that stand; what they decide is not asked again. UsageError for a
    rule or a town that is not in the run.
    """
    asked = _of_cases(run, open_cases, wanted)
    groups = [asked, _weak(run)] if wanted.weak else [asked]
    told = pl.concat([_by_gain(_with_weights(run, group), run) for group in groups])
    told = told.unique(PAIR, keep="first", maintain_order=True)
    settled = judged.filter(pl.col("decision") != "unsure") if wanted.unsure else judged
    named = (
        told.with_row_index("at")
        .pipe(ordered)
        .join(ordered(settled).select(PAIR), on=PAIR, how="semi")
    )
    told = told.filter(~pl.int_range(pl.len()).is_in(named["at"].implode()))
    if wanted.towns:
        _refuse_unknown(
            "review.error.unknown_town", wanted.towns, told["town"].drop_nulls().unique().sort()
        )
        told = told.filter(pl.col("town").is_in(wanted.towns))
    return told if wanted.limit is None else told.head(wanted.limit)


def _of_cases(run: RunFolder, open_cases: Collection[str], wanted: ReviewChoice) -> pl.DataFrame:
    codes = as_codes(wanted.codes)
    _refuse_unknown("review.error.unknown_code", codes, rule_codes())
    columns = (*PAIR, "code", "key", "town", "village", "evidence", "fields")
    with run.scan("discrepancies", *columns) as rows:
        return rows.filter(
            pl.col("code").is_in(codes),
            pl.col("record_id_r").is_not_null(),
            pl.col("key").is_in(sorted(open_cases)),
        ).collect()


def _refuse_unknown(error: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = sorted({*given} - {*known})
    if unknown:
        raise UsageError(error, given=", ".join(unknown), known=", ".join(known))


def _weak(run: RunFolder) -> pl.DataFrame:
    """The weakest pair of each person that exact keys or judgements do not join."""
    edges = run.read("weak_edges", *PAIR, "match_weight").drop_nulls("match_weight").select(PAIR)
    found = [
        empty(
            {"source": pl.String, "record_id": pl.String, "town": pl.String, "village": pl.String}
        )
    ]
    for source in edges["source_l"].unique().sort():
        of_source = edges.filter(pl.col("source_l") == source)["record_id_l"].unique().implode()
        with run.scan_records(source) as records:
            rows = records.filter(pl.col("record_id").is_in(of_source))
            known = rows.collect_schema().names()  # a layout of one's own may know no areas
            area = {
                n: pl.col(f"{n}_std") if f"{n}_std" in known else pl.lit(None, pl.String)
                for n in ("town", "village")
            }
            found.append(rows.select(pl.lit(source).alias("source"), "record_id", **area).collect())
    areas = pl.concat(found).rename({"source": "source_l", "record_id": "record_id_l"})
    return edges.join(
        areas, on=["source_l", "record_id_l"], how="left", maintain_order="left"
    ).with_columns(
        code=pl.lit(WEAK),
        key=pl.lit(""),
        evidence=pl.lit("{}"),
        fields=pl.lit([], dtype=pl.List(pl.String)),
    )


def _with_weights(run: RunFolder, pairs: pl.DataFrame) -> pl.DataFrame:
    """Adds match_weight, match_probability and `records`."""
    scored = scored_rows(run, pairs, *PAIR, "match_weight", "match_probability")
    weighed = pairs.with_row_index("at").pipe(ordered).join(scored, on=PAIR, how="left").sort("at")
    persons = run.read("persons", "source", "record_id", "person_id")
    sizes = persons.with_columns(size=pl.len().over("person_id").cast(pl.Int64))
    told = pairs.hstack(weighed.select("match_weight", "match_probability"))
    for side in ("l", "r"):
        of_side = sizes.rename(
            {name: f"{name}_{side}" for name in ("source", "record_id", "person_id", "size")}
        )
        told = told.join(
            of_side, on=[f"source_{side}", f"record_id_{side}"], how="left", maintain_order="left"
        )
    one = pl.col("person_id_l") == pl.col("person_id_r")
    records = pl.when(one).then("size_l").otherwise(pl.col("size_l") + pl.col("size_r"))
    return told.with_columns(records=records, joined=one)


def scored_rows(run: RunFolder, pairs: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The rows of the frame scored_pairs about these pairs, the smaller record on the left, each
    pair once; these columns (PAIR among them), all when none is named."""
    turned = pairs.select(pl.col(a).alias(b) for a, b in zip(_TURNED, PAIR, strict=True))
    either = pl.concat([pairs.select(PAIR), turned]).unique()
    with run.scan("scored_pairs", *columns) as scored:
        found = scored.join(either.lazy(), on=PAIR, how="semi").collect()
    return ordered(found).unique(PAIR, keep="first", maintain_order=True)


_TURNED = ("source_r", "record_id_r", "source_l", "record_id_l")


def _by_gain(pairs: pl.DataFrame, run: RunFolder) -> pl.DataFrame:
    """PAIRS, by how much an answer tells: the records that it moves, halved for each bit between
    the pair and the cut.

    A pair above the cut that was not joined is as near as can be: something else than its weight
    held it apart. A pair that was never weighed comes last.
    """
    chance = run.matching["match_probability"]
    above = pl.col("match_weight") / 1000 - math.log2(chance / (1 - chance))
    distance = pl.when("joined").then(above.clip(0)).otherwise((-above).clip(0))
    gain = (pl.col("records") * 2.0**-distance).round(9).fill_null(0.0)
    told = pairs.with_columns(gain=gain).sort("gain", "key", *PAIR, descending=[True, *[False] * 5])
    return told.select(pl.col(name).cast(dtype) for name, dtype in PAIRS.items())
