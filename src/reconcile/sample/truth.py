"""The truth beside a city's exports: who each record is, and which children were born."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.sample.births import deliveries
from reconcile.sample.city import City
from reconcile.sample.columns import made_columns
from reconcile.sample.families import TODAY
from reconcile.sample.naming import Flags
from reconcile.sample.register import Register
from reconcile.sample.whereabouts import Whereabouts

# Not `truth_….csv`: those are the truth of sources.
CHILDREN = "children_truth.csv"
PEOPLE = "people_truth.csv"
# The letter of each register in a cell, in the order of the letters.
LETTERS = {"births": "H", "residents": "R", "household": "P"}


def write_records(register: Register, folder: Path) -> Path:
    """`truth_<source>.csv`: who each record is and what is wrong with it.

    A row given twice is one record. A key used twice (only ever by two rows of one person) is `key`
    and `key~2`; which of the two rows is which does not matter, since they are the same person's.
    """
    content = [column.name for column in made_columns(register.source)]
    beside = ["mother_entity", "father_entity"] if register.source == "births" else []
    truth = (
        register.frame.with_columns(errors=register.error_texts())
        .unique(content, keep="first", maintain_order=True)
        .with_columns(again=pl.int_range(1, pl.len() + 1).over("record_key"))
        .select(
            *beside,
            "errors",
            entity_id="entity",
            record_id=pl.when(pl.col("again") > 1)
            .then(pl.format("{}~{}", "record_key", "again"))
            .otherwise("record_key"),
        )
    )
    path = folder / f"truth_{register.source}.csv"
    truth.select("record_id", "entity_id", *beside, "errors").write_csv(path)
    return path


def write_children(
    city: City, where: Whereabouts, registers: Sequence[Register], folder: Path
) -> Path:
    """`children_truth.csv`: every child born to the city, or in its hospitals, in the months of the
    list.

    Columns: entity_id; mother_entity (empty when she lives elsewhere); birth_date and sex as they
    are; town and village where the child lives, empty for one whose mother came from elsewhere;
    births, residents and household: 1 when that export has a record of the child, be it cancelled;
    cell: H, R, P, …, HRP, empty when no export has one; why: what is true of the child, joined by
    `|`; children_delivered and place_in_delivery. Sorted by birth date, delivery and place.
    """
    kin, persons = city.families, city.persons
    who = np.flatnonzero(where.newborn)
    who = who[np.lexsort((kin.place[who], kin.delivery[who], kin.born[who]))]
    house = kin.house[who]
    home = city.places.of_houses(city.places.house_village[house], house)
    delivered, place = (numbers[who] for numbers in deliveries(kin.delivery))
    lives_here = pl.Series(~city.visitor[who])
    entity = persons["entity"].gather(who)
    held = {r.source: entity.is_in(r.frame["entity"].unique().implode()) for r in registers}
    children = pl.DataFrame(
        {
            "entity_id": entity,
            "mother_entity": city.of(kin.mother[who], "entity"),
            "birth_date": persons["born"].gather(who),
            "sex": persons["sex"].gather(who),
            "town": home["town"].set(~lives_here, None),
            "village": home["village"].set(~lives_here, None),
            **{source: held[source].cast(pl.Int8) for source in LETTERS},
            "cell": _cells(held).replace("", None),
            "why": _reasons(city, where).gather(who).replace("", None),
            "children_delivered": delivered,
            "place_in_delivery": place,
        }
    )
    path = folder / CHILDREN
    children.write_csv(path)
    return path


def write_people(
    city: City, where: Whereabouts, registers: Sequence[Register], folder: Path
) -> Path:
    """`people_truth.csv`: everyone who is in one of the exports, as they are, whatever the exports
    say; sorted.

    Columns: entity_id; name, id_number, birth_date, sex; district, town, village, where they live
    (empty for families that came from elsewhere to give birth); registered_district,
    registered_town, registered_village; registered: `city`, `outside` (then the three before are
    empty) or `nowhere` (the police have never had them).
    """
    shown = pl.concat([register.frame["entity"] for register in registers]).unique()
    who = city.persons["entity"].is_in(shown.implode()).arg_true().to_numpy().astype(np.int64)
    house = city.families.house[who]
    home = city.places.of_houses(city.places.house_village[house], house)
    registered = city.places.of_houses(where.registered_village[who], house)
    visitor, outside = city.visitor[who], (where.incoming | city.visitor)[who]
    nowhere = where.unregistered[who] & ~outside
    where_registered = np.where(outside, 1, np.where(nowhere, 2, 0))
    lives, in_city = pl.Series(~visitor), pl.Series(~outside & ~nowhere)
    levels = ("district", "town", "village")
    people = pl.DataFrame(
        {
            "entity_id": city.persons["entity"].gather(who),
            **{name: city.persons[name].gather(who) for name in ("name", "id_number")},
            "birth_date": city.persons["born"].gather(who),
            "sex": city.persons["sex"].gather(who),
            **{name: home[name].set(~lives, None) for name in levels},
            **{f"registered_{name}": registered[name].set(~in_city, None) for name in levels},
            "registered": pl.Series(["city", "outside", "nowhere"]).gather(where_registered),
        }
    )
    path = folder / PEOPLE
    people.sort("entity_id").write_csv(path)
    return path


def _cells(held: dict[str, pl.Series]) -> pl.Series:
    letters = [
        pl.when(held[source]).then(pl.lit(letter)).otherwise(pl.lit(""))
        for source, letter in LETTERS.items()
    ]
    return pl.select(pl.concat_str(letters)).to_series()


def _reasons(city: City, where: Whereabouts) -> pl.Series:
    """Of everyone, what keeps a newborn off a list. `…_not_yet`: entered there after today;
    `…_missed`: left out by chance (see captures.py)."""
    lives_here = ~where.early_death & ~city.visitor
    registrable = lives_here & ~where.incoming & ~where.unregistered
    reasons: dict[str, Flags] = {
        "early_death": where.early_death,
        "mother_elsewhere": city.visitor,
        "born_elsewhere": where.born_elsewhere,
        "home_birth": where.home_birth,
        "registered_elsewhere": where.incoming,
        "not_registered": where.unregistered,
        "moved": where.left > 0,
        "resident_not_yet": lives_here & (where.resident_since > TODAY),
        "household_not_yet": registrable & (where.registered_since > TODAY),
        **{f"{source}_missed": people for source, people in where.missed.items()},
    }
    told = [pl.when(pl.Series(people)).then(pl.lit(reason)) for reason, people in reasons.items()]
    return pl.select(pl.concat_str(told, separator="|", ignore_nulls=True)).to_series()
