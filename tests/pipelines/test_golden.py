"""The command line on a small seeded city: what it writes, prints and exits with.

What the run found is kept in the folder `golden`, a file for each list, for the persons and for the counts; after a
change that is meant to change it, write it anew with `python -m tests.pipelines.test_golden` and look at the
difference.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.messages import text
from tests.balanced import assert_adds_up
from tests.pipelines.cities import KEY, PERIOD, RECONCILE, SOURCES, files_of, read_json, run_command, shell

GOLDEN = Path(__file__).with_name("golden")
OVER_THRESHOLD = 10
LANGUAGES = ("zh", "en")
NAMES = ("name", "former_name", "head_name", "mother_name", "father_name", "spouse_name")
NUMBERS = ("id_number", "head_id", "mother_id", "father_id", "spouse_id")


def make_city(folder: Path) -> Path:
    """The city as an office exports it, and a workspace with a known key."""
    options = ["--people=250", "--birth-months=60", "--seed=4", "--error-scale=2"]
    made = shell([*RECONCILE, "sample", str(folder / "city"), *options])
    assert made.returncode == 0, made.stderr.decode()
    (folder / "work").mkdir()
    (folder / "work" / "key").write_bytes(KEY)
    return folder


def run_once(folder: Path) -> Path:
    options = ("--format=csv", "--format=xlsx", "--open-threshold=9999")
    done = shell(run_command(folder / "city", folder / "work", *options))
    assert done.returncode == 0, done.stderr.decode()
    return folder / "work" / "runs" / PERIOD


def observed(run_folder: Path) -> dict[str, str]:
    """What must not change unnoticed, as text by the name of its file: counts, persons, lists."""
    summary = read_json(run_folder / "summary.json")
    counts = {
        "sources": summary["sources"],
        "cases": {case["code"]: case["cases"] for case in summary["cases"]},
        "lists": {file["path"]: file["rows"] for file in summary["lists"]},
    }
    persons = pl.read_parquet(run_folder / "frames" / "persons.parquet")
    lists = {
        f"lists/{path.name}": path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        for path in sorted((run_folder / "lists").glob("*.csv"))
    }
    return {
        "counts.json": json.dumps(counts, ensure_ascii=False, indent=1) + "\n",
        "persons.csv": persons.select("source", "record_id", "person_id", "how").write_csv(),
        **lists,
    }


def golden() -> dict[str, str]:
    files = sorted(path for path in GOLDEN.rglob("*") if path.is_file())
    return {path.relative_to(GOLDEN).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="module")
def run_folder(home: Path) -> Path:
    return run_once(home)


# The run


def test_a_run_finds_what_it_found(run_folder: Path) -> None:
    found, expected = observed(run_folder), golden()
    assert found.keys() == expected.keys()
    for name, content in expected.items():
        assert found[name].splitlines() == content.splitlines(), name
    kept = {source["name"]: source["kept"] for source in read_json(run_folder / "summary.json")["sources"]}
    counts = pl.read_parquet(run_folder / "frames" / "outcome_counts.parquet")
    assert_adds_up(counts, {name: rows for name, rows in kept.items() if name != "births"})
    names = {path.name for path in (run_folder / "lists").iterdir()}
    assert names == set(json.loads(expected["counts.json"])["lists"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dry_run_says_what_it_would_do_and_writes_nothing(
    language: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = run_command(home / "city", tmp_path / "work", "--dry-run", "--lang", language)
    assert run(command[len(RECONCILE) :]) == 0
    told = capsys.readouterr().out
    assert all(path.name in told for paths in files_of(home / "city").values() for path in paths)
    assert text("run.would_write", language, folder=tmp_path / "work" / "runs" / PERIOD) in told
    assert list(tmp_path.iterdir()) == []


def test_lists_by_town_hold_the_rows_of_the_whole_list(
    home: Path, run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--split-by=town", "--format=ndjson", "--format=parquet", "--open-threshold=0", "--lang=en")
    command = [word for word in run_command(home / "city", tmp_path, *options) if word != "--quiet"]
    assert run(command[len(RECONCILE) :]) == OVER_THRESHOLD
    told = capsys.readouterr()
    assert text("summary.title", "en", period=PERIOD) in told.out
    assert told.err == ""

    # Rows that were not used have no area, and figures are the office's: these lists stay whole.
    whole_codes = (
        "unused_rows", "birth_cells", "birth_statistics", "match_outcomes", "registered_elsewhere_by_area",
        "area_coverage",
    )  # fmt: skip
    files, whole_files = (
        [file for file in read_json(folder / "summary.json")["lists"] if file["code"] not in whole_codes]
        for folder in (tmp_path / "runs" / PERIOD, run_folder)
    )
    whole = {file["path"]: file["rows"] for file in whole_files}
    for suffix, read in (("ndjson", pl.read_ndjson), ("parquet", pl.read_parquet)):
        counted: Counter[str] = Counter()
        for file in (file for file in files if file["path"].endswith(suffix)):
            rows = read(tmp_path / "runs" / PERIOD / "lists" / file["path"])
            assert rows.height == file["rows"]
            assert set(rows["town"].fill_null(text("lists.unknown_area", "zh"))) == {file["area"]}
            counted[Path(file["path"]).with_suffix(".csv").name] += rows.height
        assert counted == {path: rows for path, rows in whole.items() if path.endswith(".csv")}
    assert len({file["area"] for file in files}) > 3


# Single jobs


def test_a_job_piped_into_head_is_quiet_about_it(home: Path) -> None:
    files = " ".join(str(path) for path in files_of(home / "city")["residents"])
    done = shell(["bash", "-c", f"{' '.join(RECONCILE)} dedupe {files} -o - --quiet | head -n 1"])
    assert done.stderr == b""
    assert done.stdout.decode().startswith(text("lists.key", "zh"))
    assert done.stdout.count(b"\n") == 1


def job(capsysbinary: pytest.CaptureFixture[bytes], *words: object) -> pl.DataFrame:
    """The list that a single job sends into a pipe."""
    assert run([*map(str, words), "-o", "-", "--quiet"]) == 0
    told = capsysbinary.readouterr()
    assert told.err == b""
    return pl.read_csv(told.out, infer_schema=False)


def test_link_lists_every_record_of_both_files(
    home: Path, run_folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    residents, _ = files_of(home / "city")["residents"]
    household, _ = files_of(home / "city")["household"]
    listed = job(capsysbinary, "link", residents, household)
    standardised = {
        source: pl.read_parquet(run_folder / "frames" / f"standardised_{source}.parquet")
        for source in ("residents", "household")
    }
    for source, file in (("residents", residents), ("household", household)):
        kept = standardised[source].filter(pl.col("file") == file.name)["record_id"]
        ids = pl.concat(listed[c] for c in listed.columns if c.startswith("记录编号")).drop_nulls()
        assert set(kept) <= set(ids)


def test_births_lists_every_birth(home: Path, run_folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    files = files_of(home / "city")
    options = [f"--{source}={path}" for source in ("residents", "household") for path in files[source]]
    listed = job(capsysbinary, "births", *files["births"], *options)
    kept = pl.read_parquet(run_folder / "frames" / "standardised_births.parquet")["record_id"]
    ids = pl.concat(listed[column] for column in listed.columns if column.startswith("记录编号")).drop_nulls()
    assert kept.len() > 5
    assert set(kept) <= set(ids)


# Explanations


def explained(run_folder: Path, language: str, capsys: pytest.CaptureFixture[str], *records: str) -> str:
    assert run(["explain", *records, "--run", str(run_folder), "--lang", language]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert_masked(told.out, run_folder)
    return told.out


def assert_masked(told: str, run_folder: Path) -> None:
    """No ID number and no name of three characters and more of the whole data is to be read."""
    for source in SOURCES:
        frame = pl.read_parquet(run_folder / "frames" / f"standardised_{source}.parquet")
        for column, kind in (*product(NAMES, ["name"]), *product(NUMBERS, ["number"])):
            values = {value for c in (column, f"{column}_std") if c in frame.columns for value in frame[c].drop_nulls()}
            shown = [value for value in values if len(value) >= (3 if kind == "name" else 8) and value in told]
            assert shown == [], f"{len(shown)} values of {source}.{column}"


def scored_pair(run_folder: Path, condition: pl.Expr) -> tuple[str, str]:
    """A resident and a household row that were compared."""
    pairs = pl.read_parquet(run_folder / "frames" / "scored_pairs.parquet").filter(
        pl.col("source_l") == "residents", pl.col("source_r") == "household", condition
    )
    return f"residents:{pairs['record_id_l'][0]}", f"household:{pairs['record_id_r'][0]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_matched_pair_is_explained_by_weights(
    language: str, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weighed = (pl.col("band") == "match") & (pl.col("match_weight") > 0)
    pair = scored_pair(run_folder, weighed)
    told = explained(run_folder, language, capsys, *pair)
    assert text("matching.comparison.total", language) in told
    assert text("explain.same_person", language) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pair_closed_by_joins_is_said_to_be(
    language: str, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = explained(run_folder, language, capsys, *scored_pair(run_folder, pl.col("match_weight").is_null()))
    assert text("explain.closed", language)[:12] in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pair_never_compared_is_explained_by_its_blocking_keys(
    language: str, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    persons = pl.read_parquet(run_folder / "frames" / "persons.parquet")
    first, last = persons.filter(source="residents").row(0), persons.filter(source="household").row(-1)
    told = explained(run_folder, language, capsys, f"residents:{first[2]}", f"household:{last[2]}")
    assert text("explain.never_compared", language)[:12] in told
    assert "≠" in told
    assert text("explain.two_persons", language) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_record_is_explained_by_its_person(
    language: str, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resident, household = scored_pair(run_folder, pl.col("band") == "match")
    told = explained(run_folder, language, capsys, resident)
    assert household in told


if __name__ == "__main__":
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        for name, content in observed(run_once(make_city(Path(place)))).items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(content, encoding="utf-8", newline="\n")
