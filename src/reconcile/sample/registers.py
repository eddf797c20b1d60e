"""The resident register and the household register as they should be, before anybody mistypes
anything."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from reconcile.sample.city import City
from reconcile.sample.columns import made_columns
from reconcile.sample.families import TODAY, YEAR
from reconcile.sample.naming import Flags, Integers
from reconcile.sample.places import CITY
from reconcile.sample.presets import Preset
from reconcile.sample.register import Register
from reconcile.sample.whereabouts import Whereabouts

RELATION_WORDS = {
    2: "户主", 11: "夫", 12: "妻", 21: "独生子", 22: "长子", 23: "次子",
    24: "三子", 25: "四子", 26: "五子", 29: "其他儿子", 28: "女婿", 31: "独生女",
    32: "长女", 33: "次女", 34: "三女", 35: "四女", 36: "五女", 39: "其他女儿",
    38: "儿媳", 41: "孙子", 42: "孙女", 43: "外孙子", 44: "外孙女", 51: "父亲",
    52: "母亲", 55: "岳父", 56: "岳母",
}  # fmt: skip
ETHNICITIES = {
    "01": "汉族",
    "19": "黎族",
    "06": "苗族",
    "08": "壮族",
    "03": "回族",
    "11": "满族",
    "05": "维吾尔族",
}


def dates(days: Integers, form: str = "%Y-%m-%d") -> pl.Series:
    """Days since 1970-01-01 as text; 0 is empty."""
    day = pl.Series(days.astype(np.int32)).cast(pl.Date).dt.strftime(form)
    return day.set(pl.Series(days == 0), None)


def residents(
    city: City, where: Whereabouts, preset: Preset, rng: np.random.Generator, after: int = TODAY
) -> Register:
    """全员人口: who lives in the city, with some who have left or died; all of them who did after
    the day `after`.

    Beside the register's columns: entity, who, ended (the day of 1970 on which the row was
    cancelled, 0 for never) and vanishes (on that day the row goes, for today's register has it no
    longer).
    """
    chance = rng.random(city.families.size)
    died, left = where.died > 0, where.left > 0
    stays = np.select([died, left], [chance < 0.45, chance < 0.16], True)
    vanishes = ~stays & (np.maximum(where.died, where.left) > after)
    shown = stays | vanishes
    shown &= (
        ~city.visitor
        & ~where.early_death
        & (where.resident_since <= TODAY)
        & ~where.missed["residents"]
    )
    still = preset.events.not_cancelled
    stale = np.select(
        [died, left], [chance < 0.08 * still, chance < 0.04 * still], False
    )  # nobody has cancelled them
    who = np.flatnonzero(shown)
    ended = np.where(stale, 0, np.where(died, where.died, where.left))[who]
    house = city.families.house[who]
    village = city.places.house_village[house]
    home = city.places.of_houses(village, house)
    registered = city.places.of_houses(where.registered_village[who], house)
    since = where.resident_since[who]
    entered = np.where(where.newborn[who], since, TODAY - rng.integers(200, 5000, len(who)))
    entered = np.maximum(entered, since)
    own = address_of(home, "{district}{town}{within}")
    columns = {
        **kin_columns(city, who),
        "record_key": _keys(home["code"].str.slice(0, 9), len(who), 8, rng),
        "household_no": home["code"]
        + "00"
        + pl.Series(house % 10_000).cast(pl.String).str.zfill(4),
        "ethnicity": city.persons["ethnicity"].gather(who),
        "id_type": _id_types(city.persons["id_number"].gather(who)),
        "relation": pl.Series(city.families.relation[who]).cast(pl.String).str.zfill(2),
        "registered_address": address_of(registered, CITY + "{district}{town}{within}").zip_with(
            pl.Series(~where.incoming[who]), far_addresses(house)
        ),
        "address": own,
        "birth_place": birth_places(city, where, who, at_home="家中"),
        "district": home["district"],
        "town": home["town"],
        "village": with_committee(home["village"]),
        "phone": phones(len(who), rng),
        "registered_on": dates(entered),
        "cancelled_on": dates(np.where(died[who], ended, 0)),
        "cancelled_reason": pl.Series(["", "死亡", "迁出"]).gather(
            (ended > 0) * np.where(died[who], 1, 2)
        ),
        "cancelled": pl.Series(["否", "是"]).gather((ended > 0).astype(np.int64)),
        "moved_in_on": dates(np.where(where.incoming[who], entered, 0)),
        "moved_out_on": dates(np.where(died[who], 0, ended)),
        "updated_on": dates(
            np.maximum(entered, TODAY - rng.integers(0, 900, len(who))), "%Y-%m-%d 00:00:00"
        ),
    }
    register = _register("residents", city, who, columns, preset, rng)
    register.frame = register.frame.with_columns(
        ended=pl.Series(ended), vanishes=pl.Series(vanishes[who])
    )
    _mark_facts(register, where, who, stale)
    register.mark("cancelled", ended > 0)
    return register


def household(
    city: City, where: Whereabouts, preset: Preset, rng: np.random.Generator, after: int = TODAY
) -> Register:
    """公安户籍: who is registered in the city, cancelled rows included; `after` and further columns
    as in residents."""
    chance = rng.random(city.families.size)
    died, left = where.died > 0, where.left > 0
    shown = ~city.visitor & ~where.incoming & ~where.unregistered & ~where.early_death
    stays = ~(died & (chance > 0.95))
    vanishes = ~stays & (where.died > after)
    shown &= (where.registered_since <= TODAY) & (stays | vanishes) & ~where.missed["household"]
    who = np.flatnonzero(shown)
    stale = died & (chance < 0.12 * preset.events.not_cancelled)
    moved_out = left & (chance < 0.35)
    ended = np.where(stale, 0, np.where(died, where.died, np.where(moved_out, where.left, 0)))[who]
    house = city.families.house[who]
    home = city.places.of_houses(where.registered_village[who], house)
    married_in = (city.families.relation[who] == 12) & (rng.random(len(who)) < 0.5)
    since = np.minimum(np.maximum(where.registered_since[who], city.families.born[who] + 20), TODAY)
    moved_in = np.where(
        married_in, np.minimum(city.families.born[who] + 25 * YEAR, TODAY).astype(np.int64), 0
    )
    head = city.families.head[who]
    columns = {
        **kin_columns(city, who),
        "record_key": _keys(pl.Series(["HJ"]).new_from_index(0, len(who)), len(who), 9, rng),
        "household_no": "4601" + pl.Series(house * 7919 % 100_000_007).cast(pl.String).str.zfill(9),
        "ethnicity": city.persons["ethnicity"]
        .gather(who)
        .replace_strict(ETHNICITIES)
        .str.replace("族$", ""),
        "relation": pl.Series(city.families.relation[who]).replace_strict(
            RELATION_WORDS, return_dtype=pl.String
        ),
        "head_id": city.persons["id_number"].gather(head),
        "address": address_of(home, CITY + "{district}{within}"),
        "police_station": home["town"].str.replace("(街道|镇)$", "") + "派出所",
        "birth_place": birth_places(city, where, who, at_home=None),
        "district": home["district"],
        "town": home["town"],
        "village": home["village"],
        "moved_in_on": dates(moved_in),
        "moved_in_reason": pl.Series(["", "婚迁"]).gather((moved_in > 0).astype(np.int64)),
        "moved_out_on": dates(np.where(died[who], 0, ended)),
        "moved_out_reason": pl.Series(["", "迁往市外"]).gather(
            ((ended > 0) & ~died[who]).astype(np.int64)
        ),
        "cancelled_on": dates(ended),
        "cancelled_reason": pl.Series(["", "死亡", "迁出"]).gather(
            (ended > 0) * np.where(died[who], 1, 2)
        ),
        "cancelled": pl.Series(["0", "1"]).gather((ended > 0).astype(np.int64)),
        "registered_on": dates(since),
    }
    register = _register("household", city, who, columns, preset, rng)
    register.frame = register.frame.with_columns(
        ended=pl.Series(ended), vanishes=pl.Series(vanishes[who])
    )
    _mark_facts(register, where, who, stale)
    register.mark("cancelled", ended > 0)
    return register


def with_committee(villages: pl.Series) -> pl.Series:
    """Villages and communities as the office of residents calls them, by their committees."""
    return villages + pl.Series(["居委会", "委会"]).gather(
        villages.str.ends_with("村").cast(pl.Int64)
    )


def birth_places(city: City, where: Whereabouts, who: Integers, at_home: str | None) -> pl.Series:
    """Where each of `who` was born: this city's districts, or a place elsewhere. `at_home`: what
    the register says of births at home, the district where it says nothing of that."""
    house = city.families.house[who]
    here = CITY + city.places.of_houses(city.places.house_village[house], house)["district"]
    came = where.born_elsewhere[who] | where.incoming[who] & ~where.newborn[who]
    places = here.zip_with(pl.Series(~came), far_areas(house))
    at_home_said = pl.Series(where.home_birth[who] & (at_home is not None))
    return places.zip_with(
        ~at_home_said, pl.Series([at_home], dtype=pl.String).new_from_index(0, len(who))
    )


def kin_columns(city: City, who: Integers) -> dict[str, pl.Series]:
    """The person's own values, and those of head, parents and spouse."""
    kin, persons = city.families, city.persons
    spouse, head = kin.spouse[who], kin.head[who]
    own = {
        column: persons[column].gather(who)
        for column in (
            "name",
            "former_name",
            "sex",
            "id_number",
            "father_name",
            "father_id",
            "mother_name",
            "mother_id",
        )
    }
    return {
        **own,
        "birth_date": persons["born"].gather(who).dt.strftime("%Y-%m-%d"),
        "spouse_name": city.of(spouse, "name"),
        "spouse_id": city.of(spouse, "id_number"),
        "head_name": city.of(head, "name"),
        "head_id": city.of(head, "id_number"),
    }


