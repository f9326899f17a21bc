"""Is a server running on these data? The answer must survive crashes, reboots and reused pids."""

import logging
import os
import time
from pathlib import Path

from gongxin.cluster.errors import ClusterFailed
from gongxin.cluster.owner import Owner

PROCESSES = Path("/proc")
HALT_SECONDS = 60
ORPHAN_SECONDS = 10

_log = logging.getLogger(__name__)


def named_pid(lock_file: Path) -> int | None:
    """The process that a ``postmaster.pid`` or a socket's lock file names; None without one."""
    try:
        return abs(int(lock_file.read_text(encoding="utf-8").split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def serving_pid(data_dir: Path) -> int | None:
    """The process of the server that runs on ``data_dir``; None if none does."""
    pid = named_pid(data_dir / "postmaster.pid")
    if pid is None or not _is_alive(pid) or not _works_in(pid, data_dir):
        return None
    return pid


def forget_reused_pids(data_dir: Path, socket_lock: Path) -> None:
    """Remove lock files whose pid now belongs to a process that is no server of these data.

    A dead pid is left to PostgreSQL, which also looks for orphans of a killed server. A pid that
    another program got after a reboot would keep PostgreSQL from ever starting again.
    """
    for lock_file in (data_dir / "postmaster.pid", socket_lock):
        pid = named_pid(lock_file)
        if pid is not None and _is_alive(pid) and not _anything_works_in(data_dir):
            _log.warning("Removed %s: its process %d is another program", lock_file, pid)
            lock_file.unlink()


def wait_for_orphans(data_dir: Path) -> None:
    """Give the other processes of a killed server the moment they need to notice and end."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while PROCESSES.is_dir() and _anything_works_in(data_dir) and time.monotonic() < deadline:
        time.sleep(0.05)


def halt(data_dir: Path, owner: Owner) -> None:
    """Stop the server on ``data_dir``, if any, without its own programs.

    Raises:
        ClusterFailed: it did not end in time.
    """
    pid = serving_pid(data_dir)
    if pid is None:
        return
    owner.run(["/bin/sh", "-c", 'kill -INT "$0"', str(pid)], env={})  # INT: fast shutdown
    deadline = time.monotonic() + HALT_SECONDS
    while serving_pid(data_dir) is not None:
        if time.monotonic() > deadline:
            message = f"The server on {data_dir} (process {pid}) does not end. End it by hand."
            raise ClusterFailed(message, pid=pid)
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, data_dir: Path) -> bool:
    """Whether a process has PGDATA as its folder, as every server process has."""
    if not PROCESSES.is_dir():
        return True  # no way to tell: believe the pid
    try:
        return (PROCESSES / str(pid) / "cwd").readlink() == data_dir.resolve()
    except OSError:
        return False


def _anything_works_in(data_dir: Path) -> bool:
    if not PROCESSES.is_dir():
        return True
    pids = (int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit())
    return any(_works_in(pid, data_dir) for pid in pids)
