"""Scores of persons against the truth, on cases small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.cli.main import run
from reconcile.core.errors import InputError
from reconcile.quality.evaluation import evaluate, read_persons, read_truth, score, score_by_error


def persons(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Rows of source, record_id, person_id."""
    return pl.DataFrame(rows, schema=["source", "record_id", "person_id"], orient="row")


def truth(*rows: tuple[str, str, str]) -> dict[str, pl.DataFrame]:
    """Frames by source from rows of source, record_id, entity_id."""
    frame = pl.DataFrame(rows, schema=["source", "record_id", "entity_id"], orient="row")
    sources = dict.fromkeys(frame["source"])
    return {source: frame.filter(pl.col("source") == source).drop("source") for source in sources}


def counts(scores: pl.DataFrame, task: str) -> tuple[int, int, int]:
    row = scores.row(by_predicate=pl.col("task") == task, named=True)
    return row["true_pairs"], row["found"], row["correct"]


TOWN = truth(
    ("residents", "r1", "A"),
    ("residents", "r2", "A"),
    ("residents", "r3", "B"),
    ("residents", "r4", "C"),
    ("household", "h1", "A"),
    ("household", "h2", "B"),
    ("household", "h3", "D"),
)
LINKS = "links residents → household"
DOUBLES = "duplicates residents"


@pytest.mark.parametrize(
    ("case", "groups", "links", "doubles"),
    [
        ("all right", "r1 r2 h1, r3 h2, r4, h3", (3, 3, 3), (1, 1, 1)),
        ("nothing found", "r1, r2, r3, r4, h1, h2, h3", (3, 0, 0), (1, 0, 0)),
        ("a double linked, the other not", "r1 h1, r2, r3 h2, r4, h3", (3, 2, 2), (1, 0, 0)),
        ("a stranger linked", "r1 r2 h1, r3 h2, r4 h3", (3, 4, 3), (1, 1, 1)),
        ("two people in one person", "r1 r3 h1 h2, r2, r4, h3", (3, 2, 0), (1, 1, 0)),
        ("the right record and a wrong one", "r3 h2 h3, r1 r2 h1, r4", (3, 3, 2), (1, 1, 1)),
        ("rejected rows are missed", "r1 h1, r3 h2", (3, 2, 2), (1, 0, 0)),
    ],
)
def test_counts(case: str, groups: str, links: tuple[int, int, int], doubles: tuple[int, int, int]) -> None:
    sources = {"r": "residents", "h": "household"}
    rows = [
        (sources[record[0]], record, f"P{number}")
        for number, group in enumerate(groups.split(", "))
        for record in group.split()
    ]
    scores = score(persons(*rows), TOWN)
    assert counts(scores, LINKS) == links, case
    assert counts(scores, DOUBLES) == doubles, case


def test_precision_recall_and_f1() -> None:
    rows = [
        ("residents", "r1", "P1"),
        ("household", "h1", "P1"),
        ("residents", "r4", "P2"),
        ("household", "h3", "P2"),
    ]
    row = score(persons(*rows), TOWN).row(by_predicate=pl.col("task") == LINKS, named=True)
    assert row["precision"] == pytest.approx(1 / 2)
    assert row["recall"] == pytest.approx(1 / 3)
    assert row["f1"] == pytest.approx(2 / 5)


def test_links_go_from_births_to_residents_to_household() -> None:
    known = truth(("household", "h", "A"), ("residents", "r", "A"), ("births", "b", "A"))
    ordered = dict(sorted(known.items(), key=lambda one: ("births", "residents", "household").index(one[0])))
    tasks = score(persons(("births", "b", "1"), ("residents", "r", "1"), ("household", "h", "1")), ordered)["task"]
    assert tasks.to_list()[3:] == ["links births → residents", "links births → household", LINKS]


