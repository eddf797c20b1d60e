"""What each kind of error does to values: from the right ones to wrong ones, none of which stays as
it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from benchmarks.errors import names
from benchmarks.errors.families import TODAY, years
from benchmarks.errors.homes import Places

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Random = np.random.Generator
T = TypeVar("T")

_BOXES = "□〓?*\ue3a1\ue815"
_LUNAR = (18, 52)  # days that a lunar date is before the solar one
_VILLAGE = re.compile(r"(.+)村(\d+)组(\d+)号", re.ASCII)
_STREET = re.compile(r"(.+\d)号(.+)小区(\d+)栋(\d+)单元(\d+)室", re.ASCII)
_NUMERALS = "零一二三四五六七八九十"


# Characters of a name


def one_of(random: Random, values: Sequence[T]) -> T:
    """Any of them."""
    return values[int(random.integers(len(values)))]


def replaced(random: Random, name: str, others: Callable[[str], Sequence[str]]) -> str:
    """The name with one character in the place of another; the character's choices are what
    `others` says.
    """
    places = [at for at, one in enumerate(name) if others(one)]
    at = one_of(random, places)
    return name[:at] + one_of(random, others(name[at])) + name[at + 1 :]


def unrelated(character: str) -> Sequence[str]:
    """Characters with nothing in common with this one."""
    near = {character, *names.homophones(character), *names.lookalikes(character)}
    return [one for one in names.any_characters() if one not in near]


def variants(character: str) -> Sequence[str]:
    """The other form of this one, if it has one."""
    other = names.variant(character)
    return (other,) if other else ()


def boxes(character: str) -> Sequence[str]:
    """What systems show for a character that they do not have."""
    return () if character == "·" else _BOXES


def shortened(random: Random, given: str) -> str:
    """Without one of its characters, or without its end."""
    if "·" in given:
        return given[: max(2, len(given) // 2)]
    at = random.integers(len(given))
    return given[:at] + given[at + 1 :]


def mistyped(random: Random, name: str) -> str:
    """A whole name with one slip of a common kind."""
    surname, given = names.split(name)
    for way in random.permutation(4):
        if way == 0 and len(given) > 1:
            return surname + shortened(random, given)
        others = (unrelated, names.homophones, names.lookalikes)[way - 1] if way else unrelated
        if way and any(others(one) for one in given):
            return surname + replaced(random, given, others)
    return surname + replaced(random, given, unrelated)


def other_surname(random: Random, surname: str) -> str:
    """A surname of like sound or like look, or any other."""
    others = [
        ways for ways in (names.homophones(surname[-1]), names.lookalikes(surname[-1])) if ways
    ]
    if others and random.random() < 0.67:
        return surname[:-1] + one_of(random, one_of(random, others))
    return next(one for one in names.surnames(random, 20) if one != surname)


# Dates, in days since 1970


def in_parts(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    day = days - months.astype("datetime64[D]").astype(np.int64) + 1
    return years(days), months.astype(np.int64) % 12 + 1, day


def of_parts(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970; a day that the month lacks is its last."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[D]").astype(np.int64)
    return np.minimum(first + day - 1, following - 1)


def another_year(random: Random, days: Ints) -> Ints:
    """One year off, ten years off, or the last two digits changed about; never in the future."""
    year, month, day = in_parts(days)
    near = random.choice([-1, 1], len(year))
    turned = year // 100 * 100 + year % 10 * 10 + year // 10 % 10
    kinds = random.random(len(year))
    wrong = np.select([kinds < 0.6, kinds < 0.8], [year + near, year + 10 * near], turned)
    wrong = np.where((wrong == year) | (wrong > 2025) | (wrong < 1900), year - 1, wrong)
    return of_parts(wrong, month, np.where((month == 2) & (day == 29), 28, day))


def another_month(random: Random, days: Ints) -> Ints:
    """Another month of the year, the same day where it has one."""
    year, month, day = in_parts(days)
    return _not_later(
        of_parts(year, (month - 1 + random.integers(1, 12, len(month))) % 12 + 1, day), 366
    )


def another_day(random: Random, days: Ints) -> Ints:
    """Another day of the month: next to it, ten off, its digits changed about, or any."""
    year, month, day = in_parts(days)
    near = random.choice([-10, -2, -1, 1, 2, 10], len(day))
    turned = day % 10 * 10 + day // 10
    wrong = np.select(
        [random.random(len(day)) < 0.7, turned <= 28],
        [day + near, turned],
        random.integers(1, 29, len(day)),
    )
    wrong = np.where((wrong < 1) | (wrong > 28) | (wrong == day), day % 28 + 1, wrong)
    return _not_later(of_parts(year, month, wrong), 31)


def first_january(random: Random, days: Ints) -> Ints:
    """What is entered when only the year is known."""
    ones = np.ones(len(days), dtype=np.int64)
    return of_parts(years(days), ones, ones)


def turned_about(random: Random, days: Ints) -> Ints:
    """Day and month in each other's place."""
    year, month, day = in_parts(days)
    return _not_later(of_parts(year, day, month), 366)


def can_turn(days: Ints) -> Flags:
    """Whether day and month make another date the other way round."""
    year, month, day = in_parts(days)
    return (day <= 12) & (day != month) & (year < 2026)


def lunar(random: Random, days: Ints) -> Ints:
    """A date by the old calendar entered as one by the new."""
    return days - random.integers(*_LUNAR, len(days))


def _not_later(days: Ints, back: int) -> Ints:
    return np.where(days > TODAY, days - back, days)


# Numbers, places, addresses


def one_digit(random: Random, number: str) -> str:
    """An ID number with another digit at one of its places."""
    at = random.integers(len(number))
    others = [digit for digit in "0123456789" if digit != number[at]]
    return number[:at] + one_of(random, others) + number[at + 1 :]


def another_village(random: Random, place: Ints, places: Places) -> Ints:
    """Another village of the same town."""
    others = [np.flatnonzero(places.town == town) for town in places.town]
    return np.array([_other(random, others[one], one) for one in place], dtype=np.int64)


def another_town(random: Random, place: Ints, places: Places) -> Ints:
    """A village of another town."""
    others = {town: np.flatnonzero(places.town != town) for town in set(places.town)}
    return np.array(
        [_other(random, others[places.town[one]], one) for one in place], dtype=np.int64
    )


def _other(random: Random, choices: Ints, one: int) -> int:
    return one_of(random, choices[choices != one].tolist())


def in_full(address: str) -> bool:
    """Whether an address is written as the registers write it."""
    return bool(_VILLAGE.fullmatch(address) or _STREET.fullmatch(address))


def rewritten(random: Random, address: str) -> str:
    """An address in full as another hand writes it: the same place, or less of it."""
    if parts := _VILLAGE.fullmatch(address):
        village, group, house = parts.groups()
        ways = [
            f"{village}村{house}号",
            f"{village}村民委员会{group}组{house}号",
            f"{village}村第{_numeral(int(group))}组{house}号",
            f"{village}村{group}社{house}",
            f"{village}{group}组",
        ]
    elif parts := _STREET.fullmatch(address):
        road, estate, block, unit, door = parts.groups()
        ways = [
            f"{road}号{estate}小区{block}-{unit}-{door}",
            f"{estate}小区{block}幢{unit}单元{door}",
            f"{road}号{block}栋{door}房",
            f"{road}号",
            address.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        ]
    else:
        raise ValueError(f"not an address in full: {address}")
    return one_of(random, ways)


def _numeral(number: int) -> str:
    return _NUMERALS[number] if number <= 10 else "十" + _NUMERALS[number - 10]
