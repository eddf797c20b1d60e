"""What goes wrong in a record: the kinds of errors that two keys of the plan must not both depend
on, by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scripts.coverage_people import FEMALE, HIMSELF, MALE, Record, in_characters

# What a record states, to what it states instead; None where it cannot happen to it.
Way = Callable[[Record], Record | None]


@dataclass(frozen=True)
class Kind:
    """`field`: where it happens; two kinds of one field do not meet. `columns`: what a record must
    state. `ways`: it happens in all of these."""

    name: str
    field: str
    columns: tuple[str, ...]
    ways: tuple[Way, ...]

    def fits(self, record: Record) -> bool:
        """Whether it can happen to what the record states."""
        return all(record.get(column, HIMSELF) != HIMSELF for column in self.columns)

    def happened(self, record: Record) -> list[Record]:
        """The record with the error, in every way it can happen."""
        changes = [way(record) for way in self.ways]
        return [{**record, **change} for change in changes if change is not None]


_OTHER = {"志": "海", "明": "博", "伟": "强"}
_SOUNDS = {"志": "智", "明": "铭", "伟": "炜"}
_LUNAR = 29  # days that a date by the old calendar is before the right one


def _each(column: str, change: Callable[[str], str | None]) -> Way:
    """One column's value, to another one."""

    def way(record: Record) -> Record | None:
        value = change(record[column])
        return None if value is None or value == record[column] else {column: value}

    return way


def _character(at: int, others: Mapping[str, str]) -> Way:
    def change(given: str) -> str:
        return given[:at] + others[given[at]] + given[at + 1 :] if at < len(given) else given

    return _each("given", change)


def _born(change: Callable[[date], date]) -> Way:
    return _each("birth_date", lambda born: change(date.fromisoformat(born)).isoformat())


def _digit(at: int) -> Way:
    return _each(
        "id_number",
        lambda number: number[:at] + ("1" if number[at] != "1" else "2") + number[at + 1 :],
    )


def _blank(*columns: str) -> Way:
    return lambda record: dict.fromkeys(set(columns) & record.keys(), "")


def _mistyped(relative: str) -> Way:
    """Another character in the name, and another digit in the number where it is stated."""

    def way(record: Record) -> Record:
        name, number = record[f"{relative}_name"], record.get(f"{relative}_id")
        wrong = {f"{relative}_name": name[:-1] + "杰"}
        return wrong | (
            {f"{relative}_id": number[:-2] + str(9 - int(number[-2])) + number[-1]}
            if number
            else {}
        )

    return way


def _elsewhere(record: Record, *columns: str) -> Record:
    """Another village, or another town and village."""
    return {column: f"金{record[column]}" for column in columns}


def _relative(relative: str) -> list[Kind]:
    name, number = f"{relative}_name", f"{relative}_id"
    return [
        Kind(f"{relative}_missing", relative, (name,), (_blank(name, number),)),
        Kind(f"{relative}_mistyped", relative, (name,), (_mistyped(relative),)),
    ]


KINDS = (
    Kind("given_wrong", "given", ("given",), (_character(0, _OTHER), _character(1, _OTHER))),
    Kind("given_missing", "given", ("given",), (_each("given", lambda given: given[1:] or None),)),
    Kind(
        "given_truncated", "given", ("given",), (_each("given", lambda given: given[:-1] or None),)
    ),
    Kind("given_homophone", "given", ("given",), (_character(0, _SOUNDS), _character(1, _SOUNDS))),
    Kind("surname_wrong", "surname", ("surname",), (_each("surname", lambda _: "郑"),)),
    Kind(
        "year_wrong",
        "year",
        ("birth_date",),
        (_born(lambda born: born.replace(year=born.year - 1)),),
    ),
    Kind(
        "month", "day", ("birth_date",), (_born(lambda born: born.replace(month=born.month + 3)),)
    ),
    Kind(
        "first_january", "day", ("birth_date",), (_born(lambda born: born.replace(month=1, day=1)),)
    ),
    Kind("first_of_month", "day", ("birth_date",), (_born(lambda born: born.replace(day=1)),)),
    Kind(
        "turned",
        "day",
        ("birth_date",),
        (_born(lambda born: born.replace(month=born.day, day=born.month)),),
    ),
    Kind("lunar", "day", ("birth_date",), (_born(lambda born: born - timedelta(days=_LUNAR)),)),
    Kind("village", "area", ("village",), (lambda record: _elsewhere(record, "village"),)),
    Kind(
        "town", "area", ("village", "town"), (lambda record: _elsewhere(record, "village", "town"),)
    ),
    Kind(
        "sex_wrong", "sex", ("sex",), (_each("sex", lambda sex: FEMALE if sex == MALE else MALE),)
    ),
    Kind("id_missing", "id", ("id_number",), (_blank("id_number"),)),
    Kind("id_digit", "id", ("id_number",), tuple(map(_digit, (3, 9, 15)))),
    Kind(
        "id_of_relative",
        "id",
        ("id_number", "relative_id"),
        (lambda record: {"id_number": record["relative_id"]},),
    ),
    *_relative("mother"),
    *_relative("father"),
    *_relative("spouse"),
    *_relative("head"),
    Kind("household_missing", "household_no", ("household_no",), (_blank("household_no"),)),
    Kind("address_missing", "address", ("address",), (_blank("address"),)),
    Kind(
        "address_other",
        "address",
        ("address",),
        (_each("address", lambda _: f"{in_characters(98765)}小区7栋2单元303室"),),
    ),
)
FIELDS = tuple(dict.fromkeys(kind.field for kind in KINDS))
