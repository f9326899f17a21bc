"""The platform of an archive comes back as it was at a moment (从归档恢复).

Nothing is half-made: what was begun is removed when a file of the archive is missing or changed,
its WAL ends too early, or the database breaks off.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import DatabaseError

from gongxin import cluster
from gongxin.cli import archive_folder, kept_files, platform
from gongxin.cli.archive_folder import BadArchive, Base, Reached, Stretch
from gongxin.cli.backups import KEYS, destroy_again, erase_again, faults, fresh
from gongxin.cluster import ClusterError
from gongxin.cluster.rebuilding import Recovery, rebuild, verify_base
from gongxin.core.errors import CreditError


@dataclass(frozen=True, slots=True)
class Chosen:
    """From which base copy and with which WAL to begin, and up to which moment."""

    stretch: Stretch
    base: Base
    reached: Reached
    until: datetime | None

    @property
    def moment(self) -> datetime:
        """Whatever was committed before it comes back."""
        return self.until or self.reached.at


def restore(
    source: Path, keys: Path, until: datetime | None, *, say: Callable[[str], None]
) -> Chosen:
    """Make the platform of an archive in an empty ``GONGXIN_HOME``, as it was last or at a moment.

    It could be served as soon as ``say`` was told so; a large audit log is checked for hours.

    Raises:
        BadArchive: the archive does not hold the moment, was changed or is not whole, the database
            broke off, or what came back is not whole.
        BadBackup: the folder is not empty.
    """
    if os.environ.get("GONGXIN_DATABASE_URL"):
        message = "an archive brings back a database of its own; unset GONGXIN_DATABASE_URL"
        raise BadArchive(message)
    home = platform.home()
    fresh(home)
    if not (keys / "personal").is_file():
        message = f"{keys} holds no keys of a platform; nothing was restored"
        raise BadArchive(message)
    chosen = _choose(source, until)
    try:
        _bring_back(source, keys, home, chosen)
        opened = platform.connect(persons=True)
        erase_again(home)  # before anything may read what was erased since
    except (CreditError, OSError, KeyboardInterrupt, psycopg.Error, DatabaseError) as fault:
        cluster.destroy(home)
        shutil.rmtree(home, ignore_errors=True)
        if isinstance(fault, ClusterError):
            message = f"the archive is damaged, nothing was restored: {fault.message}"
            raise BadArchive(message) from fault
        if isinstance(fault, psycopg.Error | DatabaseError):
            said = (str(fault).splitlines() or [type(fault).__name__])[0]
            message = (
                f"the database broke off while it came back in {home} ({said}); nothing was"
                " restored: see that its disk has room, then restore again"
            )
            raise BadArchive(message) from fault
        raise
    _finish(opened, chosen, say)
    return chosen


def _choose(source: Path, until: datetime | None) -> Chosen:
    found = [
        Chosen(stretch, base, reached, until)
        for stretch in archive_folder.stretches(source)
        for base in stretch.usable()
        if (reached := stretch.reached) is not None
    ]
    fit = [one for one in found if until is None or one.base.ended_at <= until <= one.reached.at]
    if len(fit) > 0:
        return fit[-1]
    spans = sorted(
        {(min(b.ended_at for b in one.stretch.usable()), one.reached.at) for one in found}
    )
    held = "; ".join(f"from {begin} to {end}" for begin, end in spans)
    message = f"{source} holds no such moment; it holds: {held or 'none yet'}"
    raise BadArchive(message)


def _bring_back(source: Path, keys: Path, home: Path, chosen: Chosen) -> None:
    verify_base(chosen.base.data, env=os.environ)
    wal = chosen.stretch.files_from(chosen.base.first)
    home.mkdir(parents=True, exist_ok=True)
    kept_files.bring_back(source, kept_files.state(source, chosen.moment), home)
    shutil.copytree(keys, home / KEYS, dirs_exist_ok=True)
    (home / KEYS).chmod(0o700)
    destroy_again(home / KEYS)
    recovery = Recovery(chosen.base.data, wal, chosen.reached.xid, chosen.until)
    rebuild(home, recovery, env=os.environ)


def _finish(opened: platform.Platform, chosen: Chosen, say: Callable[[str], None]) -> None:
    """Put in force what the database says, and compare."""
    from gongxin.audit.queries import standing  # noqa: PLC0415 - needs Django
    from gongxin.intake import restating  # noqa: PLC0415
    from gongxin.ledger.queries import head  # noqa: PLC0415

    wrong = [] if restating.put_back(opened.home) else ["the release that was in force is not kept"]
    say(f"all that was committed before {chosen.moment} is back; its segments and log are checked")
    if chosen.until is None and head() < chosen.reached.head:
        wrong.append(f"the ledger ends with revision {head()}")
    if chosen.until is None and standing().size < chosen.reached.sealed:
        wrong.append(f"the audit log ends with row {standing().size}")
    wrong += faults(opened)
    if wrong:
        message = "what was restored is not what was archived: " + "; ".join(wrong[:10])
        raise BadArchive(message)
