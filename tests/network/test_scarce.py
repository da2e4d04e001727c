"""Hours that fall short are prepared for by all that can shift energy, as the exact engine would (MODEL_SPEC 6.13)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.network.dispatch import Commitment, Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, Market, Relief, State
from dafeng.network.lp_scarce import SCARCE
from dafeng.network.rolling import roll
from tests.network.small_grids import B, O, S, U, full, small_grid

HOURS, SHORT = 48, slice(24, 28)
FREE = Market(reserve_share_load=0.0, reserve_share_vre=0.0)


def behind_a_line(**more: object) -> Grid:
    """200 MW at a first bus, 50 MW of line to a second: 30 MW of load, in the first four hours of the next day 80."""
    load = np.full(HOURS, 30.0)
    load[SHORT] = 80.0
    parts = np.stack([np.full(HOURS, 20.0), load])
    return small_grid(parts, [U(200, 100)], branch=(B(0, 1, 0.1, 50),), counties=("PJ", "JH"), market=FREE, **more)  # type: ignore[arg-type]


def run(grid: Grid, engine: Engine = Engine.FAST, relieve: Relief = Relief.HOURS) -> Hours:
    made = plan(grid, full(grid))
    made = replace(made, value_width_mwh=np.zeros_like(made.value_width_mwh))
    options = Exactly(commitment=Commitment.FIXED) if engine is Engine.EXACT else None
    return dispatch(grid, full(grid), range(grid.hours), State.empty(grid), made, engine=engine, relieve=relieve,
                    options=options)


@pytest.mark.parametrize("relieve", [Relief.HOURS, Relief.DAYS])
def test_a_store_behind_a_line_is_charged_before_the_line_is_full(relieve: Relief) -> None:
    """By one price for all buses it never pays to charge; the line lacks 30 MW for four hours, 120 MWh / 0.8 before."""
    grid = behind_a_line(store=[S(40, 200, bus=1, into=0.8, out=1.0)])
    start = replace(State.empty(grid), stored_mwh=np.array([0.0]))
    made = plan(grid, full(grid))
    made = replace(made, value_width_mwh=np.zeros_like(made.value_width_mwh))
    hours = dispatch(grid, full(grid), range(HOURS), start, made, relieve=relieve)
    assert hours.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)
    assert hours.discharge_mw[0, SHORT].sum() == pytest.approx(120.0)
    assert hours.charge_mw.sum() == pytest.approx(150.0)
    assert hours.cost_cny == pytest.approx(100 * (48 * 20 + 44 * 30 + 4 * 50 + 150))
    assert (hours.way == SCARCE).all()


def test_response_behind_a_line_fills_what_it_lacks() -> None:
    """30 MW are missing for four hours; 25 MW of response for four leave 5, and nothing comes back."""
    grid = behind_a_line(offer=[O(25.0, 300.0, bus=1, hours=4.0)])
    hours = run(grid)
    assert hours.unserved_mw[1, SHORT] == pytest.approx(np.full(4, 5.0))
    assert hours.cost_cny == pytest.approx(100 * (48 * 20 + 44 * 30 + 4 * 50) + 300 * 100 + 10_000 * 20)


def test_without_a_shortage_hours_stay_with_the_fast_engine() -> None:
    grid = behind_a_line(store=[S(40, 200, bus=1)])
    light = replace(grid, load_mw=0.5 * grid.load_mw)
    assert (run(light).way == 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_scarce_hours_cost_what_the_exact_engine_pays(seed: int) -> None:
    """Two or three buses, weak lines, stores of unlike wear, response with rebound: within a thousandth of the cost."""
    rng, buses = np.random.default_rng(seed), 2 + seed % 2
    shape = 0.8 + 0.3 * np.sin((np.arange(96) - 9) * np.pi / 12) + 0.05 * rng.standard_normal((buses, 96))
    load = 100.0 * rng.uniform(0.5, 1.5, (buses, 1)) * np.maximum(shape, 0.0)
    peak = float(load.sum(axis=0).max())
    units = [U(peak * rng.uniform(0.2, 0.4), rng.uniform(100, 700), f"u{i}", int(rng.integers(buses)))
             for i in range(4)]
    stores = [S(peak * rng.uniform(0.03, 0.1), peak * rng.uniform(0.1, 0.4), f"s{i}", int(rng.integers(buses)),
                into=0.9, out=0.92, wear=rng.uniform(0, 30)) for i in range(2)]
    offers = [O(peak * 0.05, rng.uniform(500, 4000), bus=int(rng.integers(buses)), rebound=rng.uniform(0, 0.9))]
    lines = tuple(B(i - 1, i, 0.1, peak * rng.uniform(0.1, 0.3)) for i in range(1, buses))
    grid = small_grid(load, units, store=stores, offer=offers, branch=lines, counties=("PJ",) * buses, market=FREE)
    fast, exact = run(grid, relieve=Relief.DAYS), run(grid, Engine.EXACT)
    assert exact.cost_cny * (1 - 1e-9) <= fast.cost_cny <= exact.cost_cny * 1.001


def test_response_for_money_pays_for_what_comes_back() -> None:
    """A price of 60 for one hour, 30 after it: 50 to call and all back at 30 is no gain, a fifth back is."""
    load = np.full(24, 100.0)
    load[10] = 130.0
    for rebound, called in ((1.0, 0.0), (0.2, 10.0)):
        grid = small_grid(load[None, :], [U(110, 30), U(50, 60)], market=FREE,
                          offer=[O(10.0, 50.0, hours=1.0, events=8760.0, rebound=rebound)])
        assert run(grid).called_mw[0, 10] == pytest.approx(called)


def test_the_store_that_wears_least_goes_first() -> None:
    """Both could fill the evening's gap of 40 MWh; the larger one costs 20 a MWh to use, the smaller one nothing."""
    load = np.full(24, 60.0)
    load[18] = 140.0
    grid = small_grid(load[None, :], [U(100, 10), U(100, 200)], market=FREE,
                      store=[S(80, 80, "large", wear=20.0), S(40, 40, "small")])
    hours = run(replace(grid))
    assert hours.discharge_mw[:, 18] == pytest.approx([0.0, 40.0])


