"""Options of `dafeng adequacy`: those that do not apply are refused by name, the rest do what they say."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy import adequacy_of
from dafeng.experiments.adequacy_asked import Asked
from dafeng.experiments.cli import app
from dafeng.experiments.dispatched import Dispatched, EngineStatistics
from dafeng.experiments.formats import number
from dafeng.experiments.terminal import GOES_ON, STOPPED, status
from dafeng.network.regional import yearly_mwh
from dafeng.network.regional_credit import credit_of, loaded, without
from dafeng.network.systems import read_system


@pytest.fixture
def call(capsys):
    def run(*arguments):
        code = status(app, ["adequacy", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two regions of two units each, with a store and a border, for two days."""
    folder = tmp_path / "two"
    folder.mkdir()
    rows = "".join(f"{r}{i},{r},120,coal,0.1,50\n" for r in "AB" for i in range(2))
    (folder / "units.csv").write_text("unit,region,capacity_mw,type,for,mttr_h\n" + rows)
    (folder / "load.csv").write_text("hour,A,B\n" + "".join(f"{h},150,170\n" for h in range(48)))
    (folder / "regions.csv").write_text("region\nA\nB\n")
    (folder / "interfaces.csv").write_text("from,to,forward_mw,backward_mw\nA,B,100,100\n")
    head = "unit,region,charge_mw,discharge_mw,energy_mwh,efficiency"
    (folder / "storage.csv").write_text(f"{head}\ns1,A,50,50,200,0.85\n")
    return folder


def test_what_is_for_cities_is_refused_with_a_system_all_at_once(call):
    code, out, said = call("rts79", "--set", "load_scale=1.1", "--view", "island", "--weather-years", 2, "--cv", 2,
                           "-j", 1000)
    assert (code, out) == (2, "")
    assert "load_scale=1.1  'rts79' is a system and has no parameters" in said
    options = ("--set", "--view", "--weather-years", "--cv (--target)", "--jobs")
    assert all(f"{name}: 1 problem" in said for name in options)


def test_what_is_for_systems_is_refused_with_a_city_all_at_once(call):
    code, out, said = call("toy3", "--bundle", "pln", "--year", 2050, "--method", "exact", "--load-scale", 2, "-j", 2,
                           "--credit", "x", "--antithetic", "--control-variate")
    assert (code, out) == (2, "")
    options = ("--method", "--load-scale", "--jobs", "--credit", "--antithetic", "--control-variate", "--bundle")
    assert all(f"{name}: 1 problem" in said for name in options)


def test_what_is_for_sampling_is_refused_with_convolution(call):
    code, _, said = call("rts79", "--method", "exact", "--sample-years", 5, "--cv", 0.1, "-j", 2)
    assert code == 2
    assert said.count("the exact method samples nothing") == 3


@pytest.mark.parametrize("view", ["province", "deliverability"])
def test_a_city_without_a_province_has_no_view_of_one(call, view):
    code, out, said = call("toy3", "--year", 2021, "--view", view)
    assert (code, out) == (2, "")
    assert "toy3 has no province: this view does not apply" in said


def test_the_view_that_such_a_city_has_is_said(call):
    code, out, _ = call("toy3", "--year", 2020, "--sample-years", 2)
    assert code == 0
    assert "toy3 has no province: the island view is the one it has" in out
    assert "no province" not in call("toy3", "--year", 2020, "--sample-years", 2, "--view", "island")[1]


def test_each_weather_year_is_told_and_their_mean_is_the_answer(call):
    ask = ("toy3", "--year", 2020, "--sample-years", 20, "--weather-years", 3)
    found = json.loads(call(*ask, "--json")[1])
    values = [one["eue_mwh"]["value"] for one in found["by_weather_year"]]
    assert len(values) == 3
    assert np.mean(values) == pytest.approx(found["indices"]["eue_mwh"]["value"])
    assert "weather year 3: LOLE" in call(*ask)[1]


def test_a_load_scale_is_that_of_every_load(call):
    found = json.loads(call("rts79", "--method", "exact", "--load-scale", 1.1, "--json")[1])
    assert found["indices"]["eue_mwh"]["value"] > 3 * 1176.3
    assert call("rts79", "--load-scale", 0)[0] == 2


