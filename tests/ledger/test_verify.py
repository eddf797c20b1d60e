"""Whatever is changed, removed, swapped or put in behind the program's back is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconcile.core.errors import WorkspaceError
from reconcile.ledger import store
from reconcile.ledger.store import open_ledger
from reconcile.ledger.verify import verify
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, on, run, year_end


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return year_end(tmp_path_factory.mktemp("made") / "w").folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(made, tmp_path / "w")
    return Workspace(tmp_path / "w")


def findings(place: Workspace, files: bool = False) -> list[tuple[str, object]]:
    """Kind, and what it is about."""
    with on("2026-11-20"), open_ledger(place) as ledger:
        return [
            (found.kind, next(iter(found.values.values())))
            for found in verify(ledger, files)
            if str(found) and found.kind != "foreign_key"
        ]


def tamper(place: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(place.folder / "ledger.sqlite", isolation_level=None)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def test_a_ledger_that_nobody_touched_is_good(place: Workspace) -> None:
    assert findings(place, files=True) == []


# Entries: 1 run, 2 dispatch, 3 feedback, 4 review, 5 run
TAMPERED = [
    ("an entry's time", ["UPDATE audit SET at = '2026-01-01' WHERE entry = 3"], [("entry_changed", 3)]),
    ("an entry's person", ["UPDATE audit SET who = '李四' WHERE entry = 2"], [("entry_changed", 2)]),
    ("an entry's facts", ["UPDATE audit SET facts = '{}' WHERE entry = 1"], [("entry_changed", 1)]),
    ("facts that are no JSON", ["UPDATE audit SET facts = 'x' WHERE entry = 5"], [("entry_changed", 5)]),
    (
        "the last entries cut off",
        ["DELETE FROM events WHERE entry = 5", "DELETE FROM audit WHERE entry = 5"],
        [("tail_cut", 5)],
    ),
    (
        "an entry in the middle removed",
        ["DELETE FROM judgements", "DELETE FROM audit WHERE entry = 4"],
        [("entry_missing", 4), ("entry_unchained", 5)],
    ),
    (
        "two entries swapped",
        [
            "UPDATE audit SET entry = 99 WHERE entry = 2", "UPDATE audit SET entry = 2 WHERE entry = 3",
            "UPDATE audit SET entry = 3 WHERE entry = 99",
        ],
        [("entry_changed", 2), ("entry_changed", 3)],
    ),
    (
        "an entry put in at the end",
        ["INSERT INTO audit SELECT 6, at, who, command, facts, events, digest, 'forged' FROM audit WHERE entry = 5"],
        [("entry_changed", 6)],
    ),
    ("an event changed", ["UPDATE events SET answer = 'corrected' WHERE answer = 'confirmed'"], [("rows_changed", 3)]),
    ("an event removed", ["DELETE FROM events WHERE event = 1"], [("rows_changed", 1)]),
    (
        "an event put in",
        ["INSERT INTO events (key, kind, period, state, entry) VALUES ('A00000000001', 'closed', '2026-11', 'closed', 3)"],
        [("rows_changed", 3)],
    ),
    (
        "two events swapped",
        [
            "UPDATE events SET event = 999 WHERE event = 1", "UPDATE events SET event = 1 WHERE event = 2",
            "UPDATE events SET event = 2 WHERE event = 999",
        ],
        [("rows_changed", 1)],
    ),
    ("an event given to another entry", ["UPDATE events SET entry = 2 WHERE event = 1"], [("rows_changed", 1)]),
    ("a case changed", ["UPDATE cases SET state = 'answered' WHERE key = 'B00000000003'"], [("cases", 1)]),
    ("a case removed", ["DELETE FROM cases WHERE key = 'B00000000003'"], [("cases", 1)]),
    (
        "a case put in",
        ["INSERT INTO cases SELECT 'Z', code, severity, town, village, subjects, evidence, state, answer, seen, stale, "
         "batch, due, how, first_seen, last_seen, opened_in, closed_in, reopened FROM cases LIMIT 1"],
        [("cases", 1)],
    ),
    ("a day of answering", ["UPDATE sent SET answered = '2026-10-01' WHERE answered <> ''"], [("sent", 4)]),
    ("a judgement changed", ["UPDATE judgements SET decision = 'different'"], [("rows_changed", 4)]),
    ("a judgement withdrawn", ["UPDATE judgements SET withdrawn = 5"], [("rows_changed", 5)]),
    ("a judgement removed", ["DELETE FROM judgements"], [("rows_changed", 4)]),
    (
        "a judgement put in",
        ["INSERT INTO judgements SELECT 9, source_l, 'X', source_r, 'Y', decision, who, at, why, entry, withdrawn "
         "FROM judgements"],
        [("rows_changed", 4)],
    ),
    ("a run's manifest", ["UPDATE runs SET manifest = 'x' WHERE run = 1"], [("rows_changed", 1), ("run_changed", "2026-10")]),
    ("a run said to be replaced", ["UPDATE runs SET replaced = 5 WHERE run = 1"], [("rows_changed", 5)]),
    ("a batch's day", ["UPDATE batches SET due = '2026-12-31'"], [("rows_changed", 2)]),
    (
        "the figures of an earlier month",
        ["UPDATE months SET counts = replace(counts, '\"on_time\": 0', '\"on_time\": 1')"],
        [("month_changed", "2026-10")],
    ),
    ("an earlier month that is no JSON", ["UPDATE months SET counts = '{'"], [("month_changed", "2026-10")]),
    (
        "an earlier month put out of balance",
        ["UPDATE months SET counts = replace(counts, '\"new\": 1', '\"new\": 2')"],
        [("month_changed", "2026-10"), ("unbalanced", "2026-10")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [t[1:] for t in TAMPERED], ids=[t[0] for t in TAMPERED])
def test_tampering_is_found(place: Workspace, statements: list[str], expected: list[tuple[str, object]]) -> None:
    tamper(place, *statements)
    found = findings(place)
    assert [one for one in expected if one not in found] == []


def test_what_people_wrote_may_be_blanked(place: Workspace) -> None:
    tamper(place, "UPDATE events SET remark = NULL WHERE remark <> ''")
    assert findings(place) == []


def _cut(path: Path) -> None:
    path.write_text(path.read_text(encoding="ascii").replace("5 ", "4 "), encoding="ascii")


BESIDE: list[tuple[str, Callable[[Path], object], list[tuple[str, object]]]] = [
    ("the note is gone", lambda w: (w / "audit.head").unlink(), [("head_missing", 5)]),
    ("the note is of another entry", lambda w: _cut(w / "audit.head"), [("head_differs", 4)]),
    ("a run folder is gone", lambda w: shutil.rmtree(w / "runs" / "2026-10"), [("run_missing", "2026-10")]),
    ("a manifest is gone", lambda w: (w / "runs/2026-10/manifest.json").unlink(), [("run_changed", "2026-10")]),
    (
        "a run that is not booked",
        lambda w: shutil.copytree(w / "runs/2026-11", w / "runs/2026-12"),
        [("run_unknown", "2026-12")],
    ),
    ("a run from before there was a ledger", lambda w: (w / "runs/2025-01").mkdir(), []),
    (
        "a file of a run is changed",
        lambda w: (w / "runs/2026-10/summary.json").write_text("[]"),
        [("file_changed", "2026-10")],
    ),
    ("a file of a run is gone", lambda w: (w / "runs/2026-10/summary.json").unlink(), [("file_missing", "2026-10")]),
]


@pytest.mark.parametrize(("change", "expected"), [b[1:] for b in BESIDE], ids=[b[0] for b in BESIDE])
def test_what_lies_beside_the_ledger(
    place: Workspace, change: Callable[[Path], object], expected: list[tuple[str, object]]
) -> None:
    change(place.folder)
    assert findings(place, files=True) == expected


def test_a_note_that_is_one_entry_behind_is_that_of_a_command_that_was_killed(place: Workspace) -> None:
    note = (place.folder / "audit.head").read_text(encoding="ascii")
    with on("2026-11-20"):
        run(place, "2026-11", {}, "again")
    (place.folder / "audit.head").write_text(note, encoding="ascii")
    assert findings(place) == []


def test_a_run_that_was_replaced_is_good(place: Workspace) -> None:
    with on("2026-11-20"):
        run(place, "2026-11", dict.fromkeys(CASES, "three"), "again")
        run(place, "2026-12", dict.fromkeys(CASES, "three"))
    assert findings(place, files=True) == []


# Files that are damaged


def header(path: Path) -> None:
    path.write_bytes(b"not SQLite at all" * 10 + path.read_bytes()[170:])


def page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xa5" * (4096 * 6)
    path.write_bytes(content)


def schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE runs", b"CREATE TABLE \xff\xfe\xff\xfe"))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def checkpoint(place: Workspace) -> Path:
    """Everything in the one file."""
    with closing(sqlite3.connect(place.folder / "ledger.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return place.folder / "ledger.sqlite"


def told(place: Workspace) -> str:
    """What is said of a damaged file: that it cannot be opened, or what is wrong inside."""
    try:
        return ",".join(kind for kind, _ in findings(place))
    except WorkspaceError as error:
        return error.key


@pytest.mark.parametrize("damage", [header, page, schema, truncated])
def test_a_damaged_file_is_told_and_left_alone(place: Workspace, damage: Callable[[Path], None]) -> None:
    path = checkpoint(place)
    damage(path)
    before = path.read_bytes()
    assert told(place) in ("ledger.error.damaged", "integrity")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "key"),
    [
        pytest.param(lambda w: (w / "ledger.sqlite").write_bytes(b""), "ledger.error.gone", id="emptied"),
        pytest.param(lambda w: (w / "ledger.sqlite").unlink(), "ledger.error.gone", id="gone"),
        pytest.param(lambda w: (w / "key").unlink(), "workspace.error.key_gone", id="the key is gone"),
        pytest.param(
            lambda w: ((w / "key").unlink(), shutil.rmtree(w / "runs")), "workspace.error.key_gone", id="key and runs"
        ),
        pytest.param(lambda w: (w / "key").write_bytes(b"x"), "workspace.error.key_damaged", id="the key is damaged"),
    ],
)
def test_what_is_missing_is_told_and_never_made_anew(
    place: Workspace, change: Callable[[Path], object], key: str
) -> None:
    checkpoint(place)
    for beside in place.folder.glob("ledger.sqlite-*"):
        beside.unlink()
    change(place.folder)
    with pytest.raises(WorkspaceError) as error:
        findings(place)
    assert (error.value.key, error.value.exit_code) == (key, 4)
    if key == "ledger.error.gone":
        with on("2026-12-05"), pytest.raises(WorkspaceError, match="restore"):
            run(place, "2026-12", {})


def test_a_newer_version_is_refused(place: Workspace) -> None:
    tamper(place, "PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError) as error:
        findings(place)
    assert (error.value.key, error.value.values["version"]) == ("ledger.error.newer", 99)


def test_a_ledger_that_another_program_writes_can_be_read_and_says_so_to_who_would_write(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_WAIT", 0.1)
    with closing(sqlite3.connect(place.folder / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert findings(place) == []
        with pytest.raises(WorkspaceError) as error, on("2026-12-05"):
            run(place, "2026-12", {})
    assert (error.value.key, error.value.exit_code) == ("ledger.error.locked", 4)


def test_a_disk_that_is_read_only(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr(store, "connect", read_only)
    assert findings(place) == []
    with pytest.raises(WorkspaceError) as error, on("2026-12-05"):
        run(place, "2026-12", {})
    assert (error.value.key, error.value.exit_code) == ("ledger.error.read_only", 4)


def test_the_log_holds_no_personal_values(place: Workspace) -> None:
    with open_ledger(place) as ledger:
        facts = [json.loads(row["facts"]) for row in ledger.query("SELECT facts FROM audit")]
    told = json.dumps(facts, ensure_ascii=False)
    assert [word for word in ("13800138000", "户口簿", "residents:", *CASES) if word in told] == []
