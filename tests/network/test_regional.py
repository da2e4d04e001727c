"""Regional systems: published indices, and years worked by hand."""

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
from dafeng.network.sampling import Machine, Machines
from dafeng.network.system_folder import three_states
from tests.network.regional_cases import (
    NEVER,
    battery,
    near,
    one_line,
    one_store,
    system,
)

# published


def test_rts79_from_its_folder_has_the_published_exact_indices(rts79):
    found = exact_indices(rts79)
    assert found.lole_peak_d == pytest.approx(1.36886, abs=1e-5)
    assert found.lolh_h == pytest.approx(9.39418, abs=1e-5)
    assert found.eue_mwh == pytest.approx(1176.3, rel=5e-4)
    assert found.lolf_continuous == pytest.approx(2.020, abs=5e-4)


@pytest.mark.parametrize(("peak_mw", "lole_peak_d"), [(3135.0, 6.68051), (2394.0, 0.04756)])
def test_rts79_has_the_published_days_at_other_peaks(rts79, peak_mw, lole_peak_d):
    assert exact_indices(rts79.scaled(peak_mw / 2850.0)).lole_peak_d == pytest.approx(lole_peak_d, abs=1e-5)


@pytest.mark.parametrize(("load_error", "lole_peak_d"), [(0.02, 1.45110), (0.05, 1.91130)])
def test_rts79_has_the_published_days_under_load_uncertainty(rts79, load_error, lole_peak_d):
    assert exact_indices(rts79, load_error).lole_peak_d == pytest.approx(lole_peak_d, rel=1e-4)


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


# worked by hand


def test_a_shortage_passes_through_a_region_that_has_nothing_to_spare():
    """A has 30 MW to spare, B none, C misses 20: the way over B carries 15, so 5 stay unserved in each of 2 hours."""
    found = assess(system([[70] * 2, [50] * 2, [20] * 2], [(100.0, 0, NEVER), (50.0, 1, NEVER)],
                          interfaces=[(0, 1, 15.0), (1, 2, 40.0)]), Luck(1), sample_years=4)
    assert found.indices["eue_mwh"].value == 10.0
    assert found.by_region["C"]["eue_mwh"].value == 10.0
    assert found.by_region["B"]["eue_mwh"].value == 0.0
    assert found.indices["depth_mw"].value == 5.0


def test_flow_is_turned_when_a_later_shortage_needs_the_border():
    """A gives 10 to B and 10 to C; C is also reached over B. All three borders are full, and all 20 MW arrive."""
    found = assess(system([[0], [10], [10]], [(20.0, 0, NEVER)],
                          interfaces=[(0, 1, 15.0), (0, 2, 5.0), (1, 2, 5.0)]), Luck(1), sample_years=4)
    assert found.indices["eue_mwh"].value == 0.0


def test_a_border_lets_less_back_than_forth():
    """Each side misses 30 MW in one of two hours and the other has 50 to spare: 20 cross forward, 5 backward."""
    base = system([[20, 80], [80, 20]], [(50.0, 0, NEVER), (50.0, 1, NEVER)], interfaces=[(0, 1, 20.0)])
    uneven = replace(base, interfaces=replace(base.interfaces, backward_mw=np.full((1, 2), 5.0)))
    found = assess(uneven, Luck(1), sample_years=4)
    assert found.by_region["B"]["eue_mwh"].value == 10.0
    assert found.by_region["A"]["eue_mwh"].value == 25.0
    assert found.indices["lolf_hourly"].value == 1.0


def test_a_line_out_for_a_tenth_of_the_time_costs_a_tenth_of_what_it_carries():
    """B has nothing of its own; 40 MW come over a line with FOR 0.1: EUE = 0.1 x 40 x 8,760, LOLF = 8,760 / 1,000."""
    flat = np.ones(8760)
    found = assess(system([10 * flat, 40 * flat], [(100.0, 0, NEVER)], interfaces=[(0, 1, 100.0)],
                          lines=one_line(60.0, Process(900.0, 100.0), 8760)), Luck(1), sample_years=200).indices
    assert near(found["eue_mwh"], 0.1 * 40 * 8760)
    assert near(found["lolf_hourly"], 8760 / 1000 * math.exp(-0.005) + 0.1)
    assert found["depth_mw"].value == 40.0


def test_a_store_across_the_border_serves_what_the_border_lets_through():
    """B misses 30 MW for 4 h; A's full store holds 60 MWh of 20 MW, the border 15 MW: 15 x 4 h come, 60 stay unserved.

    Afterwards A's 50 MW to spare fill it again at 20 MW and efficiency 0.8: full after 3.75 h, so the second shortage
    four hours later finds 60 MWh as well.
    """
    load_b = [30, 30, 30, 30, 0, 0, 0, 0, 30, 30, 30, 30]
    base = system([[50] * 4 + [0] * 4 + [50] * 4, load_b], [(50.0, 0, NEVER)], interfaces=[(0, 1, 15.0)])
    stores = RegionalStores.batteries(("s",), np.array([0]), np.array([20.0]), np.array([20.0]), np.array([60.0]),
                                      np.array([0.8]), 12)
    found = assess(replace(base, stores=stores), Luck(1), sample_years=4)
    assert found.indices["eue_mwh"].value == pytest.approx(2 * 60.0)
    assert found.indices["lolf_hourly"].value == 2.0
    assert found.indices["duration_h"].value == 4.0


