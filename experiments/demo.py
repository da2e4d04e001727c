"""A first look in seconds: the study `demo` and its first figure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dafeng.experiments.progress import Watcher
from dafeng.experiments.study import Finished, run_study

STUDY = "demo"
FIGURE = "emissions"


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
