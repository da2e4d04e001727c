"""Where is the grid tight? Highest loading of lines and transformers in the years that matter, on county cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dafeng.configs.schema import Branch, Bus, City
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.cells import Frame, cells
from dafeng.experiments.figures.common import canvas, note, panel_title, place_legend, target_of
from dafeng.experiments.figures.data import Missing, Results, spread
from dafeng.experiments.figures.overloads import branch_title, overloads
from dafeng.experiments.figures.page import BELOW
from dafeng.experiments.labels import say

KM_PER_DEGREE = 111.32
"""Of latitude."""
MARGIN_DEGREE = 0.09
SCALES_KM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
WIDTH_IN, AROUND_IN = 5.3, 0.8
"""Width of a map; height of legend and panel title."""
NEAR_EDGE = 0.15


@dataclass(frozen=True)
class Class:
    """A class of loading: its upper edge, and a colour and width that darken and widen with it."""

    below: float
    colour: str
    width: float
    words: str


CLASSES = (
    Class(0.5, "#c9d6e0", 1.2, "< 50%"),
    Class(0.8, "#7fb0d6", 2.0, "50–80%"),
    Class(1.0, "#cf641a", 2.8, "80–100%"),
    Class(float("inf"), "#6b0f0f", 3.8, "> 100%"),
)
MARKERS = {"substation": "s", "plant": "^", "converter": "D", "external": "s"}
"""Kinds of node that are drawn; busbars and county loads lie on their station."""
NAMED = ("plant", "external")
SMALL_KV = 220.0
WIRES = ("line",)
LINK = "link"
"""To the province: never binding and not drawn."""


@FIGURES.add("map", title="Loading of the grid", title_zh="电网负载分布", place=8)
def grid_map(results: Results, lang: str) -> Drawing:
    """The grid under the baseline and the plan: in the year of the plan's goal, and in the worst other one."""
    city = results.city
    if city is None or not city.branches:
        raise Missing("the city's nodes and lines are not at hand")
    hours = overloads(results)
    years, pair = _years(results, hours, city), results.pair
    table = _loading(results, years)
    frame = _frame([bus for bus in city.buses if bus.kind in MARKERS])
    size = (WIDTH_IN * len(pair), _height_in(frame) * len(years))
    figure, panels = canvas(*size, len(years), len(pair), sharex=True, sharey=True)
    for axes, (year, bundle) in zip(panels, product(years, pair), strict=True):
        mine = table[(table["bundle"] == bundle) & (table["year"] == year)].set_index("branch")["most"]
        _draw(axes, city, frame, {str(key): float(share) for key, share in mine.items()}, year, lang)
        panel_title(axes, say("map.panel", lang, bundle=results.title(bundle, lang), year=year))
    _legend(figure, lang)
    caption = note(results, lang, say("map.note", lang))
    findings = [
        say("map.finding" if year == years[0] else "map.then", lang, year=year,
            each=_finding(results, table[table["year"] == year], pair, lang))
        for year in years
    ]
    finding = (". " if lang == "en" else "。").join(findings)
    return Drawing(figure, _with_hours(_with_places(table, city), hours), finding, caption)


def _years(results: Results, hours: pd.DataFrame, city: City) -> tuple[int, ...]:
    """The year of the plan's goal when it was simulated, and the other year with most overloaded hours of lines.

    The last year stands for either where there is none; one year where both are the same.
    """
    years = sorted(int(year) for year in results.rows("branch_peak_share")["year"].unique())
    target = target_of(results, "peak_year")
    wanted = int(target.value) if target and target.value else years[-1]
    goal = wanted if wanted in years else years[-1]
    lines = {branch.key for branch in city.branches if branch.kind in WIRES}
    shown = hours[hours["bundle"].isin(results.pair) & hours["branch"].isin(lines) & (hours["year"] != goal)]
    by_year = shown.groupby("year")["hours"].sum()
    worst = int(str(by_year.idxmax())) if len(by_year) else years[-1]
    return tuple(sorted({goal, worst}))


def _loading(results: Results, years: Sequence[int]) -> pd.DataFrame:
    rows = results.rows("branch_peak_share")
    rows = rows[rows["year"].isin(years) & rows["bundle"].isin(results.pair)]
    return spread(rows, by=("bundle", "year", "technology")).rename(columns={"technology": "branch"})


def _with_hours(table: pd.DataFrame, hours: pd.DataFrame) -> pd.DataFrame:
    """The drawn numbers with the overloaded hours of their year, and of all years together."""
    here = hours.rename(columns={"hours": "overloaded_h"})
    ever = hours.groupby(["bundle", "branch"])["hours"].sum().rename("overloaded_h_all_years").reset_index()
    joined = table.merge(here, on=["bundle", "year", "branch"], how="left")
    joined = joined.merge(ever, on=["bundle", "branch"], how="left")
    return joined.fillna({"overloaded_h": 0.0, "overloaded_h_all_years": 0.0})


