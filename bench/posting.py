"""Posting validated rows to an empty ledger against a bare COPY of the very same rows.

Ours begins with canonical rows in the staging database and ends with the commit: attach, classify,
key, compare, write, register subjects. The bare COPY loads the CSV files that ours wrote into the
same two tables with the same indexes, and commits. Tables are emptied before each.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import Clock, Options, Report, Target, race, result, run

MODULE = "bench.posting"
SHARE = 0.4
MEMORY_LIMIT_MB = 2048
FILES = ("entries.csv", "added.csv")
TABLES = (
    "ledger_entry, ledger_current, ledger_record_number, ledger_subject, ledger_other_name,"
    " ledger_other_code"
)


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Race posting and COPY."""
    try:
        contenders = {
            "gongxin": (f"{MODULE}:ours", options),
            "bare COPY": (f"{MODULE}:bare_copy", options),
        }
        raced = race(contenders, repeat=repeat, say=say)
    finally:
        run("bench.platform:stop", options)
    ours, bare = raced.values()
    share = bare.seconds / ours.seconds
    targets = (
        Target(f"at least {SHARE} of bare COPY", share, share >= SHARE),
        Target("peak memory below 2048 MB", ours.peak_mb, ours.peak_mb < MEMORY_LIMIT_MB),
    )
    title = f"Posting {ours.rows:,} validated penalties to the ledger"
    notes = (f"{ours.said['entries']:,} entries, {ours.said['current']:,} current records",)
    return (Report(title, (ours, bare), "bare COPY", targets, notes),)


def ours(options: Options) -> dict[str, Any]:
    """Post the staged file as intake does; keep the rows for the bare COPY."""
    from django.db import transaction  # noqa: PLC0415

    from bench.platform import RECEIVED_AT, create, staged  # noqa: PLC0415

    opened = create(options)
    _empty()
    from gongxin.core import ulid  # noqa: PLC0415
    from gongxin.intake import posting, records  # noqa: PLC0415
    from gongxin.intake.records import Stamp  # noqa: PLC0415

    workspace = Path(tempfile.mkdtemp(dir=options["folder"]))
    staging, _ = staged(options, workspace, opened.release, Clock())
    staging.canonical()
    unit = opened.release.content.units[0].uscc
    batch = ulid.record_id(int(RECEIVED_AT.timestamp() * 1000), b"bench")
    stamp, clock = Stamp(batch, unit, RECEIVED_AT), Clock()
    with clock:
        clock.step("attach")
        records.subjects(staging)
        with transaction.atomic():
            posting.post(staging, stamp, "sha256:bench", clock.step)
    entries, rows = staging.count("entries"), staging.count("canonical")
    staging.close()
    for name in FILES:
        there = workspace / name  # not written where all entries are current: the same rows
        there = there if there.exists() else workspace / FILES[0]
        shutil.copy(there, Path(options["folder"]) / name)
    shutil.rmtree(workspace)
    return result(clock, rows, entries=entries, current=_current())


def bare_copy(options: Options) -> dict[str, Any]:
    """COPY the same rows into the same tables."""
    from django.db import transaction  # noqa: PLC0415

    from bench.platform import create  # noqa: PLC0415

    create(options)
    _empty()
    from gongxin.ledger.bulk import copy_in  # noqa: PLC0415
    from gongxin.ledger.columns import NAMES  # noqa: PLC0415

    listed = ", ".join(f'"{name}"' for name in NAMES)
    folder, clock = Path(options["folder"]), Clock()
    with clock, transaction.atomic():
        for name, table in zip(FILES, ("ledger_entry", "ledger_current"), strict=True):
            clock.step(table)
            copy_in(f"{table} ({listed})", folder / name)
    return result(clock, _current())


def _empty() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES}")


def _current() -> int:
    from gongxin.ledger.models import Current  # noqa: PLC0415

    return int(Current.objects.count())
