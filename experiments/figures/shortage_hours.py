"""When are the lights at risk? Expected hours of shortage by month and hour of the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm

from dafeng.configs.units import DAY_H, Floats
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.shortages import by_class, years_of
from dafeng.experiments.labels import say, sentences

MONTHS = 12
WINDOW_H, WINDOW_M = 4, 3
"""The finding names the window of so many hours and months that holds most."""
DARK = 1e-4
"""Cells below this share of the highest are drawn as if they were it."""


@FIGURES.add("shortage_hours", title="When shortages fall", title_zh="缺电的季节与时刻", place=10)
def shortage_hours(results: Results, lang: str) -> Drawing:
    """A panel for the baseline and one for the bundle beside it; months across, hours up, one scale of colour."""
    view, table = by_class(results, "shortage_hours")
    shown = [bundle for bundle in results.pair if bundle in set(table["bundle"])]
    grids = {bundle: grid_of(table, bundle) for bundle in shown}
    top = max(float(grid.max()) for grid in grids.values())
    figure, panels = canvas(4.2 * len(shown) + 1.0, 4.2, 1, len(shown), sharey=True)
    for axes, bundle in zip(panels, shown, strict=True):
        cells = np.ma.masked_less_equal(grids[bundle], 0.0)
        image = axes.pcolormesh(cells, cmap="YlOrRd", norm=LogNorm(max(top * DARK, cells.min()) * 0.999, top))
        panel_title(axes, results.title(bundle, lang))
        axes.set_xticks(np.arange(MONTHS) + 0.5, [str(month + 1) for month in range(MONTHS)])
        axes.set_yticks(range(0, DAY_H + 1, 4))
        axes.set_xlabel(say("month", lang))
        axes.grid(False)
    panels[0].set_ylabel(say("hour_of_day", lang))
    figure.colorbar(image, ax=panels, label=say("shortage_hours.bar", lang))
    first, last = years_of(results)
    about = say("shortages.sampled", lang, view=say(f"view.{view}", lang), first=first, last=last)
    caption = note(results, lang, about, say("shortage_hours.note", lang), bands=False)
    data = table.rename(columns={"first": "month", "second": "hour"})
    finding = sentences([_finding(results, grids[bundle], bundle, lang) for bundle in shown], lang)
    return Drawing(figure, data, finding, caption)


def grid_of(table: pd.DataFrame, bundle: str) -> Floats:
    """(24, 12) hours a year of one bundle."""
    grid = np.zeros((DAY_H, MONTHS))
    mine = table[table["bundle"] == bundle]
    np.add.at(grid, (mine["second"].to_numpy(), mine["first"].to_numpy() - 1), mine["value"].to_numpy(np.float64))
    return grid


def fullest(grid: Floats) -> tuple[int, int, float]:
    """First month (from 0) and first hour of the window that holds most, and the share that it holds.

    >>> grid = np.zeros((24, 12)); grid[18, 7] = 3.0; grid[19, 8] = 1.0; grid[2, 0] = 1.0
    >>> fullest(grid)
    (6, 16, 0.8)
    """
    windows = np.lib.stride_tricks.sliding_window_view(grid, (WINDOW_H, WINDOW_M)).sum(axis=(2, 3))
    hour, month = np.unravel_index(int(windows.argmax()), windows.shape)
    return int(month), int(hour), float(windows.max() / grid.sum())


def _finding(results: Results, grid: Floats, bundle: str, lang: str) -> str:
    month, hour, share = fullest(grid)
    months = say("shortage_hours.months", lang, first=month + 1, last=month + WINDOW_M)
    return say("shortage_hours.finding", lang, share=f"{share:.0%}", bundle=results.title(bundle, lang), months=months,
               start=hour, end=hour + WINDOW_H)
