"""What a case rests on, as a digest: when it changes, what people said of the case was said of
something else."""

from __future__ import annotations

import polars as pl

from reconcile.core.digests import keyed_digests
from reconcile.persons.view import View
from reconcile.rules import says

# What makes two records comparable at all: a case of two or more rests on these values too.
_IDENTITY = ("name", "id_number", "birth_date", "sex")
_NOTHING = "\x1e"
# Evidence that changes with the month, with what seems most likely, or with what another register
# offers as help, and not with what is wrong.
_OF_THE_MONTH = r'"carried":(true|false),?'
_WHY = r',?"why":"\w*"'
_HELP = r'"remedy":("\w*"|null),?'


def evidence_digests(view: View, rows: pl.DataFrame, code: str, key: bytes) -> pl.DataFrame:
    """case, digest of every case: keyed digests of what its `rows` (rules.FINDINGS of one rule,
    with node_l and node_r) state as evidence, the fields that they mark and the values in these,
    and of two records who they are. Of a rule that is STATED, the first two only.

    Record keys and probabilities are no evidence: a source may change the one, a new model the
    other.
    """
    about_left = says(code, "ABOUT_LEFT")
    marked = rows["fields"].explode().drop_nulls().unique().sort().to_list()
    two_sided = pl.lit(False) if about_left else pl.col("node_r").is_not_null()
    stated = pl.col("evidence").str.replace(_OF_THE_MONTH, "").str.replace(_WHY, "")
    told = [
        stated.str.replace(_HELP, "") if about_left else stated,
        pl.col("fields").list.join(","),
    ]
    sides = () if says(code, "STATED") else ("l",) if about_left else ("l", "r")
    for side in sides:
        values = _values(view, rows[f"node_{side}"], [*dict.fromkeys([*marked, *_IDENTITY])])
        for name in values.columns:
            asked = pl.col("fields").list.contains(pl.lit(name))
            if name in _IDENTITY:
                asked |= two_sided
            told.append(pl.when(asked).then(pl.lit(values[name])))
    text = pl.concat_str([part.fill_null(_NOTHING) for part in told], separator="\x1f")
    contents = rows.select("case", content=text)
    if contents["case"].is_duplicated().any():
        contents = (
            contents.sort("case", "content")
            .group_by("case", maintain_order=True)
            .agg(pl.col("content").str.join("\x1d"))
        )
    asked_of = (contents["content"] + f"\x1d{code}").to_list()
    return contents.select("case").with_columns(digest=keyed_digests(asked_of, key))


def _values(view: View, nodes: pl.Series, names: list[str]) -> pl.DataFrame:
    """These columns of the records as text, standardised where they have such a form."""
    available = {column for frame in view.records.values() for column in frame.columns}
    columns = {name: f"{name}_std" if f"{name}_std" in available else name for name in names}
    found = view.values(nodes, *(column for column in columns.values() if column in available))
    return found.select(
        (
            pl.col(column).cast(pl.String) if column in found.columns else pl.lit(None, pl.String)
        ).alias(name)
        for name, column in columns.items()
    )
