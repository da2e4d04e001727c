"""The hour against PyPSA with HiGHS: a week on 30 and 118 buses, and PyPSA's own rolling horizon on 8 buses.

The weeks are one programme in both (`tests/network/peer_published.py`), so their cost must be the same to 1e-6; the
goal on 118 buses is a quarter of PyPSA's CPU time. The fast engine's week stands beside it, lines relieved by
programmes of days and hour by hour. Rolling is 168 hours with 24 more in view in both, on the case of
`tests.bench.hour`; the goal is a thirtieth. PyPSA gives what is stored at a window's end no worth, so its cost is
above ours. Each engine runs in a process of its own, after a short case of the same network; CPU seconds are without
start, imports and compilation. Run alone: `python -m tests.bench.hour_peers [hours rolled]`.
"""

from __future__ import annotations

import json
import logging
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from tests.network.peer_case import Case, as_grid, as_pypsa, case, solve_pypsa
from tests.network.peer_published import published

ROLLED_H, WEEK_H, SHORT_H = 8760, 168, 48
KEPT_H, AHEAD_H = 168, 24
Figures = dict[str, float]


def exact_week(made: Case) -> Figures:
    """One programme of all hours by the exact engine; stores end as they began."""
    from dafeng.network.dispatch import Exactly, Solved, dispatch, plan
    from dafeng.network.grid import Engine, State

    grid, share = as_grid(made)
    start, begun = State.empty(grid), time.process_time()
    prepared = plan(grid, share, engine=Engine.EXACT)
    options = Exactly(pinned_mwh=tuple(start.stored_mwh.tolist()))
    found = dispatch(grid, share, range(grid.hours), start, prepared, engine=Engine.EXACT, options=options)
    spent = time.process_time() - begun
    assert isinstance(found, Solved)
    at_limit = abs(found.flow_mw) > grid.branches.limit_mw[:, None] * (1 - 1e-6)
    return {"cpu_s": spent, "cost": found.cost_cny, "binding": float(at_limit.any(axis=0).mean()),
            "lines": float(at_limit.any(axis=1).sum()), "unserved": float(found.unserved_mw.sum())}


def fast_days(made: Case) -> Figures:
    """The fast engine, lines relieved by programmes of days."""
    return _fast(made, "days")


def fast_hours(made: Case) -> Figures:
    """The fast engine, lines relieved hour by hour."""
    return _fast(made, "yes")


def _fast(made: Case, relief: str) -> Figures:
    from dafeng.network.dispatch import plan
    from dafeng.network.grid import Engine, Relief
    from dafeng.network.rolling import roll

    grid, share = as_grid(made)
    begun = time.process_time()
    found = roll(grid, share, plan(grid, share), engine=Engine.FAST, relieve=Relief(relief))
    spent = time.process_time() - begun
    over = abs(found.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001
    return {"cpu_s": spent, "cost": found.cost_cny, "over": float(over.any(axis=0).sum()),
            "by_programme": float((found.way > 0).mean()), "unserved": float(found.unserved_mw.sum())}


def pypsa_week(made: Case) -> Figures:
    """The same programme by PyPSA."""
    net = as_pypsa(made)
    begun = time.process_time()
    cost = solve_pypsa(net)
    return {"cpu_s": time.process_time() - begun, "cost": cost}


def exact_rolling(made: Case) -> Figures:
    """The exact engine, window by window."""
    from dafeng.network.dispatch import plan
    from dafeng.network.grid import Engine
    from dafeng.network.rolling import roll

    grid, share = as_grid(made)
    begun = time.process_time()
    found = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT)
    return {"cpu_s": time.process_time() - begun, "cost": found.cost_cny}


def pypsa_rolling(made: Case) -> Figures:
    """PyPSA's rolling horizon over the same windows."""
    net = as_pypsa(made)
    begun = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.optimize.optimize_with_rolling_horizon(
            horizon=KEPT_H + AHEAD_H, overlap=AHEAD_H, solver_name="highs", log_to_console=False,
            solver_options={"output_flag": False, "threads": 1},
        )
    return {"cpu_s": time.process_time() - begun, "cost": _cost_lived(net)}


def _cost_lived(net: Any) -> float:
    """Cost of the hours as they stand, since the objective is that of the last window."""
    units = (net.generators_t.p * net.generators.marginal_cost).to_numpy().sum()
    given = net.storage_units_t.p.clip(lower=0.0) * net.storage_units.marginal_cost
    return float(units + given.to_numpy().sum())


WAYS: dict[str, Callable[[Case], Figures]] = {
    "exact week": exact_week, "PyPSA week": pypsa_week, "fast days week": fast_days, "fast hours week": fast_hours,
    "exact rolling": exact_rolling, "PyPSA rolling": pypsa_rolling,
}


def measure(name: str, way: str, hours: int) -> None:
    """One way in this process; prints what it found."""
    logging.disable(logging.WARNING)
    make = case if name == "case8" else published_as(name)
    WAYS[way](make(hours=SHORT_H))
    found = WAYS[way](make(hours=hours))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "whole_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))


def published_as(name: str) -> Callable[..., Case]:
    """How a published network is made for some hours."""
    return lambda hours: published(name, hours)


def in_its_process(name: str, way: str, hours: int) -> Figures:
    """What one way finds in a process of its own."""
    asked = [sys.executable, "-m", "tests.bench.hour_peers", name, way, str(hours)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def compare(name: str, kind: str, hours: int) -> None:
    """All engines on one case, a line each."""
    engines = ("exact", "fast days", "fast hours", "PyPSA") if kind == "week" else ("exact", "PyPSA")
    found = {by: in_its_process(name, f"{by} {kind}", hours) for by in engines}
    ours, theirs = found["exact"], found["PyPSA"]
    binding = f"; lines bind in {ours['binding']:.0%} of the hours" if "binding" in ours else ""
    print(f"hour, {name}, {hours} h, {kind}{binding}")
    for by, row in found.items():
        print(f"  {by:10s} {row['cpu_s']:7.2f} CPU s  {theirs['cpu_s'] / row['cpu_s']:6.1f} times less than PyPSA  "
              f"cost {row['cost'] / theirs['cost'] - 1:+.1e}  peak {row['peak_mb']:5.0f} MB  whole process "
              f"{row['whole_s']:.1f} CPU s" + (f"  hours overloaded {row['over']:.0f}" if "over" in row else ""))


def main(rolled_h: int = ROLLED_H) -> None:
    """All cases."""
    compare("case30", "week", WEEK_H)
    compare("case118", "week", WEEK_H)
    compare("case8", "rolling", rolled_h)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROLLED_H)
