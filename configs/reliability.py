"""Outage classes: forced outage rate, mean time to failure and mean repair say one thing between the three.

Machines fail by `mttf_h` and `mttr_h`; `for` follows from them. Set by itself it says how often a machine fails with
the repairs that it has; set with one of the times it gives the other; with both it must agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from dafeng.configs.errors import Place
from dafeng.configs.files import Reader
from dafeng.configs.tables import Table
from dafeng.configs.values import Parameter

FAMILY, PARTS = "reliability", ("for", "mttf_h", "mttr_h")
AGREE = 0.02
"""A forced outage rate may differ from that of its mean times by so much of itself: published ones are rounded."""


def agrees(rate: float, of_times: float) -> bool:
    """Whether a forced outage rate is that of its mean times, up to rounding.

    >>> agrees(0.08, 100.0 / 1250.0), agrees(0.2, 0.08)
    (True, False)
    """
    return abs(of_times - rate) <= AGREE * max(rate, of_times)


def check_classes(table: Table | None, reader: Reader) -> None:
    """Keep a problem for each row of reliability_classes whose rate is not that of its times."""
    for i, row in table.placed() if table else ():
        rate, up_h, down_h = row.get("FOR"), row.get("MTTF_h"), row.get("MTTR_h")
        if table and rate is not None and up_h and down_h and not agrees(rate, down_h / (up_h + down_h)):
            says = f"is {rate:g}; MTTF_h {up_h:g} and MTTR_h {down_h:g} say {down_h / (up_h + down_h):.4g}"
            reader.problem(table.place(i, "FOR"), says)


def settle_classes(parameters: dict[str, Parameter], values: Mapping[str, float | str], place: Place, reader: Reader
                   ) -> None:
    """Make the three numbers of each class of which one was set agree; a contradiction is a problem of its `for`.

    Numbers that were out of their range were told before and are passed by.
    """
    touched = dict.fromkeys(key.rpartition(".")[0] for key in values
                            if key.startswith(f"{FAMILY}.") and key.rpartition(".")[2] in PARTS)
    for name in touched:
        keys = {part: f"{name}.{part}" for part in PARTS}
        if any(key not in parameters or reader.has(Place(place.file, place.line, key)) for key in keys.values()):
            continue
        given = frozenset(part for part in PARTS if keys[part] in values)
        rate, up_h, down_h = (parameters[keys[part]].value for part in PARTS)
        here = Place(place.file, place.line, keys["for"])
        if given == {*PARTS} and not agrees(rate, down_h / (up_h + down_h)):
            says = f"is {rate:g}; mttf_h {up_h:g} and mttr_h {down_h:g} say {down_h / (up_h + down_h):.4g}"
            reader.problem(here, f"{says}. Set two of the three")
        elif given == {"for", "mttf_h"} and rate == 0.0:
            says = f"is 0, which never fails; mttf_h is {up_h:g}. A rate above 0, or no mttf_h, is expected"
            reader.problem(here, says)
        else:
            for part, value in _followed(given, rate, up_h, down_h).items():
                parameters[keys[part]] = replace(
                    parameters[keys[part]], value=value, low=None, high=None, grade="C",
                    source=f"follows from what {place.file} sets",
                )


def _followed(given: frozenset[str], rate: float, up_h: float, down_h: float) -> dict[str, float]:
    """The number that follows from those that were set.

    >>> _followed(frozenset({"for"}), 0.2, 1150.0, 100.0), _followed(frozenset({"mttr_h"}), 0.08, 900.0, 100.0)
    ({'mttf_h': 400.0}, {'for': 0.1})
    """
    if given == {"for", "mttf_h"}:
        return {"mttr_h": up_h * rate / (1.0 - rate)}
    if "for" in given and given != {*PARTS}:
        return {"mttf_h": down_h * (1.0 - rate) / rate if rate > 0.0 else math.inf}
    return {} if "for" in given else {"for": down_h / (up_h + down_h)}
