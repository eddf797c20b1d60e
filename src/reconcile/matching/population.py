"""Every record of every source in one frame: a record is its `node`, the position of its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.uint64]
Nodes = npt.NDArray[np.uint32]

# What the matching reads of a record, wherever it comes from.
COLUMNS: Mapping[str, pl.DataType] = {
    "record_id": pl.String(),
    "name_std": pl.String(),
    "name_reading": pl.String(),
    "surname": pl.String(),
    "given": pl.String(),
    "former_name_std": pl.String(),
    "id_number_std": pl.String(),
    "id_number_core": pl.String(),
    "id_number_trusted": pl.Boolean(),
    "birth_date_std": pl.Date(),
    "sex_std": pl.Int8(),
    "relation_std": pl.Int8(),
    "household_no_std": pl.String(),
    "town_std": pl.String(),
    "village_std": pl.String(),
    "head_name_std": pl.String(),
    "head_id_std": pl.String(),
    "mother_name_std": pl.String(),
    "mother_id_std": pl.String(),
    "father_name_std": pl.String(),
    "father_id_std": pl.String(),
    "spouse_name_std": pl.String(),
    "spouse_id_std": pl.String(),
    "place_in_delivery_std": pl.Int32(),
    "issue_type_std": pl.String(),
}


class Population:
    """The stacked standardised records, and their values as numbers.

    `frame` has `source` (position of the source in `sources`) and the columns of `COLUMNS` (null where a
    source lacks one); its row number is the node.
    """

    def __init__(self, frame: pl.DataFrame, sources: Sequence[str]) -> None:
        self.frame = frame
        self.sources = tuple(sources)
        self._codes: dict[str, Codes] = {}
        self._numbers: dict[str, npt.NDArray[np.int64]] = {}

    @classmethod
    def stack(cls, records: Mapping[str, pl.DataFrame]) -> Population:
        """One frame of all sources' standardised records, in the order of the sources."""
        frames = [
            frame.select(
                pl.lit(position, dtype=pl.UInt8).alias("source"),
                *(
                    (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
                    for name, dtype in COLUMNS.items()
                ),
            )
            for position, frame in enumerate(records.values())
        ]
        return cls(pl.concat(frames, rechunk=True), list(records))

    def __len__(self) -> int:
        return self.frame.height

    @property
    def source(self) -> npt.NDArray[np.uint8]:
        """The position of each node's source."""
        return self.frame["source"].to_numpy()

    def nodes_of(self, source: str) -> Nodes:
        return np.flatnonzero(self.source == self.sources.index(source)).astype(np.uint32)

    def codes(self, column: str) -> Codes:
        """A number for each node's value of a text column: equal values have equal numbers, null is 0.

        A 64-bit hash; two of a million different values share one with a chance of 1 in 10⁷.
        """
        if column not in self._codes:
            values = self.frame[column]
            hashed = values.hash(seed=20080229).replace(0, 1)
            self._codes[column] = hashed.zip_with(values.is_not_null(), pl.Series([0], dtype=pl.UInt64)).to_numpy()
        return self._codes[column]

    def numbers(self, column: str) -> npt.NDArray[np.int64]:
        """Each node's value of a column of numbers, days since 1970 for dates; `MISSING` where null."""
        if column not in self._numbers:
            self._numbers[column] = self.frame[column].to_physical().cast(pl.Int64).fill_null(MISSING).to_numpy()
        return self._numbers[column]

    def replace(self, columns: pl.DataFrame) -> Population:
        """The same population with these columns (one row a node) replaced or added."""
        return Population(self.frame.with_columns(columns.get_columns()), self.sources)


MISSING = np.iinfo(np.int32).min
