"""Caps in the exact engine week by week: what a week leaves is the next one's, and nothing of it must be spent."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.dispatch import Commitment
from dafeng.network.grid import Engine
from tests.network.peer_network import as_folder

pytestmark = pytest.mark.filterwarnings("ignore")
HOUR = np.arange(336)
LOOSE = np.full(336, 100.0)
PEAKS = np.where(HOUR % 168 < 2, 160.0, 100.0)
LATE = np.where((HOUR >= 168) & (HOUR % 168 < 2), 160.0, 100.0)
WAYS = [(Commitment.RELAXED, 0), (Commitment.FIXED, 250_000), (Commitment.FIXED, 0), (Commitment.BINARY, 250_000),
        (Commitment.BINARY, 0)]  # fmt: skip


def coal_and_oil(load: Floats) -> Any:
    """Coal of 150 MW at 30 and oil of 100 MW at 200."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2030-01-01T00") + HOUR * np.timedelta64(1, "h"))
        net.add("Carrier", ["coal", "oil"], co2_emissions=[0.34, 0.27])
        net.add("Bus", "A", v_nom=220.0)
        net.add("Load", "l", bus="A", p_set=load)
        net.add("Generator", "coal", bus="A", p_nom=150.0, marginal_cost=30.0, carrier="coal")
        net.add("Generator", "oil", bus="A", p_nom=100.0, marginal_cost=200.0, carrier="oil")
        return net


def cost(net: Any, folder: Path, commitment: Commitment = Commitment.RELAXED) -> float:
    """Of the exact engine, with all load served."""
    folder.mkdir(exist_ok=True)
    found = dispatch_hours(as_folder(net, folder / "net"), Engine.EXACT, None, commitment=commitment)
    assert found.status == "optimal"
    assert all(use.is_kept for use in found.limits)
    return found.objective


@pytest.mark.parametrize(("commitment", "most"), WAYS)
@pytest.mark.parametrize(
    ("load", "cap", "wanted"),
    [(LOOSE, "energy", 30.0 * 33_600), (LOOSE, "emissions", 30.0 * 33_600),
     (PEAKS, "energy", 30.0 * (332 * 100 + 4 * 150) + 200.0 * 40),
     (LATE, "energy", 30.0 * (334 * 100 + 2 * 150) + 200.0 * 20),
     (PEAKS[::-1], "emissions", 30.0 * (332 * 100 + 4 * 150) + 200.0 * 40)],
)  # fmt: skip
def test_a_cap_left_unused_in_one_week_need_not_be_spent_in_the_next(
    load: Floats, cap: str, wanted: float, commitment: Commitment, most: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Caps with more room than oil has use for: it runs where coal is at its top and nowhere else."""
    monkeypatch.setattr("dafeng.experiments.dispatching_weeks.MOST_COLUMNS", most)
    net = coal_and_oil(load)
    if cap == "energy":
        net.generators.loc["oil", "e_sum_max"] = 10_000.0
    else:
        net.add("GlobalConstraint", "co2", carrier_attribute="co2_emissions", sense="<=", constant=20_000.0)
    assert cost(net, tmp_path, commitment) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("most_mwh", [45.0, 500.0, 5000.0, 20_000.0])
def test_weeks_under_caps_tight_and_loose_are_those_of_all_hours(
    most_mwh: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coal of 90 MW, gas at 60 under a cap, and oil for the rest."""
    net = coal_and_oil(100.0 + 45.0 * np.sin(HOUR / 24 * 2 * np.pi) * np.where(HOUR < 168, 1.0, 0.4))
    net.generators.loc["coal", "p_nom"] = 90.0
    net.add("Generator", "gas", bus="A", p_nom=60.0, marginal_cost=60.0, e_sum_max=most_mwh)
    whole = cost(net, tmp_path)
    monkeypatch.setattr("dafeng.experiments.dispatching_weeks.MOST_COLUMNS", 0)
    assert cost(net, tmp_path / "of") == pytest.approx(whole, rel=1e-3)
