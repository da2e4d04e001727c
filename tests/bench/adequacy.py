"""Adequacy: sample years a CPU second, exact indices, and the ratio to `assetra` measured in the same run.

Cases: RTS-79 without and with a battery of 300 MW and 1,200 MWh (the goals: 30,000 and 20,000 sample years a CPU s, 300
times assetra, exact indices in 0.1 s); RTS-GMLC with its load raised, for regions, lines, stores and inflows; the gain
of antithetic years and of the control variate; how often a 95 % interval holds the exact value, over 400 seeds;
Jiangmen in 2030: unserved energy to 5 % on request (goal 10 CPU s), and 200 sample years of a year within a run (goal
0.15 CPU s).
`assetra` redraws outages in each hour, so its storage results are another model's: only its speed is compared, in
rounds that take turns with ours.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from dafeng.configs.luck import Luck
from dafeng.experiments.adequacy_city import VIEWS
from dafeng.experiments.checks.adequacy import coverage, with_battery
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_request import on_request
from dafeng.network.regional import Ways, assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.systems import read_system
from dafeng.sim.request import system_at
from dafeng.sim.run import Job
from tests.bench.timing import cpu_s, in_turns

GMLC = Path(__file__).parent / "data" / "rts.pras"
YEARS, TRIALS, SEEDS = 10_000, 50, 400
PLAIN = Ways()


def speed(system: RegionalSystem, years: int, ways: Ways = PLAIN) -> float:
    """Sample years a CPU second, compiled before."""
    assess(system, Luck(1), sample_years=2, ways=ways)
    return years / cpu_s(lambda: assess(system, Luck(1), sample_years=years, ways=ways))


def assetra_trials(system: RegionalSystem, has_battery: bool) -> Callable[[], None]:
    """`TRIALS` trials of `assetra` on the same units and load, with the four indices it knows."""
    from assetra import metrics
    from assetra.simulation import ProbabilisticSimulation
    from assetra.system import EnergySystemBuilder
    from assetra.units import DemandUnit, StochasticUnit, StorageUnit
    from assetra.utils import get_hourly_time_series_xr

    builder, units = EnergySystemBuilder(), system.units
    builder.add_unit(DemandUnit(0, get_hourly_time_series_xr(list(system.load_mw[0]))))
    for i, mw in enumerate(units.mw):
        rate = units.mttr_h[i] / (units.mttf_h[i] + units.mttr_h[i])
        builder.add_unit(StochasticUnit(i + 1, float(mw), *(get_hourly_time_series_xr([float(x)] * system.steps)
                                                             for x in (mw, rate))))
    if has_battery:
        builder.add_unit(StorageUnit(100, 300.0, 300.0, 300.0, 1200.0, 0.85))
    times = get_hourly_time_series_xr(list(system.load_mw[0])).time
    trial = ProbabilisticSimulation(times.values[0], times.values[-1], TRIALS)
    trial.assign_energy_system(builder.build())

    def whole() -> None:
        trial.run()
        for metric in (metrics.ExpectedUnservedEnergy, metrics.LossOfLoadHours, metrics.LossOfLoadDays,
                       metrics.LossOfLoadFrequency):
            metric(trial).evaluate()

    return whole


def rts79() -> None:
    """Sample years a CPU second, against the goals and assetra."""
    base = read_system("rts79")
    print(f"RTS-79 exact indices             {cpu_s(lambda: exact_indices(base)):.4f} CPU s")
    for name, system, goal in (("no storage", base, 30_000), ("battery", with_battery(base), 20_000)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = in_turns(partial(assess, system, Luck(1), sample_years=YEARS),
                             assetra_trials(base, system is not base))
        ratio = replace(found, rounds=tuple(one * YEARS / TRIALS for one in found.rounds))
        print(f"RTS-79 sampled, {name:10s}       {YEARS / found.first_cpu_s:,.0f} sample years a CPU s "
              f"(goal {goal:,}); assetra {TRIALS / found.second_cpu_s:,.1f}, ratio {ratio} (goal 300)")
    print(f"  without events in continuous time {speed(base, YEARS, Ways(has_instants=False)):,.0f}")


def rts_gmlc() -> None:
    """Three regions with lines, a store and a store with inflow; the load raised until something is unserved."""
    base = read_system(GMLC)
    for factor, years in ((1.2, 500), (1.4, 500)):
        system = base.scaled(factor)
        rate = speed(system, years)
        found = assess(system, Luck(1), sample_years=years)
        print(f"RTS-GMLC, load x {factor}             {rate:,.0f} sample years a CPU s; "
              f"LOLH {found.indices['lolh_h']}, EUE {found.indices['eue_mwh']} MWh")


def gains() -> None:
    """Variance with and without, times the cost of each: how many plain sample years one is worth."""
    base = read_system("rts79")
    for name, system in (("no storage", base), ("battery", with_battery(base))):
        plain = assess(system, Luck(1), sample_years=20_000)
        paired = assess(system, Luck(1), sample_years=20_000, ways=Ways(is_antithetic=True))
        told = ", ".join(f"{index} {(plain.indices[index].se / paired.indices[index].se) ** 2:.2f}"
                         for index in ("lolh_h", "eue_mwh"))
        print(f"antithetic years, {name:10s}     variance smaller by {told}")
    beside = assess(with_battery(base), Luck(1), sample_years=20_000, ways=Ways(has_control=True))
    cost = speed(with_battery(base), YEARS) / speed(with_battery(base), YEARS, Ways(has_control=True))
    print(f"control variate, battery         variance smaller by lolh_h {beside.gain['lolh_h']:.1f}, eue_mwh "
          f"{beside.gain['eue_mwh']:.1f}; cost {cost:.2f}")


def intervals() -> None:
    """The check of the issue: at least 370 of 400 seeds."""
    found = coverage(read_system("rts79"), SEEDS, 2000)
    print(f"95 % intervals, {SEEDS} seeds        " + ", ".join(f"{name} {number}" for name, number in found.items()))


def jiangmen() -> None:
    """One year of a city: on request to 5 %, and what the assessment of a year within a run costs."""
    views = tuple(str(view) for view in VIEWS)
    job = Job("jiangmen", "baseline", "tight", {"province_scenario": "tight"}, 0, 1, 2020, 2030, "fast", 200, views, ())
    system, luck = system_at(job)
    for view in VIEWS:
        on_request(system, luck, support=view, sample_years=2)
        spent = cpu_s(lambda view=view: on_request(system, luck, support=view), repeat=1)
        found = on_request(system, luck, support=view)
        eue, known = found.indices["eue_mwh"], 100 * found.variation
        print(f"Jiangmen 2030, {view:14s}       EUE {eue} MWh, known to {known:.1f} % "
              f"by {found.sample_years:,} sample years in {spent:.2f} CPU s (goal 5 % or the bound in 10)")
    whole = cpu_s(lambda: [adequacy(system, luck, sample_years=200, support=view) for view in VIEWS])
    print(f"Jiangmen 2030, within a run      {whole:.3f} CPU s for 200 sample years in three views (goal 0.15)")


if __name__ == "__main__":
    rts79()
    gains()
    rts_gmlc()
    intervals()
    jiangmen()
