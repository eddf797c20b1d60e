"""What is old goes, with a receipt; what is needed stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconcile.core.errors import UsageError
from reconcile.ledger.backup import backup
from reconcile.ledger.purge import Plan, months, plan, purge
from reconcile.ledger.store import open_ledger
from reconcile.ledger.verify import verify
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, answer, dispatch, on, run, workspace

LATER = "2028-12-01"
OPEN = "B00000000003"  # sent out in the first month, and still open
SECRET = "王小明户口簿"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """January: all found, two batches, answered with remarks; closed in February but for one, which goes on."""
    place = workspace(tmp_path / "w")
    with on("2026-02-05"):
        run(place, "2026-01", dict.fromkeys(CASES, "one"))
        closing = [key for key in CASES if key != OPEN]
        dispatch(place, closing, "2026-02-10")
        dispatch(place, [OPEN], "2026-02-10")
        answer(place, dict.fromkeys(CASES, "confirmed"), remark=SECRET)
    for month in ("2026-02", "2026-03"):
        with on(f"{month[:-1]}{int(month[-1]) + 1}-05"):
            run(place, month, {OPEN: "one"})
    with on("2026-03-06"), open_ledger(place) as ledger:
        backup(ledger)
    with on("2028-11-05"):
        run(place, "2028-10", {OPEN: "one"})
    return place


def planned(place: Workspace, age: int = 24, day: str = LATER) -> Plan:
    with on(day), open_ledger(place) as ledger:
        return plan(ledger, age)


def done(place: Workspace, age: int = 24) -> Path:
    with on(LATER), place.lock(), open_ledger(place) as ledger:
        return purge(ledger, plan(ledger, age))


def test_a_plan_names_what_is_old_and_touches_nothing(place: Workspace) -> None:
    before = sorted(path for path in place.folder.rglob("*") if path.is_file())
    found = planned(place)
    assert found.before == "2026-12"
    assert [item.name for item in found.runs] == ["2026-01", "2026-02", "2026-03"]
    assert [item.name for item in found.dispatches] == ["2026-01-01"]  # the other batch has an open case
    assert [item.name[:13] for item in found.backups] == ["auto-20260305", "auto-20260405", "ledger-202603"]
    assert found.remarks == 5
    assert sorted(path for path in place.folder.rglob("*") if path.is_file()) == before


def test_a_purge_does_what_was_planned_and_leaves_a_receipt(place: Workspace) -> None:
    expected = planned(place)
    receipt = done(place)
    assert place.published() == ["2028-10"]
    assert [path.name for path in (place.folder / "dispatches").iterdir()] == ["2026-01-02"]
    assert [path.name[:13] for path in (place.folder / "backups").iterdir()] == ["auto-20281105"]
    told = json.loads(receipt.read_text(encoding="utf-8"))
    assert (told["who"], told["remarks"], told["runs"][0]["sha256"]) == ("张三", 5, expected.runs[0].sha256)
    assert receipt.stat().st_mode & 0o777 == 0o600
    with open_ledger(place) as ledger:
        [kept] = ledger.query("SELECT key, remark FROM events WHERE remark <> ''")
        assert kept == {"key": OPEN, "remark": SECRET}
    assert planned(place).empty


def test_the_ledger_is_good_afterwards_and_work_goes_on(place: Workspace) -> None:
    done(place)
    with on(LATER), open_ledger(place) as ledger:
        assert verify(ledger, files=True) == []
    with on("2028-12-05"):
        run(place, "2028-11", dict.fromkeys(CASES, "two"))
    with on(LATER), open_ledger(place) as ledger:
        assert verify(ledger, files=True) == []
        assert set(ledger.cases()["state"]) == {"reopened", "answered"}


def test_what_was_blanked_is_in_no_file_any_more(place: Workspace) -> None:
    with on("2026-03-07"):
        done(place)
    with on("2028-11-06"):
        run(place, "2028-11", {})  # closes the last one
    with on("2032-01-01"), place.lock(), open_ledger(place) as ledger:
        purge(ledger, plan(ledger, 24))
    newest = max((place.folder / "backups").iterdir())
    rest = [path for path in place.folder.rglob("*") if path.is_file() and path != newest]
    assert [path.name for path in rest if SECRET.encode() in path.read_bytes()] == []


def test_no_person_is_in_receipt_or_log(place: Workspace) -> None:
    told = done(place).read_text(encoding="utf-8")
    with open_ledger(place) as ledger:
        told += ledger.query("SELECT facts FROM audit ORDER BY entry DESC LIMIT 1")[0]["facts"]
    assert [word for word in (SECRET, *CASES, "residents:") if word in told] == []


def test_the_run_in_which_an_open_case_was_seen_last_stays(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    with on("2026-02-05"):
        run(place, "2026-01", {OPEN: "one"})
    with on("2028-11-05"):
        run(place, "2028-10", {})
        with place.lock(), open_ledger(place) as ledger, ledger.booking("test"):
            ledger.connection.execute("UPDATE cases SET state = 'new', closed_in = '', last_seen = '2026-01'")
    assert planned(place).runs == ()


def test_the_latest_run_stays_however_old_it_is(place: Workspace) -> None:
    assert "2028-10" not in [item.name for item in planned(place, 24, "2040-01-01").runs]


@pytest.mark.parametrize(
    ("age", "count"), [("24months", 24), ("1 month", 1), ("2years", 24), ("3个月", 3), ("2年", 24), ("18m", 18)]
)
def test_ages(age: str, count: int) -> None:
    assert months(age) == count


@pytest.mark.parametrize("age", ["", "24", "months", "-3months", "0months", "两年", "1.5years"])
def test_what_is_no_age_is_refused(age: str) -> None:
    with pytest.raises(UsageError, match=r"24"):
        months(age)


def test_a_damaged_ledger_that_was_put_aside_goes_with_the_rest(place: Workspace) -> None:
    old, new = (place.folder / f"ledger.sqlite.damaged-{day}T080000" for day in ("20260305", "20281101"))
    for path in (old, new):
        path.write_bytes(b"remarks of long ago")
    assert [item.name for item in planned(place).damaged] == [old.name]
    receipt = done(place)
    assert (old.exists(), new.exists()) == (False, True)
    assert json.loads(receipt.read_text(encoding="utf-8"))["damaged"][0]["name"] == old.name
