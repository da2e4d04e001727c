"""Figures from a results folder."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError, ResultsError
from dafeng.experiments.figures import style
from dafeng.experiments.figures.base import FIGURES, Drawing, LeftOut, draw, drawings
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.map import class_of
from dafeng.experiments.figures.reliability import CUT_MARKER
from dafeng.experiments.figures.targets import asked, value_text
from tests.figures.made import TITLES, make

NAMES = (
    "capacity", "credit", "credit_curves", "differences", "duration", "emissions", "generation", "map", "reliability",
    "shortage_events", "shortage_hours", "stress_week", "targets",
)


def drawn(results: Results, name: str, lang: str = "en") -> Drawing:
    ((_, drawing),) = drawings(results, lang, name)
    assert isinstance(drawing, Drawing)
    return drawing


def test_the_registry_holds_every_figure() -> None:
    assert set(NAMES) <= set(FIGURES.names())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_drawn_with_its_numbers(folder: Path, name: str, lang: str) -> None:
    picture, numbers = draw(folder, name, lang)
    assert picture == folder / "figures" / f"{name}.{lang}.svg"
    ElementTree.parse(picture)
    assert len(pd.read_csv(numbers)) > 0


def test_drawing_twice_gives_the_same_bytes(folder: Path) -> None:
    first = [path.read_bytes() for path in draw(folder, "emissions")]
    assert [path.read_bytes() for path in draw(folder, "emissions")] == first


def test_letters_are_paths_so_that_a_figure_shows_anywhere(folder: Path) -> None:
    text = draw(folder, "differences", "zh")[0].read_text()
    assert "<text" not in text
    assert "font-family" not in text


def test_differences_show_the_view_with_most_unserved_where_there_is_no_provincial_one(results: Results) -> None:
    alone = Results(results.folder)
    rows = results.outcomes
    alone.outcomes = rows[~(rows["variable"].isin(["eue_mwh", "lole_d"]) & (rows["basis"] == "province"))]
    alone.summary = results.summary.assign(eue_mwh=np.nan, eue_se=np.nan, lole_d=np.nan, margin_mw=np.nan)
    numbers = drawn(alone, "differences").data
    most = alone.outcomes[alone.outcomes["variable"] == "eue_mwh"].groupby("basis")["value"].mean().idxmax()
    assert f"eue_mwh.{most}" in set(numbers["measure"])
    assert "eue_mwh" not in set(numbers["measure"])
    assert numbers["mean"].notna().all()


def test_figures_are_drawn_as_pdf_and_png_too(folder: Path) -> None:
    pdf, png, _ = draw(folder, "capacity", "zh", ("pdf", "png"))
    assert pdf.read_bytes()[:4] == b"%PDF"
    assert png.read_bytes()[1:4] == b"PNG"


def test_every_note_says_scenario_replications_and_weak_data(results: Results) -> None:
    for name in NAMES:
        note = drawn(results, name).note
        assert "Scenario: tight" in note
        assert "50%" in note
        assert "made-0123456789" in note
        assert "n\u00a0=\u00a03" in note or name in ("stress_week", "shortage_events", "shortage_hours")


def test_the_title_says_which_bundle_peaks_in_time_and_which_does_not(results: Results) -> None:
    finding = drawn(results, "emissions").finding
    assert finding.startswith("Plan-boundary CO2 is highest by 2030 in every replication under The plan (2026)")
    assert "is highest after 2030 under Storage (2033)" in finding
    assert "no established peak by 2040 under Baseline" in finding


def test_a_peak_needs_five_later_years(tmp_path: Path) -> None:
    results = Results(make(tmp_path, years=(2020, 2028), hourly=()))
    finding = drawn(results, "emissions").finding
    assert finding == "Plan-boundary CO2 has no established peak by 2028 under all 3 bundles"


def test_where_no_store_was_built_the_panel_of_storage_shows_zero(results: Results) -> None:
    """No row of storage in any run means no storage, not that nothing is known of it; so with coal."""
    alone = Results(results.folder)
    rows = results.outcomes
    alone.outcomes = rows[rows["variable"].ne("storage_mw") & ~rows["technology"].str.startswith("coal")]
    drawing = drawn(alone, "capacity")
    for at, kind in ((2, "storage"), (3, "coal")):
        assert drawing.data[drawing.data["what"] == kind]["mean"].tolist() == [0.0] * 3 * 21
        axes = drawing.figure.axes[at]
        assert "no data" not in [text.get_text() for text in axes.texts]
        assert sum(set(line.get_ydata()) == {0.0} for line in axes.get_lines()) == 3
        assert axes.get_ylim()[0] == 0.0
        assert axes.get_ylim()[1] >= 1.0


def test_the_title_says_who_meets_the_targets_of_capacity(results: Results) -> None:
    finding = drawn(results, "capacity").finding
    assert "Renewables reach 7 GW by 2030 on average under The plan" in finding
    assert "no bundle has 3 GW of gas in 2025 (most: 1.60 GW)" in finding


def test_reliability_names_the_bundles_that_lower_unserved_energy(results: Results) -> None:
    finding = drawn(results, "reliability").finding
    assert finding.startswith("In the provincial view the baseline leaves 220 ± 50 MWh/y unserved")
    assert "Storage" in finding
    assert "lower it in each of 3 pairs" in finding


def test_the_title_says_when_shortages_fall(results: Results) -> None:
    finding = drawn(results, "shortage_hours").finding
    assert finding.startswith("Under Baseline 86% of the shortage falls in month 8 and 86% between 17:00 and 21:00")
    # 3.5 a year in 100 sample years of 21 years, thrice
    assert "(22,050 shortages seen, in 63 of 63 weather years)" in finding


@pytest.mark.parametrize(("lang", "said"), [("en", "in 1 of 3 weather years"), ("zh", "3个气象年中的1个")])
def test_shortages_of_one_weather_year_are_told_as_such(tmp_path: Path, lang: str, said: str) -> None:
    results = Results(make(tmp_path, years=(2020, 2020), hourly=()))
    rows = results.outcomes
    rows.loc[(rows["variable"] == "lole_d") & (rows["replication"] > 0), "value"] = 0.0
    drawing = drawn(results, "shortage_hours", lang)
    assert said in drawing.finding
    assert said in drawing.note


def test_the_title_says_how_long_and_deep_half_of_the_shortages_are(results: Results) -> None:
    drawing = drawn(results, "shortage_events")
    assert drawing.finding.startswith(
        "Under Baseline half of the shortages (3.5 1/y, 22,050 seen) last 3 h or more, and half reach 100 MW or more"
    )
    assert drawing.data[drawing.data["bundle"] == "plan"]["value"].sum() == pytest.approx(1.75)


def test_a_run_of_one_year_can_be_drawn(tmp_path: Path) -> None:
    results = Results(make(tmp_path, years=(2020, 2020), hourly=()))
    for name, drawing in drawings(results, "en"):
        assert isinstance(drawing, Drawing | LeftOut), name
    assert drawn(results, "credit").finding.startswith("Baseline: capacity credits of 2020, held until the next are")


def test_the_title_says_whose_credit_changes_most(results: Results) -> None:
    finding = drawn(results, "credit").finding
    said = "From 2020 to 2040 a megawatt's credit changes most for solar under Baseline: from 0.30 to 0.10; "
    assert finding.startswith(said)


def test_the_title_says_which_kind_saturates_most(results: Results) -> None:
    finding = drawn(results, "credit_curves").finding
    assert finding.startswith("In 2040 the credit of storage, 2 h falls most with size under Baseline: from 0.60 at"
                              " 0.5 GW to 0.20 at 10 GW; ")
    assert set(drawn(results, "credit_curves").data["bundle"]) == {"baseline", "plan"}


@pytest.mark.parametrize(("seen", "said"), [(0.0, ""), (1.0, "one shortage was seen in 300"), (6.0, "18 shortages")])
def test_a_share_of_few_shortages_is_no_headline(tmp_path: Path, seen: float, said: str) -> None:
    """Of 1 or 18 shortages their number is told, of 21 and more what they are like."""
    results = Results(make(tmp_path, years=(2020, 2020), hourly=()))
    rows = results.outcomes
    count = rows[(rows["variable"] == "lole_d") & (rows["basis"] == "province")]
    each = seen if seen != 1.0 else np.where(count["replication"] == 0, 1.0, 0.0)
    results.outcomes = pd.concat([rows, count.assign(variable="shortages_seen", value=each if seen else 7.0)])
    for name, words in (("shortage_hours", "when in the year they fall"), ("shortage_events", "how long and deep")):
        drawing = drawn(results, name)
        assert (said in drawing.finding, words in drawing.finding) == (True, bool(seen))
        assert ("%" in drawing.finding or "half" in drawing.finding) == (not seen)
        assert f"Baseline {round(3 * seen) if seen != 1.0 else 1}" in drawing.note or not seen


def test_bubbles_of_neighbouring_classes_never_overlap_and_have_a_key(results: Results) -> None:
    figure = drawn(results, "shortage_events").figure
    figure.draw_without_rendering()
    axes = figure.axes[0]
    apart = float(np.diff(axes.transData.transform([(0, 0), (1, 1)]), axis=0).min()) * 72.0 / figure.dpi
    assert np.sqrt(axes.collections[0].get_sizes().max()) <= apart
    assert len(figure.legends[0].get_texts()) == 3

def test_a_study_without_a_sampled_shortage_says_so(tmp_path: Path) -> None:
    results = Results(make(tmp_path, hourly=(), without=("shortage_hours",)))
    ((_, left),) = drawings(results, "en", "shortage_hours")
    assert isinstance(left, LeftOut)


def test_each_scenario_has_its_own_panel_of_the_provincial_view(tmp_path: Path) -> None:
    results = Results(make(tmp_path, hourly=(), scenarios=("tight", "balanced")))
    data = drawn(results, "reliability").data
    first = data[(data["view"] == "province") & (data["bundle"] == "baseline") & (data["variable"] == "eue_mwh")]
    assert first.groupby("scenario")["mean"].max().round(6).to_dict() == {"balanced": 22.0, "tight": 220.0}
    assert set(data[data["view"] == "island"]["scenario"]) == {"tight"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_provincial_view_reliability_is_told_of_the_view_that_has_most(tmp_path: Path, lang: str) -> None:
    results = Results(make(tmp_path, hourly=()))
    results.outcomes = results.outcomes[results.outcomes["basis"] != "province"]
    results.summary = results.summary.assign(eue_mwh=np.nan, eue_se=np.nan, lole_d=np.nan, lole_se=np.nan)
    drawing = drawn(results, "reliability", lang)
    assert set(drawing.data["view"]) == {"deliverability", "island"}
    assert {"en": "Deliverability view", "zh": "可输送视角"}[lang] in drawing.finding
    assert "MWh" in drawing.finding
    assert "–" not in drawing.finding


def test_where_nothing_was_unserved_the_interval_is_the_bound(results: Results) -> None:
    data = drawn(results, "reliability").data
    island = data[(data["view"] == "island") & (data["variable"] == "eue_mwh") & (data["bundle"] == "baseline")]
    of_15_years = island.set_index("period").loc["2026–30"]
    assert of_15_years["high"] == pytest.approx(5.0 / 15)
    assert of_15_years["mean"] == of_15_years["low"] == 0.0


def test_an_upper_bound_is_hollow_with_an_arrow_and_a_cut_is_marked(results: Results) -> None:
    """The island of the made study is never short: its bounds are hollow marks with arrows, and no bar."""
    figure = drawn(results, "reliability").figure
    province, island = figure.axes[0], figure.axes[2]
    assert len(island.texts) == 3 * 4  # an arrow a bundle and period
    assert {line.get_markerfacecolor() for line in island.get_lines() if len(line.get_xdata()) == 4} == {"white"}
    assert not province.texts
    rows = results.outcomes
    wide = rows.assign(value=np.where((rows["variable"] == "eue_mwh") & (rows["replication"] == 0), 1.0, rows["value"]))
    other = Results(results.folder)
    other.outcomes = wide
    marks = [line.get_marker() for line in drawn(other, "reliability").figure.axes[0].get_lines()]
    assert CUT_MARKER in marks


def test_the_frame_holds_every_mean_and_marks_a_cut_below_the_panels_title(results: Results) -> None:
    """One year far above the others stands on a logarithmic axis, which once ended at 1 whatever the means were."""
    rows, other = results.outcomes, Results(results.folder)
    is_high = rows["year"].isin([2020, 2021, 2022]) & (rows["replication"] == 0)
    is_low = rows["year"].between(2026, 2040)
    eue = np.where(is_high, 7500.0, np.where(is_low, 0.05, 0.1))
    other.outcomes = rows.assign(value=np.where(rows["variable"] == "eue_mwh", eue, rows["value"]))
    drawing = drawn(other, "reliability")
    axes = drawing.figure.axes[0]
    means = drawing.data.query("variable == 'eue_mwh' and view == 'province'")["mean"]
    assert axes.get_yscale() == "symlog"
    assert means.max() < axes.get_ylim()[1] <= 2.5 * means.max()
    drawing.figure.draw_without_rendering()
    cuts = [line for line in axes.get_lines() if line.get_marker() == CUT_MARKER]
    edge = axes.get_window_extent().y1
    assert cuts
    assert all(line.get_window_extent().y1 <= edge + 0.5 for line in cuts)


def test_a_headline_of_nothing_unserved_tells_its_bound_and_a_period_of_one_year_is_not_pooled(tmp_path: Path) -> None:
    """Bounds of 5 MWh/y of one year: of three replications with 4 years each, 5 / 12."""
    results = Results(make(tmp_path, years=(2020, 2023), hourly=()))
    rows = results.outcomes
    results.outcomes = rows.assign(value=np.where(rows["variable"] == "eue_mwh", 0.0, rows["value"]))
    results.summary = results.summary.assign(eue_mwh=0.0, eue_se=0.0)
    for lang, said in (("en", "leaves 0 MWh/y unserved, at most 0.42 (95%"), ("zh", "至多0.42 MWh/年")):
        assert said in drawn(results, "reliability", lang).finding
    assert "pooled over the years" not in drawn(results, "reliability").note

def test_the_stack_of_the_city_closes_on_its_load(results: Results) -> None:
    data = drawn(results, "generation").data
    own = data[(data["serves"] == "power") & (data["bundle"] == "plan") & (data["year"] == 2030)]
    assert own["twh"].sum() == pytest.approx(30.0 * 1.2)


def test_the_stress_week_closes_hour_by_hour_and_leaves_provincial_units_out(results: Results) -> None:
    data = drawn(results, "stress_week").data
    assert "nuclear" not in data
    supply = data[["coal", "solar", "purchase", "discharge", "response", "unserved"]].sum(axis=1)
    assert supply.to_numpy() == pytest.approx(data["load_mw"].to_numpy())
    assert data.groupby("bundle")["unserved"].sum().to_dict() == {"baseline": 50.0, "plan": 0.0}


def test_the_load_curve_starts_at_the_highest_hour(results: Results) -> None:
    data = drawn(results, "duration").data
    top = data[(data["what"] == "load") & (data["bundle"] == "baseline")].sort_values("rank")
    peaks = [results.hourly(f"baseline-tight-{r}", 2030)["load_mw"].max() / 1000.0 for r in range(3)]
    assert top.iloc[0]["mean"] == pytest.approx(np.mean(peaks))
    assert (np.diff(top["mean"]) <= 0).all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_loading_of_a_station_stands_on_no_name(results: Results, lang: str) -> None:
    """The transformers TN03 of Guifeng: up to this station reaches the name of an outside node to its east."""
    other, rows = Results(results.folder), results.outcomes
    is_share = rows["variable"] == "branch_peak_share"
    technology = rows["technology"].astype(str)
    other.outcomes = rows.assign(technology=technology.where(technology != "TN07", "TN03"),
                                 value=rows["value"].where(~is_share, 1.07))
    figure = drawn(other, "map", lang).figure
    figure.draw_without_rendering()
    texts = [text for text in figure.axes[0].texts if text.get_fontsize() == 7.5]
    percents = [text for text in texts if text.get_text() == "107%" and text.get_bbox_patch() is None]
    assert percents
    for percent in percents:
        names = [text for text in texts if text.get_text() != "107%"]
        assert not any(percent.get_window_extent().overlaps(name.get_window_extent()) for name in names)


def test_the_map_counts_branches_above_their_limit_without_links(results: Results) -> None:
    finding = drawn(results, "map").finding
    assert "one of 4 branches would exceed its limit in some hour under Baseline (Pengjiang 220, 102%)" in finding


def test_credits_are_marked_where_they_were_computed_with_their_bars_and_no_line_runs_beyond(results: Results) -> None:
    """Both bundles; every fifth year of 2020 to 2040; nothing reaches half a year beyond the marks."""
    drawing = drawn(results, "credit")
    assert set(drawing.data["year"]) == {2020, 2025, 2030, 2035, 2040}
    assert [axes.get_title(loc="left") or axes.get_title() for axes in drawing.figure.axes] == ["Baseline", "The plan"]
    for line in drawing.figure.axes[0].get_lines():
        assert 2019.5 <= min(line.get_xdata()) <= max(line.get_xdata()) <= 2040.5
    assert len(drawing.figure.axes[0].containers) == 2


def test_a_single_credit_has_its_interval_and_no_line(tmp_path: Path) -> None:
    results = Results(make(tmp_path, years=(2020, 2022), hourly=(), replications=1))
    rows = results.outcomes
    results.outcomes = rows.assign(se=np.where(rows["variable"] == "capacity_credit", 0.01, rows["se"]))
    data = drawn(results, "credit").data
    assert set(data["year"]) == {2020}
    assert (data["high"] - data["mean"]).max() == pytest.approx(0.0196, abs=1e-4)


def test_constants_are_no_computed_credits_and_absent_technologies_are_named(tmp_path: Path) -> None:
    results = Results(make(tmp_path, years=(2020, 2022), hourly=()))
    rows = results.outcomes
    credits = rows["variable"] == "capacity_credit"
    wind = rows[credits & (rows["technology"] == "coal_usc")].assign(technology="wind_offshore")
    results.outcomes = pd.concat([rows, wind])
    drawing = drawn(results, "credit")
    assert "Not shown, as no run has any: offshore wind." in drawing.note
    assert set(drawing.data["technology"]) == {"coal_usc", "pv_utility"}
    results.outcomes = rows.assign(basis=np.where(credits, "table", rows["basis"]))
    del results.__dict__["_by_variable"]
    ((_, left),) = drawings(results, "en", "credit")
    assert isinstance(left, LeftOut)
    assert "constants of the data" in left.reason


def test_the_map_shows_the_goal_year_and_the_year_with_most_overloaded_hours_of_lines(results: Results) -> None:
    """L17 is over for 30 hours in one of three replications of 2025; the plan's goal is 2030."""
    data = drawn(results, "map").data
    assert set(data["year"]) == {2025, 2030}
    over = data.set_index(["bundle", "year", "branch"])
    assert over.loc[("plan", 2025, "L17"), "overloaded_h"] == pytest.approx(10.0)
    assert over.loc[("plan", 2030, "L17"), "overloaded_h"] == 0.0
    assert over.loc[("plan", 2030, "L17"), "overloaded_h_all_years"] == pytest.approx(10.0)
    assert over.loc[("plan", 2025, "L16"), "overloaded_h_all_years"] == 0.0


