"""HiGHS without its banner: the library writes it past Python to the first file descriptor as soon as it is made.

On the command line stdout belongs to the answer (`--json` prints one object and nothing else).
"""

from __future__ import annotations

import os

import highspy

STDOUT = 1


def quiet_highs() -> highspy.Highs:
    """A solver that prints nothing, on one thread and with one seed, so that results are equal everywhere."""
    kept, nowhere = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDOUT)
        made: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
        os.close(nowhere)
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        made.setOptionValue(option, value)
    return made
