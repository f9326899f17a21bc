"""Run the long tests and keep what came of them: docs/evidence/long.json (长跑证据).

python -m tools.evidence [--seed N] [--processes N] [PATH …]

The paths are of tests, all long ones if left out; one process a processor.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs/evidence/long.json"
SEED = 7
LIBRARIES = ("django", "psycopg", "hypothesis", "schemathesis", "pytest")
GIGABYTE = 1024**3
OUTCOMES = ("failure", "error", "skipped")


def main() -> int:
    """Run, write the evidence, and end as pytest ended."""
    parser = argparse.ArgumentParser(prog="python -m tools.evidence")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("paths", nargs="*", default=["tests"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report, began = Path(folder) / "long.xml", time.monotonic()
        seeds = [f"--randomly-seed={asked.seed}", f"--hypothesis-seed={asked.seed}"]
        command = [sys.executable, "-m", "pytest", "-m", "long", "-n", str(asked.processes)]
        command += [*seeds, f"--junitxml={report}"]
        ended = subprocess.run([*command, *asked.paths], cwd=ROOT, check=False)  # noqa: S603
        found = outcomes(report) if report.exists() else []
        seconds = round(time.monotonic() - began)
    KEPT.parent.mkdir(exist_ok=True)
    document = about(asked.seed) | {"seconds": seconds, "tests": found}
    KEPT.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {KEPT.relative_to(ROOT)}: {len(found)} tests")
    return ended.returncode


def about(seed: int) -> dict[str, object]:
    """Return when, of which commit, with what and on which machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),  # noqa: TID251 - when it was run
        "commit": _git("rev-parse", "--short", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--", "src", "packs", "tests")),
        "seed": seed,
        "machine": {
            "processors": os.cpu_count(),
            "architecture": platform.machine(),
            "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def outcomes(report: Path) -> list[dict[str, object]]:
    """Return the tests of pytest's report: name, outcome and seconds."""
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest wrote it just now
    return [
        {
            "test": f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}",
            "outcome": next((part.tag for part in case if part.tag in OUTCOMES), "passed"),
            "seconds": round(float(case.get("time", "0")), 1),
        }
        for case in cases
    ]


if __name__ == "__main__":
    raise SystemExit(main())
