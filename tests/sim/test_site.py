"""Works under construction: lead times, crews, windows, and taking them up again."""

import simpy

from dafeng.agents.works import Build, Retrofit
from dafeng.configs.luck import Luck
from dafeng.sim.site import Site


class Diary:
    def __init__(self):
        self.lines = []

    def complete(self, works, hour):
        self.lines.append((works.asset, hour))


def site_of(env, diary, crews=1):
    return Site(
        env, Luck(1), {"works": simpy.Resource(env, crews)}, {"owner": diary}, lambda *outage: None, lambda *done: None
    )


def test_a_build_is_done_after_its_lead_time():
    env, diary = simpy.Environment(), Diary()
    site_of(env, diary).begin(Build("owner", "plant", 100.0, 0.0, None))
    env.run(until=1000)
    assert diary.lines == [("plant", 100.0)]


def test_two_retrofits_share_one_crew():
    env, diary = simpy.Environment(), Diary()
    site = site_of(env, diary)
    site.begin(Retrofit("owner", "a", 10.0, 50.0, "works"))
    site.begin(Retrofit("owner", "b", 10.0, 50.0, "works"))
    env.run(until=1000)
    assert diary.lines == [("a", 60.0), ("b", 110.0)]


def test_no_planned_outage_begins_in_the_hot_season():
    env, diary = simpy.Environment(), Diary()
    site_of(env, diary).begin(Retrofit("owner", "a", 200 * 24.0, 24.0, "works"))
    env.run(until=8760)
    assert diary.lines == [("a", 273 * 24.0 + 24.0)]


def test_a_delay_belongs_to_the_asset_not_to_the_order():
    hours = []
    for order in (("a", "b"), ("b", "a")):
        env, diary = simpy.Environment(), Diary()
        site = site_of(env, diary)
        for asset in order:
            site.begin(Build("owner", asset, 1000.0, 0.0, None, delay_log_sd=0.35))
        env.run(until=20000)
        hours.append(dict(diary.lines))
    assert hours[0] == hours[1]
    assert hours[0]["a"] != hours[0]["b"]


def test_works_are_taken_up_where_they_stopped():
    through, halted = Diary(), Diary()
    for diary, stop in ((through, None), (halted, 500)):
        env = simpy.Environment()
        site = site_of(env, diary)
        for asset in "abc":
            site.begin(Retrofit("owner", asset, 450.0, 300.0, "works"))
        if stop:
            env.run(until=stop)
            records, count = site.records(), site.count
            env = simpy.Environment(initial_time=stop)
            site = site_of(env, diary)
            site.resume(records, count)
        env.run(until=8760)
    assert through.lines == halted.lines


def test_each_order_of_one_asset_has_a_delay_of_its_own():
    env, diary = simpy.Environment(), Diary()
    site = site_of(env, diary)
    for number in range(3):
        site.begin(Build("owner", "line", 1000.0, 0.0, None, delay_log_sd=0.35, detail={"number": number}))
    env.run(until=20000)
    assert len({hour for _, hour in diary.lines}) == 3
