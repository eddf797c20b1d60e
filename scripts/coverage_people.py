"""Made-up people whose two records the keys of the plan must bring together: each in a household,
with relatives.

A record is a mapping of a layout's columns to text; the subject's has `surname` and `given` in
place of `name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Record = dict[str, str]

# What registers and certificates state, by regime: the columns beside the person's own and the
# area's.
_RELATIVES = ("father", "mother", "spouse", "head")
_RICH = (
    "household_no",
    "relation",
    "address",
    *(f"{who}_{what}" for who in _RELATIVES for what in ("name", "id")),
)
_KIN = ("father_name", "mother_name", "spouse_name")
_POLICE = (
    "household_no",
    "relation",
)  # what the household register has where the residents' has no number
REGIMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "rich": {
        "residents": _RICH,
        "household": _RICH,
        "births": ("address", "father_name", "father_id", "mother_name", "mother_id"),
    },
    "kin": {
        "residents": _KIN,
        "household": (*_KIN, *_POLICE),
        "births": ("father_name", "mother_name"),
    },
    "head": {
        "residents": ("address", "head_name"),
        "household": ("address", "head_name", *_POLICE),
        "births": ("address", "father_name", "mother_name"),
    },
    "bare": {"residents": (), "household": (), "births": ()},
}
_OWN = ("birth_date", "sex", "id_number", "town", "village")
_OF_SUBJECT = ("surname", "given", "relative_id")
MALE, FEMALE = "男", "女"
UNNAMED, HIMSELF = "未取名", "本人"

_SURNAMES = "王李张刘陈杨赵黄周吴"
# of relatives, villages and estates: ten characters are the digits of a number
_GIVEN = "福安宁康泰和顺昌盛兴"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Person:
    """`father` and so on: names in the family; `household_no` and place are the family's."""

    surname: str
    given: str
    sex: str
    born: str
    id_number: str
    relation: str
    father: str = ""
    mother: str = ""
    spouse: str = ""

    @property
    def name(self) -> str:
        return self.surname + self.given


@dataclass(frozen=True)
class Example:
    """`who`: of `FAMILIES`; `given`: the subject's, empty for a child without a name."""

    who: str
    given: str


# The members of a household: role → relation to the head, sex, born, father, mother, spouse.
# `subject` is the one whose two records must meet.
_COUPLE = {
    "head": ("户主", MALE, "1958-05-17", "", "", "wife"),
    "wife": ("妻", FEMALE, "1960-07-11", "", "", "head"),
}
FAMILIES: Mapping[str, Mapping[str, tuple[str, str, str, str, str, str]]] = {
    "married": _COUPLE
    | {
        "subject": ("子", MALE, "1986-03-08", "head", "wife", "her"),
        "her": ("儿媳", FEMALE, "1987-10-21", "", "", "subject"),
    },
    "child": _COUPLE | {"subject": ("子", MALE, "1986-03-08", "head", "wife", "")},
    "grandchild": _COUPLE
    | {
        "son": ("子", MALE, "1986-11-19", "head", "wife", "her"),
        "her": ("儿媳", FEMALE, "1987-10-21", "", "", "son"),
        "subject": ("孙女", FEMALE, "2014-03-08", "son", "her", ""),
    },
    "alone": {"subject": ("户主", FEMALE, "1948-03-08", "", "", "")},
    # A date by the old calendar is then one of the year before.
    "january": _COUPLE | {"subject": ("女", FEMALE, "1986-01-09", "head", "wife", "")},
}
PEOPLE = tuple(Example(who, given) for who in FAMILIES for given in ("伟", "志明"))
CHILDREN = tuple(
    Example(who, given)
    for who in ("child", "grandchild", "january")
    for given in ("伟", "志明", "")
)
_NEWBORN_YEAR = "2025"


def household(example: Example, number: int, newborn: bool) -> dict[str, Person]:
    """The members of the family with this number, by role; no two families share a name and a
    place."""
    family = {}
    for place, (role, (relation, sex, born, *kin)) in enumerate(FAMILIES[example.who].items()):
        born = _NEWBORN_YEAR + born[4:] if newborn and role == "subject" else born
        surname = _SURNAMES[(number + (place if role in ("wife", "her") else 0)) % len(_SURNAMES)]
        given = (
            example.given if role == "subject" else in_characters(number)[-1] + "永春远立柏"[place]
        )
        family[role] = Person(
            surname, given, sex, born, id_number(10 * number + place, born, sex), relation, *kin
        )
    return family


def subject(regime: str, source: str, family: Mapping[str, Person], number: int) -> Record:
    """The subject's record, and beside it `relative_id`: whose number it may be given by
    mistake."""
    stranger = id_number(10 * number + len(FAMILIES), "1971-02-03", MALE)
    relative = next(
        (person.id_number for role, person in family.items() if role != "subject"), stranger
    )
    return record(regime, source, family, "subject", number) | {"relative_id": relative}


def record(
    regime: str, source: str, family: Mapping[str, Person], role: str, number: int
) -> Record:
    """What the source states of a member: its columns, where there is something to state."""
    person = family[role]
    stated = {
        "surname": person.surname if person.given else "",
        "given": person.given,
        "sex": person.sex,
        "birth_date": person.born,
        "id_number": person.id_number,
        "town": f"{in_characters(number % 100)[-2:]}镇",
        "village": f"{in_characters(number)}村",
        "household_no": f"{source[0]}{number:07d}",
        "relation": person.relation,
        "address": f"{in_characters(number)}小区{number % 20 + 1}栋{number % 3 + 1}单元{number % 9 + 1}01室",  # noqa: E501
        **dict(_relatives(family, person)),
    }
    columns = {"surname", "given", *_OWN, *REGIMES[regime][source]}
    if source == "births":
        columns.discard("id_number")
    return {column: value for column, value in stated.items() if value and column in columns}


def _relatives(family: Mapping[str, Person], person: Person) -> Iterator[tuple[str, str]]:
    roles = {
        "father": person.father,
        "mother": person.mother,
        "spouse": person.spouse,
        "head": "head",
    }
    if person.relation == "户主":
        del roles["head"]
        yield "head_name", HIMSELF
    for who, role in roles.items():
        if role in family:
            yield f"{who}_name", family[role].name
            yield f"{who}_id", family[role].id_number


def written(record: Record) -> Record:
    """The record as a file has it: one column for the name, whatever it is, which a head's row has
    a second time."""
    name = record.get("surname", "") + record.get("given", "") or UNNAMED
    row = {column: value for column, value in record.items() if column not in _OF_SUBJECT}
    return row | {"name": name} | ({"head_name": name} if row.get("head_name") == HIMSELF else {})


def in_characters(number: int) -> str:
    """A number of at most five digits as five characters."""
    return "".join(_GIVEN[int(digit)] for digit in f"{number % 100_000:05d}")


def id_number(serial: int, born: str, sex: str) -> str:
    """A valid number; no two of less than a million serials are alike."""
    order = 2 * (serial // 10_000) + (sex == MALE)
    body = f"43{serial % 10_000:04d}{born.replace('-', '')}{order:03d}"
    return (
        body
        + "10X98765432"[
            sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
        ]
    )
