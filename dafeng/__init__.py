"""Dafeng 达峰: which bundle of policies makes a city's emissions peak, when, at what cost, and safely."""

import os

for _threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    # Matrices here are small: threads of a linear-algebra library cost more than they give, ten times more when runs
    # share the cores. Set before numpy is first imported; a user's own setting wins.
    os.environ.setdefault(_threads, "1")

__version__ = "0.1.0"
