"""Generator costs of a MATPOWER case: polynomials to the second degree and convex piecewise linear curves."""

from __future__ import annotations

import numpy as np

from dafeng.network.case_cost import Cost, Quadratic, Segments
from dafeng.network.matpower_columns import PIECEWISE, POLYNOMIAL
from dafeng.network.matpower_table import Reader, Rows

FREE = Quadratic(0.0, 0.0, 0.0)
KINK = 1e-9
"""Relative fall of a slope that rounding in a file can make."""
MOST_NUMBERS = 10_000
"""More coefficients or points than any curve has."""


def costs(read: Reader, gencost: Rows, generators: int) -> tuple[Cost, ...]:
    """Costs of active power by generator; rows of reactive power, which may follow, have no part in a DC case."""
    section = read.said.sections.get("gencost")
    if section is None or not section.rows:
        return ()
    if len(section.rows) not in (generators, 2 * generators):
        says = f"has {len(section.rows)} rows; {generators} are expected, one for each generator"
        read.complain(section.line, "mpc.gencost", f"{says} (or twice as many with reactive power)")
        return ()
    return tuple(_cost(read, gencost, row) for row in range(min(generators, len(gencost.values))))


def _cost(read: Reader, table: Rows, row: int) -> Cost:
    """One generator's cost; free where it cannot be read, which is a problem."""
    model, said = table["model"][row], float(table["n"][row])
    given = table.values[row, 4 : table.widths[row]]
    if model not in (PIECEWISE, POLYNOMIAL):
        place = table.place(row, "model")
        read.complain(place.line, place.key, f"is {model:g}; 1 (piecewise linear) or 2 (polynomial) is expected")
        return FREE
    if said != round(said) or abs(said) > MOST_NUMBERS:
        place = table.place(row, "n")
        read.complain(place.line, place.key, f"is {said:g}; a whole number up to {MOST_NUMBERS} is expected")
        return FREE
    count = int(said)
    wanted = 2 * count if model == PIECEWISE else count
    least = 2 if model == PIECEWISE else 1
    if count < least or wanted > len(given):
        place = table.place(row, "n")
        says = f"is {count}: {wanted} numbers are announced and {len(given)} are there"
        read.complain(place.line, place.key, says if count >= least else f"is {count}; {least} or more is expected")
        return FREE
    return _segments(read, table, row, given[:wanted]) if model == PIECEWISE else _quadratic(read, table, row, count)


def _segments(read: Reader, table: Rows, row: int, given: np.ndarray) -> Cost:
    """A convex curve through points."""
    mw, cost = given[::2], given[1::2]
    place = table.place(row, "points")
    if not (np.diff(mw) > 0.0).all():
        read.complain(place.line, place.key, "do not rise in MW; each point right of the one before is expected")
        return FREE
    made = Segments(tuple(mw.tolist()), tuple(cost.tolist()))
    steps = np.diff(made.slopes)
    if (steps < -KINK * np.abs(made.slopes).max()).any():
        read.complain(place.line, place.key, "give a marginal cost that falls; one that rises (convex) is expected")
    return made


def _quadratic(read: Reader, table: Rows, row: int, count: int) -> Cost:
    """A polynomial to the second degree; higher coefficients must be 0."""
    falling = table.values[row, 4 : 4 + count]
    place = table.place(row, "n")
    if falling[:-3].any():
        read.complain(place.line, place.key, f"is {count}: a polynomial of degree {count - 1}; 2 at most is modelled")
    square, linear, fixed = [0.0] * max(0, 3 - count) + falling[-3:].tolist()
    if square < 0.0:
        read.complain(place.line, place.key, f"with a square term of {square:g}: 0 or more (convex) is expected")
    return Quadratic(square, linear, fixed)
