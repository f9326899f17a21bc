r"""Rows in bulk: CSV files without header, in the caller's transaction (NULL is ``\N``)."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
from django.db import connection

from gongxin.engines.paths import glob_escaped
from gongxin.engines.texts import quoted, text

CHUNK = 1 << 20
LINE = 4_000_000  # characters of a record at most
NULL = "\\N"
# As DuckDB writes and reads it; PostgreSQL's COPY needs only the format and the NULL.
CSV = f"(FORMAT csv, HEADER false, NULLSTR '{NULL}', DELIMITER ',', QUOTE '\"', ESCAPE '\"')"


def copy_in(target: str, rows: Path) -> None:
    """Copy a CSV file without header into ``target``: a table's name and its columns."""
    statement = f"COPY {target} FROM STDIN WITH (FORMAT csv, NULL '{NULL}')"
    with (
        connection.cursor() as cursor,
        rows.open("rb") as source,
        cursor.copy(statement) as copy,
    ):
        while chunk := source.read(CHUNK):
            copy.write(chunk)


def copy_out(query: str, path: Path, parameters: tuple[object, ...] = ()) -> Path:
    """Copy a query's rows out of the database into a CSV file that DuckDB reads."""
    statement = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '{NULL}', FORCE_QUOTE *)"
    with (
        connection.cursor() as cursor,
        path.open("wb") as sink,
        cursor.copy(statement, parameters or None) as copy,
    ):
        for block in copy:
            sink.write(block)
    return path


def load(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], path: Path
) -> None:
    """Make a table in DuckDB of a file that ``copy_out`` wrote; columns with DuckDB's types."""
    types = ", ".join(f"{quoted(name)}: {text(kind)}" for name, kind in columns.items())
    con.execute(
        f"""CREATE TABLE {table} AS SELECT * FROM read_csv(?, columns = {{{types}}},
            header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
            nullstr = {text(NULL)}, allow_quoted_nulls = false, max_line_size = {LINE},
            hive_partitioning = false)""",
        [glob_escaped(path)],
    )


def dump(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    """Write a query's rows from DuckDB into a CSV file that ``copy_in`` reads."""
    con.execute(f"COPY ({query}) TO {text(str(path))} {CSV}")
    path.touch()
    return path
