"""Where a sampled function of load crosses a standard, and how well that is known: the search for the margin."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from dafeng.configs.values import Estimate

DOUBLINGS, SECANTS = 14, 12
CLOSE = 0.05
"""A crossing is found when the logarithm of the ratio to the standard is below this: a fraction of its own error."""
BEYOND = 1.5
"""How far past the place where a crossing is expected the search for its other side steps."""
LEAST_STEP = 0.25
"""First step of the search for a crossing, in multiples of its scale."""


def crossing(
    rising: Callable[[float], Estimate], standard: float, scale: float, floor: float, start: float = 0.0,
    aside: float = 0.0, apart: float = 0.0,
) -> Estimate:
    """Where a rising, sampled function crosses a standard, with the error that its own error there makes.

    The search goes out from `start`; the function is taken to grow by about a factor e every `scale`; zeros count as
    `floor`. Infinite when the search does not come upon the standard. With `aside`, a share of `scale`, the crossing is
    that of so wide a neighbourhood; slope and error are those of the wider of `aside` and `apart`, in units of load.

    >>> round(crossing(lambda x: Estimate(np.exp(x), 0.1), 20.0, 2.0, 1e-3).value, 1)
    3.0
    """
    goal, seen = np.log(standard), dict[float, Estimate]()

    def height(at: float) -> float:
        if at not in seen:
            seen[at] = rising(at)
        return float(np.log(max(seen[at].value, floor)) - goal)

    near, near_height = start, height(start)
    step = scale * max(abs(near_height), LEAST_STEP) * (-1.0 if near_height > 0.0 else 1.0)
    for _ in range(DOUBLINGS):
        far = near + step
        far_height = height(far)
        if far_height * near_height <= 0.0:
            break
        step = _further(step, near_height, far_height, np.log(floor) - goal, scale)
        near, near_height = far, far_height
    else:
        return Estimate(math.copysign(math.inf, step), 0.0)
    at, slope = _between(height, near, near_height, far, far_height)
    error = seen[at].se / standard
    if aside > 0.0:
        at = _looked_aside(height, seen, at, aside * scale)[0]
    if max(aside * scale, apart) > 0.0:
        _, slope, error = _looked_aside(height, seen, at, max(aside * scale, apart))
    # across a jump the error is no smaller than elsewhere
    slope = min(slope, 1.0 / scale) if slope > 0.0 else 1.0 / scale
    return Estimate(at, error / slope)


def _looked_aside(height: Callable[[float], float], seen: Mapping[float, Estimate], at: float, step: float
                  ) -> tuple[float, float, float]:
    """The crossing, the slope of the height there and its error, from the places a step below and above as well.

    Few years tell neither a slope between neighbours nor their own error: of the errors the mean square stands.
    """
    below, middle, above = (height(x) for x in (at - step, at, at + step))
    slope = (above - below) / (2.0 * step)
    errors = [seen[x].se / seen[x].value for x in (at - step, at, at + step) if seen[x].value > 0.0]
    found = at - min(max(middle / slope, -step), step) if slope > 0.0 else at
    return found, slope, float(np.sqrt(np.mean(np.square(errors or [0.0]))))


def _further(step: float, near_height: float, far_height: float, lowest: float, scale: float) -> float:
    """The next step outwards: doubled, but not far beyond where the growth seen leads, once there is any."""
    if min(near_height, far_height) <= lowest:
        wanted = scale * abs(far_height) if far_height > lowest else np.inf
    else:
        growth = abs(far_height - near_height) / abs(step)
        wanted = abs(far_height) / growth if growth > 0.0 else np.inf
    return math.copysign(min(2.0 * abs(step), max(BEYOND * wanted, LEAST_STEP * scale)), step)


def _between(height: Callable[[float], float], near: float, near_height: float, far: float, far_height: float
             ) -> tuple[float, float]:
    """Where a height crosses zero between two ends of opposite sign, with the slope there: secants (Illinois)."""
    at, slope = near, (far_height - near_height) / (far - near)
    for _ in range(SECANTS):
        at = near + (far - near) * near_height / (near_height - far_height)
        at_height = height(at)
        if abs(at_height) < CLOSE:
            break
        if at_height * near_height > 0.0:
            slope = (far_height - at_height) / (far - at)
            near, near_height, far_height = at, at_height, 0.5 * far_height
        else:
            slope = (at_height - near_height) / (at - near)
            far, far_height, near_height = at, at_height, 0.5 * near_height
    return at, slope
