"""Measure beside peers; ``python -m bench [name …] [--rows N]`` (all are named below as ``ALL``).

Absolute figures depend on the machine; compare the ratios of one run (docs/benchmarks.md).
Progress goes to stderr, the tables or one JSON document to stdout.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from bench import (
    archiving,
    auditing,
    batches,
    checking,
    evaluation,
    following,
    pages,
    posting,
    validation,
)
from bench.measure import Measured, Report, run

ROWS = 1_000_000
SEED = 7
REPEAT = 3
ENOUGH_TO_REPEAT = 200_000
GIGABYTE = 1024**3
LIBRARIES = ("duckdb", "polars", "pandera", "django", "datasette")
ALL = {
    "validation": validation.report,
    "posting": posting.report,
    "evaluation": evaluation.report,
    "audit": auditing.report,
    "checking": checking.report,
    "batches": batches.report,
    "following": following.report,
    "pages": pages.report,
    "archive": archiving.report,
}
NEED_FILE = {"validation", "posting"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks that were named, or all."""
    asked = _arguments(argv)
    folder = asked.made or Path(tempfile.mkdtemp(prefix="gongxin-bench-", dir=asked.folder))
    folder.chmod(0o755)
    machine = (_machine(), _versions(), _inputs(asked.rows))
    if not asked.json:
        print("\n".join(machine))
    options = {"folder": str(folder), "rows": asked.rows, "seed": SEED, "made": bool(asked.made)}
    reports = list[Report]()
    try:
        if NEED_FILE & set(asked.names):
            _say(f"making {asked.rows:,} penalties")
            made = run("bench.penalties:make", options)
            _say(f"  {made['columns']} columns, {made['bad']:,} bad rows, {made['megabytes']} MB")
        for name in asked.names:
            _say(name)
            made_now = ALL[name](options, repeat=asked.repeat, say=_say)
            reports += made_now
            if not asked.json:
                print("\n".join(line for report in made_now for line in _table(report)), flush=True)
    finally:
        if asked.made is None:
            shutil.rmtree(folder, ignore_errors=True)
    if asked.json:
        told = {"machine": machine, "reports": [asdict(report) for report in reports]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0 if all(target.met for report in reports for target in report.targets) else 3


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; else all")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows or entries of each input")
    parser.add_argument(
        "--repeat",
        type=int,
        help=f"runs of each; medians are shown (default: {REPEAT}, 1 if few rows)",
    )
    parser.add_argument("--folder", help="where the inputs lie while it runs (default: temporary)")
    parser.add_argument(
        "--made",
        type=Path,
        metavar="FOLDER",
        help="a city's platform of --rows records that python -m bench.city made; it is kept",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    asked = parser.parse_args(argv)
    unknown = [name for name in asked.names if name not in ALL]
    if unknown or asked.rows < 1 or asked.repeat == 0:
        parser.error(
            f"unknown: {', '.join(unknown)}" if unknown else "at least one row and one run"
        )
    asked.names = asked.names or list(ALL)
    asked.repeat = asked.repeat or (REPEAT if asked.rows >= ENOUGH_TO_REPEAT else 1)
    return asked


_BEGAN = time.monotonic()


def _say(line: str) -> None:
    print(f"[{time.monotonic() - _BEGAN:5.0f} s] {line}", file=sys.stderr, flush=True)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GB of memory, {platform.machine()},"
        f" Python {platform.python_version()}"
    )


def _versions() -> str:
    return ", ".join(f"{library} {version(library)}" for library in LIBRARIES)


def _inputs(rows: int) -> str:
    return f"seed {SEED}, {rows:,} rows or entries of each input"


def _table(report: Report) -> list[str]:
    against = next(line for line in report.lines if line.name == report.against)
    head = ("", "rows/s", "seconds", "CPU s", "peak MB", "speed ×")
    cells = [_cells(line, against) for line in report.lines]
    widths = [max(_width(row[n]) for row in [head, *cells]) for n in range(len(head))]
    lines = ["", report.title, _line(head, widths), *(_line(row, widths) for row in cells)]
    for line in report.lines:
        if line.steps:
            steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in line.steps.items())
            lines.append(f"  {line.name}: {steps}")
    lines += [f"  {note}" for note in report.notes]
    for target in report.targets:
        mark = "met" if target.met else "MISSED"
        lines.append(f"  target {target.text}: {target.measured:,.2f}, {mark}")
    return lines


def _cells(line: Measured, against: Measured) -> tuple[str, ...]:
    return (
        line.name,
        f"{line.rows / line.seconds:,.0f}",
        f"{line.seconds:.2f}",
        f"{line.cpu:.2f}",
        f"{line.peak_mb:,}",
        f"{against.seconds / line.seconds:.2f}",
    )


def _width(text: str) -> int:
    return len(text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if n == 0 else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  " + "  ".join([first, *others])


if __name__ == "__main__":
    sys.exit(main())
