"""The test system that several files ask for."""

import pytest

from dafeng.network.systems import read_system


@pytest.fixture(scope="module")
def rts79():
    return read_system("rts79")
