"""The hospitals' birth certificates as they should be: who was born, to whom, named or not yet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from reconcile.core.layouts import load_layout
from reconcile.sample import naming
from reconcile.sample.city import City
from reconcile.sample.families import TODAY
from reconcile.sample.naming import Flags, Integers, put
from reconcile.sample.presets import Preset
from reconcile.sample.register import Register
from reconcile.sample.registers import address_of, dates, far_addresses, phones
from reconcile.sample.whereabouts import Whereabouts

_HOSPITALS = (
    "海临市人民医院",
    "海临市妇幼保健院",
    "东华区中心医院",
    "南溪区妇幼保健院",
    "北湾区人民医院",
    "西岭区中医院",
)
_ISSUE_TYPES = ("首次签发", "换发", "补发")


def births(city: City, where: Whereabouts, preset: Preset, rng: np.random.Generator) -> Register:
    """出生医学证明: one row for each certificate, reissued ones included.

    Beside the register's columns: mother_entity and father_entity, null for a father who lives
    elsewhere.
    """
    kin, persons = city.families, city.persons
    in_hospital = where.newborn & ~where.home_birth & ~where.born_elsewhere & (kin.mother >= 0)
    who = np.flatnonzero(in_hospital & ~where.missed["births"])
    who = who[np.lexsort((kin.place[who], kin.delivery[who], kin.born[who]))]
    issued = np.minimum(kin.born[who] + 1 + rng.exponential(9, len(who)).astype(np.int64), TODAY)
    mother, father = kin.mother[who], kin.father[who]
    house = kin.house[who]
    home = city.places.of_houses(city.places.house_village[house], house)
    visitor = city.visitor[who]
    far = far_addresses(house)
    passport = visitor & (kin.delivery[who] % 25 == 0)  # twins have one mother
    twins, place = (numbers[who] for numbers in deliveries(kin.delivery))
    lives = address_of(home, "{district}{town}{within}").zip_with(pl.Series(~visitor), far)
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, len(who))
    size = len(who)
    columns = {
        "record_key": _certificates(size, rng),
        "name": persons["name"].gather(who),
        "sex": persons["sex"].gather(who),
        "birth_date": _times(kin.born[who], kin.delivery[who], rng),
        "weight": pl.Series(_weights(twins, rng)).cast(pl.String),
        "children_delivered": pl.Series(twins).cast(pl.String),
        "place_in_delivery": pl.Series(place).cast(pl.String),
        "order_of_child": pl.Series(kin.order[who]).cast(pl.String),
        "order_ambiguous": pl.Series(np.where(rng.random(size) < 0.5, place, kin.order[who])).cast(
            pl.String
        ),
        "birth_place": pl.Series(["医院", "妇幼保健院", "其他医疗机构"]).gather(
            rng.choice(3, size, p=[0.6, 0.37, 0.03])
        ),
        "institution": pl.Series(_HOSPITALS).gather(kin.delivery[who] % len(_HOSPITALS)),
        "mother_name": city.of(mother, "name"),
        "mother_id_type": pl.Series(["居民身份证", "护照"]).gather(passport.astype(np.int64)),
        "mother_id": city.of(mother, "id_number").zip_with(
            pl.Series(~passport), _passports(size, rng)
        ),
        "mother_address": lives,
        "father_name": persons["father_name"].gather(who),
        "father_id_type": pl.Series(["居民身份证"]).new_from_index(0, size),
        "father_id": city.of(father, "id_number"),
        "address": lives,
        "district": put(home["district"], np.flatnonzero(visitor), nobody.head(int(visitor.sum()))),
        "town": put(home["town"], np.flatnonzero(visitor), nobody.head(int(visitor.sum()))),
        "village": put(home["village"], np.flatnonzero(visitor), nobody.head(int(visitor.sum()))),
        "phone": phones(size, rng),
        "issued_on": dates(issued),
        "issue_type": pl.Series(_ISSUE_TYPES[:1]).new_from_index(0, size),
        **_conditions(kin.born[who], kin.delivery[who], where.early_death[who], twins),
    }
    frame = pl.DataFrame(
        {c.name: columns[c.name] for c in load_layout("births").columns}
    ).with_columns(
        entity=persons["entity"].gather(who),
        who=pl.Series(who),
        mother_entity=city.of(mother, "entity"),
        father_entity=city.of(father, "entity"),
    )
    register = Register("births", frame, preset.rates["births"], preset.carelessness, rng)
    register.mark("mother_elsewhere", visitor)
    register.mark("early_death", where.early_death[who])
    _reissue(register, rng)
    _leave_unnamed(register, city, preset.shares["births_newborns"], rng)
    for column, share in preset.shares["births_blank"].items():
        register.blank(column, share)
    return register


def _conditions(
    born: Integers, delivery: Integers, died: Flags, twins: Integers
) -> dict[str, pl.Series]:
    """Whether each child lived. Half of the hospitals have a column for it, the others say so in a
    remark, where they speak of twins too; a third leave the day out."""
    hospital = delivery % len(_HOSPITALS)
    has_column = pl.Series(hospital % 2 == 0)
    status = pl.Series(["存活", "死亡"]).gather(died.astype(np.int64))
    remark = np.select([died, twins > 1], [2, 1], 0)
    return {
        "newborn_status": status.set(~has_column, None),
        "died_on": dates(
            np.where(died & (hospital % 3 > 0), np.minimum(born + delivery % 7, TODAY), 0)
        ),
        "remark": pl.Series(["", "双胞胎", "新生儿死亡"]).gather(remark * (hospital % 2)),
    }


def deliveries(delivery: Integers) -> tuple[Integers, Integers]:
    """How many children each one's delivery had, and each one's place among them; children of a
    delivery stand side by side."""
    _, first, which, count = np.unique(
        delivery, return_index=True, return_inverse=True, return_counts=True
    )
    return count[which], np.arange(len(delivery)) - first[which] + 1


def _certificates(size: int, rng: np.random.Generator) -> pl.Series:
    """A letter and nine digits, in the order of birth, so that twins' numbers follow on from each
    other."""
    batch = pl.Series(["T", "U"]).gather((np.arange(size) * 2 // max(size, 1)).clip(0, 1))
    serial = 460_000_000 + np.arange(size) + rng.integers(0, 50_000)
    return batch + pl.Series(serial).cast(pl.String)


def _passports(size: int, rng: np.random.Generator) -> pl.Series:
    return "E" + pl.Series(rng.integers(10_000_000, 100_000_000, size)).cast(pl.String)


def _times(born: Integers, delivery: Integers, rng: np.random.Generator) -> pl.Series:
    """To the minute; a twin a few minutes after the other, who stands before it."""
    minute = rng.integers(0, 1380, len(born))
    again = 1 + np.flatnonzero(delivery[1:] == delivery[:-1])
    minute[again] = minute[again - 1] + rng.integers(1, 40, len(again))
    minutes = pl.Series((born * 1440 + minute) * 60_000_000).cast(pl.Datetime("us"))
    return minutes.dt.strftime("%Y-%m-%d %H:%M")


def _weights(twins: Integers, rng: np.random.Generator) -> Integers:
    return (
        (rng.normal(3250, 430, len(twins)) - 750 * (twins > 1)).clip(900, 5200).astype(np.int64)
        // 10
        * 10
    )


def _reissue(register: Register, rng: np.random.Generator) -> None:
    """The same birth on a second certificate: a new number, a later day."""
    rows = register.struck("reissued")
    serial = 465_000_000 + np.arange(len(rows)) * 3
    keys = "U" + pl.Series(serial).cast(pl.String)
    copies = register.add_copies(rows, keys, 1.0)
    days = register.frame["issued_on"].gather(copies).str.to_date().cast(pl.Int32)
    later = days + pl.Series(rng.integers(5, 90, len(copies)))
    issued = later.clip(None, TODAY).cast(pl.Int32).cast(pl.Date)
    kind = pl.Series(_ISSUE_TYPES).gather(rng.integers(1, 3, len(copies)))
    register.frame = register.frame.with_columns(
        put(register.frame["issued_on"], copies, issued.dt.strftime("%Y-%m-%d")),
        put(register.frame["issue_type"], copies, kind),
    )
    register.mark("reissued", copies)


def _leave_unnamed(
    register: Register, city: City, share: Mapping[str, float], rng: np.random.Generator
) -> None:
    """Most children have no name yet on the first list; some are named otherwise later."""
    frame = register.frame
    size = frame.height
    reissued = register.has("reissued")
    unnamed = np.flatnonzero((rng.random(size) < share["unnamed"]) & ~reissued)
    names = put(frame["name"], unnamed, placeholders(frame[unnamed], rng))
    otherwise = np.flatnonzero(
        (rng.random(size) < share["mothers_surname"]) & ~np.isin(np.arange(size), unnamed)
    )
    surname = naming.surname_of(frame["mother_name"].gather(otherwise))
    who = frame["who"].gather(otherwise).to_numpy()
    year = np.full(len(who), 2026)
    given = naming.given_names(city.families.male[who], year, rng.random(len(who)), rng)
    own = names.gather(otherwise)
    kept = own.str.slice(
        naming.surname_of(own).str.len_chars()
    )  # half keep the given name, half had another
    given = kept.zip_with(pl.Series(rng.random(len(who)) < 0.5), given)
    register.frame = frame.with_columns(put(names, otherwise, surname + given))
    register.mark("unnamed", unnamed)
    register.mark("mothers_surname", otherwise)


def placeholders(rows: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """What stands in place of a newborn's name: 某某之子 of mother or father, 未取名, or
    nothing."""
    twins = pl.col("place_in_delivery") if "place_in_delivery" in rows.columns else pl.lit("1")
    several = pl.col("children_delivered") if "children_delivered" in rows.columns else pl.lit("1")
    boy = pl.col("sex") == "男"
    child = pl.when(boy).then(pl.lit("之子")).otherwise(pl.lit("之女"))
    which = (
        pl.when(several == "1")
        .then(pl.lit(""))
        .when(twins == "1")
        .then(pl.lit("（大）"))
        .otherwise(pl.lit("（小）"))
    )
    frame = rows.with_columns(how=pl.Series(rng.random(rows.height)))
    father = pl.coalesce("father_name", "mother_name")
    return frame.select(
        pl.when(pl.col("how") < 0.45)
        .then(pl.col("mother_name") + child + which)
        .when(pl.col("how") < 0.6)
        .then(father + child + which)
        .when(pl.col("how") < 0.72)
        .then(pl.lit("未取名"))
        .when(pl.col("how") < 0.77)
        .then(pl.lit("无名"))
        .alias("name")
    ).to_series()
