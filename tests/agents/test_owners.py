from __future__ import annotations

import json
from itertools import product

import mesa
import pytest

from dafeng.agents.fleet import fleet
from dafeng.agents.fleet_dates import FIRST_FREE_YEAR
from dafeng.agents.invest import npv, payment
from dafeng.agents.markets import clear
from dafeng.agents.owners import Owner
from dafeng.agents.owners_builds import New, award_cny
from dafeng.agents.owners_leases import leases, sites
from dafeng.agents.plants import Plant
from dafeng.agents.retrofit import ENERGY, FLEXIBILITY, HEAT, RETROFITS, Candidate, Choice, choose, covered
from dafeng.agents.view import Call, Settlement, View
from dafeng.agents.works import Build, Extend, Retire, Retrofit, Works
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.schedule import Path as SeriesPath
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR
from tests.agents.power_views import view_of


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("jiangmen")


@pytest.fixture
def owners(city: City) -> dict[str, Owner]:
    return made(city)


def made(city: City) -> dict[str, Owner]:
    found = Owner.populate(mesa.Model(), city, city.agents["owners"])
    return {owner.key: owner for owner in found if isinstance(owner, Owner)}


def rounds(owners: dict[str, Owner], city: City, year: int, **more: object) -> list[Works]:
    """A year of decisions, asked again until nobody builds."""
    works: list[Works] = []
    pipeline: dict[str, float] = {}
    for _ in range(200):
        new: list[Works] = []
        for key in sorted(owners):
            asked = owners[key].decide(view_of(city, year, owners[key].county, pipeline=dict(pipeline), **more))  # type: ignore[arg-type]
            for one in asked:
                if isinstance(one, Build):
                    name = one.detail["technology"]
                    pipeline[name] = pipeline.get(name, 0.0) + one.detail["mw"]
            new += asked
        works += new
        if not any(isinstance(one, Build) for one in new):
            return works
    raise AssertionError("owners never stop building")


# retrofits


def worth(energy: float, flexible: float, heat: float) -> dict[Choice, float]:
    single = {ENERGY: energy, FLEXIBILITY: flexible, HEAT: heat}
    choices = [tuple(n for n, on in zip(RETROFITS, bits, strict=True) if on) for bits in product([0, 1], repeat=3)]
    return {choice: sum(single[name] for name in choice) for choice in choices}


FLEET = [
    Candidate("a", 600.0, (), worth(5.0, -8.0, -30.0)),
    Candidate("b", 600.0, (), worth(-6.0, -2.0, -20.0)),
    Candidate("c", 1000.0, (), worth(-9.0, -9.0, -10.0)),
    Candidate("d", 300.0, (HEAT,), {c: v for c, v in worth(-1.0, 4.0, 0.0).items() if HEAT not in c}),
]


def test_without_a_quota_each_unit_takes_what_is_worth_most() -> None:
    assert choose(FLEET, {}) == {"a": (ENERGY,), "b": (), "c": (), "d": (FLEXIBILITY,)}


def test_a_quota_is_met_by_the_cheapest_units_and_no_unit_more() -> None:
    picked = choose(FLEET, {FLEXIBILITY: 0.36})
    assert covered(FLEET, picked, FLEXIBILITY) == 900.0
    assert picked["b"] == (FLEXIBILITY,)
    assert FLEXIBILITY not in picked["a"]
    assert FLEXIBILITY not in picked["c"]


@pytest.mark.parametrize("share", [0.1, 0.36, 0.5, 0.76, 1.0])
@pytest.mark.parametrize("name", RETROFITS)
def test_every_quota_is_reached_and_no_forced_unit_could_be_spared(name: str, share: float) -> None:
    picked, free = choose(FLEET, {name: share}), choose(FLEET, {})
    needed = share * 2500.0
    assert covered(FLEET, picked, name) >= needed - 1e-9
    for unit in FLEET:
        if name in picked[unit.key] and name not in free[unit.key]:
            assert covered(FLEET, picked, name) - unit.mw < needed


def test_what_is_done_counts_for_the_quota() -> None:
    assert choose(FLEET, {HEAT: 0.12}) == choose(FLEET, {})


