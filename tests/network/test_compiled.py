"""The door to numba: what a process with kernels loads."""

from __future__ import annotations

import subprocess
import sys

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
