"""A private cluster is made anew from a base copy and the WAL that followed it (恢复到时点)."""

import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from gongxin.cluster.archiving import MANIFEST
from gongxin.cluster.binaries import Binaries, find_binaries
from gongxin.cluster.database import connect
from gongxin.cluster.errors import ClusterFailed, Unreachable
from gongxin.cluster.opening import locked, url_of, with_binaries
from gongxin.cluster.owner import Owner, current_owner
from gongxin.cluster.place import Record, new_record, place_socket, remove_marker, write_record
from gongxin.cluster.postmaster import serving_pid
from gongxin.cluster.roles import give_passwords
from gongxin.cluster.server import ADMIN, data_major, start, stop_server, tail
from gongxin.cluster.settings import ClusterSettings, read_settings

LOOKS_EVERY = 0.2
BEGINS_WITHIN = 10
# Nobody else reaches the socket: its folder is closed to others.
DOOR = f"local all {ADMIN} trust\n"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a cluster is made from, and with what its WAL is to end.

    Attributes:
        data: the base copy.
        wal: its WAL in order: the name that the server knows, and the file.
        xid: the transaction after which nothing is played back.
        until: ends before it, with the last that was committed until then.
    """

    data: Path
    wal: Sequence[tuple[str, Path]]
    xid: str
    until: datetime | None


def verify_base(data: Path, *, env: Mapping[str, str]) -> None:
    """Compare every file of a base copy with its manifest.

    Raises:
        ClusterFailed: which file is missing or was changed.
    """
    settings = read_settings(env)
    binaries = find_binaries(settings, current_owner(), major=data_major(data))
    done = subprocess.run(  # noqa: S603 - our own argument lists, no shell
        [
            str(binaries.program("pg_verifybackup")),
            "--no-parse-wal",
            "--quiet",
            "--exit-on-error",
            str(data),
        ],
        env=settings.child_environment(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        message = f"the base copy {data} is not as it was made: {done.stderr.strip()}"
        raise ClusterFailed(message)


def rebuild(home: Path, recovery: Recovery, *, env: Mapping[str, str]) -> None:
    """Make the private cluster of a home that has none; it is stopped when this returns.

    Its roles get new passwords: those of the cluster that was copied do not open it. What fails
    half-way is for ``destroy`` to remove.

    Raises:
        ClusterFailed: the WAL does not reach what was asked for, or the server did not start.
    """
    settings, owner = read_settings(env), current_owner()
    home = home.resolve()
    with locked(home):
        binaries = find_binaries(settings, owner, major=data_major(recovery.data))
        record = _begun(home, binaries, owner)
        _fill(record, recovery, owner)
        _recover(record, recovery, settings=settings, owner=owner)
        remove_marker(record)


def _begun(home: Path, binaries: Binaries, owner: Owner) -> Record:
    record = new_record(home, owner)
    record.marker.touch()
    record = with_binaries(place_socket(record, owner), binaries)
    write_record(home, record)
    return record


def _fill(record: Record, recovery: Recovery, owner: Owner) -> None:
    if record.data_dir.exists():
        shutil.rmtree(record.data_dir)  # the marker is there: these data were never used
    shutil.copytree(recovery.data, record.data_dir, symlinks=True)
    (record.data_dir / MANIFEST).unlink()
    record.log.unlink(missing_ok=True)  # the log of the server that was copied
    for name, file in recovery.wal:
        shutil.copyfile(file, record.data_dir / "pg_wal" / name)
    (record.data_dir / "recovery.signal").touch()
    owner.take(record.data_dir)
    for path in record.data_dir.rglob("*"):
        owner.take(path)


def _recover(
    record: Record, recovery: Recovery, *, settings: ClusterSettings, owner: Owner
) -> None:
    door = record.base / "recovery.hba"
    door.write_text(DOOR, encoding="ascii")
    door.chmod(0o644)
    # The server itself refuses to start when its WAL ends before the target.
    target = (
        {"recovery_target_xid": recovery.xid}
        if recovery.until is None
        else {"recovery_target_time": recovery.until.isoformat()}
    )
    wanted = {
        "restore_command": "/bin/false",  # all WAL is in its place already
        "recovery_target_action": "promote",
        "hba_file": str(door),
        **target,
    }
    try:
        start(record, settings=settings, owner=owner, extra=wanted)
        with _recovered(record) as admin:
            give_passwords(admin, record)
    finally:
        stop_server(record, owner=owner)
        door.unlink()


def _recovered(record: Record) -> psycopg.Connection:
    """Wait as long as the server plays WAL back."""
    dsn = url_of(record, user=ADMIN, dbname="postgres")
    begun, patience = False, time.monotonic() + BEGINS_WITHIN
    while True:
        running = serving_pid(record.data_dir) is not None
        begun = begun or running or time.monotonic() > patience
        try:
            admin = connect(dsn)
        except Unreachable:
            if begun and not running:
                said = "\n".join(tail(record.log))
                message = f"the WAL does not reach what was asked for:\n{said}"
                raise ClusterFailed(message) from None
        else:
            with suppress(psycopg.Error):  # it ended meanwhile: the next look says why
                if admin.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return admin
            admin.close()
        time.sleep(LOOKS_EVERY)
