"""The identities that void a run when they break."""

from dataclasses import replace

import pytest

from dafeng.configs import load
from dafeng.configs.errors import LawError, Place
from dafeng.configs.luck import Luck
from dafeng.sim import laws
from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.model import CityModel


@pytest.fixture(scope="module")
def year():
    city = load.city("jiangmen").with_values({"province_scenario": "tight"}, Place("test"))
    return CityModel(city, load.bundle("plan"), Luck(3), sample_years=20).advance_year()


def test_a_year_obeys_every_identity(year):
    laws.check(year)


def test_every_bus_balances_in_every_hour(year):
    assert laws.hourly_balance(year) < laws.BALANCE_MW


def test_lost_generation_voids_the_run(year):
    hours = replace(year.hours, generation_mw=year.hours.generation_mw * 0.999)
    with pytest.raises(LawError, match="hourly_balance"):
        laws.check(replace(year, hours=hours))


def test_emissions_without_fuel_void_the_run(year):
    stray = Entry("emissions_tco2", 1000.0, "t", county="XH", sector="paper", fuel="coal", basis="plan")
    with pytest.raises(LawError, match="fuel_times_factor"):
        laws.check(replace(year, ledger=Ledger([*year.ledger.entries, stray])))


def test_a_boundary_that_does_not_reconcile_voids_the_run(year):
    stray = Entry("emissions_tco2", 1000.0, "t", county="XH", sector="province", fuel="coal", basis="territorial")
    with pytest.raises(LawError, match="boundaries_reconcile"):
        laws.check(replace(year, ledger=Ledger([*year.ledger.entries, stray])))


def test_an_amount_outside_every_county_voids_the_run(year):
    stray = Entry("emissions_tco2", 1000.0, "t", county="nowhere", sector="power", fuel="coal", basis="plan")
    with pytest.raises(LawError, match="counties_make_the_city"):
        laws.check(replace(year, ledger=Ledger([*year.ledger.entries, stray])))


def test_stored_energy_that_vanishes_voids_the_run(year):
    stray = Entry("storage_losses_mwh", 1000.0, "MWh", county="XH", sector="power", fuel="electricity")
    with pytest.raises(LawError, match="energy_of_the_city"):
        laws.check(replace(year, ledger=Ledger([*year.ledger.entries, stray])))


def test_all_named_errors_come_at_once(year):
    hours = replace(year.hours, generation_mw=year.hours.generation_mw * 0.5)
    strays = [Entry("emissions_tco2", 1000.0, "t", county="nowhere", sector="paper", fuel="coal", basis="plan")]
    with pytest.raises(LawError) as error:
        laws.check(replace(year, hours=hours, ledger=Ledger([*year.ledger.entries, *strays])))
    assert "hourly_balance" in str(error.value)
    assert "counties_make_the_city" in str(error.value)
