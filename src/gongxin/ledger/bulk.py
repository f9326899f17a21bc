r"""Bulk writes: a CSV file into a table by COPY, in the caller's transaction (NULL is ``\N``)."""

from pathlib import Path

from django.db import connection

CHUNK = 1 << 20
NULL = "\\N"


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
