"""Readers of the open data: what is served today, who still has what ended (开放数据查询)."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from gongxin.law import Release
from gongxin.opendata.actions import FOLDER
from gongxin.opendata.models import Reuser, Snapshot
from gongxin.opendata.removals import Cursor, Removal, removals

WITHIN = timedelta(hours=24)
PART = 200


@dataclass(frozen=True, slots=True)
class Served:
    """The snapshot of a day; ``manifest`` is the signed text, ``document`` what it says."""

    id: str
    made_at: datetime
    manifest: str
    folder: Path

    @property
    def document(self) -> dict[str, Any]:
        """The manifest as it was read."""
        found: dict[str, Any] = json.loads(self.manifest)
        return found

    @property
    def removals(self) -> Cursor:
        """The place from which on its copies follow the removals."""
        return Cursor.read(self.document["removals"])


@dataclass(frozen=True, slots=True)
class Behind:
    """A reuser whose copies may still show what ended: since when, and its last receipt."""

    client: str
    unit: str
    since: datetime
    acknowledged_at: datetime


def served(day: date, *, home: Path) -> Served | None:
    """Return the youngest snapshot of the very day; of no other, for what has ended is in none."""
    found = Snapshot.objects.filter(as_of=day).order_by("-made_at").first()
    if found is None:
        return None
    return Served(found.id, found.made_at, found.manifest, home / FOLDER / found.id)


def file_of(found: Served, name: str) -> tuple[Path, dict[str, Any]] | None:
    """Return a file of a snapshot by its name in the manifest, None if it names none so."""
    for told in found.document["files"]:
        if told["name"] == name:
            path = found.folder / name
            return (path, told) if path.is_file() else None
    return None


def unacknowledged(*, now: datetime, as_of: date, release: Release) -> list[Behind]:
    """Return the reusers that a removal waits for longer than ``WITHIN``; the longest first."""
    found = []
    for kept in Reuser.objects.order_by("client"):
        first = _first(Cursor.read(kept.cursor), as_of=as_of, release=release)
        if first is not None and now - first > WITHIN:
            found.append(Behind(kept.client, kept.unit, first, kept.at))
    return sorted(found, key=lambda one: one.since)


def has_removals(found: Served, *, as_of: date, release: Release) -> bool:
    """Tell whether something left since the snapshot was made."""
    return _first(found.removals, as_of=as_of, release=release) is not None


def _first(cursor: Cursor, *, as_of: date, release: Release) -> datetime | None:
    """When the first removal after a place began; None if there is none."""
    while True:
        part = removals(cursor, limit=PART, as_of=as_of, release=release)
        if part.items:
            return min(_since(part.items))
        if not part.more:
            return None
        cursor = part.next


def _since(items: tuple[Removal, ...]) -> list[datetime]:
    return [one.since for one in items]
