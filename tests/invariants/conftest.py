"""Fixtures of this folder: towns, commands, packs, and the site on a day of its own."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cli.conftest import gongxin, inhabited, nowhere, packs, settled, town
from tests.derive import town as t
from tests.law.conftest import FILES, World

__all__ = ["gongxin", "inhabited", "nowhere", "packs", "settled", "town"]


@pytest.fixture
def place(tmp_path: Path) -> World:
    """The smallest packs; a test changes one text and reads the faults."""
    made = World(tmp_path / "packs")
    for name, text in FILES.items():
        made.write(name, text)
    return made


@pytest.fixture
def site(inhabited: t.Town, settings, client: Client) -> Client:
    """The public site of the settled town."""
    settings.GONGXIN = replace(settings.GONGXIN, home=inhabited.home)
    settings.PORTAL_TODAY = t.TODAY
    cache.clear()
    return client
