"""The error of the mean of the worst years, of which there are few."""

import math

import numpy as np
import pytest

from dafeng.network.adequacy_indices import tail_mean


@pytest.mark.parametrize("count", [40, 100, 200])
def test_the_interval_of_a_tail_of_few_years_holds_its_mean_nearly_as_often_as_it_says(count):
    """Exponential years: the mean of the worst 5 % is 1 + ln 20. By the plain error held 54, 79 and 88 %."""
    years = np.random.default_rng(count).exponential(1.0, (2000, count))
    found = [tail_mean(of) for of in years]
    held = np.mean([abs(one.value - 1.0 - math.log(20.0)) < 1.96 * one.se for one in found])
    assert 0.89 < held < 0.98


def test_a_tail_of_fewer_than_two_years_has_no_error():
    assert math.isnan(tail_mean(np.arange(39.0)).se)
    assert tail_mean(np.arange(40.0)).se > 0.0
    assert math.isnan(tail_mean(np.arange(2.0), np.zeros(2, np.int64), np.full(2, 0.5)).se)


@pytest.mark.parametrize("count", [40, 100, 200, 1000])
def test_years_of_one_weight_have_the_error_of_years_without(count):
    values = np.random.default_rng(1).exponential(1.0, count)
    weighted = tail_mean(values, np.zeros(count, np.int64), np.full(count, 1.0 / count))
    assert weighted.se == pytest.approx(tail_mean(values).se)


def test_a_rare_state_of_one_year_tells_no_error_of_the_tail_it_fills():
    case = np.array([0] * 99 + [1])
    values, weight = np.append(np.zeros(99), 7.0), np.append(np.full(99, 0.95 / 99), 0.05)
    assert tail_mean(values, case, weight).value == pytest.approx(7.0)
    assert math.isnan(tail_mean(values, case, weight).se)
