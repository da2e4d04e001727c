"""Whole runs: reproducible, resumable, paired."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dafeng.configs.errors import InputError, ResultsError
from dafeng.sim.run import run

TABLES = ("outcomes", "events", "decisions")


class Killed(Exception):
    pass


def kill_after_two_years(done, total):
    if done == 2:
        raise Killed


def same(a, b):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(a, name), getattr(b, name), check_exact=True)


def test_the_same_job_gives_the_same_tables(runs):
    same(run(runs.job_of("toy3", "plan")), run(runs.job_of("toy3", "plan")))


def test_another_seed_gives_other_outages(runs):
    first, second = run(runs.job_of("toy3", seed=1)), run(runs.job_of("toy3", seed=2))
    assert not first.events.equals(second.events)


@pytest.mark.parametrize("city", ["toy3", "jiangmen"])
def test_a_run_resumed_at_a_year_end_equals_one_that_never_stopped(runs, tmp_path, city):
    bundle, last = "plan", 2023
    if city == "toy3":
        last = 2022
    whole = run(runs.job_of(city, bundle, last_year=last))
    path = str(tmp_path / "check.npz")
    with pytest.raises(Killed):
        run(runs.job_of(city, bundle, last_year=last, checkpoint=path), progress=kill_after_two_years)
    resumed = run(runs.job_of(city, bundle, last_year=last, checkpoint=path, resume=True))
    same(whole, resumed)


def test_a_damaged_checkpoint_is_named(runs, tmp_path):
    path = tmp_path / "check.npz"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(ResultsError, match=r"check\.npz"):
        run(runs.job_of("toy3", checkpoint=str(path), resume=True))


def test_each_event_says_what_its_amount_counts(runs):
    from dafeng.sim.year import MEGAWATTS

    events = runs.jiangmen("baseline").events
    in_mw = events.kind.isin(MEGAWATTS)
    assert in_mw.any()
    assert set(events.unit[in_mw]) == {"MW"}
    assert set(events.unit[~in_mw]) == {"h"}
    formats = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    told = formats.split("## Events")[1].split("\n## ")[0]
    assert all(f"`{kind}`" in told for kind in {*events.kind, *MEGAWATTS})


def test_years_outside_the_city_are_refused(runs):
    with pytest.raises(InputError, match="2020-2050"):
        run(runs.job_of("toy3", last_year=2050))


def test_an_unknown_value_is_refused_with_the_nearest_name(runs):
    with pytest.raises(InputError, match=r"coal_usc\.capex"):
        run(runs.job_of("toy3", **{"coal_usc.capx": 1.0}))


def test_a_policy_leaves_every_other_units_outages_unchanged(runs):
    """Paired luck: where a unit stands under both bundles, it trips in the same hours for as long."""
    base, plan = runs.jiangmen("baseline"), runs.jiangmen("plan")
    trips = [r.events[r.events.kind == "trip"].set_index(["hour", "agent"]).amount for r in (base, plan)]
    assert len(trips[0]) > 20
    pd.testing.assert_series_equal(trips[0], trips[1], check_exact=True)


def test_bundles_share_weather_and_the_provinces_outages(runs):
    base, plan = runs.jiangmen("baseline"), runs.jiangmen("plan")
    for variable in ("pool_factor_t_per_mwh", "price_cny_per_mwh"):
        first = [
            r.outcomes[(r.outcomes.variable == variable) & (r.outcomes.year == 2020)].value.item() for r in (base, plan)
        ]
        assert first[0] == pytest.approx(first[1], rel=1e-9)


def test_every_total_carries_all_and_no_value_is_missing(runs):
    rows = runs.jiangmen("plan").outcomes
    assert not rows.isna().any().any()
    assert np.isfinite(rows.value).all()
    assert (rows[["county", "sector", "technology", "fuel", "basis"]] != "").all().all()


def test_decisions_show_every_option_and_one_choice(runs):
    rows = runs.jiangmen("plan").decisions
    assert {"plants", "owners", "sites", "firms", "vehicles", "households", "nodes"} <= set(rows.kind)
    of_one = rows[rows.topic == "retrofit"] if (rows.topic == "retrofit").any() else rows[rows.kind == "owners"]
    assert len(of_one) > 0


def test_counties_and_sectors_add_up_to_the_city_in_every_boundary(runs):
    rows = runs.jiangmen("plan").outcomes
    emitted = rows[rows.variable == "emissions_tco2"]
    for (_, basis), of_year in emitted.groupby(["year", "basis"]):
        whole = of_year[(of_year.county == "all") & (of_year.sector == "all") & (of_year.fuel == "all")].value.sum()
        for dimension in ("county", "sector", "fuel"):
            parts = of_year[of_year[dimension] != "all"].value.sum()
            assert parts == pytest.approx(whole, rel=1e-9), (basis, dimension)


@pytest.mark.parametrize(("city", "first"), [("toy3", 2020), ("jiangmen", 2021)])
def test_years_already_lived_do_not_depend_on_where_the_run_ends(runs, city, first):
    short, long = (
        run(runs.job_of(city, "plan", last_year=last)).outcomes.query(f"year <= {first}") for last in (first, first + 1)
    )
    at_the_end = short["variable"].str.startswith("target")  # a peak is judged in the last year
    kept = ~long["variable"].str.startswith("target")
    pd.testing.assert_frame_equal(
        short[~at_the_end].reset_index(drop=True), long[kept].reset_index(drop=True), check_exact=True
    )
