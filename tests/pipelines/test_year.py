"""The scripted year against the run: what its truth calls certain is what the rules find, month by month."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.sample import write_sample
from tests.pipelines.cities import files_of, run_city

pytestmark = pytest.mark.slow

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
SINGLE = ("id_missing", "id_invalid", "id_ruined", "id_against_sex", "id_against_birth_date")
Findings = set[tuple[str, str]]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    write_sample(folder, 2_500, seed=8, preset="seed2012", error_scale=2.0, months=4)
    return folder


def truth(year: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(year / "truth" / f"{name}.csv", infer_schema=False)


def listed(problems: pl.DataFrame, month: str) -> Findings:
    """code and rows of the problems that the exports of this month show."""
    seen = pl.col("seen").str.slice(MONTHS.index(month), 1) == "1"
    rows = pl.col("row_id").str.split("|").list.sort().list.join("|")
    return set(problems.filter(seen).select("code", rows).iter_rows())


def found(year: Path, month: str, workspace: Path) -> Findings:
    """code and rows of what the run of this month finds; rows whose key is used twice left out of single findings."""
    run = run_city(files_of(year / month), workspace, period=month)
    records = truth(year, "records").filter(month=month).select("source", "record_id", "row_id")
    cases = pl.read_parquet(run.folder / "frames" / "discrepancies.parquet").with_columns(
        pl.col("source_l", "source_r").cast(pl.String)
    )
    for side in ("l", "r"):
        names = {"source": f"source_{side}", "record_id": f"record_id_{side}", "row_id": f"row_{side}"}
        cases = cases.join(records.rename(names), on=[f"source_{side}", f"record_id_{side}"], how="left")
    assert cases["row_l"].null_count() == 0
    alone = pl.col("code").is_in([*SINGLE, "unmatched_resident", "unmatched_household_row"])
    rows = pl.when(alone).then(pl.concat_list("row_l")).otherwise(pl.concat_list("row_l", "row_r").list.drop_nulls())
    return set(cases.select("code", rows.list.sort().list.join("|")).iter_rows())


@pytest.mark.parametrize("month", [MONTHS[0], MONTHS[-1]])
def test_a_month_shows_what_the_script_says(year: Path, month: str, tmp_path: Path) -> None:
    problems = truth(year, "problems")
    shown = found(year, month, tmp_path)
    certain = listed(problems.filter(certain="1"), month)
    assert len(certain) > 500
    assert certain - shown == set()

    # Of rows that share their key nobody can tell which is which; of all others everything is in the script.
    keys = truth(year, "records").filter(month=month).with_columns(key=pl.col("record_id").str.replace(r"~\d+$", ""))
    shared = set(keys.filter(pl.col("key").is_duplicated().over("source"))["row_id"])
    assert {(code, row) for code, row in shown if code in SINGLE and row not in shared} <= listed(problems, month)

    uncertain = listed(problems.filter(certain="0"), month)
    uncertain = {(code, rows) for code, rows in uncertain if code not in SINGLE}
    assert len(uncertain & shown) / len(uncertain) > 0.98