@pytest.mark.parametrize("more", [{}, {"store": [S(1, 4, bus=0)]}])
def test_a_window_that_falls_short_keeps_its_lines(more: dict[str, object]) -> None:
    """100 MW behind a line of 50 with 20 MW there: 30 are missing all day, whatever a store on the other side does."""
    load = np.full((2, HOURS), 100.0)
    load[0, 18] = 250.0
    grid = small_grid(load, [U(300, 10), U(20, 20, bus=1)], branch=(B(0, 1, 0.1, 50),), counties=("PJ", "JH"),
                      market=FREE, **more)  # type: ignore[arg-type]
    hours = run(grid)
    assert np.abs(hours.flow_mw).max() <= 50.0 + 1e-6
    assert hours.unserved_mw[1].sum() == pytest.approx(30.0 * HOURS)


@pytest.mark.parametrize("seed", [28, 33])
def test_a_small_store_makes_no_window_with_ramps_dearer(seed: int) -> None:
    """Slow units that fall short are committed anew, with a store of next to nothing as without one."""
    rng, hour = np.random.default_rng(seed), np.arange(72)
    load = np.maximum(100 * (0.8 + 0.45 * np.sin((hour - 9) * np.pi / 12) + 0.05 * rng.standard_normal(72)), 5.0)
    peak = float(load.max())
    units = [U(peak * rng.uniform(0.2, 0.5), rng.uniform(100, 700), f"u{i}", kind="unit", least=rng.uniform(0.2, 0.5),
               ramp=peak * rng.uniform(0.02, 0.08), start=rng.uniform(0, 20_000), up=4.0, down=4.0) for i in range(4)]
    without, with_it = (run(small_grid(load[None], units, market=FREE, store=store))
                        for store in ([], [S(0.02, 0.04)]))
    assert with_it.cost_cny <= without.cost_cny * 1.002


