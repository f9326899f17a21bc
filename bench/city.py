"""A served platform with as many records as wanted, and the same rows in an SQLite file.

Records are written straight into ``ledger_current`` by COPY: how they get there is measured
elsewhere (``bench.posting``), and a check reads nothing else.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bench import world
from bench.measure import Options

if TYPE_CHECKING:
    from gongxin.accounts.client_actions import Credentials

PARTS = 16
CLIENTS = 16
QUOTA, RATE = 100_000_000, 10_000
ACT = ("subject", "item", "payload", "decided_on", "authority", "failing_class", "public_until")
BEFORE = "91211100"


def make(options: Options) -> dict[str, Any]:
    """Make platform and SQLite file in the folder of the run, with ``codes`` and ``clients``."""
    folder, rows = Path(options["folder"]), int(options["rows"])
    organisations = max(rows // world.ENTRIES_EACH, 1)
    con = duckdb.connect(str(folder / "world.duckdb"))
    con.execute("SET memory_limit = '2GB'")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(world.entries_sql(rows, organisations))
    _name_organisations(con, folder, organisations)
    _platform(options, con)
    _sqlite(con, folder)
    con.close()
    (folder / "world.duckdb").unlink()
    return {"records": rows, "organisations": organisations}


def codes(number: int) -> Iterator[str]:
    """Return that many valid codes of enterprises."""
    from gongxin.core import uscc  # noqa: PLC0415

    made = (f"{BEFORE}{_organisation(n)}" for n in count())
    valid = (first + uscc.check_character(first) for first in made)
    return islice((code for code in valid if uscc.is_valid(code)), number)


def _organisation(number: int) -> str:
    """Return an organisation code with its check character (GB 11714)."""
    body = f"MA{number:06X}"
    values = [int(one, 36) for one in body]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return body + ("X" if rest == 10 else str(rest % 11))


def _name_organisations(con: duckdb.DuckDBPyConnection, folder: Path, organisations: int) -> None:
    """Put valid codes in the place of the invented ones."""
    listed = folder / "codes"
    with listed.open("w", encoding="ascii") as file:
        file.writelines(f"{code}\n" for code in codes(organisations))
    con.execute(
        """CREATE TABLE named AS SELECT column0 AS code, row_number() OVER () - 1 AS o
           FROM read_csv(?, header = false, auto_detect = false, columns = {'column0': 'TEXT'})""",
        [str(listed)],
    )
    con.execute(
        f"""CREATE VIEW current AS
        SELECT m.* REPLACE (n.code AS subject, m.payload AS payload)
        FROM (SELECT * FROM made QUALIFY row_number() OVER
            (PARTITION BY record_id ORDER BY revision DESC) = 1) m
        JOIN named n ON m.subject = '{BEFORE}' || lpad(n.o::VARCHAR, 10, '0')"""
    )


def _platform(options: Options, con: duckdb.DuckDBPyConnection) -> None:
    from bench.platform import create  # noqa: PLC0415

    create(options)
    from django.db import connection, transaction  # noqa: PLC0415

    from gongxin.ledger.bulk import copy_in, dump  # noqa: PLC0415
    from gongxin.ledger.columns import NAMES  # noqa: PLC0415

    folder = Path(options["folder"])
    listed = ", ".join(f'"{name}"' for name in NAMES)
    with transaction.atomic():
        for part in range(PARTS):
            rows = f"SELECT {listed} FROM current WHERE hash(subject) % {PARTS} = {part}"
            path = dump(con, rows, folder / "part.csv")
            copy_in(f"ledger_current ({listed})", path)
            path.unlink()
        names = "SELECT code, '盘锦示例' || o || '机械制造有限公司' AS name FROM named"
        path = dump(
            con,
            f"""SELECT code, name, name, 'organisation', 'enterprise', 'record', 'bench',
                TIMESTAMPTZ '2026-11-20 04:00:00+00' FROM ({names})""",
            folder / "part.csv",
        )
        wanted = "uscc, name, name_key, kind, form, source, batch, created_at"
        copy_in(f"ledger_subject ({wanted})", path)
        path.unlink()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_head SELECT 1, max(revision) FROM ledger_current"
                " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision"
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    secrets = [{"client_id": c.client_id, "client_secret": c.secret} for c in _clients()]
    (folder / "clients").write_text(json.dumps(secrets), encoding="ascii")


def _clients() -> "list[Credentials]":
    from django.conf import settings  # noqa: PLC0415

    from bench.platform import RECEIVED_AT  # noqa: PLC0415
    from gongxin import law  # noqa: PLC0415
    from gongxin.accounts.client_actions import NewClient, add_client  # noqa: PLC0415
    from gongxin.core.audit import By  # noqa: PLC0415

    units = law.active(settings.GONGXIN.home).content.units
    by = By("bench", RECEIVED_AT)
    return [
        add_client(
            NewClient(
                f"审批系统{n}", units[n % len(units)].uscc, ("checker",), quota=QUOTA, rate=RATE
            ),
            by=by,
        )
        for n in range(CLIENTS)
    ]


def _sqlite(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the same rows for the peer, with the index that it needs."""
    there = sqlite3.connect(folder / "world.db")
    there.execute(f"CREATE TABLE record ({', '.join(ACT)})")
    rows = con.execute(
        f"SELECT {', '.join(f'{name}::VARCHAR' for name in ACT)} FROM current ORDER BY subject"
    )
    marks = ", ".join("?" * len(ACT))
    while some := rows.fetchmany(10_000):
        there.executemany(f"INSERT INTO record VALUES ({marks})", some)
    there.execute("CREATE INDEX record_subject ON record (subject)")
    there.commit()
    there.close()
