"""What leaves the private cluster for an archive: base copies, WAL as it is written, marks (归档).

PostgreSQL's own programs and its replication protocol do it, as the cluster's administrator.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gongxin.cluster.database import connect
from gongxin.cluster.errors import ClusterFailed, ClusterLost
from gongxin.cluster.opening import DATABASE, url_of
from gongxin.cluster.place import read_record
from gongxin.cluster.server import ADMIN
from gongxin.cluster.settings import read_settings

SLOTS = "gongxin_archive_"
COPIER = "gongxin_archive_base"
FILE_BYTES = 16 * 1024**2  # as initdb makes it
MANIFEST = "backup_manifest"
RANGE = re.compile(r'"Start-LSN": "([0-9A-F]+)/([0-9A-F]+)", "End-LSN": "([0-9A-F]+)/([0-9A-F]+)"')


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that the WAL names: whatever was committed before ``at`` stands in front of it.

    A recovery ends with the transaction ``xid``; ``position`` is the byte of the WAL behind it.
    """

    at: datetime
    xid: str
    position: int


def administer(home: Path) -> psycopg.Connection:
    """A connection to the platform's database as the administrator of the private cluster.

    Raises:
        ClusterLost: the home has no cluster of its own.
        Unreachable: it does not run; nothing is started.
    """
    return connect(_dsn(home))


def history(connection: psycopg.Connection) -> str:
    """Which history the WAL tells: after a recovery the same cluster tells another one."""
    row = connection.execute(
        """SELECT system_identifier::text || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
           FROM pg_control_system()"""
    ).fetchone()
    return "" if row is None else str(row[0])


def make_slot(connection: psycopg.Connection, slot: str) -> None:
    """Keep WAL for a slot from now on, and for no other archive that nobody writes."""
    connection.execute(
        """SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
           WHERE slot_name LIKE %s AND NOT active""",
        (f"{SLOTS}%",),
    )
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", (slot,))


def is_whole(connection: psycopg.Connection, slot: str) -> bool:
    """Tell whether the server still has all WAL behind what the slot's archive has."""
    row = connection.execute(
        "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", (slot,)
    ).fetchone()
    return row is not None and row[0] in ("reserved", "extended", "unreserved")


def let_go(connection: psycopg.Connection, name: str) -> None:
    """End who still reads as a slot's archive or as ``COPIER``: a killed one left it behind."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = %s",
        (name,),
    )


def set_mark(connection: psycopg.Connection) -> Mark:
    """Write a mark into the WAL; it is on the cluster's disk when this returns."""
    row = connection.execute(
        """SELECT clock_timestamp(), pg_current_xact_id()::xid::text,
                  pg_logical_emit_message(true, 'gongxin', 'mark')"""
    ).fetchone()
    behind = connection.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
    ).fetchone()
    if row is None or behind is None:
        message = "the database wrote no mark"
        raise ClusterFailed(message)
    return Mark(row[0], row[1], behind[0])


def arrived(connection: psycopg.Connection, slot: str) -> int:
    """Up to which position the slot's archive has said that the WAL is on its disk."""
    row = connection.execute(
        """SELECT coalesce(max(pg_wal_lsn_diff(flush_lsn, '0/0')), 0)::bigint
           FROM pg_stat_replication WHERE application_name = %s""",
        (slot,),
    ).fetchone()
    return 0 if row is None else int(row[0])


def first_file(connection: psycopg.Connection, position: int) -> str:
    """The name of the file of WAL that holds a position."""
    row = connection.execute(
        "SELECT pg_walfile_name('0/0'::pg_lsn + %s::numeric)", (position,)
    ).fetchone()
    return "" if row is None else str(row[0])


def span(data: Path) -> tuple[int, int]:
    """From and up to which position a base copy needs WAL.

    Raises:
        ClusterFailed: its manifest does not say.
    """
    found = RANGE.search((data / MANIFEST).read_text(encoding="utf-8"))
    if found is None:
        message = f"{data / MANIFEST} does not say which WAL the copy needs"
        raise ClusterFailed(message)
    high, low, last_high, last_low = (int(part, 16) for part in found.groups())
    return (high << 32) + low, (last_high << 32) + last_low


def receive(
    home: Path, folder: Path, slot: str, log: Path, *, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Begin to write WAL into a folder, each piece onto its disk before the server hears of it."""
    for path in folder.glob("*.partial"):
        if path.stat().st_size != FILE_BYTES:
            path.unlink()  # it was killed while it made the file; nothing had arrived in it
    words = ["pg_receivewal", f"--directory={folder}", f"--slot={slot}"]
    words += ["--synchronous", "--no-loop"]
    return _begin(home, words, name=slot, log=log, env=env)


def copy_base(
    home: Path, folder: Path, log: Path, *, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Begin to copy the whole cluster while it runs; the WAL that belongs to it comes apart."""
    words = ["pg_basebackup", f"--pgdata={folder}", "--wal-method=none", "--checkpoint=fast"]
    words.append("--manifest-checksums=SHA256")
    return _begin(home, words, name=COPIER, log=log, env=env)


def _begin(
    home: Path, words: list[str], *, name: str, log: Path, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    record = read_record(home.resolve())
    given = conninfo_to_dict(_dsn(home))
    password = str(given.pop("password", ""))  # an argument can be read by every user
    named = make_conninfo(
        "", **{key: str(value) for key, value in given.items()}, application_name=name
    )
    folder = Path() if record is None else record.binaries
    command = [str(folder / words[0]), *words[1:], "--no-password", f"--dbname={named}"]
    child = read_settings(env).child_environment() | {"PGPASSWORD": password}
    with log.open("wb") as said:
        return subprocess.Popen(  # noqa: S603 - our own argument lists, no shell
            command, env=child, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )


def _dsn(home: Path) -> str:
    record = read_record(home.resolve())
    if record is None:
        message = f"{home} has no database of its own; archive its server with its own tools"
        raise ClusterLost(message)
    return url_of(record, user=ADMIN, dbname=DATABASE)
