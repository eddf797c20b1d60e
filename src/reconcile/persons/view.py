"""What a rule sees: persons with their records; never candidate pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import BirthsConfig
from reconcile.core.frames import MENTIONS, UNRESOLVED_AREAS, WEAK_PAIRS, empty
from reconcile.core.messages import has_text
from reconcile.core.period import Period
from reconcile.core.stacked import rows_by_frame
from reconcile.persons.survivorship import standing

# What rules read of a record, wherever it comes from; null where a source lacks it.
COLUMNS: Mapping[str, pl.DataType] = {
    "record_id": pl.String(),
    "person_id": pl.String(),
    "person_probability": pl.Float64(),
    "record_key_repeated": pl.Boolean(),
    "name_std": pl.String(),
    "surname": pl.String(),
    "given": pl.String(),
    "former_name_std": pl.String(),
    "mother_name_std": pl.String(),
    "sex_std": pl.Int8(),
    "sex_from_id": pl.Boolean(),
    "birth_date_std": pl.Date(),
    "birth_date_from_id": pl.Boolean(),
    "id_number_std": pl.String(),
    "id_number_status": pl.String(),
    "id_number_trusted": pl.Boolean(),
    "cancelled_std": pl.Boolean(),
    "updated_on_std": pl.Date(),
    "registered_on_std": pl.Date(),
    "town_std": pl.String(),
    "village_std": pl.String(),
}


Made = TypeVar("Made")


def own_columns(columns: Iterable[str]) -> list[str]:
    """Of the columns of standardised records the canonical ones that only a layout of one's own
    has.

    They are those that the catalog has no words for.
    """
    found = (column.removesuffix("_std") for column in columns if column.endswith("_std"))
    return [column for column in found if not has_text(f"columns.{column}")]


@dataclass(frozen=True, eq=False)
class View:
    """The records of a run, resolved to persons.

    `records`: by source, the standardised records with person_id, how, margin and
    person_probability. `layouts`: the layout of each source; the sources of one layout are one
    register. `links`: frames.LINKS, contenders that did not come to be one person. `period` bounds
    births by birth date. `mentions`: frames.MENTIONS, the relatives that records name. `as_of`: the
    exports speak of no later day. `births`: what the config says of births. `weak_pairs`:
    frames.WEAK_PAIRS, too unlike to be contenders. `areas`: areas.table.AREAS, the areas in force,
    None where the office gave no table of them; `unresolved_areas`: frames.UNRESOLVED_AREAS.
    """

    records: Mapping[str, pl.DataFrame]
    layouts: Mapping[str, str]
    links: pl.DataFrame
    period: Period | None = None
    mentions: pl.DataFrame = field(default_factory=lambda: empty(MENTIONS))
    as_of: date = field(default_factory=date.today)
    births: BirthsConfig = field(default_factory=BirthsConfig)
    weak_pairs: pl.DataFrame = field(default_factory=lambda: empty(WEAK_PAIRS))
    areas: pl.DataFrame | None = None
    unresolved_areas: pl.DataFrame = field(default_factory=lambda: empty(UNRESOLVED_AREAS))
    _made: dict[Callable[..., object], object] = field(default_factory=dict)

    def once(self, make: Callable[[View], Made]) -> Made:
        """What `make` makes of this view; made the first time, kept for every later one."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Made, self._made[make])

    def of_layout(self, layout: str) -> list[str]:
        """The sources of this layout, in the order of the run."""
        return [source for source in self.records if self.layouts[source] == layout]

    @cached_property
    def population(self) -> pl.DataFrame:
        """Every record of every source, one below the other: `COLUMNS`, `further`, and

        node (UInt32, the position of the row), source, layout, person (UInt32: one number a person,
        without an order), active (not cancelled), stands (whether the record stands for its person
        in its register, see standing.py).
        """
        frames = [self._seen(source, frame) for source, frame in self.records.items()]
        stacked = pl.concat(frames).with_row_index("node")
        # Equal hashes of two different persons: a chance of 1 in a million in a run of 6 million
        # records.
        stacked = stacked.with_columns(
            person=pl.col("person_id").hash(seed=0).rank("dense").cast(pl.UInt32) - 1,
            active=~pl.col("cancelled_std").fill_null(False),
        )
        return stacked.with_columns(
            stands=pl.Series(standing(stacked, self.records), dtype=pl.Boolean)
        )

    @cached_property
    def further(self) -> list[str]:
        """Columns of layouts of one's own; the population has their standardised values as text."""
        return list(
            dict.fromkeys(
                name for frame in self.records.values() for name in own_columns(frame.columns)
            )
        )

    @cached_property
    def bounds(self) -> tuple[date, date] | None:
        """The first day of the period and the first day after it; None without a period."""
        return (self.period.first, self.period.end) if self.period else None

    def active(self) -> pl.LazyFrame:
        """The records that are not cancelled; lazy, so that only the columns in use are
        filtered."""
        return self.population.lazy().filter("active")

    def holds(self, layout: str, active: bool = False) -> pl.Series:
        """For each node, whether its person has a record of this layout, cancelled ones included
        unless `active`."""
        of_layout = self.population["layout"] == layout
        return self._persons_of(
            (of_layout & self.population["active"] if active else of_layout).to_numpy()
        )

    def may_hold(self, layout: str) -> pl.Series:
        """For each node, whether its person has a possible link to a record of this layout."""
        of_layout = (self.population["layout"] == layout).to_numpy()
        left, right = self.possible["node_l"].to_numpy(), self.possible["node_r"].to_numpy()
        linked = np.zeros(self.population.height, dtype=bool)
        linked[left[of_layout[right]]] = True
        linked[right[of_layout[left]]] = True
        return self._persons_of(linked)

    @cached_property
    def possible(self) -> pl.DataFrame:
        """Links that a person has to decide, each pair of persons once: node_l < node_r,
        match_probability.

        A pair in review, or a match that lost a tie. Not asked: two cancelled records; two persons
        that each have a record of their own in two registers, for these are known to be two, unless
        one register has them under one name and birth date: they may be one who is in both
        registers twice.
        """
        pairs = (
            self.nodes(self.links, "source", "record_id")
            .rename({"node": "node_a"})
            .pipe(self.nodes, "contender_source", "contender_record_id")
            .filter(pl.col("band").is_in(["match", "review"]))
            .drop_nulls(["node_a", "node"])
            .select(
                node_l=pl.min_horizontal("node_a", "node"),
                node_r=pl.max_horizontal("node_a", "node"),
                match_probability=1 / (1 + 2 ** (-pl.col("match_weight") / 1000)),
            )
            .group_by("node_l", "node_r")
            .agg(pl.col("match_probability").max())
            .sort("node_l", "node_r")
        )
        left, right = pairs["node_l"].to_numpy(), pairs["node_r"].to_numpy()
        person, active = self.population["person"].to_numpy(), self.population["active"].to_numpy()
        both = np.zeros(len(left), dtype=int)
        for layout in dict.fromkeys(self.layouts[source] for source in self.records):
            held = self.holds(layout).to_numpy()
            both += held[left] & held[right]
        two = (both >= 2) & ~self._namesakes(left, right)
        asked = (person[left] != person[right]) & ~two & (active[left] | active[right])
        # A record that may belong to a person is one question, however many records that person
        # has.
        ends = np.sort(np.stack([person[left], person[right]]), axis=0)
        persons = {"a": pl.Series(ends[0]), "b": pl.Series(ends[1])}
        heaviest = pl.col("match_probability") == pl.col("match_probability").max().over("a", "b")
        return (
            pairs.with_columns(**persons)
            .filter(pl.Series(asked, dtype=pl.Boolean))
            .filter(heaviest)
            .unique(["a", "b"], keep="first", maintain_order=True)
            .drop("a", "b")
        )

    def _namesakes(
        self, left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32]
    ) -> npt.NDArray[np.bool_]:
        """Of pairs of nodes: which one register has under one name and birth date."""
        told = self.population.select("layout", "name_std", "birth_date_std")
        one, other = told[left], told[right]
        alike = pl.DataFrame([(one[name] == other[name]).fill_null(False) for name in told.columns])
        return alike.select(pl.all_horizontal(pl.all())).to_series().to_numpy()

    @cached_property
    def weak(self) -> pl.DataFrame:
        """node_l, node_r of the weak pairs."""
        named = self.nodes(self.weak_pairs, "source_l", "record_id_l").rename({"node": "node_l"})
        named = self.nodes(named, "source_r", "record_id_r").rename({"node": "node_r"})
        return named.select("node_l", "node_r").drop_nulls()

    def _persons_of(self, chosen: npt.NDArray[np.bool_]) -> pl.Series:
        """For each node, whether its person has one of the chosen nodes."""
        person = self.population["person"].to_numpy()
        persons = np.zeros(person.max(initial=0) + 1, dtype=bool)
        persons[person[chosen]] = True
        return pl.Series(persons[person], dtype=pl.Boolean)

    def standing(self, layout: str) -> pl.LazyFrame:
        """The record that stands for each person in this register: one row a person at most."""
        return self.population.lazy().filter(pl.col("layout") == layout, pl.col("stands"))

    def values(self, nodes: pl.Series, *columns: str) -> pl.DataFrame:
        """These columns of the standardised records at `nodes`, a row each in their order.

        Null where there is no node, or its source lacks the column.
        """
        wanted = nodes.to_frame("node").with_row_index("place")
        dtypes = {
            c: next((f.schema[c] for f in self.records.values() if c in f.columns), pl.Null())
            for c in columns
        }
        found = [wanted.clear().select("place", **{c: pl.lit(None, d) for c, d in dtypes.items()})]
        heights = [frame.height for frame in self.records.values()]
        asked = nodes.cast(pl.Int64).fill_null(-1).to_numpy()
        for frame, (places, rows) in zip(
            self.records.values(), rows_by_frame(asked, heights), strict=True
        ):
            told = [frame[c].gather(rows).cast(dtypes[c]) for c in columns if c in frame.columns]
            found.append(pl.DataFrame([wanted["place"].gather(places), *told]))
        stacked = pl.concat(found, how="diagonal")
        return (
            wanted.select("place")
            .join(stacked, on="place", how="left", maintain_order="left")
            .drop("place")
        )

    def nodes(self, frame: pl.DataFrame, source: str, record_id: str) -> pl.DataFrame:
        """`frame` with the records named in the columns `source` and `record_id` as a column
        `node`.

        Rows keep their order; a record that the view does not hold has a null node.
        """
        keys = [source, record_id]
        frame = frame.with_columns(
            pl.col(source).cast(self.population.schema["source"], strict=False)
        )
        named = (
            self.population.select("node", "source", "record_id")
            .rename({"source": source, "record_id": record_id})
            .join(frame, on=keys, how="semi")  # far fewer than all
        )
        return frame.join(named, on=keys, how="left", maintain_order="left")

    def _seen(self, source: str, frame: pl.DataFrame) -> pl.DataFrame:
        names = dict.fromkeys(self.records)
        layouts = dict.fromkeys(self.layouts[name] for name in names)
        columns = {**COLUMNS, **{f"{name}_std": pl.String() for name in self.further}}
        return frame.select(
            pl.lit(source, dtype=pl.Enum(list(names))).alias("source"),
            pl.lit(self.layouts[source], dtype=pl.Enum(list(layouts))).alias("layout"),
            *(
                (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
                for name, dtype in columns.items()
            ),
        )
