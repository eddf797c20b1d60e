"""Public sets of people: F1 with a model set by hand, and after `reconcile fit` has fitted it to
the set.

    python benchmarks/public_sets.py FOLDER [SET...]

`FOLDER` holds the sets, which are not shipped: a folder for each config in `benchmarks/public`,
with its files and a truth_<file>.csv (record_id, entity_id) for each. The model to start from takes
the chances of `configs/latin`, of each comparison of a set those of the same kind: what its user
would write down who has looked at no pair. A fit that fails the tool's own check is made all the
same (`--force`), to see whether the check was right.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from reconcile.quality.evaluation import evaluate

HERE = Path(__file__).parent
CONFIGS = HERE / "public"
EXPERT = HERE.parent / "configs" / "latin" / "people.json"
# Whose chances a comparison starts with, by its kind; those of a column of its own come first.
DONORS = {
    "text": "text(given_name_std, family_name_std)",
    "date": "date(birth_date_std)",
    "code": "code(soc_sec_id_std)",
    "words": "words(suburb_std)",
    "code(region_std)": "code(postcode_std)",
    "code(country_std)": "code(state_std)",
}
PERIODS = {"before": "2026-10", "after": "2026-11"}
REFUSED = 2  # what `fit` exits with when its result fails the check


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the sets are")
    parser.add_argument("sets", nargs="*", metavar="SET", help="some of them only")
    options = parser.parse_args()
    sets = options.sets or sorted(path.stem for path in CONFIGS.glob("*.yaml"))
    pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=4)
    pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
    rows = [measured(options.folder / name) for name in sets]
    print(pl.DataFrame(rows))


def measured(data: Path) -> dict[str, Any]:
    """Precision, recall and F1 of a set before and after the fit, and whether the fit passed the
    tool's check."""
    with tempfile.TemporaryDirectory(prefix="public-") as place:
        folder = Path(place)
        config = prepare(data, folder)
        before = run(config, "before")
        started = time.perf_counter()
        code, told = reconcile("fit", "--config", str(config), "-o", str(folder / "fitted.json"))
        if code == REFUSED:
            print(f"{data.name}: {told}", flush=True)
            reconcile("fit", "--config", str(config), "-o", str(folder / "fitted.json"), "--force")
        seconds = time.perf_counter() - started
        config.write_text(
            config.read_text(encoding="utf-8").replace("start.json", "fitted.json"),
            encoding="utf-8",
        )
        after = run(config, "after")
        row = {
            "set": data.name,
            **before,
            **after,
            "check": "failed" if code == REFUSED else "passed",
        }
        print({**row, "seconds": round(seconds, 1)}, flush=True)
        return row


def prepare(data: Path, folder: Path) -> Path:
    """The config of a set in `folder`, with its layout, files, truth and model to start from."""
    config = Path(shutil.copy(CONFIGS / f"{data.name}.yaml", folder))
    shutil.copy(CONFIGS / "people.toml", folder)
    for file in data.glob("*.csv"):
        frame = pl.read_csv(file, infer_schema=False)
        if {"by", "bm", "bd"} <= set(frame.columns):
            day = [pl.col(part).str.zfill(2) for part in ("by", "bm", "bd")]
            frame = frame.with_columns(birth_date=pl.concat_str(day, separator="-"))
        frame.write_csv(folder / file.name)
    (folder / "start.json").write_text(json.dumps(starting_model(config)), encoding="utf-8")
    return config


def starting_model(config: Path) -> dict[str, Any]:
    """The model that the config starts from: expert's chances by the kind of each comparison."""
    expert = json.loads(EXPERT.read_text(encoding="utf-8"))
    links = YAML(typ="safe").load(config)["matching"]["links"]
    comparisons = {
        link["parameters"]: {
            name: _chances(expert, link["parameters"], name) for name in link["comparisons"]
        }
        for link in links
    }
    shares = {group: expert["shares"][group] for group in comparisons}
    return {"name": "start", "kin": expert["kin"], "shares": shares, "comparisons": comparisons}


def _chances(expert: dict[str, Any], group: str, name: str) -> dict[str, list[float]]:
    donor = DONORS.get(name, DONORS[name.partition("(")[0]])
    return dict(expert["comparisons"][group].get(name, expert["comparisons"][group][donor]))


def run(config: Path, when: str) -> dict[str, float]:
    """A run of the config, scored: of its only task."""
    reconcile("run", str(config), "--period", PERIODS[when], "--format", "csv", check=True)
    scores = evaluate(config.parent / "work" / "runs" / PERIODS[when], config.parent)
    task = scores.filter(pl.col("true_pairs") > 0).sort("task", descending=True).row(0, named=True)
    return {f"{name} {when}": task[name] for name in ("precision", "recall", "f1")}


def reconcile(*words: str, check: bool = False) -> tuple[int, str]:
    """The command's exit code, and what it said on stderr."""
    command = [sys.executable, "-m", "reconcile", "--lang", "en", "--quiet", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(done.stderr)
    return done.returncode, done.stderr.strip()


if __name__ == "__main__":
    main()