def _register(
    source: str,
    city: City,
    who: Integers,
    columns: Mapping[str, pl.Series],
    preset: Preset,
    rng: np.random.Generator,
) -> Register:
    names = [column.name for column in made_columns(source)]
    frame = pl.DataFrame({name: columns[name] for name in names}).with_columns(
        entity=city.persons["entity"].gather(who), who=pl.Series(who)
    )
    register = Register(source, frame, preset.rates[source], preset.carelessness, rng)
    for column, share in preset.shares[f"{source}_blank"].items():
        register.blank(column, share)
    return register


def _mark_facts(register: Register, where: Whereabouts, who: Integers, stale: Flags) -> None:
    died = where.died > 0
    for kind, people in {
        "moved": where.left > 0,
        "died_not_cancelled": stale & died,
        "not_registered": where.unregistered,
        "registered_elsewhere": where.incoming,
        "home_birth": where.home_birth,
        "born_elsewhere": where.born_elsewhere,
    }.items():
        register.mark(kind, people[who])


def _id_types(numbers: pl.Series) -> pl.Series:
    """People of Hong Kong, Macau and Taiwan have permits whose numbers look like anybody's."""
    permit = numbers.str.contains(r"^8[123]0000")
    return pl.Series(["居民身份证", "港澳台居民居住证"]).gather(permit.cast(pl.Int64))


