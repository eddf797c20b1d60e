"""What was judged binds the next runs, is explained, ends its case, and follows records to new keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pytest

from reconcile.casework.review.booking import take_back
from reconcile.cli.main import run as command
from reconcile.core.messages import speak
from reconcile.ledger.judgements import book, plan, settled_cases
from reconcile.ledger.store import open_ledger
from tests.pipelines.cities import files_of, read_rows

pytestmark = pytest.mark.slow

KEY = "个人编码"


def judge(workspace, pairs, *judged):
    """Books `(place, decision)` of the pairs to review."""
    rows = [(*pairs.row(place)[:4], decision, "", "the clerk asked", f"pair {place}") for place, decision in judged]
    columns = ["source_l", "record_id_l", "source_r", "record_id_r", "decision", "who", "why", "named"]
    with workspace.lock(), open_ledger(workspace) as ledger:
        planned = plan(ledger, pl.DataFrame(rows, schema=columns, orient="row"))
        with ledger.booking("review") as booking:
            book(ledger, booking, planned)


def month(workspace, city, period, residents=None):
    """Runs a month over the city's files; exit code."""
    files = {**files_of(city), **({"residents": [residents]} if residents else {})}
    chosen = [f"--{source}={path}" for source, paths in files.items() for path in paths]
    return command(["run", *chosen, "-o", str(workspace.folder), "--period", period, "--format", "csv", "--quiet"])


def person_of(workspace, period):
    persons = pl.read_parquet(workspace.runs / period / "frames" / "persons.parquet")
    return {
        (source, record): person
        for person, source, record in persons.select("person_id", "source", "record_id").iter_rows()
    }


def case(workspace, key):
    with open_ledger(workspace) as ledger:
        return ledger.query("SELECT state, how, closed_in, reopened FROM cases WHERE key = ?", key)[0]


def one_person(workspace, period, pair):
    person = person_of(workspace, period)
    return person[pair[:2]] == person[pair[2:4]]


@pytest.fixture(scope="module")
def place_of_follow(city):
    """The residents' file with the key column's place."""
    rows = read_rows(city / "residents.csv")
    return rows, rows[0].index(KEY)


