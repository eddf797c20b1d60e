"""`reconcile survivors` through the real command line, over the ledger of a made-up city."""

from __future__ import annotations

import csv
import json
import shutil
import stat
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reconcile.casework.survivors.job import propose
from reconcile.casework.survivors.report import build_changes
from reconcile.cli.main import run
from reconcile.core.frames import CASE_EVENTS, conform
from reconcile.core.messages import text
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.pipelines.cities import PERIOD, files_of, plain_city, run_city

pytestmark = pytest.mark.slow

DUPLICATES = ("duplicate_person", "duplicate_household_row")
# What the city of 1,500 people, seed 7, comes to: rows by action.
GOLDEN = Path(__file__).with_name("golden.json")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one booked month; one duplicate of each register is confirmed."""
    folder = tmp_path_factory.mktemp("city")
    work = folder / "work"
    run_city(files_of(plain_city(folder, 1500, 7, "seed2012")), work)
    workspace = Workspace(work)
    with workspace.lock(), open_ledger(workspace) as ledger:
        cases = ledger.cases().filter(pl.col("code").is_in(DUPLICATES))
        first = cases.unique("code", keep="first", maintain_order=True)
        answers = first.select("key", kind=pl.lit("answered"), period=pl.lit(PERIOD), state=pl.lit("answered"),
                               answer=pl.lit("confirmed"), seen="evidence")  # fmt: skip
        with ledger.booking("feedback") as booking:
            ledger.append(conform(answers, CASE_EVENTS), booking)
    return work


def frame(work: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(work / "runs" / PERIOD / "frames" / f"{name}.parquet")


def test_every_open_duplicate_has_one_survivor_and_all_others_are_cancelled(city: Path) -> None:
    rows = propose(Workspace(city), None, everything=True).changes
    cases = frame(city, "discrepancies").filter(pl.col("code").is_in(DUPLICATES)).unique("key")
    kept = rows.filter(pl.col("column").is_null(), action="keep")
    assert sorted(kept["key"]) == sorted(cases["key"])
    told = pl.concat([kept, rows.filter(action="cancel")])
    subjects = told.group_by("key").agg(subjects=pl.concat_str("source", pl.lit(":"), "record_id").sort())
    assert subjects.join(cases.select("key", "subjects"), on=["key", "subjects"]).height == cases.height
    # The list of duplicates has the record that stands on its left: it is the same one.
    left = dict(cases.select("key", "record_id_l").rows())
    assert dict(kept.select("key", "record_id").rows()) == left


def test_what_is_proposed_is_what_a_record_of_the_case_says(city: Path) -> None:
    rows = propose(Workspace(city), None, everything=True).changes.drop_nulls("column")
    assert rows.height > 50
    for source in ("residents", "household"):
        records = frame(city, f"standardised_{source}")
        for (column,), own in rows.filter(source=source).partition_by("column", as_dict=True).items():
            raw = {key: (value or "").strip() for key, value in records.select("record_id", str(column)).rows()}
            assert [raw[record] for record in own["from_record_id"]] == own["new"].to_list()
            assert [raw[record] for record in own["record_id"]] == own["old"].fill_null("").to_list()
    # Nothing is asked twice, and one column is either decided or asked about.
    decided = rows.filter(pl.col("action") != "decide").select("key", "column")
    assert not decided.is_duplicated().any()
    assert decided.join(rows.filter(action="decide"), on=["key", "column"]).is_empty()


def test_the_small_city_comes_to_what_it_came_to(city: Path) -> None:
    rows = propose(Workspace(city), None, everything=True).changes
    counted = {f"{action}.{reason}": n for action, reason, n in sorted(rows.group_by("action", "reason").len().rows())}
    assert counted == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_list_is_the_same_twice(city: Path, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "ndjson"):
        written = []
        for name in ("a", "b"):
            target = tmp_path / f"{name}.{form}"
            assert run(["--quiet", "survivors", "--workspace", str(city), "--all", "-o", str(target)]) == 0
            assert stat.S_IMODE(target.stat().st_mode) == 0o600
            written.append(target.read_bytes())
        assert written[0] == written[1]


def test_only_what_is_confirmed_is_listed_and_the_rest_is_told(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "合并建议.csv"
    assert run(["--lang", "zh", "survivors", "--workspace", str(city), "--period", PERIOD, "-o", str(target)]) == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["依据"] for row in rows} == {
        text("survivors.basis.answered", "zh"),
        text("survivors.basis.identical", "zh"),
    }
    assert sum(row["依据"] == "反馈属实" and row["处理"] == "保留" and not row["项目"] for row in rows) == 2
    cases = frame(city, "discrepancies").filter(pl.col("code").is_in(DUPLICATES))["key"].n_unique()
    left = cases - len({row["差异编号"] for row in rows})
    told = capsys.readouterr()
    assert left > 0
    assert text("survivors.left_out.unconfirmed", "zh", count=left) in told.err
    assert told.out == ""


def test_the_workbook_reads_back(city: Path, tmp_path: Path) -> None:
    target = tmp_path / "合并建议.xlsx"
    assert run(["--quiet", "survivors", "--workspace", str(city), "--all", "-o", str(target)]) == 0
    sheet = openpyxl.load_workbook(target).worksheets[0]
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    table = build_changes(propose(Workspace(city), None, everything=True), "zh", masked=False)
    assert header == [column.header for column in table.columns]
    assert rows == [[value or None for value in row] for row in table.values().rows()]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_a_screen_shows_nobody(city: Path) -> None:
    proposal = propose(Workspace(city), None, everything=True)
    whole, hidden = (build_changes(proposal, "zh", masked=masked).values() for masked in (False, True))
    personal = pl.col("column").str.contains("姓名|身份证|住址|地址|电话|曾用名")
    for side in ("old", "new"):
        values = whole.filter(personal)[side].drop_nulls()
        assert values.len() > 10
        shown = hidden.filter(personal)[side].drop_nulls()
        assert shown.str.contains("*", literal=True).all()
        assert not set(values) & set(shown)
    assert hidden.height == whole.height
    assert hidden["reason"].equals(whole["reason"])


def test_a_config_masks_the_files_too(city: Path, tmp_path: Path) -> None:
    config, target = tmp_path / "config.yaml", tmp_path / "a.csv"
    config.write_text(
        f"workspace: {city}\nlists: {{whole_values: false}}\nsources: {{residents: {{layout: residents, files: [a.csv]}}}}\n",
        encoding="utf-8",
    )
    assert run(["--quiet", "survivors", "--config", str(config), "--all", "-o", str(target)]) == 0
    hidden = build_changes(propose(Workspace(city), None, everything=True), "zh", masked=True)
    assert pl.read_csv(target, infer_schema=False)["建议值"].to_list() == hidden.values()["new"].to_list()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--period", "2026-09"], 2),  # not booked
        (["--period", "2026-13"], 2),
        (["-o", "a.docx"], 2),
        (["-o", "no/such/folder/a.csv"], 2),
        (["--workspace", "nowhere"], 4),  # no ledger
    ],
)
def test_what_cannot_be_done_is_said(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], code: int,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(["--quiet", "survivors", "--workspace", str(city), *words]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") >= 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written(city: Path) -> None:
    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in sorted(city.rglob("*")) if p.is_file() and not p.name.endswith("-shm")}

    before = everything()
    assert run(["--quiet", "survivors", "--workspace", str(city), "--all", "-o", str(city.parent / "out.csv")]) == 0
    assert everything() == before


def test_a_judgement_counts_until_it_is_withdrawn(city: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(city, work)
    listed = set(propose(Workspace(work), None, everything=False).changes["key"])
    cases = frame(work, "discrepancies").filter(pl.col("code").is_in(DUPLICATES)).unique("key").sort("key")
    case = cases.filter(~pl.col("key").is_in(list(listed))).row(0, named=True)
    (source_l, left), (source_r, right) = (subject.split(":", 1) for subject in case["subjects"])
    workspace = Workspace(work)

    def say(statement: str, *values: object) -> set[str]:
        with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("review") as booking:
            ledger.connection.execute(statement, (*values, booking.entry))
        return set(propose(workspace, None, everything=False).changes["key"])

    judge = (
        "INSERT INTO judgements (source_l, record_id_l, source_r, record_id_r, decision, who, at, why, entry) "
        "VALUES (?, ?, ?, ?, ?, '', '', '', ?)"
    )
    pair = (source_l, left, source_r, right)
    assert say(judge, *pair, "same") == listed | {case["key"]}
    assert say("UPDATE judgements SET withdrawn = ?") == listed
    assert say(judge, *pair, "different") == listed
    assert case["key"] not in set(propose(workspace, None, everything=True).changes["key"])
