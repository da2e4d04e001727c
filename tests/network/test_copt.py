"""The exact convolution against published and hand-worked answers."""

import csv
from pathlib import Path

import numpy as np
import pytest

from dafeng.network.copt import exact, outage_table
from dafeng.network.outages import Process

DATA = Path(__file__).parent / "data" / "rts79"


def table(name):
    with (DATA / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def rts79_load_mw(peak_mw):
    """The product of the three published tables: week, day, hour of season and day type."""
    days = [float(row["peak_pct_of_weekly"]) / 100 for row in table("daily_peak_pct")]
    hourly = table("hourly_pct")
    load = []
    for row in table("weekly_peak_pct"):
        week = int(row["week"])
        season = "summer" if 18 <= week <= 30 else "winter" if week <= 8 or week >= 44 else "spring"
        for day, share in enumerate(days):
            column = f"{season}_{'wd' if day < 5 else 'we'}"
            top = peak_mw * float(row["peak_pct_of_annual"]) / 100 * share
            load += [top * float(hour[column]) / 100 for hour in hourly]
    return np.array(load)


def rts79_units():
    rows = table("units")
    return [float(r["capacity_mw"]) for r in rows], [Process(float(r["mttf_h"]), float(r["mttr_h"])) for r in rows]


def test_rts79_has_the_published_indices():
    result = exact(*rts79_units(), rts79_load_mw(2850.0))
    assert result.lolh_h == pytest.approx(9.39418, abs=1e-5)
    assert result.lole_peak_d == pytest.approx(1.36886, abs=1e-5)
    assert result.eue_mwh == pytest.approx(1176.3, abs=0.05)


@pytest.mark.parametrize(("peak_mw", "lole_peak_d"), [(3135.0, 6.68051), (2394.0, 0.04756)])
def test_rts79_has_the_published_days_at_other_peaks(peak_mw, lole_peak_d):
    assert exact(*rts79_units(), rts79_load_mw(peak_mw)).lole_peak_d == pytest.approx(lole_peak_d, abs=1e-5)


def test_two_machines_worked_by_hand():
    """100 MW (10 % out) and 50 MW (20 % out) against 80 MW: short when the large one is out."""
    processes = [Process(90.0, 10.0), Process(80.0, 20.0)]
    load = np.full(24, 80.0)
    result = exact([100.0, 50.0], processes, load)
    assert result.lolh_h == pytest.approx(24 * 0.1)
    assert result.lole_peak_d == pytest.approx(0.1)
    assert result.eue_mwh == pytest.approx(24 * (0.1 * 0.8 * 30.0 + 0.1 * 0.2 * 80.0))
    assert result.lolf_continuous == pytest.approx(24 * 0.1 / 10.0)


def test_a_load_that_rises_beyond_what_is_there_begins_an_event():
    """One machine of 50 MW; the load lies at 10 MW by night and at 60 MW by day: one event a day whatever happens."""
    load = np.tile(np.repeat([10.0, 60.0], 12), 1)
    steady = Process(1e9, 1e-6)
    assert exact([50.0], [steady], load).lolf_continuous == pytest.approx(1.0, abs=1e-6)


def test_a_capacity_between_two_steps_keeps_its_mean():
    process = Process(90.0, 10.0)
    coarse = outage_table([33.0, 47.0], [process, process], step_mw=10.0)
    mean_out = coarse.step_mw * coarse.at_least[1:].sum()
    assert mean_out == pytest.approx(0.1 * 80.0)


def test_all_machines_out_leaves_the_whole_load():
    always_out = Process(1e-12, 1e6)
    assert outage_table([40.0], [always_out]).unserved_mw(np.array([25.0]))[0] == pytest.approx(25.0)


def test_one_more_machine_never_makes_a_load_less_served():
    processes = [Process(900.0, 100.0)] * 3
    load = np.linspace(10.0, 150.0, 48)
    fewer, more = exact([50.0] * 2, processes[:2], load), exact([50.0] * 3, processes, load)
    assert more.eue_mwh < fewer.eue_mwh
    assert more.lolh_h < fewer.lolh_h
