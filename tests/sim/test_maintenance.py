"""Planned maintenance lies where the season leaves room, and does not know the year's own hot weeks."""

from types import SimpleNamespace

import numpy as np

from dafeng.configs import load
from dafeng.sim.maintenance import expected_peaks, maintenance_windows

WEEK = np.arange(8760) // 168


def made(load_mw, units=4, sun_mw=0.0, sun=0.0):
    """A city of gas units of 300 MW that need five weeks each."""
    gas = [
        SimpleNamespace(key=f"g{i}", capacity_mw=300.0, maintenance_weeks=5.0, is_block=False, profile="",
                        shares_hours=False, is_provincial=False)
        for i in range(units)
    ]
    weather = SimpleNamespace(key="s", capacity_mw=sun_mw, maintenance_weeks=0.0, is_block=False, profile="solar",
                              shares_hours=False, is_provincial=False)
    grid = SimpleNamespace(load_mw=np.array([load_mw]))
    base = np.ones((units + 1, 8760))
    base[-1] = sun
    return SimpleNamespace(units=[*gas, weather], base_share=base, grid=grid, in_city=np.array([True]))


def weeks_of(assembly):
    windows = maintenance_windows(load.city("jiangmen"), assembly)
    return [range(window.start // 168, window.end // 168) for window in windows]


def summer(height=1000.0):
    """A load that is highest in the 30th week."""
    return 5000.0 + height * np.cos(2 * np.pi * (WEEK - 30) / 52)


def test_each_unit_is_maintained_once_and_away_from_the_tight_weeks():
    planned = weeks_of(made(summer()))
    assert [len(weeks) for weeks in planned] == [5] * 4
    assert all(abs(week - 30) > 13 for weeks in planned for week in weeks)


def test_units_do_not_crowd_into_one_week_when_there_is_room():
    planned = weeks_of(made(np.full(8760, 5000.0)))
    together = [sum(week in weeks for weeks in planned) for week in range(52)]
    assert max(together) == 1


def test_a_hot_week_that_nobody_can_foresee_moves_the_plan_less_than_a_season_does():
    """Four units in the calm half of the year, where one week alone is 10 % above the others' expectation."""
    plain = summer(height=2000.0)
    surprised = plain + np.where(WEEK == 10, 40.0, 0.0)
    assert weeks_of(made(surprised))[0] == weeks_of(made(plain))[0]


def test_sun_that_lowers_the_residual_load_draws_maintenance_to_its_season():
    """Flat load; the sun gives most around the 25th week."""
    sun = np.maximum(0.0, np.cos(2 * np.pi * (WEEK - 25) / 52))
    planned = weeks_of(made(np.full(8760, 5000.0), sun_mw=3000.0, sun=sun))
    assert all(abs(week - 25) < 13 for weeks in planned for week in weeks)


def test_expected_peaks_keep_the_mean_of_the_year():
    rng = np.random.default_rng(1)
    load_mw = 5000.0 + 100.0 * rng.random(8760)
    peaks = load_mw[: 52 * 168].reshape(52, 168).max(axis=1)
    assert abs(expected_peaks(load_mw).mean() - peaks.mean()) < 1e-9


def unit(key, capacity_mw, weeks, shares_hours):
    return SimpleNamespace(key=key, capacity_mw=capacity_mw, maintenance_weeks=weeks, is_block=False, profile="",
                           shares_hours=shares_hours, is_provincial=False)


def alone(load_mw):
    """Weeks of coal and gas of a city that no province stands behind: coal for five weeks, gas for one."""
    units = [unit("coal", 120.0, 5.0, True), unit("gas", 80.0, 1.0, False)]
    grid = SimpleNamespace(load_mw=load_mw[None, :])
    assembly = SimpleNamespace(units=units, base_share=np.ones((2, 8760)), grid=grid, in_city=np.array([True]))
    windows = maintenance_windows(load.city("toy3"), assembly)
    found = {units[window.row].key: range(window.start // 168, window.end // 168) for window in windows}
    return found["coal"], found["gas"]


def test_without_a_province_coal_is_out_where_the_city_has_most_room():
    """A load that is highest in the second week: no spread of a province says otherwise."""
    coal, gas = alone(200.0 + 100.0 * np.cos(2 * np.pi * (WEEK - 2) / 52))
    assert (len(coal), len(gas)) == (5, 1)
    assert all(abs(week - 28) < 6 for week in [*coal, *gas])


def test_without_a_province_coal_and_gas_are_not_out_together_however_low_one_season_is():
    """Ten low weeks hold both, one after the other; a plan that is blind to coal puts gas into its midst."""
    coal, gas = alone(np.where(WEEK < 10, 100.0, 200.0))
    assert set(coal).isdisjoint(gas)
    assert all(week < 10 for week in [*coal, *gas])
