"""How good are the persons of a run? Precision, recall and F1 against the truth.

- Duplicates, by pairs: two records of one source in one person, against two records of one entity.
- Links, once for each left row: a left row is linked when its person has a record of the right
  source, and linked rightly when all of those are its own entity's; it should be linked when its
  entity is in the right source.

Records of the truth that are in no person (rejected rows, say) count as missed. Records without
truth are left out. The review band is not counted: persons are what the tool decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import polars as pl

from reconcile.core.errors import InputError, WorkspaceError
from reconcile.quality.labels import TASK, JudgedPairs, Truth, place, with_both
from reconcile.workspace import RunFolder

_TRUTH_COLUMNS = ("record_id", "entity_id")


def evaluate(run: Path, truth: Path) -> pl.DataFrame:
    """Scores of a run folder's persons against `truth_<source>.csv` in the folder `truth`.

    One row a task: task, true_pairs, found, correct (UInt32), precision, recall, f1 (Float64, null
    when nothing can be said). InputError when the run has no persons or the folder no truth.
    """
    return score(read_persons(run), read_truth(truth))


def read_persons(run: Path) -> pl.DataFrame:
    """source, record_id, person_id of a run folder."""
    folder = RunFolder(run)
    if not folder.exists:
        raise InputError("evaluate.error.no_run", run=run)
    try:
        return folder.read("persons", "source", "record_id", "person_id")
    except WorkspaceError as error:
        raise InputError("evaluate.error.run_file", file=folder.frame_file("persons")) from error


def read_truth(folder: Path) -> dict[str, pl.DataFrame]:
    """The truth of each source, all columns as text; records whose entity is not known are left
    out."""
    truth = {}
    for path in sorted(folder.glob("truth_*.csv")):
        frame = _read_csv(path)
        missing = [column for column in _TRUTH_COLUMNS if column not in frame.columns]
        if missing:
            raise InputError(
                "evaluate.error.truth_columns", file=path.name, columns=", ".join(missing)
            )
        known = frame.filter(pl.all_horizontal(pl.col(_TRUTH_COLUMNS).fill_null("") != ""))
        truth[path.stem.removeprefix("truth_")] = known.unique(
            "record_id", keep="first", maintain_order=True
        )
    if not truth:
        raise InputError("evaluate.error.no_truth", folder=folder)
    return {source: truth[source] for source in sorted(truth, key=place)}


def _read_csv(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError("evaluate.error.truth_file", file=path.name) from error


def score(persons: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """As `evaluate`, from frames: `persons` with source, record_id, person_id; `truth` by
    source."""
    placed = _place_all(persons, truth)
    if not placed:
        known = persons["source"].unique().sort()
        raise InputError("evaluate.error.sources", truth=", ".join(truth), run=", ".join(known))
    rows = [(f"duplicates {source}", *_duplicates(frame)) for source, frame in placed.items()]
    rows += [
        (f"links {left} → {right}", *_counts(_links(placed[left], placed[right])))
        for left, right in combinations(placed, 2)
    ]
    columns = ("true_pairs", "found", "correct")
    schema = {"task": pl.String, **dict.fromkeys(columns, pl.UInt32)}
    precision = ratio("correct", "found")
    recall = ratio("correct", "true_pairs")
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        precision=precision, recall=recall, f1=f1()
    )


def score_judged(persons: pl.DataFrame, judged: JudgedPairs) -> pl.DataFrame:
    """As `evaluate`, of the pairs that people decided: found when both records are in one person.

    Pairs with a record that is in no person of the run are left out.
    """
    together = pl.col("person_id_l") == pl.col("person_id_r")
    counted = (
        with_both(judged.decided, persons, "person_id")
        .with_columns(TASK)
        .group_by("task")
        .agg(
            true_pairs=pl.col("same").sum(),
            found=together.sum(),
            correct=(together & pl.col("same")).sum(),
        )
        .with_columns(pl.col("true_pairs", "found", "correct").cast(pl.UInt32))
        .sort("task")
    )
    return counted.with_columns(
        precision=ratio("correct", "found"), recall=ratio("correct", "true_pairs"), f1=f1()
    )


def score_by_error(persons: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Recall of each link task by kind of error, worst first: task, error, true_pairs, correct,
    recall.

    A kind counts for a link when the left record has it, or one of the right records it belongs
    with. Empty when the truth names no errors.
    """
    placed = _place_all(
        persons, {source: frame for source, frame in truth.items() if "errors" in frame.columns}
    )
    tables = list(_by_error(placed))
    schema = {"task": pl.String, "error": pl.String, "true_pairs": pl.UInt32, "correct": pl.UInt32}
    found = pl.concat(tables) if tables else pl.DataFrame(schema=schema)
    return found.with_columns(recall=ratio("correct", "true_pairs")).sort("task", "recall", "error")


