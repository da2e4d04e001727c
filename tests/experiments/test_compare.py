"""Comparisons: paired statistics against answers worked out by hand, and their forms."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dafeng.configs.errors import InputError, ResultsError
from dafeng.experiments.compare import PEAKED, Comparison, compare
from dafeng.experiments.compare_accounts import leakage, with_accounts
from dafeng.experiments.formats import TABLES, _change, is_whole, number, rendered, write_workbook
from dafeng.experiments.paired import interval, paired, ratio
from dafeng.experiments.report_tables import _change as change_in_report
from dafeng.experiments.require import parse, verdicts
from dafeng.experiments.results import Results
from dafeng.experiments.study import run_study
from dafeng.experiments.targets import targets_table
from tests.experiments.fake import Fake, toy_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("compare")
    study = toy_study(replications=4, bundles=("baseline", "demand_response", "storage"))
    run_study(study, out=place / "r", workers=1, runner=Fake(str(place / "log")))
    return place / "r"


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Comparison:
    return compare(Results(folder), with_targets=True)


def row(table: pd.DataFrame, bundle: str, measure: str) -> pd.Series:
    return table[(table["bundle"] == bundle) & (table["measure"] == measure)].iloc[0]


def test_a_paired_interval_is_the_one_worked_out_by_hand() -> None:
    # differences -1, -2, -3, -2: mean -2, s = sqrt(2/3), t(0.975, 3) = 3.1824, half = 3.1824 * 0.8165 / 2
    found = paired(np.array([9.0, 8.0, 7.0, 8.0]), np.array([10.0, 10.0, 10.0, 10.0]))
    assert found.mean == -2.0
    assert found.half == pytest.approx(3.182446 * sqrt(2 / 3) / 2, rel=1e-6)
    assert (found.same_sign, found.n) == (1.0, 4)


def test_the_share_of_replications_with_the_same_sign_counts_those_of_the_mean() -> None:
    assert interval(np.array([-1.0, -2.0, -3.0, 0.5])).same_sign == 0.75


def test_one_replication_has_only_its_sampling_error() -> None:
    alone = paired(np.array([0.5]), np.array([0.3]), 0.03, 0.04)
    assert alone.half == pytest.approx(1.959964 * 0.05, rel=1e-6)
    assert isnan(paired(np.array([0.5]), np.array([0.3])).half)


def test_values_that_are_not_known_are_not_counted() -> None:
    assert interval(np.array([1.0, np.nan, 3.0])).n == 2
    assert isnan(interval(np.array([np.nan])).mean)


def test_a_student_interval_holds_the_true_mean_in_95_of_100_samples() -> None:
    draws = np.random.Generator(np.random.PCG64(1)).normal(5.0, 2.0, (2000, 6))
    held = sum(found.low <= 5.0 <= found.high for found in map(interval, draws))
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_a_ratio_over_something_not_clear_of_zero_is_not_defined() -> None:
    assert isnan(ratio(np.array([1.0, 1.0, 1.0]), np.array([1.0, -1.0, 0.1])).mean)
    assert isnan(ratio(np.array([0.0]), np.array([0.0])).mean)


def test_pairs_share_their_chance_so_the_policy_is_seen_exactly(comparison: Comparison) -> None:
    # the stand-in's weather differs by replication but not by bundle; a bundle saves 1 or 2 Mt in each of 3 years
    for bundle, saved in (("demand_response", -3.0), ("storage", -6.0)):
        found = row(comparison.differences, bundle, "co2_cum_mt")
        assert found["mean"] == pytest.approx(saved)
        assert found["high"] - found["low"] == pytest.approx(0.0, abs=1e-9)
        assert (found["same_sign"], found["n"]) == (1.0, 4)
    level = row(comparison.levels, "baseline", "co2_cum_mt")
    assert level["high"] - level["low"] > 0.1


def test_leakage_is_what_the_rest_of_the_province_emits_more_of_what_the_territory_saves(
    comparison: Comparison,
) -> None:
    # the stand-in's territory saves 2 t for each tonne that the system saves: half leaks, 6 Mt in 3 years of 2 Mt
    assert row(comparison.differences, "storage", "leakage")["mean"] == pytest.approx(0.5)
    assert row(comparison.differences, "storage", "elsewhere_cum_mt")["mean"] == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("territory", "system", "share"),
    [([-4.0, -4.2, -3.8], [-2.0, -2.1, -1.9], 0.5), ([-4.0], [-1.0], 0.75),
     ([-1.0, -1.1, -0.9], [-6.0, -6.1, -5.9], None),  # both save: nothing leaks
     ([2.0, 2.1, 1.9], [3.0, 3.1, 2.9], None),  # the territory saves nothing
     ([-1.0, 3.0, -2.5], [1.0, 4.0, 1.5], None)],  # not clear of zero
)
def test_leakage_is_told_only_where_something_leaks(
    territory: list[float], system: list[float], share: float | None
) -> None:
    zero = pd.DataFrame({"system_cum_mt": 0.0, "territorial_cum_mt": 0.0}, index=range(len(system)))
    found = leakage(pd.DataFrame({"system_cum_mt": system, "territorial_cum_mt": territory}), zero).mean
    assert isnan(found) if share is None else found == pytest.approx(share)


def test_accounts_are_summed_over_a_runs_years() -> None:
    """Two years of 3 and 4 bn; split rows are not added to their total."""
    plain = {"county": "all", "sector": "all", "fuel": "all", "basis": "all"}
    rows = pd.DataFrame([
        {"run": "a", "variable": "resource_cost_cny", "technology": kind, "value": cny, **plain}
        for cny in (3e9, 4e9) for kind in ("all", "pool")
    ])
    runs = pd.DataFrame({"run": ["a", "b"], "system_cum_mt": [9.0, 9.0], "territorial_cum_mt": [4.0, 5.0]})
    found = with_accounts(runs, rows)
    assert found["resource_bn_cny"][0] == 7.0
    assert isnan(found["resource_bn_cny"][1])
    assert found["elsewhere_cum_mt"].tolist() == [5.0, 4.0]
    assert "fuel_tax_bn_cny" not in found


def test_peak_years_that_may_lie_beyond_the_last_year_have_no_difference(comparison: Comparison) -> None:
    assert row(comparison.differences, "storage", "peak_year")["n"] == 0
    assert any("storage 4 of 4 runs" in note for note in comparison.notes)


def test_other_views_of_reliability_stand_beside_the_provincial_one(comparison: Comparison) -> None:
    assert row(comparison.levels, "baseline", "lole_d.deliverability")["mean"] == pytest.approx(0.3)
    assert row(comparison.levels, "baseline", "lole_d")["title"] == "LOLE, provincial view"


def test_another_baseline_turns_the_sign(folder: Path, comparison: Comparison) -> None:
    turned = compare(Results(folder), "storage")
    assert row(turned.differences, "baseline", "co2_cum_mt")["mean"] == pytest.approx(6.0)


def test_a_bundle_that_is_not_there_is_told_with_the_nearest(folder: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'storage'"):
        compare(Results(folder), "storge")


def test_failed_runs_leave_their_pairs_out_and_say_so(tmp_path: Path) -> None:
    study = toy_study(replications=3)
    run_study(study, out=tmp_path / "r", workers=1, runner=Fake(str(tmp_path / "log"), fails=("baseline/1",)))
    found = compare(Results(tmp_path / "r"))
    assert row(found.differences, "demand_response", "co2_cum_mt")["n"] == 2
    assert found.notes[0].startswith("1 runs failed")


def test_targets_give_the_share_of_replications_that_meet_them(comparison: Comparison) -> None:
    table = comparison.targets
    assert table is not None
    assert table["bundle"].tolist() == ["baseline", "demand_response", "storage"]
    assert table[["value", "met", "n"]].to_numpy().tolist() == [[36.0, 1.0, 4.0]] * 3


@pytest.mark.parametrize("form", [*TABLES, "csv"])
def test_every_form_holds_the_headline_numbers(comparison: Comparison, form: str) -> None:
    said = rendered(comparison, form)
    assert "Cumulative" in said
    assert "-6.0" in said
    assert "targets" in said.lower() or form == "csv"


def test_targets_met_are_counted_in_whole_numbers(comparison: Comparison) -> None:
    line = next(line for line in rendered(comparison, "text").splitlines() if line.startswith("Targets met"))
    assert line.split()[3] == "1"


def test_latex_escapes_what_it_must(comparison: Comparison) -> None:
    said = rendered(comparison, "tex")
    assert "demand\\_response" in said
    assert said.count("\\begin{tabular}") == said.count("\\end{tabular}") == 3


def test_the_workbook_opens_with_a_sheet_a_scenario(comparison: Comparison, tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(write_workbook(comparison, tmp_path / "tables" / "comparison.xlsx")) as book:
        sheets = book.read("xl/workbook.xml").decode()
    assert "table 1" in sheets
    assert "all numbers" in sheets


@pytest.mark.parametrize(
    ("value", "half", "said"),
    [(-12.345, 0.678, "-12.35 ± 0.68"), (1234.5, 100.0, "1234 ± 100"), (0.00123, 0.0, "0.001230"), (0.0, 0.0, "0")],
)
def test_a_number_is_told_to_the_precision_of_its_interval(value: float, half: float, said: str) -> None:
    assert number(value, half) == said


@pytest.mark.parametrize(
    ("text", "kept"),
    [("co2_cum_mt<0", True), ("co2_cum_mt<-4", False), ("storage:co2_cum_mt<-4", True), ("cost_bn_cny>=1", False),
     ("leakage<=0.6", True)],
)
def test_a_requirement_is_kept_or_broken_by_the_whole_interval(comparison: Comparison, text: str, kept: bool) -> None:
    told, unmet = verdicts([parse(text, comparison)], comparison)
    assert (unmet == []) == kept
    assert all(line.startswith(f"kept: {text} by ") and "95 % interval" in line for line in told)
    assert len(told) + len(unmet) == (1 if ":" in text else 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [("co2_cum<0", "did you mean 'co2_cum_mt'"), ("co2_cum_mt", "is no requirement"),
     ("co2_cum_mt<e", "is no finite number"), ("co2_cum_mt<1e999", "is no finite number"),
     ("storge:co2_cum_mt<0", "did you mean 'storage'")],
)
def test_a_requirement_that_means_nothing_is_told(comparison: Comparison, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse(text, comparison)


def test_folders_that_are_not_results_are_told_apart(tmp_path: Path, folder: Path) -> None:
    for make, says in (
        (lambda: None, "no such results folder"),
        (lambda: tmp_path.joinpath("x").mkdir(), r"is not a results folder \(manifest.json is missing\)"),
        (lambda: (tmp_path / "x" / "manifest.json").write_text("{"), "is damaged"),
        (lambda: (tmp_path / "x" / "manifest.json").write_text("{}"), "was not written by this program"),
        (lambda: (tmp_path / "x" / "manifest.json").write_text('{"program": "dafeng", "format": 99}'), "has format 99"),
    ):
        make()
        with pytest.raises(ResultsError, match=says):
            Results(tmp_path / "x")


def test_a_damaged_foreign_or_changed_table_is_told_with_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run_study(toy_study(), out=folder, workers=1, runner=Fake(str(tmp_path / "log")))
    path, whole = folder / "summary.parquet", (folder / "summary.parquet").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ResultsError, match=r"summary\.parquet: is damaged"):
        _ = Results(folder).summary
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(ResultsError, match="column 'run' is missing"):
        _ = Results(folder).summary
    pd.read_parquet(folder / "runs.parquet").to_parquet(folder / "runs.parquet")
    with pytest.raises(ResultsError, match="has changed since the study wrote it"):
        _ = Results(folder).runs
    path.unlink()
    with pytest.raises(ResultsError, match="is missing"):
        _ = Results(folder).summary
    assert run_study(toy_study(), out=folder, workers=1, runner=Fake(str(tmp_path / "log"))).cached == 4
    assert path.read_bytes() == whole


def test_a_folder_of_something_else_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultsError, match="choose another --out"):
        run_study(toy_study(), out=tmp_path, workers=1, runner=Fake(str(tmp_path / "log")))
    other = tmp_path / "r"
    run_study(toy_study(), out=other, workers=1, runner=Fake(str(tmp_path / "log")))
    with pytest.raises(ResultsError, match="holds the results of 'toy', not of 'mine'"):
        run_study(toy_study(key="mine"), out=other, workers=1, runner=Fake(str(tmp_path / "log")))


def test_a_deadline_is_worded_as_one_and_values_have_intervals(comparison: Comparison) -> None:
    table = comparison.targets
    assert table is not None
    spread = table.assign(unit="year", asked="<= 2030", year=2040, least=2024.0, most=2031.0)
    said = rendered(replace(comparison, targets=spread), "text")
    assert "by 2030" in said
    assert "2024–2031 (100%)" in said
    assert "year in 2040" not in said
    shown = rendered(replace(comparison, targets=table.assign(value=1.902, half=1.1)), "text")
    assert "1.9 ± 1.1 (100%)" in shown


def test_the_interval_of_a_target_is_that_of_its_replications(folder: Path) -> None:
    results = Results(folder)
    rows = results.outcomes
    is_mine = rows["variable"].str.startswith("target.")
    results.__dict__["outcomes"] = rows.assign(value=rows["value"].where(~is_mine, rows["replication"].astype(float)))
    table = targets_table(results).iloc[0]
    expected = interval(np.arange(4.0))
    assert (table["value"], table["half"]) == pytest.approx((expected.mean, expected.half))
    assert (table["least"], table["most"]) == (0.0, 3.0)


def test_the_share_of_runs_that_peaked_is_whole_percent() -> None:
    level = {"unit": "%", "measure": PEAKED.key}
    assert number(25.0, float("nan"), is_year=is_whole(level)) == "25"
    assert number(-100.0 / 3.0, float("nan"), is_year=is_whole(level), signed=True) == "-33"


def test_no_difference_is_a_plain_zero_without_a_count() -> None:
    row = {"mean": 0.0, "high": float("nan"), "unit": "MWh/y", "measure": "eue_mwh.deliverability", "same_sign": 1.0}
    assert _change({**row, "n": 1}) == "0"
    assert _change({**row, "mean": 2.0, "n": 1}) == "+2.000 (1)"
    assert _change({**row, "mean": 0.0, "high": 0.5, "n": 4}) == "0.00 ± 0.50 (4)"


def test_a_difference_that_is_rounding_is_zero_in_tables_and_report_and_a_zero_has_no_sign() -> None:
    row = {"unit": "1/y", "measure": "saifi", "same_sign": 0.5, "n": 2, "bound": float("nan")}
    dust = {**row, "mean": -1.4e-10, "low": -2.9e-10, "high": 0.1e-10}
    tiny = {**row, "mean": -1.4e-8, "low": -3.614e-6, "high": 3.586e-6}
    level = {"mean": 0.56}
    assert _change(dust, level) == change_in_report(dust, level, "en").text == "0"
    assert _change(tiny, level) == "0.0000000 ± 0.0000036 (2)"
    assert change_in_report(tiny, level, "en").text == "0.0000000\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.0000036"
    assert _change({**row, "mean": -2e-6, "low": -4e-6, "high": 0.0}, level) == "-0.0000020 ± 0.0000020 50% (2)"
    assert number(-1e-9) == "0.000000"


def test_a_zero_of_adequacy_is_told_with_the_bound_of_all_sample_years(folder: Path) -> None:
    """Bounds of 0.04 d a year: of three years in four replications 0.04 / 12; a bundle that saw something has none."""
    results = Results(folder)
    rows = results.outcomes
    is_lole = (rows["variable"] == "lole_d") & (rows["bundle"] != "storage")
    results.outcomes = rows.assign(value=np.where(is_lole, 0.0, rows["value"]))
    results.summary = results.summary.assign(lole_d=np.where(results.summary["bundle"] == "storage", 0.3, 0.0))
    found = compare(results)
    for measure in ("lole_d", "lole_d.deliverability"):
        assert row(found.levels, "baseline", measure)["bound"] == pytest.approx(0.04 / 12)
        assert row(found.differences, "demand_response", measure)["bound"] == pytest.approx(0.04 / 12)
        assert isnan(row(found.differences, "storage", measure)["bound"])
    text = rendered(found, "text")
    assert "0, at most 0.0034" in text
    assert "0, at most ±0.0034" in text
    assert any(note.startswith("0, at most: no shortage was seen") for note in found.notes)
    assert not any(note.startswith("0, at most") for note in compare(Results(folder)).notes)


def test_equal_values_on_the_same_draws_differ_by_nothing() -> None:
    """Sampling errors of 14 ± 20 twice are those of the same sample years, not of two."""
    assert isnan(paired(np.array([14.0]), np.array([14.0]), 20.0, 20.0).half)
    assert paired(np.array([14.0]), np.array([15.0]), 20.0, 20.0).half > 50.0


def test_sums_over_years_say_over_which(comparison: Comparison) -> None:
    assert row(comparison.levels, "baseline", "unserved_mwh")["span"] == "2020-2022"
    assert row(comparison.levels, "baseline", "eue_mwh")["span"] == ""
    text = rendered(comparison, "md")
    for unit in ("| MWh in 2020-2022 |", "| bn CNY in 2020-2022 |", "| GWh in 2020-2022 |", "| MWh/y |"):
        assert unit in text


def test_rows_of_the_provincial_view_are_left_out_where_it_was_not_assessed(folder: Path) -> None:
    results = Results(folder)
    rows = results.outcomes
    results.outcomes = rows.assign(basis=rows["basis"].replace("province", "island"))
    results.summary = results.summary.assign(eue_mwh=np.nan, lole_d=np.nan, margin_mw=np.nan)
    measures = set(compare(results).levels["measure"])
    assert not measures & {"eue_mwh", "lole_d", "margin_mw"}
    assert "lole_d.island" in measures


def test_hours_out_of_customers_are_compared_and_their_assumptions_noted(folder: Path) -> None:
    """0.5 h of shortage in the baseline and 0.1 h elsewhere, 3 h of faults in all; counties are not added."""
    results = Results(folder)
    rows = results.outcomes[results.outcomes["basis"] == "deliverability"]
    rows = rows.assign(basis="all", variable="saidi_h", unit="h/y", se=0.2)
    short = np.where(rows["bundle"] == "baseline", 0.5, 0.1)
    parts = [rows.assign(value=3.0 + short), rows.assign(value=short, technology="bulk"),
             rows.assign(value=99.0, county="a"), rows.assign(value=3.0, technology="storm")]
    results.outcomes = pd.concat([results.outcomes, *parts])
    found = compare(results)
    assert row(found.levels, "baseline", "saidi_h")["mean"] == pytest.approx(3.5)
    assert row(found.differences, "storage", "saidi_h.bulk")["mean"] == pytest.approx(-0.4)
    assert any("planned work is left out" in note for note in found.notes)
    assert not any("SAIDI" in note for note in compare(Results(folder)).notes)
