"""The pace of failures: hot and cold days wear machines faster than mild ones (MODEL_SPEC 7.1, temperature-dependent).

A machine fails at 1/MTTF times the pace of the day; repairs take as long as ever, longer than a day. Drawn exactly by a
change of clock: hours lived pass at the pace of the weather, and the machine fails after an exponential number of them.
The pace is the mean over the day of the odds of being out at the hour's temperature, over their mean in a normal year
of the city, so that in a normal year a class keeps its share of time out and only its days move. Shares out by
temperature: table `outage_rates_by_temperature`; beyond its ends they stay as at the ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Floats, Ints
from dafeng.network.compiled import bare
from dafeng.network.weather_once import once
from dafeng.network.weather_temperature import climatology

STEADY = -1
"""The pace of what fails alike in all weather."""
TABLE = "outage_rates_by_temperature"
MOVERS: Mapping[str, str] = {
    "coal": "steam", "waste": "steam", "biomass": "steam", "gas_ccgt": "combined_cycle",
    "gas_ocgt": "combustion_turbine", "oil": "combustion_turbine", "nuclear_modern": "nuclear",
    "nuclear_rts": "nuclear", "hydro": "hydro_and_psh", "pumped": "hydro_and_psh",
}
"""First letters of an outage class -> prime mover of the table; wires, batteries, wind and sun have none."""
CITY, PROVINCE = "city", "province"
DAYS_AN_HOUR = 1.0 / DAY_H
_SCORES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)


class PaceArrays(NamedTuple):
    """Clocks as the compiled sampler reads them."""

    lived_h: Floats
    """(paces, days + 1) hours lived at the beginning of each day, 0 at the first."""
    day_at: Ints
    """(paces, n) the day in which each whole number of days lived is reached."""


@dataclass(frozen=True, eq=False)
class Paces:
    """The clocks of a year, by prime mover and place."""

    names: tuple[tuple[str, str], ...]
    arrays: PaceArrays

    def row(self, outage_class: str, place: str = CITY) -> int:
        """The clock of an outage class in the city or the province; STEADY where it has none."""
        name = (mover_of(outage_class), place)
        return self.names.index(name) if name in self.names else STEADY

    def clock(self, outage_class: str, place: str = CITY) -> Clock | None:
        """The same as one clock."""
        row = self.row(outage_class, place)
        return None if row == STEADY else Clock(*self.arrays, row)


class Clock(NamedTuple):
    """One clock of hours lived: a row of all."""

    lived_h: Floats
    day_at: Ints
    row: int


NO_PACES = Paces((), PaceArrays(np.zeros((0, 1)), np.zeros((0, 1), dtype=np.int64)))


def mover_of(outage_class: str) -> str:
    """The prime mover of an outage class, '' for none.

    >>> mover_of("coal_ge300"), mover_of("nuclear_epr_long_outage")
    ('steam', '')
    """
    return next((mover for first, mover in MOVERS.items() if outage_class.startswith(first)), "")


def paces_of(city: City, temperature_c: Floats, province_temperature_c: Floats) -> Paces:
    """Clocks of a year's temperatures, (hours,) each; none where the city has no table or asks for constant rates."""
    if city.setting("outage_rates", "by_temperature") == "constant" or not city.table(TABLE):
        return NO_PACES
    names, clocks = [], []
    for mover in sorted(set(MOVERS.values())):
        degrees, odds, usual = odds_of(city, mover)
        if not len(odds):
            continue
        for place, path in ((CITY, temperature_c), (PROVINCE, province_temperature_c)):
            names.append((mover, place))
            clocks.append(lived(np.interp(path, degrees, odds) / usual))
    return Paces(tuple(names), stacked(clocks))


@once
def odds_of(city: City, mover: str) -> tuple[Floats, Floats, float]:
    """Temperatures and odds of the table, and the mean odds of a normal year."""
    degrees, odds = odds_by_temperature(city, mover)
    return degrees, odds, normal_odds(city, degrees, odds) if len(odds) else 0.0


def odds_by_temperature(city: City, mover: str) -> tuple[Floats, Floats]:
    """Temperatures of the table and odds of being out at them: MTTR over MTTF, as far as repairs are quick."""
    rows = sorted((float(row["temperature_c"]), float(row["outage_share"])) for row in city.table(TABLE)
                  if row["prime_mover"] == mover)
    degrees, shares = np.array(rows).reshape(-1, 2).T
    return degrees, shares / (1.0 - shares)


def normal_odds(city: City, degrees: Floats, odds: Floats) -> float:
    """Mean odds over the hours of a normal year: daily course, its swing, and normal deviations."""
    normal = climatology(city)
    swing = 0.5 * np.cos(2.0 * np.pi * (np.arange(DAY_H) - city.value("temperature.diurnal_peak_hour")) / DAY_H)
    course = normal.mean_c[:, None] + normal.range_c[:, None] * swing
    spread = normal.hourly_sd_c.reshape(DAYS_A_YEAR, 1)
    weights = _WEIGHTS / _WEIGHTS.sum()
    found = [weight * np.interp(course + score * spread, degrees, odds).mean()
             for score, weight in zip(_SCORES, weights, strict=True)]
    return float(np.sum(found))


def lived(pace: Floats) -> Floats:
    """(days + 1,) hours lived at the beginning of each day, from the pace of each hour.

    >>> lived(np.repeat([0.5, 2.0], 24)).tolist()
    [0.0, 12.0, 60.0]
    """
    return np.concatenate([[0.0], np.cumsum(pace.reshape(-1, DAY_H).sum(axis=1))])


def stacked(clocks: list[Floats]) -> PaceArrays:
    """Clocks with the day in which each whole day lived is reached, so that no search is needed."""
    if not clocks:
        return NO_PACES.arrays
    most, days = int(max(clock[-1] for clock in clocks) / DAY_H) + 1, len(clocks[0]) - 1
    found = [np.clip(np.searchsorted(clock, DAY_H * np.arange(most), side="right") - 1, 0, days - 1)
             for clock in clocks]
    return PaceArrays(np.ascontiguousarray(clocks), np.array(found, dtype=np.int64))


@bare
def fails_at(lived_h: Floats, day_at: Ints, pace: int, at: float, wanted_h: float) -> float:
    """The hour at which so many hours lived by a clock have passed since `at`; beyond the year it is even."""
    days = lived_h.shape[1] - 1
    day = int(at * DAYS_AN_HOUR)
    if day >= days:
        return at + wanted_h
    begins = lived_h[pace, day]
    goal = begins + (at * DAYS_AN_HOUR - day) * (lived_h[pace, day + 1] - begins) + wanted_h
    if goal >= lived_h[pace, days]:
        return float(days * DAY_H + goal - lived_h[pace, days])
    day = max(day, day_at[pace, int(goal * DAYS_AN_HOUR)])
    while lived_h[pace, day + 1] <= goal:
        day += 1
    begins = lived_h[pace, day]
    return float(DAY_H * (day + (goal - begins) / (lived_h[pace, day + 1] - begins)))
