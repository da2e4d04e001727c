"""What may be asked of the exact engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Commitment(StrEnum):
    """How units are switched in the exact engine."""

    RELAXED = "lp"
    """A unit may run in part: 0 <= u <= 1 (MODEL_SPEC 6.4); the linear programme, a lower bound of the binary one."""
    FIXED = "fixed"
    """As the fast engine commits them."""
    BINARY = "milp"
    """On or off, with minimum up and down times."""


@dataclass(frozen=True)
class Exactly:
    """Options of the exact engine."""

    commitment: Commitment = Commitment.RELAXED
    all_limits: bool = False
    """Write every line limit from the start instead of those that are violated."""
    pinned_mwh: tuple[float, ...] | None = None
    """Levels of the stores at the window's end instead of the worth of what they hold."""
    cycles: tuple[bool, ...] = ()
    """Stores that end at the level at which they begin, whichever costs least; for a window that is all hours."""
    are_alike_together: bool = True
    """Stores alike at one bus run as one; the optimum is the same."""
    gap: float = 1e-4
    """Relative gap at which the binary programme may stop."""
