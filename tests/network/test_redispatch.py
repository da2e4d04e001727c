"""The programme of one hour against SciPy's linear programming on random cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from dafeng.network.redispatch import by_merit, empty_programme, optimise, take_line


@pytest.mark.parametrize("seed", range(40))
def test_an_hour_is_the_optimum_of_its_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, buses, lines = int(rng.integers(2, 40)), 6, int(rng.integers(1, 7))
    cost = np.sort(rng.choice([100.0, 150.0, 200.0, 250.0, 300.0], n) if seed % 2 else 400.0 * rng.random(n))
    low = 50.0 * rng.random(n) * (rng.random(n) < 0.5)
    high = low + 200.0 * rng.random(n) + 1.0
    total = float(low.sum() + rng.random() * (high - low).sum())
    factor, bus = rng.uniform(-1.0, 1.0, (lines, buses)), rng.integers(0, buses, n)
    limit = rng.uniform(0.02, 0.6, lines) * total
    wanted = linprog(cost, np.vstack([factor[:, bus], -factor[:, bus]]), np.concatenate([limit, limit]),
                     np.ones((1, n)), [total], np.stack([low, high], axis=1))
    p = empty_programme(n)
    p.cost[:n], p.low[:n], p.high[:n], p.bus[:n] = cost, low, high, bus
    by_merit(p, n, total)
    is_feasible = True
    for line in range(lines):
        take_line(p, n, line, factor[line], -limit[line], limit[line])
        is_feasible = is_feasible and optimise(p, n, line + 1, total)
    assert is_feasible == (wanted.status == 0)
    if is_feasible:
        assert p.x[:n].sum() == pytest.approx(total)
        assert cost @ p.x[:n] == pytest.approx(wanted.fun, rel=1e-9)
        assert (np.abs(factor[:, bus] @ p.x[:n]) <= limit + 1e-6).all()
        price = p.price[0] + p.price[1 : lines + 1] @ factor[:, bus]
        inside = (p.x[:n] > low + 1e-6) & (p.x[:n] < high - 1e-6)
        assert np.allclose(price[inside], cost[inside])
