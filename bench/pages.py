"""Pages of the public site over HTTP at the rate that a province's site must hold (3-10).

150,000 visits a day come in a few hours: 60 pages a second, from many addresses, each page another
organisation's. Every page is made anew; no cache stands before the server.
"""

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import city
from bench.checking import free_port, served
from bench.load import Outcome, load
from bench.measure import Clock, Measured, Options, Report, Target, result, run

MODULE = "bench.pages"
CONNECTIONS = 32
RATE, SECONDS = 60, 60
WITHIN_MS = 1_000
WARM = 120
ADDRESSES = 4_000  # the limits count each address for itself
FOUND, MOVED = 200, 302
# How many of a hundred pages are which; what visitors of such a site open, [design].
MIX = {"home": 20, "name": 15, "code": 10, "number": 5, "subject": 40, "explanation": 10}
TICKS = os.sysconf("SC_CLK_TCK")


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Hold the rate for a minute with the mix, then ask for each kind of page alone."""
    del repeat
    try:
        say("  making the platform")
        city.stand(options)
        held = run(f"{MODULE}:held", options)
        each = run(f"{MODULE}:each", options)
    finally:
        run("bench.platform:stop", options)
    errors, p99 = held["errors"], held["p99"]
    targets = (
        Target(f"{RATE}/s for {SECONDS} s without an error", errors, errors == 0),
        Target(f"p99 within {WITHIN_MS} ms", p99, p99 <= WITHIN_MS),
    )
    line = Measured("pages", held["rows"], held["seconds"], held["cpu"], held["peak_mb"], ())
    alone = ", ".join(f"{kind} {ms:.1f}" for kind, ms in each["kinds"].items())
    notes = (
        f"p50 {held['p50']:.0f} ms, p99 {p99:.0f} ms; of two processors the server used"
        f" {held['server']:.1f} s, its database {held['database']:.1f} s",
        f"processor ms a page, server and database: {alone}",
        f"the machine's load before: {held['load']:.1f}",
    )
    title = f"Public pages at {RATE}/s, {options['rows']:,} records"
    return (Report(title, (line,), "pages", targets, notes),)


def held(options: Options) -> dict[str, Any]:
    """Ask for the mix at the promised rate."""
    before = os.getloadavg()[0]
    seconds = int(options.get("seconds", SECONDS))
    with _site(options) as site:
        ask = _pages(options, MIX)
        load(site.port, ask, connections=4, requests=WARM)
        used = site.used()
        many, rate = RATE * seconds, float(RATE)
        outcome = load(site.port, ask, connections=CONNECTIONS, requests=many, a_second=rate)
        server, database = (now - then for now, then in zip(site.used(), used, strict=True))
    return told(outcome) | {"server": server, "database": database, "load": before}


def each(options: Options) -> dict[str, Any]:
    """Ask for each kind of page alone and return what one costs, in ms of processor time."""
    kinds = {}
    with _site(options) as site:
        for kind in MIX:
            ask = _pages(options, {kind: 1})
            load(site.port, ask, connections=2, requests=WARM // 4)
            used, many = sum(site.used()), 200
            load(site.port, ask, connections=2, requests=many)
            kinds[kind] = (sum(site.used()) - used) / many * 1000
    return result(Clock(), len(kinds), kinds=kinds)


def told(outcome: Outcome) -> dict[str, Any]:
    """Return what a load says; a page that was not made or found is an error."""
    clock = Clock()
    clock.seconds = outcome.seconds
    good = outcome.statuses[FOUND] + outcome.statuses[MOVED]
    return result(
        clock,
        len(outcome.took),
        p50=outcome.within(0.5),
        p99=outcome.within(0.99),
        errors=len(outcome.took) - good,
        statuses=dict(outcome.statuses),
    )


def requests(
    known: Mapping[str, list[str]], mix: Mapping[str, int], *, seed: int
) -> Callable[[int], bytes]:
    """Return what makes the n-th request of a mix: an address, and one of the known things.

    ``known`` has ``codes``, ``names`` and ``numbers`` of documents.
    """
    ways = {
        "home": lambda draw: "/",
        "name": lambda draw: f"/search?q={quote(draw.choice(known['names']))}",
        "code": lambda draw: f"/search?q={draw.choice(known['codes'])}",
        "number": lambda draw: f"/search?q={quote(draw.choice(known['numbers']))}",
        "subject": lambda draw: f"/subjects/{draw.choice(known['codes'])}/",
        "explanation": lambda draw: f"/subjects/{draw.choice(known['codes'])}/explanation",
    }
    kinds, shares = list(mix), list(mix.values())

    def ask(number: int) -> bytes:
        draw = random.Random(f"{seed}-{number}")
        path = ways[draw.choices(kinds, shares)[0]](draw)
        there = draw.randrange(ADDRESSES)
        return (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"X-Forwarded-For: 10.9.{there // 250}.{there % 250}\r\n\r\n"
        ).encode()

    return ask


class Site:
    """The served platform: its port, and the processor time that it used."""

    def __init__(self, port: int, server: int, home: Path) -> None:
        self.port = port
        self._server = server
        self._home = home

    def used(self) -> tuple[float, float]:
        """Return the processor seconds so far of the server's processes and of PostgreSQL."""
        postmaster = next(self._home.rglob("postmaster.pid")).read_text(encoding="utf-8")
        return _seconds(self._server), _seconds(int(postmaster.split("\n", 1)[0]))


def _seconds(process: int) -> float:
    """Return the processor time of a process and of all that it began, ended or not."""
    there = Path(f"/proc/{process}")
    try:
        fields = (there / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        begun = (there / "task" / str(process) / "children").read_text(encoding="ascii").split()
    except FileNotFoundError:  # it ended meanwhile: its parent has its time
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS + sum(map(_seconds, map(int, begun)))


@contextmanager
def _site(options: Options) -> Iterator[Site]:
    home, port = Path(options["folder"]) / "home", free_port()
    environment = {**os.environ, "GONGXIN_HOME": str(home), "GONGXIN_PROXIES": "127.0.0.1"}
    command = ["-c", city.COMMAND, "serve", "--workers", "2", "--port", str(port)]
    with served(command, port, environment) as server:
        yield Site(port, server.pid, home)


def _pages(options: Options, mix: Mapping[str, int]) -> Callable[[int], bytes]:
    known = json.loads((Path(options["folder"]) / "known").read_text(encoding="utf-8"))
    return requests(known, mix, seed=int(options["seed"]))
