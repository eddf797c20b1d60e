"""`reconcile fit` from files to a model that a run can use."""

import json
from pathlib import Path

import pytest

from reconcile.cli.main import run
from reconcile.sample import write_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    write_sample(folder, people=300, seed=41, preset="modern", form="plain")
    return folder


def files(city):
    return ["--residents", str(city / "residents.csv"), "--household", str(city / "household.csv")]


def test_a_fitted_model_can_be_used(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "ours.json"
    assert run(["--lang", "en", "fit", *files(city), "-o", str(model), "--rounds", "2"]) == 0
    told = capsys.readouterr().out
    assert str(model) in told
    assert json.loads(model.read_text(encoding="utf-8"))["name"] == "ours"
    assert "## Where to cut" in model.with_suffix(".md").read_text(encoding="utf-8")
    judged = tmp_path / "judged.csv"
    judged.write_text("source_l,record_id_l,source_r,record_id_r,decision\ncars,1,cars,2,same\n", encoding="utf-8")
    arguments = ["fit", *files(city), "-o", str(tmp_path / "b.json"), "--rounds", "1", "--judgements", str(judged)]
    assert run(["--lang", "en", *arguments]) == 0
    assert "1 judgements name records that are not in this run" in capsys.readouterr().err
    config = tmp_path / "month.yaml"
    sources = "".join(f"  {s}: {{layout: {s}, files: ['{city / s}.csv']}}\n" for s in ("residents", "household"))
    config.write_text(
        f"sources:\n{sources}matching: {{model: ours.json, max_false_share: 0.000001}}\n", encoding="utf-8"
    )
    assert run(["--lang", "en", "run", str(config), "-o", str(tmp_path / "work"), "--quiet"]) == 0
    matching = json.loads((tmp_path / "work/runs/all/matching.json").read_text(encoding="utf-8"))
    assert matching["model"] == "ours.json"
    assert matching["match_probability"] > 0.5
    assert run(["--lang", "en", "fit", "--config", str(config), "-o", str(model)]) == 2
    assert "must not be replaced" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "told"), [("en", "was not written"), ("zh", "没有写出")])
def test_a_fit_that_fails_the_check_is_written_only_by_force(
    language: str,
    told: str,
    city: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("reconcile.quality.fit.check.MOST_FALSE", -1.0)  # no fit is good enough
    model = tmp_path / "ours.json"
    arguments = ["--lang", language, "fit", *files(city), "-o", str(model), "--rounds", "1"]
    assert run(arguments) == 2
    assert told in (error := capsys.readouterr().err)
    assert "--force" in error
    assert not model.exists()
    assert not model.with_suffix(".md").exists()
    assert run([*arguments, "--force"]) == 0
    assert model.exists()
    assert "\n- " in model.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-o", "model.txt"], 2, "*.json"),
        (["-o", "nowhere/model.json"], 2, "nowhere"),
        (["-o", "folder.json"], 2, "is a folder"),
        (["-o", "report.json"], 2, "report.md is a folder"),
        (["-o", "model.json", "--config", "month.yaml"], 2, "cannot go together"),
        (["-o", "model.json", "--judgements", "nowhere.csv"], 3, "nowhere.csv"),
    ],
)
def test_what_cannot_work_is_told(
    city: Path,
    arguments: list[str],
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("folder.json", "report.md"):
        Path(folder).mkdir()
    assert run(["--lang", "en", "fit", *files(city), *arguments]) == code
    assert told in capsys.readouterr().err
