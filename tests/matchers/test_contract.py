"""What every matcher promises, walked over the folder: a new matcher is held to it without a line here."""

import importlib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from reconcile.core.messages import LANGUAGES, has_text
from reconcile.matchers import load_matcher, matcher_names
from reconcile.matching.model import FOLDER, load_model
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import COLUMNS, Population

# A value of each kind of column.
FILLED = {
    pl.String(): "甲", pl.Boolean(): True, pl.Date(): date(2026, 10, 5), pl.Int8(): 2, pl.Int16(): 2, pl.Int32(): 2,
}  # fmt: skip
# A column for the matchers that are told theirs, by what they compare.
TOLD = {pl.String(): "name_std", pl.Date(): "birth_date_std"}


def comparison(name):
    """What a plan would write to have this matcher."""
    dtype = getattr(importlib.import_module(f"reconcile.matchers.{name}"), "DTYPE", None)
    return f"{name}({TOLD[dtype]})" if dtype else name


def no_homes(rows):
    nothing = np.zeros(0, dtype=np.uint32)
    return Homes.of(rows, nothing, nothing)


def blank_population(rows):
    record_ids = pl.DataFrame({"record_id": [str(i) for i in range(rows)]})
    return Population.stack({"residents": record_ids})


@pytest.mark.parametrize("name", matcher_names())
class TestEveryMatcher:
    def test_is_documented_and_its_levels_have_words(self, name):
        assert importlib.import_module(f"reconcile.matchers.{name}").__doc__
        for level in load_matcher(comparison(name)).LEVELS:
            for language in LANGUAGES:
                assert has_text(f"matching.level.{name}.{level}", language), level

    def test_missing_comes_first_and_levels_differ(self, name):
        levels = load_matcher(comparison(name)).LEVELS
        assert levels[0] == "missing"
        assert len(set(levels)) == len(levels)

    def test_frequencies_name_levels_and_columns(self, name):
        matcher = load_matcher(comparison(name))
        assert set(matcher.FREQUENCIES) <= set(matcher.LEVELS)
        assert set(matcher.FREQUENCIES.values()) <= set(COLUMNS)

    def test_blank_records_are_missing_never_agreement_or_disagreement(self, name):
        nodes = np.arange(3, dtype=np.uint32)
        pairs = Pairs(blank_population(6), nodes, nodes + np.uint32(3), no_homes(6))
        assert load_matcher(comparison(name)).levels(pairs).tolist() == [0, 0, 0]

    def test_without_its_columns_nothing_is_compared(self, name):
        matcher = load_matcher(comparison(name))
        assert matcher.COLUMNS
        assert set(matcher.COLUMNS) <= {*COLUMNS, "home"}
        full = {column: [FILLED[dtype]] * 2 for column, dtype in COLUMNS.items() if column not in matcher.COLUMNS}
        population = Population.stack({"residents": pl.DataFrame(full, schema_overrides=dict(COLUMNS))})
        nodes = np.arange(2, dtype=np.uint32)
        pairs = Pairs(population, nodes[:1], nodes[1:], no_homes(2))
        assert load_matcher(comparison(name)).levels(pairs).tolist() == [0]

    def test_no_pairs_are_no_levels(self, name):
        nothing = np.zeros(0, dtype=np.uint32)
        pairs = Pairs(blank_population(1), nothing, nothing, no_homes(1))
        assert len(load_matcher(comparison(name)).levels(pairs)) == 0


LATIN = Path(__file__).parents[2] / "configs" / "latin" / "people.json"


@pytest.mark.parametrize("model", [*sorted(path.stem for path in FOLDER.glob("*.json")), str(LATIN)])
def test_a_shipped_model_knows_every_level_and_its_chances_add_up(model):
    for parameters in load_model(model).comparisons.values():
        for name, levels in parameters.items():
            assert set(levels) == set(load_matcher(name).LEVELS) - {"missing"}
            for chance in ("m", "k"):
                assert sum(getattr(level, chance) for level in levels.values()) == pytest.approx(1, abs=0.06), name
