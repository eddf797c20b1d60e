"""Which standardiser a column goes through: by its kind, a few by their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

import polars as pl

from reconcile.core.layouts import Column
from reconcile.standardising.addresses import standard_addresses
from reconcile.standardising.amounts import standard_decimals
from reconcile.standardising.areas import standard_towns, standard_villages
from reconcile.standardising.codes import (
    standard_ethnicities,
    standard_flags,
    standard_integers,
    standard_relations,
    standard_sexes,
    standard_weights,
)
from reconcile.standardising.dates import standard_dates
from reconcile.standardising.id_numbers import standard_id_numbers, subject_id_numbers
from reconcile.standardising.latin import standard_codes, standard_words
from reconcile.standardising.names import name_parts, places_among_twins, standard_names
from reconcile.standardising.text import standard_text

_BY_KIND: Mapping[str, Callable[[pl.Series], pl.Series]] = {
    "sex": standard_sexes,
    "relation": standard_relations,
    "area": standard_towns,
    "address": standard_addresses,
    "flag": standard_flags,
    "integer": standard_integers,
    "decimal": standard_decimals,
    "code": standard_codes,
    "text": standard_text,
}
_BY_NAME: Mapping[str, Callable[[pl.Series], pl.Series]] = {
    "village": standard_villages,
    "ethnicity": standard_ethnicities,
    "weight": standard_weights,
}
_DATES: Mapping[str, Callable[[pl.Series], pl.DataFrame]] = {
    "date": standard_dates,
    "datetime": partial(standard_dates, minutes=True),
}


def standard_column(records: pl.DataFrame, column: Column, as_of: date) -> pl.DataFrame:
    """What `column` of `records` (String) becomes: the columns of frames.STANDARDISED_BY_KIND.

    The subject's name has name_unnamed, name_place, name_reading, surname and given besides, the
    subject's number id_number_core, id_number_head, id_number_tail, id_number_birth and
    id_number_sex. A source's own key has nothing.
    """
    values, name = records[column.name], column.name
    if column.kind == "name":
        return (
            _subject_name(values)
            if name == "name"
            else _named(standard_names(values).select("std"), name)
        )
    if column.kind == "id_number":
        standard, types = (
            (subject_id_numbers, "id_type")
            if name == "id_number"
            else (standard_id_numbers, f"{name}_type")
        )
        return _named(
            standard(values, records[types] if types in records.columns else None, as_of=as_of),
            name,
        )
    if column.kind in _DATES:
        return _named(_DATES[column.kind](values), name)
    if column.kind == "latin":
        return _named(standard_words(values), name)
    if column.kind == "key":
        return pl.DataFrame()
    of_kind = _BY_NAME.get(name) or _BY_KIND[column.kind]
    return of_kind(values).alias(f"{name}_std").to_frame()


def _named(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.rename(lambda part: f"{name}_{part}")


def _subject_name(values: pl.Series) -> pl.DataFrame:
    names = _named(standard_names(values), "name")
    unnamed = names["name_unnamed"].arg_true()
    place = pl.Series("name_place", [None], dtype=pl.Int8).new_from_index(0, len(values))
    place = place.scatter(unnamed, places_among_twins(values.gather(unnamed)))
    return names.hstack(name_parts(names["name_std"])).with_columns(place)
