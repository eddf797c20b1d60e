"""Who a record's relatives are, where only its household tells: parents and spouses from relations
to the head.

The relation codes are GB/T 4761-2008: 01 and 02 the head, 10–12 the spouse, 20–26 sons, 27 an
adopted or step-son, 30–36 daughters, 37 an adopted or step-daughter, 38 a daughter-in-law, 28 a
son-in-law, 41–44 grandchildren.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reconcile.population.grouping import Groups, grouped, mixed
from reconcile.population.population import MISSING, Population

_HEAD = (1, 2)
_SPOUSE = (10, 11, 12)
_SON = (20, 21, 22, 23, 24, 25, 26, 27)
_DAUGHTER = (30, 31, 32, 33, 34, 35, 36, 37)
_SON_IN_LAW = (28,)
_DAUGHTER_IN_LAW = (38,)
_GRANDCHILD = (41, 42, 43, 44)

_MALE, _FEMALE = 1, 2
_NOBODY = -1
_UNSAID = -1

People = npt.NDArray[np.int32]  # nodes; _NOBODY where there is none


def with_relatives(population: Population) -> Population:
    """The population in which father, mother, spouse and head are lent by the household where a row
    is silent.

    Only an only bearer of a relation counts: with two wives or two married sons in one household
    nothing is derived. Columns `<role>_name_std` and `<role>_id_std` of father, mother and spouse,
    and `head_name_std`.
    """
    relation = population.frame["relation_std"].fill_null(_UNSAID).to_numpy()
    household = mixed(population.codes("household_no_std"), population.codes("source"))
    member = np.flatnonzero((relation != _UNSAID) & (household != 0)).astype(np.int32)
    if not len(member):
        return population
    relatives = _relatives(
        member, relation[member], grouped(household[member]), population.numbers("sex_std")
    )
    lent = {
        f"{role}_{what}": (_for_all(len(population), member, people), column)
        for role, people in relatives.items()
        for what, column in (("name_std", "name_std"), ("id_std", "id_number_std"))
        if (role, what) != ("head", "id_std")
    }
    return population.lending(lent)


def _relatives(
    member: People, relation: npt.NDArray[np.int8], households: Groups, sexes: npt.NDArray[np.int64]
) -> dict[str, People]:
    """Father, mother, spouse and head of each member of a household."""
    household = households.numbers()

    def only(relations: tuple[int, ...]) -> People:
        """The households' only member in these relations, for each member."""
        bearers = np.flatnonzero(_among(relation, relations))
        count = np.bincount(household[bearers], minlength=len(households.sizes))
        who = np.full(len(households.sizes), _NOBODY, dtype=np.int32)
        who[household[bearers]] = member[bearers]
        who[count != 1] = _NOBODY
        return who[household]

    head, spouse, son, daughter = only(_HEAD), only(_SPOUSE), only(_SON), only(_DAUGHTER)
    son_in_law, daughter_in_law = only(_SON_IN_LAW), only(_DAUGHTER_IN_LAW)
    child, grandchild = _among(relation, (*_SON, *_DAUGHTER)), _among(relation, _GRANDCHILD)
    sons_line = (daughter_in_law != _NOBODY) & (son_in_law == _NOBODY)
    daughters_line = (son_in_law != _NOBODY) & (daughter_in_law == _NOBODY)
    young_father = np.select([sons_line, daughters_line], [son, son_in_law], _NOBODY)
    young_mother = np.select([sons_line, daughters_line], [daughter_in_law, daughter], _NOBODY)
    return {
        "father": np.select(
            [child, grandchild], [_of_sex(head, spouse, sexes, _MALE), young_father], _NOBODY
        ),
        "mother": np.select(
            [child, grandchild], [_of_sex(head, spouse, sexes, _FEMALE), young_mother], _NOBODY
        ),
        "spouse": np.select(
            [_among(relation, _HEAD), _among(relation, _SPOUSE)], [spouse, head], _NOBODY
        ),
        "head": head,
    }


def _among(relation: npt.NDArray[np.int8], relations: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    table = np.zeros(128, dtype=bool)
    table[list(relations)] = True
    return table[relation]


def _of_sex(head: People, spouse: People, sexes: npt.NDArray[np.int64], sex: int) -> People:
    """Who of the head's couple is of this sex: it says so, or the other one is of the other sex."""
    sex_of_head = np.where(head == _NOBODY, MISSING, sexes[head])
    sex_of_spouse = np.where(spouse == _NOBODY, MISSING, sexes[spouse])
    other = _MALE if sex == _FEMALE else _FEMALE
    is_head = (sex_of_head == sex) | (sex_of_spouse == other)
    is_spouse = (sex_of_spouse == sex) | (sex_of_head == other)
    return np.select([is_head, is_spouse], [head, spouse], _NOBODY).astype(np.int32)


def _for_all(size: int, member: People, people: People) -> People:
    everyone = np.full(size, _NOBODY, dtype=np.int32)
    everyone[member] = people
    return everyone