def test_all_three_quotas_hold_together() -> None:
    picked = choose(FLEET, dict.fromkeys(RETROFITS, 1.0))
    assert all(set(picked[unit.key]) | set(unit.done) == set(RETROFITS) for unit in FLEET)


def test_an_owner_under_a_quota_retrofits_that_share_of_its_coal(city: City, owners: dict[str, Owner]) -> None:
    owner = owners["chn_taishan"]
    flat = {"mean": 300.0, "swing": 0.0}
    works = owner.decide(view_of(city, 2027, "TS", rules={"coal_retrofit_heat_share": 0.5}, **flat))  # type: ignore[arg-type]
    done = [one for one in works if isinstance(one, Retrofit)]
    coal = {p.machine.key: p.machine.net_mw for p in owner._standing(view_of(city, 2027)) if p.machine.kind == "coal"}
    mw = sum(coal[one.asset] for one in done if one.detail["heat"])
    assert mw >= 0.5 * sum(coal.values())
    assert mw - min(coal[one.asset] for one in done) < 0.5 * sum(coal.values())


def test_a_retrofit_saves_what_the_data_say_and_is_ordered_once(city: City, owners: dict[str, Owner]) -> None:
    owner = owners["chn_taishan"]
    view = view_of(city, 2027, "TS", rules={"coal_retrofit_energy_share": 1.0})
    works = {one.asset: one for one in owner.decide(view) if isinstance(one, Retrofit)}
    assert works["001"].detail["coal_rate_change_gce"] == city.value("retrofit.energy_saving.delta_coal_rate_600MW")
    assert works["006"].detail["coal_rate_change_gce"] == city.value("retrofit.energy_saving.delta_coal_rate_1000MW")
    assert works["001"].outage_h == 6 * 168
    assert "002" not in works
    later = owner.decide(view_of(city, 2028, "TS", rules={"coal_retrofit_energy_share": 1.0}))
    assert not [one for one in later if isinstance(one, Retrofit) and ENERGY in one.detail["retrofits"]]


# closing


def lived(owner: Owner, city: City, key: str, cny: float, years: range) -> None:
    for year in years:
        owner.settle(view_of(city, year, owner.county, own={key: Settlement(revenue_cny=cny)}))


def test_three_years_of_loss_close_a_plant_after_the_recorded_years(city: City, owners: dict[str, Owner]) -> None:
    owner = owners["shuangshui"]
    lived(owner, city, "010", -5e8, range(2023, 2026))
    works = owner.decide(view_of(city, FIRST_FREE_YEAR, "XH"))
    assert [(type(one), one.asset) for one in works if isinstance(one, Retire)] == [(Retire, "010")]
    (decision,) = [d for d in owner.take_decisions() if d.topic == "close 010"]
    assert "loss" in decision.why
    assert decision.values[0] < 0.0


def test_three_years_out_do_not_close_a_plant_whose_price_is_a_tariff(city: City, owners: dict[str, Owner]) -> None:
    owner = next(one for one in owners.values() if "014" in one.plants)
    lived(owner, city, "014", -5e9, range(2025, 2028))
    assert not [one for one in owner.decide(view_of(city, 2028, owner.county)) if isinstance(one, Retire)]


def test_a_plant_that_gives_notice_stays_for_a_contract_at_its_avoidable_loss(
    city: City, owners: dict[str, Owner]
) -> None:
    owner = owners["shuangshui"]
    lived(owner, city, "010", -5e8, range(2023, 2026))
    view = view_of(city, FIRST_FREE_YEAR, "XH")
    (notice,) = owner.notices(view)
    assert (notice.asset, notice.firm_mw > 0.0) == ("010", True)
    assert notice.yearly_cny == -sum(owner.profits["010"]) / 3
    kept = view_of(city, FIRST_FREE_YEAR, "XH", contracts={"010": notice.yearly_cny})
    assert not [one for one in owner.decide(kept) if isinstance(one, Retire)]
    paid = [flow.value for flow in owner.flows(kept) if flow.variable == "subsidy_cny"]
    assert paid == [notice.yearly_cny]
    works = owner.decide(view_of(city, FIRST_FREE_YEAR + 1, "XH"))
    assert [one.asset for one in works if isinstance(one, Retire)] == ["010"]
    assert owner.contracts == {}


