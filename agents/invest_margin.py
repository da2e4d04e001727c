"""What a unit or a store would earn in a year of expected prices, per MW (MODEL_SPEC 2.2, 2.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.agents.view import Outlook
from dafeng.configs.units import DAY_H, Floats
from dafeng.network.compiled import compiled


@dataclass(frozen=True)
class Days:
    """Expected prices as days: (days, 24) CNY/MWh, and how many days of the year each stands for."""

    price: Floats
    count: Floats

    @classmethod
    def of(cls, outlook: Outlook, factor: float) -> Days:
        """The days of an outlook, at an owner's own level of prices."""
        count = outlook.weight.reshape(-1, DAY_H).mean(axis=1)
        return cls(outlook.price_cny_per_mwh.reshape(-1, DAY_H) * factor, count)

    @property
    def mean_cny_per_mwh(self) -> float:
        """Price of an hour of the year, on average."""
        return float(self.price.mean(axis=1) @ self.count / self.count.sum())


@dataclass(frozen=True)
class Running:
    """What running costs, one entry an option, per MW of capacity (MODEL_SPEC 1.1 to 1.3)."""

    cost_cny_per_mwh: Floats
    no_load_cny_per_h: Floats
    min_share: Floats
    start_cny: Floats
    low_load_cny_per_mwh: Floats
    """Extra cost of output at the least load."""


def thermal_margin(days: Days, unit: Running) -> Floats:
    """(options,) yearly margin over running cost of 1 MW that may stop for whole days.

    On a day in service it gives full output above its marginal cost and its least output below; a day is left out when
    it loses more than the start that follows; a unit that would lose over the year stays off.
    """
    spread = days.price[None] - unit.cost_cny_per_mwh[:, None, None]
    low = unit.min_share[:, None, None] * (spread - unit.low_load_cny_per_mwh[:, None, None])
    day = np.where(spread > 0.0, spread, low).sum(axis=2) - DAY_H * unit.no_load_cny_per_h[:, None]
    return np.asarray(np.maximum(0.0, np.maximum(day, -unit.start_cny[:, None]) @ days.count))


def profile_margin(days: Days, availability: Floats) -> tuple[float, float]:
    """Yearly revenue (CNY) and energy (MWh) of 1 MW whose output follows the weather; none is sold below zero."""
    output = availability.reshape(-1, DAY_H)
    energy = float(output.sum(axis=1) @ days.count)
    return float((np.maximum(days.price, 0.0) * output).sum(axis=1) @ days.count), energy


def battery_margin(days: Days, hours: float, efficiency: float, wear_cny_per_mwh: float, cycles: float) -> float:
    """Yearly arbitrage margin of 1 MW of storage, empty at midnight, with at most `cycles` full discharges a day."""
    one_way = float(np.sqrt(efficiency))
    return float(_best_days(days.price, hours, one_way, wear_cny_per_mwh, cycles * hours) @ days.count)


@compiled
def _best_days(price: Floats, energy: float, one_way: float, wear: float, most: float) -> Floats:
    """Best margin of each day; the cycle limit is priced by its dual, which is exact for a linear problem."""
    worth = np.zeros(len(price))
    for day in range(len(price)):
        low, high = 0.0, max(0.0, price[day].max())
        best = _day_value(price[day], energy, one_way, wear)
        third = (high - low) / 3.0
        if _day_value(price[day], energy, one_way, wear + 1e-3) + 1e-3 * most >= best:
            third = 0.0
        while third > 1e-3:
            a, b = low + third, high - third
            at_a = _day_value(price[day], energy, one_way, wear + a) + a * most
            at_b = _day_value(price[day], energy, one_way, wear + b) + b * most
            best = min(best, at_a, at_b)
            if at_a <= at_b:
                high = b
            else:
                low = a
            third = (high - low) / 3.0
        worth[day] = best
    return worth


@compiled
def _day_value(price: Floats, energy: float, one_way: float, wear: float) -> float:
    """Exact best margin of a day from an empty store, backwards over the slopes of its concave value function.

    Each hour joins the slopes of the value of stored energy with those of charging and discharging, in falling order,
    then keeps the part between empty and full.
    """
    hours = len(price)
    slope, width = np.zeros(2 * hours + 1), np.zeros(2 * hours + 1)
    width[0] = energy
    count, at_empty = 1, 0.0
    for back in range(hours):
        now = price[hours - 1 - back]
        charge, discharge = max(now, 0.0) / one_way, (now - wear) * one_way
        count = _insert(slope, width, count, charge, one_way)
        count = _insert(slope, width, count, discharge, 1.0 / one_way)
        at_empty -= one_way * charge
        cut, kept = one_way, 0.0
        for i in range(count):
            if cut > 0.0:
                take = min(cut, width[i])
                at_empty += take * slope[i]
                width[i] -= take
                cut -= take
            width[i] = min(width[i], energy - kept)
            kept += width[i]
        filled = 0
        for i in range(count):
            if width[i] > 0.0:
                slope[filled], width[filled] = slope[i], width[i]
                filled += 1
        count = filled
    return at_empty


@compiled
def _insert(slope: Floats, width: Floats, count: int, new_slope: float, new_width: float) -> int:
    """One more segment, kept in falling order of slope; gives the new count."""
    i = count
    while i > 0 and slope[i - 1] < new_slope:
        slope[i], width[i] = slope[i - 1], width[i - 1]
        i -= 1
    slope[i], width[i] = new_slope, new_width
    return count + 1
