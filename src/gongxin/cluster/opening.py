"""Opening and stopping the database of a home; every step of a private cluster is under a lock."""

import dataclasses
import fcntl
import logging
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from gongxin.cluster.binaries import Binaries, find_binaries
from gongxin.cluster.chinese import check_chinese
from gongxin.cluster.database import (
    Database,
    beside,
    close_to_others,
    connect,
    make_database,
    make_url,
    server_version,
)
from gongxin.cluster.errors import ClusterLost, Unreachable, UnusableCluster
from gongxin.cluster.owner import Owner, current_owner
from gongxin.cluster.place import (
    Record,
    holds_data,
    new_record,
    place_socket,
    read_record,
    remove_marker,
    write_record,
)
from gongxin.cluster.postmaster import halt, serving_pid
from gongxin.cluster.roles import (
    CITIZEN_ROLE,
    PERSONAL_ROLE,
    ROLE,
    WEB_ROLE,
    make_citizen_role,
    make_owner,
    make_personal_role,
    make_web_role,
)
from gongxin.cluster.server import (
    ADMIN,
    LOCALES,
    WAIT_SECONDS,
    LocaleMissingError,
    data_major,
    make_data,
    start,
    stop_server,
)
from gongxin.cluster.settings import ClusterSettings, read_settings

DATABASE = "gongxin"
PERSONAL = "gongxin_personal"
LOCK_FILE = "cluster.lock"

_log = logging.getLogger(__name__)


def open_database(home: Path, *, env: Mapping[str, str]) -> Database:
    """The database of an instance: answering, and seen to understand Chinese text.

    With ``GONGXIN_DATABASE_URL`` that database; nothing is started. Else the private cluster of
    ``home``: made on first use, started if it does not run, and left running.

    Args:
        home: the instance's folder; it is made if it is missing.
        env: the environment; ``GONGXIN_DATABASE_URL`` and ``GONGXIN_PG_BIN`` are read.

    Raises:
        ClusterError: what happened, where, and what to do.
    """
    settings = read_settings(env)
    if settings.database_url is not None:
        return _open_url(settings.database_url, settings)
    home = home.resolve()
    with locked(home):
        return _open_private(home, settings)


def stop(home: Path) -> bool:
    """Stop the private cluster of ``home``; say whether one ran. The data stay."""
    home = home.resolve()
    if not home.is_dir():
        return False
    with locked(home):
        record = read_record(home)
        return record is not None and stop_server(record, owner=current_owner())


