"""Writers of the open data: make a snapshot, publish it, keep an acknowledgement (开放数据发布)."""

import os
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from gongxin.audit import actions, protection
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.derive.publication import published
from gongxin.law import Release
from gongxin.ledger.queries import head
from gongxin.opendata import documents, files
from gongxin.opendata.models import Acknowledged, Snapshot
from gongxin.opendata.removals import Cursor

FORMAT = 1
MANIFEST = "manifest.json"
FOLDER = "opendata"
LICENCE = {
    "zh": "可免费复制、使用和再传播，须注明来源和日期。条件：按撤下清单在24小时内删除已到期、已修复"
    "或已撤销的记录，且不得在公示截止日之后展示；不得用于识别、评价自然人；"
    "不得把记录并入未经授权的评级。",
    "en": "Free to copy, use and pass on, with source and day. On condition that what the removals"
    " name is deleted within 24 hours and nothing is shown after its last day; that no natural"
    " person is identified or judged by it; and that no record goes into a grade without basis.",
}


class NotEmpty(CreditError):
    """A snapshot is written into an empty folder alone."""

    code = "opendata.not_empty"


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot in a folder: its number, ledger head and signed manifest."""

    id: str
    head: int
    manifest: str
    files: tuple[files.File, ...]


def export(folder: Path, *, as_of: date, home: Path, release: Release, by: By) -> Made:
    """Write a snapshot with its manifest into a folder of the operator's, outside the platform.

    Raises:
        NotEmpty: the folder holds something.
        NotProtected: exports wait until the audit log is sealed again.
        NoKey: the platform has no key to sign with.
    """
    protection.ensure(now=by.at)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        message = f"{folder} is not empty; name a new folder"
        raise NotEmpty(message)
    made = _make(folder, as_of=as_of, home=home, release=release, by=by)
    (folder / files.INDEX).unlink()
    with transaction.atomic():
        _record("export-open-data", made, by)
    return made


def publish(*, as_of: date, home: Path, release: Release, by: By) -> Made:
    """Make the snapshot of a day and serve it on that day in place of an earlier one.

    What was half written by one that was killed is swept away; files of days that are over go.

    Raises:
        NotProtected: exports wait until the audit log is sealed again.
        NoKey: the platform has no key to sign with.
    """
    protection.ensure(now=by.at)
    root = home / FOLDER
    half = root / "half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    made = _make(half, as_of=as_of, home=home, release=release, by=by)
    shutil.rmtree(root / made.id, ignore_errors=True)  # of one that was killed before it said so
    half.replace(root / made.id)
    with transaction.atomic():
        Snapshot.objects.create(
            id=made.id, as_of=as_of, head=made.head, made_at=by.at, manifest=made.manifest
        )
        _record("publish-open-data", made, by)
    _sweep(root, today=by.at.astimezone(CHINA).date())
    return made


@transaction.atomic
def acknowledge(client: str, unit: str, cursor: Cursor, *, by: By) -> Cursor:
    """Keep that a reuser's copies follow the removals up to a place; it never goes back.

    The first acknowledgement registers the client as a reuser: from then on it is asked.
    """
    kept = Acknowledged.objects.select_for_update().filter(client=client).first()
    if kept is not None:
        before = Cursor.read(kept.cursor)
        cursor = Cursor(
            max(before.revision, cursor.revision),
            *max((before.day, before.record), (cursor.day, cursor.record)),
        )
    Acknowledged.objects.update_or_create(
        client=client, defaults={"unit": unit, "cursor": cursor.text(), "at": by.at}
    )
    actions.record(
        Deed(
            at=by.at,
            actor=by.actor,
            action="acknowledge-removals",
            object="",
            on_behalf=unit,
            details={"cursor": cursor.text()},
        )
    )
    return cursor


def former(home: Path) -> tuple[str, Path] | None:
    """Return number and folder of the youngest snapshot that is still there."""
    for number in Snapshot.objects.order_by("-made_at").values_list("id", flat=True)[:10]:
        folder = home / FOLDER / number
        if (folder / files.INDEX).is_file():
            return number, folder
    return None


def _make(folder: Path, *, as_of: date, home: Path, release: Release, by: By) -> Made:
    signer = documents.signer(home)
    at_least = head()  # before the records are read: what comes meanwhile is told again
    last = former(home)
    written = files.write(
        folder,
        published(as_of=as_of, release=release),
        release=release,
        before=files.known(last[1]) if last else None,
        as_of=as_of,
    )
    number = f"{as_of.isoformat()}-{at_least}-{int(by.at.timestamp())}"
    document = {
        "format": FORMAT,
        "snapshot": number,
        "place": release.content.place,
        "publisher": release.content.site[-1].name if release.content.site else "",
        "as_of": as_of,
        "made_at": by.at,
        "head": at_least,
        "release": release.hash,
        "removals": Cursor(at_least, as_of).text(),
        "changes_since": last[0] if last else None,
        "licence": LICENCE,
        "files": [asdict(one) for one in written],
    }
    manifest = documents.signed(document, signer)
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    _durable(folder)
    return Made(number, at_least, manifest, written)


def _durable(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(root: Path, *, today: date) -> None:
    """Delete files that nobody is served any more; the youngest of a day stays."""
    kept: set[str] = set()
    for day in Snapshot.objects.filter(as_of__gte=today).values_list("as_of", flat=True).distinct():
        newest = Snapshot.objects.filter(as_of=day).order_by("-made_at")
        kept |= set(newest.values_list("id", flat=True)[:1])
    newest_of_all = Snapshot.objects.order_by("-made_at").values_list("id", flat=True)[:1]
    kept |= set(newest_of_all)
    for folder in root.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)


def _record(action: str, made: Made, by: By) -> None:
    rows = next(one.rows for one in made.files if one.name == files.RECORDS)
    actions.record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"opendata:{made.id}",
            details={"records": str(rows), "head": str(made.head)},
        )
    )
