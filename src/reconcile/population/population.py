"""Every record of every source in one frame: a record is its `node`, the position of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.core.stacked import spans
from reconcile.core.threads import side_by_side

Codes = npt.NDArray[np.uint64]
Nodes = npt.NDArray[np.uint32]
# By column: for each node the one that lends its value (-1: none), and the lender's column.
Lent = Mapping[str, tuple[npt.NDArray[np.int32], str]]

MISSING = np.iinfo(np.int32).min
_SEED = 20080229
# Keys made of a part of a column: its name, and what is taken of its values.
DERIVED: Mapping[str, tuple[str, Callable[[pl.Series], pl.Series]]] = {
    "birth_year": ("birth_date_std", lambda dates: dates.dt.year()),
    "birth_month": ("birth_date_std", lambda dates: dates.dt.year() * 12 + dates.dt.month()),
    "birth_month_and_day": (
        "birth_date_std",
        lambda dates: dates.dt.month().cast(pl.Int32) * 31 + dates.dt.day(),
    ),
    "given_first": ("given", lambda names: names.str.head(1)),
    "given_last": ("given", lambda names: names.str.tail(1)),
}

# What the matching reads of a record, wherever it comes from.
COLUMNS: Mapping[str, pl.DataType] = {
    "record_id": pl.String(),
    "record_key": pl.String(),
    "name_std": pl.String(),
    "name_reading": pl.String(),
    "surname": pl.String(),
    "given": pl.String(),
    "former_name_std": pl.String(),
    "id_number_std": pl.String(),
    "id_number_core": pl.String(),
    "id_number_head": pl.String(),
    "id_number_tail": pl.String(),
    "id_number_trusted": pl.Boolean(),
    "birth_date_std": pl.Date(),
    "sex_std": pl.Int8(),
    "relation_std": pl.Int8(),
    "household_no_std": pl.String(),
    "town_std": pl.String(),
    "village_std": pl.String(),
    "dwelling_std": pl.String(),
    "building_std": pl.String(),
    "registered_dwelling_std": pl.String(),
    "head_name_std": pl.String(),
    "head_id_std": pl.String(),
    "mother_name_std": pl.String(),
    "mother_id_std": pl.String(),
    "father_name_std": pl.String(),
    "father_id_std": pl.String(),
    "spouse_name_std": pl.String(),
    "spouse_id_std": pl.String(),
    "name_place": pl.Int8(),
    "children_delivered_std": pl.Int32(),
    "place_in_delivery_std": pl.Int32(),
    "birth_date_minute": pl.Int16(),
    "issue_type_std": pl.String(),
    # Nobody states these: see deliveries.py.
    "delivery_size": pl.Int8(),
    "delivery_alike": pl.Int8(),
    "delivery_place": pl.Int8(),
    "delivery_certified": pl.Int8(),
}


class Population:
    """The stacked standardised records, and their values as numbers.

    `frame` has `source` (position of the source in `sources`) and the columns of `COLUMNS` (null
    where a source lacks one); its row number is the node. `lent`: where a row is silent in a
    column, another row's value may stand in (see `relatives`); `codes` and `values` follow it,
    `frame` does not.
    """

    def __init__(
        self, frame: pl.DataFrame, sources: Sequence[str], lent: Lent | None = None
    ) -> None:
        self.frame = frame
        self.sources = tuple(sources)
        self.source: npt.NDArray[np.uint8] = frame["source"].to_numpy()
        heights = np.bincount(self.source, minlength=len(sources)).tolist()
        self._spans = dict(zip(sources, spans(heights), strict=True))
        self._lent = lent or {}
        self._codes: dict[str, Codes] = {}
        self._stated: dict[str, Codes] = {}
        self._numbers: dict[str, npt.NDArray[np.int64]] = {}
        self._rarity: dict[str, npt.NDArray[np.float32]] = {}

    @classmethod
    def stack(cls, records: Mapping[str, pl.DataFrame], further: Iterable[str] = ()) -> Population:
        """One frame of all sources' standardised records, in the order of the sources.

        `further`: columns that the plan compares or blocks by beside `COLUMNS`; a source may lack
        some.
        """
        columns = {
            **COLUMNS,
            **{name: _dtype(name, records) for name in further if name not in COLUMNS},
        }
        frames = [
            frame.select(
                pl.lit(position, dtype=pl.UInt8).alias("source"),
                *(
                    (pl.col(name) if name in frame.columns else pl.lit(None))
                    .cast(dtype, strict=False)
                    .alias(name)
                    for name, dtype in columns.items()
                ),
            )
            for position, frame in enumerate(records.values())
        ]
        return cls(pl.concat(frames), list(records))

    def __len__(self) -> int:
        return self.frame.height

    def span(self, source: str) -> slice:
        """The nodes of a source, which stand together."""
        return self._spans[source]

    def nodes_of(self, source: str) -> Nodes:
        span = self.span(source)
        return np.arange(span.start, span.stop, dtype=np.uint32)

    def codes(self, column: str) -> Codes:
        """A number for each node's value of a column (or of `DERIVED`): equal values have equal
        ones, null is 0.

        A 64-bit hash, the same for every column; two of a million different values share one with a
        chance of 1 in 10⁷.
        """
        if column not in self._codes:
            codes = self.stated(column)
            lender, from_column = self._lent.get(column, (None, ""))
            if lender is not None:
                silent = np.flatnonzero((codes == 0) & (lender >= 0))
                codes = codes.copy()
                codes[silent] = self.codes(from_column)[lender[silent]]
            self._codes[column] = codes
        return self._codes[column]

    def stated(self, column: str) -> Codes:
        """As `codes`, of what the rows say themselves: nothing lent."""
        if column not in self._stated:
            self._stated[column] = self._hashed(column)
        return self._stated[column]

    def encode(self, columns: Iterable[str]) -> None:
        """Makes the codes of these columns, side by side; threads may then read them."""
        side_by_side(self.codes, sorted(set(columns)))

    def _hashed(self, column: str) -> Codes:
        of, taken = DERIVED.get(column, (column, lambda values: values))
        # Series by series: a query on the frame would first copy all its columns into equal chunks.
        values = taken(self.frame[of])
        if values.null_count() == len(values):
            return np.zeros(len(values), dtype=np.uint64)
        codes = np.maximum(values.to_physical().hash(seed=_SEED).to_numpy(), 1)
        if values.null_count():
            codes[values.is_null().to_numpy()] = 0
        return codes

    def values(self, column: str, nodes: Nodes) -> pl.Series:
        """The values of a text column at these nodes, lent ones included."""
        own = self.frame[column].gather(nodes)
        lender, from_column = self._lent.get(column, (None, ""))
        if lender is None or not own.null_count():
            return own
        at = pl.Series(lender[nodes])
        return own.zip_with(own.is_not_null(), self.frame[from_column].gather(at.set(at < 0, None)))

    def numbers(self, column: str) -> npt.NDArray[np.int64]:
        """Each node's value of a column of numbers, days since 1970 for dates; `MISSING` where
        null."""
        if column not in self._numbers:
            self._numbers[column] = (
                self.frame[column].to_physical().cast(pl.Int64).fill_null(MISSING).to_numpy()
            )
        return self._numbers[column]

    def rarity(self, column: str) -> npt.NDArray[np.float32]:
        """Bits: how rare each node's value of a column is among all records, to a bit; 0 where it
        is null.

        Values are counted by the upper bits of their codes, which a few of them share.
        """
        if column not in self._rarity:
            codes = self.codes(column)
            counted_bits = len(codes).bit_length() + 2
            places = (codes >> np.uint64(64 - counted_bits)).view(np.int64)
            known = codes != 0
            counted = np.bincount(places[known], minlength=1).astype(np.float32)
            bits = np.log2(np.float32(len(self)) / np.maximum(counted, 1))
            self._rarity[column] = np.where(known, bits[np.where(known, places, 0)], np.float32(0))
        return self._rarity[column]

    def flags(self, column: str) -> npt.NDArray[np.bool_]:
        """Each node's value of a column of yes and no; null is no."""
        return self.frame[column].fill_null(False).to_numpy()

    def lending(self, lent: Lent) -> Population:
        """The same population where these columns' silent rows borrow."""
        borrowing = Population(self.frame, self.sources, lent)
        borrowing._stated = self._stated
        return borrowing

    def knowing(self, numbers: Mapping[str, npt.NDArray[np.int64]]) -> Population:
        """The same population with further columns of numbers, which were worked out."""
        informed = Population(self.frame, self.sources, self._lent)
        informed._stated, informed._codes, informed._numbers = (
            self._stated,
            self._codes,
            {**self._numbers, **numbers},
        )
        return informed


def _dtype(column: str, records: Mapping[str, pl.DataFrame]) -> pl.DataType:
    """What the first source that has the column holds there; text where none has it."""
    return next(
        (frame.schema[column] for frame in records.values() if column in frame.columns), pl.String()
    )
