"""A platform with the demonstration's rules and nothing in it, on a fixed day."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache

from gongxin import law
from gongxin.accounts import handing_in, units
from gongxin.law import Release
from tests.portal import world

ROOT = Path(__file__).resolve().parents[2]
Adopt = Callable[[Release], None]


@pytest.fixture(scope="session")
def release() -> Release:
    loaded = law.load(ROOT / "packs/demo", profiles=ROOT / "profiles")
    return Release(loaded.content)


@pytest.fixture(scope="session")
def home(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform's folder with the release: one for all tests, for reading it takes a while."""
    folder = tmp_path_factory.mktemp("home")
    law.store(folder, release)
    return folder


@pytest.fixture
def adopt(tmp_path: Path, settings) -> Adopt:
    """Makes another release the one that the platform runs on."""

    def put(adopted: Release) -> None:
        law.store(tmp_path, adopted)
        settings.GONGXIN = replace(settings.GONGXIN, home=tmp_path)

    return put


@pytest.fixture
def platform(home: Path, release: Release, settings) -> None:
    """The platform; the test asks for a database itself."""

    settings.GONGXIN = replace(settings.GONGXIN, home=home)
    settings.PORTAL_TODAY = world.TODAY
    units.register(release.content.units)
    handing_in.register(release.content.hand_in)
    cache.clear()


@pytest.fixture
def firm(db: None) -> str:
    """A company without records."""

    return world.organisation(world.code(1), "盘锦示例石化装备有限公司")
