"""HiGHS without its greeting; a file of its own, so that only what solves a programme loads the library."""

from __future__ import annotations

import highspy


class Quiet(highspy.Highs):
    """HiGHS without its greeting, which comes when the constructor prepares callbacks; none are used here."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
