"""What a platform shows from inside: database, tables, release, disk, sealing (运行状态)."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from gongxin import law
from gongxin.audit import queries
from gongxin.cluster import WEB_ROLE
from gongxin.law import LawError
from gongxin.site import clock

DATABASE_ERRORS = (DatabaseError, InterfaceError)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What a database that answers says of itself; ``skew_seconds`` is its clock beside ours."""

    rules_all: bool
    durable: bool
    letters: bool
    migrated: bool
    skew_seconds: float
    unsealed_seconds: int


def database() -> DatabaseState | None:
    """Ask the database; None if it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT (SELECT rolsuper FROM pg_roles
                           WHERE rolname = current_user),
                          current_setting('fsync') = 'on'
                          AND current_setting('synchronous_commit') <> 'off',
                          lower('Ä') = 'ä' AND '盘' ~ '[[:alpha:]]', clock_timestamp()"""
            )
            rules_all, durable, letters, at = cursor.fetchone()
        skew = abs((clock.now() - at).total_seconds())
        current = migrated()
        waiting = queries.standing().unsealed_seconds if current else 0
    except DATABASE_ERRORS:
        connection.close()
        return None
    return DatabaseState(rules_all, durable, letters, current, skew, waiting)


def persons_apart() -> bool:
    """Tell whether the roles that evaluate and serve are kept out of the persons' database.

    One of another name or on another server is not seen from here: it has its own grants.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT NOT EXISTS (SELECT 1 FROM pg_database d, pg_roles r
                   WHERE d.datname = current_database() || '_personal'
                   AND r.rolname IN (current_user, %s)
                   AND has_database_privilege(r.oid, d.oid, 'CONNECT'))""",
                [WEB_ROLE],
            )
            return bool(cursor.fetchone()[0])
    except DATABASE_ERRORS:
        connection.close()
        return False


def answers() -> bool:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DATABASE_ERRORS:
        connection.close()
        return False


def migrated() -> bool:
    """Tell whether the tables are those of this program."""
    applied = MigrationRecorder(connection).applied_migrations()
    return all(name in applied for name in _leaves())


@lru_cache(maxsize=1)
def _leaves() -> tuple[tuple[str, str], ...]:
    return tuple(MigrationLoader(None).graph.leaf_nodes())


def has_release(home: Path) -> bool:
    """Tell whether the release of the law can be read."""
    try:
        return bool(law.active(home).hash)
    except (LawError, OSError, ValueError):
        return False
