"""Where the private cluster of a home lives, and the record of it in ``home/cluster.json``.

base/                 home/pg, or a folder outside when PostgreSQL's user cannot reach home
    unfinished        there until the cluster was made and checked: the data were never used
    postgresql.conf   our settings, written anew at each start
    data/             PGDATA, with server.log
    run/              the socket, unless its path is too long: then in a folder of /tmp
"""

import dataclasses
import hashlib
import json
import logging
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from gongxin.cluster.binaries import ROOT_FOLDER, Source, open_root_folder
from gongxin.cluster.errors import ClusterLost
from gongxin.cluster.owner import Owner
from gongxin.cluster.postmaster import halt

RECORD_FILE = "cluster.json"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 90  # sun_path holds 108 bytes on Linux, 104 on BSD and macOS
USER_BASES = Path("/var/tmp")  # noqa: S108 - a user has no better place that lasts
SOCKETS = Path("/tmp")  # noqa: S108 - short; the folder in it is made by mkdtemp
READABLE = 0o755
SHELL_SIGNS = re.compile(r"[\"'$`\\\n]")  # pg_ctl puts paths into a shell command

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """What ``cluster.json`` keeps; the file has mode 0600 because of the passwords.

    Attributes:
        base: the folder of the cluster.
        socket_dir: where it listens, or listened last.
        binaries: the folder of the programs that started it last.
        source: ``system`` or ``embedded``: whose programs these are.
        password: of the role that the application logs in as.
        admin_password: of the superuser, for upkeep only.
        web_password: of the role as which pages and API are served.
        personal_password: of the role that owns the database of personal records.
        citizen_password: of the role as which persons are served.
    """

    base: Path
    socket_dir: Path
    binaries: Path
    source: Source
    password: str = dataclasses.field(repr=False)
    admin_password: str = dataclasses.field(repr=False)
    web_password: str = dataclasses.field(repr=False)
    personal_password: str = dataclasses.field(repr=False)
    citizen_password: str = dataclasses.field(repr=False)

    @property
    def data_dir(self) -> Path:
        """PGDATA."""
        return self.base / "data"

    @property
    def marker(self) -> Path:
        """The file that says that the data were never used and may be made anew."""
        return self.base / "unfinished"

    @property
    def log(self) -> Path:
        """What the server writes; inside the data because its user must be able to write there."""
        return self.data_dir / "server.log"


def new_record(home: Path, owner: Owner) -> Record:
    """A record for a home that has none, with fresh passwords; makes its base folder."""
    base = _choose_base(home, owner)
    return Record(
        base=base,
        socket_dir=base / "run",
        binaries=Path(),
        source="system",
        password=secrets.token_urlsafe(24),
        admin_password=secrets.token_urlsafe(24),
        web_password=secrets.token_urlsafe(24),
        personal_password=secrets.token_urlsafe(24),
        citizen_password=secrets.token_urlsafe(24),
    )


def read_record(home: Path) -> Record | None:
    """The record of a home, or None if it has none.

    Raises:
        ClusterLost: the record cannot be read, or belongs to another user.
    """
    path = home / RECORD_FILE
    try:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            base=Path(kept["base"]),
            socket_dir=Path(kept["socket_dir"]),
            binaries=Path(kept["binaries"]),
            source="embedded" if kept["source"] == "embedded" else "system",
            password=kept["password"],
            admin_password=kept["admin_password"],
            web_password=kept.get("web_password", ""),  # of an earlier version: none
            personal_password=kept.get("personal_password", ""),
            citizen_password=kept.get("citizen_password", ""),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as unreadable:
        message = (
            f"{path}, which holds the database's location and passwords, cannot be read "
            f"({type(unreadable).__name__}). Run as the user that made it, or restore it."
        )
        raise ClusterLost(message, record=str(path)) from unreadable


def write_record(home: Path, record: Record) -> None:
    """Keep the record, readable by its owner alone, whole or not at all."""
    fields = dataclasses.asdict(record)
    put(home / RECORD_FILE, {name: str(value) for name, value in fields.items()})


def put(path: Path, document: object) -> None:
    """Write a JSON file, readable by its owner alone, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def remove_marker(record: Record) -> None:
    """Say for good that the data are in use: from here on they are never made anew."""
    record.marker.unlink()
    settle(record.base)  # the marker must not come back with a power cut


def settle(path: Path) -> None:
    """Wait until a file, or what a folder names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place_socket(record: Record, owner: Owner) -> Record:
    """A record whose socket folder exists, is short, and belongs to the owner alone."""
    inside = record.base / "run"
    if len(str(inside / SOCKET_NAME).encode()) < SOCKET_LIMIT:
        inside.mkdir(mode=0o700, exist_ok=True)
        owner.take(inside)
        return dataclasses.replace(record, socket_dir=inside)
    if record.socket_dir != inside and _is_owned(record.socket_dir, owner):
        return record
    outside = Path(mkdtemp(prefix="gongxin-", dir=SOCKETS))
    owner.take(outside)
    return dataclasses.replace(record, socket_dir=outside)


def _is_owned(folder: Path, owner: Owner) -> bool:
    try:
        seen = folder.lstat()
    except FileNotFoundError:
        return False
    return folder.is_dir() and seen.st_uid == owner.uid and seen.st_mode & 0o077 == 0


def _choose_base(home: Path, owner: Owner) -> Path:
    """``home/pg`` if PostgreSQL can live there, else a folder outside named after the home."""
    inside = home / "pg"
    if holds_data(inside):
        message = (
            f"{inside} holds a database, but {home / RECORD_FILE} with its passwords is gone. "
            f"Restore that file, or move {inside} away to start with an empty database."
        )
        raise ClusterLost(message, base=str(inside))
    if not SHELL_SIGNS.search(str(inside)) and owner.reaches(home):
        inside.mkdir(exist_ok=True)
        inside.chmod(READABLE)
        if inside.stat().st_mode & 0o777 == READABLE and owner.reaches(inside):
            return inside
    return _outside_base(home, owner)


def _outside_base(home: Path, owner: Owner) -> Path:
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    base = ROOT_FOLDER / name if owner.switch else USER_BASES / f"gongxin-{name}-{owner.uid}"
    if holds_data(base):
        halt(base / "data", owner)
        _set_aside(base)
    if owner.switch:
        open_root_folder()
    base.mkdir(exist_ok=True)
    seen = base.lstat()
    if base.is_symlink() or seen.st_uid != os.geteuid():
        message = f"{base} should be ours but belongs to another user. Ask the machine's keeper."
        raise ClusterLost(message, base=str(base))
    base.chmod(READABLE)
    return base


def _set_aside(base: Path) -> None:
    """Keep the data of a home that was deleted: a new home of the same name starts empty."""
    aside = next(
        path
        for n in range(1, 1000)
        if not (path := base.with_name(f"{base.name}.old-{n}")).exists()
    )
    base.rename(aside)
    _log.warning("The data of an earlier, deleted home were set aside in %s", aside)


def holds_data(base: Path) -> bool:
    """Whether a cluster in ``base`` was made and may have been used."""
    return (base / "data/PG_VERSION").exists() and not (base / "unfinished").exists()
