"""Every row of every file is accounted for, whatever was done to the files."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import openpyxl
import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconcile.pipeline import Run
from reconcile.sample import write_sample
from tests.pipelines.cities import SOURCES, Rows, files_of, plain_city, read_json, read_rows, run_city

# Damage


def cut(rows: Rows, at: int, random: Random) -> None:
    """A row that ends in the middle."""
    del rows[at][random.randrange(1, len(rows[at])) :]


def stretched(rows: Rows, at: int, random: Random) -> None:
    """Values beyond the last column."""
    rows[at].extend(["多出", "的值"])


def repeated(rows: Rows, at: int, random: Random) -> None:
    rows.insert(random.randrange(len(rows) + 1), list(rows[at]))


def emptied(rows: Rows, at: int, random: Random) -> None:
    rows[at] = [""] * len(rows[at])


def nameless(rows: Rows, at: int, random: Random) -> None:
    """Most cells of a row lost, whichever."""
    rows[at] = [value if random.random() < 0.1 else "" for value in rows[at]]


def totalled(rows: Rows, at: int, random: Random) -> None:
    rows.insert(at, [random.choice(["合计", "小计", "总计：", "城东街道小计"]), str(at)])


def headed(rows: Rows, at: int, random: Random) -> None:
    """The header again, as where pages were put together."""
    rows.insert(at, list(HEADERS[tuple(map(len, rows[:1]))[0]]))


def noted(rows: Rows, at: int, random: Random) -> None:
    rows.insert(at, [random.choice(["制表人：", "备注：", "说明"])])


def scrambled(rows: Rows, at: int, random: Random) -> None:
    """Cells that have changed places."""
    random.shuffle(rows[at])


def spoiled(rows: Rows, at: int, random: Random) -> None:
    rows[at][random.randrange(len(rows[at]))] = random.choice(["\0", "=1+1", "#REF!", "4.60105E+17", "　", "〓□", "x" * 40_000])


def rekeyed(rows: Rows, at: int, random: Random) -> None:
    """The source's own key used twice."""
    rows[at][0] = random.choice(rows)[0]
