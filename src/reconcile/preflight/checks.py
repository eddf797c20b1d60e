"""What a config says of other things: its sources, layouts, columns, matchers, rules, models and
files."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Mapping

import polars as pl

from reconcile.config.models import Config, LinkConfig, MatchingConfig, SourceConfig
from reconcile.config.plan import matching_of
from reconcile.config.problems import Place, Problem
from reconcile.core.errors import ReconcileError
from reconcile.core.frames import STANDARDISED_BY_KIND
from reconcile.core.layouts import Layout, layout_names, load_layout
from reconcile.matchers import ConfiguredMatcher, load_matcher
from reconcile.matchers.shared.levels import Level
from reconcile.matching.block import DERIVED_KEYS
from reconcile.matching.judgements import judgements_of
from reconcile.matching.model import Model, load_model
from reconcile.population.population import COLUMNS
from reconcile.reading.source_files import source_files
from reconcile.rules import rule_codes

Columns = Mapping[str, pl.DataType]


def check(config: Config, *, need_files: bool) -> list[Problem]:
    """Every contradiction in a config whose form is right; its paths are resolved already."""
    return list(_check(config, need_files))


def _check(config: Config, need_files: bool) -> Iterator[Problem]:
    for name, source in config.sources.items():
        yield from _check_source(source, ("sources", name))
        if need_files:
            yield from _check_files(source, ("sources", name, "files"))
    if config.areas:
        yield from _check_source(config.areas.as_source(), ("areas",))
        if need_files:
            yield from _check_files(config.areas.as_source(), ("areas", "files"))
    if config.matching:
        yield from _check_matching(config, config.matching, need_files)
    for rule in config.rules:
        yield from _known(rule, rule_codes(), "unknown_rule", ("rules", rule))
    yield from _check_rosters(config)


def _check_rosters(config: Config) -> Iterator[Problem]:
    for number, pair in enumerate(config.rosters.exclusive):
        for position, name in enumerate(pair):
            yield from _known(
                name, config.sources, "unknown_source", ("rosters", "exclusive", number, position)
            )
        if pair[0] == pair[1]:
            yield Problem(
                "roster_excludes_itself",
                ("rosters", "exclusive", number),
                values={"given": pair[0]},
            )
    for name in config.rosters.amounts:
        yield from _known(name, config.sources, "unknown_source", ("rosters", "amounts", name))


def _known(word: str, words: Collection[str], kind: str, place: Place) -> Iterator[Problem]:
    if word not in words:
        yield Problem(kind, place, values={"given": word}, allowed=tuple(words), given=word)


def _check_source(source: SourceConfig, place: Place) -> Iterator[Problem]:
    if source.layout not in layout_names() and not source.layout.endswith(".toml"):
        yield from _known(source.layout, layout_names(), "unknown_layout", (*place, "layout"))
    else:
        yield from _check_layout(source, place)
    if source.encoding is not None and not _is_encoding(source.encoding):
        yield Problem("unknown_encoding", (*place, "encoding"), values={"given": source.encoding})


def _check_layout(source: SourceConfig, place: Place) -> Iterator[Problem]:
    try:
        layout: Layout = load_layout(source.layout)
    except ReconcileError as error:
        yield Problem("bad_layout", (*place, "layout"), values={"reason": error})
        return
    names = [column.name for column in layout.columns]
    for column in source.columns:
        yield from _known(column, names, "unknown_column", (*place, "columns", column))


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _check_files(source: SourceConfig, place: Place) -> Iterator[Problem]:
    for position, pattern in enumerate(source.files):
        try:
            source_files(source.model_copy(update={"files": [pattern]}))
        except ReconcileError as error:
            yield Problem("bad_file", (*place, position), values={"reason": error})


def _standard_columns(sources: Mapping[str, SourceConfig]) -> dict[str, Columns]:
    """By source, what its layout's columns become; nothing where the layout cannot be had."""
    found: dict[str, Columns] = {}
    for name, source in sources.items():
        try:
            columns = load_layout(source.layout).columns
        except ReconcileError:
            columns = ()
        parts = {column.name: STANDARDISED_BY_KIND[column.kind] for column in columns}
        found[name] = {
            f"{column}{part}": dtype for column in parts for part, dtype in parts[column].items()
        }
    return found


