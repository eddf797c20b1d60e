"""Who a record's relatives are, where only its household tells: parents and spouses from relations to the head.

The relation codes are GB/T 4761-2008: 01 and 02 the head, 10–12 the spouse, 20–26 sons, 27 an adopted or
step-son, 30–36 daughters, 37 an adopted or step-daughter, 38 a daughter-in-law, 28 a son-in-law, 41–44
grandchildren.
"""

from __future__ import annotations

import polars as pl

from reconcile.matching.population import Population

_HEAD = (1, 2)
_SPOUSE = (10, 11, 12)
_SONS = (20, 21, 22, 23, 24, 25, 26, 27)
_DAUGHTERS = (30, 31, 32, 33, 34, 35, 36, 37)
_SON_IN_LAW = (28,)
_DAUGHTER_IN_LAW = (38,)
_CHILDREN = (*_SONS, *_DAUGHTERS)
_GRANDCHILDREN = (41, 42, 43, 44)

_MALE, _FEMALE = 1, 2
_HOUSEHOLD = ("source", "household_no_std")


def with_relatives(population: Population) -> Population:
    """The population with father, mother, spouse and head filled in from the household where a row is silent.

    Only an only bearer of a relation counts: with two wives or two married sons in one household nothing is
    derived. Columns `<role>_name_std` and `<role>_id_std` of father, mother and spouse, and `head_name_std`.
    """
    rows = population.frame.select(
        "source", "household_no_std", "relation_std", "sex_std", "name_std", "id_number_std"
    ).with_row_index("node")
    members = rows.filter(pl.col("household_no_std").is_not_null() & pl.col("relation_std").is_not_null())
    if members.is_empty():
        return population
    couples = _couples(members)
    derived = pl.concat(
        [
            _parents(members, couples, "head", _CHILDREN),
            _parents(members, couples, "young", _GRANDCHILDREN),
            _spouses(members, couples),
        ],
        how="diagonal",
    ).unique("node", keep="first", maintain_order=True)
    columns = [c for c in derived.columns if c != "node"]
    aligned = rows.select("node").join(derived, on="node", how="left", maintain_order="left")
    filled = population.frame.select(pl.coalesce(c, aligned[c].alias(f"{c}_derived")).alias(c) for c in columns)
    return population.replace(filled)


def _couples(members: pl.DataFrame) -> pl.DataFrame:
    """One row a household: its head and the head's spouse, and its only young couple, each by sex."""
    head, spouse = _only(members, _HEAD, "head"), _only(members, _SPOUSE, "spouse")
    son, daughter = _only(members, _SONS, "son"), _only(members, _DAUGHTERS, "daughter")
    son_in_law = _only(members, _SON_IN_LAW, "son_in_law")
    daughter_in_law = _only(members, _DAUGHTER_IN_LAW, "daughter_in_law")
    couples = head
    for other in (spouse, son, daughter, son_in_law, daughter_in_law):
        couples = couples.join(other, on=_HOUSEHOLD, how="left")
    return couples


def _only(members: pl.DataFrame, relations: tuple[int, ...], role: str) -> pl.DataFrame:
    """The households' only member in these relations: a struct column `role` of name, number and sex."""
    return (
        members.filter(pl.col("relation_std").is_in(relations))
        .filter(pl.len().over(*_HOUSEHOLD) == 1)
        .select(
            *_HOUSEHOLD,
            pl.struct(
                pl.col("name_std").alias("name"),
                pl.col("id_number_std").alias("number"),
                pl.col("sex_std").alias("sex"),
            ).alias(role),
        )
    )


def _parents(members: pl.DataFrame, couples: pl.DataFrame, which: str, relations: tuple[int, ...]) -> pl.DataFrame:
    """Parents of the members in these relations: the head's couple, or the household's young couple."""
    children = members.filter(pl.col("relation_std").is_in(relations)).select("node", *_HOUSEHOLD)
    with_couples = children.join(couples, on=_HOUSEHOLD, how="inner", maintain_order="left")
    if which == "head":
        pair = (pl.col("head"), pl.col("spouse"))
        father, mother = _of_sex(pair, _MALE), _of_sex(pair, _FEMALE)
    else:
        son_line = pl.col("daughter_in_law").is_not_null() & pl.col("son_in_law").is_null()
        daughter_line = pl.col("son_in_law").is_not_null() & pl.col("daughter_in_law").is_null()
        father = pl.when(son_line).then(pl.col("son")).when(daughter_line).then(pl.col("son_in_law"))
        mother = pl.when(son_line).then(pl.col("daughter_in_law")).when(daughter_line).then(pl.col("daughter"))
    return with_couples.select(
        "node",
        father.struct.field("name").alias("father_name_std"),
        father.struct.field("number").alias("father_id_std"),
        mother.struct.field("name").alias("mother_name_std"),
        mother.struct.field("number").alias("mother_id_std"),
        pl.col("head").struct.field("name").alias("head_name_std"),
    )


def _of_sex(pair: tuple[pl.Expr, pl.Expr], sex: int) -> pl.Expr:
    head, spouse = pair
    other = _MALE if sex == _FEMALE else _FEMALE
    is_head = (head.struct.field("sex") == sex) | (spouse.struct.field("sex") == other)
    is_spouse = (spouse.struct.field("sex") == sex) | (head.struct.field("sex") == other)
    return pl.when(is_head).then(head).when(is_spouse).then(spouse)


def _spouses(members: pl.DataFrame, couples: pl.DataFrame) -> pl.DataFrame:
    """Head and spouse name each other; everyone else gets the head's name only."""
    others = members.filter(~pl.col("relation_std").is_in((*_CHILDREN, *_GRANDCHILDREN)))
    relation = pl.col("relation_std")
    partner = pl.when(relation.is_in(_HEAD)).then(pl.col("spouse")).when(relation.is_in(_SPOUSE)).then(pl.col("head"))
    return others.join(couples, on=_HOUSEHOLD, how="inner", maintain_order="left").select(
        "node",
        partner.struct.field("name").alias("spouse_name_std"),
        partner.struct.field("number").alias("spouse_id_std"),
        pl.col("head").struct.field("name").alias("head_name_std"),
    )
