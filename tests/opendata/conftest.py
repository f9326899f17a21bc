"""The settled town with its open data."""

import gzip
import json
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongxin.audit import actions as audit
from gongxin.audit import signing
from gongxin.core.audit import By
from gongxin.opendata import actions
from gongxin.opendata.keeping import Keeper
from tests.derive import town as t
from tests.derive.fixtures import settled, town

__all__ = ["settled", "town"]


def by(at: datetime = t.RECEIVED) -> By:
    return By("operator:test", at)


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@dataclass
class Shop:
    """A platform whose clock and day are set by hand."""

    town: t.Town
    day: date = t.TODAY
    at: datetime = t.RECEIVED
    said: list[str] = field(default_factory=list)

    @property
    def keeper(self) -> Keeper:
        return Keeper(
            self.town.home,
            lambda: self.town.release,
            lambda: self.at,
            lambda: self.day,
            self.said.append,
        )

    def publish(self) -> actions.Made:
        return actions.publish(
            as_of=self.day, home=self.town.home, release=self.town.release, by=by(self.at)
        )

    def next_day(self, days: int = 1) -> None:
        """Days go by, and what was recorded is sealed."""
        self.at += timedelta(days=days)
        self.day += timedelta(days=days)
        self.seal()

    def seal(self) -> None:
        signing.make(self.town.home, "gongxin/town/audit")
        list(audit.seal_all(now=lambda: self.at, signer=signing.read(self.town.home)))

    def folder(self, made: actions.Made) -> Path:
        return self.town.home / actions.FOLDER / made.id


@pytest.fixture
def shop(settled: t.Town, db: None, tmp_path: Path) -> Shop:
    """The settled town; its files are of this test alone."""

    shutil.rmtree(settled.home / actions.FOLDER, ignore_errors=True)
    return Shop(settled)


@pytest.fixture
def new_shop(town: t.Town) -> Shop:
    """An empty town."""
    return Shop(town)
