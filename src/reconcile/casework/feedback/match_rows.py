"""Which case of which batch a returned row is, and whether it still is the row that was sent."""

from __future__ import annotations

import polars as pl

from reconcile.casework.feedback.keys import normal_batches
from reconcile.casework.feedback.sent import batches, sent_rows
from reconcile.casework.form import HELD_AGAINST
from reconcile.core.messages import text
from reconcile.ledger.store import Ledger


def place(rows: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """`rows` (RETURNED with `place`) with `batch` (Int64), `number`, `earliest` (the first day that
    an answer can be of), `evidence` (that was sent), and of those that are no row of a batch
    `reason` and `said` (a value in its text).

    A row without its batch's number is of the batch that its file is of, if that sent the case,
    else of the latest that did. Raises WorkspaceError when the copy of what a batch sent is not
    there.
    """
    known = batches(ledger)
    asked = rows.with_columns(number=normal_batches(rows["batch"])).drop("batch")
    sendings = _sendings(ledger, asked["key"], known)
    asked = asked.with_columns(
        number=pl.coalesce("number", _missing_number(asked, sendings, known))
    )
    placed = asked.join(
        known.select("batch", "number", "on"), on="number", how="left", maintain_order="left"
    )
    sent = sent_rows(ledger, placed.drop_nulls("batch").select("batch", "number").unique().rows())
    held = placed.join(_held(placed, sent), on="place", how="left", maintain_order="left")
    reason = _reason(sendings["key"])
    told = held.with_columns(reason=reason, said=_said(reason, held["fault"]))
    return told.with_columns(earliest=_earliest(told, ledger))


def _reason(ever_sent: pl.Series) -> pl.Expr:
    """Why a row is no row of a batch; null where it is."""
    reasons = {
        "unreadable": pl.col("fault").is_not_null(),
        "no_key": pl.col("key").str.strip_chars().fill_null("") == "",
        "unknown_batch": pl.col("number").is_not_null() & pl.col("batch").is_null(),
        "unknown_key": ~pl.col("key").is_in(ever_sent.implode()),
        "not_in_batch": pl.col("changed").is_null(),
        "changed": pl.col("changed") != "",
    }
    return pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons.items())


def _said(reason: pl.Expr, faults: pl.Series) -> pl.Expr:
    """What goes into the text of the reason."""
    words = {fault: text(f"reading.reason.{fault}") for fault in faults.drop_nulls().unique()}
    return (
        pl.when(reason == "unreadable")
        .then(pl.col("fault").replace_strict(words, default=None, return_dtype=pl.String))
        .when(reason == "changed")
        .then("changed")
        .when(reason.is_in(["unknown_batch", "not_in_batch"]))
        .then("number")
    )


def _earliest(rows: pl.DataFrame, ledger: Ledger) -> pl.Series:
    """The first day of the month in which the case was found, or the day on which it was sent if
    that is earlier."""
    cases = ledger.cases(rows["key"].drop_nulls().unique()).select("key", found="first_seen")
    joined = rows.select("key", "on").join(cases, on="key", how="left", maintain_order="left")
    found = pl.concat_str("found", pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False)
    return joined.select(pl.min_horizontal("on", found)).to_series()


def _sendings(ledger: Ledger, keys: pl.Series, known: pl.DataFrame) -> pl.DataFrame:
    """key, batch, number: in which batches each case was sent."""
    events = ledger.events(keys.drop_nulls().unique())
    sent = events.filter(pl.col("kind") == "dispatched").select("key", "batch").unique()
    return sent.join(known.select("batch", "number"), on="batch").sort("key", "batch")


def _missing_number(rows: pl.DataFrame, sendings: pl.DataFrame, known: pl.DataFrame) -> pl.Expr:
    """The batch of each row whose own number cannot be read."""
    if not rows["number"].null_count():
        return pl.lit(None, pl.String)
    named = rows.filter(pl.col("number").is_in(known["number"].implode()))
    of_file = (
        named.group_by("file")
        .agg(pl.col("number").unique())
        .filter(pl.col("number").list.len() == 1)
    )
    own = of_file.select("file", number=pl.col("number").list.first())
    without = rows.filter(pl.col("number").is_null()).select("place", "file", "key")
    found = (
        without.join(own, on="file", how="left")
        .join(sendings, on="key", suffix="_sent")
        .with_columns(same=(pl.col("number") == pl.col("number_sent")).fill_null(False))
        .sort("place", "same", "batch", descending=[False, True, True])
        .unique("place", keep="first", maintain_order=True)
    )
    table = rows.select("place").join(
        found.select("place", "number_sent"), on="place", how="left", maintain_order="left"
    )
    return pl.lit(table["number_sent"])


def _held(rows: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """place, evidence, changed: of the row sent for the case that is most like each row, and the
    columns, in words, in which they differ. A case of several rows was sent under one key."""
    pairs = rows.drop_nulls("batch").join(sent, on=["batch", "key"], suffix="_sent")
    differs = [_differs(pl.col(name), pl.col(f"{name}_sent")).alias(name) for name in HELD_AGAINST]
    headers = [
        pl.when(name).then(pl.lit(text(f"forms.column.{name[:-2]}"))) for name in HELD_AGAINST
    ]
    return (
        pairs.select("place", "order", "evidence", *differs)
        .with_columns(count=pl.sum_horizontal(HELD_AGAINST))
        .sort("place", "count", "order")
        .unique("place", keep="first", maintain_order=True)
        .with_columns(
            changed=pl.concat_list(headers).list.drop_nulls().list.unique(maintain_order=True)
        )
        .select("place", "evidence", changed=pl.col("changed").list.join(text("lists.separator")))
    )


def _differs(given: pl.Expr, sent: pl.Expr) -> pl.Expr:
    """Whether a value that is still in the row is another one than was sent, and not what a
    spreadsheet makes of it."""
    given, sent = _plain(given), _plain(sent)
    zeros = given.str.contains(r"^\d+$") & (
        given.str.strip_chars_start("0") == sent.str.strip_chars_start("0")
    )
    # 4.60105E+17 and 460105199001011000 are what is left of an ID number that was taken for a
    # number.
    mantissa = given.str.extract(r"^(\d\.\d{3,})E\+?\d+$").str.replace(".", "", literal=True)
    shown = mantissa.str.strip_chars_end("0")
    ruined = sent.str.starts_with(shown.str.head(shown.str.len_chars().cast(pl.Int64) - 1)) & (
        shown != ""
    )
    rounded = given.str.contains(r"^\d{15}000$") & (given.str.head(15) == sent.str.head(15))
    same = (given == sent) | zeros | ruined.fill_null(False) | rounded
    return (given != "") & ~same


def _plain(value: pl.Expr) -> pl.Expr:
    tidy = (
        value.str.normalize("NFKC")
        .str.replace_all(r"[\s\p{C}]", "")
        .str.strip_chars("'\"`")
        .str.to_uppercase()
    )
    return tidy.fill_null("")
