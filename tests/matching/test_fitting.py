"""Fitting: shares of levels from weighed pairs, held by a prior."""

import numpy as np
import polars as pl
import pytest

from reconcile.matching.fitting import PRIOR, Evidence, Strangers, maximised, save_model
from reconcile.matching.model import load_model

SEX = {"equal": 1, "different": 2}


def levels(equal, different, missing=0):
    values = [SEX["equal"]] * equal + [SEX["different"]] * different + [0] * missing
    return pl.DataFrame({"sex": values}, schema={"sex": pl.Int8})


def fitted(evidence, strangers=()):
    return maximised(load_model("default"), evidence, strangers).comparisons["people"]["sex"]


def certain(frame):
    return Evidence("people", frame, np.ones(frame.height))


def test_many_matches_speak_for_themselves():
    assert fitted([certain(levels(90_000, 10_000))])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_missing_values_say_nothing():
    assert fitted([certain(levels(90_000, 10_000, missing=500_000))])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_pairs_count_by_their_chance_of_being_one_person():
    frame = levels(50_000, 50_000)
    chance = np.where(frame["sex"].to_numpy() == 1, 0.9, 0.1)
    assert fitted([Evidence("people", frame, chance)])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_without_evidence_the_model_keeps_its_own_shares():
    before = load_model("default").comparisons["people"]["sex"]["equal"]
    after = fitted([])["equal"]
    assert (after.m, after.u) == (pytest.approx(before.m, rel=0.01), pytest.approx(before.u, rel=0.01))


def test_rare_matches_cannot_drift():
    before = load_model("default").comparisons["people"]["sex"]["equal"].m
    after = fitted([certain(levels(0, 5))])["equal"].m
    assert after > before * PRIOR / (PRIOR + 10)


def test_strangers_set_u_and_kin_stay():
    before = load_model("default").comparisons["people"]["sex"]["equal"]
    after = fitted([], [Strangers("people", levels(60_000, 40_000))])["equal"]
    assert after.u == pytest.approx(0.6, abs=0.001)
    assert after.k == before.k


def test_a_saved_model_is_read_back_the_same(tmp_path):
    model = load_model("default")
    save_model(model, tmp_path / "again.json")
    assert load_model(str(tmp_path / "again.json")) == model
