"""A person's records are erased: nothing readable is left, and no copy brings them back (P8)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongxin.cluster import stop
from tests.cli.test_processes import GONGXIN, SECONDS, Platform
from tests.derive import town as t
from tests.fixtures.penalties import PERSON

NUMBER, NAME = "11010519491231002X", "张三示例"
pytestmark = pytest.mark.scale


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    tmp_path.chmod(0o755)
    yield Platform(tmp_path / "home")
    stop(tmp_path / "home")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Platform]:
    yield Platform(tmp_path / "another")
    stop(tmp_path / "another")


def erase(
    platform: Platform, number: str, *options: object, how: str = "erase"
) -> "subprocess.CompletedProcess[str]":
    """Type the number where it is asked for: it stands in no history and no process list."""
    command = [GONGXIN, "personal", how, "--ground", "unlawful", "--case", "案1", *options]
    return subprocess.run(
        [*map(str, command)],
        input=f"{number}\n",
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=platform.environment,
        start_new_session=True,  # no terminal to ask at
        check=False,
    )


def sealed(platform: Platform) -> int:
    """How many rows about persons a copy of the platform has."""
    folder = platform.home.parent
    number = len(list(folder.glob("copy-*")))
    copy, keys = folder / f"copy-{number}", folder / f"keys-{number}"
    done = platform.run("backup", copy, "--keys", keys)
    assert done.returncode == 0, done.stderr
    manifest = (copy / "manifest.json").read_text("utf-8")
    return int(manifest.split('"personal.personal_sealed": ')[1].split(",")[0].split("\n")[0])


def readable(folder: Path) -> list[Path]:
    """The files that hold the number or the name as it is."""
    marks = [NUMBER.encode(), NAME.encode(), NAME.encode("gb18030")]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(mark in path.read_bytes() for mark in marks)]


def test_nothing_is_left_and_nothing_comes_back(platform, elsewhere, tmp_path):
    assert platform.run("init", "--pack", "demo").returncode == 0
    person = {"CF_XDR_LB": PERSON, "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": NUMBER}
    rows = [t.penalty(t.FINED), t.penalty(("", NAME), 2, **person)]
    file = t.write(tmp_path / "penalties.csv", rows)
    taken = platform.document("intake", file, "--unit", t.MARKET)
    assert (taken["accepted"], taken["personal"]) == (1, 1)
    assert sealed(platform) == 1

    done = erase(platform, NUMBER, "--keys", tmp_path / "keys-0")

    assert (done.returncode, "1 records are erased" in done.stdout) == (0, True), done.stderr
    assert NUMBER not in done.stdout + done.stderr
    assert platform.run("intake", file, "--unit", t.MARKET).returncode == 0
    assert sealed(platform) == 0
    assert platform.run("audit", "seal").returncode == 0
    report = platform.document("audit", "fsck")
    assert report["faults"] == []
    file.unlink()
    platform.run("stop")
    assert readable(platform.home) == []

    back = elsewhere.run("restore", tmp_path / "copy-0", "--keys", tmp_path / "keys-0")
    assert back.returncode == 0, back.stderr
    assert sealed(elsewhere) == 0


def test_a_folder_without_keys_and_another_ground_are_refused(platform, tmp_path):
    assert platform.run("init", "--pack", "demo").returncode == 0

    assert erase(platform, NUMBER, "--keys", tmp_path).returncode == 2
    assert platform.run("personal", "expire", "--keys", tmp_path).returncode == 2
    wish = platform.run("personal", "erase", "--ground", "wish", "--case", "案1")
    assert (wish.returncode, "purpose-done" in wish.stderr) == (2, True)
    nothing = platform.run("personal", "expire")
    assert nothing.stdout.endswith("keys destroyed: none\n")
