"""What is remembered from year to year and shown to agents: prices, their own past, what stands and what is coming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from dafeng.agents.view import Outlook, Settlement
from dafeng.agents.works import Build
from dafeng.configs.schema import City
from dafeng.sim.site import Task


@dataclass
class Memory:
    """The past of a run, as far as agents may know it."""

    prices: dict[str, dict[int, float]] = field(default_factory=dict)
    """Realised series up to last year: power (CNY/MWh), peak_mw, load_mwh."""
    own: dict[str, dict[str, Settlement]] = field(default_factory=dict)
    """Last year's settlement of each agent's assets."""
    standing: dict[str, float] = field(default_factory=dict)
    """MW standing at the end of last year by technology."""
    outlooks: tuple[Outlook, ...] = ()

    def known_prices(self, city: City, year: int) -> dict[str, dict[int, float]]:
        """Realised series, with fuel and carbon prices up to this year."""
        series = {
            name.split(".", 1)[1] if name.startswith("fuel.") else name: path
            for name, path in city.paths.items()
            if name.startswith(("fuel.", "carbon."))
        }
        years = range(city.first_year - 5, year + 1)
        return {**self.prices, **{name: {y: path.at(y) for y in years} for name, path in series.items()}}

    def remember(self, year: int, **values: float) -> None:
        """Realised values of a year."""
        for name, value in values.items():
            self.prices.setdefault(name, {})[year] = value

    def record(self) -> dict[str, Any]:
        """Plain values and arrays for a checkpoint."""
        return {
            "prices": {name: dict(series) for name, series in self.prices.items()},
            "own": {agent: {key: asdict(s) for key, s in items.items()} for agent, items in self.own.items()},
            "standing": dict(self.standing),
            "outlooks": [
                {
                    "year": o.year,
                    "weight": o.weight,
                    "price": o.price_cny_per_mwh,
                    "profile": dict(o.profile),
                    "peak_mw": o.peak_mw,
                }
                for o in self.outlooks
            ],
        }

    @staticmethod
    def of(record: Mapping[str, Any]) -> Memory:
        """From a checkpoint."""
        own = {agent: {key: Settlement(**s) for key, s in items.items()} for agent, items in record["own"].items()}
        looks = tuple(
            Outlook(o["year"], o["weight"], o["price"], o["profile"], o["peak_mw"]) for o in record["outlooks"]
        )
        return Memory(dict(record["prices"]), own, dict(record["standing"]), looks)


def pipeline(tasks: Iterable[Task]) -> dict[str, float]:
    """MW under construction by technology; `all` is their sum."""
    found: dict[str, float] = {"all": 0.0}
    for task in tasks:
        if isinstance(task.works, Build):
            technology = str(task.works.detail.get("technology", "unknown"))
            mw = float(task.works.detail.get("mw", 0.0))
            found[technology] = found.get(technology, 0.0) + mw
            found["all"] += mw
    return found


def coming(tasks: Iterable[Task]) -> dict[str, float]:
    """MW under construction by bus."""
    found: dict[str, float] = {}
    for task in tasks:
        if isinstance(task.works, Build) and "bus" in task.works.detail:
            bus = str(task.works.detail["bus"])
            found[bus] = found.get(bus, 0.0) + float(task.works.detail.get("mw", 0.0))
    return found


def finite(values: Mapping[str, float]) -> bool:
    """Whether all numbers are finite."""
    return bool(np.isfinite(list(values.values())).all())
