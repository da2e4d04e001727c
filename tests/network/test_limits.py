"""What a branch may carry with circuits out: secure, left, and the same for both engines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.network.dispatch import dispatch, plan
from dafeng.network.grid import Engine, Grid, State
from tests.network.small_grids import B, U, full, small_grid


def offtake() -> Grid:
    """500 MW behind three transformers that carry 192 MW each for a short time: 576 in all, 384 with one spare."""
    load = np.stack([np.zeros(48), np.full(48, 500.0)])
    grid = small_grid(load, [U(1000, 300)], branch=[B(0, 1, mw=384.0, radial=True)], counties=("PJ", "JH"))
    return replace(grid, branches=replace(grid.branches, carry_mw=np.array([576.0]), circuits=np.array([3])))


@pytest.mark.parametrize("engine", list(Engine))
def test_both_engines_shed_at_an_offtake_only_what_its_transformers_in_service_cannot_carry(engine: Engine) -> None:
    """None out: 576 MW carry 500. One out from hour 24 on: 384 carry all but 116."""
    grid, share = offtake(), full(offtake())
    share[grid.rows.branches, 24:] = 2 / 3
    found = dispatch(grid, share, range(48), State.empty(grid), plan(grid, share, engine=engine), engine=engine)
    assert found.unserved_mw[:, :24].sum() == pytest.approx(0.0, abs=1e-6)
    assert np.allclose(found.unserved_mw[1, 24:], 116.0)


def test_a_secure_limit_holds_with_one_circuit_out_and_falls_with_the_second() -> None:
    branches = offtake().branches
    assert branches.secure_mw(np.array([[1.0, 2 / 3, 1 / 3, 0.0]]))[0] == pytest.approx([384.0, 384.0, 192.0, 0.0])
    assert branches.binding_mw(np.array([[1.0, 2 / 3, 1 / 3, 0.0]]))[0] == pytest.approx([576.0, 384.0, 192.0, 0.0])
