"""A small PyPSA network with one of everything that the grid can say."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

ENDS_MWH = (0.0, 0.0)
"""What both stores hold at the end: nothing, since PyPSA gives it no worth."""


def network(hours: int = 72) -> Any:
    """Four buses, a transformer, a link as the only way to D, a store behind links; numbers made up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        rng, hour = np.random.default_rng(1), np.arange(hours)
        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2020-01-01T00") + hour * np.timedelta64(1, "h"))
        net.add("Carrier", ["coal", "gas", "wind"], co2_emissions=[0.34, 0.2, 0.0])
        net.add("Bus", ["A", "B", "C", "D"], v_nom=220.0)
        net.add("Bus", "cell", carrier="battery")
        net.add("Line", "AB", bus0="A", bus1="B", x=10.0, r=1.0, s_nom=100.0)
        net.add("Line", "BC", bus0="B", bus1="C", x=20.0, r=1.0, s_nom=80.0, s_max_pu=0.7)
        net.add("Transformer", "AC", bus0="A", bus1="C", x=0.1, s_nom=100.0)
        net.add("Link", "CD", bus0="C", bus1="D", p_nom=50.0, p_min_pu=-1.0)
        net.add("Generator", "c", bus="A", p_nom=300.0, marginal_cost=20.0, carrier="coal", efficiency=0.4)
        tariff = np.where(hour % 24 < 12, 45.0, 60.0)
        net.add("Generator", "g", bus="C", p_nom=200.0, marginal_cost=tariff, carrier="gas", efficiency=0.5)
        must = {"p_min_pu": 0.5, "marginal_cost": 30.0, "carrier": "coal", "efficiency": 0.4}
        net.add("Generator", "must", bus="B", p_nom=20.0, **must)
        net.add("Generator", "w", bus="B", p_nom=100.0, carrier="wind", p_max_pu=rng.random(hours))
        net.add("Load", "l", bus="C", p_set=100.0 + 60.0 * rng.random(hours))
        net.add("Load", "l2", bus="D", p_set=30.0)
        net.add("StorageUnit", "s", bus="B", p_nom=10.0, max_hours=4.0, efficiency_store=0.9, efficiency_dispatch=0.9,
                state_of_charge_initial=20.0, marginal_cost=1.0)
        net.add("Store", "e", bus="cell", e_nom=60.0, e_initial=30.0)
        net.add("Link", "in", bus0="D", bus1="cell", p_nom=20.0, efficiency=0.95)
        net.add("Link", "out", bus0="cell", bus1="D", p_nom=22.0, efficiency=0.9, marginal_cost=0.9)
        return net


def one_bus(hours: int = 24) -> Any:
    """A bus whose load swings by 40 MW, and dear gas; numbers made up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        hour = np.arange(hours)
        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2020-01-01T00") + hour * np.timedelta64(1, "h"))
        net.add("Carrier", ["coal", "gas"], co2_emissions=[0.34, 0.2])
        net.add("Bus", "A", v_nom=220.0)
        net.add("Load", "l", bus="A", p_set=100.0 + 40.0 * np.sin(hour / 24 * 2 * np.pi))
        net.add("Generator", "g", bus="A", p_nom=200.0, marginal_cost=50.0, carrier="gas", efficiency=0.5)
        return net


def as_folder(net: Any, folder: Path, **options: Any) -> Path:
    """The network as PyPSA writes CSV tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.export_to_csv_folder(str(folder), **options)
    return folder


def solved(net: Any) -> Any:
    """PyPSA's own optimum."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.optimize(solver_name="highs", log_to_console=False, output_flag=False)
    return net
