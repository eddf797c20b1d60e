"""The kinds of errors, each at home in one field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from benchmarks.errors import names, slips
from benchmarks.errors.families import FEMALE, MALE, Columns, years
from benchmarks.errors.homes import Places
from benchmarks.errors.slips import Flags, Ints, Random

RELATIVES = ("father", "mother", "spouse", "head")
# Kinds that this bench adds to those for which the keys of the shipped plan are designed.
BEYOND = frozenset(
    {
        "given_variant",
        "given_box",
        "given_turned",
        "given_former",
        "address_rewritten",
        "address_missing",
    }
)
# Of one text: whether it can be spoilt so, and how.
Way = tuple[Callable[[str], bool], Callable[[Random, str], str]]
_HALF = 0.5  # of the relatives whose names are mistyped, those whose ID number is so as well


@dataclass(frozen=True)
class Kind:
    """`field`: what it spoils; two kinds may meet in a row when their fields differ. `columns`:
    what a register must have for it; `possible`: the rows that it can happen to; `slip` spoils the
    rows at some places."""

    name: str
    field: str
    columns: frozenset[str]
    possible: Callable[[Columns], Flags]
    slip: Callable[[Random, Columns, Ints], None]


def all_kinds(places: Places) -> tuple[Kind, ...]:
    """Every kind, in the order of tables."""
    return (
        *_of_names(),
        *_of_dates(),
        *_of_places(places),
        *_others(),
        *_of_ids(),
        *_of_relatives(),
        *_of_homes(),
    )


def kind_names() -> tuple[str, ...]:
    """The names of all kinds, in the order of tables."""
    nowhere = np.array([], dtype=object)
    return tuple(kind.name for kind in all_kinds(Places(nowhere, nowhere)))


def _named(field: str, column: str, ways: Mapping[str, Way]) -> list[Kind]:
    """Kinds of one text column: for each name whether a value can, and what becomes of it."""

    def kind(name: str, can: Callable[[str], bool], change: Callable[[Random, str], str]) -> Kind:
        return Kind(
            name,
            field,
            frozenset([column]),
            lambda rows: _flags(can, rows[column]),
            _each(column, change),
        )

    return [kind(name, *way) for name, way in ways.items()]


def _of_names() -> list[Kind]:
    def character(others: Callable[[str], Sequence[str]]) -> Way:
        return (
            lambda given: any(others(one) for one in given),
            lambda random, given: slips.replaced(random, given, others),
        )

    def two(given: str) -> bool:
        return len(given) == 2 and given[0] != given[1]

    given = {
        "given_homophone": character(names.homophones),
        "given_lookalike": character(names.lookalikes),
        "given_variant": character(slips.variants),
        "given_unrelated": character(slips.unrelated),
        "given_box": character(slips.boxes),
        "given_shortened": (lambda given: len(given) > 1, slips.shortened),
        "given_turned": (two, lambda random, given: given[::-1]),
    }
    surname = {"surname_wrong": (bool, slips.other_surname)}
    column = frozenset(["given"])
    former = Kind("given_former", "given", column, lambda rows: rows["surname"] != "", _former_name)
    return [*_named("given", "given", given), former, *_named("surname", "surname", surname)]


def _former_name(random: Random, rows: Columns, at: Ints) -> None:
    fresh = names.given_names(random, years(rows["born"][at]), rows["sex"][at] == FEMALE)
    same = fresh == rows["given"][at]
    fresh[same] = [slips.replaced(random, one, slips.unrelated) for one in fresh[same]]
    rows["given"][at] = fresh


def _of_dates() -> list[Kind]:
    def kind(
        name: str,
        field: str,
        possible: Callable[[Ints], Flags],
        change: Callable[[Random, Ints], Ints],
    ) -> Kind:
        def slip(random: Random, rows: Columns, at: Ints) -> None:
            rows["born"][at] = change(random, rows["born"][at])

        return Kind(name, field, frozenset(["born"]), lambda rows: possible(rows["born"]), slip)

    def always(days: Ints) -> Flags:
        return np.ones(len(days), dtype=bool)

    def not_first(days: Ints) -> Flags:
        return slips.first_january(np.random.default_rng(), days) != days

    return [
        kind("year", "year", always, slips.another_year),
        kind("month", "day", always, slips.another_month),
        kind("day", "day", always, slips.another_day),
        kind("first_january", "day", not_first, slips.first_january),
        kind("day_month_turned", "day", slips.can_turn, slips.turned_about),
        kind("lunar", "day", always, slips.lunar),
    ]


def _of_places(places: Places) -> list[Kind]:
    def kind(name: str, change: Callable[[Random, Ints, Places], Ints]) -> Kind:
        def slip(random: Random, rows: Columns, at: Ints) -> None:
            rows["place"][at] = change(random, rows["place"][at], places)

        return Kind(
            name,
            "area",
            frozenset(["place"]),
            lambda rows: np.ones(len(rows["place"]), dtype=bool),
            slip,
        )

    return [kind("village", slips.another_village), kind("town", slips.another_town)]


def _others() -> list[Kind]:
    def slip(random: Random, rows: Columns, at: Ints) -> None:
        rows["sex"][at] = MALE + FEMALE - rows["sex"][at]

    return [Kind("sex", "sex", frozenset(["sex"]), lambda rows: rows["sex"] > 0, slip)]


def _of_ids() -> list[Kind]:
    def relatives(random: Random, rows: Columns, at: Ints) -> None:
        rows["id_number"][at] = rows["kin_id"][at]

    digit = {"id_missing": (bool, lambda random, number: ""), "id_digit": (bool, slips.one_digit)}
    column = frozenset(["id_number"])
    relative = Kind(
        "id_of_relative",
        "id",
        column,
        lambda rows: (rows["id_number"] != "") & (rows["kin_id"] != ""),
        relatives,
    )
    return [*_named("id", "id_number", digit), relative]


def _of_relatives() -> list[Kind]:
    return [
        kind
        for relative in RELATIVES
        for kind in (_relative_missing(relative), _relative_mistyped(relative))
    ]


def _relative_missing(relative: str) -> Kind:
    def slip(random: Random, rows: Columns, at: Ints) -> None:
        rows[f"{relative}_name"][at] = ""
        rows[f"{relative}_id"][at] = ""

    return Kind(
        f"{relative}_missing",
        relative,
        frozenset([f"{relative}_name"]),
        _other_named(relative),
        slip,
    )


def _relative_mistyped(relative: str) -> Kind:
    name, number = f"{relative}_name", f"{relative}_id"

    def slip(random: Random, rows: Columns, at: Ints) -> None:
        _each(name, slips.mistyped)(random, rows, at)
        both = at[(rows[number][at] != "") & (random.random(len(at)) < _HALF)]
        _each(number, slips.one_digit)(random, rows, both)

    return Kind(f"{relative}_mistyped", relative, frozenset([name]), _other_named(relative), slip)


def _other_named(relative: str) -> Callable[[Columns], Flags]:
    """Rows that name such a relative; a head is named in the rows of others."""
    return lambda rows: (
        (rows[f"{relative}_name"] != "") & ((relative != "head") | (rows["relation"] != "户主"))
    )


def _of_homes() -> list[Kind]:
    numbers = {"household_missing": (bool, lambda random, number: "")}
    address: dict[str, Way] = {
        "address_rewritten": (slips.in_full, slips.rewritten),
        "address_missing": (bool, lambda random, address: ""),
    }
    return [*_named("household", "household_no", numbers), *_named("address", "address", address)]


def _flags(can: Callable[[str], bool], values: np.ndarray) -> Flags:
    known: dict[str, bool] = {}
    for value in values:
        if value not in known:
            known[value] = bool(can(value))
    return np.array([known[value] for value in values], dtype=bool)


def _each(
    column: str, change: Callable[[Random, str], str]
) -> Callable[[Random, Columns, Ints], None]:
    def slip(random: Random, rows: Columns, at: Ints) -> None:
        rows[column][at] = [change(random, value) for value in rows[column][at]]

    return slip
