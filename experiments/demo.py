"""A first look in seconds: the study `demo` and its first figure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng.configs.errors import ResultsError
from dafeng.experiments.expand import expand
from dafeng.experiments.progress import Watcher
from dafeng.experiments.study import Finished, default_folder, run_study

STUDY = "demo"
FIGURE = "emissions"
KILO = 1000.0
LOOK = "first_look"
LOOK_FIGURE = "stress_week"
UNCOMPILED = {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore::RuntimeWarning"}
"""Kernels run as plain Python, in which wrapping integers warn."""


@dataclass(frozen=True)
class Shown:
    """What the demo made."""

    finished: Finished
    figures: tuple[Path, ...]
    said: tuple[str, ...] = ()
    """What was found, and what to type next."""


def demo(
    out: Path | None = None, workers: int | None = None, lang: str = "en", watcher: Watcher | None = None
) -> Shown:
    """Run the small study that comes with the package and draw one figure from it."""
    from dafeng.configs import load

    finished = run_study(load.study(STUDY), out=out, workers=workers, watcher=watcher, command="dafeng demo")
    if finished.failed:
        return Shown(finished, ())
    from dafeng.experiments.figures.base import draw

    figures = tuple(draw(finished.folder, FIGURE, lang, ("svg",)))
    return Shown(finished, figures, told(finished.folder, lang))


def first_look(out: Path | None, lang: str) -> tuple[Path, ...]:
    """A figure of the toy city where nothing is compiled yet, so that one is there before the compiler is done.

    Its run is interpreted, in processes of its own; nothing where compiled kernels lie in the cache already.
    """
    from dafeng.network.compiled import is_warm

    if is_warm():
        return ()
    place = out or default_folder(expand(STUDY))
    folder = place.with_name(f"{place.name}-{LOOK}")
    command = [sys.executable, "-m", "dafeng", "study", LOOK, "--out", str(folder), "--quiet"]
    done = subprocess.run(command, env={**os.environ, **UNCOMPILED}, capture_output=True, text=True)
    if done.returncode:
        raise ResultsError(f"{folder}: the first look failed: {done.stderr.strip()}")
    from dafeng.experiments.figures.base import draw

    return tuple(draw(folder, LOOK_FIGURE, lang, ("svg",)))


def told(folder: Path, lang: str) -> tuple[str, ...]:
    """A sentence of what the second bundle changed, from the runs' own numbers, and the next commands."""
    from dafeng.experiments.labels import say
    from dafeng.experiments.results import Results

    results = Results(folder)
    runs = results.summary.groupby("bundle").mean(numeric_only=True).to_dict("index")
    base, other = results.bundles[0], results.bundles[-1]
    mine, theirs = runs[other], runs[base]
    first, last = results.manifest["years"]
    found = say(
        "demo.found", lang, first=first, last=last, bundle=_title(results.manifest, other, lang),
        base=_title(results.manifest, base, lang), level=f"{theirs['co2_cum_mt']:.1f}",
        co2=_change((mine["co2_cum_mt"] - theirs["co2_cum_mt"]) * KILO, lang, "kt"),
        cost=_change((mine["cost_bn_cny"] - theirs["cost_bn_cny"]) * KILO, lang, "mcny"),
        lost=say("demo.lost", lang, mwh=f"{mine['unserved_mwh']:,.0f}") if mine["unserved_mwh"] > 0.0
        else say("demo.lights", lang),
    )  # fmt: skip
    return found, say("demo.next", lang, folder=folder, bundle=other)


def _change(value: float, lang: str, what: str) -> str:
    from dafeng.experiments.labels import say

    side = "more" if value > 0.0 else "less"
    return say(f"demo.{what}_{side}", lang, value=f"{abs(value):,.0f}" if abs(value) >= 10.0 else f"{abs(value):.2g}")


def _title(manifest: Mapping[str, Any], bundle: str, lang: str) -> str:
    facts = next(given for given in manifest["bundles"] if given["key"] == bundle)
    return str(facts.get("title_zh" if lang == "zh" else "title") or bundle)