def test_inflow_passes_the_store_before_the_store_is_drawn_upon():
    """A river of 10 MW, a lake of 30 MWh (full), 15 MW to the grid; 15 MW are missing for 5 h, then nothing.

    The river gives 10 of the 15, the lake 5 an hour: nothing is unserved, and 5 MWh are left. In the next 2 h the lake
    takes the river (20 MWh) and is at 25; 40 MW missing in the last hour are met by 15, the limit at the grid.
    """
    lake = replace(one_store(0, 100, 30, 8), inflow_mw=np.full((1, 8), 10.0), grid_in_mw=np.zeros(1),
                   grid_out_mw=np.array([15.0]))
    found = assess(system([[15] * 5 + [0] * 2 + [40]], [(0.0, 0, NEVER)], stores=lake), Luck(1), sample_years=4)
    assert found.indices["eue_mwh"].value == pytest.approx(25.0)
    assert found.indices["lolh_h"].value == 1.0


def test_a_store_that_leaks_has_less_left():
    """Half is lost in each hour: of 80 MWh, 40 meet the first hour's 30, 5 the second's, 0 the third's."""
    leaking = replace(one_store(0, 100, 80, 3), carryover=np.array([0.5]))
    found = assess(system([[30, 30, 30]], [(0.0, 0, NEVER)], stores=leaking), Luck(1), sample_years=4)
    assert found.indices["eue_mwh"].value == pytest.approx(0.0 + 25.0 + 30.0)


def test_a_derated_unit_loses_its_share():
    """Out for 0.1 of the time, at half output for 0.2: a load of 100 misses 0.1 x 100 + 0.2 x 50, in 0.3 of hours."""
    process, derated = three_states(0.1, 0.2, 50.0, 0.5)
    base = system([np.full(8760, 100.0)], [])
    one = replace(base, units=Machines.of([Machine("a", 100.0, process, derated=derated)]))
    exactly = exact_indices(one)
    assert exactly.eue_mwh == pytest.approx(8760 * 20.0)
    assert exactly.lolh_h == pytest.approx(8760 * 0.3)
    assert exactly.lolf_continuous == pytest.approx(8760 * 0.3 / 50.0)
    found = assess(one, Luck(1), sample_years=1000).indices
    assert near(found["eue_mwh"], exactly.eue_mwh)
    assert near(found["lolf_continuous"], exactly.lolf_continuous)


def test_steps_of_five_minutes_count_hours_and_energy_by_their_length():
    """Twelve steps of 5 minutes, six of them short by 60 MW: half an hour, 30 MWh, one event."""
    load = [[100.0] * 3 + [160.0] * 6 + [100.0] * 3]
    found = assess(system(load, [(100.0, 0, NEVER)], step_h=1 / 12), Luck(1), sample_years=4).indices
    assert found["lolh_h"].value == pytest.approx(0.5)
    assert found["eue_mwh"].value == pytest.approx(30.0)
    assert found["lolf_hourly"].value == 1.0
    assert found["neue_ppm"].value == pytest.approx(1e6 * 30.0 / 130.0)


# days


def test_days_whose_peak_is_short_are_sampled_as_they_are_convolved(rts79):
    """And days with any short hour are more, but no more than the bound that convolution can give."""
    found, exactly = assess(rts79, Luck(3), sample_years=20_000).indices, exact_indices(rts79)
    assert abs(found["lole_peak_d"].value - exactly.lole_peak_d) < 3 * found["lole_peak_d"].se
    assert exactly.lole_peak_d < found["lole_d"].value < exactly.lole_most_d


def test_a_day_short_beside_its_peak_counts_by_hours_only():
    """120 MW against 100, in hour 5 against 150 and in hour 6 against 130, with a store of 60 MW and 33 MWh.

    The store gives 30 MWh in the peak hour and is left with 3 for the 10 that hour 6 wants: 7 MWh are short there.
    """
    load = np.full(24, 100.0)
    load[5], load[6] = 150.0, 130.0
    one = system([load], [(120.0, 0, NEVER)], stores=one_store(0, 60.0, 33.0, 24))
    found = assess(one, Luck(1), sample_years=2).indices
    assert found["lole_d"].value == 1.0
    assert found["lole_peak_d"].value == 0.0
    assert found["eue_mwh"].value == pytest.approx(7.0)
