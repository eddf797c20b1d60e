"""The office of the documents: the demo's month, run and partly sent out, and files under the names that they use."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pyzipper
from openpyxl import load_workbook

from reconcile.casework.form import header
from reconcile.cli.main import run
from reconcile.ledger.store import open_ledger
from reconcile.sample import write_sample
from reconcile.workspace import Workspace
from tests.crosschecks.figure_files import write_csv, write_xlsx

ROOT = Path(__file__).parents[1]
PASSWORD = "correct-horse-7"
CONFIGS = {
    "rosters.yaml": "sources: {first: {layout: roster, files: [january.xlsx]}}",
    "school.yaml": "sources: {pupils: {layout: school, files: [first-grade.xlsx]}, births: {layout: births, files: [births.csv]}}",
}
# Another name of a file that `reconcile sample` writes.
NAMES = {
    "residents": ("residents.csv", "exports/residents.csv", "people.zip"),
    "household": ("household.csv", "household.xlsx", "exports/household.xlsx"),
    "births": ("births.csv", "births.xlsx", "births.zip", "c.xlsx", "births-2018.csv", "births-2019.csv"),
    "roster_a": ("benefit.xlsx", "january.xlsx", "a.csv"),
    "roster_b": ("insurance.csv", "b.csv"),
    "areas": ("areas.xlsx",),
}


def furnish(folder: Path) -> None:
    """Puts into the folder, where the program is at work: config, demo, files; runs the month, sends it out twice, and
    has the first answers booked and the second ones come back."""
    for name in ("configs", "sample_data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*-work"))
    _write_exports(folder)
    _do("run", "configs/monthly.yaml", "--period", "2026-10")
    write_csv(folder / "judged.csv", _judged(folder / "work" / "runs" / "2026-10"))
    _do("dispatch", "--code", "id_missing", "--by", "town", "--out", "first")
    _do("feedback", str(_answered(next(Path("first").glob("玉岭街道_*")), folder / "first.xlsx")))
    _do("dispatch", "--code", "registered_elsewhere", "--by", "town", "--out", "second")
    sent = sorted(Path("second").glob("*街道_*"))
    for name in ("returned/Fucheng.xlsx", "Fucheng.xlsx", "out/back/Fucheng.xlsx"):
        _answered(sent[0], folder / name)
    with pyzipper.AESZipFile(folder / "returned" / "Haixiu.zip", "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.write(_answered(sent[1], folder / "Haixiu.xlsx"), "Haixiu.xlsx")
    _do("review", "export", "-o", "pairs.xlsx")
    _do("ledger", "backup")


def _judged(run: Path) -> list[list[str]]:
    """A file of judgements: the first resident with a record in the household register is that person."""
    persons = pl.read_parquet(run / "frames" / "persons.parquet").with_columns(pl.col("source").cast(pl.String))
    left, right = (
        persons.filter(source=source).select("person_id", record="record_id") for source in ("residents", "household")
    )
    pair = left.join(right, on="person_id", maintain_order="left").row(0)
    header = ["source_l", "record_id_l", "source_r", "record_id_r", "decision"]
    return [header, ["residents", pair[1], "household", pair[2], "same"]]


def cases(state: str) -> list[str]:
    """The keys of the cases in this state."""
    with open_ledger(Workspace(Path("work"))) as ledger:
        return ledger.cases().filter(pl.col("state") == state)["key"].sort().to_list()


def _do(*words: str) -> None:
    assert run(["--lang", "zh", "--quiet", *words]) == 0, words


def _write_exports(folder: Path) -> None:
    city = folder / "small"
    write_sample(city, people=300, seed=5, form="plain", birth_months=100, with_rosters=True)
    write_sample(folder / "city", people=300, seed=5, areas=True, with_rosters=True)
    shutil.copy(folder / "city" / "areas.csv", city)
    for made, names in NAMES.items():
        for name in names:
            _write_as(city / f"{made}.csv", folder / name)
    grades = [["学年", "镇街", "年级", "人数"], ["2025-2026", "大溪镇", "一年级", 4]]
    reported = [["地区", "月份", "上报数"], ["全市", "2026-10", 4]]
    for rows, name in ((grades, "first-grade"), (reported, "reported")):
        write_csv(folder / f"{name}.csv", rows)
        write_xlsx(folder / f"{name}.xlsx", rows)
    for name, config in CONFIGS.items():
        (folder / name).write_text(config, encoding="utf-8")
    (folder / "password.txt").write_text(PASSWORD, encoding="utf-8")


def _answered(sent: Path, back: Path) -> Path:
    """The workbook that was sent, come back with every row confirmed."""
    workbook = load_workbook(sent)
    head, *rows = workbook.worksheets[0].iter_rows()
    result = [cell.value for cell in head].index(header("result", "zh"))
    for row in rows:
        row[result].value = "属实待改"
    back.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(back)
    return back


def _write_as(made: Path, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(made, made.name)
    elif path.suffix == ".xlsx":
        write_xlsx(path, list(csv.reader(made.read_text(encoding="utf-8-sig").splitlines())))
    else:
        shutil.copy(made, path)
