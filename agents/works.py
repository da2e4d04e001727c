"""What an agent asks for; the site turns it into timed events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Works:
    """Something that takes time: permits and building (`lead_time_h`), then an outage (`outage_h`), then it is done.

    `start_h` is the earliest hour of the run (hours since the first year's start) at which it may begin; with
    `complete_h` the works end at that hour exactly (dated facts). `crew` names a crew that must be free.
    """

    agent: str
    asset: str
    lead_time_h: float
    outage_h: float
    crew: str | None
    start_h: float = 0.0
    complete_h: float | None = None
    delay_log_sd: float = 0.0
    """Spread of the lead time: lead x exp(sd x normal draw keyed by the asset)."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What the agent needs again in `complete`: JSON values only."""


class Build(Works):
    """A new unit."""


class Retrofit(Works):
    """A change of a standing unit."""


class Extend(Works):
    """A longer life."""


class Retire(Works):
    """The end of a unit."""


class Connect(Works):
    """A line, a transformer or a connection."""


class Adopt(Works):
    """Something a household or firm takes up."""


class Switch(Works):
    """A change of fuel or steam."""
