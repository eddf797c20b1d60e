"""Pairs whose truth is known: judged scores, the curve over thresholds, the worst errors."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.frames import JUDGEMENTS, conform
from reconcile.quality.error_analysis import worst_errors
from reconcile.quality.evaluation import score_judged
from reconcile.quality.labels import PAIR, labels_of_judgements, labels_of_truth, ordered, pairs_within
from reconcile.quality.threshold_curve import at_thresholds, best, curve, read_scored, thinned

SOURCES = {"r": "residents", "h": "household", "b": "births"}
LINKS = "links residents → household"


def truth(groups):
    """By source, from `A: r1 h1, B: r2`."""
    rows = [(SOURCES[r[0]], r, g.split(":")[0].strip()) for g in groups.split(",") for r in g.split(":")[1].split()]
    frame = pl.DataFrame(rows, schema=["source", "record_id", "entity_id"], orient="row")
    return {
        source: frame.filter(pl.col("source") == source).drop("source") for source in dict.fromkeys(frame["source"])
    }


def judged(*pairs):
    """Judgements from `r1 = h1`, `r1 ≠ h2`, `r1 ? h3`."""
    words = {"=": "same", "≠": "different", "?": "unsure"}
    rows = [(SOURCES[a[0]], a, SOURCES[b[0]], b, words[sign]) for a, sign, b in (pair.split() for pair in pairs)]
    return conform(pl.DataFrame(rows, schema=[*PAIR, "decision"], orient="row"), JUDGEMENTS)


def persons(groups):
    rows = [(SOURCES[r[0]], r, f"P{n}") for n, group in enumerate(groups.split(",")) for r in group.split()]
    return pl.DataFrame(rows, schema=["source", "record_id", "person_id"], orient="row")


def scored(*pairs):
    """Scored pairs from (left, right, weight in bits or None for closed pairs)."""
    rows = [
        (SOURCES[a[0]], a, SOURCES[b[0]], b, w and int(w * 1000), 1 / (1 + 2**-w) if w is not None else 1.0)
        for a, b, w in pairs
    ]
    schema = {**dict.fromkeys(PAIR, pl.String), "match_weight": pl.Int32, "match_probability": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def counts(frame, task=LINKS):
    row = frame.row(by_predicate=pl.col("task") == task, named=True)
    return row["true_pairs"], row["found"], row["correct"]


@pytest.mark.parametrize(
    ("what", "pairs", "groups", "expected"),
    [
        ("all right", ["r1 = h1", "r1 ≠ h2"], "r1 h1, h2", (1, 1, 1)),
        ("judged the same, apart", ["r1 = h1", "r2 = h2"], "r1 h1, r2, h2", (2, 1, 1)),
        ("judged different, together", ["r1 ≠ h1", "r2 = h2"], "r1 h1, r2 h2", (1, 2, 1)),
        ("not sure", ["r1 = h1", "r2 ? h2"], "r1 h1, r2 h2", (1, 1, 1)),
        ("the other way round", ["h1 = r1"], "r1 h1", (1, 1, 1)),
        ("a record that is not in the run", ["r1 = h1", "r1 ≠ h9"], "r1 h1", (1, 1, 1)),
        ("judged twice alike", ["r1 = h1", "h1 = r1"], "r1 h1", (1, 1, 1)),
    ],
)
def test_scores_on_judged_pairs(what, pairs, groups, expected):
    assert counts(score_judged(persons(groups), labels_of_judgements(judged(*pairs)))) == expected


def test_pairs_are_ordered_by_task_and_record():
    pairs = pl.DataFrame(
        [("household", "h1", "residents", "r1"), ("residents", "r2", "residents", "r1")], schema=PAIR, orient="row"
    )
    assert ordered(pairs).rows() == [("residents", "r1", "household", "h1"), ("residents", "r1", "residents", "r2")]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_pairs_within_groups_are_every_pair_once(groups):
    records = pl.DataFrame(
        {"source": ["residents"] * len(groups), "record_id": [f"r{n}" for n in range(len(groups))], "g": groups}
    )
    found = {frozenset((a, b)) for _, a, _, b in pairs_within(records, "g").rows()}
    assert found == {
        frozenset((f"r{i}", f"r{j}")) for i in range(len(groups)) for j in range(i) if groups[i] == groups[j]
    }


PAIRS = scored(("r1", "h1", None), ("r2", "h2", 8), ("h3", "r3", 3), ("r1", "h2", 2), ("r4", "h9", 5), ("r3", "h1", -1))
KNOWN = truth("A: r1 h1, B: r2 h2, C: r3 h3, D: r5 h5")


def test_the_curve_counts_from_each_weight_on():
    points = curve(ordered(PAIRS), labels_of_truth(KNOWN))
    assert points.select("match_weight", "found", "correct", "true_pairs").rows() == [
        (None, 1, 1, 4),
        (8000, 2, 2, 4),
        (3000, 3, 3, 4),
        (2000, 4, 3, 4),
        (-1000, 5, 3, 4),
    ]
    top = best(points).row(0, named=True)
    assert (top["match_weight"], top["f1"]) == (3000, pytest.approx(6 / 7))


def test_the_curve_at_thresholds_is_what_is_found_from_there_on():
    shown = at_thresholds(curve(ordered(PAIRS), labels_of_truth(KNOWN)))
    found = dict(shown.select("threshold", "found").rows())
    assert (found[0.05], found[0.5], found[0.95], found[0.9999]) == (5, 4, 2, 1)


def test_the_curve_on_judged_pairs_counts_no_others():
    points = curve(ordered(PAIRS), labels_of_judgements(judged("r1 = h1", "r1 ≠ h2", "r5 = h5")))
    assert points.select("match_weight", "found", "correct", "true_pairs").rows() == [(None, 1, 1, 2), (2000, 2, 1, 2)]


def test_a_saved_curve_keeps_its_ends():
    points = curve(ordered(scored(*(("r1", "h1", w / 100) for w in range(400)))), labels_of_truth(KNOWN))
    saved = thinned(points)
    assert saved.height < 20
    assert saved["found"].max() == points["found"].max()


@pytest.fixture
def folder(tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    persons("r1 h1, r2 h3, r3 h2, r5, h5, r6, h6, r7 h8, r8 h7").write_parquet(frames / "persons.parquet")
    scored(
        ("r1", "h1", None), ("r2", "h3", 9), ("h2", "r3", 4), ("r6", "h6", -3), ("r2", "h2", -8), ("r8", "h7", -20)
    ).write_parquet(frames / "scored_pairs.parquet")
    return tmp_path


WHO = truth("A: r1 h1, B: r2 h2, C: r3 h3, D: r5 h5, E: r6 h6, F: r7 h7, G: r8 h8")


def test_the_worst_errors_come_first(folder):
    found = worst_errors(folder, labels_of_truth(WHO), 3)
    rows = [
        (kind, left, right, weight)
        for kind, left, right, weight in found.select("kind", "record_id_l", "record_id_r", "match_weight").rows()
    ]
    assert rows == [
        ("false", "r2", "h3", 9000),
        ("false", "r3", "h2", 4000),
        ("false", "r8", "h7", -20000),
        ("missed", "r3", "h3", None),
        ("missed", "r5", "h5", None),
        ("missed", "r7", "h7", None),
    ]


def test_missed_pairs_that_were_compared_follow_by_weight(folder):
    missed = worst_errors(folder, labels_of_truth(WHO), 9).filter(pl.col("kind") == "missed")
    assert missed["record_id_l"].to_list() == ["r3", "r5", "r7", "r8", "r2", "r6"]
    assert missed["match_probability"].null_count() == 4


def test_errors_against_judgements_are_judged_pairs_only(folder):
    found = worst_errors(folder, labels_of_judgements(judged("r2 ≠ h3", "h5 = r5", "r1 = h1")), 9)
    assert found.select("kind", "record_id_l").rows() == [("false", "r2"), ("missed", "r5")]


def test_a_run_without_errors_has_none(folder):
    assert worst_errors(folder, labels_of_judgements(judged("r1 = h1")), 9).is_empty()


def test_pairs_out_of_the_question_are_no_part_of_a_curve(folder):
    assert -20_000 not in read_scored(folder)["match_weight"].to_list()
