"""The report: whole, self-contained, safe and in both languages."""

from __future__ import annotations

import base64
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlparse

import pandas as pd
import pytest

from dafeng.configs.errors import InputError, ResultsError
from dafeng.experiments.compare import compare
from dafeng.experiments.figures.data import Results
from dafeng.experiments.labels import WORDS
from dafeng.experiments.report import write
from dafeng.experiments.report_overloads import _cell
from dafeng.experiments.report_tables import RELIABILITY, compared
from tests.figures.made import PROVINCIAL_MWH, make

EVIL = '<script>alert("x")</script> & <b>bold</b>'
VOID = {"meta", "br", "hr", "img", "input", "link"}
SAFE_PLACES = ("http://www.w3.org/",)
"""Names of XML namespaces: never fetched."""


class Page(HTMLParser):
    """Tags, ids and links of a page; fails on a tag that is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._note(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in {"href", "src", "xlink:href", "action", "data"}:
                self.links.append(str(value))


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, str]:
    return {lang: write(folder, lang).read_text(encoding="utf-8") for lang in ("en", "zh")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_well_formed_and_no_name_is_used_twice(pages: dict[str, str], lang: str) -> None:
    page = Page(pages[lang])
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_from_outside(pages: dict[str, str], lang: str) -> None:
    assert {urlparse(link).scheme or "#" for link in Page(pages[lang]).links} <= {"#", "data"}
    addresses = set(re.findall(r"https?://[^\"'\s<>)]+", pages[lang]))
    assert [address for address in addresses if not address.startswith(SAFE_PLACES)] == []
    assert "<script" not in pages[lang]
    assert "@import" not in pages[lang]


def test_every_figure_has_words_for_those_who_do_not_see_it(pages: dict[str, str]) -> None:
    text, page = pages["en"], Page(pages["en"])
    told = re.findall(r'<svg role="img" aria-labelledby="([\w-]+)" aria-describedby="([\w-]+)"', text)
    assert len(told) == page.tags["svg"] == page.tags["figure"] == 13
    assert {name for both in told for name in both} <= set(page.ids)


def test_every_table_has_a_caption_and_heads(pages: dict[str, str]) -> None:
    page = Page(pages["zh"])
    assert page.tags["table"] == page.tags["caption"] == page.tags["thead"]
    assert pages["zh"].count('scope="row"') > 20


def test_the_numbers_of_a_figure_can_be_taken_from_the_page(pages: dict[str, str]) -> None:
    link = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="emissions.csv"', pages["en"])
    assert link is not None
    head = base64.b64decode(link.group(1)).decode().splitlines()[0]
    assert head.startswith("what,bundle,year,mean,low,high,least,most,n,peak_first_year,")


def test_the_answer_stands_first_and_a_failed_check_is_told_beside_it(pages: dict[str, str]) -> None:
    answer = pages["en"].split("<h2")[1]
    assert "Plan-boundary CO2 is highest by 2030 in every replication under The plan (2026)" in answer
    told = "Calibration: 1 of 2 checks that are neither input nor balance lie within their tolerance."
    assert f'<li class="grave">{told}' in answer


def test_checks_show_model_statistics_error_and_verdict(pages: dict[str, str]) -> None:
    text = " ".join(Page(pages["en"]).words)
    for told in ("3.700", "3.934", "−5.9%", "±10%", "input, fitted", "hold-out", "+11.9%", "✗ no", "✓ yes"):
        assert told in text


def test_a_difference_stands_with_its_interval_and_is_strong_when_clear(pages: dict[str, str]) -> None:
    for name, change in (("System cost:", "−30"), ("Resource cost:", "−20"), ("System less resource cost:", "−10")):
        found = re.search(rf'<th scope="row">{name}[^<]*</th>.*?</tr>', pages["en"])
        assert found is not None
        assert change in found.group()
    eue = re.search(r'<th scope="row">EUE, provincial view</th>.*?</tr>', pages["en"])
    assert eue is not None
    assert "<strong>−110\u00a0±\u00a025 (100%)</strong>" in eue.group()


def test_what_comes_from_files_is_escaped(tmp_path: Path) -> None:
    page = write(make(tmp_path, hourly=(), title=EVIL)).read_text(encoding="utf-8")
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_each_scenario_has_its_own_table(tmp_path: Path) -> None:
    page = write(make(tmp_path, hourly=(), scenarios=("tight", "balanced"))).read_text(encoding="utf-8")
    answer = page.split("<h2")[1]
    assert answer.count("<table") == 4  # the headline of each, and its peak status
    assert "Scenario balanced" in answer


def test_two_reports_of_one_folder_are_the_same_bytes(folder: Path, pages: dict[str, str]) -> None:
    assert write(folder, "en").read_text(encoding="utf-8") == pages["en"]


def test_chinese_has_its_own_file_and_words(folder: Path, pages: dict[str, str]) -> None:
    assert write(folder, "zh").name == "report.zh.html"
    assert 'lang="zh-Hans"' in pages["zh"]
    assert "先说结论" in pages["zh"]


def test_left_out_figures_and_failed_runs_are_said(tmp_path: Path) -> None:
    page = write(make(tmp_path, hourly=(), done=("baseline", "plan"))).read_text(encoding="utf-8")
    assert "the study kept no hours" in page
    assert "3 runs failed and 0 are missing" in page


def test_no_finished_run_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ResultsError):
        write(make(tmp_path, hourly=(), done=()))


def test_an_unknown_language_is_told_of(folder: Path) -> None:
    with pytest.raises(InputError):
        write(folder, "fr")


def test_the_peak_status_of_each_bundle_stands_in_the_answer(pages: dict[str, str]) -> None:
    """Emissions made by hand: the baseline is highest last, the plan falls for fourteen years, the others for seven."""
    rows = re.findall(r"<tr><th scope=\"row\">([^<]+)</th>((?:<td>.*?</td>)+)</tr>", pages["en"])
    found = {name: re.sub(r"<[^>]+>", " ", cells).split() for name, cells in rows if "2026" in cells or "2040" in cells}
    assert found["The plan"][:4] == ["100%", "0%", "0%", "2026"]
    assert found["Baseline"][:4] == ["0%", "0%", "100%", "2040"]
    assert "Jiang et al. 2021" in pages["en"]
    assert "Jiang等2021" in pages["zh"]


def test_overloaded_hours_of_each_line_are_told_with_the_worst_year(pages: dict[str, str]) -> None:
    """30 hours in one of three replications of 2025."""
    row = re.search(r"<tr><th scope=\"row\">L17 [^<]+</th><td>([^<]+)</td>", pages["en"])
    assert row is not None
    assert row.group(1) == "10 (10 in 2025)"
    assert "10（2025年10）" in pages["zh"]


def test_hours_that_redispatch_relieved_are_the_last_row_of_overloads(pages: dict[str, str]) -> None:
    """60 hours in one of three replications of 2025."""
    row = re.search(r"<tr><th scope=\"row\">Relieved by redispatch</th><td>([^<]+)</td>", pages["en"])
    assert row is not None
    assert row.group(1) == "20 (20 in 2025)"


@pytest.mark.parametrize(
    ("hours", "said"),
    [({2030: 0.3, 2036: 0.1}, "–"), ({2030: 0.5}, "–"), ({2030: 0.4, 2036: 0.5}, "1"), ({2030: 0.2, 2036: 2.0},
     "2 (2 in 2036)"), ({}, "–")],
)
def test_hours_that_round_to_nothing_are_a_dash(hours: dict[int, float], said: str) -> None:
    rows = pd.DataFrame({"year": list(hours), "hours": list(hours.values())}, dtype=float)
    assert _cell(rows, "en").text == said


def test_the_provincial_margin_is_said_to_be_a_load_of_the_province(pages: dict[str, str]) -> None:
    assert "The city bears 4.3% of a provincial shortage" in pages["en"]
    assert "up to 23 MW" in pages["en"]
    assert "本市只分担全省缺口的4.3%" in pages["zh"]


def test_hours_out_of_customers_stand_with_what_they_assume(pages: dict[str, str]) -> None:
    for lang, said in (("en", "SAIFI is a lower bound"), ("zh", "SAIFI为下限")):
        section = pages[lang].split('<section id="reliability"')[1].split("</section>")[0]
        words = Page(section[section.index(">") + 1:]).words
        assert any("SAIDI" in word and "10 kV" in word for word in words)
        assert said in section.replace("\n", " ")
        at = words.index("SAIDI, without planned work" if lang == "en" else "SAIDI（不含计划停电）")
        assert any(word.startswith("3.5") for word in words[at : at + 5])
    assert "Entitlement island" in pages["en"]


def test_a_city_without_a_province_is_an_island_without_entitlements(tmp_path: Path) -> None:
    made = make(tmp_path, hourly=(), years=(2020, 2026))
    manifest = made / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"jiangmen"', '"toy3"'), encoding="utf-8")
    results = Results(made)
    assert (results.view("island", "en"), results.view("island", "zh")) == ("Island", "孤网视角")
    found = compare(results)
    assert not any("entitlement" in str(title) for title in found.levels["title"])
    for lang, said in (("en", "LOLE, island"), ("zh", "LOLE（孤网视角）")):
        heads = [row[0].text for row in compared(results, found, results.scenario, RELIABILITY, lang).rows]
        assert said in heads


def test_the_report_tells_what_rests_on_the_probabilities_of_the_states(pages: dict[str, str], tmp_path: Path) -> None:
    """Of 200 MWh a year, a tenth more in each further replication, half with a policy; LOLH is a fiftieth."""
    mean = PROVINCIAL_MWH["tight"] * 1.1
    told = f"EUE {mean:.3g} MWh/y ({mean / 2:.3g} to {1.75 * mean:.3g}), LOLH {mean / 50:.3g} h/y ({mean / 100:.3g} to"
    assert told in pages["en"]
    assert f"EUE {mean / 2:.3g} MWh/y ({mean / 4:.3g} to" in pages["en"]
    assert f"期望缺供电量{mean:.3g} MWh/年" in pages["zh"]
    assert "set by --set province_state.&lt;state&gt;." in pages["en"]
    assert all("`" not in page for page in pages.values())
    older = write(make(tmp_path, hourly=(), without=("eue_states_mwh",))).read_text(encoding="utf-8")
    assert "how probable such years" not in older


def test_a_zero_of_adequacy_has_its_bound_and_a_sum_its_years(pages: dict[str, str]) -> None:
    """The island: bounds of 5 MWh/y a year, of 21 years in each of 3 replications: 5 / 63, rounded up."""
    for lang, bound, change, span in (("en", "0, at most 0.08", "0, at most ±0.08", "MWh in 2020–2040"),
                                      ("zh", "0，至多0.08", "0，至多±0.08", "MWh，2020–2040年合计")):
        assert f"<td>{bound}</td>" in pages[lang]
        assert f"<td>{change}</td>" in pages[lang]
        assert f"<td>{span}</td>" in pages[lang]


def test_what_an_error_holds_is_said_alike_with_one_replication_and_with_several(
    pages: dict[str, str], tmp_path: Path
) -> None:
    alone = write(make(tmp_path, hourly=(), replications=1, years=(2020, 2026))).read_text(encoding="utf-8")
    assert "over 1 pairs" not in alone
    assert "sampling error of shortages" in alone
    assert "over 3 pairs" in pages["en"]
    assert "half of the 95% interval over replications, which differ in shortages alone" in pages["en"]


def test_a_unit_is_written_one_way(pages: dict[str, str]) -> None:
    for other in ("MWh/a", "MWh/year", "MWh a year", "h/year", "d/year"):
        assert other not in pages["en"]
        assert other not in "".join(english for english, _ in WORDS.values())
    assert "兆瓦时" not in pages["zh"]


def test_a_measure_that_the_study_does_not_hold_has_no_row(tmp_path: Path) -> None:
    page = write(make(tmp_path, hourly=(), years=(2020, 2026))).read_text(encoding="utf-8")
    assert "CO2 in 2030" not in page


def test_the_chinese_page_tells_targets_and_what_is_left_out_in_chinese(pages: dict[str, str]) -> None:
    """Why a target is not modelled stands in the data in English: the Chinese page says that it is not."""
    assert "not yet modelled: water leakage" in pages["en"]
    assert "not yet modelled" not in pages["zh"]
    assert "<td>未建模</td>" in pages["zh"]
    assert "no capacity credits by size" not in pages["zh"]
