"""Errors as offices make them, let loose on a register at its preset's rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from reconcile.sample import slips_of_names, slips_of_numbers
from reconcile.sample.births import deliveries, placeholders
from reconcile.sample.city import City
from reconcile.sample.naming import DOT, Flags, Integers, put
from reconcile.sample.presets import Preset
from reconcile.sample.register import Change, Register
from reconcile.sample.registers import address_of, kin_columns, phones
from reconcile.sample.slips_of_numbers import no_number

_OTHER_SEX = {"男": "女", "女": "男"}

# Kinds of error in a name, each with what it does to it.
_OF_NAMES: tuple[tuple[str, Change], ...] = (
    ("homophone", slips_of_names.same_sound),
    ("look_alike", slips_of_names.same_look),
    ("variant", slips_of_names.variant),
    ("missing_character", slips_of_names.without_middle),
    ("lost_character", slips_of_names.lost),
    ("pinyin", slips_of_names.pinyin),
    ("parts", slips_of_names.parts),
)
_OF_DATES: tuple[tuple[str, Change], ...] = (
    ("lunar_date", slips_of_numbers.lunar),
    ("swapped_date", slips_of_numbers.swapped),
    ("default_date", slips_of_numbers.default),
    ("year_off", slips_of_numbers.year_off),
)
_OF_NUMBERS: tuple[tuple[str, Change], ...] = (
    ("id_digit", slips_of_numbers.other_digit),
    ("id_swap", slips_of_numbers.swapped_digits),
    ("id_15", slips_of_numbers.short_form),
    ("id_ruined", slips_of_numbers.ruined),
)
_OF_RELATIVES: tuple[Change, ...] = (
    slips_of_names.same_sound,
    slips_of_names.same_look,
    slips_of_names.without_middle,
)


def spoil(register: Register, city: City, newborn: Flags, preset: Preset) -> None:
    """All the errors of a resident or household register, in the order in which offices make
    them."""
    add_duplicates(register, city, preset)
    mistype(register, city, newborn, preset)
    finish(register)


def mistype(register: Register, city: City, newborn: Flags, preset: Preset) -> None:
    """Values that are not the person's."""
    born_lately = newborn[register.frame["who"].to_numpy()]
    newborns = preset.shares[f"{register.source}_newborns"]
    told = _with_places(register.frame, city, newborns.get("which_twin", 0.0))
    names = placeholders(told, register.rng)
    register.replace("unnamed", "name", names, born_lately, newborns["unnamed"])
    register.slip("no_id", "id_number", no_number, born_lately, newborns["no_id"])
    spoil_numbers(register, city)
    spoil_names(register, city)
    spoil_dates(register)
    register.slip("sex", "sex", lambda sex, _: sex.replace(_OTHER_SEX))
    spoil_relations(register, ("father", "mother", "spouse", "head"))


def _with_places(rows: pl.DataFrame, city: City, share: float) -> pl.DataFrame:
    """The rows with children_delivered and place_in_delivery for placeholders, 1 where the office
    does not say which twin: it says so for all children of a delivery, or for none."""
    kin, who = city.families, rows["who"].to_numpy()
    told = (kin.delivery[who] >= 0) & (kin.delivery[who] % 100 < share * 100)
    delivered, place = deliveries(kin.delivery)
    return rows.with_columns(
        children_delivered=pl.Series(np.where(told, delivered[who], 1)).cast(pl.String),
        place_in_delivery=pl.Series(np.where(told, place[who], 1)).cast(pl.String),
    )


def spoil_births(register: Register, city: City) -> None:
    """The errors of birth certificates; an ID on them is a parent's."""
    mistype_births(register, city)
    finish(register)


def mistype_births(register: Register, city: City) -> None:
    spoil_names(register, city)
    spoil_times(register)
    register.slip("sex", "sex", lambda sex, _: sex.replace(_OTHER_SEX))
    register.slip("date_form", "birth_date", lambda times, _: times.str.slice(0, 10))
    register.slip(
        "order_shifted",
        "order_of_child",
        lambda order, _: (order.cast(pl.Int64) + 1).cast(pl.String),
    )
    spoil_relations(register, ("father", "mother"))


def ruin_numbers(register: Register) -> None:
    """The whole column went through a spreadsheet as numbers; on certificates it is the
    mother's."""
    column = "mother_id" if register.source == "births" else "id_number"
    register.slip("id_ruined", column, slips_of_numbers.ruined, share=1.0)


def add_duplicates(register: Register, city: City, preset: Preset) -> Integers:
    """Second rows of one person: other key, often other village, sometimes another number; written
    worse. Gives the place of each one's first row.

    They are filled in anew: what the office asked for the first time, it may leave empty the
    second, or ask.
    """
    frame, rng, share = register.frame, register.rng, preset.shares["second_rows"]
    second = city.persons["second_id"].gather(frame["who"])
    likelier = np.where(second.is_not_null(), 12.0, 1.0)
    chance = register.rates["duplicate"] * likelier / likelier.mean()
    rows = np.flatnonzero(rng.random(frame.height) < chance)
    repeated = rng.random(len(rows)) < share["repeated_key"]
    number = pl.Series(2 * rng.permutation(frame.height)[: len(rows)]).cast(pl.String)
    own = frame["record_key"].gather(rows)
    width = 8 if register.source == "residents" else 9
    keys = own.zip_with(
        pl.Series(repeated), own.str.slice(0, own.str.len_chars() - width) + number.str.zfill(width)
    )
    copies = register.add_copies(rows, keys, share["carelessness"])
    _fill_in(register, city, copies, preset.shares[f"{register.source}_blank"])
    register.mark("duplicate", copies)
    register.mark("repeated_key", np.r_[rows[repeated], copies[repeated]])
    is_copy = np.isin(np.arange(register.frame.height), copies)
    second = city.persons["second_id"].gather(register.frame["who"])
    register.replace("other_id", "id_number", second, is_copy, share["other_id"])
    register.slip("no_id", "id_number", no_number, is_copy, share["no_id"])
    _move(register, city, copies[rng.random(len(copies)) < share["other_village"]])
    return rows


