"""What is used up, what only changes hands, and what stores lose: against answers by hand and other ways of booking."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.sim import costs
from dafeng.sim.accounts import book_stores
from dafeng.sim.ledger import Ledger
from dafeng.sim.model import CityModel
from dafeng.sim.pool_cost import book_pool_cost
from dafeng.sim.settle import settlements


@pytest.fixture(scope="module")
def year():
    """The second year of Jiangmen's plan, in which allowances already cost something."""
    city = load.city("jiangmen").with_values({"province_scenario": "tight"}, Place("test"))
    model = CityModel(city, load.bundle("plan"), Luck(3), sample_years=20)
    model.advance_year()
    return model.advance_year()


def test_excise_is_a_quarter_of_the_price_of_gasoline_of_2020():
    """1.52 CNY/l over 0.75 kg/l x 1.4714 tce/t x 29.3076 GJ/tce = 47.0 CNY/GJ of 190; diesel 1.2 over 0.84 x 1.4571."""
    city = load.city("toy3")
    assert costs.excise_cny_per_gj(city, "gasoline") == pytest.approx(1.52 / (0.75 * 1.4714 * 29.3076e-3))
    assert costs.excise_cny_per_gj(city, "diesel") == pytest.approx(1.2 / (0.84 * 1.4571 * 29.3076e-3))
    assert costs.excise_cny_per_gj(city, "natural_gas") == 0.0


def test_cost_and_tax_of_fuel_make_up_what_users_pay(year):
    for fuel in ("gasoline", "diesel", "natural_gas"):
        users = year.fuel_gj.where(fuel=fuel)
        gj = sum(e.value for e in users if e.sector not in {"power", "provincial", "province"})
        cost = sum(e.value for e in year.book("cost_fuel_cny").where(fuel=fuel) if e.sector != "power")
        tax = year.book("transfer_fuel_tax_cny").where(fuel=fuel).total()
        price = year.city.path(f"fuel.{costs.PRICE_OF[fuel]}").at(year.year)
        assert cost + tax == pytest.approx(gj * price)
        assert (tax > 0.0) == (fuel in costs.TAXED)


def test_running_cost_of_the_pool_is_that_of_its_settlements_less_carbon(year):
    """Settlements price energy, hours on and starts, the accounts fuel burnt: the same money on two ways."""
    assembly, hours = year.assembly, year.hours
    g = assembly.grid.generators
    settled = settlements(year.city, year.year, assembly, hours, np.ones((len(assembly.grid.branches.key), 8760)))
    expected = 0.0
    for i in np.flatnonzero(g.is_provincial | ~g.is_city):
        unit = assembly.units[i]
        of, start_gj = settled[unit.key], unit.start_gj_per_mw * unit.capacity_mw * hours.starts[i]
        allowed = unit.benchmark_t_per_mwh * of.energy_mwh
        carbon = unit.carbon_price_cny_per_t * ((of.fuel_gj - start_gj) * unit.emission_t_per_gj - allowed)
        expected += of.variable_cost_cny - carbon
    booked = Ledger()
    energy = hours.generation_mw.sum(axis=1)
    book_pool_cost(booked, assembly, hours, np.array([settled[u.key].fuel_gj for u in assembly.units]), energy)
    assert booked.total() == pytest.approx(expected, rel=1e-9)


def test_plants_that_sell_to_the_pool_have_their_upkeep_in_its_cost(year):
    """Two reactors of Taishan: more than fuel and operation, and none of it in what the city pays."""
    mine = year.book("pool_cost_cny").where(county="TS", technology="nuclear_epr")
    units = [i for i, unit in enumerate(year.assembly.units) if unit.technology == "nuclear_epr"]
    running = sum(
        year.hours.generation_mw[i].sum() * year.assembly.units[i].vom_cny_per_mwh for i in units
    ) + year.fuel_gj.where(technology="nuclear_epr").total() * year.assembly.units[units[0]].fuel_price_cny_per_gj
    assert mine.total() > 1.2 * running
    assert len(year.book("cost_fixed_cny").where(technology="nuclear_epr")) == 0


def small(shed_mw):
    """One hour: the province asks for 85 MW, the city for 10; blocks of 90 MW at 100 CNY/MWh, then 30 at 300."""
    load_mw, price = np.array([[85.0], [10.0 - shed_mw]]), 300.0 if shed_mw < 5.0 else 100.0
    made = np.array([[min(90.0, load_mw.sum())], [max(0.0, load_mw.sum() - 90.0)]])
    none, counties = np.zeros((0, 1)), ("province", "XH")
    stores = SimpleNamespace(is_city=np.zeros(0, bool), wear_cny_per_mwh=np.zeros(0))
    units = tuple(
        Unit(key=key, bus="P", county="province", technology=key, fuel="coal", capacity_mw=mw, efficiency=0.4,
             vom_cny_per_mwh=cny, is_block=True) for key, mw, cny in (("cheap", 90.0, 100.0), ("dear", 30.0, 300.0))
    )
    generators = SimpleNamespace(is_city=np.zeros(2, bool), is_provincial=np.ones(2, bool))
    grid = SimpleNamespace(counties=counties, load_mw=load_mw, generators=generators, stores=stores,
                           voll_cny_per_mwh=1e4)
    hours = SimpleNamespace(generation_mw=made, unserved_mw=np.zeros((2, 1)), shed_mw=none, flexible_mw=none,
                            charge_mw=none, discharge_mw=none, price_cny_per_mwh=np.array([price]), starts=np.zeros(2))
    return SimpleNamespace(grid=grid, units=units, in_city=np.array([False, True])), hours


