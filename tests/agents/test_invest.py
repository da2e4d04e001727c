from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from dafeng.agents.expectations import Foresight, Habits, adaptive, expected, forecast_error, trend
from dafeng.agents.invest import Cash, capital_recovery, discounted_years, hurdle, npv, payment, strike
from dafeng.agents.invest_margin import Days, Running, battery_margin, profile_margin, thermal_margin
from dafeng.configs.luck import Luck

HABITS = Habits(5, 0.4, 0.6)


def test_the_value_of_a_unit_is_the_sum_worked_by_hand() -> None:
    cash = Cash(capital_cny=3000.0, lead_y=3, life_y=4, margin_cny=1500.0, fixed_cny=200.0, rate=0.08)
    spent = sum(1000.0 / 1.08**j for j in range(3))
    earned = sum(1300.0 / 1.08**j for j in range(3, 7))
    assert npv(cash) == pytest.approx(earned - spent, rel=1e-12)


def test_a_gas_unit_of_2600_cny_per_kw_needs_the_margin_that_the_annuity_says() -> None:
    cash = Cash(2.6e6, 1, 25, 0.0, 0.0, 0.065)
    assert payment(cash, 25) == pytest.approx(2.6e6 * capital_recovery(0.065, 25), rel=1e-9)


def test_discounted_years_start_at_the_first_year() -> None:
    assert discounted_years(0.05, 3, 2) == pytest.approx(1.05**-3 + 1.05**-4)
    assert discounted_years(0.05, 3, 0) == 0.0


def test_the_hurdle_weighs_equity_debt_and_premium() -> None:
    assert hurdle(0.7, 0.10, 0.03, 0.02) == pytest.approx(0.071)
    assert hurdle(0.7, 0.10, 0.03, 0.0, green_cut=0.006) == pytest.approx(0.0468)


def test_a_strike_over_a_part_of_the_life_makes_the_value_zero() -> None:
    energy, market, fixed, rate = 1095.0, 330_000.0, 60_000.0, 0.07
    cash = Cash(3.0e6, 2, 25, market, fixed, rate)
    price = strike(cash, energy, market, 15)
    with_contract = sum((price * energy - fixed) / 1.07**j for j in range(2, 17))
    after = sum((market - fixed) / 1.07**j for j in range(17, 27))
    assert with_contract + after == pytest.approx(1.5e6 + 1.5e6 / 1.07, rel=1e-9)


def test_a_payment_is_zero_for_what_pays_already() -> None:
    assert payment(Cash(1000.0, 1, 10, 900.0, 0.0, 0.05), 10) == 0.0


def test_a_trend_of_growth_goes_on_and_looks_back_five_years_only() -> None:
    history = {2015: 9000.0, **{2016 + i: 100.0 * 1.05**i for i in range(5)}}
    assert trend(history, 2025, 5) == pytest.approx(100.0 * 1.05**9)


def test_foresight_changes_what_is_expected() -> None:
    history = {2020: 100.0, 2021: 110.0}
    values = {mode: expected(mode, history, 2023, 90.0, HABITS) for mode in Foresight}
    assert values[Foresight.PERFECT] == 90.0
    assert values[Foresight.MYOPIC] == 110.0
    assert values[Foresight.ADAPTIVE] == adaptive(history, 0.4) == 114.0
    assert values[Foresight.TREND] == pytest.approx(133.1)
    assert values[Foresight.ANNOUNCED] == pytest.approx(0.6 * 90.0 + 0.4 * 133.1)


def test_forecast_errors_last_and_have_the_stated_spread() -> None:
    luck = Luck(3, 0)
    errors = np.array([forecast_error(luck, f"owner-{i}", 0.10) for i in range(2000)])
    assert forecast_error(luck, "owner-7", 0.10) == errors[7]
    assert abs(errors.mean() - 1.0) < 3 * 0.10 / 2000**0.5
    assert abs(errors.std() - 0.10) < 3 * 0.10 / 4000**0.5


