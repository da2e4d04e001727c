"""Adequacy on request: the samples of the yearly assessment, part by part, until an error is met."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_request import PART, on_request
from dafeng.network.adequacy_samples import MOST_EVENTS
from dafeng.network.adequacy_system import Pool, System, no_measures, no_stores, single_node
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines
from tests.network.test_moments import peak_bytes


def two_states() -> System:
    """A province of ten machines of 100 MW that needs 800 MW, and 900 in one state of five."""
    machines = Machines.of([Machine("m", 100.0, Process(900.0, 100.0), count=10)])
    need = np.array([np.full(8760, 800.0), np.full(8760, 900.0)])
    pool = Pool(machines, np.ones((1, 8760)), np.ones((2, 1)), need, no_stores())
    load = np.full((1, 8760), 50.0)
    return System(2030, ("A",), load, np.array([0.8, 0.2]), pool, pool, no_measures(8760), city_share=0.1)


@pytest.mark.parametrize("sample_years", [300, 2 * PART + 100])
def test_parts_say_what_one_assessment_of_all_says(sample_years):
    for support in ("province", "island"):
        once = adequacy(two_states(), Luck(3), sample_years=sample_years, support=support)
        found = on_request(two_states(), Luck(3), support=support, sample_years=sample_years)
        assert found.sample_years == sample_years
        for name in ("lole_d", "lolh_h", "lolf_hourly", "eue_mwh", "neue_ppm", "cvar95_mwh"):
            expected = getattr(once, name)
            assert (found.indices[name].value, found.indices[name].se) == pytest.approx((expected.value, expected.se))
        assert found.by_county["A"]["eue_mwh"].value == pytest.approx(once.by_county["A"]["eue_mwh"].value)


def test_it_stops_at_the_error_asked_for_and_the_answer_is_the_exact_one():
    """Short by 0.1 x what binomial outages of ten machines go beyond two of them, or beyond one in the other state."""
    out = [math.comb(10, k) * 0.1**k * 0.9 ** (10 - k) for k in range(11)]
    short = [sum(out[k] * max(0, k - spare) * 100.0 for k in range(11)) for spare in (2, 1)]
    expected = 0.1 * 8760 * (0.8 * short[0] + 0.2 * short[1])
    loose = on_request(two_states(), Luck(5), support="province", target=0.05)
    tight = on_request(two_states(), Luck(5), support="province", target=0.005)
    assert loose.variation <= 0.05
    assert tight.variation <= 0.005
    assert loose.sample_years < tight.sample_years
    assert abs(tight.indices["eue_mwh"].value - expected) < 3 * tight.indices["eue_mwh"].se


def test_memory_grows_by_one_energy_a_sample_year():
    """Eight bytes of the unserved energy, for the tail; twice while they are joined. All else stays as it is."""
    system = two_states()
    few, many = (peak_bytes(partial(on_request, system, Luck(1), support="province", sample_years=years))
                 for years in (2 * PART, 10 * PART))
    assert many < few + 8 * PART * 2 * 8 + 64_000


def test_what_never_happens_is_bounded_by_the_rule_of_three(monkeypatch):
    monkeypatch.setattr("dafeng.network.adequacy_request.MOST_YEARS", 600)
    safe = single_node([("a", 100.0, Process(math.inf, 1.0))], np.full(8760, 50.0))
    found = on_request(safe, Luck(1), support="island")
    assert (found.indices["lolh_h"].value, found.indices["lolh_h"].se) == (0.0, 3.0 / 600)
    assert found.variation == math.inf


def test_a_day_passed_over_changes_nothing(monkeypatch):
    """All margins computed, or only those of days that can matter: the same to the last bit."""
    rng = np.random.default_rng(1)
    system = two_states()
    pool = replace(system.province, share=0.8 + 0.2 * rng.random((1, 8760)), need_mw=rng.uniform(500, 850, (2, 8760)))
    from dafeng.network.adequacy_system import Reservoirs

    stores = Reservoirs(*(np.array([x]) for x in (50.0, 50.0, 200.0, 0.9, 1.0)))
    one = replace(system, province=replace(pool, stores=stores, spreads=True),
                  measures=no_measures(8760)._replace(stores=stores))
    lazy, whole = (adequacy(one, Luck(2), sample_years=400, support="province", with_margin=keeps)
                   for keeps in (False, True))
    monkeypatch.setattr("dafeng.network.adequacy.LEAST_YEARS", 400)
    every = adequacy(one, Luck(2), sample_years=400, support="province")
    assert lazy.eue_mwh.value > 0.0
    assert lazy.eue_mwh == whole.eue_mwh == every.eue_mwh
    assert (lazy.events["mwh"] == every.events["mwh"]).all()


def test_a_state_weighs_its_probability_and_not_how_often_it_was_drawn():
    """One state in 25 bears all of the shortage: between seeds its share of 110 years is 4 or 5, the mean is not."""
    machines = Machines.of([Machine("m", 10.0, Process(math.inf, 1.0))])
    need = np.array([np.full(48, 5.0), np.full(48, 12.0)])
    pool = Pool(machines, np.ones((1, 48)), np.ones((2, 1)), need, no_stores())
    rare = System(2030, ("A",), np.full((1, 48), 5.0), np.array([0.96, 0.04]), pool, pool, no_measures(48))
    for seed in range(4):
        once = adequacy(rare, Luck(seed), sample_years=110, support="island", with_margin=False)
        found = on_request(rare, Luck(seed), support="island", sample_years=110)
        for estimate in (once.eue_mwh, once.by_county["A"]["eue_mwh"], once.parts["pool_mwh"],
                         found.indices["eue_mwh"], found.by_county["A"]["eue_mwh"]):
            assert estimate.value == pytest.approx(0.04 * 48 * 2.0)
            assert estimate.se == 0.0


def test_the_bound_of_no_event_holds_where_events_last_for_days():
    """A machine that fails once in ten years for 100 h: ten hours a year, which 20 years without must allow."""
    process = Process(87_500.0, 100.0)
    one = single_node([("a", 100.0, process)], np.full(8760, 50.0))
    truth = 8760 * process.forced_outage_rate
    held = {"lolh_h": 0, "eue_mwh": 0, "lole_d": 0, "county": 0}
    for seed in range(400):
        found = on_request(one, Luck(seed), support="island", sample_years=20)
        for name, level in (("lolh_h", truth), ("eue_mwh", 50.0 * truth), ("lole_d", truth * 123 / 2400)):
            estimate = found.indices[name]
            held[name] += estimate.value > 0.0 or estimate.se >= level
        county = found.by_county["all"]["eue_mwh"]
        held["county"] += county.value > 0.0 or county.se >= 50.0 * truth
    assert min(held.values()) >= 380
    assert on_request(one, Luck(1), support="island", sample_years=20).indices["lolf_hourly"].se <= 3 / 20


def test_the_share_of_each_state_is_told():
    system = replace(two_states(), case_names=("normal", "hot"))
    found = on_request(system, Luck(1), support="province", sample_years=400)
    assert found.short_years > 300
    assert found.by_state["hot"][0] == pytest.approx(0.2)
    assert 0.3 < found.by_state["hot"][1] < 0.7
    assert sum(share for _, share in found.by_state.values()) == pytest.approx(1.0)


def test_no_share_of_states_is_told_where_states_change_nothing():
    """An island, and lines and offtakes: a share there is how often years of a state were drawn and were short."""
    system = replace(two_states(), case_names=("normal", "hot"))
    same = replace(system, island=replace(system.island, need_mw=np.full((2, 8760), 800.0)))
    found = on_request(same, Luck(1), support="island", sample_years=200)
    assert found.short_years > 100
    assert found.by_state == {}
    assert found.state_means == {}


def test_events_have_the_mean_duration_and_depth_of_those_listed_and_the_worst():
    system = two_states()
    found = on_request(system, Luck(3), support="island", sample_years=40)
    events = adequacy(system, Luck(3), sample_years=40, support="island").events
    assert len(events["mwh"]) < MOST_EVENTS
    assert found.indices["worst_event_mwh"].value == pytest.approx(events["mwh"].max())
    assert found.indices["duration_h"].value == pytest.approx(
        found.indices["lolh_h"].value / found.indices["lolf_hourly"].value)
    # the plain mean over events does not weigh states as the index does
    assert found.indices["depth_mw"].value == pytest.approx(events["deepest_mw"].mean(), rel=0.1)
    assert 0.0 < found.indices["duration_h"].se < found.indices["duration_h"].value
