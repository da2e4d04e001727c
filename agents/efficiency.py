"""Efficiency: when a producer considers a measure, and when it pays for it (MODEL_SPEC 3.4, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from dafeng.agents.efficiency_measures import Measures
from dafeng.agents.output_lines import Lines
from dafeng.agents.view import CHOICES, View
from dafeng.configs.schema import City
from dafeng.configs.units import Bools, Floats, Ints

CNY_PER_MCNY = 1e6
TAKING = "chance to take it"


def annuity_factor(rate: Floats, years: Floats) -> Floats:
    """What one CNY a year over a life is worth today.

    >>> annuity_factor(np.array([0.172]), np.array([10.0])).round(2)
    array([4.62])
    """
    return np.asarray((1.0 - (1.0 + rate) ** -years) / rate)


def hurdle(payback_y: Floats, years: Floats, weight: float) -> Floats:
    """The rate that makes a producer indifferent at its sector's payback: a(r) = weight x payback (MODEL_SPEC 3.4).

    Found by bisection; a life shorter than the payback asks a rate of almost nothing.

    >>> hurdle(np.array([3.3]), np.array([10.0]), 1.4).round(3)
    array([0.172])
    """
    low, high = np.full(np.broadcast(payback_y, years).shape, 1e-6), np.full(np.broadcast(payback_y, years).shape, 1e3)
    for _ in range(80):
        middle = np.sqrt(low * high)
        too_patient = annuity_factor(middle, years) > weight * payback_y
        low, high = np.where(too_patient, middle, low), np.where(too_patient, high, middle)
    return np.asarray(np.sqrt(low * high))


def patience(city: City, lines: Lines, options: Measures, line: Ints, normal: Floats) -> Floats:
    """(rows, m) annuity factor a(r_i) of each producer: hurdle lognormal around its sector's, one draw a producer."""
    weight = city.value("behaviour.capex_vs_saving_weight")
    middle = hurdle(lines.payback_y[:, None], options.life_y[None, :], weight)
    spread = np.exp(lines.hurdle_sigma[line] * normal)
    return annuity_factor(middle[line] * spread[:, None], options.life_y[None, :])


def adoption_probability(
    city: City, patience: Floats, saving: Floats, capex: Floats, subsidy_share: float
) -> Floats:
    """Probability of taking a measure once considered: logit of net present value over capex (MODEL_SPEC 3.4)."""
    return probability(city, gain(city, patience, saving, capex, subsidy_share), capex)


def probability(city: City, gain: Floats, capex: Floats) -> Floats:
    """The same from the gain itself; what costs nothing is not on sale."""
    return np.where(capex > 0, expit(city.value("behaviour.logit_scale_theta") * gain), 0.0)


def gain(city: City, patience: Floats, saving: Floats, capex: Floats, subsidy_share: float) -> Floats:
    """Net present value over capex, as the producer reckons: savings at its hurdle, capital weighted, hidden cost."""
    weight = city.value("behaviour.capex_vs_saving_weight")
    ratio = np.divide(saving, capex, out=np.zeros_like(saving), where=capex > 0)
    return np.asarray(patience * ratio - weight * (1.0 - subsidy_share) - city.value("extra.hidden_cost_share"))


@dataclass(frozen=True)
class Looks:
    """(rows, m) a year's measures: who could take which, who looked, what it was worth, who took it."""

    is_open: Bools
    looked: Bools
    taken: Bools
    look_chance: Floats
    chance: Floats
    """Of taking it once looked at."""
    draw: Floats
    saving: Floats
    """CNY a year per unit of output."""
    capex: Floats
    """CNY per unit of yearly output."""
    gain: Floats
    """Net present value over capex."""
    subsidy_share: float

    def payback_y(self) -> Floats:
        """Capital less its subsidy over the saving of a year; infinite without a saving."""
        paid = self.capex * (1.0 - self.subsidy_share)
        return np.divide(paid, self.saving, out=np.full_like(paid, np.inf), where=self.saving > 0)

    def of_row(self, row: int, names: tuple[str, ...], output: float) -> Mapping[str, Any]:
        """One producer's open measures as a decision tells them: chances, with what each is made of."""
        at = np.flatnonzero(self.is_open[row])
        capital, looked = self.capex[row, at] * output / CNY_PER_MCNY, self.looked[row, at]
        columns = {
            "capital_mcny": capital, "saving_mcny_per_y": self.saving[row, at] * output / CNY_PER_MCNY,
            "payback_y": self.payback_y()[row, at], "npv_mcny": self.gain[row, at] * capital,
            "chance_to_look": self.look_chance[row, at], "looked": looked,
            "draw": np.where(looked, self.draw[row, at], np.nan),
        }  # fmt: skip
        return {
            "options": {names[m]: float(self.chance[row, m]) for m in at}, "unit": TAKING,
            "choice": CHOICES.join(names[m] for m in np.flatnonzero(self.taken[row])),
            "saw": {"subsidy_share": self.subsidy_share}, "why": _why(looked, self.taken[row, at]),
            "terms": {name: tuple(map(float, column)) for name, column in columns.items()},
        }  # fmt: skip


def _why(looked: Bools, taken: Bools) -> str:
    if not looked.any():
        return "none was looked at this year"
    told = "took what it looked at and whose draw is below the chance; the chance rises with npv over capital"
    return told if taken.any() else "looked at, but its draw is not below the chance to take it"


def consideration(view: View, options: Measures, adopted_share: Floats) -> Floats:
    """Probability of looking at a measure this year: own, audit, information and peers, or equipment at its end.

    `adopted_share` is (…, m): the part of a producer's line that has the measure already.
    """
    own = view.value("extra.h0") + view.rules.audit_hazard + view.value("extra.h_info")
    hazard = own + view.value("extra.h_peer") * adopted_share
    return np.asarray(1.0 - np.exp(-hazard) * (1.0 - 1.0 / options.life_y))


def saved_shares(
    options: Measures, line: Ints, heat_gj: Floats, electric_mwh: Floats, best: Floats
) -> tuple[Floats, Floats]:
    """(rows, m) shares of heat and of electricity that each measure saves, given base-year intensities.

    No measure goes below best practice (`best`: ratio to the base year's heat intensity).
    """
    heat = np.divide(
        options.heat_gj[line], heat_gj[:, None], out=np.zeros((len(line), options.count)), where=heat_gj[:, None] > 0
    )
    power = np.divide(
        options.electric_mwh[line], electric_mwh[:, None], out=np.zeros_like(heat), where=electric_mwh[:, None] > 0
    )
    return np.minimum(heat, 1.0 - best[:, None]), np.minimum(power + options.electric_share[line], 1.0)


def peers(line: Ints, counted: Bools, adopted: Bools, n_lines: int) -> Floats:
    """(lines, m) share of a line's producers that have each measure."""
    firms = np.bincount(line[counted], minlength=n_lines)
    takers = np.zeros((n_lines, adopted.shape[1]))
    np.add.at(takers, line[counted], adopted[counted].astype(np.float64))
    return takers / np.maximum(firms, 1)[:, None]
