"""Ways in which two values can agree: one file each, found by name.

A matcher module has `LEVELS`, its ordered answers, the first always `missing` (one side has nothing
to compare); `COLUMNS`, those without any of which on both sides every pair is missing (`home`: a
household that can be told); `FREQUENCIES`, for levels that are equality of a column, that column:
agreement on a rare value weighs more; and `levels(pairs)`, the level of each pair as a position in
`LEVELS`. It may have `ORDERED`, levels each of which speaks for one person at least as much as the
next: fitting keeps that order. And it may have `GRADED`, for levels that say more or less as the
registers of a run are fuller or emptier: what gives the chances of pairs at that level, from the
model's table, the population and the nodes of both sides. `VALUE`, where it has it, names the
columns that make up what a record says: one error in them is one, in however many records it
stands.

A matcher for columns of any name is told which: its `levels(pairs, column)` takes one standardised
column or more, of the `DTYPE` that it names, `FREQUENCIES` may name a parameter of it as
`{column}`, and a plan calls it `text(suburb_std)`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

import polars as pl

from reconcile.matchers.shared.levels import Chances, Level
from reconcile.population.pairs import Levels, Pairs
from reconcile.population.population import Nodes, Population

Grade = Callable[[Mapping[str, Level], Population, Nodes, Nodes], Chances]

_TOLD = re.compile(r"(\w+)\(([\w, ]+)\)")


class Matcher(Protocol):
    """What a matcher offers."""

    @property
    def LEVELS(self) -> tuple[str, ...]: ...

    @property
    def COLUMNS(self) -> tuple[str, ...]: ...

    @property
    def FREQUENCIES(self) -> Mapping[str, str]: ...

    def levels(self, pairs: Pairs) -> Levels: ...


class GeneralMatcher(Protocol):
    """What the module of a matcher for columns of any name offers."""

    LEVELS: tuple[str, ...]
    DTYPE: pl.DataType
    FREQUENCIES: Mapping[str, str]

    def levels(self, pairs: Pairs, *columns: str) -> Levels: ...


@dataclass(frozen=True)
class ConfiguredMatcher:
    """A general matcher that was told its columns."""

    module: GeneralMatcher
    columns: tuple[str, ...]

    @property
    def LEVELS(self) -> tuple[str, ...]:
        return self.module.LEVELS

    @property
    def COLUMNS(self) -> tuple[str, ...]:
        return self.columns

    @property
    def DTYPE(self) -> pl.DataType:
        return self.module.DTYPE

    @property
    def FREQUENCIES(self) -> Mapping[str, str]:
        names = dict(zip(_parameters(self.module), self.columns, strict=False))
        return {level: column.format(**names) for level, column in self.module.FREQUENCIES.items()}

    @property
    def VALUE(self) -> tuple[str, ...]:
        return self.columns[:1]  # a second column is one with which it may be exchanged

    def levels(self, pairs: Pairs) -> Levels:
        return self.module.levels(pairs, *self.columns)


def matcher_names() -> list[str]:
    """The names of all matchers, sorted."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)


def general_matchers() -> dict[str, GeneralMatcher]:
    """The matchers that are told their columns, by name, sorted."""
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in matcher_names()}
    return {
        name: cast(GeneralMatcher, module)
        for name, module in modules.items()
        if hasattr(module, "DTYPE")
    }


def named_columns(comparison: str) -> tuple[str, tuple[str, ...]]:
    """The name of a comparison's matcher and the columns that it is told: `text(a, b)` → text, (a,
    b)."""
    told = _TOLD.fullmatch(comparison)
    return (told[1], tuple(c.strip() for c in told[2].split(","))) if told else (comparison, ())


def compared_columns(comparisons: Iterable[str]) -> list[str]:
    """The columns that these comparisons are told, each once."""
    return list(
        dict.fromkeys(
            column for comparison in comparisons for column in named_columns(comparison)[1]
        )
    )


@cache
def load_matcher(comparison: str) -> Matcher:
    """The matcher of a comparison, `birth_date` or `text(suburb_std)`.

    KeyError when there is none of this name, or when it takes more or fewer columns.
    """
    name, columns = named_columns(comparison)
    if name not in matcher_names():
        raise KeyError(comparison)
    module = importlib.import_module(f"{__name__}.{name}")
    try:
        inspect.signature(module.levels).bind(None, *columns)
    except TypeError:
        raise KeyError(comparison) from None
    return (
        ConfiguredMatcher(cast(GeneralMatcher, module), columns)
        if columns
        else cast(Matcher, module)
    )


def ordered_levels(comparison: str) -> tuple[str, ...]:
    """Levels of a comparison in the order in which they speak for one person, the strongest first;
    () when none has."""
    return getattr(
        importlib.import_module(f"{__name__}.{named_columns(comparison)[0]}"), "ORDERED", ()
    )


def graded_levels(comparison: str) -> Mapping[str, Grade]:
    """The levels of a comparison whose chances depend on the registers of a run, and what gives
    these chances."""
    return getattr(
        importlib.import_module(f"{__name__}.{named_columns(comparison)[0]}"), "GRADED", {}
    )


def _parameters(module: GeneralMatcher) -> list[str]:
    """The names of the columns that a general matcher takes."""
    return list(inspect.signature(module.levels).parameters)[1:]
