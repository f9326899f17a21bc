"""A batch of checks from the command line, end to end: read, answer, keep, record, write.

There is no peer that keeps and records what it answers; the target is a time.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import city
from bench.measure import Clock, Options, Report, Target, race, result, run

MODULE = "bench.batches"
SUBJECTS = 2_540_000  # what a province asked about (2-28)
OF_ROWS = 0.254
WITHIN = 600
WORKERS = "2"


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Check the organisations that are known and some that nobody knows."""
    try:
        city.stand(options)
        (ours,) = race({"gongxin": (f"{MODULE}:ours", options)}, repeat=repeat, say=say).values()
    finally:
        run("bench.platform:stop", options)
    met = ours.seconds <= WITHIN
    title = f"A batch of {ours.rows:,} organisations, {options['rows']:,} records"
    targets = (Target(f"within {WITHIN} s end to end", ours.seconds, met),)
    return (Report(title, (ours,), "gongxin", targets, (f"answered: {ours.said['told']}",)),)


def ours(options: Options) -> dict[str, Any]:
    """Run the command; its processor time is that of its processes without PostgreSQL's."""
    folder = Path(options["folder"])
    many = min(SUBJECTS, int(options["rows"] * OF_ROWS))
    asked, out = folder / "asked", folder / "answers.jsonl"
    with asked.open("w", encoding="ascii") as file:
        file.writelines(f"{code}\n" for code in city.codes(many))
    clock, before, began = Clock(), os.times(), time.perf_counter()
    done = city.gongxin(
        options,
        *("checks", "run", str(asked), "--out", str(out), "--matter", "bidding"),
        *("--purpose", "admission", "--workers", WORKERS, "--json"),
    )
    clock.seconds, after = time.perf_counter() - began, os.times()
    clock.cpu = sum(after[2:4]) - sum(before[2:4])
    for path in (asked, out):
        path.unlink()
    return result(clock, many, told=json.loads(done.stdout))
