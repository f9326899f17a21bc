"""A command that works on until it is told to end (常驻命令)."""

import os
import signal
import time
from threading import Event, Thread

LOOKS_EVERY = 0.2  # seconds
STEPS_BACK = 10


def step_back(parent: int) -> None:
    """Let the server that began this process go first; one that runs by itself is left alone."""
    if parent:
        os.nice(STEPS_BACK)


def end_with(parent: int) -> None:
    """End this process, a worker of a pool, soon after ``parent``: it would wait forever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKS_EVERY)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


class Ended(Event):
    """Is set by SIGTERM or Ctrl-C, or once the process that began this one has ended.

    A signal may come while an event's own lock is held: it only leaves a mark, and who waits looks.
    """

    def __init__(self, parent: int) -> None:
        super().__init__()
        self.parent = parent
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def is_set(self) -> bool:
        """Tell whether the command is to end."""
        return self.asked or bool(self.parent and os.getppid() != self.parent)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or the time is over; tell whether it is."""
        until = time.monotonic() + (timeout or 0)
        while not self.is_set() and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)
        return self.is_set()

    def _ask(self, *_: object) -> None:
        self.asked = True
