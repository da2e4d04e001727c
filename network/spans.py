"""Hours of a window that go to a programme: days of overloaded lines, and days around ramps (MODEL_SPEC 6.13 v)."""

from __future__ import annotations

from typing import NamedTuple

from dafeng.configs.units import DAY_H

MOST_DAYS = 3
"""Days of a programme for ramps; more of them are the whole window, so that few layouts are kept."""


class Span(NamedTuple):
    """Hours of the year from `begin` to before `end`."""

    begin: int
    end: int
    is_ramped: bool
    """Asked for by ramps, not by lines."""

    def meets(self, other: Span) -> bool:
        """Whether two spans share an hour."""
        return self.begin < other.end and other.begin < self.end


def spans_of(window: range, over: list[int], strained: list[int]) -> list[Span]:
    """In the order of time: days with overloaded hours, and three around each strained hour; `over` are of the year.

    >>> spans_of(range(24, 216), [30], [])
    [Span(begin=24, end=48, is_ramped=False)]
    >>> spans_of(range(24, 216), [30, 130], [60])
    [Span(begin=24, end=96, is_ramped=True), Span(begin=120, end=144, is_ramped=False)]
    """
    made: list[Span] = []
    for hour in sorted(strained):
        made = with_span(window, made, widened(window, _day(window, hour, True)))
    for hour in sorted(over):
        if not any(span.meets(Span(hour, hour + 1, False)) for span in made):
            made.append(_day(window, hour, False))
    return sorted(made)


def with_span(window: range, spans: list[Span], span: Span) -> list[Span]:
    """Spans with one more, which takes up all it meets; one of too many days becomes the whole window."""
    begin, end, is_ramped = span
    while met := [other for other in spans if other.meets(Span(begin, end, False))]:
        begin, end = min(begin, *(o.begin for o in met)), max(end, *(o.end for o in met))
        is_ramped, spans = is_ramped or any(o.is_ramped for o in met), [o for o in spans if o not in met]
    if end - begin > MOST_DAYS * DAY_H:
        return [Span(window.start, window.stop, True)]
    return sorted([*spans, Span(begin, end, is_ramped)])


def widened(window: range, span: Span) -> Span:
    """A span with a day before and a day after it."""
    return Span(max(window.start, span.begin - DAY_H), min(window.stop, span.end + DAY_H), True)


def _day(window: range, hour: int, is_ramped: bool) -> Span:
    """The day of an hour, within the window."""
    day = hour // DAY_H * DAY_H
    return Span(max(day, window.start), min(day + DAY_H, window.stop), is_ramped)
