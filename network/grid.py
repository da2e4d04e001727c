"""The power system of one year as arrays: what every engine of the hour reads and gives back.

Rows are assets, columns hours, float64, C order. `Rows` of an availability are all assets in one order:
generators, then stores, then flexible loads, then branches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints

T = TypeVar("T")


class Engine(StrEnum):
    """How the hours are solved."""

    FAST = "fast"
    EXACT = "exact"


class Relief(StrEnum):
    """What the fast engine does about overloaded lines."""

    NONE = "no"
    """Counts them."""
    HOURS = "yes"
    """Dispatches their hours anew, each by itself, and the days of those that this cannot relieve by programme."""
    DAYS = "days"
    """Dispatches their days anew by programme, in which stores and energy budgets move within the day."""


@dataclass(frozen=True)
class Branches:
    """(n,) lines, transformers, offtakes and links; `is_tie` marks links to the province."""

    key: tuple[str, ...]
    from_bus: Ints
    to_bus: Ints
    x_pu: Floats
    limit_mw: Floats
    is_tie: Bools
    is_radial: Bools
    """An offtake: its flow is the net load behind it, and what exceeds `carry_mw` is shed there."""
    carry_mw: Floats
    """What all circuits carry, the spare one of `limit_mw` (N-1) included; above it an offtake sheds load."""
    circuits: Ints

    def secure_mw(self, share: Floats, rows: slice = slice(None)) -> Floats:
        """(n, hours) limit with shares in service: N-1, which allows for one out, or what is left if less.

        Of some rows, with their shares, where not all are wanted.
        """
        return np.minimum(self.limit_mw[rows, None], self.carry_mw[rows, None] * share)

    def binding_mw(self, share: Floats) -> Floats:
        """(n, hours) limit that dispatch must keep: secure on meshed branches, what is left on an offtake."""
        return np.where(self.is_radial[:, None], self.carry_mw[:, None] * share, self.secure_mw(share))


@dataclass(frozen=True)
class Generators:
    """(n,) units and aggregate blocks.

    Full cost of an hour at output p: cost_cny_per_mwh * p + no_load_cny_per_h * on + start_cny at a start;
    heat input and emissions follow the same affine form (MODEL_SPEC 1.1 to 1.3).
    """

    key: tuple[str, ...]
    bus: Ints
    technology: tuple[str, ...]
    fuel: tuple[str, ...]
    capacity_mw: Floats
    min_share: Floats
    ramp_mw_per_h: Floats
    min_up_h: Floats
    min_down_h: Floats
    lead_time_h: Floats
    """Hours from a cold start's order to output; binds after a surprise."""
    back_pressure: Floats
    power_loss: Floats
    cost_cny_per_mwh: Floats
    no_load_cny_per_h: Floats
    start_cny: Floats
    emissions_t_per_mwh: Floats
    no_load_t_per_h: Floats
    fuel_gj_per_mwh: Floats
    no_load_gj_per_h: Floats
    is_block: Bools
    """An aggregate of many units: no commitment, output anywhere between 0 and its availability."""
    is_free: Bools
    """Output at zero or negligible cost that is taken first and may be curtailed: wind, sun, hydro, nuclear, waste."""
    shares_hours: Bools
    """Coal of the province that is owed the equal-hours share of MODEL_SPEC 6.11."""
    is_city: Bools
    """Stands in the city (else behind the province node)."""
    is_provincial: Bools
    """Sells to the provincial pool, though it may stand in the city."""
    heat_row: Ints
    """Row of Grid.heat_mw that the unit must deliver, -1 without heat."""
    heat_share: Floats
    """Share of that heat it carries when on."""


@dataclass(frozen=True)
class Stores:
    """(n,) stores; V2G is one with availability. Charge and discharge are grid side, energy inside."""

    key: tuple[str, ...]
    bus: Ints
    technology: tuple[str, ...]
    charge_mw: Floats
    discharge_mw: Floats
    energy_mwh: Floats
    efficiency_in: Floats
    efficiency_out: Floats
    wear_cny_per_mwh: Floats
    is_city: Bools


@dataclass(frozen=True)
class Flexible:
    """(n,) shiftable loads (smart charging, shifting): cumulative energy stays between least and most, (n, hours)."""

    key: tuple[str, ...]
    bus: Ints
    power_mw: Floats
    """(n, hours) highest draw."""
    least_mwh: Floats
    most_mwh: Floats
    cost_cny_per_mwh: Floats
    notice_h: Floats


