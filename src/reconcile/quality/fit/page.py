"""The report of a fit as a page in Markdown, in the language in use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from reconcile.core.labels import source_label
from reconcile.core.messages import text
from reconcile.matchers import load_matcher
from reconcile.matchers.shared.levels import Level
from reconcile.matching.false_share import Collisions
from reconcile.matching.fitting import PRIOR
from reconcile.matching.wording import comparison_text, level_text
from reconcile.quality.fit.check import Quality
from reconcile.quality.fit.job import Fitted
from reconcile.quality.fit.report import BIN, Cut, FitReport, LinkReport

# Weights beyond these (1/1000 bit) share a line of the histogram.
_LOWEST, _HIGHEST = -30_000, 50_000
_BAR = 40  # characters of the longest bar


def page(report: FitReport) -> str:
    """The whole report."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: FitReport) -> Iterator[str]:
    fitted = report.fitted
    yield f"# {text('fit.page.title', model=fitted.model.name)}"
    yield text("fit.page.about", start=fitted.start.name, change=f"{fitted.change:.2f}")
    yield _table(
        "sizes", [(source_label(name), f"{size:,}") for name, size in report.sizes.items()], right=1
    )
    yield from _check(fitted)
    yield f"## {text('fit.page.quality')}"
    yield _table("quality", [quality_row(link) for link in report.links], right=6)
    yield text("fit.page.quality_note")
    yield f"## {text('fit.page.cuts')}"
    yield text("fit.page.cuts_note", cut=f"{report.cut:g}")
    yield _table("cuts", [_cut(cut) for cut in report.cuts], right=5)
    for link in report.links:
        yield from _link(link, report.cut)
    yield from _levels(report)


def _check(fitted: Fitted) -> Iterator[str]:
    """What comes of a run by the model before and after, and what speaks against the one after."""
    yield f"## {text('fit.page.check')}"
    sides = [_standing(quality) for quality in (fitted.before, fitted.after)]
    named = ("matched", "joined", "false", "collisions")
    yield _table(
        "check",
        [(text(f"fit.check.row.{n}"), *values) for n, *values in zip(named, *sides, strict=True)],
        right=2,
    )
    yield "\n".join(problem_lines(fitted)) if fitted.problems else text("fit.page.passed")
    shares = [
        (group, f"{was.linked:.1%} → {now.linked:.1%}", f"{was.repeated:.1%} → {now.repeated:.1%}")
        for group, now in fitted.model.shares.items()
        if (was := fitted.start.shares[group])
    ]
    yield _table("shares", shares, right=2)


def _standing(quality: Quality) -> tuple[str, ...]:
    share = quality.collisions and quality.collisions.false_share
    collided = "–" if share is None else f"{share:.2%}"
    return (f"{quality.matched:.1%}", f"{quality.joined:,}", f"{quality.false:.2%}", collided)


def problem_lines(fitted: Fitted) -> list[str]:
    """A line for each thing that speaks against a fitted model."""
    return [
        f"- {text(f'fit.check.{problem.kind}', None, **problem.values)}"
        for problem in fitted.problems
    ]


def _cut(cut: Cut) -> tuple[str, ...]:
    of_pairs = cut.shares
    sums = (f"{of_pairs.above:,}", f"{of_pairs.false:,.1f}", f"{of_pairs.missed:,.1f}")
    return (f"{cut.share:.1%}", f"{cut.probability:.4f}", *sums)


def quality_row(link: LinkReport) -> tuple[str, ...]:
    """A link in one line: pairs, expected false and missed ones, the check without the model,
    recall of blocking."""
    false, above = link.shares.false, link.shares.above
    return (
        _link_name(link),
        f"{link.certain:,}",
        f"{link.compared:,}",
        f"{above:,}",
        f"{false:,.1f}" + (f" ({false / above:.2%})" if above else ""),
        f"{link.shares.missed:,.1f}",
        "–" if link.recall is None else f"{link.recall:.2%}",
    )


def _link_name(link: LinkReport) -> str:
    left, right = (source_label(source) for source in link.link.sources)
    return (
        text("fit.inside", source=left)
        if left == right
        else text("fit.between", left=left, right=right)
    )


