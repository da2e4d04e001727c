"""Switches without a list of words take a year or units, and say so of anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Call = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("given", ["load_profile_year=2018", "provincial_units=001"])
def test_a_year_and_units_may_be_set(call: Call, given: str) -> None:
    assert call("study", "toy", "--dry-run", "--set", given)[0] == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("load_profile_year=word", "a year, 2000 to 2100, is expected"),
        ("load_profile_year=-1", "a year, 2000 to 2100, is expected"),
        ("provincial_units=zzz", "'zzz' names no unit"),
        ("provincial_units=001x", "did you mean '001'?"),
    ],
)
def test_other_values_are_refused(call: Call, given: str, says: str) -> None:
    code, _, said = call("study", "toy", "--dry-run", "--set", given)
    assert code == 2
    assert says in said
