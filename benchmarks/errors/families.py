"""Families: five generations that marry into each other, most of them alive."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from benchmarks.errors import names

Ints = npt.NDArray[np.int64]
Columns = dict[str, np.ndarray]

NOBODY = -1
TODAY = np.datetime64("2026-10-31", "D").astype(np.int64)
MALE, FEMALE = 1, 2
_YEAR = 365.25
_GENERATIONS = 5
_TWINS, _ALIKE = 0.015, 0.65  # of deliveries; of twins of one sex
_MINORITY = 0.004
_MOTHERS_NAME = 0.03
_MARRY = 0.9
_BY_GENERATION = 0.15  # mothers whose sons, or daughters, share the first character of their names
# The mother's year of birth up to which, the children beside the first on average, the age at the
# first.
_CHILDREN = (
    (1944, 2.2, 23.0),
    (1958, 1.1, 24.0),
    (1972, 0.5, 24.5),
    (1988, 0.5, 26.0),
    (2100, 0.45, 28.0),
)
_ALIVE = ((60, 0.985), (70, 0.93), (80, 0.72), (90, 0.38), (150, 0.08))


def families(random: np.random.Generator, couples: int) -> Columns:
    """The offspring of so many couples, by columns, each person at its own index.

    born (days since 1970), sex, generation; father, mother, spouse (indices, NOBODY when not among
    them), surname, given, name, father_name, mother_name, alive.
    """
    everyone = _founders(random, couples)
    for generation in range(1, _GENERATIONS):
        wives = np.flatnonzero((everyone["sex"] == FEMALE) & (everyone["spouse"] != NOBODY))
        wives = wives[everyone["generation"][wives] == generation - 1]
        everyone = _appended(everyone, _children(random, everyone, wives, generation))
        _marry(random, everyone, generation)
    ages = (TODAY - everyone["born"]) / _YEAR
    limits, shares = zip(*_ALIVE, strict=True)
    everyone["alive"] = random.random(len(ages)) < np.array(shares)[np.searchsorted(limits, ages)]
    return everyone


def years(days: Ints) -> Ints:
    """The calendar years of days since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _founders(random: np.random.Generator, couples: int) -> Columns:
    """Couples whose parents nobody knows more of than their names."""
    count = 2 * couples
    sex = np.repeat([MALE, FEMALE], couples)
    born = _day(random.integers(1926, 1953, couples)) + random.integers(0, 365, couples)
    born = np.concatenate([born, born + random.normal(2 * _YEAR, 900, couples).astype(np.int64)])
    nobody = np.full(count, NOBODY)
    surnames = names.surnames(random, count)
    minority = np.tile(random.random(couples) < _MINORITY, 2)
    surnames[minority] = ""
    parents = _day(years(born) - 25)
    father_given = names.given_names(random, years(parents), np.zeros(count, dtype=bool))
    father_given[minority] = names.minority_names(random, np.zeros(int(minority.sum()), dtype=bool))
    mothers = names.surnames(random, count) + names.given_names(
        random, years(parents), np.ones(count, dtype=bool)
    )
    mothers[minority] = names.minority_names(random, np.ones(int(minority.sum()), dtype=bool))
    spouse = np.concatenate([np.arange(couples) + couples, np.arange(couples)])
    people = {
        "born": born, "sex": sex, "generation": np.zeros(count, dtype=np.int64), "father": nobody,
        "mother": nobody.copy(), "spouse": spouse, "surname": surnames,
        "father_name": surnames + father_given, "mother_name": mothers,
    }  # fmt: skip
    return _named(random, people, father_given)


