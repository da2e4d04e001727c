"""A figure as a page of its own: the finding above, the note below."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

TITLE_PT, NOTE_PT = 12.0, 8.0
LINE = 1.35
"""Height of a line over the size of its letters."""
POINTS_PER_INCH = 72.0
EDGE_IN = 0.15
RIGHT, BELOW = "right", "below"
"""Where a legend stands; its gid."""
WIDE = 1.0
TALL, SMALL = 0.61, 0.52
"""Mean width of a letter over its size: Chinese signs are square, capitals and digits wider than small letters."""
FIRST_WIDE = "\u2e80"
"""Where East Asian scripts begin in Unicode."""
QUOTES = "“”±≈"
"""Signs before them that are as wide where the rest is Chinese."""
CLOSING = "，。；：、）”》！？"
"""Signs that never begin a line."""
OPENING = "（“《"
"""Signs that never end one."""


def dressed(figure: Figure, title: str, note: str) -> Figure:
    """The same figure, taller by its title and note; the panels keep their size."""
    width = float(figure.get_figwidth())
    room = width - 2 * EDGE_IN
    titles, notes = wrapped(title, room, TITLE_PT), wrapped(note, room, NOTE_PT)
    above, below = _height(titles, TITLE_PT), _height(notes, NOTE_PT)
    total = float(figure.get_figheight()) + above + below
    figure.set_figheight(total)
    arranged(figure, above, below)
    left = EDGE_IN / width
    figure.text(left, 1 - EDGE_IN / total, "\n".join(titles), fontsize=TITLE_PT, va="top", linespacing=LINE)
    figure.text(left, EDGE_IN / total, "\n".join(notes), fontsize=NOTE_PT, va="bottom", linespacing=LINE, color="#444")
    return figure


def arranged(figure: Figure, above_in: float = 0.0, below_in: float = 0.0) -> Figure:
    """Panels and legend side by side in what title and note leave; a legend never covers data.

    matplotlib's own `outside` places know no room for title and note, so the legend's size is measured here.
    """
    width, height = (float(size) for size in figure.get_size_inches())
    right = bottom = 0.0
    for legend in figure.legends:
        box = legend.get_window_extent()
        if legend.get_gid() == RIGHT:
            right = box.width / figure.dpi / width
        else:
            bottom = box.height / figure.dpi / height
        body = (0.0, below_in / height, 1.0, (height - above_in - below_in) / height)
        legend.set_bbox_to_anchor(body, transform=figure.transFigure)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        low = below_in / height + bottom
        engine.set(rect=(0.0, low, 1.0 - right, 1.0 - above_in / height - low))
    return figure


def wrapped(text: str, room_in: float, size_pt: float) -> list[str]:
    """Lines of a text that fit a width; Chinese breaks between any two signs, Latin between words.

    >>> wrapped("to be or not to be", 0.8, 12.0)
    ['to be or', 'not to be']
    """
    room = room_in * POINTS_PER_INCH / size_pt
    lines, line, used = [], "", 0.0
    for piece in _pieces(text):
        size = _width(piece.rstrip())
        if line and used + size > room and piece[0] not in CLOSING:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece
        used += _width(piece)
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a Latin word with the space after it, or one Chinese sign."""
    pieces: list[str] = []
    for sign in text:
        last = pieces[-1][-1] if pieces else " "
        is_new = not pieces or sign >= FIRST_WIDE or last >= FIRST_WIDE or last == " "
        if is_new and last not in OPENING:
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def _width(text: str) -> float:
    """Width of a text in sizes of its letters."""
    tall = sum(sign.isupper() or sign.isdigit() for sign in text)
    wide = sum(sign >= FIRST_WIDE or sign in QUOTES for sign in text)
    return WIDE * wide + TALL * tall + SMALL * (len(text) - tall - wide)


def _height(lines: list[str], size_pt: float) -> float:
    return len(lines) * size_pt * LINE / POINTS_PER_INCH + 2 * EDGE_IN
