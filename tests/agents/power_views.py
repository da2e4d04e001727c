"""Views of made-up years for tests of plants, owners and nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dafeng.agents.view import Outlook, View
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR

HOUR = np.tile(np.arange(24.0), 12)
SUN = np.clip(np.sin((HOUR - 6.0) / 12.0 * np.pi), 0.0, 1.0) * 0.4
WEIGHT = np.full(288, HOURS_A_YEAR / 288)


def outlook(year: int, mean: float = 400.0, swing: float = 100.0, peak_mw: float = 9000.0) -> Outlook:
    """Twelve equal days: cheap at night, dear in the afternoon, around a mean."""
    price = mean + swing * np.sin((HOUR - 9.0) / 24.0 * 2.0 * np.pi)
    profile = {"solar": SUN, "wind_onshore": np.full(288, 0.22), "wind_offshore": np.full(288, 0.36)}
    return Outlook(year, WEIGHT, price, profile, peak_mw)


def view_of(
    city: City, year: int, county: str = "TS", *, rules: Mapping[str, Any] | None = None, later: int = 0,
    luck: Luck | None = None, mean: float = 400.0, swing: float = 100.0, **fields: Any,
) -> View:
    """A view of a year; `rules` hold from this year on, or are only announced for `later`."""
    asked = rules or {}
    now = Rules(year, county).asking("test").ask(**({} if later else asked))
    years = range(year + 1, year + 11)
    announced = {y: Rules(y, county).asking("test").ask(**(asked if y >= later else {})) for y in years}
    outlooks = tuple(outlook(year + ahead, mean, swing) for ahead in (1, 3, 6)) if year > city.first_year else ()
    given: dict[str, Any] = {
        "outlooks": outlooks, "own": {}, "pipeline": {}, "standing": {}, "credit": {}, "awards": (),
        "prices": {"power": dict.fromkeys(range(city.first_year, year), mean), "peak_mw": {}},
    }
    given.update(fields)
    hour = (year - city.first_year) * float(HOURS_A_YEAR)
    return View(year, hour, city, now, announced, luck=luck or Luck(1, 0), **given)
