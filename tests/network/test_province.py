"""The rest of the province: fleet, states, margin, and the shortage that follows from them."""

import numpy as np
import pytest

from dafeng.configs.load import city as load_city
from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_pools import CitySide, province_pool
from dafeng.network.adequacy_system import Reservoirs, System, no_measures
from dafeng.network.outages import Process
from dafeng.network.province import by_month, draw_state, province_year, states
from dafeng.network.province_margin import firm_mw, margin_of, scaled_to_margin
from dafeng.network.province_paths import expected_paths, fleet_paths, load_path, store_paths
from dafeng.network.sampling import Machine

CITY_FIRM_MW = 20_000.0


@pytest.fixture(scope="module")
def jiangmen():
    return load_city("jiangmen")


def state(city, name):
    return next(row for row in states(city) if row["state"] == name)


def test_capacities_are_net_and_linear_between_the_years(jiangmen):
    province = province_year(jiangmen, 2028, state(jiangmen, "normal"))
    coal = province.block("coal_usc")
    assert coal.gross_mw == pytest.approx(35500 + (44500 - 35500) * 3 / 5)
    assert coal.capacity_mw == pytest.approx(0.945 * coal.gross_mw)
    assert coal.machines * coal.unit_mw == pytest.approx(coal.capacity_mw)
    gas = province.block("gas_ccgt")
    assert gas.capacity_mw == pytest.approx(0.978 * gas.gross_mw, rel=1e-3)


def test_coal_can_run_as_much_as_the_worked_steps_of_summer_say(jiangmen):
    """province_steps_check: 37,682 MW of ultra-supercritical coal available in the summer of 2030."""
    coal = province_year(jiangmen, 2030, state(jiangmen, "normal")).block("coal_usc")
    available = coal.capacity_mw * (1 - coal.process.forced_outage_rate) * coal.month_share[4:9].mean()
    assert available == pytest.approx(37682, rel=0.002)


def test_a_tight_fuel_state_takes_ten_points_of_coal_and_a_dry_west_a_fifth_of_imports(jiangmen):
    names = ("normal", "fuel_tight", "dry_west")
    normal, fuel, dry = (province_year(jiangmen, 2030, state(jiangmen, name)) for name in names)
    coal = [p.block("coal_sub") for p in (normal, fuel)]
    mean = [c.month_share[7] * (1 - c.process.forced_outage_rate) for c in coal]
    assert mean == pytest.approx([0.92, 0.82])
    imports = [p.block("import_contract") for p in (normal, dry)]
    assert imports[1].month_share == pytest.approx(0.8 * imports[0].month_share)
    assert imports[1].energy_mwh == pytest.approx(0.8 * imports[0].energy_mwh)


def test_imports_and_the_link_of_the_city_are_the_known_total_of_2020(jiangmen):
    imports = province_year(jiangmen, 2020, state(jiangmen, "normal")).block("import_contract")
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    profile = np.array([row["mean_p_u_of_5000mw"] for row in jiangmen.table("hvdc_profile")])
    link = (5000 * profile * 24 * days).sum()
    assert imports.capacity_mw == 38610 - 5000
    assert imports.energy_mwh.sum() + link == pytest.approx(191.2e6, rel=1e-3)


def test_hydro_has_an_energy_budget_below_its_power_limit(jiangmen):
    hydro = province_year(jiangmen, 2030, state(jiangmen, "normal")).block("hydro")
    assert hydro.energy_mwh.sum() / (8760 * hydro.capacity_mw) == pytest.approx(0.27, abs=0.01)
    assert hydro.month_share.tolist()[:4] == [0.45, 0.45, 0.45, 0.75]


def test_stores_hold_seven_and_two_hours(jiangmen):
    province = province_year(jiangmen, 2030, state(jiangmen, "normal"))
    assert {s.technology: (s.power_mw, s.hours) for s in province.stores} == {
        "pumped_hydro": (15680.0, 7.0), "battery_2h": (12000.0, 2.0)}


