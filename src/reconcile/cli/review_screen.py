"""The terminal app: one pair at a time. Only keys and drawing; what happens is in session.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from reconcile.casework.review.session import Session
from reconcile.cli import review_panels as panels
from reconcile.core.errors import ReconcileError
from reconcile.core.masking import masked_text
from reconcile.core.messages import text


class Question(ModalScreen[str | None]):
    """Asks for one line of text; None when left with Esc."""

    DEFAULT_CSS = """
    Question { align: center middle; }
    Question Vertical { width: 76; max-width: 95%; height: auto; border: round $accent; padding: 1 2; }
    """  # noqa: E501
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, markup=False)
            yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        self.dismiss(None)


class Help(ModalScreen[None]):
    """What the keys do; any key closes it."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help Static { width: auto; max-width: 95%; height: auto; border: round $accent; padding: 0 2; }
    """

    def compose(self) -> ComposeResult:
        yield Static(text("review.help.text").strip(), markup=False)

    def on_key(self) -> None:
        self.dismiss(None)


class Review(App[None]):
    """Pairs to decide, one at a time."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { height: auto; padding: 0 1; }
    #pair { height: 1fr; padding: 0 1; }
    #records, #weights { height: auto; }
    #weights { margin-top: 1; }
    .-wide #pair { layout: horizontal; }
    .-wide #records { width: 3fr; }
    .-wide #weights { width: 2fr; margin: 0 0 0 2; }
    #message { height: auto; max-height: 3; padding: 0 1; }
    #message.bad { background: $error; color: $text; text-style: bold; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        # From 130 columns on both records and the weights have room beside each other.
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]
        self.session = session
        self.title = text("review.screen.title", period=session.reviewed.period)
        for keys, action, name in (
            ("s", "decide('same')", "same"),
            ("d", "decide('different')", "different"),
            ("u", "decide('unsure')", "unsure"),
            ("k,space", "skip", "skip"),
            ("b", "go_back", "back"),
            ("w", "why", "why"),
            ("r", "reveal", "reveal"),
            ("question_mark,h", "help", "help"),
            ("q", "quit", "quit"),
        ):
            self.bind(keys, action, description=text(f"review.key.{name}"))

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with VerticalScroll(id="pair"):
            yield Static(id="records")
            yield Static(id="weights")
        yield Static(id="message", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._show()

    def action_decide(self, decision: str) -> None:
        """Books the decision and goes on."""
        if self.session.finished:
            return
        word = text(f"judgements.decision.{decision}")

        def decide() -> str:
            number = self.session.decide(decision)
            return (
                text("review.screen.decided", number=number, decision=word)
                if number
                else text("review.screen.already")
            )

        self._try(decide)

    def action_skip(self) -> None:
        if not self.session.finished:
            self.session.skip()
            self._show(text("review.screen.skipped"))

    def action_go_back(self) -> None:
        """Goes back; a decision just made is withdrawn."""
        if not self.session.steps:
            self._show(text("review.screen.at_start"))
            return

        def back() -> str:
            number = self.session.back()
            return (
                text("review.screen.taken_back", number=number)
                if number
                else text("review.screen.back")
            )

        self._try(back)

    def action_why(self) -> None:
        if not self.session.finished:
            self.push_screen(Question(text("review.screen.ask_why")), self._keep_why)

    def action_reveal(self) -> None:
        if not self.session.revealed:
            self.push_screen(Question(text("review.screen.ask_reveal")), self._reveal)

    def action_help_quit(self) -> None:
        """Ctrl+C: all that was decided is saved."""
        self.exit()

    def action_help(self) -> None:
        self.push_screen(Help())

    def _keep_why(self, why: str | None) -> None:
        if why:
            self.session.whys[self.session.at] = why
            self._show(text("review.screen.why_kept", why=masked_text(why)))

    def _reveal(self, reason: str | None) -> None:
        if reason is None:
            self._show(text("review.screen.not_revealed"))
            return

        def reveal() -> str:
            self.session.reveal(reason)
            return text("review.screen.revealed")

        self._try(reveal)

    def _try(self, action: Callable[[], str]) -> None:
        """Does something that the ledger may refuse, and says how it went."""
        try:
            self._show(action())
        except ReconcileError as problem:
            self._say(text("review.screen.not_saved", problem=problem), bad=True)

    def _show(self, message: str = "") -> None:
        """Draws the pair in front."""
        session = self.session
        head, records, weights = (
            self.query_one(f"#{name}", Static) for name in ("head", "records", "weights")
        )
        if session.finished:
            done = text("review.screen.all_done", decided=session.decided, skipped=session.skipped)
            head.update(Text(done, style="bold"))
            records.update("")
            weights.update("")
        else:
            head.update(panels.head(session))
            records.update(panels.records(session))
            weights.update(panels.weights(session.comparison()))
        self.query_one("#pair", VerticalScroll).scroll_home(animate=False)
        self._say(message)

    def _say(self, message: str, bad: bool = False) -> None:
        line = self.query_one("#message", Static)
        line.set_class(bad, "bad")
        line.update(message)
