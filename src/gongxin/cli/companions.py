"""What runs beside the server: seals, pushes, publishes, answers, deletes; ended, it begins again.

Processes, not threads: the server forks, and a connection does not survive that.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

# A deed is sealed a minute after it at the latest (R8); whoever is told of changes is told within
# seconds.
BESIDE = (
    ("audit", "seal", "--every", "10"),
    ("push", "run", "--every", "2"),
    ("opendata", "run", "--every", "60"),
    ("checks", "work", "--every", "2"),
    ("feedback", "run", "--every", "3600"),
)
COMMAND = "from gongxin.cli.main import main; main()"
LOOKS_EVERY = 0.5
SHORTEST, LONGEST = 1.0, 60.0  # seconds before one that ended begins again
SETTLED = 60.0  # who ran so long has forgotten how often it ended before
ENDS_WITHIN = 10
log = logging.getLogger("gongxin.serve")


@dataclass(slots=True)
class Companion:
    """One process beside the server, begun again whenever it ends; later each time it ends soon."""

    command: Sequence[str]
    process: "subprocess.Popen[bytes]"
    began: float = field(default_factory=time.monotonic)
    wait: float = SHORTEST
    due: float | None = None

    @classmethod
    def begin(cls, command: Sequence[str]) -> "Companion":
        """Begin the process of a command of ours."""
        return cls(command, _begun(command))

    def look(self, now: float) -> None:
        """Begin the process again if it has ended and its time has come."""
        if self.process.poll() is None:
            return
        if self.due is None:
            self.wait = SHORTEST if now - self.began > SETTLED else min(self.wait * 2, LONGEST)
            self.due = now + self.wait
            message = f"gongxin {' '.join(self.command)} ended and begins again"  # all ours
            log.error(message)
        elif now >= self.due:
            self._begin_again(now)

    def _begin_again(self, now: float) -> None:
        try:
            self.process, self.began, self.due = _begun(self.command), now, None
        except OSError:  # no memory or no process left; the next time may do
            self.due = now + LONGEST

    def end(self) -> None:
        """End the process; kill it if it does not."""
        try:
            self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def beside(commands: Sequence[Sequence[str]] = BESIDE) -> Iterator[None]:
    """Keep commands of ours running in processes of their own while something is done here."""
    companions = [Companion.begin(command) for command in commands]
    ended = Event()
    watch = Thread(target=_watch, args=(companions, ended), daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()  # begins none while they are ended
        for one in companions:
            one.process.terminate()
        for one in companions:
            one.end()


def _watch(companions: Sequence[Companion], ended: Event) -> None:
    while not ended.wait(LOOKS_EVERY):
        for one in companions:
            one.look(time.monotonic())


def _begun(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    parent = ["--parent", str(os.getpid())]
    return subprocess.Popen([sys.executable, "-c", COMMAND, *command, *parent])  # noqa: S603
