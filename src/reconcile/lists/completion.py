"""The list of residents without a usable ID number and the numbers that may be theirs: to be
confirmed one by one."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.fields import PROVENANCE, field_header, masked_field, records_of
from reconcile.core.layouts import load_layout
from reconcile.core.messages import text
from reconcile.lists.build import column_widths
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable
from reconcile.persons.view import View

CODE = "id_completion"
_CASES = ("id_missing", "id_ruined", "id_invalid")
_OWN = ("record_id", "name", "sex", "birth_date", "id_number")
_CANDIDATES = ("id_number", "name", "sex", "birth_date", "address")
_COLUMNS = (
    "key", "town", "village", *_OWN, "status", "rank",
    *(f"candidate_{name}" for name in _CANDIDATES), "match_probability", "evidence", "how",
    "confirm",
    "candidate_record", *PROVENANCE,
)  # fmt: skip
_KINDS: Mapping[str, ColumnKind] = {
    **dict.fromkeys(
        ("key", "record_id", "candidate_record", "id_number", "candidate_id_number"), "id"
    ),
    **dict.fromkeys(("birth_date", "candidate_birth_date"), "date"),
    **dict.fromkeys(("rank", "row"), "number"),
    "match_probability": "percent",
}
_WIDTHS = {"evidence": 60, "how": 48, "match_probability": 10, "confirm": 10}
# What the list marks where the two records do not say the same.
_MARKED = ("name", "birth_date", "sex")


def build_completion(
    candidates: pl.DataFrame,
    discrepancies: pl.DataFrame,
    view: View,
    language: str,
    masked: bool = False,
) -> ListTable:
    """One row for each resident and candidate, by town, village, record and rank.

    `candidates`: frames.COMPLETIONS; `discrepancies`: frames.DISCREPANCIES, of which the resident's
    case about the number lends its key. Of the records the raw text is shown, trimmed. `masked`: as
    in the lists of cases. The column to confirm is empty.
    """
    pairs = _in_order(candidates, view).with_columns(
        source_l="source",
        record_id_l="record_id",
        source_r="household_source",
        record_id_r="household_record_id",
    )
    mine = _records(pairs, "l", _OWN, view, masked)
    theirs = _records(pairs, "r", ("record_id", *_CANDIDATES), view, masked)
    theirs = theirs.drop(PROVENANCE).rename(
        {name: f"candidate_{name}" for name in ("record_id", *_CANDIDATES)}
    )
    about = pairs.select(
        "town",
        "village",
        "match_probability",
        _key(pairs, discrepancies),
        _evidence(pairs["agreement"], language),
        _how(pairs, language),
        pl.col("status").replace_strict(
            _texts("status", pairs["status"], language), return_dtype=pl.String
        ),
        pl.col("rank").cast(pl.Int64),
        pl.lit(None, dtype=pl.String).alias("confirm"),
        _differing().alias(DIFFERS),
    )
    frame = pl.concat([about, mine, theirs], how="horizontal").rename(
        {"candidate_record_id": "candidate_record"}
    )
    frame = frame.with_columns(pl.col("row").cast(pl.Int64)).select(*_COLUMNS, DIFFERS)
    title = text(
        "lists.title", language, name=text(f"lists.{CODE}", language), period=view.period or ""
    ).strip()
    return ListTable(CODE, title, language, _columns(frame, language), frame, by_area=True)


def _in_order(candidates: pl.DataFrame, view: View) -> pl.DataFrame:
    """The candidates with the town and the village of the resident, in the order of the list."""
    areas = view.population.select(
        pl.col("source").cast(pl.String), "record_id", town="town_std", village="village_std"
    )
    placed = candidates.join(areas, on=["source", "record_id"], how="left", maintain_order="left")
    return placed.sort("town", "village", "source", "record_id", "rank", nulls_last=True)


def _records(
    pairs: pl.DataFrame, side: str, names: tuple[str, ...], view: View, masked: bool
) -> pl.DataFrame:
    """These fields of the records on one side, and PROVENANCE; fields that no source has are
    null."""
    if pairs.is_empty():
        return pl.DataFrame(schema=dict.fromkeys((*names, *PROVENANCE), pl.String))
    found = records_of(pairs, side, view.records, names)
    lacking = [name for name in names if name not in found.columns]
    found = found.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking)
    if masked:
        layouts = {name: load_layout(name) for name in ("residents", "household")}
        found = found.with_columns(masked_field(name, layouts) for name in names)
    return found


def _key(pairs: pl.DataFrame, discrepancies: pl.DataFrame) -> pl.Series:
    """The number of the resident's case about the ID number, where there is one."""
    keys = discrepancies.filter(pl.col("code").is_in(_CASES)).select(
        "source_l", "record_id_l", "key"
    )
    keys = keys.unique(["source_l", "record_id_l"], keep="first", maintain_order=True)
    return pairs.join(keys, on=["source_l", "record_id_l"], how="left", maintain_order="left")[
        "key"
    ]


def _evidence(agreement: pl.Series, language: str) -> pl.Series:
    """What agrees and what does not, in words; each distinct combination is worded once."""
    joined = agreement.list.join(" ")
    separator = text("lists.separator", language)
    words = {
        found: separator.join(
            text(f"completion.evidence.{level}", language) for level in found.split()
        )
        for found in joined.unique()
    }
    return joined.replace_strict(words, return_dtype=pl.String).alias("evidence")


def _how(pairs: pl.DataFrame, language: str) -> pl.Expr:
    """How the candidate's number fits what stands in the register; null where nothing does."""
    ways = _texts("way", pairs["how"].drop_nulls(), language)
    told = {
        repaired: {
            way: text(f"completion.{kind}", language, way=words) for way, words in ways.items()
        }
        for repaired, kind in ((True, "repaired"), (False, "fits"))
    }
    by_kind = {
        repaired: pl.col("how").replace_strict(words, default=None, return_dtype=pl.String)
        for repaired, words in told.items()
    }
    return pl.when("repaired").then(by_kind[True]).otherwise(by_kind[False]).alias("how")


def _texts(table: str, values: pl.Series, language: str) -> dict[str, str]:
    return {value: text(f"completion.{table}.{value}", language) for value in values.unique()}


def _differing() -> pl.Expr:
    """The candidate's values that are not the resident's."""
    marks = [
        pl.when(pl.col("agreement").list.eval(pl.element().str.starts_with(f"{name}.")).list.any())
        .then(pl.when(~pl.col("agreement").list.contains(f"{name}.equal")).then(pl.lit(f"candidate_{name}")))
        for name in _MARKED
    ]  # fmt: skip
    return pl.concat_list(marks).list.drop_nulls()


def _columns(frame: pl.DataFrame, language: str) -> tuple[ListColumn, ...]:
    headers = {name: _header(name, language) for name in _COLUMNS}
    widths = {**column_widths(frame, headers), **_WIDTHS}
    choices = tuple(text(f"completion.choice.{name}", language) for name in ("yes", "no", "open"))
    return tuple(
        ListColumn(
            name,
            header,
            _KINDS.get(name, "text"),
            widths[name],
            choices if name == "confirm" else (),
        )
        for name, header in headers.items()
    )


def _header(name: str, language: str) -> str:
    if name in (
        "status",
        "rank",
        "match_probability",
        "evidence",
        "how",
        "confirm",
        "candidate_record",
    ):
        return text(f"completion.column.{name}", language)
    if name.startswith("candidate_"):
        column = field_header(name.removeprefix("candidate_"), "", language)
        return text("completion.candidate", language, column=column)
    return field_header(name, "", language)
