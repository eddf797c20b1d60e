"""Of every resident how far the place of registration is from the home: 人户分离, by level."""

from __future__ import annotations

import polars as pl

from reconcile.areas.outside_city import area_named
from reconcile.areas.placing import BEYOND, NOT_TOLD
from reconcile.core.frames import RESIDENCES, conform
from reconcile.persons.registration import registered_outside
from reconcile.persons.residence.other_names import other_names
from reconcile.persons.view import View

AREA = ("district", "town", "village")
# Registered in another village, town or district of the city, or outside of it: the first that
# differs from the top.
APART = ("village", "town", "district", "city")
# With those registered where they live, and those of whom nobody says where.
LEVELS = ("here", *APART, "unknown")

_CODE = r"^\d+$"


def has_both_registers(view: View) -> bool:
    """Whether the run has a resident and a household register: without both there is nothing to
    say."""
    return bool(view.of_layout("residents") and view.of_layout("household"))


def residences(view: View) -> pl.DataFrame:
    """A row for each person with an active resident record, by the one that stands for it; sorted
    by node.

    Columns: node (of the resident record), household (node of the person's active household row, or
    null), person, level (of LEVELS), differs (the parts of AREA in which the two differ, from the
    top), lives_… and registered_… (by AREA, standardised; null where a register does not say, or
    says what the area table, or without one the other register, does not know, and the other side
    does not say too), outside (of level `city`: the area that the registered address names, empty
    where it only says that it is outside). A part that one of the two lacks is no difference, nor
    is a code beside a name. Who is not on the police's register is registered outside where the
    resident register states such an address, else unknown.
    """
    return view.once(_residences)


def residences_frame(view: View) -> pl.DataFrame:
    """frames.RESIDENCES: the level of every resident, by record ids, sorted."""
    found = residences(view)
    names = view.population.select(pl.col("source").cast(pl.String), "record_id")
    ids = {
        "source": names["source"].gather(found["node"]),
        "record_id": names["record_id"].gather(found["node"]),
        "household_source": names["source"].gather(found["household"]),
        "household_record_id": names["record_id"].gather(found["household"]),
    }
    return conform(found.with_columns(**ids), RESIDENCES).sort("source", "record_id")


def _residences(view: View) -> pl.DataFrame:
    found = _compared(_placed(view, view.once(_people)))
    doubtful = pl.col("person").is_in(_told_two_ways(view, found).implode())
    return found.with_columns(
        level=pl.when(doubtful).then(pl.lit("unknown")).otherwise("level"),
        differs=pl.when(doubtful).then(pl.lit([], dtype=pl.List(pl.String))).otherwise("differs"),
    )


def _people(view: View) -> pl.DataFrame:
    """person, node, household of the records that stand for each."""
    residents, rows = (
        _active(view, layout, pl.col("stands")) for layout in ("residents", "household")
    )
    return residents.join(rows, on="person", how="left").sort("node_residents").select(
        "person", node="node_residents", household="node_household"
    )  # fmt: skip


def _other_names(view: View) -> dict[str, pl.Series]:
    """By part of AREA the names that without a table of areas say nothing: see `other_names`."""
    people = view.once(_people).drop_nulls("household")
    lives, registered = (
        view.values(people[n], *(f"{p}_std" for p in AREA)) for n in ("node", "household")
    )
    found = {}
    for part in AREA:
        both = pl.DataFrame(
            {"lives": lives[f"{part}_std"], "registered": registered[f"{part}_std"]}
        )
        told = both.cast(pl.String).filter(_comparable(pl.col("lives"), pl.col("registered")))
        found[part] = other_names(told["lives"], told["registered"])
    return found


def not_known_to_both(view: View) -> int:
    """How many residents have an area that without a table of areas cannot be compared, for only
    one of the registers calls it so; 0 with a table."""
    if view.areas is not None or not has_both_registers(view):
        return 0
    people = view.once(_people).drop_nulls("household")
    sides = [
        _named_areas(view, people[node], word)
        for word, node in (("lives", "node"), ("registered", "household"))
    ]
    told = pl.concat(sides, how="horizontal")
    unlike = [
        (pl.col(f"lives_{part}") != pl.col(f"registered_{part}"))
        & ~(pl.col(f"lives_{part}_told") & pl.col(f"registered_{part}_told"))
        for part in AREA
    ]
    return told.filter(pl.any_horizontal(unlike)).height


def _told_two_ways(view: View, found: pl.DataFrame) -> pl.Series:
    """The persons who by one of their active records live where they are registered, and by the one
    that stands do not: they have two in a register, and only whoever clears that up can say which
    is right."""
    asked = pl.col("person").is_in(
        found.filter(pl.col("differs").list.len() > 0)["person"].implode()
    )
    residents, rows = (_active(view, layout, asked) for layout in ("residents", "household"))
    several = pl.len().over("person") > 1
    pairs = residents.join(rows, on="person").filter(several).sort("node_residents",
    "node_household").select(
        "person", node="node_residents", household="node_household"
    )  # fmt: skip
    return _compared(_placed(view, pairs)).filter(pl.col("level") == "here")["person"]


