"""Configs: every problem is told at once, with file, line, place, and what would be right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from ruamel.yaml import YAML

from reconcile.config import (
    AmountConfig,
    AreasConfig,
    BirthsConfig,
    Config,
    LinkConfig,
    ListsConfig,
    MatchingConfig,
    RostersConfig,
    RuleConfig,
    SourceConfig,
    config_digest,
    config_for,
    default_matching,
    json_schema,
    matching_of,
)
from reconcile.core.errors import ConfigError, UsageError
from reconcile.core.messages import LANGUAGES, has_text, speak
from reconcile.matching.model import FOLDER
from reconcile.preflight import load_config

CONFIGS = Path(__file__).parents[2] / "configs"

# Every key that a config can have, each on a line of its own.
COMPLETE = """\
workspace: work
language: en
open_threshold: 10
sources:
  people:
    layout: residents
    files:
      - people.csv
    columns:
      name: 姓名
    encoding: gb18030
    delimiter: ";"
    sheet: 名单
    header_row: 2
  police:
    layout: household
    files:
      - police.csv
matching:
  model: default
  match_probability: 0.6
  review_probability: 0.1
  max_false_share: 0.002
  estimate: shares
  judgements: judged.csv
  links:
    - sources: [people, police]
      parameters: people
      exact:
        - [id_number_std, name_std]
      wide: [[name_std, town_std]]
      blocking: [[name_std, birth_year]]
      comparisons: [name, birth_date]
      barred: [name.different]
      max_block: 50
rules:
  id_missing:
    enabled: false
    severity: low
lists:
  format: [csv]
  split_by: town
  leave_out: [birth_statistics]
  whole_values: false
  language: en
births:
  registration_days: 60
  home_areas: [海临市]
rosters:
  exclusive: [[people, police]]
  amounts:
    police:
      units: 12
      rate: 100.00
      tolerance: 0.5
areas:
  files: [areas.csv]
  columns:
    area_name: 名称
  encoding: utf-16
  delimiter: ";"
  sheet: 区划
  header_row: 2
