"""What producers put on the grid: loads by sector and bus, one shed offer, shiftable load where there is enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dafeng.agents import emergency, response
from dafeng.agents.assets import Assets, Load
from dafeng.agents.boilers import Heaters
from dafeng.agents.output_books import by_line
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_rows import Rows
from dafeng.agents.response import SHIFT, THROUGH
from dafeng.agents.view import View
from dafeng.configs.schema import Bus
from dafeng.configs.units import HOURS_A_YEAR, Floats

Buses = Sequence[tuple[Bus, float]]


def assets(
    view: View, key: str, county: str, lines: Lines, kit: Heaters, rows: Rows, *, shifts: bool
) -> Assets:
    """All rows of a year; what an aggregator may shift is taken out of the loads of its bus."""
    buses, mwh = response.load_buses(view.city, county), rows.electric_mwh(kit.efficiency)
    if not buses or mwh.sum() <= 0:
        return Assets()
    main, part = max(buses, key=lambda pair: pair[1])
    moved = np.zeros_like(mwh)
    if shifts and response.shifts(view.city, county):
        moved = part * lines.shift_share[rows.line] * mwh * in_programme(view, rows)
    shed = shed_mw(view, lines, kit, rows)
    sector = lines.sector[int(np.argmax(by_line(lines, rows, moved)))]
    return Assets(
        loads=tuple(_loads(view, key, lines, buses, by_line(lines, rows, mwh), by_line(lines, rows, moved))),
        offers=(*response.pooled_offer(view, f"{key}-shed", main, lines, rows.line, shed, rows.reservation),
                *emergency.orderly_use(view, f"{key}-orderly", buses, sector, _by_shape(lines, rows, mwh),
                                       float(shed.sum()))),
        shiftable=response.shiftable(
            view, f"{key}-shift", main, _by_sector(lines, by_line(lines, rows, moved)), _by_shape(lines, rows, moved)
        ),
    )


def in_programme(view: View, rows: Rows) -> Floats:
    """(rows,) 1 for those enrolled while there is a programme."""
    return (rows.enrolled & rows.alive & response.is_offered(view)).astype(np.float64)


def shed_mw(view: View, lines: Lines, kit: Heaters, rows: Rows) -> Floats:
    """(rows,) load on offer, annual mean."""
    mean = rows.electric_mwh(kit.efficiency) / HOURS_A_YEAR
    return np.asarray(lines.shed_share[rows.line] * mean * in_programme(view, rows))


def _by_sector(lines: Lines, mwh: Floats) -> dict[str, float]:
    """Energy of lines (lines,) by their sector, of those that have any."""
    found: dict[str, float] = {}
    for line in np.flatnonzero(mwh > 0.0).tolist():
        found[lines.sector[line]] = found.get(lines.sector[line], 0.0) + float(mwh[line])
    return found


def _by_shape(lines: Lines, rows: Rows, mwh: Floats) -> dict[str, float]:
    by_shift = float(mwh @ lines.shift_load_share[rows.line])
    return {SHIFT: by_shift, THROUGH: float(mwh.sum()) - by_shift}


def _loads(view: View, key: str, lines: Lines, buses: Buses, used: Floats, moved: Floats) -> Iterable[Load]:
    cooling = view.value("temperature.cooling_share_industry_multiplier")
    main = max(buses, key=lambda pair: pair[1])[0]
    for line in np.flatnonzero(used > 0):
        by_shift = float(lines.shift_load_share[line])
        for bus, part in buses:
            left = float(used[line]) * part - (float(moved[line]) if bus is main else 0.0)
            for shape, of in ((SHIFT, by_shift), (THROUGH, 1.0 - by_shift)):
                if of * left > 0:
                    name = f"{key}-{line}-{bus.key}-{shape}"
                    yield Load(name, bus.key, bus.county, lines.sector[line], of * left, shape, cooling)
