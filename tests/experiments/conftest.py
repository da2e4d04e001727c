"""Workers of these tests make stand-in runs: they need not load the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dafeng.experiments import pool


@pytest.fixture(autouse=True, scope="session")
def light_workers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "PRELOADED", ())
        yield
