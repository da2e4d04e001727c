"""Studies: their shape, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError

GOOD = """title: Mine
city: toy3
years: [2020, 2022]
bundles: [baseline, storage]
baseline: baseline
scenarios:
  low: {carbon_path: low}
  dear: {coal_sub.capex: 4000}
adequacy: {sample_years: 50, support: [province]}
hourly: [2021]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_is_read_as_written(tmp_path: Path) -> None:
    study = load.study(written(tmp_path, GOOD))
    assert (study.key, study.city, study.first_year, study.last_year) == ("mine", "toy3", 2020, 2022)
    assert (study.bundles, study.baseline) == (("baseline", "storage"), "baseline")
    assert study.scenarios == {"low": {"carbon_path": "low"}, "dear": {"coal_sub.capex": 4000}}
    assert (study.sample_years, study.support, study.hourly_years) == (50, ("province",), (2021,))
    assert (study.engine, study.replications) == ("fast", 1)


def test_what_a_study_leaves_out_has_a_default(tmp_path: Path) -> None:
    study = load.study(written(tmp_path, "title: A\ncity: toy3\nyears: [2020, 2021]\nbundles: [storage, baseline]\n"))
    assert study.baseline == "storage"
    assert study.scenarios == {"default": {}}
    assert study.support == ("province", "deliverability", "island")


def test_a_study_may_name_a_bundle_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("title: Own\nlevers: {}\n", encoding="utf-8")
    study = load.study(written(tmp_path, GOOD.replace("storage]", "own]")))
    assert load.bundle(study.bundles[1]).key == "own"


@pytest.mark.parametrize("name", load.names("studies"))
def test_every_study_of_the_package_loads(name: str) -> None:
    study = load.study(name)
    assert study.baseline in study.bundles
    assert load.city(study.city).first_year <= study.first_year


@pytest.mark.parametrize(
    ("old", "new", "line", "says", "close"),
    [
        ("city: toy3", "city: toy4", 2, "no such city", "toy3"),
        ("storage]", "storge]", 4, "no such bundle", "storage"),
        ("baseline: baseline", "baseline: basline", 5, "not among the study's bundles", "baseline"),
        ("[baseline, storage]", "[]", 4, "is empty; at least one", None),
        ("[baseline, storage]", "[baseline, baseline]", 4, "'baseline' stands twice", None),
        ("[2020, 2022]", "[2022, 2020]", 3, "in order are expected", None),
        ("[2020, 2022]", "[2020]", 3, "in order are expected", None),
        ("hourly: [2021]", "hourly: [2030]", 10, "outside the study's years", None),
        ("[province]", "[provnce]", 9, "is no view of reliability", "province"),
        ("sample_years: 50", "sample_years: 0", 9, "1 or more is expected", None),
        ("sample_years", "sample_year", 9, "no such field", "sample_years"),
        ("title: Mine", "title: Mine\nengine: fastt", 2, "is 'fastt'; one of fast, exact", "fast"),
        ("title: Mine", "title: Mine\nreplications: 1.5", 2, "a whole number is expected", None),
        ("title: Mine", "title: Mine\nseeds: 4", 2, "no such field", "seed"),
        ("4000", ".inf", 8, "a finite number or a word", None),
        ("4000", "[1]", 8, "a finite number or a word", None),
        ("{carbon_path: low}", "low", 7, "is not a mapping of parameters", None),
    ],
)
def test_a_wrong_study_names_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str, close: str | None
) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as raised:
        load.study(path)
    matching = [problem for problem in raised.value.problems if says in problem.says]
    assert matching, str(raised.value)
    assert (matching[0].place.file, matching[0].place.line) == (path.as_posix(), line)
    assert matching[0].nearest == close
