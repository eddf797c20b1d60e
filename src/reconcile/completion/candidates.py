"""Which records of the household register may be a resident's: those that the matching compared,
and those whose number the remains of the resident's fit."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.completion.repair import WAY, leading_digits, packed, rounded, ways_of
from reconcile.matchers import load_matcher
from reconcile.matching.linked import Linked
from reconcile.persons.view import View

PAIR = ("resident", "household")


def registered(view: View) -> pl.DataFrame:
    """household (UInt32, its node), number (String), packed (Int64, see `repair.packed`): the
    household records whose number can be trusted."""
    return (
        view.population.lazy()
        .filter(pl.col("layout") == "household", "id_number_trusted")
        .select(
            pl.col("node").alias("household"),
            number="id_number_std",
            packed=packed(pl.col("id_number_std")),
        )
        .collect()
    )


def contenders(view: View, linked: Linked, asked: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Every pair once, sorted: resident, household (nodes), joined (Boolean, one person), number
    (of the household record; null where none can be trusted), way (WAY, how what stands in the
    register can have come of the number; null where it cannot), barred (Boolean: whatever else
    agrees, the plan has them for two persons at first), and what the matching made of the pair,
    null where it did not look: weight, w_id_number (Int32, 1/1000 bit) and the levels of its
    comparisons (Int8). Pairs that people judged to be two persons are left out.

    `asked`: as `wanting` gives it; `held`: as `registered` gives it.
    """
    known = _compared(view, linked, asked["resident"])
    fitting = _fitting(view, asked, held)
    pairs = pl.concat(
        [known, fitting.select(PAIR).join(known, on=PAIR, how="anti")], how="diagonal"
    )
    told = (
        pairs.join(_judged_different(view, linked), on=PAIR, how="anti")
        .with_columns(_barred(view, linked, pairs.columns))
        .join(fitting, on=PAIR, how="left")
        .join(held, on="household", how="left")
        .join(asked.select("resident", "text"), on="resident", how="left")
        .with_columns(pl.coalesce("way", _shown()).alias("way"))
        .drop("text", "packed")
        .sort(PAIR)
    )
    person = view.population["person"]
    return told.with_columns(
        (person.gather(told["resident"]) == person.gather(told["household"])).alias("joined")
    )


def _compared(view: View, linked: Linked, residents: pl.Series) -> pl.DataFrame:
    """The pairs of these residents that were compared, and those of one person that were not."""
    population = view.population.select("node", "source", "record_id", "person", "layout")
    wanted = population.filter(pl.col("node").is_in(residents.implode()))
    scored = pl.concat(_scored(view, linked, wanted, *sides) for sides in (("l", "r"), ("r", "l")))
    scored = scored.unique(PAIR, keep="first", maintain_order=True)
    household = population.filter(pl.col("layout") == "household").select(
        "person", household="node"
    )
    joined = wanted.select("person", resident="node").join(household, on="person").select(PAIR)
    return pl.concat([scored, joined.join(scored, on=PAIR, how="anti")], how="diagonal")


def _barred(view: View, linked: Linked, columns: Sequence[str]) -> pl.Expr:
    """`barred`, by the levels at which the plan never joins a resident with a household record."""
    ours = ({*view.of_layout("residents")}, {*view.of_layout("household")})
    links = [link for link in linked.matching.links if all(side & {*link.sources} for side in ours)]
    bars = {tuple(bar.split(".")) for link in links for bar in link.barred}
    levels = [
        pl.col(name) == load_matcher(name).LEVELS.index(level)
        for name, level in sorted(bars)
        if name in columns
    ]
    return pl.any_horizontal(pl.lit(False), *levels).fill_null(False).alias("barred")


def _judged_different(view: View, linked: Linked) -> pl.DataFrame:
    """PAIR: of the judgements those that part two records, from both sides."""
    parted = linked.judgements.filter(pl.col("decision") == "different")
    ends = view.nodes(parted, "source_l", "record_id_l").rename({"node": "resident"})
    both = (
        view.nodes(ends, "source_r", "record_id_r")
        .rename({"node": "household"})
        .select(PAIR)
        .drop_nulls()
    )
    return pl.concat([both, both.select(resident="household", household="resident")])


def _scored(
    view: View, linked: Linked, wanted: pl.DataFrame, left: str, right: str
) -> pl.DataFrame:
    """The scored pairs whose residents, all of them `wanted`, are on the side `left`."""
    schema = linked.scored_pairs.schema
    beside = [name for name, dtype in schema.items() if dtype == pl.Int8 or name == "w_id_number"]
    keys = {
        f"source_{left}": pl.col("source").cast(pl.String),
        f"record_id_{left}": pl.col("record_id"),
    }
    pairs = linked.scored_pairs.filter(
        pl.col(f"source_{left}").is_in(view.of_layout("residents")),
        pl.col(f"source_{right}").is_in(view.of_layout("household")),
    ).join(wanted.select(**keys), on=list(keys), how="semi")
    for side, name in ((left, "resident"), (right, "household")):
        pairs = view.nodes(pairs, f"source_{side}", f"record_id_{side}").rename({"node": name})
    # Rivals are counted among the numbers, not twice.
    rivals = pl.col("others").clip(upper_bound=0).fill_null(0) if "others" in schema else pl.lit(0)
    return pairs.select(
        *PAIR, (pl.col("match_weight") - rivals).cast(pl.Int32).alias("weight"), *beside
    )


def _fitting(view: View, asked: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """PAIR, way: the records whose number what stands in the register can have been, each pair
    once."""
    texts = asked.select(pl.col("resident").alias("node"), "text").drop_nulls()
    ways = ways_of(texts, held["packed"].unique())
    plain = ways.join(held.select("household", number="packed"), on="number")
    return pl.concat(
        [
            plain.select(pl.col("node").alias("resident"), "household", "way"),
            _by_person(view, texts, held),
        ]
    )


def _by_person(view: View, texts: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """As `_fitting`, of texts such as 4.60105E+17. So many digits a whole district has: only
    records with the same birth date and sex, and a name that sounds the same, are asked."""
    facts = ("birth_date_std", "sex_std", "name_reading")
    shown = (
        texts.with_columns(digits=leading_digits(pl.col("text"))[0])
        .drop_nulls("digits")
        .select(resident="node", text="text")
    )
    mine = pl.concat([shown, view.values(shown["resident"], *facts)], how="horizontal")
    theirs = pl.concat([held, view.values(held["household"], *facts)], how="horizontal")
    pairs = mine.join(theirs, on=facts).with_columns(way=_shown()).drop_nulls("way")
    return pairs.select(*PAIR, "way")


def _shown() -> pl.Expr:
    """`leading_digits` where `text` shows the first digits of the number `packed`."""
    digits, count = leading_digits(pl.col("text"))
    return pl.when(digits == rounded(pl.col("packed"), count)).then(
        pl.lit("leading_digits", dtype=WAY)
    )
