"""What a record is called: the source's own key, else a keyed digest of what the record says."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

from reconcile.standardising.text import VALUE, repaired, standard_text

_NOTHING_SAID = "\x1e"


def with_record_ids(
    records: pl.DataFrame, standardised: Sequence[str], raw: Sequence[str], key: bytes
) -> pl.DataFrame:
    """`records` with `record_id` (String, unique) and `record_key_repeated` (Boolean).

    The id is `record_key`, cleaned; of a row without one, 16 hexadecimal digits of BLAKE2b of its
    `standardised` columns under the workspace's `key`. Rows with the same id get `~2`, `~3` … in
    the order of their content (`standardised`, then `raw` columns), so that the order of rows in a
    file changes nothing.
    """
    keys = _own_keys(records)
    blank = keys.is_null()
    digests = _digests(records.filter(blank), standardised, key)
    ids = keys.clone().scatter(blank.arg_true(), digests) if blank.any() else keys
    shared = _shared(ids)
    records = records.with_columns(record_id=ids, record_key_repeated=shared & ~blank)
    if not shared.any():
        return records
    rows = shared.arg_true()
    return records.with_columns(
        ids.clone()
        .scatter(rows, _numbered(records[rows], [*standardised, *raw]))
        .alias("record_id")
    )


def _shared(ids: pl.Series) -> pl.Series:
    """Which ids occur more than once; compared as text only where their hashes are the same."""
    suspect = ids.hash().is_duplicated()
    rows = suspect.arg_true()
    return suspect.scatter(rows, ids.gather(rows).is_duplicated()) if len(rows) else suspect


def _own_keys(records: pl.DataFrame) -> pl.Series:
    if "record_key" not in records.columns:
        return pl.repeat(None, records.height, dtype=pl.String, eager=True)
    # A number cell's `.0` goes; `~` numbers repetitions and must not come from a source.
    plain = VALUE.str.replace(r"^(\d+)\.0$", "$1").str.replace_all("~", "-", literal=True)
    return repaired(
        standard_text(records["record_key"]),
        VALUE.str.contains(r"~|\.0$"),
        lambda f: f.with_columns(plain),
    )


def _content(columns: Sequence[str]) -> pl.Expr:
    return pl.concat_str(
        (pl.col(name).cast(pl.String).fill_null(_NOTHING_SAID) for name in columns),
        separator="\x1f",
    )


def _digests(records: pl.DataFrame, columns: Sequence[str], key: bytes) -> pl.Series:
    """A digest for each row. Only the standard library has a keyed one, which takes one value at a
    time."""
    contents = records.select(_content(columns)).to_series()
    digests = [
        blake2b(content.encode(), key=key[:64], digest_size=8).hexdigest() for content in contents
    ]
    return pl.Series(digests, dtype=pl.String)


def _numbered(rows: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    place = pl.col("content").rank("ordinal").over("record_id")
    numbered = rows.select("record_id", content=_content(columns)).select("record_id", place=place)
    again = pl.format("{}~{}", "record_id", "place")
    return numbered.select(
        pl.when(pl.col("place") > 1).then(again).otherwise("record_id")
    ).to_series()
