"""Dumps of a database with PostgreSQL's own programs, and back (备份).

A private cluster is dumped by the programs that run it, a database given by URL by those that are
found. The password goes through the environment: an argument can be read by every user.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gongxin.cluster.binaries import find_binaries
from gongxin.cluster.database import Database, connect
from gongxin.cluster.errors import ClusterFailed
from gongxin.cluster.owner import current_owner
from gongxin.cluster.place import read_record
from gongxin.cluster.settings import read_settings


def dump(db: Database, home: Path, file: Path, *, env: Mapping[str, str], snapshot: str) -> None:
    """Write the database as a snapshot has it into a file that only we can read.

    Raises:
        ClusterFailed: pg_dump said why not.
    """
    file.touch(mode=0o600)
    own = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
    own += [f"--snapshot={snapshot}"]
    with file.open("wb") as out:
        _run(own, db, home, env=env, stdout=out.fileno())


def load(db: Database, home: Path, file: Path, *, env: Mapping[str, str]) -> None:
    """Bring a dump into an empty database, whole or not at all.

    Raises:
        ClusterFailed: the database is not empty, or pg_restore said why not.
    """
    with connect(db.dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    if row is None or row[0]:
        message = f"The database {db.name} is not empty. Restore into a new one."
        raise ClusterFailed(message)
    own = ["pg_restore", "--no-owner", "--no-privileges", "--single-transaction"]
    own += ["--exit-on-error", str(file)]
    _run(own, db, home, env=env, stdout=subprocess.DEVNULL)


def _run(
    words: Sequence[str],
    db: Database,
    home: Path,
    *,
    env: Mapping[str, str],
    stdout: int,
) -> None:
    settings, given = read_settings(env), conninfo_to_dict(db.dsn)
    record = read_record(home.resolve()) if db.data_dir is not None else None
    folder = record.binaries if record else find_binaries(settings, current_owner()).folder
    password = str(given.pop("password", ""))
    named = make_conninfo(**{key: str(value) for key, value in given.items()})
    command = [str(folder / words[0]), *words[1:], "--dbname", named]
    child = settings.child_environment() | {"PGPASSWORD": password}
    done = subprocess.run(  # noqa: S603 - our own argument lists, no shell
        command, env=child, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"{words[0]} failed: {said}. Its version must not be older than the server's."
        raise ClusterFailed(message)
