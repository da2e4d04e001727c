"""The island's contract block brings the baseline of 2025 to its standard, whatever bundle asks for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.sim.contract_block import base_system, contract_mw
from dafeng.sim.request import system_at
from dafeng.sim.run import Job

VIEWS = ("province", "deliverability", "island")


def test_the_baselines_island_of_2025_is_short_for_the_hours_of_its_standard() -> None:
    city = load.city("jiangmen")
    system = replace(base_system(city), contract_mw=contract_mw(city))
    found = adequacy(system, Luck(5), sample_years=4000, support="island", with_margin=False)
    assert system.lolh_standard_h == 2.4
    of_block = found.lolh_h.se * (4000 / 500) ** 0.5
    assert found.lolh_h.value == pytest.approx(2.4, abs=3.0 * (of_block**2 + found.lolh_h.se**2) ** 0.5)


@pytest.mark.parametrize(("bundle", "seed"), [("baseline", 1), ("plan", 1), ("plan", 2)])
def test_no_bundle_and_no_luck_moves_the_block(bundle: str, seed: int) -> None:
    job = Job("jiangmen", bundle, "default", {}, 0, seed, 2020, 2020, "fast", 50, VIEWS, ())
    assert system_at(job)[0].contract_mw == contract_mw(load.city("jiangmen"))
