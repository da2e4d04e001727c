"""The supply curve of each hour: what one more or one less MWh would cost from where the system stands.

The curve of an hour begins above all must-take output. Its steps are the rows of the merit order, each as wide as
what the row can add to its minimum. Below the curve lies surplus, worth nothing; above it shortage: first that of the
province, at the price cap, from `bound_mw` on that of the city, at the value of lost load (MODEL_SPEC 7.8 a).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import bare, compiled, inlined

ABOVE_STEPS = 3
"""Steps outside the merit order: surplus, shortage of the province, shortage of the city."""


class Curve(NamedTuple):
    """Supply of all hours of a window; `need_mw` moves as stores and response are placed."""

    top_mw: Floats
    """(hours, steps) where each step of the merit order ends."""
    cost: Floats
    """(steps,) CNY/MWh, ascending, none below 0."""
    need_mw: Floats
    """(hours,) what the curve must give."""
    bound_mw: Floats
    """(hours,) need above which the city itself goes short."""
    cap: float
    voll: float


class Above(NamedTuple):
    """What lies above the merit order in one hour: shortage of the province at the cap, then of the city at VOLL."""

    bound_mw: float
    cap: float
    voll: float


@compiled
def curve_tops(order: Ints, low: Floats, high: Floats, ceiling: Floats) -> Floats:
    """(hours, steps) cumulative room above must-take in merit order, cut at a ceiling (hours,)."""
    tops = np.empty((low.shape[0], order.size))
    for h in range(low.shape[0]):
        at = 0.0
        for k in range(order.size):
            at += high[h, order[k]] - low[h, order[k]]
            tops[h, k] = max(0.0, min(at, ceiling[h]))
    return tops


@bare
def step_at(tops: Floats, need: float) -> int:
    """The first step that reaches a need; their number when none does."""
    first, last = 0, tops.size
    while first < last:
        middle = (first + last) // 2
        if tops[middle] >= need:
            last = middle
        else:
            first = middle + 1
    return first


@bare
def marginal(curve: Curve, h: int) -> float:
    """Cost of the last MW in an hour; the price cap in a shortage, 0 in a surplus."""
    need = curve.need_mw[h]
    if need <= 0.0:
        return 0.0
    k = step_at(curve.top_mw[h], need)
    return curve.cap if k == curve.cost.size else curve.cost[k]


@compiled
def marginals(curve: Curve) -> Floats:
    """(hours,) cost of the last MW."""
    out = np.empty(curve.need_mw.size)
    for h in range(out.size):
        out[h] = marginal(curve, h)
    return out


@inlined
def step_from(tops: Floats, need: float, guess: int) -> int:
    """The same as `step_at`, looked for from a guess: quick where the guess is near."""
    k = guess
    while k > 0 and tops[k - 1] >= need:
        k -= 1
    while k < tops.size and tops[k] < need:
        k += 1
    return k


@inlined
def walk(
    tops: Floats, cost: Floats, above: Above, high: float, low: float, rate: float, less: float, worth: Floats,
    width: Floats, n: int, guess: int,
) -> tuple[int, int]:
    """Append the steps between two needs, dearest first: worth (cost - less) x rate, width MW / rate.

    A store that discharges with efficiency e sees rate e and wear as `less`; one that charges sees rate 1/e. `guess`
    is a step near the higher need; the number of steps and one near the lower need are returned. This is the innermost
    loop of the engine: it takes plain arrays.
    """
    at = high
    total = tops[tops.size - 1] if tops.size else 0.0
    if at > total:
        for level, price in ((max(above.bound_mw, total), above.voll), (total, above.cap)):
            if at > max(level, low):
                worth[n], width[n] = (price - less) * rate, (at - max(level, low)) / rate
                at, n = max(level, low), n + 1
    k = min(step_from(tops, at, guess), tops.size - 1)
    while at > low and k >= 0:
        floor = max(low, tops[k - 1] if k > 0 else 0.0)
        if at > floor:
            worth[n], width[n] = (cost[k] - less) * rate, (at - floor) / rate
            at, n = floor, n + 1
        k -= 1
    if at > low:
        worth[n], width[n] = -less * rate, (at - low) / rate
        n += 1
    return n, k + 1
