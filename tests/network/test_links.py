"""Direct-current links in the sampler: two poles that fail each by itself, and what takes both at once."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import Pool, System, no_measures, no_stores
from dafeng.network.outages import Process, class_of
from dafeng.network.outages_wires import LINK, bipole_process, both_of, link_machines, pole_process
from dafeng.network.province import IMPORTS, province_year, states
from dafeng.network.province_paths import expected_paths, fleet_paths
from dafeng.network.sampling import Machine, Machines, add_all_outages

POLE, BOTH = Process(400.0, 60.0), Process(900.0, 200.0)
MW = 4800.0


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def out_mw(rows, sample, groups=1):
    """(groups, hours) MW out."""
    change = np.zeros((groups, HOURS_A_YEAR + 1))
    add_all_outages(Machines.of(rows).arrays(Luck(3), "adequacy", 2030), sample, change)
    return np.cumsum(change[:, :-1], axis=1)


def alone(key, process, machine, sample):
    """(hours,) whether one machine of a row is out, by its own luck."""
    more, less = (out_mw([Machine(key, 1.0, process, count=count)], sample)[0] if count else 0.0
                  for count in (machine + 1, machine))
    return np.round(more - less).astype(bool)


@pytest.mark.parametrize("links", [1, 3])
def test_what_is_out_of_links_is_the_union_of_poles_and_common_outages(links):
    """Each link gives half for each pole that is neither out by itself nor with the other; never more than all."""
    overlaps = 0
    for sample in range(8):
        expected = np.zeros(HOURS_A_YEAR)
        for link in range(links):
            both = alone(both_of("l"), BOTH, link, sample)
            poles = [alone("l", POLE, 2 * link + pole, sample) for pole in (0, 1)]
            expected += MW / 2 * sum((pole | both) for pole in poles)
            overlaps += int((both & (poles[0] | poles[1])).sum())
        found = out_mw(link_machines("l", MW, POLE, BOTH, links=links), sample)[0]
        assert np.allclose(found, expected, atol=1e-6)
        assert found.max() <= links * MW + 1e-6
    assert overlaps > 100


def test_states_of_a_link_are_as_likely_as_independent_causes_make_them():
    shares = np.array([[(found == mw).mean() for mw in (0.0, MW / 2, MW)]
                       for found in (out_mw(link_machines("l", MW, POLE, BOTH), sample)[0].round(6)
                                     for sample in range(1500))])
    pole, both = POLE.forced_outage_rate, BOTH.forced_outage_rate
    expected = np.array([(1 - pole) ** 2 * (1 - both), 2 * pole * (1 - pole) * (1 - both), 0.0])
    expected[2] = 1.0 - expected.sum()
    error = shares.std(axis=0, ddof=1) / math.sqrt(len(shares))
    assert (np.abs(shares.mean(axis=0) - expected) < 3.3 * error).all()


def test_a_link_changes_no_other_machine_and_its_common_cause_is_no_capacity():
    one, other = Machine("a", 10.0, Process(300.0, 40.0), 0), Machine("b", 20.0, Process(500.0, 40.0), 2)
    with_link = [one, *link_machines("l", MW, POLE, BOTH, 1), other]
    for sample in range(5):
        assert np.array_equal(out_mw(with_link, sample, 3)[[0, 2]], out_mw([one, other], sample, 3)[[0, 2]])
    assert Machines.of(with_link).group_mw(3).tolist() == [10.0, MW, 20.0]


def test_days_passed_over_are_those_that_no_outage_of_a_link_can_touch():
    """Margins of all days, or only of those that can matter: the same, to the last bit; and in merged groups."""
    rows = [*link_machines("l", MW, POLE, BOTH, 0, 2), *link_machines("k", 1000.0, POLE, BOTH, 1)]
    pool = Pool(Machines.of(rows), np.vstack([np.full(8760, 0.8), np.full(8760, 0.8)]), np.ones((1, 2)),
                np.full((1, 8760), 5000.0), no_stores())
    system = System(2030, ("A",), np.full((1, 8760), 5000.0), np.ones(1), None, pool, no_measures(8760))
    lazy, whole = (adequacy(system, Luck(2), sample_years=200, support="island", with_margin=keeps)
                   for keeps in (False, True))
    assert lazy.eue_mwh.value > 0.0
    assert lazy.eue_mwh == whole.eue_mwh
    apart = adequacy(replace(system, island=replace(pool, share=pool.share * [[1.0], [1.0 + 1e-9]])), Luck(2),
                     sample_years=200, support="island", with_margin=False)
    assert apart.eue_mwh.value == pytest.approx(lazy.eue_mwh.value, rel=1e-6)


def test_links_fail_at_the_rates_of_poles_and_of_both_together(jiangmen):
    """Four outages a year of 12 h and 0.15 of 24 h; as 100 km of line a link had a tenth of a pole's (0.0005)."""
    assert 8760 / pole_process(jiangmen).mttf_h == pytest.approx(4.0)
    assert pole_process(jiangmen).forced_outage_rate == pytest.approx(0.00545, abs=1e-5)
    assert bipole_process(jiangmen).forced_outage_rate == pytest.approx(0.00041, abs=1e-5)
    assert class_of(jiangmen, LINK) == (pole_process(jiangmen).mttf_h, pole_process(jiangmen).mttr_h)
    imports = province_year(jiangmen, 2030, states(jiangmen)[0]).block("import_contract")
    assert imports.machines % 2 == 0
    assert imports.unit_mw * imports.machines == pytest.approx(imports.capacity_mw)
    assert 1.0 - imports.up == pytest.approx(0.00545 + 0.00041, abs=2e-5)


def test_imports_of_the_operated_year_lose_what_their_poles_lose(jiangmen):
    """Half a link at a time; over 120 years as much as expected."""
    province = province_year(jiangmen, 2030, states(jiangmen)[0])
    imports = replace(province.block("import_contract"), month_share=np.ones(12))
    only = replace(province, blocks=(imports,))
    paths = np.array([fleet_paths(only, Luck(1, replication), 2030)[0] for replication in range(120)])
    steps = (1.0 - paths) * imports.machines
    assert np.allclose(steps, np.round(steps), atol=1e-6)
    error = paths.mean(axis=1).std(ddof=1) / math.sqrt(len(paths))
    assert abs(paths.mean() - expected_paths(only, {})[0].mean()) < 3 * error
    assert imports.family == IMPORTS
