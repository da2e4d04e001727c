"""A figure as a page of its own: the finding above, the note below."""

from __future__ import annotations

from matplotlib.figure import Figure

TITLE_PT, NOTE_PT = 12.0, 8.0
LINE = 1.35
"""Height of a line over the size of its letters."""
POINTS_PER_INCH = 72.0
EDGE_IN = 0.15
WIDE = 1.0
NARROW = 0.53
"""Mean width of a letter over its size: Chinese signs are square, Latin letters about half as wide."""
FIRST_WIDE = "\u2e80"
"""Where East Asian scripts begin in Unicode."""
CLOSING = "，。；：、）”》！？"
"""Signs that never begin a line."""


def dressed(figure: Figure, title: str, note: str) -> Figure:
    """The same figure, taller by its title and note; the axes keep their size."""
    width, height = figure.get_size_inches()
    room = float(width) - 2 * EDGE_IN
    titles, notes = wrapped(title, room, TITLE_PT), wrapped(note, room, NOTE_PT)
    above, below = _height(titles, TITLE_PT), _height(notes, NOTE_PT)
    total = float(height) + above + below
    figure.set_size_inches(float(width), total)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0.0, below / total, 1.0, float(height) / total))  # type: ignore[attr-defined]
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0.0, below / total, 1.0, float(height) / total), transform=figure.transFigure)
    left = EDGE_IN / float(width)
    figure.text(left, 1 - EDGE_IN / total, "\n".join(titles), fontsize=TITLE_PT, va="top", linespacing=LINE)
    figure.text(left, EDGE_IN / total, "\n".join(notes), fontsize=NOTE_PT, va="bottom", linespacing=LINE, color="#444")
    return figure


def wrapped(text: str, room_in: float, size_pt: float) -> list[str]:
    """Lines of a text that fit a width; Chinese breaks between any two signs, Latin between words.

    >>> wrapped("to be or not to be", 0.8, 12.0)
    ['to be or', 'not to be']
    """
    room = room_in * POINTS_PER_INCH / size_pt
    lines, line, used = [], "", 0.0
    for piece in _pieces(text):
        size = sum(WIDE if sign >= FIRST_WIDE else NARROW for sign in piece.rstrip())
        if line and used + size > room and piece[0] not in CLOSING:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece
        used += sum(WIDE if sign >= FIRST_WIDE else NARROW for sign in piece)
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a Latin word with the space after it, or one Chinese sign."""
    pieces: list[str] = []
    for sign in text:
        is_new = not pieces or sign >= FIRST_WIDE or pieces[-1][-1] >= FIRST_WIDE or pieces[-1][-1] == " "
        if is_new:
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def _height(lines: list[str], size_pt: float) -> float:
    return len(lines) * size_pt * LINE / POINTS_PER_INCH + 2 * EDGE_IN
