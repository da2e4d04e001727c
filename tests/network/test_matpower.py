"""Reading MATPOWER cases: what the format means, and every problem at once with its line."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from dafeng.configs.errors import InputError, Problem
from dafeng.network.case_cost import Quadratic, Segments
from dafeng.network.matpower import case_of, parallel, read_case
from dafeng.network.opf import dc_opf
from tests.network.written import SMALL


def problems(text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        case_of(text, "small.m")
    return list(caught.value.problems)


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def test_zero_means_no_rating_no_transformer_and_no_angle_limit() -> None:
    case = case_of(SMALL.replace("0  60  0  0  0  0  1  -360  360", "0  60  0  0  1.02  30  1  0  45"), "small.m")
    assert case.branches.limit_mw.tolist() == [np.inf, np.inf, 60.0]
    assert case.branches.tap.tolist() == [1.0, 1.0, 1.02]
    assert case.branches.shift_rad[2] == pytest.approx(np.pi / 6)
    assert case.branches.least_rad.tolist() == [-np.inf] * 3
    assert case.branches.most_rad.tolist() == [np.inf, np.inf, pytest.approx(np.pi / 4)]


def test_both_kinds_of_cost_are_read() -> None:
    cost = case_of(SMALL, "small.m").generators.cost
    assert cost == (Quadratic(0.0, 10.0, 0.0), Segments((0.0, 50.0, 200.0), (0.0, 1000.0, 7000.0)))
    assert cost[1].at(100.0) == pytest.approx(3000.0)


def test_shunts_count_as_load_and_generators_have_their_fuel() -> None:
    case = case_of(SMALL + "mpc.genfuel = {\n 'coal';\n 'wind; offshore';\n};\n", "small.m")
    assert case.buses.shunt_mw.tolist() == [0.0, 0.0, 10.0]
    assert case.generators.fuel == ("coal", "wind; offshore")


def test_everything_at_an_isolated_bus_is_out_of_service() -> None:
    case = case_of(SMALL.replace("3  1  90", "3  4  90"), "small.m")
    assert case.buses.is_on.tolist() == [True, True, False]
    assert case.generators.is_on.tolist() == [True, False]
    assert case.branches.is_on.tolist() == [True, False, False]


def test_parallel_circuits_stay_branches_of_their_own() -> None:
    text = SMALL.replace("\t2  3  0.01", "\t3  1  0.01")
    assert parallel(case_of(text, "small.m")) == {(1, 3): 2}


def test_matrices_may_stand_on_one_line_and_lines_may_go_on() -> None:
    lines = SMALL.replace("mpc.gen = [\n", "mpc.gen = [ ").replace("\n\t3  0  0  0", " ...\n\t3  0  0  0")
    lines = lines.replace("200  0;\n];", "200  0 ];").replace("mpc.baseMVA = 100;", "mpc.baseMVA=100")
    assert case_of(lines, "small.m").generators.most_mw.tolist() == [200.0, 200.0]


@pytest.mark.parametrize(("old", "new", "key", "says", "line"), [
    ("'2'", "'1'", "mpc.version", "'2' is expected", 2),
    ("= 100;", "= many;", "mpc.baseMVA", "is 'many'; a number", 3),
    ("2  1  50", "2  1  fifty", "mpc.bus[2].Pd", "is 'fifty'; a number", 7),
    ("2  1  50", "2  1  NaN", "mpc.bus[2].Pd", "is 'NaN'; a number", 7),
    ("2  1  50", "2  1  Inf", "mpc.bus[2].Pd", "finite", 7),
    ("2  1  50 ", "2  1", "mpc.bus[2]", "has 12 values; 13", 7),
    ("2  1  50", "2  3  50", "mpc.bus[2].type", "so is bus 1; one is expected", 7),
    ("2  1  50", "2  7  50", "mpc.bus[2].type", "is 7", 7),
    ("3  1  90", "2  1  90", "mpc.bus[3].bus_i", "a second time", 8),
    ("1  3  0 ", "1  1  0 ", "mpc.bus", "no reference bus", 0),
    ("3  0  0  0  0  1  100", "9  0  0  0  0  1  100", "mpc.gen[2].bus", "no such bus", 12),
    ("1  200  0;\n\t3", "1  200  250;\n\t3", "mpc.gen[1].Pmin", "above Pmax of 200", 11),
    ("2  0  0  3  0    10", "3  0  0  3  0    10", "mpc.gencost[1].model", "1 (piecewise linear) or 2", 15),
    ("2  0  0  3  0    10", "2  0  0  3  -1   10", "mpc.gencost[1].n", "convex", 15),
    ("2  0  0  3  0    10  0;", "2  0  0  4  1 0 10  0;", "mpc.gencost[1].n", "degree 3", 15),
    ("2  0  0  3  0    10", "2  0  0  9  0    10", "mpc.gencost[1].n", "9 numbers are announced", 15),
    ("50  1000  200  7000", "50  1000  200  2000", "mpc.gencost[2].points", "convex", 16),
    ("1  0  0  3  0  0  50  1000", "1  0  0  3  60  0  50  1000", "mpc.gencost[2].points", "do not rise", 16),
    ("1  2  0.01  0.1", "1  2  0.01  0", "mpc.branch[1].x", "other than 0", 19),
    ("1  2  0.01  0.1", "1  8  0.01  0.1", "mpc.branch[1].tbus", "no such bus", 19),
    ("1  2  0.01  0.1", "1  1  0.01  0.1", "mpc.branch[1].tbus", "where the branch begins", 19),
    ("0  60  0", "0  -60  0", "mpc.branch[3].rateA", "0 or more", 21),
    ("mpc.gen = [", "mpc.gne = [", "mpc.gne", "no such section", 10),
])  # fmt: skip
def test_one_mistake_is_told_with_its_line_and_what_is_expected(
    old: str, new: str, key: str, says: str, line: int
) -> None:
    assert old in SMALL
    found = [problem for problem in problems(SMALL.replace(old, new, 1)) if problem.place.key == key]
    assert found, problems(SMALL.replace(old, new, 1))
    assert says in found[0].says
    assert found[0].place.line == line


def test_a_misspelt_section_is_told_with_the_nearest_name() -> None:
    missing, misspelt = problems(SMALL.replace("mpc.branch", "mpc.brench"))
    assert missing.place.key == "mpc.branch"
    assert (misspelt.place.line, misspelt.nearest) == (18, "branch")


def test_a_truncated_file_is_told() -> None:
    cut = SMALL[: SMALL.index("\t2  3  0.01")]
    found = only(cut)
    assert (found.place.key, found.place.line) == ("mpc.branch", 19)
    assert "not closed" in found.says


def test_sections_that_change_the_answer_are_refused_by_name_and_others_are_passed() -> None:
    refused = only(SMALL + "mpc.dcline = [\n 1 2 1 10 10 0 0 1 1 0 20 0 0 0 0 0 0;\n];\n")
    assert refused.place.key == "mpc.dcline"
    assert "direct-current lines are not modelled" in refused.says
    case_of(SMALL + "mpc.areas = [\n 1 1;\n];\nmpc.bus_name = { 'a'; 'b'; 'c' };\n", "small.m")


def test_a_statement_that_computes_is_no_constant() -> None:
    found = only(SMALL + "mpc.bus(:, 3) = mpc.bus(:, 3) / 1000;\n")
    assert "only constants are read" in found.says


@pytest.mark.parametrize(("old", "new", "key", "line"), [
    ("= 100;", "= 100.0 / 2;", "mpc.baseMVA", 3),
    ("= 100;", "= 100; mpc.bus(2,3) = 500;", "statement", 3),
    ("];\nmpc.gen = [", "] * 2;\nmpc.gen = [", "mpc.bus", 9),
    ("];\nmpc.gen = [", "]';\nmpc.gen = [", "mpc.bus", 9),
    ("];\nmpc.gen = [", "]; mpc.bus(2,3) = 500;\nmpc.gen = [", "statement", 9),
])  # fmt: skip
def test_what_stands_after_a_constant_is_not_passed_over(old: str, new: str, key: str, line: int) -> None:
    assert old in SMALL
    found = only(SMALL.replace(old, new, 1))
    assert (found.place.key, found.place.line) == (key, line)
    assert "only constants are read" in found.says


def test_several_constants_may_stand_on_one_line() -> None:
    joined = SMALL.replace("'2';\nmpc.base", "'2'; mpc.base").replace("];\nmpc.gen = [\n", "]; mpc.gen = [ ")
    case = case_of(joined.replace("small\n", "small;", 1), "small.m")
    assert (case.base_mva, len(case.buses.number), len(case.generators.bus)) == (100.0, 3, 2)


def test_block_comments_and_a_mark_of_byte_order_are_no_statements(tmp_path: Path) -> None:
    path = tmp_path / "small.m"
    path.write_text(SMALL.replace("mpc.gen = [", "%{\nmpc.bus = [\n %{\n 1\n %}\n2 ];\n%}\nmpc.gen = ["), "utf-8-sig")
    assert len(read_case(path).buses.number) == 3


def test_a_single_bus_needs_no_branch() -> None:
    head, rest = SMALL.split("\t2  1  50", 1)
    gen = rest[rest.index("];") : rest.index("mpc.branch")].replace("\t3  0  0", "\t1  0  0")
    found = dc_opf(case_of(f"{head.replace('1  3  0 ', '1  3  60')}{gen}mpc.branch = [];\n", "one.m"))
    assert (found.objective, len(found.flow_mw)) == (pytest.approx(600.0), 0)


@pytest.mark.parametrize("n", ["2.5", "1e300", "-1e300"])
def test_the_length_of_a_cost_is_a_whole_number(n: str) -> None:
    found = only(SMALL.replace("2  0  0  3  0    10", f"2  0  0  {n}  0    10"))
    assert found.place.key == "mpc.gencost[1].n"
    assert "a whole number" in found.says
    assert len(found.says) < 80


def test_a_bad_row_has_no_other_problems_in_its_wake() -> None:
    """The reference's row cannot be read, nor that of a bus whose number is written 3.0."""
    assert only(SMALL.replace("1  3  0   0", "1  3  abc 0")).place.key == "mpc.bus[1].Pd"
    assert only(SMALL.replace("3  1  90", "3.0  1  ninety")).place.key == "mpc.bus[3].Pd"


