"""Random streams that belong to a purpose, a thing and a year, never to an order of creation.

Two bundles of one replication ask for the same streams, so their difference is policy. The bundle is
therefore never part of a path. Measured gain in the variance of a difference: 6 to 18 times (DESIGN 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.random import PCG64DXSM, Generator, SeedSequence


def _digest(path: tuple[str | int, ...], size: int) -> bytes:
    return blake2b("/".join(map(str, path)).encode(), digest_size=size).digest()


@dataclass(frozen=True)
class Luck:
    """All chance of one replication.

    >>> luck = Luck(seed=1, replication=0)
    >>> luck("outage", "unit-1", 2030).random() == luck("outage", "unit-1", 2030).random()
    True
    >>> luck("outage", "unit-1", 2030).random() == luck("outage", "unit-2", 2030).random()
    False
    """

    seed: int
    replication: int = 0

    def __call__(self, purpose: str, *of: str | int) -> Generator:
        """The generator of a purpose, of whom and in which year: `luck("outage", unit.key, year)`."""
        words = np.frombuffer(_digest((purpose, *of), 16), "<u4").tolist()
        return Generator(PCG64DXSM(SeedSequence(self.seed, spawn_key=(self.replication, *words))))

    def key(self, purpose: str, *of: str | int) -> np.uint64:
        """A 64-bit key for compiled samplers: draw k of sample n is `mix(key, n, k)`."""
        path = (self.seed, self.replication, purpose, *of)
        return np.uint64(int.from_bytes(_digest(path, 8), "little"))
