"""The audit log: recording against plain INSERTs of the same rows, checking against reading them.

Recording makes content, salt and receipt and puts each row into the line that waits to be sealed;
the plain INSERT writes finished rows alone, row by row. All write a thousand a transaction.
Checking makes every leaf and head again; the peer only fetches the rows.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.measure import Clock, Options, Report, Target, race, result, run

if TYPE_CHECKING:
    from pathlib import Path

    from gongxin.core.audit import Deed

MODULE = "bench.auditing"
IN_TRANSACTION = 1000
RECORDED = 5000
TABLES = ("audit_row", "audit_leaf", "audit_head", "audit_witnessed")
INSERT = (
    "INSERT INTO audit_row (at, actor, action, object, purpose, content, salt)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
SALT = bytes(16)


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Race recording and INSERT, then checking and reading."""
    try:
        recording = race(
            {
                "gongxin, at once": (f"{MODULE}:together", options),
                "gongxin, one by one": (f"{MODULE}:recorded", options),
                "plain INSERT": (f"{MODULE}:inserted", options),
            },
            repeat=repeat,
            say=say,
        )
        checking = race(
            {"gongxin": (f"{MODULE}:checked", options), "SELECT": (f"{MODULE}:read", options)},
            repeat=repeat,
            say=say,
        )
    finally:
        run("bench.platform:stop", options)
    ours, single, plain = recording.values()
    speed = ours.rows / ours.seconds
    fast = Target(f"at least {RECORDED:,} rows/s", speed, speed >= RECORDED)
    whole, fetched = checking.values()
    return (
        Report(f"Recording {ours.rows:,} deeds", (ours, single, plain), "plain INSERT", (fast,)),
        Report(f"Checking {whole.rows:,} sealed deeds", (whole, fetched), "SELECT"),
    )


def recorded(options: Options) -> dict[str, Any]:
    """Record one by one, as rooms do."""
    _opened(options)
    from django.db import transaction  # noqa: PLC0415

    from gongxin.audit import actions  # noqa: PLC0415

    deeds, clock = list(_deeds(options)), Clock()
    with clock:
        for some in _parts(deeds):
            with transaction.atomic():
                for deed in some:
                    actions.record(deed)
    return result(clock, len(deeds))


def together(options: Options) -> dict[str, Any]:
    """Record the deeds of a transaction at once, as a batch does."""
    _opened(options)
    from django.db import transaction  # noqa: PLC0415

    from gongxin.audit import actions  # noqa: PLC0415

    deeds, clock = list(_deeds(options)), Clock()
    with clock:
        for some in _parts(deeds):
            with transaction.atomic():
                actions.record_all(some)
    return result(clock, len(deeds))


def inserted(options: Options) -> dict[str, Any]:
    """Insert the finished rows."""
    _opened(options)
    from django.db import connection, transaction  # noqa: PLC0415

    rows, clock = [_row(deed) for deed in _deeds(options)], Clock()
    with clock:
        for some in _parts(rows):
            with transaction.atomic(), connection.cursor() as cursor:
                for row in some:
                    cursor.execute(INSERT, row)
    return result(clock, len(rows))


def checked(options: Options) -> dict[str, Any]:
    """Check a sealed log; sealing is told as a step and not compared."""
    opened, clock = _sealed(options), Clock()
    from bench.platform import RECEIVED_AT  # noqa: PLC0415
    from gongxin.audit import checking, signing  # noqa: PLC0415

    with clock:
        found = checking.check(signing.read(opened).verifier, (), now=RECEIVED_AT)
    return result(clock, found.rows, faults=len(found.faults), heads=found.heads)


def read(options: Options) -> dict[str, Any]:
    """Fetch the rows of a sealed log."""
    _sealed(options)
    from django.db import connection  # noqa: PLC0415

    clock, rows = Clock(), 0
    with clock, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_leaf l JOIN audit_row r ON r.id = l.row_id")
        while some := cursor.fetchmany(IN_TRANSACTION):
            rows += len(some)
    return result(clock, rows)


def _sealed(options: Options) -> "Path":
    """Record the deeds a thousand a transaction, and seal them."""
    opened = _opened(options)
    from django.db import transaction  # noqa: PLC0415

    from bench.platform import RECEIVED_AT  # noqa: PLC0415
    from gongxin.audit import actions, signing  # noqa: PLC0415

    for some in _parts(list(_deeds(options))):
        with transaction.atomic():
            actions.record_all(some)
    signer = signing.read(opened)
    for _ in actions.seal_all(now=lambda: RECEIVED_AT, signer=signer):
        continue
    return opened


def _opened(options: Options) -> "Path":
    """Open the platform of the run with an empty log, as only who rules the database can."""
    from bench.platform import create  # noqa: PLC0415

    home: Path = create(options).home
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for change in ("DISABLE", "ENABLE"):
            if change == "ENABLE":
                cursor.execute(f"TRUNCATE audit_pending, {', '.join(TABLES)}")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} {change} TRIGGER USER")
    return home


def _deeds(options: Options) -> "Iterator[Deed]":
    from bench.platform import RECEIVED_AT  # noqa: PLC0415
    from gongxin.core.audit import Deed  # noqa: PLC0415

    for number in range(int(options["rows"])):
        yield Deed(
            at=RECEIVED_AT + timedelta(milliseconds=number),
            actor=f"client:{number % 279}",
            action="check",
            object=f"91211100MA{number % 100_000:06}XX",
            purpose="tendering",
            matter="bidding",
            case_no=f"案〔2026〕{number}号",
            details={"check_no": f"{number:026}", "status": "neutral"},
        )


def _row(deed: "Deed") -> tuple[object, ...]:
    from gongxin.core import audit  # noqa: PLC0415

    named = (deed.at, deed.actor, deed.action, deed.object, deed.purpose)
    return (*named, audit.content(deed), SALT)


def _parts(things: list[Any]) -> Iterator[list[Any]]:
    return (things[n : n + IN_TRANSACTION] for n in range(0, len(things), IN_TRANSACTION))
