"""Making, starting and stopping the private cluster with PostgreSQL's own programs."""

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from gongxin.cluster.binaries import Binaries
from gongxin.cluster.errors import ClusterFailed
from gongxin.cluster.owner import Owner
from gongxin.cluster.place import SOCKET_NAME, Record
from gongxin.cluster.postmaster import forget_reused_pids, halt, serving_pid, wait_for_orphans
from gongxin.cluster.settings import ClusterSettings

ADMIN = "postgres"
WAIT_SECONDS = 120
TAIL_LINES = 15

# Tried in this order; the check of Chinese text decides. Collation is by code point in each.
LOCALES = (
    ("--locale=C.UTF-8",),
    ("--locale=C", "--lc-ctype=C.utf8"),
    ("--locale=C", "--lc-ctype=en_US.UTF-8"),
    ("--locale=C", "--lc-ctype=zh_CN.UTF-8"),
)

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",  # a process that serves takes thirteen at most (site.parts)
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "max_slot_wal_keep_size": "8GB",  # an archive that stands still must not fill the disk
    "wal_sender_timeout": "30s",  # less than a stop waits (postmaster.HALT_SECONDS)
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",
}


class LocaleMissingError(Exception):
    """The machine does not know this locale: another may do."""


def make_data(
    record: Record,
    binaries: Binaries,
    *,
    locale: tuple[str, ...],
    settings: ClusterSettings,
    owner: Owner,
) -> None:
    """Run ``initdb`` into an empty data folder.

    Raises:
        LocaleMissingError: the machine has no such locale.
        ClusterFailed: initdb failed for another reason.
    """
    record.data_dir.mkdir(mode=0o700)
    owner.take(record.data_dir)
    secret = record.base / "initdb.secret"
    secret.touch(mode=0o600)
    try:
        secret.write_text(record.admin_password + "\n", encoding="utf-8")
        owner.take(secret)
        done = owner.run(
            [
                binaries.program("initdb"),
                f"--pgdata={record.data_dir}",
                f"--username={ADMIN}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=libc",
                "--data-checksums",
                *locale,
            ],
            env=settings.child_environment(),
        )
    finally:
        secret.unlink()
    if done.returncode != 0 and "invalid locale" in done.stderr:
        raise LocaleMissingError(done.stderr.strip())
    demand(done, what=f"making the database cluster in {record.data_dir}")


def start(
    record: Record,
    *,
    settings: ClusterSettings,
    owner: Owner,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Start the server and wait until it takes connections; harmless if it runs already.

    With ``extra`` settings it recovers, which may take hours: then nothing is waited for.

    Raises:
        ClusterFailed: it does not start; the message ends with the last lines of its log.
    """
    if serving_pid(record.data_dir) is not None:
        return
    wait_for_orphans(record.data_dir)
    forget_reused_pids(record.data_dir, record.socket_dir / f"{SOCKET_NAME}.lock")
    config = record.base / "postgresql.conf"
    config.write_text(_configuration(record, extra or {}), encoding="utf-8")
    config.chmod(0o644)
    done = owner.run(
        [
            record.binaries / "pg_ctl",
            "start",
            "--silent",
            "--wait" if extra is None else "--no-wait",
            f"--timeout={WAIT_SECONDS}",
            f"--pgdata={record.data_dir}",
            f"--log={record.log}",
            f"--options=-c config_file={shlex.quote(str(config))}",
        ],
        env=settings.child_environment(),
    )
    demand(done, what=f"starting the database in {record.data_dir}", log=record.log)


def stop_server(record: Record, *, owner: Owner) -> bool:
    """Stop the server, ending its sessions; say whether one ran."""
    ran = serving_pid(record.data_dir) is not None
    halt(record.data_dir, owner)
    return ran


def data_major(data_dir: Path) -> int:
    """The major version of PostgreSQL that made the data."""
    return int((data_dir / "PG_VERSION").read_text(encoding="utf-8"))


def tail(log: Path) -> tuple[str, ...]:
    """The last lines of a log; none where there is no log."""
    if not log.exists():
        return ()
    return tuple(log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:])


def demand(done: subprocess.CompletedProcess[str], *, what: str, log: Path | None = None) -> None:
    """Refuse to go on when a program failed.

    Raises:
        ClusterFailed: what failed, and what the program and its log said.
    """
    if done.returncode == 0:
        return
    said = (done.stderr or done.stdout).strip()
    if log is not None and log.exists():
        said = "\n".join([said, f"The end of {log}:", *tail(log)])
    message = f"{what[0].upper()}{what[1:]} failed:\n{said}"
    raise ClusterFailed(message, program=str(done.args[0]))


def _configuration(record: Record, extra: Mapping[str, str]) -> str:
    lines = {**SETTINGS, "unix_socket_directories": f'"{record.socket_dir}"', **extra}
    text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    return f"# Written at each start; changes are lost.\n{text}"
