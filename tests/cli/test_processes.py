"""The main job in processes of their own, on a private cluster: as an operator would do it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongxin.cluster import stop
from tests.derive import town as t

GONGXIN = Path(sys.executable).with_name("gongxin")
LONG_AGO = "2024-05-10"
SECONDS = 120


class Platform:
    """A fresh ``GONGXIN_HOME``; commands run in it with nothing else set."""

    def __init__(self, home: Path) -> None:
        self.home = home
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("GONGXIN", "DJANGO"))}
        self.environment = {**bare, "GONGXIN_HOME": str(home)}

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GONGXIN, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=self.environment,
            cwd=self.home.parent,
            check=False,
        )

    def document(self, *arguments: object, code: int = 0) -> Any:
        done = self.run(*arguments, "--json")
        assert (done.returncode, done.stderr) == (code, ""), done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    home = tmp_path / "home"
    yield Platform(home)
    stop(home)


@pytest.mark.scale
def test_from_an_empty_folder_to_a_checked_organisation(platform):
    made = platform.run("init", "--pack", "demo")
    assert (made.returncode, made.stderr) == (0, "")

    doctor = platform.document("doctor")
    assert doctor["pack"] == "demo"
    assert doctor["database"]["chinese_trigram"] > "0"

    days = {"CF_JDRQ": LONG_AGO}
    good, bad = t.penalty(t.FINED, **days), t.penalty(t.QUIET, 2, CF_NR_FK="", **days)
    file = t.write(platform.home.parent / "penalties.csv", [good, bad])
    taken = platform.document("intake", file, "--unit", t.MARKET, code=3)
    assert (taken["rows"], taken["accepted"], taken["rejected"]) == (2, 1, 1)

    run = platform.document("evaluate")
    assert sum(run["levels"].values()) == run["subjects"] == 1

    uscc = t.FINED[0]
    archive = platform.document("subject", "show", uscc)
    explained = platform.document("explain", uscc)
    checked = platform.document("check", uscc, "--matter", "bidding", "--purpose", "admission")
    assert archive["uscc"] == explained["uscc"] == checked["uscc"] == uscc
    assert explained["release"] == run["release"] == checked["release"] == doctor["release"]

    stopped = platform.run("stop")
    assert (stopped.returncode, stopped.stdout) == (0, "the database was stopped\n")
    assert platform.document("explain", uscc) == explained  # it starts again by itself