def destroy(home: Path) -> None:
    """Stop the private cluster of ``home`` and delete its data and record for good."""
    home = home.resolve()
    if not home.is_dir():
        return
    with locked(home):
        record = read_record(home)
        if record is not None:
            stop_server(record, owner=current_owner())
            (home / "cluster.json").unlink()
            for folder in (record.base, record.socket_dir):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Let one process at a time make, start or stop the cluster of a home."""
    home.mkdir(parents=True, exist_ok=True)
    try:
        file = (home / LOCK_FILE).open("ab")
    except PermissionError as refused:
        message = f"{home} belongs to another user. Run as that user, or choose another home."
        raise ClusterLost(message, home=str(home)) from refused
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def url_of(record: Record, *, user: str, dbname: str) -> str:
    """The URL of a database of the cluster, as one of its roles."""
    passwords = {
        ADMIN: record.admin_password,
        WEB_ROLE: record.web_password,
        PERSONAL_ROLE: record.personal_password,
        CITIZEN_ROLE: record.citizen_password,
    }
    password = passwords.get(user, record.password)
    return make_url(dbname=dbname, user=user, password=password, socket_dir=record.socket_dir)


def with_binaries(record: Record, binaries: Binaries) -> Record:
    """The record of a cluster that these programs run."""
    return dataclasses.replace(record, binaries=binaries.folder, source=binaries.source)


def _open_url(url: str, settings: ClusterSettings) -> Database:
    with connect(url) as connection:
        check_chinese(connection)
        version = server_version(connection)
    return Database(
        dsn=url,
        origin="url",
        server_version=version,
        data_dir=None,
        web_dsn=settings.web_database_url,
        personal_dsn=settings.personal_database_url or beside(url),
        citizen_dsn=settings.citizen_database_url,
    )


def _open_private(home: Path, settings: ClusterSettings) -> Database:
    owner = current_owner()
    record = read_record(home)
    if record is None:
        record = _make(home, new_record(home, owner), settings=settings, owner=owner)
    elif record.marker.exists():
        halt(record.data_dir, owner)
        record = _make(home, record, settings=settings, owner=owner)
    elif not holds_data(record.base):
        message = (
            f"{home / 'cluster.json'} says the database is in {record.data_dir}, but nothing is "
            "there. Restore that folder, or remove the file to start with an empty database."
        )
        raise ClusterLost(message, data_dir=str(record.data_dir))
    elif serving_pid(record.data_dir) is None or not record.socket_dir.is_dir():
        record = _start_existing(home, record, settings=settings, owner=owner)
    try:
        return _answering(home, record)
    except Unreachable:
        if serving_pid(record.data_dir) is not None:
            raise
        # It was dying while we looked.
        return _answering(home, _start_existing(home, record, settings=settings, owner=owner))


def _start_existing(
    home: Path, record: Record, *, settings: ClusterSettings, owner: Owner
) -> Record:
    stop_server(record, owner=owner)  # nothing runs, unless its socket was swept from /tmp
    binaries = find_binaries(settings, owner, major=data_major(record.data_dir))
    record = with_binaries(place_socket(record, owner), binaries)
    write_record(home, record)
    start(record, settings=settings, owner=owner)
    return record


def _make(home: Path, record: Record, *, settings: ClusterSettings, owner: Owner) -> Record:
    """Make the cluster in the first locale of this machine that understands Chinese text."""
    binaries = find_binaries(settings, owner)
    record.marker.touch()
    record = with_binaries(place_socket(record, owner), binaries)
    write_record(home, record)
    tried: list[str] = []
    for locale in LOCALES:
        try:
            _make_in(record, binaries, locale=locale, settings=settings, owner=owner)
        except (LocaleMissingError, UnusableCluster) as refused:
            _log.info("initdb %s will not do: %s", " ".join(locale), refused)
            tried.append(f"initdb {' '.join(locale)}: {refused}")
        else:
            remove_marker(record)
            return record
    message = (
        "No locale of this machine lets PostgreSQL see letters in Chinese text. Install one, "
        f"such as C.UTF-8 or zh_CN.UTF-8. Tried: {'; '.join(tried)}"
    )
    raise UnusableCluster(message)


def _make_in(
    record: Record,
    binaries: Binaries,
    *,
    locale: tuple[str, ...],
    settings: ClusterSettings,
    owner: Owner,
) -> None:
    halt(record.data_dir, owner)
    if record.data_dir.exists():
        shutil.rmtree(record.data_dir)  # the marker is there: these data were never used
    make_data(record, binaries, locale=locale, settings=settings, owner=owner)
    start(record, settings=settings, owner=owner)
    with connect(url_of(record, user=ADMIN, dbname="postgres")) as admin:
        make_owner(admin, record.password)
        make_web_role(admin, record.web_password)
        make_citizen_role(admin, record.citizen_password)
        make_database(admin, DATABASE, owner=ROLE)
        _make_personal(admin, record)
    with connect(url_of(record, user=ROLE, dbname=DATABASE)) as connection:
        check_chinese(connection)


def _answering(home: Path, record: Record) -> Database:
    dsn = url_of(record, user=ROLE, dbname=DATABASE)
    with _connect_patiently(record, dsn) as connection:
        check_chinese(connection)
        version = server_version(connection)
    if record.web_password == "":
        record = _with_web_role(home, record)
    if record.personal_password == "":
        record = _with_personal(home, record)
    if record.citizen_password == "":
        record = _with_citizen_role(home, record)
    return Database(
        dsn=dsn,
        origin=record.source,
        server_version=version,
        data_dir=record.data_dir,
        web_dsn=url_of(record, user=WEB_ROLE, dbname=DATABASE),
        personal_dsn=url_of(record, user=PERSONAL_ROLE, dbname=PERSONAL),
        citizen_dsn=url_of(record, user=CITIZEN_ROLE, dbname=DATABASE),
    )


def _with_web_role(home: Path, record: Record) -> Record:
    """Make the role that serves, in a cluster that an earlier version made without it."""
    known = dataclasses.replace(record, web_password=secrets.token_urlsafe(24))
    with connect(url_of(record, user=ADMIN, dbname="postgres")) as admin:
        make_web_role(admin, known.web_password)
    write_record(home, known)
    return known


def _with_citizen_role(home: Path, record: Record) -> Record:
    """Make the role that serves persons, in a cluster that an earlier version made without it."""
    known = dataclasses.replace(record, citizen_password=secrets.token_urlsafe(24))
    with connect(url_of(record, user=ADMIN, dbname="postgres")) as admin:
        make_citizen_role(admin, known.citizen_password)
    write_record(home, known)
    return known


def _make_personal(admin: psycopg.Connection, record: Record) -> None:
    make_personal_role(admin, record.personal_password)
    make_database(admin, PERSONAL, owner=PERSONAL_ROLE)
    close_to_others(admin, PERSONAL)


def _with_personal(home: Path, record: Record) -> Record:
    """Make the database of personal records in a cluster that an earlier version made without."""
    known = dataclasses.replace(record, personal_password=secrets.token_urlsafe(24))
    with connect(url_of(record, user=ADMIN, dbname="postgres")) as admin:
        _make_personal(admin, known)
    write_record(home, known)
    return known


def _connect_patiently(record: Record, dsn: str) -> psycopg.Connection:
    """Connect, waiting for a server that replays its log after a crash."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return connect(dsn)
        except Unreachable as silent:
            recovers = "starting up" in silent.message or "recovery" in silent.message
            if not recovers or time.monotonic() > deadline:
                message = (
                    f"The private cluster in {record.base} does not let us in: "
                    f"{silent.message} Its log is {record.log}."
                )
                raise Unreachable(message, base=str(record.base)) from silent
            time.sleep(0.2)
