"""gongxin probe: asks a site from outside and says how available each address was (可用率探测).

It needs no platform and runs on another machine than the one it watches. What counts is the worst
address of a month (SAFETY R10): a site whose check is down is not up because its front page is.
"""

import itertools
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from gongxin.cli import clock, output
from gongxin.core.dates import CHINA

PATHS = ("/", "/guide/repair", "/api/v1/catalog", "/readyz")
WITHIN = 10.0  # seconds; who waits longer has gone
TARGET = 99.5  # per cent a month with one server; 99.9 with two (SAFETY R10)
FAILED = 500


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at one address: when (ISO 8601, UTC), the status or 0, and how long it took."""

    at: str
    path: str
    status: int
    milliseconds: int

    @property
    def good(self) -> bool:
        """Whether it was answered; a refusal for asking too much is an answer."""
        return 0 < self.status < FAILED

    @property
    def month(self) -> str:
        """The month in China, as YYYY-MM."""
        return datetime.fromisoformat(self.at).astimezone(CHINA).strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Availability:
    """How an address did in a month: how often it was asked and answered."""

    month: str
    path: str
    asked: int
    good: int
    slowest: int

    @property
    def share(self) -> float:
        """Per cent of the looks that were answered."""
        return 100 * self.good / self.asked


def look(site: str, path: str, client: httpx.Client) -> Probe:
    """Ask once; whatever goes wrong is the status 0, never an error."""
    at, began = clock.now(), time.perf_counter()
    try:
        status = client.get(f"{site}{path}").status_code
    except httpx.HTTPError:
        status = 0
    took = int((time.perf_counter() - began) * 1000)
    return Probe(at.isoformat(timespec="seconds"), path, status, took)


def availability(probes: Iterable[Probe]) -> list[Availability]:
    """Return each address of each month, the worst of a month first."""
    groups: dict[tuple[str, str], list[Probe]] = defaultdict(list)
    for probe in probes:
        groups[probe.month, probe.path].append(probe)
    found = (
        Availability(
            month, path, len(got), sum(p.good for p in got), max(p.milliseconds for p in got)
        )
        for (month, path), got in groups.items()
    )
    return sorted(found, key=lambda one: (one.month, one.share, one.path))


def read(log: Path) -> tuple[list[Probe], int]:
    """Read what was kept, and how many lines are no look: a crash may have cut one off."""
    found, other = [], 0
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found.append(Probe(**json.loads(line)))
        except (ValueError, TypeError):
            other += 1
    return found, other


def probe(  # noqa: PLR0913, PLR0917 - options of the command
    site: Annotated[str, typer.Argument(help="Address of the site, as https://credit.example.cn.")],
    path: Annotated[
        list[str] | None, typer.Option(help="Address to ask for; several may be given.")
    ] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds from one round to the next.")] = 60,
    times: Annotated[int, typer.Option(min=0, help="Rounds; 0 goes on until stopped.")] = 1,
    log: Annotated[
        Path | None, typer.Option(help="File that keeps every look, a line each; it is added to.")
    ] = None,
    target: Annotated[
        float, typer.Option(min=0, max=100, help="Per cent that the worst address must reach.")
    ] = TARGET,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask a site again and again and tell how available each address was, month by month.

    Exit 0 if the worst address of each month reaches the target, 3 if one does not.
    """
    try:
        kept = rounds(site.rstrip("/"), path or list(PATHS), every=every, times=times, log=log)
        if log is not None:
            kept, other = read(log)
            if other:
                output.warn(f"{log}: {other} lines are no look and were left out")
    except OSError as error:
        message = f"{log}: cannot be written or read ({type(error).__name__})"
        raise output.fail(message, code=output.USAGE) from error
    found = availability(kept)
    if as_json:
        rows = [asdict(one) | {"share": round(one.share, 3)} for one in found]
        output.print_json({"site": site, "target": target, "availability": rows})
    else:
        for one in found:
            output.say(
                f"{one.month} {one.path} {one.share:.3f} % of {one.asked}, slowest {one.slowest} ms"
            )
    if any(one.share < target for one in found):
        raise typer.Exit(output.PARTIAL)


def rounds(
    site: str, paths: list[str], *, every: float, times: int, log: Path | None
) -> list[Probe]:
    """Look at each address, round by round, until told to stop; with a log it alone keeps them.

    Raises:
        OSError: the log cannot be written.
    """
    done: list[Probe] = []
    with httpx.Client(timeout=WITHIN, trust_env=False) as client:
        try:
            for count in itertools.count(1):
                began = time.monotonic()
                seen = [look(site, path, client) for path in paths]
                if log is None:
                    done += seen
                else:
                    _keep(seen, log)
                if count == times:
                    break
                time.sleep(max(0.0, every - (time.monotonic() - began)))
        except KeyboardInterrupt:
            pass
    return done


def _keep(seen: list[Probe], log: Path) -> None:
    with log.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":  # a crash cut the last line off
                file.write(b"\n")
        file.writelines(f"{json.dumps(asdict(one))}\n".encode() for one in seen)