def _keys(prefix: pl.Series, size: int, digits: int, rng: np.random.Generator) -> pl.Series:
    """Record keys in no order, so that nothing can be read off them; even numbers are left for
    later rows."""
    return prefix + pl.Series(2 * rng.permutation(size) + 1).cast(pl.String).str.zfill(digits)


def address_of(home: pl.DataFrame, form: str) -> pl.Series:
    return home.select(pl.format(*_format(form))).to_series()


def _format(form: str) -> tuple[str, ...]:
    """`{district}{town}` as arguments of pl.format."""
    columns = [part.split("}")[0] for part in form.split("{")[1:]]
    for column in columns:
        form = form.replace("{" + column + "}", "{}")
    return (form, *columns)


def far_addresses(house: Integers) -> pl.Series:
    return (
        far_areas(house)
        + pl.format("平安路{}号", pl.Series(house % 300 + 1)).pipe(pl.select).to_series()
    )


def far_areas(house: Integers) -> pl.Series:
    provinces = pl.Series(
        [
            "湖南省临湘县",
            "广东省南岭市",
            "四川省平江县",
            "河南省淮北镇",
            "广西自治区桂山县",
            "江西省东湖县",
        ]
    )
    return provinces.gather(house % len(provinces))


def phones(size: int, rng: np.random.Generator) -> pl.Series:
    """Numbers that start with 12, which no telephone company gives out: nobody's number."""
    return pl.Series(12_000_000_000 + rng.integers(0, 1_000_000_000, size)).cast(pl.String)
