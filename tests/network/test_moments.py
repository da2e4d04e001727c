"""Sample years that come in one after the other: the same figures as all at once, in memory that does not grow."""

import tracemalloc
from functools import partial

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy_indices import tail_mean
from dafeng.network.moments import Moments, Thinned
from dafeng.network.regional import assess
from dafeng.network.regional_indices import Years, indices_of
from dafeng.network.regional_year import AMOUNTS
from dafeng.network.systems import read_system

RNG = np.random.default_rng(5)


def test_parts_have_the_moments_of_the_whole():
    whole = 1e6 + RNG.exponential(3.0, (1000, 2, 3))
    seen = Moments()
    for part in np.split(whole, [1, 7, 300, 900]):
        seen.add(part)
    assert seen.count == 1000
    assert seen.mean == pytest.approx(whole.mean(axis=0), rel=1e-12)
    for row in range(2):
        assert seen.covariance[row] == pytest.approx(np.cov(whole[:, row].T), rel=1e-9, abs=1e-9)


def test_a_thinned_series_is_whole_until_it_is_long_and_then_evenly_spread():
    series, values = Thinned(most=1000), np.arange(10_000.0)
    series.add(values[:900])
    assert series.rows.tolist() == values[:900].tolist()
    for part in np.split(values[900:], [50, 3000, 3001, 8000]):
        series.add(part)
    assert series.rows.tolist() == values[::16].tolist()


def test_the_tail_of_a_thinned_series_lies_within_its_own_error():
    values, series = np.random.default_rng(3).exponential(1.0, 200_000), Thinned()
    for part in np.split(values, 50):
        series.add(part)
    kept, whole = tail_mean(series.rows), tail_mean(values)
    assert abs(kept.value - whole.value) < 3 * kept.se
    assert kept.se > whole.se


def test_memory_is_flat_in_the_number_of_sample_years():
    years = Years(read_system("rts79"), False, False, True)
    part, steps = np.random.default_rng(2).exponential(1.0, (1000, 2, AMOUNTS)), np.zeros(8736, dtype=np.int64)
    held = []
    tracemalloc.start()
    for _ in range(4):
        for _ in range(40):
            years.add(part, steps)
        indices_of(years)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert years.count == 160_000
    assert max(held[1:]) < held[0] + 300_000


def test_equal_luck_gives_equal_figures_for_any_number_of_threads_beyond_what_is_kept():
    from dafeng.network.regional import Ways, assess

    system = read_system("rts79")
    one, two = (assess(system, Luck(4), sample_years=22_000, ways=Ways(threads=n)) for n in (1, 2))
    assert one.indices == two.indices


def test_an_assessment_keeps_no_more_than_the_energies_of_its_sample_years():
    """Eight bytes a region and sample year, and as many for all regions, until they are thinned; twice while joined."""
    system = read_system("rts79")
    few, many = (peak_bytes(partial(assess, system, Luck(1), sample_years=years)) for years in (2000, 10_000))
    assert many < few + 8000 * 2 * (len(system.regions) + 1) * 8 + 64_000


def peak_bytes(work):
    """Highest memory of arrays while something is done that was done before."""
    work()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
