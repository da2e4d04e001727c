"""What is expected to be out on each day, against what the sampler draws, by pace, repair and third state."""

import numpy as np
import pytest

from dafeng.network.outages import Process
from dafeng.network.outages_expected import out_by_day, out_of_any
from dafeng.network.outages_pace import NO_PACES, STEADY, Paces, lived, stacked
from dafeng.network.sampling import Derated, Machine, Machines, add_all_outages

COUNT = 40_000
HOT = Paces((("steam", "city"),), stacked([lived(np.repeat(np.where(np.arange(365) // 30 % 2, 3.0, 0.5), 24))]))


@pytest.mark.parametrize("derated", [Derated(), Derated(0.6, 30.0, 0.5)])
@pytest.mark.parametrize("pace", [STEADY, 0])
def test_the_expected_share_out_is_the_mean_of_what_is_drawn(pace, derated):
    """Months at half and at three times the pace, repairs of four days: what is out follows days later."""
    machine = Machine("a", 1.0, Process(900.0, 100.0), derated=derated, pace=pace, count=COUNT)
    change = np.zeros((1, 8761))
    add_all_outages(Machines.of([machine], HOT).with_keys(np.array([7], dtype=np.uint64)), 0, change)
    drawn = np.cumsum(change[0, :-1])[12::24] / COUNT
    assert np.abs(out_by_day(machine, HOT) - drawn).max() < 4.0 * np.sqrt(0.2 / COUNT)


def test_a_machine_with_two_causes_is_expected_out_while_either_holds():
    first = Machine("a", 1.0, Process(900.0, 100.0), pace=0, count=COUNT)
    second = Machine("a/second", 1.0, Process(4000.0, 2000.0), count=COUNT, takes=1)
    change = np.zeros((1, 8761))
    keys = np.array([7, 8], dtype=np.uint64)
    add_all_outages(Machines.of([first, second], HOT).with_keys(keys), 0, change)
    drawn = np.cumsum(change[0, :-1])[12::24] / COUNT
    assert np.abs(out_of_any([first, second], HOT) - drawn).max() < 4.0 * np.sqrt(0.25 / COUNT)


def test_after_a_change_of_pace_what_is_out_takes_as_long_as_repairs():
    found = out_by_day(Machine("a", 1.0, Process(900.0, 100.0), pace=0), HOT)
    assert found[20] < 0.06
    assert found[20] < found[30] < found[32] < found[55]
    assert found[55] == pytest.approx(3.0 / 12.0, abs=0.01)


def test_a_machine_that_never_fails_is_never_out():
    assert not out_by_day(Machine("a", 1.0, Process(np.inf, 10.0)), NO_PACES).any()