def test_the_rule_of_the_margin_gives_history(jiangmen):
    """1.28 in 2020 with what stood in the city: 5,330 MW coal, 1,140 gas, 3,500 nuclear, the link, 180 hydro."""
    city = 0.92 * (5330 + 1140) + 0.97 * 3500 + 5000 + 0.75 * 180
    margin = (firm_mw(province_year(jiangmen, 2020, state(jiangmen, "normal"))) + city) / 121_450
    assert margin == pytest.approx(1.28, abs=0.01)


@pytest.mark.parametrize("margin", [1.08, 1.11, 1.2])
def test_the_fleet_is_scaled_to_the_margin_by_coal_and_gas_alone(jiangmen, margin):
    before = province_year(jiangmen, 2030, state(jiangmen, "normal"))
    after = scaled_to_margin(before, firm_margin=margin, reference_city_firm_mw=CITY_FIRM_MW, peak_mw=205_312)
    assert (firm_mw(after) + CITY_FIRM_MW) / 205_312 == pytest.approx(margin)
    same = [b.technology for b, a in zip(before.blocks, after.blocks, strict=True) if a.capacity_mw == b.capacity_mw]
    assert same == ["nuclear_gen3", "hydro", "wind_onshore", "wind_offshore", "pv", "other_thermal", "import_contract"]
    assert all(b.machines * b.unit_mw == pytest.approx(b.capacity_mw) for b in after.blocks)


def test_history_keeps_its_fleet(jiangmen):
    province = province_year(jiangmen, 2025, state(jiangmen, "normal"))
    assert scaled_to_margin(province, firm_margin=1.08, reference_city_firm_mw=0.0, peak_mw=1.0) is province


def test_the_margin_follows_the_scenario(jiangmen):
    assert margin_of(jiangmen) == 1.11


def test_states_are_normal_in_history_and_drawn_by_probability_later(jiangmen):
    assert {draw_state(jiangmen, Luck(1, r), 2022)["state"] for r in range(50)} == {"normal"}
    drawn = [draw_state(jiangmen, Luck(1, r), 2030)["state"] for r in range(3000)]
    for row in states(jiangmen):
        share, p = drawn.count(row["state"]) / 3000, row["probability_per_year"]
        assert abs(share - p) < 3.5 * np.sqrt(p * (1 - p) / 3000)


def test_sampled_paths_have_the_expected_mean_and_equal_luck_gives_equal_paths(jiangmen):
    province = province_year(jiangmen, 2030, state(jiangmen, "normal"))
    flat = dict.fromkeys(("solar", "wind_onshore", "wind_offshore"), np.ones(8760))
    expected = expected_paths(province, flat).mean(axis=1)
    paths = np.array([fleet_paths(province, Luck(1, r), 2030).mean(axis=1) for r in range(12)])
    assert paths.mean(axis=0) == pytest.approx(expected, rel=0.01)
    assert np.array_equal(fleet_paths(province, Luck(1), 2030), fleet_paths(province, Luck(1), 2030))
    assert store_paths(province, Luck(1), 2030).mean() == pytest.approx(0.975, abs=0.01)


def test_the_scenario_leaves_every_machine_its_luck(jiangmen):
    before = province_year(jiangmen, 2030, state(jiangmen, "normal"))
    scaled = scaled_to_margin(before, firm_margin=1.2, reference_city_firm_mw=CITY_FIRM_MW, peak_mw=205_312)
    nuclear = [b.technology for b in before.blocks].index("nuclear_gen3")
    assert np.array_equal(fleet_paths(before, Luck(1), 2030)[nuclear], fleet_paths(scaled, Luck(1), 2030)[nuclear])


def test_hot_years_raise_the_load_from_may_to_september(jiangmen):
    hot = province_year(jiangmen, 2030, state(jiangmen, "hot"))
    raised = load_path(hot, np.ones(8760)) > 1.0
    assert (raised.sum(), raised.argmax()) == (153 * 24, 120 * 24)
    assert load_path(hot, np.ones(8760))[4000] == pytest.approx(1.04)