def test_without_overloads_the_map_shows_the_goal_year_and_the_last(tmp_path: Path) -> None:
    data = drawn(Results(make(tmp_path, hourly=(), without=("overloaded_hours",))), "map").data
    assert set(data["year"]) == {2030, 2040}
    assert (data["overloaded_h"] == 0.0).all()


@pytest.mark.parametrize(("share", "words"), [(0.5, "50–80%"), (0.9999, "80–100%"), (1.0, "> 100%")])
def test_loading_classes_have_their_edges_at_the_upper_class(share: float, words: str) -> None:
    assert class_of(share).words == words


def test_targets_count_replications(results: Results) -> None:
    data = drawn(results, "targets").data.set_index(["target", "bundle"])
    assert data.loc[("T07", "plan"), "met"] == 1.0
    assert data.loc[("T07", "baseline"), "met"] == 0.0
    assert drawn(results, "targets").finding == "The plan: 2 of 3 targets met in every replication; Baseline: 1"


@pytest.mark.parametrize(
    ("name", "variable"),
    [("emissions", "emissions_tco2"), ("generation", "net_import_mwh"), ("reliability", "eue_mwh"),
     ("map", "branch_peak_share")],
)
def test_a_figure_without_its_data_is_left_out_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, variable: str
) -> None:
    folder = make(tmp_path, hourly=(), without=(variable,))
    assert draw(folder, name) == []
    said = capsys.readouterr().err
    assert said == f"figure '{name}' is left out: the results hold no '{variable}'\n"


