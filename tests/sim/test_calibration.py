"""Generation against statistics of January to April 2020, and Guangdong thermal output of 2020 as a hold-out."""

import pytest


@pytest.mark.parametrize("name", ["coal_jan_apr", "gas_jan_apr", "non_fossil_jan_apr", "guangdong_thermal"])
def test_generation_agrees_with_statistics(runs, name):
    """The mean of four replications is within the tolerance that the data file states (10 %, hold-out 3 %)."""
    found = []
    for replication in range(4):
        rows = runs.jiangmen("baseline", last_year=2020, replication=replication).outcomes
        rows = rows[rows.technology == name].set_index("variable").value
        found.append(rows["check"] / rows["check_reference"] - 1.0)
        tolerance = rows["check_tolerance"]
    assert abs(sum(found) / 4) <= tolerance
