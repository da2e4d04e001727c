"""Mann-Kendall against all orders of a few values, against Kendall's tau, and by hand; and what a peak is."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from dafeng.configs import load
from dafeng.experiments import formats
from dafeng.experiments.peak_status import COLUMNS, PEAKED, PLATEAU, UNPEAKED, UNTOLD, Thresholds, by_bundle, status_of
from dafeng.experiments.report_peaks import peaks
from dafeng.experiments.trend import correction, mann_kendall, sen_slope, since_maximum, statistic, variance

LIMITS = Thresholds(5, 3, 0.01, 0.05)


def test_the_variance_is_that_of_all_orders_with_ties_and_without() -> None:
    """n(n-1)(2n+5)/18 is 16.667 for five values; a pair and a triple of equal ones take 18/18 and 66/18 off."""
    assert variance(np.arange(5.0)) == pytest.approx(300 / 18)
    tied = np.array([1.0, 1.0, 2.0, 2.0, 2.0])
    assert variance(tied) == pytest.approx((300 - 18 - 66) / 18)
    for values in (np.arange(5.0), tied, np.array([3.0, 3.0, 1.0, 4.0, 4.0, 4.0])):
        every = [statistic(np.array(order)) for order in permutations(values.tolist())]
        assert np.mean(every) == 0.0
        assert variance(values) == pytest.approx(float(np.mean(np.square(every))), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("levels", [3, 100])
def test_up_to_eight_values_p_is_that_of_all_their_orders(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, levels, rng.integers(3, 8)).astype(float)
    every = np.array([abs(statistic(np.array(order))) for order in permutations(values.tolist())])
    assert mann_kendall(values).p == pytest.approx(float((every >= abs(statistic(values))).mean()), abs=1e-12)


def test_without_ties_s_and_p_are_those_of_kendalls_tau() -> None:
    rng = np.random.default_rng(5)
    for n in range(4, 9):
        values = rng.permutation(float(n) + np.arange(n))
        theirs = kendalltau(np.arange(n), values, method="exact")
        ours = mann_kendall(values)
        assert ours.s == pytest.approx(theirs.statistic * n * (n - 1) / 2)
        assert ours.p == pytest.approx(theirs.pvalue, abs=1e-6)


def test_a_long_series_without_autocorrelation_has_the_normal_p_with_continuity() -> None:
    """n = 10, S = 45 - 2 * 4 = 37: Var = 125, z = 36 / 11.18 = 3.22, p = 0.00128."""
    values = np.array([2.0, 1.0, 3.0, 5.0, 4.0, 6.0, 8.0, 7.0, 10.0, 9.0])
    found = mann_kendall(values)
    assert found.s == 37
    assert found.variance == pytest.approx(125.0 * correction(values))
    assert correction(values) == 1.0
    assert found.p == pytest.approx(0.00128, abs=2e-5)


def test_autocorrelation_makes_a_trend_less_clear_and_never_clearer() -> None:
    waves = np.sin(np.arange(24) / 3.0) - 0.02 * np.arange(24)
    assert correction(waves) > 1.5
    saw = np.where(np.arange(24) % 2 == 0, 1.0, -1.0) + 1e-3 * np.arange(24)
    assert correction(saw) == 1.0


def test_sens_slope_is_the_median_of_pairs_over_the_mean() -> None:
    """Slopes of 10, 9, 8, 20: -1, -1, -1, 12, 5.5, 10/3; the median of the sorted six is 1.1667; mean 11.75."""
    assert sen_slope(np.array([10.0, 9.0, 8.0, 20.0])) == pytest.approx((-1.0 + 10.0 / 3.0) / 2 / 11.75)


@pytest.mark.parametrize(
    ("values", "word", "year"),
    [
        ([8, 9, 10, 9.5, 9, 8.5, 8, 7.5], PEAKED, 2022),
        ([8, 9, 10, 9.5, 9, 8.5, 8], PLATEAU, 2022),  # clear, but only four years since the maximum
        ([8, 9, 10, 9.2, 9.8, 9.1, 9.9, 9.4, 9.7], PLATEAU, 2022),  # no clear fall
        ([8, 8.4, 8.8, 9.2, 9.6, 10, 10.4], UNPEAKED, 2026),
        ([8, 9, 9.98, 9.99, 10.0, 10.01, 10.02, 10.03], UNPEAKED, 2027),  # small, but clear: p is 2/720
        ([8, 9, 10.0, 9.98, 10.01, 9.97, 10.0, 9.99, 10.02], PLATEAU, 2028),  # highest last, but flat
    ],
)
def test_a_peak_needs_years_and_a_clear_fall(values: list[float], word: str, year: int) -> None:
    found = status_of(2020, np.array(values, dtype=float), LIMITS)
    assert (found.word, found.year) == (word, year)


@pytest.mark.parametrize("n", [6, 7, 8])
def test_from_a_maximum_p_is_that_of_all_orders_that_begin_with_it(n: int) -> None:
    """S of the whole series, over every order whose highest value comes first: its own distribution, counted."""
    rest = [list(order) for order in permutations(range(n - 1))]
    every = np.array([statistic(np.array([n, *order], float)) for order in rest]) + (n - 1)
    for order in rest[:: len(rest) // 20]:
        values = np.array([n, *order], dtype=float)
        s = statistic(values) + (n - 1)
        assert since_maximum(values).s == s
        assert since_maximum(values).p == pytest.approx(float((np.abs(every) >= abs(s)).mean()), abs=1e-12)


@pytest.mark.parametrize("rise", [0, 5])
def test_noise_and_plateaus_count_as_peaked_no_more_often_than_the_test_allows(rise: int) -> None:
    """White noise of 21 years, and a climb of 5 years to a plateau: at p < 0.05 half the rejections are falls, 2.5 %.

    With the maximum counted as the first year of the trend it was 7 % of those with five years after it.
    """
    rng, level = np.random.default_rng(7), np.concatenate([np.arange(-4.0 * rise, 0.0, 4.0), np.zeros(21 - rise)])
    peaked = has_time = 0
    for _ in range(3000):
        values = 100.0 + level + rng.normal(size=21)
        peaked += status_of(2020, values, LIMITS).word == PEAKED
        has_time += 20 - int(np.argmax(values)) >= LIMITS.years_after
    share = peaked / has_time
    error = (0.025 * 0.975 / has_time) ** 0.5
    assert 0.008 < share < 0.025 + 2.0 * error


def test_a_clear_fall_is_still_found() -> None:
    """Three tenths of the noise a year for 15 years: nine of ten such peaks are told."""
    rng = np.random.default_rng(8)
    level = np.concatenate([np.arange(-20.0, 0.0, 4.0), -0.3 * np.arange(16)])
    found = [status_of(2020, 100.0 + level + rng.normal(size=21), LIMITS).word for _ in range(300)]
    assert found.count(PEAKED) > 0.8 * len(found)


def test_one_year_alone_has_no_status() -> None:
    """It was told as a plateau of 100 %: no slope at all is a flat one."""
    found = status_of(2020, np.array([8.0]), LIMITS)
    assert found.word == UNTOLD
    runs = pd.DataFrame([[0, "baseline", "default", found.word, 2020, 0, 0, 1.0, 0.0]], columns=COLUMNS)
    told = by_bundle(runs).iloc[0]
    assert np.isnan([told["peaked"], told["plateau"], told["not_peaked"], told["p"]]).all()
    assert told["peak_year"] == 2020
    comparison = SimpleNamespace(peaks=by_bundle(runs), bundles=("baseline",))
    assert formats._peaks(comparison, "default")[1][:2] == ["baseline", "not told: one year"]
    results = SimpleNamespace(shown=("baseline",), title=lambda bundle, lang: bundle)
    for lang, said in (("en", "not told: one year"), ("zh", "仅一年，无法判断")):
        table = peaks(results, comparison, "default", lang)
        assert table.rows[0][1].text == said


def test_thresholds_are_data_of_the_city() -> None:
    assert Thresholds.of(load.city("toy3")) == LIMITS
