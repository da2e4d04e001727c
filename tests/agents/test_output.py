"""Output: growth, shocks, entry and response to cost (MODEL_SPEC 3.1); lines of industry."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dafeng.agents import output
from dafeng.agents.output_lines import CONTINUOUS, lines
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def view(year: int) -> View:
    return View(
        year=year, hour=0.0, city=jiangmen(), rules=Rules(year, "XH"), announced={}, prices={}, outlooks=(), own={},
        pipeline={}, standing={}, credit={}, awards=(), luck=Luck(1),
    )  # fmt: skip


def test_growth_of_those_who_stand_and_of_those_who_come_adds_up_to_the_path() -> None:
    known = lines(jiangmen())
    growth = output.growth_of(known, view(2028), with_entry=True)
    assert growth.standing + growth.entry == pytest.approx(known.growth(jiangmen(), 2028))
    food = known.sector.index("food")
    assert growth.entry[food] == pytest.approx(0.02 * 0.04 / 0.03), "2 of 100 at 3 % growth; food grows 4 %"
    assert growth.entry[known.sector.index("cement")] == 0.0, "nobody enters a shrinking sector"


def test_newcomers_are_poisson() -> None:
    uniform = Luck(2)("entry").random(100_000)
    drawn = output.newcomers(np.full(100_000, 1.7), uniform)
    assert drawn.mean() == pytest.approx(1.7, abs=3 * np.sqrt(1.7 / 100_000))
    assert (drawn == 0).mean() == pytest.approx(np.exp(-1.7), abs=0.005)


def test_shocks_have_the_spread_they_are_given() -> None:
    made = output.shocked(np.full(100_000, 100.0), np.zeros(100_000), Luck(2)("shock").random(100_000), 0.04)
    assert made.mean() == pytest.approx(100.0, abs=0.05)
    assert made.std() == pytest.approx(4.0, abs=0.05)


def test_shift_work_is_the_share_of_industrial_load_that_the_city_states() -> None:
    known = lines(jiangmen())
    mwh = {}
    for row in jiangmen().table("sector_base_2020"):
        scale = 1e3 if row["activity_unit"].startswith("Mt") else 1.0
        mwh[row["sector"]] = row["activity_2020"] * row["electric_intensity"] * scale
    share = sum(mwh[known.sector[i]] * known.shift_load_share[i] for i in range(len(mwh))) / sum(mwh.values())
    assert share == pytest.approx(jiangmen().value("extra.industry_ls_share"))
    assert all(known.shift_load_share[known.sector.index(sector)] < 0.1 for sector in CONTINUOUS)
