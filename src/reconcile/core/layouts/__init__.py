"""What columns a kind of register has: one TOML file for each layout, data instead of code.

A layout lists its canonical columns in order. `kind` says how a column is standardised; `headers`
are the names under which exports carry it. `needs` says what a row must have: every group needs one
of its columns.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reconcile.core.errors import ConfigError
from reconcile.core.frames import PROVENANCE

FOLDER = Path(__file__).parent

KINDS = (
    "key",  # the source's own record key
    "name",  # a person's name
    "id_number",  # an identity number
    "date",  # a day
    "datetime",  # a day and, where known, the minute
    "sex",
    "relation",  # relation to the head of the household
    "area",  # a town or village, as name or code
    "address",
    "flag",  # yes or no
    "integer",
    "decimal",  # an amount of money, a rate, a quantity: up to four decimals, exactly
    "latin",  # words in Latin letters, as names and streets, and how they sound
    "code",  # a number or short code: letters and digits only
    "text",  # anything else: hygiene only
)

# What stands beside the columns of a record and cannot be the name of one.
RESERVED = (
    *PROVENANCE, "record_id", "person_id", "how", "margin", "person_probability",
    "record_key_repeated",
    "surname", "given", "name_reading", "name_unnamed", "name_place",
    "id_number_core", "id_number_head", "id_number_tail", "id_number_trusted",
    "area_code", "area_how", "area_from_address", "dwelling", "building", "registered_dwelling",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One canonical column: its name, its kind, and the headers that mean it."""

    name: str
    kind: str
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The canonical columns of one kind of register.

    `needs`: groups of column names; a row is kept when every group has at least one usable value.
    `cancelled_by`: columns of dates on which a record ceases to be in force, beside the flag
    `cancelled`. `people`: a row is a person; false for tables of figures. `register`: one of the
    registers that a monthly run holds against each other, where a row said twice is said once;
    false for rosters, where every row counts.
    """

    name: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    cancelled_by: tuple[str, ...] = ()
    people: bool = True
    register: bool = True

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)


def layout_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load_layout(name: str) -> Layout:
    """The layout called `name`, or the one in the TOML file that `name` is a path of.

    Raises ConfigError when there is none, or when its file is not a layout.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ConfigError("layouts.unknown", layout=name, known=", ".join(layout_names()))
    try:
        layout = _parse(path)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:  # not TOML, not UTF-8, or no layout
        raise ConfigError("layouts.broken", layout=name, reason=error) from error
    _check(layout, name)
    return layout


def _check(layout: Layout, name: str) -> None:
    known = [column.name for column in layout.columns]
    named = {*layout.cancelled_by, *(column for group in layout.needs for column in group)}
    wrong = {
        "kind": [column.name for column in layout.columns if column.kind not in KINDS],
        "reserved": [column for column in known if column in RESERVED],
        "no_such_column": sorted(named.difference(known)),
    }
    for key, columns in wrong.items():
        if columns:
            raise ConfigError(
                f"layouts.{key}", layout=name, columns=", ".join(columns), known=", ".join(KINDS)
            )


def _parse(path: Path) -> Layout:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = tuple(
        Column(column, entry["kind"], tuple(entry.get("headers", ())))
        for column, entry in data["columns"].items()
    )
    needs = tuple(tuple(group) for group in data["needs"])
    return Layout(
        path.stem,
        columns,
        needs,
        tuple(data.get("cancelled_by", ())),
        data.get("people", True),
        data.get("register", True),
    )
