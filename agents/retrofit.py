"""The three retrofits of coal units: what each does, what it costs, and which a fleet takes (MODEL_SPEC 1.4 to 1.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dafeng.agents.fleet import Machine
from dafeng.agents.fleet_money import KW_PER_MW
from dafeng.agents.fleet_units import Condition, delivers_heat
from dafeng.configs.schema import City
from dafeng.configs.units import WEEK_H

ENERGY, FLEXIBILITY, HEAT = "energy_saving", "flexibility", "heat"
RETROFITS = (ENERGY, FLEXIBILITY, HEAT)

Choice = tuple[str, ...]
"""Names of retrofits, in the order of RETROFITS."""

CHOICES: tuple[Choice, ...] = tuple(c for n in range(4) for c in combinations(RETROFITS, n))
"""Nothing, and all seven combinations."""

SIZES_MW = (300, 600, 1000)
"""Unit classes for which the saving in coal rate is known."""


def possible(machine: Machine, done: Choice) -> tuple[Choice, ...]:
    """Choices still open to a unit; heat needs a customer and is none for a unit that delivers it."""
    heat_is_open = machine.heat is not None and not machine.delivers_heat
    return tuple(
        choice for choice in CHOICES
        if not set(choice) & set(done) and (HEAT not in choice or heat_is_open)
    )


def applied(machine: Machine, now: Condition, choice: Choice, city: City) -> Condition:
    """The condition after retrofits."""
    if not choice:
        return now
    change, min_share, is_flexible = now.coal_rate_change_gce, now.min_share, now.is_flexible
    if ENERGY in choice:
        change += coal_rate_change(machine, city)
    if FLEXIBILITY in choice:
        min_share, is_flexible = city.value("retrofit.flexibility.p_min_after"), True
    return Condition(change, min_share, is_flexible, now.has_heat_retrofit or HEAT in choice, now.is_new_site)


def coal_rate_change(machine: Machine, city: City) -> float:
    """Change of the net coal rate by the class nearest in size, gce/kWh (negative)."""
    size = min(SIZES_MW, key=lambda mw: abs(mw - machine.gross_mw))
    return city.value(f"retrofit.energy_saving.delta_coal_rate_{size}MW")


def capital_cny(machine: Machine, choice: Choice, main_cny: float, city: City) -> float:
    """Capital of retrofits of a unit; heat bears its part of the steam main."""
    kw = machine.net_mw * KW_PER_MW
    return sum(kw * city.value(f"retrofit.{name}.capex") for name in choice) + (main_cny if HEAT in choice else 0.0)


def main_cny(machine: Machine, fleet: Sequence[Machine], city: City) -> float:
    """A unit's part, by heat, of a steam main as long as customers may be away."""
    peak = sum(other.heat.peak_mw for other in fleet if other.heat and other.bus == machine.bus)
    if machine.heat is None or peak <= 0.0:
        return 0.0
    whole = city.value("retrofit.heat.pipe_capex") * 1e6 * city.value("chp.steam.max_distance_km")
    return whole * machine.heat.peak_mw / peak


def outage_h(choice: Choice, city: City) -> float:
    """Hours out of service beyond planned maintenance: the longest of the works, done together."""
    weeks = [city.parameters.get(f"retrofit.{name}.outage_weeks") for name in choice]
    return WEEK_H * max((found.value for found in weeks if found), default=0.0)


def standing_retrofits(machine: Machine, now: Condition) -> Choice:
    """What a unit already is: saving, flexible, delivering heat."""
    has = {
        ENERGY: now.coal_rate_change_gce < 0.0, FLEXIBILITY: now.is_flexible, HEAT: delivers_heat(machine, now),
    }
    return tuple(name for name in RETROFITS if has[name])


@dataclass(frozen=True)
class Candidate:
    """A coal unit with what each open choice is worth to its owner, CNY; nothing is worth 0."""

    key: str
    mw: float
    done: Choice
    worth: Mapping[Choice, float]


def choose(units: Sequence[Candidate], quotas: Mapping[str, float]) -> dict[str, Choice]:
    """The choice of each unit: its best, and where a quota of capacity is missed, the change that costs least a MW.

    A quota is a share of the fleet's MW. No unit is forced whose part is not needed.
    """
    picked = {unit.key: max(unit.worth, key=lambda c: (unit.worth[c], -len(c), c)) for unit in units}
    for name in RETROFITS:
        picked = _reach(units, picked, name, quotas.get(name, 0.0))
    return picked


def _reach(units: Sequence[Candidate], picked: dict[str, Choice], name: str, share: float) -> dict[str, Choice]:
    needed = share * sum(unit.mw for unit in units)
    open_units = [unit for unit in units if name not in (*unit.done, *picked[unit.key]) and _with(unit, picked, name)]
    open_units.sort(key=lambda unit: (_loss(unit, picked, name) / unit.mw, unit.key))
    forced: list[Candidate] = []
    for unit in open_units:
        if covered(units, picked, name) + sum(other.mw for other in forced) >= needed - 1e-9:
            break
        forced.append(unit)
    for unit in sorted(forced, key=lambda unit: (-_loss(unit, picked, name), unit.key)):
        rest = sum(other.mw for other in forced) - unit.mw
        if covered(units, picked, name) + rest >= needed - 1e-9:
            forced.remove(unit)
    return {**picked, **{unit.key: _with(unit, picked, name) for unit in forced}}


def covered(units: Sequence[Candidate], picked: Mapping[str, Choice], name: str) -> float:
    """MW that have or take a retrofit."""
    return sum(unit.mw for unit in units if name in unit.done or name in picked[unit.key])


def _with(unit: Candidate, picked: Mapping[str, Choice], name: str) -> Choice:
    wider = [c for c in unit.worth if {name, *picked[unit.key]} <= set(c)]
    return max(wider, key=lambda c: (unit.worth[c], -len(c), c), default=())


def _loss(unit: Candidate, picked: Mapping[str, Choice], name: str) -> float:
    return unit.worth[picked[unit.key]] - unit.worth[_with(unit, picked, name)]
