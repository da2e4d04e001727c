"""SAIDI and SAIFI: worked out by hand, and held against published figures."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.values import Estimate
from dafeng.sim.customers import distribution, ledger, storm


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def made(city, eue_mwh=0.0, lolh=0.0, lolf=0.0):
    counties = tuple(county.key for county in city.counties)
    by_county = {county: {"eue_mwh": Estimate(eue_mwh, 0.0)} for county in counties}
    adequacy = SimpleNamespace(by_county=by_county, lolh_h=Estimate(lolh, 0.0), lolf_hourly=Estimate(lolf, 0.0))
    grid = SimpleNamespace(counties=counties, load_mw=np.full((len(counties), 8760), 500.0))
    return SimpleNamespace(city=city, adequacy={"province": adequacy}, grid=grid)


def of(book, **dims):
    wanted = {"county": "all", "technology": "all", **dims}
    [entry] = [e for e in book if all(getattr(e, name) == value for name, value in wanted.items())]
    return entry.value


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


def test_shortages_of_supply_are_shared_by_all_customers_in_turn(jiangmen):
    """1,000 MWh of 500 MW are two hours; events of four hours each make it half an interruption."""
    with_it = ledger(made(jiangmen, 1000.0, 8.0, 2.0), "saidi_h", "hours", "h/y")
    assert of(with_it, technology="bulk") == pytest.approx(2.0)
    without = ledger(made(jiangmen), "saidi_h", "hours", "h/y")
    assert of(with_it) - of(without) == pytest.approx(2.0)
    often = ledger(made(jiangmen, 1000.0, 8.0, 2.0), "saifi", "times", "1/y")
    assert of(often, technology="bulk") == pytest.approx(0.5)


def test_causes_and_counties_add_up_to_the_city(jiangmen):
    book = ledger(made(jiangmen, 1000.0, 8.0, 2.0), "saidi_h", "hours", "h/y")
    assert sum(of(book, technology=cause) for cause in ("bulk", "distribution", "storm")) == pytest.approx(of(book))
    people = {row["county"]: row["customers_k"] for row in jiangmen.table("customers")}
    mean = sum(of(book, county=county) * n for county, n in people.items()) / sum(people.values())
    assert mean == pytest.approx(of(book))


def test_severe_storms_darken_their_share_of_customers_for_days(jiangmen):
    """0.12 storms, 18 % of customers; three quarters out for 12 h on average, the rest for (24 + 168) / 2 h."""
    found = storm(jiangmen)
    assert found.times == pytest.approx(0.12 * 0.18)
    assert found.hours == pytest.approx(0.12 * 0.18 * (0.75 * 12 + 0.25 * 96))
