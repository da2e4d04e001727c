"""Generation against statistics: January to April 2020 by fuel, and Guangdong's thermal output of 2020 as a hold-out."""

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("small_runs", Path(__file__).with_name("small_runs.py"))
small_runs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(small_runs)


@pytest.mark.parametrize("name", ["coal_jan_apr", "gas_jan_apr", "non_fossil_jan_apr", "guangdong_thermal"])
def test_generation_agrees_with_statistics(name):
    """The mean of four replications is within the tolerance that the data file states (10 %, hold-out 3 %)."""
    found = []
    for replication in range(4):
        rows = small_runs.jiangmen("baseline", last_year=2020, replication=replication).outcomes
        rows = rows[rows.technology == name].set_index("variable").value
        found.append(rows["check"] / rows["check_reference"] - 1.0)
        tolerance = rows["check_tolerance"]
    assert abs(sum(found) / 4) <= tolerance
