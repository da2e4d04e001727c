"""What happens in the hardest week? Supply, storage, charging and response, hour by hour, with and without the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dafeng.configs.units import DAY_H, WEEK_H, Floats
from dafeng.experiments.figures import hours as kept_hours
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, place_legend, plain
from dafeng.experiments.figures.data import ALL, Missing, Results
from dafeng.experiments.figures.hours import column
from dafeng.experiments.figures.style import SOURCES, Dashes, source_of
from dafeng.experiments.labels import say

MW_PER_GW = 1000.0
ROUNDING_MW = 0.01
PREFIX = "generation:"
FLEXIBLE: Mapping[str, tuple[str, Dashes]] = {
    "ev_charging_mw": ("#0072B2", "-"),
    "smart_ev_mw": ("#56B4E9", "--"),
    "discharge_mw": ("#D55E00", "-"),
    "charge_mw": ("#D55E00", ":"),
    "response_mw": ("#CC79A7", "-."),
}
"""Lines of the lower panels; charging of stores is drawn below zero."""


@FIGURES.add("stress_week", title="The hardest week", title_zh="最紧张的一周", place=5)
def stress_week(results: Results, lang: str) -> Drawing:
    """The same week of the same replication for the baseline and the plan."""
    week = _week(results)
    bundles = list(week["bundle"].unique())
    figure, panels = canvas(
        4.9 * len(bundles) + 1.7, 5.9, 2, len(bundles), sharex=True, sharey="row", height_ratios=[2, 1]
    )
    for at, bundle in enumerate(bundles):
        hours = week[week["bundle"] == bundle].reset_index(drop=True)
        above, below = panels[at], panels[len(bundles) + at]
        _stack(above, hours)
        _flexible(below, hours)
        panel_title(above, say("week.supply", lang, bundle=results.title(bundle, lang)))
        panel_title(below, say("week.flexible", lang, bundle=results.title(bundle, lang)))
        _days(below, hours, lang)
    panels[0].set_ylabel("GW")
    panels[len(bundles)].set_ylabel("GW")
    _legend(figure, week, lang, results.stands_alone)
    year, replication = int(week["year"].iloc[0]), int(week["replication"].iloc[0])
    chosen, alone = str(week["chosen_by"].iloc[0]), results.stands_alone
    why = say("week.by_own_shortage" if alone and chosen == "shortage_mw" else f"week.by_{chosen}", lang)
    caption = note(results, lang, say("week.note", lang, year=year, replication=replication, why=why), bands=False)
    return Drawing(figure, week, _finding(results, week, lang), caption)


def _week(results: Results) -> pd.DataFrame:
    """The week's hours of the pair: by source what serves the city, and what is flexible, in MW."""
    year, pair = kept_hours.last_year(results), results.pair
    found = {bundle: dict(kept_hours.each(results, year, bundle)) for bundle in pair}
    found = {bundle: runs for bundle, runs in found.items() if runs}
    common = sorted(set.intersection(*(set(runs) for runs in found.values()))) if found else []
    if not common:
        raise Missing("no replication kept the hours of the bundles that are compared")
    first = next(iter(found))
    at, start, name = kept_hours.worst_week([found[first][replication] for replication in common])
    pieces = [
        _served(results, bundle, runs[common[at]].iloc[start : start + WEEK_H]) for bundle, runs in found.items()
    ]
    return pd.concat(pieces).assign(year=year, replication=common[at], chosen_by=name)


def _served(results: Results, bundle: str, hours: pd.DataFrame) -> pd.DataFrame:
    """One bundle's week; units that serve the province are left out, the pool stands for them."""
    year = int(hours["year"].iloc[0])
    provincial = _provincial(results, year)
    table: dict[str, Floats] = {name: column(hours, name) for name in ("load_mw", *FLEXIBLE, "shortage_mw")}
    for name in (name for name in hours.columns if name.startswith(PREFIX)):
        technology = name.removeprefix(PREFIX)
        if technology not in provincial:
            source = source_of(technology)
            table[source] = table.get(source, np.zeros(len(hours))) + column(hours, name)
    table["purchase"], table["discharge"] = column(hours, "net_import_mw"), table["discharge_mw"]
    table["response"], table["unserved"] = table["response_mw"], column(hours, "unserved_mw")
    return pd.DataFrame({"bundle": bundle, "hour": hours["hour"].to_numpy(), **table})


def _provincial(results: Results, year: int) -> set[str]:
    """Technologies in the city of which every unit serves the province."""
    rows = results.rows("generation_mwh")
    rows = rows[(rows["year"] == year) & (rows["technology"] != ALL)]
    serving = rows.groupby("technology")["sector"].agg(set)
    return {str(technology) for technology, sectors in serving.items() if "power" not in sectors}


