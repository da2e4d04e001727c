"""Shortages as tables: classes that add up to the indices."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.network.adequacy_samples import MOST_EVENTS
from dafeng.sim.shortages import by_duration_and_depth, by_month_and_hour


def made(events, sample_years=10):
    """`events`: (sample, first hour, hours, deepest MW)."""
    columns = np.array(events, dtype=float).reshape(-1, 4).T
    table = dict(zip(("sample", "hour", "hours", "deepest_mw"), columns, strict=True))
    return SimpleNamespace(adequacy={"province": SimpleNamespace(
        events=table, sample_years=sample_years, year_weight=np.full(sample_years, 1.0 / sample_years))})


def test_hours_fall_into_their_month_and_hour_and_add_up_to_lolh():
    """Three hours from 23:00 on 31 January, in one of ten sample years."""
    book = by_month_and_hour(made([(3, 30 * 24 + 23, 3, 50.0)]), "v")
    assert {(e.technology, e.fuel): e.value for e in book} == {
        ("month 1", "hour 23"): 0.1, ("month 2", "hour 0"): 0.1, ("month 2", "hour 1"): 0.1}
    assert book.total() == pytest.approx(3 / 10)


def test_shortages_fall_into_their_classes_and_add_up_to_lolf():
    book = by_duration_and_depth(made([(0, 5, 3, 250.0), (1, 5, 3, 499.0), (1, 90, 7, 0.5)]), "v")
    assert {(e.technology, e.fuel): e.value for e in book} == {
        ("from 3 h", "from 200 MW"): 0.2, ("from 6 h", "from 1 MW"): 0.1}
    assert book.total() == pytest.approx(3 / 10)


def test_where_nothing_is_short_there_is_no_row():
    assert len(by_month_and_hour(made([]), "v")) == 0


def test_where_more_shortages_were_seen_than_kept_only_whole_sample_years_count():
    events = [(sample, 24 * day, 1, 5.0) for sample in range(200) for day in range(100)][:MOST_EVENTS]
    book = by_month_and_hour(made(events, sample_years=1000), "v")
    assert book.total() == pytest.approx(100.0)
