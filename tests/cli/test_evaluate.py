"""`reconcile evaluate` on a run of a made-up city: scores, curve, worst errors explained; judgements in its place."""

import io
import json
from pathlib import Path

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.sample import write_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    write_sample(folder, people=400, seed=12, preset="seed2012", error_scale=2.5, form="plain")
    files = [word for s in ("residents", "household") for word in (f"--{s}", str(folder / f"{s}.csv"))]
    assert run(["run", *files, "-o", str(folder / "work"), "--quiet"]) == 0
    return folder


def judgements(city: Path, wrong: int) -> Path:
    """True pairs of the city's truth, the first so many judged different."""
    truth = [pl.read_csv(city / f"truth_{s}.csv", infer_schema=False) for s in ("residents", "household")]
    kept = pl.read_parquet(city / "work/runs/all/frames/persons.parquet")["record_id"]
    both = truth[0].join(truth[1], on="entity_id")
    for side in ("record_id", "record_id_right"):
        both = both.filter(pl.col(side).is_in(kept.implode()))
    rows = ["source_l,record_id_l,source_r,record_id_r,decision,who,when,why"]
    for n, (left, right) in enumerate(both.select("record_id", "record_id_right").head(50).rows()):
        rows.append(f"residents,{left},household,{right},{'different' if n < wrong else 'same'},李某,2026-10-01,")
    path = city / f"judged_{wrong}.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_scores_curve_and_errors_are_shown(
    language: str, city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "curve.csv"
    arguments = ["evaluate", str(city / "work/runs/all"), "--truth", str(city), "--curve", str(saved), "--errors", "1"]
    assert run(["--lang", language, *arguments]) == 0
    told = capsys.readouterr().out
    assert ("概率是否可信" if language == "zh" else "Are the probabilities true?") in told
    assert ("漏配 1/1" if language == "zh" else "Missed match 1 of 1") in told
    assert {"task", "match_weight", "precision", "recall", "f1"} <= set(pl.read_csv(saved).columns)


def test_json_has_every_table(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", str(city / "work/runs/all"), "--truth", str(city), "--errors", "2", "--format", "json"]
    assert run([*arguments, "--curve", str(tmp_path / "c.csv")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"scores", "by_error", "calibration", "curve", "best", "errors"} == set(found)
    assert sum(one["pairs"] for one in found["calibration"] if one["tenth"] is not None) == sum(
        one["pairs"] for one in found["calibration"] if one["tenth"] is None
    )
    for error in found["errors"]:
        comparison = error["comparison"]
        if comparison and comparison["total"] is not None:
            assert sum(line["weight"] for line in comparison["weights"]) == comparison["total"] == error["match_weight"]


def test_judgements_in_place_of_a_truth(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", str(city / "work/runs/all"), "--judgements", str(judgements(city, 5)), "--format", "json"]
    assert run(arguments) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert [one["true_pairs"] for one in scores] == [45]
    assert scores[0]["found"] - scores[0]["correct"] > 0


def test_a_run_obeys_judgements_and_says_so(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, work = judgements(city, 5), tmp_path / "work"
    files = [word for s in ("residents", "household") for word in (f"--{s}", str(city / f"{s}.csv"))]
    assert run(["run", *files, "-o", str(work), "--quiet", "--judgements", str(path)]) == 0
    assert run(["--lang", "en", "evaluate", str(work / "runs/all"), "--judgements", str(path)]) == 0
    told = capsys.readouterr()
    assert "1.0000" in told.out
    assert "itself used judgements" in told.err
    manifest = json.loads((work / "runs/all/manifest.json").read_text(encoding="utf-8"))
    assert [one["rows"] for one in manifest["inputs"] if one["source"] == "judgements"] == [50]
    _, left, _, right, *_ = path.read_text(encoding="utf-8").splitlines()[1].split(",")
    assert run(["--lang", "en", "explain", f"residents:{left}", f"household:{right}", "--workspace", str(work)]) == 0
    assert "People decided: different people. (李某, 2026-10-01)" in capsys.readouterr().out


def test_csv_says_which_table_a_row_is_of(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", str(city / "work/runs/all"), "--truth", str(city), "--errors", "2", "--format", "csv"]
    assert run([*arguments, "--curve", str(tmp_path / "c.csv")]) == 0
    found = pl.read_csv(io.StringIO(capsys.readouterr().out), infer_schema=False)
    tables = ["scores", "by_error", "calibration", "curve", "best", "errors"]
    assert found["table"].unique(maintain_order=True).to_list() == tables


def test_a_curve_goes_to_a_new_file_in_a_folder_that_is_there(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--lang", "en", "evaluate", str(city / "work/runs/all"), "--truth", str(city), "--curve"]
    for place, told in (("nowhere/c.csv", "no folder"), ("work", "is a folder"), ("truth_residents.csv", "be read")):
        assert run([*arguments, str(city / place)]) == 2
        assert told in capsys.readouterr().err
    assert (city / "truth_residents.csv").read_text(encoding="utf-8").startswith("record_id")


def test_judged_pairs_that_are_not_in_the_run_are_told(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, arguments = tmp_path / "judged.csv", ["--lang", "en", "evaluate", str(city / "work/runs/all")]
    known = judgements(city, 0).read_text(encoding="utf-8").splitlines()[:3]
    path.write_text("\n".join([*known, "cars,1,household,2,same,,,"]), encoding="utf-8")
    assert run([*arguments, "--judgements", str(path)]) == 0
    assert "1 of the judged pairs are left out" in capsys.readouterr().err
    path.write_text("\n".join([known[0], "cars,1,household,2,same,,,"]), encoding="utf-8")
    assert run([*arguments, "--judgements", str(path)]) == 3
    assert "household, residents" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--truth", ".", "--judgements", "a.csv"]])
def test_one_of_truth_and_judgements_is_needed(more: list[str], city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "evaluate", str(city / "work/runs/all"), *more]) == 2
    assert "--judgements" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["dedupe", "{r}"], ["link", "{r}", "{h}"], ["births", "{b}", "--residents", "{r}"]]
)
def test_single_jobs_take_judgements(command: list[str], city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"r": city / "residents.csv", "h": city / "household.csv", "b": city / "births.csv"}
    words = [*(word.format(**files) for word in command), "-o", str(city / "list.csv")]
    unknown = city / "unknown.csv"
    unknown.write_text("source_l,record_id_l,source_r,record_id_r,decision\ncars,1,cars,2,same\n", encoding="utf-8")
    assert run(["--lang", "en", *words, "--judgements", str(unknown)]) == 0
    assert "1 judgements name records that are not in this run" in capsys.readouterr().err
    bad = city / "bad.csv"
    bad.write_text("source_l\n", encoding="utf-8")
    assert run(["--lang", "en", *words, "--judgements", str(bad)]) == 3
    assert "record_id_l" in capsys.readouterr().err