"""
MODELS = (
    Config, SourceConfig, AreasConfig, MatchingConfig, LinkConfig, RuleConfig, ListsConfig, BirthsConfig, RostersConfig,
    AmountConfig,
)  # fmt: skip
KEYS = [
    (number, line.strip(" -").split(":")[0])
    for number, line in enumerate(COMPLETE.splitlines(), start=1)
    if ":" in line
    and not line.strip().startswith(("name: 姓名", "area_name: 名称", "people:", "police:", "id_missing:"))
]


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("people.csv", "police.csv", "areas.csv"):
        (tmp_path / name).write_text("姓名\n", encoding="utf-8")
    header = "source_l,record_id_l,source_r,record_id_r,decision\n"
    (tmp_path / "judged.csv").write_text(header, encoding="utf-8")
    return tmp_path


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "month.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def complaint(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, content))
    return str(caught.value)


def test_the_complete_config_has_every_key_and_is_right(folder: Path) -> None:
    config = load_config(write(folder, COMPLETE))
    assert {key for _, key in KEYS} == {field for model in MODELS for field in model.model_fields}
    assert config.sources["people"].columns == {"name": "姓名"}
    assert config.matching is not None
    assert config.matching.links[0].blocking == [["name_std", "birth_year"]]


@pytest.mark.parametrize(("line", "key"), KEYS, ids=lambda value: str(value))
def test_a_misspelt_key_is_told_with_its_line_and_the_key_that_was_meant(folder: Path, line: int, key: str) -> None:
    for misspelt in {key[:-1], key + key[-1], key[1] + key[0] + key[2:], key.upper()} - {key}:
        lines = COMPLETE.splitlines()
        lines[line - 1] = lines[line - 1].replace(key, misspelt, 1)
        said = complaint(folder, "\n".join(lines))
        assert f"month.yaml, line {line}, " in said, misspelt
        assert f"Did you mean '{key}'?" in said, misspelt
        assert said.count("\n") == 1, "a misspelt key is one problem, not two"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "layout: residents",
            "layout: resident",
            6,
            "Did you mean 'residents'? Allowed: areas, births, claimed, household, res",
        ),
        ("- people.csv", "- nobody*.csv", 8, "nobody"),
        ("name: 姓名", "nam: 姓名", 10, "Did you mean 'name'?"),
        ("gb18030", "gb18031", 11, "gb18031"),
        ("encoding: gb18030", "encoding: hex", 11, "hex"),
        ('";"', '";;"', 12, "At most 1 characters"),
        ("sheet: 名单", "sheet: 2026", 13, "Put quotes around"),
        ("header_row: 2", "header_row: 0", 14, "at least 1"),
        ("header_row: 2", "header_row: second", 14, "whole number"),
        ("files:\n      - police.csv", "files: police.csv", 17, "must be a list"),
        ("files:\n      - police.csv", "files: []", 17, "At least 1 needed, 0 given"),
        ("model: default", "model: best", 20, "best"),
        ("model: default", "model: nowhere.json", 20, "nowhere.json"),
        ("match_probability: 0.6", "match_probability: 1", 21, "below 1"),
        ("match_probability: 0.6", "match_probability: .nan", 21, "must be a number"),
        ("review_probability: 0.1", "review_probability: 0.7", 22, "cannot be above match_probability (0.6)"),
        ("[people, police]", "[people, polise]", 27, "Did you mean 'police'? Allowed: people, police"),
        ("[people, police]", "[people]", 27, "missing"),
        ("[people, police]", "[people, police, people]", 27, "At most 2"),
        ("parameters: people", "parameters: peopel", 28, "Did you mean 'people'?"),
        ("[id_number_std, name_std]", "[id_number, name_std]", 30, "Did you mean 'id_number_std'?"),
        ("[name_std, birth_year]", "[name_std, birthyear]", 32, "Did you mean 'birth_year'?"),
        ("[name, birth_date]", "[name, birth_date, name]", 33, "'name' is compared twice"),
        ("[name, birth_date]", "[name, birthdate]", 33, "Did you mean 'birth_date'?"),
        ("name.different", "name.diferent", 34, "Did you mean 'name.different'?"),
        ("max_block: 50", "max_block: 1", 35, "at least 2"),
        ("id_missing", "id_mising", 37, "Did you mean 'id_missing'?"),
        ("enabled: false", "enabled: never", 38, "must be true or false"),
        ("severity: low", "severity: lo", 39, "Did you mean 'low'? Allowed: high, medium, low"),
        ("format: [csv]", "format: [xls]", 41, "Allowed: xlsx, csv, ndjson, parquet"),
        ("format: [csv]", "format: []", 41, "At least 1"),
        ("split_by: town", "split_by: county", 42, "Allowed: town, village"),
        ("whole_values: false", "whole_values:", 44, "empty"),
        ("language: en\nopen", "language: fr\nopen", 2, "Allowed: zh, en"),
        ("[[people, police]]", "[[people, polise]]", 50, "Did you mean 'police'?"),
        ("[[people, police]]", "[[people, people]]", 50, "cannot exclude itself"),
        ("tolerance: 0.5", "tolerance: -1", 55, "at least 0"),
        ("open_threshold: 10", "open_threshold: -1", 3, "at least 0"),
        ("open_threshold: 10", "workspace: other", 3, "said twice (first in line 1)"),
        ("  people:\n", "  a/b:\n", 5, "letters, digits"),
        ("lists:", "lists: all\nrest:", 40, "lines of 'name: value'"),
        ("open_threshold: 10", "open_threshold：10", 4, "full-width colon"),
        ("  people:\n", "\tpeople:\n", 5, "starts with a tab"),
        ("[csv]", "[csv", 42, "not YAML"),
        ("language: en\nopen", "language: !!python/object:os.system en\nopen", 2, "not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(folder: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in COMPLETE
    told = complaint(folder, COMPLETE.replace(old, new, 1))
    matching = [one for one in told.splitlines() if f"line {line}" in one]
    assert any(said in one for one in matching), told


def damaged(model: dict[str, Any], damage: str) -> dict[str, Any]:
    people = model["comparisons"]["people"]
    match damage:
        case "a list for the levels":
            people["name"] = [1]
        case "a comparison missing":
            del people["birth_date"]
        case "a level missing":
            del people["name"]["equal"]
        case "a share of nothing":
            model["shares"]["people"]["linked"] = 0
        case "a share above all":
            model["shares"]["people"]["repeated"] = 1.5
    return model


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("a list for the levels", "'ours.json' is not right"),
        ("a comparison missing", "people.birth_date"),
        ("a level missing", "people.name"),
        ("a share of nothing", "every share"),
        ("a share above all", "every share"),
    ],
)
def test_a_damaged_model_is_told_before_anything_runs(
    folder: Path, damage: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    model = damaged(json.loads((FOLDER / "default.json").read_text(encoding="utf-8")), damage)
    Path("ours.json").write_text(json.dumps(model), encoding="utf-8")
    lines = COMPLETE.replace("model: default", "model: ours.json").splitlines()
    links, rules = lines.index("  links:"), lines.index("rules:")
    shipped_links = "\n".join([*lines[:links], *lines[rules:]])
    Path("month.yaml").write_text(shipped_links, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(Path("month.yaml"))


def test_a_model_without_what_these_sources_do_not_need_is_right(folder: Path) -> None:
    model = json.loads((FOLDER / "default.json").read_text(encoding="utf-8"))
    for group in ("births", "certificates"):
        del model["comparisons"][group], model["shares"][group]
    (folder / "ours.json").write_text(json.dumps(model), encoding="utf-8")
    sources = "sources:\n  people: {layout: residents, files: [people.csv]}\n"
    assert load_config(write(folder, f"{sources}matching: {{model: ours.json}}\n")).matching


def test_a_layout_that_cannot_be_had_is_one_problem(folder: Path) -> None:
    said = complaint(folder, COMPLETE.replace("layout: residents", "layout: a.toml").replace("household", "b.toml"))
    assert len(said.splitlines()) == 3


def test_every_problem_is_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    wrong = (
        COMPLETE.replace("workspace", "workspase")
        .replace("gb18030", "gb18031")
        .replace("birth_year", "birth_yaer")
        .replace("id_missing", "id_mising")
        .replace("[csv]", "[xls]")
    )
    told = complaint(folder, wrong).splitlines()[1:]
    assert [int(one.split("line ")[1].split(",")[0]) for one in told] == [1, 11, 32, 37, 41]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty"),
        ("# nothing yet\n", "The file is empty"),
        ("- people.csv\n", "must be lines of 'name: value'"),
        ("sources", "must be lines of 'name: value'"),
        ("--- 1\n--- 2\n", "not YAML"),
        ("[" * 600, "nested too deeply"),
        ("a: &a [*a]\nsources: *a\n", "There is no such setting"),
        ("\x00", "not YAML"),
        ("workspace: 工作\n".encode("gb18030"), "not UTF-8"),
        ("sources: {}\n", "At least 1 needed"),
        ("1: 2\n", "A name must be text"),
        ("? [a]\n: 1\n", "A name must be text"),
        ("<<: 3\n", "not YAML"),
    ],
)
def test_what_is_no_config_is_an_error_and_never_a_traceback(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in complaint(tmp_path, content)


@pytest.mark.parametrize(("name", "said"), [("none.yaml", "There is no config"), (".", "is a folder")])
def test_a_path_without_a_config_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(tmp_path / name)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_whatever_is_cut_out_of_a_config_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(COMPLETE) - 1))
    end = data.draw(st.integers(start, len(COMPLETE)))
    put = data.draw(st.text(st.sampled_from("a1:-[]{}&*!|>'\"%@`#,\t\n 　："), max_size=6))
    path = write(tmp_path_factory.mktemp("cut"), COMPLETE[:start] + put + COMPLETE[end:])
    try:
        assert isinstance(load_config(path, need_files=False), Config)
    except ConfigError as error:
        told = str(error)
    else:
        return
    assert "month.yaml" in told


def test_a_byte_order_mark_is_no_problem(folder: Path) -> None:
    assert load_config(write(folder, b"\xef\xbb\xbf" + COMPLETE.encode())).workspace


def test_paths_start_at_the_configs_folder_and_stdin_stays(folder: Path) -> None:
    (folder / "configs").mkdir()
    path = write(
        folder / "configs",
        "workspace: ../work\nsources:\n  people: {layout: residents, files: [../people*.csv, '-']}\n",
    )
    config = load_config(path)
    assert config.workspace == str(folder / "work")
    assert config.sources["people"].files == [str(folder / "people*.csv"), "-"]


def test_files_may_be_missing_when_they_are_not_needed(folder: Path) -> None:
    (folder / "people.csv").unlink()
    assert load_config(write(folder, COMPLETE), need_files=False).sources
    assert "people.csv" in complaint(folder, COMPLETE)


# The shipped plan


def sources_of(*layouts: str) -> dict[str, str]:
    return {f"{layout}_{number}": layout for number, layout in enumerate(layouts)}


@pytest.mark.parametrize(
    ("layouts", "pairs"),
    [
        (["residents"], {("residents_0", "residents_0")}),
        (
            ["residents", "residents"],
            {
                ("residents_0", "residents_0"),
                ("residents_0", "residents_1"),
                ("residents_1", "residents_1"),
            },
        ),
        (
            ["household", "residents"],
            {
                ("residents_1", "household_0"),
                ("residents_1", "residents_1"),
                ("household_0", "household_0"),
            },
        ),
    ],
)
def test_the_shipped_plan_fits_itself_to_the_sources(layouts: list[str], pairs: set[tuple[str, str]]) -> None:
    links = default_matching(sources_of(*layouts)).links
    assert {link.sources for link in links} == pairs
    assert len(links) == len(pairs)


def test_the_shipped_plan_says_nothing_that_a_config_could_not_say(folder: Path) -> None:
    plan = default_matching({"residents": "residents", "household": "household", "births": "births"})
    sources = {name: {"layout": name, "files": ["people.csv"]} for name in ("residents", "household", "births")}
    written = folder / "plan.yaml"
    YAML(typ="safe", pure=True).dump({"sources": sources, "matching": plan.model_dump(mode="json")}, written)
    assert load_config(written).matching == plan


def test_a_register_that_the_plan_does_not_know_is_told(tmp_path: Path) -> None:
    tenants = tmp_path / "tenants.toml"
    tenants.write_text('needs = [["name"]]\n[columns]\nname = { kind = "name" }\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="tenants"):
        default_matching({"roster": str(tenants)})


@pytest.mark.parametrize(
    "content",
    [
        "needs = [",
        "needs = []\n",
        'needs = [["name"]]\n[columns]\nname = "name"\n',
        'needs = [["name"]]\n[columns]\nname = { kind = "person" }\n',
    ],
)
def test_a_layout_file_that_is_none_is_told_with_its_line(folder: Path, content: str) -> None:
    (folder / "own.toml").write_text(content, encoding="utf-8")
    said = complaint(folder, COMPLETE.replace("layout: residents", "layout: own.toml"))
    assert "month.yaml, line 6, sources.people.layout" in said
    assert "own.toml" in said


def test_a_config_may_change_a_threshold_and_keep_the_plan() -> None:
    sources = {"people": SourceConfig(layout="residents", files=["people.csv"])}
    plan = matching_of(Config(sources=sources))
    changed = matching_of(Config(sources=sources, matching=MatchingConfig(match_probability=0.9)))
    assert changed == plan.model_copy(update={"match_probability": 0.9})


def test_a_config_is_made_from_files_by_layout(tmp_path: Path) -> None:
    config = config_for({"residents": ["a.csv", "b.csv"], "household": []}, tmp_path)
    assert config.workspace == str(tmp_path)
    assert {name: source.files for name, source in config.sources.items()} == {"residents": ["a.csv", "b.csv"]}
    with pytest.raises(UsageError):
        config_for({"residents": []}, tmp_path)


def test_the_digest_is_about_what_is_asked_not_about_where_things_are(tmp_path: Path) -> None:
    here = config_for({"residents": ["here/a.csv"]}, tmp_path)
    there = config_for({"residents": ["there/b.csv"]}, tmp_path / "there")
    other = here.model_copy(update={"matching": MatchingConfig(match_probability=0.9)})
    assert config_digest(here) == config_digest(there)
    assert config_digest(here) != config_digest(other)


# The schema


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_described_in_both_languages(language: str) -> None:
    for model in MODELS:
        assert has_text(f"config.model.{model.__name__}", language)
        for field in model.model_fields:
            assert has_text(f"config.field.{model.__name__}.{field}", language), field


def test_the_schema_describes_every_field_and_forbids_others() -> None:
    schema: dict[str, Any] = json_schema()
    for definition in (schema, *schema["$defs"].values()):
        assert definition["additionalProperties"] is False
        assert all(described["description"] for described in definition["properties"].values())


def test_the_models_forbid_unknown_keys() -> None:
    assert all(issubclass(model, BaseModel) and model.model_config["extra"] == "forbid" for model in MODELS)


# The shipped configs


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.name)
def test_a_shipped_config_loads_with_every_setting_that_is_only_shown_turned_on(path: Path, tmp_path: Path) -> None:
    shown = re.compile(r"^( *)# ( *[a-z_]+:( .*)?)$", re.MULTILINE)
    text = path.read_text(encoding="utf-8")
    turned_on = shown.sub(r"\1\2", text)
    assert turned_on.count("\n#") < text.count("\n#")
    assert load_config(path, need_files=False).sources
    assert load_config(write(tmp_path, turned_on), need_files=False).sources
