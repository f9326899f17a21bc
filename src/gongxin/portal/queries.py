"""The figures of the start page and the files of the open data (首页数字, 开放数据文件)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.cache import cache

from gongxin.core.citation import Label
from gongxin.derive.figures import Figures
from gongxin.derive.figures import figures as count_of
from gongxin.opendata import actions
from gongxin.opendata.queries import served
from gongxin.portal.access import MAX_AGE

LICENCE = Label(actions.LICENCE["zh"], actions.LICENCE["en"])


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of today's open data and where the interface gives it."""

    name: str
    rows: int
    bytes: int
    digest: str
    address: str


def figures(day: date) -> Figures | None:
    """Return the figures of the day, None while they are being counted for the first time."""
    key = f"gongxin:portal:figures:{day.isoformat()}"
    known: Figures | None = cache.get(key)
    if known is not None:
        return known
    fresh = count_of(day)
    if fresh is not None:
        cache.set(key, fresh, MAX_AGE)
    return fresh


def open_files(day: date, *, home: Path) -> tuple[OpenFile, ...]:
    """Return the files of the day's snapshot, none while it is not made."""
    found = served(day, home=home)
    if found is None:
        return ()
    return tuple(
        OpenFile(
            name=told["name"],
            rows=told["rows"],
            bytes=told["bytes"],
            digest=told["digest"],
            address=f"/api/v1/opendata/files/{found.id}/{told['name']}",
        )
        for told in found.document["files"]
    )