def test_a_control_and_pairs_say_what_they_are_worth(call, two):
    _, out, _ = call(two, "--sample-years", 400, "--antithetic", "--control-variate")
    assert "antithetic pairs: worth" in out
    assert "control variate: all hours short are those of the control, whose indices are exact" in out
    plain = json.loads(call(two, "--sample-years", 400, "--json")[1])
    better = json.loads(call(two, "--sample-years", 400, "--control-variate", "--json")[1])
    assert better["indices"]["eue_mwh"]["se"] < plain["indices"]["eue_mwh"]["se"]


def test_a_control_says_its_worth_for_each_index_where_it_does_not_know_all(call, two):
    """With a border of 20 MW a region runs short where both together would not."""
    (two / "interfaces.csv").write_text("from,to,forward_mw,backward_mw\nA,B,20,20\n")
    out = call(two, "--sample-years", 400, "--control-variate")[1]
    found = re.search(r"control variate: worth more plain sample years, ([\d.]+) times for LOLH, ([\d.]+) times", out)
    assert found, out
    assert all(0.5 < float(gain) < 100.0 for gain in found.groups())


def test_a_sampled_credit_is_that_of_convolution_within_its_error():
    system = read_system("rts79")
    exactly, found = credit_of(system, {"u32"}, None), credit_of(system, {"u32"}, Luck(1), 1000)
    assert exactly.elcc_mw.se == 0.0
    assert found.elcc_mw.value == pytest.approx(exactly.elcc_mw.value, abs=3.5 * found.elcc_mw.se)
    assert 0.5 < exactly.elcc_mw.value / exactly.power_mw < 0.8


def test_a_system_without_something_keeps_the_luck_of_the_rest_and_a_credit_matches_its_energy(two):
    system = read_system(two)
    bare = without(system, {"s1", "A0"})
    assert (bare.stores.keys, bare.units.keys) == ((), ("A1", "B0", "B1"))
    found = credit_of(system, {"A0"}, Luck(1), 200)
    carried = yearly_mwh(loaded(system, found.elcc_mw.value), Luck(1), 200).mean()
    assert carried == pytest.approx(yearly_mwh(without(system, {"A0"}), Luck(1), 200).mean(), rel=0.02)


def test_a_credit_is_asked_for_by_name_or_type(call, two):
    found = json.loads(call(two, "--credit", "coal", "--sample-years", 50, "--json")[1])
    assert (found["of"], found["power_mw"]) == (["A0", "A1", "B0", "B1"], 480.0)
    assert "ELCC of s1" in call(two, "--credit", "s1", "--sample-years", 50)[1]
    code, _, said = call(two, "--credit", "s11")
    assert code == 2
    told = "s11  no such unit, store or type in two; names close to it: s1, B1, A1; types: coal; did you mean 's1'?"
    assert told in said


def test_loads_and_capacities_beyond_all_reason_are_told_with_their_line(call, two):
    path = two / "load.csv"
    path.write_text(path.read_text().replace("\n7,150,", "\n7,1e300,"))
    units = two / "units.csv"
    units.write_text(units.read_text().replace("A1,A,120", "A1,A,1e8"))
    code, _, said = call(two)
    assert code == 2
    assert "line 9: A  is 1e+300; 0 or more, up to 10,000,000 MW, is expected" in said
    assert "line 3: A1.capacity_mw  is 1e+08" in said


def test_a_rate_out_of_its_range_is_one_problem(two):
    path = two / "units.csv"
    path.write_text(path.read_text().replace("A0,A,120,coal,0.1,50", "A0,A,120,coal,1.2,0"))
    with pytest.raises(InputError) as wrong:
        read_system(two)
    assert [problem.place.key for problem in wrong.value.problems] == ["A0.for", "A0.mttr_h"]


def test_a_missing_table_is_not_taken_for_one_of_another_name(two, tmp_path):
    (two / "units.csv").unlink()
    with pytest.raises(InputError) as wrong:
        read_system(two)
    assert "did you mean" not in str(wrong.value)
    (two / "unit.csv").write_text("")
    with pytest.raises(InputError, match=r"did you mean 'unit.csv'"):
        read_system(two)


