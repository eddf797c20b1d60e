"""Households of one register none of whose members the other one has."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import UNCOVERED_HOUSEHOLDS, conform, empty
from reconcile.persons.registration import registered_outside
from reconcile.persons.view import View

# Why, the first that is true. `registered_outside`: every member states a registered address
# outside the city; `possible`: a member may be somebody in the other register; `moved_out`,
# `cancelled`: the other register has had every member, and has cancelled them; `area_absent`: it
# has nobody in this village; `absent`: nothing is known.
REASONS = ("registered_outside", "possible", "moved_out", "cancelled", "area_absent", "absent")

_HEAD = (1, 2)  # GB/T 4761: the person, the head of the household
_SEEN = ("node", "source", "layout", "record_id", "person", "active", "town_std", "village_std")
_VALUES = (
    "household_no_std", "relation_std", "name", "head_name", "address", "district_std", "file",
    "row",
)  # fmt: skip


def households_without_residents(view: View) -> pl.DataFrame:
    """frames.UNCOVERED_HOUSEHOLDS of the police register: none of the active members has an active
    resident record."""
    return _uncovered(view, "household", "residents")


def residents_without_household(view: View) -> pl.DataFrame:
    """frames.UNCOVERED_HOUSEHOLDS of the resident register: none of the active members has an
    active police record."""
    return _uncovered(view, "residents", "household")


def _uncovered(view: View, layout: str, other: str) -> pl.DataFrame:
    """Nothing where one of the two registers is not in the run."""
    if not view.of_layout(layout) or not view.of_layout(other):
        return empty(UNCOVERED_HOUSEHOLDS)
    seen = view.population.select(
        "node", "source", "layout", "record_id", "person", "active", "town_std", "village_std"
    )
    there = seen.filter(pl.col("layout") == other, "active")
    members = seen.with_columns(
        covered=pl.col("person").is_in(there["person"].unique().implode()),
        had=view.holds(other),
        possible=view.may_hold(other),
        outside=registered_outside(view) if layout == "residents" else pl.lit(False),
        moved=_moved_out(view, other),
    ).filter(pl.col("layout") == layout, "active")
    members = members.hstack(_values(view, members["node"]))
    alone = pl.concat_str(pl.lit("\0"), "record_id")
    members = members.with_columns(home=pl.coalesce("household_no_std", alone))
    open_homes = members.filter(~pl.col("covered").any().over("source", "home"))
    head_first = ["source", "home", "is_head", "record_id"]
    ordered = open_homes.with_columns(
        is_head=pl.col("relation_std").is_in(_HEAD).fill_null(False)
    ).sort(head_first, descending=[False, False, True, False])
    homes = ordered.group_by("source", "home", maintain_order=True).agg(
        pl.col(
            "household_no_std", "record_id", "name", "head_name", "address", "file", "row"
        ).first(),
        pl.col("district_std", "town_std", "village_std").drop_nulls().first(),
        members=pl.col("person").n_unique(),
        registered_outside=pl.col("person").filter("outside").n_unique(),
        is_head=pl.col("is_head").first(),
        possible=pl.col("possible").any(),
        had=pl.col("had").all(),
        moved=pl.col("moved").any(),
    )
    return _told(homes, there)


def _values(view: View, nodes: pl.Series) -> pl.DataFrame:
    values = view.values(nodes, *_VALUES)
    texts = [name for name in _VALUES if name not in ("relation_std", "row")]
    return values.with_columns(pl.col(texts).cast(pl.String), pl.col("relation_std").cast(pl.Int8))


def _moved_out(view: View, layout: str) -> pl.Series:
    """For each node, whether a cancelled record of its person in this register says that it has
    moved out."""
    own = view.population.filter(pl.col("layout") == layout, ~pl.col("active")).select(
        "node", "person"
    )
    said = view.values(own["node"], "moved_out_on_std").to_series().is_not_null()
    return view.population["person"].is_in(own.filter(said)["person"].unique().implode())


def _told(homes: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    covered = there.select("town_std", "village_std", village_covered=True).unique()
    joined = homes.join(
        covered, on=["town_std", "village_std"], how="left", nulls_equal=True, maintain_order="left"
    )
    found = {
        "registered_outside": (pl.col("registered_outside") == pl.col("members")),
        "possible": pl.col("possible"),
        "moved_out": pl.col("had") & pl.col("moved"),
        "cancelled": pl.col("had"),
        "area_absent": pl.col("village_covered").is_null() & pl.col("village_std").is_not_null(),
        "absent": pl.lit(True),
    }
    head = (
        pl.when("is_head")
        .then(pl.coalesce("name", "head_name"))
        .otherwise(pl.coalesce("head_name", "name"))
    )
    told = joined.select(
        pl.col("source").cast(pl.String),
        "record_id", "members", "registered_outside", "address", "file", "row",
        household_no="household_no_std",
        head_name=head,
        district="district_std",
        town="town_std",
        village="village_std",
        reason=pl.coalesce(pl.when(found[reason]).then(pl.lit(reason)) for reason in REASONS),
    )  # fmt: skip
    order = ("district", "town", "village", "source", "household_no", "record_id")
    return conform(told, UNCOVERED_HOUSEHOLDS).sort(order, nulls_last=True)
