"""How long after a file was taken in a follower of changes hears of its records.

A follower asks ``/changes`` again and again while ``gongxin intake`` runs; the lag begins when the
command says that it is done.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bench import checking, city
from bench.measure import Clock, Options, Report, Target, race, result, run

MODULE = "bench.following"
WITHIN = 5.0
FILES, ROWS = 10, 1_000
LOOKS_EVERY = 0.05
GIVES_UP = 60.0


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Take files in, one after the other."""
    try:
        city.stand(options)
        (ours,) = race({"gongxin": (f"{MODULE}:ours", options)}, repeat=repeat, say=say).values()
    finally:
        run("bench.platform:stop", options)
    longest = ours.said["longest"]
    target = Target(f"heard within {WITHIN:.0f} s", longest, longest <= WITHIN)
    title = f"Following the changes of {FILES} files of {ROWS:,} penalties"
    return (Report(title, (ours,), "gongxin", (target,), (f"lags: {ours.said['lags']}",)),)


def ours(options: Options) -> dict[str, Any]:
    """Measure each file's lag."""
    folder, clock, lags = Path(options["folder"]), Clock(), list[float]()
    client = json.loads((folder / "clients").read_text(encoding="ascii"))[0]
    with checking.on_platform(options) as port:
        key = checking.token(port, client, "changes")
        _, seen = _changes(port, key, 0)
        for number in range(FILES):
            seed = options["seed"] + number
            run("bench.penalties:make", {**options, "rows": ROWS, "seed": seed})
            with clock:
                lag, seen = _lag(options, port, key, seen)
            lags.append(round(lag, 2))
    return result(clock, FILES * ROWS, lags=lags, longest=max(lags))


def _lag(options: Options, port: int, key: str, seen: int) -> tuple[float, int]:
    """Take the file in; return the seconds from its end until a change is told, and up to where."""
    folder = Path(options["folder"])
    unit = json.loads((folder / "law.json").read_text(encoding="utf-8"))["units"][0]
    command = ["intake", str(folder / "penalties.csv"), "--unit", unit, "--json"]
    taking = subprocess.Popen(
        [sys.executable, "-c", city.COMMAND, *command],
        env=city.environment(options),
        stdout=subprocess.DEVNULL,
    )
    ended = heard = 0.0
    while ended == 0.0 or (heard == 0.0 and time.monotonic() < ended + GIVES_UP):
        if ended == 0.0 and taking.poll() is not None:
            ended = time.monotonic()
        if heard == 0.0:
            told, upto = _changes(port, key, seen)
            if told:
                heard, seen = time.monotonic(), upto
        time.sleep(LOOKS_EVERY)
    if heard == 0.0:
        message = f"nothing was told of the file within {GIVES_UP} s"
        raise RuntimeError(message)
    while (upto := _changes(port, key, seen)[1]) > seen:
        seen = upto
    return max(0.0, heard - ended), seen


def _changes(port: int, key: str, since: int) -> tuple[int, int]:
    """Return how many changes are told after a revision, and from where to go on."""
    address = f"http://127.0.0.1:{port}/api/v1/changes?limit=200&since={since}"
    with urlopen(Request(address, headers={"Authorization": f"Bearer {key}"})) as answer:
        told = json.load(answer)
    return len(told["items"]), int(told["next"])
