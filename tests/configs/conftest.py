"""A copy of the toy city that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dafeng.configs.files import home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the toy city and its technology files."""
    shutil.copytree(home() / "cities" / "toy3", tmp_path / "mine")
    shutil.copytree(home() / "technology", tmp_path / "technology")
    city = tmp_path / "mine" / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("../../technology", "../technology"), encoding="utf-8")
    return tmp_path / "mine"
