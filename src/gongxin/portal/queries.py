"""The figures of the start page and the files of the open data (首页数字, 开放数据文件)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.cache import cache
from django.db.models import Count

from gongxin.core.citation import Label
from gongxin.derive.archive import public_on
from gongxin.ledger.models import Current, Subject
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


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the site shows on a day; counts say how much is known, never how many failed."""

    subjects: int
    records: int
    units: int
    as_of: date


def figures(day: date) -> Figures:
    """Return the figures of the day."""
    key = f"gongxin:portal:figures:{day.isoformat()}"
    known: Figures | None = cache.get(key)
    if known is not None:
        return known
    fresh = _count(day)
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


def _count(day: date) -> Figures:
    shown = Current.objects.filter(public_on(day)).exclude(subject="")
    counts = shown.aggregate(records=Count("record_id"), units=Count("unit", distinct=True))
    return Figures(
        subjects=Subject.objects.count(),
        records=counts["records"],
        units=counts["units"],
        as_of=day,
    )
