"""How a unit of the city fails: its class, its age, its third state, the form of its repairs (MODEL_SPEC 7.1).

Adequacy and the operated year read the same behaviour. Switches: `unit_states` (three, two), `repair_form`
(exponential, weibull), `outage_rates` (by_temperature, constant).
"""

from __future__ import annotations

from dataclasses import replace

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.network.outages import Process, of_rate, processes_of
from dafeng.network.outages_derated import with_derated_state
from dafeng.network.outages_pace import NO_PACES, Paces
from dafeng.network.outages_repair import EXPONENTIAL
from dafeng.network.outages_states import Behaviour
from dafeng.network.outages_wires import bipole_process, link_machines, pole_process
from dafeng.network.sampling import Machine

OLD_FROM_Y = 25.0
"""Age from which a unit fails more often each year: `ageing_for_slope` of outage_events."""


def behaviours(city: City, unit: Unit, paces: Paces = NO_PACES) -> tuple[Behaviour, ...]:
    """All independent causes of outages of a unit; none for what is no machine. The first follows the weather."""
    if not unit.outage_class:
        return ()
    first, *others = processes_of(city, unit.outage_class, unit.technology, unit.forced_outage_multiplier)
    main = replace(with_partial(city, unit.fuel, aged(city, first, unit.age_y)), clock=paces.clock(unit.outage_class))
    return main, *(plain(city, one) for one in others)


def is_link(unit: Unit) -> bool:
    """Whether the unit is a direct-current link, whose two poles fail each by itself and, seldom, both at once."""
    return unit.profile == "hvdc"


def link_rows(city: City, unit: Unit) -> list[Machine]:
    """A link as rows of a sampler: its poles, and what takes both."""
    pole, both = plain(city, pole_process(city)), plain(city, bipole_process(city))
    rows = link_machines(unit.key, unit.capacity_mw, pole.process, both.process)
    return [replace(row, repair_shape=pole.repair_shape) for row in rows]


def aged(city: City, process: Process, age_y: float) -> Process:
    """The process of an old unit: the same repairs, a higher share of time out."""
    more = city.value("outage.ageing_for_slope") * max(0.0, age_y - OLD_FROM_Y)
    return of_rate(min(1.0, process.forced_outage_rate + more), process.mttr_h) if more > 0.0 else process


def with_partial(city: City, fuel: str, process: Process) -> Behaviour:
    """Coal units lose part of their outage energy at partial output, with the same energy lost in all."""
    whole = plain(city, process)
    if fuel != "coal" or city.setting("unit_states", "three") == "two" or process.forced_outage_rate <= 0.0:
        return whole
    full, derated = with_derated_state(city, process)
    return replace(whole, process=full, derated=derated)


def plain(city: City, process: Process) -> Behaviour:
    """Two states with the city's form of repairs."""
    is_weibull = city.setting("repair_form", "exponential") == "weibull"
    return Behaviour(process, repair_shape=city.value("outage.weibull_repair_shape") if is_weibull else EXPONENTIAL)
