"""What policies must do on paired seeds under `tight`, in the years to 2031: signs, not sizes."""

from functools import lru_cache

import pytest

from dafeng.sim.run import Job, RunResult, run

LAST_YEAR = 2031


@lru_cache(maxsize=16)
def lived(bundle: str, replication: int = 0) -> RunResult:
    job = Job(
        city="jiangmen",
        bundle=bundle,
        scenario="tight",
        values={"province_scenario": "tight"},
        replication=replication,
        seed=2020,
        first_year=2020,
        last_year=LAST_YEAR,
        engine="fast",
        sample_years=200,
        support=("province", "deliverability"),
        hourly_years=(),
    )
    return run(job)


def total(bundle: str, variable: str, basis: str = "all") -> float:
    rows = lived(bundle).outcomes
    plain = (rows.county == "all") & (rows.sector == "all") & (rows.technology == "all") & (rows.fuel == "all")
    return float(rows[plain & (rows.variable == variable) & (rows.basis == basis)].value.sum())


def change(bundle: str, variable: str, basis: str = "all") -> float:
    return total(bundle, variable, basis) - total("baseline", variable, basis)


def shortage_mwh(bundle: str) -> float:
    """Unserved energy that the province's shortages cause: the provincial view less what offtakes cannot deliver."""
    return total(bundle, "eue_mwh", "province") - total(bundle, "eue_mwh", "deliverability")


def test_the_baseline_is_short_of_power_in_the_tight_scenario():
    assert shortage_mwh("baseline") > 100.0


def test_coal_control_lowers_plan_co2_and_part_of_it_leaks():
    assert change("coal_control", "emissions_tco2", "plan") < 0.0
    system, territorial = (change("coal_control", "emissions_tco2", basis) for basis in ("system", "territorial"))
    assert territorial < 0.0
    assert 0.0 < 1.0 - system / territorial < 1.0


def test_ev_adoption_lowers_oil_use_and_plan_co2():
    assert change("ev_adoption", "oil_land_transport_gj") < 0.0
    assert change("ev_adoption", "emissions_tco2", "plan") < 0.0


@pytest.mark.parametrize("bundle", ["storage", "demand_response", "smart_charging"])
def test_each_flexibility_lowers_unserved_energy_in_the_provincial_view(bundle):
    assert shortage_mwh(bundle) < shortage_mwh("baseline")
    assert change(bundle, "eue_mwh", "province") < 0.0


def test_storage_lowers_curtailment():
    assert change("storage", "curtailed_mwh") < 0.0


def test_smart_charging_changes_no_sale_of_cars():
    assert change("smart_charging", "ev_stock") == pytest.approx(0.0, abs=1e-6)


def test_response_moves_electricity_within_its_day_and_not_from_sector_to_sector():
    """In the programme's first year no plant has been built for it yet: each sector uses what it uses without."""
    used = {}
    for bundle in ("baseline", "demand_response"):
        rows = lived(bundle).outcomes
        plain = (rows.technology == "all") & (rows.fuel == "all") & (rows.county == "all") & (rows.sector != "all")
        used[bundle] = rows[plain & (rows.variable == "load_mwh") & (rows.year == 2023)].set_index("sector").value
    assert len(used["baseline"]) > 5
    assert (used["demand_response"] / used["baseline"]).to_dict() == pytest.approx(
        dict.fromkeys(used["baseline"].index, 1.0), rel=2e-3
    )
