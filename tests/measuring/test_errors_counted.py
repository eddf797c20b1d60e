"""How the benchmark of errors by design counts, on small frames."""

from __future__ import annotations

import polars as pl
from benchmarks.errors import cells

from reconcile.quality.evaluation import score
from reconcile.quality.labels import labels_of_truth

LEFT = [  # record, entity, errors, copy, person
    ("r1", "1", "", "0", "A"),
    ("r2", "2", "year", "0", "B"),
    ("r3", "3", "year", "0", "X"),  # missed
    ("r4", "4", "year|sex", "0", "D"),  # together with somebody else's row
    ("r5", "5", "year|given_former", "0", "E"),
    ("r6", "2", "year|sex", "1", "B"),  # a second row
    ("r7", "7", "", "0", "F"),  # nobody on the right, and yet linked
    ("r8", "8", "sex", "0", None),  # not in the run
]
RIGHT = [("h1", "1", "A"), ("h2", "2", "B"), ("h3", "3", "C"), ("h4", "4", "D"), ("h9", "9", "D"), ("h5", "5", "E")]
RIGHT += [("h6", "6", "F"), ("h8", "8", "H")]


def example() -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    left = pl.DataFrame(LEFT, schema=["record_id", "entity_id", "errors", "copy", "person_id"], orient="row")
    right = pl.DataFrame(RIGHT, schema=["record_id", "entity_id", "person_id"], orient="row")
    persons = pl.concat(
        frame.select(pl.lit(source).alias("source"), "record_id", "person_id").drop_nulls()
        for source, frame in (("residents", left), ("household", right))
    )
    return persons, {"residents": left.drop("person_id"), "household": right.drop("person_id")}


def test_links_are_counted_as_evaluate_counts_them() -> None:
    persons, truth = example()
    rows = cells.judged(persons, truth)
    links = score(persons, truth).row(by_predicate=pl.col("task") == "links residents → household", named=True)
    assert (rows["due"].sum(), rows["linked"].sum(), rows["right"].sum()) == tuple(
        links[column] for column in ("true_pairs", "found", "correct")
    )


def test_recall_is_of_first_rows_by_their_errors_and_precision_of_all_links() -> None:
    persons, truth = example()
    found = pl.concat([cells.figures(cells.judged(persons, truth)), cells.doubles(persons, truth)])
    assert {row[0]: row[1:] for row in found.select("figure", "numerator", "denominator").rows()} == {
        "no error": (1, 1),
        "one error": (1, 3),
        "two errors": (1, 2),
        "two errors designed for": (0, 1),
        "precision": (4, 6),
        "duplicates, recall": (1, 1),
        "duplicates, precision": (1, 1),
    }


def test_cells_are_counted_with_rows_that_were_never_compared() -> None:
    persons, truth = example()
    # r3's own row was found, and lost; r8 was compared with others only.
    pairs = pl.DataFrame(
        [("r2", "h2"), ("r3", "h3"), ("r5", "h5"), ("r8", "h1")], schema=["record_id_r", "record_id_l"], orient="row"
    )
    pairs = pairs.with_columns(source_r=pl.lit("residents"), source_l=pl.lit("household"))
    rows = cells.with_compared(cells.judged(persons, truth), pairs, labels_of_truth(truth))
    counted = cells.cells(rows).select("kind", "other", "numerator", "denominator", "never")
    assert counted.sort("kind", "other").rows() == [
        ("sex", "sex", 0, 1, 1),
        ("year", "given_former", 1, 1, 0),
        ("year", "sex", 0, 1, 1),
        ("year", "year", 1, 2, 0),
    ]
    assert cells.missed(rows).select("numerator", "denominator").row(0) == (2, 3)
