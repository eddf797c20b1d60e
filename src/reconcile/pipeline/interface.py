"""The matching for programs: Polars frames in, Polars frames out. The commands go the same way.

>>> import reconcile
>>> read = reconcile.read("residents.csv", "residents")
>>> people = reconcile.standardise(read.records, "residents").records
>>> reconcile.dedupe(people, "residents")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from reconcile.config import (
    BirthsConfig,
    MatchingConfig,
    RuleConfig,
    SourceConfig,
    default_matching,
)
from reconcile.core.layouts import load_layout
from reconcile.core.period import Period
from reconcile.core.progress import Progress
from reconcile.matching.link import link_records
from reconcile.matching.linked import Linked
from reconcile.persons.linked_view import view_of
from reconcile.reading.read import ReadResult, read_source
from reconcile.rules.checking.check import check as checked
from reconcile.standardising.standardise import Standardised
from reconcile.standardising.standardise import standardise as standardised

# Of records without a key of their own and of cases: what their ids are digests with.
_KEY = b"reconcile"


def read(
    files: str | Path | Sequence[str | Path],
    layout: str = "residents",
    columns: Mapping[str, str] | None = None,
) -> ReadResult:
    """The rows of files as text, under canonical column names.

    `layout`: residents, household, births or another shipped one, or the path of a TOML file.
    `columns`: header by canonical name, where the headers alone do not tell. Returns `records`,
    `rejects`, `set_aside` (frames.REJECTS) and a report for each file. Raises InputError for a file
    that cannot be read, ConfigError for columns that the layout has not.
    """
    given = [files] if isinstance(files, str | Path) else files
    source = SourceConfig(
        layout=layout, files=[str(file) for file in given], columns=dict(columns or {})
    )
    return read_source(load_layout(layout).name, source, Path())


def standardise(
    records: pl.DataFrame,
    layout: str = "residents",
    key: bytes = _KEY,
    as_of: date | None = None,
) -> Standardised:
    """Values that can be compared, each beside the text that it came from.

    `records`: those of `read`, or any frame of text with canonical column names, and
    frames.PROVENANCE. `key`: names records that have no key of their own. `as_of`: nobody is born
    later; today when not given. Returns `records`, with a `record_id`, and `rejects`
    (frames.REJECTS).
    """
    return standardised(load_layout(layout), records, key, as_of=as_of)


def link(
    records: Mapping[str, pl.DataFrame],
    layouts: Mapping[str, str] | None = None,
    matching: MatchingConfig | None = None,
) -> Linked:
    """Who is who over all registers.

    `records`: standardised records by source. `layouts`: of the sources that are not called as
    their layout. `matching`: the plan; the shipped one when not given. Returns frames by record id,
    such as `persons` (frames.PERSONS), `links` (frames.LINKS) and `scored_pairs`. Raises
    ConfigError when the plan has no link for these sources.
    """
    plan = matching or default_matching(_layouts(records, layouts))
    return link_records(records, plan, Progress(quiet=True))


def dedupe(
    records: pl.DataFrame, layout: str = "residents", matching: MatchingConfig | None = None
) -> pl.DataFrame:
    """The records of one register whose person it has more than once.

    `records`: standardised. Returns frames.PERSONS of them: record_id, person_id, how, margin;
    sorted by person and record.
    """
    name = load_layout(layout).name
    persons = link({name: records}, {name: layout}, matching).persons
    return persons.filter(pl.len().over("person_id") > 1).sort("person_id", "record_id")


def check(
    records: Mapping[str, pl.DataFrame],
    linked: Linked,
    period: str | None = None,
    layouts: Mapping[str, str] | None = None,
    rules: Mapping[str, RuleConfig] | None = None,
    key: bytes = _KEY,
    as_of: date | None = None,
) -> pl.DataFrame:
    """What is wrong: frames.DISCREPANCIES of these standardised records and their persons.

    `period`: YYYY-MM, the month whose births are asked about; all when not given. `rules`: by code,
    how it differs from the shipped ones. `key`: of the cases' keys. `as_of`: the last day that the
    records speak of, today when not given.
    """
    named = _layouts(records, layouts)
    month = Period.parse(period) if period else None
    view = view_of(records, named, linked, month, as_of or date.today(), BirthsConfig())
    return checked(view, rules or {}, key, None)


def _layouts(
    records: Mapping[str, pl.DataFrame], layouts: Mapping[str, str] | None
) -> dict[str, str]:
    """The layout of each source, which is called as its layout when nothing is said."""
    return {name: load_layout((layouts or {}).get(name, name)).name for name in records}
