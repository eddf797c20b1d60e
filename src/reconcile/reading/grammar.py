"""What a line of a delimited text file can be by RFC 4180, as regular expressions."""

from __future__ import annotations

import string
from dataclasses import dataclass

import polars as pl

_QUOTED = r'"[^"]*(?:""[^"]*)*"'
# The first line may have a byte order mark before its first quote.
_START = "^\ufeff?"


@dataclass(frozen=True)
class Grammar:
    """Expressions for lines (without their line end), in a dialect that both Rust and Python
    understand."""

    delimiter: str

    @property
    def escaped(self) -> str:
        """The delimiter as it is written in an expression."""
        return f"\\{self.delimiter}" if self.delimiter in string.punctuation else self.delimiter

    @property
    def bare(self) -> str:
        """A cell without quotes around it. Quotes inside come in pairs, with no delimiter
        between."""
        plain = rf'[^"{self.escaped}\n]'
        return rf'(?:{plain}(?:{plain}|"{plain}*")*|)'

    @property
    def cell(self) -> str:
        """A cell in quotes, in which quotes are doubled, or a bare one."""
        return rf"(?:{_QUOTED}|{self.bare})"

    @property
    def record(self) -> str:
        """A whole record."""
        return rf"{_START}{self.cell}(?:{self.escaped}{self.cell})*\r*$"

    @property
    def opening(self) -> str:
        """A line whose last cell opens a quote and leaves it open."""
        return rf'{_START}(?:{self.cell}{self.escaped})*"[^"]*(?:""[^"]*)*$'

    @property
    def closing(self) -> str:
        """A line that closes a quote opened before."""
        return rf'^[^"]*(?:""[^"]*)*"(?:{self.escaped}{self.cell})*\r*$'

    @property
    def literal(self) -> str:
        """A line none of whose cells begins with a quote: its quotes are just characters."""
        cell = rf'(?:[^"{self.escaped}][^{self.escaped}]*|)'
        return rf"{_START}{cell}(?:{self.escaped}{cell})*$"

    @property
    def delimiter_inside(self) -> str:
        """Found wherever a delimiter stands inside quotes, and hardly anywhere else."""
        return rf'(?:{_START}|{self.escaped})"[^"]*(?:""[^"]*)*{self.escaped}'

    def delimiters(self, record: pl.Expr) -> pl.Expr:
        """How many delimiters of a record stand outside quotes (UInt32)."""
        bare = record.str.replace_all(rf"({_START}|{self.escaped}){_QUOTED}", "${1}")
        return bare.str.count_matches(self.delimiter, literal=True)
