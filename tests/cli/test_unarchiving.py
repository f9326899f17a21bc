"""A restore that breaks off leaves nothing and says one line; what was erased is erased first."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from gongxin.cli import archive_folder, unarchiving
from gongxin.cli.archive_folder import Base, Reached
from gongxin.cli.kept_files import LONG_AGO, Files, Look
from gongxin.cli.platform import Platform
from gongxin.cluster import Database

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LOST = "server closed the connection unexpectedly"
WAL = "000000010000000000000002"


@pytest.fixture
def archive(nowhere) -> Path:
    """An archive of one file with a mark, whose base copy and WAL are empty."""
    folder = nowhere / "archive"
    archive_folder.make(folder)
    (nowhere / "own").mkdir()
    (nowhere / "own/release.json").write_text("{}")
    Files(folder).follow(nowhere / "own", frozenset(), Look(LONG_AGO, AT))
    stretch = archive_folder.next_stretch(folder)
    stretch.begin()
    (stretch.wal / WAL).touch()
    (stretch.folder / archive_folder.MAKING).mkdir()
    stretch.keep(Base(stretch.folder / "base-1", AT, WAL, 1))
    stretch.reach(Reached(AT, "700", 1, 0, 0))
    return folder


@pytest.fixture
def keys(nowhere) -> Path:
    (nowhere / "keys").mkdir()
    (nowhere / "keys/personal").write_text("key")
    return nowhere / "keys"


@pytest.fixture
def rebuilt(monkeypatch) -> None:
    """No cluster is made: what follows it is looked at."""
    monkeypatch.delenv("GONGXIN_DATABASE_URL")
    monkeypatch.setattr(unarchiving, "verify_base", lambda *_, **__: None)
    monkeypatch.setattr(unarchiving, "rebuild", lambda *_, **__: None)


def breaks(fault: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise fault

    return broken


def test_a_database_that_breaks_off_is_one_line_and_leaves_nothing(
    gongxin, archive, keys, rebuilt, monkeypatch
):
    home = keys.parent / "home"
    lost = psycopg.OperationalError(f"{LOST}\n\tThis probably means the server terminated")
    monkeypatch.setattr(unarchiving, "rebuild", breaks(lost))

    said = gongxin("restore", archive, "--keys", keys)

    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert f"while it came back in {home} ({LOST})" in said.err
    assert "nothing was restored: see that its disk has room" in said.err
    assert not home.exists()


def test_a_key_that_was_destroyed_does_not_come_back(gongxin, archive, keys, rebuilt, monkeypatch):
    folder = keys / "personal.months"
    folder.mkdir()
    for name, text in ((".destroyed", "2026-09\n"), ("2026-09", "gone"), ("2026-12", "kept")):
        (folder / name).write_text(text)
    there: list[str] = []

    def look(home: Path, *_: object, **__: object) -> None:
        there.extend(sorted(path.name for path in (home / "keys/personal.months").iterdir()))
        raise psycopg.OperationalError(LOST)

    monkeypatch.setattr(unarchiving, "rebuild", look)
    gongxin("restore", archive, "--keys", keys)

    assert there == [".destroyed", "2026-12"]


def test_nothing_is_read_and_nothing_stays_if_it_cannot_be_erased_again(
    gongxin, archive, keys, rebuilt, monkeypatch
):
    home = keys.parent / "home"
    opened = Platform(home, Database("", "system", "15.18", home / "pg"))
    monkeypatch.setattr(unarchiving.platform, "connect", lambda **_: opened)
    monkeypatch.setattr(unarchiving, "erase_again", breaks(OperationalError(LOST)))
    read: list[Platform] = []
    monkeypatch.setattr(unarchiving, "_finish", lambda *given: read.append(given[0]))

    said = gongxin("restore", archive, "--keys", keys)

    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert f"({LOST}); nothing was restored" in said.err
    assert read == []
    assert not home.exists()
