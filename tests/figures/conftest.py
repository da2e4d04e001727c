"""One folder made by hand for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.experiments.figures.data import Results
from tests.figures.made import make


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "results")


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    return Results(folder)
