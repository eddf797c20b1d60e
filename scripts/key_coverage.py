"""Which keys are left when two fields of a record fail together: by example, for every two kinds of
errors.

Made-up people stand in both registers among their families, standardised and stacked as in a run.
One record of each has two errors, and no ID number unless the errors are about it. A key finds the
two when both have the same value in every one of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations, count, product

import numpy as np
import polars as pl
from scripts.coverage_kinds import KINDS, Kind, Way
from scripts.coverage_people import (
    CHILDREN,
    PEOPLE,
    REGIMES,
    Example,
    Record,
    household,
    record,
    subject,
    written,
)

from reconcile.config.plan import default_matching
from reconcile.core.layouts import layout_names, load_layout
from reconcile.matching.key_coverage import rule_hits
from reconcile.matching.settle import settle
from reconcile.population.homes import homes
from reconcile.population.population import Population
from reconcile.population.relatives import with_relatives
from reconcile.standardising.standardise import standardise

BIRTHS = "births"
LINKS = (
    ("residents", "household"),
    ("residents", "residents"),
    ("births", "residents"),
    ("births", "household"),
)
_TODAY = date(2026, 1, 31)


@dataclass(frozen=True)
class Found:
    """Two records of one person, of which the left has the errors: the keys that bring them
    together, in the order of the plan. `errors`: names of two kinds."""

    regime: str
    example: Example
    errors: tuple[str, str]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Untold:
    """Cases that no key can find, since more than some fifteen people of a city of two million
    share what is left: people of `who`, with a name or without, who have an error of `one` and an
    error of `other`."""

    name: str
    links: tuple[tuple[str, str], ...]
    regime: str
    who: frozenset[str]
    named: bool
    one: frozenset[str]
    other: frozenset[str]

    def covers(self, link: tuple[str, str], found: Found) -> bool:
        first, second = found.errors
        return (
            link in self.links
            and found.regime == self.regime
            and found.example.who in self.who
            and bool(found.example.given) == self.named
            and (
                (first in self.one and second in self.other)
                or (second in self.one and first in self.other)
            )
        )


def _kinds(*fields: str) -> frozenset[str]:
    return frozenset(kind.name for kind in KINDS if kind.field in fields)


_BORN = LINKS[2:]
_ANYONE = frozenset(example.who for example in CHILDREN)
_OVER_THE_YEAR, _WITH_GRANDPARENTS = frozenset({"january"}), frozenset({"grandchild"})
_GIVEN_LOST = _kinds("given") - {"given_homophone"}
_MONTH_LOST = _kinds("day") - {"first_of_month"}
UNTOLD = (
    Untold(
        "old_calendar_given", LINKS, "bare", _OVER_THE_YEAR, True, frozenset({"lunar"}), _GIVEN_LOST
    ),
    Untold(
        "old_calendar_town",
        LINKS,
        "bare",
        _OVER_THE_YEAR,
        True,
        frozenset({"lunar"}),
        frozenset({"town"}),
    ),
    Untold("unnamed_date", _BORN, "bare", _ANYONE, False, _kinds("year"), _kinds("day")),
    Untold(
        "unnamed_date_area", _BORN, "bare", _ANYONE, False, _kinds("year", "day"), _kinds("area")
    ),
    Untold(
        "unnamed_date_sex",
        _BORN,
        "bare",
        _ANYONE,
        False,
        _kinds("year") | _MONTH_LOST,
        _kinds("sex"),
    ),
    Untold("unnamed_area_sex", _BORN, "bare", _ANYONE, False, _kinds("area"), _kinds("sex")),
    Untold(
        "no_parent_day",
        LINKS[2:3],
        "head",
        _WITH_GRANDPARENTS,
        False,
        _MONTH_LOST,
        _kinds("address"),
    ),
    Untold(
        "no_parent_area",
        LINKS[2:3],
        "head",
        _WITH_GRANDPARENTS,
        False,
        _kinds("area"),
        _kinds("address"),
    ),
)


def untold(link: tuple[str, str], found: Found) -> bool:
    """Whether nothing could tell this case."""
    return any(one.covers(link, found) for one in UNTOLD)


@dataclass(frozen=True)
class _Case:
    """`number`: of the family."""

    regime: str
    example: Example
    errors: tuple[str, str]
    number: int
    left: Record
    right: Record


@cache
def found_by_keys(link: tuple[str, str]) -> tuple[Found, ...]:
    """Every case of a link of the shipped plan: each regime, each example, every two kinds that can
    meet in it."""
    config = next(
        one
        for one in default_matching({name: name for name in layout_names()}).links
        if one.sources == link
    )
    rules = [*config.blocking, *config.wide]
    cases = list(_cases(link))
    population = with_relatives(Population.stack(_standardised(link, cases)))
    left = population.nodes_of(link[0])[: len(cases)]
    right = population.nodes_of(link[1])[len(cases) * (link[0] == link[1]) :][: len(cases)]
    hits = rule_hits(
        population, homes(population, settle(population, [config])), rules, left, right
    )
    names = [" + ".join(rule) for rule in rules]
    return tuple(
        Found(
            case.regime, case.example, case.errors, tuple(names[at] for at in np.flatnonzero(row))
        )
        for case, row in zip(cases, hits, strict=True)
    )


def _cases(link: tuple[str, str]) -> Iterator[_Case]:
    numbers = count()
    for regime, example in product(REGIMES, CHILDREN if link[0] == BIRTHS else PEOPLE):
        for errors in combinations(KINDS, 2):
            if errors[0].field != errors[1].field:
                for ways in product(*(kind.ways for kind in errors)):
                    yield from _case(link, regime, example, errors, ways, next(numbers))


def _case(
    link: tuple[str, str],
    regime: str,
    example: Example,
    errors: Sequence[Kind],
    ways: Sequence[Way],
    number: int,
) -> Iterator[_Case]:
    """The case, if both errors can happen to it: to the left record or, in what a certificate does
    not state, to the right one."""
    family = household(example, number, newborn=link[0] == BIRTHS)
    sides = [subject(regime, source, family, number) for source in link]
    about_id = any(kind.field == "id" for kind in errors)
    if not about_id:
        sides[0].pop("id_number", None)
    elif link[0] == BIRTHS:
        return  # a certificate has no ID number of the child's that another one could fail to meet
    for kind, way in zip(errors, ways, strict=True):
        at = 0 if kind.fits(sides[0]) or link[0] != BIRTHS else 1
        change = way(sides[at]) if kind.fits(sides[at]) else None
        if change is None:
            return
        sides[at] = sides[at] | change
    yield _Case(regime, example, (errors[0].name, errors[1].name), number, *sides)


def _standardised(link: tuple[str, str], cases: Sequence[_Case]) -> dict[str, pl.DataFrame]:
    """The records of each source: those of the cases first, left before right, then the
    families'."""
    rows: dict[str, list[Record]] = {source: [] for source in link}
    rows[link[0]] += [case.left for case in cases]
    rows[link[1]] += [case.right for case in cases]
    for source in rows:
        if source != BIRTHS:
            rows[source] += [
                row for case in cases for row in _others(case, source, newborn=BIRTHS in link)
            ]
    return {source: _read(source, records) for source, records in rows.items()}


def _others(case: _Case, source: str, newborn: bool) -> Iterator[Record]:
    family = household(case.example, case.number, newborn)
    for role in family:
        if role != "subject":
            yield record(case.regime, source, family, role, case.number)


def _read(source: str, records: Sequence[Record]) -> pl.DataFrame:
    rows = [written(row) for row in records]
    columns = sorted({column for row in rows for column in row})
    texts = {column: [row.get(column) or None for row in rows] for column in columns}
    raw = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String)).with_columns(
        source=pl.lit(source), file=pl.lit(""), row=pl.int_range(pl.len(), dtype=pl.UInt32)
    )
    done = standardise(load_layout(source), raw, b"", as_of=_TODAY)
    if len(done.rejects):
        raise ValueError(f"rejected: {done.rejects.row(0, named=True)}")
    return done.records
