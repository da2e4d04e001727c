"""Typhoons in adequacy: energy lost by their rates, all at once, and only in their season."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.sampling import Machines, add_all_outages
from dafeng.sim.storm_risk import duration, lost_mw, storm_machines

WIND = SimpleNamespace(profile="wind_offshore", fuel="wind", capacity_mw=1000.0)
SUN = SimpleNamespace(profile="solar", fuel="solar", capacity_mw=500.0)
NUCLEAR = SimpleNamespace(profile="", fuel="uranium", capacity_mw=1750.0)
COAL = SimpleNamespace(profile="", fuel="coal", capacity_mw=600.0)
HALF, FULL = np.full(8760, 0.5), np.ones(8760)
YEARS = 3000


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def test_what_a_storm_takes_is_worked_out_by_hand(jiangmen):
    """All wind, 85 % of the sun, and in a severe storm 17 % of nuclear; of its 24 hours 46 / 3 are of wind."""
    units = [(WIND, HALF), (SUN, HALF), (NUCLEAR, FULL), (COAL, FULL)]
    assert lost_mw(jiangmen, units, is_severe=False) == pytest.approx(0.5 * 1000 + 0.85 * 0.5 * 500)
    assert lost_mw(jiangmen, units, is_severe=True) == pytest.approx(
        46 / 72 * 0.5 * 1000 + 0.85 * 0.5 * 500 + 0.17 * 1750)


def test_the_energy_lost_is_rate_times_duration_times_output(jiangmen):
    """1.1 storms a year of (8 + 14 + 24) / 3 hours of strong wind, severe or not, against 1 GW of wind."""
    machines, groups = storm_machines(jiangmen, [(WIND, FULL)], 0)
    arrays = Machines.of(machines).arrays(Luck(4), "adequacy", 2030)
    lost = np.zeros(YEARS)
    for sample in range(YEARS):
        change = np.zeros((len(groups), 8761))
        add_all_outages(arrays, sample, change)
        lost[sample] = (np.cumsum(change[:, :-1], axis=1) * np.array(groups)).sum()
    expected = 1000.0 * 1.1 * 46 / 3
    assert abs(lost.mean() - expected) < 3 * lost.std(ddof=1) / math.sqrt(YEARS)
    assert lost.std(ddof=1) / math.sqrt(YEARS) < 0.02 * expected


def test_hours_of_each_part_of_the_season_are_those_that_the_operated_year_draws(jiangmen):
    """Exactly, without a draw: storms and their hours of wind by month in `storms.season`, and in the machines."""
    machines, groups = storm_machines(jiangmen, [(WIND, FULL)], 0)
    weights = {month: jiangmen.value(f"typhoon.month_weight_{month}") for month in range(6, 12)}
    for part, months in (("peak", (7, 8, 9)), ("shoulder", (6, 10, 11))):
        hours = 0.0
        for machine in machines:
            if machine.key.endswith(part):
                out = machine.process.mttr_h / (machine.process.mttf_h + machine.process.mttr_h)
                hours += out * groups[machine.group].sum() / WIND.capacity_mw
        share = sum(weights[month] for month in months) / sum(weights.values())
        assert hours == pytest.approx(1.1 * share * 46 / 3, rel=1e-3), part


def test_outside_the_season_nothing_is_taken(jiangmen):
    _, groups = storm_machines(jiangmen, [(WIND, FULL)], 0)
    assert np.sum(groups, axis=0)[: 151 * 24].max() == 0.0
    assert np.sum(groups, axis=0)[334 * 24 :].max() == 0.0


def test_the_season_is_covered_once_by_each_kind_of_storm(jiangmen):
    _, groups = storm_machines(jiangmen, [(WIND, FULL)], 0)
    assert np.sum(groups, axis=0)[152 * 24 : 333 * 24] == pytest.approx(1000.0 * (1 + 46 / 72))


def test_a_city_without_storms_or_without_what_they_hit_has_no_such_machine(jiangmen):
    calm = jiangmen.with_values({"storms": "no"}, Place("test", 0, ""))
    assert storm_machines(calm, [(WIND, FULL)], 0) == ([], [])
    assert storm_machines(jiangmen, [(COAL, FULL)], 0) == ([], [])


def test_the_spread_of_the_duration_is_that_of_its_triangle(jiangmen):
    mean, shape = duration(jiangmen.parameters["typhoon.duration_strong_wind"], is_severe=False)
    spread = math.sqrt(math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1)
    assert mean == pytest.approx(46 / 3)
    assert spread == pytest.approx(math.sqrt((8**2 + 14**2 + 24**2 - 8 * 14 - 14 * 24 - 8 * 24) / 18) / mean, rel=0.03)
