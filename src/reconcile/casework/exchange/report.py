"""The exchange as a table and in words."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.casework.exchange.figures import COUNTS, RATES, By
from reconcile.core.messages import column_text, has_text, text
from reconcile.lists.build import column_widths
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable

CODE = "exchange"


def build_exchange(
    figures: pl.DataFrame, codes: list[str], as_of: str, by: By, language: str, brief: bool = False
) -> ListTable:
    """`figures` (figures.exchange_figures) in words, in their order. `as_of`: the day, YYYY-MM-DD.
    `brief`: rates go by their names alone, for a screen, where `in_words` says what they are made
    of."""
    areas = ("town", "village")[: 2 if by == "village" else 1]
    frame = figures.select(
        *_areas(figures, areas, language),
        pl.col("batch").fill_null(text("exchange.all_rounds", language)),
        *COUNTS,
        *(f"rate_{name}" for name in RATES),
        pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS),
    )
    headers = {name: column_text(name, language) for name in areas} | {
        "batch": text("exchange.round", language)
    }
    widths = column_widths(frame, headers)
    narrow = 6 if brief else 12
    columns = [
        *(ListColumn(name, header, "text", widths[name]) for name, header in headers.items()),
        *(ListColumn(name, count_name(name, language), "number", narrow) for name in COUNTS),
        *(
            ListColumn(f"rate_{name}", _rate_header(name, language, brief), "percent", narrow)
            for name in RATES
        ),
    ]
    order = {name: place for place, name in enumerate(_order(areas))}
    columns.sort(key=lambda column: order[column.name])
    named = text("lists.separator", language).join(_code(code, language) for code in codes)
    title = text("exchange.title", language, code=named, as_of=as_of)
    return ListTable(CODE, title, language, tuple(columns), frame)


def in_words(figures: pl.DataFrame, language: str) -> Iterator[str]:
    """What to know beside the table: both rates of everything with what they are made of, and what
    the rounds are."""
    if figures.is_empty() or not figures["sent"].sum():
        yield text("exchange.nothing", language)
        return
    total = figures.filter(pl.col("level") == "all").row(0, named=True)
    for name, (numerator, denominator) in RATES.items():
        rate = total[f"rate_{name}"]
        yield text(
            f"exchange.said.{name}",
            language,
            numerator=f"{total[numerator]:,}",
            denominator=f"{total[denominator]:,}",
            rate="–" if rate is None else f"{rate:.1%}",
        )
    if figures["level"].is_in(["round"]).any():
        of_rounds = figures.filter(pl.col("level") == "round")["sent"]
        yield text(
            "exchange.said.rounds",
            language,
            rounds=len(of_rounds),
            sent=f"{of_rounds.sum():,}",
            cases=f"{total['sent']:,}",
        )


def count_name(name: str, language: str) -> str:
    """What people call one of COUNTS."""
    return text(f"exchange.count.{name}", language)


def rate_name(name: str, language: str) -> str:
    """A rate with what it is made of: 交换率（已反馈／已派发）."""
    numerator, denominator = (count_name(part, language) for part in RATES[name])
    called = text(f"exchange.rate.{name}", language)
    return text(
        "exchange.formula", language, name=called, numerator=numerator, denominator=denominator
    )


def _rate_header(name: str, language: str, brief: bool) -> str:
    return text(f"exchange.rate.{name}", language) if brief else rate_name(name, language)


def _order(areas: tuple[str, ...]) -> list[str]:
    """The columns, each rate behind what it is a share of."""
    rest = [name for name in COUNTS if name not in ("sent", "answered", "confirmed")]
    return [
        *areas,
        "batch",
        "sent",
        "answered",
        "rate_exchange",
        "confirmed",
        "rate_confirmation",
        *rest,
    ]


def _areas(figures: pl.DataFrame, areas: tuple[str, ...], language: str) -> Iterator[pl.Expr]:
    """The receiving area in its columns; one outside the city is named in the last of them."""
    words = {
        name: text(f"exchange.{name}", language)
        for name in ("outside", "outside_unnamed", "everywhere")
    }
    unknown = text("lists.unknown_area", language)
    outside = (
        pl.when(pl.col("outside") == "").then(pl.lit(words["outside_unnamed"])).otherwise("outside")
    )
    named = outside if len(areas) > 1 else pl.format(words["outside"] + " {}", outside)
    in_sum = pl.col("level").is_in(["round", "all"])
    for name in areas:
        of_outside = named if name == areas[-1] else pl.lit(words["outside"])
        of_city = pl.when(pl.col(name) == "").then(pl.lit(unknown)).otherwise(pl.col(name))
        of_sum = pl.lit(words["everywhere"] if name == areas[0] else None, dtype=pl.String)
        yield (
            pl.when(in_sum)
            .then(of_sum)
            .when("in_city")
            .then(of_city)
            .otherwise(of_outside)
            .alias(name)
        )


def _code(code: str, language: str) -> str:
    key = f"rules.{code}.name"
    return text(key, language) if has_text(key, language) else code
