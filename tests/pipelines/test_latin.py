"""People with Latin names and Western addresses, by configuration alone: the configs of `configs/latin` on made-up people.

Each pair of rows is one person, with one of the slips of `SLIPS` in the second row; others stand in one file only.
"""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconcile.cli.main import run

CONFIGS = Path(__file__).parents[2] / "configs" / "latin"
COLUMNS = (
    "rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
)  # fmt: skip
GIVEN = ["Aoife", "Bruno", "Chloé", "Dmitri", "Edith", "Farid", "Greta", "Hugo", "Imogen", "Jorge", "Katya", "Liam", "Mirela", "Nils", "Oona", "Pavel"]  # fmt: skip
FAMILY = ["O'Hara", "Brandt", "Castillo", "Dupont", "Eriksen", "Fitzroy", "García", "Hollis", "Ibsen", "Jankowski", "Keane", "Lindqvist", "Moreau"]  # fmt: skip
STREETS = ["Wattle", "Acacia", "Banksia", "Cedar", "Dogwood", "Elm", "Fig", "Grevillea", "Hakea", "Ironbark", "Jarrah"]  # fmt: skip
KINDS = ["Street", "Place", "Crescent", "Avenue", "Circuit"]  # fmt: skip
SUBURBS = ["Northhaven", "Brookvale", "Claremont", "Dunmore", "Easton", "Fairfield", "Glenrowan"]  # fmt: skip
EACH = 6

Row = dict[str, str]
SLIPS: dict[str, Callable[[Row], Row]] = {
    "nothing": lambda row: row,
    "capitals": lambda row: {column: value.upper() for column, value in row.items()},
    "names exchanged": lambda row: row | {"given_name": row["surname"], "surname": row["given_name"]},
    "another surname": lambda row: row | {"surname": "Zimmermann"},
    "letters swapped": lambda row: row | {"surname": row["surname"][:2] + row["surname"][2:4][::-1] + row["surname"][4:]},
    "lines exchanged": lambda row: row | {"address_1": row["address_2"], "address_2": row["address_1"]},
    "blank lost": lambda row: row | {"address_1": row["address_1"].replace(" ", ""), "given_name": ""},
    "day and month": lambda row: row | {"date_of_birth": row["date_of_birth"][:4] + row["date_of_birth"][6:] + row["date_of_birth"][4:6]},
    "no date, number mistyped": lambda row: row | {"date_of_birth": "", "soc_sec_id": row["soc_sec_id"][:-1] + "x"},
    "number of nobody": lambda row: row | {"soc_sec_id": "999" + row["soc_sec_id"][:4][::-1]},
    "no number": lambda row: row | {"soc_sec_id": ""},
    "moved inside the suburb": lambda row: row | {"street_number": "1", "address_1": "Harbour Road", "address_2": "Flat 5"},
}  # fmt: skip


def people() -> Iterator[Row]:
    """Made-up people without end; no two share a number, a birth date or an address."""
    for i in itertools.count():
        yield {
            "rec_id": f"{i:04}",
            "given_name": GIVEN[i * 7 % len(GIVEN)],
            "surname": FAMILY[i * 5 % len(FAMILY)],
            "street_number": str(3 + i * 11 % 90),
            "address_1": f"{STREETS[i % len(STREETS)]} {KINDS[i * 3 % len(KINDS)]}",
            "address_2": f"Unit {i % 17 + 2} Lot {i % 23 + 30}",
            "suburb": SUBURBS[i * 3 % len(SUBURBS)],
            "postcode": str(2000 + i * 37 % 7000),
            "state": ("nsw", "vic", "qld", "wa")[i % 4],
            "date_of_birth": f"{1920 + i * 13 % 80}{i * 7 % 12 + 1:02}{i * 5 % 28 + 1:02}",
            "soc_sec_id": str(1_000_003 + i * 48_271 % 8_999_993),
        }


def write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def slip_of() -> dict[str, str]:
    """By the number of a person in both files, its slip."""
    return {f"{i:04}": slip for i, slip in enumerate([slip for slip in SLIPS for _ in range(EACH)])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, slip_of: dict[str, str]) -> Path:
    """The shipped configs with the files that they name: a.csv and b.csv to link, people.csv with both."""
    place = tmp_path_factory.mktemp("latin")
    shutil.copytree(CONFIGS, place, dirs_exist_ok=True)
    made = list(itertools.islice(people(), len(slip_of) + 60))
    both, only_left, only_right = made[: len(slip_of)], made[len(slip_of) : -30], made[-30:]
    left = [row | {"rec_id": f"a{row['rec_id']}"} for row in both + only_left]
    right = [SLIPS[slip_of[row["rec_id"]]](row) for row in both]
    right = [row | {"rec_id": f"b{row['rec_id']}"} for row in right[::-1] + only_right]
    write(place / "febrl4" / "a.csv", left)
    write(place / "febrl4" / "b.csv", right)
    write(place / "febrl3" / "people.csv", left + right)
    return place