def test_a_load_of_regions_says_that_regions_are_to_be_listed(two):
    (two / "regions.csv").unlink()
    with pytest.raises(InputError) as wrong:
        read_system(two)
    assert "regions.csv" in str(wrong.value)
    assert "is needed: load.csv has columns A, B" in str(wrong.value)


def test_a_missing_count_of_steps_is_told_once(tmp_path):
    import h5py

    path = tmp_path / "a.pras"
    with h5py.File(path, "w") as file:
        file.attrs.update({"pras_dataversion": "v0.7.0", "timestep_length": 1, "timestep_unit": "h", "power_unit": "MW",
                           "energy_unit": "MWh"})
        regions, units = file.create_group("regions"), file.create_group("generators")
        regions["_core"] = np.array([(b"R",)], dtype=[("name", "S8")])
        units["_core"] = np.array([(b"g", b"c", b"R")], dtype=[("name", "S8"), ("category", "S8"), ("region", "S8")])
        regions["load"] = np.full((24, 1), 10.0)
        for name, value in (("capacity", 12.0), ("failureprobability", 0.1), ("repairprobability", 0.5)):
            units[name] = np.full((24, 1), value)
    with pytest.raises(InputError) as wrong:
        read_system(path)
    assert [problem.place.key for problem in wrong.value.problems] == ["timestep_count"]
    with h5py.File(path, "a") as file:
        file.attrs["timestep_count"] = 24
        file["regions/load"][3, 0] = 1e300
    with pytest.raises(InputError, match=r"regions.load  holds 1e\+300 MW"):
        read_system(path)


def test_numbers_that_are_dust_or_unknown_can_be_told():
    assert number(-1e-16, 1.4e-15) == "0"
    assert str(Estimate(-0.0004, 0.01)) == "0.000 ± 0.010"
    assert str(Estimate(2.0, float("nan"))) == "2 ± unknown"


def test_a_stop_promises_no_more_than_the_command_keeps(capsys):
    def stopped(**_):
        raise KeyboardInterrupt

    for command, says in (("adequacy", STOPPED), ("study", GOES_ON)):
        assert status(stopped, [command]) == 130
        assert capsys.readouterr().err.strip() == says


def test_a_folder_wanted_and_a_file_given_is_told(tmp_path):
    (tmp_path / "afile").write_text("")
    answer = Dispatched("one", 1.0, "EUR", "optimal", 1, {}, 0.0, 0.0, 0, {}, EngineStatistics("fast", 0, 0, 0.0, 0.0))
    with pytest.raises(InputError, match="is a file; a folder is wanted"):
        answer.write(tmp_path / "afile")


@pytest.mark.parametrize(("options", "says"), [
    (["--method", "exact", "--seed", 3], "--seed: 1 problem\n  3  is for sampling"),
    (["--method", "exact", "--antithetic"], "--antithetic: 1 problem\n  given  is for sampling"),
    (["--credit", "A0", "--control-variate"], "--control-variate: 1 problem\n  given  is not for --credit"),
    (["--bundle", ""], "--bundle: 1 problem\n  given  "),
])
def test_an_option_that_would_do_nothing_is_refused_as_given(call, two, options, says):
    code, _, err = call(two, *options)
    assert code == 2
    assert says in err


def test_a_name_asked_for_twice_or_borne_by_a_unit_and_a_store_is_refused(call, two):
    code, out, err = call(two, "--credit", "A0,A0,s11")
    assert (code, out) == (2, "")
    assert "A0  is named twice" in err
    assert "s11  no such unit" in err
    path = two / "storage.csv"
    path.write_text(path.read_text().replace("s1,A", "B1,A"))
    code, out, err = call(two, "--credit", "A0,B1")
    assert (code, out) == (2, "")
    assert "B1  is the name of more than one unit or store" in err