def _active(view: View, layout: str, which: pl.Expr) -> pl.DataFrame:
    """person, node_<layout> of the active records of a register."""
    asked = view.active().filter(pl.col("layout") == layout, which)
    return asked.select("person", pl.col("node").alias(f"node_{layout}")).collect()


def _placed(view: View, people: pl.DataFrame) -> pl.DataFrame:
    """person, node, household with lives_…, registered_… and outside."""
    sides = {"lives": people["node"], "registered": people["household"]}
    said = [_named_areas(view, nodes, word) for word, nodes in sides.items()]
    told = pl.concat([people, *said, _outside(view, people).to_frame()], how="horizontal")
    return told.with_columns(_kept(word, part) for word in sides for part in AREA).drop(
        f"{word}_{part}_told" for word in sides for part in AREA
    )


def _named_areas(view: View, nodes: pl.Series, word: str) -> pl.DataFrame:
    """<word>_<part> of AREA of these records, and <word>_<part>_told: false where the area table
    does not tell it, or without one the other register."""
    said = view.values(nodes, *(f"{part}_std" for part in AREA), "area_code", "area_how").cast(
        pl.String
    )
    names = {f"{word}_{part}": pl.col(f"{part}_std") for part in AREA}
    listed = pl.col("area_how").is_in(NOT_TOLD).fill_null(False)
    if view.areas is None:
        others = view.once(_other_names)
        known = {
            f"{word}_{part}_told": ~pl.col(f"{part}_std").is_in(others[part].implode())
            for part in AREA
        }
        return said.select(**names, **{name: told.fill_null(True) for name, told in known.items()})
    certain = view.areas.select(
        _in_full(view.areas),
        area_code="code",
        **{f"{part}_certain": pl.col(f"{part}_std") for part in AREA},
    )
    joined = said.join(certain, on="area_code", how="left", maintain_order="left").with_columns(
        village_std=pl.coalesce("in_full", "village_std")
    )
    told = {
        f"{word}_{part}_told": ~listed | BEYOND | pl.col(f"{part}_certain").is_not_null()
        for part in AREA
    }
    return joined.select(**names, **told)


def _in_full(areas: pl.DataFrame) -> pl.Expr:
    """The village's name in full where its town has two that are alike without their ends: 新洲村,
    新洲社区."""
    villages = areas.filter(pl.col("level") == "village")
    alike = villages.filter(pl.len().over("town_code", "village_std") > 1)["code"]
    return (
        pl.when(pl.col("village_code").is_in(alike.implode())).then("village_name").alias("in_full")
    )


def _kept(word: str, part: str) -> pl.Expr:
    """The name of an area; null where the table does not tell it and the other side says something
    else: a misspelt village is no other village."""
    name = pl.col(f"{word}_{part}")
    same = (pl.col(f"lives_{part}") == pl.col(f"registered_{part}")).fill_null(False)
    return pl.when(pl.col(f"{word}_{part}_told") | same).then(name)


def _compared(people: pl.DataFrame) -> pl.DataFrame:
    """With `level` and `differs`."""
    comparable = {
        part: _comparable(pl.col(f"lives_{part}"), pl.col(f"registered_{part}")) for part in AREA
    }
    unlike = {
        part: comparable[part] & (pl.col(f"lives_{part}") != pl.col(f"registered_{part}"))
        for part in AREA
    }
    in_city = pl.coalesce(*(pl.when(unlike[part]).then(pl.lit(part)) for part in AREA))
    level = (
        pl.when(pl.col("outside").is_not_null())
        .then(pl.lit("city"))
        .when(in_city.is_not_null())
        .then(in_city)
        .when(pl.any_horizontal(*comparable.values()))
        .then(pl.lit("here"))
        .otherwise(pl.lit("unknown"))
    )
    differs = pl.concat_list(
        pl.when(unlike[part]).then(pl.lit(part)) for part in AREA
    ).list.drop_nulls()
    return people.with_columns(level=level, differs=differs)


def _comparable(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether both are there, and both names or both codes of one length."""
    codes, lengths = one.str.contains(_CODE), one.str.len_chars() == other.str.len_chars()
    return ((codes == other.str.contains(_CODE)) & (~codes | lengths)).fill_null(False)


def _outside(view: View, people: pl.DataFrame) -> pl.Series:
    """Of each of the people without a household row, the area outside that the resident register
    names."""
    asked = people["household"].is_null() & registered_outside(view).gather(people["node"])
    nodes = people.filter(asked)["node"]
    stated = view.values(nodes, "registered_address_std").to_series().cast(pl.String)
    distinct = stated.unique()
    names = pl.DataFrame({"stated": distinct, "outside": area_named(distinct)})
    told = pl.DataFrame({"node": nodes, "stated": stated}).join(names, on="stated", how="left")
    return people.join(told, on="node", how="left", maintain_order="left")["outside"]
