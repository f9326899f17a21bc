"""The system user that PostgreSQL's programs run as: never root."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongxin.cluster.errors import ClusterFailed

TIMEOUT_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that owns data and processes; ``switch`` says that we are root and must change."""

    uid: int
    gid: int
    name: str
    switch: bool

    def run(
        self, command: Sequence[str | Path], *, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user and return what it said, whatever its exit code.

        Raises:
            OSError: the program cannot be executed by this user.
            ClusterFailed: it took longer than ``TIMEOUT_SECONDS``.
        """
        try:
            return subprocess.run(  # noqa: S603 - our own argument lists, no shell
                [str(word) for word in command],
                env=dict(env),
                cwd="/",  # our own folder may be closed to that user
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_SECONDS,
                check=False,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except subprocess.TimeoutExpired as late:
            message = (
                f"{command[0]} did not end within {TIMEOUT_SECONDS} s. Run it by hand to see why."
            )
            raise ClusterFailed(message, program=str(command[0])) from late

    def reaches(self, folder: Path) -> bool:
        """Whether this user can step into ``folder``."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        enter = ["/bin/sh", "-c", 'cd -- "$0"', str(folder)]
        return self.run(enter, env={}).returncode == 0

    def take(self, path: Path) -> None:
        """Give ``path`` to this user; nothing to do when we are that user."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def current_owner() -> Owner:
    """Ourselves, or ``nobody`` when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Owner(uid=os.geteuid(), gid=os.getegid(), name="", switch=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as missing:
        message = (
            "PostgreSQL does not run as root, and this machine has no user 'nobody' to run it as. "
            "Run gongxin as an ordinary user, or set GONGXIN_DATABASE_URL."
        )
        raise ClusterFailed(message) from missing
    return Owner(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, switch=True)