def test_hours_that_were_not_kept_leave_their_figures_out(tmp_path: Path) -> None:
    results = Results(make(tmp_path, hourly=()))
    left_out = {entry.name for entry, drawing in drawings(results, "en") if isinstance(drawing, LeftOut)}
    assert left_out == {"stress_week", "duration"}


@pytest.mark.parametrize(
    ("bundles", "replications", "done"),
    [(("baseline",), 1, None), (("baseline", "plan"), 1, None), (("baseline", "plan"), 2, ("plan",)),
     (tuple(TITLES), 2, None)],
)
def test_few_and_many_runs_are_drawn_without_an_error(
    tmp_path: Path, bundles: tuple[str, ...], replications: int, done: tuple[str, ...] | None
) -> None:
    folder = make(tmp_path, bundles, replications, (2020, 2030), (2030,), done=done)
    assert any(path.name == "emissions.zh.svg" for path in draw(folder, lang="zh"))


def test_settings_of_the_user_do_not_change_a_figure(folder: Path) -> None:
    import matplotlib as mpl

    first = draw(folder, "capacity")[0].read_bytes()
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9}):
        assert draw(folder, "capacity")[0].read_bytes() == first
        assert mpl.rcParams["font.size"] == 30
    with style.applied():
        assert mpl.rcParams["font.size"] == 9


