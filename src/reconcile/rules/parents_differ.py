"""A child whose mother or father in a register is not the one on the birth certificate."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.config import Severity
from reconcile.matchers.shared.written_names import LEVELS, written_levels
from reconcile.persons.view import View
from reconcile.rules import evidence, findings
from reconcile.rules.shared.certified import REGISTERS, certified
from reconcile.standardising.documents import of_one_kind
from reconcile.standardising.names import in_two_hands

SEVERITY: Severity = "medium"
RESTS_ON = ("father_name", "father_id")

_ROLES = ("mother", "father")
# Written with a traditional or variant form, or with a character that a system could not show: no
# difference.
_SAME_NAME = LEVELS.index("variant")


def find(view: View) -> pl.DataFrame:
    """A case for each certificate, a row for each register that differs in `fields`; what is
    missing never differs, nor do a Chinese and a Latin name, a Latin name in another order, or
    documents of two kinds.

    The variant is the weightiest of what differs: `other_person`, another name (and no common ID
    number); `number`, the same name under two numbers; `name`, another name under one number;
    `similar`, a name that sounds or looks alike, or lacks a character.
    """
    born = certified(view)
    pairs = pl.concat(
        born.select("carried", node_l="births", node_r=name).drop_nulls() for name in REGISTERS
    )
    found = {role: _compared(view, pairs, role) for role in _ROLES}
    differs = {
        f"{role}_{part}": found[role].select(pl.col(part) != "").to_series()
        for role in _ROLES
        for part in ("name", "number")
    }
    heaviest = pl.coalesce(
        pl.when(pl.any_horizontal(pl.lit(found[role][part]) == variant for role in _ROLES)).then(
            pl.lit(variant)
        )
        for part, variant in (
            ("name", "other_person"),
            ("number", "number"),
            ("name", "name"),
            ("name", "similar"),
        )
    )
    fields = pl.concat_list(
        pl.when(pl.lit(differs[f"{role}_{part}"])).then(pl.lit(column))
        for role in _ROLES
        for part, column in (("name", f"{role}_name"), ("number", f"{role}_id"))
    ).list.drop_nulls()
    return findings(
        pairs.with_columns(variant=heaviest, fields=fields)
        .filter(pl.col("variant").is_not_null())
        .with_columns(evidence=evidence(variant=pl.col("variant"), carried=pl.col("carried")))
    )


def _compared(view: View, pairs: pl.DataFrame, role: str) -> pl.DataFrame:
    """name ('', similar, name, other_person) and number ('', number) of each pair's relatives in
    this role."""
    columns = (f"{role}_name_std", f"{role}_id_std")
    left, right = (
        view.values(pairs[node], *columns).cast(pl.String) for node in ("node_l", "node_r")
    )
    (name_l, number_l), (name_r, number_r) = (
        (side[columns[0]], side[columns[1]]) for side in (left, right)
    )
    one_name = pl.select(in_two_hands(pl.lit(name_l), pl.lit(name_r))).to_series()
    differing = ((name_l != name_r) & ~one_name).fill_null(False)
    where = differing.arg_true()
    level = np.zeros(pairs.height, dtype=np.int8)
    level[where.to_numpy()] = written_levels(name_l.gather(where), name_r.gather(where))
    other = differing & pl.Series(level != _SAME_NAME)
    similar = other & pl.Series(level > 0)
    one_number = (number_l == number_r).fill_null(False)
    two_numbers = (number_l != number_r) & pl.select(
        of_one_kind(pl.lit(number_l), pl.lit(number_r))
    ).to_series()
    two_numbers = two_numbers.fill_null(False)
    return pl.select(
        name=pl.when(similar)
        .then(pl.lit("similar"))
        .when(other & one_number)
        .then(pl.lit("name"))
        .when(other)
        .then(pl.lit("other_person"))
        .otherwise(pl.lit("")),
        number=pl.when(two_numbers).then(pl.lit("number")).otherwise(pl.lit("")),
    )