def _with_places(table: pd.DataFrame, city: City) -> pd.DataFrame:
    """The drawn numbers with the ends, kind and voltage of each branch."""
    about = pd.DataFrame(
        [{"branch": b.key, "from": b.from_bus, "to": b.to_bus, "kind": b.kind, "kv": b.kv, "limit_mw": b.limit_mw}
         for b in city.branches]
    )
    return table.merge(about, on="branch", how="left")


def class_of(share: float) -> Class:
    """The class of a loading.

    >>> class_of(0.79).words, class_of(1.2).words
    ('50–80%', '> 100%')
    """
    return next(found for found in CLASSES if share < found.below)


def _height_in(frame: Frame) -> float:
    """Height of the figure, so that the map fills it."""
    west, south, east, north = frame
    return WIDTH_IN * (north - south) / (east - west) / _narrowing(frame) + AROUND_IN


def _narrowing(frame: Frame) -> float:
    """Length of a degree of longitude over one of latitude, at the middle of the map."""
    return float(np.cos(np.radians((frame[1] + frame[3]) / 2)))


def _draw(axes: Axes, city: City, frame: Frame, loading: Mapping[str, float], year: int, lang: str) -> None:
    buses = {bus.key: bus for bus in city.buses if bus.kind != "province"}
    shown = [bus for bus in city.buses if bus.kind in MARKERS]
    _counties(axes, city, frame, lang)
    for branch in sorted(city.branches, key=lambda branch: loading.get(branch.key, 0.0)):
        if branch.kind in WIRES and branch.key in loading and branch.from_year <= year:
            _line(axes, branch, buses, loading[branch.key])
    at_station = _at_station(city, loading)
    named = [bus for bus in shown if bus.kind in NAMED]
    for bus in shown:
        _node(axes, bus, at_station.get(bus.key), _free_side(bus, named))
    for bus in named:
        _name(axes, bus, frame, lang)
    _scale(axes, frame)
    axes.set_xlim(frame[0], frame[2])
    axes.set_ylim(frame[1], frame[3])
    axes.set_aspect(1 / _narrowing(frame))
    axes.set_axis_off()


def _frame(buses: Sequence[Bus]) -> Frame:
    lons, lats = [bus.lon for bus in buses], [bus.lat for bus in buses]
    return (min(lons) - MARGIN_DEGREE, min(lats) - MARGIN_DEGREE, max(lons) + MARGIN_DEGREE, max(lats) + MARGIN_DEGREE)


def _counties(axes: Axes, city: City, frame: Frame, lang: str) -> None:
    """Cells in two light tints and their names; not borders."""
    seats = [(county.lon, county.lat) for county in city.counties]
    for county, corners in zip(city.counties, cells(seats, frame), strict=True):
        axes.fill(corners[:, 0], corners[:, 1], facecolor="#f6f5f1", edgecolor="#d9d6cc", linewidth=0.8, zorder=0)
        x, y = corners[:, 0].mean(), corners[:, 1].mean()
        axes.text(x, y, county.title_zh if lang == "zh" else county.title, color="#a39d8d", fontsize=10.5, ha="center",
                  va="center", zorder=1)


def _line(axes: Axes, branch: Branch, buses: Mapping[str, Bus], share: float) -> None:
    start, end = buses[branch.from_bus], buses[branch.to_bus]
    look = class_of(share)
    dashes = "-" if branch.kv > SMALL_KV else (0, (3.0, 0.8))
    axes.plot([start.lon, end.lon], [start.lat, end.lat], color=look.colour, linewidth=look.width, linestyle=dashes,
              solid_capstyle="round", zorder=2)
    if share >= 1.0:
        _percent(axes, (start.lon + end.lon) / 2, (start.lat + end.lat) / 2, share)


def _percent(axes: Axes, x: float, y: float, share: float) -> None:
    axes.text(x, y, f"{share:.0%}", fontsize=7.5, ha="center", va="center", zorder=6, color="#000000",
              bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "#6b0f0f", "linewidth": 0.7})


def _at_station(city: City, loading: Mapping[str, float]) -> dict[str, float]:
    """Highest loading of the transformers of each station."""
    found: dict[str, float] = {}
    for branch in city.branches:
        if branch.kind in {"transformer", "offtake"} and branch.key in loading:
            found[branch.from_bus] = max(found.get(branch.from_bus, 0.0), loading[branch.key])
    return found


