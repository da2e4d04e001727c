"""The compiled inner loops of a weather year."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled

FIELDS = 3
"""Sun, onshore and offshore wind have a value at each place; temperature, the fourth, one for city and province."""


@compiled
def shocks(
    draws: Floats, heat: Floats, month: Ints, mix: Floats, spread: Floats, alike: float
) -> tuple[Floats, Floats]:
    """Shocks (3, places, hours) of the fields and (2, hours) of city and province temperature, correlated.

    draws (hours, 3, places) and heat (hours, 2) are independent standard normals; mix (12, 4, 4) lower factor of the
    correlations between variables, temperature last; spread (3, places, places) lower factor between places, province
    first; alike: correlation of city and province temperature.
    """
    hours, _, places = draws.shape
    fields, warmth = np.zeros((FIELDS, places, hours)), np.empty((2, hours))
    mixed = np.empty((FIELDS, places))
    near, own = min(1, places - 1), np.sqrt(1 - alike * alike)
    for hour in range(hours):
        factor = mix[month[hour]]
        for field in range(FIELDS):
            for place in range(places):
                mixed[field, place] = 0.0
                for other in range(field + 1):
                    mixed[field, place] += factor[field, other] * draws[hour, other, place]
        for field in range(FIELDS):
            for place in range(places):
                for other in range(place + 1):
                    fields[field, place, hour] += spread[field, place, other] * mixed[field, other]
        province, city = factor[FIELDS, FIELDS] * heat[hour, 0], factor[FIELDS, FIELDS] * heat[hour, 1]
        for other in range(FIELDS):
            province += factor[FIELDS, other] * draws[hour, other, 0]
            city += factor[FIELDS, other] * draws[hour, other, near]
        warmth[0, hour], warmth[1, hour] = alike * province + own * city, province
    return fields, warmth


@compiled
def filtered(draws: Floats, month: Ints, slow: Floats, fast: Floats) -> Floats:
    """(rows, hours) standard normal scores: shocks through two filters in a row, of persistence (12,) by month.

    The first hour is stationary.
    """
    rows, hours = draws.shape
    found = np.empty((rows, hours))
    keep = np.sqrt(1 - slow * slow)
    gain = np.sqrt((1 - fast * fast) * (1 - slow * fast) / (1 + slow * fast))
    for row in range(rows):
        lasting, score = draws[row, 0], draws[row, 0]
        found[row, 0] = score
        for hour in range(1, hours):
            at = month[hour]
            lasting = slow[at] * lasting + keep[at] * draws[row, hour]
            score = fast[at] * score + gain[at] * lasting
            found[row, hour] = score
    return found


@compiled
def looked_up(scores: Floats, month: Ints, table: Floats, limit: float, level: float) -> Floats:
    """(hours,) capacity factors of normal scores through quantiles (12, 24, points) that reach from -limit to limit.

    `level` is this year's mean over the long-run mean; nothing gives more than 1.
    """
    last = table.shape[2] - 1
    found = np.zeros(len(scores))
    for hour in range(len(scores)):
        quantile = table[month[hour], hour % 24]
        if quantile[last] > 0.0:
            where = min(max((scores[hour] + limit) * last / (2 * limit), 0.0), float(last))
            low = min(int(where), last - 1)
            value = quantile[low] + (where - low) * (quantile[low + 1] - quantile[low])
            found[hour] = min(value * level, 1.0)
    return found