def test_an_unknown_figure_is_told_of_with_the_nearest_right_one(folder: Path) -> None:
    with pytest.raises(InputError, match="emissions"):
        draw(folder, "emision")


def test_a_folder_that_holds_no_results_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ResultsError):
        draw(tmp_path)


def test_the_numbers_of_the_emissions_hold_its_markers(results: Results) -> None:
    data = drawn(results, "emissions").data
    peaks = data[data["what"] == "peak_mt"].set_index("bundle")
    assert peaks["year"].to_dict() == {"baseline": 2040, "storage": 2033, "plan": 2026}
    assert peaks["marker"].to_dict() == {"baseline": "hollow", "storage": "full", "plan": "full"}
    levels = data[data["what"] == "level_mt"].groupby("bundle")["mean"].max()
    assert (peaks["mean"] >= levels[peaks.index] - 1e-9).all(), "a mean of peaks is not below the peak of the mean"


@pytest.mark.parametrize(("lang", "words"), [("en", "by 2030"), ("zh", "不晚于2030年")])
def test_a_peak_is_asked_by_a_year_in_words(lang: str, words: str) -> None:
    target = next(t for t in load.city("jiangmen").targets if t.key == "T06")
    assert asked(target, lang) == words


def test_a_small_interval_is_told_to_its_own_precision() -> None:
    cell = pd.Series({"unit": "%", "value": 8.0, "high": 8.0 + 0.0123, "least": 7.9, "most": 8.1})
    assert value_text(cell) == "8.000 ± 0.012"
    assert value_text(cell.replace(8.0 + 0.0123, 8.0)) == "8.0"
