"""What surrounds the city: budgets of a dry year, the way to the scenario's margin, the fixed reference fleet."""

import numpy as np
import pytest

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.network.province import province_year, states
from dafeng.network.province_margin import credit, firm_mw, margin_of
from dafeng.sim.rows import link_budgets
from dafeng.sim.surroundings import last_seen_margin, province_of, reference_firm_mw


@pytest.fixture(scope="module")
def city():
    return load.city("jiangmen")


def state(city, name):
    return next(row for row in states(city) if row["state"] == name)


def link_of(mw):
    return Unit("link", "N04", "HS", "hvdc", "water", mw, 1.0, profile="hvdc")


def test_a_dry_year_takes_as_much_from_the_link_as_from_other_imports(city):
    normal, dry = (province_year(city, 2030, state(city, name)) for name in ("normal", "dry_west"))
    others = dry.block("import_contract").energy_mwh.sum() / normal.block("import_contract").energy_mwh.sum()
    link, dry_link = (link_budgets(city, [link_of(4700.0)], p.import_factor)["link"] for p in (normal, dry))
    assert np.allclose(dry_link / link, others)
    assert others == pytest.approx(0.8)


def margin(city, year):
    firm = firm_mw(province_of(city, year, state(city, "normal"))) + reference_firm_mw(city, year)
    return firm / city.path("province.guangdong_peak_mw").at(year)


def test_the_margin_leaves_history_in_even_steps_and_arrives_at_the_scenarios(city):
    years = int(city.value("province.years_to_firm_margin"))
    way = np.array([margin(city, year) for year in range(2025, 2025 + years + 1)])
    assert way[0] == pytest.approx(last_seen_margin(city, state(city, "normal")))
    assert np.allclose(np.diff(way), (margin_of(city) - way[0]) / years)
    assert margin(city, 2025 + years + 5) == pytest.approx(margin_of(city))


def test_coal_of_the_province_does_not_fall_off_after_history(city):
    coal = [
        sum(block.gross_mw for block in province_of(city, year, state(city, "normal")).blocks if block.family == "coal")
        for year in range(2022, 2032)
    ]
    assert np.abs(np.diff(coal) / coal[:-1]).max() < 0.05


def test_coal_that_owners_may_extend_is_not_replaced_in_the_province(city):
    """Taishan's units of 2003 to 2006 reach their design life in 2033 to 2036; only 2043 ends their extension."""
    assert reference_firm_mw(city, 2038) >= reference_firm_mw(city, 2032)
    lost = reference_firm_mw(city, 2042) - reference_firm_mw(city, 2043)
    assert lost == pytest.approx(600.0 * credit("coal_sub"))
