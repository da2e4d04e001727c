"""Capital, fixed cost, life and lead time of a technology (MODEL_SPEC 1.7, 2.3)."""

from __future__ import annotations

from math import ceil

from dafeng.agents.fleet import Machine
from dafeng.agents.fleet_units import optional
from dafeng.configs.schema import City

KW_PER_MW = 1e3


def capital_cny_per_mw(city: City, cost_key: str, hours: float, year: float) -> float:
    """Capital of one MW bought in a year; a battery is paid by its energy."""
    price = city.path(f"capex.{cost_key}").at(year) * KW_PER_MW
    return price * hours if cost_key == "battery_li" else price


def capital_cny(machine: Machine, city: City, year: float) -> float:
    """Capital of a whole machine; 0 for an infeed, which is no plant."""
    if f"capex.{machine.cost_key}" not in city.paths:
        return 0.0
    return machine.net_mw * capital_cny_per_mw(city, machine.cost_key, machine.hours, year)


def fixed_cny(machine: Machine, city: City, year: float) -> float:
    """Fixed operation and maintenance of a machine in a year."""
    return capital_cny(machine, city, year) * optional(city, f"{machine.cost_key}.fom") / 100.0


def lead_y(city: City, cost_key: str) -> float:
    """Years from a decision to output: permit and building."""
    return optional(city, f"{cost_key}.permit_time") + city.value(f"{cost_key}.build_time")


def whole_lead_y(city: City, cost_key: str) -> int:
    """The same in whole years, as discounting counts them."""
    return max(1, ceil(lead_y(city, cost_key)))


def coal_payment_cny_per_mw(city: City, year: int, credit: float = 1.0) -> float:
    """Capacity payment to coal units, CNY/MW-y: none before 2024, raised in 2026 (investment_parameters).

    Paid is what can be relied on: the payment times the capacity credit (MODEL_SPEC 2.3).
    """
    if year < 2024:
        return 0.0
    name = "cap_payment_coal_2024_25" if year < 2026 else "cap_payment_coal_2026"
    return city.value(f"investment.{name}") * KW_PER_MW * credit
