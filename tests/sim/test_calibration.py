"""Generation of January to April 2020, Guangdong's thermal output to 2023 and its factor of 2022 against statistics."""

import pytest

from dafeng.configs import load
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.result import PEAKS


@pytest.mark.parametrize("name", ["coal_jan_apr", "gas_jan_apr", "non_fossil_jan_apr", "guangdong_thermal_2020"])
def test_generation_agrees_with_statistics(runs, name):
    """The mean of four replications is within the tolerance that the data file states (10 %, energy balance 3 %)."""
    found = []
    for replication in range(4):
        rows = runs.jiangmen("baseline", last_year=2020, replication=replication).outcomes
        rows = rows[rows.technology == name].set_index("variable").value
        found.append(rows["check"] / rows["check_reference"] - 1.0)
        tolerance = rows["check_tolerance"]
    assert abs(sum(found) / 4) <= tolerance


def test_the_pool_factor_of_2022_is_the_official_one_within_a_tenth(runs):
    """No input: no figure of CO2 went into the province's dispatch."""
    rows = runs.jiangmen("baseline", last_year=2022).outcomes
    rows = rows[rows.technology == "pool_factor_2022"].set_index("variable").value
    assert abs(rows["check"] / rows["check_reference"] - 1.0) <= rows["check_tolerance"]


def test_every_modelled_target_has_a_metric_or_a_peak_that_measures_it():
    known = set(METRICS.names()) | set(PEAKS)
    asked = {target.metric for target in load.city("jiangmen").targets if target.status == "modelled"}
    assert asked <= known