# the shortage of 2030


def year_2030(city, margin):
    """Guangdong in 2030: mean profile of load with hot and cool weeks, sun and wind by month with grey days."""
    day = np.repeat(np.arange(365), 24)
    hour = np.tile(np.arange(24), 365)
    month = np.repeat(np.arange(12), 24 * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]))
    weekend = (day % 7 >= 5).astype(int)
    stray = np.repeat(np.convolve(Luck(1)("stray", 2030).standard_normal(369), np.ones(5) / 5, "valid"), 24)
    grey = np.repeat(Luck(1)("grey", 2030).uniform(0.1, 1.9, 365), 24)
    load = city.profiles.load_pu[month, weekend, hour] * (1 + 0.08 * stray)
    load *= 205_312 / load.max()
    share = city.value("province.city_load_share_of_province")
    provinces = [scaled_to_margin(province_year(city, 2030, row), firm_margin=margin,
                                  reference_city_firm_mw=CITY_FIRM_MW, peak_mw=205_312) for row in states(city)]
    profiles = {name: city.profiles.capacity_factor[name][0][month, hour] * grey for name in
                ("solar", "wind_onshore", "wind_offshore")}
    machines = [Machine(f"city-{i}", 580.0, Process(1150.0, 50.0)) for i in range(25)]
    machines += [Machine(f"pole-{i}", 2350.0, Process(2190.0, 12.0), group=1) for i in range(2)]
    limits = np.vstack([np.ones(8760), by_month(provinces[0].block("import_contract").month_share)])
    side = CitySide(tuple(machines), limits, share * load, ("", "import"))
    pool, probability = province_pool(provinces, (1 - share) * load, profiles, side)
    return System(2030, ("all",), (share * load)[None, :], probability, pool, None, no_measures(8760),
                  city_share=share)


def test_the_shortage_falls_with_the_margin_and_an_adequate_province_has_none(jiangmen):
    """With afternoon peaks and 98 GW of sun this year is milder than that of data/README 3.6 (13 h at 1.08)."""
    found = [adequacy(year_2030(jiangmen, margin), Luck(1), sample_years=300, support="province", with_margin=False)
             for margin in (1.03, 1.05, 1.08, 1.2)]
    hours = [one.lolh_h.value for one in found]
    assert hours == sorted(hours, reverse=True)
    assert 1.0 < hours[0] < 40.0
    assert hours[2] < 0.1 * hours[0]
    assert hours[3] == 0.0


def test_bad_states_make_the_shortage(jiangmen):
    """With the fleet of the margin a normal year is safe; the dry and hot ones are not."""
    system = year_2030(jiangmen, 1.05)
    found = adequacy(system, Luck(1), sample_years=300, support="province", with_margin=False)
    names = [row["state"] for row in states(jiangmen)]
    short = {names[int(case)] for case in found.events["case"]}
    assert "dry_hot" in short
    assert "normal" not in short


def test_storage_response_and_charging_all_lower_what_the_city_loses(jiangmen):
    system = year_2030(jiangmen, 1.04)
    load = system.county_load_mw
    store = Reservoirs(*(np.array([x]) for x in (700.0, 700.0, 1400.0, 0.86, 1.0)))
    none = no_measures(8760)
    response = none._replace(offer_mw=0.05 * load, hours_per_event=np.array([4.0]), events_per_year=np.array([30.0]),
                             is_ordered=np.zeros(1, np.bool_), rebound_share=np.array([0.8]))
    charging = none._replace(shift_mw=np.full(8760, 150.0))
    everything = response._replace(stores=store, shift_mw=charging.shift_mw)
    lost = []
    for measures in (none, response, none._replace(stores=store), charging, everything):
        changed = System(**{**vars(system), "measures": measures})
        lost.append(adequacy(changed, Luck(1), sample_years=200, support="province", with_margin=False).eue_mwh.value)
    assert all(one < lost[0] for one in lost[1:])
    assert lost[4] < min(lost[1:4])
    assert lost[4] < 0.5 * lost[0]
