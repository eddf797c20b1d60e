"""What the screen shows of a pair, as Rich tables: both records, and how the pair was weighed."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from reconcile.casework.review.pairs import WEAK
from reconcile.casework.review.session import Session
from reconcile.casework.review.sides import AGREES, DIFFERS
from reconcile.casework.review.workbook import shown_reference
from reconcile.core.messages import column_text, text
from reconcile.matching.wording import comparison_text, level_text
from reconcile.quality.explanation import Comparison

_STYLES = {DIFFERS: "bold yellow", AGREES: "green"}
_BAR = 20  # the longest bar, in characters


def head(session: Session) -> Text:
    """Which pair this is, and why it is asked about."""
    place = {
        "place": session.at + 1,
        "total": session.total,
        "decided": session.decided,
        "skipped": session.skipped,
    }
    key, code, town = session.pair.select("key", "code", "town").row(0)
    case = text(
        "review.screen.weak_case" if code == WEAK else "review.screen.case",
        number=key,
        town=town or "–",
    )
    lines = [
        Text(text("review.screen.progress", None, **place), style="bold"),
        Text(f"{case}　{session.reason}"),
    ]
    earlier = session.earlier()
    if earlier:
        decision, who, when = earlier
        told = text(
            "review.screen.earlier",
            decision=text(f"judgements.decision.{decision}"),
            who=who,
            when=when,
        )
        lines.append(Text(told, style="italic"))
    return Text("\n").join(lines)


def records(session: Session) -> Table:
    """Both records side by side: a sign and a colour where they differ or agree."""
    source_l, left, source_r, right = session.pair.select(
        "source_l", "record_id_l", "source_r", "record_id_r"
    ).row(0)
    table = Table(expand=True, pad_edge=False, box=None, header_style="bold")
    table.add_column(text("review.screen.field"), ratio=2, no_wrap=True)
    table.add_column("", width=1)
    for source, record_id in ((source_l, left), (source_r, right)):
        table.add_column(
            Text(shown_reference(source, record_id, session.revealed)), ratio=4, overflow="fold"
        )
    sides = session.sides()
    for name in sides.fields:
        mark = sides.marks[name][0]
        style = _STYLES.get(mark, "")
        values = [
            Text(side[name][0] or "", style=style if mark == DIFFERS else "")
            for side in (sides.left, sides.right)
        ]
        table.add_row(Text(column_text(name)), Text(mark, style=style), *values)
    return table


def weights(comparison: Comparison | None) -> Group:
    """The sum of the pair: a bar for each comparison, to the right what speaks for one person, and
    the probability."""
    title = Text(text("review.screen.weights"), style="bold")
    if comparison is None or comparison.total is None:
        return Group(Text(text("review.screen.unweighed")))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    longest = max(1, *(abs(line.weight) for line in comparison.weights))
    telling = [line for line in comparison.weights if line.weight]
    for line in telling:
        level = level_text(line.comparison, line.level) if line.level else ""
        table.add_row(
            comparison_text(line.comparison), level, _bits(line.weight), _bar(line.weight, longest)
        )
    table.add_row(comparison_text("total"), "", _bits(comparison.total), "", style="bold")
    probability = text("review.screen.probability", probability=f"{comparison.probability:.2%}")
    silent = [comparison_text(line.comparison) for line in comparison.weights if not line.weight]
    lines = [Text(f"{probability} ({text(f'matching.band.{comparison.band}')})")]
    if silent:
        names = text("judgements.separator").join(silent)
        lines.append(Text(text("review.screen.silent", names=names), style="dim"))
    return Group(title, table, *lines)


def _bits(weight: int) -> str:
    return f"{weight / 1000:+.1f}"


def _bar(weight: int, longest: int) -> Text:
    length = round(_BAR * abs(weight) / longest)
    return Text("█" * length, style="green") if weight > 0 else Text("░" * length, style="yellow")
