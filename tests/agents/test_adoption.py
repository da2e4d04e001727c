"""How the national share spreads: the published hindcast with its failure (V08, V09), and the path ahead."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import ndtri

from dafeng.agents.adoption import diffusion, national_path, shift_to
from dafeng.agents.adoption_cost import national_cost
from dafeng.agents.adoption_draws import normal_quantile, spread, uniform, whole
from dafeng.agents.adoption_forms import FORMS, fitted, forecast, rmse_pp
from dafeng.configs import load
from dafeng.configs.errors import Place

BETA = 0.0167
FIRST = 2011
SHARES = (0.00044, 0.00066, 0.0008, 0.00318, 0.01346, 0.01809, 0.02691, 0.04473, 0.0468, 0.05401, 0.13401, 0.25637,
          0.31551, 0.40928, 0.47936)  # fmt: skip
COSTS = (7.8, -3.0, -14.7, -45.8, -56.1, -27.4, -35.5, -6.9, -7.1, -15.5, -18.0, -9.4, -23.3, -28.4)
SHARE = {FIRST + i: share for i, share in enumerate(SHARES)}
"""Electric share of all vehicles sold in China (CAAM), nev_history.csv."""
COST = {FIRST + 1 + i: cost for i, cost in enumerate(COSTS)}
"""Generalised cost G in kCNY, nev_history.csv."""
PUBLISHED = {
    2020: {"logistic": 6.0, "bass": 10.8, "logit": 22.6, "ensemble": 14.3},
    2022: {"logistic": 13.3, "bass": 12.5, "logit": 1.6, "ensemble": 8.3},
}
"""RMSE in percentage points, nev_fit.csv: fitted to the year, tested on 2021-24 and on 2023-25."""


@pytest.mark.parametrize("last", sorted(PUBLISHED))
@pytest.mark.parametrize("form", FORMS)
def test_the_published_hindcast_errors_are_reproduced(last: int, form: str) -> None:
    tested = range(2021, 2025) if last == 2020 else range(2023, 2026)
    guess = forecast(form, fitted(SHARE, COST, last, BETA), SHARE[last], [COST[year] for year in tested])
    assert rmse_pp(guess, [SHARE[year] for year in tested]) == pytest.approx(PUBLISHED[last][form], abs=0.1)


def test_the_forecast_from_2022_is_the_published_one() -> None:
    guess = forecast("logit", fitted(SHARE, COST, 2022, BETA), SHARE[2022], [COST[year] for year in (2023, 2024, 2025)])
    assert [round(100 * share, 1) for share in guess] == [32.0, 39.0, 46.0]


def test_the_final_fit_has_the_published_parameters() -> None:
    fit = fitted(SHARE, COST, 2025, BETA)
    assert fit.alpha == pytest.approx(2.56, abs=0.02)
    assert fit.rho == pytest.approx(0.913, abs=0.001)


def test_the_logit_foresees_2021_worse_than_all_others() -> None:
    costs, seen = [COST[year] for year in range(2021, 2025)], [SHARE[year] for year in range(2021, 2025)]
    fit = fitted(SHARE, COST, 2020, BETA)
    errors = {form: rmse_pp(forecast(form, fit, SHARE[2020], costs), seen) for form in FORMS}
    assert max(errors, key=lambda form: errors[form]) == "logit"


def test_the_national_cost_path_continues_the_history_of_the_fit() -> None:
    city = load.city("toy3")
    for year in (2020, 2023, 2024):
        drive = 15.0 - city.path("ev.electric_drive_kcny").at(year)
        assert national_cost(city, year) + drive == pytest.approx(COST[year], abs=0.3)


def test_the_national_path_is_observed_to_2025_and_modelled_after() -> None:
    city = load.city("jiangmen")
    path = national_path(city, diffusion(city))
    assert path.at(2024) == 0.446
    later = [path.at(year) for year in range(2025, 2041)]
    assert all(a < b for a, b in pairwise(later))
    assert 0.65 < path.at(2030) < 0.9


def test_the_form_is_a_switch() -> None:
    city = load.city("jiangmen")
    logit = national_path(city, diffusion(city)).at(2030)
    bass_city = city.with_values({"ev_form": "bass"}, Place("test"))
    assert national_path(bass_city, diffusion(bass_city)).at(2030) != pytest.approx(logit, abs=0.01)


def test_the_shift_meets_its_mean_exactly() -> None:
    x = np.random.default_rng(1).normal(-3.0, 1.5, 5000)
    for mean in (0.001, 0.3, 0.97):
        d = shift_to(mean, x)
        assert float((1.0 / (1.0 + np.exp(-x - d))).mean()) == pytest.approx(mean, abs=1e-9)


def test_draws_are_uniform_and_belong_to_their_row() -> None:
    key = np.uint64(12345678901234567890)
    drawn = np.array([uniform(key, row) for row in range(200_000)])
    histogram = np.histogram(drawn, bins=100, range=(0, 1))[0]
    chi2 = float(((histogram - 2000.0) ** 2 / 2000.0).sum())
    assert 55.0 < chi2 < 155.0
    assert abs(float(np.corrcoef(drawn[:-1], drawn[1:])[0, 1])) < 0.01
    assert uniform(key, 77) == drawn[77]


def test_the_normal_quantile_is_scipys() -> None:
    for p in (1e-9, 1e-4, 0.02, 0.3, 0.5, 0.9, 0.99, 1 - 1e-6):
        assert normal_quantile(p) == pytest.approx(float(ndtri(p)), rel=1e-7, abs=1e-8)


def test_scattering_keeps_every_count() -> None:
    counts = np.array([7, 0, 13, 1])
    assert np.bincount(spread(np.arange(4), counts), minlength=4).tolist() == counts.tolist()
    assert whole(np.array([0.2, 0.5, 0.3]), 11).sum() == 11