def _children(
    random: np.random.Generator, everyone: Mapping[str, np.ndarray], wives: Ints, generation: int
) -> Columns:
    mother = np.repeat(wives, 1 + random.poisson(_at_birth(everyone, wives, 1)))
    place = np.arange(len(mother)) - np.searchsorted(mother, mother)
    since = np.where(place == 0, 0, 1.2 * _YEAR + random.exponential(1.9 * _YEAR, len(mother)))
    first = np.maximum(random.normal(_at_birth(everyone, mother, 2), 2.8), 19) * _YEAR
    starts = np.flatnonzero(place == 0)
    eldest = np.repeat(starts, np.diff(np.append(starts, len(mother))))
    gaps = np.cumsum(since)
    gaps -= gaps[eldest]
    born = (everyone["born"][mother] + first[eldest] + gaps).astype(np.int64)
    sex = np.where(random.random(len(mother)) < 0.52, MALE, FEMALE)
    kept = (born <= TODAY) & ((born - everyone["born"][mother]) / _YEAR < 46)
    mother, born, sex = mother[kept], born[kept], sex[kept]
    times = 1 + (random.random(len(mother)) < _TWINS)
    second = np.repeat(times, times) == 2
    mother, born, sex = np.repeat(mother, times), np.repeat(born, times), np.repeat(sex, times)
    sex = np.where(second & (random.random(len(sex)) > _ALIKE), MALE + FEMALE - sex, sex)
    father = everyone["spouse"][mother]
    hers = (random.random(len(mother)) < _MOTHERS_NAME) & (everyone["surname"][mother] != "")
    people = {
        "born": born, "sex": sex, "generation": np.full(len(born), generation), "father": father,
        "mother": mother,
        "spouse": np.full(len(born), NOBODY),
        "surname": np.where(hers, everyone["surname"][mother], everyone["surname"][father]),
        "father_name": everyone["name"][father], "mother_name": everyone["name"][mother],
    }  # fmt: skip
    return _named(random, people, everyone["given"][father])


def _named(random: np.random.Generator, people: Columns, father_given: np.ndarray) -> Columns:
    """Adds `given` and `name`. Brothers, or sisters, of some families share a character."""
    women = people["sex"] == FEMALE
    given = names.given_names(random, years(people["born"]), women)
    if (people["mother"] != NOBODY).any():
        shared = random.random(people["mother"].max() + 1)[people["mother"]] < _BY_GENERATION
        first: dict[tuple[int, int], str] = {}
        for at in np.flatnonzero(shared & (np.array([len(one) for one in given]) == 2)):
            begun = first.setdefault((people["mother"][at], people["sex"][at]), given[at][0])
            given[at] = begun + given[at][1]
    minority = people["surname"] == ""
    own = names.minority_names(random, women[minority])
    fathers = [father.split("·")[0] for father in father_given[minority]]
    given[minority] = [f"{one}·{father}" for one, father in zip(own, fathers, strict=True)]
    return people | {"given": given, "name": people["surname"] + given}


def _marry(random: np.random.Generator, everyone: Columns, generation: int) -> None:
    """Most grown men and women of the generation, by age, not within a family nor across the
    dot."""
    grown = (everyone["generation"] == generation) & (TODAY - everyone["born"] > 23 * _YEAR)
    grown &= random.random(len(grown)) < _MARRY
    for minority in (False, True):
        ours = grown & ((everyone["surname"] == "") == minority)
        men, women = (np.flatnonzero(ours & (everyone["sex"] == sex)) for sex in (MALE, FEMALE))
        men = men[np.argsort(everyone["born"][men] + random.normal(0, 500, len(men)))]
        women = women[np.argsort(everyone["born"][women] + random.normal(0, 500, len(women)))]
        late = len(women) - len(men)  # whoever is too many is among the youngest
        men, women = men[: len(women)], women[: len(men) if late > 0 else len(women)]
        apart = everyone["mother"][men] != everyone["mother"][women]
        everyone["spouse"][men[apart]], everyone["spouse"][women[apart]] = women[apart], men[apart]


def _at_birth(
    everyone: Mapping[str, np.ndarray], mothers: Ints, column: int
) -> npt.NDArray[np.float64]:
    limits = [row[0] for row in _CHILDREN]
    values = np.array([row[column] for row in _CHILDREN], dtype=float)
    return values[np.searchsorted(limits, years(everyone["born"][mothers]))]


def _appended(everyone: Columns, more: Columns) -> Columns:
    return {name: np.concatenate([values, more[name]]) for name, values in everyone.items()}


def _day(year: Ints) -> Ints:
    return (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
