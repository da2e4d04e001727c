"""How benches time a piece of work within their process."""

from __future__ import annotations

import time
from collections.abc import Callable


def cpu_s(work: Callable[[], object], repeat: int = 3) -> float:
    """Least CPU time of a few repeats."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)
