"""Answers that PRAS publishes (NREL/PRAS, PRASCore.jl/src/Systems/TestData.jl): in a step 0.1 fail, 0.9 come back."""

import pytest

from dafeng.configs.luck import Luck
from dafeng.network.regional import assess
from tests.network.regional_cases import LUCKY, NEVER, TENTH, near, one_line, one_store, system


def test_pras_single_node_a():
    """Three units of 10 MW and wind of 5, 6, 7, 8 MW against 25, 28, 27, 24 MW."""
    found = assess(system([[25, 28, 27, 24]], [(10.0, 0, TENTH)] * 3, [([5, 6, 7, 8], 0, NEVER)]), Luck(1),
                   sample_years=LUCKY)
    assert near(found.indices["lolh_h"], 0.355)
    assert near(found.indices["eue_mwh"], 1.59)
    assert found.short_share == pytest.approx([0.028, 0.271, 0.028, 0.028], abs=0.011)


def test_pras_single_node_b_whose_units_vary_by_the_hour():
    found = assess(system([[28, 29, 30, 31, 32, 33]], [], [([10, 10, 10, 15, 15, 15], 0, TENTH),
                                                           ([20, 20, 20, 25, 25, 25], 0, TENTH),
                                                           ([7, 8, 9, 9, 8, 7], 0, NEVER)]), Luck(1),
                   sample_years=LUCKY).indices
    assert near(found["lolh_h"], 0.96)
    assert near(found["eue_mwh"], 7.11)


def test_pras_three_nodes_with_lines_of_8_mw_and_as_one_node():
    load = [[19, 20, 21, 20], [20, 21, 21, 22], [22, 21, 23, 22]]
    units = [(10.0, 0, TENTH), (10.0, 1, TENTH), (10.0, 1, TENTH)]
    varying = [([4, 3, 2, 3], 0, NEVER), ([6, 5, 3, 4], 1, NEVER), ([2, 1, 2, 1], 2, NEVER),
               ([10, 10, 15, 10], 2, TENTH), ([20, 20, 25, 20], 2, TENTH)]
    for limit_mw, lolh_h, eue_mwh in ((8.0, 1.3756, 12.12885), (1000.0, 1.17877, 11.73276)):
        found = assess(system(load, units, varying, [(0, 1, limit_mw), (0, 2, limit_mw), (1, 2, limit_mw)]), Luck(1),
                       sample_years=LUCKY).indices
        assert near(found["lolh_h"], lolh_h)
        assert near(found["eue_mwh"], eue_mwh)


def test_pras_1_two_regions_with_a_line_that_fails():
    """15 MW each against 8 and 9 MW, 8 MW between them in 0.9 of the hours: LOLH 0.19, EUE 0.647."""
    found = assess(system([[8], [9]], [(15.0, 0, TENTH), (15.0, 1, TENTH)], interfaces=[(0, 1, 8.0)],
                          lines=one_line(8.0, TENTH, 1)), Luck(1), sample_years=LUCKY)
    assert near(found.indices["lolh_h"], 0.19)
    assert near(found.indices["eue_mwh"], 0.647)
    assert near(found.by_region["A"]["eue_mwh"], 0.314)
    assert near(found.by_region["B"]["eue_mwh"], 0.333)


def test_pras_2_a_store_that_fails_and_starts_empty():
    """The first hour finds it empty: 0.1 x 8; the second, 0.1 x (9 - 0.9 x 0.81 x 2)."""
    found = assess(system([[8, 9]], [(10.0, 0, TENTH)], stores=one_store(0, 10, 10, 2, TENTH), starts_full=False),
                   Luck(1), sample_years=LUCKY).indices
    assert near(found["lolh_h"], 0.2)
    assert near(found["eue_mwh"], 0.8 + 0.7542)


def test_pras_3_a_store_behind_a_line():
    """The unit stands in A, the store in B; 15 MW between them in 0.9 of the hours."""
    found = assess(system([[8, 9], [6, 7]], [(25.0, 0, TENTH)], interfaces=[(0, 1, 15.0)],
                          stores=one_store(1, 10, 10, 2, TENTH), lines=one_line(15.0, TENTH, 2), starts_full=False),
                   Luck(1), sample_years=LUCKY)
    assert near(found.indices["eue_mwh"], 3.179289)
    assert near(found.indices["lolh_h"], 0.320951)
