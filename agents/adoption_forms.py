"""How the national share of electric cars spreads: the three published forms and their mean (MODEL_SPEC 4.2).

No model fitted to 2020 foresaw the break of 2021, so the form is a structural uncertainty (`ev_form`), and these
functions also reproduce the published hindcast with its failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.agents.adoption_draws import logistic, logit
from dafeng.configs.units import Floats

FORMS = ("logit", "logistic", "bass", "ensemble")
CEILING = 0.95
"""Highest share of the Bass form (MODEL_SPEC 4.2)."""
HIGHEST_RHO = 0.98
"""Bound of the fits of nev_history."""


@dataclass(frozen=True)
class Diffusion:
    """Parameters of all forms: partial adjustment (alpha, rho, beta per kCNY), Bass (p, q), logistic slope a year."""

    alpha: float
    rho: float
    beta: float
    bass_p: float
    bass_q: float
    slope: float

    def next(self, form: str, share: float, cost_kcny: float) -> float:
        """Next year's share from this year's and next year's generalised cost."""
        if form == "logit":
            return partial_adjustment(share, cost_kcny, self.alpha, self.rho, self.beta)
        if form == "logistic":
            return logistic(logit(share) + self.slope)
        if form == "bass":
            return bass(share, self.bass_p, self.bass_q)
        each = [logit(self.next(one, share, cost_kcny)) for one in FORMS[:3]]
        return logistic(float(np.mean(each)))


def partial_adjustment(share: float, cost_kcny: float, alpha: float, rho: float, beta: float) -> float:
    """logit s' = rho logit s + (1 - rho)(alpha - beta G) (MODEL_SPEC 4.2)."""
    return logistic(rho * logit(share) + (1.0 - rho) * (alpha - beta * cost_kcny))


def bass(share: float, p: float, q: float) -> float:
    """s' = s + (p + q s/K)(K - s) with K = 0.95; a share already above the ceiling stays."""
    return share + (p + q * share / CEILING) * max(0.0, CEILING - share)


def fit_partial_adjustment(
    share: Mapping[int, float], cost: Mapping[int, float], last: int, beta: float
) -> tuple[float, float]:
    """Alpha and rho by least squares on the logit, from the second year of `cost` to `last`.

    (logit s_t + beta G_t) is a straight line in (logit s_(t-1) + beta G_t) with slope rho.
    """
    years = [year for year in sorted(cost)[1:] if year <= last]
    now = np.array([logit(share[year]) + beta * cost[year] for year in years])
    before = np.array([logit(share[year - 1]) + beta * cost[year] for year in years])
    rho = float(np.polyfit(before, now, 1)[0])
    rho = min(rho, HIGHEST_RHO)
    return float((now - rho * before).mean()) / (1.0 - rho), rho


def fit_slope(share: Mapping[int, float], first: int, last: int) -> float:
    """Slope of the logit a year between two years, by least squares."""
    years = np.arange(first, last + 1)
    return float(np.polyfit(years, [logit(share[int(year)]) for year in years], 1)[0])


def fit_bass(share: Mapping[int, float], first: int, last: int) -> tuple[float, float]:
    """p and q by least squares on the logarithm of the path that starts at the first year's share."""
    from scipy.optimize import least_squares  # 25 MB that no run needs: runs read the fitted values

    seen = np.log([share[year] for year in range(first, last + 1)])

    def misses(p_and_q: Floats) -> Floats:
        path = [share[first]]
        for _ in range(last - first):
            path.append(bass(path[-1], float(p_and_q[0]), float(p_and_q[1])))
        return np.asarray(np.log(path) - seen, dtype=np.float64)

    found = least_squares(misses, [0.001, 0.5], bounds=([0.0, 0.0], [1.0, 3.0]))
    return float(found.x[0]), float(found.x[1])


def fitted(share: Mapping[int, float], cost: Mapping[int, float], last: int, beta: float) -> Diffusion:
    """All forms fitted to the years up to `last`."""
    first = min(cost)
    alpha, rho = fit_partial_adjustment(share, cost, last, beta)
    p, q = fit_bass(share, first, last)
    return Diffusion(alpha, rho, beta, p, q, fit_slope(share, first, last))


def forecast(form: str, fit: Diffusion, share: float, costs: list[float]) -> list[float]:
    """Shares of the coming years, each from the model's own share of the year before."""
    path = []
    if form == "ensemble":
        each = np.array([[logit(s) for s in forecast(one, fit, share, costs)] for one in FORMS[:3]])
        return [logistic(x) for x in each.mean(axis=0).tolist()]
    for cost in costs:
        share = fit.next(form, share, cost)
        path.append(share)
    return path


def rmse_pp(predicted: list[float], seen: list[float]) -> float:
    """Root mean square error in percentage points."""
    return float(100.0 * np.sqrt(np.mean((np.array(predicted) - np.array(seen)) ** 2)))
