"""What registers and certificates say of twins, and whether it tells the two apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.births.cities import SOURCES, children

from reconcile.quality.evaluation import read_persons, read_truth

# What tells twins apart, the first that does.
EVIDENCE = ("sex", "name", "place", "through")
_REGISTERS = ("household", "residents")
_SONS_AND_DAUGHTERS = (21, 36)  # 长子 … 其他女 of GB/T 4761-2008; 30 is an only daughter
_MARK = r"[（(]([大小])[)）]"


@dataclass(frozen=True)
class Registers:
    """A run and its truth. `persons`: source, record_id, person_id; `possible`: certificate, row,
    the pairs of records that wait for a person to decide."""

    truth: Mapping[str, pl.DataFrame]
    persons: pl.DataFrame
    values: Mapping[str, pl.DataFrame]
    possible: pl.DataFrame

    @classmethod
    def read(cls, city: Path, run: Path) -> Registers:
        values = {
            source: pl.read_parquet(run / "frames" / f"standardised_{source}.parquet")
            for source in SOURCES
        }
        links = pl.read_parquet(run / "frames" / "links.parquet").filter(
            pl.col("band").is_in(["match", "review"])
        )
        return cls(read_truth(city), read_persons(run), values, possible(links))

    def entities(self, source: str) -> pl.DataFrame:
        """record_id, entity_id."""
        return self.truth[source].select("record_id", "entity_id")

    def said(self, source: str) -> pl.DataFrame:
        """entity_id and what the first record of each entity says that may tell twins apart:
        record_id, name, sex, place (1 or 2), relation (whether son or daughter, and which),
        id_number (valid ones)."""
        rows = self.entities(source).join(self.values[source], on="record_id")
        first = rows.sort("entity_id", "record_id").unique(
            "entity_id", keep="first", maintain_order=True
        )
        mark = (
            pl.col("name")
            .str.extract(_MARK)
            .replace_strict({"大": 1, "小": 2}, default=None, return_dtype=pl.Int32)
        )
        stated = (
            pl.col("place_in_delivery_std") if source == "births" else pl.lit(None, dtype=pl.Int32)
        )
        minute = pl.col("birth_date_minute") if source == "births" else pl.lit(None, dtype=pl.Int16)
        valid = pl.col("id_number_status").cast(pl.String) == "valid"
        return first.select(
            "entity_id",
            "record_id",
            name="name_std",
            sex="sex_std",
            place=pl.coalesce(stated, mark),
            minute=minute,
            relation=pl.when(pl.col("relation_std").is_between(*_SONS_AND_DAUGHTERS)).then(
                "relation_std"
            ),
            id_number=pl.when(valid).then("id_number_std"),
        )


def possible(links: pl.DataFrame) -> pl.DataFrame:
    """certificate, row: the links (frames.LINKS) between a birth and another register, either way
    round."""
    there = links.filter(pl.col("source") == "births").select(
        certificate="record_id", row="contender_record_id"
    )
    back = links.filter(pl.col("contender_source") == "births").select(
        certificate="contender_record_id", row="record_id"
    )
    return pl.concat([there, back]).unique().sort("certificate", "row")


def pairs_of_twins(city: Path, registers: Registers) -> pl.DataFrame:
    """Pairs that have a certificate each: entity_id_1, entity_id_2, named (both, one, none), sexes
    (same, different), merged (whether a person holds records of both)."""
    truth = children(city).filter(pl.col("children_delivered") == 2)
    one, two = truth[::2], truth[1::2]
    pairs = pl.DataFrame(
        {"entity_id_1": one["entity_id"], "entity_id_2": two["entity_id"]}
        | {
            "sexes": pl.Series(["different", "same"]).gather(
                (one["sex"] == two["sex"]).cast(pl.Int64)
            )
        }
    )
    named = registers.said("births").select("entity_id", named=pl.col("name").is_not_null())
    for side in (1, 2):
        own = named.rename({"entity_id": f"entity_id_{side}", "named": f"named_{side}"})
        pairs = pairs.join(own, on=f"entity_id_{side}", maintain_order="left")
    count = pl.sum_horizontal(pl.col("named_1", "named_2").cast(pl.Int32))
    merged = _merged(pairs, registers)
    return pairs.with_columns(
        named=count.replace_strict({0: "none", 1: "one", 2: "both"}, return_dtype=pl.String),
        merged=merged,
    )


def _merged(pairs: pl.DataFrame, registers: Registers) -> pl.Series:
    records = pl.concat(
        [
            registers.entities(source).with_columns(source=pl.lit(source))
            for source in registers.truth
        ]
    )
    held = (
        records.join(registers.persons, on=["source", "record_id"])
        .select("entity_id", "person_id")
        .unique()
    )
    numbered = pairs.with_row_index("pair")
    sides = [
        numbered.select("pair", entity_id=f"entity_id_{side}")
        .join(held, on="entity_id")
        .drop("entity_id")
        for side in (1, 2)
    ]
    both = sides[0].join(sides[1], on=["pair", "person_id"])["pair"]
    return numbered["pair"].is_in(both.implode())


def decided(pairs: pl.DataFrame, registers: Registers) -> pl.DataFrame:
    """One row a certificate and register that has its child: pair's named and sexes, entity_id,
    twin_id, certificate, register, evidence: what tells the two apart there, of EVIDENCE, or
    empty."""
    births = registers.said("births")
    sides = {
        register: _side_by_side(pairs, births, registers.said(register)) for register in _REGISTERS
    }
    direct = {register: evidence(frame) for register, frame in sides.items()}
    rows = []
    for register, other in (_REGISTERS, _REGISTERS[::-1]):
        frame = sides[register]
        through = pl.Series(direct[other] != "") & _same_numbers(frame, sides[other])
        here = direct[register].to_frame("evidence").with_columns(through=through)
        told = here.select(
            pl.when((pl.col("evidence") == "") & pl.col("through"))
            .then(pl.lit("through"))
            .otherwise("evidence")
        ).to_series()
        for side, twin in ((1, 2), (2, 1)):
            rows.append(
                frame.select(
                    "named",
                    "sexes",
                    pl.col(f"record_id_r{side}").alias("row"),
                    entity_id=f"entity_id_{side}",
                    twin_id=f"entity_id_{twin}",
                    certificate=f"record_id_b{side}",
                    register=pl.lit(register),
                    evidence=told.alias("evidence"),
                ).drop_nulls("row")
            )
    return pl.concat(rows).drop("row")


def _side_by_side(pairs: pl.DataFrame, births: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The pairs with what the two certificates (_b1, _b2) and the two rows (_r1, _r2, null where
    there is none) say."""
    for letter, said in (("b", births), ("r", rows)):
        for side in (1, 2):
            key = f"entity_id_{side}"
            own = said.rename(
                {name: f"{name}_{letter}{side}" for name in said.columns if name != "entity_id"}
            )
            pairs = pairs.join(
                own.rename({"entity_id": key}), on=key, how="left", maintain_order="left"
            )
    return pairs