def _fill_in(register: Register, city: City, rows: Integers, blank: Mapping[str, float]) -> None:
    """Relatives and telephone of `rows` as if nobody had looked at the first row."""
    columns = kin_columns(city, register.frame["who"].gather(rows).to_numpy())
    columns["phone"] = phones(len(rows), register.rng)
    for column, share in blank.items():
        if column in columns and column in register.frame.columns:
            empty = pl.Series(register.rng.random(len(rows)) < share)
            values = columns[column].set(empty, None)
            register.frame = register.frame.with_columns(put(register.frame[column], rows, values))


def _move(register: Register, city: City, rows: Integers) -> None:
    """Put rows into a household of another village, as when somebody registers again after
    moving."""
    houses = len(city.places.house_village)
    house = register.rng.integers(0, houses, len(rows))
    home = city.places.of_houses(city.places.house_village[house], house)
    joined = register.frame[register.rng.integers(0, register.frame.height, len(rows))]
    values = {
        "household_no": joined["household_no"],
        "head_name": joined["head_name"],
        "head_id": joined["head_id"],
        "address": address_of(home, "{district}{town}{within}"),
        "town": home["town"],
        "village": home["village"],
    }
    register.frame = register.frame.with_columns(
        put(register.frame[column], rows, value) for column, value in values.items()
    )
    register.mark("other_village", rows)


def spoil_numbers(register: Register, city: City) -> None:
    kin, who = city.families, register.frame["who"].to_numpy()
    relative = np.select([kin.mother >= 0, kin.father >= 0], [kin.mother, kin.father], kin.spouse)[
        who
    ]
    register.replace("relatives_id", "id_number", city.of(relative, "id_number"))
    stranger = register.rng.permutation(register.frame.height)
    register.replace(
        "shared_id", "id_number", city.persons["id_number"].gather(who).gather(stranger)
    )
    register.replace("other_id", "id_number", city.persons["second_id"].gather(who))
    for kind, change in _OF_NUMBERS:
        register.slip(kind, "id_number", change, _whole_numbers(register))
    register.slip("no_id", "id_number", no_number)
    never = register.rates[
        "id_never_given"
    ]  # asked of nobody in some years: no matter who wrote the row
    register.slip("no_id", "id_number", no_number, share=never)


def _whole_numbers(register: Register) -> Flags:
    return (register.frame["id_number"].str.len_chars() == 18).fill_null(False).to_numpy()


def spoil_names(register: Register, city: City) -> None:
    named = ~register.has("unnamed")
    former = city.persons["former_name"].gather(register.frame["who"])
    register.replace("former_name", "name", former, named)
    for kind, change in _OF_NAMES:
        register.slip(kind, "name", change, named)
    register.slip("spaced", "name", slips_of_names.spaced, named)
    dotted = register.frame["name"].str.contains(DOT, literal=True).fill_null(False).to_numpy()
    register.slip("dots", "name", slips_of_names.other_dot, dotted & named)
    register.slip("truncated", "name", slips_of_names.cut, named)


def spoil_dates(register: Register) -> None:
    for kind, change in _OF_DATES:
        register.slip(kind, "birth_date", change)


def spoil_times(register: Register) -> None:
    """Birth days of certificates; the time of day stays."""
    for kind, change in _OF_DATES:

        def change_day(
            times: pl.Series, rng: np.random.Generator, change: Change = change
        ) -> pl.Series:
            return change(times.str.slice(0, 10), rng) + times.str.slice(10)

        register.slip(kind, "birth_date", change_day)


def spoil_relations(register: Register, roles: tuple[str, ...]) -> None:
    """Names and numbers of relatives, mistyped as often as the person's own."""
    for role in roles:
        for change in _OF_RELATIVES:
            named = register.frame[f"{role}_name"].is_not_null().to_numpy()
            register.slip("relation_name", f"{role}_name", change, named)
        for spoil_number in (slips_of_numbers.other_digit, no_number):
            given = register.frame[f"{role}_id"].is_not_null().to_numpy()
            register.slip("relation_id", f"{role}_id", spoil_number, given)


def finish(register: Register) -> None:
    """How values are written: forms of dates, stray characters; then whole rows given twice."""
    register.slip("date_form", "birth_date", slips_of_numbers.other_form)
    of_person = ("name", "id_number", "birth_date")
    for column in (
        of_person if register.source != "births" else ("name", "mother_id", "mother_name")
    ):
        filled = (register.frame[column].str.len_chars() > 0).fill_null(False).to_numpy()
        register.slip("hygiene", column, slips_of_numbers.careless_text, filled)
    rows = register.struck("repeated_row")
    copies = register.add_copies(rows, register.frame["record_key"].gather(rows), 0.0)
    register.mark("repeated_row", np.r_[rows, copies])