def _check_matching(
    config: Config, matching: MatchingConfig, need_files: bool
) -> Iterator[Problem]:
    if matching.review_probability > matching.match_probability:
        values = {"review": matching.review_probability, "match": matching.match_probability}
        yield Problem("review_above_match", ("matching", "review_probability"), values=values)
    if need_files:
        try:
            judgements_of(matching.judgements)
        except ReconcileError as error:
            yield Problem("bad_judgements", ("matching", "judgements"), values={"reason": error})
    try:
        model = load_model(matching.model)
    except ReconcileError as error:
        yield Problem("bad_model", ("matching", "model"), values={"reason": error})
        return
    if not matching.links:
        yield from _check_shipped_links(config, model)
    sources = _standard_columns(config.sources)
    for position, link in enumerate(matching.links):
        yield from _check_link(link, sources, model, ("matching", "links", position))


def _check_shipped_links(config: Config, model: Model) -> Iterator[Problem]:
    """A model of one's own needs chances for all that the shipped plan compares in these
    sources."""
    try:
        links = matching_of(config).links
    except ReconcileError:
        # a layout that cannot be had is told already; sources that the plan does not know, by the
        # run
        return
    compared = dict.fromkeys((link.parameters, name) for link in links for name in link.comparisons)
    lacking = [
        f"{group}.{name}"
        for group, name in compared
        if not _fits(name, model.comparisons.get(group, {}).get(name, {}))
    ]
    if lacking:
        yield Problem("model_lacks", ("matching", "model"), values={"lacking": ", ".join(lacking)})


def _check_link(
    link: LinkConfig, sources: Mapping[str, Columns], model: Model, place: Place
) -> Iterator[Problem]:
    for position, source in enumerate(link.sources):
        yield from _known(source, sources, "unknown_source", (*place, "sources", position))
    shared = [sources.get(source, {}) for source in link.sources]
    if any(shared):  # else the problem is the layouts, and told already
        yield from _check_columns(link, _shared_columns(*shared), place)
    for position, comparison in enumerate(link.comparisons):
        if comparison in link.comparisons[:position]:
            yield Problem(
                "compared_twice", (*place, "comparisons", position), values={"given": comparison}
            )
    if link.parameters in model.comparisons:
        yield from _check_comparisons(link, model.comparisons[link.parameters], place)
    else:
        yield from _known(
            link.parameters, model.comparisons, "unknown_parameters", (*place, "parameters")
        )


def _check_columns(link: LinkConfig, columns: Columns, place: Place) -> Iterator[Problem]:
    """The columns that a link joins, blocks and compares by."""
    keys_of = [name for name in columns if name != "record_id"]
    yield from _check_keys(link.exact, keys_of, (*place, "exact"))
    for keys, name in ((link.blocking, "blocking"), (link.wide, "wide")):
        yield from _check_keys(keys, (*keys_of, *DERIVED_KEYS), (*place, name))
    for position, comparison in enumerate(link.comparisons):
        yield from _check_named(comparison, columns, (*place, "comparisons", position))


def _check_comparisons(
    link: LinkConfig, fitted: Mapping[str, Mapping[str, Level]], place: Place
) -> Iterator[Problem]:
    usable = [name for name, levels in fitted.items() if _fits(name, levels)]
    for position, name in enumerate(link.comparisons):
        yield from _known(name, usable, "unknown_matcher", (*place, "comparisons", position))
    levels = [
        f"{name}.{level}"
        for name in link.comparisons
        if name in usable
        for level in ("missing", *fitted[name])
    ]
    for position, name in enumerate(link.barred):
        yield from _known(name, levels, "unknown_level", (*place, "barred", position))


def _shared_columns(left: Columns, right: Columns) -> Columns:
    """What two sources may be joined, blocked and compared by."""
    shared = {name: dtype for name, dtype in left.items() if right.get(name) == dtype}
    return {**COLUMNS, **shared} if left and right else {**COLUMNS, **left, **right}


def _check_named(comparison: str, columns: Columns, place: Place) -> Iterator[Problem]:
    """The columns that a comparison is told must be there, and hold what its matcher compares."""
    try:
        matcher = load_matcher(comparison)
    except KeyError:
        return  # said already: the model cannot have parameters for it
    if isinstance(matcher, ConfiguredMatcher):
        usable = [name for name, dtype in columns.items() if dtype == matcher.DTYPE]
        for column in matcher.columns:
            yield from _known(column, usable, "unknown_compared_column", place)


def _fits(comparison: str, levels: Mapping[str, Level]) -> bool:
    """Whether there is such a matcher, and the model has chances for each of its levels."""
    try:
        return set(load_matcher(comparison).LEVELS) == {"missing", *levels}
    except KeyError:
        return False


def _check_keys(keys: list[list[str]], columns: Collection[str], place: Place) -> Iterator[Problem]:
    for number, key in enumerate(keys):
        for position, column in enumerate(key):
            yield from _known(column, columns, "unknown_key_column", (*place, number, position))
