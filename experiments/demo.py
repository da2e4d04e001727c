"""A first look in seconds: the study `demo` and its first figure."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dafeng.configs.errors import ResultsError
from dafeng.experiments.expand import expand
from dafeng.experiments.progress import Watcher
from dafeng.experiments.study import Finished, default_folder, run_study

STUDY = "demo"
FIGURE = "emissions"
LOOK = "first_look"
LOOK_FIGURE = "stress_week"
UNCOMPILED = {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore::RuntimeWarning"}
"""Kernels run as plain Python, in which wrapping integers warn."""


@dataclass(frozen=True)
class Shown:
    """What the demo made."""

    finished: Finished
    figures: tuple[Path, ...]


def demo(
    out: Path | None = None, workers: int | None = None, lang: str = "en", watcher: Watcher | None = None
) -> Shown:
    """Run the small study that comes with the package and draw one figure from it."""
    from dafeng.configs import load

    finished = run_study(load.study(STUDY), out=out, workers=workers, watcher=watcher, command="dafeng demo")
    if finished.failed:
        return Shown(finished, ())
    from dafeng.experiments.figures.base import draw

    return Shown(finished, tuple(draw(finished.folder, FIGURE, lang, ("svg",))))


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