def _free_side(bus: Bus, named: Sequence[Bus]) -> int:
    """-1 for the west side of a node, 1 for the east: away from the nearest name, which may reach up to the node."""
    others = [other for other in named if other is not bus]
    nearest = min(others, key=lambda other: np.hypot(other.lon - bus.lon, other.lat - bus.lat), default=bus)
    return -1 if nearest.lon > bus.lon else 1


def _node(axes: Axes, bus: Bus, share: float | None, side: int) -> None:
    """A marker filled by the loading of the station's transformers; white where there are none."""
    marker = "o" if bus.kind == "substation" and bus.kv <= SMALL_KV else MARKERS[bus.kind]
    face = "white" if share is None else class_of(share).colour
    axes.plot(bus.lon, bus.lat, marker=marker, markersize=8, markerfacecolor=face, markeredgecolor="#222222",
              markeredgewidth=0.9, linestyle="", zorder=5)
    if share is not None and share >= 1.0:
        axes.annotate(f"{share:.0%}", (bus.lon, bus.lat), xytext=(7 * side, 5), textcoords="offset points",
                      ha="left" if side > 0 else "right", fontsize=7.5, color="#6b0f0f", zorder=7)


def _name(axes: Axes, bus: Bus, frame: Frame, lang: str) -> None:
    """A plant's name beside it; an outside node's above or below, towards the nearer edge, inside the frame."""
    west, south, east, north = frame
    along, up = (bus.lon - west) / (east - west), (bus.lat - south) / (north - south)
    side = "left" if along < NEAR_EDGE else "right" if along > 1 - NEAR_EDGE else "center"
    offset, vertical = ((0, 7), "bottom") if up > 0.5 else ((0, -7), "top")
    if bus.kind == "plant":
        side, offset, vertical = "left", (8, 0), "center"
    axes.annotate(bus.title_zh if lang == "zh" else bus.title, (bus.lon, bus.lat), xytext=offset, ha=side, va=vertical,
                  textcoords="offset points", fontsize=7.5, color="#333333", zorder=7)


def _scale(axes: Axes, frame: Frame) -> None:
    """A bar of round kilometres in the lower right corner, at most a fifth of the map."""
    west, south, east, north = frame
    per_km = 1.0 / (KM_PER_DEGREE * _narrowing(frame))
    kilometres = max((km for km in SCALES_KM if km * per_km <= (east - west) / 5), default=SCALES_KM[0])
    length = kilometres * per_km
    x, y = east - 0.05 * (east - west), south + 0.04 * (north - south)
    axes.plot([x - length, x], [y, y], color="#333333", linewidth=2.0, solid_capstyle="butt", zorder=5)
    axes.annotate(f"{kilometres:g} km", (x - length / 2, y), xytext=(0, 3), textcoords="offset points", fontsize=8,
                  ha="center", va="bottom", color="#333333", zorder=5)


def _legend(figure: Figure, lang: str) -> None:
    classes = [Line2D([], [], color=c.colour, linewidth=c.width, label=c.words) for c in CLASSES]
    volts = [
        Line2D([], [], color="#555555", linewidth=1.6, label="500 kV"),
        Line2D([], [], color="#555555", linewidth=1.6, linestyle=(0, (3.0, 0.8)), label="220 kV"),
    ]
    kinds = [("s", "map.substation"), ("o", "map.small"), ("^", "map.plant"), ("D", "map.converter")]
    nodes = [
        Line2D([], [], color="#222222", marker=marker, markerfacecolor="white", linestyle="", label=say(words, lang))
        for marker, words in kinds
    ]
    place_legend(figure, [*classes, *volts, *nodes], BELOW, columns=5)


def _finding(results: Results, table: pd.DataFrame, pair: Sequence[str], lang: str) -> str:
    """How many branches exceed their limit at some hour, and the worst of them."""
    known = {} if results.city is None else {branch.key: branch for branch in results.city.branches}
    wired = table[[str(key) in known and known[str(key)].kind != LINK for key in table["branch"]]]
    each = []
    for bundle in pair:
        mine = wired[wired["bundle"] == bundle]
        over, worst = int((mine["most"] > 1.0).sum()), mine.sort_values("most").iloc[-1]
        key = "map.over_one" if over == 1 else "map.over" if over else "map.none_over"
        where, share = branch_title(results, str(worst["branch"]), lang), f"{worst['most']:.0%}"
        name = results.title(bundle, lang)
        each.append(say(key, lang, bundle=name, over=over, of=len(mine), worst=where, share=share))
    joint = "; " if lang == "en" else "；"
    return joint.join(each)
