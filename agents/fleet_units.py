"""From a machine and its condition to rows of the grid: heat line, carbon, ramps, starts (MODEL_SPEC 1.1 to 1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dafeng.agents.assets import Storage, Unit
from dafeng.agents.fleet import Machine
from dafeng.agents.view import View
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, GJ_PER_MWH, efficiency_from_coal_rate

PRICES: Mapping[str, str] = {
    "coal": "steam_coal_power", "natural_gas": "natural_gas_power", "uranium": "nuclear_fuel", "biomass": "biomass",
}
"""Fuel of a unit -> its price series; what is missing costs nothing at the gate."""

LARGE_COAL_MW = 300.0
"""Gross size that parts the two classes of coal in the carbon market (ets_benchmarks)."""

MACHINES_IN_AVERAGE = ("wind", "pv")
"""Kinds whose observed capacity factor already holds the failures of single machines (data/README)."""

ALWAYS_TAKEN = ("nuclear", "waste", "wind", "pv", "hydro", "hvdc", "biomass")


@dataclass(frozen=True)
class Condition:
    """What works have made of a machine."""

    coal_rate_change_gce: float = 0.0
    min_share: float | None = None
    is_flexible: bool = False
    has_heat_retrofit: bool = False
    is_new_site: bool = False
    """Commissioned in the simulated years: weather output by the technology's capacity factor, not the old fleet's."""


def unit_of(machine: Machine, now: Condition, view: View, from_h: float | None = None, age_y: float = 0.0) -> Unit:
    """The unit as the grid sees it this year."""
    city, key = view.city, machine.cost_key
    carbon, benchmark = carbon_of(machine, now, view)
    is_burnt = machine.factor_key != "" or machine.kind == "nuclear"
    heat = machine.heat if delivers_heat(machine, now) else None
    back_pressure, power_loss = extraction(machine, now, city) if heat else (0.0, 0.0)
    return Unit(
        machine.key, machine.bus, machine.county, machine.technology, machine.fuel, machine.net_mw,
        efficiency=efficiency(machine, now, city) if is_burnt else 1.0,
        min_share=min_share(machine, now, city) if is_burnt else 0.0,
        min_load_efficiency=min_load_efficiency(machine, now, city) if is_burnt else 1.0,
        ramp_share_per_h=ramp(machine, now, city) if is_burnt else 1.0,
        min_up_h=optional(city, f"{key}.min_up"),
        min_down_h=optional(city, f"{key}.min_down"),
        lead_time_h=optional(city, f"extra.lead_time_{machine.fuel}"),
        fuel_price_cny_per_gj=fuel_price(machine, view),
        emission_t_per_gj=emission_factor(machine, city),
        carbon_price_cny_per_t=carbon,
        benchmark_t_per_mwh=benchmark,
        vom_cny_per_mwh=optional(city, f"{key}.vom"),
        start_gj_per_mw=start_heat(machine, city),
        start_wear_cny_per_mw=optional(city, f"{key}.start_wear"),
        profile=profile(machine),
        mean_capacity_factor=capacity_factor(machine, now, city),
        is_free=machine.kind in ALWAYS_TAKEN,
        shares_hours=machine.kind == "coal" and not machine.is_captive,
        is_provincial=machine.is_provincial,
        contract_hours=city.path("province.gas_contract_hours").at(view.year) if machine.kind == "gas" else 0.0,
        outage_class="" if machine.kind in MACHINES_IN_AVERAGE else machine.outage_class,
        forced_outage_multiplier=city.value("retrofit.flexibility.FOR_multiplier") if now.is_flexible else 1.0,
        typical_unit_mw=machine_size(machine, city),
        maintenance_weeks=maintenance_weeks(machine, city),
        back_pressure=back_pressure,
        power_loss=power_loss,
        peak_heat_mw=min(heat.peak_mw, machine.net_mw / (back_pressure + power_loss)) if heat else 0.0,
        heat_hours=heat.hours if heat else 0.0,
        heat_base_share=heat.base_share if heat else 0.0,
        in_service_from_h=from_h,
        gross_to_net=machine.net_mw / machine.gross_mw,
        owner=machine.owner,
        age_y=age_y,
    )


def store_of(machine: Machine, city: City, from_h: float | None = None) -> Storage:
    """The store as the grid sees it; the round trip loses alike on the way in and out (MODEL_SPEC 6.9)."""
    one_way = city.value(f"{machine.cost_key}.eff_roundtrip") ** 0.5
    return Storage(
        machine.key, machine.bus, machine.county, machine.technology, machine.net_mw, machine.hours, one_way, one_way,
        city.value(f"{machine.cost_key}.vom"), machine.outage_class, machine.owner, from_h,
    )


def efficiency(machine: Machine, now: Condition, city: City) -> float:
    """Net efficiency at full load: from the unit's coal rate where it is known (MODEL_SPEC 1.4)."""
    if machine.coal_rate_gce is None:
        full = city.value(f"{machine.cost_key}.eff_full")
        return efficiency_from_coal_rate(efficiency_from_coal_rate(full) + now.coal_rate_change_gce)
    return efficiency_from_coal_rate(machine.coal_rate_gce + now.coal_rate_change_gce)