@dataclass(frozen=True)
class Offers:
    """(n,) shed offers of demand response: MW by hour, with price, notice, hours an event and events a year."""

    key: tuple[str, ...]
    bus: Ints
    power_mw: Floats
    """(n, hours)."""
    price_cny_per_mwh: Floats
    notice_h: Floats
    hours_per_event: Floats
    events_per_year: Floats
    rebound_share: Floats
    """Share of shed energy that comes back within 6 hours."""


@dataclass(frozen=True)
class Buyers:
    """(n,) export steps: who buys spare output at which price."""

    key: tuple[str, ...]
    bus: Ints
    price_cny_per_mwh: Floats
    power_mw: Floats


@dataclass(frozen=True)
class Limit:
    """An energy bound over hours: sum of per_mwh[row] * output[row] within [at_least, at_most].

    `at_least == at_most` is a budget that is spent where it is worth most (hydro, imports, contract gas).
    """

    key: str
    per_mwh: Floats
    """(generators,)."""
    at_least: float
    at_most: float
    first_hour: int
    last_hour: int
    load_share: float = 0.0
    """Share of a budget that is delivered along the load of these hours, whatever an hour is worth."""
    gives_way: bool = True
    """Whether a budget may be drawn forward where load would go unserved; water that does not flow in may not."""


@dataclass(frozen=True)
class Market:
    """How the province dispatches and what a shortage there means for the city (MODEL_SPEC 6.11, 7.8)."""

    equal_hours_share: float = 0.0
    """kappa: share of coal energy that runs at equal utilisation over the pool."""
    city_share: float = 1.0
    """phi: share of a shortage that reaches the city as a load cap; 1 for a system without a province."""
    markup_low: float = 1.0
    markup_high: float = 1.0
    price_cap_cny_per_mwh: float = 1500.0
    reserve_share_load: float = 0.03
    reserve_share_vre: float = 0.05
    reserve_slack_cny_per_mwh: float = 3000.0
    curtailment_cny_per_mwh: float = 5.0


@dataclass(frozen=True)
class Grid:
    """One topology and everything that stands or may come this year."""

    buses: tuple[str, ...]
    counties: tuple[str, ...]
    """(buses,) county key of each bus, 'external' or 'province'."""
    load_mw: Floats
    """(buses, hours); without flexible loads."""
    branches: Branches
    generators: Generators
    stores: Stores
    flexible: Flexible
    offers: Offers
    buyers: Buyers
    limits: tuple[Limit, ...]
    heat_mw: Floats
    """(heat rows, hours)."""
    market: Market
    voll_cny_per_mwh: float
    shortage_mw: Floats | None = None
    """(hours,) a provincial shortage given from outside, instead of the one that the balance shows."""
    line_part: Floats | None = None
    """(branches, hours) part of its limit that a branch in service may carry, all of it where none are given."""
    minima_hold: bool = False
    """Whether units that are on give their minimum though nothing takes it, as in networks read from elsewhere."""

    @property
    def hours(self) -> int:
        """Hours of the year."""
        return int(self.load_mw.shape[1])

    def parted(self, limit_mw: Floats, hours: slice | Ints) -> Floats:
        """(branches, hours) limits of some hours less what may not be used of them in each."""
        return limit_mw if self.line_part is None else limit_mw * self.line_part[:, hours]

    @property
    def rows(self) -> Rows:
        """Where each kind of asset stands among the rows of an availability."""
        return Rows(
            len(self.generators.key), len(self.stores.key), len(self.flexible.key), len(self.branches.key)
        )


@dataclass(frozen=True)
class Rows:
    """The order of rows of an availability."""

    n_generators: int
    n_stores: int
    n_flexible: int
    n_branches: int

    @property
    def generators(self) -> slice:
        """Rows of generators."""
        return slice(0, self.n_generators)

    @property
    def stores(self) -> slice:
        """Rows of stores."""
        return slice(self.n_generators, self.n_generators + self.n_stores)

    @property
    def flexible(self) -> slice:
        """Rows of flexible loads."""
        first = self.n_generators + self.n_stores
        return slice(first, first + self.n_flexible)

    @property
    def branches(self) -> slice:
        """Rows of branches."""
        first = self.n_generators + self.n_stores + self.n_flexible
        return slice(first, first + self.n_branches)

    @property
    def total(self) -> int:
        """All rows."""
        return self.n_generators + self.n_stores + self.n_flexible + self.n_branches


