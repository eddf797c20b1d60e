"""Rules that say of themselves that the records of a case alone decide: what they find does not depend on other sources."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.rules import rule_codes, says
from tests.pipelines.cities import SOURCES, files_of, plain_city, run_city

pytestmark = pytest.mark.slow

ALONE = [code for code in rule_codes() if says(code, "ALONE")]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_city(tmp_path_factory.mktemp("city"), 150, seed=21, error_scale=4.0)


def found(files: dict[str, list[Path]], workspace: Path) -> set[tuple[str, str, str]]:
    """(code, subjects, what it rests on) of the cases of these rules."""
    frame = pl.read_parquet(run_city(files, workspace).folder / "frames" / "discrepancies.parquet")
    cases = frame.filter(pl.col("code").is_in(ALONE)).with_columns(pl.col("subjects").list.join(" "))
    return set(cases.select("code", "subjects", "digest").iter_rows())


def test_their_cases_are_the_same_whatever_else_is_in_the_run(city: Path, tmp_path: Path) -> None:
    files = files_of(city)
    together = found(files, tmp_path / "all")
    apart = {source: found({source: files[source]}, tmp_path / source) for source in SOURCES}
    assert set.union(*apart.values()) == together
    assert {code for code, *_ in together} >= {"id_missing", "id_invalid", "id_against_sex", "id_against_birth_date"}
