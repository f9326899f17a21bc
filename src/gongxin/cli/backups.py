"""Copies of a platform and the way back, which shows itself that nothing is missing (备份与恢复).

A copy is a folder: ``database.dump``, ``personal.dump``, ``home`` (law, segments; nothing of
scratch) and ``manifest.json`` with a hash for each file and a count for each table. The keys go
into a folder of their own: who finds a copy beside its keys reads the sealed records of persons.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.db import connections, transaction

from gongxin import cluster
from gongxin.cli import clock, platform
from gongxin.cli.kept_files import stays_out
from gongxin.cluster import dumping, open_database
from gongxin.core.errors import CreditError
from gongxin.personal import keys as month_keys

DUMP, HOME, MANIFEST, KEYS = "database.dump", "home", "manifest.json", "keys"
PERSONAL_DUMP = "personal.dump"
DUMPS = (("default", DUMP), ("personal", PERSONAL_DUMP))
LEFT_OUT = frozenset(
    {"pg", "cluster.json", "cluster.lock", "scratch", "archived.json", "archive.lock", KEYS}
)


class BadBackup(CreditError):
    """A copy cannot be made there, or what was restored is not what was copied."""

    code = "platform.bad_backup"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds: SHA-256 of each file, rows of each table, release, when it was made."""

    made_at: str
    release: str
    rows: dict[str, int]
    files: dict[str, str]


def backup(target: Path, keys: Path) -> Manifest:
    """Copy the platform of ``GONGXIN_HOME`` while it runs; the keys go apart.

    Raises:
        BadBackup: a folder is not empty, or the keys would stand in the copy.
        ClusterFailed: pg_dump failed.
    """
    fresh(target)
    fresh(keys)
    if keys.resolve().is_relative_to(target.resolve()):
        message = f"{keys} stands in {target}: keep the keys apart from what they open"
        raise BadBackup(message)
    opened = platform.connect(persons=True)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.chmod(0o700)
    # Personal records last: a batch that is in the copy has all its sealed rows in it.
    rows: dict[str, int] = {}
    for alias, name in DUMPS:
        rows |= _dumped(opened, alias, target / name)
    # After the dump: a segment never changes, so the folder has all that the dump names.
    shutil.copytree(
        opened.home,
        target / HOME,
        ignore=lambda folder, names: (
            [name for name in names if stays_out(name, LEFT_OUT)]
            if Path(folder) == opened.home
            else ()
        ),
    )
    shutil.copytree(opened.home / KEYS, keys, dirs_exist_ok=True)
    keys.chmod(0o700)
    files = {str(path.relative_to(target)): _hash(path) for path in _files(target)}
    made = Manifest(clock.now().isoformat(), opened.release.hash, rows, files)
    (target / MANIFEST).write_text(json.dumps(asdict(made), indent=1), "utf-8")
    return made


def restore(source: Path, keys: Path) -> Manifest:
    """Make the platform of a copy in an empty ``GONGXIN_HOME``, and compare what is there then.

    Raises:
        BadBackup: the copy was changed, the folder is not empty, a row is missing, or the audit
            log or a segment is not whole.
        ClusterFailed: pg_restore failed.
    """
    home = platform.home()
    made = _read(source)
    fresh(home)
    database = open_database(home, env=os.environ)
    cluster.make_personal(database)
    for alias, name in DUMPS:
        dumping.load(_of(database, alias), home, source / name, env=os.environ)
    shutil.copytree(source / HOME, home, dirs_exist_ok=True)
    shutil.copytree(keys, home / KEYS, dirs_exist_ok=True)
    (home / KEYS).chmod(0o700)
    destroy_again(home / KEYS)
    opened = platform.connect(persons=True)
    _compare(opened, made)
    erase_again(home)
    return made


def erase_again(home: Path) -> None:
    """Delete from a restored platform what was erased of persons since it was copied."""
    from gongxin.personal import ending  # noqa: PLC0415 - needs Django

    ending.erase_again(month_keys.read(home))


def destroy_again(keys: Path) -> None:
    """Delete from a copy of the keys those of months that were destroyed since it was made."""
    month_keys.destroy_again(keys / month_keys.MONTHS)


def growing_keys() -> frozenset[str]:
    """The files among the keys that grow: erased, only stored, keys that were destroyed."""
    from gongxin.personal.sealing import BLOCKED, ERASED  # noqa: PLC0415 - needs Django

    return frozenset({ERASED, BLOCKED, month_keys.DESTROYED})


def fresh(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        BadBackup: it does.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder; name another"
        raise BadBackup(message)


def faults(opened: platform.Platform) -> list[str]:
    """What of a restored platform is not whole: its segments, its audit log."""
    from gongxin.audit import checking, signing  # noqa: PLC0415 - needs Django
    from gongxin.ledger import queries, segments  # noqa: PLC0415

    wrong = [f"segment {name}" for name in segments.damaged(opened.home, head=queries.head())]
    # Without witnesses: what was sealed after the copy is theirs and not here.
    report = checking.check(signing.read(opened.home).verifier, (), now=clock.now())
    late = {fault for fault in report.faults if fault.what.endswith("is not sealed yet")}
    return wrong + [f"audit log, row {f.row}: {f.what}" for f in report.faults if f not in late]


def _of(database: cluster.Database, alias: str) -> cluster.Database:
    """The database of Django's alias: the platform's own, or that of personal records."""
    personal = database.personal_dsn
    return database if alias == "default" or personal is None else replace(database, dsn=personal)


def _dumped(opened: platform.Platform, alias: str, file: Path) -> dict[str, int]:
    """Dump a database, and count the rows of the same moment."""
    database = _of(opened.database, alias)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        dumping.dump(database, opened.home, file, env=os.environ, snapshot=snapshot)
        return _rows(alias)


def _rows(alias: str) -> dict[str, int]:
    """Count the rows of each table; those of the second database have its name before theirs."""
    connection, first = connections[alias], "" if alias == "default" else f"{alias}."
    with connection.cursor() as cursor:
        counts: dict[str, int] = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            (counts[first + table],) = cursor.fetchone()
    return counts


def _compare(opened: platform.Platform, made: Manifest) -> None:
    rows = {name: n for alias, _ in DUMPS for name, n in _rows(alias).items()}
    wrong = [
        f"{t}: {rows.get(t)} rows, {n} were copied"
        for t, n in made.rows.items()
        if rows.get(t) != n
    ]
    wrong += faults(opened)
    if opened.release.hash != made.release:
        wrong.append("the release is another")
    if wrong:
        message = "what was restored is not what was copied: " + "; ".join(wrong[:10])
        raise BadBackup(message)


def _read(source: Path) -> Manifest:
    try:
        made = Manifest(**json.loads((source / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        message = f"{source} is no copy that gongxin backup made: {type(error).__name__}"
        raise BadBackup(message) from error
    for name, wanted in made.files.items():
        if not (source / name).is_file() or _hash(source / name) != wanted:
            message = f"{source / name} is missing or was changed; nothing was restored"
            raise BadBackup(message)
    return made


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