def test_two_years_of_loss_or_a_good_mean_close_nothing(city: City, owners: dict[str, Owner]) -> None:
    owner = owners["shuangshui"]
    lived(owner, city, "010", -5e8, range(2024, 2026))
    lived(owner, city, "011", -1e8, range(2022, 2024))
    lived(owner, city, "011", 5e8, range(2024, 2025))
    assert not [one for one in owner.decide(view_of(city, 2026, "XH")) if isinstance(one, Retire)]


def test_nothing_that_the_records_show_standing_is_closed_for_loss_before_2026(
    city: City, owners: dict[str, Owner]
) -> None:
    owner = owners["shuangshui"]
    lived(owner, city, "010", -5e8, range(2021, 2025))
    assert not [one for one in owner.decide(view_of(city, 2025, "XH")) if isinstance(one, Retire)]


def test_a_ban_closes_captive_coal_and_only_that(city: City, owners: dict[str, Owner]) -> None:
    rules = {"coal_captive_banned": 1.0}
    closed = [
        one.asset for owner in owners.values() for one in owner.decide(view_of(city, 2024, owner.county, rules=rules))
        if isinstance(one, Retire)
    ]
    assert closed == ["076"]


@pytest.mark.parametrize(("mean", "kind"), [(450.0, Extend), (60.0, Retire)])
def test_at_the_end_of_its_life_a_unit_is_extended_only_if_that_pays(
    city: City, owners: dict[str, Owner], mean: float, kind: type[Works]
) -> None:
    works = owners["cgn_wind"].decide(view_of(city, 2035, "TS", mean=mean, swing=10.0))
    ends = [one for one in works if isinstance(one, Extend | Retire)]
    assert {one.asset for one in ends} == {"048", "049"}
    assert all(isinstance(one, kind) for one in ends)


# building


def test_no_unabated_coal_is_built_outside_the_permit_list(city: City, owners: dict[str, Owner]) -> None:
    assert not [site for site in sites(city, fleet(city)) if site.technology.startswith("coal")]
    for year in (2026, 2030, 2034):
        works = rounds(owners, city, year, mean=900.0)
        assert [one for one in works if isinstance(one, Build)]
        assert not [one for one in works if isinstance(one, Build) and one.detail["technology"].startswith("coal")]


def test_leases_part_each_site_wholly_and_are_the_same_for_all_owners(city: City) -> None:
    listings = fleet(city)
    held = leases(city, listings, Luck(1, 0))
    for site in sites(city, listings):
        assert sum(mine.get(site.key, [0.0])[0] for mine in held.values()) == pytest.approx(site.room_mw)
    without_plants = {*held["grid_company"], *held["storage_entrant"]}
    assert without_plants
    assert all(site.startswith("battery_li@") for site in without_plants)
    assert "taishan_nuclear" not in held
    assert "paper_captive" not in held


def test_site_limits_pipeline_and_money_hold_over_twenty_years(city: City, owners: dict[str, Owner]) -> None:
    room = {site.key: site.room_mw for site in sites(city, fleet(city))}
    for year in range(2021, 2041):
        works = rounds(owners, city, year, mean=500.0)
        assert sum(one.detail["mw"] for one in works if isinstance(one, Build)) <= 0.2 * 9000.0 + 1e-6
    built: dict[str, float] = {}
    for owner in owners.values():
        assert owner.cash_cny >= 0.0
        for new in owner.builds:
            built[f"{new.technology}@{new.bus}"] = built.get(f"{new.technology}@{new.bus}", 0.0) + new.mw
            assert new.due_h >= (FIRST_FREE_YEAR - 2020) * HOURS_A_YEAR
    assert built
    assert all(mw <= room[site] + 1e-6 for site, mw in built.items())


def test_an_owner_asked_again_builds_at_most_one_thing_at_a_time(city: City, owners: dict[str, Owner]) -> None:
    for owner in owners.values():
        for _ in range(3):
            works = owner.decide(view_of(city, 2030, owner.county, mean=600.0))
            assert len([one for one in works if isinstance(one, Build)]) <= 1