def test_recall_by_error_counts_errors_of_both_sides() -> None:
    known = {
        "residents": pl.DataFrame(
            {"record_id": ["r1", "r2"], "entity_id": ["A", "B"], "errors": ["homophone|no_id", None]}
        ),
        "household": pl.DataFrame({"record_id": ["h1", "h2"], "entity_id": ["A", "B"], "errors": ["", "sex"]}),
    }
    found = persons(
        ("residents", "r1", "1"), ("household", "h1", "2"), ("residents", "r2", "3"), ("household", "h2", "3")
    )
    rows = score_by_error(found, known).select("error", "true_pairs", "correct", "recall").rows()
    assert rows == [("homophone", 1, 0, 0.0), ("no_id", 1, 0, 0.0), ("sex", 1, 1, 1.0)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_duplicates_are_counted_as_pairs(records: list[tuple[int, int]]) -> None:
    known = truth(*((("residents", f"r{n}", f"E{entity}")) for n, (entity, _) in enumerate(records)))
    found = persons(*((("residents", f"r{n}", f"P{person}")) for n, (_, person) in enumerate(records)))
    pairs = [(one, other) for n, one in enumerate(records) for other in records[:n]]
    expected = (
        sum(a[0] == b[0] for a, b in pairs),
        sum(a[1] == b[1] for a, b in pairs),
        sum(a == b for a, b in pairs),
    )
    assert counts(score(found, known), DOUBLES) == expected


def test_the_command_prints_data_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, persons(("residents", "r1", "1"), ("household", "h1", "1")), TOWN)
    arguments = ["evaluate", str(tmp_path), "--truth", str(tmp_path)]
    assert run([*arguments, "--format", "json"]) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert [one["correct"] for one in scores if one["task"] == LINKS] == [1]
    assert run([*arguments, "--format", "csv"]) == 0
    assert LINKS in capsys.readouterr().out
    assert run(["--lang", "zh", *arguments]) == 0
    assert "全员人口" in capsys.readouterr().out


def write(folder: Path, found: pl.DataFrame, known: dict[str, pl.DataFrame]) -> None:
    (folder / "frames").mkdir()
    found.write_parquet(folder / "frames/persons.parquet")
    for source, frame in known.items():
        frame.write_csv(folder / f"truth_{source}.csv")


def test_reads_a_run_folder(tmp_path: Path) -> None:
    write(tmp_path, persons(("residents", "r1", "1"), ("household", "h1", "1")), TOWN)
    assert counts(evaluate(tmp_path, tmp_path), LINKS) == (3, 1, 1)
    assert score_by_error(read_persons(tmp_path), read_truth(tmp_path)).is_empty()


def test_records_of_an_unknown_entity_do_not_count(tmp_path: Path) -> None:
    known = {"residents": pl.DataFrame({"record_id": ["r1", "r2", "r3", ""], "entity_id": ["", "", None, "A"]})}
    write(tmp_path, persons(("residents", "r1", "1"), ("residents", "r2", "2")), known)
    assert counts(evaluate(tmp_path, tmp_path), "duplicates residents") == (0, 0, 0)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    write(folder, persons(("residents", "r1", "1")), {})
    with pytest.raises(InputError, match=r"truth_"):
        evaluate(folder, tmp_path)
    truth_file = tmp_path / "truth_residents.csv"
    truth_file.write_text("record_id,who\nr1,A\n", encoding="utf-8")
    with pytest.raises(InputError, match="entity_id"):
        evaluate(folder, tmp_path)
    truth_file.write_bytes(b"\xff\xfe\x00bad\x00")
    with pytest.raises(InputError, match="truth_residents"):
        evaluate(folder, tmp_path)
    truth_file.rename(tmp_path / "truth_school.csv").write_text("record_id,entity_id\nr1,A\n", encoding="utf-8")
    with pytest.raises(InputError, match="school"):
        evaluate(folder, tmp_path)
    with pytest.raises(InputError, match=r"persons\.parquet"):
        evaluate(tmp_path, tmp_path)
    (folder / "frames/persons.parquet").write_bytes(b"nothing")
    with pytest.raises(InputError, match="persons"):
        evaluate(folder, tmp_path)
