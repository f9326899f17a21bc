"""The roles of an instance: who owns, who serves, who holds persons, who serves them (角色)."""

import psycopg
from psycopg import sql

from gongxin.cluster.place import Record
from gongxin.cluster.server import ADMIN

ROLE = "gongxin"
WEB_ROLE = "gongxin_web"
PERSONAL_ROLE = "gongxin_personal"
CITIZEN_ROLE = "gongxin_citizen"


def make_owner(admin: psycopg.Connection, password: str) -> None:
    """The application's role: it owns its databases and may make more, but rules nothing else.

    Bulk writes are COPY, which row security that is forced on the owner would refuse.
    """
    command = sql.SQL("CREATE ROLE {} LOGIN CREATEDB BYPASSRLS PASSWORD {}")
    admin.execute(command.format(sql.Identifier(ROLE), sql.Literal(password)))


def make_web_role(admin: psycopg.Connection, password: str) -> None:
    """The role that pages and API are served as: it owns nothing and bypasses no row security.

    The owner may become it, so that what it sees can be tried.
    """
    _make_serving(admin, WEB_ROLE, password)
    admin.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(ROLE)))


def make_citizen_role(admin: psycopg.Connection, password: str) -> None:
    """The role as which the process for persons writes the audit log and verifies clients.

    It owns nothing, and sees no record of an organisation (ADR 0024).
    """
    _make_serving(admin, CITIZEN_ROLE, password)


def make_personal_role(admin: psycopg.Connection, password: str) -> None:
    """The role that alone may enter the database of personal records.

    No other role may become it: the owner of the public tables is refused there like everybody.
    """
    role = sql.Identifier(PERSONAL_ROLE)
    found = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (PERSONAL_ROLE,)).fetchone()
    what = "ALTER" if found else "CREATE"
    command = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOBYPASSRLS PASSWORD {}")
    admin.execute(command.format(sql.SQL(what), role, sql.Literal(password)))


def give_passwords(admin: psycopg.Connection, record: Record) -> None:
    """Let the roles of a cluster log in with a record's passwords, and no longer with others."""
    for name, password in ((ADMIN, record.admin_password), (ROLE, record.password)):
        command = sql.SQL("ALTER ROLE {} PASSWORD {}")
        admin.execute(command.format(sql.Identifier(name), sql.Literal(password)))
    make_web_role(admin, record.web_password)
    make_citizen_role(admin, record.citizen_password)
    make_personal_role(admin, record.personal_password)


def _make_serving(admin: psycopg.Connection, name: str, password: str) -> None:
    role = sql.Identifier(name)
    found = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    what = "ALTER" if found else "CREATE"
    command = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT PASSWORD {}")
    admin.execute(command.format(sql.SQL(what), role, sql.Literal(password)))
    admin.execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(ROLE)))