def evidence(pairs: pl.DataFrame) -> pl.Series:
    """What tells the two apart, of EVIDENCE, the first that does, empty when nothing does: `pairs`
    as `_side_by_side` gives them."""
    told = {"sex": _by_sex(), "name": _by_name(), "place": _by_place()}
    chosen = pl.lit("")
    for kind in reversed(told):
        chosen = pl.when(told[kind].fill_null(False)).then(pl.lit(kind)).otherwise(chosen)
    return pairs.select(chosen.alias("evidence")).to_series()


def _by_sex() -> pl.Expr:
    """Different on the certificates, and each row there is says what its own certificate does."""
    different = pl.col("sex_b1") != pl.col("sex_b2")
    right = [
        pl.col(f"record_id_r{side}").is_null()
        | (pl.col(f"sex_r{side}") == pl.col(f"sex_b{side}")).fill_null(False)
        for side in (1, 2)
    ]
    return different & right[0] & right[1]


def _by_name() -> pl.Expr:
    """One twin's certificate and row have one name, which neither of the other's has."""

    def told(side: int, twin: int) -> pl.Expr:
        same = pl.col(f"name_b{side}") == pl.col(f"name_r{side}")
        others = [
            (pl.col(f"name_{letter}{twin}") != pl.col(f"name_b{side}")).fill_null(True)
            for letter in "br"
        ]
        return (same & others[0] & others[1]).fill_null(False)

    return told(1, 2) | told(2, 1)


def _by_place() -> pl.Expr:
    """Both sides say which twin is which, and say the same. One of the two told by its place tells
    the other."""

    def by_places(letter: str) -> pl.Expr:
        one, other = pl.col(f"place_{letter}1"), pl.col(f"place_{letter}2")
        middle = pl.lit(1.5)
        return _order(f"place_{letter}").fill_null(one - middle).fill_null(middle - other)

    one_sex = (
        pl.col("relation_r1") // 10 == pl.col("relation_r2") // 10
    )  # 长子 and 长女 have no order
    certificates = by_places("b").fill_null(_order("minute_b"))
    rows = by_places("r").fill_null(pl.when(one_sex).then(_order("relation_r")))
    return (certificates < 0) & (rows < 0)


def _order(column: str) -> pl.Expr:
    """Below 0 where the first twin's value is the smaller, above 0 the other way round, null where
    they do not say."""
    difference = pl.col(f"{column}1").cast(pl.Float64) - pl.col(f"{column}2").cast(pl.Float64)
    return pl.when(difference != 0).then(difference)


def _same_numbers(here: pl.DataFrame, there: pl.DataFrame) -> pl.Series:
    """Whether the rows of a twin in both registers have one number, the other's another."""
    same = [
        (here[f"id_number_r{side}"] == there[f"id_number_r{side}"]).fill_null(False)
        for side in (1, 2)
    ]
    return same[0] | same[1]
