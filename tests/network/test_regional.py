"""Regional systems: published indices, years worked by hand, and laws on common random numbers."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import single_node
from dafeng.network.outages import Process
from dafeng.network.regional import assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_system import RegionalStores
from dafeng.network.systems import read_system


@pytest.fixture(scope="module")
def rts79():
    return read_system("rts79")


def battery(system, power_mw=300.0, energy_mwh=1200.0, efficiency=0.85, region=0):
    one = (np.array([x]) for x in (power_mw, power_mw, energy_mwh, efficiency))
    return replace(system, stores=RegionalStores.batteries(("battery",), np.array([region]), *one, system.steps))


def near(estimate, value, error=0.0):
    return abs(estimate.value - value) < 3 * math.hypot(estimate.se, error)


# published


def test_rts79_from_its_folder_has_the_published_exact_indices(rts79):
    found = exact_indices(rts79)
    assert found.lole_d == pytest.approx(1.36886, abs=1e-5)
    assert found.lolh_h == pytest.approx(9.39418, abs=1e-5)
    assert found.eue_mwh == pytest.approx(1176.3, rel=5e-4)
    assert found.lolf_continuous == pytest.approx(2.020, abs=5e-4)


@pytest.mark.parametrize(("peak_mw", "lole_d"), [(3135.0, 6.68051), (2394.0, 0.04756)])
def test_rts79_has_the_published_days_at_other_peaks(rts79, peak_mw, lole_d):
    assert exact_indices(rts79.scaled(peak_mw / 2850.0)).lole_d == pytest.approx(lole_d, abs=1e-5)


@pytest.mark.parametrize(("load_error", "lole_d"), [(0.02, 1.45110), (0.05, 1.91130)])
def test_rts79_has_the_published_days_under_load_uncertainty(rts79, load_error, lole_d):
    assert exact_indices(rts79, load_error).lole_d == pytest.approx(lole_d, rel=1e-4)


def test_rts79_sampled_meets_its_exact_indices_in_both_readings_of_frequency(rts79):
    found = assess(rts79, Luck(1), sample_years=10_000).indices
    assert near(found["lolh_h"], 9.39418)
    assert near(found["eue_mwh"], 1176.3)
    assert near(found["lolf_continuous"], 2.020)
    assert near(found["lolf_hourly"], 1.913)
    assert found["lolf_continuous"].se < 0.04


def test_rts79_with_a_battery_meets_the_reference(rts79):
    found = assess(battery(rts79), Luck(2), sample_years=20_000).indices
    assert near(found["eue_mwh"], 423.4, 2.8)
    assert near(found["lolh_h"], 1.998, 0.011)
    assert near(found["lolf_hourly"], 0.337, 0.002)
    assert "lolf_continuous" not in found


def test_the_general_sampler_draws_the_same_years_as_the_city_s(rts79):
    units = rts79.units
    machines = [(units.keys[i], units.mw[i], Process(units.mttf_h[i], units.mttr_h[i])) for i in range(32)]
    city = adequacy(single_node(machines, rts79.load_mw[0]), Luck(5), sample_years=300, support="island",
                    with_margin=False)
    found = assess(rts79, Luck(5), sample_years=300).indices
    assert found["eue_mwh"].value == pytest.approx(city.eue_mwh.value, rel=1e-9)
    assert found["lolf_hourly"].value == pytest.approx(city.lolf_hourly.value, rel=1e-12)
    assert found["eue_mwh"].value > 0.0
