"""What an operator wants to know of the database: one flat table of facts."""

from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict

from gongxin.cluster.chinese import chinese_trigram
from gongxin.cluster.database import Database, connect, server_version
from gongxin.cluster.errors import Unreachable

PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


def doctor(db: Database) -> dict[str, str | int]:
    """Facts of a database, for ``gongxin doctor --json``; texts, and sizes in bytes.

    Raises:
        Unreachable: the database does not answer.
        UnusableCluster: pg_trgm cannot be had.
    """
    with connect(db.dsn) as connection:
        encoding, provider, collate, ctype, size = _catalog_row(connection)
        return {
            "origin": db.origin,
            "server_version": server_version(connection),
            "data_dir": "" if db.data_dir is None else str(db.data_dir),
            "database": connection.info.dbname,
            "encoding": encoding,
            "locale_provider": PROVIDERS.get(provider, provider),
            "collate": collate,
            "ctype": ctype,
            "data_checksums": _setting(connection, "data_checksums"),
            "synchronous_commit": _setting(connection, "synchronous_commit"),
            "chinese_trigram": str(chinese_trigram(connection)),
            "size_bytes": size,
        }


def personal_doctor(db: Database) -> dict[str, str]:
    """Facts of the database of personal records: does it answer, who enters, who else could.

    ``role`` is right if it rules nothing, bypasses nothing and owns the database, and if nobody who
    evaluates or serves may connect.
    """
    if db.personal_dsn is None:
        return {"answers": "no", "role": "", "wrong": "no database is named"}
    try:
        with connect(db.personal_dsn) as connection:
            role, rules, owns, others = _entered(connection, _roles(db))
    except Unreachable:
        return {"answers": "no", "role": "", "wrong": "it does not answer"}
    faults = {
        "its role rules the server or bypasses row security": rules,
        "its role does not own it": not owns,
        f"others may connect: {others}": others != "",
    }
    wrong = "; ".join(fault for fault, is_so in faults.items() if is_so)
    return {"answers": "yes", "role": role, "wrong": wrong}


def serves_persons(db: Database) -> bool:
    """Tell whether the role that serves persons has its rights, and their tables are there."""
    if db.citizen_dsn is None or db.personal_dsn is None:
        return False
    try:
        with connect(db.citizen_dsn) as citizen, connect(db.personal_dsn) as personal:
            may = "has_table_privilege(to_regclass('audit_row'), 'INSERT')"
            rights = citizen.execute(f"SELECT coalesce({may}, false)").fetchone()
            there = "SELECT to_regclass('personal_session') IS NOT NULL"
            tables = personal.execute(there).fetchone()
    except Unreachable:
        return False
    return rights == (True,) and tables == (True,)


def _roles(db: Database) -> list[str]:
    """The roles that the platform's other processes log in as."""
    known = (db.dsn, db.web_dsn, db.citizen_dsn)
    return sorted({str(conninfo_to_dict(dsn).get("user", "")) for dsn in known if dsn is not None})


def _entered(connection: Connection, roles: list[str]) -> tuple[str, bool, bool, str]:
    row = connection.execute(
        """SELECT current_user::text, r.rolsuper OR r.rolbypassrls, d.datdba = r.oid,
           coalesce((SELECT string_agg(o.rolname, ' ' ORDER BY o.rolname) FROM pg_roles o
               WHERE o.rolname = ANY(%s)
               AND (o.oid = r.oid OR has_database_privilege(o.oid, d.oid, 'CONNECT'))), '')
           FROM pg_roles r, pg_database d
           WHERE r.rolname = current_user AND d.datname = current_database()""",
        [roles],
    ).fetchone()
    return ("", True, False, "") if row is None else row


def _catalog_row(connection: Connection) -> tuple[str, str, str, str, int]:
    row = connection.execute(
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype,"
        " pg_database_size(oid) FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    if row is None:  # cannot be: we are in it
        return ("", "", "", "", 0)
    encoding, provider, collate, ctype, size = row
    return (encoding, provider, collate, ctype, size)


def _setting(connection: Connection, name: str) -> str:
    row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
    return "" if row is None else str(row[0])
