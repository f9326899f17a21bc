"""Running commands in this process: what they print, and with which code they end."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.derive.fixtures import settled, town
from tests.law.conftest import FILES, World

from gongxin.cli import clock, main, platform  # isort: skip
from tests.derive import town as t  # isort: skip

__all__ = ["settled", "town"]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that stands on stdout, and nothing beside it."""
        return json.loads(self.out)


Gongxin = Callable[..., Said]


@pytest.fixture
def gongxin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gongxin:
    """Run a command as a shell would: ``gongxin("uscc", "-", stdin="…")``."""

    def run(*arguments: object, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["gongxin", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")  # messages are not broken into lines
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main()
        printed = capsys.readouterr()
        return Said(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to work in, without a platform."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGXIN_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def inhabited(monkeypatch: pytest.MonkeyPatch, settled: t.Town, db: None) -> t.Town:
    """The settled town as the platform of ``GONGXIN_HOME``, on a day of its own."""
    monkeypatch.setenv("GONGXIN_HOME", str(settled.home))
    monkeypatch.setenv("GONGXIN_DATABASE_URL", platform.os.environ["GONGXIN_DATABASE_URL"])
    monkeypatch.setattr(clock, "today", lambda: t.TODAY)
    seconds = count()
    monkeypatch.setattr(clock, "now", lambda: t.RECEIVED + timedelta(seconds=next(seconds)))
    return settled


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> World:
    """The smallest packs, ``base`` and ``town``, as the ones that are shipped."""
    made = World(nowhere / "packs")
    for name, text in FILES.items():
        if not name.startswith("profiles/"):
            made.write(name, text)
    monkeypatch.setattr(platform, "shared", lambda: nowhere)
    return made