def test_nobody_builds_without_an_outlook_or_what_does_not_pay(city: City, owners: dict[str, Owner]) -> None:
    assert rounds(owners, city, 2020) == []
    assert not [one for one in rounds(owners, city, 2030, mean=30.0, swing=0.0) if isinstance(one, Build)]


def test_the_same_unit_is_late_by_the_same_luck_under_other_rules(city: City) -> None:
    free, asked = made(city), made(city)
    rounds(free, city, 2030, mean=600.0)
    rounds(asked, city, 2030, mean=600.0, rules={"storage_vre_share": 0.1, "storage_hours": 1.0})
    due = [{new.key: new.due_h for owner in both.values() for new in owner.builds} for both in (free, asked)]
    shared = set(due[0]) & set(due[1])
    assert shared
    assert all(due[0][key] == due[1][key] for key in shared)
    assert all(free[key].leases == asked[key].leases for key in free)


def test_new_sun_brings_the_storage_that_the_rules_ask_and_is_worth_less(city: City, owners: dict[str, Owner]) -> None:
    view = view_of(city, 2030, "TS", rules={"storage_vre_share": 0.2, "storage_hours": 2.0}, swing=20.0)
    owner = owners["huadian"]
    assert owner.mind.option(view, "pv_utility").npv < made(city)["huadian"].mind.option(
        view_of(city, 2030, "TS", swing=20.0), "pv_utility").npv
    rounds(owners, city, 2030, mean=600.0, rules={"storage_vre_share": 0.2, "storage_hours": 2.0})
    new = next(new for o in owners.values() for new in o.builds if new.technology == "pv_utility")
    stands = view_of(city, 2036, "TS")
    stores = [s for o in owners.values() for s in o.assets(stands).stores if s.key == new.companion_key]
    assert [(s.hours, s.bus) for s in stores] == [(2.0, new.bus)]
    assert stores[0].power_mw == pytest.approx(0.2 * new.mw)


def test_nobody_expects_fuel_beyond_its_published_range(city: City, owners: dict[str, Owner]) -> None:
    path = city.path("fuel.steam_coal_power")
    for year in (2022, 2023, 2030):
        for owner in owners.values():
            coal = owner.mind.seen(view_of(city, year, owner.county), year + 5).fuel_cny_per_gj["coal"]
            assert SeriesPath(path.low).at(year + 5) <= coal <= SeriesPath(path.high).at(year + 5)


def test_owners_that_see_the_same_expect_different_prices_but_the_sure_one_none_other(
    city: City, owners: dict[str, Owner]
) -> None:
    view = view_of(city, 2030, mean=400.0)
    mean = {key: float(owner.mind.seen(view, 2033).days.price.mean()) for key, owner in owners.items()}
    assert mean["taishan_nuclear"] == pytest.approx(400.0)
    assert len(set(mean.values())) == len(owners)
    assert all(200.0 < price < 600.0 for price in mean.values())


# auctions


def test_a_bid_for_storage_is_the_payment_that_makes_the_value_zero(city: City, owners: dict[str, Owner]) -> None:
    call = Call("storage", 500.0, "MW", float("inf"), 1e12, 2030, 15.0, 4.0)
    view = view_of(city, 2028, "TS")
    bids = owners["storage_entrant"].bid(call, view)
    cash = owners["storage_entrant"].mind.option(view, "battery_li", 4.0).cash
    assert bids
    assert bids[0].cny == pytest.approx(payment(cash, 15) / 1e3)
    assert npv(cash) + 1e3 * bids[0].cny * cash.term_now(15) == pytest.approx(0.0, abs=1e-3)
    assert sum(bid.amount for bid in bids) * cash.capital_cny * 0.3 <= owners["storage_entrant"].cash_cny * (1 + 1e-9)


def test_a_call_for_renewables_is_answered_with_wind_and_sun_that_come_in_time(
    city: City, owners: dict[str, Owner]
) -> None:
    call = Call("renewable", 5000.0, "MW", float("inf"), 1e12, 2030, 15.0)
    bids = [bid for owner in owners.values() for bid in owner.bid(call, view_of(city, 2028, owner.county))]
    assert {bid.asset.split(":")[1] for bid in bids} == {"pv_utility", "wind_onshore"}
    assert all(bid.cny > 0.0 and bid.yearly_cny >= 0.0 for bid in bids)