def _place_all(persons: pl.DataFrame, truth: Truth) -> dict[str, pl.DataFrame]:
    """The truth of each source of the run with the person of each record, null when it has none.

    Entities and persons become numbers, which group and join many times faster than their texts.
    """
    sources = set(persons["source"].unique())
    kept = {source: frame for source, frame in truth.items() if source in sources}
    if not kept:
        return {}
    stacked = pl.concat(
        [frame.with_columns(source=pl.lit(source)) for source, frame in kept.items()],
        how="diagonal",
    )
    numbered = (
        stacked.join(persons, on=["source", "record_id"], how="left")
        .with_row_index("record")
        .with_columns(pl.col("entity_id", "person_id").cast(pl.Categorical).to_physical())
    )
    columns = [column for column in ("errors",) if column in numbered.columns]
    placed = numbered.select("record", "entity_id", "person_id", *columns, "source")
    return {source: placed.filter(pl.col("source") == source).drop("source") for source in kept}


def _duplicates(frame: pl.DataFrame) -> tuple[int, int, int]:
    decided = frame.drop_nulls("person_id")
    return (
        _pairs(frame, "entity_id"),
        _pairs(decided, "person_id"),
        _pairs(decided, "person_id", "entity_id"),
    )


def _pairs(frame: pl.DataFrame, *columns: str) -> int:
    """How many pairs of rows agree in these columns: counted in groups, since a group of n has
    n(n-1)/2."""
    sizes = frame.group_by(columns).len().get_column("len").cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _links(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Left rows with three flags: due (the entity is on the right), linked, and right."""
    there = (
        right.drop_nulls("person_id")
        .group_by("person_id")
        .agg(one=pl.col("entity_id").min(), other=pl.col("entity_id").max())
    )
    return (
        left.join(
            right.select("entity_id").unique().with_columns(due=True), on="entity_id", how="left"
        )
        .join(there, on="person_id", how="left")
        .with_columns(
            due=pl.col("due").fill_null(False),
            linked=pl.col("one").is_not_null(),
            right=(
                (pl.col("one") == pl.col("entity_id")) & (pl.col("other") == pl.col("entity_id"))
            ).fill_null(False),
        )
    )


def _counts(links: pl.DataFrame) -> tuple[int, int, int]:
    return int(links["due"].sum()), int(links["linked"].sum()), int(links["right"].sum())


def _by_error(placed: Truth) -> Iterator[pl.DataFrame]:
    for left, right in combinations(placed, 2):
        due = (
            _links(placed[left], placed[right])
            .filter("due")
            .select("record", "entity_id", "errors", "right")
        )
        theirs = due.select("record", "entity_id", "right").join(
            placed[right].select("entity_id", "errors"), on="entity_id"
        )
        kinds = pl.concat(
            [due.select("record", "errors", "right"), theirs.select("record", "errors", "right")]
        )
        yield (
            kinds.filter(pl.col("errors").str.len_chars() > 0)
            .with_columns(error=pl.col("errors").str.split("|"))
            .explode("error")
            .unique(["record", "error"])
            .group_by("error")
            .agg(true_pairs=pl.len().cast(pl.UInt32), correct=pl.col("right").sum().cast(pl.UInt32))
            .select(
                pl.lit(f"links {left} → {right}").alias("task"), "error", "true_pairs", "correct"
            )
        )


def ratio(part: str, whole: str) -> pl.Expr:
    """One count divided by another; null where the other is 0."""
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def f1() -> pl.Expr:
    """The harmonic mean of precision and recall, from the counts; null where nothing is found nor
    to be found."""
    both = pl.col("found") + pl.col("true_pairs")
    return pl.when(both > 0).then(2 * pl.col("correct") / both)
