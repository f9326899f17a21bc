"""The archive of a platform is written while it runs, and is seconds behind it (持续归档).

A step sets a mark in the WAL, takes in files and keys, and waits until the WAL has arrived: only
then the mark counts. A step that fails is taken again; the archive falls behind meanwhile, and says
so. Base copies are made beside it.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import psycopg
from django.db import DatabaseError, connections

from gongxin.cli import archive_folder
from gongxin.cli.archive_folder import MAKING, BadArchive, Base, Reached, Stretch
from gongxin.cli.backups import KEYS, LEFT_OUT, destroy_again, growing_keys
from gongxin.cli.kept_files import LONG_AGO, Files, Look, follow_keys
from gongxin.cluster import ClusterError, archived, archiving
from gongxin.cluster.server import tail

BASE_EVERY = timedelta(days=1)
AGAIN_AFTER = 60.0  # seconds until a base copy that failed is begun again
LOOKS_FOR = 5.0  # seconds that a step waits for the WAL; the next waits on for the same mark
LOOKS_EVERY = 0.1
ENDS_WITHIN = 10
FAULTS = (ClusterError, BadArchive, psycopg.Error, DatabaseError, OSError)

Process = subprocess.Popen[bytes]


class Archiver:
    """Writes one archive of one platform."""

    def __init__(
        self,
        home: Path,
        folder: Path,
        keys: Path,
        *,
        now: Callable[[], datetime],
        say: Callable[[str], None],
    ) -> None:
        self.home, self.folder, self.keys = home, folder, keys
        self.now, self.say = now, say
        self.connection: psycopg.Connection | None = None
        self.pending: Reached | None = None
        self.receiver: Process | None = None
        self.copying: Process | None = None
        self.copy_after = 0.0
        self.failed: set[str] = set()
        self.pruned_at: datetime | None = None
        noted = archived.read(home)
        if noted is None or noted.folder != str(folder):
            archive_folder.make(folder)
        with archiving.administer(home) as connection:
            archive_folder.claim(folder, archiving.history(connection))
        self.files = Files(folder)

    def run(self, *, every: float, stop: Event) -> None:
        """Take steps until told to end; what is on the archive's disk then stays whole."""
        try:
            while not stop.is_set():
                try:
                    self.step(stop)
                except FAULTS as fault:
                    self._forget(fault)
                stop.wait(every)
        finally:
            for process in (self.receiver, self.copying):
                _end(process)

    def step(self, stop: Event) -> None:
        """Keep the programs going and bring the archive up to a mark that is set now."""
        connection = self._connected()
        stretch = self._unbroken(connection)
        self._receive(connection, stretch)
        self._copy(connection, stretch)
        if self.pending is None:
            self.pending = self._marked(connection)
        if self._arrived(connection, stretch, self.pending, stop):
            stretch.reach(self.pending)
            self._tell(stretch, self.pending)
            self.pending = None
            self.failed.clear()

    def _marked(self, connection: psycopg.Connection) -> Reached:
        """Set a mark and take in the files and keys that the rows in front of it name."""
        from gongxin.audit.queries import standing  # noqa: PLC0415 - needs Django
        from gongxin.ledger.queries import head  # noqa: PLC0415

        revisions, sealed = head(), standing().size
        mark = archiving.set_mark(connection)
        before = archive_folder.last_reached(self.folder)
        since = LONG_AGO if before is None else before.at
        self.files.follow(self.home, LEFT_OUT, Look(since, mark.at))
        follow_keys(self.home / KEYS, self.keys, growing=growing_keys())
        destroy_again(self.keys)
        return Reached(mark.at, mark.xid, mark.position, revisions, sealed)

    def _connected(self) -> psycopg.Connection:
        if self.connection is None:
            connection = archiving.administer(self.home)
            archive_folder.claim(self.folder, archiving.history(connection))
            self.connection = connection
        return self.connection

    def _unbroken(self, connection: psycopg.Connection) -> Stretch:
        """Return the last stretch; another one if WAL behind it is gone."""
        archive_folder.look(self.folder)
        known = archive_folder.stretches(self.folder)
        if known and archiving.is_whole(connection, known[-1].slot):
            return known[-1]
        _end(self.receiver)
        _end(self.copying)
        self.receiver = self.copying = self.pending = None
        if known:
            self._say_once(
                "archive: the server no longer had the WAL that is missing here; a new base copy is"
                " made, and until it is whole the archive ends where it stood"
            )
            archiving.let_go(connection, known[-1].slot)
        begun = archive_folder.next_stretch(self.folder)
        archiving.make_slot(connection, begun.slot)
        begun.begin()
        return begun

    def _receive(self, connection: psycopg.Connection, stretch: Stretch) -> None:
        if self.receiver is not None and self.receiver.poll() is None:
            return
        log = stretch.folder / "receive.log"
        if self.receiver is not None:
            self._say_once(f"archive: WAL is received again ({_last(log)})")
        archiving.let_go(connection, stretch.slot)
        self.receiver = archiving.receive(self.home, stretch.wal, stretch.slot, log, env=os.environ)

    def _copy(self, connection: psycopg.Connection, stretch: Stretch) -> None:
        """Make a base copy if the last is old, and let it count once it is whole."""
        making = stretch.folder / MAKING
        if self.copying is not None:
            if self.copying.poll() is None:
                return
            ended, self.copying = self.copying.returncode, None
            self.copy_after = time.monotonic() + AGAIN_AFTER  # also if it cannot be kept
            if ended == 0:
                self._keep(connection, stretch)
                return
            self._say_once(f"archive: a base copy failed ({_last(stretch.folder / 'base.log')})")
        bases = stretch.bases()
        due = len(bases) == 0 or self.now() - bases[-1].ended_at >= BASE_EVERY
        if due and time.monotonic() >= self.copy_after:
            archiving.let_go(connection, archiving.COPIER)
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            log = stretch.folder / "base.log"
            self.copying = archiving.copy_base(self.home, making / "data", log, env=os.environ)

    def _keep(self, connection: psycopg.Connection, stretch: Stretch) -> None:
        begin, end = archiving.span(stretch.folder / MAKING / "data")
        ended_at = self.now()
        folder = stretch.folder / f"base-{ended_at:%Y%m%dT%H%M%S}"
        stretch.keep(Base(folder, ended_at, archiving.first_file(connection, begin), end))

    def _arrived(
        self, connection: psycopg.Connection, stretch: Stretch, mark: Reached, stop: Event
    ) -> bool:
        patience = time.monotonic() + LOOKS_FOR
        while archiving.arrived(connection, stretch.slot) < mark.position:
            ended = self.receiver is None or self.receiver.poll() is not None
            if ended or time.monotonic() > patience or stop.is_set():
                return False
            time.sleep(LOOKS_EVERY)
        return True

    def _tell(self, stretch: Stretch, mark: Reached) -> None:
        """Leave in the platform's folder how far it could be brought back, and drop what is old."""
        usable = stretch.usable()
        if len(usable) == 0:
            return
        archived.note(self.home, archived.Archived(mark.at, str(self.folder)))
        if self.pruned_at != usable[-1].ended_at:
            since = archive_folder.prune(self.folder)
            if since is not None:
                self.files.prune(since)
            self.pruned_at = usable[-1].ended_at

    def _forget(self, fault: Exception) -> None:
        """Say what failed and begin the next step with a fresh connection."""
        said = (str(fault).splitlines() or [type(fault).__name__])[0]
        self._say_once(f"archive: a step failed and is taken again ({said})")
        if self.connection is not None:
            self.connection.close()
        self.connection = self.pending = None
        connections.close_all()

    def _say_once(self, said: str) -> None:
        """Say what is wrong when it begins, not each time it is tried again."""
        if said not in self.failed:
            self.say(said)
        self.failed.add(said)


def _last(log: Path) -> str:
    """The last line that a program wrote."""
    return (tail(log) or ("it said nothing",))[-1]


def _end(process: Process | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)  # pg_receivewal ends in good order
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
