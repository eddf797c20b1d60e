"""An address in its parts, however it was written: 阳光小区11-4-1104,
阳光小区十一幢四单元1104室."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.address_areas import with_areas
from reconcile.standardising.address_names import BUILDING, END, FLATS, HOUSE, NAMES, with_names
from reconcile.standardising.address_numbers import in_place, row_of_numbers, with_numbers
from reconcile.standardising.address_text import address_text
from reconcile.standardising.address_words import REMARK, ROAD
from reconcile.standardising.areas import standard_towns

PARTS = (
    "province", "city", "district", "town", "village", "street", "street_no", "estate", "building",
    "unit", "floor",
    "room", "group", "unread",
)  # fmt: skip

_FIRST_NUMBER = r"^([^\d]*?)-?(附?\d.*|[A-Z]+(?:\d|[栋座区单-]).*|[甲乙丙丁][栋座].*)$"
_GROUP = r"(\d+)组"
# What tells, behind the first number, what it counts.
_OF_HOUSES = (
    r"^(?:附|\d+[甲乙丙丁]?(?:-\d{1,2})?"
    r"(?:号|组|$|附|支|弄|横|巷|街|路|里|条|胡|[^\d\-A-Z栋座单门期区楼层室房]))"
)
_OF_FLATS = r"^\d+号(?:\d{3,4}(?:\D|$)|\d+(?:单元|[门梯栋座-]))"
# 6-3-401, 12-3; not 12-3号.
_DASHED = r"(?:^|[^\d号-])-?\d+(?:-[\dA-Z]+)*-\d+(?:$|[^\d号附])|号-?\d+(?:-\d+)+(?:$|[^\d号])"
# Two numbers may be a house number, 12-3, unless the last is a room's.
_ROW = r"-.*-|-\d{3,4}$"
# Opposite a house is another house: its number is not this one's.
_NOT_THERE = r"\d+号?(?:正|斜)?(?:对面|对过|隔壁|旁边?|附近|后面|前面)$"


def address_parts(addresses: pl.Series) -> pl.DataFrame:
    """The PARTS of each address, String, null where not said; of raw text and of
    `standard_addresses`.

    - `province`, `city`, `district`: as written; `town`: as `standard_towns` has it
    - `village`: the bare name, as `standard_villages` has it
    - `group`: the number of 组, 队, 社, 村民小组, the name of a group or of a natural village
      inside a village, or both: 三角园1
    - `street`: with its lanes; `street_no`: 12, 12甲, 12-2 (also 12号之2), 12附3
    - `estate`: with its phase or zone
    - `building`, `unit`, `floor`, `room`: digits or letters, no leading noughts. A floor that only
      the room's number implies is not said
    - `unread`: the address from its first number on, where the numbers are in no known order; then
      only parts with a word of their own are read. Otherwise what is neither a name nor a number
      nor a remark: 亭子间, 202东室
    """
    return parts_and_numbers(addresses).select(PARTS)


def parts_and_numbers(addresses: pl.Series) -> pl.DataFrame:
    """The PARTS, all `numbers` in their order, 12-3-501, and as `dashed` those that only dashes
    tell apart."""
    text = address_text(addresses).alias("text")
    table = _parsed(text.drop_nulls().unique())
    return text.to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")


def _parsed(texts: pl.Series) -> pl.DataFrame:
    split = pl.col("text").str.extract_groups(_FIRST_NUMBER).struct
    frame = (
        texts.to_frame()
        .lazy()
        .with_columns(
            tail=pl.when(pl.col("text").str.contains(_NOT_THERE).not_()).then(split.field("2"))
        )
        .with_columns(
            head=pl.coalesce(split.field("1"), "text"),
            numbered=pl.col("tail").str.extract(_GROUP, 1),
            counts=_counts(pl.col("tail")),
        )
        .with_columns(numbers=row_of_numbers("tail"))
        .with_columns(
            dashed=pl.when(
                pl.col("tail").str.contains(_DASHED) & pl.col("numbers").str.contains(_ROW)
            ).then("numbers"),
            tail=pl.col("tail").str.replace(_GROUP, ""),
        )
        .collect()
    )
    numbers = with_numbers(frame.select("tail").drop_nulls().unique().lazy(), "tail").collect()
    frame = frame.join(numbers, on="tail", how="left")
    return _whole(_with_heads(_with_names_between(frame)).lazy()).collect()


def _counts(tail: pl.Expr) -> pl.Expr:
    return (
        pl.when(tail.is_null())
        .then(pl.lit(END))
        .when(tail.str.contains(_OF_FLATS))
        .then(pl.lit(FLATS))
        .when(tail.str.contains(_OF_HOUSES))
        .then(pl.lit(HOUSE))
        .otherwise(pl.lit(BUILDING))
    )


def _with_heads(frame: pl.DataFrame) -> pl.DataFrame:
    """With the areas and names before the first number. There are few: each is read once."""
    heads = with_areas(
        frame.select("head", "counts").unique().lazy().with_columns(rest=pl.col("head")), "rest"
    )
    heads = with_names(heads, "rest", "counts", behind_number=False).drop("rest", "left")
    return frame.join(heads.collect(), on=["head", "counts"], how="left")


def _with_names_between(frame: pl.DataFrame) -> pl.DataFrame:
    """With the names between a house number and a building: `inner_estate` and so on."""
    follows = pl.coalesce("building", "unit", "floor", "room")
    of_house = (pl.col("mark") == "号") & pl.col("unit").is_null() & pl.col("room").is_null()
    frame = frame.with_columns(
        follow=pl.when(follows.is_null())
        .then(pl.lit(END))
        .when(of_house)
        .then(pl.lit(HOUSE))
        .otherwise(pl.lit(BUILDING))
    )
    names = frame.select("name", "follow").drop_nulls().unique().lazy()
    names = with_names(names, "name", "follow", behind_number=True).rename(
        {name: f"inner_{name}" for name in (*NAMES, "left")}
    )
    return frame.join(names.collect(), on=["name", "follow"], how="left")


def _whole(frame: pl.LazyFrame) -> pl.LazyFrame:
    """text and PARTS: what was read of head, middle and tail put together."""
    inner = pl.col("inner_estate").is_not_null()
    # No name stands between the first number and a building.
    last = pl.col("name").is_null() | (pl.col("follow") == END)
    frame = frame.with_columns(
        in_estate=(inner & ~last)
        | (pl.col("estate").is_not_null() & last & ~pl.col("head").str.contains(f"{ROAD}$")),
        zone=pl.col("zone").fill_null(""),
        group=pl.concat_str(
            pl.coalesce("group", "inner_group", pl.lit("")), pl.col("numbered").fill_null("")
        ),
        village=pl.coalesce("village", "inner_village"),
        street=pl.concat_str(
            pl.coalesce("street", "inner_street", pl.lit("")), pl.col("lane").fill_null("")
        ),
        estate=pl.coalesce("estate", "inner_estate"),
    ).with_columns(
        group=pl.when(pl.col("group") != "").then("group"),
        street=pl.when(pl.col("street") != "").then("street"),
        estate=pl.when(pl.col("estate").is_not_null() | (pl.col("zone") != "")).then(
            pl.concat_str(pl.col("estate").fill_null(""), "zone")
        ),
        town=pl.col("town")
        .str.replace("街办(?:事处)?$", "街道")
        .str.replace("^(?:国营|农垦)+(.{2,}场)$", "$1")
        .map_batches(standard_towns, return_dtype=pl.String),
    )
    left = pl.concat_str(pl.col("inner_left").fill_null(""), pl.col("left").fill_null(""))
    unread = pl.coalesce("unread", pl.when((left != "") & ~left.str.contains(REMARK)).then(left))
    return (
        in_place(frame)
        .with_columns(_no_floor_of("numbers"), _no_floor_of("dashed"), unread=unread)
        .select("text", *PARTS, "numbers", "dashed")
    )


def _no_floor_of(numbers: str) -> pl.Expr:
    """Numbers in a row without the floor that the room's number says: 4-7-702 → 4-702."""
    floor, room = pl.concat_str(pl.lit("-"), "floor"), pl.concat_str(pl.lit("-"), "room")
    said = pl.col("room").str.contains(r"^\d{3}") & pl.col("room").str.starts_with(pl.col("floor"))
    said &= pl.col(numbers).str.ends_with(floor + room)
    return (
        pl.when(said)
        .then(pl.col(numbers).str.strip_suffix(floor + room) + room)
        .otherwise(numbers)
        .alias(numbers)
    )
