"""Heat rates, emissions and costs of thermal units."""

from __future__ import annotations

import pytest

from dafeng.network.thermal import emission_rate, fuel_cost, heat_line, marginal_cost, no_load_cost, start_cost


def test_a_unit_of_the_reliability_test_system_burns_4_6_percent_without_output() -> None:
    """RTS-GMLC U350: minimum 0.40, relative efficiency there 0.935 (MODEL_SPEC 1.1)."""
    line = heat_line(0.36, 0.40, 0.935)
    assert line.heat_gj(0.0, 350.0) / line.heat_gj(350.0, 350.0) == pytest.approx(0.046, abs=5e-4)


@pytest.mark.parametrize(("efficiency", "least", "ratio"), [(0.43, 0.4, 0.94), (0.57, 0.4, 0.93), (0.375, 0.5, 0.93)])
def test_the_heat_line_goes_through_full_and_minimum_load(efficiency: float, least: float, ratio: float) -> None:
    line = heat_line(efficiency, least, ratio)
    assert 3.6 * 100.0 / line.heat_gj(100.0, 100.0) == pytest.approx(efficiency)
    assert 3.6 * least * 100.0 / line.heat_gj(least * 100.0, 100.0) == pytest.approx(efficiency * ratio)


def test_a_unit_without_a_minimum_has_no_idle_heat() -> None:
    assert heat_line(0.4, 0.0, 1.0).no_load_gj_per_mw == 0.0
    assert heat_line(0.4, 0.0, 1.0).gj_per_mwh == pytest.approx(9.0)


def test_an_output_benchmark_can_favour_efficient_coal() -> None:
    """At 100 CNY/t and a benchmark of 0.8 t/MWh a unit at 0.75 t/MWh earns 5 CNY/MWh, one at 0.9 pays 10."""
    good, bad = heat_line(3.6 * 0.09474 / 0.75, 0.0, 1.0), heat_line(3.6 * 0.09474 / 0.90, 0.0, 1.0)
    taxed = [marginal_cost(line, 30.0, 0.09474, 100.0) for line in (good, bad)]
    traded = [marginal_cost(line, 30.0, 0.09474, 100.0, 0.8) for line in (good, bad)]
    free = [marginal_cost(line, 30.0, 0.09474, 0.0) for line in (good, bad)]
    assert taxed[0] - free[0] == pytest.approx(75.0)
    assert traded[0] - free[0] == pytest.approx(-5.0)
    assert traded[1] - free[1] == pytest.approx(10.0)


def test_emissions_follow_fuel_and_capture() -> None:
    assert emission_rate(9.0, 0.09474, 1.0) == pytest.approx(0.85266)
    assert emission_rate(9.0, 0.09474, 1.0, captured_share=0.9) == pytest.approx(0.085266)


def test_idle_and_start_costs_by_hand() -> None:
    line = heat_line(0.4, 0.5, 0.9)
    assert line.no_load_gj_per_mw == pytest.approx(9.0 - 9.0 * (1 - 0.5 / 0.9) / 0.5)
    assert fuel_cost(30.0, 0.1, 50.0) == pytest.approx(35.0)
    assert no_load_cost(line, 600.0, 30.0, 0.1, 50.0) == pytest.approx(line.no_load_gj_per_mw * 600.0 * 35.0)
    assert start_cost(600.0, 52.4, 30.0, 350.0) == pytest.approx(600.0 * (52.4 * 30.0 + 350.0))
