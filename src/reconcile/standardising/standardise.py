"""standardise: raw text → values that can be compared, each beside the text it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from reconcile.core.frames import DATE_FLAGS, PROVENANCE, REJECTS, STANDARDISED_BY_KIND, conform
from reconcile.core.layouts import Layout
from reconcile.core.masking import mask_id, mask_ids_within, mask_name, mask_text
from reconcile.core.threads import side_by_side
from reconcile.standardising.columns import standard_column
from reconcile.standardising.dwellings import with_dwellings
from reconcile.standardising.record_keys import with_record_ids
from reconcile.standardising.text import NOTHING

# Columns that later stages read of every source: null where a source lacks them.
_ALWAYS: Mapping[str, str] = {
    "name": "name",
    "former_name": "name",
    "head_name": "name",
    "mother_name": "name",
    "father_name": "name",
    "spouse_name": "name",
    "id_number": "id_number",
    "mother_id": "id_number",
    "father_id": "id_number",
    "spouse_id": "id_number",
    "birth_date": "date",
    "sex": "sex",
    "relation": "relation",
    "household_no": "text",
    "town": "area",
    "village": "area",
    "address": "address",
    "cancelled": "flag",
}
_OF_SUBJECT: Mapping[str, pl.DataType] = {
    "name_unnamed": pl.Boolean(),
    "name_place": pl.Int8(),
    "name_reading": pl.String(),
    "surname": pl.String(),
    "given": pl.String(),
    "id_number_core": pl.String(),
    "id_number_head": pl.String(),
    "id_number_tail": pl.String(),
    "id_number_birth": pl.Date(),
    "id_number_sex": pl.Int8(),
}
# Why a needed value cannot be used, by kind of column: texts `standardising.reason.*`.
_REASONS = {
    "name": "unusable_name",
    "id_number": "unusable_id_number",
    "date": "unusable_date",
    "datetime": "unusable_date",
}
_MASKS = {
    "name": mask_name,
    "id_number": mask_id,
    "date": mask_ids_within,
    "datetime": mask_ids_within,
}


@dataclass(frozen=True)
class Standardised:
    """`records`: the kept rows with their standardised columns. `rejects`: frames.REJECTS."""

    records: pl.DataFrame
    rejects: pl.DataFrame


def standardise(
    layout: Layout, records: pl.DataFrame, key: bytes, *, as_of: date | None = None
) -> Standardised:
    """Standardise the rows of one source.

    `records`: PROVENANCE and those of the layout's columns that the source has, as String. `key`:
    the workspace's, for the ids of records without one. `as_of`: numbers of people born later are
    malformed; today when not given.

    The kept rows gain, beside their raw columns:
    - `record_id` (unique in the source), `record_key_repeated`;
    - for each column what frames.STANDARDISED_BY_KIND says, for those of `_ALWAYS` even when
      absent;
    - `name_unnamed` (a newborn's or masked placeholder), `name_place` (the twin that it says),
      `name_reading`, `surname`, `given`, `id_number_core`, `id_number_head`, `id_number_tail`;
    - `id_number_trusted`: a valid number of 18 digits that disagrees with neither the birth date
      nor the sex that the row states itself; what it does not state cannot disagree;
    - `birth_date_from_id`, `sex_from_id`: the row states none (or only year and month), so the
      number's fills `birth_date_std` and `sex_std`; the birth date also from a number whose last
      digits are ruined;
    - `cancelled_std`: flagged, or with a date in one of the layout's `cancelled_by`;
    - `dwelling_std`, `building_std`, `registered_dwelling_std`: see standardising/dwellings.py.

    Rejected are rows without a usable value in one of the layout's groups of needed columns. A
    placeholder for a newborn's name is usable: it says that there is a child.
    """
    present = [column for column in layout.columns if column.name in records.columns]
    added = side_by_side(partial(standard_column, records, as_of=as_of or date.today()), present)
    frame = records.with_columns(column for part in added for column in part)
    frame = _with_absent(frame, layout).with_columns(pl.col("name_unnamed").fill_null(False))
    frame = _with_id_facts(frame).with_columns(_cancelled(layout, frame.columns))
    rejects, kept = _split(frame, layout)
    kept = with_dwellings(kept)
    raw = [column.name for column in present if column.kind != "key"]
    kept = with_record_ids(kept, [f"{name}_std" for name in raw], raw, key)
    first = ["record_id", *PROVENANCE, "record_key_repeated"]
    return Standardised(kept.select(*first, pl.exclude(first)), rejects)


def _with_absent(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The columns of `_ALWAYS` and `_OF_SUBJECT` that the source has not, as nulls."""
    columns = {column.name: column.kind for column in layout.columns}
    wanted = dict(_OF_SUBJECT)
    for name, kind in _ALWAYS.items():
        parts = STANDARDISED_BY_KIND[columns.get(name, kind)]
        wanted |= {f"{name}{part}": dtype for part, dtype in parts.items()}
    absent = {name: dtype for name, dtype in wanted.items() if name not in frame.columns}
    return frame.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items()
    )


