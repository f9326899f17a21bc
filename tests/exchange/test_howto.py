"""docs/howto/connect-a-platform.md: its commands as they are written, on a real platform."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs/howto/connect-a-platform.md"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("platform")


def ran(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GONGXIN_", "DJANGO_"))}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    env = kept | {"GONGXIN_HOME": str(home), "PATH": path}
    return subprocess.run(
        ["bash", "-e", "-c", command],
        env=env,
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )


def test_the_page_as_it_is_written(home):
    try:
        assert ran("gongxin init --pack demo", home).returncode == 0
        for block in re.findall(r"```\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
            done = ran(block, home)
            assert done.returncode == 0, done.stderr
        same = ran("gongxin exchange approve internet-regulation", home)
        assert (same.returncode, "another one" in same.stderr) == (1, True)
        ready = ran("gongxin exchange test internet-regulation", home)
        assert (ready.returncode, "have not agreed" in ready.stderr) == (1, True)
        listed = ran("gongxin exchange list", home).stdout
        assert "internet-regulation sends proposed" in listed
        assert "provincial-gateway-2017 sends closed" in listed
        assert "LEGACY MD5" in listed
        old = ran("gongxin exchange propose provincial-gateway-2017", home)
        assert (old.returncode, "MD5" in old.stderr) == (1, True)
        nothing = ran("gongxin exchange run", home)
        assert nothing.stdout.strip() == "0 messages were taken"
    finally:
        ran("gongxin stop", home)
