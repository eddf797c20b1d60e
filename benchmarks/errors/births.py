"""Certificates of birth for the youngest of the population, with errors by the same design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from benchmarks.errors.drawing import assigned, cells_of, spoil
from benchmarks.errors.families import MALE, Columns, Ints
from benchmarks.errors.homes import Places
from benchmarks.errors.kinds import Kind
from benchmarks.errors.population import newborn, taken
from benchmarks.errors.slips import Random

# What a certificate states that errors spoil. The place is in the address; most children have no
# name yet, so that
# errors of names would fall on the same few rows.
STATED = frozenset({"sex", "born", "father_name", "mother_name", "address"})
_SHARES = {1: 0.4, 2: 0.4}
_UNNAMED, _CHILD_OF = (
    0.6,
    0.5,
)  # children without a name yet; of these, those called their mother's child
_ONE_PARENT = 0.03
_NOT_IN_HOSPITALS = frozenset({"first_january", "lunar"})  # they write by the clock


def certificates(
    random: Random,
    people: Columns,
    in_register: int,
    kinds: Sequence[Kind],
    places: Places,
    with_ids: bool,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """births and truth_births; `with_ids`: whether they state the parents' numbers."""
    rows = taken(people, random.permutation(newborn(people, in_register)))
    rows |= _deliveries(random, rows)
    count = len(rows["born"])
    rows["father_name"][random.random(count) < _ONE_PARENT] = ""
    rows["father_id"][rows["father_name"] == ""] = ""
    rows["address"] = places.town[rows["place"]] + rows["address"]
    unnamed = random.random(count) < _UNNAMED
    for part in ("surname", "given"):
        rows[part][unnamed] = ""
    kinds = [
        kind for kind in kinds if kind.columns <= STATED and kind.name not in _NOT_IN_HOSPITALS
    ]
    cells = cells_of(kinds)
    possible = np.column_stack([kind.possible(rows) for kind in kinds])
    errors = spoil(random, rows, kinds, cells, assigned(random, possible, cells, _SHARES))
    number = np.array(
        [f"T{at:09d}" for at in 430_000_000 + random.permutation(count)], dtype=object
    )
    truth = {
        "record_id": number,
        "entity_id": rows["entity"],
        "errors": errors,
        "copy": ["0"] * count,
    }
    births = _written(random, rows | {"number": number, "unnamed": unnamed}, with_ids)
    return births, pl.DataFrame(truth, schema=dict.fromkeys(truth, pl.String))


def _deliveries(random: Random, rows: Columns) -> Columns:
    """`minute` of the day, twins five minutes apart, and how many `children` were delivered."""
    frame = pl.DataFrame(
        {
            "home": rows["home"],
            "born": rows["born"],
            "minute": random.integers(0, 1400, len(rows["born"])),
        }
    )
    together = frame.select(
        (pl.col("minute").first() + 5 * pl.int_range(pl.len())).over("home", "born"),
        children=pl.len().over("home", "born"),
    )
    return {name: together[name].to_numpy() for name in together.columns}


def _written(random: Random, rows: Columns, with_ids: bool) -> pl.DataFrame:
    boy, unnamed = rows["sex"] == MALE, rows["unnamed"]
    called = unnamed & (random.random(len(unnamed)) < _CHILD_OF) & (rows["mother_name"] != "")
    name = np.where(called, rows["mother_name"] + np.where(boy, "之子", "之女").astype(object), "")
    frame = {
        "出生证编号": rows["number"],
        "新生儿姓名": np.where(unnamed, name, rows["surname"] + rows["given"]),
        "性别": np.where(boy, "男", "女"),
        "出生时间": _times(rows["born"], rows["minute"]),
        "体重": (random.normal(3250, 420, len(boy)).astype(int) // 10 * 10).astype(str),
        "胎数": rows["children"].astype(str),
        "母亲姓名": rows["mother_name"],
        "父亲姓名": rows["father_name"],
        "住址": rows["address"],
    }
    if with_ids:
        frame |= {"母亲身份证号": rows["mother_id"], "父亲身份证号": rows["father_id"]}
    return pl.DataFrame(frame, schema=dict.fromkeys(frame, pl.String))


def _times(born: Ints, minutes: Ints) -> list[str]:
    days = born.astype("datetime64[D]").astype(str)
    return [
        f"{day} {minute // 60:02d}:{minute % 60:02d}"
        for day, minute in zip(days, minutes, strict=True)
    ]
