"""What figures compute before anything is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dafeng.experiments.figures import hours
from dafeng.experiments.figures.data import SHARE, Missing, Results, against, difference, is_clear, spread
from dafeng.experiments.paired import interval
from tests.figures.made import emissions_mt, make


def test_the_band_is_the_student_interval_of_the_mean() -> None:
    values = [1.0, 2.0, 6.0]
    rows = pd.DataFrame({"bundle": "a", "replication": range(3), "year": 2020, "value": values, "se": 9.0})
    table = spread(rows).iloc[0]
    expected = interval(np.array(values))
    assert (table["mean"], table["n"]) == (3.0, 3)
    assert (table["low"], table["high"]) == pytest.approx((expected.low, expected.high))
    assert (table["least"], table["most"]) == (1.0, 6.0)


def test_one_replication_has_the_interval_of_its_sampling_error_or_none() -> None:
    rows = pd.DataFrame({"bundle": ["a", "b"], "replication": 0, "year": 2020, "value": 10.0, "se": [2.0, 0.0]})
    table = spread(rows).set_index("bundle")
    assert table.loc["a", "high"] == pytest.approx(10.0 + 1.959964 * 2.0)
    assert np.isnan(table.loc["b", "high"])


def test_the_interval_of_a_share_ends_at_its_bounds_and_holds_the_truth_as_often() -> None:
    """Credits of 0.97 and 0.02 with errors of 0.04: normal intervals would go to 1.05 and -0.06."""
    truth, draws = np.array([0.97, 0.02]), 2000
    drawn = truth + np.random.default_rng(3).normal(0.0, 0.04, (draws, 2))
    rows = pd.DataFrame({"draw": np.repeat(np.arange(draws), 2), "at": np.tile([0, 1], draws), "value": drawn.ravel(),
                         "se": 0.04})
    cut, whole = (spread(rows, by=("draw", "at"), **more) for more in ({"within": SHARE}, {}))
    assert (cut["low"].min(), cut["high"].max()) == (0.0, 1.0)
    assert whole["high"].max() > 1.05
    true = truth[cut["at"]]
    held = [(table["low"] <= true) & (true <= table["high"]) for table in (cut, whole)]
    assert held[0].equals(held[1])
    assert held[0].mean() == pytest.approx(0.95, abs=0.015)


def test_differences_pair_the_same_replication() -> None:
    rows = pd.DataFrame({
        "bundle": ["base", "base", "mine", "mine"], "replication": [0, 1, 1, 0], "year": 2020,
        "value": [10.0, 20.0, 19.0, 8.0], "se": 0.0,
    })
    found = against(rows, "base").set_index("replication")["value"]
    assert found.to_dict() == {0: -2.0, 1: -1.0}


def test_a_replication_without_its_partner_is_left_out_of_differences() -> None:
    rows = pd.DataFrame({
        "bundle": ["base", "mine", "mine"], "replication": [0, 0, 1], "year": 2020, "value": [1.0, 2.0, 3.0], "se": 0.0,
    })
    assert against(rows, "base")["replication"].tolist() == [0]


def test_the_paired_difference_of_cumulative_emissions_is_the_one_worked_out_by_hand(results: Results) -> None:
    found = difference(results, "co2_cum_mt", "plan")
    by_hand = [
        sum(emissions_mt("plan", r, y) - emissions_mt("baseline", r, y) for y in range(2020, 2041)) for r in range(3)
    ]
    assert found.mean == pytest.approx(np.mean(by_hand))
    assert found.half == pytest.approx(interval(np.array(by_hand)).half)


def test_rounding_is_not_a_difference(tmp_path: Path) -> None:
    results = Results(make(tmp_path, hourly=()))
    summary = results.summary.copy()
    summary.loc[summary["bundle"] == "plan", "eue_mwh"] = [200.0 + 1e-11, 220.0 + 2e-11, 240.0 + 3e-11]
    results.__dict__["summary"] = summary
    assert not is_clear(difference(results, "eue_mwh", "plan"))


def test_the_hardest_week_has_its_worst_day_in_the_middle(results: Results) -> None:
    frames = [frame for _, frame in hours.each(results, 2030, "baseline")]
    _, start, why = hours.worst_week(frames)
    assert (start, why) == ((200 - 3) * 24, "shortage_mw")


@pytest.mark.parametrize(("day", "start"), [(0, 0), (364, 8760 - 168)])
def test_the_hardest_week_stays_inside_the_year(day: int, start: int) -> None:
    load = np.zeros(8760)
    load[day * 24 + 5] = 1.0
    frame = pd.DataFrame({"residual_load_mw": load})
    assert hours.worst_week([frame]) == (0, start, "residual_load_mw")


def test_what_must_be_bought_or_burnt_closes_with_purchase_and_thermal_output(results: Results) -> None:
    _, frame = next(hours.each(results, 2030, "plan"))
    left = frame["net_import_mw"] + frame["generation:coal_chp"]
    assert hours.after_flexibility(frame) == pytest.approx(left.to_numpy())


def test_an_absent_variable_is_missing_and_says_its_name(results: Results) -> None:
    with pytest.raises(Missing, match="no_such_thing"):
        results.rows("no_such_thing")