def test_an_award_is_built_once_and_paid_for_its_term(city: City, owners: dict[str, Owner]) -> None:
    call = Call("storage", 250.0, "MW", float("inf"), 1e12, 2030, 15.0, 2.0)
    views = {key: view_of(city, 2028, owner.county, mean=250.0, swing=10.0) for key, owner in owners.items()}
    awards, unmet = clear(call, [bid for key, owner in owners.items() for bid in owner.bid(call, views[key])])
    assert unmet == 0.0
    for key, owner in owners.items():
        mine = tuple(award for award in awards if award.agent == key)
        view = view_of(city, 2028, owner.county, mean=250.0, swing=10.0, awards=mine)
        owner.decide(view)
        owner.decide(view)
    built = [(owner, new) for owner in owners.values() for new in owner.builds if new.paid_until_h > 0.0]
    assert sum(new.mw for _, new in built) == pytest.approx(250.0)
    owner, new = built[0]
    year = 2021 + int(new.due_h // HOURS_A_YEAR)
    before, own = owner.cash_cny, {new.key: Settlement(revenue_cny=0.0)}
    owner.settle(view_of(city, year, owner.county, own=own))
    assert award_cny(new, (year - 2020) * HOURS_A_YEAR, own) == pytest.approx(new.paid_cny_per_kw * 1e3 * new.mw)
    assert new.paid_cny_per_kw > 0.0
    assert owner.cash_cny > before
    assert award_cny(new, new.paid_until_h, own) == 0.0


def test_a_contract_for_difference_pays_what_the_market_does_not(city: City) -> None:
    new = New("k", "o", "pv_utility", "N13", 10.0, 0.0, 0.0, 1.0, strike_cny_per_mwh=300.0, paid_until_h=1e6)
    assert award_cny(new, 0.0, {"k": Settlement(energy_mwh=100.0, revenue_cny=20_000.0)}) == 10_000.0
    assert award_cny(new, 0.0, {"k": Settlement(energy_mwh=100.0, revenue_cny=35_000.0)}) == -5_000.0


# state


def test_an_owner_taken_up_again_decides_the_same(city: City, owners: dict[str, Owner]) -> None:
    for year in range(2021, 2029):
        rounds(owners, city, year, mean=500.0)
        for owner in owners.values():
            own = {key: Settlement(revenue_cny=2e8) for key in owner.plants[:2]}
            owner.settle(view_of(city, year, owner.county, own=own))
    again = made(city)
    for key, owner in owners.items():
        again[key].restore(json.loads(json.dumps(owner.snapshot())))
    for year in range(2029, 2034):
        assert rounds(again, city, year, mean=520.0) == rounds(owners, city, year, mean=520.0)
    view: View = view_of(city, 2036)
    assert all(again[key].assets(view) == owners[key].assets(view) for key in owners)


def test_a_decision_to_build_shows_every_option_with_its_worth(city: City, owners: dict[str, Owner]) -> None:
    owner = owners["huadian"]
    works = owner.decide(view_of(city, 2030, owner.county, mean=600.0))
    (decision,) = [d for d in owner.take_decisions() if d.topic == "invest"]
    shown = dict(zip(decision.options, decision.values, strict=True))
    assert shown["nothing"] == 0.0
    assert decision.choice == max(shown, key=lambda name: shown[name])
    assert works[-1].detail["technology"] == decision.choice


def test_plants_and_owners_agree_on_what_a_retrofit_makes_of_a_unit(city: City, owners: dict[str, Owner]) -> None:
    plants = {p.key: p for p in Plant.populate(mesa.Model(), city, ()) if isinstance(p, Plant)}
    owner = owners["chn_taishan"]
    rules = {"coal_retrofit_energy_share": 1.0, "coal_retrofit_flex_share": 1.0, "coal_retrofit_heat_share": 1.0}
    for works in owner.decide(view_of(city, 2027, "TS", rules=rules)):
        if isinstance(works, Retrofit):
            plants[works.agent].complete(works, works.start_h + works.outage_h)
    for known in owner._standing(view_of(city, 2028)):
        if known.machine.kind == "coal" and known.machine.key != "002":
            assert plants[known.machine.key].condition == known.now
