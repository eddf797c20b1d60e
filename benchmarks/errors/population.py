"""The people of both registers without an error: who they are, their kin, and who is in which."""

from __future__ import annotations

import numpy as np
from benchmarks.errors.families import MALE, NOBODY, TODAY, Columns, Ints, families
from benchmarks.errors.homes import Places, at_home
from benchmarks.errors.numbers import id_numbers
from benchmarks.errors.slips import Random

RESIDENT, HOUSEHOLD = 1, 2
BOTH = RESIDENT + HOUSEHOLD
_FROM_ONE_COUPLE = 5.5  # people alive; there are some more, and homes are drawn
CERTIFICATES = 0.03  # certificates of birth for each person of a register
_UNREGISTERED = 0.05  # of the children who have one
_TOGETHER = 0.5  # homes whose people are all in the same registers
_YEAR = 365.25
# Up to which age, the share of people whose parents nobody wrote down.
_NO_PARENTS = ((7, 0.0), (30, 0.05), (60, 0.3), (200, 0.65))


def population(random: Random, people: int, overlap: int) -> tuple[Columns, Places]:
    """About so many people for each of two registers, `overlap` per cent of each in the other as
    well.

    The columns of `families` and `homes` for the living, indices among themselves, and: side
    (RESIDENT, HOUSEHOLD, BOTH, 0 for some newborn children), id_number, kin_id (of somebody in the
    home), and of father, mother, spouse and head `_name` and `_id`, blank when unknown. Half of the
    homes are in one register, or in both, as a whole; in the others everybody is by himself.
    """
    shared = overlap / 100
    total = round(people * (2 - shared))
    everyone = families(random, round(total / _FROM_ONE_COUPLE))
    places = Places.for_people(random, people)
    everyone = at_home(random, everyone, places)
    everyone["id_number"] = id_numbers(random, everyone["born"], everyone["sex"] == MALE)
    everyone |= _of_kin(random, everyone)
    living = _living(random, everyone, total)
    living["side"] = _sides(random, living["home"], shared)
    youngest = newborn(living, people)
    living["side"][youngest[random.random(len(youngest)) < _UNREGISTERED]] = 0
    return living, places


def newborn(people: Columns, in_register: int) -> Ints:
    """Those who have a certificate of birth: the youngest."""
    return np.argsort(-people["born"], kind="stable")[: round(CERTIFICATES * in_register)]


def _of_kin(random: Random, everyone: Columns) -> Columns:
    """Names and numbers of relatives; the dead have names only."""
    age = (TODAY - everyone["born"]) / _YEAR
    limits, shares = zip(*_NO_PARENTS, strict=True)
    unknown = random.random(len(age)) < np.array(shares)[np.searchsorted(limits, age)]
    known = {}
    for relative in ("father", "mother", "spouse", "head"):
        who = everyone[relative]
        names = everyone.get(f"{relative}_name", np.where(who == NOBODY, "", everyone["name"][who]))
        numbers = np.where((who != NOBODY) & everyone["alive"][who], everyone["id_number"][who], "")
        hidden = unknown & (relative in ("father", "mother"))
        known[f"{relative}_name"] = np.where(hidden, "", names).astype(object)
        known[f"{relative}_id"] = np.where(hidden, "", numbers).astype(object)
    return known


def _living(random: Random, everyone: Columns, total: int) -> Columns:
    """The people of as many homes as have so many living people, in the order of homes."""
    homes = random.permutation(len(everyone["home"]))[everyone["home"]]
    living = np.flatnonzero(everyone["alive"])
    living = living[np.argsort(homes[living], kind="stable")][:total]
    if len(living) < total:
        raise ValueError(f"only {len(living)} people of {total} came of these families")
    ours = {name: values[living] for name, values in everyone.items() if name != "alive"}
    index = np.full(len(everyone["home"]) + 1, NOBODY)
    index[living] = np.arange(total)
    for relative in ("father", "mother", "spouse", "head"):
        ours[relative] = index[ours[relative]]  # NOBODY is the last, and stays
    ours["kin_id"] = _next_in_home(ours["home"], ours["id_number"])
    return ours


def _next_in_home(home: Ints, numbers: np.ndarray) -> np.ndarray:
    """Of each person the number of the next one in the home, of the last that of the first; blank
    for people alone.
    """
    starts = np.flatnonzero(np.append(True, home[1:] != home[:-1]))
    sizes = np.diff(np.append(starts, len(home)))
    following = np.arange(1, len(home) + 1)
    following[starts + sizes - 1] = starts
    return np.where(np.repeat(sizes, sizes) > 1, numbers[following], "").astype(object)


def _sides(random: Random, home: Ints, shared: float) -> Ints:
    """Shares of all people so that `shared` of either register are in the other."""
    both = shared / (2 - shared)
    alone = random.choice(
        [RESIDENT, HOUSEHOLD, BOTH], len(home), p=[(1 - both) / 2, (1 - both) / 2, both]
    )
    first = np.flatnonzero(np.append(True, home[1:] != home[:-1]))
    of_home = np.repeat(alone[first], np.diff(np.append(first, len(home))))
    together = np.repeat(
        random.random(len(first)) < _TOGETHER, np.diff(np.append(first, len(home)))
    )
    return np.where(together, of_home, alone)


def taken(people: Columns, at: Ints) -> Columns:
    """Copies of these rows, with the name of each person."""
    rows = {name: values[at].copy() for name, values in people.items()}
    return {"entity": np.array([f"E{one:07d}" for one in at], dtype=object), **rows}