@pytest.mark.parametrize(("units", "price", "hours", "calls", "cost"), [
    ([U(100, 100.0)], 1000.0, 1, 1.0, 218_000.0),
    ([U(100, 100.0), U(50, 700.0)], 500.0, 1, 1.0, 217_500.0),
    ([U(100, 100.0), U(50, 700.0)], 500.0, 4, 4.0, 222_000.0),
])
def test_no_more_response_is_called_than_is_dearer(
    units: list[U], price: float, hours: int, calls: float, cost: float
) -> None:
    """1 MW above the cheap unit, in an hour or in four: of an offer of 50 MW it takes 1, all else costs 100."""
    load = np.full(24, 90.0)
    load[18 : 18 + hours] = 101.0
    grid = small_grid(load[None], units, offer=[O(50, price, hours=4, events=8760)], market=FREE)
    found = run(grid)
    assert found.called_mw.sum() == pytest.approx(calls)
    assert found.cost_cny == pytest.approx(cost)


def test_events_of_a_programme_are_energy_in_parts_of_a_full_one() -> None:
    """An offer of 50 MW for four hours: 4 MW called in all is a fiftieth of an event, however many days it is."""
    load = np.full(96, 90.0)
    load[18::24] = 101.0
    grid = small_grid(load[None], [U(100, 100.0)], offer=[O(50, 1000.0, hours=4, events=4)], market=FREE)
    assert run(grid, Engine.EXACT).end.events[0] == pytest.approx(4.0 / 200.0)


@pytest.mark.parametrize("relieve", [Relief.HOURS, Relief.DAYS])
def test_a_programme_that_keeps_a_store_full_for_the_next_week_is_no_worse_for_it(relieve: Relief) -> None:
    """180 MWh are lost behind a line in the first week whatever is done; the store is worth more in the second one."""
    dear, load = 300.0, np.stack([np.full(336, 80.0), np.full(336, 30.0)])
    load[1, 110:116], load[0, 230:234] = 80.0, 150.0
    grid = small_grid(load, [U(200, 100.0), U(80, dear, "peak")], store=[S(50, 200, into=0.9, out=0.9)],
                      branch=(B(0, 1, 0.1, 50.0),), counties=("PJ", "PJ"), market=FREE)
    share = full(grid)
    share[1, :200], share[0] = 0.0, 0.65
    share[0, 116:240] = 0.55
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST, relieve=relieve)
    exact = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT)
    assert fast.unserved_mw.sum() == pytest.approx(exact.unserved_mw.sum())
    assert fast.cost_cny == pytest.approx(exact.cost_cny, rel=1e-6)


@pytest.mark.parametrize("engine", list(Engine))
def test_a_surprise_at_noon_finds_no_second_event_of_the_day(engine: Engine) -> None:
    """50 MW of response for four hours go in the morning; at noon a unit fails, and the evening's 50 MW are lost."""
    load = np.full(HOURS, 90.0)
    load[6:10], load[16:20] = 150.0, 150.0
    grid = small_grid(load[None], [U(160, 100.0)], store=[S(0.5, 1.0, into=0.9, out=0.9)], market=FREE,
                      offer=[O(50.0, 1000.0, hours=4.0, events=8.0)])
    share = full(grid)
    share[0, 6:10] = 0.625
    made = plan(grid, share, engine=engine)
    day = dispatch(grid, share, range(HOURS), State.empty(grid), made, engine=engine, relieve=Relief.DAYS)
    share = share.copy()
    share[0, 12:24] = 0.625
    later = dispatch(grid, share, range(12, HOURS), day.state_after(12), made, engine=engine, relieve=Relief.DAYS,
                     firm=day)
    called = day.called_mw[0, :12].sum()
    assert called > 190.0
    assert called + later.called_mw[0, :12].sum() <= 200.0 + 1e-6
    assert later.unserved_mw[0, 4:8].sum() == pytest.approx(200.0 - later.called_mw[0, :12].sum(), abs=2.0)


def test_a_gap_that_a_store_fills_is_no_hour_of_the_price_cap() -> None:
    """140 MW at 18 h: 100 at 10 CNY/MWh and 40 from the store; the price is that of the unit, as no load is lost."""
    load = np.full((1, 24), 60.0)
    load[0, 18] = 140.0
    hours = run(small_grid(load, [U(100, 10)], store=[S(40, 80, "s")], market=FREE))
    assert hours.unserved_mw.sum() == pytest.approx(0.0)
    assert hours.discharge_mw[0, 18] == pytest.approx(40.0)
    assert hours.price_cny_per_mwh == pytest.approx(np.full(24, 10.0))
