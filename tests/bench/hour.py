"""The hour on a network in which lines bind: exact rolling, exact year, fast, and PyPSA with HiGHS, side by side.

8 buses, 14 lines, 35 units, 5 stores, 8,760 hours (`tests/network/peer_case.py`, seeded). Each engine runs in a
process of its own; the fast one relieves lines by programmes of days, or hour by hour. CPU seconds are without start,
imports and compilation (a short case runs first); the whole process stands beside them. Run alone:
`python -m tests.bench.hour [hours]`.
"""

from __future__ import annotations

import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from tests.network.peer_case import as_grid, as_pypsa, case, solve_pypsa

WAYS = ("exact rolling", "exact year", "fast, days", "fast, hours", "PyPSA year")
YEAR_H, SHORT_H = 8760, 216


def dafeng(way: str, hours: int) -> dict[str, float]:
    """One of our engines."""
    import numpy as np

    from dafeng.network.dispatch import Exactly, dispatch, plan
    from dafeng.network.grid import Engine, Relief, State
    from dafeng.network.rolling import roll

    grid, share = as_grid(case(hours=hours))
    engine = Engine.FAST if way.startswith("fast") else Engine.EXACT
    start = time.process_time()
    made = plan(grid, share, engine=engine)
    if way == "exact year":
        pinned = tuple(State.empty(grid).stored_mwh.tolist())
        options = Exactly(pinned_mwh=pinned)
        found = dispatch(grid, share, range(hours), State.empty(grid), made, engine=engine, options=options)
    else:
        relieve = Relief.HOURS if way == "fast, hours" else Relief.DAYS
        found = roll(grid, share, made, engine=engine, relieve=relieve)
    spent, limit = time.process_time() - start, grid.branches.limit_mw[:, None]
    load = np.abs(found.flow_mw) / limit
    return {
        "cpu_s": spent, "cost": found.cost_cny, "binding": float((load > 0.9999).any(axis=0).mean()),
        "over": float((load > 1.0001).any(axis=0).sum()), "lp_hours": float((found.way > 0).sum()),
    }


def pypsa(way: str, hours: int) -> dict[str, float]:
    """PyPSA's programme of all hours."""
    logging.disable(logging.WARNING)
    net = as_pypsa(case(hours=hours))
    start = time.process_time()
    cost = solve_pypsa(net)
    return {"cpu_s": time.process_time() - start, "cost": cost}


def measure(way: str, hours: int) -> None:
    """One way in this process; prints what it found."""
    run: Callable[[str, int], dict[str, float]] = pypsa if way == "PyPSA year" else dafeng
    run(way, SHORT_H)
    found = run(way, hours)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "whole_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))


def main(hours: int = YEAR_H) -> None:
    """All ways, each in its process, as a table."""
    found = {}
    for way in WAYS:
        done = subprocess.run([sys.executable, "-m", "tests.bench.hour", str(hours), way], capture_output=True,
                              text=True, check=True)
        found[way] = json.loads(done.stdout.strip().splitlines()[-1])
    peer = found["PyPSA year"]
    print(f"hour, 8 buses and {hours} h; lines bind in {found['exact year']['binding']:.0%} of the hours")
    for way, row in found.items():
        print(
            f"  {way:14s} {row['cpu_s']:7.2f} CPU s  {peer['cpu_s'] / row['cpu_s']:6.1f} times less than PyPSA's year  "
            f"cost {row['cost'] / peer['cost'] - 1:+.4%}  peak {row['peak_mb']:5.0f} MB  whole process "
            f"{row['whole_s']:.1f} CPU s" + (f"  hours overloaded {row['over']:.0f}" if "over" in row else "")
            + (f"  by programme {row['lp_hours']:.0f}" if way.startswith("fast") else "")
        )


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else YEAR_H
    if len(sys.argv) > 2:
        measure(sys.argv[2], size)
    else:
        main(size)
