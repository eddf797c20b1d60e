"""The rows of the form: every case in words, beside the values of its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from reconcile.casework.form import FORM, SENT
from reconcile.core.fields import SIDES, differing, records_of
from reconcile.core.frames import conform
from reconcile.core.masking import mask_id, mask_ids_within, mask_name, mask_record_key, mask_text
from reconcile.core.messages import text
from reconcile.lists.states import state_text
from reconcile.lists.wording import worded
from reconcile.workspace import RunFolder

_FIELDS = (
    "source", "record_id", "name", "sex", "id_number", "birth_date", "household_no", "relation",
    "mother_name",
    "mother_id", "address", "registered_address", "phone",
)  # fmt: skip
_OF_THE_MOTHER = ("mother_name", "mother_id")
_MASKS: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "name": mask_name,
    "mother_name": mask_name,
    "id_number": mask_id,
    "mother_id": mask_id,
    "address": mask_text,
    "registered_address": mask_text,
    "phone": mask_text,
    "record_id": mask_record_key,
    "household_no": mask_record_key,
}
_ORDER = (
    "file",
    "town",
    "village",
    "code",
    "key",
    "source_l",
    "record_id_l",
    "source_r",
    "record_id_r",
)


def rows_of(
    cases: pl.DataFrame, run: RunFolder, number: str, language: str, masked: bool
) -> pl.DataFrame:
    """forms.SENT of the batch `number`, by workbook, then village, kind of case and key.

    `cases`: of `with_discrepancies`, with `file` and `area`. `masked`: names, ID numbers, addresses
    and telephone numbers are masked, in the batch's own copy too.
    """
    cases = cases.with_row_index("_place")
    parts = [
        part.hstack(worded(str(code), part, language).select("reason", "action"))
        for (code,), part in cases.partition_by("code", as_dict=True, maintain_order=True).items()
    ]
    in_words = pl.concat(parts).sort("_place").with_columns(**_in_words(cases, language))
    sides = [
        _records(cases, side, run, masked).select(pl.all().name.suffix(f"_{side}"))
        for side in SIDES
    ]
    labels = run.labels(language)
    table = pl.concat(
        [in_words.drop("source_l", "source_r", "record_id_l", "record_id_r"), *sides],
        how="horizontal",
    )
    ordered = table.with_columns(batch=pl.lit(number), differs=differing(FORM)).sort(
        *_ORDER, nulls_last=True, maintain_order=True
    )
    named = ordered.with_columns(
        pl.col("source_l", "source_r").replace(labels),
        severity=pl.col("severity").cast(pl.String).replace(_severities(cases, language)),
        note=mask_ids_within(pl.col("note")) if masked else pl.col("note"),
    )
    return conform(named.drop("evidence").rename({"seen_evidence": "evidence"}), SENT)


def with_discrepancies(cases: pl.DataFrame, run: RunFolder) -> pl.DataFrame:
    """The rows (frames.DISCREPANCIES) of those cases that are in the run, each with where its case
    stands now: state, answer, town and village; `note`; `seen_evidence`, the digest in the
    ledger."""
    standing = cases.select(
        "key", "state", "answer", "town", "village", "note", seen_evidence="evidence"
    )
    found = run.read("discrepancies").drop("state", "answer", "town", "village")
    return found.join(standing, on="key", how="inner", maintain_order="left")


def _in_words(cases: pl.DataFrame, language: str) -> dict[str, pl.Expr]:
    names = {code: text(f"rules.{code}.name", language) for code in cases["code"].unique()}
    return {"problem": pl.col("code").replace(names), "state": state_text(language)}


def _severities(cases: pl.DataFrame, language: str) -> dict[str, str]:
    return {name: text(f"lists.severities.{name}", language) for name in cases["severity"].unique()}


def _records(cases: pl.DataFrame, side: str, run: RunFolder, masked: bool) -> pl.DataFrame:
    """`_FIELDS` of the records on one side, in the cases' order."""
    asked = cases.select(source=f"source_{side}", record_id=f"record_id_{side}", fields="fields")
    records: dict[str, Any] = {
        str(source): run.records(str(source), _FIELDS, ids["record_id"])
        for (source,), ids in asked.drop_nulls("source")
        .partition_by("source", as_dict=True)
        .items()
    }
    if not records:
        return pl.DataFrame(
            {name: pl.Series([None] * cases.height, dtype=pl.String) for name in _FIELDS}
        )
    found = conform(records_of(cases, side, records, _FIELDS), dict.fromkeys(_FIELDS, pl.String))
    differing = asked["fields"].fill_null([])
    lonely = found["id_number"].is_null()
    shown = [
        pl.when(lonely | differing.list.contains(name)).then(name).alias(name)
        for name in _OF_THE_MOTHER
    ]  # whoever has no number of his own is found by his mother
    found = found.with_columns(shown)
    return (
        found.with_columns(mask(pl.col(name)) for name, mask in _MASKS.items()) if masked else found
    )