def test_a_lower_price_saves_the_city_more_than_anybody_uses_up_less():
    """10 MW at 300 become 5 at 100: 2500 CNY less are paid, 5 MWh at 300 are not burnt; 1000 are the producers'."""
    paid, used = [], []
    for shed_mw in (0.0, 5.0):
        assembly, hours = small(shed_mw)
        book = Ledger()
        book_pool_cost(book, assembly, hours, np.zeros(2), hours.generation_mw.sum(axis=1))
        costs._book_shared_costs(book, assembly, hours)
        used.append(book.where(variable="pool_cost_cny").total())
        paid.append(book.where(variable="cost_purchase_cny").total())
    assert paid == [3000.0, 500.0]
    assert used == [90 * 100 + 5 * 300, 90 * 100]
    assert (paid[0] - paid[1]) - (used[0] - used[1]) == 1000.0


def test_losses_of_a_store_by_hand():
    """50 MWh at first; 20 MW in for two hours at 0.9, then 9 MW out at 0.9: 50 + 36 - 10 = 76; 40 - 9 - 26 = 5."""
    stores = SimpleNamespace(technology=("battery_li",), is_city=np.ones(1, bool), efficiency_in=np.array([0.9]),
                             efficiency_out=np.array([0.9]))
    grid = SimpleNamespace(stores=stores, offers=SimpleNamespace(bus=np.zeros(0, int)), counties=("XH",))
    hours = SimpleNamespace(charge_mw=np.array([[20.0, 20.0, 0.0]]), discharge_mw=np.array([[0.0, 0.0, 9.0]]),
                            stored_mwh=np.array([[68.0, 86.0, 76.0]]), shed_mw=np.zeros((0, 3)))
    book = Ledger()
    book_stores(book, SimpleNamespace(grid=grid, stores=(SimpleNamespace(county="XH"),), offers=()), hours)
    assert book.where(variable="storage_losses_mwh").total() == pytest.approx(5.0)
    assert book.where(variable="storage_change_mwh").total() == pytest.approx(26.0)


def total(rows, variable, year, **where):
    dims = {"county": "all", "sector": "all", "technology": "all", "fuel": "all", "basis": "all", **where}
    mine = rows[(rows.variable == variable) & (rows.year == year)]
    for name, value in dims.items():
        mine = mine[mine[name] == value]
    return float(mine.value.sum())


def test_the_energy_of_the_outcomes_closes_with_the_losses_of_stores(runs):
    """Output, purchases, response and what was not served against load, losses and what stores hold more."""
    rows = runs.jiangmen("storage", 2026).outcomes
    lost = 0.0
    for year in range(2020, 2027):
        supply = total(rows, "generation_mwh", year, sector="power") + sum(
            total(rows, name, year) for name in ("net_import_mwh", "unserved_mwh", "response_mwh"))
        lost += total(rows, "storage_losses_mwh", year)
        use = sum(total(rows, name, year) for name in ("load_mwh", "storage_losses_mwh", "storage_change_mwh"))
        assert supply == pytest.approx(use, rel=1e-9)
    assert lost > 100.0
    by_kind = rows[(rows.variable == "storage_losses_mwh") & (rows.technology != "all")]
    assert by_kind.value.sum() == pytest.approx(lost)


@pytest.mark.parametrize("variable", [
    "capacity_mw", "fuel_gj", "generation_mwh", "load_mwh", "curtailed_mwh", "system_cost_cny", "emissions_tco2"])
def test_every_split_of_a_variable_is_of_the_whole(runs, variable):
    """Rows that leave the same columns at `all` add up to what any other such rows of the variable add up to."""
    dimensions = ["county", "sector", "technology", "fuel"]
    rows = runs.jiangmen("storage", 2026).outcomes
    mine = rows[(rows.variable == variable) & (rows.year == 2026)]
    sums = mine.value.groupby([mine.basis, *(mine[name] != "all" for name in dimensions)], observed=True).sum()
    for _, whole in sums.groupby(level=0, observed=True):
        assert whole.to_numpy() == pytest.approx(whole.iloc[0])
    assert len(sums) > sums.index.get_level_values(0).nunique()


def test_resource_cost_is_system_cost_with_the_pools_cost_in_place_of_its_price(runs):
    rows = runs.jiangmen("storage", 2026).outcomes
    for year in (2020, 2026):
        system, purchase = total(rows, "system_cost_cny", year), total(
            rows, "system_cost_cny", year, technology="purchase")
        pool = total(rows, "resource_cost_cny", year, technology="pool")
        assert total(rows, "resource_cost_cny", year) == pytest.approx(system - purchase + pool, rel=1e-12)
        taxes = sum(total(rows, "transfer_cny", year, technology=kind) for kind in ("fuel_tax", "carbon"))
        assert total(rows, "transfer_cny", year) == pytest.approx(taxes)
        assert total(rows, "transfer_cny", year, technology="fuel_tax") > 2e9
