"""What an owner does with plants that stand: close, extend, retrofit (MODEL_SPEC 2.7, 1.4 to 1.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dafeng.agents.fleet import Listing, Machine
from dafeng.agents.fleet_dates import FIRST_FREE_YEAR, dated_change, hour_of_date
from dafeng.agents.fleet_money import capital_cny, coal_payment_cny_per_mw, fixed_cny
from dafeng.agents.fleet_units import Condition, delivers_heat, unit_of
from dafeng.agents.invest import discounted_years
from dafeng.agents.owners_outlook import Prospect, heat_margin, in_service, margin, thermal_margins
from dafeng.agents.retrofit import HEAT, Candidate, Choice, applied, main_cny, outage_h, possible, standing_retrofits
from dafeng.agents.retrofit import capital_cny as retrofit_capital_cny
from dafeng.agents.view import Settlement, View
from dafeng.configs.units import GJ_PER_MWH, HOURS_A_YEAR

EXTENSION_Y = 10
"""Years that `extra.life_extension_capex_share` of the capital buys (MODEL_SPEC 2.7)."""

LOSS = "operating loss"
"""Why a plant closes that might be kept by a contract."""

PAID_OTHERWISE = ("waste", "pumped", "hvdc", "nuclear")
"""Kinds that live on gate fees or regulated tariffs: a loss in the market, or a long outage, does not close them."""


@dataclass(frozen=True)
class Standing:
    """A plant that stands, as its owner knows it: what was done to it, and the year its life ends."""

    machine: Machine
    now: Condition
    end_year: float
    is_extended: bool
    profits_cny: tuple[float, ...]
    """Operating profit of the last years."""


def standing(
    entry: Listing, done: Sequence[str], is_extended: bool, profits_cny: Sequence[float], view: View
) -> Standing:
    """A plant as its owner knows it: the records, what the owner ordered, and what it earned."""
    machine, city = entry.machine, view.city
    now = applied(machine, recorded(machine.key, view), tuple(done), city)
    start = entry.start_year or entry.expected_year or view.year
    life = city.value(f"{machine.cost_key}.lifetime") + (EXTENSION_Y if is_extended else 0)
    return Standing(machine, now, start + 0.5 + life, is_extended, tuple(profits_cny))


def recorded(key: str, view: View) -> Condition:
    """What the unit history records up to this year's end."""
    row = dated_change(view.city, key)
    if row is None or will_change(key, view):
        return Condition()
    return Condition(float(row["coal_rate_change_gce_per_kwh"]), row["min_share"], row["min_share"] is not None)


def will_change(key: str, view: View) -> bool:
    """Whether a later year's record changes the unit: until then nothing else is done to it."""
    row = dated_change(view.city, key)
    return row is not None and hour_of_date(view.city, str(row["from_date"])) >= view.hour + HOURS_A_YEAR


def profit_cny(machine: Machine, now: Condition, settled: Settlement, view: View) -> float:
    """Operating profit of a year: market, capacity payment and heat, less running and fixed cost."""
    paid = heat = 0.0
    if machine.kind == "coal" and not machine.is_captive:
        paid = coal_payment_cny_per_mw(view.city, view.year, view.credit_of(machine.cost_key)) * machine.net_mw
    if machine.heat and delivers_heat(machine, now):
        heat = machine.heat.peak_mw * machine.heat.hours * GJ_PER_MWH * view.value("chp.steam.price")
    fixed = fixed_cny(machine, view.city, view.year)
    return settled.revenue_cny - settled.variable_cost_cny + paid + heat - fixed


def must_close(plant: Standing, view: View) -> str:
    """Why a plant closes at once, or nothing: a ban of captive coal, or years of loss."""
    if plant.machine.is_captive and plant.machine.kind == "coal" and view.rules.coal_captive_banned >= 1.0:
        return "captive coal is banned"
    years = int(view.value("extra.loss_years_before_closure"))
    lost = plant.profits_cny[-years:]
    is_merchant = not plant.machine.is_captive and plant.machine.kind not in PAID_OTHERWISE
    if view.year >= FIRST_FREE_YEAR and is_merchant and len(lost) == years and sum(lost) < 0.0:
        return f"{LOSS} over {years} years"
    return ""


def avoidable_loss_cny(plant: Standing) -> float:
    """What a year of standing has cost on average, fixed cost included: what a must-run contract pays."""
    return max(0.0, -sum(plant.profits_cny) / max(1, len(plant.profits_cny)))


def is_at_end(plant: Standing, view: View) -> bool:
    """Whether its life ends this year or ended before."""
    return view.year >= FIRST_FREE_YEAR and plant.end_year < view.year + 1


def extension_cny(plant: Standing, seen: Prospect, view: View, rate: float) -> float:
    """Worth of a longer life: its margins less fixed cost, less a share of a new unit's capital."""
    machine, city = plant.machine, view.city
    capital = capital_cny(machine, city, view.year)
    yearly = margin(machine, plant.now, seen, view) * machine.net_mw - fixed_cny(machine, city, view.year)
    return yearly * discounted_years(rate, 0, EXTENSION_Y) - city.value("extra.life_extension_capex_share") * capital


def candidate(plant: Standing, fleet: Sequence[Machine], seen: Prospect, view: View, rate: float) -> Candidate:
    """A coal unit with the worth of every open choice of retrofits over the rest of its life, nothing being 0."""
    machine, city = plant.machine, view.city
    done = standing_retrofits(machine, plant.now)
    choices = possible(machine, done)
    conditions = [applied(machine, plant.now, choice, city) for choice in choices]
    units = [unit_of(machine, condition, view) for condition in conditions]
    margins = thermal_margins(units, conditions, seen, view) * machine.net_mw
    years = discounted_years(rate, 1, max(0, round(plant.end_year - view.year)))
    part = main_cny(machine, fleet, city)
    worth: dict[Choice, float] = {(): 0.0}
    for i, choice in enumerate(choices):
        if choice:
            gained = float(margins[i] - margins[0])
            if HEAT in choice:
                gained += heat_margin(machine, conditions[i], seen, view) * in_service(units[i], view)
            lost = outage_h(choice, city) / HOURS_A_YEAR * float(margins[0])
            worth[choice] = gained * years - retrofit_capital_cny(machine, choice, part, city) - lost
    return Candidate(machine.key, machine.net_mw, done, worth)


def quotas(view: View) -> Mapping[str, float]:
    """Shares of coal capacity that the rules ask of each owner."""
    rules = view.rules
    return {
        "energy_saving": rules.coal_retrofit_energy_share,
        "flexibility": rules.coal_retrofit_flex_share,
        "heat": rules.coal_retrofit_heat_share,
    }
