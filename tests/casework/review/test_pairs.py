"""Which pairs are asked about, and in which order."""

from __future__ import annotations

import json

import polars as pl
import pytest

from reconcile.casework.review.pairs import PAIRS, ReviewChoice, pairs_to_review
from reconcile.core.errors import UsageError
from reconcile.core.frames import DISCREPANCIES, JUDGEMENTS, PERSONS, WEAK_EDGES, conform, empty
from reconcile.workspace import RunFolder

CUT = 0.5  # 0 bit


def run_folder(tmp_path, pairs, weak=(), persons=()):
    """A run with a possible match for each `(left, right, weight, town)`, all residents; `persons`: records of one
    person each; `weak`: `(left, right, weight)` inside persons."""
    frames = tmp_path / "frames"
    frames.mkdir()
    (tmp_path / "matching.json").write_text(json.dumps({"match_probability": CUT}))
    sides = {"source_l": "residents", "source_r": "residents"}
    asked = [{**sides, "record_id_l": a, "record_id_r": b, "code": "possible_match", "key": f"{a}{b}", "town": town,
              "evidence": "{}", "fields": []} for a, b, _, town in pairs]  # fmt: skip
    scored = [{**sides, "record_id_l": a, "record_id_r": b, "match_weight": w, "match_probability": 0.5}
              for a, b, w, *_ in (*pairs, *weak)]  # fmt: skip
    names = sorted({name for a, b, *_ in (*pairs, *weak) for name in (a, b)}.union(*persons))
    person_of = {name: min(group) for group in persons for name in group}
    rows = [{"source": "residents", "record_id": name, "person_id": person_of.get(name, name)} for name in names]
    edges = [{**sides, "record_id_l": a, "record_id_r": b, "match_weight": w} for a, b, w in weak]
    conform(pl.DataFrame(asked), DISCREPANCIES).write_parquet(frames / "discrepancies.parquet")
    pl.DataFrame(scored, schema_overrides={"match_weight": pl.Int32}).write_parquet(frames / "scored_pairs.parquet")
    conform(pl.DataFrame(rows), PERSONS).write_parquet(frames / "persons.parquet")
    (conform(pl.DataFrame(edges), WEAK_EDGES) if edges else empty(WEAK_EDGES)).write_parquet(
        frames / "weak_edges.parquet"
    )
    towns = pl.DataFrame({"record_id": names, "town_std": ["甲镇"] * len(names), "village_std": [None] * len(names)})
    towns.write_parquet(frames / "standardised_residents.parquet")
    return tmp_path


def asked(folder, wanted=ReviewChoice(), judged=None, closed=()):  # noqa: B008
    keys = pl.read_parquet(folder / "frames" / "discrepancies.parquet")["key"]
    judged = empty(JUDGEMENTS) if judged is None else judged
    found = pairs_to_review(RunFolder(folder), [key for key in keys if key not in closed], judged, wanted)
    assert found.schema == pl.Schema(dict(PAIRS))
    return ["".join(pair) for pair in found.select("record_id_l", "record_id_r").iter_rows()]


def judgements(*rows):
    return conform(
        pl.DataFrame(
            [(("residents"), a, "residents", b, decision) for a, b, decision in rows],
            schema=["source_l", "record_id_l", "source_r", "record_id_r", "decision"],
            orient="row",
        ),
        JUDGEMENTS,
    )


ORDER = [
    ("nearest to the cut first", [("a", "b", -3000, "甲镇"), ("c", "d", -500, "甲镇"), ("e", "f", -2000, "甲镇")], [], ["cd", "ef", "ab"]),
    ("above the cut and yet apart is nearest of all", [("a", "b", -10, "甲镇"), ("c", "d", 9000, "甲镇")], [], ["cd", "ab"]),
    ("twice the records weigh as much as one bit", [("a", "b", -1000, "甲镇"), ("c", "d", -1900, "甲镇")], [{"c", "x", "y"}], ["cd", "ab"]),
    ("but not more", [("a", "b", -1000, "甲镇"), ("c", "d", -2100, "甲镇")], [{"c", "x", "y"}], ["ab", "cd"]),
    ("equals by their key", [("c", "d", -500, "甲镇"), ("a", "b", -500, "甲镇")], [], ["ab", "cd"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "pairs", "persons", "order"), ORDER, ids=[case[0] for case in ORDER])
def test_the_most_informative_pair_comes_first(what, pairs, persons, order, tmp_path):
    assert asked(run_folder(tmp_path, pairs, persons=persons)) == order


def test_weak_pairs_follow_the_possible_ones_where_they_are_asked_for(tmp_path):
    folder = run_folder(
        tmp_path, [("a", "b", -9000, "甲镇")], [("p", "q", 4000), ("u", "v", 1000)], [{"p", "q", "r"}, {"u", "v", "w"}]
    )
    assert asked(folder) == ["ab"]
    assert asked(folder, ReviewChoice(weak=True)) == ["ab", "uv", "pq"]
    assert asked(folder, ReviewChoice(weak=True, limit=2)) == ["ab", "uv"]


PAIRS_OF_THREE = [("a", "b", -100, "甲镇"), ("c", "d", -200, "乙镇"), ("e", "f", -300, "甲镇")]
LEFT_OUT = [
    ("a case that is closed", {"closed": ["ab"]}, ["cd", "ef"]),
    ("a pair judged, written the other way", {"judged": [("b", "a", "same")]}, ["cd", "ef"]),
    ("a pair that somebody was not sure of", {"judged": [("c", "d", "unsure")]}, ["ab", "ef"]),
    ("other towns", {"wanted": ReviewChoice(towns=("甲镇",))}, ["ab", "ef"]),
    ("a kind by its name", {"wanted": ReviewChoice(codes=("疑似同一人",), limit=1)}, ["ab"]),
    ("what is beyond the limit", {"wanted": ReviewChoice(limit=1)}, ["ab"]),
]


@pytest.mark.parametrize(("what", "given", "left"), LEFT_OUT, ids=[case[0] for case in LEFT_OUT])
def test_what_is_not_asked(what, given, left, tmp_path):
    judged = judgements(*given["judged"]) if "judged" in given else None
    folder = run_folder(tmp_path, PAIRS_OF_THREE)
    assert asked(folder, given.get("wanted", ReviewChoice()), judged, given.get("closed", ())) == left


def test_who_was_not_sure_can_be_asked_once_more(tmp_path):
    judged = judgements(("a", "b", "unsure"), ("c", "d", "different"))
    assert asked(run_folder(tmp_path, PAIRS_OF_THREE), ReviewChoice(unsure=True), judged) == ["ab", "ef"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [(ReviewChoice(towns=("丙镇",)), "unknown_town"), (ReviewChoice(codes=("nonsense",)), "unknown_code")],
)
def test_an_unknown_town_or_rule_is_told(wanted, told, tmp_path):
    with pytest.raises(UsageError) as error:
        asked(run_folder(tmp_path, PAIRS_OF_THREE), wanted)
    assert error.value.key == f"review.error.{told}"
