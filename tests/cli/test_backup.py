"""A copy is made while the platform stands, and what comes back is whole: R11, rehearsed."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongxin.cluster import stop
from tests.cli.test_processes import Platform
from tests.derive import town as t

pytestmark = pytest.mark.scale


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Iterator[Platform]:
    """A platform with a record, a check and a sealed log, copied into ``copy`` and ``keys``."""
    folder = tmp_path_factory.mktemp("copied")
    folder.chmod(0o755)
    made = Platform(folder / "home")
    assert made.run("init", "--pack", "demo").returncode == 0
    rows = [t.penalty(t.FINED, CF_JDRQ="2024-05-10"), t.penalty(("11010519491231002X", "张三"), 2)]
    file = t.write(folder / "penalties.csv", rows)
    made.document("intake", file, "--unit", t.MARKET, code=3)
    made.run("audit", "seal")
    record = made.home / "cluster.json"
    record.with_name("cluster.json.5d1c09aa").write_bytes(record.read_bytes())  # killed half-way
    done = made.run("backup", folder / "copy", "--keys", folder / "keys")
    assert done.returncode == 0, done.stderr
    yield made
    stop(made.home)


@pytest.fixture
def elsewhere(copied, tmp_path) -> Iterator[Platform]:
    """An empty place, on a cluster of its own."""
    tmp_path.chmod(0o755)
    yield Platform(tmp_path / "home")
    stop(tmp_path / "home")


def folders(copied: Platform) -> tuple[Path, Path]:
    return copied.home.parent / "copy", copied.home.parent / "keys"


def test_what_comes_back_is_whole(copied, elsewhere):
    copy, keys = folders(copied)

    done = elsewhere.run("restore", copy, "--keys", keys)

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("nothing is missing\n")
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["rows"]["ledger_entry"] >= 1
    assert manifest["rows"]["audit_row"] == manifest["rows"]["audit_leaf"] == 2
    report = elsewhere.document("audit", "fsck")
    assert (report["rows"], report["faults"]) == (2, [])
    show = ["subject", "show", t.FINED[0]]
    assert elsewhere.document(*show) == copied.document(*show)
    again = elsewhere.run("restore", copy, "--keys", keys)
    assert again.returncode == 1
    assert "is not an empty folder" in again.stderr


def test_a_copy_is_for_its_owner_and_holds_no_key(copied):
    copy, keys = folders(copied)

    assert stat.S_IMODE(copy.stat().st_mode) == stat.S_IMODE(keys.stat().st_mode) == 0o700
    kept = {path.name for path in keys.iterdir()}
    signing = {"audit", "check", "opendata"}
    assert kept == {f"{name}.pub" for name in signing} | signing | {
        "factors",
        "personal",
        "personal.months",
        "push",
        "session",
    }
    files = (path for path in keys.rglob("*") if path.is_file() and path.suffix != ".pub")
    secrets = [path.read_bytes().split()[-1] for path in files]
    whole = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret in whole] == []
    assert list((copy / "home").glob("cluster.json*")) == []


def test_a_copy_that_was_changed_is_not_restored(copied, elsewhere, tmp_path):
    copy, keys = folders(copied)
    changed = tmp_path / "changed"
    changed.mkdir()
    for name in ("manifest.json", "database.dump"):
        (changed / name).write_bytes((copy / name).read_bytes())
    (changed / "home").mkdir()
    (changed / "home/release.json").write_text("{}")

    done = elsewhere.run("restore", changed, "--keys", keys)

    assert done.returncode == 1
    assert "release.json is missing or was changed; nothing was restored" in done.stderr
    assert not elsewhere.home.exists()


def test_keys_do_not_stand_beside_what_they_open(copied, tmp_path):
    done = copied.run("backup", tmp_path / "copy", "--keys", tmp_path / "copy/keys")

    assert (done.returncode, (tmp_path / "copy").exists()) == (1, False)
    assert "keep the keys apart" in done.stderr


def test_what_is_no_copy_is_one_message(elsewhere, tmp_path):
    done = elsewhere.run("restore", tmp_path, "--keys", tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "is no copy that gongxin backup made" in done.stderr
