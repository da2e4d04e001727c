"""A figure as a piece of an HTML page: SVG whose names clash with no other figure's."""

from __future__ import annotations

import re
from io import StringIO

from matplotlib.figure import Figure

from dafeng.experiments.figures import style
from dafeng.experiments.figures.page import arranged

UNSEEN = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
SIZE = re.compile(r'(<svg\b[^>]*?) (?:width|height)="[^"]*"')
NAMES = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
"""Where an SVG names a piece of itself; Matplotlib names clipping paths by where they lie in memory."""
PATH = re.compile(r' d="[^"]*"')
FINE = re.compile(r"(\.\d\d)\d+")
"""Hundredths of a point are enough for a path."""
SPACE = re.compile(r"\n\s*")


def inline(figure: Figure, name: str) -> str:
    """An <svg> element that fills its place.

    Its words for those who do not see it are in the elements `<name>-finding` and `<name>-note`.
    """
    with style.applied():
        arranged(figure)
        page = StringIO()
        figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None})
    svg = UNSEEN.sub("", page.getvalue())
    svg = svg[svg.index("<svg") :].strip()
    svg = SIZE.sub(r"\1", SIZE.sub(r"\1", svg, count=1), count=1)
    svg = renamed(SPACE.sub("\n", svg), name)
    svg = PATH.sub(lambda path: FINE.sub(r"\1", path.group()), svg)
    told = f'<svg role="img" aria-labelledby="{name}-finding" aria-describedby="{name}-note"'
    return svg.replace("<svg", told, 1)


def renamed(svg: str, name: str) -> str:
    """The same SVG with its pieces numbered as they come.

    >>> renamed('<path id="pf72d"/><use href="#m1"/><g clip-path="url(#pf72d)"/>', "map")
    '<path id="map-0"/><use href="#map-1"/><g clip-path="url(#map-0)"/>'
    """
    numbers: dict[str, int] = {}
    return NAMES.sub(lambda found: f"{found[1]}{name}-{numbers.setdefault(found[2], len(numbers))}", svg)
