"""Serving seals: nobody does anything, and a deed is in the signed log soon after (R8)."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gongxin.cli.companions import BESIDE
from gongxin.cluster import stop
from tests.cli.test_processes import GONGXIN, Platform

pytestmark = pytest.mark.scale
SECONDS = 60


@pytest.fixture(scope="module")
def platform(tmp_path_factory) -> Iterator[Platform]:
    """One platform for all: packs take long to compile."""
    home = tmp_path_factory.mktemp("sealing") / "home"
    made = Platform(home)
    assert made.run("init", "--pack", "panjin").returncode == 0
    yield made
    stop(home)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def comes(true: Callable[[], object]) -> bool:
    """Wait until it holds; a machine may be slow, so the time is no part of what is asserted."""
    until = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def begun(platform: Platform, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [GONGXIN, *arguments],
        env=platform.environment | environment,
        cwd=platform.home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def sealers(parent: int) -> list[str]:
    wanted = f"--parent\0{parent}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if wanted in path.read_bytes() else []
        except OSError:
            continue
    return found


def test_serving_seals_and_ends_with_its_sealer(platform, tmp_path):
    archive = tmp_path / "of-serving"
    served = begun(platform, "serve", "--port", str(free_port()), GONGXIN_WITNESSES=str(archive))

    assert comes((archive / "key").exists)
    assert comes(lambda: platform.document("audit", "fsck")["unsealed"] == 0)
    assert len(sealers(served.pid)) == len(BESIDE)

    served.send_signal(signal.SIGTERM)
    served.communicate(timeout=SECONDS)
    assert sealers(served.pid) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_sealer_ends_cleanly(platform, number, tmp_path):
    archive = tmp_path / f"archive-{number}"
    sealer = begun(platform, "audit", "seal", "--every", "3600", "--witness", str(archive))
    assert comes((archive / "clock").exists)

    sealer.send_signal(number)
    out, err = sealer.communicate(timeout=SECONDS)

    assert (sealer.returncode, out) == (0, "")
    assert [line for line in err.splitlines() if not line.startswith("sealed ")] == []


def test_a_sealer_does_not_outlive_who_began_it(platform):
    orphan = begun(platform, "audit", "seal", "--every", "3600", "--parent", str(os.getpid() + 1))

    out, err = orphan.communicate(timeout=SECONDS)

    assert (orphan.returncode, out) == (0, "")
    assert err in {"", "sealed 1 deeds\n"}
