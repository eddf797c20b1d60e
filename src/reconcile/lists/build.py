"""One list, laid out: about the case, its records' fields side by side, and where they stand in the
files."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.core.fields import (
    PROVENANCE,
    differing,
    field_header,
    field_kind,
    field_names,
    masked_field,
    records_of,
    side_labels,
)
from reconcile.core.labels import source_labels
from reconcile.core.layouts import Layout
from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.lists.states import state_text
from reconcile.lists.wording import worded
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable
from reconcile.rules import shows

# The columns about the case; the fields of its records stand between the two groups.
_BEFORE = ("key", "code", "severity", "state", "first_seen", "town", "village", "reason", "fields")
_BEHIND = ("match_probability", "action")
_ALWAYS = ("key", "code", "severity", "town", "village", "reason", "action")
_ORDER = (
    "town",
    "village",
    "severity",
    "key",
    "source_l",
    "record_id_l",
    "source_r",
    "record_id_r",
)

_KINDS: Mapping[str, ColumnKind] = {
    "key": "id",
    "id_number": "id",
    "date": "date",
    "datetime": "date",
}
_NARROWEST, _WIDEST, _WIDEST_PROSE = (
    8,
    36,
    60,
)  # narrow characters; prose: reasons and suggested actions
_FILTER_BUTTON = 3
_CAPITALS = 4  # a case's key is of capitals and digits, which are wider than other letters


def build_list(
    code: str,
    discrepancies: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, Layout],
    language: str,
    period: Period | None,
    masked: bool = False,
) -> ListTable:
    """The list of one code, sorted by town, village, severity (high first) and key.

    `discrepancies`: frames.DISCREPANCIES. `records` and `layouts`: by source; of the records the
    raw text columns are shown as they stand in the file, trimmed. A column that is empty in the
    whole list is left out, unless it is marked. `masked`: names, ID numbers, addresses and
    telephone numbers are masked.
    """
    cases = _sorted(discrepancies.filter(pl.col("code") == code))
    labels = source_labels({source: layout.name for source, layout in layouts.items()}, language)
    sides = side_labels(cases, labels, language)
    fields = field_names(cases, layouts, len(sides) == 2, shows(code))
    parts = [_about(code, cases, language)]
    for side in sides:
        found = records_of(cases, side, records, fields).with_columns(
            pl.col("source").replace(labels)
        )
        if masked:
            found = found.with_columns(
                masked_field(f, layouts) for f in fields if f in found.columns
            )
        parts.append(found.select(pl.all().name.suffix(f"_{side}")))
    frame = pl.concat(parts, how="horizontal")
    frame = frame.with_columns(cases.select(differing(frame.columns).alias(DIFFERS)).to_series())

    columns = _columns(frame, _headers(sides, fields, language), layouts)
    title = text(
        "lists.title", language, name=text(f"rules.{code}.name", language), period=period or ""
    )
    rows = frame.select(*(column.name for column in columns), DIFFERS)
    return ListTable(code, title.strip(), language, columns, rows)


def _sorted(cases: pl.DataFrame) -> pl.DataFrame:
    areas = {name: pl.col(name).str.strip_chars() for name in ("town", "village")}
    blank_is_null = [pl.when(area != "").then(area).alias(name) for name, area in areas.items()]
    return cases.with_columns(blank_is_null).sort(_ORDER, nulls_last=True, maintain_order=True)


def _about(code: str, cases: pl.DataFrame, language: str) -> pl.DataFrame:
    """The columns of _BEFORE and _BEHIND."""
    severities = {
        name: text(f"lists.severities.{name}", language) for name in cases["severity"].unique()
    }
    own = cases.select(
        "key",
        "town",
        "village",
        "first_seen",
        state=state_text(language),
        code=pl.lit(text(f"rules.{code}.name", language)),
        severity=pl.col("severity").cast(pl.String).replace(severities),
        match_probability=pl.col("match_probability").fill_nan(None),
    )
    return pl.concat([own, worded(code, cases, language)], how="horizontal")


def _headers(sides: Mapping[str, str], fields: list[str], language: str) -> dict[str, str]:
    """The columns that the list may have, in their order, with their headers."""
    headers = {name: text(f"lists.{name}", language) for name in _BEFORE}
    for name in fields:
        headers |= {
            f"{name}_{side}": field_header(name, label, language) for side, label in sides.items()
        }
    headers |= {name: text(f"lists.{name}", language) for name in _BEHIND}
    for side, label in sides.items():
        headers |= {f"{name}_{side}": field_header(name, label, language) for name in PROVENANCE}
    return headers


def _columns(
    frame: pl.DataFrame, headers: Mapping[str, str], layouts: Mapping[str, Layout]
) -> tuple[ListColumn, ...]:
    """The columns that the list shows: not those that are empty and unmarked."""
    marked = set(frame[DIFFERS].explode().drop_nulls().unique())
    widths = column_widths(
        frame, {name: header for name, header in headers.items() if name in frame.columns}
    )
    return tuple(
        ListColumn(name, header, _kind(name, layouts), widths[name])
        for name, header in headers.items()
        if name in frame.columns and (name in _ALWAYS or name in marked or frame[name].count())
    )


def _kind(name: str, layouts: Mapping[str, Layout]) -> ColumnKind:
    if name == "match_probability":
        return "percent"
    if name in ("row_l", "row_r"):
        return "number"
    return _KINDS.get(field_kind(name[:-2], layouts), "text")


def column_widths(frame: pl.DataFrame, headers: Mapping[str, str]) -> dict[str, int]:
    """Of each column that has a header: room for the values, up to a limit, and for the header in
    two lines."""
    values = {name: pl.col(name).cast(pl.String).str for name in headers}
    # A Chinese character has three bytes and takes the room of two letters.
    widths = {
        name: (value.len_bytes() + value.len_chars() + 1) // 2 for name, value in values.items()
    }
    longest = frame.select(width.max().alias(name) for name, width in widths.items()).row(
        0, named=True
    )
    return {name: _width(name, longest[name] or 0, header) for name, header in headers.items()}


def _width(name: str, longest: int, header: str) -> int:
    if name == "match_probability":
        longest = _NARROWEST
    in_two_lines = (len(header.encode()) + len(header) + 1) // 4 + _FILTER_BUTTON
    needed = max(longest + _CAPITALS if name == "key" else longest, _NARROWEST, in_two_lines)
    return min(needed, _WIDEST_PROSE if name in ("reason", "action") else _WIDEST)
