"""The scripted year: what the exports of one city show month by month is what its script says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.errors import UsageError
from reconcile.core.layouts import load_layout
from reconcile.sample import write_sample

SOURCES = ("residents", "household", "births")
MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
COMES = {"born", "moved_in", "entered_late", "duplicate_added", "reissued"}
GOES = {"moved_out", "died", "duplicate_removed"}
CHANGES = {
    "corrected", "new_error", "came_back", "moved", "key_changed_with_values", "moved_out", "died", "duplicate_cancelled",
}  # fmt: skip


class Year:
    """A year's files: `rows` of a source (with month, row_id, record_id), `problems`, `events`."""

    def __init__(self, folder: Path, months: tuple[str, ...]) -> None:
        self.folder, self.months = folder, months
        self.records, self.problems, self.events = (
            pl.read_csv(folder / "truth" / f"{name}.csv", infer_schema=False)
            for name in ("records", "problems", "events")
        )

    def rows(self, source: str, month: str) -> pl.DataFrame:
        """The rows of an export with canonical columns and their row_id; those of keys used twice left out."""
        names = {column.headers[0]: column.name for column in load_layout(source).columns}
        frame = pl.read_csv(self.folder / month / f"{source}.csv", infer_schema=False).rename(names, strict=False)
        known = self.records.filter(source=source, month=month)
        return frame.unique().filter(pl.col("record_key").is_unique()).join(
            known.select("row_id", "entity_id", record_key="record_id"), on="record_key", how="inner"
        )  # fmt: skip

    def row_ids(self, source: str, month: str) -> set[str]:
        return set(self.records.filter(source=source, month=month)["row_id"])

    def happened(self, source: str, month: str, kinds: set[str]) -> set[str]:
        chosen = self.events.filter(pl.col("kind").is_in(sorted(kinds)), source=source, month=month)
        return set(chosen["row_id"])

    def steps(self) -> list[tuple[str, str]]:
        return list(zip(self.months, self.months[1:], strict=False))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    write_sample(folder, 6_000, seed=3, form="plain", error_scale=2.0, months=6)
    return Year(folder, MONTHS)


def test_every_month_has_its_folder_and_the_truth_its_own(year: Year) -> None:
    names = {path.name: sorted(file.name for file in path.iterdir()) for path in year.folder.iterdir()}
    exports = ["births.csv", "household.csv", "residents.csv"]
    assert names == {**dict.fromkeys(MONTHS, exports), "truth": ["events.csv", "problems.csv", "records.csv"]}


@pytest.mark.parametrize("source", SOURCES)
def test_the_truth_has_every_record_once(year: Year, source: str) -> None:
    for month in MONTHS:
        exported = pl.read_csv(year.folder / month / f"{source}.csv", infer_schema=False).unique().to_series(0)
        told = year.records.filter(source=source, month=month)
        assert not told["record_id"].is_duplicated().any()
        assert not told["row_id"].is_duplicated().any()
        assert told["record_id"].str.replace(r"~\d+$", "").sort().equals(exported.sort(), check_names=False)


@pytest.mark.parametrize("source", SOURCES)
def test_rows_come_and_go_with_events_only(year: Year, source: str) -> None:
    for before, month in year.steps():
        earlier, now = year.row_ids(source, before), year.row_ids(source, month)
        assert now - earlier == year.happened(source, month, COMES)
        assert earlier - now <= year.happened(source, month, GOES)
        gone = year.happened(source, month, {"duplicate_removed"})
        assert gone <= earlier - now


@pytest.mark.parametrize("source", ["residents", "household"])
def test_two_in_a_hundred_keys_change_and_half_of_them_with_values(year: Year, source: str) -> None:
    for before, month in year.steps():
        keys = [year.rows(source, one).select("row_id", "record_key") for one in (before, month)]
        both = keys[0].join(keys[1], on="row_id")
        changed = set(both.filter(pl.col("record_key") != pl.col("record_key_right"))["row_id"])
        with_values = year.happened(source, month, {"key_changed_with_values"})
        assert changed == with_values | year.happened(source, month, {"key_changed"})
        assert len(changed) / keys[1].height == pytest.approx(0.02, abs=0.001)
        assert len(with_values) == len(changed) // 2


@pytest.mark.parametrize("source", ["residents", "household"])
def test_no_key_is_given_out_twice(year: Year, source: str) -> None:
    used = year.records.filter(~pl.col("record_id").str.contains("~"), source=source).select("record_id", "row_id")
    of_two_rows = used.unique().filter(pl.col("record_id").is_duplicated())["record_id"].unique()
    shared = year.records.filter(pl.col("record_id").str.contains("~"))["record_id"].str.replace(r"~\d+$", "")
    assert set(of_two_rows) <= set(shared)