def min_share(machine: Machine, now: Condition, city: City) -> float:
    """Least stable output over capacity."""
    return city.value(f"{machine.cost_key}.p_min") if now.min_share is None else now.min_share


def min_load_efficiency(machine: Machine, now: Condition, city: City) -> float:
    """Efficiency at least output over that at full load, kappa (MODEL_SPEC 1.1, 1.5)."""
    key = "retrofit.flexibility.eff_ratio_at_30pct" if now.is_flexible else f"{machine.cost_key}.eff_ratio_at_pmin"
    return city.value(key)


def ramp(machine: Machine, now: Condition, city: City) -> float:
    """Change of output in an hour over capacity."""
    standard = city.value(f"{machine.cost_key}.ramp")
    return max(standard, city.value("retrofit.flexibility.ramp_after")) if now.is_flexible else standard


def delivers_heat(machine: Machine, now: Condition) -> bool:
    """Whether heat leaves the unit."""
    return machine.heat is not None and (machine.delivers_heat or now.has_heat_retrofit)


def extraction(machine: Machine, now: Condition, city: City) -> tuple[float, float]:
    """Power per heat at full back pressure, c_b, and power lost per heat, c_v (MODEL_SPEC 1.6)."""
    if machine.kind == "gas":
        return city.value("chp.gas_chp.c_b"), city.value("chp.gas_chp.c_v")
    if machine.technology == "coal_chp_small":
        return city.value("chp.coal_chp_small.c_b"), city.value("coal_chp.c_v")
    loss = city.value("retrofit.heat.loss_power") if now.has_heat_retrofit else city.value("coal_chp.c_v")
    return city.value("coal_chp.c_b"), loss


def fuel_price(machine: Machine, view: View) -> float:
    """This year's price at the gate, CNY/GJ."""
    return view.fuel(PRICES[machine.fuel]) if machine.fuel in PRICES else 0.0


def emission_factor(machine: Machine, city: City) -> float:
    """t CO2 per GJ of fuel."""
    return city.value(f"fuel_factor.{machine.factor_key}.t_co2_per_gj") if machine.factor_key else 0.0


def carbon_of(machine: Machine, now: Condition, view: View) -> tuple[float, float]:
    """Carbon price a unit pays and its benchmark, t/MWh (MODEL_SPEC 1.3).

    The city's tax falls on every tonne; the national price on tonnes above the benchmark of the class, so that one
    benchmark stands for both. Gas units pay no shortfall but sell a surplus. Waste is outside the national market.
    """
    total = view.carbon()
    tax = view.rules.carbon_tax_cny_per_t
    market = total - tax
    name = benchmark_class(machine)
    if not machine.factor_key or not name or market <= 0.0:
        return (tax if machine.factor_key else 0.0), 0.0
    benchmark = view.city.path(f"benchmark.{name}").at(view.year)
    rate = GJ_PER_MWH / efficiency(machine, now, view.city) * emission_factor(machine, view.city)
    if machine.kind == "gas" and rate >= benchmark:
        return tax, 0.0
    return total, benchmark * market / total


def benchmark_class(machine: Machine) -> str:
    """Class of the carbon market; empty outside it."""
    if machine.kind == "coal":
        return "coal_300MW_plus" if machine.gross_mw >= LARGE_COAL_MW else "coal_below_300MW"
    return "gas" if machine.kind == "gas" else ""


def start_heat(machine: Machine, city: City) -> float:
    """Fuel of a start, GJ/MW: cold where a stop lasts a day or more, else hot."""
    is_cold = optional(city, f"{machine.cost_key}.min_down") >= DAY_H
    return optional(city, f"{machine.cost_key}.start_fuel_{'cold' if is_cold else 'hot'}")


def profile(machine: Machine) -> str:
    """What the weather or the contract makes of the output; empty for firm units."""
    if machine.technology in ("wind_onshore", "wind_offshore", "hvdc"):
        return machine.technology
    return {"pv": "solar", "hydro": "hydro"}.get(machine.kind, "")


def capacity_factor(machine: Machine, now: Condition, city: City) -> float | None:
    """Annual mean output; None leaves the profile at the mean of the fleet that stood in the first year."""
    if machine.technology == "hydro_small" or (machine.is_weather and now.is_new_site):
        return city.value(f"{machine.cost_key}.capacity_factor")
    return None


def machine_size(machine: Machine, city: City) -> float:
    """MW of one machine in an aggregate: hydro stations of a class, the two poles of a direct current link."""
    if machine.technology == "hvdc":
        return machine.net_mw / 2.0
    if (machine.is_aggregate and not machine.is_weather) or machine.technology == "hydro_small":
        return min(machine.net_mw, optional(city, f"reliability.{machine.outage_class}.unit_mw", machine.net_mw))
    return 0.0


def maintenance_weeks(machine: Machine, city: City) -> float:
    """Weeks of planned maintenance a year."""
    if machine.kind in MACHINES_IN_AVERAGE:
        return 0.0
    return optional(city, f"reliability.{machine.outage_class}.maintenance_weeks")


def optional(city: City, key: str, otherwise: float = 0.0) -> float:
    """A parameter that only some technologies have."""
    found = city.parameters.get(key)
    return otherwise if found is None else found.value