@dataclass(frozen=True)
class Change:
    """From `hour` on, a row's share is `share`; the operator learns of it at hour `told`."""

    row: int
    hour: int
    share: float
    told: int
    why: str


@dataclass(frozen=True)
class Outages:
    """(n,) what adequacy and the calendar sample from: two-state Markov, with an optional derated state."""

    row: Ints
    mttf_h: Floats
    mttr_h: Floats
    derated_share: Floats
    derated_rate: Floats
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """Handed from window to window."""

    stored_mwh: Floats
    """(stores,)."""
    committed: Bools
    """(generators,)."""
    hours_on: Floats
    """(generators,) hours since the last change of state."""
    used: Floats
    """(limits,) energy used of each Limit."""
    drawn_mwh: Floats
    """(flexible,) cumulative energy drawn."""
    events: Floats = field(default_factory=lambda: np.zeros(0))
    """(offers,) response events called so far this year."""
    output_mw: Floats = field(default_factory=lambda: np.zeros(0))
    """(generators,) output of the last hour, from which ramps go on; none where it is not known."""
    called_mw: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """(offers, hours) response called in the last hours, part of which comes back as load; none where not known."""

    @staticmethod
    def empty(grid: Grid) -> State:
        """The state at the start of a first year: stores half full, nothing committed."""
        n = len(grid.generators.key)
        return State(
            stored_mwh=0.5 * grid.stores.energy_mwh,
            committed=np.zeros(n, dtype=np.bool_),
            hours_on=np.full(n, 999.0),
            used=np.zeros(len(grid.limits)),
            drawn_mwh=np.zeros(len(grid.flexible.key)),
            events=np.zeros(len(grid.offers.key)),
        )


@dataclass(frozen=True)
class Plan:
    """Once a year, on expected availability: what stored energy is worth and what an hour will cost."""

    value_cny_per_mwh: Floats
    """(stores, weeks) marginal worth of stored energy at each week's end, at half level."""
    value_slope: Floats
    """(stores + flexible, weeks, pieces) marginal worths of stored energy from empty to full, descending."""
    value_width_mwh: Floats
    """(stores + flexible, weeks, pieces) widths of those pieces."""
    limit_price_cny: Floats
    """(limits,)."""
    scheduled_mw: Floats
    """(generators, hours) output of energy-limited rows (hydro, imports, contract gas), 0 elsewhere."""
    price_cny_per_mwh: Floats
    """(hours,) expected market price."""


@dataclass(frozen=True)
class Hours:
    """The result of both engines; all (rows, hours) from `first_hour` on, energies in MWh of one hour."""

    first_hour: int
    generation_mw: Floats
    committed: Bools
    charge_mw: Floats
    discharge_mw: Floats
    stored_mwh: Floats
    flexible_mw: Floats
    shed_mw: Floats
    """(offers, hours) response called."""
    bought_mw: Floats
    flow_mw: Floats
    """(branches, hours)."""
    asked_mw: Floats
    """(branches, hours) flows that the market asked for, before the fast engine relieved lines."""
    price_cny_per_mwh: Floats
    """(hours,) market price, markup included."""
    unserved_mw: Floats
    """(buses, hours)."""
    shortage_mw: Floats
    """(hours,) shortage of the whole system before the city's own measures."""
    curtailed_mw: Floats
    """(generators, hours)."""
    reserve_short_mw: Floats
    cost_cny: float
    starts: Floats
    """(generators,) starts in these hours."""
    way: Ints
    """(hours,) 0 merit order, 1 programme for lines, 2 exact, 3 for ramps (and lines), 4 for load that falls short."""
    lost_mw: Floats
    """(branches, hours) losses that were served as load; no rows where losses were not asked for."""
    untaken_mw: Floats
    """(buses, hours) what is fed in and nothing takes; of the fast engine no rows where that cannot be."""
    end: State

    def until(self, hours: int) -> Hours:
        """The first hours only; `end` and `cost_cny` are those of the whole window, see `join`."""
        cut: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name in {"starts", "end", "cost_cny", "first_hour"}:
                cut[f.name] = value
            else:
                cut[f.name] = value[..., :hours]
        return Hours(**cut)


def stack(kind: type[T], items: Iterable[T]) -> T:
    """Several records of one kind, one below the other."""
    parts = list(items)
    joined: dict[str, Any] = {}
    for f in fields(kind):  # type: ignore[arg-type]
        values = [getattr(part, f.name) for part in parts]
        joined[f.name] = sum(values, ()) if isinstance(values[0], tuple) else np.concatenate(values)
    return kind(**joined)
