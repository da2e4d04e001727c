"""Published answers, adequacy by the command line: what is told, and with which exit code."""

import json

import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.values import Estimate
from dafeng.experiments import verify as verifying
from dafeng.experiments.checks import adequacy as checks
from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status
from dafeng.experiments.verify import OFF, as_text, content, verify


def row(kind, value, tolerance, error=None):
    return {"id": "X1", "check": "c", "value": value, "error": error, "unit": "MW", "kind": kind,
            "tolerance": tolerance, "source": "s"}


@pytest.mark.parametrize(("kind", "value", "tolerance", "error", "measured", "passes"), [
    ("relative", 100.0, 0.01, None, 100.9, True), ("relative", 100.0, 0.01, None, 101.1, False),
    ("absolute", 5.0, 0.1, None, 4.95, True), ("absolute", 5.0, 0.1, None, 4.85, False),
    ("at_least", 90.0, 0.0, None, 93.0, True), ("at_least", 90.0, 0.0, None, 89.0, False),
    ("at_most", 2.0, 0.0, None, 1.0, True), ("at_most", 2.0, 0.0, None, 2.1, False),
    ("standard_errors", 10.0, 3.0, 0.3, Estimate(11.4, 0.4), True),
    ("standard_errors", 10.0, 3.0, 0.3, Estimate(11.6, 0.4), False),
    ("relative", 1.0, 0.5, None, None, False),
])
def test_a_row_passes_within_its_tolerance(kind, value, tolerance, error, measured, passes):
    found = verifying._verified(row(kind, value, tolerance, error), measured)
    assert found.passes is passes
    assert ("FAIL" in as_text([found])) is not passes
    assert content([found])["failed"] == (0 if passes else 1)
    assert kind in OFF


def test_the_exact_rows_reproduce_what_is_published_and_every_row_is_measured(monkeypatch):
    for name, few in (("SEEDS", 2), ("SEED_YEARS", 100), ("MANY_YEARS", 100), ("LAW_SEEDS", 2), ("LAW_YEARS", 50)):
        monkeypatch.setattr(checks, name, few)
    found = {row.id: row for row in verify(["adequacy"])}
    assert all(row.measured == row.measured for row in found.values())
    assert all(found[name].passes for name in ("V01", "V01a", "V01b", "V02", "V03", "V04", "V05", "V06d"))
    assert not found["V06a"].passes


def test_a_shortfall_ends_with_exit_code_4(monkeypatch, capsys):
    failing = verifying._verified(row("relative", 1.0, 0.01), 2.0)
    monkeypatch.setattr(verifying, "verify", lambda only: [failing])
    assert status(app, ["verify", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["failed"] == 1


def test_an_unknown_check_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'adequacy'"):
        verify(["adequcy"])


def test_an_unknown_row_is_told_with_all_that_there_are():
    with pytest.raises(InputError) as raised:
        verify(["V99"])
    assert "checks: adequacy, credit, dispatch, flows; rows: V01, V01a" in str(raised.value)


def test_the_beginning_of_rows_stands_for_all_of_them_and_a_row_for_itself():
    assert [row.id for row in verify(["V24"])] == ["V24a", "V24b", "V24c"]
    assert [row.id for row in verify(["V17a", "V17b"])] == ["V17a", "V17b"]
    assert [row.id for row in verify(["V01"])] == ["V01"]


def test_adequacy_gives_one_object_of_indices(capsys):
    assert status(app, ["adequacy", "rts79", "--method", "exact", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["system"], told["method"], told["converged"]) == ("rts79", "exact", True)
    assert told["indices"]["lolh_h"] == {"value": pytest.approx(9.39418, abs=1e-5), "se": 0.0}
    assert status(app, ["adequacy", "rts79", "--sample-years", "100", "--seed", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sample_years"] == 100
    assert not told["converged"]
    assert "not converged" in told["remarks"][0]
    assert told["indices"]["eue_mwh"]["se"] > 0.0


def test_equal_seeds_give_equal_answers_and_others_others(capsys):
    told = []
    for seed in ("3", "3", "4"):
        status(app, ["adequacy", "rts79", "--sample-years", "60", "--seed", seed, "--json"])
        told.append(json.loads(capsys.readouterr().out)["indices"])
    assert told[0] == told[1] != told[2]


def test_wrong_options_are_all_told_at_once(capsys):
    assert status(app, ["adequacy", "rts79", "--method", "exat", "--sample-years", "1", "--target", "0"]) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("did you mean 'exact'?", "2 or more", "a share above 0"))
