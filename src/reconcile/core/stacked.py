"""Frames that stand one below the other, as the sources do in the population: whose rows are
where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt


def spans(heights: Iterable[int]) -> list[slice]:
    """The rows of each frame in the stack."""
    return [slice(start, end) for start, end in pairwise(accumulate(heights, initial=0))]


def rows_by_frame(
    stacked: npt.NDArray[np.integer], heights: Iterable[int]
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Of these rows of the stack those of each frame: their places in `stacked`, and which of its
    rows they are.

    A row that no frame has, such as -1, is in none.
    """
    for span in spans(heights):
        places = np.flatnonzero((stacked >= span.start) & (stacked < span.stop))
        yield places, stacked[places].astype(np.int64) - span.start
