"""The audit log by itself: chained, keyed, and noted beside the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.ledger import audit
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, dispatch, judge, on, run, workspace, year_end


def test_each_entry_follows_on_the_one_before_and_the_note_is_of_the_last(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with open_ledger(place) as ledger:
        rows = ledger.query("SELECT entry, previous, digest FROM audit ORDER BY entry")
        assert audit.read_entry(ledger.connection, 3).digest(place.key) == rows[2]["digest"]
        with pytest.raises(KeyError):
            audit.read_entry(ledger.connection, 99)
    assert [row["previous"] for row in rows] == [audit.START, *(row["digest"] for row in rows[:-1])]
    assert audit.read_head(place) == (5, rows[-1]["digest"])
    assert place.audit_head.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("note", ["", "5", "five abc", "5 a b", "\xff"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, note: str) -> None:
    Workspace(tmp_path).audit_head.write_text(note, encoding="latin-1")
    assert audit.read_head(Workspace(tmp_path)) is None


def test_digests_in_one_pass_are_those_of_the_single_entries(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with on("2026-11-20"):
        run(place, "2026-11", dict.fromkeys(CASES, "three"), "again")
        judge(place, "R3", "R4", "different")
    with open_ledger(place) as ledger:
        together = audit.rows_digests(ledger.connection, place.key)
        alone = {number: audit.rows_digest(ledger.connection, number, place.key) for number in together}
    assert together == alone
    assert len(set(alone.values())) == len(alone) == 7


def test_another_key_makes_other_digests(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with open_ledger(place) as ledger:
        entry = audit.read_entry(ledger.connection, 1)
    assert entry.digest(place.key) != entry.digest(bytes(32))


def test_a_command_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    place = workspace(tmp_path / "w")
    with on("2026-11-05"):
        run(place, "2026-10", {"A00000000001": "one"})
    with pytest.raises(ZeroDivisionError):
        _fail(place)
    with open_ledger(place) as ledger:
        assert (audit.entries(ledger.connection).height, ledger.query("SELECT * FROM files")) == (1, [])
    dispatch(place, ["A00000000001"], "2026-11-10")
    with open_ledger(place) as ledger:
        assert audit.entries(ledger.connection)["command"].to_list() == ["run", "dispatch"]


def _fail(place: Workspace) -> None:
    with place.lock(), open_ledger(place) as ledger, ledger.booking("feedback"):
        ledger.connection.execute("INSERT INTO files SELECT 'x', 'y', max(entry) FROM audit")
        raise ZeroDivisionError
