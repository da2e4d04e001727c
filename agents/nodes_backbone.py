"""What a circuit more on a 500 kV line is worth to the grid company, against what it costs a year (MODEL_SPEC 6.3)."""

from __future__ import annotations

from dafeng.agents.boilers import crf
from dafeng.agents.view import Settlement, View
from dafeng.configs.schema import Branch

BACKBONE_KV = 500.0
"""Lines from this voltage on carry what plants send out, which does not grow with the load of a county."""


def is_backbone(branch: Branch) -> bool:
    """Whether a branch is a line of the 500 kV grid."""
    return branch.kind == "line" and branch.kv >= BACKBONE_KV


def yearly_cny(view: View, capital_cny: float) -> float:
    """A circuit's capital as an annuity, at the rate and over the years by which the accounts pay it off."""
    return capital_cny * crf(view.value("extra.discount_rate_private"), view.value("extra.auction_term"))


def waiting_cny(settled: Settlement) -> float:
    """What last year's stress would cost a year if it were held back instead of carried.

    The energy beyond the loading that starts a project (`extra.reinforcement_trigger`) would have to be bought at the
    market price of its hours. The fuel saved behind the line is not taken off, so this is an upper bound: a plant's
    outlet is built to carry the plant. It does not depend on whether the dispatch keeps line limits.
    """
    return settled.stressed_cny
