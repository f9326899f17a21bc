"""Segments: entries as Parquet, by revision range and subject bucket, for scans (段).

A segment never changes; the manifest names every file with its hash. A scan reads the segments
and the short tail of entries that no segment holds yet, up to a given head.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.db import transaction

from gongxin.core.digest import algorithm_of
from gongxin.core.errors import CreditError
from gongxin.engines.paths import glob_escaped
from gongxin.engines.scratch import scratch_folder
from gongxin.ledger import bulk
from gongxin.ledger.columns import BUCKETS, COLUMNS, NAMES
from gongxin.ledger.models import Segment

EXPORT_ROWS = 10_000
_DUCK_TYPES = {"jsonb": "VARCHAR", "timestamptz": "TIMESTAMPTZ", "text": "VARCHAR"}
_LIST = ", ".join(f'"{name}"' for name in NAMES)
_DUCK_COLUMNS = {name: _DUCK_TYPES.get(kind, kind).upper() for name, kind in COLUMNS}


class DamagedSegment(CreditError):
    """A file of the manifest is missing or holds other bytes than were written."""

    code = "ledger.damaged_segment"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan saw: the head and how many rows came from segments and tail."""

    head: int
    segments: int
    tail: int


def exported_upto() -> int:
    """Return the last revision that a segment holds, 0 if there is none."""
    last = Segment.objects.order_by("-last_revision").values_list("last_revision", flat=True)
    return last.first() or 0


def export(home: Path, *, head: int, minimum: int = EXPORT_ROWS) -> int:
    """Write entries up to ``head`` that no segment holds as new segments; return how many.

    Fewer than ``minimum`` stay in the tail. Killed half-way, nothing is in the manifest.
    """
    first = exported_upto() + 1
    folder = home / "segments" / f"{first:015d}-{head:015d}"
    if head - first + 1 < minimum:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    con = _connect(home)
    try:
        rows = _load(con, "tail", first, head, folder / "entries.csv")
        paths = {bucket: folder / f"b{bucket:02d}.parquet" for bucket in range(BUCKETS)}
        written = {bucket: _write(con, path, bucket) for bucket, path in paths.items()}
    finally:
        con.close()
    with transaction.atomic():
        Segment.objects.bulk_create(
            Segment(
                path=str(paths[bucket].relative_to(home / "segments")),
                first_revision=first,
                last_revision=head,
                bucket=bucket,
                rows=count,
                digest=digest,
            )
            for bucket, (count, digest) in written.items()
            if count > 0
        )
    return rows


def _connect(home: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET memory_limit = '1GB'")
    scratch = home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    con.execute("SET temp_directory = ?", [str(scratch)])
    return con


def _load(con: duckdb.DuckDBPyConnection, table: str, first: int, last: int, path: Path) -> int:
    """Copy entries of a revision range out of the database into a DuckDB table."""
    bulk.copy_out(
        f"SELECT {_LIST} FROM ledger_entry WHERE revision BETWEEN {first} AND {last}", path
    )
    bulk.load(con, table, _DUCK_COLUMNS, path)
    path.unlink()
    found = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0


def bucket_sql(subject: str) -> str:
    """SQL of a subject's bucket: stable across versions and engines."""
    return f"('0x' || substr(sha256({subject}), 1, 4))::INTEGER % {BUCKETS}"


def _write(con: duckdb.DuckDBPyConnection, path: Path, bucket: int) -> tuple[int, str]:
    """Write one bucket of ``tail``; return its rows and the file's hash."""
    con.execute(
        f"""COPY (SELECT * FROM tail WHERE {bucket_sql("subject")} = {bucket}
            ORDER BY subject, revision) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)"""
    )
    found = con.execute("SELECT count(*) FROM read_parquet(?)", [glob_escaped(path)]).fetchone()
    return (int(found[0]) if found else 0), _hashed(path, "sha256")


def _hashed(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}"


def damaged(home: Path, *, head: int) -> tuple[str, ...]:
    """Return the files up to ``head`` that are missing or not as the manifest has them."""
    return tuple(
        segment.path
        for segment in Segment.objects.filter(last_revision__lte=head).order_by("path")
        if not (home / "segments" / segment.path).is_file()
        or segment.digest != _hashed(home / "segments" / segment.path, algorithm_of(segment.digest))
    )


def literal(path: Path | str) -> str:
    """Write a path as a SQL literal: as it is for COPY TO, escaped for whatever reads."""
    return "'" + str(path).replace("'", "''") + "'"


def open_scan(home: Path, *, head: int) -> tuple[duckdb.DuckDBPyConnection, Scan]:
    """Open a DuckDB connection with the view ``entry`` over all entries up to ``head``.

    Raises:
        DamagedSegment: a file that the scan would read is not as it was written.
    """
    bad = damaged(home, head=head)
    if bad:
        message = (
            f"the segment {bad[0]} is missing or was changed ({len(bad)} such); restore the folder"
            " segments from its backup, nothing was read"
        )
        raise DamagedSegment(message, path=bad[0])
    con = _connect(home)
    used = list(Segment.objects.filter(last_revision__lte=head).order_by("path"))
    paths = [home / "segments" / segment.path for segment in used]
    # Of a later segment nothing is read: its entries up to the head come from the database.
    upto = max((segment.last_revision for segment in used), default=0)
    with scratch_folder(home) as folder:
        tail = _load(con, "tail", upto + 1, head, folder / "tail.csv")
    parts = ["SELECT * FROM tail"]
    if paths:
        listed = ", ".join(literal(glob_escaped(path)) for path in paths)
        parts.append(f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)")
    con.execute(f"CREATE VIEW entry AS {' UNION ALL '.join(parts)}")
    found = con.execute("SELECT count(*) FROM entry").fetchone()
    total = int(found[0]) if found else 0
    return con, Scan(head=head, segments=total - tail, tail=tail)


CURRENT_SQL = """
WITH revised AS (SELECT subject, record_id, max(revision) AS latest FROM entry
  WHERE kind <> 'assert' GROUP BY subject, record_id)
SELECT e.* FROM entry e LEFT JOIN revised r
  ON r.subject = e.subject AND r.record_id = e.record_id
  WHERE r.latest IS NULL OR e.revision = r.latest"""