def test_a_bad_generator_leaves_its_cost_where_it_is() -> None:
    found = only(SMALL.replace("\t3  0  0  0  0  1  100  1  200  0;", "\t3  0  0  0  0  1  100  1  many  0;"))
    assert found.place.key == "mpc.gen[2].Pmax"


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "small.m"
    path.write_text(SMALL, encoding="utf-16")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_case(path)


def test_what_cannot_be_solved_is_told_by_its_file() -> None:
    cut = SMALL[: SMALL.index("mpc.gencost")] + SMALL[SMALL.index("mpc.branch") :]
    with pytest.raises(InputError) as caught:
        dc_opf(case_of(cut, "folder/small.m"))
    assert caught.value.problems[0].place.file == "folder/small.m"


def test_all_problems_come_at_once_and_one_mistake_is_told_once() -> None:
    text = SMALL.replace("2  1  50", "2  1  fifty").replace("1  2  0.01", "1  8  zero")
    assert [problem.place.key for problem in problems(text)] == ["mpc.bus[2].Pd", "mpc.branch[1].r"]


def test_whatever_is_cut_off_or_put_in_a_case_is_solved_or_told() -> None:
    """A file may end anywhere and any word of it be any other: no other error than InputError, no warning."""
    words = [*re.finditer(r"\S+", SMALL)]
    others = ("abc", "", "-1", "NaN", "Inf", "0", "1e400", "1e-320", ";", "];", "[", "{", "'", "...", "mpc.bus = [")
    texts = [SMALL[:end] for end in range(0, len(SMALL), 7)]
    texts += [f"{SMALL[: w.start()]}{o}{SMALL[w.end() :]}" for at, w in enumerate(words) for o in others[at % 3 :: 3]]
    solved = 0
    for text in texts:
        with suppress(InputError):
            dc_opf(case_of(text, "small.m"))
            solved += 1
    assert 0 < solved < len(texts)


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_case(tmp_path / "none.m")