def test_judgements_bind_the_next_runs(workspace, reviewed, city, place_of_follow, tmp_path, capsys):
    pairs = reviewed.pairs
    # The one that is joined goes on under a new key later: it is a resident's whose key no other row has.
    alone = (pl.col("source_l") == "residents") & ~pl.concat_str("record_id_l", "record_id_r").str.contains("~")
    join = pairs.with_row_index("place").filter(alone, pl.col("place") > 0)["place"].first()
    doubt = next(place for place in (1, 2) if place != join)
    parted, joined, unsure = (pairs.row(place) for place in (0, join, doubt))
    keys = pairs["key"].to_list()
    # A pair that the run had joined is parted as well.
    duplicate = pl.read_parquet(reviewed.folder.path / "frames" / "discrepancies.parquet").filter(
        code="duplicate_person"
    )
    duplicate = (
        duplicate.filter(~pl.col("key").is_duplicated())
        .select("source_l", "record_id_l", "source_r", "record_id_r", "key")
        .row(0)
    )
    judge(workspace, pairs, (0, "different"), (join, "same"), (doubt, "unsure"))
    judge(workspace, pl.DataFrame([duplicate], orient="row"), (0, "different"))
    with open_ledger(workspace) as ledger:
        assert settled_cases(ledger, ledger.cases()).to_list() == sorted([keys[0], keys[join], duplicate[4]])

    assert month(workspace, city, "2026-11") == 0
    assert not one_person(workspace, "2026-11", parted)
    assert one_person(workspace, "2026-11", joined)
    assert not one_person(workspace, "2026-11", duplicate)
    ended = {"state": "closed", "how": "judged", "closed_in": "2026-11", "reopened": 0}
    assert [case(workspace, key) for key in (keys[0], keys[join], duplicate[4])] == [ended] * 3
    assert case(workspace, keys[doubt])["state"] == "new"
    with open_ledger(workspace) as ledger:
        assert settled_cases(ledger, ledger.cases()).is_empty()
    assert not one_person(workspace, "2026-11", unsure)
    manifest = json.loads((workspace.runs / "2026-11" / "manifest.json").read_text())
    (listed,) = [file for file in manifest["inputs"] if file["source"] == "judgements"]
    assert (listed["file"], listed["rows"]) == ("ledger.sqlite", 4)

    capsys.readouterr()
    names = [f"{source}:{record}" for source, record in (parted[:2], parted[2:4])]
    assert command(["explain", *names, "--workspace", str(workspace.folder)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "People decided: different people. (Li, 2026-09-21, the clerk asked)" in told
    assert "Decision: not one person." in told

    # The resident of the joined pair goes on under a new key in this very export; the other decision is taken back.
    rows, column = place_of_follow
    renamed = [[*row[:column], "NEW-KEY", *row[column + 1 :]] if row[column] == joined[1] else row for row in rows]
    residents = tmp_path / "residents.csv"
    residents.write_text("\n".join(",".join(row) for row in renamed) + "\n", encoding="utf-8")
    with workspace.lock(), open_ledger(workspace) as ledger:
        take_back(ledger, [1], "judgements withdraw")
    assert month(workspace, city, "2026-12", residents) == 0
    assert one_person(workspace, "2026-12", ("residents", "NEW-KEY", *joined[2:4]))
    assert case(workspace, keys[0]) == {"state": "reopened", "how": "", "closed_in": "", "reopened": 1}
    assert case(workspace, keys[join])["how"] == "judged"


def test_a_month_is_asked_for_again_when_judgements_have_changed(workspace, reviewed, city, capsys):
    judge(workspace, reviewed.pairs, (0, "same"))
    assert month(workspace, city, "2026-10") == 2
    assert "booked already" in capsys.readouterr().err


def test_the_list_of_judgements_is_a_file_of_judgements(workspace, reviewed, tmp_path, capsys):
    from reconcile.matching.judgements import read_judgements

    judge(workspace, reviewed.pairs, (0, "different"), (1, "same"))
    target = tmp_path / "judged.csv"
    assert command(["judgements", "list", "-w", str(workspace.folder), "-o", str(target)]) == 0
    assert read_judgements(target).drop("row", "judgement").height == 2
    assert command(["judgements", "withdraw", "2", "1", "-w", str(workspace.folder)]) == 0
    assert command(["judgements", "withdraw", "2", "-w", str(workspace.folder)]) == 2
    assert command(["judgements", "list", "-w", str(workspace.folder), "-o", str(target)]) == 0
    assert read_judgements(target).is_empty()
    assert "no standing judgement with the number 2" in capsys.readouterr().err


def explain(workspace, reviewed, *more):
    source, record = reviewed.pairs.row(0)[:2]
    return command(["explain", f"{source}:{record}", "--workspace", str(workspace.folder), *more])


def test_explain_shows_whole_values_for_a_reason_and_the_log_keeps_it(workspace, reviewed, capsys):
    source, record = reviewed.pairs.row(0)[:2]
    rows = pl.read_parquet(reviewed.folder.path / "frames" / f"standardised_{source}.parquet")
    name = rows.filter(record_id=record)["name"][0]
    explain(workspace, reviewed)
    assert name not in capsys.readouterr().out
    assert explain(workspace, reviewed, "--reveal", "a check") == 0
    assert name in capsys.readouterr().out
    with open_ledger(workspace) as ledger:
        last = ledger.query("SELECT command, facts, who FROM audit ORDER BY entry DESC LIMIT 1")[0]
    assert last == {"command": "reveal", "facts": '{"of": "explain", "reason": "a check"}', "who": "Li"}


def test_explain_tells_what_was_judged_since(workspace, reviewed, capsys):
    judge(workspace, reviewed.pairs, (0, "different"))
    source, record = reviewed.pairs.row(0)[2:4]
    assert explain(workspace, reviewed, f"{source}:{record}") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "People decided: different people. (Li, 2026-09-21, the clerk asked) It binds the next run." in told


def test_explain_shows_nothing_whole_without_a_ledger(workspace, reviewed, capsys):
    (workspace.folder / "ledger.sqlite").unlink()
    (workspace.folder / "audit.head").unlink()
    assert explain(workspace, reviewed, "--reveal", "a check") == 2
    said = capsys.readouterr()
    assert (said.out, "no ledger" in said.err) == ("", True)
    speak("en")


def test_help_does_not_load_the_terminal_app():
    code = "import sys, reconcile.cli.main as m; m.build_command(); print('textual' in sys.modules, 'polars' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