def unit(cost: float, no_load: float, least: float, start: float) -> Running:
    return Running(*(np.array([x]) for x in (cost, no_load, least, start, 0.0)))


def test_a_unit_runs_full_above_its_cost_and_at_its_least_below() -> None:
    price = np.array([[500.0] * 12 + [200.0] * 12])
    earned = thermal_margin(Days(price, np.array([365.0])), unit(300.0, 10.0, 0.5, 1e9))
    assert earned[0] == pytest.approx(365.0 * (12 * 200.0 - 12 * 0.5 * 100.0 - 24 * 10.0))


def test_a_day_that_loses_more_than_a_start_is_left_out() -> None:
    price = np.array([[500.0] * 24, [100.0] * 24])
    earned = thermal_margin(Days(price, np.array([300.0, 65.0])), unit(300.0, 0.0, 0.5, 900.0))
    assert earned[0] == pytest.approx(300.0 * 24 * 200.0 - 65.0 * 900.0)


def test_a_unit_that_never_pays_earns_nothing() -> None:
    assert thermal_margin(Days(np.full((3, 24), 100.0), np.full(3, 121.0)), unit(300.0, 0.0, 0.5, 900.0))[0] == 0.0


def test_deeper_least_output_never_earns_less() -> None:
    rng = np.random.default_rng(5)
    days = Days(rng.uniform(100.0, 600.0, (12, 24)), np.full(12, 365 / 12))
    twice = Running(*(np.full(2, x) for x in (340.0, 15.0, 0.5, 1500.0, 0.0)))
    shallow, deep = thermal_margin(days, replace(twice, min_share=np.array([0.5, 0.3])))
    assert deep >= shallow > 0.0


def test_wind_earns_what_it_makes_and_sells_nothing_below_zero() -> None:
    days = Days(np.array([[400.0] * 12 + [-50.0] * 12]), np.array([365.0]))
    revenue, energy = profile_margin(days, np.full(24, 0.3))
    assert energy == pytest.approx(0.3 * 8760)
    assert revenue == pytest.approx(0.3 * 400.0 * 12 * 365)


def test_a_battery_buys_once_at_night_and_sells_at_the_peak() -> None:
    price = np.full((1, 24), 300.0)
    price[0, 2:5], price[0, 18:20] = 100.0, 700.0
    earned = battery_margin(Days(price, np.array([365.0])), 2.0, 0.81, 10.0, 1.5)
    stored = 2.0
    assert earned == pytest.approx(365.0 * (stored * 0.9 * 690.0 - stored / 0.9 * 100.0))


def by_linear_programme(price: np.ndarray, hours: float, efficiency: float, wear: float, cycles: float) -> float:
    n, one_way = len(price), efficiency**0.5
    charge, discharge = np.arange(n), n + np.arange(n)
    level = np.zeros((n, 2 * n))
    for h in range(n):
        level[h, charge[: h + 1]], level[h, discharge[: h + 1]] = one_way, -1.0 / one_way
    most = np.zeros((1, 2 * n))
    most[0, discharge] = 1.0
    found = linprog(
        np.concatenate([price, wear - price]), A_ub=np.vstack([level, -level, most]),
        b_ub=np.concatenate([np.full(n, hours), np.zeros(n), [cycles * hours]]), bounds=(0.0, 1.0),
    )
    assert found.fun is not None
    return -float(found.fun)


@pytest.mark.parametrize("hours", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("cycles", [0.4, 1.5])
def test_battery_arbitrage_is_the_optimum_of_the_linear_programme(hours: float, cycles: float) -> None:
    rng = np.random.default_rng(int(10 * hours + cycles))
    for _ in range(4):
        price = rng.uniform(0.0, 800.0, 24)
        got = battery_margin(Days(price[None], np.ones(1)), hours, 0.86, 10.0, cycles)
        assert got == pytest.approx(by_linear_programme(price, hours, 0.86, 10.0, cycles), rel=1e-4)
