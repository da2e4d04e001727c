"""What an agent puts on the grid in one year: rows that the assembly turns into a Grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from dafeng.configs.units import Floats


@dataclass(frozen=True)
class Load:
    """Annual use with a shape, or hourly MW.

    shape: continuous_industry, shift_industry, services, residential, agriculture, flat, or '' with `hourly_mw`.
    `mwh` is the annual total in a year of normal weather; `cooling` and `heating` multiply the load's response per
    kelvin (0: none).
    """

    key: str
    bus: str
    county: str
    sector: str
    mwh: float
    shape: str = "flat"
    cooling: float = 0.0
    heating: float = 0.0
    hourly_mw: Floats | None = None


@dataclass(frozen=True)
class Unit:
    """One generator of the year.

    `profile` names the availability: '' (firm), solar, wind_onshore, wind_offshore, hydro, hvdc; `peak_heat_mw` and
    `heat_hours` give the heat a CHP unit must deliver.
    """

    key: str
    bus: str
    county: str
    technology: str
    fuel: str
    capacity_mw: float
    efficiency: float = 1.0
    min_share: float = 0.0
    min_load_efficiency: float = 1.0
    """Efficiency at minimum load over efficiency at full load (kappa)."""
    ramp_share_per_h: float = 1.0
    min_up_h: float = 0.0
    min_down_h: float = 0.0
    lead_time_h: float = 0.0
    fuel_price_cny_per_gj: float = 0.0
    emission_t_per_gj: float = 0.0
    carbon_price_cny_per_t: float = 0.0
    benchmark_t_per_mwh: float = 0.0
    """Free allocation per MWh of output (MODEL_SPEC 1.3)."""
    vom_cny_per_mwh: float = 0.0
    start_gj_per_mw: float = 0.0
    start_wear_cny_per_mw: float = 0.0
    profile: str = ""
    mean_capacity_factor: float | None = None
    """The profile is scaled to this annual mean."""
    is_free: bool = False
    is_block: bool = False
    shares_hours: bool = False
    is_provincial: bool = False
    contract_hours: float = 0.0
    """Full-load hours that must run (gas contracts)."""
    outage_class: str = ""
    forced_outage_multiplier: float = 1.0
    typical_unit_mw: float = 0.0
    """Size of one machine in an aggregate; 0: the row is one machine."""
    maintenance_weeks: float = 0.0
    back_pressure: float = 0.0
    power_loss: float = 0.0
    peak_heat_mw: float = 0.0
    heat_hours: float = 0.0
    heat_base_share: float = 0.0
    in_service_from_h: float | None = None
    """Hour of the run at which it comes into service, when that lies in or after this year."""
    sells_at_market: bool = False
    """Paid the hourly price whatever tariff its fuel has: what is built after the tariffs ended."""
    gross_to_net: float = 1.0
    """Net output over gross output, for comparison with gross statistics."""
    owner: str = ""
    age_y: float = 0.0
    """Years in service at the year's start, for what ages; 0 for sun and wind."""


@dataclass(frozen=True)
class Storage:
    """One store of the year."""

    key: str
    bus: str
    county: str
    technology: str
    power_mw: float
    hours: float
    """MWh inside when full over MW on the grid's side (MODEL_SPEC 6.9); of these, `efficiency_out` reach the grid."""
    efficiency_in: float
    efficiency_out: float
    wear_cny_per_mwh: float = 0.0
    outage_class: str = ""
    owner: str = ""
    in_service_from_h: float | None = None
    day_share: tuple[float, ...] = ()
    """(24,) share of the power that is there by hour of the day; all of it where empty."""


@dataclass(frozen=True)
class Shiftable:
    """A load whose energy may move within bounds: (hours,) cumulative least and most, and highest draw.

    Where `by_shape` is given, the bounds are those of a normal year by these shapes; the year's weather moves them as
    it moves the load they were taken from.
    """

    key: str
    bus: str
    county: str
    sector: str
    power_mw: Floats
    least_mwh: Floats
    most_mwh: Floats
    cost_cny_per_mwh: float = 0.0
    notice_h: float = 1.0
    by_shape: tuple[tuple[str, float], ...] = ()
    """MWh of a normal year by load shape."""
    cooling: float = 0.0
    window_h: int = 0
    """Hours by which use may come earlier or later."""
    by_sector: tuple[tuple[str, float], ...] = ()
    """Share of each sector; all of `sector` where empty."""


@dataclass(frozen=True)
class Offer:
    """Response on offer: MW (a number, or a share of the sector's load at the bus when `of_load` is true)."""

    key: str
    bus: str
    county: str
    sector: str
    mw: float
    price_cny_per_mwh: float
    notice_h: float
    hours_per_event: float
    events_per_year: float
    rebound_share: float = 0.0
    shape: str = "flat"
    """How the offered MW follow the day: as Load.shape, times `mw` at the annual mean."""
    cooling: float = 0.0
    is_ordered: bool = False
    """A cut that the operator orders in an emergency: unpaid, called last, counted apart from unserved energy."""


@dataclass(frozen=True)
class Wire:
    """A branch whose facts changed or that was added: key of a city branch, with its present limit and reactance."""

    key: str
    from_bus: str
    to_bus: str
    x_pu: float
    limit_mw: float
    kind: str
    circuits: int
    in_service_from_h: float | None = None


@dataclass(frozen=True)
class Assets:
    """All an agent has on the grid in one year."""

    loads: tuple[Load, ...] = ()
    units: tuple[Unit, ...] = ()
    stores: tuple[Storage, ...] = ()
    shiftable: tuple[Shiftable, ...] = ()
    offers: tuple[Offer, ...] = ()
    wires: tuple[Wire, ...] = field(default=())


@dataclass(frozen=True)
class Flow:
    """One yearly amount that an agent reports: fuel, process CO2, money, activity, stock.

    variables: energy_gj (fuel named), electricity_mwh, process_tco2, activity and stock (own unit), vehicle_stock and
    new_vehicles (fuel: powertrain), investment_cny, subsidy_cny, cost_fixed_cny, captured_tco2; of plants that sell to
    the pool pool_cost_cny and pool_investment_cny.
    """

    variable: str
    county: str
    sector: str
    technology: str
    fuel: str
    value: float
    unit: str = ""