def test_a_system_short_every_hour_has_no_more_days_than_the_calendar(call, tmp_path):
    units = "".join(f"u{i},10,0.1,9\n" for i in range(9))
    (tmp_path / "units.csv").write_text("unit,capacity_mw,for,mttr_h\n" + units)
    (tmp_path / "load.csv").write_text("hour,load_mw\n" + "".join(f"{h},{60 + h % 24}\n" for h in range(240)))
    for scale in (1.0, 1.2, 2.0):
        found = json.loads(call(tmp_path, "--method", "exact", "--load-scale", scale, "--json")[1])["indices"]
        assert found["lole_peak_d"]["value"] <= found["lole_most_d"]["value"] <= 10.0
    assert found["lole_most_d"]["value"] == pytest.approx(10.0)


def test_the_help_of_a_system_names_cities(call):
    assert "city" in call("--help")[1].partition("SYSTEM")[2].partition("--sample-years")[0]


def test_a_wrong_name_for_a_credit_is_told_with_names_and_types(call, two):
    code, _, err = call(two, "--credit", "U400")
    assert code == 2
    assert "names close to it: " in err
    assert "types: coal" in err


def with_hours(folder: Path, highest_mw: float) -> None:
    """A sun of 100 MW whose highest hour is so many MW, beside what is there; and a wind without hours."""
    units = (folder / "units.csv").read_text()
    (folder / "units.csv").write_text(units + "sun,A,100,solar,,\nbreeze,B,30,wind,,\n")
    (folder / "capacity.csv").write_text("hour,sun\n" + "".join(
        f"{hour},{highest_mw if hour % 24 == 12 else 0}\n" for hour in range(48)))


def test_a_credit_is_told_of_the_nameplate_and_not_of_the_highest_hour(call, two):
    with_hours(two, 80.0)
    found = json.loads(call(two, "--credit", "sun", "--sample-years", 50, "--json")[1])
    assert found["power_mw"] == 100.0
    assert any("flat capacity" in remark and "breeze" in remark for remark in found["remarks"])
    out = call(two, "--sample-years", 50)[1]
    assert "solar or wind without a column of capacity.csv counts as flat capacity, there in every hour: breeze" in out


def test_hours_above_the_nameplate_are_refused(call, two):
    with_hours(two, 120.0)
    code, _, said = call(two, "--credit", "sun", "--sample-years", 50)
    assert code == 2
    assert "line 14: sun  is 120 MW; capacity_mw of units.csv, which no hour may exceed, is 100" in said


def test_lines_of_regions_have_units_and_what_is_not_told_says_so(call, two):
    out = call(two, "--sample-years", 50)[1]
    assert re.search(r"region A: LOLH .* h/horizon, EUE .* MWh/horizon", out)
    assert "in continuous time it is known of one region's steady units (several regions, stores)" in out


def test_the_largest_event_seen_has_no_standard_error(call):
    worst = json.loads(call("rts79", "--sample-years", 20, "--json")[1])["indices"]["worst_event_mwh"]
    assert worst["value"] > 0.0
    assert worst["se"] is None


def test_means_of_events_that_never_were_are_none(call, tmp_path):
    (tmp_path / "units.csv").write_text("unit,capacity_mw,for,mttr_h\na,100,0.01,20\nb,100,0.01,20\n")
    (tmp_path / "load.csv").write_text("hour,load_mw\n" + "".join(f"{hour},1\n" for hour in range(48)))
    out = call(tmp_path, "--sample-years", 20)[1]
    assert re.search(r"mean duration +none", out)
    assert re.search(r"mean depth +none", out)
    assert "one machine's own MW for its own mean repair" in out
    said = json.loads(call(tmp_path, "--sample-years", 20, "--json")[1])["indices"]
    assert said["duration_h"]["value"] is None
    assert said["eue_mwh"]["value"] == 0.0 < said["eue_mwh"]["se"]


def test_a_tail_of_fewer_than_two_sample_years_is_told_without_an_error():
    told = adequacy_of(Asked(system="rts79", sample_years=20), 1)
    assert told.content()["indices"]["cvar95_mwh"]["se"] is None
    line = next(line for line in told.text().splitlines() if "CVaR95" in line)
    assert "±" not in line
    assert any("CVaR95 has no error" in remark for remark in told.remarks)
