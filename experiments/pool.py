"""Making runs, here or in several processes; a run that fails or kills its process is a result, not an end."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from dafeng.configs.errors import DafengError
from dafeng.experiments.keys import Task

if TYPE_CHECKING:
    import pandas as pd

PRELOADED = ("dafeng.sim.run", "dafeng.experiments.tables")
"""Heavy modules that the fork server imports once for all workers."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
DIED = "the process that ran it died, alone as well (killed, or out of memory)"


class Made(Protocol):
    """What a runner gives back: a RunResult, or anything with its tables."""

    @property
    def outcomes(self) -> pd.DataFrame:
        """Rows without the run's own columns."""

    @property
    def summary(self) -> pd.DataFrame:
        """One row."""

    @property
    def events(self) -> pd.DataFrame:
        """What happened."""

    @property
    def decisions(self) -> pd.DataFrame:
        """What agents chose."""

    @property
    def hourly(self) -> pd.DataFrame:
        """The hours of the years asked for; empty when none was."""


Runner = Callable[[Task], Made]


@dataclass(frozen=True)
class Attempt:
    """A run that was tried: what it made, or why it made nothing."""

    task: Task
    made: Made | None = None
    error: str = ""
    trace: str = ""

    @property
    def status(self) -> str:
        """`done` or `failed`."""
        return "failed" if self.made is None else "done"


def simulate(task: Task) -> Made:
    """Make a run with the simulator."""
    from dafeng.sim.run import Job, run

    keep_imports()
    return run(Job(**task.job()))


@cache
def keep_imports() -> None:
    """What is imported stays: each full collection of garbage would look at it again for a tenth of a second."""
    gc.freeze()


def attempts(tasks: Sequence[Task], runner: Runner, workers: int) -> Generator[Attempt, None, None]:
    """Each run as it is finished, in any order; one worker means this process."""
    if workers <= 1:
        for task in tasks:
            yield attempt(runner, task)
        return
    waiting, suspects = deque(tasks), []
    while waiting:
        suspects += yield from _until_broken(waiting, runner, min(workers, len(waiting)))
    for task in suspects:
        yield from _alone(task, runner)


def attempt(runner: Runner, task: Task) -> Attempt:
    """Try one run; whatever goes wrong becomes its reason."""
    try:
        return Attempt(task, runner(task))
    except DafengError as error:
        return Attempt(task, error=str(error), trace=traceback.format_exc())
    except Exception as error:
        return Attempt(task, error=f"{type(error).__name__}: {error}", trace=traceback.format_exc())


def warm_up(task: Task, runner: Runner = simulate) -> None:
    """Let two processes compile what all need, so that the others find it on disk: the sampler, and a small year.

    Adequacy comes last in a year: by then the year finds on disk what the other process has compiled.
    """
    with _Pool(2) as pool:
        for future in (pool.submit(attempt, runner, task), pool.submit(sample_little)):
            future.exception()


def sample_little() -> None:
    """A few sample years of one machine: the same compiled sampler as any city's."""
    import numpy as np

    from dafeng.configs.luck import Luck
    from dafeng.configs.units import HOURS_A_YEAR
    from dafeng.network.adequacy import adequacy
    from dafeng.network.adequacy_system import single_node
    from dafeng.network.outages import Process

    load_mw = np.full(HOURS_A_YEAR, 90.0)
    adequacy(single_node([("unit", 100.0, Process(950.0, 50.0))], load_mw), Luck(0), sample_years=2, support="island")


def _until_broken(waiting: deque[Task], runner: Runner, workers: int) -> Generator[Attempt, None, list[Task]]:
    """Finished runs until none waits or a process dies; the runs under way at a death are given back as suspects."""
    running: dict[Future[Attempt], Task] = {}
    suspects: list[Task] = []
    with _Pool(workers) as pool:
        while (waiting or running) and not suspects:
            while waiting and len(running) < workers and not suspects:
                suspects += _start(pool, runner, waiting.popleft(), running)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.append(task)
                else:
                    yield _told(future, task)
    return suspects + list(running.values())


def _start(
    pool: ProcessPoolExecutor, runner: Runner, task: Task, running: dict[Future[Attempt], Task]
) -> tuple[Task, ...]:
    """Hand a run to the pool; it becomes a suspect when the pool is found broken."""
    try:
        running[pool.submit(attempt, runner, task)] = task
    except BrokenProcessPool:
        return (task,)
    return ()


def _alone(task: Task, runner: Runner) -> Iterator[Attempt]:
    """A suspect once more, with a process and the memory to itself: only the guilty fails twice."""
    with _Pool(1) as pool:
        future = pool.submit(attempt, runner, task)
        broken = isinstance(future.exception(), BrokenProcessPool)
        yield Attempt(task, error=DIED) if broken else _told(future, task)


def _told(future: Future[Attempt], task: Task) -> Attempt:
    error = future.exception()
    return future.result() if error is None else Attempt(task, error=f"{type(error).__name__}: {error}")


class _Executor(ProcessPoolExecutor):
    """An executor whose workers do not run the user's script again, so that a script needs no `__main__` guard."""

    def submit(self, *args: Any, **named: Any) -> Future[Any]:
        """Workers start here: what the main module's file is must not be known while they do."""
        main = sys.modules["__main__"]
        file, spec = vars(main).pop("__file__", None), main.__spec__
        main.__spec__ = None
        try:
            with _keyboard_waits():
                return super().submit(*args, **named)
        finally:
            main.__spec__ = spec
            if file is not None:
                main.__file__ = file


@contextmanager
def _keyboard_waits() -> Iterator[None]:
    """Ctrl-C is heard after the block: a worker whose start is broken off would complain when its parent is gone."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Pool:
    """Worker processes that end with the block, however it ends."""

    def __init__(self, workers: int) -> None:
        for name in ONE_THREAD:
            os.environ.setdefault(name, "1")
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(list(PRELOADED))
        self.others = set(multiprocessing.active_children())
        self.executor = _Executor(workers, context, initializer=_settle_in)

    def __enter__(self) -> ProcessPoolExecutor:
        return self.executor

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for process in set(multiprocessing.active_children()) - self.others:
                process.terminate()  # not waited for: it may be years from its end
        self.executor.shutdown(wait=True, cancel_futures=True)


def _settle_in() -> None:
    """A worker leaves the keyboard to its parent and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
