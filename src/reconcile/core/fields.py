"""The part of a list that shows the records themselves: which fields, in which order, under which
headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from reconcile.core.layouts import Layout
from reconcile.core.masking import mask_id, mask_ids_within, mask_name, mask_text
from reconcile.core.messages import has_text, text

# The fields of a record in the order in which a clerk compares them. The other columns of the
# shipped layouts appear only in lists where they differ; columns of a layout of one's own follow at
# the end.
FIELDS = (
    "source", "record_id", "name", "former_name", "sex", "id_number", "birth_date",
    "mother_name", "mother_id", "father_name", "father_id", "household_no", "relation", "head_name",
    "weight", "children_delivered", "place_in_delivery", "order_of_child", "birth_place",
    "institution",
    "issued_on", "issue_type", "newborn_status", "died_on", "registered_on",
    "registered_address", "address", "district", "town", "village", "police_station", "phone",
    "cancelled", "cancelled_on", "cancelled_reason", "moved_in_on", "moved_out_on",
)  # fmt: skip
# Of these, those that a list shows only when its rule asks for them, see reconcile.rules.shows.
_ASKED_FOR = ("birth_place", "registered_on")
PROVENANCE = ("file", "row")
SIDES = ("l", "r")

_AREA = ("district", "town", "village")
_MIDNIGHT = " 00:00:00"


def field_names(
    cases: pl.DataFrame,
    layouts: Mapping[str, Layout],
    two_sided: bool,
    asked_for: Sequence[str] = (),
) -> list[str]:
    """The canonical columns that the list of these cases may show, in order; `asked_for`: by its
    rule.

    A list about single records has its area once, in front, and not again among the fields.
    """
    differing = set(cases["fields"].explode().drop_nulls().unique())
    others = dict.fromkeys(column.name for layout in layouts.values() for column in layout.columns)
    more = [name for name in others if name in differing or not has_text(f"columns.{name}")]
    left_out = {*_ASKED_FOR} - {*asked_for} | ({*_AREA} if not two_sided else set())
    return [
        name
        for name in dict.fromkeys([*FIELDS, *more])
        if name in differing or name not in left_out
    ]


def field_header(name: str, label: str, language: str) -> str:
    """What people call the field, with the label of its side behind it if there is one."""
    keys = (f"columns.{name}", f"lists.{name}")
    header = next((text(key, language) for key in keys if has_text(key, language)), name)
    return text("lists.side", language, column=header, label=label) if label else header


def side_labels(cases: pl.DataFrame, labels: Mapping[str, str], language: str) -> dict[str, str]:
    """The sides that these cases have, and what is written behind a field of each.

    That is the source of the side when the two have one each; nothing in a list about single
    records.
    """
    sources = {side: cases[f"source_{side}"].drop_nulls().unique().to_list() for side in SIDES}
    present = {side: found for side, found in sources.items() if found}
    if len(present) < 2:
        return dict.fromkeys(present, "")
    named = {side: labels[found[0]] for side, found in present.items() if len(found) == 1}
    if len(set(named.values())) == 2:
        return named
    return {side: text(f"lists.sides.{side}", language) for side in SIDES}


def records_of(
    cases: pl.DataFrame, side: str, records: Mapping[str, pl.DataFrame], names: Sequence[str]
) -> pl.DataFrame:
    """The records on one side, a row for each case in the cases' order: those of `names` that the
    sources have, `source` among them, and PROVENANCE.

    Values are raw, trimmed text, without the midnight that spreadsheets hang on a day; null where
    the side has no record or the record no value.
    """
    wanted = cases.select(source=f"source_{side}", record_id=f"record_id_{side}")
    by_source = wanted.drop_nulls().partition_by("source", as_dict=True, maintain_order=True)
    found = [
        records[source]
        .join(ids, on="record_id", how="semi")
        .select(pl.lit(source).alias("source"), *_trimmed(records[source], names), *PROVENANCE)
        for (source,), ids in by_source.items()
    ]
    stacked = pl.concat(found, how="diagonal")
    joined = wanted.join(stacked, on=["source", "record_id"], how="left", maintain_order="left")
    return joined.select(*(name for name in names if name in stacked.columns), *PROVENANCE)


def _trimmed(frame: pl.DataFrame, names: Sequence[str]) -> list[pl.Expr]:
    present = [name for name in names if name in frame.columns and name != "source"]
    stripped = {
        name: pl.col(name).cast(pl.String).str.strip_chars().str.strip_suffix(_MIDNIGHT)
        for name in present
    }
    return [pl.when(value != "").then(value).alias(name) for name, value in stripped.items()]


def masked_field(name: str, layouts: Mapping[str, Layout]) -> pl.Expr:
    """The field as masked lists and screens show it, by its kind in the layouts."""
    value = pl.col(name)
    match field_kind(name, layouts):
        case "name":
            return mask_name(value)
        case "id_number":
            return mask_id(value)
        case "address" | "latin" | "code":
            return mask_text(value)
        case _:
            return mask_text(value) if name == "phone" else mask_ids_within(value)


def field_kind(name: str, layouts: Mapping[str, Layout]) -> str:
    """The kind of a field in the first layout that has it; `key` for a record_id, else `text`."""
    if name == "record_id":
        return "key"
    found = (layout.column(name) for layout in layouts.values())
    return next((column.kind for column in found if column), "text")


def differing(columns: Sequence[str]) -> pl.Expr:
    """Of a list's `columns` those to be marked in each row of cases (List[String]): the fields that
    differ, on the sides that it has."""
    nothing = pl.lit([], dtype=pl.List(pl.String))
    fields = pl.col("fields").fill_null(nothing)
    by_side = [
        pl.when(pl.col(f"record_id_{side}").is_not_null())
        .then(fields.list.eval(pl.concat_str(pl.element(), pl.lit(f"_{side}"))))
        .otherwise(nothing)
        for side in SIDES
    ]
    return pl.concat_list(by_side).list.eval(pl.element().filter(pl.element().is_in(list(columns))))