def _link(link: LinkReport, cut: float) -> Iterator[str]:
    yield f"## {_link_name(link)}"
    counts = {"certain": link.certain, "compared": link.compared, "above": link.shares.above}
    yield text("fit.page.pairs", None, **{name: f"{count:,}" for name, count in counts.items()})
    if link.collisions is not None:
        yield _collisions(link.collisions)
    if not link.shares.above:
        return
    yield f"### {text('fit.page.rules')}"
    found = link.recapture.found
    rows = [
        (f"`{r.rule}`", f"{r.found:,}", f"{r.found / max(found, 1):.1%}", f"{r.only:,}")
        for r in link.rules
    ]
    yield _table("rules", rows, right=3)
    yield _recapture(link)
    yield f"### {text('fit.page.histogram')}"
    yield "```text\n" + "\n".join(_histogram(link.histogram, cut)) + "\n```"


def _collisions(found: Collisions) -> str:
    counts = {"none": f"{found.none:,}", "one": f"{found.one:,}", "several": f"{found.several:,}"}
    if found.false_share is None:
        return text("fit.page.no_collisions", **counts)
    shares = {"share": found.false_share, "low": found.low, "high": found.high}
    return text(
        "fit.page.collisions", **counts, **{name: f"{share:.2%}" for name, share in shares.items()}
    )


def _recapture(link: LinkReport) -> str:
    found = link.recapture
    if link.recall is None or found.chao is None:
        return text("fit.page.no_recapture")
    lower = text("fit.page.chao", missed=f"{found.chao:,.1f}", recall=f"{link.recall:.2%}")
    if found.chapman is None:
        return lower
    pairwise = text("fit.page.chapman", missed=f"{found.chapman:,.1f}", pairs=found.pairs_of_rules)
    return lower + text("fit.page.joint") + pairwise


def _histogram(bins: Iterable[tuple[int, int]], cut: float) -> Iterator[str]:
    """A line for each bin, the cut between; bars by the logarithm of the count, since most pairs
    are far below."""
    merged: dict[int, int] = {}
    for low, count in bins:
        place = min(max(low, _LOWEST), _HIGHEST)
        merged[place] = merged.get(place, 0) + count
    longest = math.log1p(max(merged.values()))
    boundary, marked = 1000 * math.log2(cut / (1 - cut)), False
    for low, count in sorted(merged.items()):
        if low >= boundary and not marked:
            yield f"{'─' * 10} {text('fit.page.cut', cut=f'{cut:g}')}"
            marked = True
        sign = "≤" if low == _LOWEST else "≥" if low == _HIGHEST else " "
        edge = low + BIN if low == _LOWEST else low
        yield f"{sign}{edge / 1000:+6.0f} {count:>12,} {'█' * round(_BAR * math.log1p(count) / longest)}".rstrip()  # noqa: E501


def _levels(report: FitReport) -> Iterator[str]:
    """For each parameter set and comparison, its levels with chances and weights."""
    fitted = report.fitted
    yield f"## {text('fit.page.levels')}"
    yield text("fit.page.levels_note")
    for group, matches in fitted.matches.items():
        yield f"### {text('fit.page.parameters', parameters=group)}"
        yield text("fit.page.matches", matches=f"{matches:,.0f}", prior=f"{PRIOR:.0f}")
        for name, levels in fitted.model.comparisons[group].items():
            was = fitted.start.comparisons[group][name]
            by_frequency = load_matcher(name).FREQUENCIES
            yield f"#### {comparison_text(name)}"
            rows = [
                _level(name, level, of, was[level], level in by_frequency)
                for level, of in levels.items()
            ]
            yield _table("levels", rows, right=6)


def _level(
    comparison: str, level: str, now: Level, was: Level, by_frequency: bool
) -> tuple[str, ...]:
    against_strangers = text("fit.page.by_frequency") if by_frequency else _bits(now.m, now.u)
    return (
        level_text(comparison, level),
        f"{now.m:.3g}",
        f"{now.u:.3g}",
        f"{now.k:.3g}",
        against_strangers,
        _bits(now.m, now.k),
        f"{math.log2(now.m / was.m):+.1f}",
    )


def _bits(chance: float, other: float) -> str:
    return f"{math.log2(chance / other):+.1f}"


def headings(name: str, columns: int) -> list[str]:
    """The headings of one of the report's tables."""
    return [text(f"fit.{name}.{position}") for position in range(1, columns + 1)]


def _table(name: str, rows: Sequence[tuple[str, ...]], right: int = 0) -> str:
    """A Markdown table with the headings `fit.<name>.1` …; the last `right` columns hold
    numbers."""
    if not rows:
        return "–"
    width = len(rows[0])
    rules = ["---"] * (width - right) + ["---:"] * right
    lines = [headings(name, width), rules, *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
