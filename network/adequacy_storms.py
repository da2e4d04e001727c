"""Typhoons of a sample year: a common cause that takes a circuit of several lines at once (MODEL_SPEC 7.1).

The season of `storms`, drawn anew for each sample year; `adequacy_gales` has what the same storms take of units. A
circuit is back when it is repaired: no line waits for a crew, as it may in the operated year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, Bools, Floats, Ints
from dafeng.network.compiled import bare
from dafeng.network.province import DAYS_OF_MONTH
from dafeng.network.sampling import stream, uniform
from dafeng.network.storms import MOST_STORMS, SEASON, corners, has_storms, poisson, triangular

COUNT, MONTH, INSTANT, SEVERE, DURATION = range(5)
TRIP, WHEN, REPAIR = range(3)
poisson_count = bare(poisson)
between = bare(triangular)


@dataclass(frozen=True)
class Season:
    """Storms of a year, and what they do to the rows of a mesh."""

    key: str
    rate: float
    """Storms a year."""
    severe_share: float
    months_until: Floats
    """(months,) share of the storms that come up to the end of each month of the season."""
    first_hour: Floats
    """(months,) of the year, and hours of each."""
    month_h: Floats
    duration_h: Floats
    """(3,) lowest, most likely and highest duration of strong wind."""
    rows: tuple[str, ...]
    """Keys of luck of the mesh's rows."""
    chance: Floats
    """(rows, 2) probability that a moderate and a severe storm take a circuit out."""
    repair_h: float
    """Mean time until it is back."""

    @staticmethod
    def none() -> Season:
        """A year without storms."""
        return Season("", 0.0, 0.0, np.ones(1), np.zeros(1), np.zeros(1), np.zeros(3), (), np.zeros((0, 2)), 1.0)

    @staticmethod
    def of(city: City, rows: tuple[str, ...] = (), severe_chance: Floats | None = None) -> Season:
        """The city's storms, if it has any, and what severe ones do to the rows of a mesh."""
        if not has_storms(city):
            return Season.none()
        severe = np.zeros(len(rows)) if severe_chance is None else severe_chance
        weight = np.cumsum([city.value(f"typhoon.month_weight_{month}") for month in SEASON])
        days, months, rate = np.asarray(DAYS_OF_MONTH), np.array(SEASON) - 1, city.value("typhoon.rate_any_hit")
        return Season(
            key=city.key, rate=rate, severe_share=city.value("typhoon.rate_severe") / rate,
            months_until=weight / weight[-1], first_hour=(np.cumsum(days) - days)[months] * float(DAY_H),
            month_h=days[months] * float(DAY_H), duration_h=np.array(corners(city, "typhoon.duration_strong_wind")),
            rows=rows, chance=np.column_stack([city.value("typhoon.scale_moderate") * severe, severe]),
            repair_h=city.value("typhoon.restoration_mean_220kv"),
        )

    def arrays(self, luck: Luck, year: int) -> SeasonArrays:
        """The season with its keys of luck."""
        keys: NDArray[np.uint64] = np.array([luck.key("adequacy_storm", key, year) for key in self.rows], np.uint64)
        return SeasonArrays(luck.key("adequacy_storm", self.key, year), self.rate, self.severe_share,
                            self.months_until, self.first_hour, self.month_h, self.duration_h, keys, self.chance,
                            self.repair_h)


class SeasonArrays(NamedTuple):
    """The same as the sampler reads it."""

    key: np.uint64
    rate: float
    severe_share: float
    months_until: Floats
    first_hour: Floats
    month_h: Floats
    duration_h: Floats
    row_key: NDArray[np.uint64]
    chance: Floats
    repair_h: float


@bare
def draw_storms(season: SeasonArrays, sample: int, circuits: Ints, out: NDArray[np.int16], rows_out: NDArray[np.int16],
                is_out_day: Bools) -> None:
    """Add the circuits that a sample year's storms take out to those that are."""
    for number in range(storms_in(season, sample)):
        begin, lasts, is_severe = storm_of(season, number, sample)
        kind = 1 if is_severe else 0
        for row in range(season.row_key.shape[0]):
            luck = stream(season.row_key[row], number, sample)
            if uniform(luck, TRIP) < season.chance[row, kind]:
                at = begin + uniform(luck, WHEN) * lasts
                back = at - season.repair_h * math.log(uniform(luck, REPAIR))
                take_circuit(row, at, back, circuits, out, rows_out, is_out_day)


@bare
def storms_in(season: SeasonArrays, sample: int) -> int:
    """How many storms a sample year has."""
    if season.rate <= 0.0:
        return 0
    return min(poisson_count(uniform(stream(season.key, 0, sample), COUNT), season.rate), MOST_STORMS)


@bare
def storm_of(season: SeasonArrays, number: int, sample: int) -> tuple[float, float, bool]:
    """One storm: the hour of the year at which strong wind begins, how long it lasts, whether it is severe."""
    drawn, month = stream(season.key, number + 1, sample), 0
    while month + 1 < season.months_until.shape[0] and uniform(drawn, MONTH) > season.months_until[month]:
        month += 1
    begin = season.first_hour[month] + uniform(drawn, INSTANT) * season.month_h[month]
    lasts = between(uniform(drawn, DURATION), season.duration_h[0], season.duration_h[1], season.duration_h[2])
    return begin, lasts, uniform(drawn, SEVERE) < season.severe_share


@bare
def take_circuit(row: int, at: float, back: float, circuits: Ints, out: NDArray[np.int16],
                 rows_out: NDArray[np.int16], is_out_day: Bools) -> None:
    """One circuit more of a row is out from an hour to another, if one is left."""
    for hour in range(math.ceil(at), min(math.ceil(back), rows_out.shape[0])):
        if out[hour, row] == 0:
            rows_out[hour] += 1
            is_out_day[hour // DAY_H] = True
        if out[hour, row] < circuits[row]:
            out[hour, row] += 1
