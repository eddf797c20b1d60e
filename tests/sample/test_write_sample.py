"""The files of the made-up city: same arguments, same bytes; ugly or plain; every error in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.errors import UsageError
from reconcile.sample import FORMATS, register, write_sample
from reconcile.sample.columns import made_columns

SOURCES = ("residents", "household", "births")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    write_sample(folder, 20_000, seed=3, birth_months=60, form="plain", error_scale=2.0)
    return folder


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    write_sample(folder, 500, seed=3)
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    files = write_sample(one, 200, seed=7, form=form)
    write_sample(two, 200, seed=7, form=form)
    assert len(files) >= 6
    for file in files:
        assert file.read_bytes() == (two / file.name).read_bytes()


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", 200, seed=1, form="plain")
    write_sample(tmp_path / "two", 200, seed=2, form="plain")
    assert (tmp_path / "one/residents.csv").read_bytes() != (tmp_path / "two/residents.csv").read_bytes()


def test_plain_files_have_the_layouts_columns_and_no_stray_ones(plain: Path) -> None:
    for source in SOURCES:
        frame = pl.read_csv(plain / f"{source}.csv", infer_schema=False)
        assert frame.columns == [column.headers[0] for column in made_columns(source)]
        assert all(frame[column].is_not_null().any() for column in frame.columns)


def test_truth_has_every_record_once(plain: Path) -> None:
    for source in SOURCES:
        rows = pl.read_csv(plain / f"{source}.csv", infer_schema=False).unique(maintain_order=True)
        truth = pl.read_csv(plain / f"truth_{source}.csv", infer_schema=False)
        assert not truth["record_id"].is_duplicated().any()
        keys = truth["record_id"].str.replace(r"~\d+$", "").sort()
        assert keys.equals(rows.to_series(0).sort(), check_names=False)


def test_a_key_used_twice_is_one_persons(plain: Path) -> None:
    truth = pl.read_csv(plain / "truth_residents.csv", infer_schema=False)
    again = truth.filter(pl.col("record_id").str.contains("~"))
    first = truth.filter(pl.col("record_id").is_in(again["record_id"].str.replace(r"~\d+$", "").implode()))
    assert again.height > 0
    assert set(again["entity_id"]) == set(first["entity_id"])


def test_every_kind_of_error_occurs(plain: Path) -> None:
    kinds: set[str] = set()
    for source in SOURCES:
        errors = pl.read_csv(plain / f"truth_{source}.csv", infer_schema=False)["errors"].drop_nulls()
        kinds |= set(errors.str.split("|").explode(empty_as_null=False))
    assert set(register.KINDS) - kinds <= {"pinyin"}  # so rare that a town of this size may have none


def test_twins_never_share_an_entity(plain: Path) -> None:
    truth = pl.read_csv(plain / "truth_births.csv", infer_schema=False)
    births = pl.read_csv(plain / "births.csv", infer_schema=False).unique(maintain_order=True)
    reissued = truth.filter(pl.col("errors").str.contains("reissued"))
    assert truth["entity_id"].n_unique() == truth.height - reissued.height
    assert births.height == truth.height


def test_no_errors_at_scale_zero(tmp_path: Path) -> None:
    write_sample(tmp_path, 500, form="plain", error_scale=0.0)
    errors = pl.read_csv(tmp_path / "truth_household.csv", infer_schema=False)["errors"].drop_nulls()
    slips = {"homophone", "id_digit", "lunar_date", "duplicate", "hygiene", "sex"}
    assert not slips & set(errors.str.split("|").explode(empty_as_null=False))


def test_mixed_files_are_as_ugly_as_offices_make_them(mixed: Path) -> None:
    residents = (mixed / "residents_1.csv").read_bytes().decode("gb18030").splitlines()
    assert residents[0].startswith("海临市全员人口信息一览表")
    assert "身份证号码（必填）" in residents[2]
    assert "避孕措施" in residents[2]
    assert residents[-1].startswith("合计")
    household = (mixed / "household_1.tsv").read_bytes().decode("utf-16").splitlines()
    assert "公民身份号码" in household[0].split("\t")
    with zipfile.ZipFile(mixed / "household_2.zip") as archive:
        inside = archive.read("household_2.csv").decode("gb18030").splitlines()
    truth = pl.read_csv(mixed / "truth_household.csv", infer_schema=False)
    assert abs(len(household) + len(inside) - 2 - truth.height) <= 2


def test_workbooks_hold_numbers_as_text_and_text_as_numbers(mixed: Path) -> None:
    book = fastexcel.read_excel(mixed / "births.xlsx")
    sheet = book.load_sheet(0, header_row=2, dtypes=None).to_polars()
    assert sheet.schema["出生体重(g)"] == pl.String
    assert sheet["联系电话"].drop_nulls().len() > 0
    assert sheet.schema["母亲有效证件号码"] == pl.String


def test_a_column_ruined_by_a_spreadsheet(tmp_path: Path) -> None:
    write_sample(tmp_path, 200, form="plain", ruined="household")
    ids = pl.read_csv(tmp_path / "household.csv", infer_schema=False)["公民身份号码"].drop_nulls()
    assert (ids.str.contains(r"E\+17$|000$").mean() or 0) > 0.8


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"preset": "perfect"}, "perfect"),
        ({"people": 3}, "50"),
        ({"seed": -1}, "seed"),
        ({"birth_months": 0}, "120"),
        ({"form": "docx"}, "docx"),
        ({"error_scale": -1.0}, "error"),
        ({"error_scale": float("nan")}, "error"),
        ({"ruined": "schools"}, "schools"),
        ({"form": "xlsx", "people": 2_000_000}, "1048576"),
    ],
)
def test_wrong_arguments_are_told(tmp_path: Path, arguments: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as told:
        write_sample(tmp_path, **arguments)  # type: ignore[arg-type]
    assert says in str(told.value)


def test_the_command_writes_the_city_and_leaves_stdout_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sample", str(tmp_path), "--people", "200", "--plain"]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "births.csv").exists()
    assert run(["sample", str(tmp_path), "--people", "1"]) == 2
    assert "50" in capsys.readouterr().err


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "city").write_text("", encoding="utf-8")
    with pytest.raises(UsageError):
        write_sample(tmp_path / "city", 200)
