"""The list of a roster check: a row for each row of a roster and finding, the register's record
beside."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.fields import (
    PROVENANCE,
    differing,
    field_header,
    field_kind,
    masked_field,
    records_of,
)
from reconcile.core.labels import source_labels
from reconcile.core.layouts import Layout, load_layout
from reconcile.core.messages import text
from reconcile.crosschecks.roster.findings import CODES
from reconcile.crosschecks.roster.job import RosterCheck
from reconcile.crosschecks.roster.wording import worded
from reconcile.lists.build import column_widths
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

_BEFORE = ("roster", "file_l", "row_l", "finding", "severity", "reason", "fields")
_OWN = (
    "record_key", "name", "sex", "id_number", "birth_date", "phone", "household_no", "address",
    "district", "town",
    "village", "paid_category", "paid_units", "paid_rate", "paid_amount", "paid_on",
)  # fmt: skip
_OTHER = (
    "source", "record_id", "name", "sex", "id_number", "birth_date", "address", "district", "town",
    "village",
    "paid_category", "paid_amount", "paid_on", "cancelled", "cancelled_on", "cancelled_reason",
    "moved_out_on",
)  # fmt: skip
_ALWAYS = ("roster", "row_l", "finding", "reason", "name_l", "id_number_l")
_KINDS: Mapping[str, ColumnKind] = {
    "key": "id",
    "id_number": "id",
    "date": "date",
    "datetime": "date",
}


def build_roster(
    checked: RosterCheck, language: str, *, masked: bool, everything: bool
) -> ListTable:
    """The findings in the order of the rosters' rows. `masked`: names, numbers, addresses and
    telephone numbers are masked; `everything`: rows that nothing is found about are listed too. A
    column that is empty is left out."""
    layouts = dict(checked.prepared.layouts)
    names = {source: layout.name for source, layout in layouts.items()} | checked.registers.layouts
    # A roster goes by the name of its file: what a register is called says nothing of it.
    labels = {**source_labels(names, language), **{source: source for source in layouts}}
    cases = _cases(checked, everything)
    frame = pl.concat(
        [_about(cases, labels, language), *_sides(cases, checked, layouts, masked)],
        how="horizontal",
    )
    frame = frame.with_columns(
        pl.col(side).replace(labels) for side in ("source_r",) if side in frame.columns
    )
    frame = frame.with_columns(cases.select(differing(frame.columns).alias(DIFFERS)).to_series())
    columns = _columns(frame, layouts, language)
    rows = frame.select(*(column.name for column in columns), DIFFERS)
    return ListTable("roster", text("roster.title", language), language, columns, rows)


def _cases(checked: RosterCheck, everything: bool) -> pl.DataFrame:
    """Every finding, and if wanted every row without one: source_l, record_id_l, FINDINGS."""
    rows = checked.rows.select("node", source_l="source", record_id_l="record_id")
    near = checked.rows.select("node", source_near="near_source", record_id_near="near_record_id")
    joined = rows.join(
        checked.findings,
        on="node",
        how="left" if everything else "inner",
        maintain_order="left_right",
    )
    silent = pl.col("code").is_null()
    beside = {
        f"{name}_r": pl.when(silent).then(f"{name}_near").otherwise(f"{name}_r")
        for name in ("source", "record_id")
    }
    return joined.join(near, on="node", how="left", maintain_order="left").with_columns(**beside)


def _about(cases: pl.DataFrame, labels: Mapping[str, str], language: str) -> pl.DataFrame:
    codes = {code: text(f"roster.finding.{code}.name", language) for code in CODES}
    severities = {
        name: text(f"lists.severities.{name}", language) for name in ("high", "medium", "low")
    }
    own = cases.select(
        roster=pl.col("source_l"),
        finding=pl.col("code").cast(pl.String).replace(codes),
        severity=pl.col("severity").cast(pl.String).replace(severities),
    )
    return pl.concat([own, worded(cases, labels, language)], how="horizontal")


def _sides(
    cases: pl.DataFrame, checked: RosterCheck, layouts: Mapping[str, Layout], masked: bool
) -> list[pl.DataFrame]:
    """The fields of the rows (`…_l`) and of the records beside (`…_r`), as they stand in their
    files."""
    known = {
        **layouts,
        **{name: load_layout(layout) for name, layout in checked.registers.layouts.items()},
    }
    beside = cases.select(source="source_r", record_id="record_id_r").drop_nulls()
    registers = {
        source: checked.registers.read(
            source, _OTHER, beside.filter(pl.col("source") == source)["record_id"]
        )
        for source in checked.registers.layouts
    }
    sides = {
        "l": (checked.prepared.records, _OWN),
        "r": ({**checked.prepared.records, **registers}, _OTHER),
    }
    parts = []
    for side, (records, fields) in sides.items():
        if cases[f"source_{side}"].null_count() == cases.height:
            continue
        found = records_of(
            cases, side, records, list(dict.fromkeys(["source", "record_id", *fields]))
        ).with_columns(pl.col("row").cast(pl.Int64))
        if masked:
            found = found.with_columns(
                masked_field(f, known) for f in fields if f in found.columns and f != "source"
            )
        parts.append(found.select(pl.all().name.suffix(f"_{side}")))
    return parts


def _columns(
    frame: pl.DataFrame, layouts: Mapping[str, Layout], language: str
) -> tuple[ListColumn, ...]:
    headers = {name: _header(name, language) for name in _BEFORE}
    for side, names in (("l", _OWN), ("r", (*_OTHER, *PROVENANCE))):
        label = text(f"roster.side.{side}", language)
        headers |= {f"{name}_{side}": field_header(name, label, language) for name in names}
    headers["action"] = _header("action", language)
    headers = {name: header for name, header in headers.items() if name in frame.columns}
    widths = column_widths(frame, headers)
    marked = set(frame[DIFFERS].explode().drop_nulls().unique())
    return tuple(
        ListColumn(name, header, _kind(name, layouts), widths[name])
        for name, header in headers.items()
        if name in _ALWAYS or name in marked or frame[name].count()
    )


def _header(name: str, language: str) -> str:
    if name in ("roster", "finding"):
        return text(f"roster.column.{name}", language)
    return text(f"lists.{name.removesuffix('_l')}", language)


def _kind(name: str, layouts: Mapping[str, Layout]) -> ColumnKind:
    if name in ("row_l", "row_r"):
        return "number"
    return _KINDS.get(field_kind(name[:-2], layouts), "text")
