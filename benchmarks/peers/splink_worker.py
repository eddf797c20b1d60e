"""Runs Splink on the frames of one task; a process of its own, in Splink's own virtual environment.

    python -m benchmarks.peers.splink_worker FOLDER

FOLDER holds `task.json` (the model: people or febrl), `left.parquet` and, unless the task is to
find duplicates, `right.parquet`; each has `unique_id`. Written beside them: `pairs.parquet`
(left_id, right_id, match_weight, in bits with the prior), `model.json` (the trained model) and
`splink.json` (seconds from reading to persons, peak in MiB).
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from reconcile.core.machine import peak_memory

THREADS = 2
SEED = 1
SAMPLED_PAIRS = 1e6
LOWEST = 0.0001  # pairs below are not kept
OWN_THRESHOLD = 0.95  # of the examples in Splink's documentation


def main(folder: Path) -> None:
    started = time.perf_counter()
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    model = importlib.import_module(f"benchmarks.peers.splink_{task['model']}")
    connection = duckdb.connect()
    connection.execute(f"set threads = {THREADS}")
    linker = trained(model, connection, folder)
    pairs = linker.inference.predict(threshold_match_probability=LOWEST)
    if not (folder / "right.parquet").exists():
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=OWN_THRESHOLD
        )
    seconds = time.perf_counter() - started
    connection.execute(
        f"copy (select unique_id_l as left_id, unique_id_r as right_id, match_weight"
        f" from {pairs.physical_name}) to '{folder / 'pairs.parquet'}' (format parquet)"
    )
    linker.misc.save_model_to_json(str(folder / "model.json"), overwrite=True)
    report = {"seconds": seconds, "peak": peak_memory()}
    (folder / "splink.json").write_text(json.dumps(report), encoding="utf-8")


def trained(model: ModuleType, connection: duckdb.DuckDBPyConnection, folder: Path) -> Linker:
    """The linker of a task: prior from deterministic rules, u from random pairs, m by
    expectation-maximisation."""
    database = DuckDBAPI(connection=connection)
    files = [file for name in ("left", "right") if (file := folder / f"{name}.parquet").exists()]
    frames = [
        database.register(
            connection.read_parquet(str(file)), dataset_display_name=place + file.stem
        )
        for place, file in zip(
            "ab", files, strict=False
        )  # the names decide which side of a pair is the left one
    ]
    link_type = "link_only" if len(files) == 2 else "dedupe_only"
    settings = SettingsCreator(
        link_type=link_type,
        comparisons=model.comparisons(link_type),
        blocking_rules_to_generate_predictions=model.prediction(link_type),
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(frames, settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        model.DETERMINISTIC, recall=model.RECALL[link_type]
    )
    training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
    for rule in model.TRAINING:
        training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    return linker


if __name__ == "__main__":
    main(Path(sys.argv[1]))
