"""Runs calls without a timeout of their own (name resolution, cache clients) in threads."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

#: The most threads, including those that hang.
WORKERS = 8


class _Job:
    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._result: Any = None
        self._error: BaseException | None = None
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:
            self._error = error
        self.done.set()

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._result


class Workers:
    """Daemon threads that wait for jobs. A thread that hangs is left alone, but counts."""

    def __init__(self, most: int = WORKERS) -> None:
        self._most = most
        self.reset()
        os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Start again without threads, as after a fork."""
        self._idle: list[SimpleQueue[_Job]] = []
        self._started = 0
        self._lock = threading.Lock()

    def submit(self, job: _Job) -> bool:
        """Pass ``job`` to a thread; return False if all of them are busy."""
        with self._lock:
            if self._idle:
                jobs = self._idle.pop()
            elif self._started < self._most:
                self._started += 1
                jobs = SimpleQueue()
                threading.Thread(
                    target=self._run, args=(jobs,), name="cx-deadline", daemon=True
                ).start()
            else:
                return False
        jobs.put(job)
        return True

    def _run(self, jobs: "SimpleQueue[_Job]") -> None:
        while True:
            jobs.get().run()
            with self._lock:
                self._idle.append(jobs)


_workers = Workers()


def run_within(seconds: float, function: Callable[[], Any], workers: Workers | None = None) -> Any:
    """Return the result of ``function``; raises TimeoutError if it takes longer than ``seconds``.

    The function then continues in its thread, and its result is lost. Pass separate ``workers``
    for calls that may hang for long, so that others don't run out of threads.
    """
    job = _Job(function)
    if not (workers or _workers).submit(job):
        raise TimeoutError("Too many calls hang already")
    if not job.done.wait(seconds):
        raise TimeoutError(f"No answer within {seconds} s")
    return job.result()
