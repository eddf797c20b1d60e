"""Every row of every file is accounted for, whatever was done to the files."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import openpyxl  # type: ignore[import-untyped]
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconcile.persons.outcomes import BIRTH_OUTCOMES, OUTCOMES
from reconcile.pipeline.run import Run
from reconcile.sample import write_sample
from tests.balanced import assert_adds_up
from tests.pipelines.cities import SOURCES, files_of, plain_city, read_json, read_rows, run_city
from tests.pipelines.damage import DAMAGES, Damage

pytestmark = pytest.mark.slow

MOST_DAMAGED = 5  # rows of one file, by each kind of damage
Places = set[tuple[str, int]]  # file, row

damages = st.lists(st.sampled_from(DAMAGES), max_size=MOST_DAMAGED * len(SOURCES), unique=False)


def write_damaged(path: Path, done: Sequence[Damage], titles: int, open_quote: bool, random: Random) -> Places:
    """Writes a plain export anew with all that is done to it; the places of its rows, header and blank ones out."""
    header, *rows = read_rows(path)
    for damage in done:
        damage(rows, random.randrange(len(rows)), random, header)
    text = io.StringIO()
    above = [["全员人口信息表"], ["制表日期：2026-10-31"]][:titles]
    csv.writer(text, lineterminator="\n").writerows([*above, header, *rows])
    lines = text.getvalue().split("\n")[:-1]
    if open_quote:
        at = random.randrange(titles + 1, len(lines))
        lines[at] = f'"{lines[at]}'
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return {
        (path.name, number)
        for number, line in enumerate(lines, start=1)
        if number != titles + 1 and line.replace('""', "").strip(", \t　")
    }


def frame(run: Run, name: str) -> pl.DataFrame:
    return pl.read_parquet(run.folder / "frames" / f"{name}.parquet")


def places(rows: pl.DataFrame) -> list[tuple[str, int]]:
    return list(rows.select("file", "row").iter_rows())


def assert_balanced(run: Run, given_rows: Mapping[str, Places]) -> None:
    """Each row given is kept, rejected or set aside, once; each kept one is in one person and has one outcome."""
    rejects, aside = frame(run, "rejects"), frame(run, "set_aside")
    persons, outcomes = frame(run, "persons"), frame(run, "outcomes")
    counted = {source["name"]: source for source in read_json(run.folder / "summary.json")["sources"]}
    assert not rejects["reason"].is_in(["", None]).any()
    assert not aside["reason"].is_in(["", None]).any()
    for source, rows in given_rows.items():
        of_source = pl.col("source") == source
        kept, summary = frame(run, f"standardised_{source}"), counted[source]
        parts = [places(part) for part in (kept, rejects.filter(of_source), aside.filter(of_source))]
        found = [place for part in parts for place in part]
        assert len(found) == len(set(found))
        assert set(found) == rows
        told = (summary["kept"], sum(summary["rejected"].values()), sum(summary["set_aside"].values()))
        assert told == tuple(map(len, parts))
        assert summary["read"] == len(rows)

        ids = kept["record_id"].sort()
        assert ids.is_unique().all()
        assert persons.filter(of_source)["record_id"].sort().equals(ids)
        ended = outcomes.filter(of_source)
        assert ended["record_id"].sort().equals(ids)
        assert set(ended["outcome"]) <= set(BIRTH_OUTCOMES if source == "births" else OUTCOMES)
        assert summary["outcomes"] == dict(ended.group_by("outcome").len().iter_rows())
        assert ended["reason"].is_not_null().equals(ended["outcome"] == "unmatched")
    assert_adds_up(frame(run, "outcome_counts"), {name: counted[name]["kept"] for name in counted if name != "births"})
    assert persons.height == outcomes.height == sum(source["kept"] for source in counted.values())


@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(0, 10_000),
    people=st.integers(150, 300),
    preset=st.sampled_from(["modern", "seed2012"]),
    error_scale=st.sampled_from([0.5, 1.0, 3.0]),
    done=st.tuples(damages, damages, damages),
    titles=st.integers(0, 2),
    open_quote=st.booleans(),
)
def test_rows_of_damaged_files_balance(
    seed: int,
    people: int,
    preset: str,
    error_scale: float,
    done: tuple[list[Damage], ...],
    titles: int,
    open_quote: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = plain_city(Path(folder) / "city", people, seed, preset, error_scale)
        random = Random(seed)
        given_rows = {
            source: write_damaged(city / f"{source}.csv", damage, titles, open_quote, random)
            for source, damage in zip(SOURCES, done, strict=True)
        }
        assert_balanced(run_city(files_of(city), Path(folder) / "work"), given_rows)


def test_rows_of_files_of_every_format_balance(tmp_path: Path) -> None:
    write_sample(tmp_path / "city", 300, seed=11, preset="seed2012")
    files = files_of(tmp_path / "city")
    given_rows = {source: set().union(*map(mixed_places, paths)) for source, paths in files.items()}
    assert_balanced(run_city(files, tmp_path / "work"), given_rows)


def mixed_places(path: Path) -> Places:
    """The places of a sample export's rows, counted without reconcile's reader."""
    label, table = path.name, []
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        table = [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.namelist()
            label, table = f"{label}!{member}", list(csv.reader(archive.read(member).decode("gb18030").splitlines()))
    else:
        encoding, delimiter = ("utf-16", "\t") if path.suffix == ".tsv" else ("gb18030", ",")
        table = list(csv.reader(path.read_text(encoding=encoding).splitlines(), delimiter=delimiter))
    header = next(number for number, row in enumerate(table, start=1) if sum(map(bool, row)) > len(row) // 2)
    return {(label, number) for number, row in enumerate(table, start=1) if number != header and any(row)}
