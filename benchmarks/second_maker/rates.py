"""How often things go wrong, in the two presets: modern, and hard as in the files of 2012."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rates:
    """Rates of a row typed with usual care; `level` multiplies all slips of typing."""

    level: float = 1.0
    id_missing: float = 0.058  # in the resident register
    id_missing_careless: float = 1.0  # how much of that is carelessness, the rest is chance
    household_id_missing: float = 0.03
    household_care: float = 0.45  # the police type with more care
    name: float = 0.135
    relative_name: float = 0.045
    date: float = 0.105
    sex: float = 0.006
    village: float = 0.012
    doubles: float = 0.0153
    careless_doubles: float = 1.8
    second_number: float = 0.12  # doubles under another valid number
    doubles_without_number: float = 0.35
    household_doubles: float = 0.003
    id_slips: dict[str, float] = field(
        default_factory=lambda: {"digit": 0.017, "relative": 0.003, "ruined": 0.007, "old": 0.01}
    )
    mother_id: float = 0.03  # certificates without the mother's number
    child_date: float = 0.012
    after_midnight: float = 0.008


MODERN = Rates()
HARD = Rates(
    level=1.8,
    id_missing=0.38,
    id_missing_careless=0.05,
    household_id_missing=0.02,
    doubles_without_number=0.8,
    careless_doubles=3.5,
    mother_id=0.12,
)
