"""Does the database see letters in Chinese text? With the wrong locale pg_trgm scores it 0.0."""

from decimal import Decimal
from typing import LiteralString

import psycopg
from psycopg import sql

from gongxin.cluster.errors import UnusableCluster

NAMES = ("盘锦宏远", "盘锦宏达")

_SCORE: LiteralString = "SELECT cardinality({0}.show_trgm(%s)), {0}.similarity(%s, %s)::text"


def check_chinese(connection: psycopg.Connection) -> None:
    """Refuse a database in which trigram search finds nothing in Chinese text.

    Makes the extension pg_trgm if it is missing (a database's owner may do that).

    Raises:
        UnusableCluster: the score is 0.0, or pg_trgm cannot be had.
    """
    if chinese_trigram(connection) == 0:
        name = connection.info.dbname
        message = (
            f"The database {name} sees no letters in Chinese text: the similarity of {NAMES[0]} "
            f"and {NAMES[1]} is 0.0, so name search would find nothing. Its LC_CTYPE is "
            f"{_ctype(connection)}; make a new one with ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' "
            "TEMPLATE template0, or a new cluster with initdb --locale=C.UTF-8."
        )
        raise UnusableCluster(message, database=name)


def chinese_trigram(connection: psycopg.Connection) -> Decimal:
    """How alike two Chinese names look to pg_trgm, from 0 to 1; 0 when it sees no letters.

    Raises:
        UnusableCluster: pg_trgm is not installed and cannot be.
    """
    schema = sql.Identifier(_trigram_schema(connection))
    query = sql.SQL(_SCORE).format(schema)
    row = connection.execute(query, (NAMES[0], *NAMES)).fetchone()
    n_trigrams, score = row if row is not None else (0, "0")
    return Decimal(score) if n_trigrams > 0 else Decimal(0)


def _trigram_schema(connection: psycopg.Connection) -> str:
    """The schema of pg_trgm, which is made if it is missing."""
    found = _find_trigram(connection)
    if found is None:
        try:
            with connection.transaction():
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except psycopg.errors.UniqueViolation:
            pass  # another session made it at the same moment
        except psycopg.Error as refused:
            message = (
                f"The database {connection.info.dbname} has no extension pg_trgm, and making it "
                f"was refused: {refused.diag.message_primary}. Install PostgreSQL's contrib "
                "modules and run CREATE EXTENSION pg_trgm as the database's owner."
            )
            raise UnusableCluster(message, database=connection.info.dbname) from refused
        found = _find_trigram(connection)
    return found or "public"


def _find_trigram(connection: psycopg.Connection) -> str | None:
    row = connection.execute(
        "SELECT nspname FROM pg_extension JOIN pg_namespace ns ON ns.oid = extnamespace"
        " WHERE extname = 'pg_trgm'"
    ).fetchone()
    return None if row is None else str(row[0])


def _ctype(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "SELECT datctype FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return "unknown" if row is None else str(row[0])
