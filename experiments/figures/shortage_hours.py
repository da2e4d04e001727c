"""When are the lights at risk? Expected hours of shortage by month and hour of the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm

from dafeng.configs.units import DAY_H, Floats
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.shortages import by_class, counted, few, seen, weather_years, years_of
from dafeng.experiments.labels import say, sentences

MONTHS = 12
WINDOW_H = 4
"""The finding names so many hours on end that hold most."""
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
    about = say("shortages.sampled", lang, view=results.view(view, lang), first=first, last=last)
    counts, weather = seen(results, view), weather_years(results, view)
    told_of = counted(results, view, counts, lang)
    caption = note(results, lang, about, say("shortage_hours.note", lang), told_of, bands=False)
    data = table.rename(columns={"first": "month", "second": "hour"})
    told = [few(results, bundle, counts[bundle], "shortages.when", lang)
            or _finding(results, grids[bundle], bundle, counts[bundle][0], weather[bundle], lang)
            for bundle in shown]
    finding = sentences(told, lang)
    return Drawing(figure, data, finding, caption)


def grid_of(table: pd.DataFrame, bundle: str) -> Floats:
    """(24, 12) hours a year of one bundle."""
    grid = np.zeros((DAY_H, MONTHS))
    mine = table[table["bundle"] == bundle]
    np.add.at(grid, (mine["second"].to_numpy(), mine["first"].to_numpy() - 1), mine["value"].to_numpy(np.float64))
    return grid


def fullest(grid: Floats) -> tuple[int, float, int, float]:
    """Month (from 1) that holds most, its share; first of the four hours on end that hold most, over midnight or not.

    >>> grid = np.zeros((24, 12)); grid[23, 7] = 3.0; grid[1, 7] = 1.0; grid[12, 0] = 1.0
    >>> fullest(grid)
    (8, 0.8, 22, 0.8)
    """
    by_month, by_hour = grid.sum(axis=0) / grid.sum(), grid.sum(axis=1) / grid.sum()
    windows = np.sum([np.roll(by_hour, -ahead) for ahead in range(WINDOW_H)], axis=0)
    month, hour = int(by_month.argmax()), int(windows.argmax())
    return month + 1, float(by_month[month]), hour, float(windows[hour])


def _finding(results: Results, grid: Floats, bundle: str, count: int, weather: tuple[int, int], lang: str) -> str:
    month, share, hour, part = fullest(grid)
    return say(
        "shortage_hours.finding", lang, share=f"{share:.0%}", bundle=results.title(bundle, lang), month=month,
        part=f"{part:.0%}", count=f"{count:,}", short=weather[0], weather=weather[1], start=hour,
        end=(hour + WINDOW_H) % DAY_H or DAY_H,
    )
