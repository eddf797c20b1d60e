"""Whether chances are what they say: pairs in doubt by tenth, against who is who."""

import polars as pl
import pytest

from reconcile.quality.calibration import at_the_cut, calibration, error
from reconcile.quality.labels import labels_of_truth
from reconcile.quality.threshold_curve import curve

NUMBERS = ("1", "2", "3", "4", "5")
# 5 is not known on the right.
LABELS = labels_of_truth(
    {
        "residents": pl.DataFrame({"record_id": [f"r{n}" for n in NUMBERS], "entity_id": NUMBERS}),
        "household": pl.DataFrame({"record_id": [f"h{n}" for n in NUMBERS[:4]], "entity_id": NUMBERS[:4]}),
    }
)


def scored(*pairs: tuple[str, str, float]) -> pl.DataFrame:
    frame = pl.DataFrame(pairs, schema=["record_id_l", "record_id_r", "match_probability"], orient="row")
    weight = (1000 * (pl.col("match_probability") / (1 - pl.col("match_probability"))).log(2)).cast(pl.Int32)
    return frame.with_columns(source_l=pl.lit("residents"), source_r=pl.lit("household"), match_weight=weight)


PAIRS = scored(
    ("r1", "h1", 0.75),
    ("r2", "h3", 0.71),
    ("r3", "h3", 0.3),  # the lower end of a tenth is in it
    ("r4", "h4", 0.99),  # sure
    ("r4", "h1", 0.01),
    ("r5", "h5", 0.5),  # not known
)


def test_pairs_in_doubt_by_tenth_and_all_together() -> None:
    found = calibration(PAIRS, LABELS)
    assert found["tenth"].to_list() == [pytest.approx(0.3), pytest.approx(0.7), None]
    assert found["pairs"].to_list() == [1, 2, 3]
    assert found["said"].to_list() == pytest.approx([0.3, 0.73, 1.76 / 3])
    assert found["true"].to_list() == pytest.approx([1.0, 0.5, 2 / 3])
    assert found["off"].to_list() == pytest.approx([0.7, -0.23, (0.7 + 2 * 0.23) / 3])
    assert error(found).rows() == [("links residents → household", 3, pytest.approx((0.7 + 2 * 0.23) / 3))]


def test_nothing_in_doubt_is_no_table() -> None:
    assert calibration(scored(("r4", "h4", 0.99)), LABELS).is_empty()


def test_f1_at_the_cut_and_at_the_best_one() -> None:
    # At 0.5: r1 and r4 right, r2 wrong; of four true pairs. At 0.3 r3 comes in.
    found = at_the_cut(curve(PAIRS, LABELS), 0.5).row(0, named=True)
    assert (found["f1"], found["best"]) == pytest.approx((2 * 2 / 7, 2 * 3 / 8))
    assert found["best_cut"] == pytest.approx(0.3)