def _stack(axes: Axes, hours: pd.DataFrame) -> None:
    """Areas that add up to load and charging; sales to the pool lie below zero."""
    x, base = hours["hour"].to_numpy(np.float64), np.zeros(len(hours))
    for source in (source for source in SOURCES if source.key in hours):
        values = hours[source.key].to_numpy(np.float64) / MW_PER_GW
        if not _is_there(hours[source.key]):
            continue
        top = base + np.maximum(values, 0.0)
        edge = "#cc0000" if source.key == "unserved" else "white"
        look: dict[str, Any] = {
            "facecolor": source.colour, "hatch": source.hatch, "edgecolor": edge, "linewidth": 0.2, "step": "post"
        }
        axes.fill_between(x, base, top, **look)
        if values.min() < 0:
            axes.fill_between(x, np.minimum(values, 0.0), 0.0, **look)
        base = top
    axes.step(x, hours["load_mw"] / MW_PER_GW, where="post", color="#000000", linewidth=1.3)
    _shade(axes, hours)


def _flexible(axes: Axes, hours: pd.DataFrame) -> None:
    for name, (colour, line) in FLEXIBLE.items():
        if not _is_there(hours[name]):
            continue
        sign = -1.0 if name == "charge_mw" else 1.0
        axes.step(hours["hour"], sign * hours[name] / MW_PER_GW, where="post", color=colour, linestyle=line,
                  linewidth=1.4)
    axes.axhline(0, color="#777777", linewidth=0.7)
    _shade(axes, hours)


def _shade(axes: Axes, hours: pd.DataFrame) -> None:
    """Grey where the province, or a city without one, is short."""
    short = hours["shortage_mw"].to_numpy(np.float64) > 0
    axes.fill_between(hours["hour"], 0, 1, where=short.tolist(), color="#999999", alpha=0.35, linewidth=0, step="post",
                      transform=axes.get_xaxis_transform(), zorder=0)


def _days(axes: Axes, hours: pd.DataFrame, lang: str) -> None:
    """A tick at each midnight; years of the model have no 29 February."""
    first = int(hours["hour"].iloc[0])
    midnights = [hour for hour in range(first, first + WEEK_H) if hour % DAY_H == 0]
    axes.set_xticks(midnights, [_day(hour // DAY_H, lang) for hour in midnights])
    axes.set_xlim(first, first + WEEK_H)


def _day(day: int, lang: str) -> str:
    common_year = date(2021, 1, 1) + timedelta(days=day)
    return f"{common_year.month}月{common_year.day}日" if lang == "zh" else f"{common_year.day} {common_year:%b}"


def _legend(figure: Figure, week: pd.DataFrame, lang: str, stands_alone: bool) -> None:
    there = [source for source in reversed(SOURCES) if source.key in week and _is_there(week[source.key])]
    patches = [
        Patch(facecolor=s.colour, hatch=s.hatch, edgecolor="#cc0000" if s.key == "unserved" else "#666666",
              label=say(f"source.{s.key}", lang))
        for s in there
    ]
    load = Line2D([], [], color="#000000", linewidth=1.3, label=say("load", lang))
    flexible = [
        Line2D([], [], color=colour, linestyle=line, label=say(f"week.{name}", lang))
        for name, (colour, line) in FLEXIBLE.items() if _is_there(week[name])
    ]
    short = say("week.short.alone" if stands_alone else "week.short", lang)
    shade = [Patch(facecolor="#999999", alpha=0.35, label=short)] if _is_short(week) else []
    place_legend(figure, [load, *patches, *flexible, *shade])


def _is_there(power_mw: pd.Series) -> bool:
    """Whether a power is more than the rounding of the dispatch."""
    return bool(power_mw.abs().max() > ROUNDING_MW)


def _is_short(week: pd.DataFrame) -> bool:
    return bool((week["shortage_mw"] > 0).any())


def _finding(results: Results, week: pd.DataFrame, lang: str) -> str:
    """What was unserved, and the highest purchase, in each bundle."""
    each = []
    for bundle in week["bundle"].unique():
        mine = week[week["bundle"] == bundle]
        unserved, bought = round(float(mine["unserved"].sum()), 3), round(float(mine["purchase"].max()) / MW_PER_GW, 4)
        name = results.title(str(bundle), lang)
        each.append(say("week.each", lang, bundle=name, unserved=plain(unserved), bought=plain(bought, 2)))
    joint = "; " if lang == "en" else "；"
    start = _day(int(week["hour"].iloc[0]) // DAY_H, lang)
    return say("week.finding", lang, start=start, year=int(week["year"].iloc[0]), each=joint.join(each))
