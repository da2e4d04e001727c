"""Workers of these tests make stand-in runs: they need not load the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dafeng.experiments import pool
from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True, scope="session")
def light_workers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "PRELOADED", ())
        yield


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """The program as a user calls it: exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = status(app, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
