"""Every statistic of a run's births in one frame."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.areas.by_area import AREA, by_area, in_order
from reconcile.core.frames import Schema
from reconcile.persons.children import CELLS
from reconcile.statistics import RESULT, result
from reconcile.statistics.completeness import completeness
from reconcile.statistics.dual_system import FALSE_SHARES, MISSED_SHARES, dual_system, sensitivity
from reconcile.statistics.heaping import DAYS, heaping
from reconcile.statistics.sex_ratio import LEVELS as SEX_LEVELS
from reconcile.statistics.sex_ratio import sex_ratio
from reconcile.statistics.timeliness import LAGS, LIMITS, SPANS, lags, timely
from reconcile.statistics.triple_system import FITS, TripleSystem, triple_system

# For the office. What is published of it: city and districts; counts of towns only through
# suppression.suppress.
STATISTICS: Schema = {
    "statistic": pl.String,  # one of CODES
    "level": pl.String,  # city, district, town
    "district": pl.String,  # of a district and a town
    "area": pl.String,  # null for the city
    "source": pl.String,  # births, residents, household; null where a statistic is of all of them
    **RESULT,
}

# How each model of three lists fits, and which one was chosen.
MODEL_FITS = pl.Schema({**FITS, "chosen": pl.Boolean})

# In the order of dual_system.sensitivity: what if so many per cent, such as dual_missed_0_5.
_IF = {"missed": MISSED_SHARES, "false": FALSE_SHARES}
SENSITIVITY = tuple(
    f"dual_{kind}_{100 * share:g}".replace(".", "_")
    for kind, shares in _IF.items()
    for share in shares
)
TIMELY = tuple(prefix + name for prefix in SPANS for name in (*LIMITS, *LAGS))
CODES = ("dual", *SENSITIVITY, "triple", "completeness", "sex_ratio", *TIMELY, *DAYS)

# Children that no estimate of births in the area may count, since no list of it could hold them:
# born elsewhere, of a mother from elsewhere, or gone since. Both lists are cut to the same births
# first (DOMAIN §5).
ELSEWHERE = ("event_elsewhere", "mother_elsewhere", "moved")
# A child that died soon was born, but is never registered: no birth that registration missed.
NOT_REGISTRABLE = (*ELSEWHERE, "early_death")


def births_statistics(
    children: pl.DataFrame, heaped: Mapping[str, pl.Series], missed: float = 0.0, false: float = 0.0
) -> pl.DataFrame:
    """STATISTICS of the children of a run (children.children or frames.CHILDREN), sorted by area,
    then by CODES.

    `heaped`: birth dates by source. `missed`: how many true matches between hospital and the
    registers linkage is expected to have missed, `false`: how many of its matches to be false, over
    the city; areas have their share, by the children in both lists.

    Dual system: list 1 the hospital, list 2 the resident or the household register, over the
    children whose reason is none of NOT_REGISTRABLE, for city, districts and towns. numerator:
    children in both lists, denominator: children seen. Sensitivity and triple system: the city. Sex
    ratio: births here, early deaths too; city and districts. Timeliness: city and districts; lags:
    the city. Children of unknown area count for the areas above only.
    """
    here = children.filter(_reason_is_none_of(ELSEWHERE))
    registrable = children.filter(_reason_is_none_of(NOT_REGISTRABLE))
    triple = triple_system(_cell_counts(registrable))
    counted = _lists_by_area(registrable)
    dual = _dual_rows(_dual(counted, missed, false), triple)
    frames = [
        dual,
        _sensitivity(counted),
        _triple_row(triple, registrable),
        completeness(dual.select(*AREA, "registered", "value", "low", "high", "note")).with_columns(
            statistic=pl.lit("completeness")
        ),
        sex_ratio(_sexes(here)).with_columns(statistic=pl.lit("sex_ratio")),
        timely(by_area(registrable, SEX_LEVELS), AREA),
        lags(by_area(registrable, ("city",)), AREA),
        *(_heaping(source, dates) for source, dates in heaped.items()),
    ]
    rank = pl.col("statistic").replace_strict(
        {code: at for at, code in enumerate(CODES)}, return_dtype=pl.Int16
    )
    stacked = pl.concat([_conform(frame) for frame in frames]).with_columns(rank=rank)
    return in_order(stacked, "rank", "source").drop("rank")


def model_fits(children: pl.DataFrame) -> pl.DataFrame:
    """MODEL_FITS of the children behind the triple-system estimate."""
    triple = triple_system(_cell_counts(children.filter(_reason_is_none_of(NOT_REGISTRABLE))))
    return triple.fits.with_columns(chosen=(pl.col("model") == (triple.model or "")))


def _reason_is_none_of(reasons: tuple[str, ...]) -> pl.Expr:
    return ~pl.col("reason").fill_null("").is_in(list(reasons))


def _conform(frame: pl.DataFrame) -> pl.DataFrame:
    lacking = {name: pl.lit(None) for name in STATISTICS if name not in frame.columns}
    return frame.with_columns(**lacking).select(
        pl.col(name).cast(kind) for name, kind in STATISTICS.items()
    )


def _cell_counts(children: pl.DataFrame) -> dict[str, float]:
    counted = dict(children["cell"].value_counts().iter_rows())
    return {cell: float(counted.get(cell, 0)) for cell in CELLS}


def _lists_by_area(children: pl.DataFrame) -> pl.DataFrame:
    """AREA; hospital, registered, matched, seen: the children in each list, in both, in any; always
    with the city."""
    hospital, registered = pl.col("cell").str.contains("H"), pl.col("cell").str.contains("R|P")
    counts = by_area(children).group_by(AREA).agg(
        hospital=hospital.sum(), registered=registered.sum(), matched=(hospital & registered).sum(),
        seen=pl.len()
    )  # fmt: skip
    if counts.is_empty():
        none = {
            "level": "city",
            "district": None,
            "area": None,
            **dict.fromkeys(counts.columns[len(AREA) :], 0),
        }
        counts = pl.DataFrame([none], schema=counts.schema)
    return in_order(counts)


def _dual(counted: pl.DataFrame, missed: float, false: float) -> pl.DataFrame:
    """`counted` with dual_system.DUAL; every area has its share of the errors of linkage."""
    matched = counted["matched"].cast(pl.Float64)
    share_of = (matched / max(matched[0], 1.0)).to_numpy()
    first, second, both = (
        counted[name].to_numpy() for name in ("hospital", "registered", "matched")
    )
    estimated = dual_system(first, second, both, missed * share_of, false * share_of)
    return pl.concat([counted, estimated.rename({"matched": "mended"})], how="horizontal")


def _dual_rows(dual: pl.DataFrame, triple: TripleSystem) -> pl.DataFrame:
    """A dependence of the hospital on a register is a note of every estimate: it may be too low or
    too high by it."""
    unsaid = pl.col("note").is_not_null()
    note = pl.when(unsaid).then("note").when(triple.depends_on("H")).then(pl.lit("dependent"))
    figures = {
        "statistic": pl.lit("dual"),
        "numerator": pl.when(~unsaid).then("matched"),
        "denominator": pl.when(~unsaid).then("seen"),
        "suppressed": unsaid,
        "note": note,
    }
    return dual.with_columns(**figures)


def _sensitivity(counted: pl.DataFrame) -> pl.DataFrame:
    city = counted.row(0, named=True)
    estimated = sensitivity(city["hospital"], city["registered"], city["matched"])
    figures = {
        "value": estimated["value"],
        "suppressed": estimated["value"].is_null(),
        "note": estimated["note"],
    }
    return pl.DataFrame({"statistic": SENSITIVITY, "level": "city", **figures})


def _triple_row(triple: TripleSystem, children: pl.DataFrame) -> pl.DataFrame:
    """numerator: children in all three registers, denominator: children seen."""
    figures = {"value": triple.value, "low": triple.low, "high": triple.high, "note": triple.note}
    said = triple.value is not None
    counts = (
        {"numerator": int((children["cell"] == "HRP").sum()), "denominator": children.height}
        if said
        else {}
    )
    row = {"statistic": "triple", "level": "city", **figures, **counts, "suppressed": not said}
    return result(pl.DataFrame([row]), "statistic", "level")


def _sexes(children: pl.DataFrame) -> pl.DataFrame:
    return by_area(children, SEX_LEVELS).group_by(AREA).agg(
        males=(pl.col("sex") == 1).sum(), females=(pl.col("sex") == 2).sum()
    )  # fmt: skip


def _heaping(source: str, dates: pl.Series) -> pl.DataFrame:
    return heaping(dates).with_columns(level=pl.lit("city"), source=pl.lit(source))
