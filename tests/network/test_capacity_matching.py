"""The search for a credit where unserved energy is very convex: large resources, little shortage."""

from itertools import pairwise

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy_system import single_node
from dafeng.network.capacity_credit import capacity_credit, saturation, storage, weather
from dafeng.network.capacity_margins import room_of
from dafeng.network.capacity_matching import load_matching
from dafeng.network.outages import Process
from dafeng.network.regional_credit import credit_of
from dafeng.network.systems import read_system

CLOSE = 1e-4
HOURS = 8760
PEAK_MW = 101.0


def folder(path, units, load_mw, store_mw=0.0):
    path.mkdir()
    (path / "units.csv").write_text("unit,capacity_mw,for,mttr_h\n" + "".join(f"{row}\n" for row in units))
    (path / "load.csv").write_text("hour,load_mw\n" + "".join(f"{h},{mw!r}\n" for h, mw in enumerate(load_mw.tolist())))
    if store_mw:
        head = "unit,charge_mw,discharge_mw,energy_mwh,efficiency"
        (path / "storage.csv").write_text(f"{head}\nS,{store_mw},{store_mw},500,1\n")
    return read_system(path)


@pytest.mark.parametrize("times", [0.6, 1.0, 3.0, 10.0, 100.0])
def test_a_store_of_many_times_the_peak_carries_what_is_worked_out_by_hand(tmp_path, times):
    """100 MW that never fail, 50 MW of load and one hour of 101: 1 MWh is unserved.

    With 50 + x MW more the store, full with 500 MWh, is asked for 8,760 x + 51 MWh: 1 MWh too many at x = 450 / 8,760.
    """
    load = np.full(HOURS, 50.0)
    load[4000] = PEAK_MW
    system = folder(tmp_path / "hand", ["G,100,0,1"], load, times * PEAK_MW)
    found = credit_of(system, {"S"}, Luck(1), 2)
    right = 50.0 + 450.0 / 8760.0
    assert found.without_mwh.value == pytest.approx(1.0)
    assert found.elcc_mw.value == pytest.approx(right, abs=CLOSE * times * PEAK_MW)
    assert found.elcc_mw.se == 0.0


def test_a_large_unit_that_fails_half_of_the_time_agrees_with_enumeration(tmp_path):
    """20 units of 10 MW and one of 300 MW: all numbers of units in service, each with its probability."""
    hour = np.arange(HOURS)
    load = 100.0 + 35.0 * np.sin(2 * np.pi * (hour - 8) / 24) - 5.0 * np.cos(2 * np.pi * hour / HOURS)
    units = [f"u{i},10,0.03,40" for i in range(20)]
    found = credit_of(folder(tmp_path / "ex", [*units, "BIG,300,0.5,100"], load), {"BIG"}, None)
    weight = np.ones(1)
    for _ in range(20):
        weight = np.append(0.03 * weight, 0.0) + np.append(0.0, 0.97 * weight)
    there = 10.0 * np.arange(21)

    def eue(added_mw):
        return float(weight @ np.maximum(0.0, load + added_mw - there[:, None]).sum(axis=1))

    low, high = 0.0, 300.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        with_it = 0.5 * eue(middle) + 0.5 * eue(middle - 300.0)
        low, high = (middle, high) if with_it < eue(0.0) else (low, middle)
    assert found.without_mwh.value == pytest.approx(eue(0.0), rel=1e-6)
    assert 1.0 < low < 10.0
    assert found.elcc_mw.value == pytest.approx(low, abs=CLOSE * 300.0)


@pytest.fixture(scope="module")
def base():
    """Twenty units of 10 MW at the standard, with a peak of 170 MW and the load that makes them short."""
    hour = np.arange(HOURS)
    load = 105.0 + 45.0 * np.sin(2 * np.pi * (hour - 8) / 24) + 20.0 * np.cos(2 * np.pi * (hour - 5000) / HOURS)
    return room_of(single_node([(f"u{i}", 10.0, Process(627.0, 40.0)) for i in range(20)], load), Luck(1),
                   sample_years=60, balance="island")


def sun(mw):
    return weather(mw, np.maximum(0.0, np.sin((np.arange(HOURS) % 24 - 6) * np.pi / 12)))


def test_a_curve_of_saturation_never_falls_in_mw_and_always_in_share(base):
    """Up to twenty times the peak, where the store alone could carry the system for its hours."""
    for made in (lambda mw: storage(mw, 4.0, 0.93, 0.93), sun):
        found = saturation(base, made, (5.0, 20.0, 50.0, 100.0, 200.0, 1000.0, 4000.0))
        carried = [one.elcc_mw for one in found]
        assert all(later.value >= earlier.value - CLOSE * PEAK_MW for earlier, later in pairwise(carried))
        assert all(later.elcc_share.value < earlier.elcc_share.value for earlier, later in pairwise(found))
        assert all(0.0 < one.se < one.value for one in carried)


def test_perfect_capacity_that_leaves_as_little_unserved_is_found_too(base):
    """EFC of 5,000 MW that give 20 MW in the hours of the peak: little is left, and all others have all they want."""
    hour = np.arange(HOURS) % 24
    resource = weather(5000.0, np.where((hour >= 10) & (hour < 20), 0.004, 1.0))
    efc_mw = capacity_credit(base, resource).efc_mw.value
    goal = base.mean(base.plus(resource).unserved(0.0)[:, 0])
    assert goal > 0.0
    assert base.mean(base.unserved(-efc_mw - 0.5)[:, 0]) < goal < base.mean(base.unserved(-efc_mw + 0.5)[:, 0])


@pytest.mark.parametrize("most", [60.0, 500.0, 5000.0, 50_000.0])
@pytest.mark.parametrize("goal", [1e-3, 1.0, 1000.0])
def test_a_crossing_is_known_to_what_was_asked_in_few_evaluations(most, goal):
    """Nothing below 49 MW, then a steep rise, by power laws from the straight to the very convex."""
    for power in (1.0, 1.5, 3.0):
        asked = []

        def over(mw, power=power, asked=asked):
            asked.append(mw)
            return 500.0 * max(0.0, mw - 49.0) ** power - goal

        right = min(most, 49.0 + (goal / 500.0) ** (1.0 / power))
        found = load_matching(over, goal, most, CLOSE)
        assert abs(found - right) <= min(CLOSE * most, 0.1 * right)
        assert len(asked) == len(set(asked)) <= 30
