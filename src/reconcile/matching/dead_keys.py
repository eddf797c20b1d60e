"""What of a plan cannot work in a run: keys and comparisons of columns that a register lacks or
hardly fills.

A column is as good as absent where fewer than one record in fifty knows it, what its household
tells included. A key is dead between two registers when either lacks one of its columns; a
comparison when there is none of its columns that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.config import LinkConfig
from reconcile.matchers import load_matcher
from reconcile.matching.several import SEVERAL, several_values
from reconcile.population.homes import Homes
from reconcile.population.population import DERIVED, Population

LEAST_KNOWN = 0.02
# What columns are made of, where it is not the first part of their name.
_MADE_OF: Mapping[str, str] = {
    **dict.fromkeys(("name_reading", "surname", "given"), "name"),
    **dict.fromkeys(("id_number_core", "id_number_head", "id_number_tail"), "id_number"),
    **{
        key: "name" if of == "given" else of.removesuffix("_std")
        for key, (of, _) in DERIVED.items()
    },
    "head_or_parent": "head_name",
}
# What a row can have wrong while every other key still finds it, if there is one.
_TELLING = ("name", "birth_date")

Mask = npt.NDArray[np.bool_]
Known = Mapping[str, Mapping[str, bool]]


@dataclass(frozen=True)
class Lacking:
    """A column (`home`: a household that can be told) that `sources` of a link lack, and how many
    keys need it."""

    column: str
    sources: tuple[str, ...]
    keys: int


@dataclass(frozen=True)
class DeadKeys:
    """Of a link's `keys`, `dead` find nothing and `comparisons` say nothing, for the `lacking`
    columns.

    `only`: columns that all of the keys left need, though the plan has others: who differs in one
    of them is not found.
    """

    sources: tuple[str, str]
    keys: int
    dead: int
    comparisons: tuple[str, ...]
    lacking: tuple[Lacking, ...]
    only: tuple[str, ...]


def dead_keys(
    population: Population, homes: Homes, free: Mask, links: Sequence[LinkConfig]
) -> tuple[DeadKeys, ...]:
    """What of each link is dead, in the order of the plan; links of which everything lives are left
    out.

    `free`: the nodes that no exact key has settled; of the others nobody worked out all homes.
    """
    columns = sorted({column for link in links for column in _columns_of(link)})
    known = {column: _known(population, homes, free, column) for column in columns}
    found = (_dead_of(link, known) for link in links)
    return tuple(dead for dead in found if dead.lacking)


def _keys_of(link: LinkConfig) -> list[list[str]]:
    return [*link.blocking, *link.wide]


def _columns_of(link: LinkConfig) -> Iterable[str]:
    yield from (column for key in _keys_of(link) for column in key)
    yield from (
        column for comparison in link.comparisons for column in load_matcher(comparison).COLUMNS
    )


def _known(population: Population, homes: Homes, free: Mask, column: str) -> Mapping[str, bool]:
    """By source, whether enough of its records have a value."""
    if column == "home":
        has, asked = np.diff(homes.starts) > 0, free
    elif column in SEVERAL:
        has, asked = np.zeros(len(population), dtype=bool), np.ones(len(population), dtype=bool)
        has[several_values(column, population, homes).node] = True
    else:
        has, asked = population.codes(column) != 0, np.ones(len(population), dtype=bool)
    enough = {}
    for source in population.sources:
        span = population.span(source)
        of_source = has[span][asked[span]] if asked[span].any() else has[span]
        enough[source] = not len(of_source) or bool(of_source.mean() >= LEAST_KNOWN)
    return enough


def _dead_of(link: LinkConfig, known: Known) -> DeadKeys:
    def lack(column: str) -> tuple[str, ...]:
        return tuple(source for source in dict.fromkeys(link.sources) if not known[column][source])

    keys = _keys_of(link)
    dead = [key for key in keys if any(map(lack, key))]
    matchers = {comparison: load_matcher(comparison) for comparison in link.comparisons}
    mute = [
        comparison for comparison, matcher in matchers.items() if all(map(lack, matcher.COLUMNS))
    ]
    needed = [
        *(column for key in dead for column in key),
        *(c for name in mute for c in matchers[name].COLUMNS),
    ]
    lacking: dict[tuple[str, tuple[str, ...]], set[int]] = {}
    for column in needed:
        if sources := lack(column):
            of = {position for position, key in enumerate(dead) if column in key}
            lacking.setdefault((raw(column), sources), set()).update(of)
    left = [{raw(column) for column in key} for key in keys if key not in dead]
    every = [{raw(column) for column in key} for key in keys]
    return DeadKeys(
        link.sources,
        len(keys),
        len(dead),
        tuple(mute),
        tuple(Lacking(column, sources, len(of)) for (column, sources), of in lacking.items()),
        tuple(
            one
            for one in _TELLING
            if left and all(one in k for k in left) and not all(one in k for k in every)
        ),
    )


def raw(column: str) -> str:
    """The column of a register that a standardised one is made of."""
    return _MADE_OF.get(column, column.removesuffix("_std"))
