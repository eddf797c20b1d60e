"""The made-up rosters: like themselves every time, beside exports that do not change, with a truth that fits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.core.errors import UsageError
from reconcile.core.progress import Progress
from reconcile.crosschecks.roster.order import asked
from reconcile.crosschecks.roster.registers import of_files
from reconcile.sample import write_sample
from reconcile.sample.rosters import ROSTERS


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_sample(folder, 3_000, seed=5, form="plain", with_rosters=True)
    return folder


def truth(city: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(city / f"truth_{name}.csv", infer_schema=False)


def test_the_exports_are_those_of_a_city_without_rosters(city: Path, tmp_path: Path) -> None:
    files = write_sample(tmp_path, 3_000, seed=5, form="plain")
    assert not any("roster" in file.name for file in files)
    for file in files:
        assert file.read_bytes() == (city / file.name).read_bytes(), file.name


def test_the_same_seed_gives_the_same_rosters(city: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, 3_000, seed=5, form="plain", with_rosters=True)
    for name in ROSTERS:
        for file in (f"{name}.csv", f"truth_{name}.csv"):
            assert (tmp_path / file).read_bytes() == (city / file).read_bytes()


@pytest.mark.parametrize("form", ["plain", "mixed"])
def test_every_row_has_its_truth(form: str, tmp_path: Path) -> None:
    write_sample(tmp_path, 1_000, seed=6, form=form, with_rosters=True)
    plan = asked(None, None, [str(tmp_path / f"{name}.csv") for name in ROSTERS], {}, "residents", exclusive=False)
    held = of_files(plan.rosters, ("roster",), Progress(quiet=True))
    for name in ROSTERS:
        known, rows = truth(tmp_path, name), held.persons.filter(source=name)
        assert sorted(known["record_id"]) == sorted(rows["record_id"])


def test_the_truth_says_what_is_so(city: Path) -> None:
    rosters = {name: truth(city, name) for name in ROSTERS}
    registers = pl.concat(truth(city, name).select("entity_id") for name in ("residents", "household"))
    for name, known in rosters.items():
        told = pl.col("findings").fill_null("").str.split("|")
        other = rosters[ROSTERS[1 - ROSTERS.index(name)]]
        says = {
            "duplicate": pl.col("entity_id").is_duplicated(),
            "excluded": pl.col("entity_id").is_in(other["entity_id"].implode()),
            "not_found": ~pl.col("entity_id").is_in(registers["entity_id"].implode()),
        }
        for finding, expression in says.items():
            assert known.select((told.list.contains(finding) == expression).all()).item(), finding
    everything = "|".join(pl.concat(rosters.values())["findings"].drop_nulls())
    for finding in ("deceased", "cancelled", "id_bad", "id_shared", "amount"):
        assert finding in everything


def test_a_clean_city_has_rosters_without_errors(tmp_path: Path) -> None:
    write_sample(tmp_path, 1_000, seed=6, form="plain", preset="clean", with_rosters=True)
    for name in ROSTERS:
        assert truth(tmp_path, name)["errors"].drop_nulls().unique().to_list() == [""]


def test_rosters_are_for_one_month(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--rosters"):
        write_sample(tmp_path, 1_000, months=3, with_rosters=True)
