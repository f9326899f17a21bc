"""A served platform with as many records as wanted, and the same rows in an SQLite file.

Records are written straight into ``ledger_current`` by COPY: how they get there is measured
elsewhere (``bench.posting``), and a check reads nothing else. Both sides have an organisation's
records beside each other.

python -m bench.city FOLDER --rows N makes one that several runs share (``--made``).
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bench import world
from bench.measure import Options, run

if TYPE_CHECKING:
    from gongxin.accounts.client_actions import Credentials

PARTS, SEED = 16, 7
CLIENTS = 16
ROLES = ("checker",)
COMMAND = "from gongxin.cli.main import main; main()"
DRAWN = 2_000
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


def stand(options: Options) -> None:
    """Make the platform of the run, unless it was made before; with the day's open data."""
    if not options.get("made"):
        run("bench.city:make", options)
    gongxin(options, "audit", "seal")  # it was made days ago: nothing is given away unsealed
    gongxin(options, "opendata", "run", "--once")


def gongxin(options: Options, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on the platform of the run."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env=environment(options),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )


def environment(options: Options) -> dict[str, str]:
    """Return the environment in which a command finds the platform of the run."""
    return {**os.environ, "GONGXIN_HOME": str(Path(options["folder"]) / "home")}


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
            rows = (
                f"SELECT {listed} FROM current WHERE hash(subject) % {PARTS} = {part}"
                " ORDER BY subject"
            )
            path = dump(con, rows, folder / "part.csv")
            copy_in(f"ledger_current ({listed})", path)
            path.unlink()
        names = "SELECT code, '盘锦示例' || o || '机械制造有限公司' AS name FROM named"
        path = dump(
            con,
            f"""SELECT code, name, name, 'organisation', 'company', 'record', 'bench',
                TIMESTAMPTZ '2026-11-20 04:00:00+00' FROM ({names})""",
            folder / "part.csv",
        )
        wanted = "uscc, name, name_key, kind, form, source, batch, created_at"
        copy_in(f"ledger_subject ({wanted})", path)
        path.unlink()
        _numbers(con, folder)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_head SELECT 1, max(revision) FROM ledger_current"
                " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision"
            )
            cursor.execute("SELECT setval('ledger_revision', max(revision)) FROM ledger_current")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    secrets = [{"client_id": c.client_id, "client_secret": c.secret} for c in _clients()]
    (folder / "clients").write_text(json.dumps(secrets), encoding="ascii")


def _numbers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the records findable by their numbers, and draw what the pages are asked for."""
    from django.conf import settings  # noqa: PLC0415

    from gongxin import law  # noqa: PLC0415
    from gongxin.intake import record_numbers  # noqa: PLC0415
    from gongxin.ledger import writer  # noqa: PLC0415

    con.execute("CREATE VIEW current_record AS SELECT * FROM current")
    for item in law.active(settings.GONGXIN.home).items.values():
        path = record_numbers.write_again(con, item, folder / "part.csv")
        writer.keep_record_numbers(path)
        path.unlink()
    drawn = f"USING SAMPLE {DRAWN} ROWS (reservoir, {DRAWN})"
    queries = {
        "codes": f"SELECT code FROM named {drawn}",
        "names": f"SELECT '示例' || o || '机械' FROM named {drawn}",
        "numbers": f"""SELECT json_extract_string(payload, '$."CF_WSH"') FROM
            (SELECT * FROM current WHERE item = 'administrative-penalty') {drawn}""",
    }
    known = {name: [one for (one,) in con.execute(q).fetchall()] for name, q in queries.items()}
    (folder / "known").write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")


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
            NewClient(f"审批系统{n}", units[n % len(units)].uscc, ROLES, quota=QUOTA, rate=RATE),
            by=by,
        )
        for n in range(CLIENTS)
    ]


def _sqlite(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the same rows for the peer, with the index that it needs."""
    (folder / "world.db").unlink(missing_ok=True)
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


def main() -> None:
    """Make a platform in a folder, and leave it there."""
    parser = argparse.ArgumentParser(prog="python -m bench.city")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(mode=0o755)
    options = {"folder": str(asked.folder), "rows": asked.rows, "seed": SEED, "made": True}
    run("bench.city:make", options)
    run("bench.platform:stop", options)


if __name__ == "__main__":
    main()
