"""What the figures of shortages read: expected rows of one view by their two classes, mean over years and runs."""

from __future__ import annotations

import pandas as pd

from dafeng.experiments.figures.data import Missing, Results
from dafeng.experiments.labels import listed, say

VIEWS = ("province", "island", "deliverability")


def by_class(results: Results, variable: str) -> tuple[str, pd.DataFrame]:
    """The view shown and bundle, first, second, value: classes as numbers, mean over all years and replications."""
    rows = results.rows(variable, basis=None)
    view = next((view for view in VIEWS if view in set(rows["basis"])), "")
    rows = rows[(rows["basis"] == view) & rows["bundle"].isin(results.pair)]
    if rows.empty:
        raise Missing("no shortage was sampled")
    told = results.yearly("lole_d", basis=view)
    years = told.groupby("bundle", observed=True).size()
    found = rows.assign(first=number_in(rows["technology"]), second=number_in(rows["fuel"]))
    table = found.groupby(["bundle", "first", "second"], observed=True)["value"].sum().reset_index()
    table["value"] = table["value"] / table["bundle"].map(years).astype(float)
    return view, table.assign(bundle=table["bundle"].astype(str))


LEAST_SEEN = 20
"""Of fewer shortages no share is told: each of them would be 5 % or more of it."""


def seen(results: Results, view: str) -> dict[str, tuple[int, int]]:
    """Bundle -> shortages seen and sample years, over all years and replications.

    Folders written before `shortages_seen` was booked have its expectation, where all sample years weigh alike.
    """
    years = int(results.manifest.get("sample_years") or 0)
    told = results.yearly("lole_d", basis=view).groupby("bundle", observed=True).size()
    try:
        counts = results.rows("shortages_seen", basis=view).groupby("bundle", observed=True)["value"].sum()
    except Missing:
        counts = results.rows("shortage_events", basis=view).groupby("bundle", observed=True)["value"].sum() * years
    return {bundle: (round(float(counts.to_dict().get(bundle, 0.0))), years * int(told.to_dict().get(bundle, 0)))
            for bundle in results.pair}


def weather_years(results: Results, view: str) -> dict[str, tuple[int, int]]:
    """Bundle -> weather years with a shortage, and all: a year of a replication, one weather for its sample years."""
    told = results.yearly("lole_d", basis=view)
    each = told.assign(is_short=told["value"] > 0.0).groupby("bundle", observed=True)["is_short"].agg(["sum", "size"])
    return {bundle: (int(each["sum"].get(bundle, 0)), int(each["size"].get(bundle, 0))) for bundle in results.pair}


def few(results: Results, bundle: str, of: tuple[int, int], what: str, lang: str) -> str:
    """That too few shortages were seen to tell something of them; '' where they are enough."""
    count, years = of
    if count >= LEAST_SEEN:
        return ""
    return say("shortages.one" if count == 1 else "shortages.few", lang, bundle=results.title(bundle, lang),
               count=count, years=f"{years:,}", what=say(what, lang))


def counted(results: Results, view: str, seen_of: dict[str, tuple[int, int]], lang: str) -> str:
    """How many shortages each panel rests on, and how many weather years."""
    weather = weather_years(results, view)
    each = [say("shortages.seen_of", lang, bundle=results.title(bundle, lang), count=f"{count:,}", years=f"{years:,}",
                short=weather[bundle][0], weather=weather[bundle][1])
            for bundle, (count, years) in seen_of.items()]
    return say("shortages.seen", lang, each=listed(each, lang))


def years_of(results: Results) -> tuple[int, int]:
    """First and last year that was assessed."""
    years = results.rows("lole_d", basis=None)["year"]
    return int(years.min()), int(years.max())


def number_in(classes: pd.Series) -> pd.Series:
    """The number in the name of each class: 'month 7', 'from 200 MW', 'at 5000 MW'."""
    return classes.astype(str).str.extract(r"(\d+)")[0].astype(int)