def listed(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def linked(folder: Path) -> list[Row]:
    target = folder / "linked.csv"
    assert run(["--lang", "en", "--quiet", "link", "--config", str(folder / "febrl4.yaml"), "-o", str(target)]) == 0
    return listed(target)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_person_is_found_in_the_other_file_whatever_the_slip(
    slip: str, linked: list[Row], slip_of: dict[str, str]
) -> None:
    counterparts = {
        row["record no. (left)"][1:]: row["record no. (right)"][1:]
        for row in linked
        if row["reason"].startswith("matched")
    }
    mine = {number for number, its in slip_of.items() if its == slip}
    assert {number: counterparts.get(number) for number in mine} == {number: number for number in mine}


def test_who_is_in_one_file_only_has_no_counterpart(linked: list[Row], slip_of: dict[str, str]) -> None:
    alone = [row for row in linked if not row["record no. (right)"]]
    assert len(alone) == 60
    assert {row["reason"] for row in alone} == {"no counterpart in the other file"}


def test_the_columns_that_differ_are_named(linked: list[Row], slip_of: dict[str, str]) -> None:
    differing = {
        slip_of[row["record no. (left)"][1:]]: row["differing fields"]
        for row in linked
        if row["reason"].startswith("matched")
    }
    assert differing["nothing"] == differing["capitals"] == ""
    assert differing["another surname"] == "family_name"
    assert differing["lines exchanged"] == "address_1, address_2"


def test_duplicates_inside_one_file(folder: Path, slip_of: dict[str, str]) -> None:
    target = folder / "duplicates.csv"
    assert run(["--lang", "en", "--quiet", "dedupe", "--config", str(folder / "febrl3.yaml"), "-o", str(target)]) == 0
    pairs = {tuple(sorted((row["record no. (left)"], row["record no. (right)"]))) for row in listed(target)}
    assert pairs == {(f"a{number}", f"b{number}") for number in slip_of}


def test_files_that_are_named_take_the_place_of_the_configs_own(folder: Path) -> None:
    target, config = folder / "others.csv", str(folder / "febrl4.yaml")
    files = [str(folder / "febrl4" / name) for name in ("b.csv", "a.csv")]
    assert run(["--lang", "en", "--quiet", "link", *files, "--config", config, "-o", str(target)]) == 0
    assert {row["source file (left)"] for row in listed(target) if row["reason"].startswith("matched")} == {"b.csv"}


def test_a_run_explains_a_pair_by_the_columns_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "--quiet", "run", str(folder / "febrl4.yaml"), "--period", "2026-10"]) == 0
    number = f"{list(SLIPS).index('names exchanged') * EACH:04}"
    capsys.readouterr()
    assert run(["--lang", "en", "explain", f"a{number}", f"b{number}", "--workspace", str(folder / "febrl4-work")]) == 0
    told = capsys.readouterr().out
    assert told.count("exchanged with") == 2
    assert "soc_sec_id" in told
    own = next(row for row in listed(folder / "febrl4" / "a.csv") if row["rec_id"] == f"a{number}")
    for column in ("given_name", "surname", "address_1", "soc_sec_id"):
        assert own[column] not in told, "values are masked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["link", "--config", "febrl3.yaml"], "needs one with 2"),
        (["dedupe", "--config", "febrl4.yaml"], "needs one with 1"),
        (["dedupe", "--layout", "people.toml", "--config", "febrl3.yaml"], "--layout and --config"),
        (["link", "febrl4/a.csv", "--config", "nothing.yaml"], "nothing.yaml"),
        (["link", "febrl4/a.csv"], "Two files"),
        (["dedupe"], "no files to read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_told(
    words: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert run(["--lang", "en", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "text(family_name_std, given_name_std)",
            "text(family_name_std,given_name_std)",
            "Did you mean 'text(family_name_std, given_name_std)'?",
        ),
        ("code(soc_sec_id_std)", "code(soc_sec_std)", "There is no matcher 'code(soc_sec_std)'"),
        ("[family_name_sound, given_name_sound]", "[family_name_sounds]", "Did you mean 'family_name_sound'?"),
        ("code(state_std)", "text(birth_date_std)", "There is no matcher 'text(birth_date_std)'"),
    ],
)
def test_a_plan_that_names_what_is_not_there_is_told(
    old: str, new: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder / "wrong.yaml"
    config.write_text((folder / "febrl4.yaml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert run(["--lang", "en", "link", "--config", str(config)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"kin": 0', '"kin": -1', "kin must be 0 or above"),
        ('    "two_slips": [0.02, 0.4, 0.1],\n', "", "There is no matcher 'code(street_number_std)'"),
    ],
)
def test_a_model_that_cannot_be_used_is_told(
    old: str, new: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = (folder / "people.json").read_text(encoding="utf-8")
    assert old in model
    (folder / "wrong.json").write_text(model.replace(old, new), encoding="utf-8")
    config = folder / "wrong.yaml"
    plan = (folder / "febrl4.yaml").read_text(encoding="utf-8")
    config.write_text(plan.replace("people.json", "wrong.json"), encoding="utf-8")
    assert run(["--lang", "en", "link", "--config", str(config)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
