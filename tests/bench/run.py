"""Benchmarks: CPU seconds of this machine now, and ratios against plain references measured in the same run.

Each case says what is measured and against what. Numbers are never asserted: `make bench` prints, a person reads.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import mesa
import numpy as np
import simpy

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import single_node
from dafeng.network.outages import Process, durations, up_and_down
from dafeng.sim.model import CityModel
from tests.bench.timing import cpu_s


def jiangmen(bundle: str) -> CityModel:
    """The city under `tight`."""
    city = load.city("jiangmen").with_values({"province_scenario": "tight"}, Place("bench"))
    return CityModel(city, load.bundle(bundle), Luck(2020, 0), sample_years=200)


def years(bundle: str) -> None:
    """A simulated year, all agents, fast dispatch, three views of 200 sample-years; and the vehicles' part of it."""
    model = jiangmen(bundle)
    model.advance_year()
    spent, vehicles = [], []
    for _ in range(model.year, 2041):
        start = time.process_time()
        part = timed_vehicles(model)
        model.advance_year()
        spent.append(time.process_time() - start)
        vehicles.append(sum(part))
    rows = sum(len(a.stock.birth) for a in model.people.values() if hasattr(a, "stock") and hasattr(a.stock, "birth"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"year of Jiangmen, {bundle:9s} mean {np.mean(spent):.2f}  last five {np.mean(spent[-5:]):.2f} CPU s; run "
        f"{sum(spent):.1f} CPU s; vehicles {np.mean(vehicles):.3f} CPU s a year{f' for {rows} rows' if rows else ''}; "
        f"peak {peak:.0f} MB"
    )


def timed_vehicles(model: CityModel) -> list[float]:
    """Lets the vehicle agents note the time of their decisions and assets in the coming year."""
    spent: list[float] = []
    for agent in model.people.values():
        if agent.kind != "vehicles":
            continue
        for name in ("decide", "assets"):
            method = getattr(type(agent), name)

            def noted(view, method=method, agent=agent):
                start = time.process_time()
                result = method(agent, view)
                spent.append(time.process_time() - start)
                return result

            setattr(agent, name, noted)
    return spent


def outages() -> None:
    """A year of outages of 2,000 units: arrays, against one SimPy process a unit on the same streams."""
    luck, units = Luck(1), range(2000)

    def arrays() -> int:
        return sum(len(up_and_down(900.0, 60.0, luck("outage", u, 2030))) for u in units)

    def processes() -> int:
        env, trips = simpy.Environment(), [0]

        def life(unit):
            for is_up, hours in durations(900.0, 60.0, luck("outage", unit, 2030)):
                trips[0] += not is_up
                yield env.timeout(hours)

        for unit in units:
            env.process(life(unit))
        env.run(until=8760)
        return trips[0]

    fast, slow = cpu_s(arrays), cpu_s(processes)
    print(
        f"outages of 2,000 units a year    arrays {fast:.3f}  SimPy processes {slow:.3f} CPU s; ratio {slow / fast:.1f}"
    )


def owners_as_objects() -> None:
    """One yearly purchase decision of 100,000 owners: Mesa objects; Dafeng's vehicles are rows of arrays."""

    class Owner(mesa.Agent):
        def __init__(self, model):
            super().__init__(model)
            self.taste, self.electric = 0.3, False

        def choose(self):
            self.electric = self.electric or 1 / (1 + np.exp(-self.taste)) > 0.9

    model = mesa.Model(rng=1)
    Owner.create_agents(model, 100_000)
    print(f"100,000 owners as Mesa objects   {cpu_s(lambda: model.agents.do('choose')):.3f} CPU s a bare decision")


def sampling() -> None:
    """Adequacy of 32 units: compiled sequential sampler, against the same sampling written plainly with numpy."""
    rng = np.random.default_rng(1)
    machines = [(f"u{i}", 100.0, Process(950.0, 50.0)) for i in range(32)]
    need = 2500.0 + 400.0 * np.sin(np.arange(8760) * 2 * np.pi / 24) + 50.0 * rng.standard_normal(8760)
    system = single_node(machines, need)
    adequacy(system, Luck(1), sample_years=10, support="island", with_margin=False)

    def compiled() -> object:
        return adequacy(system, Luck(1), sample_years=2000, support="island", with_margin=False)

    def plain() -> float:
        short = 0.0
        for year in range(20):
            available = np.full(8760, 3200.0)
            for i in range(32):
                for start, end in up_and_down(950.0, 50.0, np.random.default_rng([year, i])):
                    available[int(np.ceil(start)) : int(np.ceil(end))] -= 100.0
            short += float(np.maximum(need - available, 0.0).sum())
        return short

    fast, slow = 2000 / cpu_s(compiled), 20 / cpu_s(plain)
    print(f"adequacy, 32 units               {fast:,.0f} sample-years a CPU s; plain numpy {slow:,.0f}")
    print(f"                                 ratio {fast / slow:.0f}")


if __name__ == "__main__":
    outages()
    owners_as_objects()
    sampling()
    years("baseline")
    years("plan")
    subprocess.run([sys.executable, "-m", "tests.bench.hour"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.hour_peers"], check=True)
