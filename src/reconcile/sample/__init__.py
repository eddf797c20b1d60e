"""A made-up city's three exports with their errors, and the truth beside them.

What is simulated: households with kin, names as common as in life, valid ID numbers, births of the last
months, moves and deaths; then each register is written down by offices that leave columns empty and make
every error of the domain (`register.KINDS`), more in some rows than in others.

How hard it is was set by `benchmarks/exact_joins.py` at 200,000 people, not by published rates: plain
joins are to score F1 .971 on residents → household, .826 on duplicates, .832 and .935 on births →
residents and → household under `modern`; .920 and .643 on the first two under `seed2012`. That takes more
errors in names and dates than the published 0.1 to 0.8 %, and under `modern` about one number in eight
missing; the shares of duplicates, of numbers never given (`seed2012`) and of numbers that two people bear
are near the published ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from reconcile.errors import UsageError
from reconcile.layouts import load_layout
from reconcile.sample import births, city, errors, exports, presets, registers, whereabouts
from reconcile.sample.exports import FORMATS, MOST_ROWS
from reconcile.sample.register import Register

__all__ = ["FORMATS", "MONTHS", "write_sample"]

MONTHS = 24
_FEWEST = 50


def write_sample(
    folder: Path,
    people: int = 2_000,
    seed: int = 1,
    preset: str = "modern",
    months: int = MONTHS,
    form: str = "mixed",
    error_scale: float = 1.0,
    ruined: str | None = None,
) -> list[Path]:
    """Write the three exports of a city with about `people` residents and their truth files; gives the files.

    The same arguments give the same bytes. `months` of births; `form` is one of FORMATS; `error_scale`
    multiplies every rate of error; `ruined` names a source whose whole column of ID numbers went through a
    spreadsheet. UsageError when an argument is out of range or the folder cannot be written.
    """
    _check(people, seed, months, form, error_scale, ruined)
    rates = presets.load(preset, error_scale)
    rng = np.random.Generator(np.random.PCG64(seed))
    town = city.build(people, months, rng)
    where = whereabouts.follow(town, months, rng)
    _make(folder)
    files: list[Path] = []
    for write_down in (registers.residents, registers.household, births.births):
        register = write_down(town, where, rates, rng)
        if register.source == "births":
            errors.spoil_births(register, town)
        else:
            errors.spoil(register, town, where.newborn, rates)
        if register.source == ruined:
            errors.ruin_numbers(register)
        register.frame = register.frame.with_columns(pl.col(pl.String).replace("", None))
        register.sort("household_no" if register.source != "births" else "issued_on", "record_key")
        files += exports.write(register.source, register.frame, folder, form)
        files.append(_write_truth(register, folder))
    return files


def _check(people: int, seed: int, months: int, form: str, error_scale: float, ruined: str | None) -> None:
    if people < _FEWEST:
        raise UsageError("sample.error.people", fewest=_FEWEST)
    if seed < 0:
        raise UsageError("sample.error.seed")
    if not 1 <= months <= 120:
        raise UsageError("sample.error.months")
    if form not in FORMATS:
        raise UsageError("sample.error.form", form=form, known=", ".join(FORMATS))
    if form == "xlsx" and people > MOST_ROWS * 0.9:
        raise UsageError("sample.error.too_long", rows=people, most=MOST_ROWS)
    if not 0 <= error_scale < float("inf"):
        raise UsageError("sample.error.scale")
    if ruined not in (None, "residents", "household", "births"):
        raise UsageError("sample.error.ruined", source=ruined)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("sample.error.folder", folder=folder, reason=error.strerror) from error


def _write_truth(register: Register, folder: Path) -> Path:
    """`truth_<source>.csv`: who each record is and what is wrong with it.

    A row given twice is one record. A key used twice (only ever by two rows of one person) is `key` and
    `key~2`; which of the two rows is which does not matter, since they are the same person's.
    """
    content = [column.name for column in load_layout(register.source).columns]
    beside = ["mother_entity", "father_entity"] if register.source == "births" else []
    truth = (
        register.frame.with_columns(errors=register.error_texts())
        .unique(content, keep="first", maintain_order=True)
        .with_columns(again=pl.int_range(1, pl.len() + 1).over("record_key"))
        .select(
            *beside,
            "errors",
            entity_id="entity",
            record_id=pl.when(pl.col("again") > 1)
            .then(pl.format("{}~{}", "record_key", "again"))
            .otherwise("record_key"),
        )
    )
    path = folder / f"truth_{register.source}.csv"
    truth.select("record_id", "entity_id", *beside, "errors").write_csv(path)
    return path
