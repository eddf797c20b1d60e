"""What is found in rosters: facts that a roster and the registers, or two rows, say differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from reconcile.config import RostersConfig
from reconcile.core.frames import SEVERITIES, Schema, conform, empty
from reconcile.crosschecks.roster.amounts import wrong_amounts
from reconcile.rules import evidence
from reconcile.standardising.documents import of_one_kind

# The codes, in the order in which the findings of a row are listed.
CODES = (
    "roster_deceased", "roster_cancelled", "roster_duplicate", "roster_excluded",
    "roster_id_shared",
    "roster_not_found", "roster_possible", "roster_id_bad", "roster_fields_differ", "roster_amount",
)  # fmt: skip

# One row a row of a roster and a finding. The other record (`_r`) is a register's or another row's,
# null without one.
FINDINGS: Schema = {
    "node": pl.UInt32,
    "code": pl.Enum(CODES),
    "severity": pl.Enum(SEVERITIES),
    "source_r": pl.String,
    "record_id_r": pl.String,
    "fields": pl.List(pl.String),
    "evidence": pl.String,  # JSON, see reconcile.rules.evidence
}

_COMPARED = ("name", "sex", "id_number", "birth_date")
_VALUES = ("name_std", "sex_std", "id_number_std", "birth_date_std")


@dataclass(frozen=True)
class Material:
    """`rows`: lookup.ROWS with the roster's own values (see `job.material`); `records`:
    facts.RECORDS of the persons found; `rosters`: what the config asks."""

    rows: pl.DataFrame
    records: pl.DataFrame
    rosters: RostersConfig

    def members(self) -> pl.DataFrame:
        """The rows that are found, each with every record of its person; `paid_on_std` beside."""
        found = self.rows.filter(pl.col("status") == "found").select(
            "node", "person_id", "paid_on_std"
        )
        return found.join(self.records, on="person_id", maintain_order="left_right")


def findings(material: Material) -> pl.DataFrame:
    """FINDINGS of all codes, by row and code."""
    return pl.concat([empty(FINDINGS), *(find(material) for find in _FINDERS)]).sort(
        "node", "code", "record_id_r"
    )


def _findings(
    frame: pl.DataFrame, code: str, severity: str | pl.Expr, fields: Sequence[str] = ()
) -> pl.DataFrame:
    """`frame` (node, evidence, and what it has of the others) as FINDINGS."""
    own = {
        "code": pl.lit(code),
        "severity": pl.lit(severity) if isinstance(severity, str) else severity,
    }
    if "fields" not in frame.columns:
        own["fields"] = pl.lit(list(fields), dtype=pl.List(pl.String))
    return conform(frame.with_columns(**own), FINDINGS)


def _ended(material: Material) -> pl.DataFrame:
    """The rows whose person has a record of a death, or a register in which every record has ended:
    the first of these records, `died`, `active` (another record of the person is in force), and
    `dated` against the row's own day."""
    members = material.members()
    of_layout = pl.col("ended").all().over("node", "layout")
    told = members.with_columns(active=(~pl.col("ended")).any().over("node"), gone=of_layout)
    ends = told.filter(pl.col("ended") & (pl.col("died") | pl.col("gone")))
    first = ends.sort(
        "node",
        "died",
        "ended_on",
        descending=[False, True, False],
        nulls_last=True,
        maintain_order=True,
    ).unique("node", keep="first", maintain_order=True)
    day, paid = pl.col("ended_on"), pl.col("paid_on_std")
    dated = pl.when(day < paid).then(pl.lit("before")).when(day >= paid).then(pl.lit("after"))
    return first.with_columns(dated=dated, source_r="source", record_id_r="record_id")


def deceased(material: Material) -> pl.DataFrame:
    """A register has cancelled the person for a death."""
    rows = _ended(material).filter("died")
    later = pl.col("dated") == "after"
    severity = pl.when(later.fill_null(False)).then(pl.lit("low")).otherwise(pl.lit("high"))
    return _findings(_worded_end(rows), "roster_deceased", severity)


