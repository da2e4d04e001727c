"""SAIDI and SAIFI: worked out by hand, and held against published figures."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.values import Estimate
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import Pool, System, no_measures, no_stores
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines
from dafeng.sim.customers import distribution, ledger, storm


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


NOTHING = Estimate(0.0, 0.0)


def made(city, out_h=NOTHING, times=NOTHING):
    counties = tuple(county.key for county in city.counties)
    by_county = {county: {"out_h": out_h, "times": times} for county in counties}
    return SimpleNamespace(city=city, adequacy={"province": SimpleNamespace(by_county=by_county)})


def row(book, **dims):
    wanted = {"county": "all", "technology": "all", **dims}
    [entry] = [e for e in book if all(getattr(e, name) == value for name, value in wanted.items())]
    return entry


def of(book, **dims):
    return row(book, **dims).value


def test_faults_of_feeders_are_worked_out_by_hand(jiangmen):
    """Half rural: a section of 5 km fails 0.05 x 6 = 0.3 times (1.4 h) in town, 0.8 times (3.2 h) outside."""
    found = distribution(jiangmen, {"rural_feeder_share": 0.5})
    assert found.times == pytest.approx(0.5 * 0.3 + 0.5 * 0.8)
    assert found.hours == pytest.approx(0.5 * 0.3 * 1.4 + 0.5 * 0.8 * 3.2)


def test_faults_lie_between_the_delta_and_the_country(jiangmen):
    """NEA: below 1 h in the Delta's best cities, 2.6 h in towns and 7.9 h in the country, a third of it planned."""
    town, country = (distribution(jiangmen, {"rural_feeder_share": share}).hours for share in (0.0, 1.0))
    assert 0.2 < town < 2.6 * 0.67
    assert town < country < 7.9 * 0.67


def saidi(city, **bulk):
    return ledger(made(city, **bulk), "saidi_h", "hours", "h/y")


def test_shortages_of_supply_come_on_top_of_the_faults_with_their_error(jiangmen):
    with_it, without = saidi(jiangmen, out_h=Estimate(2.0, 0.5)), saidi(jiangmen)
    assert of(with_it, technology="bulk") == pytest.approx(2.0)
    assert of(with_it) - of(without) == pytest.approx(2.0)
    assert [row(with_it, **dims).se for dims in ({"technology": "bulk"}, {}, {"county": jiangmen.counties[0].key})] == (
        pytest.approx([0.5] * 3))
    assert row(with_it, technology="distribution").se == 0.0
    often = ledger(made(jiangmen, times=Estimate(0.5, 0.1)), "saifi", "times", "1/y")
    assert (of(often, technology="bulk"), row(often).se) == pytest.approx((0.5, 0.1))


def test_where_no_shortage_was_seen_its_bound_stands_beside_it_and_in_no_sum(jiangmen):
    book = saidi(jiangmen, out_h=Estimate(0.0, 1.5))
    assert (of(book, technology="bulk"), row(book, technology="bulk").se) == pytest.approx((0.0, 1.5))
    assert row(book).se == 0.0


LOAD_MW = 100.0 + 50.0 * (np.arange(8760) % 24 == 12)


def alone(supply_mw):
    """Two counties of a third and two thirds of a load of 100 MW, at noon 150, and a supply that never fails."""
    pool = Pool(Machines.of([Machine("a", 200.0, Process(1e12, 1.0))]), supply_mw[None, :] / 200.0, np.ones((1, 1)),
                LOAD_MW[None, :], no_stores())
    load_mw = np.outer([1 / 3, 2 / 3], LOAD_MW)
    return System(2030, ("a", "b"), load_mw, np.ones(1), None, pool, no_measures(8760))


def test_hours_out_are_what_is_cut_over_the_load_of_its_hour_worked_out_by_hand():
    """120 MW: at noon 30 of 150, a fifth, on each of 365 days; over the mean load it would be 30 / 102.1."""
    found = adequacy(alone(np.full(8760, 120.0)), Luck(1), sample_years=3, support="island", with_margin=False)
    for county in ("a", "b"):
        assert found.by_county[county]["out_h"] == Estimate(pytest.approx(365 * 30 / 150), pytest.approx(0.0))
        assert found.by_county[county]["times"].value == pytest.approx(365 * 30 / 150)
    assert found.eue_mwh.value == pytest.approx(365 * 30)


def test_only_what_is_cut_beyond_the_hour_before_is_interrupted_anew():
    """Cuts of 10, 30, 20, 40 and 40 MW of 100 over midnight: 10, 20 and 20 in a hundred go out, for 140 hours."""
    supply = np.full(8760, 200.0)
    supply[10 * 24 + 22 : 10 * 24 + 27] = [90.0, 70.0, 80.0, 60.0, 60.0]
    found = adequacy(alone(supply), Luck(1), sample_years=3, support="island", with_margin=False)
    assert found.by_county["b"]["out_h"].value == pytest.approx(1.4)
    assert found.by_county["b"]["times"].value == pytest.approx(0.1 + 0.2 + 0.2)
    assert found.lolf_hourly.value == 1.0


def test_causes_and_counties_add_up_to_the_city(jiangmen):
    book = saidi(jiangmen, out_h=Estimate(2.0, 0.5))
    assert sum(of(book, technology=cause) for cause in ("bulk", "distribution", "storm")) == pytest.approx(of(book))
    people = {row["county"]: row["customers_k"] for row in jiangmen.table("customers")}
    mean = sum(of(book, county=county) * n for county, n in people.items()) / sum(people.values())
    assert mean == pytest.approx(of(book))


def test_severe_storms_darken_their_share_of_customers_for_days(jiangmen):
    """0.12 storms, 18 % of customers; three quarters out for 12 h on average, the rest for (24 + 168) / 2 h."""
    found = storm(jiangmen)
    assert found.times == pytest.approx(0.12 * 0.18)
    assert found.hours == pytest.approx(0.12 * 0.18 * (0.75 * 12 + 0.25 * 96))
