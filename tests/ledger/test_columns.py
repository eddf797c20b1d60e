"""Which columns a source has lost as a whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.core.frames import ID_STATUSES
from reconcile.ledger.columns import lost_columns
from reconcile.workspace import Workspace

NUMBERS = {
    "id_number_std": pl.String,
    "id_number_status": pl.Enum(ID_STATUSES),
    "sex_std": pl.Int8,
    "sex_from_id": pl.Boolean,
}


def records(valid: int, ruined: int = 0, absent: int = 0) -> pl.DataFrame:
    rows = [("460102", "valid", 1, False)] * valid + [("460102000", "ruined", 1, False)] * ruined
    return pl.DataFrame(rows + [(None, "absent", None, None)] * absent, schema=NUMBERS, orient="row")


def runs(folder: Path, **months: pl.DataFrame) -> Workspace:
    workspace = Workspace(folder)
    for month, frame in months.items():
        run = workspace.run(month.replace("_", "-").lstrip("m"))
        run.path.mkdir(parents=True)
        run.write_frames({}, {"residents": frame.with_columns(record_id=pl.lit("R"))})
    return workspace


# (what it is, before, now, whether the number's column is lost)
CASES = [
    ("as it was", records(80, 5, 15), records(80, 5, 15), False),
    ("ruined", records(80, 5, 15), records(0, 85, 15), True),
    ("empty", records(80, 5, 15), records(0, 0, 100), True),
    ("not in the file", records(80), pl.DataFrame({"sex_std": [1] * 80, "sex_from_id": [False] * 80}), True),
    ("less than half is left", records(80), records(39, 41), True),
    ("half is left", records(80), records(40, 40), False),
    ("never filled", records(19, 0, 81), records(0, 0, 100), False),
    ("few of its rows are there, with their numbers", records(80, 0, 20), records(16, 0, 4), False),
    ("many new rows without numbers", records(80), records(80, 0, 200), False),
    ("better than before", records(40, 60), records(100), False),
]


@pytest.mark.parametrize(("before", "now", "lost"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_lost(before: pl.DataFrame, now: pl.DataFrame, lost: bool, tmp_path: Path) -> None:
    told = lost_columns(runs(tmp_path, m2026_09=before), ["2026-09"], {"residents": now})
    assert (("residents", "id_number") in told.get("2026-09", set())) == lost


def test_a_value_taken_from_the_number_is_none_of_its_column(tmp_path: Path) -> None:
    now = records(30).with_columns(sex_from_id=pl.lit(True))
    told = lost_columns(runs(tmp_path, m2026_09=records(30)), ["2026-09"], {"residents": now})
    assert told == {"2026-09": {("residents", "sex")}}


def test_every_month_is_asked_and_one_without_a_folder_says_nothing(tmp_path: Path) -> None:
    folder = runs(tmp_path, m2026_08=records(80), m2026_09=records(0, 80))
    told = lost_columns(
        folder, ["2026-07", "2026-08", "2026-09"], {"residents": records(0, 80), "household": records(9)}
    )
    assert told == {"2026-08": {("residents", "id_number")}}