def _with_id_facts(frame: pl.DataFrame) -> pl.DataFrame:
    """What the subject's number says of the row, and the row of its number."""
    birth, id_birth = pl.col("birth_date_std"), pl.col("id_number_birth")
    sex, id_sex = pl.col("sex_std"), pl.col("id_number_sex")
    month_fits = (birth.dt.month() == id_birth.dt.month()) | (birth.dt.month() == 1)
    fits = (birth.dt.year() == id_birth.dt.year()) & month_fits
    valid = id_sex.is_not_null()  # a sex is read of valid numbers only
    facts = (
        frame.lazy()
        .select("birth_date_std", "birth_date_flag", "sex_std", "id_number_birth", "id_number_sex")
        .with_columns(fits=((pl.col("birth_date_flag") == "partial") & fits).fill_null(False))
        .with_columns(
            birth_date_from_id=id_birth.is_not_null() & (birth.is_null() | pl.col("fits"))
        )
        .select(
            "birth_date_from_id",
            id_number_trusted=valid
            & ((birth == id_birth).fill_null(True) | pl.col("fits"))
            & (sex == id_sex).fill_null(True),
            birth_date_std=pl.when("birth_date_from_id").then(id_birth).otherwise(birth),
            birth_date_flag=pl.when("birth_date_from_id")
            .then(pl.lit("", dtype=pl.Enum(DATE_FLAGS)))
            .otherwise("birth_date_flag"),
            sex_std=sex.fill_null(id_sex),
            sex_from_id=sex.is_null() & id_sex.is_not_null(),
        )
        .collect()
    )
    return frame.drop("id_number_birth", "id_number_sex").with_columns(facts)


def _cancelled(layout: Layout, columns: Sequence[str]) -> pl.Expr:
    """Null where the source has neither the flag nor any of the dates."""
    dated = [
        pl.col(f"{name}_flag") != "absent"
        for name in layout.cancelled_by
        if f"{name}_flag" in columns
    ]
    if not dated and "cancelled" not in columns:
        return pl.col("cancelled_std")
    return (
        pl.any_horizontal(*dated, pl.col("cancelled_std")).fill_null(False).alias("cancelled_std")
    )


def _split(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rejects, kept rows). Of several groups that lack a value the first gives the reason."""
    lacking = [
        ~pl.any_horizontal(_usable(name, frame.columns) for name in group) for group in layout.needs
    ]
    position = pl.coalesce(
        pl.when(lack).then(pl.lit(i, pl.UInt8)) for i, lack in enumerate(lacking)
    )
    group_of = frame.select(position).to_series()
    rejects = [
        _rejects(frame.filter(group_of == i), group, layout) for i, group in enumerate(layout.needs)
    ]
    return pl.concat(rejects).sort("file", "row"), frame.filter(group_of.is_null())


def _usable(name: str, columns: Sequence[str]) -> pl.Expr:
    if f"{name}_std" not in columns:
        return pl.lit(False)
    usable = pl.col(f"{name}_std").is_not_null()
    return usable | pl.col("name_unnamed") if name == "name" else usable


def _rejects(rows: pl.DataFrame, group: Sequence[str], layout: Layout) -> pl.DataFrame:
    """Their first column that says something is the one that cannot be used; else all are
    `missing`."""
    kinds = {c.name: c.kind for c in layout.columns if c.name in group and c.name in rows.columns}
    says = {name: (pl.col(name) != "") & ~pl.col(name).str.contains(NOTHING) for name in kinds}

    def first_said(values: Mapping[str, pl.Expr], otherwise: str) -> pl.Expr:
        return pl.coalesce(
            *(pl.when(says[name]).then(value) for name, value in values.items()), pl.lit(otherwise)
        )

    return conform(
        rows.select(
            *PROVENANCE,
            reason=first_said(
                {name: pl.lit(_REASONS.get(kinds[name], "unusable_value")) for name in kinds},
                "missing",
            ),
            column=first_said({name: pl.lit(name) for name in kinds}, " / ".join(group)),
            shown=first_said(
                {name: _MASKS.get(kinds[name], mask_text)(pl.col(name)) for name in kinds}, ""
            ),
        ),
        REJECTS,
    )
