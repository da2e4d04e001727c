"""HiGHS without its greeting; a file of its own, so that only what solves a programme loads the library."""

from __future__ import annotations

from typing import Any

import highspy


class Quiet(highspy.Highs):
    """HiGHS without its greeting, which comes when the constructor prepares callbacks; none are used here."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()

    def run(self) -> Any:
        """Solve; where another program in the process began with more threads than one, their pool is made anew."""
        done = super().run()
        if self.getModelStatus() == highspy.HighsModelStatus.kNotset:
            self.resetGlobalScheduler(True)
            done = super().run()
        return done
