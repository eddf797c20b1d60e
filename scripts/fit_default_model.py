"""Makes src/reconcile/matching/models/default.json: the expert's model fitted to made-up cities, their mean.

    python scripts/fit_default_model.py [PEOPLE]

`expert_model.json` beside this script holds the starting chances, set by hand. The cities' seeds are used for
nothing else, so that figures measured on other seeds are honest.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from reconcile.config import config_for, matching_of
from reconcile.fit import fit
from reconcile.matching.fitting import save_model
from reconcile.matching.model import FOLDER, Level, Model, Shares, load_model
from reconcile.pipeline import read_sources, standardise_sources
from reconcile.progress import Progress
from reconcile.sample import write_sample

CITIES = (("modern", 9001), ("seed2012", 9002))
EXPERT = Path(__file__).with_name("expert_model.json")
SOURCES = ("residents", "household", "births")


def fitted(folder: Path, people: int, preset: str, seed: int) -> Model:
    """The expert's model after fitting it to one city."""
    write_sample(folder, people=people, seed=seed, preset=preset, form="plain")
    config = config_for({source: [str(folder / f"{source}.csv")] for source in SOURCES}, folder)
    progress = Progress(verbose=True)
    read = read_sources(config, progress)
    prepared = standardise_sources(config, read, b"made-up people need no secret", date(2026, 12, 1), progress)
    matching = matching_of(config).model_copy(update={"model": str(EXPERT)})
    return fit(prepared.records, matching, "default", progress).model


def mean(models: list[Model]) -> Model:
    """The mean chances and shares of several models."""
    first = models[0]
    comparisons = {
        group: {
            name: {level: _mean_level([m.comparisons[group][name][level] for m in models]) for level in levels}
            for name, levels in members.items()
        }
        for group, members in first.comparisons.items()
    }
    shares = {group: _mean_shares([m.shares[group] for m in models]) for group in first.shares}
    return Model(first.name, first.kin, shares, comparisons)


def _mean_shares(shares: list[Shares]) -> Shares:
    return Shares(*(sum(getattr(of, name) for of in shares) / len(shares) for name in ("linked", "repeated")))


def _mean_level(levels: list[Level]) -> Level:
    m, u, k = (sum(getattr(level, chance) for level in levels) / len(levels) for chance in ("m", "u", "k"))
    return Level(m, u, k)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    models = [load_model(str(EXPERT))]
    for preset, seed in CITIES:
        with tempfile.TemporaryDirectory() as folder:
            models.append(fitted(Path(folder), people, preset, seed))
    # The fitted ones speak for made-up cities; the expert keeps a tenth of the say for what they do not show.
    say = [models[0], *(model for model in models[1:] for _ in range(9 // len(CITIES)))]
    save_model(mean(say), FOLDER / "default.json")


if __name__ == "__main__":
    main()
