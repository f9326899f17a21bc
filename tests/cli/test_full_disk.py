"""A disk that fills up loses nothing that was acknowledged and takes nothing half (SAFETY T24)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongxin.cluster import stop
from tests.cli.test_processes import Platform
from tests.derive import town as t

MEBIBYTE = 1024**2
SIZE = 600  # MiB; an empty platform takes some 200
BALLAST = "ballast"
pytestmark = pytest.mark.scale


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir(mode=0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "gongxin-test", place]
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root mounts a small disk")
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    tmp_path.chmod(0o755)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def platform(small_disk: Path) -> Iterator[Platform]:
    home = small_disk / "home"
    yield Platform(home)
    stop(home)


def fill(place: Path, *, leave: int) -> None:
    """Fill the disk until so many MiB are free."""
    free = shutil.disk_usage(place).free - leave * MEBIBYTE
    with (place / BALLAST).open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free)


def hand_in(platform: Platform, number: int) -> "subprocess.CompletedProcess[str]":
    """Hand in one penalty of that number, from another disk."""
    path = platform.home.parent.parent / f"penalty-{number}.csv"
    t.write(path, [t.penalty(t.FINED, number)])
    return platform.run("intake", path, "--unit", t.MARKET, "--json")


def kept(platform: Platform) -> int:
    """How many entries the ledger has, told by its head."""
    asked = ("--matter", "bidding", "--purpose", "admission")
    return int(platform.document("check", t.FINED[0], *asked)["head"])


def test_intake_closes_before_the_disk_is_full(platform, small_disk):
    assert platform.run("init", "--pack", "demo").returncode == 0
    assert hand_in(platform, 1).returncode == 0
    before = kept(platform)

    fill(small_disk, leave=SIZE // 10 - 5)
    refused = hand_in(platform, 2)
    assert refused.returncode == 1
    assert "intake.disk_nearly_full" in refused.stderr
    assert "make room" in refused.stderr
    assert kept(platform) == before  # checks go on

    (small_disk / BALLAST).unlink()
    assert hand_in(platform, 2).returncode == 0
    assert kept(platform) > before


def test_what_was_acknowledged_is_there_after_a_full_disk(platform, small_disk):
    assert platform.run("init", "--pack", "demo").returncode == 0
    assert hand_in(platform, 1).returncode == 0
    before = kept(platform)

    fill(small_disk, leave=0)
    assert hand_in(platform, 2).returncode == 1
    platform.run("check", t.FINED[0], "--matter", "bidding", "--purpose", "admission")
    platform.run("stop")

    (small_disk / BALLAST).unlink()
    assert kept(platform) == before
    assert platform.document("doctor")["damaged_segments"] == []
    assert platform.run("audit", "fsck").returncode == 0
    assert hand_in(platform, 2).returncode == 0
    assert kept(platform) > before
