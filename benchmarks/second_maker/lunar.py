"""The farmers' calendar, 1900 to 2029: which lunar day a solar day is."""

# ruff: noqa: SIM905 - lists of words are easier to read, and to mend, as text

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# One number a year: bits 16-5 are the lengths of the twelve months (1: 30 days), the last four
# bits the leap month, bit 17 its length.
_YEARS = """
04bd8 04ae0 0a570 054d5 0d260 0d950 16554 056a0 09ad0 055d2 04ae0 0a5b6 0a4d0 0d250 1d255 0b540
0d6a0 0ada2 095b0 14977 04970 0a4b0 0b4b5 06a50 06d40 1ab54 02b60 09570 052f2 04970 06566 0d4a0
0ea50 06e95 05ad0 02b60 186e3 092e0 1c8d7 0c950 0d4a0 1d8a6 0b550 056a0 1a5b4 025d0 092d0 0d2b2
0a950 0b557 06ca0 0b550 15355 04da0 0a5b0 14573 052b0 0a9a8 0e950 06aa0 0aea6 0ab50 04b60 0aae4
0a570 05260 0f263 0d950 05b57 056a0 096d0 04dd5 04ad0 0a4d0 0d4d4 0d250 0d558 0b540 0b6a0 195a6
095b0 049b0 0a974 0a4b0 0b27a 06a50 06d40 0af46 0ab60 09570 04af5 04970 064b0 074a3 0ea50 06b58
055c0 0ab60 096d5 092e0 0c960 0d954 0d4a0 0da50 07552 056a0 0abb7 025d0 092d0 0cab5 0a950 0b4a0
0baa4 0ad50 055d9 04ba0 0a5b0 15176 052b0 0a930 07954 06aa0 0ad50 05b52 04b60 0a6e6 0a4e0 0d260
0ea65 0d530
""".split()


def _months() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First solar day (days since 1970), lunar year and lunar month of every lunar month."""
    day = int(np.datetime64("1900-01-31", "D").astype(int))
    starts, years, months = [], [], []
    for place, code in enumerate(_YEARS):
        bits = int(code, 16)
        for month in range(1, 13):
            lengths = [29 + (bits >> (16 - month) & 1)]
            if bits & 0xF == month:
                lengths.append(29 + (bits >> 16))
            for length in lengths:
                starts.append(day)
                years.append(1900 + place)
                months.append(month)
                day += length
    return np.array(starts), np.array(years), np.array(months)


_STARTS, _LUNAR_YEARS, _LUNAR_MONTHS = _months()


def as_written(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lunar date of solar days, read as if it were a solar one; both in days since 1970."""
    place = np.searchsorted(_STARTS, days, side="right") - 1
    month = (_LUNAR_YEARS[place] - 1970) * 12 + _LUNAR_MONTHS[place] - 1
    first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    return first + np.minimum(days - _STARTS[place], length - 1)
