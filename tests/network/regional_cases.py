"""Small regional systems that tests of several subjects are made of."""

import math
from dataclasses import replace

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.network.outages import Process
from dafeng.network.pras import process_of_steps
from dafeng.network.regional import assess
from dafeng.network.regional_system import Interfaces, Lines, RegionalStores, RegionalSystem
from dafeng.network.sampling import Machine, Machines

NEVER = Process(math.inf, 1.0)
LUCKY = 20_000
TENTH = process_of_steps(0.1, 0.9)


def battery(system, power_mw=300.0, energy_mwh=1200.0, efficiency=0.85, region=0):
    one = (np.array([x]) for x in (power_mw, power_mw, energy_mwh, efficiency))
    return replace(system, stores=RegionalStores.batteries(("battery",), np.array([region]), *one, system.steps))


def near(estimate, value, error=0.0):
    return abs(estimate.value - value) < 3 * math.hypot(estimate.se, error)


def fleet(*rows):
    """Machines as (MW, region, process)."""
    return Machines.of([Machine(f"u{i}", mw, process, region) for i, (mw, region, process) in enumerate(rows)])


def system(load, units, varying=(), interfaces=(), **more):
    """Loads a region and step; varying as (MW by step, region, process); interfaces as (from, to, MW)."""
    load_mw = np.array(load, dtype=float)
    steps = load_mw.shape[1]
    ends = np.array([row[:2] for row in interfaces], dtype=np.int64).reshape(-1, 2)
    limit = np.array([[row[2]] * steps for row in interfaces], dtype=float).reshape(-1, steps)
    return RegionalSystem(
        "test", tuple("ABC"[:len(load)]), load_mw, fleet(*units), fleet(*((1.0, *row[1:]) for row in varying)),
        np.array([row[0] for row in varying], dtype=float).reshape(len(varying), steps),
        more.pop("stores", RegionalStores.none(steps)), Interfaces(ends[:, 0], ends[:, 1], limit, limit),
        more.pop("lines", Lines.none(steps)), **more)


def one_store(region, mw, mwh, steps, process=NEVER):
    one = RegionalStores.batteries(("s",), np.array([region]), *(np.array([float(x)]) for x in (mw, mw, mwh, 1.0)),
                                   steps)
    return replace(one, mttf_h=np.array([process.mttf_h]), mttr_h=np.array([process.mttr_h]))


def one_line(mw, process, steps):
    limit = np.full((1, steps), float(mw))
    return Lines(("l",), np.array([0]), limit, limit, np.array([process.mttf_h]), np.array([process.mttr_h]))


def two_regions(steps=1440, border_mw=60.0, extra=(), **more):
    """Fragile: four units of 100 MW that fail often on each side, against two waves three hours apart."""
    hour = np.arange(steps)
    load = [260 + 70 * np.sin((hour - shift) / 24 * 2 * np.pi) for shift in (9, 12)]
    units = [(100.0, region, Process(400.0, 40.0)) for region in (0, 0, 0, 0, 1, 1, 1, 1)]
    return system(load, [*units, *extra], interfaces=[(0, 1, border_mw)], **more)


def both_stores(steps=1440, mw=50.0):
    return RegionalStores.batteries(("a", "b"), np.array([0, 1]), *(np.array([x, y]) for x, y in (
        (mw, mw), (mw, mw), (4 * mw, 2 * mw), (0.85, 0.9))), steps)


def eue(one, years=200, seed=1):
    return assess(one, Luck(seed), sample_years=years).indices["eue_mwh"].value


def drawn_days(regions, seed, stores=3):
    """Three days of drawn loads and up to three stores without outages, some hours short."""
    rng = np.random.default_rng(seed)
    load = 90 + 35 * np.sin(np.arange(72) / 24 * 2 * np.pi + rng.random((regions, 1))) + rng.normal(0, 8, (regions, 72))
    base = system(load, [(100.0, r, NEVER) for r in range(regions)],
                  interfaces=[(0, 1, 12.0)] if regions > 1 else [])
    power = np.array([10.0, 15.0, 8.0])[:stores]
    return replace(base, stores=RegionalStores.batteries(
        tuple("abc"[:stores]), np.array([0, regions - 1, 0])[:stores], power, power,
        power * np.array([4.0, 2.0, 6.0])[:stores], np.array([0.85, 0.9, 0.8])[:stores], 72))