def cancelled(material: Material) -> pl.DataFrame:
    """Every record of the person in one register is cancelled or moved out."""
    rows = _ended(material).filter(~pl.col("died"))
    lesser = (pl.col("dated") == "after").fill_null(False) | pl.col("active")
    severity = pl.when(lesser).then(pl.lit("low")).otherwise(pl.lit("medium"))
    return _findings(_worded_end(rows), "roster_cancelled", severity)


def _worded_end(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.when(pl.col("ended_on").is_not_null()).then(pl.coalesce("dated", pl.lit("dated")))
    remedy = pl.when("active").then(pl.lit("active"))
    said = evidence(
        variant=known,
        remedy=remedy,
        layout=pl.col("layout"),
        ended_on=pl.col("ended_on").cast(pl.String),
    )
    return rows.with_columns(evidence=said)


def duplicates(material: Material) -> pl.DataFrame:
    """Rows of one roster that are one person; beside each the first other one.

    Rows that name different projects or periods may well be meant to be two: the variant says so.
    """
    several = material.rows.filter(pl.len().over("source", "one") > 1)
    entry = [name for name in ("paid_category_std", "paid_on_std") if name in several.columns]
    beside = several.with_columns(rows=pl.len().over("source", "one")).join(
        several.select(
            "source",
            "one",
            *(pl.col(n).alias(f"{n}_r") for n in entry),
            node_r="node",
            record_id_r="record_id",
        ),
        on=["source", "one"],
    )
    same = pl.all_horizontal(
        pl.lit(True), *(pl.col(name).eq_missing(pl.col(f"{name}_r")) for name in entry)
    )
    paired = (
        beside.filter(pl.col("node") != pl.col("node_r"))
        .with_columns(other_entry=~same)
        .sort("node", "other_entry", "node_r")
        .unique("node", keep="first", maintain_order=True)
    )
    variant = pl.when("other_entry").then(pl.lit("other_entry"))
    told = paired.with_columns(
        source_r="source", evidence=evidence(variant=variant, rows=pl.col("rows"))
    )
    severity = pl.when("other_entry").then(pl.lit("low")).otherwise(pl.lit("high"))
    return _findings(told, "roster_duplicate", severity)


def excluded(material: Material) -> pl.DataFrame:
    """One person in two rosters that exclude each other: a finding for the rows of both."""
    parts = [empty(FINDINGS)]
    for pair in material.rosters.exclusive:
        for own, other in (pair, pair[::-1]):
            others = material.rows.filter(pl.col("source") == other).unique(
                "one", keep="first", maintain_order=True
            )
            beside = others.select("one", source_r="source", record_id_r="record_id")
            both = material.rows.filter(pl.col("source") == own).join(
                beside, on="one", maintain_order="left"
            )
            told = both.with_columns(evidence=evidence(roster=pl.lit(own), other=pl.lit(other)))
            parts.append(_findings(told, "roster_excluded", "high"))
    return pl.concat(parts)


def id_shared(material: Material) -> pl.DataFrame:
    """One valid number in a roster with two people: other names, and not found to be one person."""
    valid = material.rows.filter(pl.col("id_number_status") == "valid")
    others = valid.select(
        "source",
        "id_number_std",
        node_r="node",
        one_r="one",
        name_r="name_std",
        record_id_r="record_id",
    )
    pairs = (
        valid.join(others, on=["source", "id_number_std"])
        .filter(pl.col("one") != pl.col("one_r"), pl.col("name_std") != pl.col("name_r"))
        .sort("node", "node_r")
        .unique("node", keep="first", maintain_order=True)
    )
    told = pairs.with_columns(source_r="source", evidence=pl.lit("{}"))
    return _findings(told, "roster_id_shared", "high", ["name", "id_number"])


def not_found(material: Material) -> pl.DataFrame:
    """No register has the person; for a row with a name only, nobody of that name."""
    rows = material.rows.filter(pl.col("status") == "not_found")
    name_only = (pl.col("why") == "name_only").fill_null(False)
    severity = pl.when(name_only).then(pl.lit("low")).otherwise(pl.lit("medium"))
    variant = pl.when(name_only).then("why")
    return _findings(
        rows.with_columns(evidence=evidence(variant=variant)), "roster_not_found", severity
    )


def possible(material: Material) -> pl.DataFrame:
    """Somebody in a register may be the person; beside, the record that comes nearest, none for one
    of several namesakes."""
    rows = material.rows.filter(pl.col("status") == "possible")
    near = material.records.select(
        near_source="source", near_record_id="record_id", near_born="birth_date_std"
    ).unique(["near_source", "near_record_id"], keep="first")
    told = rows.join(near, on=["near_source", "near_record_id"], how="left", maintain_order="left")
    swapped = pl.when(_swapped(pl.col("birth_date_std"), pl.col("near_born"))).then(
        pl.lit("swapped")
    )
    count = pl.when(pl.col("why") == "namesakes").then("namesakes")
    said = evidence(variant=pl.coalesce("why", swapped), count=count)
    return _findings(
        told.with_columns(source_r="near_source", record_id_r="near_record_id", evidence=said),
        "roster_possible",
        "low",
    )


def _swapped(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """One date is the other with day and month swapped."""
    parts = [
        left.dt.year() == right.dt.year(),
        left.dt.month() == right.dt.day(),
        left.dt.day() == right.dt.month(),
    ]
    return pl.all_horizontal(parts) & (left != right)


def id_bad(material: Material) -> pl.DataFrame:
    """A number that is missing or cannot be right; beside, a record of the person that has a valid
    one."""
    rows = material.rows.filter(pl.col("id_number_status") != "valid")
    holders = material.records.filter(pl.col("id_number_status") == "valid").unique(
        "person_id", keep="first", maintain_order=True
    )
    certain = pl.when(pl.col("status") == "found").then("person_id")
    told = rows.with_columns(person_id=certain).join(
        holders.select("person_id", source_r="source", record_id_r="record_id"),
        on="person_id",
        how="left",
        maintain_order="left",
    )
    known = pl.when(pl.col("record_id_r").is_not_null()).then(pl.lit("known"))
    told = told.with_columns(evidence=evidence(variant=pl.col("id_number_status"), remedy=known))
    return _findings(told, "roster_id_bad", "medium", ["id_number"])


def fields_differ(material: Material) -> pl.DataFrame:
    """Found, but no record of the person says what the row says, and one says something else.

    The record beside is the first that differs in most of these fields.
    """
    own = material.rows.select("node", *(pl.col(name).alias(f"own_{name}") for name in _VALUES))
    members = material.members().join(own, on="node", maintain_order="left")
    comparable = {"id_number": of_one_kind(pl.col("own_id_number_std"), pl.col("id_number_std"))}
    differs = {
        field: (
            (pl.col(f"own_{name}") != pl.col(name)) & comparable.get(field, pl.lit(True))
        ).fill_null(False)
        & ~(pl.col(f"own_{name}") == pl.col(name)).fill_null(False).any().over("node")
        for field, name in zip(_COMPARED, _VALUES, strict=True)
    }
    compared = members.with_columns(**{f"differs_{field}": differs[field] for field in _COMPARED})
    flags = [pl.col(f"differs_{field}") for field in _COMPARED]
    most = compared.with_columns(count=pl.sum_horizontal(flags)).filter(pl.col("count") > 0)
    first = most.sort("node", "count", descending=[False, True], maintain_order=True).unique(
        "node", keep="first", maintain_order=True
    )
    named = [pl.when(f"differs_{field}").then(pl.lit(field)) for field in _COMPARED]
    told = first.with_columns(
        fields=pl.concat_list(named).list.drop_nulls(),
        source_r="source", record_id_r="record_id", evidence=evidence(layout=pl.col("layout")),
    )  # fmt: skip
    identity = pl.col("fields").list.contains("id_number") | (pl.col("fields").list.len() > 1)
    return _findings(
        told,
        "roster_fields_differ",
        pl.when(identity).then(pl.lit("medium")).otherwise(pl.lit("low")),
    )


def amounts(material: Material) -> pl.DataFrame:
    """An amount that is not units × rate, or that cannot be read."""
    found = wrong_amounts(material.rows, material.rosters)
    return _findings(found, "roster_amount", "high")


_FINDERS: tuple[Callable[[Material], pl.DataFrame], ...] = (
    deceased, cancelled, duplicates, excluded, id_shared, not_found, possible, id_bad,
    fields_differ, amounts,
)  # fmt: skip
