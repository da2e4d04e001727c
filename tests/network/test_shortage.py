"""A shortage of the province reaches the city as a load cap that its own measures fill first (MODEL_SPEC 7.8 a)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.network.dispatch import dispatch, plan
from dafeng.network.grid import Flexible, Grid, Hours, Limit, Market, State
from tests.network.small_grids import B, O, S, U, flexible, full, small_grid

PHI = 0.1
MARKET = Market(city_share=PHI, reserve_share_load=0.0, reserve_share_vre=0.0)
PLACES = ("province", "PJ", "JH")
LINES = (B(0, 1), B(0, 2), B(1, 2))


def province(peak: float = 1100.0, **more: object) -> Grid:
    """1,000 MW at the province for a load of 900 and, at hours 18 to 21, of `peak`; a tenth of it in the city."""
    load = np.full(48, 900.0)
    load[18:22] = peak
    parts = np.stack([0.9 * load, 0.06 * load, 0.04 * load])
    return small_grid(parts, [U(1000, 300)], branch=LINES, counties=PLACES, market=MARKET, **more)  # type: ignore[arg-type]


def run(grid: Grid, start: State | None = None, firm: Hours | None = None, first: int = 0) -> Hours:
    window = range(first, grid.hours)
    return dispatch(grid, full(grid), window, start or State.empty(grid), plan(grid, full(grid)), firm=firm)


def test_the_city_goes_without_its_share_and_the_province_without_the_rest() -> None:
    hours = run(province())
    assert np.allclose(hours.shortage_mw[18:22], 100.0)
    assert np.allclose(hours.unserved_mw[:, 18], [90.0, 6.0, 4.0])
    assert hours.unserved_mw[:, :18].sum() == 0.0
    assert hours.cost_cny == pytest.approx((44 * 900 + 4 * 1000) * 300 + 4 * 10 * 10_000)


def test_a_store_in_the_city_fills_its_gap_and_helps_the_province_with_the_rest() -> None:
    """8 MW for 4 hours leave the city 2 MW short of its 10; 14 MW leave nothing and relieve the province by 4."""
    small = run(province(store=[S(8, 32, bus=1)]), replace(State.empty(province()), stored_mwh=np.array([32.0])))
    assert np.allclose(small.unserved_mw[1:, 18:22].sum(axis=0), 2.0)
    assert np.allclose(small.unserved_mw[0, 18:22], 90.0)
    large = run(province(store=[S(14, 60, bus=1)]))
    assert np.allclose(large.unserved_mw[1:, 18:22], 0.0)
    assert np.allclose(large.unserved_mw[0, 18:22], 86.0)


def test_a_store_of_the_province_lowers_the_shortage_itself() -> None:
    hours = run(province(store=[S(60, 600, bus=0, city=False)]))
    assert np.allclose(hours.shortage_mw[18:22], 40.0)
    assert np.allclose(hours.unserved_mw[1:, 18:22].sum(axis=0), 4.0)


def test_a_shortage_given_from_outside_binds_although_power_is_there() -> None:
    given = np.zeros(48)
    given[30:32] = 50.0
    hours = run(province(peak=900.0, shortage_mw=given))
    assert np.allclose(hours.unserved_mw[:, 30], [45.0, 3.0, 2.0])
    assert np.allclose(hours.generation_mw[0, [29, 30]], [900.0, 850.0])
    assert hours.price_cny_per_mwh[30] == MARKET.price_cap_cny_per_mwh


def test_without_a_province_the_city_bears_all_of_it() -> None:
    load = np.full(24, 90.0)
    load[12] = 130.0
    hours = run(small_grid(load, [U(100, 300)], market=MARKET))
    assert hours.unserved_mw[0, 12] == pytest.approx(30.0)


def test_offers_fill_the_gap_in_order_of_price_within_their_hours() -> None:
    """Gap 10 MW for four hours: 6 MW at 2,000 for at most three hours, then 20 MW at 3,000."""
    offers = [O(20, 3000.0, bus=2), O(6, 2000.0, bus=1, hours=3)]
    hours = run(province(offer=offers))
    assert np.count_nonzero(hours.shed_mw[1]) == 3
    assert hours.shed_mw[1].max() == pytest.approx(6.0)
    assert np.allclose(hours.shed_mw[:, 18:22].sum(axis=0), 10.0)
    assert np.allclose(hours.unserved_mw[1:, 18:22], 0.0)
    assert np.allclose(hours.end.events, [1.0, 1.0])
    assert hours.shed_mw[:, :18].sum() == 0.0


def test_an_offer_without_events_left_is_not_called() -> None:
    grid = province(offer=[O(20, 3000.0, bus=2, events=5)])
    used = replace(State.empty(grid), events=np.array([5.0]))
    assert run(grid, used).shed_mw.sum() == 0.0
    assert run(grid).shed_mw.sum() == pytest.approx(40.0)


def test_at_most_one_event_begins_on_a_day() -> None:
    grid = province(offer=[O(20, 3000.0, bus=2, hours=1)])
    assert np.count_nonzero(run(grid).shed_mw) == 1


def test_shed_load_comes_back_over_six_hours() -> None:
    """Each hour the gap of 10 MW and what returns is called; 80 % of that returns over the next six hours."""
    hours = run(province(offer=[O(20, 3000.0, bus=2, rebound=0.8)]))
    called = np.zeros(48)
    for hour in range(18, 22):
        called[hour] = 10.0 + 0.8 * called[hour - 6 : hour].sum() / 6.0
    returning = np.array([0.8 * called[max(0, hour - 6) : hour].sum() / 6.0 for hour in range(48)])
    assert np.allclose(hours.shed_mw[0], called - returning)
    assert hours.shed_mw[0].sum() == pytest.approx(0.2 * called.sum())


def test_response_keeps_its_notice_after_a_surprise() -> None:
    """A unit trips at hour 18; response with two hours' notice comes at 20, with none at once."""
    for notice, first in ((2.0, 20), (0.0, 18)):
        grid = province(peak=900.0, offer=[O(20, 3000.0, bus=2, notice=notice)])
        made = plan(grid, full(grid))
        running = dispatch(grid, full(grid), range(48), State.empty(grid), made)
        known = full(grid)
        known[0, 18:24] = 0.8
        lived = running.until(18)
        again = dispatch(grid, known, range(18, 48), lived.end, made, firm=running)
        assert np.flatnonzero(again.shed_mw[0])[0] + 18 == first


