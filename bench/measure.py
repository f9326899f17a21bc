"""Running a contender in a process of its own: seconds, processor time and peak memory are its own.

A contender is a function of one mapping of options that returns what it says about itself; the
part that counts stands inside ``with clock:``. The process that asks stays small, so that a child
never starts with its parent's memory.
"""

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

Options = Mapping[str, Any]
ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024  # of what the kernel counts in kB


class Clock(AbstractContextManager["Clock"]):
    """Adds up wall-clock and processor time of what stands inside."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu = 0.0
        self.steps: dict[str, float] = {}
        self._began = (0.0, 0.0)
        self._step = ("", 0.0)

    def __enter__(self) -> "Clock":
        self._began = (time.perf_counter(), time.process_time())
        return self

    def __exit__(self, *_: object) -> None:
        self.step("")
        self.seconds += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]

    def step(self, name: str) -> None:
        """Begin a named step; its seconds are told, not compared."""
        before, since = self._step
        now = time.perf_counter()
        if before:
            self.steps[before] = self.steps.get(before, 0.0) + now - since
        self._step = (name, now)


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender: medians over its runs; ``said`` is what its last run returned."""

    name: str
    rows: int
    seconds: float
    cpu: float
    peak_mb: int
    runs: tuple[float, ...]
    steps: dict[str, float] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What was aimed at, what came out, and whether that is enough."""

    text: str
    measured: float
    met: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One side-by-side table; the last contender that is ``against`` gives the ratios."""

    title: str
    lines: tuple[Measured, ...]
    against: str
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()


def run(function: str, options: Options) -> dict[str, Any]:
    """Run ``bench.module:function`` in a child and return what it says, with its peak memory."""
    command = [sys.executable, "-m", "bench.measure", function, json.dumps(options)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def race(
    contenders: Mapping[str, tuple[str, Options]], *, repeat: int, say: Callable[[str], None]
) -> dict[str, Measured]:
    """Run the contenders in turn, ``repeat`` times round, and return their medians."""
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
    for turn in range(1, repeat + 1):
        for name, (function, options) in contenders.items():
            one = run(function, options)
            told[name].append(one)
            say(f"  {turn}/{repeat} {name}: {one['seconds']:.2f} s, {one['peak_mb']} MB")
    return {name: _median(name, runs) for name, runs in told.items()}


def _median(name: str, runs: list[dict[str, Any]]) -> Measured:
    last = runs[-1]
    return Measured(
        name=name,
        rows=last["rows"],
        seconds=median(one["seconds"] for one in runs),
        cpu=median(one["cpu"] for one in runs),
        peak_mb=max(one["peak_mb"] for one in runs),
        runs=tuple(round(one["seconds"], 3) for one in runs),
        steps={k: median(one["steps"].get(k, 0.0) for one in runs) for k in last["steps"]},
        said={k: v for k, v in last.items() if k not in _OWN},
    )


_OWN = ("rows", "seconds", "cpu", "peak_mb", "steps")


def result(clock: Clock, rows: int, **said: object) -> dict[str, Any]:
    """Return what a contender tells of a run."""
    return {
        "rows": rows,
        "seconds": clock.seconds,
        "cpu": clock.cpu,
        "steps": clock.steps,
        **said,
    }


def peak_mb() -> int:
    """Peak resident memory of this process: where the kernel tells it, without its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE


def _child(function: str, options: str) -> None:
    module, name = function.split(":")
    told = getattr(importlib.import_module(module), name)(json.loads(options))
    print(json.dumps({**told, "peak_mb": peak_mb()}, ensure_ascii=False))


if __name__ == "__main__":
    _child(*sys.argv[1:3])