@pytest.mark.parametrize("source", SOURCES)
def test_values_change_with_events_only(year: Year, source: str) -> None:
    moved = 0
    for before, month in year.steps():
        earlier, now = (year.rows(source, one).drop("entity_id", "record_key") for one in (before, month))
        values = [column for column in now.columns if column not in ("row_id", "updated_on")]
        both = earlier.join(now, on="row_id")
        differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_right")) for c in values if c != "row_id")
        changed = set(both.filter(differs)["row_id"])
        assert changed == year.happened(source, month, CHANGES) & set(both["row_id"])
        moved += len(changed)
    assert moved > 10


def test_a_row_with_a_new_key_and_new_values_can_still_be_known(year: Year) -> None:
    known = total = 0
    for before, month in year.steps():
        for source in ("residents", "household"):
            rows = pl.DataFrame({"row_id": sorted(year.happened(source, month, {"key_changed_with_values"}))})
            earlier, now = (rows.join(year.rows(source, one), on="row_id") for one in (before, month))
            pair = earlier.join(now, on="row_id")
            same = {column: pl.col(column) == pl.col(f"{column}_right") for column in now.columns}
            by_person = same["name"] & same["birth_date"] & same["household_no"]
            known += pair.filter(same["id_number"] | by_person).height
            total += pair.height
    assert known / total > 0.95


@pytest.mark.parametrize("source", SOURCES)
def test_no_export_knows_of_a_later_day(year: Year, source: str) -> None:
    days = ["registered_on", "cancelled_on", "moved_in_on", "moved_out_on", "updated_on", "issued_on", "died_on"]
    for month in MONTHS:
        frame = year.rows(source, month)
        for column in set(days) & set(frame.columns):
            latest = frame[column].drop_nulls().max()
            assert latest is None or str(latest) < f"{month}-32", (month, column)


def test_births_are_listed_from_the_first_month_on(year: Year) -> None:
    for before, month in year.steps():
        assert year.row_ids("births", before) < year.row_ids("births", month)


def test_problems_say_their_months_twice_alike(year: Year) -> None:
    for problem in year.problems.iter_rows(named=True):
        seen = [month for month, digit in zip(MONTHS, problem["seen"], strict=True) if digit == "1"]
        first, last, returns = problem["first_month"], problem["last_month"], problem["returns_month"]
        assert seen[0] == first
        gaps = [month for month in MONTHS if month > first and month not in seen]
        assert last == (MONTHS[MONTHS.index(gaps[0]) - 1] if gaps else None)
        assert returns == next((month for month in seen if gaps and month > gaps[0]), None)
        assert (problem["ended"] is None) == (seen[-1] == MONTHS[-1])


def test_every_turn_of_a_case_occurs(year: Year) -> None:
    problems = year.problems
    for code in ("id_missing", "id_invalid", "id_against_birth_date", "fields_differ", "duplicate_person"):
        of_code = problems.filter(code=code)
        assert of_code.filter(pl.col("first_month") > MONTHS[0]).height > 0
        assert of_code["ended"].null_count() > 0
    assert set(problems["ended"].drop_nulls()) == {"corrected", "cancelled", "removed"}
    assert problems["returns_month"].drop_nulls().len() > 5
    assert set(problems["answer"]) == {"confirmed", "false_alarm", "moved_out", "unverifiable"}
    put_right = (pl.col("ended") == "corrected") | pl.col("returns_month").is_not_null()
    assert set(problems.filter(put_right)["answer"]) == {"confirmed"}
    kinds = COMES | GOES | CHANGES | {"key_changed"}
    assert kinds - set(year.events["kind"]) <= {"reissued"}  # so rare that half a year of a town may have none
    assert set(year.events["kind"]) <= kinds


@pytest.mark.parametrize("form", ["mixed", "plain"])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    files = write_sample(one, 200, seed=7, form=form, months=2)
    write_sample(two, 200, seed=7, form=form, months=2)
    assert len(files) > 8
    for file in files:
        assert file.read_bytes() == (two / file.relative_to(one)).read_bytes()


def test_each_export_says_when_it_was_made(tmp_path: Path) -> None:
    write_sample(tmp_path, 200, seed=7, months=2)
    for month, day in (("2026-09", "2026-09-30"), ("2026-10", "2026-10-31")):
        head = (tmp_path / month / "residents_1.csv").read_bytes().decode("gb18030").splitlines()[1]
        assert head.startswith(f"制表日期：{day}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"months": 0}, "36"), ({"months": 37}, "36"), ({"months": 2, "ruined": "residents"}, "--ruined")],
)
def test_wrong_arguments_are_told(tmp_path: Path, arguments: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as told:
        write_sample(tmp_path, 200, **arguments)  # type: ignore[arg-type]
    assert says in str(told.value)


def test_a_year_without_errors_has_no_problem_of_one_row(tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path), "--people=500", "--months=3", "--preset=clean", "--plain"]) == 0
    problems = pl.read_csv(tmp_path / "truth" / "problems.csv", infer_schema=False)
    assert not problems["code"].str.starts_with("id_").any()
    assert problems.height > 0  # people whom one register lacks
