"""A database that answers, and the forms in which others want to know it."""

import dataclasses
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gongxin.cluster.errors import Unreachable

Origin = Literal["url", "system", "embedded"]
DJANGO_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}
CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Database:
    """A database that answered when it was opened.

    Attributes:
        dsn: a ``postgresql://`` URL with its password, for psycopg, Django and libpq's programs.
        origin: given by URL, or a private cluster run by the machine's or the package's programs.
        server_version: such as ``15.18``.
        data_dir: PGDATA of the private cluster; None for a URL.
        web_dsn: the same database as the role that pages and API are served as, if it is known.
        personal_dsn: the database of personal records, as the role that alone may enter it.
        citizen_dsn: the first database as the role that serves persons, if it is known.
    """

    dsn: str = dataclasses.field(repr=False)
    origin: Origin
    server_version: str
    data_dir: Path | None
    web_dsn: str | None = dataclasses.field(default=None, repr=False)
    personal_dsn: str | None = dataclasses.field(default=None, repr=False)
    citizen_dsn: str | None = dataclasses.field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The database's name on its server."""
        return str(conninfo_to_dict(self.dsn).get("dbname", ""))

    def django_settings(self) -> dict[str, object]:
        """One entry of Django's ``DATABASES``."""
        return django_settings(self.dsn)


def django_settings(dsn: str) -> dict[str, object]:
    """One entry of Django's ``DATABASES`` from a libpq URL or connection string.

    >>> django_settings("postgresql://credit@/gongxin?host=/run/pg")["HOST"]
    '/run/pg'
    """
    given = conninfo_to_dict(dsn)
    named = {django: str(given.pop(libpq, "")) for libpq, django in DJANGO_NAMES.items()}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": given}


def make_url(*, dbname: str, user: str, password: str, socket_dir: Path) -> str:
    """A ``postgresql://`` URL of a database behind a Unix socket."""
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"postgresql://{login}@/{quote(dbname, safe='')}?{urlencode({'host': socket_dir})}"


def connect(dsn: str, **changes: str) -> psycopg.Connection:
    """An autocommit connection.

    Raises:
        Unreachable: no server, no such database, or a refused login.
    """
    try:
        conninfo = make_conninfo(dsn, connect_timeout=CONNECT_SECONDS, **changes)
        return psycopg.connect(conninfo, autocommit=True)
    except psycopg.Error as refused:
        message = (
            f"The database does not answer: {str(refused).strip()}. Check GONGXIN_DATABASE_URL, "
            "or that the server runs."
        )
        raise Unreachable(message) from refused


def server_version(connection: psycopg.Connection) -> str:
    """The server's version, such as ``15.18``."""
    number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def create_database(db: Database, name: str) -> Database:
    """The database ``name`` beside ``db``, made if it is missing; the login needs CREATEDB.

    Raises:
        Unreachable: ``db`` does not answer.
    """
    with connect(db.dsn) as connection:
        make_database(connection, name)
    return dataclasses.replace(db, dsn=_renamed(db.dsn, name))


def beside(dsn: str) -> str:
    """The URL of the database of personal records where nobody named another: ours, beside it."""
    return _renamed(dsn, f"{conninfo_to_dict(dsn).get('dbname', '')}_personal")


def make_personal(db: Database) -> None:
    """Make the database of personal records on a server that was given by URL.

    Raises:
        Unreachable: it does not answer and cannot be made; the message says what to do.
    """
    if db.data_dir is not None or db.personal_dsn is None:
        return
    name = str(conninfo_to_dict(db.personal_dsn).get("dbname", ""))
    try:
        connect(db.personal_dsn).close()
    except Unreachable as away:
        try:
            with connect(db.dsn) as connection:
                make_database(connection, name)
                close_to_others(connection, name)
        except psycopg.Error as refused:
            message = (
                f"The database of personal records {name} does not answer and could not be made: "
                f"{str(refused).strip()}. Make it, owned by a role of its own, and set "
                "GONGXIN_PERSONAL_DATABASE_URL."
            )
            raise Unreachable(message) from away


def close_to_others(connection: psycopg.Connection, name: str) -> None:
    """Let nobody but its owner connect to a database."""
    command = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
    connection.execute(command.format(sql.Identifier(name)))


def make_database(connection: psycopg.Connection, name: str, *, owner: str | None = None) -> None:
    """Make the database ``name`` on this server unless it is there."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(query, (name,)).fetchone() is not None:
        return
    command = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    if owner is not None:
        command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    # Another process may make it at the same moment.
    with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        connection.execute(command)


def _renamed(dsn: str, name: str) -> str:
    given = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    login = quote(given.pop("user", ""), safe="")
    if "password" in given:
        login += ":" + quote(given.pop("password"), safe="")
    del given["dbname"]
    return f"postgresql://{login}@/{quote(name, safe='')}?{urlencode(given)}"
