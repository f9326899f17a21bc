"""The numbers by which anybody finds a public record: of its document, its certificate (文书号).

Of organisations alone: what is one person's by its code, and what has an archive only, is found by
its code and by nothing else (legal.md L3, L8). Whether a record is public is looked at by whoever
finds it, on the day.
"""

from pathlib import Path

import duckdb

from gongxin.core.catalog import Item
from gongxin.core.documents import SHORTEST_NUMBER
from gongxin.core.subject import ARCHIVE_ONLY, SOLE_TRADER_PREFIX
from gongxin.engines.texts import fold, holds_person_number, quoted, text
from gongxin.intake.staging import Staging
from gongxin.ledger import bulk


def write(staging: Staging, path: Path) -> Path:
    """Write the numbers of the posted records as a CSV file: number, subject, record_id."""
    rows = """entries e JOIN places p USING (row) JOIN canonical c USING (row, subject)
        WHERE p.latest"""
    fields = [quoted(name) for name in staging.item.record_numbers]
    return _write(staging.con, rows, fields, path)


def write_again(con: duckdb.DuckDBPyConnection, item: Item, path: Path) -> Path:
    """Write the numbers of all current records of an item, read from ``current_record``."""
    rows = f"current_record WHERE item = {text(item.item)}"
    fields = [f"json_extract_string(payload, '$.\"{name}\"')" for name in item.record_numbers]
    return _write(con, rows, fields, path)


def _write(con: duckdb.DuckDBPyConnection, rows: str, fields: list[str], path: Path) -> Path:
    if len(fields) == 0:
        path.write_bytes(b"")
        return path
    closed = ", ".join(text(sign) for sign in sorted(ARCHIVE_ONLY))
    query = f"""SELECT number, subject, record_id FROM (
        SELECT {fold("given")} AS number, subject, record_id FROM (
            SELECT subject, record_id, unnest([{", ".join(fields)}]) AS given FROM {rows})
        WHERE given <> '' AND subject <> '' AND subject NOT LIKE '{SOLE_TRADER_PREFIX}%'
        AND subject[1] NOT IN ({closed}))
        WHERE length(number) >= {SHORTEST_NUMBER} AND regexp_matches(number, '[0-9]')
        AND NOT {holds_person_number("number")}"""
    return bulk.dump(con, query, path)
