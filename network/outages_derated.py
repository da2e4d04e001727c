"""The derated state: part of a coal unit's forced outage energy is lost at partial output (MODEL_SPEC 7.1)."""

from __future__ import annotations

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.schema import City
from dafeng.network.outages import Process
from dafeng.network.sampling import Derated

SHARE = "outage.coal_derated_state_share"


def with_derated_state(city: City, process: Process) -> tuple[Process, Derated]:
    """The process split into full outages and deratings, with the same lost energy in all.

    Of the lost energy a share `coal_derated_state_share` falls in deratings that keep `derated_level` of the output
    for `derated_mttr` hours on average (`outage_events`). An InputError where that would leave no time in full
    service.
    """
    share_of_energy = city.value(SHARE)
    kept = city.value("outage.derated_level")
    repair_h = city.value("outage.derated_mttr")
    lost_h = repair_h * (1.0 - kept)
    rate = share_of_energy * process.mttr_h / (lost_h * (1.0 - share_of_energy) + share_of_energy * process.mttr_h)
    lost_per_failure_h = (1.0 - rate) * process.mttr_h + rate * lost_h
    down_per_failure_h = (1.0 - rate) * process.mttr_h + rate * repair_h
    mttf_h = lost_per_failure_h / process.forced_outage_rate - down_per_failure_h
    if mttf_h <= 0.0:
        says = (f"is {share_of_energy:g}: with derated_level {kept:g} and derated_mttr {repair_h:g} h a coal unit of a "
                f"forced outage rate of {process.forced_outage_rate:.3g} would never be in full service; a lower share "
                "or level is expected")
        raise InputError([Problem(Place(f"city {city.key}", 0, SHARE), says)])
    return Process(mttf_h, process.mttr_h), Derated(rate, repair_h, kept)
