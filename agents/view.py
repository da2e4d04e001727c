"""What an agent sees: rules, prices it has met, its own past. Never the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import Floats


@dataclass(frozen=True)
class Call:
    """The government asks for offers: an amount, its unit and the most it pays per unit."""

    kind: str
    """'renewable' or 'storage' … """
    amount: float
    unit: str
    ceiling_cny: float
    """Highest price: CNY/MWh for a contract for difference, CNY/kW-y for a capacity payment."""
    budget_cny: float = float("inf")
    year: int = 0
    """Year by which the capacity is asked."""
    term_y: float = 15.0
    hours: float = 0.0
    """Hours of storage asked."""


@dataclass(frozen=True)
class Bid:
    """An agent's offer: how much of which asset at which price."""

    agent: str
    asset: str
    amount: float
    cny: float
    """Strike price CNY/MWh, or capacity payment CNY/kW-y, that makes NPV = 0."""
    yearly_cny: float = 0.0
    """What the award would cost the budget each year."""


@dataclass(frozen=True)
class Award:
    """A bid that was taken."""

    call: Call
    agent: str
    asset: str
    amount: float
    cny: float


@dataclass(frozen=True)
class Notice:
    """An owner says that a plant will close this year for its losses."""

    agent: str
    asset: str
    firm_mw: float
    """Capacity times its credit."""
    yearly_cny: float
    """What it would have to be paid a year to stay: its avoidable loss."""


@dataclass(frozen=True)
class Outlook:
    """Typical days of a later year, made once for all owners: prices on 12 days x 24 h with weights (hours)."""

    year: int
    weight: Floats
    """(288,) hours of the year each stands for."""
    price_cny_per_mwh: Floats
    """(288,) expected market price."""
    profile: Mapping[str, Floats] = field(default_factory=dict)
    """Availability of solar, wind_onshore, wind_offshore in those hours."""
    peak_mw: float = 0.0
    """Expected peak of the city."""


@dataclass(frozen=True)
class Settlement:
    """What happened to one asset (or load) in a year."""

    energy_mwh: float = 0.0
    revenue_cny: float = 0.0
    variable_cost_cny: float = 0.0
    fuel_gj: float = 0.0
    emissions_t: float = 0.0
    starts: float = 0.0
    hours_on: float = 0.0
    charged_mwh: float = 0.0
    called_mwh: float = 0.0
    curtailed_mwh: float = 0.0
    unserved_mwh: float = 0.0
    peak_share: float = 0.0
    """Highest use over limit (branches, before lines are relieved) or over capacity."""
    overloaded_h: float = 0.0
    """Hours above what is left of the N-1 limit (branches)."""
    redispatched_h: float = 0.0
    """Hours in which redispatch brought it back to that limit (branches)."""
    stressed_mwh: float = 0.0
    """Asked for beyond the share of the N-1 limit that starts a project (branches)."""
    stressed_cny: float = 0.0
    """That energy at the market prices of its hours."""


@dataclass(frozen=True)
class View:
    """One agent's window on the world in one year."""

    year: int
    hour: float
    """Hours since the start of the run at this year's start."""
    city: City
    rules: Rules
    announced: Mapping[int, Rules]
    """What the government says of later years, which is not what will be."""
    prices: Mapping[str, Mapping[int, float]]
    """Realised series up to last year: `power` (mean), `peak_mw`, and each fuel and carbon series up to this year."""
    outlooks: tuple[Outlook, ...]
    """Expected prices of one to a few later years, sorted by year; empty in the first year."""
    own: Mapping[str, Settlement]
    """Last year's settlement of the agent's own assets, by asset key."""
    pipeline: Mapping[str, float]
    """MW under construction in the city by technology; `all` is their sum."""
    standing: Mapping[str, float]
    """MW standing in the city by technology."""
    credit: Mapping[str, float]
    """Share of capacity that counts in capacity payments, by technology (MODEL_SPEC 7.6)."""
    awards: tuple[Award, ...]
    """What the agent won this year."""
    luck: Luck
    contracts: Mapping[str, float] = field(default_factory=dict)
    """Asset -> CNY a year for which it must run, of plants that gave notice."""
    coming_mw: Mapping[str, float] = field(default_factory=dict)
    """MW under construction in the city by bus."""
    temperature_c: Floats | None = None
    """(hours,) of this year, for agents whose assets need the weather (charging)."""
    weekday: Floats | None = None
    """(hours,) 1 on working days, 0 on weekends and holidays."""

    def fuel(self, name: str) -> float:
        """This year's price of a fuel in CNY/GJ, e.g. `steam_coal_power`."""
        return self.city.path(f"fuel.{name}").at(self.year)

    def carbon(self) -> float:
        """This year's carbon price, national path plus the city's tax, CNY/t."""
        path = self.city.path(f"carbon.{self.city.setting('carbon_path', 'central')}")
        first = min(path.points)
        return (path.at(self.year) if self.year >= first else 0.0) + self.rules.carbon_tax_cny_per_t

    def credit_of(self, technology: str) -> float:
        """Capacity credit of a technology; one that nobody credits counts in full."""
        return self.credit.get(technology, 1.0)

    def value(self, key: str) -> float:
        """A parameter of the city."""
        return self.city.value(key)


CHOICES = ", "
"""Between the options of a choice that took several."""


@dataclass(frozen=True)
class Decision:
    """One choice with all its options: what was seen, what each option was worth, what was chosen and by which draw."""

    year: int
    agent: str
    kind: str
    topic: str
    options: tuple[str, ...]
    values: tuple[float, ...]
    unit: str
    choice: str
    uniform: float | None = None
    saw: Mapping[str, float] = field(default_factory=dict)
    why: str = ""
    terms: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """What each value is made of: a name that ends in its unit (`payback_y`) -> a number for each option."""


NO_HOURS: Floats = np.zeros(0)
