"""Planned maintenance lies where the season leaves room, and does not know the year's own hot weeks."""

from types import SimpleNamespace

import numpy as np

from dafeng.configs import load
from dafeng.sim.availability import Window
from dafeng.sim.maintenance import expected_peaks, maintenance_windows, spread_of_province

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


TIGHT = set(range(22, 34))
"""June to August, as the province's spread has them: 2 % of coal out, then none."""
POOL_MW = [1660.0, 1660.0, 955.0, 955.0, 595.0, 567.0, 567.0, 567.0, 567.0]
"""The provincial units of Jiangmen in 2026."""


def planned_with_chp(dated=(), load_mw=None):
    """Key -> weeks: provincial units, three coal CHP units of the city in the pool, and a gas unit of its own."""
    units = [unit(f"p{i}", mw, 5.0, shares_hours=False) for i, mw in enumerate(POOL_MW)]
    for one in units:
        one.is_provincial = True
    units += [unit("chp", 564.0, 5.0, True), unit("small", 138.0, 4.0, True), unit("small_too", 138.0, 4.0, True)]
    units.append(unit("gas", 400.0, 5.0, False))
    load_mw = summer() if load_mw is None else load_mw
    assembly = SimpleNamespace(units=units, base_share=np.ones((len(units), 8760)), in_city=np.array([True]),
                               grid=SimpleNamespace(load_mw=load_mw[None, :]))
    windows = maintenance_windows(load.city("jiangmen"), assembly, dated)
    return {units[window.row].key: range(window.start // 168, window.end // 168) for window in windows}


def test_a_large_chp_unit_of_the_pool_is_not_out_in_the_tight_season():
    """A week with room for 0 MW and 0 out is not as good as one with room for 1,100 MW and 1,100 out."""
    found = planned_with_chp()
    assert len(found) == len(POOL_MW) + 4
    assert TIGHT.isdisjoint(found["chp"])
    large = [found[key] for key in found if key.startswith("p")]
    assert all(TIGHT.isdisjoint(weeks) for weeks in large)


def test_units_of_the_pool_are_out_as_the_province_spreads_them():
    """MW out and the share that the province has out go together; no five weeks hold more than twice their part."""
    found = planned_with_chp()
    size = dict(zip([f"p{i}" for i in range(9)], POOL_MW, strict=True)) | {"chp": 564.0, "small": 138.0,
                                                                          "small_too": 138.0}
    out = np.array([sum(mw for key, mw in size.items() if week in found[key]) for week in range(52)])
    spread = spread_of_province(load.city("jiangmen"))
    assert np.corrcoef(out, spread)[0, 1] > 0.7
    have, part = (np.convolve(weekly / weekly.sum(), np.ones(5), "valid") for weekly in (out, spread))
    assert (have / part.clip(0.01)).max() < 2.0


def test_the_citys_own_units_see_what_it_lacks_of_the_pools():
    """Load is 100 MW lower while the large coal CHP is out: gas of 400 MW is out at another time all the same."""
    lacking = planned_with_chp()["chp"]
    found = planned_with_chp(load_mw=5000.0 - 100.0 * np.isin(WEEK, lacking))
    assert found["chp"] == lacking
    assert set(found["gas"]).isdisjoint(lacking)


def test_dated_facts_leave_the_maintenance_of_the_hours_that_they_do_not_rule():
    """The two largest units have the two best seasons; a fact of the one's hours takes its maintenance and no other."""
    free = planned_with_chp()
    first = free["p0"]
    inside = Window(0, first[0] * 168 + 100, first[0] * 168 + 300, 0.767, 0, "history")
    outside = Window(0, (first[-1] + 1) * 168, (first[-1] + 2) * 168, 0.767, 0, "history")
    assert planned_with_chp([outside]) == free
    assert planned_with_chp([inside]) == {key: weeks for key, weeks in free.items() if key != "p0"}


def test_a_unit_that_its_facts_have_out_for_as_long_needs_no_maintenance_besides():
    idle = [Window(0, 22 * 168, 40 * 168, 0.0, 0, "history")]
    found = planned_with_chp(idle)
    assert "p0" not in found
    assert found["p1"] == planned_with_chp()["p0"]
