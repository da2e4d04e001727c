"""The agent kinds' registry, and what all agents have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import mesa
import numpy as np

from dafeng.agents.assets import Assets, Flow
from dafeng.agents.view import Bid, Call, Decision, Notice, View
from dafeng.agents.works import Works
from dafeng.configs.registry import Registry
from dafeng.configs.schema import City, Row

Snapshot = Mapping[str, Any]
"""Plain values and arrays only: numbers, text, lists, mappings of those, numpy arrays."""


class CityAgent(mesa.Agent):  # type: ignore[misc]
    """Someone who wants something.

    Made by `populate(model, city)`; the model is Mesa's registry only and is never read. All state lives in
    attributes that `snapshot` returns and `restore` sets, so that a run resumes bit for bit.
    """

    kind: ClassVar[str] = ""
    order: ClassVar[int] = 50
    """Kinds decide in this order, agents of a kind in key order; owners (90) decide last, in a drawn order."""

    def __init__(self, model: mesa.Model, key: str, county: str) -> None:
        super().__init__(model)
        self.key, self.county = key, county
        self.decisions: list[Decision] = []

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """The agents of this kind in a city, one for each of its rows unless a kind says otherwise."""
        raise TypeError(f"agent kind '{cls.kind}' does not say how it is made")

    def bid(self, call: Call, view: View) -> list[Bid]:
        """Offers to a call of the government."""
        return []

    def notices(self, view: View) -> list[Notice]:
        """Plants that would close this year for their losses."""
        return []

    def decide(self, view: View) -> list[Works]:
        """This year's choices; logs each one with `log`."""
        return []

    def complete(self, works: Works, hour: float) -> None:
        """Works are done: the only change inside a year."""

    def assets(self, view: View) -> Assets:
        """Rows for the grid of the view's year, including what may come into service within it."""
        return Assets()

    def settle(self, view: View) -> None:
        """After the year: `view.own` holds what happened to the agent's assets this year."""

    def flows(self, view: View) -> Iterable[Flow]:
        """This year's fuel, process, money, activity and stock, apart from what the grid's hours settle."""
        return ()

    def log(self, view: View, topic: str, options: Mapping[str, float], unit: str, choice: str, **more: Any) -> None:
        """Keep a decision with its options and their values."""
        self.decisions.append(
            Decision(
                view.year,
                self.key,
                self.kind,
                topic,
                tuple(options),
                tuple(map(float, options.values())),
                unit,
                choice,
                **more,
            )
        )

    def take_decisions(self) -> list[Decision]:
        """The year's decisions, handed over once."""
        taken, self.decisions = self.decisions, []
        return taken

    def snapshot(self) -> Snapshot:
        """All state."""
        hidden = {"model", "unique_id", "pos", "decisions", "_mesa_data"}
        return {name: copied(value) for name, value in vars(self).items() if name not in hidden}

    def restore(self, snapshot: Snapshot) -> None:
        """The same agent again."""
        for name, value in snapshot.items():
            setattr(self, name, copied(value))


def copied(value: Any) -> Any:
    """A value that shares nothing with the agent."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


AGENTS: Registry[type[CityAgent]] = Registry("agent kind", "dafeng.agents", "dafeng.agents")
