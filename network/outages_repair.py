"""How long repairs take: exponential, or Weibull about the same mean, by one uniform each (MODEL_SPEC 7.1).

A shape of 1 is the exponential. A repair under way at the start of a year has the distribution of what is left of a
repair met at a random instant: P(left <= x) = P(1/k, (x/scale)^k), the regularised lower incomplete gamma function.
"""

from __future__ import annotations

import math

from dafeng.network.compiled import bare

EXPONENTIAL = 1.0
HALVINGS = 60
MOST_TERMS = 400
FAR = 60.0
"""(x/scale)^k beyond which nothing is left."""


@bare
def repair_h(draw: float, mean_h: float, shape: float) -> float:
    """Hours of a repair; `draw` is uniform on (0, 1), and large draws are short repairs."""
    if shape == EXPONENTIAL:
        return -mean_h * math.log(draw)
    return float(weibull_scale(mean_h, shape) * (-math.log(draw)) ** (1.0 / shape))


@bare
def rest_of_repair_h(draw: float, mean_h: float, shape: float) -> float:
    """Hours left of a repair that is under way at a random instant; an exponential one does not age."""
    if shape == EXPONENTIAL:
        return -mean_h * math.log(draw)
    low, high = 0.0, FAR
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if 1.0 - lower_gamma(1.0 / shape, middle) > draw:
            low = middle
        else:
            high = middle
    return float(weibull_scale(mean_h, shape) * (0.5 * (low + high)) ** (1.0 / shape))


@bare
def weibull_scale(mean_h: float, shape: float) -> float:
    """Scale of a Weibull distribution with this mean."""
    return mean_h / math.gamma(1.0 + 1.0 / shape)


@bare
def lower_gamma(a: float, x: float) -> float:
    """Regularised lower incomplete gamma function P(a, x) by its series (Abramowitz and Stegun 6.5.29)."""
    if x <= 0.0:
        return 0.0
    term = 1.0 / a
    total = term
    for n in range(1, MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * 1e-15:
            break
    return total * math.exp(a * math.log(x) - x) / math.gamma(a)
