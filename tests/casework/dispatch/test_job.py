"""A batch from the ledger to its folder: booked with what it sent, or not at all."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import pyzipper

from reconcile.casework.dispatch import job
from reconcile.casework.dispatch.job import Order, again, dispatch, planned
from reconcile.casework.dispatch.selection import CaseChoice, check_wanted
from reconcile.casework.form import SENT, header, sent_file
from reconcile.core.errors import ReconcileError, UsageError, WorkspaceError
from reconcile.core.progress import Progress
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace, file_digest
from tests.casework.dispatch.office import CASES, ROWS, TODAY, batches, make_office, states
from tests.systems import posix

QUIET = Progress(quiet=True)
ORDER = Order("town")
NUMBER = "2026-10-01"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setenv("RECONCILE_USER", "clerk")
    return make_office(tmp_path / "work")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def form(path: Path) -> list[dict[str, Any]]:
    header_row, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header_row, row, strict=True)) for row in rows]


def test_each_area_gets_its_cases_and_the_cover_adds_up(office: Workspace, tmp_path: Path) -> None:
    batch = dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert batch.counts.select("file", "cases", "rows").rows() == [
        ("三山镇_2026-10-01.xlsx", 3, 4),
        ("外地/广东南岭市_2026-10-01.xlsx", 1, 1),
        ("未知地区_2026-10-01.xlsx", 1, 1),
        ("龙泉街道_2026-10-01.xlsx", 1, 1),
    ]
    assert sorted(contents(tmp_path / "out")) == sorted([*batch.counts["file"], "2026-10-01_派发汇总.xlsx"])
    _, *areas, total = openpyxl.load_workbook(tmp_path / "out/2026-10-01_派发汇总.xlsx").active.iter_rows(
        values_only=True
    )
    assert [total[1], total[3:8]] == ["合计", (6, 1, 3, 2, ROWS)]
    assert [sum(column) for column in list(zip(*areas, strict=True))[3:8]] == list(total[3:8])
    for row in areas:
        rows = form(tmp_path / "out" / row[2])
        assert (row[0], row[8], row[7]) == (NUMBER, "2026-11-13", len(rows))
        assert len({one["差异编号"] for one in rows}) == row[3]


def test_rows_tell_the_case_and_its_records(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, ORDER, tmp_path / "out", QUIET)
    rows = form(tmp_path / "out/三山镇_2026-10-01.xlsx")
    assert [row["差异编号"] for row in rows] == ["EEEEEEEEEEEE", "EEEEEEEEEEEE", "AAAAAAAAAAAA", "BBBBBBBBBBBB"]
    differ, missing = rows[2:]
    assert differ | {
        "批次": NUMBER, "差异类型": "两库信息不一致", "状态": "新发现", "首次发现": "2026-10", "村居": "新洲村",
        "来源（记录一）": "全员人口", "身份证号（记录一）": "46010519800101123X",
        "来源（记录二）": "公安户籍", "记录编号（记录二）": "P1", "身份证号（记录二）": "460105198001011248",
        "母亲姓名（记录一）": None, "核查结果": None,
    } == differ  # fmt: skip
    # Whoever has no number of his own is found by his mother.
    assert (missing["身份证号（记录一）"], missing["母亲姓名（记录一）"]) == (None, "赵二")
    assert missing["性别（记录一）"] == "1"


def test_masked_values_go_into_the_copy_too(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, replace(ORDER, masked=True), tmp_path / "out", QUIET)
    row = form(tmp_path / "out/三山镇_2026-10-01.xlsx")[2]
    assert row["姓名（记录一）"] == "张*三"
    assert row["身份证号（记录一）"] == "460***********123X"
    assert row["住址（记录一）"] == "海***"
    sent = pl.read_parquet(sent_file(office, NUMBER))
    assert sent.filter(key="A" * 12)["id_number_l"].item() == row["身份证号（记录一）"]
    for path in (tmp_path / "out").rglob("*.xlsx"):
        told = str(form(path))
        assert not any(value in told for value in ("欧阳丽娜", "46010519800101123X", "13800000001", "平安路3号")), path


def test_the_copy_holds_what_was_sent_in_the_order_of_the_workbooks(office: Workspace, tmp_path: Path) -> None:
    batch = dispatch(office, Order("village", language="en"), tmp_path / "out", QUIET)
    sent = pl.read_parquet(sent_file(office, NUMBER))
    assert sent.schema == pl.Schema(SENT)
    assert sent["evidence"].to_list() == [f"d-{key}" for key in sent["key"]]
    for file in batch.counts["file"]:
        rows = form(tmp_path / "out" / file)
        held = sent.filter(file=file)
        for name in ("batch", "key", "record_id_l", "name_l", "id_number_l", "village"):
            assert [row[header(name, "en")] for row in rows] == held[name].to_list()


def test_booked_with_state_day_and_digest(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, replace(ORDER, due=date(2026, 11, 20)), tmp_path / "out", QUIET)
    assert states(office) == dict.fromkeys(CASES, "dispatched")
    with open_ledger(office) as ledger:
        assert batches(ledger) == [{"number": NUMBER, "period": "2026-10", "due": "2026-11-20"}]
        assert ledger.cases()["due"].unique().to_list() == ["2026-11-20"]
        [entry] = ledger.query("SELECT who, command, facts FROM audit ORDER BY entry DESC LIMIT 1")
    facts = json.loads(entry["facts"])
    assert (entry["who"], entry["command"]) == ("clerk", "dispatch")
    assert facts["sent"] == file_digest(sent_file(office, NUMBER))
    assert [facts[name] for name in ("batch", "by", "cases", "rows", "workbooks")] == [NUMBER, "town", 6, 7, 4]
    assert not any(name in entry["facts"] for name in ("张", "4601", "三山镇"))


def test_what_is_sent_once_is_not_sent_again(office: Workspace, tmp_path: Path) -> None:
    first = dispatch(office, replace(ORDER, wanted=CaseChoice(towns=["三山镇"])), tmp_path / "one", QUIET)
    second = dispatch(office, ORDER, tmp_path / "two", QUIET)
    nothing = dispatch(office, ORDER, tmp_path / "three", QUIET)
    assert [b.letter.number for b in (first, second)] == [NUMBER, "2026-10-02"]
    assert [b.counts["cases"].sum() for b in (first, second, nothing)] == [3, 3, 0]
    assert not (tmp_path / "three").exists()
    with open_ledger(office) as ledger:
        assert len(batches(ledger)) == 2


def test_a_plan_changes_nothing(office: Workspace) -> None:
    before = contents(office.folder)
    batch = planned(office, ORDER)
    assert batch.counts["cases"].sum() == 6
    assert {name: b for name, b in contents(office.folder).items() if not name.startswith("ledger.sqlite-")} == before


def test_cases_that_the_last_run_could_not_see_are_left_out_and_counted(office: Workspace, tmp_path: Path) -> None:
    path = office.runs / "2026-10/frames/discrepancies.parquet"
    pl.read_parquet(path).filter(pl.col("key") != "A" * 12).write_parquet(path)
    batch = dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert (batch.counts["cases"].sum(), batch.unseen) == (5, 1)
    assert states(office)["A" * 12] == "new"


def test_files_are_private(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, Order("village"), tmp_path / "new" / "out", QUIET)
    for place in (tmp_path / "new" / "out", office.folder / "dispatches"):
        for path in [place, *place.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


# Encryption


def test_an_encrypted_workbook_opens_with_the_password_only(office: Workspace, tmp_path: Path) -> None:
    batch = dispatch(office, replace(ORDER, password="海临 2026", encrypted=True), tmp_path / "out", QUIET)
    assert all(file.endswith(".zip") for file in batch.counts["file"])
    assert not list((tmp_path / "out").rglob("三山镇*.xlsx"))
    with pyzipper.AESZipFile(tmp_path / "out/三山镇_2026-10-01.zip") as archive:
        [name] = archive.namelist()
        assert name == "三山镇_2026-10-01.xlsx"
        with pytest.raises(RuntimeError):
            archive.read(name)
        with pytest.raises(RuntimeError):
            archive.read(name, pwd=b"wrong")
        (tmp_path / "opened.xlsx").write_bytes(archive.read(name, pwd="海临 2026".encode()))
    assert len(form(tmp_path / "opened.xlsx")) == 4
    cover = openpyxl.load_workbook(tmp_path / "out/2026-10-01_派发汇总.xlsx").active
    assert cover["C2"].value == "三山镇_2026-10-01.zip"


def test_the_password_is_written_nowhere(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, replace(ORDER, password="geheim-7", encrypted=True), tmp_path / "out", QUIET)
    kept = [*contents(office.folder).values(), *contents(tmp_path / "out").values()]
    assert not any(b"geheim-7" in content for content in kept)


# Again


@pytest.mark.parametrize("password", ["", "geheim"])
def test_again_writes_the_same_bytes_and_books_nothing(
    office: Workspace, tmp_path: Path, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order("village", contact="办公室 0898", masked=True, password=password)
    dispatch(office, order, tmp_path / "one", QUIET)
    with open_ledger(office) as ledger:
        entries = ledger.query("SELECT count(*) AS n FROM audit")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(TODAY) + 86_400 * 30))
    for _ in range(2):  # into a new folder, and into the same once more
        again(office, NUMBER, tmp_path / "two", password, False, QUIET)
        assert contents(tmp_path / "two") == contents(tmp_path / "one")
    with open_ledger(office) as ledger:
        assert ledger.query("SELECT count(*) AS n FROM audit") == entries


def test_a_kind_that_is_unknown_is_answered_with_all_kinds_by_code_and_name() -> None:
    with pytest.raises(UsageError, match=r"registered_elsewhere \(Registered elsewhere\)"):
        check_wanted(CaseChoice(codes=("人户不符",)))


def test_again_mends_a_folder_but_never_writes_over_answers(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, ORDER, tmp_path / "out", QUIET)
    whole = contents(tmp_path / "out")
    (tmp_path / "out/龙泉街道_2026-10-01.xlsx").unlink()
    again(office, NUMBER, tmp_path / "out", "", False, QUIET)
    assert contents(tmp_path / "out") == whole
    (tmp_path / "out/龙泉街道_2026-10-01.xlsx").write_bytes(b"filled in")
    with pytest.raises(UsageError, match="龙泉街道"):
        again(office, NUMBER, tmp_path / "out", "", False, QUIET)
    assert (tmp_path / "out/龙泉街道_2026-10-01.xlsx").read_bytes() == b"filled in"
    assert list(tmp_path.glob(".*")) == []


def test_again_never_takes_away_what_is_none_of_the_batch(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, ORDER, tmp_path / "out", QUIET)
    (tmp_path / "out/反馈.xlsx").write_bytes(b"answers")
    with pytest.raises(UsageError, match="反馈"):
        again(office, NUMBER, tmp_path / "out", "", False, QUIET)
    assert (tmp_path / "out/反馈.xlsx").read_bytes() == b"answers"


def test_an_encrypted_batch_is_written_again_with_the_same_workbooks(office: Workspace, tmp_path: Path) -> None:
    dispatch(office, replace(ORDER, password="a", encrypted=True), tmp_path / "one", QUIET)
    again(office, NUMBER, tmp_path / "two", "a", True, QUIET)
    for path in (tmp_path / "one").rglob("*.zip"):
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        with pyzipper.AESZipFile(path) as first, pyzipper.AESZipFile(other) as second:
            [name] = first.namelist()
            assert first.read(name, pwd=b"a") == second.read(name, pwd=b"a")


def damage(office: Workspace) -> None:
    sent_file(office, NUMBER).write_bytes(b"no parquet")


def swap(office: Workspace) -> None:
    sent = pl.read_parquet(sent_file(office, NUMBER))
    sent.with_columns(name_l=pl.lit("别人")).write_parquet(sent_file(office, NUMBER))


def forget(office: Workspace) -> None:
    (sent_file(office, NUMBER).parent / "letter.json").unlink()


@pytest.mark.parametrize("harm", [damage, swap, forget])
def test_a_copy_that_is_not_what_was_booked_is_refused(office: Workspace, tmp_path: Path, harm: Any) -> None:
    dispatch(office, ORDER, tmp_path / "out", QUIET)
    harm(office)
    with pytest.raises(WorkspaceError, match=NUMBER):
        again(office, NUMBER, tmp_path / "two", "", False, QUIET)
    assert not (tmp_path / "two").exists()


def test_again_refuses_an_unknown_batch_and_a_missing_password(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2026-10-09"):
        again(office, "2026-10-09", tmp_path / "out", "", False, QUIET)
    dispatch(office, replace(ORDER, password="a"), tmp_path / "one", QUIET)
    with pytest.raises(UsageError, match="--password-file"):
        again(office, NUMBER, tmp_path / "two", "", False, QUIET)


# Refusals


def filled(folder: Path) -> None:
    folder.mkdir()
    (folder / "answers.xlsx").write_bytes(b"")


@pytest.mark.parametrize("harm", [filled, Path.touch])
def test_a_folder_in_use_is_refused(office: Workspace, tmp_path: Path, harm: Any) -> None:
    harm(tmp_path / "out")
    with pytest.raises(UsageError, match="out"):
        dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert set(states(office).values()) == {"new"}


def test_an_empty_folder_is_used(office: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert len(contents(tmp_path / "out")) == 5


def test_orders_that_cannot_be_used(office: Workspace, tmp_path: Path) -> None:
    for order in (replace(ORDER, due=date(2026, 11, 2)), replace(ORDER, encrypted=True)):
        with pytest.raises(UsageError):
            dispatch(office, order, tmp_path / "out", QUIET)
    dispatch(office, replace(ORDER, due=date(2026, 11, 3)), tmp_path / "out", QUIET)  # today is in time


# Interrupted


@pytest.mark.parametrize("where", ["_keep", "_book", "_new_batch"])
def test_what_fails_before_it_is_booked_leaves_nothing(
    office: Workspace, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(job, where, fail)
    with pytest.raises(KeyboardInterrupt):
        dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]
    assert list((office.folder / "dispatches").glob("2*")) == []
    assert set(states(office).values()) == {"new"}


def test_a_folder_that_cannot_be_put_in_place_says_what_to_do(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job.BatchFolder, "publish", fail)
    with pytest.raises(WorkspaceError, match="--again 2026-10-01"):
        dispatch(office, ORDER, tmp_path / "out", QUIET)
    assert set(states(office).values()) == {"dispatched"}


_KILLED = """
import os, signal, sys
from pathlib import Path
from reconcile.casework.dispatch import folder
from reconcile.casework.dispatch import job
from reconcile.core.progress import Progress
from reconcile.workspace import Workspace

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

