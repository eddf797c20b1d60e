"""The Python interface: the same answers as the commands give, on Polars frames."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import reconcile
from reconcile.core.errors import ConfigError
from reconcile.core.frames import DISCREPANCIES, PERSONS
from reconcile.sample import write_sample

CITY = {"residents": "residents", "household": "household", "births": "births"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_sample(folder, people=600, seed=7)
    return folder


@pytest.fixture(scope="module")
def records(city: Path) -> dict[str, pl.DataFrame]:
    files = {layout: sorted(city.glob(f"{layout}*.*")) for layout in CITY}
    return {
        layout: reconcile.standardise(reconcile.read(found, layout).records, layout).records
        for layout, found in files.items()
    }


def test_importing_costs_nothing() -> None:
    asked = "import sys, reconcile; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_what_is_exported_is_there_and_nothing_else() -> None:
    assert all(hasattr(reconcile, name) for name in reconcile.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = reconcile.nonsense


def test_linking_scores_as_well_as_a_run(city: Path, records: dict[str, pl.DataFrame]) -> None:
    linked = reconcile.link(records)
    assert linked.persons.schema == PERSONS
    truth = {name: pl.read_csv(city / f"truth_{name}.csv", infer_schema=False) for name in records}
    scores = reconcile.evaluate(linked.persons, truth)
    found = dict(scores.select("task", "f1").iter_rows())
    assert found["links residents → household"] > 0.98


def test_doubles_of_one_register_stand_together(records: dict[str, pl.DataFrame]) -> None:
    doubles = reconcile.dedupe(records["residents"])
    assert doubles.height
    assert doubles["person_id"].value_counts()["count"].min() >= 2
    assert doubles.equals(doubles.sort("person_id", "record_id"))


def test_rules_find_what_is_wrong(records: dict[str, pl.DataFrame]) -> None:
    linked = reconcile.link(records)
    found = reconcile.check(records, linked, period="2026-10")
    assert found.schema == DISCREPANCIES
    assert {"duplicate_person", "fields_differ"} <= set(found["code"])


def test_a_register_by_another_name_needs_its_layout(records: dict[str, pl.DataFrame]) -> None:
    named = {"全员": records["residents"], "公安": records["household"]}
    linked = reconcile.link(named, {"全员": "residents", "公安": "household"})
    assert set(linked.persons["source"].unique()) == set(named)
    with pytest.raises(ConfigError):
        reconcile.link(named)


@pytest.mark.parametrize("page", ["use-from-python.md", "use-from-python.zh-CN.md"])
def test_the_how_to_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root)
    blocks = re.findall(r"```python\n(.*?)```", (root / "docs" / "how-to" / page).read_text(encoding="utf-8"), re.S)
    told: dict[str, object] = {}
    exec("\n".join(blocks), told)
    found, doubles = told["found"], told["doubles"]
    assert isinstance(found, pl.DataFrame)
    assert isinstance(doubles, pl.DataFrame)
    assert found.height > doubles.height > 0
