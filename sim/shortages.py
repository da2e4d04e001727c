"""Sampled shortages of a view as tables: when in the year they fall, and how long and deep they are (MODEL_SPEC 7.3).

Rows of outcomes have no column for an hour or a depth; the class stands in `technology` and `fuel`. Classes without
a shortage have no row. Adequacy keeps the first shortages one by one; where there were more, the sample years that
were kept whole stand for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy import Adequacy
from dafeng.network.adequacy_samples import MOST_EVENTS
from dafeng.network.weather_temperature import MONTH_OF_DAY
from dafeng.sim.ledger import Ledger
from dafeng.sim.year import Year

DURATIONS_H = (1, 2, 3, 4, 6, 8, 12, 24, 48, 96)
DEPTHS_MW = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Lowest values of the classes; the first takes what lies below it, the last all above."""


def by_month_and_hour(year: Year, variable: str) -> Ledger:
    """Expected hours of shortage a year in each month (technology, 'month 7') and hour of the day ('hour 19')."""
    book = Ledger()
    for view, adequacy in sorted(year.adequacy.items()):
        cells: dict[tuple[int, int], float] = defaultdict(float)
        for first, hours, _, weight in _events(adequacy):
            for hour in range(first, first + hours):
                cells[int(MONTH_OF_DAY[hour // DAY_H]), hour % DAY_H] += weight
        count = _years(adequacy)
        for (month, hour), times in sorted(cells.items()):
            of = {"technology": f"month {month}", "fuel": f"hour {hour}", "basis": str(view)}
            book.add(variable, times / count, "h/y", **of)
    return book


def by_duration_and_depth(year: Year, variable: str) -> Ledger:
    """Expected shortages a year of each duration (technology, 'from 3 h') and deepest hour (fuel, 'from 200 MW')."""
    book = Ledger()
    for view, adequacy in sorted(year.adequacy.items()):
        cells: dict[tuple[int, int], float] = defaultdict(float)
        for _, hours, depth, weight in _events(adequacy):
            cells[class_of(hours, DURATIONS_H), class_of(depth, DEPTHS_MW)] += weight
        count = _years(adequacy)
        for (hours_class, depth), times in sorted(cells.items()):
            of = {"technology": f"from {hours_class} h", "fuel": f"from {depth} MW", "basis": str(view)}
            book.add(variable, times / count, "1/y", **of)
    return book


def class_of(value: float, lowest: tuple[int, ...]) -> int:
    """The class of a value: the highest lower bound that it reaches.

    >>> class_of(7.0, DURATIONS_H), class_of(0.2, DEPTHS_MW)
    (6, 1)
    """
    return lowest[max(0, int(np.searchsorted(lowest, value, side="right")) - 1)]


def _events(adequacy: Adequacy) -> Iterator[tuple[int, int, float, float]]:
    """First hour, hours, deepest MW and weight of each shortage kept, of whole sample years."""
    events, weight = adequacy.events, _weights(adequacy)
    sample = np.asarray(events["sample"]).astype(np.int64)
    kept = sample < len(weight)
    columns = (np.asarray(events[name])[kept].tolist() for name in ("hour", "hours", "deepest_mw"))
    for first, hours, depth, of in zip(*columns, weight[sample[kept]].tolist(), strict=True):
        yield int(first), int(hours), float(depth), float(of)


def _years(adequacy: Adequacy) -> float:
    """What the sample years whose shortages were all kept weigh together: their number, if all are alike."""
    return float(_weights(adequacy).sum())


def _weights(adequacy: Adequacy) -> Floats:
    """Weight of each of those years, 1 where all are alike: rare states are drawn more often than they come."""
    samples = adequacy.events["sample"]
    years = adequacy.sample_years if len(samples) < MOST_EVENTS else max(1, int(samples[-1]))
    weight: Floats = adequacy.year_weight[:years] * adequacy.sample_years
    return weight
