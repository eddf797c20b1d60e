"""What columns a kind of register has: one TOML file for each layout, data instead of code.

A layout lists its canonical columns in order. `kind` says how a column is standardised; `headers` are the
names under which exports carry it. `needs` says what a row must have: every group needs one of its columns.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reconcile.errors import ConfigError

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
    "text",  # anything else: hygiene only
)


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
    """

    name: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)


def layout_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load_layout(name: str) -> Layout:
    """The layout called `name`, or the one in the TOML file that `name` is a path of."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ConfigError("layouts.unknown", layout=name, known=", ".join(layout_names()))
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = tuple(
        Column(column, entry["kind"], tuple(entry.get("headers", ())))
        for column, entry in data["columns"].items()
    )
    wrong = [c.name for c in columns if c.kind not in KINDS]
    if wrong:
        raise ConfigError("layouts.kind", layout=name, columns=", ".join(wrong), known=", ".join(KINDS))
    return Layout(path.stem, columns, tuple(tuple(group) for group in data["needs"]))
