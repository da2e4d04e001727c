"""The load at which unserved energy is as much as a goal: the search for a capacity credit (MODEL_SPEC 7.6).

Unserved energy is very convex in load: with a large resource and no load more it is nothing, with its whole capacity of
load more thousands of times the goal. A secant from the low end then moves by next to nothing, wherever the crossing
is; so a search is over when the crossing is known to lie between two loads that are close, not when a step is small.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

MOST_SECANTS = 12
BISECTED = 3
"""Of so many steps one halves the bracket, whatever the secants do."""
OF_LOAD, FINEST = 0.1, 1e-3
"""Close is never more than this share of the load found, down to the second share of what is close otherwise."""
LEAST = 1e-3
"""Unserved energy of less than this share of the goal counts as so much where its logarithm is looked at."""


def load_matching(over_mwh: Callable[[float], float], goal_mwh: float, most_mw: float, close: float) -> float:
    """Load in MW, from none to `most_mw`, at which what is unserved beyond the goal crosses zero; the nearer end where
    it does not. Known to a share `close` of the most, or to a tenth of itself where that is less.

    `over_mwh` rises with load and starts at minus the goal or more.

    >>> round(load_matching(lambda mw: 2.0 * (mw - 30.0), 60.0, 100.0, 1e-4), 2)
    30.0
    >>> round(load_matching(lambda mw: max(0.0, mw - 49.0) ** 3 - 1.0, 1.0, 5000.0, 1e-4), 0)
    50.0
    """
    over = cache(over_mwh)
    none, whole = over(0.0), over(most_mw)
    if not none < 0.0 < whole:
        return 0.0 if none >= 0.0 else most_mw
    close_mw = close * most_mw
    at, low, high = _by_secants(over, most_mw, close_mw)
    if at >= close_mw / OF_LOAD:
        beyond = at + close_mw if at == low else at - close_mw
        if not low < beyond < high or (over(beyond) < 0.0) != (over(at) < 0.0):
            return at
        low, high = (beyond, high) if at == low else (low, beyond)
    return _narrowed(lambda mw: math.log(max(1.0 + over(mw) / goal_mwh, LEAST)), low, high, close_mw)


def _by_secants(over: Callable[[float], float], high: float, close: float) -> tuple[float, float, float]:
    """Where a rising function seems to cross zero above none, and its bracket: secants until a step is close (Illinois:
    an end that stays counts half)."""
    low, at, side = 0.0, 0.0, 0
    low_over, high_over = over(low), over(high)
    for _ in range(MOST_SECANTS):
        before, at = at, low + (high - low) * low_over / (low_over - high_over)
        at_over = over(at)
        if at_over == 0.0:
            return at, at, at
        if at_over < 0.0:
            low, low_over = at, at_over
            high_over *= 0.5 if side < 0 else 1.0
        else:
            high, high_over = at, at_over
            low_over *= 0.5 if side > 0 else 1.0
        side = -1 if at_over < 0.0 else 1
        if abs(at - before) < close:
            break
    return at, low, high


def _narrowed(height: Callable[[float], float], low: float, high: float, close: float) -> float:
    """Where a rising function crosses zero between two loads, once they are close: secants, and halves among them.

    A secant is kept half of what is close away from both ends, so that it comes out on the far side of a crossing.
    """
    low_height, high_height, step, side = height(low), height(high), 0, 0
    while high - low > (near := min(close, max(OF_LOAD * high, FINEST * close))):
        step += 1
        at = low + (high - low) * (low_height / (low_height - high_height) if step % BISECTED else 0.5)
        at = min(max(at, low + 0.5 * near), high - 0.5 * near)
        at_height = height(at)
        if at_height < 0.0:
            low, low_height = at, at_height
            high_height *= 0.5 if side < 0 else 1.0
        else:
            high, high_height = at, at_height
            low_height *= 0.5 if side > 0 else 1.0
        side = -1 if at_height < 0.0 else 1
    low_height, high_height = height(low), height(high)
    return low + (high - low) * low_height / (low_height - high_height) if high > low else low
