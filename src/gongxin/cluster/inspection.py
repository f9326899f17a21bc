"""What an operator wants to know of the database: one flat table of facts."""

from psycopg import Connection, sql

from gongxin.cluster.chinese import chinese_trigram
from gongxin.cluster.database import Database, connect, server_version

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
