"""Which targets a run may judge."""

from __future__ import annotations

from dafeng.configs import load
from dafeng.sim.result import target_value

RISING = {year: {"co2_plan_t": float(year)} for year in range(2020, 2041)}


def test_a_run_that_ends_before_the_year_asked_cannot_say_that_emissions_peaked_in_time() -> None:
    target = next(t for t in load.city("jiangmen").targets if t.metric == "peak_year")
    assert target.value == 2030
    until_2026 = {year: numbers for year, numbers in RISING.items() if year <= 2026}
    assert target_value(target, until_2026, 2026, 2026) is None
    assert target_value(target, RISING, 2030, 2040) is None
    assert target_value(target, RISING, 2040, 2040) == 2040.0
