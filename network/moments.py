"""What is kept of sample years that come in one after the other: moments and a thinned series, so memory stays flat.

Means and products of deviations are merged part by part (Chan, Golub and LeVeque 1983), so no precision is lost.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats

MOST_KEPT = 20_000
"""Rows of a thinned series."""


class Moments:
    """Means, and products of deviations of all pairs of columns, of rows seen so far.

    >>> seen = Moments()
    >>> for part in ([[1.0, 2.0], [3.0, 2.0]], [[5.0, 8.0]]):
    ...     seen.add(np.array(part))
    >>> seen.count, seen.mean.tolist(), seen.covariance.tolist()
    (3, [3.0, 4.0], [[4.0, 6.0], [6.0, 12.0]])
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean: Floats = np.zeros(0)
        self._product: Floats = np.zeros(0)

    def add(self, values: Floats) -> None:
        """Further rows, (n, …, columns)."""
        n = len(values)
        if n == 0:
            return
        mean = values.mean(axis=0)
        off = values - mean
        product = np.einsum("n...i,n...j->...ij", off, off, optimize=True)
        if self.count == 0:
            self.count, self.mean, self._product = n, mean, product
            return
        total, apart = self.count + n, mean - self.mean
        both = self.count * n / total * apart[..., :, None] * apart[..., None, :]
        self._product = self._product + product + both
        self.mean = self.mean + apart * (n / total)
        self.count = total

    @property
    def covariance(self) -> Floats:
        """(…, columns, columns); zero with fewer than two rows."""
        return self._product / (self.count - 1) if self.count > 1 else np.zeros_like(self._product)


class Thinned:
    """Every row of a series, or evenly spread ones when it grows long: each second, each fourth, and so on.

    >>> series = Thinned(most=4)
    >>> for first in (0.0, 3.0, 6.0):
    ...     series.add(np.arange(first, first + 3.0))
    >>> series.rows.tolist()
    [0.0, 4.0, 8.0]
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most, self.stride, self.seen = most, 1, 0
        self._parts: list[Floats] = []

    def add(self, values: Floats) -> None:
        """Further rows."""
        first = -self.seen % self.stride
        self._parts.append(values[first::self.stride].copy())
        self.seen += len(values)
        while sum(map(len, self._parts)) > self.most:
            self._parts = [self.rows[::2]]
            self.stride *= 2

    @property
    def rows(self) -> Floats:
        """(n, …) what is kept, in order."""
        self._parts = [np.concatenate(self._parts)]
        return self._parts[0]
