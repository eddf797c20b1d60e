"""What is in a run folder, and what is said of one that is damaged or of an earlier version."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from reconcile.core.errors import InputError, WorkspaceError
from reconcile.core.frames import DISCREPANCIES, LINKS, PERSONS, SCORED_PAIRS, conform, empty
from reconcile.core.period import Period
from reconcile.workspace import ALL, RunFolder, Workspace, open_run

RESIDENTS = pl.DataFrame(
    {
        "record_id": ["R1", "R2", "R3"],
        "file": ["a.csv"] * 3,
        "row": pl.Series([2, 3, 4], dtype=pl.UInt32),
        "name": ["张三", "李四", "王五"],
        "town_std": ["三山镇", None, "三山镇"],
    }
)
ROWS = [{"source": "residents", "record_id": name, "person_id": f"residents:{name}"} for name in ("R1", "R2", "R3")]
SUMMARY = {"period": "2026-10", "sources": [{"name": "residents", "layout": "residents"}]}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run with three persons."""
    made = RunFolder(tmp_path / "2026-10")
    made.path.mkdir()
    frames = {"persons": conform(pl.DataFrame(ROWS), PERSONS), "links": empty(LINKS)}
    made.write_frames(frames, {"residents": RESIDENTS})
    made.write_matching({"match_probability": 0.5})
    made.summary_file.write_text(json.dumps(SUMMARY), encoding="utf-8")
    return made


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def rewrite(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    change(pl.read_parquet(path)).write_parquet(path)


def without_margin(run: RunFolder) -> None:
    rewrite(run.frame_file("persons"), lambda persons: persons.drop("margin"))


def numbers_for_records(run: RunFolder) -> None:
    rewrite(run.frame_file("persons"), lambda persons: persons.with_columns(record_id=pl.lit(7)))


def other_words(run: RunFolder) -> None:
    """An earlier version knew other ways in which a record comes to its person."""
    words = pl.lit("guessed", pl.Enum(["guessed"]))
    rewrite(run.frame_file("persons"), lambda persons: persons.with_columns(how=words))


def persons(run: RunFolder) -> pl.DataFrame:
    return run.read("persons")


def gone_meanwhile(run: RunFolder) -> pl.DataFrame:
    with run.scan("persons", "record_id") as rows:
        run.frame_file("persons").unlink()
        return rows.collect()


def names(run: RunFolder) -> pl.DataFrame:
    return run.read("persons", "record_id")


def records(run: RunFolder) -> pl.DataFrame:
    return run.records("residents", ["name"])


# what has happened to the run, what is asked of it, and the file that is told to be damaged, if any
CASES: list[tuple[str, Callable[[RunFolder], object], Callable[[RunFolder], object], str]] = [
    ("nothing", lambda run: None, persons, ""),
    ("a frame is gone", lambda run: run.frame_file("persons").unlink(), persons, "persons.parquet"),
    ("a frame was never there", lambda run: None, lambda run: run.read("judgements"), "judgements.parquet"),
    ("a frame is cut off", lambda run: truncate(run.frame_file("persons")), names, "persons.parquet"),
    ("a frame goes while it is read", lambda run: None, gone_meanwhile, "persons.parquet"),
    ("a frame is junk", lambda run: run.frame_file("persons").write_bytes(b"junk"), names, "persons.parquet"),
    ("a column that is asked for is gone", without_margin, lambda run: run.read("persons", "margin"),
     "persons.parquet"),
    ("a column is gone, and all are asked for", without_margin, persons, "persons.parquet"),
    ("a column that nobody asks for is gone", without_margin, names, ""),
    ("a column is of another type", numbers_for_records, names, "persons.parquet"),
    ("a column of another type that nobody asks for", numbers_for_records,
     lambda run: run.read("persons", "source"), ""),
    ("an earlier version knew other words", other_words, persons, ""),
    ("records are gone", lambda run: run.records_file("residents").unlink(), records,
     "standardised_residents.parquet"),
    ("records are cut off", lambda run: truncate(run.records_file("residents")), records,
     "standardised_residents.parquet"),
    ("records have no keys", lambda run: rewrite(run.records_file("residents"), lambda rows: rows.drop("record_id")),
     records, "standardised_residents.parquet"),
    ("records lack a column of the layout",
     lambda run: rewrite(run.records_file("residents"), lambda rows: rows.drop("name")), records, ""),
    ("the plan is gone", lambda run: run.matching_file.unlink(), lambda run: run.matching, "matching.json"),
    ("the plan is cut off", lambda run: run.matching_file.write_text('{"links": ['), lambda run: run.matching,
     "matching.json"),
    ("the plan is a list", lambda run: run.matching_file.write_text("[]"), lambda run: run.matching, "matching.json"),
    ("the summary names no sources", lambda run: run.summary_file.write_text("{}"), lambda run: run.layouts,
     "summary.json"),
    ("the summary's sources have no layout", lambda run: run.summary_file.write_text('{"sources": [{"name": "a"}]}'),
     lambda run: run.layouts, "summary.json"),
    ("the summary names no month", lambda run: run.summary_file.write_text("{}"), lambda run: run.period,
     "summary.json"),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "asked", "damaged"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_damaged_is_told(
    run: RunFolder,
    happened: Callable[[RunFolder], object],
    asked: Callable[[RunFolder], object],
    damaged: str,
) -> None:
    happened(run)
    if not damaged:
        asked(run)
        return
    with pytest.raises(WorkspaceError) as caught:
        asked(run)
    assert caught.value.key == "workspace.error.run_damaged"
    assert caught.value.values["file"] == damaged


def test_columns_come_in_the_order_in_which_they_are_asked_for(run: RunFolder) -> None:
    assert run.read("persons", "person_id", "source").columns == ["person_id", "source"]
    assert run.read("persons").columns == list(PERSONS)


def test_levels_and_weights_come_with_the_pairs(run: RunFolder) -> None:
    pairs = empty(SCORED_PAIRS).with_columns(name=pl.lit(1, pl.Int8), w_name=pl.lit(7, pl.Int32))
    pairs.write_parquet(run.frame_file("scored_pairs"))
    assert run.read("scored_pairs").columns == pairs.columns


@pytest.mark.parametrize(
    ("columns", "wanted", "found"),
    [
        (["name"], None, {"R1": "张三", "R2": "李四", "R3": "王五"}),
        (["name"], ["R3", "R1", "R3", None, "R9"], {"R1": "张三", "R3": "王五"}),
        (["name"], [], {}),
        (["phone"], ["R1"], {"R1": None}),  # no column of this source
    ],
)
def test_records_of_a_source(
    run: RunFolder, columns: list[str], wanted: list[str] | None, found: dict[str, str | None]
) -> None:
    asked = None if wanted is None else pl.Series(wanted, dtype=pl.String)
    read = run.records("residents", columns, asked)
    assert {*read.columns} == {"record_id", "file", "row", *columns} - {"phone"}
    values = read[columns[0]] if columns[0] in read.columns else [None] * read.height
    assert dict(zip(read["record_id"], values, strict=True)) == found


def test_a_folder_whose_name_is_a_pattern_is_read(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "city [1]*")
    run.path.mkdir()
    run.write_frames({"persons": conform(pl.DataFrame(ROWS), PERSONS)}, {"residents": RESIDENTS})
    assert run.read("persons").height == run.records("residents", []).height == 3


def test_the_summary_tells_the_month_and_the_sources(run: RunFolder) -> None:
    assert run.period == Period(2026, 10)
    assert run.layouts == {"residents": "residents"}
    assert run.sources_of("residents") == ["residents"]
    assert run.sources_of("births") == []
    assert run.labels("en") == {"residents": "resident register"}


def test_a_frame_without_a_name_is_not_written(run: RunFolder, tmp_path: Path) -> None:
    made = RunFolder(tmp_path / "other")
    made.path.mkdir()
    with pytest.raises(KeyError):
        made.write_frames({"discrepancy": empty(DISCREPANCIES)}, {})
    assert list(made.path.iterdir()) == []


def test_a_folder_without_persons_is_no_run(run: RunFolder, tmp_path: Path) -> None:
    assert open_run(run.path) == run
    with pytest.raises(InputError) as caught:
        open_run(tmp_path)
    assert caught.value.key == "workspace.error.no_run"


# in the order in which they were published, and which is the latest
PUBLISHED: list[tuple[str, list[str], str | None]] = [
    ("none", [], None),
    ("one month", ["2026-10"], "2026-10"),
    ("two months", ["2026-09", "2026-10"], "2026-10"),
    ("an earlier month was run again", ["2026-10", "2026-09"], "2026-09"),
    ("all at last", ["2026-10", ALL], ALL),
    ("a month after all", [ALL, "2026-10"], "2026-10"),
    ("one is being made", ["2026-10", ".2026-11.new"], "2026-10"),
    ("one was moved aside", ["2026-10", ".2026-09.old"], "2026-10"),
    ("a folder of somebody's", ["2026-10", "old runs"], "2026-10"),
    ("only one in the making", [".2026-10.new"], None),
]


@pytest.mark.parametrize(("published", "latest"), [c[1:] for c in PUBLISHED], ids=[c[0] for c in PUBLISHED])
def test_the_latest_run(tmp_path: Path, published: list[str], latest: str | None) -> None:
    workspace = Workspace(tmp_path)
    for hour, name in enumerate(published):
        run = workspace.run(name)
        run.path.mkdir(parents=True)
        run.summary_file.write_text("{}")
        os.utime(run.summary_file, (hour * 3600, hour * 3600))
    if latest is not None:
        assert workspace.latest_run() == workspace.run(latest)
        return
    with pytest.raises(InputError) as caught:
        workspace.latest_run()
    assert caught.value.key == "workspace.error.no_run"


def test_a_folder_without_a_summary_is_not_the_latest_run(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for name in ("2026-10", "2026-11"):
        workspace.run(name).path.mkdir(parents=True)
    workspace.run("2026-10").summary_file.write_text("{}")
    assert workspace.latest_run().path.name == "2026-10"
