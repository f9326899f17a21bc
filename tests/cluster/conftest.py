import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongxin.cluster.binaries import _reachable_package, find_binaries
from gongxin.cluster.errors import NoBinaries
from gongxin.cluster.opening import destroy
from gongxin.cluster.owner import current_owner
from gongxin.cluster.settings import read_settings


@pytest.fixture
def env() -> dict[str, str]:
    """The environment of a run that brings no database and forces no programs."""
    return {"PATH": os.environ["PATH"]}


@pytest.fixture(params=["system", "embedded"])
def way(request: pytest.FixtureRequest, env: dict[str, str]) -> dict[str, str]:
    """The environment for each of the two ways to get PostgreSQL's programs."""
    if request.param == "embedded":
        return env | {"GONGXIN_PG_BIN": "embedded"}
    try:
        found = find_binaries(read_settings(env), current_owner())
    except NoBinaries:
        found = None
    if found is None or found.source != "system":
        pytest.skip("this machine has no PostgreSQL of its own")
    return env


@pytest.fixture
def closed_home(tmp_path: Path) -> Iterator[Path]:
    """A home below a folder that only we can enter."""
    tmp_path.chmod(0o700)
    yield tmp_path / "home"
    destroy(tmp_path / "home")


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that every user can reach."""
    folder = Path("/var/tmp") / f"gongxin-test-{secrets.token_hex(4)}"
    folder.mkdir()
    folder.chmod(0o755)
    yield folder / "home"
    destroy(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture
def package_programs() -> Path:
    """The package's programs where an ordinary user can run them."""
    return _reachable_package(current_owner())
