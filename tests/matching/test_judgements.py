"""Judgements: what people decided is read in either language, contradictions are named, and the solver obeys."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.config import default_matching
from reconcile.core.errors import InputError
from reconcile.core.frames import JUDGEMENTS, conform
from reconcile.core.progress import Progress
from reconcile.matching.components import LARGEST
from reconcile.matching.judgements import read_judgements, with_people
from reconcile.matching.link import link_records
from reconcile.pipeline.notices import of_matching
from tests.people import frame

HEADER = "source_l,record_id_l,source_r,record_id_r,decision,who,when,why"


def file(folder, *rows, header=HEADER, encoding="utf-8"):
    path = folder / "judged.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def judged(folder, *pairs):
    """A file of rows such as `a = b` and `a ≠ c`, all in the resident register."""
    words = {"=": "same", "≠": "different", "?": "unsure"}
    rows = [pair.split() for pair in pairs]
    return file(folder, *(f"residents,{a},residents,{b},{words[sign]},,," for a, sign, b in rows))


@pytest.mark.parametrize(
    ("what", "header", "row", "encoding"),
    [
        ("English", HEADER, "residents,1,household,2,same,Li,2026-10-01,same mother", "utf-8"),
        ("Chinese, as Excel saves it", "来源1,记录编号1,来源2,记录编号2,判定,判定人", "residents,1,household,2,同一人,李某", "gb18030"),
        ("a BOM and spaces", HEADER, " residents ,1, household,2,Same ,,,", "utf-8-sig"),
        ("semicolons, as Excel saves it in Germany", HEADER.replace(",", ";"), "residents;1;household;2;same;;;a, b", "utf-8-sig"),
        ("tabs in UTF-16, Excel's Unicode text", HEADER.replace(",", "\t"), "residents\t1\thousehold\t2\tsame\t\t\t", "utf-16"),
        ("without optional columns", "decision,record_id_r,source_r,source_l,record_id_l", "same,2,household,residents,1", "utf-8"),
    ],
)  # fmt: skip
def test_read_in_either_language(what, header, row, encoding, tmp_path):
    found = read_judgements(file(tmp_path, row, header=header, encoding=encoding)).row(0, named=True)
    assert (found["source_l"], found["record_id_l"], found["source_r"], found["record_id_r"]) == (
        "residents",
        "1",
        "household",
        "2",
    )
    assert (found["decision"], found["row"]) == ("same", 2)


def test_blank_rows_go_and_rows_are_counted_as_in_the_file(tmp_path):
    rows = read_judgements(file(tmp_path, ",,,,,,,", "residents,1,residents,2,unsure,,,"))
    assert rows["row"].to_list() == [3]


def test_a_file_with_a_header_only_decides_nothing(tmp_path):
    assert read_judgements(file(tmp_path)).is_empty()


@pytest.mark.parametrize(
    ("what", "header", "row", "told"),
    [
        ("a column is missing", "source_l,record_id_l,source_r,decision", "residents,1,residents,same", "record_id_r"),
        ("a decision nobody knows", HEADER, "residents,1,residents,2,maybe,,,", "2"),
        ("a record and itself", HEADER, "residents,2,residents,2,same,,,", "one record on both sides: 2"),
        ("rows longer than the header", HEADER, "residents,1,residents,2,same,,,,,more", "save it as CSV"),
        (
            "a Chinese header, one column misspelt",
            "来源,记录编号1,来源2,记录编号2,判定",
            "residents,1,residents,2,same",
            r"source_l \(source 1\)",
        ),
        ("no record", HEADER, "residents,,residents,2,same,,,", "2"),
        ("a column twice", HEADER + ",判定", "residents,1,residents,2,same,,,,同一人", "判定"),
        ("nothing", "", "", "source_l"),
    ],
)
def test_what_cannot_be_used_is_told(what, header, row, told, tmp_path, monkeypatch):
    monkeypatch.setenv("RECONCILE_LANG", "en")
    with pytest.raises(InputError, match=told):
        read_judgements(file(tmp_path, row, header=header))


def test_a_workbook_is_told(tmp_path):
    path = tmp_path / "judged.xlsx"
    pl.DataFrame({"source_l": ["residents"]}).write_excel(path)
    with pytest.raises(InputError) as error:
        read_judgements(path)
    assert error.value.key == "judgements.error.unreadable"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_judgements(tmp_path / "nowhere.csv")


CONTRADICTIONS = [
    ("the same pair both ways", ["a = b", "b ≠ a"], "3", ["2"]),
    ("along a chain", ["a = b", "x = y", "b = c", "c = d", "a ≠ d"], "6", ["2", "4", "5"]),
]


@pytest.mark.parametrize(("what", "pairs", "different", "same"), CONTRADICTIONS, ids=[c[0] for c in CONTRADICTIONS])
def test_contradictions_are_named_by_their_rows(what, pairs, different, same, tmp_path):
    with pytest.raises(InputError, match="judged") as error:
        read_judgements(judged(tmp_path, *pairs))
    line = str(error.value).splitlines()[-1]
    assert [word for word in line.replace(",", " ").split() if word.isdigit()] == [different, *same]


@pytest.mark.parametrize(
    "pairs", [["a = b", "b = c", "c = a"], ["a = b", "c ≠ a", "c ≠ b"], ["a ? b", "a = b"], ["a = b", "a = b"]]
)
def test_what_agrees_is_no_contradiction(pairs, tmp_path):
    assert read_judgements(judged(tmp_path, *pairs)).height == len(pairs)


def test_people_follow_from_chains(tmp_path):
    placed = with_people(read_judgements(judged(tmp_path, "a = b", "b = c", "d ≠ a")))
    people = dict(zip(placed["one"], placed["person_l"], strict=True)) | dict(
        zip(placed["other"], placed["person_r"], strict=True)
    )
    assert len(set(people.values())) == 2


# In a whole linkage: the solver obeys, whatever the records say.

MAN = {
    "name": "王晓明",
    "born": "1980-05-01",
    "sex": 1,
    "number": "460100198005010011",
    "town": "甲镇",
    "village": "东村",
}
OTHER = {
    "name": "李国华",
    "born": "1955-11-23",
    "sex": 1,
    "number": "46010019551123001X",
    "town": "乙镇",
    "village": "西村",
}
PEOPLE = {
    "residents": [{"id": "r0", **MAN}, {"id": "r1", **MAN, "village": "西村"}, {"id": "r2", **OTHER}, {"id": "r3", "name": "陈美丽", "born": "1990-01-02"}],
    "household": [{"id": "h0", **MAN}, {"id": "h1", **OTHER}, {"id": "h2", "name": "王小明", "born": "1980-05-01", "sex": 1, "village": "东村"}],
}  # fmt: skip
RECORDS = [(source, row["id"]) for source, rows in PEOPLE.items() for row in rows]


def linked(path):
    records = {source: frame(rows) for source, rows in PEOPLE.items()}
    plan = default_matching({"residents": "residents", "household": "household"})
    return link_records(records, plan.model_copy(update={"judgements": str(path)}), Progress(quiet=True))


def person_of(found):
    return {
        (source, record): person
        for person, source, record in found.persons.select("person_id", "source", "record_id").rows()
    }


def save(folder, pairs):
    rows = [f"{a[0]},{a[1]},{b[0]},{b[1]},{decision},,," for (a, b), decision in pairs.items()]
    return file(folder, *rows)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(groups=st.lists(st.integers(0, 3), min_size=len(RECORDS), max_size=len(RECORDS)), chosen=st.data())
def test_every_judgement_holds(groups, chosen, tmp_path_factory):
    truth = dict(zip(RECORDS, groups, strict=True))
    pairs = chosen.draw(st.lists(st.sampled_from(list(combinations(RECORDS, 2))), max_size=8, unique=True))
    decided = {(a, b): "same" if truth[a] == truth[b] else "different" for a, b in pairs}
    person = person_of(linked(save(tmp_path_factory.mktemp("judged"), decided)))
    for (a, b), decision in decided.items():
        assert (person[a] == person[b]) == (decision == "same"), (a, b, decision)


def test_unsure_changes_nothing(tmp_path):
    pair = {(("residents", "r0"), ("household", "h0")): "unsure"}
    empty, unsure = tmp_path / "none", tmp_path / "unsure"
    empty.mkdir()
    unsure.mkdir()
    assert person_of(linked(save(empty, {}))) == person_of(linked(save(unsure, pair)))


def test_a_pair_closed_by_exact_keys_is_parted_where_people_say_so(tmp_path):
    r2, h1 = ("residents", "r2"), ("household", "h1")
    assert (person := person_of(linked(save(tmp_path, {}))))[r2] == person[h1]
    found = linked(save(tmp_path, {(h1, r2): "different"}))
    assert person_of(found)[r2] != person_of(found)[h1]
    pair = found.scored_pairs.filter((pl.col("record_id_l") == "r2") & (pl.col("record_id_r") == "h1"))
    assert pair["band"].to_list() == ["non-match"]
    assert found.links.filter((pl.col("record_id") == "r2") & (pl.col("contender_record_id") == "h1")).is_empty()


def test_a_pair_judged_the_same_is_one_person_by_judgement(tmp_path):
    r3, h2 = ("residents", "r3"), ("household", "h2")
    found = linked(save(tmp_path, {(r3, h2): "same"}))
    assert person_of(found)[r3] == person_of(found)[h2]
    assert found.persons.filter(pl.col("record_id") == "r3")["how"].to_list() == ["judgement"]
    pair = found.scored_pairs.filter((pl.col("record_id_l") == "r3") & (pl.col("record_id_r") == "h2"))
    assert (pair["band"].to_list(), pair.height) == (["match"], 1)


def test_records_that_are_not_in_the_run_are_told_by_row(tmp_path):
    found = linked(save(tmp_path, {(("residents", "r0"), ("household", "gone")): "same"}))
    assert found.unknown_judgements == (2,)


def test_judgements_can_be_handed_over_as_they_are_and_those_of_the_ledger_are_counted_when_idle():
    records = {source: frame(rows) for source, rows in PEOPLE.items()}
    pairs = [("residents", "r3", "household", "h2", "same", 1), ("residents", "r0", "household", "gone", "same", 2)]
    columns = ["source_l", "record_id_l", "source_r", "record_id_r", "decision", "judgement"]
    judged = conform(pl.DataFrame(pairs, schema=columns, orient="row"), JUDGEMENTS)
    plan = default_matching({"residents": "residents", "household": "household"})
    found = link_records(records, plan, Progress(quiet=True), judged)
    assert person_of(found)["residents", "r3"] == person_of(found)["household", "h2"]
    assert (found.unknown_judgements, found.idle_judgements) == ((), 1)
    assert found.judgements.equals(judged)
    assert "judgements_idle" in [notice.kind for notice in of_matching(found)]


def test_a_chain_through_a_record_that_is_gone_still_joins_its_ends(tmp_path):
    gone = ("household", "gone")
    found = linked(save(tmp_path, {(("residents", "r3"), gone): "same", (gone, ("household", "h2")): "same"}))
    assert person_of(found)["residents", "r3"] == person_of(found)["household", "h2"]


def test_more_records_judged_the_same_than_a_tangle_may_hold_stay_one_person(tmp_path):
    row = {"name": "王晓明", "born": "1980-05-01", "sex": 1, "village": "东村"}
    people = {"residents": frame([{"id": f"r{n}", **row} for n in range(LARGEST + 3)])}
    rows = [f"residents,r{n},residents,r{n + 1},same,,," for n in range(LARGEST + 1)]
    path = file(tmp_path, *rows, f"residents,r{LARGEST + 2},residents,r0,different,,,")
    plan = default_matching({"residents": "residents"}).model_copy(update={"judgements": str(path)})
    person = person_of(link_records(people, plan, Progress(quiet=True)))
    others = {person["residents", f"r{n}"] for n in range(LARGEST + 2)}
    assert len(others) == 1
    assert person["residents", f"r{LARGEST + 2}"] not in others
