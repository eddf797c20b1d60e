"""Makes src/reconcile/matching/models/default.json from made-up cities, of which the truth is
known.

    python scripts/fit_default_model.py [PEOPLE]

m are the shares of each level among the true pairs, u those among pairs drawn at random, of the
mean city. k, and what the cities do not show, are from `expert_model.json` beside this script, set
by hand. The seeds of the cities are used for nothing else, so that figures measured on other seeds
are honest.
"""

import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.config import config_for, matching_of
from reconcile.core.frames import JUDGEMENTS, empty
from reconcile.core.progress import Progress
from reconcile.matchers.shared.levels import Level
from reconcile.matching.fitting import Evidence, maximised, save_model
from reconcile.matching.link_runs import LinkRun
from reconcile.matching.linkage import Linkage
from reconcile.matching.model import FOLDER, Model, load_model
from reconcile.pipeline.sources import read_sources, standardise_sources
from reconcile.quality.evaluation import read_truth
from reconcile.sample import write_sample

CITIES = (("modern", 9001), ("seed2012", 9002))
EXPERT = Path(__file__).with_name("expert_model.json")
SOURCES = ("residents", "household", "births")


def fitted(folder: Path, people: int, preset: str, seed: int) -> Model:
    """The expert's model after the truth of one city."""
    write_sample(folder, people=people, seed=seed, preset=preset, form="plain")
    config = config_for({source: [str(folder / f"{source}.csv")] for source in SOURCES}, folder)
    progress = Progress(verbose=True)
    read = read_sources(config.sources, progress)
    prepared = standardise_sources(
        config.sources, read, b"made-up people need no secret", date(2026, 12, 1), progress
    )
    expert = load_model(str(EXPERT))
    linkage = Linkage(prepared.records, matching_of(config), expert, empty(JUDGEMENTS))
    entity = entities(linkage, folder)
    evidence = [matches(linkage, run, entity) for run in linkage.runs]
    return maximised(expert, evidence, [run.strangers() for run in linkage.runs])


def entities(linkage: Linkage, folder: Path) -> pl.DataFrame:
    """node, source, entity_id of each record whose entity is known."""
    truth = pl.concat(
        [
            frame.select("record_id", "entity_id", source=pl.lit(source))
            for source, frame in read_truth(folder).items()
        ]
    )
    frame = linkage.population.frame.select("record_id").with_row_index("node")
    names = pl.Series("source", linkage.population.sources).gather(linkage.population.source)
    return frame.with_columns(names).join(truth, on=["source", "record_id"], maintain_order="left")


def matches(linkage: Linkage, run: LinkRun, entity: pl.DataFrame) -> Evidence:
    """How the true pairs of these links agree."""
    pairs = pl.concat([of_link(entity, link.sources) for link in run.links]).sort(
        "node_l", "node_r"
    )
    left, right = (pairs[side].to_numpy().astype(np.uint32) for side in ("node_l", "node_r"))
    return Evidence(run.link.parameters, run.levels(left, right), np.ones(len(pairs)))


def of_link(entity: pl.DataFrame, sources: tuple[str, str]) -> pl.DataFrame:
    left, right = (
        entity.filter(pl.col("source") == source).select(
            "entity_id", pl.col("node").alias(f"node_{side}")
        )
        for source, side in zip(sources, ("l", "r"), strict=True)
    )
    pairs = left.join(right, on="entity_id").select("node_l", "node_r")
    return pairs.filter(pl.col("node_l") < pl.col("node_r")) if sources[0] == sources[1] else pairs


def mean(models: list[Model]) -> Model:
    """The mean chances of several models."""
    first = models[0]
    comparisons = {
        group: {
            name: {
                level: _mean_level([m.comparisons[group][name][level] for m in models])
                for level in levels
            }
            for name, levels in members.items()
        }
        for group, members in first.comparisons.items()
    }
    return replace(first, name="default", comparisons=comparisons)


def _mean_level(levels: list[Level]) -> Level:
    m, u, k = (
        sum(getattr(level, chance) for level in levels) / len(levels) for chance in ("m", "u", "k")
    )
    return Level(m, u, k)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    models = [load_model(str(EXPERT))]
    for preset, seed in CITIES:
        with tempfile.TemporaryDirectory() as folder:
            models.append(fitted(Path(folder), people, preset, seed))
    # The fitted ones speak for made-up cities; the expert keeps a tenth of the say for what they do
    # not show.
    say = [models[0], *(model for model in models[1:] for _ in range(9 // len(CITIES)))]
    save_model(mean(say), FOLDER / "default.json")


if __name__ == "__main__":
    main()
