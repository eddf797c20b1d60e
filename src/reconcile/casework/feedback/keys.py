"""Keys of cases and numbers of batches as people and spreadsheets return them, in the form in which
they went out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.standardising.dates import standard_dates

_NO_KEY_SIGN = r"[^0-9A-Z]"
# As keyed_digests makes them; O, I and L are no digits of theirs, so that they can only be 0 and 1.
_KEY = r"^[A-Z][0-9A-Z]{11}$"
_BATCH = r"^\D*(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,4})(?:\D+0*:?0*:?0*)?$"


def normal_keys(typed: pl.Expr) -> pl.Expr:
    """The key that was typed, whatever its case, blanks, signs and widths, and with O for 0; null
    where it is none."""
    plain = typed.str.normalize("NFKC").str.to_uppercase().str.replace_all(_NO_KEY_SIGN, "")
    digits = plain.str.replace_many(["O", "I", "L"], ["0", "1", "1"])
    return pl.when(plain.str.contains(_KEY) & digits.str.contains("^[A-Z]")).then(digits)


def keys_typed(typed: Sequence[str]) -> list[str]:
    """The keys on a command line, each once, in their order; UsageError for what can be no key."""
    found = (
        pl.Series("key", list(typed), dtype=pl.String)
        .to_frame()
        .select("key", normal=normal_keys(pl.col("key")))
    )
    wrong = found.filter(pl.col("normal").is_null())["key"].to_list()
    if wrong:
        raise UsageError("feedback.error.no_key", keys=", ".join(wrong))
    return found["normal"].unique(maintain_order=True).to_list()


def normal_batches(typed: pl.Series) -> pl.Series:
    """Numbers of batches as `2026-10-01`; null where there is none. A spreadsheet takes them for
    days."""
    frame = typed.to_frame("typed").with_columns(
        pl.col("typed").str.normalize("NFKC").str.strip_chars(" '\"")
    )
    parts = {group: pl.col("parts").struct.field(group) for group in "123"}
    said = frame.with_columns(parts=pl.col("typed").str.extract_groups(_BATCH)).select(
        pl.concat_str(
            parts["1"],
            pl.lit("-"),
            parts["2"].str.zfill(2),
            pl.lit("-"),
            parts["3"].str.strip_chars_start("0").str.zfill(2),
        ).alias("said")
    )["said"]
    as_days = standard_dates(frame["typed"])["std"].dt.to_string("%Y-%m-%d")
    return said.fill_null(as_days) if said.null_count() else said
