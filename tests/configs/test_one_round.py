"""A wrong city says everything in one round: wrong cells do not hide wrong names, nor one file another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place, Problem
from tests.configs.test_bad_cities import added, replaced, without_column

TECHNOLOGY = "../technology"
KINDS = ("activities", "buildings", "firms", "households", "nodes", "owners", "plants", "sites", "vehicles")


def told(folder: Path, kinds: tuple[str, ...] | None = None) -> dict[tuple[str, int, str], tuple[str, str | None]]:
    with pytest.raises(InputError) as raised:
        load.city(folder, kinds)
    return {(Path(p.place.file).name, p.place.line, p.place.key): (p.says, p.nearest) for p in raised.value.problems}


def test_wrong_cells_and_wrong_names_of_several_files_come_together(folder: Path) -> None:
    for spoil in (
        replaced("city.yaml", "balanced", "balancd"),
        replaced("city.yaml", "title: Toy city\n", ""),
        replaced("city.yaml", "owners:", "ownerz:"),
        added("city.yaml", "title_zh: Again"),
        replaced("plants.csv", ",127,120,", ",127,-120,"),
        replaced("plants.csv", ",A,exact", ",AA,exact"),
        replaced("plants.csv", ",Toy,", ",Tyo,"),
        replaced("plants.csv", "gas CCGT", "gas CCTG"),
        replaced("lines.csv", "BC,B,C,220", "BC,B,CC,-220"),
        replaced("owners.csv", "001;003", "001;009"),
        replaced("owners.csv", ",0.5,", ",50,"),
        replaced(f"{TECHNOLOGY}/carbon_price_paths.csv", "central,2022,", "central,2021,"),
        replaced(f"{TECHNOLOGY}/capex_followers.csv", "coal_sub,coal_usc", "coal_sub,coal_usk"),
    ):
        spoil(folder)
    found = told(folder, KINDS)
    assert {key: close for key, (_, close) in found.items()} == {
        ("city.yaml", 37, "settings.province_scenario"): "balanced",
        ("city.yaml", 2, "title"): None,
        ("city.yaml", 8, "agents.ownerz"): "owners",
        ("city.yaml", 46, "title_zh"): None,
        ("plants.csv", 2, "001.net_mw"): None,
        ("plants.csv", 2, "001.node"): "A",
        ("plants.csv", 2, "001.county"): "Toy",
        ("plants.csv", 3, "002.technology"): "gas CCGT",
        ("lines.csv", 3, "BC.to"): "C",
        ("lines.csv", 3, "BC.kv"): None,
        ("owners.csv", 2, "toy_coal.plants"): "003",
        ("owners.csv", 2, "toy_coal.yearly_cash_in_share_of_profit"): None,
        ("carbon_price_paths.csv", 3, "central.2021"): None,
        ("capex_followers.csv", 2, "coal_sub.follows"): "coal_usc",
    }


def test_a_missing_column_does_not_hide_what_else_is_wrong_in_its_table(folder: Path) -> None:
    without_column("plants.csv", "net_mw")(folder)
    replaced("plants.csv", ",A,exact", ",N7,exact")(folder)
    assert set(told(folder)) == {("plants.csv", 1, "net_mw"), ("plants.csv", 2, "001.node")}


def test_names_of_a_table_that_cannot_be_read_whole_are_not_missed_elsewhere(folder: Path) -> None:
    replaced("nodes.csv", "B,", "B,extra,")(folder)
    replaced("owners.csv", "001;003", "001;009")(folder)
    assert {key[0] for key in told(folder)} == {"nodes.csv", "owners.csv"}


def test_a_table_without_its_names_is_not_blamed_on_those_that_use_them(folder: Path) -> None:
    without_column("nodes.csv", "id")(folder)
    assert set(told(folder)) == {("nodes.csv", 1, "id")}


def test_a_folder_that_is_not_there_is_one_problem_and_no_list_of_its_tables(folder: Path) -> None:
    replaced("city.yaml", TECHNOLOGY, "../tech")(folder)
    replaced("plants.csv", ",127,120,", ",127,-120,")(folder)
    assert set(told(folder)) == {("city.yaml", 5, "technology"), ("plants.csv", 2, "001.net_mw")}


def test_an_unknown_kind_of_agent_is_answered_with_the_nearest(folder: Path) -> None:
    replaced("city.yaml", "  vehicles:", "  vehicels:")(folder)
    assert told(folder, KINDS) == {("city.yaml", 12, "agents.vehicels"): ("no such kind of agent", "vehicles")}


def test_a_mistake_in_a_scenario_is_told_with_its_line(tmp_path: Path) -> None:
    from dafeng.configs.check import check
    from dafeng.experiments.checking import check_input

    study = tmp_path / "study.yaml"
    study.write_text(
        "title: Mine\ncity: toy3\nyears: [2020, 2023]\nbundles: [baseline]\nscenarios:\n"
        "  dear:\n    carbon_path: hihg\n  cheap: {coal_usc.capx: 3000}\n", encoding="utf-8",
    )
    for checked in (check, check_input):
        with pytest.raises(InputError) as raised:
            checked(str(study))
        found = {(p.place.line, p.place.key, p.nearest) for p in raised.value.problems}
        assert (7, "scenarios.dear.carbon_path", "high") in found
        assert (8, "scenarios.cheap.coal_usc.capx", "coal_usc.capex") in found
    assert any(place.line == 3 and place.key == "years" for place in (p.place for p in raised.value.problems))


def test_scenarios_of_a_study_whose_city_is_not_found_are_checked_as_far_as_they_can_be(tmp_path: Path) -> None:
    """Switches are the same in every city; which parameters there are is not known without one."""
    from dafeng.experiments.checking import check_input

    study = tmp_path / "study.yaml"
    study.write_text(
        "title: Mine\ncity: toyy3\nyears: [2020, 2023]\nbundles: [baseline]\nscenarios:\n"
        "  dear: {carbon_path: hihg}\n  cheap: {coal_usc.capx: 3000, province_scenari: tight}\n", encoding="utf-8",
    )
    with pytest.raises(InputError) as raised:
        check_input(str(study))
    assert [(p.place.line, p.place.key, p.nearest) for p in raised.value.problems] == [
        (2, "city", "toy3"), (6, "scenarios.dear.carbon_path", "high"),
        (7, "scenarios.cheap.province_scenari", "province_scenario"),
    ]


@pytest.mark.parametrize(
    ("spoil", "place", "close"),
    [
        (replaced("lines.csv", "220,1,", "220,0,"), ("lines.csv", 2, "AB.circuits"), None),
        (replaced("sector_base_2020.csv", "paper,paper", "papr,paper"), ("sector_county_shares.csv", 2, "paper.sector"),
         "papr"),
        (replaced("sector_base_2020.csv", "paper,paper", "paper,papr"),
         ("sector_base_2020.csv", 2, "paper.technology_sector"), "paper"),
        (replaced("electricity_2020_by_sector_county.csv", "services", "servces"),
         ("electricity_2020_by_sector_county.csv", 4, "servces.T.sector"), "services"),
        (replaced("electricity_2020_by_sector_county.csv", "construction,T,0.0005", "construction,T,0"),
         ("electricity_2020_by_sector_county.csv", 3, "construction.T.twh"), None),
        (replaced(f"{TECHNOLOGY}/industry_measures.csv", "coal_boiler_base", "coal_boiler_bas"),
         ("industry_measures.csv", 13, "coal_boiler_bas.light_industry_steam.measure"), "coal_boiler_base"),
        (replaced(f"{TECHNOLOGY}/behaviour_parameters.csv", "capex_vs_saving_weight", "capex_vs_savng_weight"),
         ("behaviour_parameters.csv", 9, "capex_vs_savng_weight.parameter"), "capex_vs_saving_weight"),
        (replaced("transport_activity_2020.csv", "road_freight_heavy", "road_freight_hevy"),
         ("transport_activity_2020.csv", 2, "road_freight_hevy.mode"), "road_freight_heavy"),
        (replaced("fleet_2020.csv", "bus_city", "bus_cty"), ("fleet_2020.csv", 4, "bus.technology_class"), "bus_city"),
        (lambda folder: (folder / f"{TECHNOLOGY}/vehicle_classes.csv").unlink(), ("city.yaml", 12, "agents.vehicles"),
         None),
        (lambda folder: (folder / f"{TECHNOLOGY}/outage_events.csv").unlink(), ("city.yaml", 2, ""), None),
    ],
)  # fmt: skip
def test_what_a_run_would_stumble_over_is_told_before(
    folder: Path, spoil: Callable[[Path], object], place: tuple[str, int, str], close: str | None
) -> None:
    spoil(folder)
    found = told(folder, KINDS)
    assert place in found, found
    assert found[place][1] == close


def test_the_names_that_are_checked_are_those_that_agents_ask_for() -> None:
    from dafeng.agents.boilers import HEATERS
    from dafeng.agents.vehicles_targets import MODES as ASKED
    from dafeng.configs.sector_checks import BOILERS, MODES

    assert set(HEATERS) == set(BOILERS)
    assert set(ASKED.values()) == set(MODES)


def test_problems_stand_by_line_in_each_file_and_files_as_they_were_met() -> None:
    """What has no line stands first; of one line, what was met first."""
    met = [("b", 9, "x"), ("a", 3, "y"), ("b", 2, "z"), ("b", 0, "v"), ("b", 2, "w"), ("a", 1, "u")]
    wrong = InputError(Problem(Place(file, line, key), "is wrong") for file, line, key in met)
    assert "".join(problem.place.key for problem in wrong.problems) == "vzwxuy"
    assert [line.split()[0] for line in str(wrong).splitlines()] == ["b:", "v", "line", "line", "line", "a:"] + 2 * [
        "line"]
