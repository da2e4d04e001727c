"""Hot spells in the operated year as events: when they begin and end, and what they take of the imports' limit.

They bite through the weather (load, deratings, pace of failures) and `surroundings.import_share`; here they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import simpy

from dafeng.configs.schema import City
from dafeng.configs.units import Bools
from dafeng.network.province import IMPORTS, by_month
from dafeng.sim.clock import Steps
from dafeng.sim.surroundings import Around, import_share


@dataclass
class HeatSpells:
    """The hot spells of one year on the event clock."""

    env: simpy.Environment
    report: Callable[[str, str, float], None]
    """Told (kind, agent, amount) at the hour of the event."""

    def schedule(self, city: City, around: Around) -> None:
        """`heat` with the spell's hours, `import cut` with each block's MW, and `heat over` at its end."""
        for number, spell in enumerate(spells_of(around.weather.is_hot_spell), 1):
            self.env.process(self._spell(f"heat-{number}", spell, cut_mw(city, around, spell.start), self.env.now))

    def _spell(self, name: str, spell: range, cut: dict[str, float], start_h: float) -> Steps:
        yield self.env.timeout(start_h + spell.start - self.env.now)
        self.report("heat", name, float(len(spell)))
        for block, mw in cut.items():
            self.report("import cut", block, mw)
        yield self.env.timeout(len(spell))
        self.report("heat over", name, float(len(spell)))


def spells_of(is_hot: Bools) -> Iterator[range]:
    """Hours of each spell.

    >>> list(spells_of(np.array([False, True, True, False, True])))
    [range(1, 3), range(4, 5)]
    """
    change = np.flatnonzero(np.diff(np.concatenate([[False], is_hot, [False]]).astype(np.int8)))
    return (range(first, last) for first, last in change.reshape(-1, 2).tolist())


def cut_mw(city: City, around: Around, hour: int) -> dict[str, float]:
    """Block of imports -> MW of its limit, as month and state have it, that a spell takes in an hour."""
    if around.province is None:
        return {}
    lost = 1.0 - float(import_share(city, around.weather)[hour])
    return {block.key: lost * block.capacity_mw * float(by_month(block.month_share)[hour])
            for block in around.province.blocks if block.family == IMPORTS and lost > 0.0}
