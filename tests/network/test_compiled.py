"""The door to numba: what a process with kernels loads, and what a kernel may do."""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from numba.core.errors import NumbaError

from dafeng.configs.units import Floats
from dafeng.network.adequacy_lazy import lazy_for, pass_day
from dafeng.network.compiled import bare, compiled

PROGRAM = """
import sys
import numpy as np
from dafeng.network.curve import curve_tops
assert curve_tops(np.array([0]), np.zeros((1, 1)), np.full((1, 1), 5.0), np.array([3.0]))[0, 0] == 3.0
print("scipy.linalg" in sys.modules)
from scipy.linalg import solve
print(solve(np.array([[2.0]]), np.array([4.0]))[0])
"""


def test_kernels_run_without_scipys_linear_algebra_which_can_still_be_imported() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "2.0"]


class Record(NamedTuple):
    """An array that a loop takes out of a record."""

    mw: Floats


def total(record: Record) -> float:
    """The sum, read one by one."""
    found = 0.0
    for i in range(3):
        found += record.mw[i]
    return found


def doubled(record: Record) -> float:
    """The sum of a new array."""
    return float((2.0 * record.mw).sum())


def test_a_kernel_without_counts_of_references_gives_what_one_with_them_gives() -> None:
    record = Record(np.array([1.0, 2.0, 4.0]))
    assert bare(total)(record) == compiled(total)(record) == 7.0


def test_a_kernel_without_counts_of_references_may_make_no_array() -> None:
    with pytest.raises(NumbaError):
        bare(doubled)(Record(np.ones(3)))


def test_a_day_far_into_the_year_is_passed_alike_without_compilation() -> None:
    lazy = lazy_for(1, 480)
    lazy.change[0, 245], lazy.touched[10, 0] = 3.0, (5, 5)
    getattr(pass_day, "py_func", pass_day)(10, lazy)
    assert (lazy.out_mw[0], lazy.change[0, 245]) == (3.0, 0.0)
