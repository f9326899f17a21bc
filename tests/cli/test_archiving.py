"""Steps of an archive beside a server that fails: what is begun again, where, and what is said."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import psycopg
import pytest

from gongxin.audit import queries as audit
from gongxin.cli import archive_folder
from gongxin.cli import archiving as steps
from gongxin.cli.archiving import Archiver
from gongxin.cluster import archiving
from gongxin.cluster.archiving import Mark
from gongxin.ledger import queries as ledger

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ENDING = "the server is shutting down"


@dataclass
class Program:
    """A program that runs until a return code is given to it."""

    returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, _: int) -> None:
        self.returncode = 1

    def wait(self, _: float) -> int:
        return self.returncode or 0


@dataclass
class Server:
    """The cluster as an archive sees it; a slot is refused once for each of ``refused``."""

    folder: Path
    slots: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    copies: list[tuple[Path, Program]] = field(default_factory=list)

    def is_whole(self, _: object, slot: str) -> bool:
        return slot in self.slots

    def make_slot(self, _: object, slot: str) -> None:
        if self.refused:
            raise psycopg.OperationalError(self.refused.pop(0))
        self.slots = [slot]

    def receive(self, *_: object, **__: object) -> Program:
        return Program()

    def copy_base(self, _: Path, target: Path, log: Path, **__: object) -> Program:
        log.write_text("no space left\n")
        target.mkdir()
        self.copies.append((target, Program()))
        return self.copies[-1][1]


class Connection(nullcontext[None]):
    def close(self) -> None:
        pass


@dataclass
class Archive:
    """An archive that is written step by step."""

    server: Server
    archiver: Archiver
    said: list[str]

    def step(self) -> None:
        try:
            self.archiver.step(Event())
        except steps.FAULTS as fault:
            self.archiver._forget(fault)

    @property
    def stretches(self) -> list[str]:
        return [one.folder.name for one in archive_folder.stretches(self.archiver.folder)]


@pytest.fixture
def archive(tmp_path, monkeypatch) -> Archive:
    home, server = tmp_path / "home", Server(tmp_path / "archive")
    (home / "keys").mkdir(parents=True)
    given: dict[str, Callable[..., object]] = {
        "administer": lambda _: Connection(),
        "history": lambda _: "1-00000001",
        "let_go": lambda *_: None,
        "set_mark": lambda _: Mark(AT, "700", 7),
        "span": lambda _: (1, 7),
        "arrived": lambda *_: 7,
        "first_file": lambda *_: "000000010000000000000002",
    }
    for name in ("is_whole", "make_slot", "receive", "copy_base"):
        given[name] = getattr(server, name)
    for name, answer in given.items():
        monkeypatch.setattr(archiving, name, answer)
    monkeypatch.setattr(ledger, "head", lambda: 0)
    monkeypatch.setattr(audit, "standing", Standing)
    monkeypatch.setattr(steps, "AGAIN_AFTER", 0.0)
    said: list[str] = []
    archiver = Archiver(home, server.folder, tmp_path / "kept", now=lambda: AT, say=said.append)
    return Archive(server, archiver, said)


@dataclass
class Standing:
    size: int = 0


def test_a_stretch_that_has_no_slot_is_not_begun(archive):
    archive.server.refused = ["all replication slots are in use"] * 2

    archive.step()
    archive.step()

    assert archive.stretches == []
    assert [path.name for path in archive.server.folder.iterdir() if path.is_dir()] == ["files"]

    archive.step()

    assert archive.stretches == ["1"]


def test_what_fails_by_turns_is_said_once_until_a_mark_arrives(archive):
    first, second = "all replication slots are in use", "the server is starting up"
    archive.server.refused = [first, second, first, second]

    for _ in range(4):
        archive.step()

    assert [first in archive.said[0], second in archive.said[1], len(archive.said)] == [
        True,
        True,
        2,
    ]

    archive.step()
    archive.server.slots, archive.server.refused = [], [first]
    archive.step()

    assert first in archive.said[-1]
    assert len(archive.said) == 4  # also that WAL was lost


def test_a_base_copy_that_failed_is_made_again(archive):
    archive.step()
    archive.server.copies[0][1].returncode = 1

    archive.step()

    assert len(archive.server.copies) == 2
    assert archive.said == ["archive: a base copy failed (no space left)"]
    archive.server.copies[1][1].returncode = 0

    archive.step()

    (stretch,) = archive_folder.stretches(archive.server.folder)
    assert [base.first for base in stretch.bases()] == ["000000010000000000000002"]


def test_a_base_copy_stays_in_the_stretch_whose_wal_it_needs(archive):
    archive.step()
    (old, copying), archive.server.slots = archive.server.copies[0], []

    archive.step()

    (new, again) = archive.server.copies[1]
    assert (old.parent.parent.name, new.parent.parent.name) == ("1", "2")
    assert copying.returncode == 1  # it was ended
    again.returncode = 0
    archive.step()
    first, second = archive_folder.stretches(archive.server.folder)
    assert (len(first.bases()), len(second.bases())) == (0, 1)


def test_a_base_copy_that_cannot_be_kept_waits_like_one_that_failed(archive, monkeypatch):
    monkeypatch.setattr(steps, "AGAIN_AFTER", 60.0)
    archive.step()
    archive.server.copies[0][1].returncode = 0

    def broken(*_: object) -> str:
        raise psycopg.OperationalError(ENDING)

    monkeypatch.setattr(archiving, "first_file", broken)
    archive.step()
    archive.step()

    assert len(archive.server.copies) == 1
    archive.archiver.copy_after = 0.0  # a minute later
    archive.step()
    assert len(archive.server.copies) == 2
