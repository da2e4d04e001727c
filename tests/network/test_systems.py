"""Systems from folders and PRAS files: what is read, and every problem at once when it is wrong."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.network.pras import process_of_steps, read_pras
from dafeng.network.regional import assess
from dafeng.network.systems import read_system

TOY = Path(__file__).parent / "data" / "pras" / "toymodel.pras"


def write(folder, **tables):
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def hours(columns, *values, count=24):
    return "\n".join([f"hour,{columns}", *(",".join(map(str, (h, *values))) for h in range(count))]) + "\n"


GOOD = {
    "units": "unit,region,capacity_mw,for,mttf_h,mttr_h\nu1,A,100,0.1,,50\nu2,B,50,,450,50\nsun,B,40,,,\n",
    "load": hours("A,B", 60, 50),
    "capacity": hours("sun", 10),
    "regions": "region\nA\nB\n",
    "storage": "unit,region,charge_mw,discharge_mw,energy_mwh,efficiency\ns1,B,10,10,40,0.85\n",
    "interfaces": "from,to,forward_mw,backward_mw,for,mttr_h\nA,B,30,20,0.01,10\n",
}


def problems(found):
    return [f"{Path(p.place.file).name} {p.place.line} {p.place.key}: {p.says}" for p in found.value.problems]


def test_a_folder_is_read_with_all_its_tables(tmp_path):
    system = read_system(write(tmp_path / "mine", **GOOD))
    assert system.regions == ("A", "B")
    assert system.units.keys == ("u1", "u2")
    assert (system.units.mttf_h[0], system.units.mttr_h[1]) == (450.0, 50.0)
    assert system.firm_mw[:, 0].tolist() == [100.0, 60.0]
    assert system.stores.efficiency_in[0] == 0.85
    assert (system.interfaces.forward_mw[0, 0], system.interfaces.backward_mw[0, 0]) == (30.0, 20.0)
    assert system.lines.mttf_h[0] == pytest.approx(990.0)
    assert assess(system, Luck(1), sample_years=200).indices["eue_mwh"].value > 0.0


def test_one_region_needs_no_table_of_regions(tmp_path):
    folder = write(tmp_path / "one", units="unit,capacity_mw\na,100\n", load=hours("load_mw", 120))
    assert assess(read_system(folder), Luck(1), sample_years=2).indices["eue_mwh"].value == 24 * 20.0


def test_regions_without_their_table_are_told_to_be_one(tmp_path):
    units = "unit,region,capacity_mw\na,North,100\nb,South,30\n"
    system = read_system(write(tmp_path / "merged", units=units, load=hours("load_mw", 120)))
    assert [note.partition(",")[0] for note in system.notes] == ["regions North"]
    assert "South count as one, without limits between them: regions.csv" in system.notes[0]
    alone = read_system(write(tmp_path / "one", units=units.replace("South", "North"), load=hours("load_mw", 120)))
    assert alone.notes == ()


def test_every_problem_of_a_folder_is_told_at_once(tmp_path):
    folder = write(
        tmp_path / "bad",
        units="unit,region,capacity_mw,for,mttf_h,mttr_h,typ\nu1,A,100,1.2,,50,coal\nu2,Bee,50,,0,-5,\n"
              "u3,A,-3,0.5,900,100,gas\nu1,A,1,0.1,,,oil\n",
        load=hours("A", 60, count=23), regions="region\nA\nB\n",
        storage="unit,region,charge_mw,discharge_mw,energy_mwh,efficiency\ns1,A,10,10,40,1.5\n",
        interfaces="from,to,forward_mw\nA,B,-30\nA,A,5\nA,Z,5\n")
    with pytest.raises(InputError) as found:
        read_system(folder)
    told = problems(found)
    for part in ("units.csv 1 typ: no such column", "u1.for: is 1.2; a number from 0 to 1", "Bee'; no such region",
                 "u2.mttf_h: is 0; a number above 0", "u2.mttr_h: is -5; a number above 0",
                 "u3.capacity_mw: is -3; 0 or more", "u3.for: is 0.5; mttf_h and mttr_h say 0.1",
                 "u1.unit: stands twice", "two of for, mttf_h and mttr_h", "load.csv 0 : has 23 hours",
                 "B: region has no load", "s1.efficiency: is 1.5", "2 A-B.forward_mw: is -30",
                 "3 A-A.to: an interface joins two regions", "4 A-Z.to: is 'Z'; no such region"):
        assert any(part in line for line in told), (part, told)
    assert "did you mean 'type'?" in str(found.value)


@pytest.mark.parametrize(("table", "text", "says"), [
    ("units", "unit,region,capacity_mw,type\nu1,A,1,cole\nu2,B,1,gas\nsun,B,1,solar\n", "did you mean 'coal'?"),
    ("capacity", hours("sun", 10, count=48), "has 48 hours; load.csv has 24"),
    ("regions", "region\nA\nB\nC\n", "has no unit, no store and no interface"),
    ("load", "hour,A,B\n0,1,1\n2,1,1\n" + "".join(f"{h},1,1\n" for h in range(2, 24)), "is 2; 1 is expected"),
    ("load", hours("A,B", 60, "much"), "is 'much'; a number is expected"),
    ("units", "unit,region,capacity_mw,for,mttr_h,derated_probability\nu1,A,9,0.1,5,0.1\nu2,B,1,,,\nsun,B,1,,,\n",
     "MW that the derated state takes"),
    ("storag", "unit\ns\n", "no such table; did you mean 'storage'?"),
])
def test_a_wrong_table_says_what_would_be_right(tmp_path, table, text, says):
    with pytest.raises(InputError) as found:
        read_system(write(tmp_path / "bad", **{**GOOD, table: text}))
    assert says in str(found.value)


UNITS = "unit,region,capacity_mw,for,mttf_h,mttr_h,derated_mw,derated_probability\n"


@pytest.mark.parametrize("cells", ["0.1,,50,40,", ",,,40,", "0,,50,40,"])
def test_a_derated_state_that_says_not_how_often_is_no_unit_without_one(tmp_path, cells):
    """The MW lost beside an empty share of the time: it was passed over, and the unit gave all it has."""
    with pytest.raises(InputError) as found:
        read_system(write(tmp_path / "mine", **{**GOOD, "units": f"{UNITS}u1,A,100,{cells}\nsun,B,40,,,,,\n"}))
    assert problems(found) == ["units.csv 2 u1.derated_mw: is 40; derated_probability, the share of the time with it, "
                               "is expected beside it"]


@pytest.mark.parametrize(("cells", "key", "says"), [
    ("0.1,100,10,40,0.2", "for", "is 0.1; mttf_h and mttr_h say 0.09091 of the time that is not derated, 0.07273 of "
                                 "all with derated_probability 0.2"),
    ("0.6,,50,40,0.6", "for", "is 0.6; with derated_probability 0.6 the sum is 1.2; below 1 is expected"),
    (",100,10,40,1", "derated_probability", "is 1; with derated_probability 1 the sum is 1; below 1 is expected"),
    ("0.1,,50,140,0.1", "derated_mw", "is 140; capacity_mw 100 is the most"),
    ("0.1,,50,,0.1", "derated_mw", "is empty; the MW that the derated state takes are expected beside "
                                   "derated_probability"),
])
def test_what_is_wrong_with_a_derated_state_is_told_once_with_its_numbers(tmp_path, cells, key, says):
    with pytest.raises(InputError) as found:
        read_system(write(tmp_path / "mine", **{**GOOD, "units": f"{UNITS}u1,A,100,{cells}\nsun,B,40,,,,,\n"}))
    assert problems(found) == [f"units.csv 2 u1.{key}: {says}"]


def test_where_there_is_one_region_nobody_need_name_it(tmp_path):
    load = "hour,load_mw\n" + "".join(f"{h},60\n" for h in range(24))
    response = "mw,hours_per_event,events_per_year\n10,4,20\n"
    bare = {"units": "unit,capacity_mw\nu1,50\n", "load": load,
            "storage": "unit,charge_mw,discharge_mw,energy_mwh,efficiency\ns1,10,10,40,0.85\n"}
    system = read_system(write(tmp_path / "one", **bare, response=response))
    assert system.offers.region.tolist() == [0]
    with pytest.raises(InputError) as found:
        read_system(write(tmp_path / "two", **{**GOOD, "response": response}))
    assert problems(found) == ["response.csv 2 region: is empty; there is more than one region"]


def test_a_derated_state_of_no_megawatts_asks_for_nothing(tmp_path):
    system = read_system(write(tmp_path / "mine", **{**GOOD, "units": f"{UNITS}u1,A,100,0.1,,50,0,\nsun,B,40,,,,,\n"}))
    assert system.units.derated_rate.tolist() == [0.0]


ONE_SIDED = {**GOOD, "units": "unit,region,capacity_mw\nu1,A,200\nsun,A,40\n",
             "storage": "unit,region,charge_mw,discharge_mw,energy_mwh,efficiency\ns1,A,10,10,40,0.85\n"}


@pytest.mark.parametrize("ties", ["A,B,0,0", "A,B,0,", "A,B,0,20", "B,A,20,0", "A,B,0,0\nB,A,30,0"])
def test_a_region_that_no_tie_can_supply_is_refused(tmp_path, ties):
    folder = write(tmp_path / "mine", **{**ONE_SIDED, "interfaces": f"from,to,forward_mw,backward_mw\n{ties}\n"})
    with pytest.raises(InputError) as found:
        read_system(folder)
    assert problems(found) == ["regions.csv 3 B.region: has no supply: neither a unit nor a store, and no interface "
                               "that carries more than 0 MW to it"]


@pytest.mark.parametrize("ties", ["A,B,30,0", "A,B,30,", "B,A,0,30", "A,B,0,0\nB,A,0,5"])
def test_a_region_of_load_alone_is_fine_behind_a_tie(tmp_path, ties):
    folder = write(tmp_path / "mine", **{**ONE_SIDED, "interfaces": f"from,to,forward_mw,backward_mw\n{ties}\n"})
    assert read_system(folder).regions == ("A", "B")


@pytest.mark.parametrize("cells", [",,1e-9,1e-9", ",,100,1e-9", ",,1e300,5", ",,100,1e300", ",0.9999999999,,0.01",
                                   ",1e-9,100,"])
def test_times_that_no_machine_has_are_refused(tmp_path, cells):
    units = f"unit,capacity_mw,for,mttf_h,mttr_h\na,100{cells}\n"
    folder = write(tmp_path / "one", units=units, load=hours("load_mw", 120))
    with pytest.raises(InputError) as caught:
        read_system(folder)
    assert "0.01 to 1e+09 hours" in str(caught.value)


def test_a_column_of_wrong_cells_tells_the_first_and_how_many_more(tmp_path):
    """24 hours of A and of B, all NaN: three cells of each, and 21 more; what is right beside them stays quiet."""
    folder = write(tmp_path / "mine", **GOOD | {"load": hours("A,B", "nan", "nan")})
    with pytest.raises(InputError) as caught:
        read_system(folder)
    said = [problem for problem in problems(caught) if problem.startswith("load.csv")]
    assert len(said) == 8
    assert sum("is nan; 0 or more" in problem for problem in said) == 6
    assert sum("and 21 more such cells, up to line 25" in problem for problem in said) == 2
    write(folder, load=hours("A,B", 60, 50).replace("\n7,60", "\n7,nan"))
    with pytest.raises(InputError) as caught:
        read_system(folder)
    assert len(problems(caught)) == 1


def test_an_unknown_system_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'rts79'"):
        read_system("rts97")


# PRAS


def test_a_chain_of_steps_keeps_its_law():
    process = process_of_steps(0.03, 0.2)
    rate = 1 / process.mttf_h + 1 / process.mttr_h
    assert np.exp(-rate) == pytest.approx(1 - 0.03 - 0.2)
    assert process.forced_outage_rate == pytest.approx(0.03 / 0.23)
    assert process_of_steps(0.0, 1.0).forced_outage_rate == 0.0


def test_the_toy_model_of_pras_is_read():
    system = read_system(TOY)
    assert system.regions == ("The Region",)
    assert (system.steps, system.step_h) == (288, pytest.approx(1 / 12))
    with h5py.File(TOY) as file:
        assert system.firm_mw.sum() == pytest.approx(file["generators/capacity"][:].sum())
        assert system.load_mw.sum() == pytest.approx(file["regions/load"][:].sum())
    assert not system.starts_full


def failing_toy(folder, **changes):
    path = folder / "toy.pras"
    shutil.copy(TOY, path)
    with h5py.File(path, "r+") as file:
        for name, change in changes.items():
            change(file, name)
    return path


def test_a_failing_unit_of_a_pras_file_fails_as_often_as_it_says(tmp_path):
    """The load is all of what stands, so each step with the baseload unit out is short."""

    def often(file, _):
        file["generators/failureprobability"][:, 0] = 0.02
        file["generators/repairprobability"][:, 0] = 0.1
        file["regions/load"][:, 0] = file["generators/capacity"][:].sum(axis=1)

    found = assess(read_pras(failing_toy(tmp_path, x=often)), Luck(1), sample_years=4000).indices
    assert abs(found["lolh_h"].value - 24 / 6) < 3 * found["lolh_h"].se
    assert abs(found["lolf_hourly"].value - (287 * 0.02 * 5 / 6 + 1 / 6)) < 3 * found["lolf_hourly"].se


def test_every_problem_of_a_pras_file_is_told_at_once(tmp_path):
    def wrong(file, _):
        file.attrs["power_unit"] = np.bytes_(b"MWh")
        file["generators/failureprobability"][0, 0] = 1.5
        file["generators/capacity"][3, 1] = -7
        del file["regions/load"]
        file["regions/lod"] = np.ones((288, 1))

    with pytest.raises(InputError) as found:
        read_pras(failing_toy(tmp_path, x=wrong))
    told = problems(found)
    for part in ("power_unit: is 'MWh'", "generators.failureprobability: holds 1.5", "generators.capacity: holds -7",
                 "regions.load: table is missing"):
        assert any(part in line for line in told), (part, told)
    assert "did you mean 'lod'?" in str(found.value)


def test_what_cannot_be_sampled_in_a_pras_file_is_a_problem(tmp_path):
    def varying(file, _):
        file["generators/failureprobability"][5, 2] = 0.3

    with pytest.raises(InputError, match=r"generators\.failureprobability\.Wind  varies by the step"):
        read_pras(failing_toy(tmp_path, x=varying))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_hdf5_file_is_told_without_a_traceback(tmp_path, share):
    whole = TOY.read_bytes()
    path = tmp_path / "cut.pras"
    path.write_bytes(whole[:int(share * len(whole))])
    with pytest.raises(InputError, match=r"cut\.pras"):
        read_system(path)


def test_demand_responses_of_a_pras_file_are_refused_by_name_unless_there_are_none(tmp_path):
    def with_members(count):
        def add(file, _):
            group = file.create_group("demandresponses")
            names = [(f"dr{i}".encode(), b"", b"Region") for i in range(count)]
            group["_core"] = np.array(names, dtype=[("name", "S64"), ("category", "S64"), ("region", "S64")])
        return add

    with pytest.raises(InputError, match=r"demandresponses  5 members \(dr0, dr1, dr2, …\)"):
        read_pras(failing_toy(tmp_path, x=with_members(5)))
    assert read_pras(failing_toy(tmp_path, x=with_members(0))).regions
