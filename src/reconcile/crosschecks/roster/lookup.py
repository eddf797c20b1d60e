"""Who the rows of rosters are: each held against the persons of the registers, and against the
other rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from reconcile.config import LinkConfig, MatchingConfig
from reconcile.core.frames import JUDGEMENTS, Schema, conform, empty
from reconcile.core.progress import Progress
from reconcile.crosschecks.roster.namesakes import name_only, namesakes
from reconcile.crosschecks.roster.registers import Registers
from reconcile.crosschecks.roster.same_people import CERTAIN, ones
from reconcile.crosschecks.roster.scoring import RosterRun
from reconcile.matchers import load_matcher
from reconcile.matching.dead_keys import DeadKeys
from reconcile.matching.link_runs import compared_alike
from reconcile.matching.linkage import Linkage, plan_columns
from reconcile.matching.model import load_model
from reconcile.matching.score import probability
from reconcile.population.population import COLUMNS

STATUSES = ("found", "possible", "not_found")

# One row a row of a roster, in the order of the rosters. `person_id`, `match_probability` and the
# register's record (`near_…`, the one that agrees best) are null where nobody is found, or one of
# several namesakes; `why`: what kept a row from being more.
ROWS: Schema = {
    "node": pl.UInt32,
    "source": pl.String,
    "record_id": pl.String,
    "status": pl.Enum(STATUSES),
    "why": pl.String,
    "person_id": pl.String,
    "match_probability": pl.Float64,
    "near_source": pl.String,
    "near_record_id": pl.String,
    # how many persons have the name of a row that has nothing else; null for none
    "namesakes": pl.UInt32,
    "one": pl.UInt32,  # rows with one number are one person, whether or not a register has it
}

_SURE = 10_000  # as for registers: such a row is not looked for more widely
_SHORT = (
    "name_std",
    "id_number_std",
    "id_number_core",
    "birth_date_std",
    "village_std",
    "town_std",
)
_PAIRS: Schema = {
    "node_l": pl.UInt32, "node_r": pl.UInt32, "match_weight": pl.Int32, "barred": pl.Boolean,
    "same_number": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Population:
    """The rows of all rosters and the records of all registers, one below the other, the rosters
    first.

    `frame`: source, record_id, person_id (null for rosters) and _SHORT, the row number is the node;
    `rosters`: how many nodes are rows of rosters.
    """

    frame: pl.DataFrame
    rosters: int


def look_up(
    rosters: Mapping[str, pl.DataFrame],
    registers: Registers,
    matching: MatchingConfig,
    progress: Progress,
) -> tuple[pl.DataFrame, tuple[DeadKeys, ...]]:
    """ROWS of the rosters' standardised records, and what of the plan cannot work for them.

    A row is `found` as the person that it most probably is, when that is likelier than the plan's
    match_probability and no number contradicts; `possible` from review_probability on. The chances
    of all persons that a row may be add up to 1 at most. A row with neither number nor birth date
    is looked up by its name: it is `possible` at most, as the one person of that name in its
    village (or town) or in all registers, or as one of several whom nothing tells apart.
    """
    links = [link for link in matching.links if set(link.sources) & set(rosters)]
    with progress.stage("settle"):
        held = {
            source: registers.read(source, [*COLUMNS, *plan_columns(links)], None)
            for source in registers.layouts
        }
        population = _population(rosters, held, registers)
        pairs, dead = _pairs(
            {**rosters, **held},
            population.rosters,
            matching.model_copy(update={"links": links}),
            progress,
        )
    with progress.stage("resolve"):
        named = namesakes(
            population.frame.head(population.rosters), population.frame[population.rosters :]
        )
        candidates = pl.concat([_persons(pairs, population), _by_name(named)])
        rows = _rows(candidates, named, population, matching)
        return conform(rows.with_columns(one=ones(rows, pairs, matching)), ROWS), dead


def _population(
    rosters: Mapping[str, pl.DataFrame], held: Mapping[str, pl.DataFrame], registers: Registers
) -> Population:
    def short(source: str, frame: pl.DataFrame) -> pl.DataFrame:
        columns = {name: name if name in frame.columns else None for name in _SHORT}
        return frame.select(
            pl.lit(source).alias("source"),
            "record_id",
            *(
                (pl.col(c) if c else pl.lit(None)).cast(COLUMNS[name]).alias(name)
                for name, c in columns.items()
            ),
        )

    own = [
        short(source, frame).with_columns(person_id=pl.lit(None, pl.String))
        for source, frame in rosters.items()
    ]
    others = pl.concat([short(source, frame) for source, frame in held.items()])
    known = others.join(
        registers.persons, on=["source", "record_id"], how="left", maintain_order="left"
    )
    return Population(
        pl.concat([*own, known]).with_row_index("node"), sum(part.height for part in own)
    )


def _pairs(
    records: Mapping[str, pl.DataFrame], rosters: int, matching: MatchingConfig, progress: Progress
) -> tuple[pl.DataFrame, tuple[DeadKeys, ...]]:
    """_PAIRS with a row of a roster on the left: those that exact keys close, and those that the
    rules find, scored; and what of the plan is dead."""
    linkage = Linkage(records, matching, load_model(matching.model), empty(JUDGEMENTS))
    runs = [RosterRun(linkage, links, rosters) for links in compared_alike(matching.links)]
    own = np.arange(len(linkage.population)) < rosters
    nameless = linkage.population.codes("id_number_core") == 0
    for column in ("id_number_std", "birth_date_std"):
        nameless &= linkage.population.codes(column) == 0
    free = own & linkage.free & ~nameless
    with progress.stage("compare"):
        found = [run.find(run.link.blocking, [free] * len(run.links)) for run in runs]
    with progress.stage("compare_wide"):
        heavy = pl.concat([_told(f.scored, f.run.link) for f in found])
        heavy = heavy.filter(
            (pl.col("match_weight") >= _SURE) & ~pl.col("barred") & (pl.col("node_r") >= rosters)
        )
        sure = np.zeros(len(own), dtype=bool)
        sure[heavy["node_l"].to_numpy()] = True
        found += [
            f.run.find_wide([free & ~sure] * len(f.run.links), f.candidates.pairs) for f in found
        ]
    closed = linkage.certain.select(
        "node_l", "node_r",
        match_weight=pl.lit(CERTAIN, pl.Int32), barred=pl.lit(False), same_number=pl.lit(True),
    )  # fmt: skip
    pairs = pl.concat([closed, *(_told(f.scored, f.run.link) for f in found)])
    once = pairs.unique(["node_l", "node_r"], keep="first", maintain_order=True).sort(
        "node_l", "node_r"
    )
    return once, linkage.dead_keys()


def _told(scored: pl.DataFrame, link: LinkConfig) -> pl.DataFrame:
    compared = "id_number" in link.comparisons
    equal = (
        pl.col("id_number") == load_matcher("id_number").LEVELS.index("equal")
        if compared
        else pl.lit(False)
    )
    turned = scored.with_columns(  # rosters stand first: the smaller node is a row of one
        same_number=equal,
        node_l=pl.min_horizontal("node_l", "node_r"),
        node_r=pl.max_horizontal("node_l", "node_r"),
    )
    return conform(turned, _PAIRS)


def _persons(pairs: pl.DataFrame, population: Population) -> pl.DataFrame:
    """node, person_id, match_weight, barred, near (the node that agrees best): each person that a
    row may be.

    A person with two numbers, one of which the row has, is not barred for the other.
    """
    persons = population.frame.select(near="node", person_id="person_id")
    return (
        pairs.filter(pl.col("node_r") >= population.rosters)
        .rename({"node_l": "node", "node_r": "near"})
        .join(persons, on="near", how="left", maintain_order="left")
        .sort(
            "node",
            "person_id",
            "barred",
            "match_weight",
            "near",
            descending=[False, False, False, True, False],
        )
        .group_by("node", "person_id", maintain_order=True)
        .agg(
            pl.col("match_weight", "near").first(),
            barred=pl.col("barred").all() | (pl.col("barred").any() & ~pl.col("same_number").any()),
        )
        .select("node", "person_id", "match_weight", "barred", "near")
    )


def _by_name(named: pl.DataFrame) -> pl.DataFrame:
    """As `_persons`, of rows with a name only: the one person whom it can be.

    Such a person is barred: nothing but a name speaks for it.
    """
    only = named.drop_nulls("near")
    return only.select(
        "node", "person_id", match_weight=pl.lit(0, pl.Int32), barred=pl.lit(True), near="near"
    )


def _rows(
    candidates: pl.DataFrame, named: pl.DataFrame, population: Population, matching: MatchingConfig
) -> pl.DataFrame:
    """ROWS without `one`, from the persons that each row may be, and from the namesakes of those
    with a name only."""
    chance = pl.Series("odds", probability(candidates["match_weight"].to_numpy()))
    weighed = candidates.with_columns(odds=chance / (1 - chance).clip(1e-18))
    told = weighed.with_columns(
        match_probability=(pl.col("odds") / (1 + pl.col("odds").sum().over("node"))).round(6),
        several=(pl.col("odds") > 1).sum().over("node") > 1,
    )
    best = told.sort(
        "node",
        "match_weight",
        "barred",
        "near",
        descending=[False, True, False, False],
        maintain_order=True,
    ).unique("node", keep="first", maintain_order=True)
    near = population.frame.select(near="node", near_source="source", near_record_id="record_id")
    rows = population.frame.head(population.rosters)
    short = name_only()
    joined = rows.drop("person_id").join(best, on="node", how="left", maintain_order="left")
    joined = joined.join(
        named.select("node", "namesakes", "in_place"), on="node", how="left", maintain_order="left"
    )
    joined = joined.join(near, on="near", how="left", maintain_order="left")
    likely = (pl.col("match_probability") >= matching.match_probability).fill_null(False)
    maybe = (pl.col("odds") >= _odds(matching.review_probability)).fill_null(False) | pl.col(
        "namesakes"
    ).is_not_null()
    status = (
        pl.when(likely & ~pl.col("barred") & ~short)
        .then(pl.lit("found"))
        .when(maybe)
        .then(pl.lit("possible"))
        .otherwise(pl.lit("not_found"))
    )
    why = (
        pl.when(
            pl.col("in_place")
            | (short & pl.col("namesakes").is_null() & pl.col("name_std").is_not_null())
        )
        .then(pl.lit("name_only"))
        .when(pl.col("namesakes") == 1)
        .then(pl.lit("namesake"))
        .when(pl.col("namesakes") > 1)
        .then(pl.lit("namesakes"))
        .when(pl.col("barred"))
        .then(pl.lit("other_number"))
        .when(pl.col("several"))
        .then(pl.lit("several"))
    )
    gone = pl.col("status") == "not_found"
    return (
        joined.with_columns(status=status, why=why)
        .with_columns(match_probability=pl.when(~short).then("match_probability"))
        .with_columns(
            pl.when(~gone).then(pl.col(name)).alias(name)
            for name in ("person_id", "match_probability", "near_source", "near_record_id")
        )
    )


def _odds(chance: float) -> float:
    return chance / (1 - chance)


def roster_links(
    matching: MatchingConfig, shipped: MatchingConfig, rosters: Sequence[str]
) -> MatchingConfig:
    """`matching` with links of these rosters: its own, or where it has none, the shipped plan's."""
    own = [link for link in matching.links if set(link.sources) & set(rosters)]
    others = [link for link in shipped.links if set(link.sources) & set(rosters)]
    return matching.model_copy(update={"links": own or others})