module, name = sys.argv[1].split(".")
setattr({"job": job, "folder": folder, "Batch": folder.BatchFolder, "audit": job.Ledger}[module], name, die)
job.dispatch(Workspace(Path(sys.argv[2])), job.Order("town"), Path(sys.argv[3]), Progress(quiet=True))
"""


@posix
@pytest.mark.parametrize(
    ("where", "booked"),
    [
        ("job.keep", False),
        ("job.sync", False),
        ("folder.seal", False),
        ("audit.append", False),
        ("Batch.publish", True),
    ],
)
def test_killed_it_is_booked_with_its_copy_or_not_at_all(
    office: Workspace, tmp_path: Path, where: str, booked: bool
) -> None:
    out = tmp_path / "out"
    killed = subprocess.run([sys.executable, "-c", _KILLED, where, office.folder, out], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert set(states(office).values()) == {"dispatched" if booked else "new"}
    if booked:
        with pytest.raises(ReconcileError):
            again(office, "2026-10-02", out, "", False, QUIET)
        again(office, NUMBER, out, "", False, QUIET)
    else:
        assert dispatch(office, ORDER, out, QUIET).letter.number == NUMBER
    undisturbed = make_office(tmp_path / "other")
    dispatch(undisturbed, ORDER, tmp_path / "expected", QUIET)
    assert contents(out) == contents(tmp_path / "expected")
    assert list(tmp_path.glob(".*")) == []
    assert [path.name for path in (office.folder / "dispatches").iterdir()] == [NUMBER]
