"""The levers' registry and what a lever is."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Protocol

from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.registry import Registry
from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule


class Lever(Protocol):
    """A frozen dataclass that changes the rules and touches no agent.

    It may also have `works(view) -> list[Works]` for what the city itself builds.
    """

    def rules(self, rules: Rules) -> Rules:
        """The rules of `rules.year` and `rules.county` after this lever has asked."""
        ...


class Builder(Protocol):
    """A lever that also builds."""

    def works(self, view: View) -> list[Works]:
        """What the city itself builds this year."""
        ...


LEVERS: Registry[Lever] = Registry("lever", "dafeng.sim.policies", "dafeng.levers")


def dated(unit: str, says: str, *, least: float = 0.0, most: float | None = None) -> Any:
    """An optional dated field of a lever, with its bounds; left out, it asks nothing."""
    return field(default=Schedule({}), metadata={"unit": unit, "says": says, "least": least, "most": most})


def share(says: str) -> Any:
    """An optional dated share between 0 and 1."""
    return dated("1", says, most=1.0)