def charging(notice: float = 0.0) -> Flexible:
    """40 MWh a day at bus 1, at most 10 MW, due at midnight."""
    t = np.arange(48)
    day = np.ceil((t + 1) / 24) * 40.0
    least, most = np.where(t % 24 == 23, day, day - 40.0), np.minimum(day, day - 40.0 + (t % 24 + 1) * 10.0)
    return flexible(48, 10.0, least, most, 1, notice=notice)


def test_a_flexible_load_leaves_the_hours_of_a_shortage() -> None:
    hours = run(province(flex=charging()))
    assert np.allclose(hours.flexible_mw[0, 18:22], 0.0)
    assert np.allclose(np.cumsum(hours.flexible_mw[0])[[23, 47]], [40.0, 80.0])


def test_a_flexible_load_keeps_to_the_running_plan_within_its_notice() -> None:
    """It charges in the cheap hours before dawn; when power fails, it waits, but not within its notice."""
    load = np.tile(np.where((np.arange(24) > 2) & (np.arange(24) < 10), 500.0, 900.0), 2)
    drawn = []
    for notice in (3.0, 0.0):
        parts = np.stack([0.9 * load, 0.06 * load, 0.04 * load])
        units = [U(600, 100), U(400, 300)]
        grid = small_grid(parts, units, branch=LINES, counties=PLACES, market=MARKET, flex=charging(notice))
        made = plan(grid, full(grid))
        running = dispatch(grid, full(grid), range(48), State.empty(grid), made)
        now = int(np.flatnonzero(running.flexible_mw[0] > 1.0)[0])
        known = full(grid)
        known[0, now : now + 4] = 0.0
        again = dispatch(grid, known, range(now, 48), running.until(now).end, made, firm=running)
        drawn.append((again.flexible_mw[0, :3], running.flexible_mw[0, now : now + 3]))
    assert np.allclose(*drawn[0])
    assert drawn[1][0].sum() < 1e-9 < drawn[1][1].sum()


def test_an_energy_budget_rises_to_what_it_can_give_only_in_a_shortage() -> None:
    budget = Limit("hydro", np.array([0.0, 1.0]), 480.0, 480.0, 0, 48)
    load = np.full(48, 900.0)
    load[18:22] = 1100.0
    grid = small_grid(load, [U(1000, 300), U(40, 0)], limits=(budget,), market=MARKET)
    made = plan(grid, full(grid))
    assert made.scheduled_mw[1].sum() == pytest.approx(480.0)
    known = full(grid)
    known[0, 40] = 0.85
    hours = dispatch(grid, known, range(48), State.empty(grid), made)
    assert hours.generation_mw[1, 40] == pytest.approx(40.0)
    assert hours.generation_mw[1, :40] == pytest.approx(made.scheduled_mw[1, :40])
