"""A dwelling and its building as keys: two ways of writing one dwelling give the same text.

阳光小区11幢4单元1104室 and 西岭区阳光小区11-4-1104 → 阳光11-4-1104, in the building 阳光11. Areas
are left out, so that one side may leave them out. For millions of addresses: the numbers are read
by one pattern, the names before them once for each distinct name. `address_parts` understands more,
and costs more.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.standardising.address_forms import comparable
from reconcile.standardising.address_parts import parts_and_numbers
from reconcile.standardising.address_text import address_text
from reconcile.standardising.numerals import NUMERALS

# From the first number behind the last name to the end.
_TAIL = (
    r"((?:[A-Z]?\d|[A-Z](?:[栋座-]|\d{3}))"
    r"(?:\d|[A-Z]|[甲乙丙丁][号单栋座]|[号栋座室房户层楼门梯附组-]|单元)*)$"
)
_NUMBER = r"[1-9]\d{0,3}"
_NUMBERS = (
    r"^(?:(?P<group>[1-9]\d?)组)?"
    rf"(?:(?P<house>{_NUMBER}[甲乙丙丁]?(?:-\d{{1,3}})?号(?:附\d{{1,3}}(?:号|$))?)-?)?"
    r"(?:(?P<building>[A-Z]?[1-9]\d{0,2}[A-Z]?|[A-Z])(?:[栋座]-?|-))?"
    r"(?:(?P<unit>[1-9]\d?|[A-Z])(?:单元-?|[门梯]-?|-))?"
    r"(?:(?P<floor>[1-9]\d?)[层楼]-?)?"
    rf"(?:(?P<room>[A-Z]?{_NUMBER}[A-Z]?(?:-\d{{1,2}})?)(?:[室房户号])*)?$"
)
# Of whom the registers say where they live, and where they are registered: of a child, its mother.
_LIVES, _REGISTERED = ("address_std",), ("registered_address_std", "mother_address_std")
_READ = ("group", "house", "building", "unit", "floor", "room")
# What stands behind a name tells which kind of name it is: it is parsed with one of these in place
# of its own numbers.
_HOUSE, _FLATS, _BUILDING = "1号", "1号2栋301", "2栋301"
_BEHIND_ROOM = r"(\d[室房])[^\d]+$"
# An estate that is one building: its flats need no number of a building.
_TOWER = "(?:大厦|公寓|大楼|广场|国际|中心|[阁轩楼])$"
# 3巷, 12横路, 六段: told apart only by the village or street that they are of.
_NUMBERED = rf"^\d+(?:[横支]?[巷街路弄条里]|胡同)$|^[\d{NUMERALS}]+段$"
_LEFT_OF_NUMERAL = "[廿卅十百]$"


def standard_dwellings(addresses: pl.Series) -> pl.DataFrame:
    """`dwelling` and `building` of addresses as `standard_addresses` has them; null where not said
    or not understood.

    - of a house its street or village and its number: 朝阳路12; with its group: 向阳3组12. It is
      its own building
    - of a flat its estate, or its street and number, then the numbers of building, unit and room in
      their order, whatever stood between them: 朝阳路12-3-501, in 朝阳路12-3

    Of several names the last one counts: 滨海大道99号碧水云天7栋1602 is 碧水云天7-1602. Without the
    word of their kind estates and villages are one: 阳光小区, 阳光.
    """
    texts = addresses.unique().alias("text")
    keys = _keys(texts)
    odd = keys["building"].is_null().arg_true()
    mended = _keys(address_text(texts.gather(odd).str.replace(_BEHIND_ROOM, "$1")))
    keys = keys.select(texts, *(column.scatter(odd, mended[column.name]) for column in keys))
    return addresses.alias("text").to_frame().join(
        keys, on="text", how="left", nulls_equal=True, maintain_order="left"
    ).drop("text")  # fmt: skip


def with_dwellings(records: pl.DataFrame) -> pl.DataFrame:
    """`records` with the dwellings that their addresses (`*_std`) name, null where they name none.

    - `dwelling_std`, `building_std`: where the person lives; else, where he is registered
    - `registered_dwelling_std`: where he is registered; else, where he lives. A household register
      knows the one only, so that this is what its rows and residents have in common
    """
    lives, registered = (_of(records, columns) for columns in (_LIVES, _REGISTERED))
    here = lives["building"].is_not_null()
    return records.with_columns(
        dwelling_std=lives["dwelling"].zip_with(here, registered["dwelling"]),
        building_std=lives["building"].zip_with(here, registered["building"]),
        registered_dwelling_std=registered["dwelling"].zip_with(
            registered["dwelling"].is_not_null(), lives["dwelling"]
        ),
    )


def _of(records: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    stated = [name for name in columns if name in records.columns]
    found = [records[name] for name in stated if records[name].null_count() < records.height]
    if not found:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, records.height)
        return pl.DataFrame({"dwelling": nothing, "building": nothing})
    return standard_dwellings(records.select(pl.coalesce(found)).to_series())


def _keys(texts: pl.Series) -> pl.DataFrame:
    """`dwelling` and `building` of each text."""
    frame = _numbered(texts)
    house, building, unit, floor, room = (pl.col(name) for name in _READ[1:])
    # 朝阳路12, 朝阳路12-3: a house number without its word.
    bare = house.is_null() & unit.is_null() & floor.is_null() & ~room.str.contains(r"\d{3}|[A-Z]|-")
    flats = pl.any_horizontal(part.is_not_null() for part in (building, unit, floor, room))
    kind = (
        pl.when((bare & building.is_null()) | ~flats)
        .then(pl.lit(_HOUSE))
        .when(house.is_not_null())
        .then(pl.lit(_FLATS))
        .otherwise(pl.lit(_BUILDING))
    )
    frame = frame.with_columns(kind=kind, bare=bare.fill_null(False))
    names = _names(frame.select("head", "kind").unique().drop_nulls())
    frame = frame.join(names, on=["head", "kind"], how="left", maintain_order="left")
    return frame.lazy().select(*_written()).collect()


def _numbered(texts: pl.Series) -> pl.DataFrame:
    """`head`, what stands before the numbers of each text, and `_READ`; null where the numbers are
    not understood."""
    frame = texts.alias("text").to_frame().with_columns(tail=pl.col("text").str.extract(_TAIL, 1))
    frame = frame.with_columns(read=pl.col("tail").str.extract_groups(_NUMBERS)).unnest("read")
    understood = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("house", "building", "room")
    )
    lettered = (
        pl.col("building").is_null()
        & pl.col("unit").is_null()
        & pl.col("room").str.contains(r"^[A-Z]\d{3}")
    )
    return frame.select(
        "group",
        "unit",
        "floor",
        # A1203 is 1203 of the building A.
        building=pl.when(lettered).then(pl.col("room").str.slice(0, 1)).otherwise("building"),
        room=pl.when(lettered).then(pl.col("room").str.slice(1)).otherwise("room"),
        house=pl.col("house").str.replace_all("号", "", literal=True),
        head=pl.when(understood).then(pl.col("text").str.strip_suffix(pl.col("tail"))),
    )


def _written() -> tuple[pl.Expr, pl.Expr]:
    """`dwelling` and `building`."""
    of_estate, bare, name = pl.col("of_estate"), pl.col("bare"), pl.col("name")
    house, building, unit, floor, room = (pl.col(part) for part in _READ[1:])
    name = (
        pl.when(pl.col("group").is_null())
        .then(name)
        .otherwise(pl.concat_str("name", "group", pl.lit("组")))
    )
    unsaid = house.is_null() & building.is_null()
    nowhere = of_estate & unsaid & ~pl.col("is_tower")  # 阳光小区501

    def key(*parts: pl.Expr) -> pl.Expr:
        return name + pl.concat_str(*parts, separator="-", ignore_nulls=True)

    # The floor is said by the number of the room, 702, or tells where the room is, 7楼2号.
    telling = pl.when(~room.str.contains(r"\d{3}")).then("floor")
    whole = key(house, building, unit, telling, room)
    # 朝阳路12-3-501: on a street the first number is the house's.
    of_house = pl.when(~of_estate & house.is_null() & building.is_not_null()).then("unit")
    no_flat = unit.is_null() & floor.is_null() & room.is_null()
    is_house = no_flat & building.is_null() & ~of_estate
    return (
        pl.when((room.is_not_null() | is_house) & ~nowhere).then(whole).alias("dwelling"),
        pl.when((bare & ~of_estate) | no_flat)
        .then(whole)
        .when(~nowhere)
        .then(key(house, building, of_house))
        .alias("building"),
    )


def _names(heads: pl.DataFrame) -> pl.DataFrame:
    """head, kind, name, of_estate, is_tower: those that name a street, a village or an estate and
    nothing else."""
    numbered = heads.with_columns(read=pl.concat_str("head", "kind"))
    parts = heads.hstack(comparable(parts_and_numbers(numbered["read"])))
    kind, number, estate = pl.col("kind"), pl.col("street_no"), pl.col("estate")
    flat = (pl.col("building") == "2") & (pl.col("room") == "301")
    fits = (
        pl.when(kind == _HOUSE)
        .then((number == "1") | (number.is_null() & (pl.col("building") == "1")))
        .when(kind == _FLATS)
        .then((number == "1") & flat)
        .otherwise(flat)
    )
    others = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("group", "unread", "unit", "floor")
    )
    # 人民路63号院8栋503: the number belongs to the name.
    number_before = pl.when((kind == _BUILDING) & estate.is_null()).then(number + "-").fill_null("")
    name = pl.concat_str(
        _last_name().str.strip_chars("-“”‘’"), pl.col("zone").fill_null(""), number_before
    )
    is_tower = estate.str.contains(_TOWER).fill_null(False)
    return parts.filter(
        fits, ~others, ~pl.col("head").str.contains(_LEFT_OF_NUMERAL), name.str.len_chars() > 1
    ).select("head", "kind", name=name, of_estate=estate.is_not_null(), is_tower=is_tower)


def _last_name() -> pl.Expr:
    """The estate, else the street, else the village, else the town; a village that stands behind a
    street before it."""
    street, estate = pl.coalesce("branch", "street"), pl.col("estate")
    village = pl.coalesce("hamlet", "village")
    of_village = pl.when(~street.str.contains(_NUMBERED)).then(street).otherwise(village + street)
    behind = pl.col("head").str.replace("(?:村|屯|社区)+$", "").str.ends_with(village)
    place = (
        pl.when(behind.fill_null(False))
        .then(village)
        .otherwise(pl.coalesce(of_village, village, "town"))
    )
    return (
        pl.when(~estate.str.contains(_NUMBERED))
        .then(estate)
        .otherwise(pl.coalesce(street + estate, place))
    )
