"""The way back: from an archive, whose WAL is played back, against a dump that is loaded.

A platform with a table of rows of about a kilobyte is archived, half as many rows are written
meanwhile, a copy is made by ``gongxin backup``, and the database is deleted. In the table rows are
megabytes of the database. How far the archive was behind is looked at twice a second, from outside.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg

from bench.measure import Clock, Options, Report, Target, race, result, run
from bench.penalties import PACK
from gongxin.cli import clock
from gongxin.cluster import archived, destroy, open_database

MODULE = "bench.archiving"
GONGXIN = Path(sys.executable).with_name("gongxin")
WANTED = 100_000 / 3600  # megabytes a second: 100 GB within an hour (R11)
FILL = """CREATE TABLE {} AS SELECT n, (SELECT string_agg(md5(n::text || '-' || k), '')
          FROM generate_series(1, 30) k) AS words FROM generate_series(1, {}) n"""


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Make a platform, lose its database, and race the two ways back."""
    told = {k: v for k, v in run(f"{MODULE}:prepared", options).items() if k != "peak_mb"}
    say(f"  {json.dumps(told)}")
    lines = race(
        {
            "gongxin archive": (f"{MODULE}:recovered", {**options, **told}),
            "gongxin backup": (f"{MODULE}:loaded", {**options, **told}),
        },
        repeat=repeat,
        say=say,
    )
    ours = lines["gongxin archive"]
    speed = ours.rows / ours.seconds
    enough = Target("100 GB within an hour, MB/s", speed, speed >= WANTED)
    notes = (
        f"base copy {told['base_mb']:,} MB, WAL {told['wal_mb']:,} MB, level in {told['level']} s",
        f"behind by {told['behind_idle']} s at most when idle, by {told['behind']} s under load",
    )
    title = f"Bringing back a database of {told['megabytes']:,} MB (rows are megabytes)"
    return (Report(title, tuple(lines.values()), "gongxin backup", (enough,), notes),)


def prepared(options: Options) -> dict[str, Any]:
    """Make the platform, its archive and its copy, and delete its database."""
    folder, rows = Path(options["folder"]), int(options["rows"])
    home = folder / "home"
    _gongxin(home, "init", "--pack", PACK)
    with _connected(home) as connection:
        connection.execute(FILL.format("bench_before", rows))
    archive = ["archive", "run", str(folder / "archive"), "--keys", str(folder / "keys")]
    archiver = subprocess.Popen([str(GONGXIN), *archive], env=_environment(home))
    try:
        told = _followed(home, rows)
        _gongxin(home, "backup", str(folder / "copy"), "--keys", str(folder / "copied"))
    finally:
        archiver.terminate()
        archiver.wait()
        destroy(home)
    (base,) = folder.glob("archive/1/base-*/data")
    wal = folder / "archive/1/wal"
    return {**told, "base_mb": _megabytes(base), "wal_mb": _megabytes(wal)}


def _followed(home: Path, rows: int) -> dict[str, Any]:
    """Write rows while the platform is archived, and wait until the archive has them."""
    began = time.monotonic()
    _wait(home, clock.now())
    level = round(time.monotonic() - began, 1)
    with _connected(home) as connection:
        idle = _behind(home, lambda: time.sleep(30))
        fill = FILL.format("bench_after", rows // 2)
        busy = _behind(home, lambda: connection.execute(fill))
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    _wait(home, clock.now())
    megabytes = (found[0] if found else 0) // 1_000_000
    return {"level": level, "behind_idle": idle, "behind": busy, "megabytes": megabytes}


def _wait(home: Path, written: datetime) -> None:
    while (seen := archived.read(home)) is None or seen.at < written:
        time.sleep(0.1)


def _connected(home: Path) -> psycopg.Connection:
    opened = open_database(home, env={})
    return psycopg.connect(opened.dsn, autocommit=True)


def recovered(options: Options) -> dict[str, Any]:
    """Bring the platform back from its archive."""
    folder = Path(options["folder"])
    return _restored(options, folder / "archive", folder / "keys")


def loaded(options: Options) -> dict[str, Any]:
    """Bring the platform back from the copy."""
    folder = Path(options["folder"])
    return _restored(options, folder / "copy", folder / "copied")


def _restored(options: Options, source: Path, keys: Path) -> dict[str, Any]:
    home, timed = Path(options["folder"]) / "back", Clock()
    before = os.times()
    with timed:
        _gongxin(home, "restore", str(source), "--keys", str(keys))
    after = os.times()
    timed.cpu = sum(after[2:4]) - sum(before[2:4])  # of ours; the server's is its own
    destroy(home)
    shutil.rmtree(home)
    return result(timed, int(options["megabytes"]))


def _behind(home: Path, work: Callable[[], object]) -> int:
    """How many seconds the archive was behind at most while something was done."""
    done, worst = Event(), [0]

    def watch() -> None:
        while not done.wait(0.5):
            seen = archived.read(home)
            if seen is not None:
                worst.append(seen.seconds(clock.now()))

    thread = Thread(target=watch)
    thread.start()
    work()
    done.set()
    thread.join()
    return max(worst)


def _megabytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


def _environment(home: Path) -> dict[str, str]:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("GONGXIN", "DJANGO"))}
    return {**bare, "GONGXIN_HOME": str(home)}


def _gongxin(home: Path, *words: str) -> None:
    command = [str(GONGXIN), *words]
    subprocess.run(command, env=_environment(home), stdout=subprocess.DEVNULL, check=True)
