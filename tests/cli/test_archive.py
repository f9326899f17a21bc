"""The archive is seconds behind the platform, and brings it back when the database is gone: R11."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from psycopg import sql

from gongxin.cli import clock
from gongxin.cli.archive_folder import last_reached
from gongxin.cli.backups import LEFT_OUT
from gongxin.cli.kept_files import Files, Look
from gongxin.cluster import archived, archiving, destroy, stop
from gongxin.cluster.database import connect
from gongxin.cluster.opening import DATABASE, PERSONAL, url_of
from gongxin.cluster.place import read_record
from gongxin.cluster.server import ADMIN
from tests.cli.test_erasing import NAME, NUMBER, erase
from tests.cli.test_processes import GONGXIN, Platform
from tests.derive import town as t
from tests.fixtures.penalties import PERSON

pytestmark = pytest.mark.scale
WITHIN = 120
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
COUNT = sql.SQL("SELECT count(*) FROM {}")
LISTS = (".blocked", ".erased")  # among the months' keys: they only grow
BEFORE, AFTER = t.FINED, t.QUIET  # whose records came before and after the moment


class Lost(Platform):
    """A platform whose database is gone, and what was acknowledged before that."""

    between: datetime
    rows: dict[str, int]
    secrets: list[bytes]
    said: str
    status: dict[str, object]

    @property
    def archive(self) -> Path:
        return self.home.parent / "archive"

    @property
    def keys(self) -> Path:
        return self.home.parent / "keys"

    def take_in(self, subject: tuple[str, str]) -> None:
        person = {"CF_XDR_LB": PERSON, "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": NUMBER}
        rows = [t.penalty(subject), t.penalty(("", NAME), 2, **person)]
        file = t.write(self.home.parent / f"{subject[0]}.csv", rows)
        taken = self.document("intake", file, "--unit", t.MARKET)
        assert taken["accepted"] == 1

    def counted(self) -> dict[str, int]:
        """How many rows each table of both databases has; the database runs."""
        record = read_record(self.home)
        assert record is not None
        rows: dict[str, int] = {}
        for name in (DATABASE, PERSONAL):
            with connect(url_of(record, user=ADMIN, dbname=name)) as connection:
                tables = connection.execute(TABLES).fetchall()
                for (table,) in tables:
                    found = connection.execute(COUNT.format(sql.Identifier(table))).fetchone()
                    rows[f"{name}.{table}"] = found[0] if found else 0
        return rows

    @contextmanager
    def archiving(self) -> Iterator["subprocess.Popen[str]"]:
        command = [GONGXIN, "archive", "run", self.archive, "--keys", self.keys, "--every", "1"]
        process = subprocess.Popen(
            [*map(str, command)], env=self.environment, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            process.terminate()
            self.said = process.communicate(timeout=WITHIN)[1]

    def wait_until_level(self) -> None:
        """Wait until whatever was written before this call is in the archive."""
        now, until = clock.now(), time.monotonic() + WITHIN
        while (found := archived.read(self.home)) is None or found.at < now:
            assert time.monotonic() < until, found
            time.sleep(0.1)

    def drop_slot(self) -> None:
        """Let the server forget what the archive lacks, as it does when that grows too much."""
        with archiving.administer(self.home) as connection:
            connection.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            )

    def lose_database(self) -> None:
        record = read_record(self.home)
        assert record is not None
        server = int((record.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(server, signal.SIGKILL)
        shutil.rmtree(record.base, ignore_errors=True)
        shutil.rmtree(record.base, ignore_errors=True)  # its other processes took a moment to end


@pytest.fixture(scope="module")
def lost(tmp_path_factory) -> Iterator[Lost]:
    """Two files and a check were acknowledged; between the files the server forgot its WAL."""
    folder = tmp_path_factory.mktemp("archived")
    folder.chmod(0o755)
    made = Lost(folder / "home")
    assert made.run("init", "--pack", "demo").returncode == 0
    with made.archiving():
        made.take_in(BEFORE)
        made.run("audit", "seal")
        made.wait_until_level()  # a moment is held from the end of the first base copy on
        made.between = clock.now()
        made.wait_until_level()
    assert made.said == ""
    made.drop_slot()
    with made.archiving():
        made.wait_until_level()
        made.take_in(AFTER)
        ask = ["check", AFTER[0], "--matter", "bidding", "--purpose", "admission"]
        made.document(*ask)
        assert "1 records are only stored" in erase(made, NUMBER, how="block").stdout
        assert "1 records are erased" in erase(made, NUMBER, "--keys", made.keys).stdout
        made.status = made.document("archive", "status")
        made.rows = made.counted()
        kept = json.loads((made.home / "cluster.json").read_text())
        passwords = [kept[name].encode() for name in kept if name.endswith("password")]
        files = [path for path in (made.home / "keys").rglob("*") if path.is_file()]
        keys = [path for path in files if path.suffix != ".pub" and path.name not in LISTS]
        made.secrets = passwords + [path.read_bytes().split()[-1] for path in keys]
        made.wait_until_level()
        made.lose_database()
    # A look whose mark never arrived.
    (made.home / "newer").write_text("of no mark")
    reached = last_reached(made.archive)
    assert reached is not None
    Files(made.archive).follow(made.home, LEFT_OUT, Look(reached.at, clock.now()))
    yield made
    destroy(made.home)


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[Lost]:
    """An empty place, on a cluster of its own."""
    tmp_path.chmod(0o755)
    yield Lost(tmp_path / "home")
    stop(tmp_path / "home")


def spoil(file: Path, offset: int) -> None:
    """Change some bytes in the middle of a file; another name of the file keeps what it had."""
    whole = file.read_bytes()
    file.unlink()
    file.write_bytes(whole[:offset] + b"\xff" * 512 + whole[offset + 512 :])


@pytest.fixture
def copied(lost, tmp_path) -> Path:
    """The archive, to be spoilt."""
    return Path(shutil.copytree(lost.archive, tmp_path / "spoilt", copy_function=os.link))


def test_what_was_acknowledged_comes_back(lost, elsewhere):
    done = elsewhere.run("restore", lost.archive, "--keys", lost.keys)

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("nothing is missing\n")
    assert elsewhere.counted() == lost.rows
    assert not (elsewhere.home / "newer").exists()
    assert lost.rows["gongxin.ledger_entry"] == 2
    assert elsewhere.document("subject", "show", AFTER[0])["uscc"] == AFTER[0]
    for name in LISTS:
        (own,) = lost.home.glob(f"keys/*/{name}")
        assert (elsewhere.home / own.relative_to(lost.home)).read_text() == own.read_text()
    assert elsewhere.run("audit", "seal").returncode == 0
    assert elsewhere.document("audit", "fsck")["faults"] == []
    assert "no longer had the WAL" in lost.said
    again = elsewhere.run("archive", "run", lost.archive, "--keys", lost.keys)
    assert (again.returncode, "before it was restored" in again.stderr) == (1, True)
    unmounted = elsewhere.home.parent / "unmounted"
    archived.note(elsewhere.home, archived.Archived(clock.now(), str(unmounted)))
    gone = elsewhere.run("archive", "run", unmounted, "--keys", lost.keys)
    assert (gone.returncode, "is its disk mounted" in gone.stderr) == (1, True)
    assert not unmounted.exists()


def test_it_comes_back_as_it_was_between_two_files(lost, elsewhere):
    until = ["--until", lost.between.isoformat()]

    done = elsewhere.run("restore", lost.archive, "--keys", lost.keys, *until)

    assert done.returncode == 0, done.stderr
    assert elsewhere.document("subject", "show", BEFORE[0])["uscc"] == BEFORE[0]
    after = elsewhere.run("subject", "show", AFTER[0])
    assert (after.returncode, "nothing is known" in after.stderr) == (1, True)
    # At that moment the person's record was there; it was erased since.
    assert elsewhere.counted()["gongxin_personal.personal_sealed"] == 0


@pytest.fixture
def refused(gongxin, lost, nowhere, monkeypatch) -> Callable[..., str]:
    """Restore into nowhere, which is refused and leaves nothing; returns what was said."""
    monkeypatch.delenv("GONGXIN_DATABASE_URL")

    def restore(archive: Path, *options: str, keys: Path = lost.keys, code: int = 1) -> str:
        said = gongxin("restore", archive, "--keys", keys, *options)
        assert (said.code, said.out) == (code, "")
        assert not (nowhere / "home").exists()
        return str(said.err)

    return restore


def test_a_moment_that_it_does_not_hold_is_refused(lost, refused):
    early = refused(lost.archive, "--until", "2020-01-01T00:00+08:00")
    assert "holds no such moment; it holds: from 20" in early
    assert "holds no such moment" in refused(lost.archive, "--until", "2999-01-01T00:00Z")
    assert "with its offset" in refused(lost.archive, "--until", "2026-01-01", code=2)


def test_a_base_copy_that_was_changed_is_refused(copied, refused):
    (table,) = copied.glob("2/base-*/data/global/1260")
    spoil(table, 4096)

    said = refused(copied)

    assert "nothing was restored" in said
    assert 'checksum mismatch for file "global/1260"' in said


def test_wal_that_was_changed_is_refused(copied, refused):
    (last,) = copied.glob("2/wal/*.partial")
    position = json.loads((copied / "2/mark.json").read_text())["position"]
    spoil(last, position % archiving.FILE_BYTES - 1024)

    assert "the WAL does not reach what was asked for" in refused(copied)


def test_wal_that_is_missing_is_refused(copied, refused):
    (base,) = copied.glob("2/base-*/base.json")
    (copied / "2/wal" / json.loads(base.read_text())["first"]).unlink()

    assert "files of WAL are missing" in refused(copied)


def test_a_file_that_was_changed_is_refused(copied, refused):
    release = max(copied.glob("files/*/*"), key=lambda path: path.stat().st_size)
    spoil(release, 1000)

    assert "was changed; nothing was restored" in refused(copied)


def test_without_its_keys_it_is_not_restored(lost, refused, tmp_path):
    assert "holds no keys of a platform" in refused(lost.archive, keys=tmp_path)


def test_no_key_no_password_and_no_person_stands_in_the_archive(lost):
    assert len(lost.secrets) > 10
    hidden = [*lost.secrets, NUMBER.encode(), NAME.encode()]
    whole = [path.read_bytes() for path in lost.archive.rglob("*") if path.is_file()]

    assert [secret for secret in hidden if any(secret in part for part in whole)] == []
    assert lost.archive.stat().st_mode & 0o777 == lost.keys.stat().st_mode & 0o777 == 0o700


def test_the_status_says_how_far_it_is_behind(lost, gongxin, nowhere):
    assert (lost.status["folder"], lost.status["behind"]) == (str(lost.archive), False)
    assert lost.status["seconds"] < 300

    said = gongxin("archive", "status")

    assert (said.code, "no archive holds enough" in said.out) == (1, True)
